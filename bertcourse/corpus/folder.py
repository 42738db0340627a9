"""The corpus of one's own: a folder of text files."""

import io
import os
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from bertcourse.corpus.documents import CorpusError, CorpusWarning, Document, gather_documents
from bertcourse.corpus.files import (
    DAMAGES,
    KINDS_SAID,
    damage,
    encoding_of,
    examine,
    kind_of,
    open_packed,
)
from bertcourse.corpus.markdown import markdown_lines, markdown_prose
from bertcourse.corpus.paragraphs import lines_of, paragraphs_of, part_pages
from bertcourse.corpus.rows import BadRow, parse_line, row_sentences, whole_lines
from bertcourse.corpus.sentences import split_sentences

SHOWN = 10  # files of which it is said that they are skipped; all are in `Folder.skipped`


class Folder:
    """The text files in a folder and the folders in it, or one file, of any size.

    - `.txt`: blank lines separate paragraphs; two or more of them, or a form feed, separate
      documents. Lines of more than 200 characters are paragraphs, too.
    - `.md`: one document. Headings, entries of lists and paragraphs are prose; code, tables, rules,
      HTML tags and the addresses of links are not.
    - `.jsonl`: a document a line, an object with the field `sentences` (a list, taken as it is),
      `paragraphs` (a list) or `text`; the first of these that is there counts. A line may have up
      to 16 million characters.

    Any of them may be packed, `.txt.gz` or `.jsonl.xz`. The text is UTF-8, or UTF-16 with its mark.
    Documents of over 30 000 characters come in pieces. Files are taken in the order of their names;
    hidden ones are not looked at. What cannot be used is passed over with a `CorpusWarning`: the
    whole of a file that is damaged or in another encoding, for which it is read through once before
    it is used; of JSON, single lines.

    Args:
        path: a folder or a file.

    Attributes:
        files: what is read, in order.
        skipped: what was passed over in which file, and why, as far as they have been read.

    Raises:
        CorpusError: if there is nothing at that path, or nothing of these kinds; when it is gone
            through, if there is nothing usable in any of the files.
    """

    def __init__(self, path: str | Path):
        self.path = Path(os.path.expanduser(path))
        self.skipped: dict[Path, str] = {}
        self._sound: set[Path] = set()
        if self.path.is_dir():
            self.files = self._find()
        elif not os.path.lexists(self.path):
            raise CorpusError(f"there is no file or folder {path}: check the path")
        elif kind_of(self.path) is None:
            raise CorpusError(f"{path} is of an unknown kind: give {KINDS_SAID}, or a folder")
        else:
            self.files = [self.path]

    def __iter__(self) -> Iterator[Document]:
        is_empty = True
        for path in self.files:
            if not self._is_sound(path):
                continue
            try:
                for document in self._read(path):
                    is_empty = False
                    yield document
            except DAMAGES as error:  # it was changed meanwhile
                self._sound.discard(path)
                self._skip(path, damage(error))
        if is_empty:
            raise CorpusError(self._nothing())

    def _find(self) -> list[Path]:
        """All files of the kinds that are read, each folder once, however links lead to it."""
        files: list[Path] = []
        others: Counter[str] = Counter()
        visited: set[str] = set()
        for folder, folders, names in os.walk(
            self.path, onerror=self._cannot_enter, followlinks=True
        ):
            real = os.path.realpath(folder)
            if real in visited:
                folders.clear()
                continue
            visited.add(real)
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for path in (Path(folder, name) for name in sorted(names) if name[0] != "."):
                if kind_of(path):
                    files.append(path)
                else:
                    others[path.suffix or "without an ending"] += 1
        if not files:
            kinds = ", ".join(f"{n} {kind}" for kind, n in others.most_common(5))
            raise CorpusError(
                f"{self.path} has no text to read: it holds {kinds or 'no files'}. "
                f"Give it {KINDS_SAID}"
            )
        return files

    def _cannot_enter(self, error: OSError) -> None:
        folder = Path(error.filename)
        self.skipped[folder] = error.strerror
        warnings.warn(f"{folder}: skipped ({error.strerror})", CorpusWarning, stacklevel=5)

    def _is_sound(self, path: Path) -> bool:
        """Read a file through, the first time it is met, and say what is wrong with it."""
        if path not in self._sound and path not in self.skipped:
            problem = examine(path)
            if problem:
                self._skip(path, problem)
            else:
                self._sound.add(path)
        return path in self._sound

    def _skip(self, path: Path, problem: str) -> None:
        """Remember what is wrong, and say so, unless that was done already or for many others."""
        if self.skipped.get(path) == problem:
            return
        self.skipped[path] = problem
        n = len(self.skipped)
        if n <= SHOWN:
            more = "; see `skipped` for any others" if n == SHOWN else ""
            message = f"{path}: {problem} (file {n} with a fault, of {len(self.files)}{more})"
            warnings.warn(message, CorpusWarning, stacklevel=4)

    def _nothing(self) -> str:
        found = [f"{path.name}: {problem}" for path, problem in self.skipped.items()]
        if len(found) > SHOWN:
            found[SHOWN:] = [f"and {len(found) - SHOWN} more like these"]
        n_empty = sum(path not in self.skipped for path in self.files)
        if n_empty:
            found.append(f"{n_empty} without any text")
        return f"{self.path} has nothing that can be used. It holds: {'; '.join(found)}"

    def _read(self, path: Path) -> Iterator[Document]:
        with open_packed(path) as packed:
            stream = io.TextIOWrapper(packed, encoding=encoding_of(path))
            kind = kind_of(path)
            if kind == ".jsonl":
                yield from self._read_json(path, stream)
                return
            lines = lines_of(stream)
            if kind == ".md":
                paragraphs = paragraphs_of(markdown_lines(lines))
                parts = (markdown_prose(each) for each in paragraphs if each is not None)
            else:
                parts = paragraphs_of(part_pages(lines))
            yield from gather_documents(each and split_sentences(each) for each in parts)

    def _read_json(self, path: Path, stream: TextIO) -> Iterator[Document]:
        n_bad, first = 0, ""
        for number, line in enumerate(whole_lines(stream), 1):
            try:
                if line is None or line.strip():
                    yield from gather_documents([row_sentences(parse_line(line))])
            except BadRow as error:
                n_bad += 1
                first = first or f"line {number} {error}"
        if n_bad:
            self._skip(path, f"{n_bad} line(s) skipped, the first: {first}")
