"""Telling a story: choosing who and what it is about, saying it, and keeping the truth beside it.

A `Teller` holds the three things a plot works with: the dice, the world and the writer. Its
passages (`opening`, `pause`, `closing`, …) are what stories of every plot have in common.
"""

from random import Random

from bertcourse.storyworld import words
from bertcourse.storyworld.grammar import Dice, Entity, Writer
from bertcourse.storyworld.phrases import LEXICON, MONTHS_OF, WEATHER_OF, time_phrases
from bertcourse.storyworld.world import World


class Teller:
    """Tells one story.

    Args:
        rng: the source of randomness.

    Attributes:
        good: whether the story ends well.
        facts: (question template, sentence number, first word of the answer, the word after it).
    """

    def __init__(self, rng: Random):
        self.dice = Dice(rng)
        self.good = self.dice.chance(0.5)
        self.writer = Writer(self.dice, "past" if self.dice.chance(0.7) else "pres", LEXICON)
        self.world = World()
        self.facts: list[tuple[str, int, int, int]] = []
        self.cast: dict[str, Entity] = {}
        self._set_season(self.dice.choice(words.SEASONS))
        self._nouns: set[str] = set()
        self._names: set[str] = set()
        self._recalls: list[str] = []
        self._moments: list[str] = []

    # Saying -------------------------------------------------------------------------------------

    def say(self, *templates: str) -> None:
        """Say one of the templates as the next sentence."""
        self.world.sentence = len(self.writer.sentences)
        self.writer.say(self.dice.choice(templates))

    def maybe(self, probability: float, *templates: str) -> None:
        """Perhaps say one of the templates."""
        if self.dice.chance(probability):
            self.say(*templates)

    def ask(self, question: str, answer: str | Entity) -> None:
        """Note a question that the sentence just said answers, unless it only does so by a pronoun.

        Args:
            question: a template for a sentence that stands alone.
            answer: whom the answer names, or the very word.
        """
        sentence = self.writer.sentences[-1]
        texts = [word.text.lower() for word in sentence.words]
        if isinstance(answer, Entity):
            named = [m for m in sentence.mentions if m.entity is answer and not m.is_pronoun]
            if not named:
                return
            start, end = named[-1].start, named[-1].end
            start -= start > 0 and texts[start - 1] == answer.preposition
        elif answer.lower() in texts:
            start = texts.index(answer.lower())
            end = start + 1
        else:
            return
        self.facts.append((question, len(self.writer.sentences) - 1, start, end))

    def bind(self, **things: object) -> None:
        """Say what variables stand for: an entity, or (tag, word or words)."""
        self.writer.bound.update(things)

    # Casting ------------------------------------------------------------------------------------

    def person(self, variable: str, *, kin: tuple[Entity, list] | None = None) -> Entity:
        """Bring in a person; `kin` is (to whom, the list that says what they may be to them)."""
        others = [e.pronoun for e in self.cast.values() if e.kind == "person"]
        women = others.count("she") < others.count("he") or (
            others.count("she") == others.count("he") and self.dice.chance(0.5)
        )
        if others and self.dice.chance(0.15):
            women = not women
        name = self._unused(words.WOMEN if women else words.MEN, self._names)
        entity = Entity(name, "person", "", "she" if women else "he", name=name)
        if kin is not None:
            pair = self.dice.choice(kin[1])
            entity.kin = (kin[0], pair[0] if women else pair[1])
            self.world.becomes("kin", entity, entity.kin[1])
        return self._enter(variable, entity)

    def thing(self, variable: str, category: str, owner: Entity | None = None) -> Entity:
        """Bring in a thing of a category of `words.THINGS`."""
        nouns, adjectives = self.dice.choice(words.THINGS[category])
        entry = self._unused(nouns.split(), self._nouns)
        noun, _ = words.singular_and_plural(entry)
        adjective = self.dice.choice(adjectives.split())
        entity = Entity(_name(noun), "thing", noun, adjective=adjective, owner=owner)
        if adjective in words.COLOURS:
            self.world.becomes("colour", entity, adjective)
        return self._enter(variable, entity)

    def several(self, variable: str, nouns: list[str], owner: Entity | None = None) -> Entity:
        """Bring in two to twelve of a kind."""
        _, noun = words.singular_and_plural(self._unused(nouns, self._nouns))
        number = self.dice.choice(words.NUMBERS)
        return self._enter(variable, Entity(noun, "thing", noun, "they", count=number, owner=owner))

    def substance(self, variable: str, nouns: list[str]) -> Entity:
        """Bring in something that is not counted: bread, tea."""
        noun = self._unused(nouns, self._nouns)
        return self._enter(variable, Entity(noun, "thing", noun, mass=True))

    def made(self, variable: str, nouns: list[str]) -> Entity:
        """Bring in a thing with nothing said about it but its noun."""
        noun, _ = words.singular_and_plural(self._unused(nouns, self._nouns))
        return self._enter(variable, Entity(_name(noun), "thing", noun))

    def animal(self, variable: str, owner: Entity | None = None, named: bool = True) -> Entity:
        """Bring in an animal to live with."""
        entry, adjectives = self.dice.choice(words.PETS)
        noun, _ = words.singular_and_plural(entry)
        self._nouns.add(noun)
        name = self._unused(words.PET_NAMES, self._names) if named else ""
        pronoun = self.dice.choice(("she", "he")) if named else "it"
        entity = Entity(
            name or _name(noun), "animal", noun, pronoun, name, self.dice.choice(adjectives.split())
        )
        entity.owner = owner
        return self._enter(variable, entity)

    def place(self, variable: str, options: list[tuple[str, str]]) -> Entity:
        """Bring in a place: (preposition, noun)."""
        free = [option for option in options if option[1] not in self._nouns]
        preposition, noun = self.dice.choice(free)
        self._nouns.add(noun)
        return self._enter(variable, Entity(_name(noun), "place", noun, preposition=preposition))

    def home(self, variable: str = "home") -> Entity:
        """Bring in the home of the one that the story is about."""
        return self._enter(variable, Entity("home", "place", "home", preposition="at"))

    def spot(self, variable: str, room: Entity) -> Entity:
        """Bring in a spot in a room where a small thing may lie."""
        free = [s for s in words.SPOTS if s[1].partition(":")[0] not in self._nouns]
        preposition, noun, adjectives = self.dice.choice(free)
        noun = noun.partition(":")[0]
        self._nouns.add(noun)
        spot = Entity(_name(noun), "spot", noun, adjective=self.dice.choice(adjectives.split()))
        spot.preposition = preposition
        self.world.spot(spot, room)
        return self._enter(variable, spot)

    def group(self, variable: str, *members: Entity) -> Entity:
        """Speak of several as one."""
        key = " and ".join(member.key for member in members)
        return self._enter(variable, Entity(key, "group", "", "they", members=members))

    def word(self, variable: str, tag: str, options: list[str]) -> str:
        """Choose a word that several sentences will use."""
        word = self.dice.choice(options)
        self.bind(**{variable: (tag, word)})
        return word

    def phrase(self, variable: str, options: list[str]) -> str:
        """Choose a phrase, itself a template, that several sentences will use."""
        phrase = self.dice.choice(options)
        self.bind(**{variable: ("", phrase)})
        return phrase

    def _enter(self, variable: str, entity: Entity) -> Entity:
        self.cast[variable] = entity
        self.bind(**{variable: entity, f"{variable}-noun": ("NOUN", entity.noun)})
        if entity.count:
            self.bind(**{f"{variable}-count": ("NUM", entity.count)})
        return entity

    def _unused(self, options: list[str], used: set[str]) -> str:
        while True:
            option = self.dice.choice(options)
            word = option.partition(":")[0]
            if word not in used:
                used.add(word)
                return option

    # Passages that stories share ----------------------------------------------------------------

    def opening(self, a: Entity, *, child: bool = False) -> None:
        """Introduce the one that the story is about."""
        self.bind(x=a)
        self.word("village", "PROPN", words.VILLAGES)
        passages = [self._home_town, self._age if child else self._job]
        passages += [self._character, self._pastime, self._chore, self.wearing]
        for passage in self.dice.sample(passages, self.dice.choice((1, 1, 1, 2, 2, 3))):
            passage(a)

    def _home_town(self, a: Entity) -> None:
        ways = [
            "{x} [live x] in <village> (|, a small town by a river|, where everybody [know sg] "
            "everybody|, not far from the sea).",
            "{x} [live x] <street> in <village>.",
        ]
        if not self.writer.sentences:
            ways += [
                "In the (little|old|quiet|sleepy) town of <village> [live x] {x:name}.",
                "This/PRON [be sg] the story of {x:name} , who [live x] in <village>.",
            ]
        self.say(*ways)
        village = self.writer.bound["village"][1]
        self.ask("Where [do x] {x} [live] ?", village)
        self.world.becomes("town", a, village)
        self._recalls.append("All over <village> , the (lamps|lights) [go pl] on.")
        self._recalls.append("It/PRON [be sg] a quiet evening in <village>.")

    def _character(self, a: Entity) -> None:
        self.word("character", "ADJ", words.CHARACTERS)
        self.say(
            "{x} [be x] <character> , and everybody [know sg] it/PRON.",
            "Hardly anybody [be sg] more <character> than {x}.",
            "{x} [be x] a <character> person.",
            "{x} [have x] always [be pp] <character>.",
            "Among {x's} friends , {x} [be x] known as the <character> one/NOUN.",
        )
        self._recalls.append("Through it/PRON all/PRON , {x} [stay x] as <character> as ever.")

    def _job(self, a: Entity) -> None:
        job = self.word("job", "NOUN", words.JOBS)
        self.say(
            "{x} [work x] as a <job> in <village>.",
            "{x} [be x] a <job> , and one of the best in <village>.",
            "For <number> years , {x} [have x] [be pp] a <job>.",
            "{x:name} , a <job> from <village> , [have x] a day off.",
        )
        self.ask("What [be x] {x} by profession ?", job)
        self.world.becomes("job", a, job)
        self._recalls.append("Being/VERB a <job> , {x} [be x] used to/ADP long days.")
        self._recalls.append("Not every <job> [have sg] days like that/PRON.")

    def _age(self, a: Entity) -> None:
        age = self.word("age", "NUM", words.NUMBERS[6:])
        self.say(
            "{x} [be x] <age> years old.",
            "{x} [have x] just [turn pp] <age>.",
            "{x} , who [be x] <age> years old , [live x] in <village>.",
            "On {x's} last birthday , {x} [have x past] [turn pp] <age>.",
        )
        self.ask("How old [be x] {x} ?", age)
        self.world.becomes("age", a, age)
        self._recalls.append("At <age> , one/PRON [do sg] not [forget] such a day.")

    def _pastime(self, a: Entity) -> None:
        self.phrase("pastime", words.HOBBIES)
        self.say(
            "{x} [like|love x] <pastime ing>.",
            "Most of all , {x} [enjoy x] <pastime ing>.",
            "{x} [want x] to <pastime> all day long.",
            "Whenever {x} [have x] time , {x} [like x] to <pastime>.",
        )
        self._recalls.append("There [be sg] no time left for <pastime ing> that day.")
        self._recalls.append("Perhaps tomorrow there [will sg] [be] time for <pastime ing>.")
        self._recalls.append("{x} [cannot x] even [think] of <pastime ing> now.")

    def _chore(self, a: Entity) -> None:
        self.phrase("duty", words.CHORES)
        self.say(
            "{x} [have x] just <duty pp> and [want x] a rest.",
            "{x} [have x] [spend pp] the morning <duty ing>.",
            "{x} [have x] to <duty> that day , but/CONJ {x} [do x] not [feel] like/SCONJ it/PRON.",
            "Every <day> , {x} [have x] to <duty>.",
        )
        self._recalls.append("And tomorrow {x} [will x] [have] to <duty> again.")
        if not self.good:
            self._recalls.append("Compared/VERB with that/PRON , it/PRON [be sg] fun to <duty>.")

    def wearing(self, a: Entity) -> None:
        """Say what somebody wears, which may come up again."""
        coat = self.thing("coat", "clothing")
        self.world.sentence = len(self.writer.sentences)
        self.world.own(a, coat, told=True)
        self.bind(x=a)
        self.say(
            "{x} [wear x] {coat:new} that day.",
            "Everybody [know sg] {x} by the {coat:bare} that/PRON {x} always [wear x].",
            "That morning , {x} [put x] on {coat:new}.",
            "{x} [have x] {coat:new} , which {x} [wear x] nearly every day.",
        )
        self.ask("What colour [be coat] {coat:the} ?", coat.adjective)
        self._recalls += [
            "There [be sg] a small stain on the {coat:bare} , but/CONJ {x} [do x] not [mind].",
            "From far away one/PRON [can sg] [see] {x's} {coat:bare}.",
            "{x} [hang x] up the {coat:bare} in the hall and [sit x] down.",
            "The {coat:bare} [need coat] a wash now.",
        ]

    def _set_season(self, season: str) -> None:
        self.season = season
        self.bind(
            month=("PROPN", MONTHS_OF[season]),
            time=("", time_phrases(season, MONTHS_OF[season])),
        )
        self._set_weather(self.dice.choice(WEATHER_OF[season]))

    def _set_weather(self, kind: str) -> None:
        self.bind(weather=("", words.WEATHER[kind]), effect=("", words.WEATHER_EFFECTS[kind]))
        self.weather = kind

    def storm(self) -> None:
        """Let this be a stormy day."""
        self._set_weather("stormy")

    def mild_season(self) -> None:
        """Let this not be winter."""
        if self.season == "winter":
            self._set_season("summer")

    def school_term(self) -> None:
        """Let this not be the time of the long holidays."""
        if self.season == "summer":
            self._set_season("autumn")

    def interlude(self) -> None:
        """A moment in which nothing changes, of another kind each time."""
        if not self._moments:
            self._moments = self.dice.sample(MOMENTS, len(MOMENTS))
        self.say(self._moments.pop())

    def pause(self) -> None:
        """Perhaps let some time pass before the turn of the story."""
        for _ in range(self.dice.choice((0, 0, 0, 1, 1, 2, 3))):
            self.interlude()

    def recall(self) -> None:
        """Come back to something that was said before, if there is anything."""
        if self._recalls:
            self.say(self._recalls.pop(self.dice.below(len(self._recalls))))

    def feels(self, who: Entity, good: bool, *templates: str) -> None:
        """Say one of the templates, about {who} feeling <feeling>."""
        feeling = self.word("feeling", "ADJ", words.HAPPY if good else words.SAD)
        self.bind(who=who)
        self.say(*templates)
        self.world.becomes("feeling", who, feeling)

    def closing(self, a: Entity) -> None:
        """Say how it all ends for somebody."""
        if self.dice.chance(0.6) or len(self.writer.sentences) < 6:
            self.recall()
        if self.dice.chance(0.75):
            self.feels(a, self.good, *BOTH_ENDINGS, *(GOOD_ENDINGS if self.good else BAD_ENDINGS))
            self.ask("How [do who] {who} [feel] in the end ?", self.writer.bound["feeling"][1])


def _name(noun: str) -> str:
    return noun.replace("_", " ")


MOMENTS = (
    "{a} [notice a] that <weather>.",
    "<weather> , but/CONJ {a} [have a] other worries.",
    "<later> , {a} [hear a] how <sound sg>.",
    "For a moment , {a} [feel a] almost <glad>.",
    "For a moment , {a} [feel a] almost <sad>.",
    "{a} [try a] to [stay] <calm>.",
    "In the distance , <sound sg> , but/CONJ {a} [do a] not [notice].",
    "While {a} [be a] still [think ing] about it/PRON , <sound sg>.",
    "{a} [think a] of <chore ing> at home , and then of nothing at all/PRON.",
    "{a} [smell a] fresh <bun> somewhere and [get a] hungry.",
    "A neighbour^ , who [be sg] <chore ing> , [wave sg] to {a:him}.",
    "There [be sg] no time for {a:him} to <chore> that day.",
    "{a} [hear a] (two|three) children [sing ing] a song about a <critter>.",
    "A <bird> [sit|rest sg] on the (fence|wall|roof) and [look sg] down at {a:name}.",
    "{a} [count a] the <birds> on the roof : there [be pl] <number>.",
    "{a} [think a] of the <critter> that/PRON [live sg] behind the house.",
    "Although <weather> , {a} [stay a] <calm>.",
    "{a} [wish a] for a little time to <hobby>.",
    '"a> One thing/NOUN after the other/NOUN ," [say a] {a:name}.',
)
BOTH_ENDINGS = (
    "{who} [feel who] <feeling>.",
    "In the evening , {who} [be who] tired and <feeling>.",
    "{who} [go who] to bed <feeling> that night.",
    "{who} [have who] not [be pp] so <feeling> for (weeks|months|years|a long time).",
    "(Never before|Seldom) [have who] {who} [be pp] so <feeling>.",
    '"who> {who} [be who] so <feeling> !" [say who] {who:name}.',
    '"who> What a day !" [think who] {who:name} , <feeling> and tired.',
    "Nobody in the whole town [be sg] as <feeling> as {who:name} that evening.",
)
GOOD_ENDINGS = (
    "It/PRON [be sg] (one of the best days|the best day) of the (year|<season>|month) , and {who} "
    "[be who] <feeling>.",
    "{who} [tell who] everybody about it/PRON and [be who] <feeling> for days.",
    "All evening , {who} [be who] <feeling> and [hum who] a tune.",
    "So {who} [be who] <feeling> after all.",
    "{who} [cannot who] [stop] [smile ing] and [be who] <feeling>.",
)
BAD_ENDINGS = (
    "It/PRON [be sg] (one of the worst days|the worst day) of the (year|month) , and {who} [be "
    "who] <feeling>.",
    "{who} [do who] not [want] to [talk] about it/PRON and [be who] <feeling> for days.",
    "All evening , {who} [be who] <feeling> and [say who] hardly a word.",
    "In spite of everything {who} [have who] [try pp] , {who} [be who] <feeling>.",
    "{who} [cannot who] [sleep] and [be who] <feeling>.",
)
