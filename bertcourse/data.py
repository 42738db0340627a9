"""Week 6: from a corpus to batches, as fast as a model can take them, and the same every time.

A corpus is read once and kept as ids on the disk (`TokenStore`), which are then looked at through
memory maps, so that it may be larger than the memory. For every epoch the pairs are planned anew
(`plan_epoch`), and every batch draws its masks anew (`PretrainingBatches`). All of it follows from
the seed, the epoch and the number of the batch alone: a run that is resumed, or has its batches
made by several processes, sees what it would have seen.

Source: Devlin et al. (2019), appendix A.2.
"""

import hashlib
import json
import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

import torch
from torch import Tensor
from torch.utils.data import Dataset

from bertcourse.objectives import (
    IGNORE_INDEX,
    N_SPECIAL,
    PairPlan,
    mask_batch,
    plan_pairs,
    truncate_pair,
)
from bertcourse.tokenizer import WordPieceTokenizer
from bertcourse.weights import appearing_whole

STORE = "store.json"
POOL = 64  # batches that are sorted by length together: more of them waste less, and mix less
TYPES = {
    "ids": (torch.int32, "i"),
    "sentences": (torch.int64, "q"),
    "documents": (torch.int64, "q"),
}


class DataError(Exception):
    """Data that cannot be trained on; the message says what was found and what to do."""


# --- A corpus on the disk ---------------------------------------------------------------------


class TokenStore:
    """A corpus as ids in three files: all tokens, where sentences begin, where documents begin.

    Args:
        folder: where `TokenStore.build` wrote it.

    Attributes:
        n_documents, n_sentences, n_tokens: how much there is.

    Raises:
        DataError: if there is no whole store in the folder.
    """

    def __init__(self, folder: Path | str):
        self.folder = Path(folder)
        try:
            self.facts = json.loads((self.folder / STORE).read_text(encoding="utf-8"))
            sizes = {name: self.facts[name] for name in TYPES}
            self._ids, self._sentences, self._documents = (
                _mapped(self.folder / f"{name}.bin", sizes[name], name) for name in TYPES
            )
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise DataError(
                f"{self.folder} holds no prepared corpus, or half of one ({error}): remove the "
                "folder, and it is made again"
            ) from error
        self.n_tokens = sizes["ids"]
        self.n_sentences = sizes["sentences"] - 1
        self.n_documents = sizes["documents"] - 1

    @classmethod
    def build(
        cls, corpus: Iterable[Sequence[str]], tokenizer: WordPieceTokenizer, folder: Path | str
    ) -> "TokenStore":
        """Encode a corpus into a folder, in place of what stands there.

        Documents are read as a stream, and the folder appears whole or not at all. Sentences
        without tokens and documents without sentences are left out.

        Args:
            corpus: documents, each a list of sentences.
            tokenizer: what encodes them.
            folder: where the store goes.

        Raises:
            DataError: if fewer than two documents have text, or the folder cannot be written.
        """
        folder = Path(folder)
        try:
            with appearing_whole(folder) as staged:
                sizes = _write(corpus, tokenizer, staged)
                n_documents = sizes["documents"] - 1
                if n_documents < 2:
                    raise DataError(
                        f"there are {n_documents} document(s) with text for {folder.name}, and two "
                        "at least are needed, since a sentence that does not follow is taken from "
                        "another one: add documents. Where some are kept apart, four are needed in "
                        "all, with different texts"
                    )
                facts = {**sizes, "vocabulary": vocabulary_digest(tokenizer)}
                (staged / STORE).write_text(json.dumps(facts), encoding="utf-8")
        except OSError as error:
            raise DataError(
                f"the corpus could not be prepared in {folder} ({error.strerror or error}): see "
                "that there is space, or choose another output folder"
            ) from error
        return cls(folder)

    @property
    def lengths(self) -> Sequence[Sequence[int]]:
        """The length of every sentence of every document, in tokens."""
        return _Lengths(self._sentences, self._documents)

    def ids(self, document: int, start: int, end: int) -> list[int]:
        """The ids of the sentences `start` to `end − 1` of a document, one behind the other."""
        first = int(self._documents[document])
        begin, stop = int(self._sentences[first + start]), int(self._sentences[first + end])
        return self._ids[begin:stop].tolist()

    def run_lengths(self, document: Tensor, start: Tensor, end: Tensor) -> Tensor:
        """How many tokens each of many runs of sentences has."""
        first = self._documents[document.long()]
        return self._sentences[first + end] - self._sentences[first + start]

    def some_ids(self, most: int = 5_000_000) -> Tensor:
        """The first ids of the corpus, for counting."""
        return self._ids[:most].long()


def vocabulary_digest(tokenizer: WordPieceTokenizer) -> str:
    """A short name for a vocabulary and its settings: other ones have another."""
    text = json.dumps([list(tokenizer.vocab), tokenizer.lower])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _mapped(path: Path, size: int, name: str) -> Tensor:
    dtype = TYPES[name][0]
    if path.stat().st_size != size * dtype.itemsize:
        raise ValueError(f"{path.name} is not of its size")
    return torch.from_file(str(path), shared=False, size=size, dtype=dtype)


def _write(
    corpus: Iterable[Sequence[str]], tokenizer: WordPieceTokenizer, folder: Path
) -> dict[str, int]:
    sizes = {"ids": 0, "sentences": 1, "documents": 1}
    files = {name: open(folder / f"{name}.bin", "wb") for name in TYPES}  # noqa: SIM115

    def write(name: str, numbers: list[int]) -> None:
        array(TYPES[name][1], numbers).tofile(files[name])

    try:
        write("sentences", [0])
        write("documents", [0])
        for document in _encoded(corpus, tokenizer):
            ends = []
            for sentence in document:
                write("ids", sentence)
                sizes["ids"] += len(sentence)
                ends.append(sizes["ids"])
            write("sentences", ends)
            sizes["sentences"] += len(ends)
            write("documents", [sizes["sentences"] - 1])
            sizes["documents"] += 1
        for file in files.values():
            file.flush()
            os.fsync(file.fileno())
    finally:
        for file in files.values():
            file.close()
    return sizes


def _encoded(
    corpus: Iterable[Sequence[str]], tokenizer: WordPieceTokenizer, at_once: int = 256
) -> Iterator[list[list[int]]]:
    """Documents as lists of ids; many at a time, since the tokenizer works on all cores then."""
    documents = iter(corpus)
    while some := list(islice(documents, at_once)):
        ids = iter(tokenizer.encode_pieces([sentence for each in some for sentence in each]))
        for document in some:
            sentences = [sentence for _ in document if (sentence := next(ids))]
            if sentences:
                yield sentences


class _Lengths(Sequence):
    """Lengths of sentences, as a list of lists that is computed where it is looked at."""

    def __init__(self, sentences: Tensor, documents: Tensor):
        self.sentences, self.documents = sentences, documents

    def __len__(self) -> int:
        return len(self.documents) - 1

    def __getitem__(self, document: int) -> list[int]:
        first, last = self.documents[document : document + 2].tolist()
        return self.sentences[first : last + 1].diff().tolist()


# --- Pairs and batches ------------------------------------------------------------------------


def plan_epoch(
    store: TokenStore, max_len: int, seed: int, epoch: int, short_seq_prob: float = 0.1
) -> Tensor:
    """Choose all pairs of an epoch, the documents in a new order.

    Args:
        store: the corpus.
        max_len: the length of a packed sequence.
        seed: of the run.
        epoch: from 0.
        short_seq_prob: how often a document is read in shorter runs.

    Returns:
        int32 `(N, 7)`, a `PairPlan` a row.
    """
    rng = Random(f"pairs {seed} {epoch}")
    documents = sorted(range(store.n_documents), key=lambda _: rng.random())
    lengths = store.lengths
    plans = array("i")
    for d in documents:
        for plan in plan_pairs(lengths, d, max_len, rng, short_seq_prob):
            plans.extend(plan)
    return torch.frombuffer(plans, dtype=torch.int32).view(-1, len(PairPlan._fields)).clone()


@dataclass(frozen=True)
class PretrainingBatch:
    """One batch: B pairs of S tokens, P of them to be guessed.

    Attributes:
        input_ids, attention_mask, segment_ids: `(B, S)`.
        positions: `(B, P)`, where words are guessed.
        mlm_labels: `(B, P)`, the words; −100 where a row has fewer.
        nsp_labels: `(B,)`, 0 = IsNext and 1 = NotNext.
    """

    input_ids: Tensor
    attention_mask: Tensor
    segment_ids: Tensor
    positions: Tensor
    mlm_labels: Tensor
    nsp_labels: Tensor

    @property
    def inputs(self) -> dict[str, Tensor]:
        """What `BERTLM` is called with."""
        names = ("input_ids", "attention_mask", "segment_ids", "positions")
        return {name: getattr(self, name) for name in names}

    def split(self, n: int) -> list["PretrainingBatch"]:
        """Cut into n batches of as many pairs each."""
        if len(self.nsp_labels) % n:
            raise DataError(
                f"a batch of {len(self.nsp_labels)} pairs cannot be cut into {n} of one size, for "
                "the processes and accumulated batches: choose a multiple"
            )
        columns = (tensor.chunk(n) for tensor in vars(self).values())
        return [PretrainingBatch(*rows) for rows in zip(*columns, strict=True)]

    def to(self, device: torch.device | str) -> "PretrainingBatch":
        return PretrainingBatch(*(t.to(device, non_blocking=True) for t in vars(self).values()))

    def pin_memory(self) -> "PretrainingBatch":
        """A copy that a GPU fetches by itself: from other memory, `to` waits until it is idle."""
        return PretrainingBatch(*(tensor.pin_memory() for tensor in vars(self).values()))

    @property
    def n_predicted(self) -> Tensor:
        """How many words are guessed, as a tensor: a GPU is not waited for."""
        return (self.mlm_labels != IGNORE_INDEX).sum()

    @property
    def sizes(self) -> Tensor:
        """`n_predicted` and the number of pairs, `(2,)`."""
        n_pairs = torch.full_like(self.n_predicted, len(self.nsp_labels))
        return torch.stack([self.n_predicted, n_pairs]).float()


class PretrainingBatches(Dataset):
    """The batches of one epoch, by number.

    Pairs of like length go together, so that little of a batch is padding; within that, pairs and
    batches are in random order. What is left over at the end is dropped, and comes again in another
    epoch.

    Args:
        store: the corpus.
        tokenizer: the one that encoded it.
        batch_size: B, pairs a batch.
        max_len: the length of a packed sequence.
        seed: of the run.
        epoch: from 0.
        short_seq_prob: as in `plan_epoch`.
        p: the share of tokens that are guessed.

    Raises:
        DataError: if there are too few pairs for one batch.
    """

    def __init__(
        self,
        store: TokenStore,
        tokenizer: WordPieceTokenizer,
        batch_size: int,
        max_len: int,
        seed: int,
        epoch: int,
        short_seq_prob: float = 0.1,
        p: float = 0.15,
    ):
        self.store, self.tokenizer = store, tokenizer
        self.max_len, self.seed, self.epoch, self.p = max_len, seed, epoch, p
        self.plans = plan_epoch(store, max_len, seed, epoch, short_seq_prob)
        if len(self.plans) < batch_size:
            raise DataError(
                f"the corpus gives {len(self.plans)} pairs, fewer than a batch of {batch_size}: "
                "add text, or choose a smaller batch"
            )
        a, b = (store.run_lengths(*runs.T) for runs in (self.plans[:, 0:3], self.plans[:, 3:6]))
        lengths = (a + b).clamp(max=max_len - N_SPECIAL)
        self.batches = _bucketed(lengths, batch_size, self._generator("order"))
        self.special = torch.zeros(len(tokenizer), dtype=torch.bool)
        self.special[tokenizer.special_ids] = True

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, number: int) -> PretrainingBatch:
        generator = self._generator(f"batch {number}")
        rng = Random(f"cuts {self.seed} {self.epoch} {number}")
        plans = [PairPlan(*plan) for plan in self.plans[self.batches[number]].tolist()]
        pairs = [self._pair(plan, rng) for plan in plans]
        cls, sep, pad = self.tokenizer.cls_id, self.tokenizer.sep_id, self.tokenizer.pad_id
        longest = max(len(a) + len(b) for a, b in pairs) + N_SPECIAL
        ids = torch.full((len(pairs), longest), pad)
        mask, segments = torch.zeros_like(ids), torch.zeros_like(ids)
        for row, (a, b) in enumerate(pairs):
            tokens = [cls, *a, sep, *b, sep]
            ids[row, : len(tokens)] = torch.tensor(tokens)
            mask[row, : len(tokens)] = 1
            segments[row, len(a) + 2 : len(tokens)] = 1
        inputs, positions, labels = mask_batch(
            ids,
            self.special,
            self.tokenizer.mask_id,
            generator,
            self.p,
            round(self.p * self.max_len),
        )
        next_labels = torch.tensor([plan.label for plan in plans])
        return PretrainingBatch(inputs, mask, segments, positions, labels, next_labels)

    def _pair(self, plan: PairPlan, rng: Random) -> tuple[list[int], list[int]]:
        a = self.store.ids(plan.a_document, plan.a_start, plan.a_end)
        b = self.store.ids(plan.b_document, plan.b_start, plan.b_end)
        return truncate_pair(a, b, self.max_len - N_SPECIAL, rng)

    def _generator(self, purpose: str) -> torch.Generator:
        return torch.Generator().manual_seed(seed_from(purpose, self.seed, self.epoch))


def seed_from(*parts: object) -> int:
    """A seed that follows from all of its parts, and has nothing in common with its neighbours'."""
    digest = hashlib.sha256(" ".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "little", signed=True)


def _bucketed(lengths: Tensor, batch_size: int, generator: torch.Generator) -> Tensor:
    """Numbers of pairs in batches of like length: `(N,)` to `(N // B, B)`, all in random order."""
    order = torch.randperm(len(lengths), generator=generator)
    pools = order.split(POOL * batch_size)
    order = torch.cat([pool[lengths[pool].argsort(stable=True)] for pool in pools])
    batches = order[: len(order) // batch_size * batch_size].view(-1, batch_size)
    return batches[torch.randperm(len(batches), generator=generator)]
