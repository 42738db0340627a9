"""The workbook: the pieces of BERT that a learner has written and that were found right.

One readable Python file a piece, in a folder of the learner's own. The first lines of a file say
what it holds and carry a checksum of the rest, so that a file which was edited, cut short or
overwritten by something else is noticed, reported, and never run or lost. The workbook knows
nothing of exercises: whoever saves a piece has checked it.
"""

import hashlib
import json
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

HEADER = re.compile(
    r"# bertcourse piece (?P<piece>\w+) as (?P<name>\w+) sha256 (?P<digest>[0-9a-f]{64})"
)
ADVICE = "# Change it in the notebook and run the cell again: a file edited by hand is not used."
RECORDS = "records.json"


class WorkbookError(Exception):
    """A workbook that cannot be read or written; the message says what to do."""


@dataclass(frozen=True)
class Piece:
    """One piece as it stands in its file: the name it defines, and the source."""

    id: str
    name: str
    source: str


def default_folder() -> Path:
    """`$BERTCOURSE_WORKBOOK`, or `my_course/my_bert` in the clone, or here if there is none."""
    chosen = os.environ.get("BERTCOURSE_WORKBOOK")
    if chosen:
        return Path(os.path.expanduser(chosen))
    clone = Path(__file__).resolve().parents[1]
    home = clone if (clone / "notebooks").is_dir() else Path.cwd()
    return home / "my_course" / "my_bert"


def write_atomically(path: Path, content: str | bytes, keep_old: bool = False) -> Path | None:
    """Write a file so that it is there whole or not at all, whatever happens meanwhile.

    Args:
        path: where it goes; folders are made as needed.
        content: what goes into it; a text is written as UTF-8.
        keep_old: rename what stands there, rather than replace it.

    Returns:
        The new name of what stood there, if it was kept.

    Raises:
        OSError: if the folder cannot be made or written; the old file, if any, is then as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        kept = set_aside(path) if keep_old else None
        try:
            os.replace(temporary, path)
        except BaseException:
            if kept is not None:
                kept.rename(path)
            raise
        return kept
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def set_aside(path: Path) -> Path:
    """Rename a file to the first free name of the form `gelu.kept-1.py`, and return that name."""
    number = 1
    while (kept := path.with_name(f"{path.stem}.kept-{number}{path.suffix}")).exists():
        number += 1
    path.rename(kept)
    return kept


class Workbook:
    """The learner's pieces in one folder.

    Args:
        folder: where they are; by default `default_folder()`.
    """

    def __init__(self, folder: Path | str | None = None):
        self.folder = Path(folder) if folder is not None else default_folder()

    def path(self, piece: str) -> Path:
        return self.folder / f"{piece}.py"

    def save(self, piece: str, name: str, source: str) -> Path | None:
        """Write a piece, atomically.

        Args:
            piece: the id it is filed under.
            name: what the source defines.
            source: a whole Python file.

        Returns:
            Where a file that stood in its place and was not the workbook's own is kept now, or
            None.

        Raises:
            WorkbookError: if it cannot be written; what was there is still there.
        """
        path = self.path(piece)
        not_ours = path.exists() and isinstance(self._examine(piece), str)
        try:
            return write_atomically(path, _with_header(piece, name, source), keep_old=not_ours)
        except OSError as error:
            raise self._cannot_write(path.name, error) from error

    def read(self, piece: str) -> Piece | None:
        """The piece as it was saved, or None if there is none.

        Raises:
            WorkbookError: if its file is unreadable, or is not what was saved.
        """
        path = self.path(piece)
        if not path.exists():
            return None
        found = self._examine(piece)
        if isinstance(found, str):
            raise WorkbookError(
                f"the workbook file {path.name} {found}, so the reference is used in its place. "
                "Run the exercise's cell in the notebook again: the new version is kept, and this "
                "file is laid beside it under another name"
            )
        return found

    def load(self, piece: str) -> Any:
        """Run a piece's file and return what it defines.

        Raises:
            KeyError: if there is no such piece.
            WorkbookError: if its file is damaged, or stops with an error when it is run.
        """
        found = self.read(piece)
        if found is None:
            raise KeyError(
                f"the workbook has no piece {piece!r}; it has: {', '.join(self.pieces())}"
            )
        try:
            source = _with_header(piece, found.name, found.source)  # line numbers as in the file
            return run_source(source, found.name, f"my_bert.{piece}", self.path(piece))
        except Exception as error:
            raise WorkbookError(
                f"the workbook file {piece}.py stops with {type(error).__name__}: {error}. Run the "
                "exercise's cell in the notebook again"
            ) from error

    def pieces(self) -> dict[str, str | None]:
        """Every piece there is, with what is wrong with its file, or None if nothing is."""
        if not self.folder.is_dir():
            return {}
        ids = sorted(path.stem for path in self.folder.glob("*.py") if path.stem.isidentifier())
        found = {piece: self._examine(piece) for piece in ids}
        return {piece: each if isinstance(each, str) else None for piece, each in found.items()}

    def _examine(self, piece: str) -> Piece | str:
        """The piece as it was saved, or what is wrong with its file."""
        try:
            match, body = _parse(_read(self.path(piece)))
        except (OSError, UnicodeDecodeError):
            return "cannot be read"
        if match is None or match["piece"] != piece:
            return "was not written by the course"
        if match["digest"] != _digest(piece, match["name"], body):
            return "was changed or cut short since it was checked"
        return Piece(piece, match["name"], body)

    def records(self) -> dict[str, Any]:
        """What else is remembered, such as answers to quizzes; empty if that file is damaged."""
        try:
            records = json.loads(_read(self.folder / RECORDS))
        except (OSError, ValueError, RecursionError):
            return {}
        sound = isinstance(records, dict) and all(isinstance(e, dict) for e in records.values())
        return records if sound else {}

    def record(self, kind: str, key: str, value: Any) -> None:
        """Remember one thing, `records()[kind][key] = value`.

        Raises:
            WorkbookError: if it cannot be written.
        """
        path, records = self.folder / RECORDS, self.records()
        damaged = path.exists() and not records
        records[kind] = {**records.get(kind, {}), key: value}
        text = json.dumps(records, indent=1, sort_keys=True) + "\n"
        try:
            write_atomically(path, text, keep_old=damaged)
        except OSError as error:
            raise self._cannot_write(RECORDS, error) from error

    def _cannot_write(self, name: str, error: OSError) -> WorkbookError:
        return WorkbookError(
            f"the workbook file {name} could not be written ({error.strerror or error}): see that "
            f"{self.folder} is a folder you may write to, or set BERTCOURSE_WORKBOOK to another"
        )


def run_source(source: str, name: str, module_name: str, path: Path | str = "<piece>") -> Any:
    """Execute a Python text as a module of its own, and return one of the names it defines."""
    module = ModuleType(module_name)
    module.__file__ = str(path)
    sys.modules[module_name] = module  # classes look their module up by name
    exec(compile(source, str(path), "exec"), vars(module))
    return getattr(module, name)


def _read(path: Path) -> str:
    return path.read_bytes().decode()  # as it is: reading as text would change a lone \r


def _digest(*parts: str) -> str:
    text = "\n".join(parts).replace("\r\n", "\n")  # another system may rewrite line ends
    return hashlib.sha256(text.encode()).hexdigest()


def _with_header(piece: str, name: str, source: str) -> str:
    digest = _digest(piece, name, source)
    return f"# bertcourse piece {piece} as {name} sha256 {digest}\n{ADVICE}\n{source}"


def _parse(text: str) -> tuple[re.Match | None, str]:
    header, _, rest = text.replace("\r\n", "\n").partition("\n")
    _, _, body = rest.partition("\n")
    return HEADER.fullmatch(header), body
