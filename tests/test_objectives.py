"""bertcourse.objectives: statistics against exact binomial tails, and the edges of every format.

Every statistical assertion has a false-alarm rate below 1e-12 for the one seed it is run with, and
there are fewer than a thousand of them: below 1e-9 together.
"""

import math
from collections import Counter
from random import Random

import pytest
import torch
import torch.nn.functional as F

from bertcourse.objectives import (
    IS_NEXT,
    NOT_NEXT,
    another_document,
    chosen_positions,
    document_pairs,
    hide_token,
    mask_batch,
    mask_tokens,
    mask_words,
    mean_cross_entropy,
    n_predictions,
    pack_pair,
    pretraining_loss,
    random_token,
    sentence_pair,
    truncate_pair,
)

CLS, SEP, PAD, MASK = 1, 2, 0, 3
SPECIAL = {PAD, CLS, SEP, MASK}
VOCAB = 24


def tails(k: int, n: int, p: float) -> tuple[float, float]:
    """P(X ≤ k) and P(X ≥ k) for X ~ Binomial(n, p), summed term by term."""

    def term(i: int) -> float:
        ways = math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1)
        return math.exp(ways + i * math.log(p) + (n - i) * math.log1p(-p))

    return math.fsum(map(term, range(k + 1))), math.fsum(map(term, range(k, n + 1)))


def assert_binomial(k: int, n: int, p: float) -> None:
    assert min(tails(k, n, p)) > 5e-13, f"{k} of {n} with p = {p}"


def assert_uniform(counts: Counter, values: range | list | set, n: int) -> None:
    assert set(counts) <= set(values)
    for value in values:
        assert_binomial(counts[value], n, 1 / len(values))


def test_the_tails_are_those_of_the_binomial_distribution():
    below, above = tails(2, 5, 0.25)
    assert below == pytest.approx(sum(math.comb(5, i) * 3 ** (5 - i) for i in range(3)) / 4**5)
    assert above == pytest.approx(sum(math.comb(5, i) * 3 ** (5 - i) for i in range(2, 6)) / 4**5)
    with pytest.raises(AssertionError):
        assert_binomial(15_500, 20_000, 0.8)


# --- packing


def random_ids(rng: Random, n: int) -> list[int]:
    return [rng.randrange(len(SPECIAL), VOCAB) for _ in range(n)]


def test_a_pair_is_packed_like_figure_2_of_the_paper():
    ids, segments, mask = pack_pair([11, 12], [13], 8, CLS, SEP, PAD)
    assert ids == [CLS, 11, 12, SEP, 13, SEP, PAD, PAD]
    assert segments == [0, 0, 0, 0, 1, 1, 0, 0]
    assert mask == [1, 1, 1, 1, 1, 1, 0, 0]


@pytest.mark.parametrize("nothing", [None, []])
def test_without_a_second_text_there_is_one_sep_and_one_segment(nothing):
    ids, segments, mask = pack_pair([11, 12], nothing, 6, CLS, SEP, pad=9)
    assert ids == [CLS, 11, 12, SEP, 9, 9]
    assert segments == [0] * 6
    assert mask == [1, 1, 1, 1, 0, 0]


def test_packing_keeps_every_special_token_and_the_balance_at_every_length():
    rng = Random(0)
    for _ in range(500):
        a, b = random_ids(rng, rng.randint(1, 12)), random_ids(rng, rng.randint(1, 12))
        max_len = rng.randint(3, 30)
        ids, segments, mask = pack_pair(a, b, max_len, CLS, SEP, PAD)
        assert len(ids) == len(segments) == len(mask) == max_len
        tokens = ids[: sum(mask)]
        assert tokens[0] == CLS
        assert tokens[-1] == SEP
        end = tokens.index(SEP)
        kept_a, kept_b = tokens[1:end], tokens[end + 1 : -1]
        assert a[: len(kept_a)] == kept_a
        assert b[: len(kept_b)] == kept_b
        assert len(kept_a) + len(kept_b) == min(len(a) + len(b), max_len - 3)
        if len(kept_a) < len(a):  # whoever was cut is not more than one shorter than the other
            assert len(kept_a) >= len(kept_b) - 1
        if len(kept_b) < len(b):
            assert len(kept_b) >= len(kept_a) - 1
        assert segments == [0] * (end + 1) + [1] * (len(kept_b) + 1) + [0] * (max_len - sum(mask))


def test_packing_and_truncating_leave_the_texts_unchanged():
    a, b = list(range(10, 20)), list(range(20, 25))
    pack_pair(a, b, 8, CLS, SEP)
    truncate_pair(a, b, 3, Random(0))
    assert a == list(range(10, 20))
    assert b == list(range(20, 25))


def test_packing_refuses_a_length_without_room_for_the_special_tokens():
    assert pack_pair([11], [12], 3, CLS, SEP)[0] == [CLS, SEP, SEP]
    assert pack_pair([11], None, 2, CLS, SEP)[0] == [CLS, SEP]
    with pytest.raises(ValueError, match="3 special tokens of a pair"):
        pack_pair([11], [12], 2, CLS, SEP)
    with pytest.raises(ValueError, match="2 special tokens of a single text"):
        pack_pair([11], None, 1, CLS, SEP)


def test_truncation_with_a_coin_drops_from_the_front_half_the_time():
    rng, n = Random(1), 10_000
    a, b = truncate_pair(range(n + 1), [], 1, rng)
    assert b == []
    assert_binomial(a[0], n, 0.5)  # the id left is as many as were dropped before it


def test_truncating_a_very_long_text_is_linear():
    a, b = truncate_pair(range(1_000_000), range(10), 100, Random(0))
    assert b == list(range(10))
    assert a == list(range(a[0], a[0] + 90))


def test_truncation_refuses_a_negative_length():
    with pytest.raises(ValueError, match="max_tokens=-1"):
        truncate_pair([1], [2], -1)


# --- sentence pairs


def test_half_the_pairs_are_true_and_the_others_uniform_over_the_other_documents():
    documents = [["a0", "a1", "a2"], ["b0"], ["c0", "c1", "c2", "c3"]]
    rng, n = Random(2), 20_000
    pairs = Counter(sentence_pair(documents, 0, 1, rng) for _ in range(n))
    true = pairs.pop(("a1", "a2", IS_NEXT))
    assert_binomial(true, n, 0.5)
    negatives = Counter({b: count for (_, b, _), count in pairs.items()})
    assert all(a == "a1" and label == NOT_NEXT for a, _, label in pairs)
    assert set(negatives) == {"b0", "c0", "c1", "c2", "c3"}
    assert_binomial(negatives["b0"], n - true, 1 / 2)
    for sentence in documents[2]:
        assert_binomial(negatives[sentence], n - true, 1 / 8)


def test_a_random_negative_is_never_from_the_same_document():
    rng = Random(3)
    for _ in range(2000):
        documents = [[(d, i) for i in range(rng.randint(1, 4))] for d in range(rng.randint(2, 5))]
        d = rng.randrange(len(documents))
        i = rng.randrange(len(documents[d]))
        a, b, label = sentence_pair(documents, d, i, rng)
        assert a == (d, i)
        assert (b == (d, i + 1)) if label == IS_NEXT else (b[0] != d)
        assert b in documents[b[0]]


def test_the_last_sentence_of_a_document_is_never_followed():
    documents = (("a0", "a1"), ("b0",))  # tuples do as well as lists
    rng = Random(4)
    assert {sentence_pair(documents, 0, 1, rng) for _ in range(200)} == {("a1", "b0", NOT_NEXT)}
    assert {sentence_pair(documents, 1, 0, rng)[2] for _ in range(200)} == {NOT_NEXT}


def test_negatives_step_over_documents_without_sentences():
    documents = [[], ["a0"], [], ["b0"], []]
    rng = Random(5)
    assert {sentence_pair(documents, 1, 0, rng)[1] for _ in range(200)} == {"b0"}


@pytest.mark.parametrize(
    ("documents", "d", "i", "problem"),
    [
        ([], 0, 0, "d=0: there are 0 documents"),
        ([["a", "b"]], 0, 0, "no document but number 0"),
        ([["a", "b"], []], 0, 0, "no document but number 0"),
        ([[], ["a"]], 0, 0, "i=0: document 0 has 0 sentences"),
        ([["a"], ["b"]], 0, 1, "i=1: document 0 has 1 sentences"),
        ([["a"], ["b"]], 0, -1, "i=-1"),
        ([["a"], ["b"]], 2, 0, "d=2: there are 2 documents"),
        ([["a"], ["b"]], -1, 0, "d=-1"),
    ],
)
def test_a_pair_that_cannot_be_made_is_refused_whatever_the_coin(documents, d, i, problem):
    for seed in range(5):
        with pytest.raises(ValueError, match=problem):
            sentence_pair(documents, d, i, Random(seed))


def test_another_document_is_any_other_that_has_sentences():
    documents = [["a"], [], ["c", "d"], ["e"], ["f"] * 9]
    rng, n = Random(32), 20_000
    drawn = Counter(another_document(documents, 2, rng) for _ in range(n))
    assert_uniform(drawn, {0, 3, 4}, n)


# --- pairs of runs


def numbered_documents(lengths: list[list[int]]) -> list[list[list[int]]]:
    """Documents in which every token is its own number, so that any run can be traced back."""
    number = iter(range(10**9))
    return [[[next(number) for _ in range(n)] for n in document] for document in lengths]


def random_documents(rng: Random) -> list[list[list[int]]]:
    return numbered_documents(
        [[rng.randint(1, 9) for _ in range(rng.randint(1, 12))] for _ in range(rng.randint(2, 6))]
    )


def home(documents: list[list[list[int]]]) -> dict[int, int]:
    return {t: d for d, document in enumerate(documents) for s in document for t in s}


def is_run(ids: list[int]) -> bool:
    return ids == list(range(ids[0], ids[0] + len(ids)))


def test_runs_of_random_documents_are_whole_fit_and_keep_their_label():
    rng = Random(6)
    for _ in range(400):
        documents = random_documents(rng)
        where = home(documents)
        room = rng.randint(2, 30)
        seen = []
        for a, b, label in document_pairs(documents, room + 3, rng):
            assert a
            assert b
            assert len(a) + len(b) <= room
            assert is_run(a)
            assert is_run(b)
            assert where[a[0]] == where[a[-1]]
            assert where[b[0]] == where[b[-1]]
            assert (where[a[0]] == where[b[0]]) == (label == IS_NEXT)
            if label == IS_NEXT:
                assert a[-1] < b[0]
                assert b[0] == a[-1] + 1 or len(a) + len(b) == room  # or something was cut between
            seen.append(where[a[0]])
        assert seen == sorted(seen)
        assert set(seen) == set(range(len(documents)))


def test_sentences_left_over_by_a_random_b_are_put_back_and_none_is_lost_or_read_twice():
    rng = Random(7)
    for _ in range(200):
        documents = numbered_documents([[1] * rng.randint(1, 40) for _ in range(4)])
        read = []
        for a, b, label in document_pairs(documents, rng.randint(5, 20), rng):
            read += a + b if label == IS_NEXT else a
        assert read == [t for document in documents for s in document for t in s]


def test_half_the_runs_are_true_and_a_run_of_one_sentence_never_is():
    documents = numbered_documents([[1] * 3000] * 4)
    last = {document[-1][0] for document in documents}
    pairs = list(document_pairs(documents, 19, Random(8), short_seq_prob=0))
    free = [label for a, _, label in pairs if a[0] not in last]
    assert len(free) > 1000
    assert_binomial(sum(label == NOT_NEXT for label in free), len(free), 0.5)
    single = numbered_documents([[5]] * 50)
    labels = {label for _, _, label in document_pairs(single, 19, Random(9))}
    assert labels == {NOT_NEXT}


def test_a_run_is_split_at_any_sentence_with_equal_chance():
    documents = numbered_documents([[1] * 30_000] * 2)
    pairs = list(document_pairs(documents, 11, Random(10), short_seq_prob=0))
    full = [len(a) for a, b, label in pairs if label == IS_NEXT and len(a) + len(b) == 8]
    assert len(full) > 4000
    assert_uniform(Counter(full), range(1, 8), len(full))


def test_a_random_run_comes_from_any_other_document_and_fills_the_sequence():
    documents = numbered_documents([[1] * 4000] * 5)
    where = home(documents)
    negatives = [
        (where[a[0]], where[b[0]], len(a) + len(b), where.get(b[-1] + 1))
        for a, b, label in document_pairs(documents, 19, Random(11), short_seq_prob=0)
        if label == NOT_NEXT
    ]
    # Full, unless A stood at the end of its document or B at the end of its own.
    lengths = [length for _, other, length, after in negatives if after == other]
    assert Counter(lengths).most_common(1)[0][0] == 16
    assert lengths.count(16) > 0.98 * len(lengths)
    steps = Counter((other - mine) % 5 for mine, other, _, _ in negatives)
    assert_uniform(steps, range(1, 5), len(negatives))


def test_a_random_run_starts_at_any_sentence_of_its_document_with_equal_chance():
    documents = numbered_documents([[1] * 8] * 2000)
    pairs = document_pairs(documents, 19, Random(30))
    starts = [b[0] % 8 for _, b, label in pairs if label == NOT_NEXT]
    assert len(starts) > 2000
    assert_uniform(Counter(starts), range(8), len(starts))


def test_short_sequences_are_as_frequent_as_asked_and_of_any_length():
    documents = numbered_documents([[1] * 30] * 12_000)
    where = home(documents)
    for share in (0.1, 1.0):
        totals = {}
        for a, b, label in document_pairs(documents, 23, Random(12), short_seq_prob=share):
            if label == IS_NEXT and a[0] == documents[where[a[0]]][0][0]:  # a document's first run
                totals[where[a[0]]] = len(a) + len(b)
        counts = Counter(totals.values())
        if share == 1.0:
            assert_uniform(counts, range(2, 21), len(totals))
        assert_binomial(len(totals) - counts[20], len(totals), share * 18 / 19)


def test_a_long_sentence_is_cut_from_the_longer_side_and_both_keep_something():
    documents = numbered_documents([[500, 3], [400]])
    for seed in range(50):
        for a, b, _ in document_pairs(documents, 13, Random(seed)):
            assert len(a) + len(b) == 10
            assert min(len(a), len(b)) in (3, 5)


def test_the_same_seed_gives_the_same_pairs_and_going_on_gives_others():
    documents = random_documents(Random(13))
    rng = Random(14)
    first, second = (list(document_pairs(documents, 20, rng)) for _ in range(2))
    assert first == list(document_pairs(documents, 20, Random(14)))
    assert first != second


def test_empty_sentences_and_documents_are_passed_over():
    documents = numbered_documents([[4, 0, 4], [0, 0], [], [6]])
    pairs = list(document_pairs(documents, 30, Random(15), short_seq_prob=0))
    assert all(a and b for a, b, _ in pairs)
    assert {a[0] for a, _, _ in pairs} >= {0, 8}


@pytest.mark.parametrize(
    ("documents", "max_len", "share", "problem"),
    [
        ([], 20, 0.1, r"0 document\(s\)"),
        ([[[7]]], 20, 0.1, r"1 document\(s\)"),
        ([[[7]], [[]], []], 20, 0.1, r"1 document\(s\)"),
        ([[[7]], [[8]]], 4, 0.1, "max_len=4"),
        ([[[7]], [[8]]], 20, 1.5, "short_seq_prob=1.5"),
        ([[[7]], [[8]]], 20, math.nan, "short_seq_prob=nan"),
    ],
)
def test_documents_that_make_no_pairs_are_refused_at_the_call(documents, max_len, share, problem):
    with pytest.raises(ValueError, match=problem):
        document_pairs(documents, max_len, Random(0), share)


# --- masking


def mask(ids, rng, **options):
    return mask_tokens(ids, rng, VOCAB, MASK, SPECIAL, **options)


def mask_whole(ids, continues, rng, **options):
    return mask_words(ids, continues, rng, VOCAB, MASK, SPECIAL, **options)


def test_of_what_is_chosen_80_percent_is_hidden_10_random_and_10_kept():
    rng, outcomes, drawn = Random(16), Counter(), Counter()
    ids = [CLS, *[7] * 40, SEP]
    for _ in range(25_000):
        inputs, labels = mask(ids, rng)
        for seen, label in zip(inputs, labels, strict=True):
            if label != -100:
                outcomes["mask" if seen == MASK else "kept" if seen == 7 else "random"] += 1
                drawn[seen] += seen != MASK and seen != 7
    n = outcomes.total()
    assert n == 25_000 * 6
    assert_binomial(outcomes["mask"], n, 0.8)
    ordinary = VOCAB - len(SPECIAL)
    assert_binomial(outcomes["kept"], n, 0.1 + 0.1 / ordinary)  # the draw may hit the old token
    assert_binomial(outcomes["random"], n, 0.1 - 0.1 / ordinary)
    others = set(range(VOCAB)) - SPECIAL - {7}
    assert_uniform(+drawn, others, outcomes["random"])


def test_every_chosen_token_has_a_coin_of_its_own():
    rng, n, both = Random(17), 10_000, 0
    for _ in range(n):
        both += mask([7] * 13, rng)[0].count(MASK) == 2
    assert_binomial(both, n, 0.8**2)


def test_every_position_is_chosen_equally_often():
    rng, n, counts = Random(18), 20_000, Counter()
    ids = [CLS, *range(4, 12), SEP, *range(12, 18), SEP, PAD, PAD]
    for _ in range(n):
        _, labels = mask(ids, rng)
        counts.update(i for i, label in enumerate(labels) if label != -100)
    ordinary = [i for i, token in enumerate(ids) if token not in SPECIAL]
    assert set(counts) == set(ordinary)
    for i in ordinary:
        assert_binomial(counts[i], n, 2 / 14)  # round(0.15 · 14) = 2 of 14


@pytest.mark.parametrize("n", [1, 2, 3, 4, 9, 10, 11, 17, 30, 99, 125, 133, 134, 500])
def test_the_number_chosen_is_exact_and_padding_does_not_change_it(n):
    expected = min(20, max(1, round(0.15 * n)))
    for n_pad in (0, 1, 50):
        ids = [CLS, *random_ids(Random(n), n), SEP, *[PAD] * n_pad]
        inputs, labels = mask(ids, Random(n))
        assert sum(label != -100 for label in labels) == expected
        assert len(inputs) == len(labels) == len(ids)


def test_labels_are_the_old_ids_and_the_rest_and_the_source_are_unchanged():
    rng = Random(19)
    for _ in range(500):
        ids = [rng.randrange(VOCAB) for _ in range(rng.randint(0, 40))]
        before = list(ids)
        inputs, labels = mask(ids, rng, p=rng.uniform(0.01, 1), ignore_index=-1)
        assert ids == before
        for old, seen, label in zip(ids, inputs, labels, strict=True):
            assert label in (-1, old)
            assert seen == old or label == old
            assert seen in (old, MASK) or seen not in SPECIAL
            assert label == -1 or old not in SPECIAL


@pytest.mark.parametrize("ids", [[], [CLS, SEP], [CLS, SEP, PAD, PAD], [MASK]])
def test_with_nothing_to_choose_from_the_sequence_comes_back_unchanged(ids):
    assert mask(ids, Random(0)) == (ids, [-100] * len(ids))


def test_the_mask_token_is_special_even_when_it_is_not_listed():
    rng = Random(20)
    for _ in range(300):
        inputs, labels = mask_tokens([MASK, 4, 4], rng, 5, MASK, {PAD, CLS, SEP}, p=1.0)
        assert labels == [-100, 4, 4]
        assert set(inputs) <= {MASK, 4}


def test_the_largest_share_and_the_largest_number_hold():
    assert mask([5] * 15, Random(0), p=1.0)[1] == [5] * 15
    assert mask([5] * 50, Random(0), p=1.0)[1].count(5) == 20
    assert mask([5] * 50, Random(0), max_predictions=3)[1].count(5) == 3
    assert mask([5] * 50, Random(0), max_predictions=0) == ([5] * 50, [-100] * 50)


def test_the_same_seed_hides_the_same_tokens():
    ids = random_ids(Random(21), 60)
    assert mask(ids, Random(22)) == mask(ids, Random(22))
    assert mask(ids, Random(22)) != mask(ids, Random(23))


@pytest.mark.parametrize(
    ("ids", "vocab_size", "special", "options", "problem"),
    [
        ([4], VOCAB, SPECIAL, {"p": 0}, "p=0"),
        ([4], VOCAB, SPECIAL, {"p": 15}, "p=15"),
        ([4], VOCAB, SPECIAL, {"p": math.nan}, "p=nan"),
        ([4], VOCAB, SPECIAL, {"max_predictions": -1}, "max_predictions=-1"),
        ([VOCAB], VOCAB, SPECIAL, {}, f"id {VOCAB} is outside .* from 0 to {VOCAB - 1}"),
        ([-1], VOCAB, SPECIAL, {}, "id -1 is outside"),
    ],
)
def test_masking_refuses_what_cannot_be_meant(ids, vocab_size, special, options, problem):
    with pytest.raises(ValueError, match=problem):
        mask_tokens(ids, Random(0), vocab_size, MASK, special, **options)
    with pytest.raises(ValueError, match=problem):
        mask_words(ids, [False], Random(0), vocab_size, MASK, special, **options)


@pytest.mark.parametrize("vocab_size", [0, 4])
def test_a_random_token_is_refused_where_all_are_special(vocab_size):
    with pytest.raises(ValueError, match=f"all {vocab_size} ids of the vocabulary are special"):
        random_token(Random(0), vocab_size, SPECIAL)


def test_every_ordinary_token_is_drawn_equally_often():
    rng, n = Random(30), 20_000
    special = {0, 3, VOCAB - 1, 999}
    drawn = Counter(random_token(rng, VOCAB, special) for _ in range(n))
    assert_uniform(drawn, set(range(VOCAB)) - special, n)


def test_a_token_is_hidden_whatever_it_is():
    rng, n = Random(31), 20_000
    for token in (7, CLS):
        seen = Counter(hide_token(token, rng, VOCAB, MASK, {PAD, CLS, SEP}) for _ in range(n))
        assert_binomial(seen[MASK], n, 0.8)
        assert_binomial(seen[token], n, 0.1 + (token == 7) * 0.1 / (VOCAB - 4))
        assert set(seen) == {MASK, token, *range(4, VOCAB)}


def test_the_number_of_predictions_is_the_share_within_its_bounds():
    assert [n_predictions(n) for n in (0, 1, 3, 10, 11, 100, 130, 500)] == [
        0,
        1,
        1,
        2,
        2,
        15,
        20,
        20,
    ]
    assert n_predictions(5, 1.0) == 5
    assert n_predictions(500, max_predictions=77) == 75
    assert n_predictions(5, max_predictions=0) == 0


def test_whole_words_want_an_entry_for_every_token():
    with pytest.raises(ValueError, match="1 entries for 2 ids"):
        mask_whole([4, 5], [False], Random(0))


def test_whole_words_are_chosen_together_and_within_the_number():
    rng = Random(24)
    for _ in range(1000):
        n = rng.randint(1, 60)
        ids = [rng.randrange(VOCAB) for _ in range(n)]
        continues = [rng.random() < 0.4 and token not in SPECIAL for token in ids]
        _, labels = mask_whole(ids, continues, rng, max_predictions=6)
        ordinary = [token not in SPECIAL for token in ids]
        chosen = [label != -100 for label in labels]
        assert sum(chosen) <= min(6, max(1, round(0.15 * sum(ordinary))))
        for i in range(1, n):
            if continues[i] and ordinary[i] and ordinary[i - 1]:
                assert chosen[i] == chosen[i - 1]


def test_every_word_of_the_same_length_is_chosen_equally_often():
    rng, n, counts = Random(25), 10_000, Counter()
    ids = [CLS, *range(4, 24), SEP]
    continues = [False, *[i % 3 != 0 for i in range(18)], False, False, False]
    for _ in range(n):
        _, labels = mask_whole(ids, continues, rng)
        counts[tuple(i for i, label in enumerate(labels) if label != -100)] += 1
    # Three tokens may be chosen of six words of three and two of one: either one word of three, or
    # both single ones (when they come first, no long word fits any more).
    long = [tuple(range(i, i + 3)) for i in range(1, 19, 3)]
    assert set(counts) == {*long, (19, 20)}
    for word in long:
        # A short word drawn first takes the room of all long ones: 6/8 of the draws start long.
        assert_binomial(counts[word], n, 1 / 8)
    assert_binomial(counts[(19, 20)], n, 2 / 8)


def test_the_pieces_of_a_word_are_hidden_each_on_its_own():
    rng, n, both = Random(26), 10_000, 0
    for _ in range(n):
        both += mask_whole([7, 8], [False, True], rng, p=1.0)[0] == [MASK, MASK]
    assert_binomial(both, n, 0.8**2)


def test_a_word_without_room_is_left_alone_and_a_piece_after_a_special_token_stands_alone():
    ids = [CLS, 7, 8, 9, SEP]
    assert mask_whole(ids, [False, False, True, True, False], Random(0))[1] == [-100] * 5
    cut = [CLS, 7, SEP, 8, SEP]  # 8 lost the start of its word
    for seed in range(50):
        _, labels = mask_whole(cut, [False, False, False, True, False], Random(seed))
        assert sum(label != -100 for label in labels) == 1


# --- chosen positions


SPECIAL_TABLE = torch.tensor([token in SPECIAL for token in range(VOCAB)])


def masked_batch(ids, seed=0, **options):
    generator = torch.Generator().manual_seed(seed)
    return mask_batch(ids, SPECIAL_TABLE, MASK, generator, **options)


def test_a_batch_is_masked_as_its_rows_would_be():
    lengths = [1, 2, 3, 7, 10, 50, 190, 350, 390, 400]
    ids = torch.zeros(len(lengths), 403, dtype=torch.long)
    for row, n in enumerate(lengths):
        ids[row, : n + 2] = torch.tensor([CLS, *random_ids(Random(n), n), SEP])
    inputs, positions, labels = masked_batch(ids, max_predictions=77)
    for row in range(len(lengths)):
        chosen = labels[row] != -100
        expected = mask_tokens(ids[row].tolist(), Random(0), VOCAB, MASK, SPECIAL, 0.15, -100, 77)
        assert int(chosen.sum()) == sum(label != -100 for label in expected[1])
        places = positions[row][chosen]
        assert len(places.unique()) == len(places)
        assert torch.equal(ids[row][places], labels[row][chosen])
        assert not SPECIAL_TABLE[labels[row][chosen]].any()
        untouched = torch.ones(403, dtype=torch.bool).index_fill(0, places, False)
        assert torch.equal(inputs[row][untouched], ids[row][untouched])


def test_of_what_is_chosen_in_a_batch_80_percent_is_hidden_10_random_and_10_kept():
    ids = torch.full((10_000, 100), 7)
    ids[:, 0], ids[:, -1] = CLS, SEP
    inputs, positions, labels = masked_batch(ids)
    assert labels.shape == (10_000, 15)
    assert (labels == 7).all()
    seen = Counter(inputs.gather(1, positions).flatten().tolist())
    n, ordinary = seen.total(), VOCAB - len(SPECIAL)
    assert_binomial(seen[MASK], n, 0.8)
    assert_binomial(seen[7], n, 0.1 + 0.1 / ordinary)
    others = set(range(VOCAB)) - SPECIAL - {7}
    random = Counter({token: seen[token] for token in others})
    assert_uniform(random, others, random.total())
    assert set(seen) == others | {7, MASK}
    for place in range(1, 99):
        assert_binomial(int((positions == place).sum()), 10_000, 15 / 98)


@pytest.mark.parametrize("shape", [(0, 5), (2, 0), (2, 3)])
def test_a_batch_with_nothing_to_choose_from_comes_back_unchanged(shape):
    ids = torch.full(shape, PAD)
    inputs, positions, labels = masked_batch(ids)
    assert torch.equal(inputs, ids)
    assert positions.shape == labels.shape == (shape[0], 0)


def test_the_mask_token_is_special_in_a_batch_even_when_the_table_forgets_it():
    forgetful = SPECIAL_TABLE.clone()
    forgetful[MASK] = False
    ids = torch.full((500, 40), 7)
    inputs, _, labels = mask_batch(ids, forgetful, MASK, torch.Generator().manual_seed(1), p=1.0)
    assert labels.shape == (500, 20)
    assert_binomial(int((inputs == MASK).sum()), 500 * 20, 0.8)


@pytest.mark.parametrize(
    ("ids", "options", "problem"),
    [
        (torch.full((2, 3), 7), {"p": 7.0}, r"p=7\.0"),
        (torch.full((2, 3), 7), {"max_predictions": -1}, "max_predictions=-1"),
        (torch.full((3,), 7), {}, r"shape \(3,\)"),
        (torch.full((2, 3), 7.0), {}, r"torch\.float32: give integers"),
        (torch.full((2, 3), VOCAB), {}, "ids from 24 to 24"),
        (torch.full((2, 3), -1), {}, "ids from -1 to -1"),
    ],
)
def test_masking_a_batch_refuses_what_cannot_be_meant(ids, options, problem):
    with pytest.raises(ValueError, match=problem):
        masked_batch(ids, **options)
    with pytest.raises(ValueError, match="all 24 ids are special"):
        mask_batch(torch.full((2, 3), 7), torch.ones(VOCAB, dtype=torch.bool), MASK)


def test_chosen_positions_gather_the_labels_in_order_and_fill_with_what_is_not_predicted():
    labels = torch.tensor([[-100, 5, -100, 6], [-100, -100, 0, -100], [-100] * 4])
    positions, at = chosen_positions(labels)
    assert at.tolist() == [[5, 6], [0, -100], [-100, -100]]
    assert positions[0].tolist() == [1, 3]
    assert positions[1, 0] == 2
    assert positions.dtype == torch.int64


@pytest.mark.parametrize("shape", [(0, 4), (2, 0), (2, 3)])
def test_chosen_positions_of_nothing_are_none(shape):
    positions, at = chosen_positions(torch.full(shape, -100))
    assert positions.shape == at.shape == (shape[0], 0)


def test_chosen_positions_want_a_batch():
    with pytest.raises(ValueError, match=r"shape \(3,\)"):
        chosen_positions(torch.tensor([1, 2, -100]))


# --- the loss


def batch(seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    mlm_logits = torch.randn(3, 7, VOCAB, generator=generator).to(dtype).requires_grad_()
    nsp_logits = torch.randn(3, 2, generator=generator).to(dtype).requires_grad_()
    mlm_labels = torch.randint(0, VOCAB, (3, 7), generator=generator)
    hidden = torch.rand(3, 7, generator=generator) < 0.7
    return mlm_logits, nsp_logits, mlm_labels.masked_fill(hidden, -100), torch.tensor([0, 1, 0])


def test_the_loss_is_the_mean_over_predicted_tokens_plus_the_mean_over_pairs():
    mlm_logits, nsp_logits, mlm_labels, nsp_labels = batch()
    picked = [
        -mlm_logits[b, s].log_softmax(-1)[mlm_labels[b, s]]
        for b in range(3)
        for s in range(7)
        if mlm_labels[b, s] != -100
    ]
    pairs = [-nsp_logits[b].log_softmax(-1)[nsp_labels[b]] for b in range(3)]
    expected = sum(picked) / len(picked) + sum(pairs) / 3
    actual = pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels)
    assert actual.shape == ()
    torch.testing.assert_close(actual, expected, atol=1e-12, rtol=1e-12)


def test_a_mean_cross_entropy_takes_any_axes_in_front():
    logits = torch.randn(2, 3, 5, generator=torch.Generator().manual_seed(0))
    labels = torch.tensor([[0, -100, 4], [-100, 2, 0]])
    expected = mean_cross_entropy(logits.flatten(0, 1), labels.flatten())
    torch.testing.assert_close(mean_cross_entropy(logits, labels), expected)
    torch.testing.assert_close(mean_cross_entropy(logits[None], labels[None]), expected)
    assert mean_cross_entropy(logits[0, 0], torch.tensor(2)) == -logits[0, 0].log_softmax(-1)[2]


def test_logits_at_chosen_positions_give_the_same_loss_and_gradients():
    mlm_logits, nsp_logits, mlm_labels, nsp_labels = batch()
    everywhere = pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels)
    (expected,) = torch.autograd.grad(everywhere, mlm_logits)
    positions, labels_at = chosen_positions(mlm_labels)
    there = mlm_logits.gather(1, positions[..., None].expand(-1, -1, VOCAB))  # (B, P, V)
    gathered = pretraining_loss(there, nsp_logits, labels_at, nsp_labels)
    (actual,) = torch.autograd.grad(gathered, mlm_logits)
    torch.testing.assert_close(gathered, everywhere)
    torch.testing.assert_close(actual, expected)


def test_gradients_agree_with_numbers():
    mlm_logits, nsp_logits, mlm_labels, nsp_labels = batch()
    assert torch.autograd.gradcheck(
        lambda m, n: pretraining_loss(m, n, mlm_labels, nsp_labels), (mlm_logits, nsp_logits)
    )


def test_tokens_that_are_not_predicted_change_nothing_even_if_they_are_nan():
    mlm_logits, nsp_logits, mlm_labels, nsp_labels = batch()
    expected = pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels)
    spoilt = mlm_logits.detach().masked_fill((mlm_labels == -100)[..., None], math.nan)
    spoilt.requires_grad_()
    actual = pretraining_loss(spoilt, nsp_logits, mlm_labels, nsp_labels)
    actual.backward()
    torch.testing.assert_close(actual, expected)
    assert spoilt.grad.isfinite().all()


@pytest.mark.parametrize("nothing", ["tokens", "pairs", "both"])
def test_with_nothing_predicted_a_term_is_0_and_so_are_its_gradients(nothing):
    mlm_logits, nsp_logits, mlm_labels, nsp_labels = batch()
    expected = torch.zeros((), dtype=torch.float64)
    if nothing == "pairs":
        expected = expected + F.cross_entropy(mlm_logits.transpose(1, 2), mlm_labels)
    else:
        mlm_labels = torch.full_like(mlm_labels, -100)
    if nothing == "tokens":
        expected = expected + F.cross_entropy(nsp_logits, nsp_labels)
    else:
        nsp_labels = torch.full_like(nsp_labels, -100)
    loss = pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels)
    loss.backward()
    torch.testing.assert_close(loss, expected)
    assert (mlm_logits.grad == 0).all() == (nothing != "pairs")
    assert (nsp_logits.grad == 0).all() == (nothing != "tokens")


def test_no_chosen_positions_at_all_are_no_problem():
    _, nsp_logits, _, nsp_labels = batch()
    empty = torch.zeros(3, 0, VOCAB, dtype=torch.float64)
    labels = torch.zeros(3, 0, dtype=torch.int64)
    loss = pretraining_loss(empty, nsp_logits, labels, nsp_labels)
    torch.testing.assert_close(loss, F.cross_entropy(nsp_logits, nsp_labels))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_logits_do_not_overflow(dtype):
    logits = torch.zeros(64, 64, VOCAB, dtype=dtype)
    logits[..., 0] = 100.0  # 4096 tokens with a loss of 100: the sum is beyond float16
    nsp_logits, nsp_labels = torch.zeros(64, 2, dtype=dtype), torch.zeros(64, dtype=torch.int64)
    loss = pretraining_loss(logits, nsp_logits, torch.full((64, 64), 5), nsp_labels)
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(100 + math.log(2), abs=1e-4)


@pytest.mark.parametrize("kind", [torch.int8, torch.int32, torch.int64])
def test_labels_may_be_integers_of_any_size(kind):
    mlm_logits, nsp_logits, mlm_labels, nsp_labels = batch()
    actual = pretraining_loss(mlm_logits, nsp_logits, mlm_labels.to(kind), nsp_labels.to(kind))
    assert actual == pretraining_loss(*batch())


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"mlm_labels": torch.zeros(3, 6).long()}, r"\(3, 7, 24\) .* \(3, 7\), but \(3, 6\)"),
        ({"mlm_labels": torch.zeros(21).long()}, r"but \(21,\) was given"),
        ({"nsp_labels": torch.zeros(2).long()}, r"labels of shape \(3,\), but \(2,\)"),
        ({"nsp_labels": torch.zeros(3, 1).long()}, r"but \(3, 1\)"),
        ({"nsp_logits": torch.zeros(3, 1)}, r"\(3, 1\) given: two logits"),
        ({"nsp_logits": torch.zeros(())}, r"\(\) given: two logits"),
        ({"mlm_labels": torch.zeros(3, 7)}, "labels are torch.float32"),
        ({"nsp_labels": torch.tensor([True, False, True])}, "labels are torch.bool"),
        ({"mlm_labels": torch.full((3, 7), VOCAB)}, "labels contain 24, .* from 0 to 23"),
        ({"mlm_labels": torch.full((3, 7), -1)}, "labels contain -1"),
        ({"nsp_labels": torch.tensor([0, 1, 2])}, "labels contain 2, .* from 0 to 1"),
    ],
)
def test_the_loss_refuses_shapes_and_labels_that_do_not_fit(change, problem):
    names = ("mlm_logits", "nsp_logits", "mlm_labels", "nsp_labels")
    with pytest.raises(ValueError, match=problem):
        pretraining_loss(**{**dict(zip(names, batch(), strict=True)), **change})


# --- what the study note gets wrong


def test_study_note_is_next_counts_in_the_loss_and_a_batch_of_it_is_not_nan():
    mlm_logits, nsp_logits, mlm_labels, _ = batch()
    loss = pretraining_loss(
        mlm_logits, nsp_logits, torch.full_like(mlm_labels, -100), torch.zeros(3).long()
    )
    loss.backward()
    torch.testing.assert_close(loss, F.cross_entropy(nsp_logits, torch.zeros(3).long()))
    assert (nsp_logits.grad[:, 0] < 0).all()


def test_study_note_training_on_both_labels_does_not_collapse_to_one_of_them():
    def answer(loss_function):
        logits = torch.zeros(2, requires_grad=True)
        labels = torch.tensor([0, 1] * 8)
        for _ in range(200):
            (gradient,) = torch.autograd.grad(loss_function(logits.expand(16, 2), labels), logits)
            with torch.no_grad():
                logits -= 0.5 * gradient
        return logits.softmax(-1)[1].item()

    nothing = torch.zeros(16, 0, VOCAB), torch.zeros(16, 0, dtype=torch.int64)

    def ours(logits, labels):
        return pretraining_loss(nothing[0], logits, nothing[1], labels)

    def notes(logits, labels):
        return F.nll_loss(logits.log_softmax(-1), labels, ignore_index=0)

    assert answer(ours) == pytest.approx(0.5, abs=1e-6)
    assert answer(notes) > 0.98


def test_study_note_a_token_with_id_0_is_predicted_like_any_other():
    logits = torch.zeros(1, 2, VOCAB)
    logits[0, 0, 0] = 50.0
    nsp = torch.zeros(1, 2), torch.tensor([-100])
    loss = pretraining_loss(logits, nsp[0], torch.tensor([[0, 5]]), nsp[1])
    assert loss.item() == pytest.approx(math.log(VOCAB) / 2)


def test_study_note_tokens_left_as_they_are_or_swapped_are_predicted_too():
    rng, kinds = Random(27), set()
    for _ in range(100):
        inputs, labels = mask([7] * 7, rng)
        kinds |= {
            "mask" if seen == MASK else "kept" if seen == label else "random"
            for seen, label in zip(inputs, labels, strict=True)
            if label != -100
        }
    assert kinds == {"mask", "kept", "random"}


def test_study_note_the_random_token_is_never_special():
    special = {PAD, CLS, SEP, MASK, VOCAB - 1, 10}
    rng, seen = Random(28), set()
    for _ in range(5000):
        seen.update(mask_tokens([7] * 7, rng, VOCAB, MASK, special, p=1.0)[0])
    assert seen == {MASK, *(set(range(VOCAB)) - special)}


def test_study_note_a_true_neighbour_is_never_called_random():
    documents = [["a0", "a1"], ["b0", "b1"]]
    rng = Random(29)
    pairs = {sentence_pair(documents, 0, 0, rng) for _ in range(500)}
    assert pairs == {("a0", "a1", IS_NEXT), ("a0", "b0", NOT_NEXT), ("a0", "b1", NOT_NEXT)}


def test_study_note_a_long_pair_keeps_its_last_separator():
    for max_len in range(3, 30):
        ids, _, mask_ = pack_pair(list(range(4, 24)), list(range(4, 24)), max_len, CLS, SEP)
        assert ids.count(SEP) == 2
        assert ids[-1] == SEP
        assert all(mask_)
