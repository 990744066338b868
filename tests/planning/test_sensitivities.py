"""Sensitivities are what full plans of the edited case come to."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from planning.papers.contract import TABLES
from planning.problem import problem_of
from planning.schedules.sensitivities import sensitivity_schedule
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
    """The gap that nothing covers is never less in the worse; here it is none in the better."""
    table = northamptonshire().sensitivities
    assert list(table.columns) == [column.name for column in TABLES["sensitivities"].columns]
    worse, better = table.iloc[::2], table.iloc[1::2]
    assert list(worse["factor"]) == list(better["factor"])
    assert (worse["managed_gap"].to_numpy() >= better["managed_gap"].to_numpy()).all()
    assert (worse["managed_gap"] > 0.0).sum() == 5
    assert (better["managed_gap"] == 0.0).all()


def test_of_a_case_too_large_nothing_is_tried_and_the_schedule_says_so():
    plan = small()
    problem = problem_of(plan.outlook)
    many = pd.concat(
        [problem.offers.assign(offer=problem.offers["offer"] + f"_{n}") for n in range(3_400)]
    )
    table = sensitivity_table(
        replace(
            problem, offers=many, tiers=problem.tiers.iloc[:0], effects=problem.effects.iloc[:0]
        ),
        plan.allocation.budget,
    )
    assert table.empty
    (note,) = sensitivity_schedule(plan.case, {"sensitivities": table}).notes
    assert note.startswith("Nothing was tried: the case is too large")


def test_what_a_case_has_nothing_of_is_left_out():
    problem = problem_of(small().outlook)
    bare = replace(problem, proposals=problem.proposals.iloc[:0])
    assert "Delivery of savings and new income" in {one.factor for one in changes(problem)}
    assert "Delivery of savings and new income" not in {one.factor for one in changes(bare)}


def test_where_a_change_leaves_no_plan_the_figures_are_blank_and_the_row_says_so():
    """30,000 hours are committed at £19, and £570,000 is all that may be spent in-house.

    Without indexation that is just enough in every year; a point a year more passes it.
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
