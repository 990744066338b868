"""The linear program said once more, row by row in plain Python from the case's own tables.

It shares nothing with the model but the names of its rows, in natural units (units, £, the units of
each outcome), so that what certifies a plan cannot repeat what the model got wrong. Neither Pyomo
nor HiGHS is known here.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from optimisation.facts import Facts, Key, Record
from optimisation.problem import Problem


@dataclass
class Row:
    """One requirement: the sum of ``terms`` (column to coefficient) is ``sense`` ``level``."""

    sense: str
    level: float
    terms: dict[Key, float] = field(default_factory=lambda: defaultdict(float))


@dataclass(frozen=True)
class Statement:
    """The whole program: every column is at least nil.

    Parameters
    ----------
    rows : dict of Key to Row
        The requirements.
    goals : dict of str to dict of Key to float
        What a unit of each column adds to each goal, in the goal's own unit.
    """

    rows: dict[Key, Row]
    goals: dict[str, dict[Key, float]]


def restate(p: Problem) -> Statement:
    """Return the program of a problem, rule by rule."""
    facts = Facts(p)
    rows: dict[Key, Row] = {}
    for say in (_supply, _targets, _costs, _income, _shares, _spend, _changes, _moves):
        rows |= say(facts)
    return Statement(rows, _goals(facts, rows))


def _supply(facts: Facts) -> dict[Key, Row]:
    """Demand, use, capacity and commitment."""
    rows: dict[Key, Row] = {}
    for (service, place, year), units in facts.demand.items():
        row = rows["meet_demand", service, place, year] = Row(">=", units)
        row.terms["unmet", service, place, year] = 1.0
    for o, place, year in facts.uses():
        if (key := ("meet_demand", o.service, place, year)) in rows:
            rows[key].terms["use", o.offer, place, year] = 1.0
    for o in facts.offers:
        for year in (y for y in facts.years if facts.is_open(o, y)):
            paid = ("paid", o.offer, year)
            row = rows["pay_for_use", o.offer, year] = Row("<=", 0.0, {paid: -1.0})
            row.terms |= {("use", o.offer, place, year): 1.0 for place in facts.places(o)}
            if not pd.isna(o.capacity):
                rows["respect_capacity", o.offer, year] = Row("<=", o.capacity, {paid: 1.0})
            if o.committed > 0:
                rows["honour_commitments", o.offer, year] = Row(">=", o.committed, {paid: 1.0})
    return rows


def _targets(facts: Facts) -> dict[Key, Row]:
    """Targets: a total against its level, an average by what each unit is above or below it."""
    rows: dict[Key, Row] = {}
    outcomes = {r.outcome: r for r in facts.p.outcomes.itertuples()}
    for r in facts.p.targets.itertuples():
        average = outcomes[r.outcome].measure == "average"
        at_least = outcomes[r.outcome].direction == "at_least"
        row = Row(">=" if at_least else "<=", 0.0 if average else r.target)
        row.terms["miss", r.outcome, r.year] = 1.0 if at_least else -1.0
        effect = facts.effects(r.outcome)
        for o, place, year in facts.uses():
            worth = effect(o) if year == r.year else None
            if worth is not None:
                row.terms["use", o.offer, place, year] = worth - (r.target if average else 0.0)
        rows["reach_targets", r.outcome, r.year] = row
    return rows


def _costs(facts: Facts) -> dict[Key, Row]:
    """Funding: what is spent on a service is what is paid for it."""
    rows: dict[Key, Row] = {}
    for year in facts.years:
        own = {s: facts.fixed(s, year) for s in facts.books}
        lent = sum(min(0.0, amount) for s, amount in own.items() if s != "corporate")
        for s in facts.books:
            row = Row("==", own[s] + lent if s == "corporate" else max(0.0, own[s]))
            row.terms |= {("draw", s, year): 1.0, ("gap", s, year): 1.0}
            row.terms |= {
                ("paid", o.offer, year): -facts.price(o, year)
                for o in facts.offers
                if o.service == s and facts.is_open(o, year)
            }
            row.terms |= {
                ("fund", r.stream, s, year): 1.0
                for r in facts.p.income.itertuples()
                if r.year == year and s in (facts.fences[r.stream] or facts.books)
            }
            rows["pay_costs", s, year] = row
    return rows


def _income(facts: Facts) -> dict[Key, Row]:
    """Income and reserves: what is not spent is kept, but for what was ring-fenced."""
    rows: dict[Key, Row] = {}
    for t, year in enumerate(facts.years):
        row = rows["carry_reserves", year] = Row("==", facts.p.opening if t == 0 else 0.0)
        row.terms |= {("draw", s, year): 1.0 for s in facts.books} | {("balance", year): 1.0}
        if t > 0:
            row.terms["balance", facts.years[t - 1]] = -1.0
        rows["keep_minimum", year] = Row(">=", facts.p.minimum, {("balance", year): 1.0})
    for r in facts.p.income.itertuples():
        fence = facts.fences[r.stream]
        row = rows["spend_income", r.stream, r.year] = Row("==", r.amount)
        row.terms |= {("fund", r.stream, s, r.year): 1.0 for s in fence or facts.books}
        row.terms["unspent", r.stream, r.year] = 1.0
        if not fence:
            rows["carry_reserves", r.year].terms["unspent", r.stream, r.year] = -1.0
    return rows


def _scopes(facts: Facts, kinds: set[str]) -> Iterator[tuple[Record, str, str, list[Key]]]:
    """Yield (rule, each, year, (offer, locality) in scope) for every rule of the kinds given."""
    columns = (
        "provider",
        "group",
        "sector",
        "organisation",
        "service",
        "locality",
        "contract_type",
    )
    for rule in facts.p.rules.itertuples():
        if rule.kind not in kinds:
            continue
        everywhere: list[tuple[str, Key]] = []
        for o, place, year in facts.uses():
            traits = facts.traits[o.offer] | {"locality": place}
            if all(traits[c] == getattr(rule, c) for c in columns if getattr(rule, c)):
                part = traits[rule.each] if rule.each else ""
                everywhere.append((part, (o.offer, place, year)))
        apart = {part for part, _ in everywhere if part} if rule.each else {""}
        for year in (y for y in facts.years if rule.year in ("", y)):
            for part in apart:
                scope = [use for own, use in everywhere if own == part and use[-1] == year]
                yield rule, part, year, scope


def _shares(facts: Facts) -> dict[Key, Row]:
    """Limits on a scope's share of each service that it reaches."""
    rows: dict[Key, Row] = {}
    offers = {r.offer: r for r in facts.offers}
    for rule, each, year, scope in _scopes(facts, {"max_share", "min_share"}):
        for service in {offers[use[0]].service for use in scope}:
            row = Row("<=" if rule.kind == "max_share" else ">=", 0.0)
            for o, place, y in facts.uses():
                if y == year and o.service == service:
                    inside = (o.offer, place, y) in scope
                    row.terms["use", o.offer, place, y] = float(inside) - rule.limit
            rows["limit_share", rule.rule, each, service, year] = row
    return rows


def _spend(facts: Facts) -> dict[Key, Row]:
    """Limits on the £ of a scope: what is paid for, or what is used in the locality named."""
    rows: dict[Key, Row] = {}
    offers = {r.offer: r for r in facts.offers}
    for rule, each, year, scope in _scopes(facts, {"max_spend", "min_spend"}):
        local = rule.locality or rule.each == "locality"
        row = Row("<=" if rule.kind == "max_spend" else ">=", rule.limit)
        for offer, place, y in scope:
            column = ("use", offer, place, y) if local else ("paid", offer, y)
            row.terms[column] = facts.price(offers[offer], y)
        if scope or rule.kind == "min_spend":
            rows["limit_spend", rule.rule, each, year] = row
    return rows


def _units(facts: Facts, row: Record, year: str, times: float) -> dict[Key, float]:
    """Return the terms of an offer's units in a year, in all its localities."""
    if not facts.is_open(row, year):
        return {}
    return {("use", row.offer, place, year): times for place in facts.places(row)}


def _changes(facts: Facts) -> dict[Key, Row]:
    """Limits on an offer's change, where it was open the year before or today's units are known."""
    rows: dict[Key, Row] = {}
    offers = {r.offer: r for r in facts.offers}
    for rule, each, year, scope in _scopes(facts, {"max_change"}):
        for offer in {use[0] for use in scope}:
            row, t = offers[offer], facts.years.index(year)
            known = facts.is_open(row, facts.years[t - 1]) if t else not pd.isna(row.current)
            for way, sign in (("up", 1.0), ("down", -1.0)) if known else ():
                kept = sign + rule.limit
                terms = _units(facts, row, year, sign)
                terms |= _units(facts, row, facts.years[t - 1], -kept) if t else {}
                level = 0.0 if t else kept * row.current
                rows["limit_change", rule.rule, each, offer, year, way] = Row("<=", level, terms)
    return rows


def _moves(facts: Facts) -> dict[Key, Row]:
    """Each offer's change on the year before, which the last goal sums."""
    rows: dict[Key, Row] = {}
    for row in facts.offers:
        for t, year in enumerate(facts.years):
            terms = _units(facts, row, year, 1.0)
            terms |= _units(facts, row, facts.years[t - 1], -1.0) if t else {}
            known = bool(terms) if t else not pd.isna(row.current)
            if known:
                terms |= {("rise", row.offer, year): -1.0, ("fall", row.offer, year): 1.0}
                level = 0.0 if t else row.current
                rows["measure_change", row.offer, year] = Row("==", level, terms)
    return rows


GOALS = (
    "statutory_demand",
    "statutory_targets",
    "funding_gap",
    "other_demand",
    "other_targets",
    "cost",
    "change",
)
"""The goals in the order of the contract."""


def _goals(facts: Facts, rows: dict[Key, Row]) -> dict[str, dict[Key, float]]:
    """Return what a unit of each column adds to each goal."""
    goals: dict[str, dict[Key, float]] = {name: {} for name in GOALS}
    _value_unmet(facts, goals)
    _value_misses(facts, goals)
    goals["funding_gap"] = {("gap", s, y): 1.0 for s in facts.books for y in facts.years}
    for o in facts.offers:
        for t, year in enumerate(facts.years):
            price = facts.price(o, year)
            if facts.is_open(o, year):
                goals["cost"]["paid", o.offer, year] = price / (1 + facts.p.discount_rate) ** t
            if ("measure_change", o.offer, year) in rows:
                goals["change"]["rise", o.offer, year] = price
                goals["change"]["fall", o.offer, year] = price
    return goals


def _value_unmet(facts: Facts, goals: dict[str, dict[Key, float]]) -> None:
    """Value a unit unmet at the dearest offer open, or at £1 where none has a price."""
    for service, place, year in facts.demand:
        prices = [
            facts.price(o, year)
            for o in facts.offers
            if o.service == service and facts.is_open(o, year)
        ]
        goal = "statutory_demand" if service in facts.statutory else "other_demand"
        dearest = max(prices, default=0.0)
        goals[goal]["unmet", service, place, year] = dearest if dearest > 0.0 else 1.0


def _value_misses(facts: Facts, goals: dict[str, dict[Key, float]]) -> None:
    """Value a miss as a share of its target, an average's by the units needed too."""
    outcomes = {r.outcome: r for r in facts.p.outcomes.itertuples()}
    for r in facts.p.targets.itertuples():
        size = abs(r.target)
        if outcomes[r.outcome].measure == "average":
            concerned = {e.service for e in facts.p.effects.itertuples() if e.outcome == r.outcome}
            size *= sum(
                d for (s, _, y), d in facts.demand.items() if s in concerned and y == r.year
            )
        goal = "statutory_targets" if outcomes[r.outcome].statutory else "other_targets"
        goals[goal]["miss", r.outcome, r.year] = 1.0 / max(1.0, size)
