"""GELU, layer norm, feed-forward and residuals agree with PyTorch and with BERT."""

import math

import pytest
import torch
import torch.nn.functional as F
from tensors import random
from torch import nn

from bertcourse.layers import (
    GELU,
    LayerNorm,
    PositionwiseFeedForward,
    SublayerConnection,
    gelu,
    gelu_tanh,
)

FORMS = ["none", "tanh"]


@pytest.mark.parametrize("form", FORMS)
def test_both_forms_of_gelu_agree_with_pytorch(form):
    x = torch.linspace(-8, 8, 1001, dtype=torch.float64)
    expected = F.gelu(x, approximate=form)
    torch.testing.assert_close(GELU(form)(x), expected, atol=1e-15, rtol=1e-12)


def test_the_two_forms_are_close_and_not_the_same():
    x = torch.linspace(-6, 6, 1001, dtype=torch.float64)
    difference = (gelu(x) - gelu_tanh(x)).abs().max()
    assert 1e-4 < difference < 5e-4


def test_gelu_is_x_times_the_share_of_a_normal_below_x():
    normal = torch.distributions.Normal(0.0, 1.0)
    x = torch.linspace(-5, 5, 101, dtype=torch.float64)
    torch.testing.assert_close(gelu(x), x * normal.cdf(x))


@pytest.mark.parametrize("function", [gelu, gelu_tanh])
def test_gradients_of_gelu_agree_with_numbers(function):
    x = random(2, 7, dtype=torch.float64).requires_grad_()
    assert torch.autograd.gradcheck(function, x)


def test_an_unknown_form_of_gelu_is_refused():
    with pytest.raises(ValueError, match="'erf' is not a form of GELU: 'none' or 'tanh'"):
        GELU("erf")


@pytest.mark.parametrize("d_model", [1, 2, 7, 768])
@pytest.mark.parametrize("eps", [1e-12, 1e-5, 0.5])
def test_layer_norm_agrees_with_pytorch(d_model, eps):
    ours, theirs = LayerNorm(d_model, eps).double(), nn.LayerNorm(d_model, eps).double()
    with torch.no_grad():
        for parameter in (ours.weight, ours.bias):
            parameter.copy_(random(d_model, seed=1, dtype=torch.float64))
    theirs.load_state_dict(ours.state_dict())
    x = 3 * random(2, 5, d_model, dtype=torch.float64) + 1
    torch.testing.assert_close(ours(x), theirs(x), atol=1e-12, rtol=1e-10)


def test_a_new_layer_norm_gives_every_token_mean_zero_and_variance_one():
    y = LayerNorm(16).double()(5 * random(4, 3, 16, dtype=torch.float64) - 2)
    torch.testing.assert_close(y.mean(-1), torch.zeros(4, 3, dtype=torch.float64))
    torch.testing.assert_close(y.var(-1, correction=0), torch.ones(4, 3, dtype=torch.float64))


def test_layer_norm_of_a_constant_token_is_its_bias():
    norm = LayerNorm(6)
    with torch.no_grad():
        norm.bias.copy_(torch.arange(6.0))
    assert torch.equal(norm(torch.full((2, 6), 4.0)), torch.arange(6.0).expand(2, 6))


def test_gradients_of_layer_norm_agree_with_numbers():
    norm = LayerNorm(5).double()
    assert torch.autograd.gradcheck(norm, random(2, 5, dtype=torch.float64).requires_grad_())


def test_feed_forward_is_two_linear_layers_with_a_gelu_between():
    torch.manual_seed(0)
    layer = PositionwiseFeedForward(6, 10)
    x = random(2, 3, 6)
    torch.testing.assert_close(layer(x), layer.outer(F.gelu(layer.inner(x))))
    assert layer.inner.weight.shape == (10, 6)
    assert layer.outer.weight.shape == (6, 10)


def test_feed_forward_takes_another_activation_and_works_on_each_token_by_itself():
    torch.manual_seed(0)
    layer = PositionwiseFeedForward(6, 10, activation=nn.ReLU())
    x = random(2, 3, 6)
    torch.testing.assert_close(layer(x), layer.outer(layer.inner(x).relu()))
    torch.testing.assert_close(layer(x)[:, 1], layer(x[:, 1]))


def test_post_norm_normalises_the_sum_and_pre_norm_the_input():
    x, double = random(2, 3, 8), lambda t: 2 * t
    post, pre = SublayerConnection(8).eval(), SublayerConnection(8, order="pre").eval()
    torch.testing.assert_close(post(x, double), F.layer_norm(3 * x, (8,), eps=1e-12))
    torch.testing.assert_close(pre(x, double), x + 2 * F.layer_norm(x, (8,), eps=1e-12))


def test_dropout_falls_on_the_sublayer_and_never_on_the_residual():
    x = random(2, 3, 8)
    pre = SublayerConnection(8, dropout=1.0, order="pre")
    post = SublayerConnection(8, dropout=1.0)
    assert torch.equal(pre(x, torch.exp), x)
    torch.testing.assert_close(post(x, torch.exp), F.layer_norm(x, (8,), eps=1e-12))


def test_an_unknown_order_is_refused():
    with pytest.raises(ValueError, match="order='first' is not known: choose 'post' or 'pre'"):
        SublayerConnection(8, order="first")


def test_the_exact_gelu_holds_its_textbook_values():
    for x in (-1.0, 0.0, 1.0, 2.5):
        expected = x * 0.5 * (1 + math.erf(x / math.sqrt(2)))
        assert gelu(torch.tensor(x, dtype=torch.float64)).item() == pytest.approx(expected)


def test_study_note_there_is_no_dropout_between_the_two_linear_layers():
    torch.manual_seed(0)
    layer, x = PositionwiseFeedForward(6, 10, dropout=0.9).train(), random(2, 3, 6)
    assert torch.equal(layer(x), layer(x))


def test_study_note_the_variance_is_the_biased_one_with_epsilon_inside_the_root():
    x, eps = torch.tensor([[1.0, 3.0]]), 3.0  # mean 2, biased variance 1
    torch.testing.assert_close(LayerNorm(2, eps)(x), torch.tensor([[-0.5, 0.5]]))
