"""Every notebook runs from top to bottom, shows what it made, and is short."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.notebooks.browser import chromium

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_has_under_fifteen_lines_of_code_and_no_output_stored(path):
    cells = code_cells(nbformat.read(path, as_version=4))
    lines = [line for cell in cells for line in cell.source.splitlines() if line.strip()]
    assert 0 < len(lines) < 15
    assert not any(cell.outputs for cell in cells)


@pytest.mark.slow
@pytest.mark.skipif(chromium() is not None, reason="test_browser runs them in the browser")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_every_cell_shows_a_page_of_its_own(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    for cell in code_cells(notebook):
        # A run of the tests leaves the reader's own plans alone.
        cell.source = cell.source.replace('"../data/', f'"{(ROOT / "data").as_posix()}/')
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    for cell in code_cells(notebook):
        if "parameters" in cell.metadata.get("tags", []):
            continue
        assert cell.outputs, cell.source
        exports = ".export(" in cell.source
        shown = any("text/html" in output.get("data", {}) for output in cell.outputs)
        assert shown or exports, cell.source
        if exports:
            assert (tmp_path / "plans" / "first_plan" / "manifest.json").is_file()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_cell_of_code_answers_a_heading(path):
    before = None
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            assert before is not None
            assert before.cell_type == "markdown"
            assert before.source.startswith("#")
        before = cell
