"""The guarded run: somebody else's code, in a thread of its own, leaving nothing behind.

A check calls code that may raise, print, loop for ever, reseed the generators or call `exit()`. The
`Sandbox` runs it on a daemon thread, stops it when its time is up, and puts back everything that
belongs to the whole process: random states, default dtype, thread count, standard streams. Grad
mode, autocast and default device are kept a thread, so the caller's are never touched.

A call into C that never returns to Python cannot be stopped from inside the process: it is
abandoned on its thread, and the check ends without it.
"""

import builtins
import ctypes
import io
import random
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType
from typing import Any

import torch

SECONDS = 5.0  # for one whole check; most take a few hundredths of a second, the slowest about one
PATIENCE = 3  # by the clock a check may take so many times as long, where it has to wait its turn
IMPORTING = "<frozen importlib"  # files of Python's import machinery, which is not stopped halfway
PRINTED_CHARACTERS = 2_000  # more than anybody reads, little enough for an endless loop


class Stop(BaseException):
    """Thrown into a candidate whose time is up; `except Exception` does not catch it."""


@dataclass(frozen=True)
class Run:
    """What came of one call: a value, or the error that ended it; `timed_out` if we ended it."""

    value: Any = None
    error: BaseException | None = None
    timed_out: bool = False
    printed: str = ""


class _Printed(io.TextIOBase):
    """A stream that remembers the first characters and forgets the rest."""

    text = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        room = PRINTED_CHARACTERS - len(self.text)
        self.text += str(text)[: max(0, room)]
        return len(text)


def _throw_into(ident: int) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(Stop))


def _lower_the_flag() -> None:
    """Let the interpreter forget that an exception waits for a thread which does not take it.

    A thread may be stuck in C, or have ended just before. Python 3.11 has one flag for all threads,
    and while it is up every traced thread spins. It is lowered by whoever takes an exception: so
    this thread throws one at itself. The other's stays with it, and ends it when it comes back.
    """
    try:
        _throw_into(threading.get_ident())
        for _ in range(1_000):
            pass
    except Stop:
        pass


class _Worker(threading.Thread):
    """One call on a daemon thread; its result outlives whatever is thrown into it."""

    def __init__(self, function: Callable[[], Any]):
        super().__init__(daemon=True)
        self.function = function
        self.result: Run | None = None
        self.stopping = False

    def run(self) -> None:
        sys.settrace(self._trace)
        try:
            try:
                self.result = Run(value=self.function())
            except BaseException as error:
                sys.settrace(None)
                self.result = self.result or Run(error=error)
            torch.set_default_device(None)  # a device left on this thread can crash the exit
        except Stop:  # a second one, thrown while the first was being handled
            pass

    def _trace(self, *_: object) -> Callable | None:
        """Throw `Stop` again from within the handler that has just caught one."""
        if self.stopping and sys.exc_info()[0] is Stop:
            raise Stop
        return self._trace if self.stopping else None

    def stop(self, throws: int = 50, imports: int = 500) -> None:
        """Throw `Stop` until the thread ends.

        A loop around a bare `except:` would swallow it, so from now on every line of the candidate
        is traced: the first line of a handler that holds a `Stop` throws the next. While a module
        is being imported nothing is thrown, for half a module would stay behind for everybody.
        """
        self.stopping = True
        while self.is_alive() and throws:
            frames = list(self._frames())
            if imports and any(f.f_code.co_filename.startswith(IMPORTING) for f in frames):
                imports -= 1
            else:
                throws -= 1
                for frame in frames:
                    frame.f_trace = self._trace
                _throw_into(self.ident or 0)
            self.join(0.02)
        _lower_the_flag()

    def _frames(self) -> Iterator[FrameType]:
        """The candidate's frames, the innermost first."""
        frame = sys._current_frames().get(self.ident or 0)
        while frame is not None and frame.f_code is not _Worker.run.__code__:
            yield frame
            frame = frame.f_back


class _Clock:
    """The time that code has had for itself, in seconds.

    That is the processor's time: on a busy computer right code waits for its turn, and is not slow
    for that. Code that sleeps uses none, so that waiting counts as well, for a part.
    """

    def __init__(self):
        self.began, self.began_work = time.monotonic(), time.process_time()

    @property
    def spent(self) -> float:
        waited = time.monotonic() - self.began
        worked = time.process_time() - self.began_work  # of all threads, others than this one too
        return max(min(worked, waited), waited / PATIENCE)


class Sandbox:
    """A place to run a candidate in, as often as a check needs, within one allowance of time.

    Use it as a context manager.
    """

    def __init__(self, seconds: float = SECONDS):
        self.seconds = seconds
        self.left = seconds
        self._printed = _Printed()

    def __enter__(self) -> "Sandbox":
        self._saved = _Session.save()
        self._warnings = warnings.catch_warnings()
        self._warnings.__enter__()
        warnings.simplefilter("ignore")
        sys.stdout = sys.stderr = self._printed
        sys.stdin = io.StringIO()  # plain Python's exit() closes it
        builtins.input = _no_input
        torch.set_num_threads(1)  # tiny tensors: more threads only add waiting
        shell = _shell()
        if shell is not None:
            shell.ask_exit = _leave  # a kernel's exit() raises nothing, it asks the shell to go
        return self

    def __exit__(self, *_: object) -> None:
        self._warnings.__exit__(None, None, None)
        self._saved.restore()

    def run(self, function: Callable[[], Any]) -> Run:
        """Call `function()` from a fixed random state; never raises for what it does."""
        if not self.left:
            return Run(timed_out=True)
        self._reset()
        worker = _Worker(function)
        clock = _Clock()
        worker.start()
        try:
            while worker.is_alive() and clock.spent < self.left:
                worker.join(min(0.05, self.left))
        finally:  # also when the person interrupts the kernel
            if worker.is_alive():
                worker.stop()
                self.left = 0.0
        self.left = max(0.0, self.left - clock.spent)
        if worker.result is None or not self.left:
            return Run(timed_out=True, printed=self._printed.text)
        return replace(worker.result, printed=self._printed.text)

    def run_ours(self, function: Callable[[], Any]) -> Run:
        """The same for code that is known to end: on this thread, at once, and without a limit."""
        self._reset()
        with (
            torch.inference_mode(False),
            torch.enable_grad(),
            torch.device("cpu"),
            _no_autocast(),
        ):
            try:
                return Run(value=function())
            except Exception as error:
                return Run(error=error)

    def _reset(self) -> None:
        torch.set_default_dtype(torch.float32)
        torch.default_generator.manual_seed(0)  # torch.manual_seed would reseed the GPUs as well
        random.seed(0)
        self._printed.text = ""


@dataclass
class _Session:
    """What belongs to the whole process and a candidate might change."""

    torch_state: torch.Tensor
    cuda_states: list[torch.Tensor]
    python_state: Any
    numpy_state: Any
    dtype: torch.dtype
    threads: int
    deterministic: bool
    recursion: int
    turn: float
    streams: tuple[Any, Any, Any]
    input: Callable
    shell_exit: Any

    @classmethod
    def save(cls) -> "_Session":
        numpy = sys.modules.get("numpy")
        shell = _shell()
        return cls(
            torch_state=torch.get_rng_state(),
            cuda_states=torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else [],
            python_state=random.getstate(),
            numpy_state=numpy.random.get_state() if numpy else None,
            dtype=torch.get_default_dtype(),
            threads=torch.get_num_threads(),
            deterministic=torch.are_deterministic_algorithms_enabled(),
            recursion=sys.getrecursionlimit(),
            turn=sys.getswitchinterval(),
            streams=(sys.stdout, sys.stderr, sys.stdin),
            input=builtins.input,
            shell_exit=vars(shell).get("ask_exit") if shell else None,
        )

    def restore(self) -> None:
        sys.stdout, sys.stderr, sys.stdin = self.streams
        builtins.input = self.input
        torch.set_rng_state(self.torch_state)
        if self.cuda_states:
            torch.cuda.set_rng_state_all(self.cuda_states)
        random.setstate(self.python_state)
        if self.numpy_state is not None:
            sys.modules["numpy"].random.set_state(self.numpy_state)
        torch.set_default_dtype(self.dtype)
        torch.set_num_threads(self.threads)
        if torch.are_deterministic_algorithms_enabled() != self.deterministic:
            torch.use_deterministic_algorithms(self.deterministic)
        sys.setrecursionlimit(self.recursion)
        sys.setswitchinterval(self.turn)
        shell = _shell()
        if shell is not None:
            vars(shell).pop("ask_exit", None)
            if self.shell_exit is not None:
                shell.ask_exit = self.shell_exit


@contextmanager
def _no_autocast() -> Iterator[None]:
    enabled = torch.is_autocast_enabled("cpu")
    torch.set_autocast_enabled("cpu", False)
    try:
        yield
    finally:
        torch.set_autocast_enabled("cpu", enabled)


def _shell() -> Any:
    """The running IPython shell, without importing IPython where there is none."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def _leave(*_: object) -> None:
    raise SystemExit("exit() was called")


def _no_input(*_: object) -> str:
    raise RuntimeError("input() was called: a check runs without a person to answer")
