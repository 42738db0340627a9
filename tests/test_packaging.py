"""One set of requirements in four places, and a package that needs little."""

import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import bertcourse
from bertcourse import doctor

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
INDIRECT = "# What these need in turn"
CHOSEN_BY_TORCH = re.compile(r"nvidia-.*|cuda-.*|triton.*|pytorch-triton.*|intel-.*|mkl|tbb|umf")


def pins(text: str) -> list[Requirement]:
    lines = (line.split("  #")[0].strip() for line in text.splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


READING_ORDER = (
    "workbook",
    "weights",
    "warmup",
    "attention",
    "layers",
    "wordpiece",
    "tokenizer",
    "embeddings",
    "blocks",
    "config",
    "parts",
    "model",
    "storyworld",
    "corpus",
    "objectives",
    "heads",
    "taps",
    "compare",
    "predict",
    "assets",
    "data",
    "optim",
    "runs",
    "progress",
    "tensorboard",
    "headstart",
    "trainer",
    "pretrain",
    "bench",
)
PINNED = (ROOT / "requirements.txt").read_text(encoding="utf-8")
DIRECT_TEXT, INDIRECT_TEXT = PINNED.split(INDIRECT)
DIRECT = {canonicalize_name(pin.name): pin for pin in pins(DIRECT_TEXT)}
# What reads the Hub's data sets or draws curves is not installed: the tests have stand-ins for it.
NOT_TESTED = ("hub", "tensorboard")
EXTRAS = {
    name: group
    for name, group in PROJECT["optional-dependencies"].items()
    if name not in NOT_TESTED
}
DECLARED = [
    Requirement(line) for group in (PROJECT["dependencies"], *EXTRAS.values()) for line in group
]
RANGES = {canonicalize_name(wanted.name): wanted for wanted in DECLARED}


def version_of(pin: Requirement) -> str:
    (only,) = pin.specifier
    return only.version


def test_every_pin_is_exact():
    for pin in pins(PINNED):
        assert [only.operator for only in pin.specifier] == ["=="], str(pin)
        assert "*" not in version_of(pin), str(pin)


def test_what_is_pinned_directly_is_what_the_package_declares():
    assert set(DIRECT) == set(RANGES)


@pytest.mark.parametrize("name", sorted(DIRECT))
def test_the_declared_range_admits_the_pin(name):
    assert RANGES[name].specifier.contains(version_of(DIRECT[name]))


def test_every_direct_pin_says_why_it_is_there():
    for line in DIRECT_TEXT.splitlines():
        assert line.startswith("#") or not line or re.search(r"  # \w+", line), line


@pytest.mark.parametrize("name", sorted(DIRECT))
def test_the_readme_names_every_direct_dependency_in_its_table(name):
    assert re.search(rf"^\| `{re.escape(name)}` \|", README, re.MULTILINE)


def needed_here(names: list[str]) -> set[str]:
    """Everything the named packages need on this platform, by the metadata of what is installed."""
    found: set[str] = set()
    waiting = [(canonicalize_name(name), frozenset()) for name in names]
    seen = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen or CHOSEN_BY_TORCH.fullmatch(name):
            continue
        seen.add((name, extras))
        found.add(name)
        for line in importlib.metadata.requires(name) or []:
            wanted = Requirement(line)
            applies = wanted.marker is None or any(
                wanted.marker.evaluate({"extra": extra}) for extra in extras | {""}
            )
            if applies:
                waiting.append((canonicalize_name(wanted.name), frozenset(wanted.extras)))
    return found


def test_everything_that_is_needed_here_is_pinned_and_nothing_else():
    pinned = {
        canonicalize_name(pin.name)
        for pin in pins(PINNED)
        if pin.marker is None or pin.marker.evaluate()
    }
    assert pinned == needed_here(list(DIRECT))


def test_conda_and_binder_read_their_versions_from_requirements_txt():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    *conda, pip = environment["dependencies"]
    assert pip == {"pip": ["-r requirements.txt", "-e ."]}
    python = next(entry for entry in conda if entry.startswith("python="))
    assert {entry.split("=")[0] for entry in conda} == {"python", "pip"}, "no version elsewhere"
    assert SpecifierSet(PROJECT["requires-python"]).contains(python.removeprefix("python="))


def test_package_makefile_and_doctor_agree_on_the_pythons():
    (lowest, highest), makefile = doctor.PYTHONS, (ROOT / "Makefile").read_text(encoding="utf-8")
    admitted = SpecifierSet(PROJECT["requires-python"])
    versions = [(3, minor) for minor in range(8, 20)]
    expected = [version for version in versions if admitted.contains("{}.{}".format(*version))]
    assert expected == [version for version in versions if lowest <= version <= highest]
    assert f"{lowest} <= sys.version_info[:2] <= {highest}" in makefile


def test_the_package_itself_needs_what_models_are_made_of_and_no_notebook():
    needed = {Requirement(line).name for line in PROJECT["dependencies"]}
    assert needed == {"torch", "safetensors", "tokenizers"}


def test_every_public_name_is_there_and_knows_the_file_it_is_named_in():
    for name in bertcourse.__all__:
        home = f"bertcourse.{bertcourse._HOME[name]}"
        assert getattr(bertcourse, name).__module__.startswith(home)


def test_files_import_upwards_only():
    known = set()
    for module in READING_ORDER:
        folder = ROOT / "bertcourse" / module
        files = folder.glob("*.py") if folder.is_dir() else [folder.with_suffix(".py")]
        for file in files:
            source = file.read_text(encoding="utf-8")
            found = set(re.findall(r"^\s*from bertcourse\.(\w+)[\w.]* import", source, re.M))
            assert found <= known | {module}, f"{file} imports {found - known}"
        known.add(module)


def test_importing_the_package_imports_torch_and_no_other_library():
    script = (
        "import json, sys, torch; before = set(sys.modules); import bertcourse\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in set(sys.modules) - before})))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    imported = set(json.loads(run.stdout)) - set(sys.stdlib_module_names)
    assert imported - {"torch"} == {"bertcourse"}


def test_the_built_package_carries_every_file_of_its_folder(tmp_path):
    # In a copy: building leaves files beside the sources.
    copy = tmp_path / "source"
    shutil.copytree(
        ROOT / "bertcourse", copy / "bertcourse", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    script = "import setuptools.build_meta as build; print(build.build_wheel('.'))"
    run = subprocess.run([sys.executable, "-c", script], cwd=copy, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    with zipfile.ZipFile(copy / run.stdout.splitlines()[-1]) as wheel:
        packed = {name for name in wheel.namelist() if name.startswith("bertcourse/")}
    sources = (ROOT / "bertcourse").rglob("*")
    expected = {
        path.relative_to(ROOT).as_posix()
        for path in sources
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert packed == expected
