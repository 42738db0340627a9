"""Widgets: their state is computed by real code, and they show something without a kernel."""

import math
import re
from importlib.resources import files

import pytest
import torch
import traitlets

from bertcourse.attention import scaled_dot_product_attention
from bertcourse.exercises.quiz import Choice, Question
from bertcourse.viz import AttentionPlayground, QuizWidget, TensorShapes
from bertcourse.viz.shapes import OPERATIONS

STATIC = files("bertcourse.viz") / "static"


def expected(playground: AttentionPlayground) -> torch.Tensor:
    """The weights by hand: softmax of q·k/√2 over the visible tokens, in the plane."""
    scores = torch.tensor(playground.key) @ torch.tensor(playground.query) / math.sqrt(2)
    scores[~torch.tensor(playground.visible)] = -math.inf
    return scores.softmax(dim=-1)


# The attention playground --------------------------------------------------------------------


def test_the_playground_starts_with_the_weights_of_its_arrows():
    playground = AttentionPlayground()
    assert torch.allclose(torch.tensor(playground.weights), expected(playground), atol=1e-5)


def test_dragging_the_query_or_a_key_changes_the_weights():
    playground = AttentionPlayground()
    for trait, value in {"query": [-2.0, 0.5], "key": [[1.0, 0.0]] * 4 + [[0.0, 1.0]]}.items():
        before = playground.weights
        setattr(playground, trait, value)
        assert playground.weights != before
        assert torch.allclose(torch.tensor(playground.weights), expected(playground), atol=1e-5)


def test_the_output_is_the_weighted_mean_of_the_values():
    playground = AttentionPlayground()
    playground.value = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0], [0.0, 0.0]]
    mean = torch.tensor(playground.weights) @ torch.tensor(playground.value)
    assert torch.allclose(torch.tensor(playground.output), mean, atol=1e-5)


def test_a_hidden_token_gets_no_weight_and_the_others_share_it():
    playground = AttentionPlayground()
    playground.visible = [True, False, True, True, True]
    assert playground.weights[1] == 0
    assert sum(playground.weights) == pytest.approx(1)
    assert torch.allclose(torch.tensor(playground.weights), expected(playground), atol=1e-5)


def test_hiding_every_token_leaves_finite_numbers():
    playground = AttentionPlayground()
    playground.visible = [False] * 5
    assert all(math.isfinite(weight) for weight in playground.weights) and not playground.error


def test_with_the_division_the_weights_do_not_depend_on_d():
    playground = AttentionPlayground()
    at_two = playground.weights
    for dimension in (8, 64, 512):
        playground.dimension = dimension
        assert playground.weights == pytest.approx(at_two, abs=1e-4)
        assert playground.result["raw"][1] == pytest.approx(
            playground.result["scores"][1] * math.sqrt(dimension)
        )


def test_without_the_division_large_d_gives_all_the_weight_to_one_token():
    playground = AttentionPlayground()
    playground.divide = False
    largest = []
    for dimension in (2, 16, 512):
        playground.dimension = dimension
        largest.append(max(playground.weights))
    assert largest == sorted(largest) and largest[0] < 0.9 and largest[-1] > 0.999


def test_the_given_attention_function_is_called_with_four_axes_and_a_mask():
    calls = []

    def spy(query, key, value, mask=None, dropout=None):
        calls.append([tuple(part.shape) for part in (query, key, value, mask)])
        return scaled_dot_product_attention(query, key, value, mask)

    playground = AttentionPlayground(spy)
    playground.dimension = 8
    assert calls == [
        [(1, 1, 1, 2), (1, 1, 5, 2), (1, 1, 5, 2), (1, 1, 1, 5)],
        [(1, 1, 1, 8), (1, 1, 5, 8), (1, 1, 5, 8), (1, 1, 1, 5)],
    ]


def test_a_softmax_over_the_wrong_axis_shows():
    def over_the_heads(query, key, value, mask=None, dropout=None):
        weights = (query @ key.transpose(-2, -1)).softmax(dim=1)
        return weights @ value, weights

    assert AttentionPlayground(over_the_heads).weights == [1.0] * 5


def raises(query, key, value, mask=None, dropout=None):
    raise ValueError("query and key do not fit")


@pytest.mark.parametrize(
    ("attention", "message"),
    [
        (raises, "query and key do not fit"),
        (lambda *_: None, "returned NoneType"),
        (lambda q, k, v, m: (v, v), "context has shape"),
        (lambda q, k, v, m: (q, v), "weights has shape"),
        (lambda q, k, v, m: (q * math.nan, m.float()), "NaN"),
        (lambda q: q, "TypeError"),
    ],
)
def test_a_function_that_fails_is_reported_and_the_widget_lives_on(attention, message):
    playground = AttentionPlayground(attention)
    assert message in playground.error and playground.weights == []
    playground.query = [0.5, 0.5]
    assert message in playground.error
    data, _ = playground._repr_mimebundle_()
    assert message in data["text/plain"] and "image/png" not in data


def test_a_function_that_recovers_is_drawn_again():
    def only_for_long_queries(query, key, value, mask=None, dropout=None):
        if query.norm() < 1:
            raise ValueError("too short")
        return scaled_dot_product_attention(query, key, value, mask)

    playground = AttentionPlayground(only_for_long_queries)
    playground.query = [0.1, 0.1]
    assert "too short" in playground.error
    playground.query = [2.0, 1.0]
    assert not playground.error
    assert torch.allclose(torch.tensor(playground.weights), expected(playground), atol=1e-5)


@pytest.mark.parametrize(
    ("trait", "value", "message"),
    [
        ("query", [1.0], "two coordinates"),
        ("query", [9.0, 0.0], "plane ends at 3"),
        ("query", [math.nan, 0.0], "not finite"),
        ("query", ["a", "b"], "no table of numbers"),
        ("key", [[1.0, 1.0]], r"\(5, 2\) is needed"),
        ("value", [[1.0, 1.0]] * 6, r"\(5, 2\) is needed"),
        ("visible", [True], "5 tokens"),
        ("dimension", 1, "choose 2 to 512"),
        ("dimension", 100_000, "choose 2 to 512"),
    ],
)
def test_a_state_that_cannot_be_drawn_is_refused_and_the_old_one_stays(trait, value, message):
    playground = AttentionPlayground()
    before, weights = getattr(playground, trait), playground.weights
    with pytest.raises(traitlets.TraitError, match=message):
        setattr(playground, trait, value)
    assert getattr(playground, trait) == before and playground.weights == weights


def test_own_tokens_and_vectors_are_used():
    playground = AttentionPlayground(
        tokens=["sun", "rain"], keys=[[1, 0], [0, 1]], query=[2, 0], query_token="beach"
    )
    assert playground.weights == pytest.approx(expected(playground).tolist(), abs=1e-5)
    assert playground.value == playground.key
    assert "'beach' looks at 'sun'" in repr(playground)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"tokens": ["a", "b"]}, "tokens has 2 entries, but there are 5 keys"),
        ({"tokens": ["a"], "keys": [[1, 1]]}, "room for 2 to 6"),
        ({"keys": [[1, 1, 1]] * 5}, r"\(5, 2\) is needed"),
        ({"values": [[1, 1]]}, r"\(5, 2\) is needed"),
    ],
)
def test_a_playground_that_does_not_fit_together_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        AttentionPlayground(**given)


# Tensor shapes -------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.code)
@pytest.mark.parametrize("shape", [(2, 3, 4), (3, 4), (2, 2), (1, 5, 2)])
def test_every_operation_does_what_torch_does(operation, shape):
    widget = TensorShapes(shape, steps=[])
    x = widget.tensor
    try:
        result = eval(operation.code, {"x": x})
    except (RuntimeError, IndexError) as refusal:
        widget.steps = [operation.code]
        assert str(refusal) in widget.error
        assert torch.equal(widget.tensor, x)
        return
    widget.steps = [operation.code]
    assert torch.equal(widget.tensor, result) and not widget.error
    assert widget.result["after"]["shape"] == list(result.shape)
    assert len(widget.result["after"]["cells"]) == result.numel() == len(widget.result["sources"])


def test_steps_follow_each_other_and_the_code_is_shown():
    widget = TensorShapes((2, 3, 4), steps=["x[0]", "x.transpose(-2, -1)"])
    assert widget.result["lines"] == [
        "x = torch.arange(24.).reshape(2, 3, 4)",
        "x = x[0]",
        "x = x.transpose(-2, -1)",
    ]
    assert torch.equal(widget.tensor, torch.arange(12.0).reshape(3, 4).T)
    scope = {"torch": torch}
    exec("\n".join(widget.result["lines"]), scope)
    assert torch.equal(scope["x"], widget.tensor)


@pytest.mark.parametrize(
    ("step", "cell", "sources"),
    [
        ("x.transpose(-2, -1)", 1, [4]),  # x[0, 1] was x[1, 0]
        ("x.mean(dim=1)", 1, [4, 5, 6, 7]),
        ("x.softmax(dim=-1)", 5, [4, 5, 6, 7]),
        ("x.softmax(dim=0)", 5, [1, 5, 9]),
        ("x @ x.transpose(-2, -1)", 1, [0, 1, 2, 3, 4, 5, 6, 7]),
        ("x[0]", 2, [2]),
    ],
)
def test_the_cells_that_made_a_cell_are_known(step, cell, sources):
    assert TensorShapes((3, 4), steps=[step]).result["sources"][cell] == sources


def test_a_refused_step_shows_the_message_of_torch_and_changes_nothing():
    widget = TensorShapes((2, 3, 4), steps=["x[0]"])
    before = widget.result["after"]
    widget.steps = ["x[0]", "x @ x"]
    assert "mat1 and mat2 shapes cannot be multiplied (3x4 and 3x4)" in widget.error
    assert widget.result["after"] == before and widget.result["accepted"] == 1


def test_a_result_too_large_to_draw_is_refused_with_advice():
    widget = TensorShapes((2, 3, 4), steps=["x.unsqueeze(0)", "x.unsqueeze(0)"])
    assert "4 axes" in widget.error and "undo" in widget.error


def test_a_new_size_runs_the_steps_again():
    widget = TensorShapes((2, 3, 4), steps=["x.mean(dim=1)"])
    widget.shape = [2, 5, 3]
    assert tuple(widget.tensor.shape) == (2, 3)


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("steps", ["__import__('os').system('true')"]),
        ("steps", ["x.numpy()"]),
        ("shape", [2]),
        ("shape", [0, 3]),
        ("shape", [2, 3, 99]),
        ("shape", [1, 2, 3, 4]),
    ],
)
def test_unknown_operations_and_sizes_are_refused(trait, value):
    widget = TensorShapes()
    before = widget.result
    with pytest.raises(traitlets.TraitError, match="choose"):
        setattr(widget, trait, value)
    assert widget.result == before


# The quiz ------------------------------------------------------------------------------------


QUESTIONS = (
    Question(
        "scale",
        "Why divide by √d?",
        (
            Choice("So that rows sum to 1", "The softmax sees to that."),
            Choice("So that the softmax stays soft", "Dot products grow with √d.", right=True),
        ),
    ),
    Question(
        "axis",
        "What is <softmax> over?",
        (
            Choice("<b>keys</b>", "A query shares out one whole & no more.", right=True),
            Choice("queries", "<script>alert(1)</script>"),
        ),
    ),
)


def test_an_answer_is_replied_to_and_reported():
    told = []
    quiz = QuizWidget(QUESTIONS, on_answer=lambda *answer: told.append(answer))
    assert quiz.answer("scale", 0) == "Not quite. The softmax sees to that."
    assert quiz.answer("scale", 1) == "Right. Dot products grow with √d."
    assert told == [("scale", 0, False), ("scale", 1, True)]
    assert quiz.answers == {"scale": 1}


def test_an_answer_given_in_the_browser_is_reported_once():
    told = []
    quiz = QuizWidget(QUESTIONS, on_answer=lambda *answer: told.append(answer))
    quiz.set_state({"answers": {"axis": 1}})
    quiz.set_state({"answers": {"axis": 1, "scale": 1}})
    assert told == [("axis", 1, False), ("scale", 1, True)]
    assert quiz.replies["axis"] == {
        "index": 1,
        "right": False,
        "text": "Not quite. <script>alert(1)</script>",
    }


def test_earlier_answers_are_shown_and_not_reported_again():
    told = []
    quiz = QuizWidget(
        QUESTIONS, on_answer=lambda *answer: told.append(answer), answered={"scale": 1}
    )
    assert quiz.replies["scale"]["right"] and told == []
    quiz.answer("axis", 0)
    assert told == [("axis", 0, True)]


def test_what_is_right_is_not_sent_before_it_is_asked():
    state = QuizWidget(QUESTIONS).get_state()
    sent = repr({name: value for name, value in state.items() if name not in ("_esm", "_css")})
    assert "grow with √d" not in sent and "'right'" not in sent


@pytest.mark.parametrize("answers", [{"nothing": 0}, {"scale": 2}, {"scale": -1}])
def test_answers_to_no_question_are_refused(answers):
    quiz = QuizWidget(QUESTIONS)
    with pytest.raises(traitlets.TraitError, match=r"choose"):
        quiz.answers = answers


@pytest.mark.parametrize(
    ("questions", "message"),
    [
        ((), "at least one question"),
        ((QUESTIONS[0], QUESTIONS[0]), "'scale'"),
        ((Question("x", "?", (Choice("a", "b"),)),), "no right choice"),
    ],
)
def test_a_quiz_that_cannot_be_answered_is_refused(questions, message):
    with pytest.raises(ValueError, match=message):
        QuizWidget(questions)


TAGS = {"h4", "p", "strong", "div", "details", "summary"}


def test_the_quiz_has_a_page_with_every_reply_folded_and_escaped():
    page = QuizWidget(QUESTIONS).page()
    assert page.count("<details>") == 4 and page.count("</details>") == 4
    assert "&lt;b&gt;keys&lt;/b&gt;" in page and "&lt;script&gt;alert(1)" in page
    assert set(re.findall(r"</?([a-z0-9]+)", page)) == TAGS


def test_what_stands_between_backticks_is_code_and_escaped_as_everything_else():
    question = Question(
        "code", "Which `dim`?", (Choice("`a<b>` or ` alone", "`x` it is.", right=True),)
    )
    page = QuizWidget((question,)).page()
    assert "<strong>1. Which <code>dim</code>?</strong>" in page
    assert "<summary><code>a&lt;b&gt;</code> or ` alone</summary>" in page
    assert "<p>Right. <code>x</code> it is.</p>" in page


# All widgets ---------------------------------------------------------------------------------

WIDGETS = {
    "playground": AttentionPlayground,
    "shapes": TensorShapes,
    "quiz": lambda: QuizWidget(QUESTIONS),
}


@pytest.fixture(scope="module", params=WIDGETS)
def twins(request):
    """Two widgets of a kind, each with the bundle that it shows."""
    pair = WIDGETS[request.param](), WIDGETS[request.param]()
    return [(widget, widget._repr_mimebundle_()) for widget in pair]


def test_a_widget_comes_with_what_shows_without_a_kernel(twins):
    _, (data, metadata) = twins[0]
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert "image/png" in data or "text/html" in data
    if "image/png" in data:
        assert len(metadata["image/png"]["alt"]) > 20


def test_what_is_compared_strictly_is_the_same_every_time(twins):
    (first, (one, _)), (second, (other, _)) = twins
    assert repr(first) == repr(second) and "0x" not in repr(first)
    for kind in ("text/plain", "text/html", "image/png"):
        assert one.get(kind) == other.get(kind)


@pytest.mark.parametrize("name", ["course.js", "playground.js", "shapes.js", "quiz.js"])
def test_the_front_end_never_treats_text_as_html_and_loads_nothing(name):
    code = (STATIC / name).read_text(encoding="utf-8")
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
    assert not any(word in code for word in forbidden)
    assert not re.search(r"\bimport\b\s*[({'\"*]|https?://(?!www\.w3\.org/2000/svg)", code)


@pytest.mark.parametrize("make", WIDGETS.values(), ids=WIDGETS)
def test_the_front_end_is_one_module_with_its_helpers(make):
    code = make()._esm
    assert code.count("export default") == 1 and "function follow" in code


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_every_rule_of_the_style_ends_before_the_next_begins(path):
    css = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    css = re.sub(r"@(?:media|container)[^{]*\{((?:[^{}]*\{[^{}]*\})*)\s*\}", r"\1", css)
    assert re.sub(r"[^{}]+\{[^{}]*\}", "", css).strip() == ""


def test_the_style_touches_nothing_outside_the_widgets():
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "course.css").read_text(encoding="utf-8"), flags=re.S)
    css = re.sub(r"@(?:media|container)[^{]*\{((?:[^{}]*\{[^{}]*\})*)\s*\}", r"\1", css)
    for selectors in re.findall(r"([^{}]+)\{", css):
        assert all(re.search(r"\.bc\b", selector) for selector in selectors.split(","))
