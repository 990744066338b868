"""A written plan that has been tampered with is refused, from disk, whatever was touched.

Each forgery is written back with its digest put right, as a careful forger would.
"""

import json
import shutil

import pytest

from planning import Case
from planning.export import WORKBOOKS
from planning.papers.csv_files import csv_bytes, read_table
from planning.papers.manifest import MANIFEST, digest
from planning.schedules.sheets import plan_book
from planning.verify import TABLES, papers_at_odds, recompute, verify_folder
from tests.planning.runs import SMALL, virement


def raised(table, column, by, *, row=0):
    """Return a table with one figure raised."""
    forged = table.copy()
    forged.loc[forged.index[row], column] += by
    return forged


def largest(table, column):
    """Return the place of a column's largest figure."""
    return int(table[column].to_numpy().argmax())


def without(table, row):
    """Return a table without one row."""
    return table.drop(index=table.index[row])


FORGERIES = {
    "more is used than is paid for": (
        "allocation",
        lambda t: raised(t, "used", 5.0, row=largest(t, "used")),
    ),
    "less is used than the plan says": (
        "allocation",
        lambda t: raised(t, "used", -5.0, row=largest(t, "used")),
    ),
    "less is paid for, and so it costs less": (
        "allocation",
        lambda t: raised(
            raised(t, "paid", -1.0, row=largest(t, "paid")),
            "cost",
            -t["unit_cost"].iloc[largest(t, "paid")],
            row=largest(t, "paid"),
        ),
    ),
    "a cost is lowered": ("allocation", lambda t: raised(t, "cost", -1.0)),
    "a unit cost is lowered": ("allocation", lambda t: raised(t, "unit_cost", -0.01)),
    "a change is hidden": (
        "allocation",
        lambda t: raised(t, "change", 1.0, row=int(t["change"].notna().to_numpy().argmax())),
    ),
    "a purchase is left out": ("allocation", lambda t: without(t, largest(t, "cost"))),
    "another provider is named": (
        "allocation",
        lambda t: t.assign(provider=t["provider"].iloc[::-1].to_numpy()),
    ),
    "demand is lowered": (
        "demand",
        lambda t: raised(raised(t, "demand", -1.0), "met", -1.0),
    ),
    "what is unmet is hidden": (
        "demand",
        lambda t: raised(t, "met", 1.0, row=largest(t, "unmet")),
    ),
    "a year of demand is left out": ("demand", lambda t: without(t, 0)),
    "a target is lowered": ("targets", lambda t: raised(t, "target", -0.1)),
    "more is said to be achieved": ("targets", lambda t: raised(t, "achieved", 0.1)),
    "a shortfall is made up": ("targets", lambda t: raised(t, "shortfall", 0.1)),
    "income is raised": ("income", lambda t: raised(t, "amount", 1000.0)),
    "income is spent twice": (
        "funding",
        lambda t: raised(t, "amount", 1000.0, row=largest(t, "amount")),
    ),
    "a ring-fence is broken": (
        "funding",
        lambda t: t.assign(service=t["service"].iloc[::-1].to_numpy()),
    ),
    "reserves do not carry": ("budget", lambda t: raised(t, "reserves_balance", 1000.0)),
    "a managed gap is hidden": ("budget", lambda t: raised(t, "managed_gap", -1000.0)),
    "a structural gap is hidden": ("budget", lambda t: raised(t, "structural_gap", -1000.0)),
    "fixed cost is lowered": ("budget", lambda t: raised(t, "fixed_cost", -1000.0)),
    "a goal is said to be lower": (
        "goals",
        lambda t: raised(t, "value", -1000.0, row=largest(t, "value")),
    ),
    "a goal is left out": ("goals", lambda t: without(t, 2)),
    "the forecast is lowered": ("forecast", lambda t: raised(t, "median", -1.0)),
    "a sensitivity is made to look better": (
        "sensitivities",
        lambda t: raised(t, "structural_gap", -1000.0, row=largest(t, "structural_gap")),
    ),
    "a sensitivity is left out": ("sensitivities", lambda t: without(t, 0)),
    "an interval is narrowed": ("forecast", lambda t: raised(t, "hi80", -1.0)),
}


@pytest.fixture(scope="module")
def again():
    """Make the plan again from its case."""
    return Case.read(SMALL).plan()


def read_back(folder):
    return {name: read_table(folder / f"{name}.csv", name) for name in TABLES}


def forge(written, tmp_path, name, change):
    """Write a copy of a plan with one table changed and the manifest made to match."""
    folder = shutil.copytree(written, tmp_path / "forged")
    path = folder / f"{name}.csv"
    path.write_bytes(csv_bytes(change(read_table(path, name))))
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["outputs"][path.name] = digest(path.read_bytes())
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def test_the_plan_as_written_is_found_in_order(written_small, again):
    tables = read_back(written_small[0])
    assert recompute(tables, again) == []
    assert list(papers_at_odds(written_small[0], tables, again)) == []


@pytest.mark.parametrize("kind", FORGERIES)
def test_a_forged_plan_is_refused_from_disk(kind, written_small, again, tmp_path):
    folder = forge(written_small[0], tmp_path, *FORGERIES[kind])
    assert recompute(read_back(folder), again) != []


@pytest.mark.slow
def test_verify_leaves_with_nought_for_a_plan_and_with_two_for_a_forgery(written_small, tmp_path):
    good = virement("verify", written_small[0], SMALL)
    assert good.returncode == 0, good.stderr
    folder = forge(written_small[0], tmp_path, *FORGERIES["a cost is lowered"])
    bad = virement("verify", folder, SMALL)
    assert bad.returncode == 2
    assert "paid times unit cost is not its cost" in bad.stderr


def test_a_file_changed_without_its_digest_and_a_changed_case_are_named(written_small, tmp_path):
    folder = shutil.copytree(written_small[0], tmp_path / "plan")
    (folder / "plan.xlsx").write_bytes(b"another")
    case = shutil.copytree(SMALL, tmp_path / "case")
    with (case / "providers.csv").open("a", encoding="utf-8") as out:
        out.write("\n")
    text = (case / "demand.csv").read_text(encoding="utf-8")
    (case / "demand.csv").write_text(f"{text.rstrip()} twice\n", encoding="utf-8")
    wrong = verify_folder(folder, case)
    assert wrong == [
        "the demand table is not the one planned",
        "plan.xlsx is not as it was written",
        "plan.xlsx is not what the tables make",
        # A source with another name changes what every paper says of provenance.
        "plan.ods is not what the tables make",
        "paper.docx is not what the tables make",
    ]


def test_a_workbook_or_a_summary_that_says_something_else_is_refused(
    written_small, again, tmp_path
):
    """Digests put right, as a careful forger would."""
    folder = shutil.copytree(written_small[0], tmp_path / "plan")
    tables = read_back(folder)
    tables["budget"] = tables["budget"].assign(managed_gap=0.0)
    forged = plan_book(again.case, tables, dated="")
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    for name, written in WORKBOOKS.items():
        (folder / name).write_bytes(written(forged))
        manifest["outputs"][name] = digest(written(forged))
    manifest["summary"][-2] = "Gap: none"
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    assert list(papers_at_odds(folder, read_back(folder), again)) == [
        "plan.xlsx is not what the tables make",
        "plan.ods is not what the tables make",
        "manifest.json says something else of the plan's summary",
    ]


def test_a_file_that_is_no_part_of_the_plan_is_named(written_small, tmp_path):
    folder = shutil.copytree(written_small[0], tmp_path / "plan")
    (folder / "extra.txt").write_text("mine")
    assert verify_folder(folder, SMALL) == ["extra.txt is no part of the plan"]


def test_a_folder_that_holds_no_plan_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no plan"):
        verify_folder(tmp_path, SMALL)
