"""The allocation's linear program in plain Pyomo, one object a variable and one rule call a row.

What `optimisation.model` builds from whole families must be the same matrix. It is slow, and as
plain as can be: every set is a list, every row a sentence.
"""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pyomo.environ as pyo

from optimisation.problem import Problem

Keys = list[tuple[str, ...]]
SCOPE = ("provider", "group", "sector", "organisation", "service", "locality", "contract_type")


class Sets:
    """The sets of the model as lists of labels, and what is said of each offer."""

    def __init__(self, p: Problem) -> None:
        self.p, self.years = p, list(p.years)
        providers = {r.provider: r for r in p.providers.itertuples()}
        organisations = dict(zip(p.services["service"], p.services["organisation"], strict=True))
        self.rate = dict(zip(p.services["service"], p.services["sustainable_rate"], strict=True))
        self.offers = {r.offer: r for r in p.offers.itertuples()}
        self.traits = {
            o: {
                "offer": o,
                "provider": r.provider,
                "group": providers[r.provider].group,
                "sector": providers[r.provider].sector,
                "organisation": organisations[r.service],
                "service": r.service,
                "contract_type": r.contract_type,
            }
            for o, r in self.offers.items()
        }
        self.demand = {(r.service, r.locality, r.year): r.units for r in p.demand.itertuples()}
        self.awards = [(o, y) for o in self.offers for y in self.years if self.is_open(o, y)]
        self.decided = [
            (o, y)
            for o, y in self.awards
            if self.offers[o].minimum > 0 or self.offers[o].award_cost > 0 or self.offers[o].lot
        ]
        steps = {o: [(0.0, r.unit_cost)] for o, r in self.offers.items()}
        for r in sorted(p.tiers.itertuples(), key=lambda r: r.from_units):
            steps[r.offer].append((r.from_units, r.unit_cost))
        self.tiers = {
            (o, str(k), y): (start, (cost - steps[o][k - 1][1]) * self.index(o, y))
            for o, y in self.awards
            for k, (start, cost) in enumerate(steps[o])
            if k
        }
        spend = "min_spend" in set(p.rules["kind"])
        limited = {
            body.provider
            for body in p.organisations.itertuples()
            if body.activity_limit < 1 and body.external_market > 0
        }
        self.exact = [
            (o, k, y)
            for (o, k, y), (_, step) in self.tiers.items()
            if step < 0 or spend or self.offers[o].provider in limited
        ]
        self.uses = [(o, where, y) for o, y in self.awards for where in self.places(o)]
        self.books = [*p.services["service"], "corporate"]
        self.income = {(r.stream, r.year): r.amount for r in p.income.itertuples()}
        self.fence = {
            r.stream: [s.strip() for s in r.ring_fence.split(";") if s.strip()]
            for r in p.streams.itertuples()
        }
        self.bodies = {r.organisation: r for r in p.organisations.itertuples()}
        if self.bodies:
            self.fence.setdefault("trading", [])
            self.income |= {("trading", y): self.income.get(("trading", y), 0.0) for y in p.years}
        self.trades = [
            (q, y)
            for q, r in self.bodies.items()
            for y in self.years
            if r.transfer_year <= y and r.external_market > 0
        ]
        self.pots = {
            kept: [r for r in p.reserves.itertuples() if r.one_off_only == (kept == "one_off")]
            for kept in ("general", "one_off")
        }
        if not self.pots["one_off"]:
            del self.pots["one_off"]
        self.released = self.years if "one_off" in self.pots else []
        self.grants = [(g, s, y) for g, y in self.income for s in self.fence[g] or self.books]
        self.targets = {(r.outcome, r.year): r.target for r in p.targets.itertuples()}
        self.outcomes = {r.outcome: r for r in p.outcomes.itertuples()}

    def is_open(self, o: str, y: str) -> bool:
        """Tell whether an offer is open in a year."""
        row = self.offers[o]
        if row.unit_cost < self.rate[row.service]:
            return False
        return row.first_year <= y and (not row.last_year or y <= row.last_year)

    def places(self, o: str) -> list[str]:
        """List where an offer may be used."""
        row = self.offers[o]
        wanted = sorted({where for s, where, _ in self.demand if s == row.service})
        return [row.locality] if row.locality else wanted or [""]

    def index(self, o: str, y: str) -> float:
        """Give how far prices have risen by a year."""
        return (1 + self.offers[o].indexation) ** self.years.index(y)

    def price(self, o: str, y: str) -> float:
        """Give £ a unit in a year, in the first tier."""
        return self.offers[o].unit_cost * self.index(o, y)

    def cost(self, m: pyo.ConcreteModel, o: str, y: str) -> Any:
        """Give £ that an award costs."""
        total = self.price(o, y) * m.paid[o, y]
        total += sum(
            step * m.excess[tier] for tier, (_, step) in self.tiers.items() if tier[::2] == (o, y)
        )
        if (o, y) in self.decided and self.offers[o].award_cost > 0:
            total += self.offers[o].award_cost * self.index(o, y) * m.awarded[o, y]
        return total

    def effect(self, k: str, o: str) -> float | None:
        """Give what an offer does for an outcome, None if it takes no part."""
        rows = [r for r in self.p.effects.itertuples() if r.outcome == k]
        own = [r.per_unit for r in rows if r.offer == o]
        whole = [r.per_unit for r in rows if not r.offer and r.service == self.offers[o].service]
        return next(iter(own + whole), None)

    def fixed(self, s: str, y: str) -> float:
        """Give £ that no unit buys, after what services in credit lend to corporate."""

        def own(service: str) -> float:
            costs = [r.amount for r in self.p.costs.itertuples() if r.year == y]
            total = sum(costs) if service == "corporate" else 0.0
            for r in self.p.proposals.itertuples():
                if r.year == y and (r.service or "corporate") == service:
                    delivered = r.amount * (1.0 if pd.isna(r.delivery) else r.delivery)
                    body = self.bodies.get(r.organisation)
                    delivered = 0.0 if body and y < body.transfer_year else delivered
                    total += r.amount if r.kind in ("pressure", "investment") else -delivered
            return total

        if s != "corporate":
            return max(0.0, own(s))
        return own(s) + sum(min(0.0, own(other)) for other in self.books if other != s)

    def once(self, y: str) -> float:
        """Give £ of a year's cost that does not recur."""
        rises = [r for r in self.p.proposals.itertuples() if r.kind in ("pressure", "investment")]
        every = [*self.p.costs.itertuples(), *rises]
        return sum(r.amount for r in every if r.one_off and r.year == y)

    def before(self, y: str) -> str | None:
        """Give the year before, None in the plan's first."""
        t = self.years.index(y)
        return self.years[t - 1] if t else None

    def preventing(self, s: str, where: str, y: str) -> list[tuple[float, tuple[str, ...]]]:
        """List (units prevented by a unit, use) of what prevents a need."""
        found = []
        for row in self.p.prevention.itertuples():
            t = self.years.index(y) - int(row.lag_years)
            if row.reduces == s and t >= 0:
                found += [
                    (row.units_per_unit, (o, place, year))
                    for o, place, year in self.uses
                    if self.offers[o].service == row.service
                    and year == self.years[t]
                    and where in (place, "")
                ]
        return found

    def scopes(self, *kinds: str) -> list[tuple[Any, str, str, Keys]]:
        """List (rule, each, year, uses) of every rule of some kinds."""
        found = []
        for rule in self.p.rules.itertuples():
            if rule.kind not in kinds:
                continue
            traits = {
                (o, where, y): self.traits[o] | {"locality": where} for o, where, y in self.uses
            }
            asked = [c for c in SCOPE if getattr(rule, c)]
            whole = [u for u in self.uses if all(traits[u][c] == getattr(rule, c) for c in asked)]
            parts = {traits[u][rule.each] for u in whole} - {""} if rule.each else {""}
            for y in [rule.year] if rule.year else self.years:
                for part in parts:
                    own = [u for u in whole if not rule.each or traits[u][rule.each] == part]
                    found.append((rule, part, y, [u for u in own if u[2] == y]))
        return found


def build_plainly(p: Problem) -> pyo.ConcreteModel:
    """Return the model as the first chapter of a textbook would write it."""
    sets, m = Sets(p), pyo.ConcreteModel()
    ledger = [(s, y) for s in sets.books for y in sets.years]
    moves = [(o, y) for o in sets.offers for y in sets.years if _moves(sets, o, y)]
    preventable = [need for need in sets.demand if sets.preventing(*need)]
    families: dict[str, Keys | list[str]] = {
        "use": sets.uses,
        "paid": sets.awards,
        "awarded": sets.decided,
        "excess": list(sets.tiers),
        "past": sets.exact,
        "unmet": list(sets.demand),
        "prevented": preventable,
        "miss": list(sets.targets),
        "fund": sets.grants,
        "unspent": list(sets.income),
        "draw": ledger,
        "release": sets.released,
        "balance": [(pot, y) for pot in sets.pots for y in sets.years],
        "gap": ledger,
        "trade": sets.trades,
        "forgone": sets.trades,
        "rise": moves,
        "fall": moves,
    }
    for name, labels in families.items():
        within = pyo.Binary if name in ("awarded", "past") else pyo.NonNegativeReals
        setattr(m, name, pyo.Var(labels, within=within))
    for write in (_contracts, _supply, _targets, _money, _trade, _shares, _changes, _spend):
        write(m, sets)
    return m


def _moves(sets: Sets, o: str, y: str) -> bool:
    before = sets.before(y)
    if before is None:
        return not pd.isna(sets.offers[o].current)
    return sets.is_open(o, y) or sets.is_open(o, before)


def _units(m: pyo.ConcreteModel, sets: Sets, o: str, y: str) -> Any:
    return sum(m.use[o, where, y] for where in sets.places(o)) if sets.is_open(o, y) else 0.0


def _rows(m: pyo.ConcreteModel, name: str, labels: list[Any], row: Callable[..., Any]) -> None:
    setattr(m, name, pyo.Constraint(labels, rule=lambda _, *key: row(*key)))


def _supply(m: pyo.ConcreteModel, sets: Sets) -> None:
    def meet(s: str, where: str, y: str) -> Any:
        sellers = [o for o, place, year in sets.uses if (place, year) == (where, y)]
        mine = [o for o in sellers if sets.offers[o].service == s]
        met = sum(m.use[o, where, y] for o in mine) + m.unmet[s, where, y]
        if (s, where, y) in m.prevented:
            met += m.prevented[s, where, y]
        return met >= sets.demand[s, where, y]

    def prevent(*need: str) -> Any:
        bought = sum(units * m.use[use] for units, use in sets.preventing(*need))
        return m.prevented[need] - bought <= 0

    bounded = [(o, y) for o, y in sets.awards if not pd.isna(sets.offers[o].capacity)]
    owed = [(o, y) for o, y in sets.awards if sets.offers[o].committed > 0]
    _rows(m, "meet_demand", list(sets.demand), meet)
    _rows(m, "prevent_demand", list(m.prevented), prevent)
    _rows(m, "prevent_once", list(m.prevented), lambda *n: m.prevented[n] <= sets.demand[n])
    _rows(m, "pay_for_use", sets.awards, lambda o, y: _units(m, sets, o, y) - m.paid[o, y] <= 0)
    _rows(m, "respect_capacity", bounded, lambda o, y: m.paid[o, y] <= sets.offers[o].capacity)
    _rows(m, "honour_commitments", owed, lambda o, y: m.paid[o, y] >= sets.offers[o].committed)


def _contracts(m: pyo.ConcreteModel, sets: Sets) -> None:
    def notice(o: str, y: str) -> Any:
        row = sets.offers[o]
        return m.paid[o, y] >= (
            min(row.current, row.capacity) if row.capacity >= 0 else row.current
        )

    def lot(name: str, y: str) -> Any:
        bids = [(o, year) for o, year in sets.decided if (sets.offers[o].lot, year) == (name, y)]
        return sum(m.awarded[bid] for bid in bids) <= 1

    def cap(rule: str, part: str, y: str) -> Any:
        limit, uses = capped[rule, part, y]
        bids = {(o, year) for o, _, year in uses if sets.offers[o].lot}
        if not bids:
            return pyo.inequality(None, 0.0 * m.balance["general", y], limit)
        return sum(m.awarded[bid] for bid in bids) <= limit

    noticed = [
        (o, y)
        for o, y in sets.awards
        if sets.years.index(y) < sets.offers[o].notice_years
        and sets.offers[o].current > 0
        and sets.offers[o].capacity != 0
    ]
    viable = [(o, y) for o, y in sets.decided if sets.offers[o].minimum > 0]
    lots = sorted({(sets.offers[o].lot, y) for o, y in sets.decided if sets.offers[o].lot})
    kept = [
        (o, y)
        for o, y in sets.decided
        if sets.offers[o].lot and (o, sets.before(y)) in sets.decided
    ]
    capped = {(r.rule, part, y): (r.limit, u) for r, part, y, u in sets.scopes("max_lots") if u}
    start = {tier: first for tier, (first, _) in sets.tiers.items()}
    room = {tier: sets.offers[tier[0]].capacity - start[tier] for tier in sets.tiers}
    rows: dict[str, tuple[list[Any], Callable[..., Any]]] = {
        "give_notice": (noticed, notice),
        "award_first": (
            sets.decided,
            lambda o, y: m.paid[o, y] - sets.offers[o].capacity * m.awarded[o, y] <= 0,
        ),
        "viable_volume": (
            viable,
            lambda o, y: m.paid[o, y] - sets.offers[o].minimum * m.awarded[o, y] >= 0,
        ),
        "award_lot": (lots, lot),
        "keep_award": (kept, lambda o, y: m.awarded[o, y] - m.awarded[o, sets.before(y)] == 0),
        "limit_lots": (list(capped), cap),
        "count_excess": (list(sets.tiers), lambda *t: m.paid[t[::2]] - m.excess[t] <= start[t]),
        "reach_tier": (
            sets.exact,
            lambda *t: m.excess[t] + start[t] * m.past[t] - m.paid[t[::2]] <= 0,
        ),
        "pass_tier": (sets.exact, lambda *t: m.excess[t] - room[t] * m.past[t] <= 0),
    }
    for name, (labels, row) in rows.items():
        _rows(m, name, labels, row)


def _targets(m: pyo.ConcreteModel, sets: Sets) -> None:
    def reach(k: str, y: str) -> Any:
        target, outcome = sets.targets[k, y], sets.outcomes[k]
        average = outcome.measure == "average"
        level = sum(
            (effect - (target if average else 0.0)) * m.use[o, where, year]
            for o, where, year in sets.uses
            if year == y and (effect := sets.effect(k, o)) is not None
        )
        needed = 0.0 if average else target
        if outcome.direction == "at_least":
            return level + m.miss[k, y] >= needed
        return level - m.miss[k, y] <= needed

    _rows(m, "reach_targets", list(sets.targets), reach)


def _money(m: pyo.ConcreteModel, sets: Sets) -> None:
    def pay(s: str, y: str) -> Any:
        given = sum(
            m.fund[g, s, y] for g, service, year in sets.grants if (service, year) == (s, y)
        )
        bought = sum(
            sets.cost(m, o, y)
            for o, year in sets.awards
            if year == y and sets.offers[o].service == s
        )
        return given + m.draw[s, y] + m.gap[s, y] - bought == sets.fixed(s, y)

    def spend(g: str, y: str) -> Any:
        spent = sum(m.fund[g, s, y] for s in sets.fence[g] or sets.books)
        earned = sum(
            max(sets.bodies[q].margin, 0.0) * sets.bodies[q].ownership_share * m.trade[q, y]
            for q, year in sets.trades
            if (g, year) == ("trading", y)
        )
        return spent + m.unspent[g, y] - earned == sets.income[g, y]

    def carry(pot: str, y: str) -> Any:
        before = sets.before(y)
        out = m.release[y] if y in sets.released else 0.0
        if pot == "general":
            drawn = sum(m.draw[s, y] for s in sets.books)
            kept = sum(m.unspent[g, y] for g, fence in sets.fence.items() if not fence)
            out = drawn - out - kept
        if before is None:
            return m.balance[pot, y] + out == sum(r.opening for r in sets.pots[pot])
        return m.balance[pot, y] - m.balance[pot, before] + out == 0

    def keep(pot: str, y: str) -> Any:
        return m.balance[pot, y] >= sum(r.minimum for r in sets.pots[pot])

    def move(o: str, y: str) -> Any:
        before = sets.before(y)
        then = _units(m, sets, o, before) if before else sets.offers[o].current
        return _units(m, sets, o, y) - m.rise[o, y] + m.fall[o, y] == then

    _rows(m, "pay_costs", list(m.gap), pay)
    _rows(m, "spend_income", list(sets.income), spend)
    drawn = {y: sum(m.draw[s, y] for s in sets.books) for y in sets.years}
    _rows(m, "carry_reserves", list(m.balance), carry)
    _rows(m, "keep_minimum", list(m.balance), keep)
    _rows(m, "release_once", sets.released, lambda y: m.release[y] <= sets.once(y))
    _rows(m, "release_drawn", sets.released, lambda y: m.release[y] - drawn[y] <= 0)
    _rows(m, "measure_change", list(m.rise), move)


def _trade(m: pyo.ConcreteModel, sets: Sets) -> None:
    def win(q: str, y: str) -> Any:
        body = sets.bodies[q]
        return m.trade[q, y] + m.forgone[q, y] == body.external_market * body.win_probability

    def limit(q: str, y: str) -> Any:
        body = sets.bodies[q]
        own = [
            o for o, year in sets.awards if (sets.offers[o].provider, year) == (body.provider, y)
        ]
        work = sum(body.activity_limit * sets.cost(m, o, y) for o in own)
        return (1 - body.activity_limit) * m.trade[q, y] - work <= 0

    limited = [(q, y) for q, y in sets.trades if sets.bodies[q].activity_limit < 1]
    _rows(m, "win_trade", sets.trades, win)
    _rows(m, "limit_activity", limited, limit)


def _shares(m: pyo.ConcreteModel, sets: Sets) -> None:
    rows = {}
    for rule, part, y, uses in sets.scopes("max_share", "min_share"):
        for s in {sets.offers[o].service for o, _, _ in uses}:
            own = [u for u in uses if sets.offers[u[0]].service == s]
            rows[rule.rule, part, s, y] = (rule, own)
    supplied = sorted({(s, y) for _, _, s, y in rows})
    m.supply = pyo.Var(supplied, within=pyo.NonNegativeReals)

    def whole(s: str, y: str) -> Any:
        every = [u for u in sets.uses if u[2] == y and sets.offers[u[0]].service == s]
        return sum(m.use[u] for u in every) - m.supply[s, y] == 0

    def share(name: str, part: str, s: str, y: str) -> Any:
        rule, own = rows[name, part, s, y]
        apart = sum(m.use[u] for u in own) - rule.limit * m.supply[s, y]
        return apart <= 0 if rule.kind == "max_share" else apart >= 0

    _rows(m, "supply_in_all", supplied, whole)
    _rows(m, "limit_share", list(rows), share)


def _changes(m: pyo.ConcreteModel, sets: Sets) -> None:
    rows = {}
    for rule, part, y, uses in sets.scopes("max_change"):
        for o in {use[0] for use in uses}:
            before = sets.before(y)
            if sets.is_open(o, before) if before else not pd.isna(sets.offers[o].current):
                rows[rule.rule, part, o, y, "up"] = rule.limit
                rows[rule.rule, part, o, y, "down"] = rule.limit

    def limit(name: str, part: str, o: str, y: str, way: str) -> Any:
        before, delta = sets.before(y), rows[name, part, o, y, way]
        now = _units(m, sets, o, y)
        then = _units(m, sets, o, before) if before else sets.offers[o].current
        if way == "up":
            return now - (1 + delta) * then <= 0
        return -now - (delta - 1) * then <= 0

    _rows(m, "limit_change", list(rows), limit)


def _spend(m: pyo.ConcreteModel, sets: Sets) -> None:
    rows = {}
    for rule, part, y, uses in sets.scopes("max_spend", "min_spend"):
        if uses or rule.kind == "min_spend":
            rows[rule.rule, part, y] = (rule, uses)

    def limit(name: str, part: str, y: str) -> Any:
        rule, uses = rows[name, part, y]
        if rule.locality or rule.each == "locality":
            pounds = sum(sets.price(o, y) * m.use[o, where, y] for o, where, _ in uses)
        else:
            pounds = sum(sets.cost(m, o, y) for o in {use[0] for use in uses})
        if not uses:
            return pyo.inequality(rule.limit, 0.0 * m.balance["general", y], None)
        return pounds <= rule.limit if rule.kind == "max_spend" else pounds >= rule.limit

    _rows(m, "limit_spend", list(rows), limit)
