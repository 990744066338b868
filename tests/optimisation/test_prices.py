"""A price is what is saved when its requirement is a little looser: every one is re-solved.

The level is loosened by a small step between ``lower`` and ``upper``, in the case's own table, and
the whole allocation is made again. The fall of the gap, and that of the cost, is the price times
the step.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from optimisation.allocation import Allocation, allocate
from optimisation.problem import Problem
from tests.optimisation.cases import Row, problem

LOOSER = {"demand": -1, "capacity": 1, "commitment": -1, "income": 1, "minimum": -1}
LOOSER |= {"at_least": -1, "at_most": 1, "max_spend": 1, "min_spend": -1}
"""Which way a level moves when it is loosened."""

LEVELS = {
    "demand": ("demand", "units", ["service", "locality"]),
    "capacity": ("offers", "capacity", ["offer"]),
    "commitment": ("offers", "committed", ["offer"]),
    "income": ("income", "amount", ["stream"]),
    "target": ("targets", "target", ["outcome"]),
    "rule": ("rules", "limit", ["rule"]),
}
"""By kind of price: the table and column of its level, and what its key is made of."""


def council(seed: int) -> Problem:
    """Draw a council of one year: too little of something, and a spending rule or two.

    One year, so that a capacity, a commitment, the minimum and a rule each stand in one row of the
    program, as a price is of one row.
    """
    rng = np.random.default_rng(seed)
    services = ["care", "visits", "rehab"]
    units = {s: float(rng.integers(20, 90)) for s in services}
    offers: list[Row] = [
        {
            "offer": f"{service}{n}",
            "provider": f"p{n}",
            "service": service,
            "unit_cost": float(rng.integers(40, 400)) / 10,
            "capacity": round(units[service] * rng.choice([0.3, 0.45, 0.8])),
            "committed": round(units[service] * rng.choice([0.0, 0.1])),
            "current": float(rng.integers(5, 40)),
        }
        for service in services
        for n in range(3)
    ]
    need = sum(12.0 * u for u in units.values())
    return problem(
        opening=round(need * 0.05),
        minimum=round(need * 0.03),
        services=[{"service": "visits", "statutory": bool(rng.integers(2))}],
        demand=[{"service": s, "units": u} for s, u in units.items()],
        offers=offers,
        streams=[{"stream": "better", "ring_fence": "rehab;visits"}],
        income=[
            {"amount": round(need * rng.choice([0.5, 0.8, 1.6]))},
            {"stream": "better", "amount": round(need * rng.choice([0.05, 0.3]))},
        ],
        outcomes=[
            {"outcome": "safe", "statutory": bool(rng.integers(2))},
            {"outcome": "harm", "direction": "at_most", "statutory": bool(rng.integers(2))},
            {"outcome": "grade", "measure": "average"},
        ],
        targets=[
            {"outcome": "safe", "target": round(units["care"] * rng.choice([0.6, 0.9]))},
            {"outcome": "harm", "target": round(units["rehab"] * 0.35)},
            {"outcome": "grade", "target": 3.0},
        ],
        effects=[
            {"outcome": "safe", "service": "care", "per_unit": 0.5},
            {"outcome": "safe", "offer": "care1", "per_unit": 1.5},
            {"outcome": "harm", "offer": "rehab0", "per_unit": 0.9},
            {"outcome": "harm", "offer": "rehab1", "per_unit": 0.2},
            {"outcome": "grade", "service": "visits", "per_unit": 2.0},
            {"outcome": "grade", "offer": "visits2", "per_unit": 5.0},
        ],
        rules=[
            {"rule": "cap", "kind": "max_spend", "provider": "p0"} | {"limit": round(need * 0.35)},
            {"rule": "floor", "kind": "min_spend", "provider": "p2"}
            | {"limit": round(need * 0.25)},
        ],
        costs=[{"amount": round(need * 0.1)}],
    )


@dataclass(frozen=True)
class Level:
    """Where a price's level stands in the case, and which way is looser."""

    at: float
    way: int
    moved_to: Callable[[float], Problem]


def level_of(p: Problem, price: Row) -> Level:
    kind, key, year = price["kind"], str(price["key"]), price["year"]
    if kind == "minimum":
        own = p.reserves["one_off_only"] == (key == "one_off")
        at = p.reserves.loc[own, "minimum"]

        def moved(to: float) -> Problem:
            first = own & ~own.duplicated()
            more = p.reserves["minimum"] + (to - at.sum()) * first
            return replace(p, reserves=p.reserves.assign(minimum=more))

        return Level(at.sum(), LOOSER[kind], moved)
    name, column, columns = LEVELS[kind]
    table = getattr(p, name)
    here = pd.Series(data=True, index=table.index)
    for part, value in zip(columns, key.split("/"), strict=False):
        here &= table[part] == value
    if "year" in table.columns:
        here &= table["year"].isin([year, ""])
    (row,) = table[here].to_dict("records")
    if kind == "target":
        kind = p.outcomes.set_index("outcome").at[key, "direction"]
    elif kind == "rule":
        kind = row["kind"]

    def moved_to(to: float) -> Problem:
        return replace(p, **{name: table.assign(**{column: table[column].mask(here, to)})})

    return Level(row[column], LOOSER[kind], moved_to)


def saved(p: Problem, plan: Allocation, price: Row) -> dict[str, float]:
    """Return what a unit looser saves of the gap and of the cost, by making the plan again."""
    level = level_of(p, price)
    bound = price["lower"] if level.way < 0 else price["upper"]
    step = 0.001 * max(1.0, level.at)
    if pd.notna(bound):
        step = min(step, abs(level.at - bound) / 2)
    looser = allocate(level.moved_to(level.at + level.way * step))
    return {
        column: (goal(plan, name) - goal(looser, name)) / step
        for column, name in (("price_gap", "funding_gap"), ("price_cost", "cost"))
    }


def goal(plan: Allocation, name: str) -> float:
    return plan.goals.set_index("goal").at[name, "value"]


def assert_saved(p: Problem, plan: Allocation) -> None:
    """Assert that each price is what a new plan saves, where it saves anything."""
    for price in plan.prices.to_dict("records"):
        for column, amount in saved(p, plan, price).items():
            if pd.notna(price[column]):
                assert price[column] == pytest.approx(max(0.0, amount), rel=1e-5, abs=1e-5), price


SEEDS = (0, 4, 8)


@pytest.fixture(scope="module")
def plans() -> dict[int, tuple[Problem, Allocation]]:
    return {seed: (p, allocate(p)) for seed in SEEDS for p in [council(seed)]}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_price_is_what_a_new_plan_saves_with_its_level_a_little_looser(seed, plans):
    assert_saved(*plans[seed])


def test_the_prices_tried_are_many_and_of_every_kind(plans):
    """Otherwise the test above would be of little."""
    tables = pd.concat([plan.prices for _, plan in plans.values()])
    assert set(tables["kind"]) == {*LEVELS, "minimum"}
    assert (tables["price_gap"] > 0).sum() > 15
    assert (tables["price_cost"] > 0).sum() > 15


def test_no_price_is_negative_and_its_level_lies_in_its_range(plans):
    for p, plan in plans.values():
        prices = plan.prices
        assert not (prices[["price_gap", "price_cost"]] < 0).any(axis=None)
        for price in prices.to_dict("records"):
            at = level_of(p, price).at
            assert not price["lower"] > at + 1e-6
            assert not price["upper"] < at - 1e-6


def test_over_several_years_a_price_is_of_its_own_year():
    """A later year's money pays for no earlier one's, and prices rise: each year has its own."""
    p = problem(
        years=3,
        discount_rate=0.05,
        opening=30,
        demand=[
            {"locality": "north", "units": [30, 34, 38]},
            {"locality": "south", "units": [20, 21, 22]},
        ],
        offers=[
            {"unit_cost": 10, "indexation": 0.04, "capacity": 31, "current": 20},
            {"unit_cost": 14, "locality": "north"},
            {"unit_cost": 17, "indexation": 0.1, "first_year": "2016-17", "locality": "south"},
            {"unit_cost": 19, "last_year": "2016-17"},
        ],
        income=[{"amount": [700, 560, 590]}],
        targets=[{"year": "2016-17", "target": 66}],
        effects=[{"per_unit": 1}, {"offer": "offer2", "per_unit": 2}],
        rules=[
            {"kind": "max_spend", "locality": "south", "year": "2017-18", "limit": 250},
            {"kind": "max_share", "provider": "offer2", "limit": 0.3},
        ],
    )
    plan = allocate(p)
    yearly = plan.prices["kind"].isin(["demand", "income", "target", "rule"])
    assert set(plan.prices.loc[yearly, "year"]) == set(p.years)
    assert_saved(p, replace(plan, prices=plan.prices[yearly]))


def test_prices_of_a_small_market_by_hand():
    """10 units, 8 of them at £6 and the rest at £7, from a grant of £50: a gap of 62 - 50 = 12.

    A unit less of demand saves £7, until the gap is closed at 10 - 12 / 7 = 8 2/7; a unit more at
    £6 saves 7 - 6 = £1, up to 10; a pound more of grant saves £1 of gap, up to 62, and no cost.
    """
    plan = allocate(
        problem(
            demand=[{"units": 10}],
            offers=[{"offer": "a", "unit_cost": 6, "capacity": 8}, {"offer": "b", "unit_cost": 7}],
            income=[{"amount": 50}],
        )
    )
    prices = plan.prices.set_index("kind")
    assert prices.loc["demand", ["price_gap", "price_cost"]].tolist() == pytest.approx([7, 7])
    assert prices.loc["capacity", ["price_gap", "price_cost"]].tolist() == pytest.approx([1, 1])
    assert prices.loc["income", ["price_gap", "price_cost"]].tolist() == pytest.approx([1, 0])
    assert prices.at["capacity", "upper"] == pytest.approx(10)
    assert prices.at["demand", "lower"] == pytest.approx(8 + 2 / 7)
    assert prices.at["income", "upper"] == pytest.approx(62)


def test_a_target_has_the_marginal_cost_of_its_price():
    """A point of the target takes 4 units at £6: £24, in targets.csv as in prices.csv."""
    plan = allocate(
        problem(offers=[{"unit_cost": 6}], targets=[{"target": 3}], effects=[{"per_unit": 0.25}])
    )
    assert plan.targets["marginal_cost"].tolist() == pytest.approx([24])
    price = plan.prices.set_index("kind").loc["target"]
    assert price["price_cost"] == pytest.approx(24)
    assert price["price_gap"] == pytest.approx(24)


@pytest.mark.parametrize("limit", [48.0, 60.0])
def test_two_rules_that_say_the_same_do_not_split_one_price(limit):
    """The same cap twice: a pound more of one alone saves nothing, and no price may say it does.

    8 (or 10) at £6 under the cap, the other 2 (or none) at £9.
    """
    p = problem(
        demand=[{"units": 10}],
        offers=[{"offer": "a", "unit_cost": 6}, {"unit_cost": 9}],
        rules=[{"kind": "max_spend", "provider": "a", "limit": limit}] * 2,
    )
    plan = allocate(p)
    rules = plan.prices[plan.prices["kind"] == "rule"]
    assert (
        rules[["price_gap", "price_cost"]].isna() | (rules[["price_gap", "price_cost"]] == 0)
    ).all(axis=None)
    assert_saved(p, plan)
