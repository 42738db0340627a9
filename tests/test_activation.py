"""Week 2's playground for activations, and the map of what a number depends on."""

import math
import re
from importlib.resources import files

import pytest
import torch
import torch.nn.functional as F
import traitlets

from bertcourse import LayerNorm, gelu, gelu_tanh
from bertcourse.viz import ActivationPlayground, influence_map

TOKENS = [["the", "river", "rose"], ["too", "tired", "[PAD]"]]
X = torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(0))


def batch_norm(x):
    return F.batch_norm(x.flatten(0, 1), None, None, training=True).view_as(x)


def attention(x):
    return (x @ x.mT).softmax(dim=-1) @ x


# The playground -------------------------------------------------------------------------------


@pytest.mark.parametrize("x", [-4.0, -0.75, 0.0, 1.4, 4.0])
def test_the_playground_shows_the_activation_and_its_slope_at_x(x):
    here = ActivationPlayground(x=x).here
    share = 0.5 * (1 + math.erf(x / math.sqrt(2)))
    height = math.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    assert here["x"] == pytest.approx(x)
    assert here["share"] == pytest.approx(share, abs=1e-3)
    assert here["height"] == pytest.approx(height, abs=1e-3)
    assert here["y"] == pytest.approx(x * share, abs=1e-3)
    assert here["slope"] == pytest.approx(share + x * height, abs=1e-3)
    assert here["relu"] == max(x, 0)
    assert here["relu_slope"] == float(x > 0)


def test_moving_x_changes_what_is_shown_and_not_the_curves():
    playground = ActivationPlayground()
    curves, before = playground.curves, playground.here
    playground.x = -1.0
    assert playground.here != before and playground.curves == curves
    assert "16% of the bell" in repr(playground) and "GELU gives -0.16" in repr(playground)


@pytest.mark.parametrize("x", [-4.01, 5.0, math.inf, math.nan])
def test_an_x_outside_the_curves_is_refused_and_the_old_one_stays(x):
    playground = ActivationPlayground()
    with pytest.raises(traitlets.TraitError, match="the curves go from -4 to 4"):
        playground.x = x
    assert playground.x == 0.5


def test_x_stands_where_the_curves_have_been_computed():
    playground = ActivationPlayground(x=0.5)
    playground.x = 1.237
    assert playground.x == 1.25 == playground.here["x"]


def test_the_curve_is_that_of_the_given_function():
    called = []

    def own(x):
        called.append(tuple(x.shape))
        return gelu_tanh(x) + 1

    playground = ActivationPlayground(own, x=0.0, name="own", made_by="your code")
    assert called == [(161,)]
    assert playground.here["y"] == 1.0
    assert "own gives 1.00" in repr(playground)
    assert "Made by your code." in repr(playground.picture())


def test_under_no_grad_the_slope_is_measured_all_the_same():
    with torch.no_grad():
        playground = ActivationPlayground(gelu)
    assert not playground.error and playground.here["slope"] > 0.8


@pytest.mark.parametrize(
    ("activation", "message"),
    [
        (lambda x: x.detach(), "no gradient"),
        (lambda x: x.sum(), r"made \(\) of \(161,\)"),
        (lambda x: None, "made NoneType"),
        (lambda x: x / 0, "NaN or infinity"),
        (lambda x: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_a_function_that_fails_is_reported_and_nothing_is_drawn(activation, message):
    playground = ActivationPlayground(activation)
    assert re.search(message, playground.error)
    data, _ = playground._repr_mimebundle_()
    assert playground.error in data["text/plain"] and "image/png" not in data


def test_the_playground_shows_the_same_picture_every_time_without_a_kernel():
    bundles = [ActivationPlayground(x=-0.75)._repr_mimebundle_() for _ in range(2)]
    assert bundles[0][0]["image/png"] == bundles[1][0]["image/png"]
    assert len(bundles[0][1]["image/png"]["alt"]) > 30


def test_the_front_end_is_one_module_that_never_treats_text_as_html_and_loads_nothing():
    code = (files("bertcourse.viz") / "static" / "activation.js").read_text(encoding="utf-8")
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
    assert not any(word in code for word in forbidden)
    assert not re.search(r"\bimport\b|https?://", code)
    assert ActivationPlayground._esm.count("export default") == 1


# The map of what a number depends on ----------------------------------------------------------


def test_a_norm_over_features_depends_on_the_token_and_one_over_the_batch_on_the_feature():
    layer = influence_map(LayerNorm(4), X, TOKENS, (0, 1, 2)).data
    across = influence_map(batch_norm, X, TOKENS, (0, 1, 2)).data
    assert layer.sum() == 4 and layer[0, 1].all()
    assert across.sum() == 6 and across[:, :, 2].all()


def test_attention_depends_on_the_sentence_and_a_function_of_each_number_on_itself():
    assert influence_map(attention, X, TOKENS, (1, 0, 0)).data.tolist() == [
        [[False] * 4] * 3,
        [[True] * 4] * 3,
    ]
    itself = influence_map(gelu, X, TOKENS, (1, 2, 3)).data
    assert itself.sum() == 1 and itself[1, 2, 3]


def test_the_map_is_drawn_under_no_grad_and_leaves_the_batch_as_it_was():
    before = X.clone()
    with torch.no_grad():
        figure = influence_map(gelu, X, TOKENS, (0, 0, 0))
    assert torch.equal(X, before) and not X.requires_grad
    assert figure.data[0, 0, 0]


def test_the_alternative_text_says_which_numbers_matter():
    alt = influence_map(LayerNorm(4), X, TOKENS, (1, 1, 0)).alt
    assert "feature 0 of 'tired' in sentence 1 depends on 4 of 24 numbers" in alt
    assert "'tired' in sentence 1: features 0, 1, 2, 3." in alt


def test_the_map_fits_a_notebook_and_carries_its_caption():
    figure = influence_map(gelu, X, TOKENS, (0, 0, 0), caption="One cell.", made_by="your code")
    width, height = figure.display_size()
    assert width < 800 and height < 400
    assert repr(figure).startswith("Figure: One cell. Made by your code.")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"x": X[0]}, r"x has shape \(3, 4\)"),
        ({"x": torch.zeros(2, 3, 9)}, "D from 1 to 8"),
        ({"x": X / 0}, "not finite"),
        ({"tokens": TOKENS[:1]}, "1 lists, but x has 2 sentences"),
        ({"tokens": [["a"], ["b"]]}, "one for each"),
        ({"at": (0, 3, 0)}, "no place in"),
        ({"at": (0, 0)}, "sentence, token and feature"),
        ({"function": lambda x: x[..., 0]}, "keep the shape"),
        ({"function": lambda x: x.detach()}, "no gradient"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_advice(given, message):
    whole = {"function": gelu, "x": X, "tokens": TOKENS, "at": (0, 1, 2)} | given
    with pytest.raises(ValueError, match=message):
        influence_map(whole["function"], whole["x"], whole["tokens"], whole["at"])
