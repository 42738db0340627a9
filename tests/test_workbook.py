"""bertcourse.workbook: nothing of the learner's is lost, and nothing unknown is run."""

import builtins
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bertcourse import workbook as module
from bertcourse.workbook import Piece, Workbook, WorkbookError, default_folder

SOURCE = "def double(x):\n    return 2 * x\n"
CLASS = """from torch import nn


class Layer(nn.Module):
    def __init__(self, d):
        super(Layer, self).__init__()
        self.inner = nn.Linear(d, 2 * d)

    def forward(self, x):
        return self.inner(x)
"""


@pytest.fixture
def workbook(workbook_folder):
    return Workbook()


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# --- the way there and back -------------------------------------------------------------------


def test_an_empty_workbook_holds_nothing_and_makes_no_folder(workbook, workbook_folder):
    assert workbook.pieces() == workbook.records() == {}
    assert workbook.read("gelu") is None
    with pytest.raises(KeyError, match="no piece 'gelu'"):
        workbook.load("gelu")
    assert not workbook_folder.exists()


@pytest.mark.parametrize(
    "source",
    [
        SOURCE,
        "# ümläut, 你好, 🙂\n" + SOURCE,
        "def double(x):\n    '''odd\n  indent\n\t\ttab'''\n    return 2 * x",
        "TEXT = 'a\u2028b\x0cc'\n" + SOURCE,
        "TEXT = '''a\rb'''\n" + SOURCE,
        "# bertcourse piece other as nothing sha256\n" + SOURCE,
        "\n\n" + SOURCE + "\n\n",
    ],
)
def test_a_piece_comes_back_as_it_was_saved(workbook, source):
    assert workbook.save("twice", "double", source) is None
    assert workbook.read("twice") == Piece("twice", "double", source)
    assert workbook.pieces() == {"twice": None}
    assert workbook.load("twice")(21) == 42


def test_a_new_version_takes_the_place_of_the_old_one(workbook, workbook_folder):
    workbook.save("twice", "double", "def double(x):\n    return 3 * x\n")
    assert workbook.save("twice", "double", SOURCE) is None
    assert workbook.load("twice")(1) == 2
    assert names(workbook_folder) == ["twice.py"]


def test_pieces_are_readable_python_that_says_what_it_is(workbook):
    workbook.save("twice", "double", SOURCE)
    text = workbook.path("twice").read_text(encoding="utf-8")
    compile(text, "twice.py", "exec")
    assert text.startswith("# ")
    assert "twice" in text.splitlines()[0]
    assert text.endswith(SOURCE)


@pytest.mark.parametrize(
    ("name", "source", "use"),
    [
        ("double", SOURCE, "print(piece(21))"),
        ("Layer", CLASS, "import torch; print(piece(21)(torch.ones(1, 21)).size(-1))"),
    ],
)
def test_a_piece_loads_in_a_fresh_interpreter(workbook, name, source, use):
    workbook.save("piece", name, source)
    code = f"from bertcourse.workbook import Workbook; piece = Workbook().load('piece'); {use}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(module.__file__).parents[1])},
    )
    assert done.stdout == "42\n", done.stderr


def test_a_loaded_class_knows_its_module_and_its_source(workbook):
    import inspect

    workbook.save("piece", "Layer", CLASS)
    layer = workbook.load("piece")
    assert layer.__module__ != "__main__"
    assert "class Layer(nn.Module):" in inspect.getsource(layer)


def test_an_error_in_a_loaded_piece_points_to_the_right_line_of_its_file(workbook):
    import traceback

    workbook.save("piece", "fail", "def fail():\n    raise ValueError('here')\n")
    with pytest.raises(ValueError) as caught:
        workbook.load("piece")()
    assert traceback.extract_tb(caught.tb)[-1].line == "raise ValueError('here')"


@pytest.mark.parametrize(
    "source", ["1 / 0\n", "import no_such_module\n", "def another(x):\n    return x\n", "def (:\n"]
)
def test_a_piece_that_does_not_run_is_reported_with_its_file(workbook, source):
    workbook.save("piece", "double", source)
    with pytest.raises(WorkbookError, match=r"piece\.py"):
        workbook.load("piece")


# --- files that are not what was saved --------------------------------------------------------

RUN = "import builtins\nbuiltins.bertcourse_was_here = True\n"


def edited(path):
    path.write_text(path.read_text(encoding="utf-8") + RUN, encoding="utf-8")


def edited_before(path):
    header, advice, rest = path.read_text(encoding="utf-8").split("\n", 2)
    path.write_text("\n".join([header, advice, RUN + rest]), encoding="utf-8")


def renamed_inside(path):
    path.write_text(path.read_text(encoding="utf-8").replace(" as double ", " as helper "))


def truncated(path):
    path.write_bytes(path.read_bytes()[:-9])


def cut_in_the_header(path):
    path.write_bytes(path.read_bytes()[:40])


def emptied(path):
    path.write_bytes(b"")


def binary(path):
    path.write_bytes(bytes(range(256)))


def null_bytes(path):
    path.write_bytes(b"\0" * 100)


def own_file(path):
    path.write_text(RUN + SOURCE, encoding="utf-8")


def of_another_piece(path):
    Workbook(path.parent / "elsewhere").save("other", "double", RUN + SOURCE)
    path.write_bytes((path.parent / "elsewhere" / "other.py").read_bytes())


def a_folder(path):
    path.unlink()
    path.mkdir()
    (path / "notes.txt").write_text("mine")


DAMAGE = [
    edited,
    edited_before,
    renamed_inside,
    truncated,
    cut_in_the_header,
    emptied,
    binary,
    null_bytes,
    own_file,
    of_another_piece,
    a_folder,
]


@pytest.fixture(params=DAMAGE, ids=lambda damage: damage.__name__)
def damaged(request, workbook):
    workbook.save("twice", "double", "def helper(x):\n    return x\n\n\n" + SOURCE)
    request.param(workbook.path("twice"))
    return workbook


def content(path):
    return (path / "notes.txt").read_bytes() if path.is_dir() else path.read_bytes()


def test_a_damaged_piece_is_reported_and_never_run(damaged):
    assert isinstance(damaged.pieces()["twice"], str)
    for use in (damaged.read, damaged.load):
        with pytest.raises(WorkbookError, match=r"twice\.py .*reference is used"):
            use("twice")
    assert not hasattr(builtins, "bertcourse_was_here")


def test_a_damaged_piece_is_laid_aside_and_not_overwritten(damaged):
    before = content(damaged.path("twice"))
    aside = damaged.save("twice", "double", SOURCE)
    assert content(aside) == before
    assert aside != damaged.path("twice")
    assert damaged.load("twice")(21) == 42
    assert damaged.pieces() == {"twice": None}, "what was laid aside is no piece"


def test_files_laid_aside_never_replace_one_another(workbook):
    aside = set()
    for number in range(3):
        workbook.save("twice", "double", SOURCE)
        workbook.path("twice").write_text(f"mine, {number}")
        aside.add(workbook.save("twice", "double", SOURCE))
    assert sorted(path.read_text() for path in aside) == ["mine, 0", "mine, 1", "mine, 2"]


def test_line_ends_of_another_system_are_no_damage(workbook):
    workbook.save("twice", "double", SOURCE)
    path = workbook.path("twice")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert workbook.pieces() == {"twice": None}
    assert workbook.load("twice")(21) == 42


def test_other_files_in_the_folder_are_left_alone(workbook, workbook_folder):
    workbook.save("twice", "double", SOURCE)
    (workbook_folder / "my notes.py").write_text("mine")
    (workbook_folder / "todo.txt").write_text("mine")
    assert workbook.pieces() == {"twice": None}
    workbook.save("twice", "double", SOURCE)
    assert names(workbook_folder) == ["my notes.py", "todo.txt", "twice.py"]


# --- whole or not at all ----------------------------------------------------------------------


def refuse(*_, **__):
    raise OSError(28, "No space left on device")


@pytest.fixture(params=["replace", "fsync", "fdopen"])
def full_disk(request, monkeypatch):
    def arm():
        monkeypatch.setattr(module.os, request.param, refuse)

    return arm


def test_a_failed_write_leaves_the_old_piece_and_nothing_else(workbook, workbook_folder, full_disk):
    workbook.save("twice", "double", SOURCE)
    full_disk()
    with pytest.raises(WorkbookError, match=r"twice\.py .*No space left.*BERTCOURSE_WORKBOOK"):
        workbook.save("twice", "double", "def double(x):\n    return 0\n")
    assert names(workbook_folder) == ["twice.py"]
    assert workbook.load("twice")(21) == 42


def test_a_failed_write_leaves_a_file_of_the_learner_in_its_place(
    workbook, workbook_folder, full_disk
):
    workbook_folder.mkdir()
    workbook.path("twice").write_text("mine")
    full_disk()
    with pytest.raises(WorkbookError):
        workbook.save("twice", "double", SOURCE)
    assert names(workbook_folder) == ["twice.py"]
    assert workbook.path("twice").read_text() == "mine"


def test_a_failed_write_leaves_the_records(workbook, workbook_folder, full_disk):
    workbook.record("quiz", "0.a", True)
    full_disk()
    with pytest.raises(WorkbookError, match=r"records\.json"):
        workbook.record("quiz", "0.b", True)
    assert workbook.records() == {"quiz": {"0.a": True}}
    assert names(workbook_folder) == ["records.json"]


def test_an_interrupted_write_leaves_the_old_piece_and_nothing_else(
    workbook, workbook_folder, monkeypatch
):
    def interrupted(*_):
        raise KeyboardInterrupt

    workbook.save("twice", "double", SOURCE)
    monkeypatch.setattr(module.os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        workbook.save("twice", "double", "def double(x):\n    return 0\n")
    assert names(workbook_folder) == ["twice.py"]
    assert workbook.read("twice").source == SOURCE


def test_a_folder_that_may_not_be_written_is_explained(workbook, monkeypatch):
    def denied(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module.tempfile, "mkstemp", denied)
    with pytest.raises(WorkbookError, match=r"Permission denied.*folder you may write to"):
        workbook.save("twice", "double", SOURCE)


def test_a_file_where_the_folder_should_be_is_explained_and_kept(workbook, workbook_folder):
    workbook_folder.write_text("mine")
    assert workbook.pieces() == workbook.records() == {}
    assert workbook.read("twice") is None
    with pytest.raises(WorkbookError, match="could not be written"):
        workbook.save("twice", "double", SOURCE)
    with pytest.raises(WorkbookError, match="could not be written"):
        workbook.record("quiz", "0.a", True)
    assert workbook_folder.read_text() == "mine"


# --- records ----------------------------------------------------------------------------------


def test_records_come_back_and_add_up(workbook):
    workbook.record("quiz", "0.a", True)
    workbook.record("quiz", "0.b", False)
    workbook.record("seen", "ümläut", ["x", 1])
    assert Workbook().records() == {
        "quiz": {"0.a": True, "0.b": False},
        "seen": {"ümläut": ["x", 1]},
    }
    workbook.record("quiz", "0.b", True)
    assert workbook.records()["quiz"] == {"0.a": True, "0.b": True}


@pytest.mark.parametrize(
    "text",
    [
        b"{",
        b"",
        b"[1, 2]",
        b"\xff\xfe\x00",
        b"3",
        b"[" * 100_000,
        b'{"quiz": [1, 2]}',
        b'{"quiz": null}',
        b'{"quiz": "mine"}',
    ],
    ids=lambda text: repr(text[:20]),
)
def test_damaged_records_are_laid_aside_and_count_as_empty(workbook, workbook_folder, text):
    workbook_folder.mkdir()
    (workbook_folder / "records.json").write_bytes(text)
    assert not workbook.records().get("quiz")
    workbook.record("quiz", "0.a", True)
    assert workbook.records()["quiz"] == {"0.a": True}
    kept = [path for path in workbook_folder.iterdir() if path.name != "records.json"]
    assert [path.read_bytes() for path in kept] == [text]


def test_records_are_readable_json(workbook, workbook_folder):
    workbook.record("quiz", "0.a", True)
    assert json.loads((workbook_folder / "records.json").read_text()) == {"quiz": {"0.a": True}}


# --- where it is ------------------------------------------------------------------------------


def test_the_environment_chooses_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("BERTCOURSE_WORKBOOK", str(tmp_path / "with space and ü"))
    assert default_folder() == tmp_path / "with space and ü"
    workbook = Workbook()
    workbook.save("twice", "double", SOURCE)
    assert workbook.load("twice")(21) == 42


def test_a_tilde_in_the_environment_is_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("BERTCOURSE_WORKBOOK", "~/mine")
    assert default_folder() == tmp_path / "mine"


@pytest.mark.parametrize("unset", [True, False])
def test_in_a_clone_the_folder_is_the_clones(monkeypatch, tmp_path, unset):
    if unset:
        monkeypatch.delenv("BERTCOURSE_WORKBOOK")
    else:
        monkeypatch.setenv("BERTCOURSE_WORKBOOK", "")
    (tmp_path / "clone" / "notebooks").mkdir(parents=True)
    monkeypatch.setattr(module, "__file__", str(tmp_path / "clone" / "bertcourse" / "workbook.py"))
    monkeypatch.chdir(tmp_path)
    assert default_folder() == tmp_path / "clone" / "my_course" / "my_bert"


def test_without_a_clone_the_folder_is_here(monkeypatch, tmp_path):
    monkeypatch.delenv("BERTCOURSE_WORKBOOK")
    monkeypatch.setattr(module, "__file__", str(tmp_path / "site" / "bertcourse" / "workbook.py"))
    monkeypatch.chdir(tmp_path)
    assert default_folder() == tmp_path / "my_course" / "my_bert"


def test_a_folder_given_by_hand_comes_first(tmp_path):
    workbook = Workbook(tmp_path / "other")
    workbook.save("twice", "double", SOURCE)
    assert names(tmp_path / "other") == ["twice.py"]
    assert Workbook().pieces() == {}
