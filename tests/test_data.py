"""A corpus on the disk, and the batches made from it: whole, random as meant, and repeatable."""

from random import Random

import pytest
import torch
from torch.utils.data import DataLoader
from torch.utils.data._utils.pin_memory import pin_memory

from bertcourse.data import DataError, PretrainingBatches, TokenStore, plan_epoch
from bertcourse.objectives import NOT_NEXT, PairPlan
from bertcourse.tokenizer import WordPieceTokenizer
from bertcourse.wordpiece import SPECIAL_TOKENS

LETTERS = "abcdefghijklmnopqrstuvwxyz"
TOKENIZER = WordPieceTokenizer([*SPECIAL_TOKENS, *LETTERS])


def corpus(n=40, seed=0):
    """Documents of 1 to 9 sentences of 1 to 12 words; a word is a letter."""
    rng = Random(seed)
    return [
        [" ".join(rng.choices(LETTERS, k=rng.randint(1, 12))) for _ in range(rng.randint(1, 9))]
        for _ in range(n)
    ]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return TokenStore.build(corpus(), TOKENIZER, tmp_path_factory.mktemp("data") / "store")


def batches(store, **changes):
    settings = {"batch_size": 4, "max_len": 24, "seed": 1, "epoch": 0} | changes
    return PretrainingBatches(store, TOKENIZER, **settings)


def same(a, b):
    return all(torch.equal(x, y) for x, y in zip(vars(a).values(), vars(b).values(), strict=True))


def test_a_store_holds_every_sentence_of_every_document(store):
    documents = corpus()
    assert store.n_documents == len(documents)
    assert store.n_sentences == sum(map(len, documents))
    for d, document in enumerate(documents):
        ids = [TOKENIZER.encode(sentence).ids[1:-1] for sentence in document]
        assert store.lengths[d] == [len(sentence) for sentence in ids]
        assert store.ids(d, 0, len(document)) == [i for sentence in ids for i in sentence]
        assert store.ids(d, len(document) - 1, len(document)) == ids[-1]


def test_sentences_and_documents_without_tokens_are_left_out(tmp_path):
    documents = [["a b", " ", "c"], ["\n"], [], ["d"]]
    store = TokenStore.build(documents, TOKENIZER, tmp_path / "store")
    assert [store.lengths[d] for d in range(store.n_documents)] == [[2, 1], [1]]


@pytest.mark.parametrize("documents", [[], [["a"]], [[""], ["a", "b"]]])
def test_a_corpus_without_two_documents_is_refused_and_leaves_nothing(tmp_path, documents):
    with pytest.raises(
        DataError, match=r"there are [01] document\(s\) with text for store, and two"
    ):
        TokenStore.build(documents, TOKENIZER, tmp_path / "store")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["ids.bin", "sentences.bin", "documents.bin", "store.json"])
def test_a_store_that_was_cut_short_is_noticed(tmp_path, name):
    store = TokenStore.build(corpus(), TOKENIZER, tmp_path / "store")
    content = (store.folder / name).read_bytes()
    (store.folder / name).write_bytes(content[:-4])
    with pytest.raises(DataError, match="holds no prepared corpus, or half of one"):
        TokenStore(store.folder)


def test_a_store_that_breaks_off_leaves_the_old_one(tmp_path):
    def breaking():
        yield ["a b"]
        raise KeyboardInterrupt

    TokenStore.build(corpus(), TOKENIZER, tmp_path / "store")
    with pytest.raises(KeyboardInterrupt):
        TokenStore.build(breaking(), TOKENIZER, tmp_path / "store")
    assert TokenStore(tmp_path / "store").n_documents == 40
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_an_epoch_reads_every_document_and_takes_negatives_from_others(store):
    plans = [PairPlan(*row) for row in plan_epoch(store, 24, seed=1, epoch=0).tolist()]
    assert {plan.a_document for plan in plans} == set(range(store.n_documents))
    for plan in plans:
        assert (plan.a_document != plan.b_document) == (plan.label == NOT_NEXT)
        if plan.label != NOT_NEXT:
            assert plan.b_start == plan.a_end
    other = plan_epoch(store, 24, seed=1, epoch=1)
    assert not torch.equal(other[:5], plan_epoch(store, 24, seed=1, epoch=0)[:5])


def test_a_batch_is_laid_out_like_the_pairs_it_is_made_of(store):
    examples = batches(store)
    for number in range(len(examples)):
        batch = examples[number]
        chosen = batch.mlm_labels >= 0
        kept = batch.input_ids.gather(1, batch.positions)
        original = torch.where(chosen, batch.mlm_labels, kept)
        ids = batch.input_ids.scatter(1, batch.positions, original)
        plans = [PairPlan(*row) for row in examples.plans[examples.batches[number]].tolist()]
        for row, plan in enumerate(plans):
            a = store.ids(plan.a_document, plan.a_start, plan.a_end)
            b = store.ids(plan.b_document, plan.b_start, plan.b_end)
            length = int(batch.attention_mask[row].sum())
            tokens = ids[row, :length].tolist()
            separators = [i for i, token in enumerate(tokens) if token == TOKENIZER.sep_id]
            assert tokens[0] == TOKENIZER.cls_id
            assert separators[1:] == [length - 1]
            if len(a) + len(b) <= 21:
                assert tokens[1 : separators[0]] == a
                assert tokens[separators[0] + 1 : -1] == b
            else:
                assert length == 24
            in_b = torch.arange(len(ids[row])) > separators[0]
            expected = in_b & (torch.arange(len(ids[row])) < length)
            assert torch.equal(batch.segment_ids[row].bool(), expected)
            assert (ids[row, length:] == TOKENIZER.pad_id).all()
            assert batch.nsp_labels[row] == plan.label


def test_the_same_seed_gives_the_same_batches_whoever_makes_them(store):
    expected = [batches(store)[number] for number in range(8)]
    for workers in (0, 2):
        loader = DataLoader(batches(store), None, sampler=range(8), num_workers=workers)
        assert all(same(a, b) for a, b in zip(loader, expected, strict=True))
    for other in ({"seed": 2}, {"epoch": 1}):
        assert not any(
            same(batches(store, **other)[number], expected[number]) for number in range(8)
        )


def test_an_epoch_uses_every_pair_but_for_what_is_left_over(store):
    examples = batches(store)
    used = examples.batches.flatten()
    assert len(used.unique()) == len(used) == len(examples.plans) // 4 * 4


def test_pairs_of_like_length_go_together(store):
    n_padding, n_all = 0, 0
    for number in range(len(batches(store))):
        mask = batches(store)[number].attention_mask
        n_padding, n_all = n_padding + int((mask == 0).sum()), n_all + mask.numel()
    assert n_padding < 0.12 * n_all


def test_a_batch_is_cut_into_equal_parts_that_make_the_whole(store):
    batch = batches(store)[0]
    parts = batch.split(2)
    for name, whole in vars(batch).items():
        assert torch.equal(torch.cat([getattr(part, name) for part in parts]), whole)
    with pytest.raises(DataError, match="a batch of 4 pairs cannot be cut into 3"):
        batch.split(3)


def test_a_batch_counts_its_guessed_words_and_its_pairs(store):
    batch = batches(store)[0]
    for part in (batch, *batch.split(2)):
        n_words = sum(label >= 0 for row in part.mlm_labels.tolist() for label in row)
        assert part.sizes.tolist() == [n_words, len(part.nsp_labels)]


def test_all_of_a_batch_is_pinned_for_a_gpu_by_its_own_loader(store, monkeypatch):
    monkeypatch.setattr(torch.Tensor, "pin_memory", lambda tensor: tensor + 1000)
    batch = batches(store)[0]
    for name, pinned in vars(pin_memory(batch)).items():
        assert torch.equal(pinned, getattr(batch, name) + 1000)


def test_too_little_text_for_one_batch_is_refused(store):
    with pytest.raises(DataError, match="fewer than a batch of 1000"):
        batches(store, batch_size=1000)
