"""Weeks 3 and 5: what BERT is trained to predict, and how text becomes such questions.

The file follows a training example through its life: two pieces of text are chosen (`sentence_pair`
for the idea, `document_pairs` for the sequences as they were really filled), laid out as one
sequence (`pack_pair`), some of its tokens hidden (`mask_tokens`), and the model's answers to both
questions scored (`pretraining_loss`). Until the loss everything is lists of token ids, for it runs
before there are batches. Every random procedure takes its own `random.Random`, so that the same
seed gives the same examples.

Source: Devlin et al. (2019), section 3.1 and appendix A.1 and A.2; the details the paper leaves
open are those of google-research/bert (create_pretraining_data.py), and differences are named.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from random import Random
from typing import NamedTuple, TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor

IS_NEXT, NOT_NEXT = 0, 1
N_SPECIAL = 3  # [CLS] and two [SEP] of a pair
IGNORE_INDEX = -100  # the label of what is not predicted; PyTorch's own default

Sentence = TypeVar("Sentence")


def truncate_pair(
    a: Sequence[int], b: Sequence[int], max_tokens: int, rng: Random | None = None
) -> tuple[list[int], list[int]]:
    """Shorten two texts until they fit together, always cutting from the longer one.

    A token of a short text says more about it than a token of a long one; on a tie `b` is cut.

    Args:
        a: ids of the first text.
        b: ids of the second text.
        max_tokens: how many ids may be left in both together.
        rng: where given, every id is dropped from the front or from the back, as the coin falls, as
            in pre-training; otherwise from the back.

    Returns:
        Both texts, shortened; the lists given stay as they were.

    Raises:
        ValueError: if `max_tokens` is negative.
    """
    if max_tokens < 0:
        raise ValueError(f"max_tokens={max_tokens}: two texts can be cut down to 0 ids, not below")
    a, b = list(a), list(b)
    while len(a) + len(b) > max_tokens:
        longer = a if len(a) > len(b) else b
        if rng is not None and rng.random() < 0.5:
            longer.pop(0)
        else:
            longer.pop()
    return a, b


def pack_pair(
    a: Sequence[int], b: Sequence[int] | None, max_len: int, cls: int, sep: int, pad: int = 0
) -> tuple[list[int], list[int], list[int]]:
    """Lay out one or two texts the way BERT reads them.

    Layout:
        ids       [CLS] a … a [SEP] b … b [SEP] [PAD] …
        segments    0   0 … 0   0   1 … 1   1     0   …
        mask        1   1 … 1   1   1 … 1   1     0   …

    The texts are cut to fit before the special tokens go in, so that those are never lost.

    Args:
        a: ids of the first text, without special tokens.
        b: ids of the second text; None or an empty one means a single text, with one [SEP].
        max_len: the length of the lists returned.
        cls: id of [CLS].
        sep: id of [SEP].
        pad: id of [PAD].

    Returns:
        ids, segments and mask, each a list of `max_len` integers.

    Raises:
        ValueError: if not even the special tokens fit.

    Source: Devlin et al. (2019), section 3, figure 2.
    """
    n_special = 3 if b else 2
    if max_len < n_special:
        raise ValueError(
            f"max_len={max_len} has no room for the {n_special} special tokens of "
            f"{'a pair' if b else 'a single text'}: choose max_len={n_special} or more"
        )
    short_a, short_b = truncate_pair(a, b or [], max_len - n_special)
    first = [cls, *short_a, sep]
    second = [*short_b, sep] if b else []
    n_tokens = len(first) + len(second)
    n_pad = max_len - n_tokens
    ids = first + second + [pad] * n_pad
    segments = [0] * len(first) + [1] * len(second) + [0] * n_pad
    mask = [1] * n_tokens + [0] * n_pad
    return ids, segments, mask


def another_document(documents: Sequence[Sequence[Sentence]], d: int, rng: Random) -> int:
    """Draw the number of a document other than `d`, each that has sentences equally likely.

    Raises:
        ValueError: if no other document has a sentence.
    """
    if not any(len(documents[j]) for j in range(len(documents)) if j != d):
        raise ValueError(
            f"no document but number {d} has a sentence: negatives come from another document, "
            "so give two or more"
        )
    while True:
        j = rng.randrange(len(documents) - 1)
        j += j >= d  # number d is stepped over
        if len(documents[j]):
            return j


def sentence_pair(
    documents: Sequence[Sequence[Sentence]], d: int, i: int, rng: Random
) -> tuple[Sentence, Sentence, int]:
    """Ask whether one sentence follows another: the idea of next sentence prediction.

    Half the time B is the sentence that follows A; otherwise, and always after the last sentence of
    a document, it is any sentence of any other document. The document it is taken from must be
    another one: within A's own, the draw could hit the true next sentence and call it wrong.

    Args:
        documents: lists of sentences, in reading order; a sentence may be text or a list of ids.
        d: the document of sentence A.
        i: the place of sentence A in it, from 0.
        rng: the source of randomness.

    Returns:
        A, B and the label: 0 = `IS_NEXT`, 1 = `NOT_NEXT`.

    Raises:
        ValueError: if there is no sentence `i` in document `d`, or no sentence in any other.

    Source: Devlin et al. (2019), section 3.1, task 2.
    """
    if not 0 <= d < len(documents):
        raise ValueError(f"d={d}: there are {len(documents)} documents, counted from 0")
    document = documents[d]
    if not 0 <= i < len(document):
        raise ValueError(f"i={i}: document {d} has {len(document)} sentences, counted from 0")
    other = documents[another_document(documents, d, rng)]
    is_last = i == len(document) - 1
    if not is_last and rng.random() < 0.5:
        return document[i], document[i + 1], IS_NEXT
    return document[i], rng.choice(other), NOT_NEXT


def document_pairs(
    documents: Sequence[Sequence[Sequence[int]]],
    max_len: int,
    rng: Random,
    short_seq_prob: float = 0.1,
) -> Iterator[tuple[list[int], list[int], int]]:
    """Go through all documents once and cut them into the pairs BERT was trained on.

    Single sentences would leave most of a sequence empty. So a document is read in runs of
    sentences, each filling a sequence, and every run is split between two sentences into A and B.
    Half the time B is replaced by a run of the same length from another document, and its own
    sentences are put back, to be read next. A run of one sentence has nothing to split off and is
    always `NOT_NEXT`, so somewhat more than half the pairs are. (google-research/bert draws up to
    ten times for another document and then makes do with the same one; here it is always another.)

    Args:
        documents: lists of sentences, each a list of ids without special tokens. Sentences and
            documents with nothing in them are passed over.
        max_len: the length of a packed sequence, with [CLS] and both [SEP].
        rng: the source of randomness.
        short_seq_prob: how often a document is read in shorter runs, of a length drawn from 2 to
            the full one, so that the model also meets short texts.

    Returns:
        An iterator over `(a, b, label)`, in the order of the documents, for `pack_pair`: neither
        text is empty, and both fit into `max_len` with the special tokens. For another round with
        other pairs, call again with the same `rng`.

    Raises:
        ValueError: if fewer than two documents have text, or a number is out of range.

    Source: Devlin et al. (2019), appendix A.2.
    """
    if max_len < 5:
        raise ValueError(f"max_len={max_len}: three special tokens and a token each need 5 or more")
    if not 0 <= short_seq_prob <= 1:
        raise ValueError(f"short_seq_prob={short_seq_prob} is not a probability, from 0 to 1")
    documents = [[sentence for sentence in document if sentence] for document in documents]
    documents = [document for document in documents if document]
    if len(documents) < 2:
        raise ValueError(
            f"{len(documents)} document(s) with text given: negatives come from another document, "
            "so give two or more"
        )
    lengths = [[len(sentence) for sentence in document] for document in documents]
    plans = chain.from_iterable(
        plan_pairs(lengths, d, max_len, rng, short_seq_prob) for d in range(len(documents))
    )
    return (_written_out(documents, plan, max_len, rng) for plan in plans)


class PairPlan(NamedTuple):
    """Which sentences make a pair: `a` and `b` are runs of one document each, first to last + 1."""

    a_document: int
    a_start: int
    a_end: int
    b_document: int
    b_start: int
    b_end: int
    label: int


def plan_pairs(
    lengths: Sequence[Sequence[int]], d: int, max_len: int, rng: Random, short_seq_prob: float = 0.1
) -> Iterator[PairPlan]:
    """Choose the pairs of one document by the lengths of sentences alone, as `document_pairs` does.

    Args:
        lengths: of every sentence of every document, in tokens, each 1 or more.
        d: the document that A is taken from.
        max_len: the length of a packed sequence.
        rng: the source of randomness.
        short_seq_prob: how often the document is read in shorter runs.
    """
    document, room = lengths[d], max_len - N_SPECIAL
    target = rng.randint(2, room) if rng.random() < short_seq_prob else room
    start = 0
    while start < len(document):
        end = _run_end(document, start, target)
        split = rng.randrange(start + 1, max(end, start + 2))  # A has a sentence, B has the rest
        if split == end or rng.random() < 0.5:
            other = another_document(lengths, d, rng)
            first = rng.randrange(len(lengths[other]))
            last = _run_end(lengths[other], first, target - sum(document[start:split]))
            yield PairPlan(d, start, split, other, first, last, NOT_NEXT)
            start = split  # the sentences after the split are put back
        else:
            yield PairPlan(d, start, split, d, split, end, IS_NEXT)
            start = end


def _run_end(lengths: Sequence[int], start: int, target: int) -> int:
    """Where a run from `start` ends: with the sentence that fills the target, or the document."""
    end, filled = start + 1, lengths[start]
    while end < len(lengths) and filled < target:
        filled += lengths[end]
        end += 1
    return end


def _written_out(
    documents: Sequence[Sequence[Sequence[int]]], plan: PairPlan, max_len: int, rng: Random
) -> tuple[list[int], list[int], int]:
    a = _join(documents[plan.a_document][plan.a_start : plan.a_end])
    b = _join(documents[plan.b_document][plan.b_start : plan.b_end])
    return *truncate_pair(a, b, max_len - N_SPECIAL, rng), plan.label


def _join(sentences: Sequence[Sequence[int]]) -> list[int]:
    return list(chain.from_iterable(sentences))


def random_token(rng: Random, vocab_size: int, special_ids: Collection[int]) -> int:
    """Draw an id that is not special, each equally likely.

    Args:
        rng: the source of randomness.
        vocab_size: V; ids go from 0 to V − 1.
        special_ids: ids that are never drawn.

    Raises:
        ValueError: if all ids are special.
    """
    if all(token in special_ids for token in range(vocab_size)):
        raise ValueError(
            f"all {vocab_size} ids of the vocabulary are special: no token is left to put in"
        )
    while True:
        token = rng.randrange(vocab_size)
        if token not in special_ids:
            return token


def hide_token(
    token: int, rng: Random, vocab_size: int, mask_id: int, special_ids: Collection[int]
) -> int:
    """Say what the model sees in place of a chosen token.

    Of 100, 80 become [MASK], 10 a random token and 10 stay as they are: [MASK] never occurs in
    fine-tuning, so the model must not learn that only there an answer is wanted.

    The random token is any that is not special, the old one among them. (google-research/bert draws
    from the special ones, too.)

    Args:
        token: the id that was chosen.
        rng: the source of randomness.
        vocab_size: V; every id is below it.
        mask_id: id of [MASK].
        special_ids: ids that are never put in.

    Raises:
        ValueError: if the token is outside the vocabulary, or all ids are special.

    Source: Devlin et al. (2019), section 3.1, task 1.
    """
    if not 0 <= token < vocab_size:
        raise ValueError(
            f"id {token} is outside the vocabulary: with vocab_size={vocab_size}, ids go from 0 to "
            f"{vocab_size - 1}"
        )
    draw = rng.random()
    if draw < 0.8:
        return mask_id
    if draw < 0.9:
        return random_token(rng, vocab_size, {mask_id, *special_ids})
    return token


def n_predictions(n: int, p: float = 0.15, max_predictions: int = 20) -> int:
    """How many of n tokens are chosen: the share p, but at least one and at most so many.

    Args:
        n: tokens that may be chosen.
        p: the share to choose, above 0 and up to 1.
        max_predictions: the most tokens to choose; 20 goes with a length of 128, 77 with 512.

    Raises:
        ValueError: if a number is out of range.
    """
    if not 0 < p <= 1 or max_predictions < 0:
        raise ValueError(
            f"p={p}, max_predictions={max_predictions}: choose a share above 0 and up to 1, such "
            "as BERT's 0.15, and a number of 0 or more"
        )
    return min(n, max_predictions, max(1, round(p * n)))


def mask_tokens(
    ids: Sequence[int],
    rng: Random,
    vocab_size: int,
    mask_id: int,
    special_ids: Collection[int],
    p: float = 0.15,
    ignore_index: int = IGNORE_INDEX,
    max_predictions: int = 20,
) -> tuple[list[int], list[int]]:
    """Hide some tokens of a sequence for the model to predict: the masked language model.

    Of the tokens that are not special, `n_predictions` are chosen, and `hide_token` says what the
    model sees in their place. All of them are predicted, not only those that became [MASK].
    (google-research/bert counts [CLS] and [SEP] among the tokens of which 15 % are chosen.)

    Args:
        ids: the sequence, packed or not; padding counts as special.
        rng: the source of randomness.
        vocab_size: V; every id is below it.
        mask_id: id of [MASK]. It counts as special whether `special_ids` holds it or not.
        special_ids: ids that are never chosen and never put in: [CLS], [SEP], [PAD], …
        p: the share to choose, above 0 and up to 1.
        ignore_index: the label of what is not chosen.
        max_predictions: the most tokens to choose.

    Returns:
        The sequence as the model sees it, and labels: the old id where a token was chosen,
        `ignore_index` elsewhere. With nothing to choose from, the sequence unchanged and no labels.

    Raises:
        ValueError: if a number or a chosen id is out of range, or all ids are special.

    Source: Devlin et al. (2019), section 3.1, task 1, and appendix A.1.
    """
    special = {mask_id, *special_ids}
    ordinary = [position for position, token in enumerate(ids) if token not in special]
    inputs, labels = list(ids), [ignore_index] * len(ids)
    for position in rng.sample(ordinary, n_predictions(len(ordinary), p, max_predictions)):
        labels[position] = ids[position]
        inputs[position] = hide_token(ids[position], rng, vocab_size, mask_id, special)
    return inputs, labels


def mask_words(
    ids: Sequence[int],
    continues: Sequence[bool],
    rng: Random,
    vocab_size: int,
    mask_id: int,
    special_ids: Collection[int],
    p: float = 0.15,
    ignore_index: int = IGNORE_INDEX,
    max_predictions: int = 20,
) -> tuple[list[int], list[int]]:
    """`mask_tokens` with the pieces of a word chosen together or not at all: whole-word masking.

    Words are taken in random order as long as they fit, so fewer tokens than planned may be chosen,
    or none when no word fits. What the model sees is drawn for each piece on its own.

    Args:
        ids: the sequence.
        continues: True for every token that continues the word before it ("##ing").

    The other arguments, and what is returned and raised, are those of `mask_tokens`.

    Raises:
        ValueError: also if the lengths differ.

    Source: google-research/bert, May 2019; the paper's own models choose single tokens.
    """
    if len(continues) != len(ids):
        raise ValueError(
            f"continues has {len(continues)} entries for {len(ids)} ids: give one each"
        )
    special = {mask_id, *special_ids}
    words = _words(ids, continues, special)
    budget = n_predictions(sum(len(word) for word in words), p, max_predictions)
    rng.shuffle(words)
    inputs, labels = list(ids), [ignore_index] * len(ids)
    for word in words:
        if len(word) > budget:
            continue
        budget -= len(word)
        for position in word:
            labels[position] = ids[position]
            inputs[position] = hide_token(ids[position], rng, vocab_size, mask_id, special)
    return inputs, labels


def _words(
    ids: Sequence[int], continues: Sequence[bool], special: Collection[int]
) -> list[list[int]]:
    """The positions that may be chosen, in groups that are chosen together."""
    words: list[list[int]] = []
    for position, token in enumerate(ids):
        if token in special:
            continue
        # After a special token a piece stands alone: the start of its word was cut off.
        if continues[position] and words and words[-1][-1] == position - 1:
            words[-1].append(position)
        else:
            words.append([position])
    return words


def mask_batch(
    ids: Tensor,
    special: Tensor,
    mask_id: int,
    generator: torch.Generator | None = None,
    p: float = 0.15,
    max_predictions: int = 20,
) -> tuple[Tensor, Tensor, Tensor]:
    """`mask_tokens` for a whole batch at once, for training, where lists would be too slow.

    Args:
        ids: `(B, S)`.
        special: bool `(V,)`, True for ids that are never chosen and never put in.
        mask_id: id of [MASK].
        generator: the source of randomness; PyTorch's own by default.
        p: the share to choose.
        max_predictions: the most tokens of a row to choose.

    Raises:
        ValueError: if a number or an id is out of range, or all ids are special.

    Returns:
        The batch as the model sees it `(B, S)`; the chosen positions `(B, P)`, P being the most of
        any row; and their old ids `(B, P)`, −100 where a row has fewer.
    """
    if not 0 < p <= 1 or max_predictions < 0:
        raise ValueError(
            f"p={p}, max_predictions={max_predictions}: choose a share above 0 and up to 1, such "
            "as BERT's 0.15, and a number of 0 or more"
        )
    if ids.dim() != 2 or ids.is_floating_point():
        raise ValueError(f"ids of shape {tuple(ids.shape)}, {ids.dtype}: give integers (B, S)")
    if ids.numel() and not 0 <= int(ids.min()) <= int(ids.max()) < len(special):
        raise ValueError(
            f"ids from {int(ids.min())} to {int(ids.max())}: with a vocabulary of {len(special)} "
            f"they go from 0 to {len(special) - 1}"
        )
    special = special.index_fill(0, torch.tensor(mask_id), True)
    may = ~special[ids]  # (B, S)
    n = may.sum(dim=1)
    count = (p * n.double()).round().long().clamp(1, max_predictions).minimum(n)  # (B,)
    draw = torch.rand(ids.shape, generator=generator).masked_fill(~may, 2.0)
    most = int(count.max()) if len(count) else 0
    order = draw.argsort(dim=1)[:, :most]  # (B, P), positions in random order
    chosen = torch.arange(order.size(1)) < count[:, None]
    labels = ids.gather(1, order)  # (B, P)
    coin = torch.rand(labels.shape, generator=generator)
    ordinary = (~special).nonzero().squeeze(1)  # the ids that may be put in
    if not len(ordinary):
        raise ValueError(f"all {len(special)} ids are special: none is left to put in")
    other = ordinary[torch.randint(len(ordinary), labels.shape, generator=generator)]
    shown = torch.where(coin < 0.8, mask_id, torch.where(coin < 0.9, other, labels))
    inputs = ids.scatter(1, order, torch.where(chosen, shown, labels))
    return inputs, order, labels.masked_fill(~chosen, IGNORE_INDEX)


def chosen_positions(labels: Tensor, ignore_index: int = IGNORE_INDEX) -> tuple[Tensor, Tensor]:
    """Gather where a batch is predicted, so that logits are computed at those positions only.

    Of 128 tokens about 19 are predicted; logits over 30 522 ids for the others are never used.

    Args:
        labels: `(B, S)`, `ignore_index` where nothing is predicted.
        ignore_index: the label of what is not predicted.

    Returns:
        positions and their labels, both `(B, P)`, in reading order, with P the largest number
        predicted in any row. Rows that have fewer are filled with positions that are not predicted,
        whose labels say so.

    Raises:
        ValueError: if the labels are not `(B, S)`.
    """
    if labels.dim() != 2:
        raise ValueError(f"labels of shape {tuple(labels.shape)} given, but they are (B, S)")
    ignored = labels == ignore_index
    longest = int((~ignored).sum(dim=1).max()) if len(labels) else 0
    positions = ignored.int().argsort(dim=1, stable=True)[:, :longest]  # predicted ones come first
    return positions, labels.gather(1, positions)  # (B, P), (B, P)


def mean_cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Average −log p(label) over the labels that are predicted.

    Args:
        logits: `(…, V)`.
        labels: `(…)`, integers from 0 to V − 1; −100 = not predicted.

    Returns:
        A scalar, at least float32. Where nothing is predicted it is 0, and so are its gradients.

    Raises:
        ValueError: if shapes do not match, or a label is not an integer of the range given.
    """
    if logits.shape[:-1] != labels.shape:
        raise ValueError(
            f"logits of shape {tuple(logits.shape)} go with labels of shape "
            f"{tuple(logits.shape[:-1])}, but {tuple(labels.shape)} was given"
        )
    if labels.is_floating_point() or labels.dtype == torch.bool:
        raise ValueError(f"labels are {labels.dtype}: give integers, such as labels.long()")
    predicted = labels != IGNORE_INDEX
    logits, labels = logits[predicted], labels[predicted].long()  # (N, V), (N,)
    wrong = labels[(labels < 0) | (labels >= logits.size(-1))]
    if len(wrong):
        raise ValueError(
            f"labels contain {wrong[0].item()}, but with {logits.size(-1)} logits they go from 0 "
            f"to {logits.size(-1) - 1}, and {IGNORE_INDEX} means not predicted"
        )
    logits = logits.to(torch.promote_types(logits.dtype, torch.float32))  # sums overflow in float16
    return F.cross_entropy(logits, labels, reduction="sum") / max(1, len(labels))


def pretraining_loss(
    mlm_logits: Tensor, nsp_logits: Tensor, mlm_labels: Tensor, nsp_labels: Tensor
) -> Tensor:
    """The loss BERT is pre-trained with: both questions, each averaged over its own answers.

    Formula:
        loss = − mean over predicted tokens of log p(token) − mean over pairs of log p(label)

    Args:
        mlm_logits: `(B, S, V)`, or `(B, P, V)` at chosen positions.
        nsp_logits: `(B, 2)`.
        mlm_labels: `(B, S)` or `(B, P)`, ids as integers; −100 = not predicted.
        nsp_labels: `(B,)`, 0 = is next, 1 = not next. Both count; −100 = not a pair.

    Returns:
        A scalar, at least float32. Where nothing is predicted that term is 0, and so are its
        gradients.

    Raises:
        ValueError: if shapes do not match, or a label is not an integer of the range given.

    Source: Devlin et al. (2019), appendix A.2: the sum of the mean masked LM likelihood and the
    mean next sentence prediction likelihood.
    """
    if nsp_logits.shape[-1:] != (2,):
        raise ValueError(
            f"nsp_logits of shape {tuple(nsp_logits.shape)} given: two logits a pair are expected, "
            "(B, 2)"
        )
    return mean_cross_entropy(mlm_logits, mlm_labels) + mean_cross_entropy(nsp_logits, nsp_labels)
