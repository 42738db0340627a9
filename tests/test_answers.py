"""Hundreds of answers as people write them, and what a check says to each.

They lie in `answers/<exercise>/`, one file each, and define what the exercise asks for, in a cell's
manner. The first line says what ought to come of it: `# right`, `# advice: ids`, `# mistakes: ids`
(or `none named`), or for code that misbehaves `# outcome: …`.
"""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from session_state import session_state
from torch import Tensor, nn

import bertcourse
from bertcourse.exercises import EXERCISES, check

FOLDER = Path(__file__).parent / "answers"
FILES = sorted(FOLDER.glob("*/*.py"))


def load(path, extra=()):
    """Run a file as a notebook's cell would be run, below the first cell's imports."""
    names = ("Attention", "GELU", "LayerNorm", "n_predictions", "padding_mask")
    names += tuple(each.reference.__name__ for each in EXERCISES.values())
    namespace = {name: getattr(bertcourse, name) for name in names}
    namespace |= {"math": math, "torch": torch, "F": F, "Tensor": Tensor, "nn": nn}
    namespace |= {"Callable": Callable, "__name__": "__main__"}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), namespace)
    return namespace[EXERCISES[path.parent.name].reference.__name__]


def expectation(path):
    kind, _, rest = (
        path.read_text(encoding="utf-8").split("\n")[0].removeprefix("# ").partition(":")
    )
    return kind.strip(), [each.strip() for each in rest.split(",") if each.strip()]


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}-{path.stem}" for path in FILES])
def test_the_answer_is_taken_for_what_it_is(path, capsys):
    kind, ids = expectation(path)
    candidate = load(path)
    before = session_state()
    hangs = "hostile" in path.name and ids == ["incorrect"]  # or may: it need not wait for long
    report = check(path.parent.name, candidate, seconds=2 if hangs else 60)
    assert session_state() == before
    assert capsys.readouterr() == ("", "")
    mistakes = [mistake.id for mistake in report.mistakes]
    advice = [mistake.id for mistake in report.advice]
    if kind == "outcome":
        assert report.outcome == ids[0]
    elif kind == "mistakes":
        assert report.outcome == "incorrect"
        assert report.evidence
        assert mistakes == ([] if ids == ["none named"] else ids)
    else:
        assert (report.outcome, mistakes) == ("correct", [])
        assert advice == (ids if kind == "advice" else [])


def test_every_exercise_has_right_and_wrong_answers():
    for name in EXERCISES:
        assert len(list(FOLDER.glob(f"{name}/right_*.py"))) >= 2
        assert len(list(FOLDER.glob(f"{name}/wrong_*.py"))) >= 4
