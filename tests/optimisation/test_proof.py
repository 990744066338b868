"""What proves a goal and what does not, on a program small enough to solve by hand.

10 units are needed; a sells 8 at £6, b any number at £7; the grant is £50. The cost is
8 * 6 + 2 * 7 = 62 and the gap 62 - 50 = 12. The multipliers that prove it:

- the twelfth pound: one unit more of demand costs £7 (of b), one more of a's capacity saves
  7 - 6 = 1, a pound more of grant saves £1: 10 * 7 - 8 * 1 - 50 * 1 = 12;
- the sixty-second: 10 * 7 - 8 * 1 = 62.
"""

from dataclasses import replace

import numpy as np
import pytest

from optimisation.allocation import allocate
from optimisation.facts import Facts
from optimisation.goals import GOALS
from optimisation.market import Market
from optimisation.model import build
from optimisation.problem import Problem
from optimisation.proof import Bound, prove
from optimisation.restatement import Statement, restate
from optimisation.solver import solve
from tests.optimisation.cases import problem

YEAR = "2015-16"
DEMAND = ("meet_demand", "care", "", YEAR)
CAPACITY = ("respect_capacity", "a", YEAR)
USE_A, USE_B = ("pay_for_use", "a", YEAR), ("pay_for_use", "b", YEAR)

VALUES = {"funding_gap": 12.0, "cost": 62.0}
MARKET = {DEMAND: 7.0, USE_A: -7.0, USE_B: -7.0, CAPACITY: -1.0}
MONEY = {
    ("pay_costs", "care", YEAR): 1.0,
    ("spend_income", "grant", YEAR): -1.0,
    ("carry_reserves", "general", YEAR): -1.0,
}
DUALS = {"funding_gap": MARKET | MONEY, "cost": MARKET}

Duals = dict[str, dict[tuple[str, ...], float]]


def small() -> Problem:
    return problem(
        demand=[{"units": 10}],
        offers=[
            {"offer": "a", "unit_cost": 6, "capacity": 8},
            {"offer": "b", "unit_cost": 7},
        ],
        income=[{"amount": 50}],
    )


def stated(p: Problem) -> Statement:
    return restate(Facts(p))


def bounds(statement: Statement, values: dict[str, float], duals: Duals) -> dict[str, Bound]:
    """Return the bounds by goal; a row without a multiplier has nil, a goal without a value too."""
    goals = statement.goals
    place = {statement.row_name(row): row for row in range(len(statement.level))}
    full = {goal: np.zeros(len(place)) for goal in goals}
    for goal in goals:
        for row, multiplier in duals.get(goal, {}).items():
            full[goal][place[row]] = multiplier
    found = prove(statement, values=dict.fromkeys(goals, 0.0) | values, duals=full)
    return {bound.goal: bound for bound in found}


def test_the_right_multipliers_prove_the_right_values():
    found = bounds(stated(small()), VALUES, DUALS)
    assert found["funding_gap"].bound == pytest.approx(12)
    assert found["cost"].bound == pytest.approx(62)
    assert [bound.goal for bound in found.values() if not bound.proved] == []


@pytest.mark.parametrize("value", [62.001, 61.999])
def test_a_value_above_or_below_its_bound_is_not_proved(value):
    """£62 is the least there is: more is not the best, and less is no plan's."""
    assert not bounds(stated(small()), VALUES | {"cost": value}, DUALS)["cost"].proved


@pytest.mark.parametrize(
    ("row", "multiplier", "value"),
    [
        pytest.param(DEMAND, 8.0, 72.0, id="demand at 8: 10 * 8 - 8, where b sells at 7"),
        pytest.param(USE_B, -8.0, 62.0, id="use of b at 8, where it is paid 7"),
        pytest.param(USE_A, -6.0, 62.0, id="use of a at 6: a unit would earn 7 and cost 6"),
        pytest.param(CAPACITY, 1.0, 78.0, id="a limit that costs more the looser it is"),
        pytest.param(CAPACITY, 0.0, 70.0, id="capacity at nil: 10 * 7, but a sells at 6"),
    ],
)
def test_a_wrong_multiplier_proves_neither_its_own_sum_nor_the_right_value(row, multiplier, value):
    duals = DUALS | {"cost": MARKET | {row: multiplier}}
    for claimed in (value, 62.0):
        bound = bounds(stated(small()), VALUES | {"cost": claimed}, duals)["cost"]
        assert bound.bound == pytest.approx(value)
        assert not bound.proved


def test_a_weaker_bound_does_not_prove_the_right_value():
    """Demand at 6 is sound, 10 * 6 - 8 = 52 is less than any plan costs; but no plan gets there."""
    duals = DUALS | {"cost": MARKET | {DEMAND: 6.0}}
    bound = bounds(stated(small()), VALUES, duals)["cost"]
    assert bound.bound == pytest.approx(52)
    assert bound.loss == 0
    assert not bound.proved


def test_an_earlier_goal_is_what_makes_a_later_one_cost_anything():
    """Were demand free to go unmet, nothing would have to be bought: 62 is proved of nothing."""
    statement = stated(small())
    alone = replace(statement, goals={"cost": statement.goals["cost"]})
    assert not bounds(alone, VALUES, DUALS)["cost"].proved


def test_a_plan_that_is_bought_too_dear_is_not_proved():
    """All 10 from b cost 70 and leave a gap of 20: everything adds up, and both could be less."""
    found = bounds(stated(small()), {"funding_gap": 20.0, "cost": 70.0}, DUALS)
    assert not found["funding_gap"].proved
    assert not found["cost"].proved
    assert found["statutory_demand"].proved


@pytest.mark.parametrize("times", [1.0, 1e6])
def test_a_value_is_proved_to_a_millionth_of_itself(times):
    """All money a million times as much: 62 * (1 + 2e-6) is not proved, 62 * (1 + 5e-7) is."""
    p = small()
    p = replace(
        p,
        offers=p.offers.assign(unit_cost=p.offers["unit_cost"] * times),
        income=p.income.assign(amount=p.income["amount"] * times),
    )
    rows = {key: y * times for key, y in MARKET.items()}
    duals = {"funding_gap": rows | MONEY, "cost": rows}
    for factor, proved in ((1.0, True), (1 + 5e-7, True), (1 + 2e-6, False)):
        values = {"funding_gap": 12.0 * times, "cost": 62.0 * times * factor}
        assert bounds(stated(p), values, duals)["cost"].proved is proved


def test_what_a_goal_at_nil_weighs_stays_at_nil_for_the_next():
    """8 units are needed and a sells just 8, so one multiplier of nil demand unmet is as good as 6.

    8 * 6 - 8 * 6 = 0 proves that nothing need go unmet, at no reduced cost of doing so. Since 0 is
    the least, nothing may, and the cost is then proved by 8 * 6 = 48.
    """
    p = problem(demand=[{"units": 8}], offers=[{"offer": "a", "unit_cost": 6, "capacity": 8}])
    bought = {DEMAND: 6.0, USE_A: -6.0}
    duals = {"statutory_demand": bought | {CAPACITY: -6.0}, "cost": bought}
    found = bounds(stated(p), {"cost": 48.0, "funding_gap": 48.0}, duals)
    assert found["statutory_demand"].proved
    assert found["cost"].bound == pytest.approx(48)
    assert found["cost"].proved


def test_nothing_to_buy_and_money_over_is_proved():
    """9 units today at £14.80 and no need of any: no cost, and a change of 9 * 14.8 = 133.2."""
    plan = allocate(
        problem(
            years=4,
            opening=58.5,
            minimum=58.5,
            offers=[{"unit_cost": 14.8, "current": 9, "capacity": 60}],
            income=[{"amount": 1170}],
        )
    )
    assert plan.goals["value"].tolist() == pytest.approx([0, 0, 0, 0, 0, 0, 133.2])


def test_the_solvers_own_multipliers_are_those_worked_by_hand():
    statement = stated(small())
    stages = solve(build(Market(small())), GOALS).stages
    duals = {
        stage.goal.name: statement.over_rows(
            {rule: (found.labels, found.value) for rule, found in stage.duals.items()}
        )
        for stage in stages
    }
    place = {statement.row_name(row): row for row in range(len(statement.level))}
    for row in (DEMAND, CAPACITY):
        assert duals["cost"][place[row]] == pytest.approx(MARKET[row])
        assert duals["funding_gap"][place[row]] == pytest.approx(MARKET[row])
    found = prove(statement, values={s.goal.name: s.value for s in stages}, duals=duals)
    assert all(bound.proved for bound in found)
