"""Source capture: from an object defined in a notebook to a file that stands on its own.

The text of a cell is found where Python keeps it for tracebacks (`linecache`), and the definition
is cut out of it with `ast`. The names it uses are then followed: modules become imports, constants
are written down, functions and classes from other cells are captured in turn. What the learner
wrote stays as it was written, comments included.
"""

import ast
import builtins
import dis
import inspect
import linecache
import re
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
        others = (name for name, value in namespace.items() if _is_exercise(value))
        self.checkers = ("exercise", *others)  # what the decorator may be called

    def define(self, name: str, value: Any) -> None:
        self.met.add(name)
        source = _definition(name, value, self.checkers)
        if source is None:
            raise CaptureError(
                f"your code uses {name!r}, a {type(value).__name__} from the notebook whose "
                "definition was not found: write it inside your function, or define it in a cell "
                "of its own and run that"
            )
        for used in _global_names(source):
            if used not in self.met and self._is_the_notebooks(used):
                self.resolve(used, self.namespace[used], source)
        self.blocks.append(source)

    def _is_the_notebooks(self, name: str) -> bool:
        """Whether a name is the notebook's own, and not Python's or IPython's."""
        if name not in self.namespace or not hasattr(builtins, name):
            return name in self.namespace
        value = self.namespace[name]
        return getattr(value, "__module__", None) == "__main__" or _is_literal(value)

    def resolve(self, name: str, value: Any, source: str) -> None:
        self.met.add(name)
        line = _import_line(name, value)
        if line is not None:
            self.imports.add(line)
            self.imports.update(_submodules(name, value, source))
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


def _submodules(name: str, value: Any, source: str) -> Iterator[str]:
    """The imports of `a.b` for a source that uses `a.b.c`; importing `a` may not be enough."""
    if isinstance(value, ModuleType) and value.__name__ == name:
        for chain in re.findall(rf"\b{name}((?:\.\w+)+)", source):
            parts = chain.split(".")
            for length in range(2, len(parts) + 1):
                module = name + ".".join(parts[:length])
                if module in sys.modules:
                    yield f"import {module}"


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
    return [name for name in dict.fromkeys(names) if not name.startswith("__")]


DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
ASSIGNMENTS = (ast.Assign, ast.AnnAssign)


def _is_exercise(value: Any) -> bool:
    return (
        isinstance(value, FunctionType)
        and value.__name__ == "exercise"
        and value.__module__.startswith("bertcourse.exercises")
    )


def _definition(name: str, value: Any, checkers: tuple[str, ...]) -> str | None:
    """The source that defines a value: in its code's own file, or in the notebook's newest cell.

    A function that knows its file is not looked for elsewhere, where an older one of the same name
    may stand; but it may have got its name by an assignment in any cell.
    """
    own = [filename for filename in _own_files(value) if filename != "<string>"]  # by dataclass
    for filename in own:
        source = _cut(filename, name, DEFINITIONS + ASSIGNMENTS, checkers)
        if source is not None:
            return source
    for filename in reversed(list(linecache.cache)):
        if "ipykernel_" in filename or filename.startswith("<ipython-input"):
            kinds = ASSIGNMENTS if own else DEFINITIONS + ASSIGNMENTS
            source = _cut(filename, name, kinds, checkers)
            if source is not None:
                return source
    return None


def _own_files(value: Any) -> Iterator[str]:
    """The files that a function's code, or that of a class's methods, comes from."""
    inside = vars(value).values() if isinstance(value, type) else [value]
    for each in inside:
        function = inspect.unwrap(each) if callable(each) else None
        if isinstance(function, FunctionType) and function.__module__ == value.__module__:
            yield function.__code__.co_filename


def _cut(
    filename: str, name: str, kinds: tuple[type[ast.stmt], ...], checkers: tuple[str, ...]
) -> str | None:
    """The last definition of a name at the top of a file."""
    text = "".join(linecache.getlines(filename))
    try:
        statements = ast.parse(text).body
    except SyntaxError:
        return None
    for statement in reversed(statements):
        if isinstance(statement, kinds) and name in _defines(statement):
            return _segment(text, statement, checkers)
    return None


def _segment(text: str, statement: ast.stmt, checkers: tuple[str, ...]) -> str:
    """A statement's text with a comment behind it; of its decorators, all but `@exercise(...)`."""
    decorators = []
    for decorator in getattr(statement, "decorator_list", []):
        called = ast.unparse(decorator).partition("(")[0]
        if called not in checkers and not called.endswith(".exercise"):
            decorators.append(decorator)
    parts = ["@" + (ast.get_source_segment(text, each) or "") for each in decorators]
    segment = ast.get_source_segment(text, statement) or ""
    last_line = text.split("\n")[(statement.end_lineno or 1) - 1].encode()
    behind = last_line[statement.end_col_offset or 0 :].decode()
    comment = behind if behind.strip().startswith("#") else ""
    return "\n".join([*parts, segment + comment])


def _defines(statement: ast.stmt) -> list[str]:
    if isinstance(statement, DEFINITIONS):
        return [statement.name]
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    if isinstance(statement, ASSIGNMENTS):
        inside = [node for target in targets for node in ast.walk(target)]
        return [node.id for node in inside if isinstance(node, ast.Name)]
    return []
