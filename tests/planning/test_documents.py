"""What the READMEs state is what the program says."""

import pytest

from planning import Case
from planning.outlook import look_ahead
from planning.pressure import cost_before
from tests.planning.runs import NORTHAMPTONSHIRE, ROOT


@pytest.mark.slow
def test_the_readme_shows_the_screen_of_the_plan(written_northamptonshire):
    folder, run = written_northamptonshire
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    said = run.stdout.replace(str(folder), "plans/northamptonshire")
    assert "".join(f"    {line}\n" for line in said.splitlines()) in readme


@pytest.mark.slow
def test_the_case_states_its_own_five_year_picture():
    """Cost pressure and grant fall stand beside the published +£99m and -£81m."""
    table = look_ahead(Case.read(NORTHAMPTONSHIRE)).changes().table.set_index("item")
    readme = (NORTHAMPTONSHIRE / "README.md").read_text(encoding="utf-8")
    for label, item, published in (
        ("Cost pressure", "cost of demand", "+99"),
        ("Grant fall", "settlement", "−81"),
    ):
        change, low, high = (
            f"{table.at[item, column] / 1e6:+.1f}".replace("-", "−")
            for column in ("change", "lo80", "hi80")
        )
        assert f"| {label} | {change} | {low} to {high} | {published} |" in readme


def test_the_case_ties_to_the_published_budget_of_the_year_before():
    """Less the two grants that the case shows as income, its cost is the published £425.586m.

    Net revenue expenditure 2014-15: MHCLG Revenue Outturn Summary, Northamptonshire, £425.586m.
    """
    case = Case.read(NORTHAMPTONSHIRE)
    income = case.income.set_index(["stream", "period"])["amount"]
    shown = income["public_health_grant", "2014-15"] + income["new_homes_bonus", "2015-16"]
    assert cost_before(case) - shown == pytest.approx(425.586e6, abs=500)
