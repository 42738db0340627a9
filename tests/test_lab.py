"""The learner's copy: nothing of theirs is ever lost, and JupyterLab starts as promised."""

import os
import socket
import stat
import sys
from datetime import date
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from bertcourse import lab

NAME = "week01_attention.ipynb"
TODAY = date(2026, 11, 22)


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / "week00_start_here.ipynb").write_text("week 0, first version")
    (folder / NAME).write_text("week 1, first version")
    return folder


@pytest.fixture
def target(tmp_path):
    return tmp_path / "my course"


def lay(target, source, today=TODAY):
    return {outcome.name: outcome for outcome in lab.lay_course(target, source, today)}


def files(target):
    return {
        path.relative_to(target).as_posix(): path.read_text()
        for path in target.rglob("*")
        if path.is_file() and path.name != lab.LAID
    }


def test_the_first_time_every_file_is_laid_in_its_folder_and_hidden_ones_are_not(source, target):
    (source / "data").mkdir()
    (source / "data" / "words.txt").write_text("words")
    (source / ".ipynb_checkpoints").mkdir()
    (source / ".ipynb_checkpoints" / NAME).write_text("a checkpoint")
    outcomes = lay(target, source)
    assert {outcome.state for outcome in outcomes.values()} == {"new"}
    assert files(target) == {
        "week00_start_here.ipynb": "week 0, first version",
        NAME: "week 1, first version",
        "data/words.txt": "words",
    }


def test_an_edited_copy_stays_as_it_is_while_the_course_does_not_change(source, target):
    lay(target, source)
    (target / NAME).write_text("my work")
    assert lay(target, source)[NAME].state == "kept"
    assert files(target)[NAME] == "my work"
    assert len(files(target)) == 2


def test_an_edited_copy_survives_an_update_and_the_new_version_lies_beside_it(source, target):
    lay(target, source)
    (target / NAME).write_text("my work")
    (source / NAME).write_text("week 1, second version")
    outcome = lay(target, source)[NAME]
    assert outcome.state == "beside"
    assert files(target)[NAME] == "my work"
    assert files(target)[outcome.beside] == "week 1, second version"
    assert sorted([outcome.beside, NAME, "week02_blocks.ipynb"]) == [
        NAME,
        outcome.beside,
        "week02_blocks.ipynb",
    ], "the new version sorts right after the learner's own"


@pytest.mark.parametrize("forgotten", [False, True], ids=["remembered", "manifest lost"])
def test_the_same_update_is_laid_beside_once_also_on_another_day(source, target, forgotten):
    lay(target, source)
    (target / NAME).write_text("my work")
    (source / NAME).write_text("week 1, second version")
    lay(target, source)
    before = files(target)
    if forgotten:
        (target / lab.LAID).unlink()
    lay(target, source, date(2027, 1, 1))
    assert files(target) == before


def test_what_was_written_into_the_version_beside_is_kept_and_the_next_update_gets_a_new_name(
    source, target
):
    lay(target, source)
    (target / NAME).write_text("my work")
    (source / NAME).write_text("week 1, second version")
    second = lay(target, source)[NAME].beside
    (target / second).write_text("more of my work")
    (source / NAME).write_text("week 1, third version")
    third = lay(target, source)[NAME].beside
    assert files(target)[NAME] == "my work"
    assert files(target)[second] == "more of my work"
    assert files(target)[third] == "week 1, third version"


def test_a_version_beside_that_the_learner_deleted_does_not_come_back(source, target):
    lay(target, source)
    (target / NAME).write_text("my work")
    (source / NAME).write_text("week 1, second version")
    (target / lay(target, source)[NAME].beside).unlink()
    assert lay(target, source)[NAME].state == "kept"
    assert len(files(target)) == 2


def test_an_untouched_copy_is_brought_up_to_date(source, target):
    lay(target, source)
    (source / NAME).write_text("week 1, second version")
    assert lay(target, source)[NAME].state == "replaced"
    assert files(target) == {
        "week00_start_here.ipynb": "week 0, first version",
        NAME: "week 1, second version",
    }


def test_a_copy_that_was_moved_away_is_laid_afresh(source, target):
    lay(target, source)
    (target / NAME).rename(target / "mine.ipynb")
    assert lay(target, source)[NAME].state == "new"
    assert files(target)["mine.ipynb"] == files(target)[NAME]


def test_a_notebook_that_left_the_course_stays_with_the_learner(source, target):
    lay(target, source)
    (source / NAME).unlink()
    lay(target, source)
    assert files(target)[NAME] == "week 1, first version"


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        "[]",
        "null",
        '{"laid": 3, "beside": {}}',
        '{"laid": {"a": 1}, "beside": {}}',
        '{"laid": {}}',
        "\x00",
    ],
)
def test_a_damaged_manifest_costs_nothing_of_the_learner(source, target, damage):
    lay(target, source)
    (target / NAME).write_text("my work")
    (source / NAME).write_text("week 1, second version")
    (target / lab.LAID).write_text(damage)
    outcome = lay(target, source)[NAME]
    assert files(target)[NAME] == "my work"
    assert files(target)[outcome.beside] == "week 1, second version"
    assert lay(target, source)[NAME].state == "kept", "the manifest is whole again"


def test_without_a_manifest_even_an_untouched_old_copy_is_not_overwritten(source, target):
    lay(target, source)
    (target / lab.LAID).unlink()
    (source / NAME).write_text("week 1, second version")
    assert lay(target, source)[NAME].state == "beside"
    assert files(target)[NAME] == "week 1, first version"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_link_and_a_folder_in_the_place_of_a_copy_are_left_alone(source, target, tmp_path):
    elsewhere = tmp_path / "elsewhere.ipynb"
    elsewhere.write_text("week 1, first version")
    target.mkdir()
    (target / NAME).symlink_to(elsewhere)
    (target / "week00_start_here.ipynb").mkdir()
    (source / NAME).write_text("week 1, second version")
    assert {outcome.state for outcome in lay(target, source).values()} == {"beside"}
    assert elsewhere.read_text() == "week 1, first version"
    assert (target / NAME).is_symlink()
    assert (target / "week00_start_here.ipynb").is_dir()


def test_a_write_that_breaks_off_leaves_the_old_copy_and_no_draft(source, target, monkeypatch):
    lay(target, source)
    (source / NAME).write_text("week 1, second version")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(lab.LabError, match="No space left on device"):
        lay(target, source)
    monkeypatch.undo()
    assert files(target)[NAME] == "week 1, first version"
    assert len(files(target)) == 2


def test_a_file_that_appears_meanwhile_is_not_overwritten(target):
    target.mkdir()
    (target / NAME).write_text("my work")
    with pytest.raises(FileExistsError):
        lab.write_new(target / NAME, b"the course's")
    assert files(target) == {NAME: "my work"}


def test_on_a_disk_without_links_new_files_are_laid_and_taken_names_are_not(target, monkeypatch):
    def no_links(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    target.mkdir()
    lab.write_new(target / NAME, b"the course's")
    assert files(target) == {NAME: "the course's"}
    with pytest.raises(PermissionError):
        lab.write_new(target / NAME, b"another")
    assert files(target) == {NAME: "the course's"}


def test_a_folder_that_cannot_be_written_says_how_to_choose_another(source, tmp_path):
    taken = tmp_path / "a file"
    taken.write_text("not a folder")
    with pytest.raises(lab.LabError, match="--folder"):
        lab.lay_course(taken / "my_course", source)


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_read_only_folder_says_how_to_choose_another(source, target):
    target.mkdir()
    target.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(lab.LabError, match="--folder"):
        lab.lay_course(target, source)


def test_a_source_without_notebooks_says_where_they_come_from(tmp_path, target):
    with pytest.raises(lab.LabError, match="git clone"):
        lab.lay_course(target, tmp_path / "nothing")
    assert not target.exists()


def test_the_originals_cannot_be_chosen_as_the_copy(source):
    with pytest.raises(lab.LabError, match="choose another folder"):
        lab.lay_course(source, source)
    assert not (source / lab.LAID).exists()


def test_what_is_said_names_the_new_version_and_is_silent_when_nothing_happened(source, target):
    assert lab.describe(lab.lay_course(target, source, TODAY), target) == [
        f"Laid 2 new files in {target}"
    ]
    assert lab.describe(lab.lay_course(target, source, TODAY), target) == []
    (target / NAME).write_text("my work")
    (source / NAME).write_text("week 1, second version")
    (line,) = lab.describe(lab.lay_course(target, source, TODAY), target)
    assert "Yours is as you left it" in line
    assert "week01_attention.updated-2026-11-22-" in line


def test_only_copies_that_are_exactly_the_courses_are_trusted(
    source, target, tmp_path, monkeypatch
):
    from nbformat.sign import NotebookNotary

    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    for name in ("week00_start_here.ipynb", NAME):
        shown = new_output("display_data", data={"text/html": f"<b>{name}</b>"})
        cell = new_code_cell("1", outputs=[shown], id="cell")
        nbformat.write(new_notebook(cells=[cell]), source / name)
    lay(target, source)
    edited = nbformat.read(target / NAME, as_version=4)
    edited.cells[0].outputs[0].data["text/html"] = "<b>other</b>"
    nbformat.write(edited, target / NAME)
    lab.trust(target, source)
    notary = NotebookNotary()
    laid = nbformat.read(target / "week00_start_here.ipynb", as_version=4)
    assert notary.check_signature(laid)
    assert not notary.check_signature(edited)
    notary.store.close()


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "linux", False),
        ({}, "darwin", True),
        ({}, "win32", True),
        ({"SSH_CONNECTION": "1 2 3 4"}, "darwin", False),
        ({"DISPLAY": ":10", "SSH_CONNECTION": "1 2 3 4"}, "linux", False),
    ],
)
def test_a_browser_is_opened_only_where_it_is_seen(monkeypatch, environment, platform, expected):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "CI"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(lab.sys, "platform", platform)
    assert lab.has_display() is expected


def test_a_taken_port_moves_on_and_a_free_one_is_used():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        moved = lab.free_port(port)
        assert moved != port
    assert lab.free_port(moved) == moved


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_number_that_is_no_port_is_refused_by_name(port):
    with pytest.raises(lab.LabError, match=f"{port} is not a port"):
        lab.free_port(port)


def test_jupyterlab_listens_to_this_machine_only_and_keeps_its_token(tmp_path):
    arguments = lab.lab_arguments(tmp_path, 9000, browser=False)
    assert "--ServerApp.ip=127.0.0.1" in arguments
    assert "--ServerApp.port=9000" in arguments
    assert "--ServerApp.open_browser=False" in arguments
    assert f"--ServerApp.root_dir={tmp_path}" in arguments
    assert not any("token" in argument or "password" in argument for argument in arguments)


def test_jupyter_starts_this_python_whatever_other_kernel_the_user_has(tmp_path, monkeypatch):
    from jupyter_client.kernelspec import KernelSpecManager

    for name in ("JUPYTER_CONFIG_PATH", "PYTHONPATH"):
        monkeypatch.setenv(name, "")
    for number, variable in enumerate(["JUPYTER_PATH", "JUPYTER_DATA_DIR"]):
        folder = tmp_path / str(number)
        (folder / "kernels" / "python3").mkdir(parents=True)
        (folder / "kernels" / "python3" / "kernel.json").write_text(
            '{"argv": ["/elsewhere/python"], "display_name": "Other", "language": "python"}'
        )
        monkeypatch.setenv(variable, str(folder))
    assert KernelSpecManager().get_kernel_spec("python3").argv[0] == "/elsewhere/python"
    lab.prepare_jupyter()
    kernel = KernelSpecManager().get_kernel_spec("python3")
    assert Path(kernel.resource_dir).is_relative_to(sys.prefix)
    assert kernel.argv[0] in ("python", "python3", sys.executable)


def test_jupyterlab_does_not_fetch_news_unless_the_learner_wants_it(monkeypatch):
    from jupyter_server.services.config import ConfigManager

    for name in ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "PYTHONPATH"):
        monkeypatch.setenv(name, "")
    lab.prepare_jupyter()
    defaults = ConfigManager(config_dir_name="labconfig").get("default_setting_overrides")
    assert defaults["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_the_folder_is_the_one_named_then_the_environments_then_my_course(tmp_path, monkeypatch):
    monkeypatch.delenv("BERTCOURSE_COURSE", raising=False)
    assert lab.course_folder() == lab.CLONE / "my_course"
    monkeypatch.setenv("BERTCOURSE_COURSE", str(tmp_path / "a"))
    assert lab.course_folder() == tmp_path / "a"
    assert lab.course_folder(tmp_path / "b") == tmp_path / "b"


def test_a_chosen_folder_takes_the_workbook_along_unless_that_has_a_place(tmp_path, monkeypatch):
    monkeypatch.setenv("BERTCOURSE_WORKBOOK", str(tmp_path / "own"))
    lab.use_folder(tmp_path / "b")
    assert os.environ["BERTCOURSE_WORKBOOK"] == str(tmp_path / "own")
    monkeypatch.delenv("BERTCOURSE_WORKBOOK")
    lab.use_folder(tmp_path / "b")
    assert os.environ["BERTCOURSE_WORKBOOK"] == str(tmp_path / "b" / "my_bert")
