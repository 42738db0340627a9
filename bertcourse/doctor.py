"""What works on this computer, and how to mend the rest: `python -m bertcourse doctor`.

Each check looks at one thing and returns findings; none of them raises, whatever is missing.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
import threading
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bertcourse.lab import CLONE, course_folder
from bertcourse.workbook import default_folder

PYTHONS = ((3, 11), (3, 13))
INSTALL = "Install what the course needs: make lab, or python -m pip install -r requirements.txt"
OPEN = "Open the course with make lab or python -m bertcourse lab: that uses this Python."
GIGABYTE = 1e9
FREE_DISK = 0.5  # gigabytes: checkpoints of the later weeks and the small data sets
HUB_SECONDS = 3.0

GOOD, NOTE, PROBLEM = "good", "note", "problem"
MARKS = {GOOD: "✓", NOTE: "·", PROBLEM: "✗"}
PLAIN_MARKS = {GOOD: "ok  ", NOTE: "note", PROBLEM: "FIX "}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; a problem always carries its remedy."""

    what: str
    state: str
    detail: str
    remedy: str = ""

    @property
    def is_problem(self) -> bool:
        return self.state == PROBLEM


def examine() -> list[Finding]:
    """Everything the course depends on here, in the order in which to mend it."""
    checks: list[Callable[[], Iterable[Finding]]] = [
        check_python,
        check_packages,
        check_device,
        check_memory,
        check_disk,
        check_kernel,
        check_widgets,
        check_workbook,
        check_hub,
    ]
    return [finding for check in checks for finding in check()]


def report(findings: list[Finding], encoding: str | None = "utf-8") -> str:
    """The findings as text, in signs that `encoding` has."""
    marks = MARKS if can_show("".join(MARKS.values()), encoding) else PLAIN_MARKS
    width = max(len(finding.what) for finding in findings)
    lines = [f"bertcourse with {sys.executable}", ""]
    for finding in findings:
        lines.append(f"{marks[finding.state]} {finding.what:<{width}}  {finding.detail}")
        if finding.remedy:
            lines.append(f"{' ' * (len(marks[finding.state]) + width + 3)}{finding.remedy}")
    problems = sum(finding.is_problem for finding in findings)
    if problems:
        count = "One thing needs" if problems == 1 else f"{problems} things need"
        lines += ["", f"{count} mending before the course runs well."]
    else:
        lines += ["", "Everything the course needs is here."]
    return "\n".join(lines)


def can_show(text: str, encoding: str | None) -> bool:
    try:
        text.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def check_python() -> list[Finding]:
    version, (lowest, highest) = platform.python_version(), PYTHONS
    if lowest <= sys.version_info[:2] <= highest:
        return [Finding("Python", GOOD, version)]
    needed = f"{'.'.join(map(str, lowest))} to {'.'.join(map(str, highest))}"
    remedy = "Install one from https://www.python.org/downloads/ and set the course up with it."
    return [Finding("Python", PROBLEM, f"{version}, the course needs {needed}", remedy)]


def requirements() -> list[str]:
    """What a learner's machine must have, from pyproject.toml or else the installed package."""
    try:
        project = tomllib.loads((CLONE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        return project["dependencies"] + project["optional-dependencies"]["notebooks"]
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        pass
    try:
        declared = importlib.metadata.requires("bertcourse") or []
    except importlib.metadata.PackageNotFoundError:
        return []
    return [line.split(";")[0].strip() for line in declared if "extra ==" not in line] + [
        line.split(";")[0].strip() for line in declared if "notebooks" in line.partition(";")[2]
    ]


def check_packages() -> list[Finding]:
    try:
        from packaging.requirements import Requirement
    except ImportError:
        return [Finding("packages", PROBLEM, "the course's packages are not installed", INSTALL)]
    return [check_package(Requirement(line)) for line in requirements()]


def check_package(requirement) -> Finding:
    """One package: there, in the range that the course needs, and (torch) importable."""
    name, needed = requirement.name, str(requirement.specifier)
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, PROBLEM, f"not installed, the course needs {needed}", INSTALL)
    if not requirement.specifier.contains(version, prereleases=True):
        return Finding(name, PROBLEM, f"{version}, the course needs {needed}", INSTALL)
    trouble = import_trouble(name) if name in ("torch", "ipykernel") else None
    if trouble:
        remedy = f"Reinstall it: python -m pip install --force-reinstall {name}=={version}"
        return Finding(name, PROBLEM, f"{version} does not import: {trouble}", remedy)
    return Finding(name, GOOD, version)


def import_trouble(name: str) -> str | None:
    """Why `name` does not import; None if it does. A broken library raises anything."""
    try:
        importlib.import_module(name)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def check_device() -> list[Finding]:
    if import_trouble("torch"):
        return []
    import torch

    cores = f"{os.cpu_count()} CPU cores"
    if torch.cuda.is_available():
        gpu = torch.cuda.get_device_properties(0)
        memory = gpu.total_memory / GIGABYTE
        return [Finding("device", GOOD, f"{cores}, {gpu.name} with {memory:.0f} GB")]
    if torch.backends.mps.is_available():
        return [Finding("device", GOOD, f"{cores}, Apple GPU (mps)")]
    return [Finding("device", GOOD, f"{cores}, no GPU (none is needed)")]


def check_memory() -> list[Finding]:
    try:
        import psutil
    except ImportError:
        return [Finding("memory", NOTE, "unknown: psutil is not installed")]
    memory = psutil.virtual_memory()
    total, free = memory.total / GIGABYTE, memory.available / GIGABYTE
    detail = f"{total:.1f} GB, {free:.1f} GB free"
    if free < 1.5:
        return [Finding("memory", NOTE, detail, "Close other programs before training a model.")]
    return [Finding("memory", GOOD, detail)]


def check_disk() -> list[Finding]:
    folder = existing_parent(course_folder())
    free = shutil.disk_usage(folder).free / GIGABYTE
    detail = f"{free:.1f} GB free at {folder}"
    if free < FREE_DISK:
        remedy = f"Make room: your notebooks and checkpoints need about {FREE_DISK} GB."
        return [Finding("disk", PROBLEM, detail, remedy)]
    return [Finding("disk", GOOD, detail)]


def check_kernel() -> list[Finding]:
    """Whether the kernel named python3, which the notebooks ask for, runs this Python."""
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        return []  # the packages have said so
    try:
        starts = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except (NoSuchKernel, IndexError):
        return [Finding("notebook kernel", PROBLEM, "no kernel named python3", INSTALL)]
    # Jupyter puts the Python it runs on in place of a bare name.
    if Path(starts).name == starts or Path(starts) == Path(sys.executable):
        return [Finding("notebook kernel", GOOD, "runs this Python")]
    return [Finding("notebook kernel", NOTE, f"Jupyter on its own would start {starts}", OPEN)]


def check_widgets() -> list[Finding]:
    """ipywidgets and the part of it that JupyterLab loads come in pairs: 8 with 3."""
    try:
        python_side = importlib.metadata.version("ipywidgets")
        lab_side = importlib.metadata.version("jupyterlab_widgets")
        importlib.metadata.version("anywidget")
    except importlib.metadata.PackageNotFoundError as error:
        return [Finding("widgets", PROBLEM, f"{error.name} is not installed", INSTALL)]
    detail = f"ipywidgets {python_side} with jupyterlab_widgets {lab_side}"
    if (python_side.split(".")[0], lab_side.split(".")[0]) != ("8", "3"):
        return [Finding("widgets", PROBLEM, f"{detail} do not fit together", INSTALL)]
    extensions = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    missing = [
        name
        for name in ("@jupyter-widgets/jupyterlab-manager", "anywidget")
        if not (extensions / name / "package.json").is_file()
    ]
    if missing:
        where = f"JupyterLab will not find {' and '.join(missing)} under {extensions}"
        return [Finding("widgets", NOTE, where, OPEN)]
    return [Finding("widgets", GOOD, detail)]


def check_workbook() -> list[Finding]:
    workbook = default_folder().absolute()
    try:
        with tempfile.TemporaryFile(dir=existing_parent(workbook)):
            return [Finding("workbook", GOOD, f"your solved exercises are kept in {workbook}")]
    except OSError as error:
        remedy = "Set BERTCOURSE_WORKBOOK to a folder that you may write in."
        detail = f"cannot write in {workbook}: {error.strerror or error}"
        return [Finding("workbook", PROBLEM, detail, remedy)]


def existing_parent(folder: Path) -> Path:
    """The folder itself, or the nearest one above it that exists."""
    return next(parent for parent in (folder, *folder.parents) if parent.exists())


def check_hub() -> list[Finding]:
    """The Hugging Face Hub, which no required cell needs."""
    address = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE"):
        trouble = "switched off by HF_HUB_OFFLINE"
    else:
        trouble = reach(address)
    if trouble is None:
        return [Finding("Hub", GOOD, f"{address} answers")]
    remedy = "Only optional cells use it: they say what they would do, and the course goes on."
    return [Finding("Hub", NOTE, f"{address}: {trouble}", remedy)]


def reach(address: str) -> str | None:
    """Why `address` does not answer; None if it does."""
    outcome = ["no answer"]

    def knock() -> None:
        try:
            request = urllib.request.Request(address, method="HEAD")
            urllib.request.urlopen(request, timeout=HUB_SECONDS).close()
            outcome[0] = ""
        except urllib.error.HTTPError:
            outcome[0] = ""  # it refused, so it answers
        except (OSError, ValueError) as error:
            outcome[0] = str(getattr(error, "reason", error))

    # The time limit of a request does not cover looking its name up: that can hang for long.
    thread = threading.Thread(target=knock, daemon=True)
    thread.start()
    thread.join(HUB_SECONDS + 1)
    return outcome[0] or None
