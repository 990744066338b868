"""The linear program said once more, row by row in plain Python from the case's own tables.

It shares nothing with the model but the names of its rows, in natural units (units, £, the units of
each outcome), so that what certifies a plan cannot repeat what the model got wrong. Neither Pyomo
nor HiGHS is known here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pandas as pd

from optimisation.problem import Problem

Key: TypeAlias = tuple[str, ...]
"""A column (variable, index...) or a row (rule, index...)."""

Record: TypeAlias = Any
"""A row of a table, as ``DataFrame.itertuples`` gives it."""


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
    facts = _Facts(p)
    rows: dict[Key, Row] = {}
    for say in (_supply, _targets, _money, _shares_and_spend, _changes):
        rows |= say(facts)
    return Statement(rows, _goals(facts, rows))


class _Facts:
    """The tables as lists of rows, with the few look-ups that every rule needs."""

    def __init__(self, p: Problem) -> None:
        self.p = p
        self.years = p.years
        self.offers = list(p.offers.itertuples())
        self.demand = {(r.service, r.locality, r.year): r.units for r in p.demand.itertuples()}
        providers = {r.provider: r for r in p.providers.itertuples()}
        organisation = {r.service: r.organisation for r in p.services.itertuples()}
        self.statutory = {r.service for r in p.services.itertuples() if r.statutory}
        self.traits = {
            r.offer: {
                "offer": r.offer,
                "provider": r.provider,
                "group": providers[r.provider].group,
                "sector": providers[r.provider].sector,
                "organisation": organisation[r.service],
                "service": r.service,
                "contract_type": r.contract_type,
            }
            for r in self.offers
        }
        self.fences = {
            r.stream: [s.strip() for s in r.ring_fence.split(";")] if r.ring_fence.strip() else []
            for r in p.streams.itertuples()
        }
        self.books = (
            [*organisation, "corporate"] if "corporate" not in organisation else [*organisation]
        )

    def is_open(self, row: Record, year: str) -> bool:
        """Tell whether a row of offers.csv is open in a year; no last year is no end."""
        return row.first_year <= year and not (row.last_year and row.last_year < year)

    def places(self, row: Record) -> list[str]:
        """Return where a row of offers.csv can be used."""
        if row.locality:
            return [row.locality]
        return sorted({place for s, place, _ in self.demand if s == row.service}) or [""]

    def price(self, row: Record, year: str) -> float:
        """Return £ a unit in a year: the first year's, indexed since."""
        return float(row.unit_cost * (1 + row.indexation) ** self.years.index(year))

    def uses(self) -> Iterator[tuple[Record, str, str]]:
        """Yield (row of offers.csv, locality, year) for every use that is open."""
        for row in self.offers:
            for year in self.years:
                if self.is_open(row, year):
                    for place in self.places(row):
                        yield row, place, year

    def fixed(self, service: str, year: str) -> float:
        """Return a service's own fixed cost, before any credit is lent to corporate."""
        total = 0.0
        if service == "corporate":
            total += sum(r.amount for r in self.p.costs.itertuples() if r.year == year)
        for r in self.p.proposals.itertuples():
            if r.year == year and (r.service or "corporate") == service:
                share = 1.0 if pd.isna(r.delivery) else r.delivery
                total += r.amount if r.kind in {"pressure", "investment"} else -r.amount * share
        return float(total)

    def effects(self, outcome: str) -> Callable[[Record], float | None]:
        """Return the effect of a row of offers.csv on an outcome: None where it takes no part."""
        table = [r for r in self.p.effects.itertuples() if r.outcome == outcome]

        def effect(row: Record) -> float | None:
            own = [r.per_unit for r in table if r.offer == row.offer]
            shared = [r.per_unit for r in table if r.service == row.service and not r.offer]
            return next(iter(own + shared), None)

        return effect


def _supply(facts: _Facts) -> dict[Key, Row]:
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


def _targets(facts: _Facts) -> dict[Key, Row]:
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


def _money(facts: _Facts) -> dict[Key, Row]:
    """Funding, income and reserves."""
    rows: dict[Key, Row] = {}
    p, books = facts.p, facts.books
    for year in facts.years:
        own = {s: facts.fixed(s, year) for s in books}
        lent = sum(min(0.0, amount) for s, amount in own.items() if s != "corporate")
        for s in books:
            level = own[s] + lent if s == "corporate" else max(0.0, own[s])
            terms = {("draw", s, year): 1.0, ("gap", s, year): 1.0}
            rows["pay_costs", s, year] = Row("==", level, defaultdict(float, terms))
        for o in facts.offers:
            if facts.is_open(o, year):
                row = rows["pay_costs", o.service, year]
                row.terms["paid", o.offer, year] -= facts.price(o, year)
    for t, year in enumerate(facts.years):
        row = rows["carry_reserves", year] = Row("==", p.opening if t == 0 else 0.0)
        row.terms |= {("draw", s, year): 1.0 for s in books} | {("balance", year): 1.0}
        if t > 0:
            row.terms["balance", facts.years[t - 1]] = -1.0
        rows["keep_minimum", year] = Row(">=", p.minimum, {("balance", year): 1.0})
    for r in p.income.itertuples():
        row = rows["spend_income", r.stream, r.year] = Row("==", r.amount)
        row.terms["unspent", r.stream, r.year] = 1.0
        for s in facts.fences[r.stream] or books:
            row.terms["fund", r.stream, s, r.year] = 1.0
            rows["pay_costs", s, r.year].terms["fund", r.stream, s, r.year] = 1.0
        if not facts.fences[r.stream]:
            rows["carry_reserves", r.year].terms["unspent", r.stream, r.year] = -1.0
    return rows


def _scopes(facts: _Facts, kinds: set[str]) -> Iterator[tuple[Record, str, str, list[Key]]]:
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
        everywhere: list[tuple[str, str, str, str]] = []
        for o, place, year in facts.uses():
            traits = facts.traits[o.offer] | {"locality": place}
            if all(traits[c] == getattr(rule, c) for c in columns if getattr(rule, c)):
                everywhere.append((traits[rule.each] if rule.each else "", o.offer, place, year))
        apart = {each for each, *_ in everywhere if each} if rule.each else {""}
        for year in (y for y in facts.years if rule.year in ("", y)):
            for each in apart:
                yield (
                    rule,
                    each,
                    year,
                    [(o, l) for e, o, l, y in everywhere if (e, y) == (each, year)],
                )


def _shares_and_spend(facts: _Facts) -> dict[Key, Row]:
    """Limits on a share of each service in scope, and on the £ of a scope."""
    rows: dict[Key, Row] = {}
    offers = {r.offer: r for r in facts.offers}
    for rule, each, year, scope in _scopes(facts, {"max_share", "min_share"}):
        for service in {offers[o].service for o, _ in scope}:
            row = Row("<=" if rule.kind == "max_share" else ">=", 0.0)
            for o, place, y in facts.uses():
                if y == year and o.service == service:
                    row.terms["use", o.offer, place, y] -= rule.limit
            for offer, place in scope:
                if offers[offer].service == service:
                    row.terms["use", offer, place, year] += 1.0
            rows["limit_share", rule.rule, each, service, year] = row
    for rule, each, year, scope in _scopes(facts, {"max_spend", "min_spend"}):
        row = Row("<=" if rule.kind == "max_spend" else ">=", rule.limit)
        for offer, place in scope:
            local = rule.locality or rule.each == "locality"
            column = ("use", offer, place, year) if local else ("paid", offer, year)
            row.terms[column] = facts.price(offers[offer], year)
        if scope or rule.kind == "min_spend":
            rows["limit_spend", rule.rule, each, year] = row
    return rows


def _units(facts: _Facts, row: Record, year: str, times: float) -> dict[Key, float]:
    """Return the terms of an offer's units in a year, in all its localities."""
    if not facts.is_open(row, year):
        return {}
    return {("use", row.offer, place, year): times for place in facts.places(row)}


def _changes(facts: _Facts) -> dict[Key, Row]:
    """Limits on change, and the measure of it that the last goal sums."""
    rows: dict[Key, Row] = {}
    offers = {r.offer: r for r in facts.offers}
    for rule, each, year, scope in _scopes(facts, {"max_change"}):
        t = facts.years.index(year)
        for offer in {o for o, _ in scope}:
            row = offers[offer]
            if t == 0 and pd.isna(row.current):
                continue
            if t > 0 and not facts.is_open(row, facts.years[t - 1]):
                continue
            for way, sign in (("up", 1.0), ("down", -1.0)):
                kept = sign + rule.limit
                terms = _units(facts, row, year, sign)
                if t > 0:
                    terms |= _units(facts, row, facts.years[t - 1], -kept)
                level = kept * row.current if t == 0 else 0.0
                rows["limit_change", rule.rule, each, offer, year, way] = Row("<=", level, terms)
    for row in facts.offers:
        for t, year in enumerate(facts.years):
            terms = _units(facts, row, year, 1.0)
            level = 0.0
            if t > 0:
                terms |= _units(facts, row, facts.years[t - 1], -1.0)
                known = bool(terms)
            else:
                known = not pd.isna(row.current)
                level = row.current if known else 0.0
            if known:
                terms |= {("rise", row.offer, year): -1.0, ("fall", row.offer, year): 1.0}
                rows["measure_change", row.offer, year] = Row("==", level, terms)
    return rows


def _goals(facts: _Facts, rows: dict[Key, Row]) -> dict[str, dict[Key, float]]:
    """Return what a unit of each column adds to each goal."""
    goals: dict[str, dict[Key, float]] = {
        name: {}
        for name in (
            "statutory_demand",
            "statutory_targets",
            "funding_gap",
            "other_demand",
            "other_targets",
            "cost",
            "change",
        )
    }
    for service, place, year in facts.demand:
        prices = [
            facts.price(o, year)
            for o in facts.offers
            if o.service == service and facts.is_open(o, year)
        ]
        goal = "statutory_demand" if service in facts.statutory else "other_demand"
        goals[goal]["unmet", service, place, year] = max(prices, default=1.0)
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
