"""The certificate refuses a plan whose awards are not those that the case's contracts allow."""

import pytest

from optimisation.allocation import allocate
from optimisation.certificate import CERTIFIED, certify
from optimisation.problem import Problem
from tests.optimisation.cases import problem

OFFERS = {
    "viable": {"provider": "p", "unit_cost": 8, "capacity": 90, "minimum": 60},
    "down": {"provider": "p", "unit_cost": 10, "capacity": 200},
    "up": {"provider": "q", "unit_cost": 7, "capacity": 50, "current": 30, "notice_years": 1},
    "n_p": {"provider": "p", "unit_cost": 9, "capacity": 20, "lot": "north"},
    "n_q": {"provider": "q", "unit_cost": 9.5, "capacity": 20, "lot": "north"},
    "s_p": {"provider": "p", "unit_cost": 9, "capacity": 20, "lot": "south"},
    "fee": {"provider": "q", "unit_cost": 8.5, "capacity": 40, "award_cost": 30},
}
TIERS = [
    {"offer": "down", "from_units": 60, "unit_cost": 6},
    {"offer": "up", "from_units": 20, "unit_cost": 9},
]


def council(*, demand: float = 190, tiers: list | None = None, lots: int = 1, **terms) -> Problem:
    """Return a council in which every term of contracts counts, some of them otherwise."""
    offers = [{"offer": name} | o | terms.get(name, {}) for name, o in OFFERS.items()]
    return problem(
        years=2,
        demand=[{"units": demand}],
        income=[{"amount": 10_000}],
        offers=offers,
        tiers=TIERS if tiers is None else tiers,
        rules=[{"rule": "lots", "kind": "max_lots", "provider": "p", "limit": lots}],
    )


def tables_of(p: Problem) -> dict:
    plan = allocate(p)
    return {name: getattr(plan, name) for name in CERTIFIED}


SMALL = {"down": {"capacity": 61}}

FORGED = {
    "a smaller volume is viable": (
        SMALL | {"demand": 60},
        {"viable": {"minimum": 10}},
        "viable is awarded in 2015-16 below its smallest viable volume",
    ),
    "notice is over": (
        {"demand": 100},
        {"up": {"notice_years": 0}},
        "up is paid less in 2015-16 than is bought today, before notice ends",
    ),
    "a provider may have two lots": (
        SMALL | {"demand": 220},
        {"lots": 2},
        "rule lots is broken in 2015-16",
    ),
    "a lot is two": (
        SMALL | {"demand": 240, "lots": 2},
        {"n_q": {"lot": "west"}},
        "lot north is awarded twice in 2015-16",
    ),
    "an award costs nothing": (
        {"demand": 400},
        {"fee": {"award_cost": 0}},
        "the cost of care in 2015-16 is not what its funding adds up to",
    ),
    "a tier is cheaper": (
        {},
        {"tiers": [TIERS[0] | {"unit_cost": 5}, TIERS[1]]},
        "the cost of care in 2015-16 is not what its funding adds up to",
    ),
    "a dearer tier begins later": (
        {},
        {"tiers": [TIERS[0], TIERS[1] | {"from_units": 40}]},
        "the cost of care in 2015-16 is not what its funding adds up to",
    ),
}
"""By what was forged: the council, what is easier in it, and what is said of the plan."""


def test_a_good_plan_has_nothing_against_it():
    """All of it is decided: 7 kinds of award over two years, and a tier that falls."""
    case = council()
    assert certify(case, tables_of(case)) == []
    assert allocate(case).decisions > 0


@pytest.mark.parametrize("forgery", FORGED)
def test_a_plan_for_easier_contracts_is_refused(forgery):
    terms, easier, says = FORGED[forgery]
    tables = tables_of(council(**terms | easier))
    assert certify(council(**terms | easier), tables) == []
    assert says in [" ".join(s.split()) for s in certify(council(**terms), tables)]


def test_a_lot_costs_its_award_in_a_year_in_which_nothing_of_it_is_bought():
    """10 units of care and none the year after: £60 and £20 for the award, then £20 for nothing."""
    case = problem(
        years=2,
        demand=[{"units": [10, 0]}],
        offers=[{"unit_cost": 6, "capacity": 10, "lot": "north", "award_cost": 20}],
    )
    tables = tables_of(case)
    allocation = tables["allocation"]
    assert allocation[["paid", "unit_cost", "cost"]].to_numpy().tolist() == [
        [10, 8, 80],
        [0, 6, 20],
    ]
    forged = tables | {"allocation": allocation.assign(cost=[80, 15])}
    assert "offer1 in 2016-17 costs £15.00 for nothing: its award £20.00" in certify(case, forged)
    missing = tables | {"allocation": allocation.head(1)}
    assert "offer1 in 2016-17 costs £0.00 for nothing: its award £20.00" in certify(case, missing)


def test_an_award_may_be_made_for_nothing_where_a_rule_asks_for_so_much_spending():
    """Nobody wants care, but £15 must be spent with p: its award costs £20, and a unit £6 more."""
    case = problem(
        demand=[{"units": 0}],
        offers=[{"provider": "p", "unit_cost": 6, "capacity": 10, "award_cost": 20}],
        rules=[{"rule": "some_p", "kind": "min_spend", "provider": "p", "limit": 15}],
    )
    tables = tables_of(case)
    assert tables["allocation"][["used", "paid", "cost"]].to_numpy().tolist() == [[0, 0, 20]]
    assert certify(case, tables) == []


def test_no_units_are_called_bought_so_that_a_body_may_trade_more():
    """3 units at £6 and one at £9 are £27 of work, and let it trade £108, half for the council.

    Of £100 and these £27, £73 is a gap. Each unit more that is called £3 dearer would let it trade
    £12 more, and bring in £6.
    """
    body = {"organisation": "mutual", "provider": "p", "external_market": 1000, "margin": 0.5}
    case = problem(
        demand=[{"units": 4}],
        offers=[{"provider": "p", "unit_cost": 6, "capacity": 4}],
        tiers=[{"offer": "offer1", "from_units": 3, "unit_cost": 9}],
        costs=[{"item": "debt", "amount": 100}],
        organisations=[body | {"activity_limit": 0.8}],
    )
    tables = tables_of(case)
    assert tables["organisations"]["external_turnover"].tolist() == pytest.approx([108])
    goals = tables["goals"].set_index("goal")["value"]
    assert goals[["funding_gap", "cost"]].tolist() == pytest.approx([73, 27])
    assert certify(case, tables) == []
