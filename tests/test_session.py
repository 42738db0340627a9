"""bertcourse.exercises as a learner meets it: in an IPython shell, cell by cell."""

import inspect
import linecache
import random
import sys
import textwrap
from html import unescape

import pytest
import torch
from session_state import session_state

from bertcourse import causal_mask, first_function
from bertcourse.exercises import EXERCISES, QUIZZES, hint, progress, quiz, solution, whose
from bertcourse.exercises import session as module
from bertcourse.exercises.guard import Stop
from bertcourse.workbook import Workbook, WorkbookError

FIRST_CELL = """
    import torch
    from torch import Tensor, nn
    from bertcourse.exercises import exercise, hint, progress, quiz, solution, whose
"""
RIGHT = """
    @exercise("first_function")
    def first_function(x):
        return x + x + 1
"""
WRONG = """
    @exercise("first_function")
    def first_function(x):
        return 2 * x
"""
STUB = """
    @exercise("first_function")
    def first_function(x):
        raise NotImplementedError
"""
LAYER = """
    @exercise("multi_head_attention")
    class MultiHeadAttention(nn.Module):
        def __init__(self, d_model, n_heads, dropout=0.1):
            super(MultiHeadAttention, self).__init__()
            self.n_heads = n_heads
            self.output = nn.Linear(d_model, d_model)
            self.query, self.key, self.value = (nn.Linear(d_model, d_model) for _ in range(3))
            self.dropout = nn.Dropout(dropout)

        def forward(self, x, mask=None):
            parts = (split_heads(f(x), self.n_heads) for f in (self.query, self.key, self.value))
            mask = None if mask is None else padding_mask(mask)
            context, _ = scaled_dot_product_attention(*parts, mask, self.dropout)
            return self.output(merge_heads(context))
"""
LAYER_IMPORTS = (
    "from bertcourse import merge_heads, padding_mask, scaled_dot_product_attention, split_heads"
)


class Notebook:
    """A shell as a kernel has it, and what it displays."""

    def __init__(self, shell, publisher):
        self.shell = shell
        self.publisher = publisher
        self.run(FIRST_CELL)

    def run(self, cell):
        """Run a cell; returns what it displays, as (HTML, text)."""
        self.publisher.outputs.clear()
        self.shell.run_cell(textwrap.dedent(cell).strip()).raise_error()
        data = [output["data"] for output in self.publisher.outputs]
        return [(each.get("text/html", ""), each["text/plain"]) for each in data]

    def __getitem__(self, name):
        return self.shell.user_ns[name]


@pytest.fixture
def notebook(monkeypatch, tmp_path):
    displaypub = pytest.importorskip("IPython.core.displaypub")
    zmqshell = pytest.importorskip("ipykernel.zmqshell")
    from traitlets.config import Config

    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # the shell takes it
    monkeypatch.setattr(linecache, "cache", dict(linecache.cache))  # a notebook's cells go with it
    monkeypatch.setattr(module, "_stuck", {})
    monkeypatch.setattr(module, "_hints_given", type(module._hints_given)())
    config = Config()
    config.HistoryManager.enabled = False
    shell = zmqshell.ZMQInteractiveShell.instance(config=config)
    publisher = shell.display_pub = displaypub.CapturingDisplayPublisher(shell=shell)
    shell._showtraceback = lambda *_: None  # it would send it to a browser; the tests raise it
    yield Notebook(shell, publisher)
    zmqshell.ZMQInteractiveShell.clear_instance()


# --- the decorator ----------------------------------------------------------------------------


def test_right_code_is_bound_and_kept(notebook):
    ((html, text),) = notebook.run(RIGHT)
    assert text.startswith("✓ Correct: ")
    assert "kept in your workbook, `first_function.py`" in text
    assert "✓ Correct" in html and html.startswith("<div")
    assert notebook["first_function"] is not first_function
    assert whose(notebook["first_function"]) == "your code"
    piece = Workbook().read("first_function")
    assert piece.name == "first_function"
    assert piece.source == "def first_function(x):\n    return x + x + 1\n"
    assert Workbook().load("first_function")(3) == 7


@pytest.mark.parametrize(("cell", "says"), [(WRONG, "✗ Not yet"), (STUB, "○ Not attempted")])
def test_other_code_is_replaced_by_the_reference_and_not_kept(
    notebook, workbook_folder, cell, says
):
    ((html, text),) = notebook.run(cell)
    assert text.startswith(says) and says in html
    assert notebook["first_function"] is first_function
    assert not workbook_folder.exists()


def test_feedback_escapes_what_the_learner_wrote(notebook):
    ((html, text),) = notebook.run(
        """
        @exercise("first_function")
        def first_function(x):
            print("<script>printed</script>")
            raise ValueError("<script>raised</script>")
        """
    )
    assert "<script>" not in html
    for word in ("printed", "raised"):
        assert f"<script>{word}</script>" in text
        assert f"<script>{word}</script>" in unescape(html)


def test_outside_a_notebook_feedback_is_printed(capsys):
    namespace = {"__name__": "__main__"}
    exec(textwrap.dedent(FIRST_CELL + WRONG), namespace)
    assert capsys.readouterr().out.startswith("✗ Not yet: ")
    assert namespace["first_function"] is first_function


def test_a_learner_may_choose_another_name(notebook):
    notebook.run(RIGHT.replace("def first_function", "def mine"))
    assert notebook["mine"](3) == 7
    assert Workbook().load("first_function")(3) == 7


def test_a_class_that_names_itself_in_super_works(notebook):
    ((_, text),) = notebook.run(f"{LAYER_IMPORTS}\n{textwrap.dedent(LAYER)}")
    assert text.startswith("✓ Correct"), text
    layer = Workbook().load("multi_head_attention")(12, 3)
    assert layer(torch.ones(2, 5, 12)).shape == (2, 5, 12)
    assert set(dict(layer.named_children())) >= {"query", "key", "value", "output"}


def test_recursion_by_its_own_name_works(notebook):
    ((_, text),) = notebook.run(
        """
        @exercise("first_function")
        def first_function(x, times=2):
            return x + first_function(x, times - 1) if times else torch.ones_like(x)
        """
    )
    assert text.startswith("✓ Correct"), text
    assert Workbook().load("first_function")(torch.ones(1)).item() == 3


def test_helpers_and_solved_exercises_come_along(notebook):
    notebook.run(RIGHT)
    notebook.run("ONE = torch.tensor(1.0)\ndef helper(x):\n    return first_function(x) - ONE")
    ((_, text),) = notebook.run(
        """
        @exercise("dot_products")
        def dot_products(vectors):
            return helper(vectors @ vectors.mT) / 2
        """
    )
    assert "kept in your workbook" in text
    vectors = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert Workbook().load("dot_products")(vectors).tolist() == [[5.0, 11.0], [11.0, 25.0]]


def test_magics_in_a_cell_do_no_harm(notebook):
    ((_, text),) = notebook.run("%precision 3\n!true\n" + textwrap.dedent(RIGHT))
    assert "kept in your workbook" in text


def test_under_a_cell_magic_no_older_version_is_kept_in_its_place(notebook, workbook_folder):
    notebook.run("def first_function(x):\n    return 2 * x + 1  # older")
    ((_, text),) = notebook.run("%%time\n" + textwrap.dedent(RIGHT).strip())
    assert text.startswith("✓ Correct")
    if (workbook_folder / "first_function.py").exists():
        assert "x + x + 1" in Workbook().read("first_function").source
    else:
        assert "could not be kept" in text


def test_a_wrong_answer_after_a_right_one_keeps_the_right_piece(notebook):
    notebook.run(RIGHT)
    for cell in (WRONG, STUB):
        notebook.run(cell)
        assert notebook["first_function"] is first_function
        assert Workbook().load("first_function")(3) == 7
    notebook.run(RIGHT.replace("x + x", "2 * x"))
    assert "2 * x + 1" in Workbook().read("first_function").source


def test_a_file_that_was_edited_is_laid_aside_and_that_is_said(notebook):
    notebook.run(RIGHT)
    Workbook().path("first_function").write_text("mine")
    ((_, text),) = notebook.run(RIGHT)
    assert "first_function.kept-1.py" in text
    assert Workbook().path("first_function.kept-1").read_text() == "mine"


def test_code_that_cannot_be_kept_is_correct_all_the_same(notebook, workbook_folder):
    workbook_folder.write_text("a file where the folder should be")
    ((_, text),) = notebook.run(RIGHT)
    assert text.startswith("✓ Correct")
    assert "could not be kept" in text
    assert "BERTCOURSE_WORKBOOK" in text, "it says what to do"
    assert notebook["first_function"](3) == 7


def test_code_that_leans_on_a_thing_that_cannot_be_written_is_correct_all_the_same(
    notebook, workbook_folder
):
    notebook.shell.user_ns["magic"] = torch.tensor(1.0)
    ((_, text),) = notebook.run(RIGHT.replace("+ 1", "+ magic"))
    assert text.startswith("✓ Correct")
    assert "could not be kept" in text and "'magic'" in text
    assert ".." not in text
    assert not workbook_folder.exists()


@pytest.mark.parametrize(
    ("cell", "use"),
    [
        ("table = {}\ntable['one'] = torch.tensor(1.0)", "+ table['one']"),
        ("one = torch.zeros(1)\none += 1", "+ one"),
    ],
    ids=["filled later", "changed later"],
)
def test_code_that_gives_other_results_on_its_own_is_not_kept(notebook, workbook_folder, cell, use):
    notebook.run(cell)
    ((_, text),) = notebook.run(RIGHT.replace("+ 1", use))
    assert text.startswith("✓ Correct")
    assert "could not be kept" in text and "in a file of its own" in text
    assert not workbook_folder.exists()


@pytest.mark.parametrize(
    ("cell", "use"),
    [
        ("half = torch.ones(1)\nhalf = half / 2", "+ 2 * half"),
        ("half = torch.ones(1) / 2", "+ eval('2 * half')"),
        ("one = torch.ones(1)\nhalf = one / 2\none = half * 2", "+ one"),
    ],
    ids=["built up in steps", "named in a text", "in a circle"],
)
def test_a_variable_that_only_the_notebook_has_is_named_with_what_to_do(
    notebook, workbook_folder, cell, use
):
    notebook.run(cell)
    ((html, text),) = notebook.run(RIGHT.replace("+ 1", use))
    missing = use.split()[-1].rstrip("')")
    assert text.startswith("✓ Correct")
    assert f"in a file of its own it finds no `{missing}`" in text
    assert f"Give `{missing}` its whole value inside your function" in text
    assert f"<code>{missing}</code>" in html
    assert "NameError" not in text
    assert not workbook_folder.exists()


@pytest.mark.parametrize(
    ("cell", "use"),
    [("half = torch.ones(1) / 2", "+ 2 * half"), ("", "+ 2 * (half := torch.ones(1) / 2)")],
    ids=["in one line of a cell", "inside the function"],
)
def test_what_the_learner_is_told_to_do_about_it_helps(notebook, cell, use):
    notebook.run("half = torch.ones(1)\nhalf = half / 2")
    assert "could not be kept" in notebook.run(RIGHT.replace("+ 1", "+ 2 * half"))[0][1]
    notebook.run(cell)
    assert "kept in your workbook" in notebook.run(RIGHT.replace("+ 1", use))[0][1]


def test_a_layer_is_told_to_set_what_only_the_notebook_has_inside_its_class(notebook):
    notebook.run("p = torch.ones(1)\np = p * 0")
    layer = textwrap.dedent(LAYER).replace(
        "self.n_heads = n_heads", "self.n_heads = n_heads + int(p)"
    )
    ((_, text),) = notebook.run(f"{LAYER_IMPORTS}\n{layer}")
    assert text.startswith("✓ Correct")
    assert "Give `p` its whole value inside your class" in text


def test_an_unknown_exercise_is_named_at_once(notebook):
    with pytest.raises(KeyError, match="did you mean 'first_function'"):
        notebook.run(RIGHT.replace('"first_function"', '"frist_function"'))


# --- the notebook goes on ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "leave", ["exit()", "quit()", "exit(3)", "raise SystemExit", "get_ipython().ask_exit()"]
)
def test_leaving_inside_an_exercise_does_not_end_the_notebook(notebook, leave):
    shell = notebook.shell
    ((_, text),) = notebook.run(RIGHT.replace("return x + x + 1", leave))
    assert text.startswith("✗ Not yet")
    assert shell.exit_now is False
    assert "ask_exit" not in vars(shell), "outside of a check it works as ever"
    assert notebook.run("print(first_function(torch.tensor(3)))") == []


def test_after_code_that_hangs_the_notebook_is_as_before(notebook, monkeypatch):
    from bertcourse.exercises.exercise import Exercise

    check = Exercise.check
    monkeypatch.setattr(Exercise, "check", lambda self, candidate: check(self, candidate, 0.2))
    torch.manual_seed(5)
    random.seed(5)
    before = session_state()
    ((_, text),) = notebook.run(RIGHT.replace("return x + x + 1", "while True: pass"))
    assert "does not come to an end" in text
    assert session_state() == before
    ((_, text),) = notebook.run(RIGHT)
    assert text.startswith("✓ Correct")


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, Stop])
def test_an_interrupted_check_leaves_no_unchecked_code_behind(notebook, monkeypatch, interruption):
    from bertcourse.exercises.exercise import Exercise

    def interrupted(*_):
        raise interruption

    monkeypatch.setattr(Exercise, "check", interrupted)
    with pytest.raises(interruption):
        notebook.run(WRONG)
    assert notebook.shell.user_ns.get("first_function", first_function) is first_function


# --- hints and solutions ----------------------------------------------------------------------


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=list(EXERCISES))
def test_hints_come_one_at_a_time_and_the_last_stays(exercise, monkeypatch):
    monkeypatch.setattr(module, "_hints_given", type(module._hints_given)())
    count = len(exercise.hints)
    cards = [str(hint(exercise.id)) for _ in range(count + 2)]
    for number, text in enumerate(exercise.hints):
        assert text in cards[number]
        assert f"Hint {number + 1}" in cards[number]
        assert not any(later in cards[number] for later in exercise.hints[number + 1 :])
    assert cards[count - 1] == cards[count] == cards[count + 1]
    assert f'`solution("{exercise.id}")`' in cards[-1]


def test_the_same_mistake_opens_one_hint_after_the_other_but_never_the_last(notebook):
    hints = EXERCISES["first_function"].hints
    texts = [notebook.run(WRONG)[0][1] for _ in range(len(hints) + 1)]
    for number, text in enumerate(texts, start=1):
        shown = min(number, len(hints) - 1)
        assert f"Hint {shown}: {hints[shown - 1]}" in text
    notebook.run(STUB)
    assert f"Hint {len(hints) - 1}:" in notebook.run(WRONG)[0][1], "a stub changes nothing"
    other = WRONG.replace("2 * x", "x - 7")
    assert "Hint 1:" in notebook.run(other)[0][1], "another mistake is progress"


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=list(EXERCISES))
def test_a_solution_is_the_source_in_the_package(exercise):
    source = str(solution(exercise.id))
    assert source == inspect.getsource(exercise.reference).rstrip()
    assert exercise.reference.__module__.startswith("bertcourse.")
    assert "bertcourse.exercises" not in exercise.reference.__module__


@pytest.mark.parametrize("ask", [hint, solution])
def test_help_on_an_unknown_exercise_suggests_the_nearest(ask):
    with pytest.raises(KeyError, match=r"did you mean 'causal_mask'\?"):
        ask("causal_mark")


# --- whose ------------------------------------------------------------------------------------


def test_a_caption_can_say_whose_code_it_was():
    class Mine(torch.nn.Module):
        pass

    def mine(x):
        return x

    theirs = EXERCISES["multi_head_attention"].reference
    assert whose(mine) == whose(Mine) == whose(Mine()) == whose(mine, Mine) == "your code"
    assert whose(causal_mask) == whose(theirs) == whose(theirs(4, 2)) == "the reference"
    assert whose(mine, causal_mask) == whose(causal_mask, Mine()) == "your code and the reference"


def test_code_from_the_workbook_is_the_learners():
    Workbook().save("causal_mask", "mine", "def mine(n):\n    return n\n")
    assert whose(Workbook().load("causal_mask")) == "your code"


# --- progress and quiz ------------------------------------------------------------------------


def states():
    return {row.name: row for row in progress().rows}


def test_progress_starts_open():
    table = progress()
    assert (table.solved, table.total) == (0, len(EXERCISES))
    assert len(table.rows) == len(EXERCISES) + len(QUIZZES)
    assert {row.state for row in table.rows} == {"○ open"}
    assert [row.week for row in table.rows] == sorted(row.week for row in table.rows)


def test_progress_shows_what_is_solved_and_what_is_damaged():
    for piece in ("first_function", "causal_mask", "split_heads"):
        Workbook().save(piece, "f", "def f():\n    pass\n")
    Workbook().path("causal_mask").write_text("mine")
    Workbook().path("split_heads").unlink()
    Workbook().path("split_heads").mkdir()
    Workbook().save("no_exercise", "f", "def f():\n    pass\n")
    rows = states()
    assert rows[EXERCISES["first_function"].title].state == "✓ solved"
    for damaged in ("causal_mask", "split_heads"):
        row = rows[EXERCISES[damaged].title]
        assert row.state == "! not usable"
        assert f"{damaged}.py" in row.note and "the reference is used" in row.note
    assert rows[EXERCISES["merge_heads"].title].state == "○ open"
    assert progress().solved == 1


@pytest.mark.parametrize("damage", ["{", "[]", '{"quiz": 3}', '{"quiz": null}', '{"quiz": ["x"]}'])
def test_progress_survives_damaged_records(workbook_folder, damage):
    workbook_folder.mkdir()
    (workbook_folder / "records.json").write_text(damage)
    assert progress().headline == f"0 of {len(EXERCISES)} exercises solved"


def right_choice(question):
    return next(number for number, choice in enumerate(question.choices) if choice.right)


def wrong_choice(question):
    return next(number for number, choice in enumerate(question.choices) if not choice.right)


@pytest.mark.parametrize("week", QUIZZES)
def test_a_quiz_remembers_right_answers(week):
    pytest.importorskip("anywidget")
    questions, widget = QUIZZES[week], quiz(week)
    quizzes = {row.week: row for row in progress().rows if row.name == "Quiz"}
    assert quizzes[week].note == f"0 of {len(questions)} right"
    for question in questions:
        assert widget.answer(question.id, wrong_choice(question)).startswith("Not quite")
        assert widget.answer(question.id, right_choice(question)).startswith("Right")
    row = {row.week: row for row in progress().rows if row.name == "Quiz"}[week]
    assert (row.state, row.note) == ("✓ done", f"{len(questions)} of {len(questions)} right")
    for question in questions:
        widget.answer(question.id, wrong_choice(question))
    row = {row.week: row for row in progress().rows if row.name == "Quiz"}[week]
    assert row.state == "✓ done", "looking at the other replies takes nothing away"


@pytest.mark.parametrize("week", QUIZZES)
def test_a_quiz_asks_five_questions_with_one_right_choice_each(week):
    questions = QUIZZES[week]
    assert len(questions) >= 5
    assert len({question.id for question in questions}) == len(questions)
    for question in questions:
        assert sum(choice.right for choice in question.choices) == 1
        assert len({choice.text for choice in question.choices}) == len(question.choices) >= 3
        assert all(choice.why for choice in question.choices)


def test_the_right_choice_is_not_always_at_the_same_place():
    places = {right_choice(question) for week in QUIZZES.values() for question in week}
    assert len(places) > 1


def test_a_quiz_can_be_answered_when_nothing_can_be_remembered(monkeypatch):
    pytest.importorskip("anywidget")

    def refuse(*_):
        raise WorkbookError("it cannot be written")

    monkeypatch.setattr(Workbook, "record", refuse)
    question = QUIZZES[0][0]
    assert quiz(0).answer(question.id, right_choice(question)).startswith("Right")


@pytest.mark.parametrize("week", [-1, 99, "0", None])
def test_a_week_without_a_quiz_is_named_with_the_weeks_there_are(week):
    with pytest.raises(KeyError, match="the weeks are 0, 1"):
        quiz(week)
