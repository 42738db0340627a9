"""From templates to sentences whose every word is tagged and whose every "she" is known.

A sentence is written once, as a template, and told many times with other people and things:

    {a} [put a] {key} {@spot} (before {a} [leave a]|and/CONJ [forget a] about {key}).

    {a}           whoever or whatever is bound to `a`: a name, "a red key", "the key", or a pronoun
    {a's}         the same as an owner: "Mira's", "her"
    {a:him}       the same as an object, where the verb next to it does not show that it is one
    {a:himself}   other forms: himself · pro (a pronoun) · name (no pronoun) · new (with a, some or
                  a number, if it was not mentioned before) · the · full (with the adjective) ·
                  bare (no determiner)
    {@spot}       a place with its preposition: "in the drawer"
    [put a]       a verb in the tense of the story, agreeing with `a`
    [put a past]  in a tense of its own; also: pres
    [put] [put ing] [put pp]   infinitive and participles
    [fall sg] [fall pl]        agrees with the noun or pronoun before it, or with one marked noun^,
                               and after "there", as with [fall >sg], with the noun after it
    [walk|run a]  any of these verbs
    <colour>      a word or phrase bound to, or listed under, this name; with <chore ing> its
                  verbs, marked [wash *], take the form named
    (x|y|)        one of these, or nothing
    "a>b …"       a says this to b: inside, a is "I", b is "you", and the tense is the present
    word/TAG      a word with its part of speech, where the lists do not know it or know another

Every template is taken apart once. Telling it first settles the choices, which leaves a flat list
of leaves; then the words are set down from left to right with their tags, and every mention and
every verb notes who it belongs to. So the ground truth is what the sentence was built from.

The tags are the universal ones of de Marneffe et al. (2021), "Universal Dependencies", with CONJ
for the coordinating conjunction; possessives ("her", "my") are PRON there, and "'s" is PART.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from random import Random
from typing import NamedTuple, TypeVar

from bertcourse.storyworld import words

SMALL_WORDS = {
    "DET": "a an the this these those every each no all some any another",
    "PRON": """it she he they him them nobody nothing somebody something everybody everything who
        whom what whose which mine yours none both anybody anything""",
    "ADP": """of in on at by for with from into under behind over through about beside between
        without during around across along near towards against past among up down off out inside
        after before until since above onto next-to despite below opposite outside like except as
        throughout per than upon within""",
    "CONJ": "and but or nor",
    "SCONJ": "because although while when if that whether though where unless so why how whenever",
    "PART": "not to n't",
    "AUX": "must should might may shall",
    "ADV": """then there here now soon again never always often still already almost only just even
        very too quite really finally later together away back home once twice yesterday tomorrow
        today tonight outside inside at-last well far hardly everywhere somewhere instead perhaps
        luckily sadly unfortunately fortunately however first more most less least long once
        ago afterwards meanwhile suddenly immediately exactly nearly also yet straight ever
        upstairs downstairs indoors outdoors alone early late otherwise rather enough as anyway
        aloud forwards nowhere maybe exactly anywhere much alike better best worse harder
        deeply by-chance besides therefore brightly heavily steadily aside apart onwards""",
    "INTJ": "yes no oh please thanks hello goodbye well dear sorry hurray alas oops good-morning",
    "NUM": "one two three four five six seven eight nine ten eleven twelve hundred",
    "ADJ": """other same own good bad new old next whole last first second third little big small
        long warm cold dark bright full empty quiet easy hard ready right wrong safe true alone
        happy sad kind beautiful nice sure late early few many""",
}


def _small_words() -> dict[str, str]:
    """Tag of each small word; of several, the one named first is meant."""
    tags: dict[str, str] = {}
    for tag, listed in SMALL_WORDS.items():
        for word in listed.split():
            tags.setdefault(word, tag)
    return tags


TAG_OF = _small_words()
TAG_OF.update(dict.fromkeys([*words.DAYS, *words.MONTHS, *words.VILLAGES], "PROPN"))

PRONOUNS = {  # subject, object, owner, reflexive
    "she": ("she", "her", "her", "herself"),
    "he": ("he", "him", "his", "himself"),
    "it": ("it", "it", "its", "itself"),
    "they": ("they", "them", "their", "themselves"),
    "I": ("I", "me", "my", "myself"),
    "you": ("you", "you", "your", "yourself"),
    "we": ("we", "us", "our", "ourselves"),
}
SUBJECT, OBJECT, OWNER, REFLEXIVE = range(4)
SINGULAR = ("she", "he", "it")


Option = TypeVar("Option")


class Dice:
    """Choices that are the same for the same seed on every machine and Python version.

    Only `random()` of `random.Random` is promised to stay as it is; all else here is built on it.
    """

    def __init__(self, rng: Random):
        self.random = rng.random

    def below(self, n: int) -> int:
        """A whole number from 0 to n − 1."""
        return int(self.random() * n)

    def choice(self, options: Sequence[Option]) -> Option:
        """Any element of a sequence."""
        return options[int(self.random() * len(options))]

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.random() < probability

    def sample(self, options: Sequence[Option], n: int) -> list[Option]:
        """`n` different elements of a sequence, in random order."""
        rest = list(options)
        return [rest.pop(self.below(len(rest))) for _ in range(n)]


@dataclass(eq=False, slots=True)
class Entity:
    """Somebody or something that sentences speak of.

    `key` names it within its story, `pronoun` is she, he, it or they. What has a `name` is called
    by it; everything else is an adjective and a noun ("a red key"). `kin` says what a person is to
    another ("her brother Tomas"), `owner` whose a thing is, `count` how many are meant.
    """

    key: str
    kind: str
    noun: str
    pronoun: str = "it"
    name: str = ""
    adjective: str = ""
    count: str = ""
    mass: bool = False
    owner: "Entity | None" = None
    kin: "tuple[Entity, str] | None" = None
    preposition: str = ""
    members: "tuple[Entity, ...]" = ()


class Word(NamedTuple):
    """A word of a sentence, and the characters `[start, end)` it stands at."""

    text: str
    start: int
    end: int


class Mention(NamedTuple):
    """Words `[start, end)` that mean an entity; `head` is the word that carries its number."""

    entity: Entity
    start: int
    end: int
    head: int
    role: int
    is_pronoun: bool


@dataclass(slots=True)
class Sentence:
    """A finished sentence: its text, words, tags, mentions, and (subject, verb) links."""

    text: str
    words: tuple[Word, ...]
    tags: tuple[str, ...]
    mentions: list[Mention]
    links: list[tuple[int, int]]


# ------------------------------------------------------------------------------------- templates


class Literal(NamedTuple):
    text: str
    tag: str
    is_head: bool = False


class Reference(NamedTuple):
    variable: str
    form: str = ""
    role: int | None = None
    with_preposition: bool = False


class Verb(NamedTuple):
    lemmas: tuple[str, ...]
    subject: str  # a variable, sg or pl; empty for a form without one
    form: str  # past, pres, ing, pp, base; empty: the tense of the story


class Slot(NamedTuple):
    name: str
    form: str


class Quote(NamedTuple):
    speaker: str
    hearer: str


class EndQuote(NamedTuple):
    pass


class Choice(NamedTuple):
    options: tuple[tuple, ...]


_PIECE = re.compile(
    r"""
    \{(?P<ref>[^}]+)\} | \[(?P<verb>[^\]]+)\] | <(?P<slot>[^>]+)>
    | "(?P<quote>\w+>\w*) | (?P<endquote>") | (?P<open>\() | (?P<bar>\|) | (?P<close>\))
    | (?P<word>(?:n't|'?[^\W\d_][\w’'-]*|\d+)(?:/[A-Z]+)?\^?) | (?P<punct>[.,!?;:])
    """,
    re.VERBOSE,
)


@cache
def parse(template: str) -> tuple:
    """Take a template apart.

    Raises:
        ValueError: if a word has no tag, or a bracket is left open.
    """
    stack: list[list[list]] = [[[]]]  # groups within groups, each a list of options
    position = 0
    for match in _PIECE.finditer(template):
        if template[position : match.start()].strip():
            raise ValueError(f"{template!r}: cannot read {template[position : match.start()]!r}")
        position = match.end()
        kind, text = match.lastgroup, match[match.lastgroup]
        if kind == "open":
            stack.append([[]])
        elif kind == "bar":
            stack[-1].append([])
        elif kind == "close":
            options = stack.pop()
            stack[-1][-1].append(Choice(tuple(tuple(option) for option in options)))
        else:
            stack[-1][-1].append(_leaf(kind, text, template))
    if len(stack) != 1 or len(stack[0]) != 1 or template[position:].strip():
        raise ValueError(f"{template!r}: a bracket is open, or something is left at the end")
    return tuple(stack[0][0])


def _leaf(kind: str, text: str, template: str):
    if kind == "ref":
        variable, _, form = text.partition(":")
        if variable.startswith("@"):
            return Reference(variable[1:], form or "name", OBJECT, with_preposition=True)
        if variable.endswith("'s"):
            return Reference(variable[:-2], form, OWNER)
        form, role = ("", OBJECT) if form == "him" else (form, None)
        return Reference(variable, form, REFLEXIVE if form == "himself" else role)
    if kind == "verb":
        lemmas, _, rest = text.partition(" ")
        subject, _, form = rest.partition(" ")
        if subject in ("", "ing", "pp"):
            subject, form = "", subject or "base"
        return Verb(tuple(lemmas.split("|")), subject, form)
    if kind == "slot":
        name, _, form = text.partition(" ")
        return Slot(name, form)
    if kind == "quote":
        return Quote(*text.split(">"))
    if kind == "endquote":
        return EndQuote()
    if kind == "punct":
        return Literal(text, "PUNCT")
    is_head = text.endswith("^")
    word, _, tag = text.rstrip("^").partition("/")
    tag = tag or tag_of(word) or tag_of(word.lower())
    if not tag:
        raise ValueError(f"{template!r}: say what {word!r} is, as in {word}/NOUN")
    return Literal(word, tag, is_head)


def tag_of(word: str) -> str:
    """The part of speech of a word that stands in a template; empty if no list has it."""
    return TAG_OF.get(word) or words.open_tags().get(word, "")


# ---------------------------------------------------------------------------------------- writer


@dataclass(slots=True)
class Writer:
    """Writes the sentences of one story, and remembers who has been mentioned.

    Args:
        dice: the source of randomness.
        tense: "past" or "pres", the tense of the narration.
        bound: what the variables and slots of templates stand for.
        lexicon: what slots stand for that are not bound: (tag, words or phrases).
    """

    dice: Dice
    tense: str
    lexicon: dict[str, tuple[str, list[str]]]
    bound: dict = field(default_factory=dict)
    sentences: list[Sentence] = field(default_factory=list)
    introduced: set[Entity] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    plain: bool = False  # for sentences outside the story: no pronouns, everything is known
    _texts: list[str] = field(default_factory=list)
    _tags: list[str] = field(default_factory=list)
    _glued: list[bool] = field(default_factory=list)
    _mentions: list[Mention] = field(default_factory=list)
    _verbs: list[tuple[Entity | str, int, int]] = field(default_factory=list)
    _previous: list[Mention] = field(default_factory=list)
    _quote: tuple[Entity, Entity | None] | None = None
    _capital: bool = True
    _glue: bool = True
    _head: int = -1

    def say(self, template: str) -> Sentence:
        """Write the next sentence of the story."""
        self._write(template)
        sentence = self._finish()
        self.sentences.append(sentence)
        self._previous = sentence.mentions
        return sentence

    def aside(self, template: str) -> str:
        """Write a sentence that stands alone: everybody by name, nothing remembered."""
        introduced, self.introduced, self.plain = self.introduced, set(), True
        previous, self._previous = self._previous, []
        self._write(template)
        self.introduced, self._previous, self.plain = introduced, previous, False
        return "".join(self._pieces())

    def _write(self, template: str) -> None:
        self._texts, self._tags, self._glued, self._mentions = [], [], [], []
        self._verbs, self._quote, self._capital, self._glue, self._head = [], None, True, True, -1
        leaves: list = []
        self._settle(parse(template), leaves)
        for i, leaf in enumerate(leaves):
            self._set_down(leaf, i, leaves)

    def _settle(self, nodes: tuple, leaves: list) -> None:
        """Settle all choices and slots, so that leaves remain."""
        for node in nodes:
            kind = type(node)
            if kind is Choice:
                self._settle(self.dice.choice(node.options), leaves)
            elif kind is Slot:
                self._settle_slot(node, leaves)
            else:
                leaves.append(node)

    def _settle_slot(self, slot: Slot, leaves: list) -> None:
        tag, phrases = self.bound.get(slot.name) or self.lexicon[slot.name]
        phrase = phrases if isinstance(phrases, str) else self._fresh(phrases, tag)
        if tag:
            leaves.append(Literal(phrase, tag))
        else:
            # "[wash *]" takes the form that the slot names.
            self._settle(parse(phrase.replace(" *", f" {slot.form}" if slot.form else "")), leaves)

    def _fresh(self, phrases: list[str], tag: str) -> str:
        """Choose a word, or a phrase that the story has not used yet."""
        phrase = self.dice.choice(phrases)
        for _ in range(0 if tag else 3):
            if phrase not in self.used:
                break
            phrase = self.dice.choice(phrases)
        self.used.add(phrase)
        return phrase

    def _set_down(self, leaf, i: int, leaves: list) -> None:
        kind = type(leaf)
        if kind is Literal:
            self._literal(leaf, i, leaves)
        elif kind is Reference:
            self._reference(leaf, i, leaves)
        elif kind is Verb:
            self._verb(leaf, i, leaves)
        elif kind is Quote:
            self._put('"', "PUNCT")
            self._quote = (self.bound[leaf.speaker], self.bound.get(leaf.hearer))
            self._capital = self._glue = True
        else:
            self._glue, self._quote = True, None
            self._put('"', "PUNCT")
            self._capital = False

    def _put(self, text: str, tag: str) -> None:
        """Set down one word."""
        if self._capital and text != '"':
            text, self._capital = text[0].upper() + text[1:], False
        self._texts.append(text)
        self._tags.append(tag)
        self._glued.append(self._glue)
        self._glue = False

    def _put_all(self, text: str, tag: str) -> None:
        """Set down the words of a compound: post_office."""
        for word in text.split("_"):
            self._put(word, tag)

    def _literal(self, leaf: Literal, i: int, leaves: list) -> None:
        text, tag = leaf.text, leaf.tag
        if tag == "PUNCT":
            self._glue = True
            self._put(text, tag)
            self._capital = text in ".?!"
            return
        if text.startswith("'") or text == "n't":
            self._glue = True
        elif text == "to" and not (i + 1 < len(leaves) and _is_infinitive(leaves, i + 1)):
            tag = tag if tag != "PART" else "ADP"
        elif text in ("there", "There") and _opens_existence(leaves, i + 1):
            tag = "PRON"
        if leaf.is_head:
            self._head = len(self._texts)
        if text in ("a", "A", "an", "An"):
            text = self._article(leaves, i + 1)
        self._put_all(text, tag)

    def _article(self, leaves: list, i: int) -> str:
        following = leaves[i] if i < len(leaves) else None
        if type(following) is Literal:
            return words.article(following.text)
        if type(following) is Reference:
            entity = self.bound[following.variable]
            return words.article(entity.adjective or entity.noun)
        if type(following) is Verb:
            return words.article(following.lemmas[0])
        return "a"

    # Verbs --------------------------------------------------------------------------------------

    def _verb(self, leaf: Verb, i: int, leaves: list) -> None:
        lemma = leaf.lemmas[0] if len(leaf.lemmas) == 1 else self.dice.choice(leaf.lemmas)
        tag = _verb_tag(lemma, i, leaves)
        if not leaf.subject:
            self._put(_non_finite(lemma, leaf.form), tag)
            return
        tense = leaf.form or ("pres" if self._quote else self.tense)
        if leaf.subject in ("sg", "pl", ">sg", ">pl"):
            person = "it" if leaf.subject.endswith("sg") else "they"
            subject: Entity | str = leaf.subject
            at = -1 if leaf.subject[0] == ">" else self._agrees_with()
            if self._texts[-1:] not in (["who"], ["which"]):  # the main verb is still to come
                self._head = -1
        else:
            subject, at = self.bound[leaf.subject], -1
            person = self._deixis(subject) or subject.pronoun
        self._verbs.append((subject, len(self._texts), at))
        if lemma == "cannot":
            self._put("could" if tense == "past" else "can", "AUX")
            self._glue = tense != "past"  # "could not", but "cannot"
            self._put("not", "PART")
        else:
            self._put(_finite(lemma, person, tense), tag)

    def _agrees_with(self) -> int:
        """The word that a verb without a variable agrees with; −1 if it is still to come."""
        if self._head >= 0:
            return self._head
        if self._tags[-1:] == ["CONJ"] and self._verbs and isinstance(self._verbs[-1][0], str):
            return self._verbs[-1][2]  # "children skip past him and sing": the subject goes on
        for at in range(len(self._tags) - 1, -1, -1):
            if self._texts[at].lower() == "there":
                return -1
            if self._tags[at] in ("NOUN", "PROPN", "PRON"):
                return at
        return -1

    # Mentions -----------------------------------------------------------------------------------

    def _deixis(self, entity: Entity) -> str:
        """I, you, we: what an entity is to those who speak; empty if it is neither of them."""
        if self._quote is None:
            return ""
        speaker, hearer = self._quote
        if entity is speaker:
            return "I"
        if entity is hearer:
            return "you"
        if speaker in entity.members:
            return "we"
        return "you" if hearer is not None and hearer in entity.members else ""

    def _reference(self, leaf: Reference, i: int, leaves: list) -> None:
        entity = self.bound[leaf.variable]
        role = leaf.role
        if role is None:
            role = SUBJECT if _is_subject(leaf.variable, i, leaves) else OBJECT
        if leaf.with_preposition:
            self._put(entity.preposition, "ADP")
        self._mention(entity, role, leaf.form or ("full" if _has_relative(i, leaves) else ""))

    def _mention(self, entity: Entity, role: int, form: str = "") -> None:
        person = self._deixis(entity)
        if not person and (role == REFLEXIVE or form == "pro"):
            person = entity.pronoun
        if not person and form == "" and self._takes_pronoun(entity, role):
            person = entity.pronoun
        start = len(self._texts)
        if person:
            self._put(PRONOUNS[person][role], "PRON")
            head = start
        else:
            head = self._noun_phrase(entity, form)
            self.introduced.add(entity)
        self._mentions.append(Mention(entity, start, len(self._texts), head, role, bool(person)))
        if role == OWNER and not person:
            self._glue = True
            self._put(
                "'" if self._texts[-1].endswith("s") and head_is_plural(entity) else "'s", "PART"
            )

    def _takes_pronoun(self, entity: Entity, role: int) -> bool:
        """Whether a pronoun can only mean this entity, and the dice want one.

        Nothing else that the pronoun could mean may stand in this sentence or the one before. The
        subject of a sentence is also free to be meant again by "she" or "her" as long as the
        sentence itself has nobody else of that kind.
        """
        if self.plain or entity.kind == "place" or not self._is_introduced(entity):
            return False
        here = self._mentions
        mentioned = _is_mentioned(entity, here)
        if not mentioned and not _is_mentioned(entity, self._previous):
            return False
        before = self._previous
        topic = here[0].entity if here and here[0].role == SUBJECT else None
        if role == OBJECT and mentioned and topic is not entity:
            # "Kamala handed Fatou the axe and thanked her": an object is not the subject itself.
            here = [m for m in here if m.entity is not topic]
            before = [m for m in before if m.entity is not topic]
        if _has_rival(entity, here):
            return False
        if _has_rival(entity, before) and (role == OBJECT or topic is not entity):
            return mentioned and role == OWNER
        return mentioned or role == OWNER or self.dice.chance(0.8)

    def _is_introduced(self, entity: Entity) -> bool:
        return entity in self.introduced or bool(
            entity.members and all(member in self.introduced for member in entity.members)
        )

    def _noun_phrase(self, entity: Entity, form: str) -> int:
        """Set down a full noun phrase; return the index of its head."""
        if entity.members:
            return self._coordination(entity)
        if entity.name:
            return self._named(entity, form)
        if entity.kind == "place" and not entity.owner:
            if entity.noun != "home":
                self._put("the", "DET")
            return self._noun(entity, with_adjective=False)
        known = entity in self.introduced or self.plain
        indefinite = not known and form not in ("the", "full", "bare")
        owned = entity.owner is not None and form not in ("new", "the", "bare") and not self.plain
        with_adjective = form in ("full", "bare") or not known or self.dice.chance(0.25)
        if owned and (not known or self.dice.chance(0.5)):
            self._mention(entity.owner, OWNER)
        elif form == "bare":
            pass
        elif not indefinite:
            self._put("the", "DET")
            with_adjective = with_adjective and form != "the"
        elif entity.count:
            self._put(entity.count, "NUM")
        elif entity.mass or entity.pronoun == "they":
            self._put("some", "DET")
        else:
            following = entity.adjective if with_adjective and entity.adjective else entity.noun
            self._put(words.article(following), "DET")
        return self._noun(entity, with_adjective)

    def _noun(self, entity: Entity, with_adjective: bool) -> int:
        if with_adjective and entity.adjective:
            self._put(entity.adjective, "ADJ")
        self._put_all(entity.noun, "NOUN")
        return len(self._texts) - 1

    def _named(self, entity: Entity, form: str) -> int:
        """A name; at first, and now and then later, with what its bearer is to somebody."""
        new = entity not in self.introduced and not self.plain
        if entity.kin and (new or (form != "name" and self._may_say_kin(entity))):
            owner, noun = entity.kin
            self._mention(owner, OWNER)
            self._put(noun, "NOUN")
            head = len(self._texts) - 1
            if new:
                self._put(entity.name, "PROPN")
            return head
        if entity.kind == "animal" and form != "name" and new:
            if entity.owner:
                self._mention(entity.owner, OWNER)
            else:
                self._put(words.article(entity.adjective), "DET")
            head = self._noun(entity, with_adjective=True)
            if not entity.owner:
                self._put("called", "VERB")
            self._put(entity.name, "PROPN")
            return head
        if entity.kind == "animal" and form != "name" and self.dice.chance(0.4):
            self._put("the", "DET")
            return self._noun(entity, with_adjective=False)
        self._put(entity.name, "PROPN")
        return len(self._texts) - 1

    def _may_say_kin(self, entity: Entity) -> bool:
        owner = entity.kin[0]
        speaks = bool(self._deixis(owner))
        return (
            not self.plain
            and self.dice.chance(0.25)
            and (
                speaks
                or (_is_mentioned(owner, self._mentions) and not _has_rival(owner, self._mentions))
            )
        )

    def _coordination(self, group: Entity) -> int:
        heads = []
        for i, member in enumerate(group.members):
            if i == len(group.members) - 1:
                self._put("and", "CONJ")
            elif i:
                self._glue = True
                self._put(",", "PUNCT")
            start = len(self._texts)
            head = self._noun_phrase(member, "")
            heads.append(head)
            self.introduced.add(member)
            self._mentions.append(Mention(member, start, len(self._texts), head, OBJECT, False))
        return heads[0]

    # The end of a sentence ----------------------------------------------------------------------

    def _pieces(self) -> list[str]:
        """The words, each with the blank before it where there is one."""
        pairs = zip(self._texts, self._glued, strict=True)
        return [text if glued else " " + text for text, glued in pairs]

    def _finish(self) -> Sentence:
        pieces = self._pieces()
        ends = accumulate(map(len, pieces))
        pairs = zip(self._texts, ends, strict=True)
        spans = tuple(Word(text, end - len(text), end) for text, end in pairs)
        links = [(self._subject_of(subject, verb, at), verb) for subject, verb, at in self._verbs]
        mentions = sorted(self._mentions, key=_order)
        return Sentence("".join(pieces), spans, tuple(self._tags), mentions, links)

    def _subject_of(self, subject: Entity | str, verb: int, at: int) -> int:
        """The word a finite verb agrees with: before it, or after it where the order is turned."""
        if isinstance(subject, str):
            if at >= 0:
                return at
            for wanted in (("NOUN", "PROPN"), ("NUM", "PRON")):
                for i in range(verb, len(self._tags)):
                    if self._tags[i] in wanted:
                        return i
        inside = self._is_quoted(verb)  # of "I know," said Mira, only one word goes with "said"
        mine = [m for m in self._mentions if m.entity is subject and m.role != OWNER]
        mine = [m for m in mine if self._is_quoted(m.head) == inside]
        own = [m for m in mine if m.role == SUBJECT]
        before = [m.head for m in own if m.head < verb]
        after = [m.head for m in own if m.head > verb]
        if before:
            return max(before)
        if after:
            return min(after)
        return max(m.head for m in mine if m.head < verb)

    def _is_quoted(self, at: int) -> bool:
        return self._texts[:at].count('"') % 2 == 1


def _order(mention: Mention) -> tuple[int, int]:
    return mention.start, -mention.end


def head_is_plural(entity: Entity) -> bool:
    """Whether the noun of an entity stands in the plural."""
    return entity.pronoun == "they" and not entity.members


def _is_mentioned(entity: Entity, mentions: list[Mention]) -> bool:
    if any(m.entity is entity for m in mentions):
        return True
    return bool(entity.members) and all(
        _is_mentioned(member, mentions) for member in entity.members
    )


def _has_rival(entity: Entity, mentions: list[Mention]) -> bool:
    """Whether the pronoun of an entity could mean something else that was mentioned."""
    return any(m.entity.pronoun == entity.pronoun and m.entity is not entity for m in mentions)


def _is_subject(variable: str, i: int, leaves: list) -> bool:
    """A mention is a subject if the verb next to it, among verbs and mentions, agrees with it."""
    for j in range(i + 1, len(leaves)):
        kind = type(leaves[j])
        if kind is Verb:
            if leaves[j].subject == variable:
                return True
            break
        if kind in (Quote, EndQuote):
            break
        if kind is Reference and leaves[j].role != OWNER:
            break
    for j in range(i - 1, -1, -1):
        kind = type(leaves[j])
        if kind is Verb:
            return leaves[j].subject == variable and not _had_subject(variable, j, leaves)
        if kind is Reference and leaves[j].role != OWNER:
            return False
    return False


def _had_subject(variable: str, j: int, leaves: list) -> bool:
    """Whether the verb at `j` has its subject before it, in the same clause."""
    for k in range(j - 1, -1, -1):
        leaf = leaves[k]
        if (type(leaf) is Literal and leaf.tag == "PUNCT") or type(leaf) in (Quote, EndQuote):
            return False
        if type(leaf) is Reference and leaf.variable == variable and leaf.role is None:
            return True
    return False


def _has_relative(i: int, leaves: list) -> bool:
    """Whether "who" or "which" follows: "she, who lives next door" is nobody's English."""
    following = [leaf.text for leaf in leaves[i + 1 : i + 3] if type(leaf) is Literal]
    return following[:1] in (["who"], ["which"]) or following == [",", "who"]


def _opens_existence(leaves: list, i: int) -> bool:
    """Whether "there" only says that something exists: there is, there will be."""
    return i < len(leaves) and type(leaves[i]) is Verb and leaves[i].lemmas[0] in ("be", "will")


def _is_infinitive(leaves: list, i: int) -> bool:
    leaf = leaves[i]
    return type(leaf) is Verb and leaf.form == "base" and not leaf.subject


def _verb_tag(lemma: str, i: int, leaves: list) -> str:
    """AUX for be, for modals, and for have and do where they help another verb."""
    if lemma in ("be", "can", "will", "cannot"):
        return "AUX"
    if lemma in ("have", "do"):
        wanted = "pp" if lemma == "have" else "base"
        for leaf in leaves[i + 1 :]:
            if type(leaf) is Verb:
                return "AUX" if leaf.form == wanted and not leaf.subject else "VERB"
            if type(leaf) is Literal and (leaf.tag in ("PUNCT", "CONJ") or leaf.text == "to"):
                return "VERB"
    return "VERB"


def _non_finite(lemma: str, form: str) -> str:
    if form == "ing":
        return words.ing_form(lemma)
    if form == "pp":
        return words.past_forms(lemma)[1]
    return lemma


def _finite(lemma: str, person: str, tense: str) -> str:
    if lemma == "be":
        if tense == "past":
            return "was" if person in ("I", *SINGULAR) else "were"
        return "am" if person == "I" else "is" if person in SINGULAR else "are"
    if tense == "past":
        return words.past_forms(lemma)[0]
    return words.third_person(lemma) if person in SINGULAR else lemma
