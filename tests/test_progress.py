"""How far a run is: what the bar and the lines say, and who sees which."""

import sys

import pytest

from bertcourse.progress import ProgressBar, counted, interval, is_seen, line_of

ROW = {
    "split": "train",
    "step": 50,
    "loss": 5.1234,
    "mlm_accuracy": 0.25,
    "nsp_accuracy": 0.5,
    "tokens_per_second": 12345.6,
    "seconds_left": 3661.0,
}


def test_a_bar_shows_what_is_done_what_is_left_and_what_is_learnt(capsys):
    bar = ProgressBar(is_shown=True)
    bar.show(0.5, "50/100", ROW)
    bar.write("a line")
    bar.show(0.75, "75/100", ROW | {"loss": 4.0})
    bar.close()
    out, err = capsys.readouterr()
    assert out == "a line\n"
    first, *_, last = err.replace("\n", "").strip("\r").split("\r")
    assert first.startswith(" 50%|") or first.startswith("  0%|")
    assert last.startswith(" 75%|")
    expected = "75/100, 1:01:01 left, loss 4.000, words 0.250, next 0.500, 12,346 tokens/s"
    assert last.endswith(expected)


def test_a_bar_never_passes_its_end(capsys):
    bar = ProgressBar(is_shown=True)
    bar.show(1.3, "1.3/1 min", ROW)
    bar.close()
    assert "100%|" in capsys.readouterr().err


def test_a_bar_that_is_not_shown_says_nothing(capsys):
    bar = ProgressBar(is_shown=False)
    bar.show(0.5, "50/100", ROW)
    bar.write("a line")
    bar.close()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("is_shown", [True, False])
def test_documents_are_counted_as_they_come(capsys, is_shown):
    assert list(counted(iter("abc"), is_shown)) == ["a", "b", "c"]
    out, err = capsys.readouterr()
    assert out == "" and ("3 documents [" in err) is is_shown and bool(err) is is_shown


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_bar_is_seen_where_stderr_is_a_terminal(monkeypatch, is_terminal):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)
    assert is_seen() is is_terminal


def test_a_bar_is_seen_in_a_notebook(monkeypatch):
    monkeypatch.setattr("bertcourse.progress.tqdm", object())
    assert is_seen()


def test_a_row_as_a_line_says_how_it_learns_and_in_training_how_fast():
    learnt = "loss 5.123  words 0.250  next 0.500"
    assert line_of(ROW) == f"step      50  train     {learnt}  12,346 tokens/s  1:01:01 left"
    assert line_of(ROW | {"split": "held-out"}) == f"step      50  held-out  {learnt}"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "00:00"), (310.9, "05:10"), (3600, "1:00:00"), (100_000, "27:46:40")]
)
def test_an_interval_may_be_longer_than_a_day(seconds, text):
    assert interval(seconds) == text
