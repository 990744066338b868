"""Other levels of demand and income come to what a problem edited so comes to, and to no other."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from optimisation import Infeasible, allocate
from optimisation.bulk import program_of
from optimisation.goals import GOALS, SETTLEMENT
from optimisation.market import Market
from optimisation.model import build
from optimisation.rerun import Futures, Rerun
from tests.optimisation.cases import problem
from tests.optimisation.strategies import problems

FIGURES = [field.name for field in fields(Futures)]

some = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # A failing example is small as it is drawn.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

seeds = st.integers(0, 2**32 - 1)


def drawn(p, seed, *, futures):
    """Draw levels around those of a problem, one in twenty of them nil."""
    rng = np.random.default_rng(seed)
    found = []
    for base in (p.demand["units"], p.income["amount"]):
        times = np.exp(rng.normal(0.0, 0.3, (futures, len(base))))
        found.append(base.to_numpy() * np.where(rng.random(times.shape) < 0.05, 0.0, times))
    return found


def edited(p, demand, income):
    return replace(p, demand=p.demand.assign(units=demand), income=p.income.assign(amount=income))


def figures_of(plan, p):
    """Return the figures of one future from the tables of an allocation."""
    statutory = p.services.loc[p.services["statutory"], "service"]
    missed = plan.targets[plan.targets["shortfall"] > 0.0].groupby("year").size()
    budget = plan.budget.set_index("year")
    return {
        "goals": plan.goals["value"].to_numpy(),
        "managed_gap": budget["managed_gap"].to_numpy(),
        "structural_gap": budget["structural_gap"].to_numpy(),
        "cost": (budget["cost"] + budget["fixed_cost"]).to_numpy(),
        "reserves_balance": budget["reserves_balance"].to_numpy(),
        "unmet_statutory": _dear(plan.demand[plan.demand["service"].isin(statutory)], p),
        "targets_missed": missed.reindex(p.years).fillna(0.0).to_numpy(),
    }


def _dear(unmet, p):
    """Return £ by year of what is not met, at the dearest price of the year's offers."""
    total = np.zeros(len(p.years))
    for row in unmet[unmet["unmet"] > 0.0].itertuples():
        t = p.years.index(row.year)
        prices = [
            o.unit_cost * (1.0 + o.indexation) ** t
            for o in p.offers.itertuples()
            if o.service == row.service
            and o.first_year <= row.year
            and (o.last_year == "" or row.year <= o.last_year)
            and not o.unit_cost < p.services.set_index("service")["sustainable_rate"][o.service]
        ]
        total[t] += row.unmet * max([*prices, 0.0] if prices else [1.0])
    return total


@settings(some, max_examples=30)
@given(p=problems(), seed=seeds)
def test_demand_and_income_stand_nowhere_else_in_the_program(p, seed):
    """A future's program and its goals are the edited problem's own, figure by figure."""
    again = Rerun(p)
    demand, income = drawn(p, seed, futures=1)
    program, costs = again.program(demand[0], income[0])
    m = build(Market(edited(p, demand[0], income[0])))
    true = program_of(m)
    assert (program.matrix != true.matrix).nnz == 0
    for name in ("lower", "upper", "least", "most", "integer"):
        np.testing.assert_array_equal(getattr(program, name), getattr(true, name), name)
    for goal, cost in zip((*GOALS, *SETTLEMENT), costs, strict=True):
        np.testing.assert_array_equal(cost, true.costs(goal.weights(m)), goal.name)


@some
@given(p=problems(contracts=False), seed=seeds)
def test_a_future_comes_to_what_the_edited_problem_comes_to(p, seed):
    """To a thousand-millionth; of what is nil, to that share of the money that there is."""
    again = Rerun(p)
    demand, income = drawn(p, seed, futures=2)
    found = again.futures(demand, income)
    for future in range(2):
        q = edited(p, demand[future], income[future])
        try:
            plan = allocate(q)
        except Infeasible:
            assert all(np.isnan(getattr(found, name)[future]).all() for name in FIGURES)
            continue
        money = 1.0 + q.income["amount"].sum() + plan.budget["cost"].sum()
        for name, true in figures_of(plan, q).items():
            own = getattr(found, name)[future]
            if name == "goals":
                shares = np.array(["share" in goal.unit for goal in GOALS])
                slack = 1e-9 * np.where(shares, 1.0, money)
                assert (np.abs(own - true) <= 1e-9 * np.abs(true) + slack).all(), (own, true)
            else:
                assert own == pytest.approx(true, rel=1e-8, abs=1e-8 * money), name


@settings(some, max_examples=10)
@given(p=problems(contracts=False), seed=seeds, order=st.permutations(range(5)))
def test_what_was_solved_before_changes_no_byte(p, seed, order):
    again = Rerun(p)
    demand, income = drawn(p, seed, futures=5)
    first, then = again.futures(demand, income), again.futures(demand[order], income[order])
    for name in FIGURES:
        assert getattr(then, name).tobytes() == getattr(first, name)[order].tobytes(), name


SMALL = {
    "years": 2,
    "opening": 30.0,
    "demand": [{"units": 10}],
    "income": [{"amount": 60}],
    "offers": [{"offer": "a", "unit_cost": 6, "capacity": 8}, {"offer": "b", "unit_cost": 11}],
    "targets": [{"target": 9, "year": "2016-17"}],
    "effects": [{"per_unit": 1.0}],
}


def test_a_future_worked_by_hand():
    """At 10: 8 * 6 + 2 * 11 = 70 a year; reserves lend 10 in both. At 8 and then 12: 48 and 92.

    The first leaves 60 - 48 = 12 for reserves, 42; the second lacks 32, and 10 are left. At 12
    units and £20 in both years 92 are short of 30 + 20 by 42, and then by 72. At 8 the target of
    the second year asks for a ninth unit, 48 + 11 = 59, which is short of 2 + 20 by 37.
    """
    again = Rerun(problem(**SMALL))
    found = again.futures([[10, 10], [8, 12], [12, 12], [8, 8]], [[60, 60]] * 2 + [[20, 20]] * 2)
    np.testing.assert_allclose(found.cost, [[70, 70], [48, 92], [92, 92], [48, 59]], atol=1e-9)
    np.testing.assert_allclose(
        found.reserves_balance, [[20, 10], [42, 10], [0, 0], [2, 0]], atol=1e-9
    )
    np.testing.assert_allclose(found.managed_gap, [[0, 0], [0, 0], [42, 72], [0, 37]], atol=1e-9)
    np.testing.assert_array_equal(found.targets_missed, [[0, 0], [0, 0], [0, 0], [0, 0]])
    np.testing.assert_array_equal(found.unmet_statutory, np.zeros((4, 2)))


def test_demand_that_nobody_sells_is_unmet_at_the_dearest_price():
    """One offer of 8 units: of 10 in the second year two are not met, 2 * 6 = £12; 9 is missed."""
    again = Rerun(problem(**SMALL | {"offers": SMALL["offers"][:1]}))
    found = again.futures([[8, 10]], [[60, 60]])
    np.testing.assert_allclose(found.unmet_statutory, [[0, 12]], atol=1e-9)
    np.testing.assert_array_equal(found.targets_missed, [[0, 1]])
    assert found.goals[0, 0] == pytest.approx(12.0)


def test_rows_of_the_tables_are_levels_in_their_own_order():
    """North 3 and south 4 at £1 and £2: 3 + 8; the other way about 4 + 6."""
    demand = [{"locality": "south", "units": 1}, {"locality": "north", "units": 1}]
    offers = [{"locality": "north", "unit_cost": 1}, {"locality": "south", "unit_cost": 2}]
    again = Rerun(problem(demand=demand, offers=offers, income=[{"amount": 50}]))
    np.testing.assert_allclose(again.futures([[4, 3], [3, 4]], [[50]] * 2).cost, [[11], [10]])


FEE = [{"offer": "a", "unit_cost": 6, "capacity": 20, "award_cost": 30}, {"unit_cost": 10}]


def test_whole_decisions_are_taken_anew():
    """10 units cost 30 + 60 by award, or 100; 5 cost 30 + 30, or 50; none cost nothing."""
    p = problem(demand=[{"units": 10}], offers=FEE, income=[{"amount": 500}])
    found = Rerun(p).futures([[10], [5], [0]], [[500]] * 3)
    np.testing.assert_allclose(found.cost[:, 0], [90, 50, 0], atol=1e-9)
    np.testing.assert_allclose(found.goals[:, 5], [90, 50, 0], atol=1e-9)


def test_a_future_without_a_plan_is_not_known_and_stops_no_other():
    """Reserves of 30 must stand at 40: no income, no plan. The target's 9 units cost 59."""
    again = Rerun(problem(**SMALL | {"minimum": 40.0}))
    found = again.futures([[0, 0]] * 3, [[60, 60], [0, 0], [10, 0]])
    np.testing.assert_allclose(
        found.reserves_balance, [[90, 91], [np.nan] * 2, [40, 40]], atol=1e-9
    )
    for name in FIGURES:
        told = np.isnan(getattr(found, name))
        assert told[1].all(), name
        assert not told[[0, 2]].any(), name


def test_where_the_problem_itself_has_no_plan_its_futures_may_have_one():
    """Reserves of 30 must stand at 40, with 60 a year for 59 of cost at most where income is."""
    p = problem(**SMALL | {"minimum": 40.0, "income": [{"amount": 0}]})
    found = Rerun(p).futures([[0, 0]] * 2, [[0, 0], [60, 60]])
    np.testing.assert_allclose(found.reserves_balance, [[np.nan] * 2, [90, 91]], atol=1e-9)


@pytest.mark.parametrize(
    ("demand", "income", "fault"),
    [
        ([[1.0]], [[1.0, 1.0]], "demand is of shape"),
        ([[1.0, 1.0]], [[1.0, 1.0]] * 2, "income is of shape"),
        ([[1.0, np.nan]], [[1.0, 1.0]], "demand holds a level"),
        ([[1.0, 1.0]], [[-1.0, 1.0]], "income holds a level"),
    ],
)
def test_levels_that_are_none_are_refused(demand, income, fault):
    with pytest.raises(ValueError, match=fault):
        Rerun(problem(**SMALL)).futures(demand, income)


def test_no_future_at_all_is_no_row():
    found = Rerun(problem(**SMALL)).futures(np.zeros((0, 2)), np.zeros((0, 2)))
    assert found.managed_gap.shape == (0, 2)
    assert found.goals.shape == (0, len(GOALS))
