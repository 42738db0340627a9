"""bertcourse.corpus.Documentation: prose from docstrings and the manual, and nothing else."""

import sysconfig

import pytest
from text_files import write

from bertcourse.corpus import CorpusError, Documentation

MODULE = '''"""What this module is for

It has a first paragraph with `code`, a :class:`~tiny.other.Thing` and *stress*. It has a second
sentence, see `the manual <http://x.y>`_ of the thing [1]_.

>>> import tiny
not prose, printed by it

Parameters
----------
x : int
    The description of a parameter, which is left out.

.. code-block:: python

    This = is(code)

.. note:: The body of a note
   is prose. So is this.

=====  =======
a      table.
=====  =======

- An entry of a list is a
  sentence, too.

For example::

    some.code(here)

The formula x = y / z is not prose, nor is $x$. This ends it.
"""
raise SystemExit("this module must never be imported")


def function():
    """Return what is asked for. Raise an error otherwise.

    Args:
        x: This is a parameter, which is left out.

    :param y: This is one, too.
    """


class Thing:
    """A thing with methods. Its documentation is its own document."""

    def method(self):
        """Do what things do \\ud800 all day."""

    if True:

        async def other(self):
            """Return what is asked for. Raise an error otherwise."""


class Silent:
    """Only one sentence here."""
'''
PROSE = [
    [
        "What this module is for.",
        "It has a first paragraph with code, a Thing and stress.",
        "It has a second sentence, see the manual of the thing.",
        "The body of a note is prose.",
        "So is this.",
        "An entry of a list is a sentence, too.",
        "This ends it.",
        "Return what is asked for.",
        "Raise an error otherwise.",
    ],
    [
        "A thing with methods.",
        "Its documentation is its own document.",
        "Do what things do \ufffd all day.",
    ],
]


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """Two packages, and a standard library with one module."""
    files = {
        "tiny/b.py": MODULE,
        "tiny/a.py": '"""The first module. It comes first."""',
        "tiny/copy.py": MODULE,
        "tiny/broken.py": '"""Two sentences. But the file"""\nis no Python',
        "tiny/zeros.py": b"\0",
        "tiny/latin.py": b'"""Sch\xf6n. And gut."""',
        "tiny/tests/test_a.py": '"""Tests are left out. All of them."""',
        "tiny/_vendor/other.py": '"""Code of others is left out. All of it."""',
        "also_tiny.py": '"""This is another package. It comes before tiny."""',
    }
    site = tmp_path / "site"
    for name, content in files.items():
        write(site / name, content)
    tiny = [name for name in files if name.startswith("tiny/")]
    listed = {"Tiny": [*tiny, "tiny/deleted.py"], "Also_Tiny": ["also_tiny.py"]}
    for name, record in listed.items():
        info = f"{name}-1.0.dist-info"
        write(site / info / "METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        write(
            site / info / "RECORD", "".join(f"{each},,\n" for each in [*record, f"{info}/RECORD"])
        )
    write(tmp_path / "lib" / "json.py", '"""A module of Python. It has two sentences."""')
    write(tmp_path / "lib" / "site-packages" / "x.py", '"""Packages stand here. Not read twice."""')
    monkeypatch.syspath_prepend(site)
    get_path = sysconfig.get_path
    monkeypatch.setattr(
        sysconfig,
        "get_path",
        lambda name: str(tmp_path / "lib") if name == "stdlib" else get_path(name),
    )


def test_docstrings_give_prose_without_code_tables_parameters_and_markup(packages):
    assert list(Documentation(["tiny"]))[1:] == PROSE


def test_documentation_comes_in_order_and_nothing_twice(packages):
    documents = list(Documentation(["tiny", "also.tiny"]))
    assert documents[0] == ["This is another package.", "It comes before tiny."]
    assert documents[1] == ["The first module.", "It comes first."]
    assert documents[2:] == PROSE


def test_documentation_is_the_same_every_time_even_if_its_reader_changes_a_document(packages):
    documentation = Documentation(["tiny"])
    first = list(documentation)
    second = list(documentation)
    second[0].append("not this")
    assert list(documentation) == list(Documentation(["tiny"])) == first


def test_the_manual_and_the_standard_library_belong_to_python(packages):
    documents = list(Documentation(["python"]))
    assert documents[-1] == ["A module of Python.", "It has two sentences."]
    assert sum(len(sentence.split()) for document in documents for sentence in document) > 30_000
    sentences = {sentence for document in documents for sentence in document}
    assert (
        "Assert statements are a convenient way to insert debugging assertions into a program:"
        in sentences
    )
    assert not any("::=" in sentence or ">>>" in sentence for sentence in sentences)


def test_all_packages_are_read_but_this_one():
    packages = Documentation().packages
    assert packages == sorted(packages)
    assert {"python", "torch", "pytest"} <= set(packages)
    assert "bertcourse" not in packages


def test_a_package_that_is_not_there_or_says_nothing_is_explained(packages, monkeypatch):
    with pytest.raises(CorpusError, match=r"no package nowhere here: choose from .*tiny"):
        Documentation(["nowhere"])
    monkeypatch.setattr("bertcourse.corpus.documentation._source_files", lambda package: iter(()))
    with pytest.raises(CorpusError, match="no documentation was found in tiny"):
        list(Documentation(["tiny"]))
