"""Embeddings are sums of table rows; sinusoids and rotary positions follow their formulas."""

import math

import pytest
import torch
import torch.nn.functional as F
from tensors import random

from bertcourse.attention import Attention
from bertcourse.embeddings import (
    BERTEmbedding,
    PositionalEmbedding,
    RotaryAttention,
    SegmentEmbedding,
    TokenEmbedding,
    rotate,
    sinusoidal_positions,
)


@pytest.fixture
def embedding():
    torch.manual_seed(0)
    return BERTEmbedding(11, 8, max_len=6).eval()


def test_the_embedding_is_the_normalised_sum_of_three_rows(embedding):
    ids, segments = torch.tensor([[3, 0, 10], [1, 1, 2]]), torch.tensor([[0, 0, 1], [0, 1, 1]])
    output = embedding(ids, segments)
    for b in range(2):
        for s in range(3):
            word = embedding.word.weight[ids[b, s]]
            row = word + embedding.position.weight[s] + embedding.segment.weight[segments[b, s]]
            torch.testing.assert_close(output[b, s], F.layer_norm(row, (8,), eps=1e-12))


def test_without_segments_everything_is_sentence_a(embedding):
    ids = torch.tensor([[3, 0, 10]])
    assert torch.equal(embedding(ids), embedding(ids, torch.zeros_like(ids)))
    assert not torch.equal(embedding(ids), embedding(ids, torch.ones_like(ids)))


def test_dropout_comes_after_the_norm_and_in_training_only(embedding):
    ids = torch.tensor([[3, 0, 10]])
    expected = embedding(ids)
    torch.manual_seed(0)
    dropped = embedding.train()(ids)
    kept = dropped != 0
    assert 0 < kept.sum() < kept.numel()
    torch.testing.assert_close(dropped[kept], expected[kept] / 0.9)


def test_every_table_is_trained_the_row_of_padding_too():
    torch.manual_seed(0)
    embedding = BERTEmbedding(4, 6, max_len=4).eval()
    weigh = random(1, 4, 6)
    (embedding(torch.arange(4)[None], torch.tensor([[0, 0, 1, 1]])) * weigh).sum().backward()
    for table in (embedding.word, embedding.position, embedding.segment):
        assert (table.weight.grad.abs().sum(-1) > 1e-4).all()


def test_tables_have_the_published_shapes():
    assert TokenEmbedding(30522, 4).weight.shape == (30522, 4)
    assert TokenEmbedding(5, 4).padding_idx is None
    assert SegmentEmbedding(4).weight.shape == (2, 4)
    assert PositionalEmbedding(512, 4).weight.shape == (512, 4)


@pytest.mark.parametrize("d_model", [1, 4, 7, 64])
def test_sinusoids_follow_the_formula(d_model):
    table = sinusoidal_positions(50, d_model)
    assert table.shape == (50, d_model)
    assert table.dtype == torch.float32
    for t in (0, 1, 49):
        for feature in range(d_model):
            angle = t / 10_000 ** (2 * (feature // 2) / d_model)
            expected = math.sin(angle) if feature % 2 == 0 else math.cos(angle)
            assert table[t, feature].item() == pytest.approx(expected, abs=1e-6)


def test_moving_by_k_positions_turns_all_sinusoids_alike():
    table = sinusoidal_positions(40, 16).double()
    products = table @ table.T
    for k in (1, 5):
        diagonal = products.diagonal(k)
        torch.testing.assert_close(diagonal, diagonal[:1].expand_as(diagonal), atol=1e-5, rtol=0)


@pytest.mark.parametrize("kind", ["learned", "sinusoidal"])
def test_positions_are_rows_of_a_table_that_is_a_parameter_only_if_learned(kind):
    layer = PositionalEmbedding(10, 6, kind)
    positions = torch.tensor([0, 3, 9])
    assert torch.equal(layer(positions), layer.weight[positions])
    assert (len(list(layer.parameters())) == 1) == (kind == "learned")
    assert (len(layer.state_dict()) == 1) == (kind == "learned")


def test_rotary_positions_add_nothing_and_keep_the_type():
    layer = PositionalEmbedding(10, 6, "rotary")
    x = random(2, 3, 6).bfloat16()
    assert torch.equal(x + layer(torch.arange(3)), x)
    assert not layer.state_dict()


def test_an_unknown_kind_of_positions_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'fixed' are not known: choose 'learned', 'sinusoidal'"):
        PositionalEmbedding(10, 6, "fixed")


def test_rotating_keeps_lengths_and_leaves_the_first_position():
    x = random(2, 3, 7, 8, dtype=torch.float64)
    turned = rotate(x)
    assert torch.equal(turned[..., 0, :], x[..., 0, :])
    torch.testing.assert_close(turned.norm(dim=-1), x.norm(dim=-1), atol=1e-6, rtol=0)
    assert (turned[..., 1:, :] - x[..., 1:, :]).abs().min(-1).values.max() > 1e-4


def test_a_dot_product_of_rotated_vectors_depends_on_their_distance_only():
    query = rotate(random(1, 8, seed=1, dtype=torch.float64).expand(20, 8))
    key = rotate(random(1, 8, seed=2, dtype=torch.float64).expand(20, 8))
    products = query @ key.T
    for k in (-7, 0, 3):
        diagonal = products.diagonal(k)
        torch.testing.assert_close(diagonal, diagonal[:1].expand_as(diagonal), atol=1e-5, rtol=0)
    assert products[0].std() > 0.1


def test_rotating_turns_feature_i_with_feature_i_plus_half():
    x = torch.zeros(3, 4)
    x[:, 0] = 1.0
    turned = rotate(x)
    for t in range(3):
        expected = torch.tensor([math.cos(t), 0.0, math.sin(t), 0.0])
        torch.testing.assert_close(turned[t], expected)


def test_an_odd_head_cannot_be_rotated():
    with pytest.raises(ValueError, match="a head has 5: choose n_heads so that"):
        rotate(torch.ones(2, 3, 5))


def test_rotary_attention_is_attention_on_rotated_queries_and_keys():
    query, key, value = (random(2, 3, 5, 8, seed=s) for s in (1, 2, 3))
    mask = torch.tensor([1, 1, 1, 0, 1])
    expected = Attention().eval()(rotate(query), rotate(key), value, mask, return_weights=True)
    rotary = RotaryAttention().eval()
    context, weights = rotary(query, key, value, mask, return_weights=True)
    assert torch.equal(context, expected[0])
    assert torch.equal(weights, expected[1])
    fused, none = rotary(query, key, value, mask)
    torch.testing.assert_close(fused, context, atol=1e-6, rtol=1e-5)
    assert none is None
