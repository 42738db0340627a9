"""The corpus that is on every machine with Python: its own documentation."""

import ast
import importlib
import importlib.metadata
import os
import re
import sysconfig
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

from bertcourse.corpus.docstrings import is_prose, prose_paragraphs
from bertcourse.corpus.documents import CorpusError, Document, gather_documents
from bertcourse.corpus.sentences import split_sentences

THIS_PACKAGE = "bertcourse"  # is left out, so that the course's own words never change its data
PYTHON = "python"  # what the standard library and the manual are filed under
PASSED_OVER = {"site-packages", "dist-packages", "test", "tests", "_vendor", "_vendored"}


class Documentation:
    """Prose that is on every machine with Python: docstrings, and the topics of its manual.

    The docstrings of the packages that are installed and of the standard library are read from
    their source files, which are parsed but never imported; examples, tables, lists of parameters
    and markup are taken out. A document is what a module, or a class, says of itself and its
    functions. What is said twice counts once. In the course's own environment these are 1.7
    million words; going through them takes a minute the first time, after that they are kept.

    Args:
        packages: the names of those to read, `python` for the standard library and the manual; by
            default all.

    Raises:
        CorpusError: if a package is not installed; when it is gone through, if there is no prose.
    """

    def __init__(self, packages: Iterable[str] | None = None):
        self.packages = _installed_packages()
        if packages is not None:
            chosen = sorted({_normalised(name) for name in packages})
            for name in chosen:
                if name not in self.packages:
                    raise CorpusError(
                        f"there is no package {name} here: choose from {', '.join(self.packages)}"
                    )
            self.packages = chosen
        self._documents: list[tuple[str, ...]] | None = None

    def __iter__(self) -> Iterator[Document]:
        if self._documents is not None:
            yield from map(list, self._documents)
            return
        documents = []
        for document in self._read():
            documents.append(tuple(document))
            yield document
        if not documents:
            raise CorpusError(
                f"no documentation was found in {', '.join(self.packages)}: their source files "
                "have no docstrings or are not installed"
            )
        self._documents = documents

    def _read(self) -> Iterator[Document]:
        seen: set[str] = set()
        for texts in self._texts():
            sentences = []
            for paragraph in texts:
                if paragraph not in seen:
                    seen.add(paragraph)
                    sentences += filter(is_prose, split_sentences(paragraph))
            if len(sentences) > 1:
                yield from gather_documents([sentences])

    def _texts(self) -> Iterator[Iterator[str]]:
        """The paragraphs of each document, with much that is no prose yet."""
        for package in self.packages:
            if package == PYTHON:
                yield from _manual()
            for path in sorted(_source_files(package), key=Path.as_posix):
                for docstrings in _docstrings_in(path):
                    yield (each for text in docstrings for each in prose_paragraphs(text))


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed_packages() -> list[str]:
    names = (each.metadata["Name"] for each in importlib.metadata.distributions())
    installed = {_normalised(name) for name in names if name}  # a broken one has no name
    return sorted({*installed, PYTHON} - {THIS_PACKAGE})


def _source_files(package: str) -> Iterator[Path]:
    if package == PYTHON:
        for folder, folders, files in os.walk(sysconfig.get_path("stdlib")):
            folders[:] = [name for name in folders if name not in PASSED_OVER]
            yield from (Path(folder, name) for name in files if name.endswith(".py"))
        return
    for file in importlib.metadata.files(package) or ():
        if file.suffix == ".py" and PASSED_OVER.isdisjoint(file.parts):
            yield Path(file.locate())


def _docstrings_in(path: Path) -> Iterator[list[str]]:
    """The docstrings of a source file, a list for the module and one for each class."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is wrong with others' code is not said here
            tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return  # deleted, or a template, or for another Python
    yield from _docstrings_of(tree)


def _docstrings_of(owner: ast.Module | ast.ClassDef) -> Iterator[list[str]]:
    definitions = list(_definitions(owner.body))
    classes = [each for each in definitions if isinstance(each, ast.ClassDef)]
    functions = [each for each in definitions if not isinstance(each, ast.ClassDef)]
    docstrings = (ast.get_docstring(each, clean=False) for each in [owner, *functions])
    yield [text for text in docstrings if text]
    for each in classes:
        yield from _docstrings_of(each)


def _definitions(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        elif isinstance(node, ast.If | ast.Try):
            yield from _definitions(node.body + node.orelse)


def _manual() -> Iterator[Iterator[str]]:
    try:
        topics = importlib.import_module("pydoc_data.topics").topics
    except ImportError:  # some systems package it apart
        return
    for _, text in sorted(topics.items()):
        yield prose_paragraphs(text, indented=True)
