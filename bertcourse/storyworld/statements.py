"""Statements about the end of a story: what it entails, contradicts, and leaves open."""

from typing import NamedTuple

from bertcourse.storyworld import words
from bertcourse.storyworld.grammar import Entity
from bertcourse.storyworld.teller import Teller

# Relation: (template of a claim, of its denial).
TEMPLATES = {
    "place": ("In the end , {s:the} [be s] {@v}.", "In the end , {s:the} [be s] not {@v}."),
    "holder": ("In the end , {v} [have v] {s:the}.", "In the end , {v} [do v] not [have] {s:the}."),
    "feeling": ("In the end , {s} [be s] <v>.", "In the end , {s} [be s] not <v>."),
    "condition": ("In the end , {s:the} [be s] <v>.", "In the end , {s:the} [be s] not <v>."),
    "colour": ("{s:the} [be s] <v>.", "{s:the} [be s] not <v>."),
    "town": ("{s} [live s] in <v>.", "{s} [do s] not [live] in <v>."),
    "age": ("{s} [be s] <v> years old.", "{s} [be s] not <v> years old."),
    "kin": ("{s} [be s] the <v> of {o}.", "{s} [be s] not the <v> of {o}."),
    "job": ("{s} [be s] a <v>.", "{s} [be s] not a <v>."),
}
UNKNOWN = (
    "{s} [have s] <few> cousins.",
    "{s} [be s] afraid of spiders.",
    "{s} [have s] a <colour> car.",
    "{s} [be s past] born/VERB in <month>.",
    "{s} [can s] [speak] <few> languages.",
    "{s} [like s] <hobby ing> on <day>.",
    "{s} [have s] never [be pp] to the <landmark>.",
    "{s} [sleep s] badly in <season>.",
    "{s} [be s] the tallest person in the street.",
    "The house of {s} [have sg] <number> windows.",
)
OPPOSITES = {
    "broken": "mended",
    "mended": "broken",
    "lost": "found",
    "found": "lost",
    "well": "ill",
    "ill": "well",
    "spoilt": "perfect",
    "ruined": "perfect",
    "in bloom": "dead",
}
CLEAR_COLOURS = ["red", "blue", "green", "yellow", "black", "white"]
NEAR = {  # colours that somebody may call by a plainer name
    "crimson": "red",
    "pink": "red",
    "golden": "yellow",
    "orange": "yellow red",
    "turquoise": "blue green",
    "violet": "blue",
    "purple": "blue",
    "grey": "black white",
    "brown": "red",
}
FAMILY = {
    "she": ["sister", "cousin", "mother", "aunt", "grandmother"],
    "he": ["brother", "cousin", "father", "uncle", "grandfather"],
}
TAGS = {"age": "NUM", "town": "PROPN", "job": "NOUN", "kin": "NOUN"}


class Statement(NamedTuple):
    """A sentence about the end of a story, and what it claims.

    It claims that `(relation, subject)` has the value, or with `negated` that it has not; see
    `world` for the relations. A neutral statement has the relation "unknown".
    """

    text: str
    relation: str
    subject: str
    value: str
    negated: bool


def statements(teller: Teller) -> tuple[tuple[Statement, ...], ...]:
    """What a story entails, contradicts and leaves open, as many of each.

    For everything that the story told, one true and one false sentence, both affirmed or both
    denied, so that neither "not" nor the relation says which of them is true. People's places are
    left out: where they went after the last sentence, nobody knows.

    Args:
        teller: a teller whose story is finished.

    Returns:
        The entailed, the contradicted and the neutral statements.
    """
    known = _mentioned(teller)
    person = next(entity for entity in known.values() if entity.kind == "person")
    entailed, contradicted, neutral = [], [], []
    open_questions = teller.dice.sample(UNKNOWN, len(UNKNOWN))
    for (relation, subject), value in teller.world.state.items():
        if subject not in known or not _is_told(teller, relation, known[subject]):
            continue
        other = _other_value(teller, relation, known[subject], value, known)
        if other is None or not open_questions:
            continue
        negated = teller.dice.chance(0.5)
        true_value, false_value = (other, value) if negated else (value, other)
        for chosen, claimed in ((entailed, true_value), (contradicted, false_value)):
            chosen.append(_claim(teller, relation, known[subject], claimed, negated, known))
        teller.bind(s=person)
        text = teller.writer.aside(open_questions.pop())
        neutral.append(Statement(text, "unknown", person.key, "", False))
    return tuple(entailed), tuple(contradicted), tuple(neutral)


def _mentioned(teller: Teller) -> dict[str, Entity]:
    return {m.entity.key: m.entity for s in teller.writer.sentences for m in s.mentions}


def _is_told(teller: Teller, relation: str, subject: Entity) -> bool:
    if relation == "place":
        return subject.kind == "thing" and (relation, subject.key) in teller.world.told
    if relation in ("colour", "kin"):  # told where a mention contains it: "a red key", "her aunt"
        value = teller.world.state[relation, subject.key]
        return any(
            m.entity is subject and value in (word.text for word in s.words[m.start : m.end])
            for s in teller.writer.sentences
            for m in s.mentions
        )
    return (relation, subject.key) in teller.world.told


def _other_value(
    teller: Teller, relation: str, subject: Entity, value: str, known: dict[str, Entity]
) -> str | None:
    """A value that the true one rules out; None if there is none at hand."""
    if relation == "place":
        others = [spot[1].partition(":")[0] for spot in words.SPOTS]
    elif relation == "holder":
        others = [key for key, entity in known.items() if entity.kind == "person"]
    elif relation == "feeling":
        others = words.SAD if value in words.HAPPY else words.HAPPY
    elif relation == "condition":
        return OPPOSITES.get(value)
    elif relation == "kin":
        others = FAMILY[subject.pronoun]
    elif relation == "colour":
        others = [c for c in CLEAR_COLOURS if c not in NEAR.get(value, "").split()]
    else:
        others = {"town": words.VILLAGES, "age": words.NUMBERS[6:], "job": words.JOBS}[relation]
    others = [other for other in others if other != value and other.replace("_", " ") != value]
    return teller.dice.choice(others) if others else None


def _claim(
    teller: Teller,
    relation: str,
    subject: Entity,
    value: str,
    negated: bool,
    known: dict[str, Entity],
) -> Statement:
    if relation == "holder":
        teller.bind(s=subject, v=known[value])
    elif relation == "place":
        teller.bind(s=subject, v=known.get(value) or _spot(value))
    else:
        teller.bind(
            s=subject,
            o=subject.kin and subject.kin[0],
            v=(TAGS.get(relation, "ADJ"), value.replace(" ", "_")),
        )
    text = teller.writer.aside(TEMPLATES[relation][negated])
    return Statement(text, relation, subject.key, value.replace("_", " "), negated)


def _spot(noun: str) -> Entity:
    preposition = next(p for p, entry, _ in words.SPOTS if entry.partition(":")[0] == noun)
    return Entity(noun, "spot", noun, preposition=preposition)
