"""Week 4 in pictures: the block as a diagram, guesses in cells, and the lens on every layer."""

import base64
import math
import struct
from importlib.resources import files

import pytest
import torch
import traitlets

from bertcourse import BERTLM, BERTConfig, WordPieceTokenizer, fill_mask
from bertcourse.viz import LayerLens, block_diagram, guess_map

TEXTS = ["the cat sat on the mat", "it was a fine mat and a fine cat"]
HIDDEN = "the [MASK] sat on the mat"
SIZES = {"d_model": 16, "n_layers": 3, "n_heads": 2, "max_len": 20}


@pytest.fixture(scope="module")
def tokenizer():
    return WordPieceTokenizer.train(TEXTS, 60)


def model_of(tokenizer, **changes) -> BERTLM:
    torch.manual_seed(0)
    model = BERTLM(BERTConfig(vocab_size=len(tokenizer), **{**SIZES, **changes})).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    return model


@pytest.fixture(scope="module")
def model(tokenizer):
    return model_of(tokenizer)


@pytest.fixture
def lens(model, tokenizer):
    return LayerLens(model, tokenizer, [HIDDEN, *TEXTS])


# Figures -------------------------------------------------------------------------------------

FIGURES = {
    "one block": lambda: block_diagram(),
    "two blocks": lambda: block_diagram("post", "pre"),
    "guesses": lambda: guess_map(
        [["a", "##very_long_word"]] * 3, [[0.1, 0.9]] * 3, [*"xy"], [*"123"]
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_fits_its_page_and_says_what_it_shows(name):
    figure = FIGURES[name]()
    data, metadata = figure._repr_mimebundle_()
    look = metadata["image/png"]
    size = struct.unpack(">II", base64.b64decode(data["image/png"])[16:24])
    assert size == (2 * look["width"], 2 * look["height"])
    assert look["alt"] == figure.alt and len(figure.alt) > 20
    renderer = figure.canvas.get_renderer()
    for axes in figure.axes:
        box = axes.get_tightbbox(renderer)
        assert box.x0 >= -1 and box.y0 >= -1
        assert box.x1 <= figure.bbox.x1 + 1 and box.y1 <= figure.bbox.y1 + 1


def test_in_a_post_norm_block_each_norm_stands_behind_a_sum_and_in_pre_norm_before_a_sublayer():
    data = block_diagram("post", "pre").data
    for norm, sublayer in (("attention_norm", "attention"), ("output_norm", "feed_forward")):
        assert data["post"][data["post"].index(norm) - 1] == "+"
        assert data["pre"][data["pre"].index(norm) + 1] == sublayer
    assert sorted(data["post"]) == sorted(data["pre"])


def test_a_block_that_is_not_known_is_refused():
    with pytest.raises(ValueError, match="'sandwich' is not known: choose 'post' or 'pre'"):
        block_diagram("sandwich")


def test_a_guess_map_keeps_words_and_numbers_and_reads_them_out():
    figure = guess_map(
        [["cat", "mat"], ["dog", "mat"]], [[0.25, 0.5], [0.125, 0.75]], [*"ab"], [*"12"]
    )
    assert figure.data["guesses"] == [["cat", "mat"], ["dog", "mat"]]
    assert figure.data["probabilities"].tolist() == [[0.25, 0.5], [0.125, 0.75]]
    assert "2: dog, mat." in figure.alt


@pytest.mark.parametrize(
    ("guesses", "probabilities", "message"),
    [
        ([["a"]], [[0.1, 0.2]], "give a word for every number"),
        ([["a", "b"]], [[0.1, math.nan]], "not finite"),
        ([["a", "b"]], [0.1, 0.2], "two axes"),
        ([["a", "b"]], [[0.1, 0.2]] * 2, "layers has 1 entries, but there are 2 rows"),
    ],
)
def test_a_guess_map_that_does_not_fit_together_is_refused(guesses, probabilities, message):
    with pytest.raises(ValueError, match=message):
        guess_map(guesses, probabilities, ["x", "y"], ["1"])


# The lens ------------------------------------------------------------------------------------


def test_the_lens_starts_at_the_mask_with_a_row_for_the_embedding_and_every_block(lens):
    assert lens.tokens[lens.token] == "[MASK]"
    names = [layer["name"] for layer in lens.result["layers"]]
    assert names == ["embedding", "block 1", "block 2", "block 3"]
    assert f"'[MASK]' in '{HIDDEN}' is read as embedding" in repr(lens)


@pytest.mark.parametrize("norm", ["post", "pre"])
def test_the_last_row_is_what_the_model_itself_guesses(norm, tokenizer):
    model = model_of(tokenizer, norm=norm)
    lens = LayerLens(model, tokenizer, [HIDDEN])
    guesses = lens.result["layers"][-1]["guesses"][lens.token]
    expected = fill_mask(model, tokenizer, HIDDEN, top=5)[0]
    assert [word for word, _ in guesses] == [guess.token for guess in expected]
    shares = [share for _, share in guesses]
    assert shares == pytest.approx([guess.probability for guess in expected], abs=1e-3)


def test_every_vector_begins_at_itself_and_turns_away(lens):
    first, *_, last = lens.result["layers"]
    assert first["cosines"] == pytest.approx([1.0] * len(lens.tokens), abs=1e-3)
    assert all(cosine < 0.999 for cosine in last["cosines"])


def test_another_text_is_read_at_once(lens):
    before = lens.result
    lens.text = TEXTS[1]
    assert lens.result != before and lens.tokens[0] == "[CLS]"
    assert lens.token == 1  # no mask in it
    assert len(lens.result["layers"][0]["guesses"]) == len(lens.tokens)


@pytest.mark.parametrize(
    ("text", "message"),
    [("  ", "nothing to read"), ("cat " * 30, "tokens"), ("x" * 500, "longer than 200 letters")],
)
def test_a_text_that_cannot_be_read_is_told_and_the_next_one_is_read(text, message, lens):
    lens.text = text
    assert message in lens.error and lens.tokens == []
    data, _ = lens._repr_mimebundle_()
    assert message in data["text/plain"] and "image/png" not in data
    lens.text = HIDDEN
    assert not lens.error and lens.tokens[lens.token] == "[MASK]"


def test_a_token_that_is_not_there_is_refused_and_the_old_one_stays(lens):
    before = lens.token
    for token in (-1, len(lens.tokens)):
        with pytest.raises(traitlets.TraitError, match=f"token={token} was given"):
            lens.token = token
    assert lens.token == before


@pytest.mark.parametrize(
    ("texts", "message"), [([], "texts is empty"), (["cat " * 40], "shorten it")]
)
def test_a_lens_without_a_readable_text_is_refused(texts, message, model, tokenizer):
    with pytest.raises(ValueError, match=message):
        LayerLens(model, tokenizer, texts)


def test_without_a_kernel_the_lens_is_a_picture(lens):
    data, metadata = lens._repr_mimebundle_()
    assert data["image/png"] and "[MASK]" in metadata["image/png"]["alt"]
    assert lens.picture().data["guesses"][-1][lens.token] == lens.best(3, lens.token)


def test_the_front_end_sets_text_and_never_html():
    source = (files("bertcourse.viz") / "static" / "lens.js").read_text(encoding="utf-8")
    for unsafe in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert unsafe not in source
