"""A comparison from written plans to its files, by the command line."""

import io
import json
import shutil

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from planning import Case
from planning.cli import main
from planning.comparison.tables import TABLES
from planning.papers.manifest import changed_files, read_manifest
from tests.planning.runs import SMALL


def compare(*arguments):
    """Run the command in this process, for what it imports is here already."""
    return CliRunner().invoke(main, ["compare", *map(str, arguments)], env={"COLUMNS": "100"})


def squeezed(text):
    return " ".join(text.split())


@pytest.fixture(scope="module")
def poor_case(tmp_path_factory):
    """Return the small case with £200,000 less council tax, and notes like formulas."""
    folder = tmp_path_factory.mktemp("poor") / "case"
    shutil.copytree(SMALL, folder)
    income = (folder / "income.csv").read_text(encoding="utf-8")
    (folder / "income.csv").write_text(income.replace("1448000", "1248000"), encoding="utf-8")
    outcomes = (folder / "outcomes.csv").read_text(encoding="utf-8")
    lines = outcomes.replace(",source\n", ",source,note\n").splitlines()
    lines = [lines[0], *(f"{line},=1+1" for line in lines[1:])]
    (folder / "outcomes.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def plans(written_small, tmp_path_factory, poor_case):
    """Return the written plans of the small case and of the poor one."""
    poor = tmp_path_factory.mktemp("poor") / "plan"
    return [written_small[0], Case.read(poor_case).plan().export(poor)]


@pytest.fixture(scope="module")
def run(plans, poor_case, tmp_path_factory):
    """Return a comparison with its cases, and the folder it was written to."""
    out = tmp_path_factory.mktemp("out") / "comparison"
    return compare(*plans, "--cases", SMALL, poor_case, "--out", out), out


def test_plans_with_their_cases_are_told_with_causes(run):
    done, _ = run
    assert done.exit_code == 0, done.output
    text = squeezed(done.output)
    assert "Why, in steps that add up" in text
    assert "less income (council tax" in text
    assert "income council_tax/2015-16 amount 1,448,000 1,248,000" in text


def test_the_folder_is_whole(run):
    _, out = run
    names = sorted(path.name for path in out.iterdir())
    assert names == sorted([*(t.file for t in TABLES.values()), "comparison.xlsx", "manifest.json"])
    manifest = read_manifest(out)
    assert manifest["holds"] == "comparison"
    assert changed_files(out, manifest) == []


def test_one_file_says_what_the_folder_does_and_the_same_bytes_twice(run, plans, tmp_path):
    """Without the cases, for totals are the same with them."""
    for file in ("long.csv", "again.csv", "book.xlsx", "again.xlsx"):
        assert compare(*plans, "--out", tmp_path / file).exit_code == 0
    for one, other in (("long.csv", "again.csv"), ("book.xlsx", "again.xlsx")):
        assert (tmp_path / one).read_bytes() == (tmp_path / other).read_bytes()
    long = pd.read_csv(tmp_path / "long.csv", dtype=str, keep_default_na=False)
    totals = pd.read_csv(run[1] / "totals.csv").set_index("figure")
    own = long[long["table"] == "totals"].set_index("key")
    assert own["to"].astype(float).to_dict() == pytest.approx(totals["to"].to_dict(), abs=0.005)


def test_what_looks_like_a_formula_stays_text(run):
    _, out = run
    book = openpyxl.load_workbook(io.BytesIO((out / "comparison.xlsx").read_bytes()))
    cells = [cell for row in book["Inputs"].iter_rows() for cell in row if cell.value == "=1+1"]
    assert len(cells) == 2
    assert {cell.data_type for cell in cells} == {"s"}
    links = [c.hyperlink for sheet in book for row in sheet.iter_rows() for c in row if c.hyperlink]
    assert all(link.location and not link.target for link in links)
    assert ",'=1+1\n" in (out / "inputs.csv").read_text(encoding="utf-8")


def test_every_number_of_the_workbook_is_that_of_the_table(run):
    _, out = run
    book = openpyxl.load_workbook(io.BytesIO((out / "comparison.xlsx").read_bytes()))
    for name, sheet in (("totals", "Totals"), ("cost", "Cost"), ("budget", "Budget")):
        written = pd.read_csv(out / f"{name}.csv").select_dtypes("number").to_numpy().ravel()
        (area,) = book[sheet].tables.values()
        rows = list(book[sheet][area.ref])[1:]
        shown = [c.value for row in rows for c in row if isinstance(c.value, int | float)]
        assert shown == pytest.approx(written.tolist())


def test_without_cases_the_tables_are_compared_and_what_cannot_be_told_is_said(plans):
    done = compare(*plans, "--json")
    assert done.exit_code == 0
    answer = json.loads(done.output)
    assert "cannot be told without both their cases" in answer["untold"]
    assert answer["tables"]["steps"] == []
    assert answer["tables"]["organisations"] == []
    files = {row["table"]: row["change"] for row in answer["tables"]["inputs"]}
    assert files == {"income": "table changed", "outcomes": "table changed"}
    income = [r for r in answer["tables"]["income"] if r["stream"] == "council_tax"]
    assert income[0]["amount_change"] == pytest.approx(-200_000)
    assert any("No steps" in line for line in answer["lines"])


def test_a_case_is_planned_and_comes_to_what_its_written_plan_does(run, plans, poor_case):
    answer = json.loads(compare(plans[0], poor_case, "--json").output)
    totals = pd.DataFrame(answer["tables"]["totals"])
    written = pd.read_csv(run[1] / "totals.csv")
    assert totals["change"].tolist() == pytest.approx(written["change"].tolist(), abs=0.005)


def test_a_plan_that_is_not_its_cases_is_refused(plans, poor_case):
    done = compare(*plans, "--cases", SMALL, SMALL)
    assert done.exit_code == 2
    assert "is not the plan of" in done.output
    assert "income, outcomes are not what was planned" in squeezed(done.output)


def test_a_plan_that_was_changed_by_hand_is_refused(plans, poor_case, tmp_path):
    forged = shutil.copytree(plans[1], tmp_path / "forged")
    budget = (forged / "budget.csv").read_text(encoding="utf-8")
    (forged / "budget.csv").write_text(budget.replace("2015-16", "2015-16", 1) + "\n")
    done = compare(plans[0], forged)
    assert done.exit_code == 2
    assert "is not as it was written: budget.csv" in squeezed(done.output)


def test_a_plan_that_its_case_does_not_give_is_refused(plans, tmp_path):
    """The poor plan, with the digests of the other case in its manifest."""
    forged = shutil.copytree(plans[1], tmp_path / "forged")
    manifest = read_manifest(forged) | {"inputs": read_manifest(plans[0])["inputs"]}
    (forged / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    done = compare(plans[0], forged, "--cases", SMALL, SMALL)
    assert done.exit_code == 2
    assert "forecast.csv would be otherwise. It is of a scenario" in squeezed(done.output)


def test_what_cannot_be_compared_or_written_is_refused_in_words(plans, run, tmp_path):
    _, out = run
    for arguments, said in (
        ((plans[0], out), "holds comparison, not a plan"),
        ((SMALL, SMALL, "--cases", SMALL, plans[0]), "is no written plan, and so its own case"),
        ((*plans, "--out", tmp_path / "x.pdf"), "neither an .xlsx nor a .csv"),
        ((*plans, "--out", plans[0]), "holds no earlier comparison"),
        ((*plans, "--out", plans[0] / "x.csv"), "belongs to what is read"),
        ((plans[0], tmp_path / "nowhere"), "there is no such folder"),
    ):
        done = compare(*arguments)
        assert done.exit_code == 2, arguments
        assert said in squeezed(done.output)
    assert list(tmp_path.iterdir()) == []
