"""Options are what full plans of the case's scenarios come to."""

import shutil

import numpy as np
import pytest
from numpy.testing import assert_allclose

from planning import Case
from planning.headline import HEADLINE, headline
from planning.options import option_table
from planning.papers.contract import TABLES
from planning.schedules.options import option_schedule
from planning.verify import recompute
from tests.planning.plans import northamptonshire, small
from tests.planning.runs import SMALL

HEAD = "scenario,table,key,column,value,source,note\n"


def of_small(folder, *edits):
    """Return the small case with some edits as its scenarios."""
    case = shutil.copytree(SMALL, folder / "case")
    lines = "".join(f"{edit},illustrative,\n" for edit in edits)
    (case / "scenarios.csv").write_text(HEAD + lines, encoding="utf-8")
    return Case.read(case)


def test_an_option_is_what_a_full_plan_of_its_scenario_comes_to():
    plan = northamptonshire()
    base = headline(plan.allocation.budget)
    assert list(plan.options["scenario"]) == ["half_and_late", "stay_as_we_are"]
    for row in plan.options.to_dict("records"):
        case = plan.case.scenario(row["scenario"])
        whole = case.plan(plan.outlook.of(case)).allocation
        for name, value in headline(whole.budget).items():
            assert_allclose(row[name], value, rtol=1e-9, atol=0.01)
            assert_allclose(row[f"{name}_change"], value - base[name], rtol=1e-9, atol=0.01)
        unmet = whole.goals.set_index("goal").at["statutory_demand", "value"]
        assert_allclose(row["statutory_demand"], unmet, atol=0.01)
        assert row["targets_missed"] == (whole.targets["shortfall"] > 0.0).sum()
        assert row["conflict"] == ""


def test_a_scenario_without_a_plan_has_no_figures_and_says_why_and_one_of_history_is_forecast(
    tmp_path,
):
    """£1 is all that may be spent, on a body with 30,000 hours committed."""
    case = of_small(
        tmp_path,
        "poor,rules,mutual_foothold,kind,max_spend",
        "poor,rules,mutual_foothold,sector,in_house",
        "poor,rules,mutual_foothold,limit,1",
        "grown,demand,*,units,+10%",
    )
    plan = case.plan()
    grown, poor = plan.options.to_dict("records")
    assert (grown["scenario"], poor["scenario"]) == ("grown", "poor")
    assert np.isnan([poor[name] for name in (*HEADLINE, "targets_missed")]).all()
    assert "max_spend" in poor["conflict"]
    whole = case.scenario("grown").plan().allocation
    for name, value in headline(whole.budget).items():
        assert grown[name] == pytest.approx(value, rel=1e-9, abs=0.01)
    assert grown["structural_gap_change"] > 0.0
    better = plan.options.assign(cost=plan.options["cost"] - 1000.0)
    assert recompute({**plan.tables, "options": better}, plan) == [
        "options.csv is not what the case gives"
    ]


def test_a_case_without_scenarios_has_a_table_without_rows_and_a_sheet_that_says_so():
    plan = small()
    table = plan.options
    assert table.empty
    assert list(table.columns) == [column.name for column in TABLES["options"].columns]
    (note,) = option_schedule(plan.case, plan.tables).notes
    assert note == "The case names no scenario, so that no other plan was made."
    assert option_table(plan.outlook, plan.allocation.budget).equals(table)
