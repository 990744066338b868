"""A planner's own notebooks for a case, and what JupyterLab is told before it starts."""

import json
import sys

import nbformat
import pytest

from planning.lab import OPTIONS, copy_notebooks, environment
from planning.notebook_files import notebook, notebooks
from tests.planning.runs import SMALL, virement


def cell_of_case(path):
    cells = nbformat.read(path, as_version=4).cells
    return [c.source for c in cells if "parameters" in c.metadata.get("tags", [])]


def test_every_notebook_is_copied_with_the_case_filled_in(tmp_path):
    assert copy_notebooks(tmp_path / "own", str(SMALL)) == []
    assert sorted(p.name for p in (tmp_path / "own").iterdir()) == sorted(
        p.name for p in notebooks().values()
    )
    for path in (tmp_path / "own").iterdir():
        assert cell_of_case(path) == [f"case = {str(SMALL)!r}"]
        nbformat.validate(nbformat.read(path, as_version=4))


def test_a_notebook_is_left_as_the_planner_left_it(tmp_path):
    copy_notebooks(tmp_path, str(SMALL))
    own = tmp_path / "01_first_plan.ipynb"
    own.write_text(own.read_text().replace("A first plan", "My first plan"))
    mine = own.read_bytes()
    (tmp_path / "02_outlook.ipynb").unlink()
    assert "01_first_plan.ipynb" in copy_notebooks(tmp_path, str(SMALL))
    assert own.read_bytes() == mine
    assert (tmp_path / "02_outlook.ipynb").is_file()
    assert copy_notebooks(tmp_path, str(SMALL), fresh=True) == []
    assert own.read_bytes() != mine


def test_a_notebook_of_another_case_is_neither_used_nor_replaced(tmp_path):
    copy_notebooks(tmp_path / "own", str(tmp_path / "elsewhere"))
    (tmp_path / "own" / "02_outlook.ipynb").unlink()
    with pytest.raises(FileExistsError, match=r"01_first_plan.ipynb is of another case"):
        copy_notebooks(tmp_path / "own", str(SMALL))
    assert not (tmp_path / "own" / "02_outlook.ipynb").exists()
    (tmp_path / "file").write_text("")
    with pytest.raises(FileExistsError, match="is a file"):
        copy_notebooks(tmp_path / "file", str(SMALL))


def test_a_notebook_is_found_by_its_number_or_name():
    for asked in ("2", "02", "02_outlook"):
        assert notebook(asked).stem == "02_outlook"
    with pytest.raises(FileNotFoundError, match=r"There is no notebook 99. Name one of 01_first"):
        notebook("99")


def test_jupyterlab_runs_this_python_listens_here_alone_and_fetches_nothing(tmp_path):
    told = environment(tmp_path)
    kernel = json.loads(
        (tmp_path / ".jupyter" / "data" / "kernels" / "python3" / "kernel.json").read_text()
    )
    assert kernel["argv"][0] == sys.executable
    assert told["JUPYTER_PATH"] == str(tmp_path / ".jupyter" / "data")
    assert told["JUPYTER_NO_CONFIG"] == "1"
    assert {
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        "--LabApp.news_url=None",
        "--ServerApp.ip=127.0.0.1",
    } <= set(OPTIONS)


def test_lab_and_report_refuse_a_case_at_fault_before_anything_starts(tmp_path):
    lab = virement("lab", tmp_path / "nowhere", "--no-browser", cwd=None)
    assert lab.returncode == 2
    assert "there is no such folder" in lab.stderr
    none = virement("report", SMALL, "--notebook", "99", "--out", tmp_path / "a.html")
    assert none.returncode == 2
    assert "There is no notebook 99" in none.stderr
    inside = virement("report", SMALL, "--notebook", "01", "--out", SMALL / "a.html")
    assert inside.returncode == 2
    assert not list(tmp_path.iterdir())
