"""What is in a corpus: counts and samples."""

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import islice
from random import Random

from bertcourse.corpus.documents import Corpus, Document

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True)
class Description:
    """What is in a corpus; printed, it is a table with samples below it.

    Attributes:
        documents: how many were counted.
        sentences: in all of them.
        words: in all of them, without punctuation marks.
        distinct_words: without regard to case.
        is_whole: whether these were all documents there are.
        samples: some documents, each as likely as any other to be among them.
    """

    documents: int
    sentences: int
    words: int
    distinct_words: int
    is_whole: bool
    samples: list[Document] = field(repr=False)

    @property
    def sentences_per_document(self) -> float:
        return self.sentences / max(1, self.documents)

    @property
    def words_per_sentence(self) -> float:
        return self.words / max(1, self.sentences)

    def __str__(self) -> str:
        more = "" if self.is_whole else " (the first; there are more)"
        lines = [
            f"documents       {self.documents:>12,}{more}",
            f"sentences       {self.sentences:>12,}   {self.sentences_per_document:.1f} a document",
            f"words           {self.words:>12,}   {self.words_per_sentence:.1f} a sentence",
            f"distinct words  {self.distinct_words:>12,}",
        ]
        for number, document in enumerate(self.samples, 1):
            lines += ["", f"sample {number}, {len(document)} sentence(s)"]
            lines += [f"  {_printable(sentence)}" for sentence in document[:5]]
            lines += ["  …"] * (len(document) > 5)
        return "\n".join(lines)


def describe(
    corpus: Corpus, limit: int | None = 10_000, n_samples: int = 3, seed: int = 0
) -> Description:
    """Count what is in a corpus, and draw samples.

    Args:
        corpus: any iterable of documents.
        limit: how many documents to look at; None for all, which only ends if the corpus does.
        n_samples: how many documents to show.
        seed: which.

    Raises:
        CorpusError: if the corpus cannot be read.
    """
    n_documents = n_sentences = n_words = 0
    distinct: set[str] = set()
    samples: list[Document] = []
    rng = Random(seed)
    documents = iter(corpus)
    for document in islice(documents, limit):
        n_documents += 1
        n_sentences += len(document)
        for sentence in document:
            words = WORD.findall(sentence.lower())
            n_words += len(words)
            distinct.update(words)
        # Reservoir sampling: every document seen so far is as likely to be among the samples.
        place = len(samples) if len(samples) < n_samples else rng.randrange(n_documents)
        if place < n_samples:
            samples[place : place + 1] = [document]
    is_whole = limit is None or next(documents, None) is None
    return Description(n_documents, n_sentences, n_words, len(distinct), is_whole, samples)


def _printable(text: str, longest: int = 300) -> str:
    """A text for a terminal: no control character in it can move the cursor or set a colour."""
    shown = "".join("\ufffd" if unicodedata.category(c)[0] == "C" else c for c in text[:longest])
    return shown + "…" * (len(text) > longest)
