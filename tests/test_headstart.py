"""Heads that look at their neighbours before anything is learned, in a BERT that is BERT's."""

from itertools import cycle, islice

import pytest
import torch
import transformers
from references import call

from bertcourse.config import BERTConfig
from bertcourse.heads import BERTLM
from bertcourse.headstart import LOOKS, SAME, give_head_start

V, S = 500, 64


@pytest.fixture(scope="module", params=["tiny", "mini"])
def model(request):
    torch.manual_seed(0)
    model = BERTLM(BERTConfig.preset(request.param, vocab_size=V, max_len=S)).eval()
    give_head_start(model)
    return model


@torch.no_grad()
def weights_of(model, ids):
    """The attention of the first layer, `(B, H, S, S)`."""
    return model(ids, output_attentions=True).attentions[0]


def test_heads_look_at_the_distance_they_are_turned_by(model):
    ids = torch.randint(5, V, (4, S), generator=torch.Generator().manual_seed(1))
    for head, look in zip(weights_of(model, ids).unbind(1), LOOKS, strict=False):
        if look == SAME:
            continue
        for distance in range(-5, 6):
            looked = head.diagonal(distance, 1, 2)  # (B, S − |distance|)
            if distance == look:
                assert looked.min() > 0.4
            else:
                assert looked.max() < 0.3


def test_a_head_that_looks_for_the_same_word_finds_it(model):
    ids = torch.arange(5, 5 + S).repeat(2, 1)
    ids[:, 50] = ids[:, 7]
    for head, look in zip(weights_of(model, ids).unbind(1), LOOKS, strict=False):
        if look == SAME:
            assert head[:, 50, 7].min() > 0.2
            assert head[:, 49, 6].max() < 0.1


@pytest.mark.parametrize("looks", [(-1, SAME), (2, -2), (1,)])
def test_heads_look_at_what_is_asked_for(looks):
    model = BERTLM(BERTConfig.preset("tiny", vocab_size=V, max_len=S)).eval()
    give_head_start(model, looks=looks)
    ids = torch.arange(5, 5 + S)[None]
    ids[:, 50] = ids[:, 7]
    for head, look in zip(weights_of(model, ids)[0], islice(cycle(looks), 2), strict=True):
        looked_at = 7 if look == SAME else 50 + look
        assert head[50].argsort()[-2:].tolist().count(looked_at) == 1  # one may be itself


def test_words_and_positions_stay_apart_in_the_sum(model):
    embedding = model.bert.embedding
    where = embedding.position.weight.abs().amax(dim=0) > 0  # (D,)
    assert 0 < where.sum() < len(where)
    assert not embedding.word.weight[:, where].any()
    assert not embedding.segment.weight[:, where].any()


def test_the_architecture_is_still_the_published_one(model, tmp_path):
    model.save_pretrained(tmp_path)
    theirs, report = transformers.BertForPreTraining.from_pretrained(
        tmp_path, output_loading_info=True, attn_implementation="eager"
    )
    assert not report["missing_keys"] and not report["unexpected_keys"]
    inputs = {"input_ids": torch.arange(5, 25)[None], "attention_mask": torch.ones(1, 20).long()}
    expected = call(theirs.eval(), inputs).prediction_logits
    torch.testing.assert_close(model(**inputs).mlm_logits, expected, atol=1e-5, rtol=0)


def test_the_same_seed_begins_alike_and_nothing_else_is_drawn_from():
    starts = []
    for seed in (0, 0, 1):
        torch.manual_seed(3)
        model = BERTLM(BERTConfig.preset("tiny", vocab_size=20, max_len=16))
        give_head_start(model, seed)
        starts.append((model.bert.embedding.position.weight.clone(), torch.rand(1)))
    assert torch.equal(starts[0][0], starts[1][0]) and not torch.equal(starts[0][0], starts[2][0])
    assert starts[0][1] == starts[1][1] == starts[2][1]


def test_positions_that_cannot_be_set_are_refused():
    model = BERTLM(BERTConfig.preset("tiny-modern", vocab_size=20))
    with pytest.raises(ValueError, match="positions of this model are rotary, and only learned"):
        give_head_start(model)
