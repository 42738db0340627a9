"""Source capture: from an object defined in a notebook to a file that stands on its own.

The text of a cell is found where Python keeps it for tracebacks (`linecache`), and the definition
is cut out of it with `ast`. The names it uses are then followed: modules become imports, constants
are written down, functions and classes from other cells are captured in turn. What the learner
wrote stays as it was written, comments included.
"""

import ast
import builtins
import dis
import linecache
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any


class CaptureError(Exception):
    """A definition that cannot be written to a file of its own; the message says what to do."""


def standalone(name: str, candidate: Any, namespace: dict[str, Any]) -> str:
    """Write a whole Python file that defines `name` as it is defined in a notebook.

    Args:
        name: what the candidate is called.
        candidate: the function or class.
        namespace: the notebook's variables.

    Raises:
        CaptureError: if a part of its source, or of what it uses, cannot be found.
    """
    file = _File(namespace)
    file.define(name, candidate)
    imports = "\n".join(sorted(file.imports, key=lambda line: (line.startswith("from"), line)))
    return "\n\n\n".join(([imports] if imports else []) + file.blocks) + "\n"


class _File:
    """The imports and definitions gathered so far, dependencies first."""

    def __init__(self, namespace: dict[str, Any]):
        self.namespace = namespace
        self.imports: set[str] = set()
        self.blocks: list[str] = []
        self.met: set[str] = set()

    def define(self, name: str, value: Any) -> None:
        self.met.add(name)
        source = _definition(name, value)
        if source is None:
            raise CaptureError(
                f"your code uses {name!r}, a {type(value).__name__} from the notebook whose "
                "definition was not found: write it inside your function, or define it in a cell "
                "of its own and run that"
            )
        for used in _global_names(source):
            if used not in self.met and used in self.namespace:
                self.resolve(used, self.namespace[used])
        self.blocks.append(source)

    def resolve(self, name: str, value: Any) -> None:
        self.met.add(name)
        line = _import_line(name, value)
        if line is not None:
            self.imports.add(line)
        elif _is_literal(value):
            self.blocks.append(f"{name} = {value!r}")
        else:
            self.define(name, value)


def _import_line(name: str, value: Any) -> str | None:
    """The import that gives `name` its value, if an importable module has it."""
    if isinstance(value, ModuleType):
        own = value.__name__
        return f"import {own}" if own == name else f"import {own} as {name}"
    home = getattr(value, "__module__", None)
    own = getattr(value, "__name__", name)
    if isinstance(own, str) and _has(home, own, value):
        return _from_import(home, own, name)
    for module in sorted(sys.modules):  # things that do not know their module, such as typing's
        if not module.startswith("_") and _is_identity(value) and _has(module, name, value):
            return _from_import(module, name, name)
    return None


def _from_import(module: str, own: str, name: str) -> str:
    return f"from {module} import {own}" + ("" if own == name else f" as {name}")


def _has(module: str | None, name: str, value: Any) -> bool:
    found = sys.modules.get(module) if isinstance(module, str) else None
    if found is None or module in ("__main__", "builtins") or not _importable(found):
        return False
    return vars(found).get(name) is value


def _importable(module: ModuleType) -> bool:
    return getattr(module, "__spec__", None) is not None


def _is_identity(value: Any) -> bool:
    """Whether being the same object says something: small numbers and strings are shared by all."""
    return not isinstance(value, int | float | str | bytes | tuple | type(None))


def _is_literal(value: Any) -> bool:
    try:
        return bool(ast.literal_eval(repr(value)) == value)
    except Exception:
        return False


def _global_names(source: str) -> list[str]:
    """The names that a source looks up outside itself, without Python's own."""

    def loads(code: CodeType) -> Iterator[str]:
        for instruction in dis.get_instructions(code):
            if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                yield instruction.argval
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                yield from loads(constant)

    names = loads(compile(source, "<piece>", "exec"))
    return [n for n in dict.fromkeys(names) if not n.startswith("__") and not hasattr(builtins, n)]


def _definition(name: str, value: Any) -> str | None:
    for filename in _files_of(value):
        source = _cut("".join(linecache.getlines(filename)), name)
        if source is not None:
            return source
    return None


def _files_of(value: Any) -> Iterator[str]:
    """Where a value may be defined: its own file first, then the notebook's cells, newest first."""
    functions = [value, *vars(value).values()] if isinstance(value, type) else [value]
    for function in functions:
        if isinstance(function, FunctionType):
            yield function.__code__.co_filename
    for filename in reversed(list(linecache.cache)):
        if "ipykernel_" in filename or filename.startswith("<ipython-input"):
            yield filename


def _cut(text: str, name: str) -> str | None:
    """The last definition of a name at the top of a text, without its decorators."""
    try:
        statements = ast.parse(text).body
    except SyntaxError:
        return None
    lines = text.splitlines()
    for statement in reversed(statements):
        if name in _defines(statement):
            return "\n".join(lines[statement.lineno - 1 : statement.end_lineno])
    return None


def _defines(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    return []
