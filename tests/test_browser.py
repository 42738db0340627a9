"""Week 1 in JupyterLab as a learner meets it: run it, answer wrongly, answer rightly."""

import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = "week01_attention.ipynb"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# JupyterLab shows a traceback as it shows what is printed to stderr; neither belongs in a week.
ERROR = "[data-mime-type='application/vnd.jupyter.stderr']"
START_SECONDS = 120
RUN_SECONDS = 300

UNSCALED = """\
@exercise("attention_scores")
def attention_scores(query, key):
    return query @ key.transpose(-2, -1)
"""
RIGHT = """\
@exercise("attention_scores")
def attention_scores(query, key):
    return query @ key.transpose(-2, -1) / query.size(-1) ** 0.5
"""


def browser_path() -> str | None:
    """A Chromium or Chrome of this machine, or the one that Playwright has downloaded."""
    installed = next(filter(None, map(shutil.which, BROWSERS)), None)
    if installed:
        return installed
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        downloaded = playwright.chromium.executable_path
    return downloaded if Path(downloaded).is_file() else None


@pytest.fixture(scope="module")
def page():
    """A page of a headless browser that talks to this machine only."""
    path = browser_path()
    if path is None:
        reason = "no browser found: install Chromium or Chrome, or run playwright install chromium"
        if os.environ.get("CI"):
            pytest.fail(f"{reason} (CI must not skip this test)")
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    arguments = QUIET + ["--no-sandbox"] * (hasattr(os, "geteuid") and os.geteuid() == 0)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(START_SECONDS * 1000)
        yield page
        browser.close()


def hear_ctrl_c() -> None:
    """A shell starts what it runs in the background deaf to Ctrl-C; a terminal does not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Lab:
    """JupyterLab, started by the same command as `make lab`."""

    def __init__(self, folder: Path):
        self.course = folder / "my course"
        environment = os.environ | {
            # What the person who runs the tests keeps in Jupyter must not matter, nor change.
            f"JUPYTER_{kind}_DIR": str(folder / kind.lower())
            for kind in ("CONFIG", "DATA", "RUNTIME")
        }
        environment["BERTCOURSE_WORKBOOK"] = str(self.course / "my_bert")
        command = ["-m", "bertcourse", "lab", "--no-browser", "--folder", str(self.course)]
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=hear_ctrl_c if os.name == "posix" else None,
        )
        self.said: list[str] = []
        self.lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self) -> None:
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def address(self) -> str:
        """The address with its token, as printed for somebody without a display."""
        while (line := self.lines.get(timeout=START_SECONDS)) is not None:
            self.said.append(line)
            if found := re.search(r"http://\S+token=\w+", line):
                self.wait_until_it_answers(found.group())
                return found.group()
        pytest.fail("JupyterLab ended before it was ready:\n" + "".join(self.said))

    def wait_until_it_answers(self, address: str) -> None:
        """JupyterLab prints its address a moment before it listens there."""
        give_up, pause = time.monotonic() + START_SECONDS, threading.Event()
        while True:
            try:
                urllib.request.urlopen(address, timeout=START_SECONDS).close()
                return
            except urllib.error.URLError:
                if time.monotonic() > give_up or self.process.poll() is not None:
                    raise
                pause.wait(0.05)

    def interrupt(self) -> int:
        """What Ctrl-C does; the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=START_SECONDS)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("lab"))
    yield lab
    lab.process.kill()
    lab.process.wait()


def menu(page, name: str, entry: str) -> None:
    page.get_by_role("menuitem", name=name, exact=True).click()
    page.locator(".lm-Menu-item", has_text=entry).first.click()


def wait_until_run(page) -> None:
    """Until every code cell carries the number of its run, or an error has ended the run."""
    cells = json.loads((ROOT / "notebooks" / NOTEBOOK).read_text(encoding="utf-8"))["cells"]
    code_cells = sum(cell["cell_type"] == "code" for cell in cells)
    page.wait_for_function(
        """([count, error]) => {
            const cells = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')];
            const number = cell => cell.querySelector('.jp-InputPrompt')?.textContent.trim();
            const done = cells.every(cell => /^\\[\\d+\\]:$/.test(number(cell)));
            return document.querySelector(error) !== null || (cells.length === count && done);
        }""",
        arg=[code_cells, ERROR],
        timeout=RUN_SECONDS * 1000,
    )


def answer(page, cell, code: str, expected: str):
    """Write `code` into a cell as one does, run it, and return what it says with `expected`."""
    editor = cell.locator(".cm-content")
    editor.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(code)
    page.keyboard.press("ControlOrMeta+Enter")
    output = cell.locator(".jp-OutputArea")
    output.get_by_text(expected).first.wait_for()
    return output.inner_text()


def test_a_learner_opens_week_1_answers_wrongly_then_rightly_and_is_told(lab, page, tmp_path):
    address = lab.address()
    assert address.startswith("http://127.0.0.1:")
    page.goto(address.replace("week00_start_here.ipynb", NOTEBOOK))
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").first.wait_for()

    # What is stored in the notebook goes, so that everything seen below has just been computed.
    menu(page, "Edit", "Clear Outputs of All Cells")
    menu(page, "Run", "Run All Cells")
    wait_until_run(page)
    page.screenshot(path=tmp_path / "all_run.png")
    assert page.locator(ERROR).all_inner_texts() == []

    playground = page.locator(".bc-playground").first
    playground.scroll_into_view_if_needed()
    assert playground.locator("svg .bc-handle").count() > 0
    page.screenshot(path=tmp_path / "playground.png")

    cell = page.locator(".jp-CodeCell", has_text='@exercise("attention_scores")').first
    cell.scroll_into_view_if_needed()
    assert "Not attempted" in cell.locator(".jp-OutputArea").inner_text()

    told = answer(page, cell, UNSCALED, "Not yet")
    page.screenshot(path=tmp_path / "wrong.png")
    assert "divided" in told and "√d" in told, "the mistake is named"
    assert "Not attempted" not in told
    assert not list(lab.course.glob("my_bert/*.py")), "only what is right is kept"

    told = answer(page, cell, RIGHT, "Correct")
    page.screenshot(path=tmp_path / "right.png")
    assert "Not yet" not in told
    assert [piece.stem for piece in lab.course.glob("my_bert/*.py")] == ["attention_scores"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal for a child alone")
def test_ctrl_c_ends_jupyterlab_cleanly_without_a_question(lab):
    assert lab.interrupt() == 0
    while (line := lab.lines.get(timeout=START_SECONDS)) is not None:
        lab.said.append(line)
    assert "Traceback" not in "".join(lab.said)
