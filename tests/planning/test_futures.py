"""Futures: drawn from the forecast's own paths, each planned as a plan for it would be."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.paths import Paths
from optimisation import allocate
from planning.case import Case
from planning.futures import draw, run_futures
from planning.outlook import look_ahead
from planning.plan import draw_up
from planning.problem import problem_of
from planning.tables.edits import Edit
from tests.planning.runs import SMALL


@pytest.fixture(scope="module")
def small():
    return Case.read(SMALL)


@pytest.fixture(scope="module")
def outlook(small):
    return look_ahead(small)


def with_one_path(outlook):
    """Return the outlook with one path alone: what it plans for."""
    demand, income = outlook.demand, outlook.income
    names = [
        f"demand:{row.service}" + (f"/{row.locality}" if row.locality else "")
        for row in demand.itertuples()
    ] + [f"income:{stream}" for stream in income["stream"]]
    long = pd.DataFrame(
        {
            "series": names,
            "year": [*demand["year"], *income["year"]],
            "value": [*demand["units"], *income["amount"]],
        }
    )
    wide = long.pivot(index="series", columns="year", values="value")
    paths = Paths(tuple(wide.index), tuple(wide.columns), wide.to_numpy()[:, :, np.newaxis])
    return replace(outlook, paths=paths)


def test_the_future_that_is_planned_for_comes_to_what_the_plan_does(small, outlook):
    """With twice the demand, too, where money runs out and the law is not met."""
    doubled = small.edit(
        Edit("more", "outlook.demand", "home_care/*/*", "units", "x2"),
        Edit("more", "outlook.income", "*/*", "amount", "-30%"),
    )
    for ahead in (outlook, outlook.of(doubled)):
        plan = draw_up(ahead).allocation
        # The case as it is, or a scenario's edits would be made twice.
        found = run_futures(replace(with_one_path(ahead), case=small), 1)
        table, budget = found.table, plan.budget
        assert table["year"].tolist() == budget["year"].tolist()
        for name in ("managed_gap", "structural_gap", "reserves_balance"):
            assert table[name].to_numpy() == pytest.approx(budget[name].to_numpy(), abs=0.01)
        cost = budget["cost"] + budget["fixed_cost"]
        assert table["cost"].to_numpy() == pytest.approx(cost.to_numpy(), rel=1e-9)
        goals = plan.goals.set_index("goal")["value"]
        assert table["unmet_statutory"].sum() == pytest.approx(goals["statutory_demand"], abs=0.01)
        missed = plan.targets[plan.targets["shortfall"] > 0.0].groupby("year").size()
        expected = missed.reindex(budget["year"], fill_value=0)
        assert table["targets_missed"].to_list() == expected.to_list()
        ranges = found.range_table()
        for name in ("mean", "median", "lo80", "hi80", "lo95", "hi95"):
            own = ranges[ranges["measure"] == "cost"]
            assert own[name].to_numpy() == pytest.approx(cost.to_numpy(), rel=1e-9)
    # The second case is one where all of this is put to the test.
    assert table["managed_gap"].sum() + table["unmet_statutory"].sum() > 0.0


def test_futures_are_paths_of_the_forecast_and_more_of_them_include_fewer(outlook):
    few, more = draw(outlook, 20, seed=4), draw(outlook, 50, seed=4)
    assert len(set(more.number.tolist())) == 50
    assert set(few.number.tolist()) < set(more.number.tolist())
    assert draw(outlook, 20, seed=5).number.tolist() != few.number.tolist()
    told = outlook.paths.table().set_index(["series", "period", "path"])["value"]
    for place, row in enumerate(outlook.demand.itertuples()):
        name = f"demand:{row.service}" + (f"/{row.locality}" if row.locality else "")
        expected = told.loc[name, row.year].loc[more.number]
        assert more.demand[:, place].tolist() == expected.tolist()
    for place, row in enumerate(outlook.income.itertuples()):
        expected = told.loc[f"income:{row.stream}", row.year].loc[more.number]
        assert more.income[:, place].tolist() == expected.tolist()
    assert (more.demand.std(axis=0) > 0.0).all()


def test_income_that_is_confirmed_is_the_same_in_every_future(small, outlook):
    confirmed = small.income[small.income["status"] == "confirmed"]
    amounts = confirmed.set_index(["stream", "period"])["amount"]
    drawn = draw(outlook, 30, seed=1).income
    seen = 0
    for place, row in enumerate(outlook.income.itertuples()):
        if (row.stream, row.year) in amounts.index:
            assert set(drawn[:, place].tolist()) == {amounts[row.stream, row.year]}
            seen += 1
        else:
            assert np.ptp(drawn[:, place]) > 0.0
    assert seen


def test_what_a_scenario_makes_of_the_forecast_it_makes_of_every_future(small, outlook):
    edited = outlook.of(small.edit(Edit("more", "outlook.demand", "home_care/*/*", "units", "x2")))
    after, before = (draw(one, 10, seed=1) for one in (edited, outlook))
    times = outlook.demand["service"].map(lambda s: 2.0 if s == "home_care" else 1.0)
    assert after.demand == pytest.approx(before.demand * times.to_numpy())
    assert (after.income == before.income).all()


@pytest.mark.parametrize("count", [0, 2_001])
def test_more_futures_than_there_are_paths_are_refused(outlook, count):
    with pytest.raises(ValueError, match="ask for 1 to 2,000"):
        draw(outlook, count, seed=1)


def test_a_future_without_a_plan_is_counted_and_says_why(small, outlook):
    """At least £2m and at most £1m a year cannot both be spent, whatever the future."""
    blank = dict.fromkeys(small.rules.columns, "")
    rules = [
        blank | {"rule": "least", "kind": "min_spend", "limit": 2e6},
        blank | {"rule": "most", "kind": "max_spend", "limit": 1e6},
    ]
    strict = replace(small, rules=pd.concat([small.rules, pd.DataFrame(rules)]))
    found = run_futures(replace(outlook, case=strict), 3)
    assert found.table["conflict"].str.contains("rules.csv, most: max_spend").all()
    assert found.table["cost"].isna().all()
    chances = found.chance_table().set_index(["measure", "year"])["value"]
    assert (chances["no_plan"] == 1.0).all()
    assert (chances["gap"] == 0.0).all()
    assert found.range_table()["mean"].isna().all()
    assert "No plan, since rules conflict: 3 of 3 futures" in found.summary()[-1]


def test_each_future_is_planned_as_a_plan_for_it_would_be(outlook):
    """Three futures, each allocated whole, with its certificate."""
    drawn = draw(outlook, 3, seed=9)
    found = run_futures(outlook, 3, seed=9).table
    problem = problem_of(outlook)
    for place, number in enumerate(drawn.number):
        made = allocate(
            replace(
                problem,
                demand=problem.demand.assign(units=drawn.demand[place]),
                income=problem.income.assign(amount=drawn.income[place]),
            )
        )
        own = found[found["future"] == number]
        cost = made.budget["cost"] + made.budget["fixed_cost"]
        assert own["cost"].to_numpy() == pytest.approx(cost.to_numpy(), rel=1e-9)


def test_futures_show_themselves_in_words_and_figures(outlook):
    found = run_futures(outlook, 2)
    page = found._repr_html_()
    assert "2 futures of demand and income, each planned anew" in page
    assert "known to within 0." in page
    assert len(found.summary()) == 9
