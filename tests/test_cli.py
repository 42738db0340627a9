"""The command line: words a learner understands, and a doctor that always has an answer."""

import importlib.metadata
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from packaging.requirements import Requirement

from bertcourse import cli, doctor
from bertcourse.doctor import GOOD, NOTE, PROBLEM, Finding


@pytest.fixture(autouse=True)
def surroundings(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("BERTCOURSE_WORKBOOK", str(tmp_path / "workbook of the test"))


def test_without_a_command_the_help_names_every_command(capsys):
    assert cli.main([]) == 0
    shown = capsys.readouterr().out
    for command in ("lab", "doctor", "progress"):
        assert f"\n    {command} " in shown


def test_an_unknown_command_is_named_together_with_the_known_ones(capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["doktor"])
    assert stopped.value.code == 2
    error = capsys.readouterr().err
    for word in ("doktor", "lab", "doctor", "progress"):
        assert f"'{word}'" in error


@pytest.mark.parametrize("command", ["lab", "doctor", "progress"])
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main([command, "--help"])
    assert stopped.value.code == 0
    assert "--folder" in capsys.readouterr().out


def test_a_lab_that_cannot_open_says_why_without_a_traceback(tmp_path, capsys):
    taken = tmp_path / "a file"
    taken.write_text("not a folder")
    assert cli.main(["lab", "--folder", str(taken), "--no-browser"]) == 1
    error = capsys.readouterr().err
    assert str(taken) in error
    assert "--folder" in error
    assert "Traceback" not in error


def test_ctrl_c_while_the_lab_starts_shows_no_traceback(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "open_lab", interrupted)
    assert cli.main(["lab"]) == 130


def test_progress_prints_the_table_of_weeks(capsys):
    from bertcourse.exercises import EXERCISES

    assert cli.main(["progress"]) == 0
    shown = capsys.readouterr().out
    for exercise in EXERCISES.values():
        assert f"week {exercise.week}  {exercise.title}" in shown


def test_doctor_finds_this_environment_fit_for_the_course(capsys):
    assert cli.main(["doctor"]) == 0
    shown = capsys.readouterr().out
    assert "Everything the course needs is here." in shown
    for package in ("torch", "jupyterlab", "ipywidgets", "anywidget"):
        assert f"{importlib.metadata.version(package)}" in shown


def test_doctor_ends_with_one_where_something_must_be_mended(monkeypatch, capsys):
    problem = Finding("torch", PROBLEM, "not installed", "Install it.")
    monkeypatch.setattr(doctor, "examine", lambda: [problem])
    assert cli.main(["doctor"]) == 1
    shown = capsys.readouterr().out
    assert "Install it." in shown
    assert "One thing needs mending" in shown


def test_a_note_is_no_problem(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "examine", lambda: [Finding("Hub", NOTE, "offline", "Go on.")])
    assert cli.main(["doctor"]) == 0
    assert "Everything the course needs is here." in capsys.readouterr().out


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8", None, "no-such-encoding"])
def test_the_report_keeps_to_the_signs_of_the_console(encoding):
    findings = [Finding(state, state, "detail", "remedy") for state in (GOOD, NOTE, PROBLEM)]
    shown = doctor.report(findings, encoding)
    assert ("✓" in shown) is (encoding == "utf-8")
    if encoding != "utf-8":
        shown.encode("cp1252")
        assert "FIX" in shown


def test_the_command_survives_a_console_with_latin_letters_only():
    environment = os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    for command in ("doctor", "progress"):
        run = subprocess.run(
            [sys.executable, "-m", "bertcourse", command], capture_output=True, env=environment
        )
        assert run.returncode == 0, run.stderr.decode("cp1252")
        assert run.stdout.decode("cp1252").strip()


@pytest.mark.parametrize(
    ("line", "state", "words"),
    [
        ("torch>=2.6", GOOD, ""),
        ("torch>=999", PROBLEM, "needs >=999"),
        ("no-such-package-here>=1", PROBLEM, "not installed"),
    ],
)
def test_a_package_is_judged_by_the_range_the_course_needs(line, state, words):
    finding = doctor.check_package(Requirement(line))
    assert finding.state == state
    assert words in finding.detail
    assert bool(finding.remedy) is (state == PROBLEM)


def test_a_torch_that_does_not_import_is_reported_with_its_own_words(monkeypatch):
    def broken(name):
        raise OSError("libgomp.so.1: cannot open shared object file")

    monkeypatch.setattr(doctor.importlib, "import_module", broken)
    finding = doctor.check_package(Requirement("torch>=2.6"))
    assert finding.state == PROBLEM
    assert "libgomp.so.1" in finding.detail
    assert "--force-reinstall" in finding.remedy
    assert doctor.check_device() == []


def test_a_python_outside_the_range_is_a_problem_with_a_remedy(monkeypatch):
    monkeypatch.setattr(doctor.sys, "version_info", (3, 10, 4))
    (finding,) = doctor.check_python()
    assert finding.state == PROBLEM
    assert "3.11 to 3.13" in finding.detail


def test_a_kernel_of_another_python_is_noted_with_the_way_round_it(tmp_path, monkeypatch):
    (tmp_path / "kernels" / "python3").mkdir(parents=True)
    (tmp_path / "kernels" / "python3" / "kernel.json").write_text(
        '{"argv": ["/elsewhere/python"], "display_name": "Other", "language": "python"}'
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    (finding,) = doctor.check_kernel()
    assert (finding.state, finding.remedy) == (NOTE, doctor.OPEN)
    assert "/elsewhere/python" in finding.detail


def test_widget_parts_that_do_not_fit_together_are_a_problem(monkeypatch):
    versions = {"ipywidgets": "8.1.9", "jupyterlab_widgets": "1.1.0", "anywidget": "0.11.0"}
    monkeypatch.setattr(doctor.importlib.metadata, "version", versions.__getitem__)
    (finding,) = doctor.check_widgets()
    assert finding.state == PROBLEM
    assert "1.1.0" in finding.detail


def test_a_workbook_that_cannot_be_written_is_a_problem(tmp_path, monkeypatch):
    taken = tmp_path / "a file"
    taken.write_text("not a folder")
    monkeypatch.setenv("BERTCOURSE_WORKBOOK", str(taken / "my_bert"))
    (finding,) = doctor.check_workbook()
    assert finding.state == PROBLEM
    assert "BERTCOURSE_WORKBOOK" in finding.remedy


def test_looking_at_the_workbook_creates_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("BERTCOURSE_WORKBOOK", str(tmp_path / "my_course" / "my_bert"))
    (finding,) = doctor.check_workbook()
    assert finding.state == GOOD
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("status", [200, 404])
def test_a_hub_that_answers_is_good_whatever_it_answers(status, monkeypatch):
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        monkeypatch.delenv("HF_HUB_OFFLINE")
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        (finding,) = doctor.check_hub()
    assert finding.state == GOOD


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "no address"])
def test_a_hub_out_of_reach_is_a_note(address, monkeypatch):
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setenv("HF_ENDPOINT", address)
    (finding,) = doctor.check_hub()
    assert finding.state == NOTE
    assert "optional" in finding.remedy
