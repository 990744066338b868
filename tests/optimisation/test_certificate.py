"""The certificate lets a good plan pass and refuses every forged one, naming what is wrong.

There are two ways to forge a plan. One is to make it for an easier case: everything in it adds up,
and one rule of the real case is broken. The other is to touch the books of a good plan, in all the
tables that the lie has to agree with.
"""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from optimisation.allocation import allocate
from optimisation.certificate import CERTIFIED, certify
from optimisation.problem import Problem
from tests.optimisation.cases import NAN, problem

Tables = dict[str, pd.DataFrame]
FIRST, SECOND = "2015-16", "2016-17"
BODY = {"organisation": "company"}


def council() -> Problem:
    """Return a council of two years in which every kind of rule binds and everything is short."""
    return problem(
        years=2,
        discount_rate=0.03,
        reserves=[
            {"opening": 700, "minimum": 300},
            {"reserve": "floods", "opening": 300, "minimum": 100},
            {"reserve": "change", "opening": 90, "minimum": 10, "one_off_only": True},
        ],
        services=[
            {"service": "care", "organisation": "adults"},
            {"service": "visits", "statutory": False},
            {"service": "rehab"},
        ],
        demand=[
            {"locality": "north", "units": [60, 64]},
            {"locality": "south", "units": [40, 42]},
            {"service": "visits", "units": [50, 50]},
            {"service": "rehab", "units": [30, 30]},
        ],
        providers=[
            {"provider": "acme", "group": "holding"},
            {"provider": "coop", "sector": "mutual"},
        ],
        offers=[
            {"offer": "hub", "provider": "acme", "unit_cost": 10, "indexation": 0.02}
            | {"current": 20},
            {"offer": "local", "provider": "coop", "locality": "north", "unit_cost": 9}
            | {"capacity": 20},
            {"offer": "block", "provider": "bond", "locality": "south", "unit_cost": 14}
            | {"committed": 10, "contract_type": "block"},
            {"offer": "old", "provider": "bond", "unit_cost": 8, "last_year": FIRST}
            | {"capacity": 30, "current": 30},
            {"offer": "stay", "provider": "bond", "unit_cost": 12},
            {"offer": "beds", "provider": "crown", "unit_cost": 40, "committed": 3},
            {"offer": "team", "provider": "acme", "service": "visits", "unit_cost": 4},
            {"offer": "talks", "provider": "coop", "service": "visits", "unit_cost": 5},
            {"offer": "ward", "provider": "acme", "service": "rehab", "unit_cost": 20}
            | {"capacity": 14},
            {"offer": "home", "provider": "coop", "service": "rehab", "unit_cost": 30}
            | {"capacity": 12},
        ],
        streams=[
            {"stream": "better", "ring_fence": "visits; rehab"},
            {"stream": "sale", "one_off": True},
        ],
        income=[
            {"stream": "grant", "amount": [1200, 1300]},
            {"stream": "better", "amount": [800, 300]},
            {"stream": "sale", "amount": [50, 0]},
        ],
        outcomes=[
            {"outcome": "safe"},
            {"outcome": "grade", "measure": "average"},
            {"outcome": "harm", "direction": "at_most", "statutory": False},
        ],
        targets=[
            {"outcome": "safe", "target": [50, 52]},
            {"outcome": "grade", "target": [3, 4.5]},
            {"outcome": "harm", "target": 1},
        ],
        effects=[
            {"outcome": "safe", "per_unit": 0.5},
            {"outcome": "grade", "service": "rehab", "per_unit": 2},
            {"outcome": "grade", "offer": "home", "per_unit": 4},
            {"outcome": "harm", "offer": "team", "per_unit": 0.2},
        ],
        rules=[
            {"rule": "spread", "kind": "max_share", "each": "group", "service": "care"}
            | {"limit": 0.4},
            {"rule": "mutuals", "kind": "min_share", "sector": "mutual", "service": "visits"}
            | {"limit": 0.3},
            {"rule": "steady", "kind": "max_change", "service": "care", "provider": "acme"}
            | {"limit": 0.6},
            {"rule": "cap", "kind": "max_spend", "provider": "bond", "contract_type": "spot"}
            | {"limit": 300},
            {"rule": "floor", "kind": "min_spend", "service": "visits", "year": SECOND}
            | {"limit": 40},
        ],
        costs=[
            {"item": "client", "amount": [500, 500]},
            {"item": "move", "year": FIRST, "amount": 100, "one_off": True},
        ],
        proposals=[
            {"proposal": "pay", "service": "care", "kind": "pressure", "amount": 60},
            {"proposal": "estate", "amount": [0, 50], "delivery": 0.5},
            {"proposal": "early", "organisation": "company", "amount": [30, 20]},
        ],
        organisations=[
            {"organisation": "company", "provider": "acme", "transfer_year": SECOND}
            | {"external_market": 4000, "win_probability": 0.5, "activity_limit": 0.2}
            | {"margin": 0.2, "ownership_share": 0.5, "opening_reserves": 10},
        ],
    )


@pytest.fixture(scope="module")
def case() -> Problem:
    return council()


@pytest.fixture(scope="module")
def plan(case: Problem) -> Tables:
    return tables_of(case)


def tables_of(p: Problem) -> Tables:
    plan = allocate(p)
    return {name: getattr(plan, name) for name in CERTIFIED}


def test_a_good_plan_has_nothing_against_it(case, plan):
    assert certify(case, plan) == []


def test_the_good_plan_is_short_of_everything(plan):
    """Otherwise a forger would find nothing to make light of."""
    assert (plan["goals"]["value"] > 0.01).all()
    assert set(plan["funding"]["stream"]) == {
        *("grant", "better", "sale", "trading", "reserves", "gap")
    }


# Plans made for an easier case: they add up, and one thing in them is not so.


def offers(p: Problem, name: str, **terms: object) -> Problem:
    """Return the case with other terms of one offer."""
    return with_row(p, "offers", {"offer": name}, **terms)


def with_row(p: Problem, table: str, where: dict[str, str], **values: object) -> Problem:
    """Return the case with other values in the rows of a table that ``where`` names."""
    return replace(p, **{table: touched(getattr(p, table), where, **values)})


def touched(table: pd.DataFrame, where: dict[str, str], **values: object) -> pd.DataFrame:
    """Return a table with other values in the rows named; a callable is given the old one."""
    chosen = pd.Series(data=True, index=table.index)
    for column, value in where.items():
        chosen &= table[column] == value
    if not chosen.any():
        raise LookupError(f"no row has {where}")
    new = {
        column: table[column].map(value) if callable(value) else value
        for column, value in values.items()
    }
    return table.assign(**{c: table[c].mask(chosen, v) for c, v in new.items()})


def without_rule(p: Problem, name: str) -> Problem:
    return replace(p, rules=p.rules[p.rules["rule"] != name])


EASIER: dict[str, tuple[Callable[[Problem], Problem], list[str]]] = {
    "an offer sells beyond its capacity": (
        lambda p: offers(p, "local", capacity=25.0),
        ["local is paid beyond its capacity"],
    ),
    "a commitment is not paid": (
        lambda p: offers(p, "beds", committed=float("nan")),
        ["beds is paid less than its commitment in"],
    ),
    "a group has more than its share": (
        lambda p: without_rule(p, "spread"),
        ["rule spread holding is broken for care in 2016-17"],
    ),
    "a sector has less than its share": (
        lambda p: without_rule(p, "mutuals"),
        ["rule mutuals is broken for visits"],
    ),
    "an offer grows too fast": (
        lambda p: without_rule(p, "steady"),
        ["rule steady is broken: hub changes too much in 2015-16 (up)"],
    ),
    "a scope spends too much": (
        lambda p: without_rule(p, "cap"),
        ["rule cap is broken in"],
    ),
    "a scope spends too little": (
        lambda p: without_rule(p, "floor"),
        ["rule floor is broken in 2016-17"],
    ),
    "reserves fall below their minimum": (
        lambda p: with_row(p, "reserves", {"reserve": "floods"}, minimum=0.0),
        [
            "general reserves fall below their minimum in 2016-17",
            *("reserve floods in", "reserve floods falls below its minimum in 2016-17"),
        ],
    ),
    "there was more in reserves": (
        lambda p: with_row(p, "reserves", {"reserve": "floods"}, opening=800.0),
        [
            *("general reserves do not carry into 2015-16", "reserve floods in 2015-16"),
            "budget of 2015-16: reserves_drawn is",
        ],
    ),
    "a stream pays outside its ring-fence": (
        lambda p: with_row(p, "streams", {"stream": "better"}, ring_fence=""),
        ["better pays for"],
    ),
    "there is more income": (
        lambda p: with_row(p, "income", {"stream": "grant", "year": FIRST}, amount=1400.0),
        ["income of grant in 2015-16", "budget of 2015-16: income is 2250.0, not 2050.0"],
    ),
    "there is less demand": (
        lambda p: with_row(p, "demand", {"locality": "south", "year": SECOND}, units=30.0),
        ["demand of care south in 2016-17", "demand of care south 2016-17 is not the forecast's"],
    ),
    "a target is lower": (
        lambda p: with_row(p, "targets", {"outcome": "grade", "year": SECOND}, target=4.0),
        ["grade in 2016-17: 4.0 is not the case's target", "goal statutory_targets is stated as"],
    ),
    "an effect is stronger": (
        lambda p: with_row(p, "effects", {"outcome": "grade", "offer": "home"}, per_unit=4.5),
        ["grade in 2015-16", "grade in 2016-17", "goal statutory_targets is stated as"],
    ),
    "an offer is open longer": (
        lambda p: offers(p, "old", last_year=""),
        ["old is used in", "old is paid in 2016-17, when it is not on offer"],
    ),
    "an offer serves another place": (
        lambda p: offers(p, "local", locality="south"),
        ["local is used in south, where or when it is not on offer"],
    ),
    "a unit costs less": (
        lambda p: offers(p, "hub", unit_cost=9.5),
        [
            "hub has a unit cost of 9.5 in 2015-16: its offer gives 10.0",
            *("hub", "the cost of care in", "goal cost is stated as", "goal change is stated as"),
        ],
    ),
    "a price does not rise": (
        lambda p: offers(p, "hub", indexation=0.0),
        [
            "hub has a unit cost of 10.0 in 2016-17: its offer gives 10.2",
            *("hub", "the cost of care in", "goal cost is stated as", "goal change is stated as"),
        ],
    ),
    "a fixed cost is left out": (
        lambda p: with_row(p, "costs", {"item": "move"}, amount=0.0),
        [
            "the cost of corporate in 2015-16 is not what its funding adds up to",
            "budget of 2015-16: fixed_cost is 560.0, not 660.0",
            "budget of 2015-16: structural_gap is",
        ],
    ),
    "a saving is delivered whole": (
        lambda p: with_row(p, "proposals", {"proposal": "estate"}, delivery=1.0),
        [
            "the cost of corporate in 2016-17 is not what its funding adds up to",
            "budget of 2016-17: fixed_cost is 490.0, not 515.0",
        ],
    ),
    "a recurring cost counts as one-off": (
        lambda p: with_row(p, "costs", {"item": "client"}, one_off=True),
        ["budget of 2015-16: structural_gap is", "budget of 2016-17: structural_gap is"],
    ),
    "one-off income counts as recurring": (
        lambda p: with_row(p, "streams", {"stream": "sale"}, one_off=False),
        ["budget of 2015-16: structural_gap is"],
    ),
    "a statutory service is not": (
        lambda p: with_row(p, "services", {"service": "rehab"}, statutory=False),
        ["goal statutory_demand is stated as 0.0", "goal other_demand is stated as"],
    ),
    "a statutory outcome is not": (
        lambda p: with_row(p, "outcomes", {"outcome": "grade"}, statutory=False),
        ["goal statutory_targets is stated as 0.0", "goal other_targets is stated as"],
    ),
    "cost is discounted more": (
        lambda p: replace(p, discount_rate=0.1),
        ["goal cost is stated as"],
    ),
    "more was bought before": (
        lambda p: offers(p, "old", current=10.0),
        ["goal change is stated as"],
    ),
    "a market is larger": (
        lambda p: with_row(p, "organisations", BODY, activity_limit=1.0),
        ["company trades more in 2016-17 than its share of turnover allows"],
    ),
    "more is won": (
        lambda p: with_row(
            replace(p, organisations=p.organisations.assign(activity_limit=NAN)),
            "organisations",
            BODY,
            win_probability=1.0,
        ),
        [
            "company trades more in 2016-17 than its share of turnover allows",
            "company 2016-17 is below nil",
        ],
    ),
    "more comes back": (
        lambda p: with_row(p, "organisations", BODY, margin=0.4),
        ["income of trading in 2016-17 is spent twice", "company in 2016-17: re"],
    ),
    "a saving is made before its body exists": (
        lambda p: with_row(p, "organisations", BODY, transfer_year=FIRST),
        [
            "organisations.csv does not have exactly the rows that the case asks for",
        ],
    ),
    "an offer has another provider": (
        lambda p: offers(p, "ward", provider="coop"),
        ["ward stands under the wrong provider or service in"],
    ),
}
"""By what was forged: what makes the case easier, and how what is said of the plan begins."""


@pytest.mark.parametrize("forgery", EASIER)
def test_a_plan_for_an_easier_case_is_refused(forgery, case):
    ease, says = EASIER[forgery]
    easier = ease(case)
    tables = tables_of(easier)
    assert certify(easier, tables) == []
    assert_refused(certify(case, tables), says)


def assert_refused(against: list[str], says: list[str]) -> None:
    """Assert that all that is expected is said of a plan, and nothing else."""
    words = [" ".join(sentence.split()) for sentence in against]
    assert [s for s in says if not any(w.startswith(s) for w in words)] == []
    assert [w for w in words if not w.startswith(tuple(says))] == []
    assert words != []


# Books that were touched, in as many tables as the lie has to agree with.


def book(tables: Tables, name: str, where: dict[str, str], **values: object) -> Tables:
    """Return the plan with other values in some rows of one table."""
    return tables | {name: touched(tables[name], where, **values)}


def body_trades_with_nobody(tables: Tables) -> Tables:
    """Return the plan with a body that the case does not know."""
    table = tables["organisations"]
    return tables | {"organisations": pd.concat([table, table.assign(organisation="friend")])}


def more(amount: float) -> Callable[[float], float]:
    return lambda old: old + amount


def value_of(tables: Tables, goal: str, change: float) -> Tables:
    return book(tables, "goals", {"goal": goal}, value=more(change))


def twice(tables: Tables, name: str) -> Tables:
    """Return the plan with the first row of a table written twice."""
    return tables | {name: pd.concat([tables[name].head(1), tables[name]], ignore_index=True)}


def without_first(tables: Tables, name: str) -> Tables:
    return tables | {name: tables[name].iloc[1:]}


def unmet_is_called_met(t: Tables) -> Tables:
    """5 visits that no one makes, at £5 each."""
    where = {"service": "visits", "year": FIRST}
    return value_of(book(t, "demand", where, unmet=more(-5), met=more(5)), "other_demand", -25)


def unmet_is_called_prevented(t: Tables) -> Tables:
    where = {"service": "visits", "year": FIRST}
    t = book(t, "demand", where, unmet=more(-5), prevented=more(5))
    return value_of(t, "other_demand", -25)


def met_is_called_prevented(t: Tables) -> Tables:
    where = {"service": "care", "locality": "north", "year": FIRST}
    return book(t, "demand", where, met=more(-5), prevented=more(5))


def used_is_not_paid(t: Tables) -> Tables:
    """One unit of stay in south at £12, out of every total that it stands in."""
    place = {"offer": "stay", "locality": "south", "year": SECOND}
    t = book(t, "allocation", place, paid=more(-1), cost=more(-12))
    t = book(t, "funding", {"stream": "gap", "service": "care"}, amount=more(-12))
    gaps = dict.fromkeys(("cost", "structural_gap", "managed_gap"), more(-12))
    t = book(t, "budget", {"year": SECOND}, **gaps)
    return value_of(value_of(t, "funding_gap", -12), "cost", -12 / 1.03)


def gap_is_made_light_of(t: Tables) -> Tables:
    t = book(t, "funding", {"stream": "gap", "service": "care"}, amount=more(-10))
    t = book(t, "budget", {"year": SECOND}, managed_gap=more(-10), reserves_drawn=more(10))
    return value_of(t, "funding_gap", -10)


def gap_is_paid_from_nowhere(t: Tables) -> Tables:
    """£10 of the gap stand as drawn from reserves that stay as they are."""
    t = book(t, "funding", {"stream": "gap", "service": "care"}, amount=more(-10))
    t = book(
        t, "funding", {"stream": "reserves", "service": "care", "year": SECOND}, amount=more(10)
    )
    t = book(t, "budget", {"year": SECOND}, managed_gap=more(-10), reserves_drawn=more(10))
    return value_of(t, "funding_gap", -10)


def income_is_spent_twice(t: Tables) -> Tables:
    """£10 more of the better care fund than there is, in place of the gap."""
    t = book(t, "funding", {"stream": "gap", "service": "rehab"}, amount=more(-10))
    where = {"stream": "better", "service": "rehab", "year": SECOND}
    t = book(t, "funding", where, amount=more(10))
    t = book(t, "income", {"stream": "better", "year": SECOND}, used=more(10))
    gaps = dict.fromkeys(("managed_gap", "structural_gap"), more(-10))
    t = book(t, "budget", {"year": SECOND}, income=more(10), **gaps)
    return value_of(t, "funding_gap", -10)


def a_service_pays_a_stream(t: Tables) -> Tables:
    """Of the sale care takes £60 and corporate -10, the grant making up; every sum is right."""
    sale = t["funding"].set_index(["stream", "service", "year"])["amount"]
    moved = sale["sale", "corporate", FIRST] + 10
    for stream, service, amount in [
        ("sale", "corporate", -moved),
        ("sale", "care", moved),
        ("grant", "corporate", moved),
        ("grant", "care", -moved),
    ]:
        where = {"stream": stream, "service": service, "year": FIRST}
        t = book(t, "funding", where, amount=more(amount))
    return t


def balance_is_made_up(t: Tables) -> Tables:
    return book(t, "budget", {"year": SECOND}, reserves_balance=more(50), reserves_drawn=more(-50))


def a_stranger_sells(t: Tables) -> Tables:
    return book(t, "allocation", {"offer": "stay", "locality": "south"}, offer="friend")


def a_stranger_pays(t: Tables) -> Tables:
    return book(t, "funding", {"stream": "sale"}, stream="lottery")


TOUCHED: dict[str, tuple[Callable[[Tables], Tables], list[str]]] = {
    "unmet is called met": (
        unmet_is_called_met,
        ["demand of visits in 2015-16 is neither met nor shown as unmet"],
    ),
    "unmet is called prevented": (
        unmet_is_called_prevented,
        [
            "demand of visits in 2015-16 is neither met nor shown as unmet",
            "demand of visits 2015-16 has another figure as prevented",
        ],
    ),
    "met is more than is needed": (
        lambda t: book(t, "demand", {"service": "rehab", "year": FIRST}, met=more(1)),
        ["demand of rehab 2015-16 is not what is met, prevented and unmet"],
    ),
    "used is not paid": (used_is_not_paid, ["stay is used beyond what is paid for in 2016-17"]),
    "a gap is made light of": (
        gap_is_made_light_of,
        [
            "the cost of care in 2016-17 is not what its funding adds up to",
            "budget of 2016-17: reserves_drawn is",
        ],
    ),
    "a gap is paid from nowhere": (
        gap_is_paid_from_nowhere,
        [
            "general reserves do not carry into 2016-17",
            "budget of 2016-17: reserves_",
        ],
    ),
    "income is spent twice": (income_is_spent_twice, ["better"]),
    "a service pays a stream": (a_service_pays_a_stream, ["sale"]),
    "a balance is made up": (
        balance_is_made_up,
        [
            "budget of 2016-17: cost is not income, reserves",
            "budget of 2016-17: reserves_balance is not what reserves.csv adds up to",
        ],
    ),
    "what is used of income is made light of": (
        lambda t: book(t, "income", {"stream": "better", "year": FIRST}, used=more(-5)),
        ["income of better in 2015-16"],
    ),
    "a shortfall is made light of": (
        lambda t: book(t, "targets", {"outcome": "grade", "year": SECOND}, shortfall=0.5),
        ["grade in 2016-17: its shortfall is not what the target misses"],
    ),
    "what is achieved is made up": (
        lambda t: book(
            t, "targets", {"outcome": "harm", "year": FIRST}, achieved=1.0, shortfall=0.0
        ),
        ["harm in 2015-16: 1.0 is not what is achieved", "harm in 2015-16: its shortfall is not"],
    ),
    "a goal is made light of": (
        lambda t: value_of(t, "change", -1),
        ["goal change is stated as"],
    ),
    "a structural gap is called nil": (
        lambda t: book(t, "budget", {"year": SECOND}, structural_gap=0.0),
        ["budget of 2016-17: structural_gap is 0.0, not"],
    ),
    "trading is made up": (
        lambda t: book(t, "budget", {"year": SECOND}, trading=more(10), managed_gap=more(-10)),
        ["budget of 2016-17: trading is", "budget of 2016-17: managed_gap is"],
    ),
    "reserves of a body are made up": (
        lambda t: book(t, "organisations", BODY, reserves=more(5)),
        ["company in 2016-17: reserves is"],
    ),
    "a body trades more than it may": (
        lambda t: book(t, "organisations", BODY, external_turnover=more(100)),
        [
            "company trades more in 2016-17 than its share of turnover allows",
            *("company in 2016-17: re", "company in 2016-17: external_share is"),
            "income of trading in 2016-17",
        ],
    ),
    "a body trades with nobody": (
        body_trades_with_nobody,
        ["organisations.csv does not have exactly the rows that the case asks for"],
    ),
    "a change is made light of": (
        lambda t: book(t, "allocation", {"offer": "hub", "year": SECOND}, change=0.0),
        ["hub in 2016-17: its change is not that of its units"],
    ),
    "a cost is rounded down": (
        lambda t: book(t, "allocation", {"offer": "home", "year": FIRST}, cost=more(-1)),
        ["home in 2015-16: paid times unit cost is not its cost", "budget of 2015-16: cost is"],
    ),
    "an offer stands under another service": (
        lambda t: book(t, "allocation", {"offer": "ward", "year": FIRST}, service="care"),
        ["ward stands under the wrong provider or service in 2015-16"],
    ),
    "a stranger sells": (a_stranger_sells, ["friend in", "friend is used in", "friend is paid in"]),
    "a stranger pays": (a_stranger_pays, ["lottery pays for"]),
    "an offer stands twice": (
        lambda t: twice(t, "allocation"),
        ["allocation.csv has beds"],
    ),
    "an offer is left out": (
        lambda t: without_first(t, "allocation"),
        [
            "beds is paid less than its commitment in 2015-16",
            "demand of care north in 2015-16 is neither met nor shown as unmet",
            "the cost of care in 2015-16 is not what its funding adds up to",
            *("safe in 2015-16", "beds in 2016-17: its change", "budget of 2015-16: cost is"),
            "goal",
        ],
    ),
    **{
        f"a row of {name}.csv is left out": (
            lambda t, name=name: without_first(t, name),
            [f"{name}.csv does not have exactly the rows that the case asks for"],
        )
        for name in ("demand", "targets", "income", "budget", "goals")
    },
    "a row of organisations.csv is left out": (
        lambda t: without_first(t, "organisations"),
        ["organisations.csv does not have exactly the rows that the case asks for"],
    ),
    "a row of organisations.csv stands twice": (
        lambda t: twice(t, "organisations"),
        ["organisations.csv does not have exactly the rows that the case asks for"],
    ),
    **{
        f"a row of {name}.csv stands twice": (
            lambda t, name=name: twice(t, name),
            [f"{name}.csv does not have exactly the rows that the case asks for"],
        )
        for name in ("demand", "targets", "income", "budget", "goals")
    },
}
"""By what was forged: what touches the tables, and how what is said of the plan begins."""


@pytest.mark.parametrize("forgery", TOUCHED)
def test_touched_books_are_refused(forgery, case, plan):
    touch, says = TOUCHED[forgery]
    assert_refused(certify(case, touch(plan)), says)


def test_met_that_is_called_prevented_is_refused(case, plan):
    says = ["demand of care north 2015-16"]
    assert_refused(certify(case, met_is_called_prevented(plan)), says)


NUMBERS = [
    *[("allocation", c) for c in ("used", "paid", "unit_cost", "cost")],
    *[("demand", c) for c in ("demand", "prevented", "met", "unmet")],
    *[("targets", c) for c in ("target", "achieved", "shortfall")],
    *[("income", c) for c in ("amount", "used")],
    ("funding", "amount"),
    *[("budget", c) for c in ("cost", "fixed_cost", "income", "trading", "reserves_drawn")],
    *[("budget", c) for c in ("reserves_balance", "structural_gap", "managed_gap")],
    *[("reserves", c) for c in ("drawn", "balance", "minimum")],
    *[("organisations", c) for c in ("council_work", "external_turnover", "returned", "retained")],
    ("goals", "value"),
]


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -1e6])
@pytest.mark.parametrize(("name", "column"), NUMBERS)
def test_a_figure_that_is_no_amount_is_refused_in_any_column(name, column, wrong, case, plan):
    table = plan[name]
    first = table.index == table.index[0]
    assert certify(case, plan | {name: table.assign(**{column: table[column].mask(first, wrong)})})


@pytest.mark.parametrize(("name", "column"), [n for n in NUMBERS if n[0] != "allocation"])
def test_a_figure_that_is_a_little_out_is_refused_in_any_column(name, column, case, plan):
    """0.1% and a hundredth more in the last row: far more than rounding, far less than one sees."""
    table = plan[name]
    last = table.index == table.index[-1]
    more = table[column].mask(last, table[column] * 1.001 + 0.01)
    assert certify(case, plan | {name: table.assign(**{column: more})})
