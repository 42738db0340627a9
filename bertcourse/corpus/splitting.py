"""Two corpora from one: what is trained on, and what is held out to test on."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bertcourse.corpus.documents import Corpus, Document

FEW = 1_000  # documents: a corpus that has fewer is counted before it is split


def split_corpus(
    corpus: Corpus, held_out: float = 0.02, seed: int = 0, most: int = 2_000
) -> tuple[Corpus, Corpus]:
    """Keep some documents apart, to test on what was never trained on.

    A hash of its text decides where a document goes: the same document always goes to the same
    side, in whatever order documents come, and two of the same text never go to both.

    Args:
        corpus: all documents.
        held_out: which share is kept apart, from 0 to below 1. Of a corpus of fewer than 1 000
            documents at least two are, as a pair of sentences from different documents needs them,
            as long as two are left.
        seed: another seed, another choice.
        most: documents in the part that is kept apart; those beyond it are not used at all, so that
            testing stays short.

    Returns:
        The corpus to train on and the one to test on. Both go through all of `corpus`, each time;
        but the one to test on is remembered once the other has been gone through to the end.

    Raises:
        ValueError: if a number is out of range.
    """
    if not 0 <= held_out < 1:
        raise ValueError(f"held_out={held_out}: choose a share from 0 to below 1, such as 0.02")
    if most < 0:
        raise ValueError(f"most={most}: choose 0 or more")
    border = _Border(corpus, held_out, str(seed).encode(), most)
    return _Training(border), _HeldOut(border)


@dataclass
class _Border:
    """Tells the two sides apart: what is held out has a hash below the border."""

    corpus: Corpus
    held_out: float
    seed: bytes
    most: int
    value: int | None = None
    found: list[Document] | None = None  # what is held out, where all has been gone through

    def numbered(self) -> Iterator[tuple[Document, bool]]:
        """Every document, and whether it is held out."""
        if self.value is None:
            self.value = self._find()
        return ((each, self._hash(each) < self.value) for each in self.corpus)

    def _hash(self, document: Document) -> int:
        digest = hashlib.blake2b(key=self.seed, digest_size=8)
        for sentence in document:
            digest.update(sentence.encode("utf-8", "replace") + b"\n")
        return int.from_bytes(digest.digest(), "big")

    def _find(self) -> int:
        """The share of all hashes, or, of a few documents, what holds out a fitting number."""
        if self.held_out == 0:
            return 0
        hashes = sorted({self._hash(document) for document in islice(self.corpus, FEW)})
        n = len(hashes)
        if n == FEW:
            return int(self.held_out * 2**64)
        wanted = max(round(self.held_out * n), min(2, n - 2), 0)
        return hashes[min(wanted, n - 1)] if hashes else 0


@dataclass
class _Training:
    border: _Border

    def __iter__(self) -> Iterator[Document]:
        found: list[Document] = []
        for document, is_held_out in self.border.numbered():
            if not is_held_out:
                yield document
            elif len(found) < self.border.most:
                found.append(document)
        self.border.found = found


@dataclass
class _HeldOut:
    border: _Border

    def __iter__(self) -> Iterator[Document]:
        if self.border.held_out == 0:
            return iter(())  # or an endless corpus would be searched for ever
        if self.border.found is not None:
            return iter(self.border.found)
        held_out = (document for document, is_held_out in self.border.numbered() if is_held_out)
        return islice(held_out, self.border.most)
