"""bertcourse.exercises.capture: what a cell defines, as a file that stands on its own."""

import itertools
import linecache
import subprocess
import sys
import textwrap

import pytest
import torch

from bertcourse.exercises.capture import CaptureError, standalone

FIRST_CELL = """
    import functools
    import math
    import torch
    import torch.nn.functional as F
    from dataclasses import dataclass
    from torch import Tensor, nn
    from bertcourse.exercises import exercise
"""


class Notebook:
    """Cells as IPython runs them: one namespace, their text where tracebacks find it."""

    numbers = itertools.count(1)

    def __init__(self):
        self.namespace = {"__name__": "__main__"}
        self.run(FIRST_CELL)

    def run(self, cell):
        text, name = (
            textwrap.dedent(cell).strip("\n") + "\n",
            f"<ipython-input-{next(self.numbers)}-x>",
        )
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        exec(compile(text, name, "exec"), self.namespace)

    def write(self, name="f"):
        return standalone(name, self.namespace[name], self.namespace)


@pytest.fixture
def notebook(monkeypatch):
    monkeypatch.setattr(linecache, "cache", dict(linecache.cache))
    return Notebook()


def alone(text, name="f"):
    namespace = {"__name__": "alone"}
    exec(compile(text, "<alone>", "exec"), namespace)
    return namespace[name]


def gives(notebook, expected, *cells):
    """Whether f(3) is the same in the notebook and in a file of its own."""
    for cell in cells:
        notebook.run(cell)
    text = notebook.write()
    assert float(notebook.namespace["f"](3)) == expected
    assert float(alone(text)(3)) == expected
    return text


# --- the definition itself --------------------------------------------------------------------


def test_a_function_is_written_as_it_stands(notebook):
    source = textwrap.dedent(
        '''
        def f(x, *rest, scale: float = 2.0, **more) -> float:
            """Twice.

              Oddly indented, ümläut, 你好, 🙂.
            """
            # why it is so
            text = """
          less than the function
        none at all"""
            return scale * x  # the end
        '''
    ).strip()
    assert gives(notebook, 6, source) == source + "\n"


def test_a_class_is_written_with_all_that_is_in_it(notebook):
    text = gives(
        notebook,
        12,
        """
        class Layer(nn.Module):
            '''A layer.'''

            factor = 2.0  # a class attribute

            def __init__(self, d, scale=2, *, bias=None):
                super(Layer, self).__init__()
                self.scale = scale

            @property
            def both(self):
                return self.factor * self.scale

            @staticmethod
            def times(a, b):
                return a * b

            def forward(self, x):
                return self.times(self.both, x)  # in the end

        def f(x):
            return Layer(1)(x)
        """,
    )
    assert "factor = 2.0  # a class attribute" in text
    assert "    @property\n    def both" in text
    assert "return self.times(self.both, x)  # in the end\n" in text
    assert issubclass(alone(text, "Layer"), torch.nn.Module)


def test_a_class_can_be_the_piece_itself(notebook):
    notebook.run(
        """
        WIDTH = 3

        class f(nn.Linear):
            def __init__(self, d, width=WIDTH):
                super().__init__(d, width)
        """
    )
    assert alone(notebook.write())(5).out_features == 3


@pytest.mark.parametrize(
    "decorator",
    [
        '@exercise("x")',
        "@exercise('x')",
        '@course.exercise("x")',
        '@ask("x")',
        '@exercise(\n"x"\n)',
    ],
)
def test_the_exercise_decorator_is_cut(notebook, decorator):
    notebook.run("import bertcourse.exercises as course\nfrom bertcourse.exercises import exercise")
    notebook.run("ask = exercise")
    source = f"{decorator}\ndef f(x):\n    return 2 * x"
    name = "<ipython-input-999-x>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    undecorated = source[len(decorator) + 1 :]
    blank = "\n" * (decorator.count("\n") + 1)
    exec(compile(blank + undecorated, name, "exec"), notebook.namespace)
    assert notebook.write() == undecorated + "\n"


def test_other_decorators_stay(notebook):
    text = gives(
        notebook,
        7,
        """
        def one_more(function):
            @functools.wraps(function)
            def wrapped(x):
                return function(x) + 1
            return wrapped
        """,
        "@one_more\n@torch.no_grad()\ndef f(x):\n    return 2 * x",
    )
    assert "@one_more\n@torch.no_grad()\ndef f(x)" in text


def test_the_last_definition_in_a_cell_counts(notebook):
    gives(notebook, 6, "def f(x):\n    return 0\n\ndef f(x):\n    return 2 * x")


def test_what_follows_a_definition_on_lines_of_its_own_is_left_out(notebook):
    text = gives(notebook, 6, "x = 5; y = 7\ndef f(x):\n    return 2 * x\nf(3); print(y)")
    assert text == "def f(x):\n    return 2 * x\n"


def test_recursion_and_helpers_that_call_each_other_are_written_once(notebook):
    text = gives(
        notebook,
        6,
        "def even(n):\n    return n == 0 or odd(n - 1)",
        "def odd(n):\n    return n > 0 and even(n - 1)",
        "def f(x):\n    return 0 if x == 0 else 2 + f(x - 1) + 0 * even(x)",
    )
    assert [text.count(f"def {name}(") for name in ("even", "odd", "f")] == [1, 1, 1]


# --- imports ----------------------------------------------------------------------------------


def test_imports_are_written_under_the_names_the_code_uses(notebook):
    notebook.run(
        """
        import concurrent.futures
        import math as m
        import numpy as np
        import os.path
        import torch.nn as layers
        from collections.abc import Callable
        from math import sqrt as root
        from torch import einsum, softmax
        from torch.nn.functional import gelu
        from typing import Any, Optional, Union
        from bertcourse import causal_mask as triangle, MultiHeadAttention

        def f(x: Optional[Tensor], y: Union[int, Any] = 0, *z: Callable) -> "Tensor":
            uses = (einsum, softmax, gelu, F.relu, nn.Linear, layers.Linear, MultiHeadAttention)
            concurrent.futures.Future()
            os.path.join("a", "b")
            assert all(uses) and triangle(2).tolist() == [[True, False], [True, True]]
            return 2 * x + m.floor(0.5) + root(0) + np.zeros(1)[0] + math.pi - torch.pi
        """
    )
    text = notebook.write()
    done = subprocess.run(
        [sys.executable, "-c", f"{text}\nprint(f(3))"], capture_output=True, text=True
    )
    assert done.stdout == "6.0\n", done.stderr
    assert "as layers" in text
    assert "causal_mask as triangle" in text
    assert "import math\n" in text


def test_only_what_is_used_is_imported(notebook):
    text = gives(notebook, 6, "def f(x):\n    torch = 2\n    return torch * x")
    assert text == "def f(x):\n    torch = 2\n    return torch * x\n"


def test_a_reference_is_imported_from_the_course(notebook):
    notebook.run(
        """
        from bertcourse import attention_scores

        def f(x):
            return attention_scores(x, x)
        """
    )
    text = notebook.write()
    assert text.startswith("from bertcourse.attention import attention_scores\n")


# --- what other cells define ------------------------------------------------------------------

HELPERS = {
    "a helper": ["def g(x):\n    return 2 * x"],
    "a helper's helper": ["def h(x):\n    return 2 * x", "def g(x):\n    return h(x)"],
    "a lambda": ["g = lambda x: 2 * x  # noqa: E731"],
    "an alias": ["def h(x):\n    return 2 * x\ng = h"],
    "an alias from another cell": ["def h(x):\n    return 2 * x", "g = h"],
    "a factory": ["def make(k):\n    return lambda x: k * x", "g = make(2)"],
    "a partial": [
        "g = functools.partial(torch.mul, 2)",
        "def f(x):\n    return g(torch.tensor(x))",
    ],
    "a cached helper": ["@functools.lru_cache(maxsize=None)\ndef g(x):\n    return 2 * x"],
    "a default": ["TWO = torch.tensor(2.0)", "def g(x, k=TWO):\n    return k * x"],
    "a class": ["class G:\n    def __call__(self, x):\n        return 2 * x", "g = G()"],
    "a class without methods": ["class G:\n    k = 2", "def g(x):\n    return G.k * x"],
    "a subclass": [
        "class H(nn.Module):\n    k = 2",
        "class G(H):\n    def forward(self, x):\n        return self.k * x\n\ng = G()",
    ],
    "a dataclass": ["@dataclass\nclass C:\n    k: int = 1", "def g(x):\n    return C(2).k * x"],
    "a frozen dataclass": [
        "@dataclass(frozen=True)\nclass C:\n    k: int = 1",
        "c = C(2)\ng = lambda x: c.k * x",
    ],
    "a named tuple": [
        "from collections import namedtuple\nP = namedtuple('P', 'k')",
        "p = P(2)\ndef g(x):\n    return p.k * x",
    ],
    "an enumeration": [
        "from enum import Enum\n\nclass K(Enum):\n    TWO = 2",
        "def g(x):\n    return K.TWO.value * x",
    ],
    "the name of a builtin": ["def sum(x):\n    return 2 * x", "def g(x):\n    return sum(x)"],
    "a constant": ["TWO = 2", "def g(x):\n    return TWO * x"],
    "a pair": ["TWO, ONE = 2, torch.tensor(1.0)", "def g(x):\n    return TWO * x * ONE"],
    "an annotated constant": ["K: Tensor = torch.tensor(2.0)", "def g(x):\n    return K * x"],
    "several on a line": ["a = 1; b = torch.tensor(2.0); c = 3", "def g(x):\n    return a * b * x"],
    "a long text": ['T = """two\n  lines\n"""', "def g(x):\n    return T.count('\\n') * x"],
    "a dictionary": ["D = {'k': [1, (2,)]}", "def g(x):\n    return D['k'][1][0] * x"],
    "infinity": ["LOW = float('-inf')", "def g(x):\n    return 2 * max(x, LOW)"],
    "a constant of constants": [
        "ONE = 1",
        "K = torch.tensor(ONE + 1)",
        "def g(x):\n    return K * x",
    ],
    "names of a class body": [
        "k = open",
        "def g(x):\n    class C:\n        k = 2\n        j = k\n    return C.j * x",
    ],
}


@pytest.mark.parametrize("cells", HELPERS.values(), ids=HELPERS.keys())
def test_what_a_piece_uses_comes_with_it(notebook, cells):
    calls = "def f(x):\n    return g(x)"
    gives(notebook, 6, *(cells if "def f(" in cells[-1] else [*cells, calls]))


def test_a_solved_exercise_as_a_helper_comes_without_its_decorator(notebook):
    notebook.run("def exercise(name):\n    return lambda candidate: candidate")
    text = gives(
        notebook,
        6,
        '@exercise("causal_mask")\ndef g(x):\n    return 2 * x',
        "def f(x):\n    return g(x)",
    )
    assert "exercise" not in text


def test_a_helper_that_was_redefined_is_the_newest(notebook):
    gives(
        notebook,
        6,
        "def g(x):\n    return 5 * x",
        "def f(x):\n    return g(x)",
        "def g(x):\n    return 2 * x",
    )


def test_a_constant_that_was_redefined_is_the_newest(notebook):
    use = "def f(x):\n    return K * x"
    gives(notebook, 6, "K = torch.tensor(5.0)", use, "K = torch.tensor(2.0)")


def test_a_piece_that_was_redefined_is_the_newest(notebook):
    cells = [f"def f(x):\n    return {k} * x" for k in (7, 3, 2)]
    assert gives(notebook, 6, *cells).count("def f") == 1


def test_older_cells_never_stand_in_for_a_definition_that_is_not_found(notebook):
    notebook.run("def f(x):\n    return 7 * x")
    timed = compile(
        "def f(x):\n    return 2 * x", "<timed exec>", "exec"
    )  # what %%time makes of it
    exec(timed, notebook.namespace)
    with pytest.raises(CaptureError, match="'f'"):
        notebook.write()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("log", lambda: open(__file__)),  # noqa: SIM115 - closed with the test
        ("table", lambda: torch.ones(1000, 1000)),
        ("numbers", lambda: iter([1])),
    ],
)
def test_what_cannot_be_written_is_named(notebook, name, make):
    thing = notebook.namespace[name] = make()
    notebook.run(f"def g(x):\n    return {name}\n\ndef f(x):\n    return g(x)")
    with pytest.raises(CaptureError, match=rf"'{name}', an? {type(thing).__name__} ") as caught:
        notebook.write()
    assert "define it in a cell" in str(caught.value), "it says what to do"
    getattr(thing, "close", int)()


def test_a_definition_inside_a_condition_is_named_when_it_is_not_found(notebook):
    notebook.run("if True:\n    def g(x):\n        return 2 * x\n\ndef f(x):\n    return g(x)")
    with pytest.raises(CaptureError, match="'g'"):
        notebook.write()


@pytest.mark.parametrize("odd", ["\x0c", "\x1c", "\x85", "\u2028"], ids=ascii)
def test_characters_that_only_some_count_as_line_ends_do_no_harm(notebook, odd):
    source = f"T = 'a{odd}b'\n\ndef f(x):\n    T\n    return 2 * x\n"
    name = "<ipython-input-998-x>"
    lines = source.split("\n")
    linecache.cache[name] = (len(source), None, [line + "\n" for line in lines], name)
    exec(compile(source, name, "exec"), notebook.namespace)
    assert alone(notebook.write())(3) == 6
