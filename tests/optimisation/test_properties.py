"""What holds for any problem: order and units are a matter of taste, and money never harms."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from optimisation import Infeasible
from optimisation.aims import read_aims
from optimisation.allocation import Allocation, allocate
from optimisation.market import Market
from optimisation.problem import COLUMNS, Problem
from optimisation.sets import codes
from tests.optimisation.cases import problem
from tests.optimisation.strategies import problems

TABLES = ("allocation", "demand", "targets", "income", "funding", "budget", "goals", "prices")
MONEY_GOALS = ["statutory_demand", "funding_gap", "other_demand", "cost", "change"]

a_few = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # A failing example is small as it is drawn.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def planned(p: Problem) -> Allocation:
    """Return the plan, or leave the example where its own rules contradict each other."""
    try:
        return allocate(p)
    except Infeasible:
        return assume(False)


def values(plan: Allocation) -> dict[str, float]:
    return dict(plan.goals.set_index("goal")["value"])


def close(expected: dict[str, float]) -> object:
    return pytest.approx(expected, rel=1e-6, abs=1e-6 * max(1.0, *expected.values()))


def bytes_of(plan: Allocation) -> dict[str, str]:
    return {name: getattr(plan, name).to_csv(index=False) for name in TABLES}


@a_few
@given(p=problems(), data=st.data())
def test_the_order_of_rows_changes_no_byte(p, data):
    plan = planned(p)
    shuffled = {
        name: table.iloc[data.draw(st.permutations(range(len(table))))]
        for name in COLUMNS
        for table in [getattr(p, name)]
    }
    assert bytes_of(allocate(replace(p, **shuffled))) == bytes_of(plan)


@a_few
@given(p=problems())
def test_the_same_problem_twice_gives_the_same_bytes(p):
    assert bytes_of(planned(p)) == bytes_of(planned(p))


@a_few
@given(p=problems(), share=st.sampled_from([0.01, 0.3, 2.0]), where=st.sampled_from(["", "all"]))
def test_more_money_never_raises_the_first_three_goals(p, share, where):
    """More in reserves, or in every stream: needs are met as before, and the gap is no larger."""
    before = values(planned(p))
    extra = share * (1.0 + before["cost"])
    if where == "all":
        richer = replace(p, income=p.income.assign(amount=p.income["amount"] + extra))
    else:
        more = p.reserves["opening"].mask(
            ~p.reserves["one_off_only"], p.reserves["opening"] + extra
        )
        richer = replace(p, reserves=p.reserves.assign(opening=more))
    after = values(allocate(richer))
    for goal in ("statutory_demand", "statutory_targets"):
        assert after[goal] == pytest.approx(before[goal], rel=1e-6, abs=1e-6)
    assert after["funding_gap"] <= before["funding_gap"] * (1 + 1e-6) + 1e-6


def times_over(table: pd.DataFrame, times: float, *columns: str) -> pd.DataFrame:
    """Return a table with some columns multiplied."""
    return table.assign(**{column: table[column] * times for column in columns})


def every_need_has_an_offer(p: Problem) -> bool:
    """Tell whether no unit unmet counts £1, which is no amount of the case's to scale."""
    market = Market(p)
    needs = codes(market.needs)
    offer, _, year = codes(market.uses)
    sold = {*zip(market.service_of_offer[offer], year, strict=True)}
    return all((service, year) in sold for service, _, year in zip(*needs, strict=True))


@a_few
@given(p=problems(), times=st.sampled_from([1000.0, 0.01]))
def test_a_thousand_times_the_money_is_a_thousand_times_the_pounds(p, times):
    assume(every_need_has_an_offer(p))
    # A council's money, not a planet's: beyond 10^11 pounds a penny is lost in double precision.
    assume(p.offers["unit_cost"].max() * p.demand["units"].max() < 1e6)
    before = values(planned(p))
    spend = p.rules["kind"].isin(["max_spend", "min_spend"])
    richer = replace(
        p,
        reserves=times_over(p.reserves, times, "opening", "minimum"),
        organisations=times_over(p.organisations, times, "external_market", "opening_reserves"),
        services=times_over(p.services, times, "sustainable_rate"),
        offers=times_over(p.offers, times, "unit_cost", "award_cost"),
        tiers=times_over(p.tiers, times, "unit_cost"),
        income=times_over(p.income, times, "amount"),
        costs=times_over(p.costs, times, "amount"),
        proposals=times_over(p.proposals, times, "amount"),
        rules=p.rules.assign(limit=p.rules["limit"].mask(spend, p.rules["limit"] * times)),
    )
    expected = {g: v * (times if g in MONEY_GOALS else 1.0) for g, v in before.items()}
    assert values(allocate(richer)) == close(expected)


@a_few
@given(p=problems(), times=st.sampled_from([1000.0, 7.0]))
def test_units_a_thousand_times_smaller_leave_every_goal_as_it_is(p, times):
    """Hours in place of weeks: more units at less each, and each does less of a total."""
    assume(every_need_has_an_offer(p))
    aims = read_aims(Market(p))
    # A small target's miss is divided by 1, whatever its volume.
    assume(np.all((aims.size > 1.0) | ~aims.average))
    before = values(planned(p))
    volumes = ("capacity", "committed", "current", "minimum")
    totals = p.outcomes.loc[p.outcomes["measure"] == "total", "outcome"]
    of_totals = p.effects["outcome"].isin(totals)
    finer = replace(
        p,
        services=times_over(p.services, 1 / times, "sustainable_rate"),
        demand=times_over(p.demand, times, "units"),
        offers=times_over(times_over(p.offers, times, *volumes), 1 / times, "unit_cost"),
        tiers=times_over(times_over(p.tiers, times, "from_units"), 1 / times, "unit_cost"),
        effects=p.effects.assign(
            per_unit=p.effects["per_unit"].mask(of_totals, p.effects["per_unit"] / times)
        ),
    )
    assert values(allocate(finer)) == close(before)


@a_few
@given(p=problems())
def test_a_plan_never_promises_what_it_cannot(p):
    """Nothing is negative, and every pound of cost is paid by a stream, reserves or the gap."""
    plan = planned(p)
    budget = plan.budget
    assert (plan.allocation[["used", "paid", "cost"]] >= 0).all(axis=None)
    assert (plan.demand[["met", "unmet"]] >= 0).all(axis=None)
    assert (plan.funding["amount"] > 0).all()
    paid = plan.funding.groupby("year")["amount"].sum().reindex(budget["year"], fill_value=0.0)
    cost = (budget["cost"] + budget["fixed_cost"]).to_numpy()
    assert paid.to_numpy() == pytest.approx(cost, rel=1e-6, abs=1e-3)
    held = plan.reserves
    assert (held["balance"] >= held["minimum"] - 1e-6 * held["minimum"].clip(lower=1.0)).all()
    total = held.groupby("year")["balance"].sum().to_numpy()
    assert budget["reserves_balance"].to_numpy() == pytest.approx(total, rel=1e-6, abs=1e-3)


@a_few
@given(p=problems())
def test_dropping_a_rule_never_makes_the_first_goal_worse(p):
    before = values(planned(p))
    free = values(allocate(replace(p, rules=p.rules.head(0))))
    assert free["statutory_demand"] <= before["statutory_demand"] * (1 + 1e-6) + 1e-6


def test_what_was_given_is_left_as_it_was():
    """No stage writes on its input."""
    p = problem(
        years=2,
        demand=[{"units": 10}],
        offers=[{"offer": "b", "unit_cost": 6, "capacity": 8}, {"offer": "a", "unit_cost": 7}],
        income=[{"amount": 50}],
        targets=[{"target": 3}],
        effects=[{"per_unit": 0.2}],
        rules=[{"kind": "max_share", "limit": 1}],
        proposals=[{"service": "care", "amount": 5}],
        costs=[{"amount": 20}],
    )
    copies = {name: getattr(p, name).copy() for name in COLUMNS}
    allocate(p)
    for name, copy in copies.items():
        pd.testing.assert_frame_equal(getattr(p, name), copy)


@pytest.mark.exhaustive
def test_every_council_is_planned_or_told_what_conflicts():
    """Of a thousand, other ones each time: no plan fails its certificate, no conflict its proof."""
    made = []

    @settings(
        max_examples=1000,
        deadline=None,
        derandomize=False,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(p=problems())
    def plan(p):
        with suppress(Infeasible):
            made.append(allocate(p).bounds)

    plan()
    assert len(made) >= 500
