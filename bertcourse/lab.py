"""The learner's copy of the course, and JupyterLab on it: `python -m bertcourse lab`.

Learners work in `my_course/`, never in `notebooks/`, so that an update of the course meets no
edited file. Laying the copy follows one rule: **what the learner may have changed is never
written to**. For each file of `notebooks/`, with the copy in `my_course/`:

| the copy | the course's file | what happens |
|---|---|---|
| is not there | any | it is laid |
| is as it was laid | changed since | it is replaced |
| edited | as it was when laid | it is kept |
| edited | changed since | it is kept, and the new file is laid beside it, once |

What was laid is remembered as hashes in `my_course/.laid.json`. Without that file every copy that
differs from the course counts as edited: its loss costs one more file beside, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sqlite3
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bertcourse.workbook import write_atomically

CLONE = Path(__file__).resolve().parents[1]
FIRST_NOTEBOOK = "week00_start_here.ipynb"
LAID = ".laid.json"
PORT = 8888
PORTS_TRIED = 50


class LabError(Exception):
    """The course cannot be opened; the message says why and what to do."""


@dataclass(frozen=True)
class Outcome:
    """What became of one file: `state` is new, replaced, beside, kept or same."""

    name: str
    state: str
    beside: str | None = None


@dataclass
class Memory:
    """Hashes by file name: of the copy as it was laid, and of the version laid beside it."""

    laid: dict[str, str] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Memory:
        """What is remembered; nothing where the file is missing, damaged or unreadable."""
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            parts = [stored["laid"], stored["beside"]]
            texts = [text for part in parts for pair in part.items() for text in pair]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls()
        return cls(*parts) if all(isinstance(text, str) for text in texts) else cls()

    def write(self, path: Path) -> None:
        text = json.dumps({"laid": self.laid, "beside": self.beside}, indent=1, sort_keys=True)
        if not path.exists() or path.read_text(encoding="utf-8", errors="replace") != text:
            write_atomically(path, text)


def course_folder(folder: str | Path | None = None) -> Path:
    """Where the learner's copy lives: `folder`, else $BERTCOURSE_COURSE, else my_course/."""
    chosen = folder or os.environ.get("BERTCOURSE_COURSE") or CLONE / "my_course"
    return Path(chosen).expanduser().absolute()


def lay_course(
    target: Path, source: Path = CLONE / "notebooks", today: date | None = None
) -> list[Outcome]:
    """Lay the files of `source` in `target` by the rule above; one outcome a file, in order.

    Raises:
        LabError: `source` holds no notebooks, or `target` cannot be written.
    """
    names = course_files(source)
    if not any(name.endswith(".ipynb") for name in names):
        raise LabError(
            f"No notebooks in {source}: they come with the course's folder and are not part of "
            "the installed package. Get the course with git clone and run this inside it."
        )
    if target.resolve() == source.resolve():
        raise LabError(f"{target} holds the originals: choose another folder for your own copy.")
    try:
        target.mkdir(parents=True, exist_ok=True)
        memory = Memory.read(target / LAID)
        outcomes = [lay_file(name, source, target, memory, today or date.today()) for name in names]
        memory.write(target / LAID)
    except OSError as error:
        raise LabError(
            f"Cannot write your copy of the course in {target} ({error.strerror or error}). "
            "Choose a folder of yours: python -m bertcourse lab --folder FOLDER"
        ) from error
    return outcomes


def course_files(source: Path) -> list[str]:
    """The files of the course as relative names, without hidden ones such as checkpoints."""
    found = (path.relative_to(source) for path in source.rglob("*") if path.is_file())
    return sorted(
        name.as_posix() for name in found if not any(part.startswith(".") for part in name.parts)
    )


def lay_file(name: str, source: Path, target: Path, memory: Memory, today: date) -> Outcome:
    """Lay one file by the rule of this module and note in `memory` what was done."""
    content = (source / name).read_bytes()
    course, copy = digest(content), target / name
    if not os.path.lexists(copy):
        copy.parent.mkdir(parents=True, exist_ok=True)
        write_new(copy, content)
        memory.laid[name] = course
        return Outcome(name, "new")
    mine = digest_of(copy)
    if mine == course:
        memory.laid[name] = course
        return Outcome(name, "same")
    if mine is not None and mine == memory.laid.get(name):
        write_atomically(copy, content)
        memory.laid[name] = course
        return Outcome(name, "replaced")
    if course in (memory.laid.get(name), memory.beside.get(name)):
        return Outcome(name, "kept")
    return Outcome(name, "beside", lay_beside(copy, content, course, memory, name, today))


def lay_beside(
    copy: Path, content: bytes, course: str, memory: Memory, name: str, today: date
) -> str:
    """Lay the new version next to the learner's copy and return its name.

    The end of the name is the version's own, so that a version already there is recognised even
    where nothing is remembered.
    """
    version = course[:6]
    there = sorted(copy.parent.glob(f"{copy.stem}.updated-*-{version}{copy.suffix}"))
    beside = there[0] if there else copy.with_stem(f"{copy.stem}.updated-{today}-{version}")
    if not there:
        write_new(beside, content)
    memory.beside[name] = course
    return beside.name


def write_new(path: Path, content: bytes) -> None:
    """Write `path` in one step, unless there is such a file by now."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        draft.write_bytes(content)
        put_new(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def put_new(draft: Path, path: Path) -> None:
    # A link fails if the name is taken, in the same step; some disks (exFAT) know no links.
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(path):
            raise
        os.replace(draft, path)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def digest_of(path: Path) -> str | None:
    """The hash of a plain readable file; None for anything else, which is then left alone."""
    if path.is_symlink() or not path.is_file():
        return None
    try:
        return digest(path.read_bytes())
    except OSError:
        return None


def trust(target: Path, source: Path = CLONE / "notebooks") -> None:
    """Tell Jupyter that the copies which are exactly the course's may show their saved outputs.

    What the learner edited is for Jupyter to judge, and a signature that cannot be stored costs
    only the look of saved outputs: running the cells brings it back.
    """
    import nbformat
    from nbformat.sign import NotebookNotary

    with suppress(OSError, sqlite3.Error, nbformat.ValidationError):
        notary = NotebookNotary()
        originals = {digest((source / name).read_bytes()) for name in course_files(source)}
        for copy in sorted(target.glob("*.ipynb")):
            if digest_of(copy) in originals:
                notary.sign(nbformat.read(copy, as_version=4))
        notary.store.close()


def describe(outcomes: list[Outcome], target: Path) -> list[str]:
    """What the learner should know of the laying, a line each; nothing if nothing was laid."""
    count = sum(outcome.state == "new" for outcome in outcomes)
    replaced = sum(outcome.state == "replaced" for outcome in outcomes)
    lines = []
    if count:
        lines.append(f"Laid {count} new {'file' if count == 1 else 'files'} in {target}")
    if replaced:
        lines.append(f"Brought {replaced} up to date that you had not edited.")
    lines += [
        f"{outcome.name} changed in the course. Yours is as you left it; "
        f"the new one is beside it: {outcome.beside}"
        for outcome in outcomes
        if outcome.state == "beside"
    ]
    return lines


def has_display() -> bool:
    """Whether a browser opened here would be seen by the person at the keyboard."""
    if os.environ.get("SSH_CONNECTION") or os.environ.get("CI"):
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def free_port(wanted: int) -> int:
    """The first free port of this machine's own address, from `wanted` on.

    Raises:
        LabError: none of the next 50 is free, or `wanted` is no port.
    """
    if not 1 <= wanted <= 65535:
        raise LabError(f"{wanted} is not a port: choose a number from 1024 to 65535.")
    for port in range(wanted, min(wanted + PORTS_TRIED, 65536)):
        with socket.socket() as probe, suppress(OSError):
            if sys.platform != "win32":  # there the option would share a port that is in use
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise LabError(f"No free port from {wanted} on: choose another with --port (make lab PORT=…).")


def lab_arguments(target: Path, port: int, browser: bool) -> list[str]:
    """How JupyterLab is started: this machine only, its own token, few words."""
    arguments = [
        f"--ServerApp.root_dir={target}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.open_browser={browser}",
        "--ServerApp.answer_yes=True",
        "--ServerApp.log_level=WARN",
        "--LabApp.log_level=WARN",
        f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}",
    ]
    # Jupyter refuses to start as root, which is who one is in most containers.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--allow-root")
    return arguments


def use_folder(folder: str | Path | None) -> Path:
    """The learner's folder; where one was chosen, the workbook lives in it too."""
    target = course_folder(folder)
    if folder or os.environ.get("BERTCOURSE_COURSE"):
        os.environ.setdefault("BERTCOURSE_WORKBOOK", str(target / "my_bert"))
    return target


def prepare_jupyter() -> None:
    """Let JupyterLab start this Python with this course, and not ask whether to fetch news."""
    # First of all places: another kernel named python3 would lack what the course needs.
    put_first("JUPYTER_PATH", Path(sys.prefix) / "share" / "jupyter")
    put_first("PYTHONPATH", CLONE)
    # Only defaults: the learner's own settings come on top.
    put_first("JUPYTER_CONFIG_PATH", Path(__file__).parent / "jupyter")


def put_first(variable: str, folder: Path) -> None:
    others = os.environ.get(variable)
    os.environ[variable] = f"{folder}{os.pathsep}{others}" if others else str(folder)


def open_lab(
    folder: str | Path | None = None,
    port: int = PORT,
    browser: bool | None = None,
    say: Callable[[str], object] = print,
) -> None:
    """Lay the learner's copy and run JupyterLab on it until it is stopped.

    Raises:
        LabError: JupyterLab is not installed, no port is free, or the copy cannot be laid.
    """
    try:
        from jupyterlab.labapp import LabApp
    except ImportError as error:
        raise LabError(
            f"JupyterLab is not installed for {sys.executable} ({error}). Install what the "
            "course needs with: python -m pip install -r requirements.txt"
        ) from error
    target = use_folder(folder)
    for line in describe(lay_course(target), target):
        say(line)
    trust(target)
    chosen = free_port(port)
    if chosen != port:
        say(f"Port {port} is taken: using {chosen}.")
    browser = has_display() if browser is None else browser
    say(f"JupyterLab runs at http://127.0.0.1:{chosen} until you press Ctrl-C here.")
    if not browser:
        say("Open the address below, with its token, in a browser on this machine.")
    prepare_jupyter()
    sys.stdout.flush()
    LabApp.launch_instance(lab_arguments(target, chosen, browser))
