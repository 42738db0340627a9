"""Figures: what they show is in their data, and everybody can read them."""

import base64
import functools
import importlib
import io
import itertools
import json
import struct
import subprocess
import sys
import warnings

import matplotlib
import numpy
import pytest
import torch
from IPython.core.formatters import DisplayFormatter
from matplotlib.figure import Figure
from PIL import Image

import bertcourse
from bertcourse.viz import (
    CaptionedFigure,
    attention_heads,
    attention_map,
    attention_plane,
    bar_chart,
    line_chart,
    mask_map,
    matrix_map,
    pretraining_and_finetuning,
    tensor_map,
    vector_plane,
    weight_bars,
)
from bertcourse.viz.captioned import show_as_they_are
from bertcourse.viz.colours import AMOUNT, SIGNED, contrasting

TOKENS = ["[CLS]", "the", "animal", "was", "tired", "[SEP]"]


def some_weights(*shape: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(7)
    return (2 * torch.randn(*shape, generator=generator)).softmax(dim=-1)


WEIGHTS = some_weights(6, 6)
MAKERS = {
    "attention_map": lambda: attention_map(WEIGHTS, TOKENS, title="A head", made_by="your code"),
    "attention_heads": lambda: attention_heads(some_weights(5, 6, 6), TOKENS, columns=3),
    "matrix_map": lambda: matrix_map(WEIGHTS - 0.3, TOKENS, TOKENS, value_label="score"),
    "mask_map": lambda: mask_map(torch.ones(6, 6).tril(), TOKENS),
    "weight_bars": lambda: weight_bars(WEIGHTS[0], TOKENS),
    "bar_chart": lambda: bar_chart({"base": 84.4, "no NSP": 83.9}),
    "line_chart": lambda: line_chart(
        [1, 2, 3], {"up": [1, 2, 3], "down": [3, 2, 1]}, x_label="step"
    ),
    "line_chart, log": lambda: line_chart([2, 64, 1024], {"up": [1, 2, 3]}, x_log=True),
    "vector_plane": lambda: vector_plane([[1, 2], [-1, 0.5]], ["cat", "dog"]),
    "attention_plane": lambda: attention_plane(
        [1, 1], [[1, 2], [0, 1]], [0.7, 0.3], ["cat", "dog"]
    ),
    "tensor_map": lambda: tensor_map(torch.arange(24.0).reshape(2, 3, 4)),
    "pretraining_and_finetuning": lambda: pretraining_and_finetuning(),
}
FIGURES = {name: make() for name, make in MAKERS.items()}


@functools.cache
def bundle_of(name: str) -> tuple[dict, dict]:
    """What one of the figures shows in a notebook; drawing it is what takes time here."""
    return FIGURES[name]._repr_mimebundle_()


def png_of(name: str) -> bytes:
    return base64.b64decode(bundle_of(name)[0]["image/png"])


def small_map(*tokens: str) -> CaptionedFigure:
    """A map of one column with these tokens as its rows."""
    return attention_map([[1.0]] * len(tokens), tokens, key_tokens=["a"], numbers=False)


def texts_of(figure: CaptionedFigure) -> list[str]:
    """Every word that is written in the picture."""
    found = figure.findobj(matplotlib.text.Text)
    return [text.get_text() for text in found if text.get_visible() and text.get_text()]


def boxes_of_labels(figure: CaptionedFigure, axis: str) -> list:
    axes = figure.axes[0]
    ticks = axes.get_xticklabels() if axis == "x" else axes.get_yticklabels()
    renderer = figure.canvas.get_renderer()
    return [tick.get_window_extent(renderer) for tick in ticks]


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_shows_itself_as_png_with_caption_and_alternative_text(name):
    figure = FIGURES[name]
    data, metadata = bundle_of(name)
    picture = png_of(name)
    assert picture.startswith(b"\x89PNG")
    look = metadata["image/png"]
    assert struct.unpack(">II", picture[16:24]) == (2 * look["width"], 2 * look["height"])
    assert look["alt"] == figure.alt and len(figure.alt) > 20
    assert look["needs_background"] == "light"
    assert data["text/plain"].startswith(f"Figure: {figure.caption}")
    assert figure.alt in data["text/plain"] and "0x" not in data["text/plain"]
    json.dumps([data, metadata])


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_fits_a_notebook_and_nothing_in_it_is_cut_off(name):
    figure = FIGURES[name]
    renderer = figure.canvas.get_renderer()
    page = figure.bbox
    for axes in figure.axes:
        box = axes.get_tightbbox(renderer)
        assert box.x0 >= -1 and box.y0 >= -1
        assert box.x1 <= page.x1 + 1 and box.y1 <= page.y1 + 1
    for text in figure.texts:  # title, caption, whose code
        box = text.get_window_extent(renderer)
        assert box.x1 <= page.x1 and box.y0 >= -1
    assert figure.display_size()[0] <= 800


@pytest.mark.parametrize("name", ["attention_map", "mask_map", "pretraining_and_finetuning"])
def test_the_same_numbers_give_the_same_picture(name):
    assert MAKERS[name]().png() == png_of(name)


def test_drawing_a_figure_does_not_change_it():
    assert FIGURES["attention_plane"].png() == png_of("attention_plane")


def test_the_picture_is_the_same_whatever_styles_the_notebook_sets():
    before = small_map("a").png()
    with matplotlib.rc_context({"figure.facecolor": "black", "font.size": 30, "axes.grid": True}):
        assert small_map("a").png() == before


@pytest.mark.parametrize("name", ["attention_map", "attention_plane"])
def test_few_colours_make_the_picture_small_and_none_moves_visibly(name):
    figure = FIGURES[name]
    figure.canvas.draw()
    drawn = numpy.asarray(figure.canvas.buffer_rgba())
    packed = numpy.asarray(Image.open(io.BytesIO(png_of(name))).convert("RGB"))
    assert (drawn[..., 3] == 255).all()  # opaque, so that it reads on a dark page
    assert abs(packed.astype(int) - drawn[..., :3]).max() <= 10  # of 255
    assert packed[0, 0].tolist() == [255, 255, 255]
    assert len(png_of(name)) < 60_000


def test_no_figure_goes_through_pyplot(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("bertcourse.viz")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(bertcourse, "viz", bertcourse.viz)  # the import below replaces it
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)  # importing it fails
    afresh = importlib.import_module("bertcourse.viz")
    assert afresh.bar_chart is not bar_chart and afresh.bar_chart({"a": 1.0}).png()


def test_a_figure_is_not_redrawn_for_those_who_use_pyplot_as_well():
    display = DisplayFormatter()
    for kind in ("image/png", "image/svg+xml"):  # as pyplot does on import
        display.formatters[kind].enabled = True
        display.formatters[kind].for_type(Figure, lambda figure: "redrawn")
    figure = FIGURES["mask_map"]
    assert display.format(figure)[0]["image/png"] == "redrawn"
    show_as_they_are(display.formatters)
    assert display.format(figure) == bundle_of("mask_map")
    assert display.format(Figure())[0]["image/png"] == "redrawn"


def test_the_data_is_the_weights_and_the_weights_stay_as_they_were():
    weights = some_weights(6, 6).requires_grad_()
    copy = weights.detach().clone()
    figure = attention_map(weights, TOKENS)
    assert torch.equal(figure.data, copy) and not figure.data.requires_grad
    figure.data.zero_()
    assert torch.equal(weights.detach(), copy)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64, torch.int64])
def test_every_dtype_can_be_drawn(dtype):
    figure = attention_map(torch.eye(3, dtype=dtype), ["a", "b", "c"])
    assert figure.data.dtype == dtype and figure.data.diagonal().tolist() == [1, 1, 1]


def test_lists_arrays_and_transposed_tensors_can_be_drawn():
    weights = some_weights(3, 3)
    lists = attention_map(weights.tolist(), ["a", "b", "c"])
    arrays = attention_map(weights.numpy(), ["a", "b", "c"])
    turned = attention_map(weights.T, ["a", "b", "c"])
    assert torch.allclose(lists.data, weights) and torch.equal(arrays.data, weights)
    assert torch.equal(turned.data, weights.T)


def test_the_picture_says_whose_code_made_it():
    assert "Made by your code." in texts_of(FIGURES["attention_map"])
    assert "Made by your code." in repr(FIGURES["attention_map"])
    assert not any("Made by" in text for text in texts_of(FIGURES["bar_chart"]))


def test_the_caption_is_printed_in_the_picture():
    caption = "The pronoun looks at its noun. " * 6
    figure = attention_map(some_weights(6, 6), TOKENS, caption=caption)
    printed = " ".join(" ".join(texts_of(figure)).split())
    assert " ".join(caption.split()) in printed


def test_rows_are_queries_and_columns_are_keys():
    figure = attention_map(some_weights(2, 3), ["it", "was"], key_tokens=["a", "big", "cat"])
    axes = figure.axes[0]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["it", "was"]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["a", "big", "cat"]
    assert "query" in axes.get_ylabel() and "key" in axes.get_xlabel()
    box = axes.images[0]
    assert box.get_array().shape == (2, 3)


def test_numbers_stand_in_the_cells_of_small_maps_only():
    assert "0.50" in texts_of(attention_map([[0.5, 0.5], [1, 0]], ["a", "b"]))
    assert "0.50" not in texts_of(attention_map([[0.5, 0.5], [1, 0]], ["a", "b"], numbers=False))
    large = attention_map(some_weights(13, 13), [str(i) for i in range(13)])
    assert len(large.axes[0].texts) == 0


def test_a_weight_that_is_exactly_zero_reads_differently_from_a_small_one():
    written = texts_of(attention_map([[0.0, 1.0], [0.001, 0.999]], ["a", "b"]))
    assert "0" in written and "0.00" in written


def test_the_scale_is_0_to_1_and_grows_when_the_values_do():
    def limits(weights):
        return attention_map(weights, ["a", "b"]).axes[0].images[0].get_clim()

    assert limits([[0.2, 0.3], [0.1, 0.4]]) == (0, 1)
    assert limits([[0.5, 2.5], [-0.5, 0.5]]) == (-0.5, 2.5)


@pytest.mark.parametrize("colours", [AMOUNT, SIGNED])
def test_the_colours_differ_in_lightness_so_that_every_reader_can_tell_them(colours):
    def lightness(at):
        red, green, blue, _ = colours(at)
        return 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2

    start = 0.5 if colours is SIGNED else 0.0
    right = [lightness(start + (1 - start) * step / 20) for step in range(21)]
    assert all(a > b for a, b in itertools.pairwise(right))
    if colours is SIGNED:
        left = [lightness(0.5 - step / 40) for step in range(21)]
        assert all(a > b for a, b in itertools.pairwise(left))


def test_numbers_contrast_with_their_cells():
    for step in range(101):
        red, green, blue, _ = rgba = AMOUNT(step / 100)
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgba[:3]]
        cell = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        ink = 1.0 if contrasting((red, green, blue, 1)) == "#ffffff" else 0.0
        light, dark = max(cell, ink), min(cell, ink)
        assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG AA


@pytest.mark.parametrize("length", [1, 2, 12, 13, 25, 64, 100])
def test_tokens_never_overlap(length):
    tokens = [f"token{i}" if i % 3 else "internationalization" for i in range(length)]
    figure = attention_map(some_weights(length, length), tokens, numbers=False)
    for axis in "xy":
        boxes = boxes_of_labels(figure, axis)
        for one, other in itertools.pairwise(boxes):
            assert not one.overlaps(other)
    assert len(boxes_of_labels(figure, "x")) == length or length > 64
    assert figure.display_size()[0] <= 800


def test_up_to_64_tokens_all_are_named_at_a_readable_size():
    figure = attention_map(some_weights(64, 64), [f"t{i}" for i in range(64)])
    labels = figure.axes[0].get_yticklabels()
    assert [label.get_text() for label in labels] == [f"t{i}" for i in range(64)]
    assert all(label.get_fontsize() >= 5 for label in labels)


def test_long_tokens_are_shortened_in_the_picture_and_whole_in_the_text():
    word = "Donaudampfschifffahrtsgesellschaft"
    figure = attention_map([[1.0, 0.0]], [word], key_tokens=["a", "b"])
    assert word not in texts_of(figure) and "Donaudampfsch…" in texts_of(figure)
    assert word in figure.alt


SIGNS = ["$x$", r"$\frac{1}{2}$", "$", "_", "a_b^c", "%", "\\", "{}", "#", "&", "~", "<b>bold</b>"]


def test_signs_that_mean_something_elsewhere_are_drawn_as_they_are():
    figure = attention_map([[1.0]] * len(SIGNS), SIGNS, key_tokens=["$y$"], title=" ".join(SIGNS))
    labels = figure.axes[0].get_yticklabels()
    assert [label.get_text() for label in labels] == SIGNS
    assert not any(text.get_parse_math() for text in [*labels, *figure.texts])
    assert figure.png()


STRANGE = (
    *("한국어", "日本語", "😀", "👩‍👩‍👧", "العربية", "हिन्दी", "é", "##ing"),
    *("\n", "\t", "\x00", "\ud800", "", " ", "\u200b"),
)


def test_every_token_can_be_drawn_without_a_warning():
    words = "".join(STRANGE)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = attention_map(
            [[1.0]] * len(STRANGE), STRANGE, key_tokens=[words], title=words, caption=words
        )
        bundle = figure._repr_mimebundle_()
    assert all(label.get_text() for label in figure.axes[0].get_yticklabels())
    assert json.dumps(bundle, ensure_ascii=False).encode()


@pytest.mark.parametrize("token", STRANGE)
def test_a_caption_and_a_title_of_nothing_but_one_token_can_be_drawn(token):
    bar_chart({token: 1.0}, title=token, caption=token).canvas.draw()


def test_a_letter_that_no_font_has_is_spelled_out():
    assert "\\U0001fae8" in texts_of(attention_map([[1.0]], ["\U0001fae8"]))


def test_the_alternative_text_names_the_strongest_pairs():
    weights = torch.full((6, 6), 0.02)
    weights[3, 2], weights[4, 1] = 0.9, 0.7
    alt = attention_map(weights, TOKENS).alt
    assert "6 tokens on 6 tokens" in alt
    assert alt.index("'was' looks at 'animal' (0.90)") < alt.index("'tired' looks at 'the' (0.70)")


def test_the_alternative_text_says_when_all_weights_are_alike():
    assert "alike (0.25)" in attention_map(torch.full((4, 4), 0.25), list("abcd")).alt


def test_the_alternative_text_says_when_rows_do_not_sum_to_one():
    alt = attention_map([[1.0, 1.0], [0.5, 0.5]], ["it", "was"]).alt
    assert "1 of 2 rows do not sum to 1" in alt and "'it' sums to 2.00" in alt


def test_the_alternative_text_does_not_depend_on_the_last_digits():
    weights = some_weights(6, 6).double()
    nudged = weights + 1e-9 * torch.randn(6, 6, dtype=torch.float64)
    assert attention_map(weights, TOKENS).alt == attention_map(nudged, TOKENS).alt


def test_an_alternative_text_of_ones_own_is_kept():
    assert attention_map([[1.0]], ["a"], alt="One cell.").alt == "One cell."


def test_heads_are_titled_and_share_one_scale():
    figure = attention_heads(some_weights(3, 6, 6) * 2, TOKENS, titles=["a", "b", "c"], columns=2)
    maps = [axes for axes in figure.axes if axes.images]
    assert [axes.get_title() for axes in maps] == ["a", "b", "c"]
    assert len({axes.images[0].get_clim() for axes in maps}) == 1
    assert figure.data.shape == (3, 6, 6)


def test_a_table_with_negative_numbers_has_zero_in_the_middle_of_its_colours():
    figure = matrix_map([[-1.0, 3.0]], ["a"], ["x", "y"])
    assert figure.axes[0].images[0].get_clim() == (-3, 3)


def test_a_mask_shows_two_states_and_says_who_sees_whom():
    figure = mask_map(torch.ones(3, 3).tril(), ["a", "b", "c"])
    assert figure.data.dtype == torch.bool and int(figure.data.sum()) == 6
    hatched = [patch for patch in figure.axes[0].patches if patch.get_hatch()]
    assert len(hatched) == 3
    assert "'a' may look at 'a'." in figure.alt and "'c' may look at all." in figure.alt


def test_lines_are_named_at_their_ends_without_overlapping():
    figure = line_chart([0, 1], {"one": [0, 1], "two": [0, 1.001], "three": [0, 0.999]})
    names = figure.axes[0].texts
    assert sorted(text.get_text() for text in names) == ["one", "three", "two"]
    boxes = [text.get_window_extent(figure.canvas.get_renderer()) for text in names]
    assert not any(a.overlaps(b) for a in boxes for b in boxes if a is not b)
    assert figure.data == {"x": [0, 1], "one": [0, 1], **_rounded({"two": 1.001, "three": 0.999})}


def _rounded(ends: dict[str, float]) -> dict[str, list]:
    return {name: [0, pytest.approx(end, abs=1e-6)] for name, end in ends.items()}


def test_a_logarithmic_axis_gives_every_doubling_the_same_room_and_ticks_at_powers_of_two():
    figure = line_chart([2, 8, 64], {"y": [1, 2, 3]}, x_log=True)
    axes = figure.axes[0]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["2", "4", "8", "16", "32", "64"]
    places = [axes.transData.transform((tick, 1))[0] for tick in axes.get_xticks()]
    steps = [b - a for a, b in itertools.pairwise(places)]
    assert steps == pytest.approx([steps[0]] * 5)
    assert figure.data["x"] == [2, 8, 64] and "logarithmic" in figure.alt


@pytest.mark.parametrize("x", [[0.1, 0.9], [1, 1], [1, 10**6], [3, 4], [1e-9, 1e9]])
def test_the_ticks_of_a_logarithmic_axis_never_overlap(x):
    figure = line_chart(x, {"y": [1, 2]}, x_log=True)
    boxes = boxes_of_labels(figure, "x")
    assert boxes and not any(a.overlaps(b) for a, b in itertools.pairwise(boxes))


def test_the_overview_tells_both_uses_of_one_network():
    figure = FIGURES["pretraining_and_finetuning"]
    written = [" ".join(text.split()) for text in texts_of(figure)]
    assert list(figure.data) == ["pre-training", "fine-tuning"]
    outputs = [name for names in figure.data.values() for name in names]
    assert all(name in written for name in outputs) and len(outputs) == 5
    assert written.count("BERT") == 2 and "the same weights" in written
    assert all(name in figure.alt for name in ["masked words", *outputs[2:]])


def test_the_words_of_the_overview_stay_inside_their_boxes():
    figure = FIGURES["pretraining_and_finetuning"]
    renderer = figure.canvas.get_renderer()
    words = [text for text in figure.axes[0].texts if text.get_text()]
    boxes = [patch.get_window_extent(renderer) for patch in figure.axes[0].patches]
    extents = [word.get_window_extent(renderer) for word in words]
    for extent in extents:
        touched = [box for box in boxes if box.overlaps(extent)]
        assert all(box.x0 < extent.x0 and extent.x1 < box.x1 for box in touched)
        assert all(box.y0 < extent.y0 and extent.y1 < box.y1 for box in touched)
    assert not any(a.overlaps(b) for a, b in itertools.combinations(extents, 2))


def test_bars_hold_the_weights_and_equal_names_stay_apart():
    figure = weight_bars(torch.tensor([0.25, 0.5, 0.25]), ["the", "cat", "the"])
    assert figure.data.tolist() == [0.25, 0.5, 0.25]
    assert figure.alt == "Bars: the 0.25, cat 0.50, the 0.25."


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 3, 4), (2, 2, 3, 4)])
def test_tensors_of_up_to_four_axes_have_a_cell_for_every_number(shape):
    x = torch.arange(float(torch.Size(shape).numel())).reshape(shape)
    figure = tensor_map(x)
    assert torch.equal(figure.data, x)
    assert sum(len(axes.texts) for axes in figure.axes) == x.numel()


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: attention_map(torch.ones(2, 5, 5), list("abcde")), "pick one head"),
        (lambda: attention_map(torch.ones(5), list("abcde")), r"weights\[None\]"),
        (lambda: attention_map(torch.ones(2, 2), ["a"]), "tokens has 1 entries, but there are 2"),
        (lambda: attention_map(torch.ones(2, 2), "ab"), "list of strings"),
        (lambda: attention_map(torch.ones(2, 3), ["a", "b"]), "key_tokens"),
        (lambda: attention_map([[1.0, float("nan")]] * 2, ["a", "b"]), "not finite"),
        (lambda: attention_map([[1.0, float("inf")]] * 2, ["a", "b"]), "not finite"),
        (lambda: attention_map(torch.ones(0, 0), []), "nothing to draw"),
        (lambda: attention_map([[1.0], [1.0, 2.0]], ["a", "b"]), "equal length"),
        (lambda: attention_map(torch.ones(1, 1) * 1j, ["a"]), "complex"),
        (lambda: attention_heads(torch.ones(5, 5), list("abcde")), "attention_map"),
        (lambda: attention_heads(torch.ones(1, 2, 3, 3), list("abc")), r"weights\[0\]"),
        (lambda: attention_heads(torch.ones(2, 1, 1), ["a"], titles=["x"]), "titles has 1"),
        (lambda: attention_heads(torch.ones(2, 1, 1), ["a"], columns=0), "columns=0"),
        (lambda: matrix_map(torch.ones(2, 2), ["a", "b"], ["x"]), "columns has 1"),
        (lambda: mask_map([[0.5]], ["a"]), "True and False"),
        (lambda: weight_bars(torch.ones(2, 2), ["a", "b"]), r"weights\[0\]"),
        (lambda: bar_chart({}), "at least one"),
        (lambda: line_chart([1, 2], {"y": [1, 2, 3]}), "one y for every x"),
        (lambda: line_chart([0, 1], {"y": [1, 2]}, x_log=True), "x holds 0, but a logarithmic"),
        (lambda: vector_plane(torch.ones(2, 3), ["a", "b"]), "two coordinates"),
        (lambda: attention_plane([1, 1], [[1, 1]], [0.5, 0.5], ["a"]), r"\(2,\), \(n, 2\)"),
        (lambda: tensor_map(torch.ones(1, 1, 1, 1, 1)), "4 axes"),
        (lambda: tensor_map(torch.ones(200)), "160 numbers"),
    ],
)
def test_an_error_says_what_was_expected(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()


@pytest.mark.parametrize("package", ["matplotlib", "anywidget", "ipywidgets"])
def test_without_the_drawing_packages_the_error_names_what_to_install(package):
    code = f"import sys; sys.modules[{package!r}] = None; import bertcourse.viz"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert package in run.stderr.splitlines()[-1] and "pip install" in run.stderr.splitlines()[-1]
