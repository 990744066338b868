"""Sensitivities are what full plans of the edited case come to."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from planning.papers.columns import TABLES
from planning.plan import problem_of
from planning.sensitivities import NO_PLAN, changes, sensitivity_table
from planning.tables.edits import Edit
from tests.planning.plans import northamptonshire, small


def told(plan, factor, change):
    table = plan.sensitivities.set_index(["factor", "change"])
    return table.loc[(factor, change)]


def figures(plan):
    budget = plan.allocation.budget
    return {
        "managed_gap": budget["managed_gap"].sum(),
        "structural_gap": budget["structural_gap"].iloc[-1],
        "cost": (budget["cost"] + budget["fixed_cost"]).sum(),
        "reserves_balance": budget["reserves_balance"].iloc[-1],
    }


EDITS = {
    ("Grants", "5% less"): {"grant": "-5%"},
    ("Council tax", "1% more"): {"council_tax": "+1%"},
    ("Demand for all services", "5% more"): Edit("x", "outlook.demand", "", "units", "+5%"),
    ("Indexation of all offers", "1 percentage point a year more"): Edit(
        "x", "offers", "*", "indexation", "+1 points"
    ),
    ("Delivery of savings and new income", "half of what is expected"): Edit(
        "x", "proposals", "s_*/*", "delivery", "x0.5"
    ),
    ("Organisations' work for others", "0.5 times the market"): Edit(
        "x", "organisations", "*", "external_market", "x0.5"
    ),
}


@pytest.mark.parametrize(("factor", "change"), EDITS)
def test_a_sensitivity_is_what_a_full_plan_of_the_edited_case_comes_to(factor, change):
    plan, edit = northamptonshire(), EDITS[factor, change]
    case = plan.case.edit(edit) if isinstance(edit, Edit) else plan.case.edit(**edit)
    whole, base, row = (
        figures(case.plan(plan.outlook.of(case))),
        figures(plan),
        told(plan, factor, change),
    )
    for name, value in whole.items():
        assert row[name] == pytest.approx(value, rel=1e-9, abs=0.01)
        assert row[f"{name}_change"] == pytest.approx(value - base[name], rel=1e-9, abs=0.01)


def test_the_base_is_the_plan_so_that_no_change_is_none():
    plan = northamptonshire()
    table = plan.sensitivities
    for name, value in figures(plan).items():
        assert_allclose(table[name] - table[f"{name}_change"], value, atol=0.01)


def test_every_factor_has_a_row_worse_and_a_row_better():
    table = small().sensitivities
    assert list(table.columns) == [column.name for column in TABLES["sensitivities"].columns]
    assert set(table.groupby("factor").size()) == {2}
    worse, better = table.iloc[::2], table.iloc[1::2]
    gap = "structural_gap"
    assert list(worse["factor"]) == list(better["factor"])
    assert (worse.loc[worse["factor"] != "Grants", gap].to_numpy() > 0.0).all()


def test_what_a_case_has_nothing_of_is_left_out():
    problem = problem_of(small().outlook)
    bare = replace(problem, proposals=problem.proposals.iloc[:0])
    assert "Delivery of savings and new income" in {one.factor for one in changes(problem)}
    assert "Delivery of savings and new income" not in {one.factor for one in changes(bare)}


def test_where_a_change_leaves_no_plan_the_figures_are_blank_and_the_row_says_so():
    """£40,000 at most on spot contracts, and 20,000 units committed at £15.20 would be £304,000.

    The commitment of hc_council, 30,000 hours at £19, just fits under a ceiling of £570,000 in the
    first year alone; indexed a point more it passes it.
    """
    plan = small()
    problem = problem_of(plan.outlook)
    offers = problem.offers.assign(indexation=0.0)
    ceiling = problem.rules.iloc[:1].assign(
        rule="ceiling", kind="max_spend", sector="in_house", year="", limit=30_000 * 19.0
    )
    tight = replace(problem, offers=offers, rules=ceiling)
    table = sensitivity_table(tight, plan.allocation.budget).set_index(["factor", "change"])
    row = table.loc[("Indexation of all offers", f"1 percentage point a year more: {NO_PLAN}")]
    assert np.isnan(row.to_numpy(dtype=float)).all()
    assert table.loc["Grants"].notna().all(axis=None)


def test_no_word_of_a_sensitivity_begins_as_a_formula_does():
    table = small().sensitivities
    for text in (*table["factor"], *table["change"]):
        assert text[0] not in "=+-@"
