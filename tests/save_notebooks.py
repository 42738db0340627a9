"""Run every notebook with nothing solved and save it with its outputs: `make notebooks`.

With words behind it, such as `week04 week06`, only the notebooks with one of them in their name.

Left out of what is saved is all that differs between two runs: widget models (a widget's saved
output is its picture or its HTML), timings and the Python's patch version.
"""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from bertcourse.workbook import write_atomically

FOLDER = Path(__file__).parents[1] / "notebooks"
VIEW = "application/vnd.jupyter.widget-view+json"


def run(path: Path) -> nbformat.NotebookNode:
    """The notebook with fresh outputs; a cell that raises ends it with an error."""
    notebook = nbformat.read(path, as_version=4)
    language = notebook.metadata["language_info"]
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(
        notebook, timeout=300, record_timing=False, coalesce_streams=True, resources=resources
    ).execute()
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = language
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(VIEW, None)
    nbformat.validate(notebook)
    return notebook


def main(words: list[str]) -> None:
    paths = sorted(FOLDER.glob("*.ipynb"))
    for path in [p for p in paths if not words or any(word in p.name for word in words)]:
        with tempfile.TemporaryDirectory() as workbook:
            os.environ["BERTCOURSE_WORKBOOK"] = workbook
            write_atomically(path, nbformat.writes(run(path)) + "\n")
        print(path.name)


if __name__ == "__main__":
    main(sys.argv[1:])
