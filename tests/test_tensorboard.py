"""Curves in TensorBoard: every number of every row, each step once, and a word where it is missing.

A stand-in takes the place of the package, which writes its files in a format of its own.
"""

import sys
from types import SimpleNamespace
from typing import ClassVar

import pytest
from test_trainer import Killed, killed_at, rows, texts, trainer  # noqa: F401

from bertcourse.runs import TrainingError
from bertcourse.tensorboard import TensorBoard


class Writer:
    """Keeps what the package's SummaryWriter would show, by the folder."""

    shown: ClassVar[dict[str, dict[str, dict[int, float]]]] = {}

    def __init__(self, log_dir, purge_step):
        self.curves = self.shown.setdefault(log_dir, {})
        for curve in self.curves.values():
            for step in [step for step in curve if step >= purge_step]:
                del curve[step]

    def add_scalar(self, name, value, step):
        curve = self.curves.setdefault(name, {})
        assert step not in curve
        curve[step] = value

    def flush(self):
        pass


@pytest.fixture(autouse=True)
def stand_in(monkeypatch):
    module = SimpleNamespace(SummaryWriter=Writer)
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", module)


def test_every_number_of_every_row_is_a_point_of_a_curve_also_after_a_kill(
    texts,  # noqa: F811
    tmp_path,
):
    board = TensorBoard(tmp_path / "tensorboard")

    def watch(row):
        board(row)
        killed_at(8)(row)

    with pytest.raises(Killed):
        trainer(texts, tmp_path, watch=watch).train()
    trainer(texts, tmp_path, watch=TensorBoard(tmp_path / "tensorboard")).train()
    expected: dict[str, dict[int, float]] = {}
    for row in rows(tmp_path):
        for name in row.keys() - {"split", "step"}:
            expected.setdefault(f"{row['split']}/{name}", {})[row["step"]] = row[name]
    assert Writer.shown[str(tmp_path / "tensorboard")] == expected
    assert list(expected["train/loss"]) == list(range(1, 13))
    assert list(expected["held-out/mlm_accuracy"]) == [5, 10, 12]


def test_nothing_is_written_before_the_first_row(tmp_path):
    TensorBoard(tmp_path / "tensorboard")
    assert str(tmp_path / "tensorboard") not in Writer.shown


def test_without_the_package_it_is_said_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(TrainingError, match=r"not installed here: python -m pip install tensorbo"):
        TensorBoard(tmp_path)


def test_a_full_disk_is_explained(tmp_path, monkeypatch):
    def full(_self):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Writer, "flush", full)
    with pytest.raises(TrainingError, match="No space left on device"):
        TensorBoard(tmp_path / "full")({"split": "train", "step": 1, "loss": 1.0})
