"""Every notebook, as it is committed and in the hands of three kinds of learner.

`make test` also runs nbval over the notebooks as they are: nothing solved, outputs compared. Here
they are executed with everything solved, everything wrong and a mixture, and read for their form.
"""

import ast
import random
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from bertcourse.exercises import EXERCISES, QUIZZES, solution
from bertcourse.workbook import Workbook

FOLDER = Path(__file__).parents[1] / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
ANSWERS = Path(__file__).parent / "answers"
EXERCISE = re.compile(r'^@exercise\("(\w+)"\)\n')
MAKERS = ("Made by your code.", "Made by the reference.", "Made by your code and the reference.")
SIGN = {"right": "✓ Correct", "wrong": "✗ Not yet", "open": "○ Not attempted"}


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def exercise_cells(notebook):
    found = ((EXERCISE.match(cell.source), cell) for cell in code_cells(notebook))
    return {match[1]: cell for match, cell in found if match}


def wrong_answers(exercise_id):
    """The wrong answers with a named mistake: what the first line names, and the code."""
    for path in sorted((ANSWERS / exercise_id).glob("wrong_*.py")):
        first, _, code = path.read_text(encoding="utf-8").partition("\n")
        ids = [each.strip() for each in first.removeprefix("# mistakes:").split(",")]
        if ids != ["none named"]:
            yield ids, code


def texts(cell):
    """Every text that a cell shows: streams, plain text and HTML."""
    for output in cell.outputs:
        yield output.get("text", "")
        yield from (v for k, v in output.get("data", {}).items() if k.startswith("text/"))


def shown(cell):
    return "\n".join(texts(cell))


def execute(path, plan, folder):
    """Run a notebook with each exercise left open, solved or answered wrongly, as the plan says."""
    notebook = read(path)
    named = {}
    for exercise_id, cell in exercise_cells(notebook).items():
        decorator = f'@exercise("{exercise_id}")\n'
        if plan[exercise_id] == "right":
            cell.source = decorator + str(solution(exercise_id))
        if plan[exercise_id] == "wrong":
            named[exercise_id], code = next(wrong_answers(exercise_id))
            before, _, definition = (
                code.rpartition("\n\n\n") if "\n\n\n" in code else ("", "", code)
            )
            cell.source = f"{before}\n\n{decorator}{definition}" if before else decorator + code
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}})
    client.execute()  # a cell that raises ends it here
    return notebook, named


def plans():
    """Everything right, everything wrong, and a mixture drawn with a fixed seed."""
    mixture = random.Random(1)
    for kind in ("right", "wrong", "mixture"):
        drawn = {name: mixture.choice(tuple(SIGN)) for name in EXERCISES}
        yield kind, drawn if kind == "mixture" else dict.fromkeys(EXERCISES, kind)


@pytest.mark.parametrize(("kind", "plan"), list(plans()), ids=["right", "wrong", "mixture"])
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_notebook_runs_to_its_end_in_every_hand(path, kind, plan, tmp_path, monkeypatch):
    monkeypatch.setenv("BERTCOURSE_STEPS", "20")  # trainings are cut short
    notebook, named = execute(path, plan, tmp_path)
    by_id = exercise_cells(notebook)
    for exercise_id in exercise_cells(read(path)):
        cell = by_id.get(exercise_id) or next(
            each for each in code_cells(notebook) if f'@exercise("{exercise_id}")' in each.source
        )
        said = shown(cell)
        assert SIGN[plan[exercise_id]] in said, said
        for mistake in named.get(exercise_id, ())[:1]:
            faults = {fault.id: fault.name for fault in EXERCISES[exercise_id].family.faults}
            assert faults[mistake][1:].replace("`", "") in said.replace("`", ""), said
    solved = {name for name in exercise_cells(read(path)) if plan[name] == "right"}
    pieces = Workbook().pieces()
    assert set(pieces) == solved
    assert not any(pieces.values())
    for name in solved:
        assert EXERCISES[name].check(Workbook().load(name)).outcome == "correct"
    makers = {maker for cell in code_cells(notebook) for maker in MAKERS if maker in shown(cell)}
    if kind == "right":
        assert "Made by your code." in makers
    if kind == "wrong":
        assert makers == {"Made by the reference."}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_figure_after_an_exercise_says_whose_code_made_it(path):
    notebook = read(path)
    cells = code_cells(notebook)
    solved = False
    for cell in cells:
        solved = solved or bool(EXERCISE.match(cell.source))
        calls = {
            node.func.id
            for node in ast.walk(ast.parse(cell.source))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        used = {each.reference.__name__ for each in EXERCISES.values()} & calls
        pictures = [o for o in cell.outputs if "image/png" in o.get("data", {})]
        if solved and pictures and used:
            assert any(maker in shown(cell) for maker in MAKERS), cell.source


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_exercises_are_announced_as_the_data_describes_them(path):
    notebook = read(path)
    week = int(path.stem[4:6])
    mine = [each for each in EXERCISES.values() if each.week == week]
    assert list(exercise_cells(notebook)) == [each.id for each in mine]
    prose = "".join(f"\n{c.source}\n" for c in notebook.cells if c.cell_type == "markdown")
    for number, each in enumerate(mine, start=1):
        dots = "●" * each.difficulty + "○" * (3 - each.difficulty)
        heading = f"### Exercise {week}.{number} · {each.title} · {dots} · {each.minutes} min"
        assert f"\n{heading}\n\n**Purpose:** " in prose
    assert f"quiz({week})" in "\n".join(cell.source for cell in code_cells(notebook))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_stubs_are_not_attempted_and_define_what_is_asked_for(path):
    for exercise_id, cell in exercise_cells(read(path)).items():
        assert cell.source.rstrip().endswith("raise NotImplementedError")
        assert f" {EXERCISES[exercise_id].reference.__name__}" in cell.source
        assert SIGN["open"] in shown(cell)
        assert "exercise" in cell.metadata.get("tags", [])


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_notebook_has_the_anatomy_of_a_week(path):
    notebook = read(path)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert prose.startswith("# ")
    for part in ("See it first", "Bug hunt", "Check yourself", "Session guide", "Further"):
        assert re.search(rf"^#+ .*{part}|<summary>.*{part}", prose, re.MULTILINE), part
    lines = sorted(len(cell.source.split("\n")) for cell in code_cells(notebook))
    assert lines[len(lines) // 2] < 12


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_outputs_are_saved_whole_and_nearly_all_compared(path):
    notebook = read(path)
    with_output = [cell for cell in code_cells(notebook) if cell.outputs]
    strict = [c for c in with_output if "nbval-ignore-output" not in c.metadata.get("tags", [])]
    assert len(strict) >= 0.85 * len(with_output)
    assert "widgets" not in notebook.metadata, "a saved model id changes at every run"
    for cell in code_cells(notebook):
        for output in cell.outputs:
            assert output.output_type != "error"
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})
            if "image/png" in output.get("data", {}):
                assert len(output.metadata["image/png"]["alt"]) > 30


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_no_output_depends_on_the_machine(path):
    for cell in code_cells(read(path)):
        for text in texts(cell):
            assert not re.search(r"/home/|/tmp/|/root/|site-packages| at 0x[0-9a-f]+", text)


def test_every_week_has_a_quiz_whose_wrong_choices_are_answered():
    for questions in QUIZZES.values():
        assert len(questions) >= 5
        for question in questions:
            assert sum(choice.right for choice in question.choices) == 1
            assert len(question.choices) >= 3
            assert all(len(choice.why) > 20 for choice in question.choices)
        places = {[c.right for c in q.choices].index(True) for q in questions}
        assert len(places) > 1, "the right choice must not always stand in the same place"
