"""A check of a plan's tables against the case's: every rule recomputed, every total added up.

It reads what is written, not what was solved, and knows neither Pyomo nor HiGHS. What it refuses
is not published.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import isclose, isfinite, nan

import pandas as pd

from optimisation.facts import Key, Record
from optimisation.problem import GAP, RESERVES, Problem
from optimisation.restatement import Row, Statement, restate

TOLERANCE = 1e-6
"""Share of a row's own size by which it may be out; a limit of nil may be out by as much of 1."""

SAYS = {
    "meet_demand": "demand of {0} {1} in {2} is neither met nor shown as unmet",
    "pay_for_use": "{0} is used beyond what is paid for in {1}",
    "respect_capacity": "{0} is paid beyond its capacity in {1}",
    "honour_commitments": "{0} is paid less than its commitment in {1}",
    "reach_targets": "the shortfall of {0} in {1} is not what its target misses",
    "pay_costs": "the cost of {0} in {1} is not what its funding adds up to",
    "spend_income": "income of {0} in {1} is spent twice or more than there is",
    "carry_reserves": "reserves do not carry into {0}",
    "keep_minimum": "reserves fall below their minimum in {0}",
    "limit_share": "rule {0} {1} is broken for {2} in {3}",
    "limit_change": "rule {0} {1} is broken: {2} changes too much in {3} ({4})",
    "limit_spend": "rule {0} {1} is broken in {2}",
    "measure_change": "the change of {0} in {1} does not add up",
}
"""What is said of a plan that breaks a rule's row, given the row's index."""


def certify(problem: Problem, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Return what is wrong with a plan, in plain words: nothing, if it can be published.

    Parameters
    ----------
    problem : Problem
        The case's tables, with demand and income as forecast.
    tables : mapping of str to DataFrame
        The plan's tables by the name of their file, as written or as read back: ``allocation``,
        ``demand``, ``targets``, ``income``, ``funding``, ``budget`` and ``goals``.
    """
    statement = restate(problem)
    strangers = list(_strangers(problem, statement, tables))
    if strangers:
        return strangers
    columns = _columns(problem, tables)
    broken = [_sentence(key) for key in _broken(statement, columns)]
    broken += [
        f"{' '.join(filter(None, column[1:]))} is below nil, or no number"
        for column, value in columns.items()
        if not isfinite(value) or value < -1e3 * TOLERANCE
    ]
    for check in (_rows_add_up, _demand, _targets, _income, _budget):
        broken += check(problem, tables)
    return broken + list(_goals(statement, columns, tables["goals"]))


def _sentence(key: Key) -> str:
    """Return what is said of a row that is broken; an index that is blank leaves no gap."""
    return " ".join(SAYS[key[0]].format(*key[1:]).split())


def _strangers(
    problem: Problem, statement: Statement, tables: Mapping[str, pd.DataFrame]
) -> Iterator[str]:
    """Say what the plan buys, funds or states that the case does not allow for at all."""
    known = {column for row in statement.rows.values() for column in row.terms}
    yield from _strange_offers(problem, known, tables["allocation"])
    for r in tables["funding"].itertuples():
        stream = RESERVES if r.stream == GAP else r.stream
        column = ("draw",) if stream == RESERVES else ("fund", stream)
        if (*column, r.service, r.year) not in known:
            yield f"{r.stream} pays for {r.service} in {r.year}, outside its ring-fence or the plan"
    expected: dict[str, list[Key]] = {
        "demand": _keys(problem.demand, "service", "locality", "year"),
        "targets": _keys(problem.targets, "outcome", "year"),
        "income": _keys(problem.income, "stream", "year"),
        "budget": [(y,) for y in problem.years],
        "goals": [(name,) for name in statement.goals],
    }
    for name, keys in expected.items():
        columns = list(tables[name].columns[: len(keys[0]) if keys else 1])
        if sorted(_keys(tables[name], *columns)) != sorted(keys):
            yield f"{name}.csv does not have exactly the rows that the case asks for"


def _strange_offers(problem: Problem, known: set[Key], allocation: pd.DataFrame) -> Iterator[str]:
    """Say what is used or paid where or when it is not on offer, or stands there twice."""
    seen: set[Key] = set()
    offers = set(problem.offers["offer"])
    for r in allocation.itertuples():
        if r.offer not in offers or r.year not in problem.years:
            yield f"{r.offer} in {r.year} is no offer of the case"
        key = (r.offer, r.locality, r.year)
        if r.used > 0.0 and ("use", *key) not in known:
            yield f"{r.offer} is used in {r.locality or r.year}, where or when it is not on offer"
        if (r.paid > 0.0 or r.cost > 0.0) and ("paid", r.offer, r.year) not in known:
            yield f"{r.offer} is paid in {r.year}, when it is not on offer"
        if key in seen:
            yield f"allocation.csv has {r.offer} {r.locality} {r.year} twice"
        seen.add(key)


def _keys(table: pd.DataFrame, *columns: str) -> list[Key]:
    return list(table[list(columns)].itertuples(index=False, name=None))


def _columns(problem: Problem, tables: Mapping[str, pd.DataFrame]) -> dict[Key, float]:
    """Return the program's columns as the tables have them; a target's miss as used units give."""
    x: dict[Key, float] = defaultdict(float)
    for r in tables["allocation"].itertuples():
        x["use", r.offer, r.locality, r.year] += r.used
        x["paid", r.offer, r.year] += r.paid
    for r in tables["demand"].itertuples():
        x["unmet", r.service, r.locality, r.year] = r.unmet
    for r in tables["funding"].itertuples():
        name = {RESERVES: "draw", GAP: "gap"}.get(r.stream)
        key = (name, r.service, r.year) if name else ("fund", r.stream, r.service, r.year)
        x[key] += r.amount
    for r in tables["income"].itertuples():
        x["unspent", r.stream, r.year] = r.amount - r.used
    for r in tables["budget"].itertuples():
        x["balance", r.year] = r.reserves_balance
    return x


def _broken(statement: Statement, x: dict[Key, float]) -> Iterator[Key]:
    """Yield every row that does not hold, and fill in what the rows themselves define."""
    # A balance is what is left of far larger sums, and no more exact than they are.
    least = max(1.0, 1e-9 * max(abs(row.level) for row in statement.rows.values()))
    for key, row in statement.rows.items():
        terms = [a * x[column] for column, a in row.terms.items()]
        size = max(least, abs(row.level), sum(map(abs, terms)))
        over = sum(terms) - row.level
        if key[0] == "reach_targets":
            x["miss", *key[1:]] = max(0.0, -over if row.sense == ">=" else over)
        elif key[0] == "measure_change":
            x["rise", *key[1:]], x["fall", *key[1:]] = max(0.0, over), max(0.0, -over)
        elif not _holds(row, over, TOLERANCE * size):
            yield key


def _holds(row: Row, over: float, tolerance: float) -> bool:
    """Tell whether a row holds; a figure that is not a number never does."""
    return {
        ">=": over >= -tolerance,
        "<=": over <= tolerance,
        "==": abs(over) <= tolerance,
    }[row.sense]


def _same(a: float, b: float) -> bool:
    return isclose(a, b, rel_tol=TOLERANCE, abs_tol=1e-5)


def _rows_add_up(problem: Problem, tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Say where a row of allocation.csv is not what its offer says, or does not multiply out."""
    offers = {r.offer: r for r in problem.offers.itertuples()}
    used = {(r.offer, r.locality, r.year): r.used for r in tables["allocation"].itertuples()}
    split = {r.offer for r in offers.values() if not r.locality and _split(problem, r.service)}
    for r in tables["allocation"].itertuples():
        terms = offers[r.offer]
        t = problem.years.index(r.year)
        price = terms.unit_cost * (1.0 + terms.indexation) ** t
        if (r.provider, r.service) != (terms.provider, terms.service):
            yield f"{r.offer} stands under the wrong provider or service in {r.year}"
        if not _same(r.unit_cost, price):
            yield f"{r.offer} has a unit cost of {r.unit_cost} in {r.year}: its offer gives {price}"
        if not _same(r.cost, price * r.paid):
            yield f"{r.offer} in {r.year}: paid times unit cost is not its cost"
        before = used.get((r.offer, r.locality, problem.years[t - 1]), 0.0) if t else terms.current
        if t == 0 and r.offer in split:
            before = nan
        if pd.isna(before) != pd.isna(r.change) or not (
            pd.isna(before) or _same(r.change, r.used - before)
        ):
            yield f"{r.offer} in {r.year}: its change is not that of its units"


def _split(problem: Problem, service: str) -> bool:
    """Tell whether a service has demand in more than one locality."""
    return bool(problem.demand.loc[problem.demand["service"] == service, "locality"].nunique() > 1)


def _demand(problem: Problem, tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Say where demand.csv is not the case's demand."""
    needed = {(r.service, r.locality, r.year): r.units for r in problem.demand.itertuples()}
    for r in tables["demand"].itertuples():
        where = " ".join(filter(None, (r.service, r.locality, r.year)))
        if not _same(r.demand, needed[r.service, r.locality, r.year]):
            yield f"demand of {where} is not the forecast's"
        if not _same(r.met + r.unmet + r.prevented, r.demand):
            yield f"demand of {where} is not what is met, prevented and unmet"
        if r.prevented != 0.0:
            yield f"demand of {where} is called prevented, and the case has nothing that prevents"


def _targets(problem: Problem, tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Say where targets.csv is not what the units used achieve."""
    outcomes = {r.outcome: r for r in problem.outcomes.itertuples()}
    wanted = {(r.outcome, r.year): r.target for r in problem.targets.itertuples()}
    for r in tables["targets"].itertuples():
        achieved = _achieved(problem, tables["allocation"], outcomes[r.outcome], r.year)
        if not (_same(r.achieved, achieved) or (pd.isna(r.achieved) and pd.isna(achieved))):
            yield f"{r.outcome} in {r.year}: {r.achieved} is not what is achieved ({achieved})"
        at_least = outcomes[r.outcome].direction == "at_least"
        missed = r.target - achieved if at_least else achieved - r.target
        if not _same(r.target, wanted[r.outcome, r.year]):
            yield f"{r.outcome} in {r.year}: {r.target} is not the case's target"
        if not _same(r.shortfall, 0.0 if pd.isna(missed) else max(0.0, missed)):
            yield f"{r.outcome} in {r.year}: its shortfall is not what the target misses"


def _achieved(problem: Problem, allocation: pd.DataFrame, outcome: Record, year: str) -> float:
    """Return an outcome's level in a year from the units used; NaN for an average of nothing."""
    effects = problem.effects[problem.effects["outcome"] == outcome.outcome]
    own = {r.offer: r.per_unit for r in effects.itertuples() if r.offer}
    shared = {r.service: r.per_unit for r in effects.itertuples() if not r.offer}
    total = volume = 0.0
    for r in allocation[allocation["year"] == year].itertuples():
        effect = own.get(r.offer, shared.get(r.service))
        if effect is not None:
            total += effect * r.used
            volume += r.used
    if outcome.measure == "average":
        return total / volume if volume > 0.0 else nan
    return total


def _income(problem: Problem, tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Say where income.csv is not the forecast's, or not what funding.csv uses."""
    available = {(r.stream, r.year): r.amount for r in problem.income.itertuples()}
    funding = tables["funding"].groupby(["stream", "year"])["amount"].sum().to_dict()
    for r in tables["income"].itertuples():
        if not _same(r.amount, available[r.stream, r.year]):
            yield f"income of {r.stream} in {r.year} is not the forecast's"
        if not _same(r.used, funding.get((r.stream, r.year), 0.0)):
            yield f"income of {r.stream} in {r.year}: what is used is not what funding.csv says"


def _budget(problem: Problem, tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Say where budget.csv does not add up from the other tables."""
    spent = tables["allocation"].groupby("year")["cost"].sum().to_dict()
    paid = tables["funding"].groupby(["stream", "year"])["amount"].sum().to_dict()
    streams = {r.stream: r for r in problem.streams.itertuples()}
    income = {(r.stream, r.year): r.amount for r in problem.income.itertuples()}
    before = problem.opening
    for r in tables["budget"].itertuples():
        used = {g: paid.get((g, r.year), 0.0) for g in streams}
        fenced = {g for g, s in streams.items() if s.ring_fence.strip()}
        available = sum(used[g] if g in fenced else income.get((g, r.year), 0.0) for g in streams)
        fixed, one_off = _fixed(problem, r.year)
        recurring = sum(amount for g, amount in used.items() if not streams[g].one_off)
        expected = {
            "cost": spent.get(r.year, 0.0),
            "fixed_cost": fixed,
            "income": available,
            "trading": 0.0,
            "reserves_drawn": before - r.reserves_balance,
            "structural_gap": max(0.0, r.cost + r.fixed_cost - one_off - recurring),
            "managed_gap": paid.get((GAP, r.year), 0.0),
        }
        for column, amount in expected.items():
            if not _same(getattr(r, column), amount):
                yield f"budget of {r.year}: {column} is {getattr(r, column)}, not {amount}"
        if not _same(
            r.cost + r.fixed_cost, r.income + r.trading + r.reserves_drawn + r.managed_gap
        ):
            yield f"budget of {r.year}: cost is not income, reserves and gap"
        before = r.reserves_balance


def _fixed(problem: Problem, year: str) -> tuple[float, float]:
    """Return a year's fixed cost and how much of it is one-off, in £."""
    total = one_off = 0.0
    for r in problem.costs[problem.costs["year"] == year].itertuples():
        total += r.amount
        one_off += r.amount if r.one_off else 0.0
    for r in problem.proposals[problem.proposals["year"] == year].itertuples():
        share = 1.0 if pd.isna(r.delivery) else r.delivery
        amount = r.amount if r.kind in {"pressure", "investment"} else -r.amount * share
        total += amount
        one_off += amount if r.one_off else 0.0
    return total, one_off


def _goals(statement: Statement, x: dict[Key, float], goals: pd.DataFrame) -> Iterator[str]:
    """Say where goals.csv is not what the plan comes to."""
    stated = dict(zip(goals["goal"], goals["value"], strict=True))
    for goal, weights in statement.goals.items():
        value = sum(w * x.get(column, 0.0) for column, w in weights.items())
        size = sum(abs(w * x.get(column, 0.0)) for column, w in weights.items())
        if not isclose(stated[goal], value, rel_tol=TOLERANCE, abs_tol=max(1e-6, TOLERANCE * size)):
            yield f"goal {goal} is stated as {stated[goal]} and comes to {value}"
