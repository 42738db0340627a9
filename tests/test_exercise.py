"""bertcourse.exercises.check: a clear answer to whatever is handed in, and no trace left of it."""

import builtins
import linecache
import math
import random
import re
import sys
import textwrap
import time
from dataclasses import replace

import pytest
import torch
from session_state import session_state
from torch import nn

from bertcourse.exercises import EXERCISES, check
from bertcourse.exercises.display import feedback
from bertcourse.exercises.exercise import write
from bertcourse.exercises.family import Family
from bertcourse.exercises.probes import freeze

ALL = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=list(EXERCISES))
READABLE = 1200  # characters: more than a screen of feedback helps nobody


def learner(source, name):
    """What a notebook cell defines; Python finds its lines where it finds those of cells."""
    source, cell = textwrap.dedent(source), f"<cell {abs(hash(source))}>"
    linecache.cache[cell] = (len(source), None, source.splitlines(keepends=True), cell)
    namespace = {"torch": torch, "nn": nn, "math": math}
    exec(compile(source, cell, "exec"), namespace)
    return namespace[name]


def stub(exercise):
    if exercise.kind == "function":
        return learner("def stub(*inputs):\n    raise NotImplementedError", "stub")
    return learner(
        """
        class Stub(nn.Module):
            def __init__(self, *sizes):
                super().__init__()

            def forward(self, *inputs):
                raise NotImplementedError
        """,
        "Stub",
    )


def with_cold_cache(exercise):
    return replace(exercise, family=Family(exercise.family.build, exercise.family.faults))


def texts(report):
    """Everything of a report that a person may read."""
    yield from (str(report), report.evidence, str(report.error or ""))
    if report.example is not None:
        yield from (*report.example.inputs.values(), report.example.expected, report.example.actual)


# --- the three outcomes -----------------------------------------------------------------------


@ALL
def test_a_stub_is_not_attempted(exercise):
    report = exercise.check(stub(exercise))
    assert report.outcome == "not_attempted"
    assert (report.mistakes, report.evidence, report.error) == ((), "", None)


@ALL
def test_the_reference_is_correct_without_advice(exercise):
    report = exercise.check(exercise.reference)
    assert report.outcome == "correct", report.evidence
    assert report.advice == ()
    assert str(report) == f"{exercise.id}: correct"


def strange(value):
    """Something of the same kind, wrong in a way that nobody names."""
    if isinstance(value, tuple | list | set):
        return type(value)(map(strange, value))
    if isinstance(value, str):
        return value[::-1]
    if isinstance(value, int):
        return 3 * value + 7
    if isinstance(value, float):
        return math.sin(3 * value) + 0.3
    if value.dtype == torch.bool:
        return value ^ (torch.arange(value.size(-1)) % 3 == 1)
    return torch.sin(3 * value) + 0.3


@ALL
def test_wrong_code_without_a_name_is_described(exercise):
    def function(*inputs):
        result = exercise.reference(*inputs)
        if result is None:  # it works in place
            inputs[0].data.copy_(strange(inputs[0].data))
            return None
        return strange(result)

    def layer():
        class Layer(exercise.reference):
            def forward(self, *inputs, **more):
                return strange(super().forward(*inputs, **more))

        return Layer

    report = exercise.check(function if exercise.kind == "function" else layer())
    assert report.outcome == "incorrect"
    assert report.mistakes == ()
    assert report.evidence.startswith("Your result differs")
    assert report.evidence in str(report)
    assert report.example.expected != report.example.actual


@pytest.mark.parametrize(
    "source",
    [
        "def f(x):\n    return nn.Module()(x)",
        "def f(x):\n    return x.long().softmax(dim=-1)",
        "def f(x):\n    return torch.ones(2, device='meta').cpu()",
    ],
    ids=["in Python", "in C++", "for a device"],
)
def test_what_torch_has_not_implemented_is_an_error_of_the_learner(source):
    report = check("first_function", learner(source, "f"))
    assert report.outcome == "incorrect"
    assert report.error.type == "NotImplementedError"
    assert report.error.line_number == 2


def test_a_layer_without_forward_is_not_a_stub():
    source = "class M(nn.Module):\n    def __init__(self, d, h, p=0.1):\n        super().__init__()"
    assert check("multi_head_attention", learner(source, "M")).outcome == "incorrect"


def test_a_not_implemented_error_that_became_another_is_not_a_stub():
    source = """
        def f(x):
            try:
                raise NotImplementedError
            except NotImplementedError as error:
                raise ValueError("after all") from error
    """
    report = check("first_function", learner(source, "f"))
    assert (report.outcome, report.error.type) == ("incorrect", "ValueError")


@ALL
def test_the_same_code_gets_the_same_report_again(exercise):
    for candidate in (exercise.reference, exercise.family.member((1,))):
        assert exercise.check(candidate) == exercise.check(candidate)


# --- the wrong kind of thing ------------------------------------------------------------------


class Instance:
    pass


NOT_CODE = (3, None, math, "x", [], Instance(), torch.ones(2))


@pytest.mark.parametrize("thing", [*NOT_CODE, nn.Linear, int], ids=lambda thing: str(thing)[:12])
def test_a_function_is_asked_for(thing):
    report = check("first_function", thing)
    assert report.outcome == "incorrect"
    assert "asks for a function" in report.evidence
    assert "@exercise('first_function')" in report.evidence, "it says what to do"


@pytest.mark.parametrize("thing", [*NOT_CODE, nn.Linear(1, 1), len], ids=lambda t: str(t)[:12])
def test_a_class_is_asked_for(thing):
    report = check("multi_head_attention", thing)
    assert report.outcome == "incorrect"
    assert "asks for a class" in report.evidence


@pytest.mark.parametrize("exercise_id", ["scaled_dot_attention", "nothing like it", "", None, 3])
def test_an_unknown_exercise_is_a_key_error_with_suggestions(exercise_id):
    with pytest.raises(KeyError, match="did you mean '"):
        check(exercise_id, len)


def test_the_suggestion_for_a_misspelt_exercise_is_the_right_one():
    with pytest.raises(KeyError, match=r"did you mean 'causal_mask'\?"):
        check("casual_mask", len)


# --- code that misbehaves ---------------------------------------------------------------------


class Unwritable(Exception):
    def __str__(self):
        raise ValueError("no text")


class Unreadable(Exception):
    def __str__(self):
        return 5


class Hostile:
    def _refuse(self, *_):
        raise ValueError("hands off")

    __eq__ = __repr__ = __str__ = __bool__ = __len__ = __iter__ = __float__ = _refuse
    __hash__ = None


class Lying(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        if getattr(function, "__name__", "") in ("double", "allclose", "tolist"):
            raise ValueError("hands off")
        return super().__torch_function__(function, types, args, kwargs or {})


def raising(error):
    def candidate(x):
        raise error

    return candidate


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


def inside_itself():
    value = []
    value.append(value)
    return value


MISBEHAVING = {
    "an error": raising(ValueError("no")),
    "an error without text": raising(ValueError()),
    "an error that cannot be written": raising(Unwritable()),
    "an error with a number for text": raising(Unreadable()),
    "an interrupt": raising(KeyboardInterrupt()),
    "a base exception": raising(BaseException("all of it")),
    "leaving": lambda x: sys.exit(),
    "exit()": lambda x: builtins.exit(),
    "quit()": lambda x: builtins.quit(3),
    "asking for input": lambda x: input("what now? "),
    "recursion without end": lambda x: MISBEHAVING["recursion without end"](x),
    "no return": lambda x: None,
    "a number": lambda x: 3,
    "not a number": lambda x: float("nan"),
    "a text": lambda x: "unchanged",
    "a long text": lambda x: "y" * 100_000,
    "a long list": lambda x: list(range(100_000)),
    "a deep list": lambda x: nested(450),
    "a list inside itself": lambda x: inside_itself(),
    "a dict": lambda x: {"x": x, 3: Hostile()},
    "a class": lambda x: Hostile,
    "a generator": lambda x: (i for i in x),
    "a hostile object": lambda x: Hostile(),
    "a hostile tensor": lambda x: (2 * x + 1).as_subclass(Lying) * 2,
    "a meta tensor": lambda x: x.to("meta"),
    "a sparse tensor": lambda x: x.to_sparse(),
    "a complex tensor": lambda x: x + 1j,
    "a quantised tensor": lambda x: torch.quantize_per_tensor(x, 0.1, 0, torch.quint8),
    "a nested tensor": lambda x: torch.nested.nested_tensor([x.flatten(), x.flatten()[:1]]),
    "an empty tensor": lambda x: torch.empty(0),
    "nan": lambda x: x * float("nan"),
    "another dtype": lambda x: (2 * x + 1).double(),
    "numpy": lambda x: (2 * x + 1).numpy(),
    "inputs changed": lambda x: x.mul_(2).add_(1),
    "inputs resized": lambda x: x.resize_(0),
    "an answer that changes": lambda x: 2 * x + random.SystemRandom().random(),
    "too few arguments": lambda: 3,
    "keywords only": lambda *, x: 2 * x + 1,
}


@pytest.mark.parametrize("candidate", MISBEHAVING.values(), ids=MISBEHAVING.keys())
def test_code_that_misbehaves_gets_a_clear_outcome_and_leaves_the_session_alone(candidate):
    before = session_state()
    report = check("first_function", candidate, seconds=60)
    assert report.outcome == "incorrect"
    assert report.evidence.strip()
    for text in texts(report):
        assert len(text) <= READABLE
        assert "0x" not in text, "an address says nothing, and differs every time"
    assert session_state() == before


def test_a_text_that_is_returned_is_not_taken_for_a_finding():
    report = check("first_function", lambda x: "unchanged")
    assert "a tensor" in report.evidence


def test_what_is_printed_is_told_but_does_not_count(capsys):
    report = check("first_function", lambda x: print("<b>x</b> is", x.dim()) or 2 * x + 1)
    assert report.outcome == "correct"
    assert "<b>x</b> is 1\n" in report.printed
    assert len(check("first_function", lambda x: print("x" * 10**6)).printed) <= 2_000
    assert capsys.readouterr() == ("", "")


def meddle(x):
    torch.manual_seed(123)
    random.seed(123)
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(torch.get_num_threads() + 3)
    torch.set_grad_enabled(False)
    torch.set_default_device("meta")
    torch.inference_mode().__enter__()
    torch.autocast("cpu").__enter__()
    sys.stdout = sys.stderr = sys.stdin = builtins.input = None


@pytest.mark.parametrize(
    "candidate", [meddle, lambda x: (meddle(x), 1 / 0), lambda x: meddle(x) or x], ids=range(3)
)
def test_what_code_changes_around_itself_is_put_back(candidate):
    before = session_state()
    report = check("first_function", candidate, seconds=60)  # autocast imports a lot, once
    assert report.outcome == "incorrect"
    assert session_state() == before
    assert report.example.inputs == {"x": "[1, 3]"}, "the example is ours, whatever it changed"


def test_a_check_does_not_seed_devices_that_have_not_started_yet(monkeypatch):
    seeded = []
    monkeypatch.setattr(torch.cuda, "manual_seed_all", seeded.append)
    monkeypatch.setattr(torch.cuda, "manual_seed", seeded.append)
    check("first_function", lambda x: 2 * x + 1)
    assert seeded == []


def spin(*inputs):
    while True:
        pass


def spin_whatever_comes(*inputs):
    while True:
        try:
            while True:
                pass
        except:  # noqa: E722 - this is what it is about
            pass


def nap(*inputs):
    while True:
        time.sleep(0.01)


@pytest.mark.parametrize("endless", [spin, spin_whatever_comes, nap])
def test_code_without_end_is_said_to_hang(endless):
    before = session_state()
    report = check("first_function", endless, seconds=0.2)
    assert report.outcome == "incorrect"
    assert [mistake.id for mistake in report.mistakes] == ["hangs"]
    assert "0.2 seconds" in report.mistakes[0].explanation
    assert session_state() == before


@ALL
def test_code_that_hangs_spoils_no_later_check(exercise):
    exercise = with_cold_cache(exercise)

    class Endless(nn.Module):
        def __init__(self, *sizes):
            spin()

    endless = spin if exercise.kind == "function" else Endless
    assert exercise.check(endless, seconds=0.1).mistakes[0].id == "hangs"
    assert exercise.check(exercise.reference).outcome == "correct"
    report = exercise.check(exercise.family.member((1,)))
    assert [mistake.id for mistake in report.mistakes] == [exercise.family.faults[1].id]


def test_code_that_is_wrong_first_and_hangs_later_spoils_no_later_check():
    exercise = with_cold_cache(EXERCISES["first_function"])
    calls = []

    def wrong_then_endless(x):
        calls.append(x)
        return 2 * x if len(calls) < 5 else spin()

    assert exercise.check(wrong_then_endless, seconds=0.3).outcome == "incorrect"
    assert exercise.check(exercise.reference).outcome == "correct"
    assert exercise.check(lambda x: 2 * x).mistakes[0].id == "one_missing"


# --- what the caller has set ------------------------------------------------------------------

SETTINGS = {
    "no grad": torch.no_grad,
    "inference mode": torch.inference_mode,
    "meta device": lambda: torch.device("meta"),
    "autocast": lambda: torch.autocast("cpu"),
}


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS.keys())
@ALL
def test_a_check_says_the_same_under_whatever_the_caller_has_set(exercise, setting):
    wrong = exercise.family.member((1,))
    usual = exercise.check(wrong)
    cold = with_cold_cache(exercise)
    with setting():
        before = session_state()
        assert cold.check(exercise.reference).outcome == "correct"
        assert cold.check(wrong) == usual
        assert session_state() == before


@pytest.fixture
def double_precision():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@ALL
def test_a_check_says_the_same_in_double_precision(exercise, double_precision):
    cold, wrong = with_cold_cache(exercise), exercise.family.member((1,))
    in_double = cold.check(wrong)
    assert cold.check(exercise.reference).outcome == "correct"
    assert torch.get_default_dtype() == torch.float64
    torch.set_default_dtype(torch.float32)
    assert in_double == exercise.check(wrong)


# --- errors of the learner's own --------------------------------------------------------------

OWN_ERRORS = {
    "NameError": "def f(x):\n    return 2 * y + 1",
    "UnboundLocalError": "def f(x):\n    z = z + 1",
    "ModuleNotFoundError": "def f(x):\n    import no_such_module",
    "ImportError": "def f(x):\n    from torch import no_such_name",
    "SyntaxError": "def f(x):\n    return eval('2 x')",
    "TypeError": "def f(x):\n    return len(5)",
    "AttributeError": "def f(x):\n    return x.no_such_method()",
    "ZeroDivisionError": "def f(x):\n    return 1 / 0",
    "RuntimeError": "def f(x):\n    return x @ torch.ones(31, 7)",
}


@pytest.mark.parametrize(("kind", "source"), OWN_ERRORS.items(), ids=OWN_ERRORS.keys())
def test_an_error_is_reported_as_itself_with_its_line(kind, source):
    report = check("first_function", learner(source, "f"))
    line = source.splitlines()[1].strip()
    assert report.outcome == "incorrect"
    assert (report.error.type, report.error.line_number) == (kind, 2)
    assert report.error.line == line
    assert re.search(rf"in line 2 of \w+: {re.escape(line)}", report.evidence)
    assert report.error.message.split("(")[0] in report.evidence


def test_an_error_inside_the_package_is_shown_at_the_learners_own_line():
    source = """
        from bertcourse import padding_mask

        def f(x):
            return padding_mask(x[None, None, None])
    """
    report = check("first_function", learner(source, "f"))
    assert report.error.type == "ValueError"
    assert report.error.line == "return padding_mask(x[None, None, None])"


def test_an_error_behind_an_import_by_name_is_shown_at_the_learners_own_line():
    source = "import importlib\n\ndef f(x):\n    return importlib.import_module('no_such_module')"
    report = check("first_function", learner(source, "f"))
    assert report.error.line_number == 4


@pytest.mark.parametrize("source", OWN_ERRORS.values(), ids=OWN_ERRORS.keys())
def test_no_text_shows_a_frame_of_ours(source):
    report = check("first_function", learner(source, "f"))
    for text in texts(report):
        assert "Traceback" not in text
        assert 'File "' not in text
        assert "bertcourse" not in text.replace(sys.prefix, "")  # the clone may be called that
        assert "experiment" not in text
        assert "lambda" not in text


def test_an_error_of_many_lines_is_cut_to_its_first():
    report = check("first_function", raising(ValueError("first\nsecond\nthird")))
    assert report.error.message == "first"
    assert "second" not in report.evidence


@pytest.mark.parametrize("text", ["x" * 80_000, "<b>" * 30_000])
def test_a_long_message_is_shortened(text):
    report = check("first_function", raising(ValueError(text)))
    assert all(len(shown) <= READABLE for shown in texts(report))
    assert text[:20] in report.evidence


# --- the exercises as data --------------------------------------------------------------------


def test_the_exercises_stand_in_the_order_of_the_course():
    assert list(EXERCISES) == [
        "first_function",
        "dot_products",
        "masked_mean",
        "attention_scores",
        "scaled_dot_product_attention",
        "causal_mask",
        "split_heads",
        "merge_heads",
        "multi_head_attention",
        "gelu",
        "feed_forward",
        "layer_norm",
        "sublayer_connection",
        "basic_tokenize",
        "join_pair",
        "wordpiece",
        "truncate_pair",
        "pack_pair",
        "sinusoidal_positions",
        "bert_embedding",
        "transformer_block",
        "encoder_stack",
        "pooler",
        "bert",
        "count_parameters",
        "random_token",
        "hide_token",
        "mask_tokens",
        "another_document",
        "sentence_pair",
        "masked_language_model",
        "next_sentence_prediction",
        "bert_lm",
        "mean_cross_entropy",
        "pretraining_loss",
        "adamw_step",
        "linear_warmup",
        "decay_groups",
    ]
    assert all(exercise.id == key for key, exercise in EXERCISES.items())
    weeks = [exercise.week for exercise in EXERCISES.values()]
    assert weeks == sorted(weeks)


@ALL
def test_an_exercise_says_what_it_is_and_helps_in_stages(exercise):
    assert exercise.title[0].isupper() and exercise.title[-1] not in ".!"
    assert exercise.difficulty in (1, 2, 3)
    assert 1 <= exercise.minutes <= 60
    assert len(set(exercise.hints)) == len(exercise.hints) >= 2
    assert all(len(hint) > 10 for hint in exercise.hints)
    names = [probe.name for probe in exercise.probes]
    assert len(set(names)) == len(names)
    advice = [probe.advice for probe in exercise.probes]
    assert advice == sorted(advice), "probes that give advice come last"


@ALL
def test_every_example_shows_what_the_reference_does(exercise):
    for example in exercise.examples:
        shown = write(freeze(example.call(exercise.reference, **example.inputs())))
        assert shown == write(freeze(example.call(exercise.family.build(), **example.inputs())))
        assert shown not in ("", "none", "None")


@ALL
def test_feedback_on_a_fault_fits_on_a_screen_and_nearly_always_shows_an_example(exercise):
    faults = exercise.family.faults
    reports = [exercise.check(exercise.family.member((number,))) for number in range(len(faults))]
    mistaken = [report for report in reports if report.outcome == "incorrect"]
    # an error has its line, and a missing layer, gradient or dropout no numbers to show
    unseen = [r.mistakes[0].id for r in mistaken if r.example is None and r.error is None]
    assert len(unseen) <= max(2, len(mistaken) // 6), unseen
    for report in mistaken:
        assert all(len(text) <= READABLE for text in texts(report))
        assert len(str(feedback(exercise, report))) <= 2 * READABLE
        if report.example:
            assert report.example.expected != report.example.actual
