"""bertcourse.exercises.guard: other people's code leaves no trace, and always comes to an end."""

import builtins
import random
import sys
import threading
import time

import numpy
import pytest
import torch
from session_state import session_state

from bertcourse.exercises.guard import PRINTED_CHARACTERS, Sandbox


def run(function, seconds=5.0):
    with Sandbox(seconds) as sandbox:
        return sandbox.run(function)


def fails(error):
    raise error


def swallow_everything():
    while True:
        try:
            while True:
                pass
        except:  # noqa: E722 - this is what it is about
            pass


def print_for_ever():
    while True:
        print("again and again")


def sleep_for_ever():
    while True:
        time.sleep(0.01)


def test_a_value_comes_back():
    assert run(lambda: 6 * 7).value == 42


@pytest.mark.parametrize(
    "error", [ValueError("no"), KeyboardInterrupt(), SystemExit(), GeneratorExit()], ids=repr
)
def test_any_exception_is_caught_and_handed_over(error):
    assert run(lambda: fails(error)).error is error


@pytest.mark.parametrize("leave", [sys.exit, builtins.exit, builtins.quit], ids=str)
def test_leaving_the_interpreter_is_an_error_like_another(leave):
    assert isinstance(run(leave).error, SystemExit)
    assert not sys.stdin.closed


def test_recursion_without_end_is_an_error_like_another():
    def down():
        return down()

    assert isinstance(run(down).error, RecursionError)


def test_asking_for_input_does_not_wait():
    assert isinstance(run(lambda: input("? ")).error, RuntimeError)


@pytest.mark.parametrize("endless", [swallow_everything, print_for_ever, sleep_for_ever])
def test_code_without_end_is_stopped(endless):
    before = set(threading.enumerate())
    with Sandbox(seconds=0.2) as sandbox:
        assert sandbox.run(endless).timed_out
        assert sandbox.run(lambda: 1).timed_out, "the time of the whole check is used up"
        assert sandbox.run_ours(lambda: 1).value == 1
    assert set(threading.enumerate()) <= before


def test_waiting_for_its_turn_counts_less_than_working():
    def waiting():
        time.sleep(0.6)
        return "done"

    assert run(waiting, seconds=0.5).value == "done"


def test_code_stuck_in_c_is_abandoned_and_the_next_run_is_none_the_worse():
    with Sandbox(seconds=0.1) as sandbox:
        assert sandbox.run(lambda: time.sleep(30)).timed_out
    assert run(lambda: [sorted([2, 1]) for _ in range(3)]).value == [[1, 2]] * 3


def test_what_is_printed_is_kept_up_to_a_limit(capsys):
    assert run(lambda: print("hello")).printed == "hello\n"
    assert len(run(lambda: print("x" * 10 * PRINTED_CHARACTERS)).printed) == PRINTED_CHARACTERS
    assert run(lambda: print("to stderr", file=sys.stderr)).printed == "to stderr\n"
    assert capsys.readouterr() == ("", "")


def meddle():
    torch.manual_seed(123)
    torch.rand(5)
    random.seed(123)
    numpy.random.seed(123)
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(7)
    torch.set_grad_enabled(False)
    torch.set_default_device("meta")
    builtins.input = None
    sys.stdout = sys.stderr = sys.stdin = None


@pytest.mark.parametrize("ending", [meddle, lambda: (meddle(), fails(ValueError()))])
def test_the_session_is_left_as_it_was(ending):
    before = session_state()
    run(ending)
    assert session_state() == before


def test_the_callers_grad_mode_does_not_reach_the_candidate():
    with torch.no_grad():
        assert run(torch.is_grad_enabled).value is True
        assert not torch.is_grad_enabled()


def test_every_run_starts_from_the_same_random_state_and_dtype():
    with Sandbox() as sandbox:
        first = sandbox.run(lambda: (torch.rand(2).tolist(), random.random()))
        sandbox.run(meddle)
        assert sandbox.run(lambda: (torch.rand(2).tolist(), random.random())).value == first.value


def test_an_interrupt_of_the_person_ends_the_candidate_and_goes_on(monkeypatch):
    alive = []

    def interrupted(self, timeout=None):
        if not alive:
            alive.append(self)
            raise KeyboardInterrupt
        return original(self, timeout)

    original = threading.Thread.join
    monkeypatch.setattr(threading.Thread, "join", interrupted)
    before = sys.stdout
    with pytest.raises(KeyboardInterrupt):
        run(sleep_for_ever)
    assert not alive[0].is_alive()
    assert sys.stdout is before
