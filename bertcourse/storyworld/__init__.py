"""Week 5: the story world, a generator of small coherent stories and of the truth about them.

A model of language needs text in which context matters. Here people own, lose, lend, want and feel
things, and what was said stays so: the key that was put behind the clock is found behind the clock.
So a masked word can be told from sentences before it, and a sentence from another story does not
fit. Every sentence is built from tagged pieces, so each story comes with its ground truth: parts of
speech, subjects and verbs, who is meant by "she", questions and answers, and what is the case in
the end. Later weeks probe attention against it and fine-tune on it.

The files in order: `words` (data), `grammar` (templates to tagged sentences), `world` (what is the
case), `phrases`, `teller` (what all stories share), `plots_…` (what happens), `statements`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import NamedTuple

from bertcourse.storyworld import plots_home, plots_out, plots_together
from bertcourse.storyworld.grammar import Entity, Word
from bertcourse.storyworld.statements import Statement, statements
from bertcourse.storyworld.teller import Teller
from bertcourse.storyworld.world import Event

__all__ = ["Event", "Fact", "Statement", "Story", "StoryWorld", "Word", "make_story"]

PLOTS = (*plots_home.PLOTS, *plots_out.PLOTS, *plots_together.PLOTS)


class Fact(NamedTuple):
    """A question that the story answers, word for word.

    The answer is `story.sentences[sentence][start:end]`.
    """

    question: str
    answer: str
    sentence: int
    start: int
    end: int


@dataclass(frozen=True)
class Story:
    """A story and the truth about it.

    Attributes:
        plot: the name of its plot.
        sentences: the text, sentence by sentence.
        words: for each sentence its words with the characters they stand at.
        pos: for each sentence the part of speech of each word: NOUN PROPN PRON VERB AUX ADJ ADV ADP
            DET CONJ SCONJ NUM PART PUNCT INTJ.
        subject_verb: (sentence, word of the subject, word of the finite verb) for each finite verb.
        coreference: for each entity mentioned at least twice, its mentions: (sentence, first word,
            the word after the last).
        entities: (name, kind) of all that is mentioned; kinds are person, animal, thing, place,
            spot and group.
        facts: questions with the span that answers them.
        sentiment: "positive" or "negative": how it ends for the one it is about.
        entailed: statements that are true in the end.
        contradicted: statements that are false in the end.
        neutral: statements that the story leaves open.
        events: what happened, in order.
        state: what is the case in the end: (relation, subject, value).
    """

    plot: str
    sentences: list[str]
    words: tuple[tuple[Word, ...], ...]
    pos: tuple[tuple[str, ...], ...]
    subject_verb: tuple[tuple[int, int, int], ...]
    coreference: tuple[tuple[tuple[int, int, int], ...], ...]
    entities: tuple[tuple[str, str], ...]
    facts: tuple[Fact, ...]
    sentiment: str
    entailed: tuple[Statement, ...]
    contradicted: tuple[Statement, ...]
    neutral: tuple[Statement, ...]
    events: tuple[Event, ...]
    state: tuple[tuple[str, str, str], ...]


def make_story(seed: int | Random) -> Story:
    """Tell a story.

    Args:
        seed: the same number gives the same story on every machine; or a source of randomness,
            for one story after another.

    Returns:
        The story with its ground truth.
    """
    teller, plot = _tell(seed if isinstance(seed, Random) else Random(seed))
    sentences = teller.writer.sentences
    entailed, contradicted, neutral = statements(teller)
    return Story(
        plot=plot,
        sentences=[sentence.text for sentence in sentences],
        words=tuple(sentence.words for sentence in sentences),
        pos=tuple(sentence.tags for sentence in sentences),
        subject_verb=tuple((i, *link) for i, s in enumerate(sentences) for link in s.links),
        coreference=_coreference(teller),
        entities=tuple((e.key, e.kind) for e in _mentioned(teller)),
        facts=tuple(_fact(teller, *fact) for fact in teller.facts),
        sentiment="positive" if teller.good else "negative",
        entailed=entailed,
        contradicted=contradicted,
        neutral=neutral,
        events=tuple(teller.world.events),
        state=tuple((*key, value) for key, value in teller.world.state.items()),
    )


class StoryWorld:
    """A corpus of stories: an iterable of documents, each a list of sentences.

    It can be gone through again and gives the same documents each time. Story `i` is made from the
    seed and `i` alone, so workers can share a corpus by taking every n-th.

    Args:
        seed: another seed gives other stories.
        n: how many documents to go through; None never ends.

    Raises:
        ValueError: if `n` is negative.
    """

    def __init__(self, seed: int = 0, n: int | None = None):
        if n is not None and n < 0:
            raise ValueError(f"n={n}: give the number of stories, or None for a corpus without end")
        self.seed = seed
        self.n = n

    def story(self, i: int) -> Story:
        """Story number `i`, from 0, with its ground truth."""
        return make_story(self._rng(i))

    def document(self, i: int) -> list[str]:
        """The sentences of story number `i`, without the rest, which takes longer to make."""
        teller, _ = _tell(self._rng(i))
        return [sentence.text for sentence in teller.writer.sentences]

    def __iter__(self) -> Iterator[list[str]]:
        for i in count() if self.n is None else range(self.n):
            yield self.document(i)

    def _rng(self, i: int) -> Random:
        # A string is hashed by SHA-512 into the state, the same in all versions of Python.
        return Random(f"story {i} of world {self.seed}")


def _tell(rng: Random) -> tuple[Teller, str]:
    teller = Teller(rng)
    plot = teller.dice.choice(PLOTS)
    plot(teller)
    return teller, plot.__name__


def _mentioned(teller: Teller) -> list[Entity]:
    """All that is mentioned, in the order of first mention."""
    mentions = (m for sentence in teller.writer.sentences for m in sentence.mentions)
    return list(dict.fromkeys(m.entity for m in mentions))


def _coreference(teller: Teller) -> tuple[tuple[tuple[int, int, int], ...], ...]:
    clusters: dict[Entity, list[tuple[int, int, int]]] = {}
    for i, sentence in enumerate(teller.writer.sentences):
        for mention in sentence.mentions:
            clusters.setdefault(mention.entity, []).append((i, mention.start, mention.end))
    return tuple(tuple(cluster) for cluster in clusters.values() if len(cluster) > 1)


def _fact(teller: Teller, question: str, i: int, first: int, after: int) -> Fact:
    sentence = teller.writer.sentences[i]
    start, end = sentence.words[first].start, sentence.words[after - 1].end
    return Fact(teller.writer.aside(question), sentence.text[start:end], i, start, end)
