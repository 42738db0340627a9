"""bertcourse.attention against PyTorch's own attention, and on the edges where code breaks."""

import copy
import itertools

import pytest
import torch
import torch.nn.functional as F
from tensors import random
from torch import nn

from bertcourse import (
    Attention,
    MultiHeadAttention,
    attention_scores,
    causal_mask,
    merge_heads,
    padding_mask,
    scaled_dot_product_attention,
    split_heads,
)

LEADING = [(), (3,), (2, 3), (2, 1, 3)]


def inputs(leading, dtype=torch.float32):
    return (
        random(*leading, 5, 6, seed=1, dtype=dtype),
        random(*leading, 7, 6, seed=2, dtype=dtype),
        random(*leading, 7, 4, seed=3, dtype=dtype),
    )


@pytest.mark.parametrize("leading", LEADING)
@pytest.mark.parametrize("masked", [False, True])
def test_agrees_with_pytorch_for_any_leading_shape(leading, masked):
    query, key, value = inputs(leading)
    mask = random(5, 7, seed=4) > -0.3 if masked else None
    context, weights = scaled_dot_product_attention(query, key, value, mask)
    expected = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    torch.testing.assert_close(context, expected, atol=1e-6, rtol=1e-6)
    torch.testing.assert_close(weights @ value, context)


@pytest.mark.parametrize("leading", LEADING)
def test_rows_of_weights_sum_to_one_and_hidden_keys_get_exactly_zero(leading):
    mask = torch.tensor([1, 1, 0, 1, 0, 0, 1])
    _, weights = scaled_dot_product_attention(*inputs(leading), mask)
    torch.testing.assert_close(weights.sum(-1), torch.ones(*leading, 5))
    assert (weights[..., mask == 0] == 0).all()


def test_scores_have_variance_one_whatever_the_width():
    for d in (4, 64, 1024):
        scores = attention_scores(random(200, d, seed=1), random(200, d, seed=2))
        assert 0.9 < scores.var() < 1.1  # 40 000 scores: the estimate is off by about 0.01


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("return_weights", [False, True])
def test_a_fully_masked_row_is_finite_in_every_dtype(dtype, return_weights):
    mask = torch.ones(5, 7)
    mask[2] = 0
    context, _ = Attention().eval()(*inputs((2, 3), dtype), mask, return_weights)
    assert context.dtype == dtype
    assert context.isfinite().all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_stays_near_the_exact_result(dtype):
    query, key, value = inputs((2, 3))
    exact, _ = scaled_dot_product_attention(30 * query, key, value)
    half, weights = scaled_dot_product_attention(*(t.to(dtype) for t in (30 * query, key, value)))
    assert half.dtype == weights.dtype == dtype
    torch.testing.assert_close(half.float(), exact, atol=0.1, rtol=0.1)


@pytest.mark.parametrize("kind", [torch.bool, torch.uint8, torch.int64, torch.float32])
def test_a_mask_may_be_of_any_dtype(kind):
    mask = random(5, 7, seed=4) > 0
    expected, _ = scaled_dot_product_attention(*inputs((2,)), mask)
    actual, _ = scaled_dot_product_attention(*inputs((2,)), mask.to(kind))
    assert torch.equal(actual, expected)


def test_dropout_is_called_on_the_weights():
    seen = []

    def dropout(weights):
        seen.append(weights)
        return 2 * weights

    context, weights = scaled_dot_product_attention(*inputs((2,)), dropout=dropout)
    plain, plain_weights = scaled_dot_product_attention(*inputs((2,)))
    assert torch.equal(seen[0], plain_weights)
    torch.testing.assert_close(context, 2 * plain)
    torch.testing.assert_close(weights, 2 * plain_weights)


def test_gradients_reach_query_key_and_value_and_agree_with_numbers():
    query, key, value = (t.requires_grad_() for t in inputs((2,), torch.float64))
    mask = random(5, 7, seed=4) > -0.5
    assert torch.autograd.gradcheck(
        lambda q, k, v: scaled_dot_product_attention(q, k, v, mask), (query, key, value)
    )


@pytest.mark.parametrize("mask_rows", [(), (5,)])
def test_the_fused_layer_and_the_explicit_function_agree(mask_rows):
    layer = Attention().eval()
    mask = random(*mask_rows, 7, seed=5) > 0
    if mask_rows:
        mask[1] = False
    fused, none = layer(*inputs((2, 3)), mask)
    explicit, weights = layer(*inputs((2, 3)), mask, return_weights=True)
    torch.testing.assert_close(fused, explicit, atol=1e-6, rtol=1e-6)
    assert none is None
    assert weights.shape == (2, 3, 5, 7)


def test_the_layer_calls_the_function_it_is_given():
    calls = []

    def mine(query, key, value, mask=None, dropout=None):
        calls.append(dropout)
        return scaled_dot_product_attention(query, key, value, mask, dropout)

    layer = Attention(0.5, mine)
    context, weights = layer(*inputs((2,)))
    assert calls == [layer.dropout]
    assert weights is None
    assert context.shape == (2, 5, 4)


@pytest.mark.parametrize("return_weights", [False, True])
def test_dropout_acts_in_training_only(return_weights):
    layer = Attention(dropout=1.0)
    assert (layer(*inputs((2,)), None, return_weights)[0] == 0).all()
    assert (layer.eval()(*inputs((2,)), None, return_weights)[0] != 0).any()


def theirs_from(ours):
    """PyTorch's multi-head attention with our weights."""
    d_model = ours.query.in_features
    theirs = nn.MultiheadAttention(d_model, ours.n_heads, batch_first=True)
    names = ("query", "key", "value")
    with torch.no_grad():
        weights = [getattr(ours, name).weight for name in names]
        theirs.in_proj_weight.copy_(torch.cat(weights))
        theirs.in_proj_bias.copy_(torch.cat([getattr(ours, name).bias for name in names]))
        theirs.out_proj.load_state_dict(ours.output.state_dict())
    return theirs.eval()


@pytest.mark.parametrize(("d_model", "n_heads"), [(12, 3), (12, 1), (7, 7), (64, 4)])
@pytest.mark.parametrize("kind", ["none", "tokens", "rows"])
def test_multi_head_attention_agrees_with_pytorch(d_model, n_heads, kind):
    torch.manual_seed(0)
    ours = MultiHeadAttention(d_model, n_heads).eval()
    x = random(3, 5, d_model)
    tokens = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 0, 0, 0, 0]])
    rows = causal_mask(5).expand(3, 5, 5)
    mask = {"none": None, "tokens": tokens, "rows": rows}[kind]
    hidden = {
        "none": {},
        "tokens": {"key_padding_mask": tokens == 0},
        "rows": {"attn_mask": ~causal_mask(5)},
    }[kind]
    expected, expected_weights = theirs_from(ours)(x, x, x, average_attn_weights=False, **hidden)
    output, weights = ours(x, mask, return_weights=True)
    torch.testing.assert_close(output, expected, atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(weights, expected_weights, atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(ours(x, mask), expected, atol=1e-6, rtol=1e-5)


def test_padding_content_never_reaches_real_tokens():
    torch.manual_seed(0)
    layer = MultiHeadAttention(12, 3).eval()
    x, mask = random(2, 5, 12), torch.tensor([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]])
    changed = x.clone()
    changed[0, 3:] = 100.0
    assert torch.equal(layer(x, mask)[0, :3], layer(changed, mask)[0, :3])


def test_a_batch_equals_its_sentences_one_by_one():
    torch.manual_seed(0)
    layer = MultiHeadAttention(12, 3).eval()
    x = random(4, 5, 12)
    alone = torch.cat([layer(sentence) for sentence in x.split(1)])
    torch.testing.assert_close(layer(x), alone, atol=1e-6, rtol=1e-6)


def test_gradients_reach_every_parameter():
    torch.manual_seed(0)
    layer = MultiHeadAttention(12, 3)
    layer(random(2, 5, 12)).square().sum().backward()
    for name, parameter in layer.named_parameters():
        # A key's bias moves all scores of a row alike, which the softmax does not notice.
        assert name == "key.bias" or parameter.grad.abs().max() > 1e-4, name


def test_the_layer_survives_copying_and_saving():
    torch.manual_seed(0)
    layer = MultiHeadAttention(12, 3).eval()
    other = MultiHeadAttention(12, 3).eval()
    other.load_state_dict(layer.state_dict())
    x = random(2, 5, 12)
    assert torch.equal(layer(x), other(x))
    assert torch.equal(layer(x), copy.deepcopy(layer)(x))


def test_an_impossible_number_of_heads_is_explained_with_the_possible_ones():
    with pytest.raises(
        ValueError, match=r"d_model=12 is not divisible by n_heads=5.*1, 2, 3, 4, 6"
    ):
        MultiHeadAttention(12, 5)
    with pytest.raises(ValueError, match="n_heads=0"):
        MultiHeadAttention(12, 0)


def test_padding_mask_takes_both_shapes_and_explains_others():
    mask = torch.tensor([[1, 1, 0], [1, 0, 0]])
    assert torch.equal(padding_mask(mask)[:, 0, 0], mask.bool())
    rows = torch.eye(3).expand(2, 3, 3)
    assert torch.equal(padding_mask(rows)[:, 0], rows.bool())
    with pytest.raises(ValueError, match=r"shape \(3,\) was given"):
        padding_mask(torch.ones(3))


@pytest.mark.parametrize("n", [0, 1, 4])
def test_causal_mask_lets_each_position_see_itself_and_the_past(n):
    mask = causal_mask(n)
    assert mask.dtype == torch.bool
    assert mask.shape == (n, n)
    for i, j in itertools.product(range(n), repeat=2):
        assert mask[i, j] == (j <= i)


def test_head_h_holds_its_slice_of_every_token():
    x = random(2, 5, 12)
    heads = split_heads(x, 3)
    for h in range(3):
        assert torch.equal(heads[:, h], x[:, :, 4 * h : 4 * h + 4])
    assert torch.equal(merge_heads(heads), x)
