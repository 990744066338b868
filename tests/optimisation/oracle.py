"""The plan's linear program a second time, as arrays for `scipy.optimize.linprog`.

It shares the tables of `Problem` with `optimisation` and no code, and it is put another way, so
that one misreading of the mathematics is not made twice:

- use is counted in thousands of pounds, not in units: ``("spend", offer, locality, year)``;
- what is paid is spend and ``("idle", offer, year)``, what is paid for and not used;
- trade is the council's share of the margin on it, paid into the pot or a stream's own fence;
- unmet demand and misses are counted in the units of their own goals;
- there is no gap: it is what the funding of a service falls short of its cost;
- reserves for one-off cost pay ``("once", service, year)``, which that pot does not;
- there are no other reserves and no streams without a ring-fence, only a ``("pot", service, year)``
  that both fill: income left over keeps in the reserves, so that all that binds is what the pot
  has paid out by the end of each year;
- awards and tiers that are whole are columns of nil or one, and such a case is a mixed-integer one;
- a goal is held by no row of its own: what has a price in its optimum is fixed where it is.

Every price must be above nil.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp

from optimisation.problem import Problem

THOUSAND = 1000.0
CORPORATE = "corporate"
GOALS = (
    "statutory_demand",
    "statutory_targets",
    "funding_gap",
    "other_demand",
    "other_targets",
    "cost",
    "change",
)
IN_POUNDS = {"statutory_demand", "funding_gap", "other_demand", "cost", "change"}
SCOPE = ("provider", "group", "sector", "organisation", "service", "locality", "contract_type")
A_PRICE = 1e-9  # less is rounding: true prices here are above 1e-6
INFEASIBLE = 2  # linprog's status

Row = dict[Hashable, float]
Use = tuple[int, str, int]  # an offer's row, a locality, a year counted from the plan's first


class NoPlan(ValueError):
    """The hard rows contradict each other."""


def goal_values(problem: Problem) -> dict[str, float]:
    """Give each goal's best value, in its own unit, with all goals before it held at theirs.

    Raises
    ------
    NoPlan
        If the hard rows contradict each other.
    ArithmeticError
        If a goal that should have been held has moved: the oracle itself is at fault.
    """
    program = _Program(problem)
    program.meet_demand()
    program.keep_capacity()
    program.keep_contracts()
    program.reach_targets()
    program.fund()
    program.keep_rules()
    program.count_cost_and_change()
    rows, goals = program.rows, [program.goals[goal] for goal in GOALS]
    if program.whole:
        rows = take_decisions(rows, goals, program.whole)
    best = lexicographic(rows, goals)
    return {
        goal: float(value + program.constants[goal]) * (THOUSAND if goal in IN_POUNDS else 1.0)
        for goal, value in zip(GOALS, best, strict=True)
    }


def worth_unmet(problem: Problem, demand: pd.DataFrame) -> dict[str, float]:
    """Price what a plan's ``demand.csv`` leaves unmet as the two goals of demand do, in £."""
    program, worth = _Program(problem), dict.fromkeys(("statutory_demand", "other_demand"), 0.0)
    statutory = dict(zip(problem.services.service, problem.services.statutory, strict=True))
    for row in demand.itertuples():
        dearest = program.dearest(row.service, program.index[row.year])
        worth["statutory_demand" if statutory[row.service] else "other_demand"] += (
            row.unmet * dearest
        )
    return worth


class _Program:
    """Rows ``coefficients · columns <= bound`` and goals, money in £ thousands."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.years = range(len(problem.years))
        self.index = {year: t for t, year in enumerate(problem.years)}
        services = problem.services
        self.rate = dict(zip(services.service, services.sustainable_rate, strict=True))
        self.whole: set[Hashable] = set()
        self.offers = list(problem.offers.itertuples(index=False))
        self.demand = {
            (d.service, d.locality, self.index[d.year]): d.units
            for d in problem.demand.itertuples()
        }
        self.uses = list(self.all_uses())
        self.rows: list[tuple[Row, float]] = []
        self.goals: dict[str, Row] = {goal: defaultdict(float) for goal in GOALS}
        self.constants = dict.fromkeys(GOALS, 0.0)

    def is_open(self, o: int, t: int) -> bool:
        offer, year = self.offers[o], self.problem.years[t]
        if offer.unit_cost < self.rate[offer.service]:
            return False
        return offer.first_year <= year and (offer.last_year == "" or year <= offer.last_year)

    def price(self, o: int, t: int) -> float:
        return self.offers[o].unit_cost * (1 + self.offers[o].indexation) ** t

    def units(self, o: int, t: int) -> float:
        """Say how many units a thousand pounds buys."""
        return THOUSAND / self.price(o, t)

    def all_uses(self) -> Iterator[Use]:
        """Pair each offer with the localities it serves, in the years it is open."""
        areas = defaultdict(set)
        for service, area, _ in self.demand:
            areas[service].add(area)
        for o, offer in enumerate(self.offers):
            served = [offer.locality] if offer.locality else sorted(areas[offer.service] or {""})
            for t in self.years:
                if self.is_open(o, t):
                    yield from ((o, area, t) for area in served)

    def bought(self, o: int, t: int) -> Row:
        """Write the spend of one offer in one year, in all its localities; nothing if closed."""
        return {("spend", *use): 1.0 for use in self.uses if use[0] == o and use[2] == t}

    def cost(self, o: int, t: int) -> Row:
        """Write what an award costs: at the first price, and what tiers and the award add."""
        row = dict(self.paid(o, t))
        if not self.is_open(o, t):
            return row
        for k, (_, step) in enumerate(self.tiers(o)):
            row["above", o, k, t] = step / self.offers[o].unit_cost
        if self.offers[o].award_cost > 0:
            fee = self.offers[o].award_cost * (1 + self.offers[o].indexation) ** t
            row["award", o, t] = fee / THOUSAND
        return row

    def tiers(self, o: int) -> list[tuple[float, float]]:
        """List units and £ a unit more than below them, at the plan's first prices."""
        rows = self.problem.tiers[self.problem.tiers.offer == self.offers[o].offer]
        found, below = [], self.offers[o].unit_cost
        for row in rows.sort_values("from_units").itertuples():
            found.append((row.from_units, row.unit_cost - below))
            below = row.unit_cost
        return found

    def keep_contracts(self) -> None:
        """Keep notice; make awards whole; count what is above a tier, in £ at the first price."""
        for o, t in [(o, t) for o in range(len(self.offers)) for t in self.years]:
            if self.is_open(o, t):
                self.keep_notice(o, t)
                self.keep_tiers(o, t)
                self.make_awards(o, t)
        for t in self.years:
            bids = defaultdict(dict)
            for o, offer in enumerate(self.offers):
                if offer.lot and self.is_open(o, t):
                    bids[offer.lot]["award", o, t] = 1.0
            for row in bids.values():
                self.at_most(row, 1.0)

    def keep_notice(self, o: int, t: int) -> None:
        offer = self.offers[o]
        if t < offer.notice_years and offer.current > 0:
            owed = np.nanmin([offer.current, offer.capacity])
            self.at_least(self.paid(o, t), owed / self.units(o, t))

    def keep_tiers(self, o: int, t: int) -> None:
        """Above a tier is what is paid over its start; no more, where that would be of use."""
        offer, thousand = self.offers[o], 1.0 / self.units(o, t)
        for k, (start, step) in enumerate(self.tiers(o)):
            above, past = {("above", o, k, t): 1.0}, ("past", o, k, t)
            over = combine(self.paid(o, t), above, -1.0)
            self.at_most(over, start * thousand)
            if step >= 0 and not self.gains_by_spending(offer.provider):
                continue
            self.whole.add(past)
            self.at_least(combine(over, {past: -start * thousand}, 1.0), 0.0)
            self.at_most(combine(above, {past: -(offer.capacity - start) * thousand}, 1.0), 0.0)

    def gains_by_spending(self, provider: str) -> bool:
        """Tell whether a promise of spending, or trade that work allows, asks for more spending."""
        bodies = self.problem.organisations
        limited = bodies[(bodies.activity_limit < 1) & (bodies.external_market > 0)]
        return "min_spend" in set(self.problem.rules.kind) or provider in set(limited.provider)

    def make_awards(self, o: int, t: int) -> None:
        offer, thousand = self.offers[o], 1.0 / self.units(o, t)
        if not (offer.minimum > 0 or offer.award_cost > 0 or offer.lot):
            return
        made, paid = ("award", o, t), self.paid(o, t)
        self.whole.add(made)
        self.at_most(combine(paid, {made: -offer.capacity * thousand}, 1.0), 0.0)
        if offer.minimum > 0:
            self.at_least(combine(paid, {made: -offer.minimum * thousand}, 1.0), 0.0)
        if offer.lot and t > 0 and self.is_open(o, t - 1):
            for sign in (1.0, -1.0):
                self.at_most({made: sign, ("award", o, t - 1): -sign}, 0.0)

    def paid(self, o: int, t: int) -> Row:
        return self.bought(o, t) | {("idle", o, t): 1.0} if self.is_open(o, t) else {}

    def at_most(self, row: Row, bound: float) -> None:
        self.rows.append((row, bound))

    def at_least(self, row: Row, bound: float) -> None:
        self.rows.append(({column: -value for column, value in row.items()}, -bound))

    def meet_demand(self) -> None:
        """Σ dearest / price · spend + unmet >= dearest · demand, all of it money."""
        services = self.problem.services
        statutory = dict(zip(services.service, services.statutory, strict=True))
        for (service, locality, t), demand in self.demand.items():
            dearest = self.dearest(service, t)
            here = [
                use
                for use in self.uses
                if use[1:] == (locality, t) and self.offers[use[0]].service == service
            ]
            row: Row = {("spend", *use): dearest / self.price(use[0], t) for use in here}
            row |= self.prevent(service, locality, t, dearest)
            unmet = ("unmet", service, locality, t)
            self.at_least(row | {unmet: 1.0}, dearest * demand / THOUSAND)
            goal = "statutory_demand" if statutory[service] else "other_demand"
            self.goals[goal][unmet] = 1.0

    def dearest(self, service: str, t: int) -> float:
        """Give the most that a unit of a service costs in a year; £1 where nothing is on offer."""
        now = [o for o, _, year in self.uses if year == t and self.offers[o].service == service]
        return max((self.price(o, t) * self.top(o) for o in now), default=1.0)

    def top(self, o: int) -> float:
        """Say how many times its first price an offer's dearest tier costs."""
        prices = np.cumsum([self.offers[o].unit_cost, *(step for _, step in self.tiers(o))])
        return float(max(prices)) / self.offers[o].unit_cost

    def prevent(self, service: str, locality: str, t: int, dearest: float) -> Row:
        """Put a price on what is prevented: no more than is bought for it, nor than there is."""
        saved: Row = defaultdict(float)
        for row in self.problem.prevention[self.problem.prevention.reduces == service].itertuples():
            for o, area, year in self.uses:
                if self.offers[o].service != row.service or locality not in ("", area):
                    continue
                if year + row.lag_years == t:
                    units = row.units_per_unit * self.units(o, year)
                    saved["spend", o, area, year] += dearest * units / THOUSAND
        if not saved:
            return {}
        avoided = ("avoided", service, locality, t)
        self.at_most(combine({avoided: 1.0}, saved, -1.0), 0.0)
        self.at_most({avoided: 1.0}, dearest * self.demand[service, locality, t] / THOUSAND)
        return {avoided: 1.0}

    def keep_capacity(self) -> None:
        """Keep the units paid for from the committed to the capacity."""
        for o, t in [(o, t) for o in range(len(self.offers)) for t in self.years]:
            offer = self.offers[o]
            if self.is_open(o, t) and not np.isnan(offer.capacity):
                self.at_most(self.paid(o, t), offer.capacity / self.units(o, t))
            if self.is_open(o, t) and not np.isnan(offer.committed):
                self.at_least(self.paid(o, t), offer.committed / self.units(o, t))

    def reach_targets(self) -> None:
        """Σ per_unit · units + miss >= target; an average: Σ (per_unit - target) · units >= 0."""
        outcomes = self.problem.outcomes.set_index("outcome")
        for target in self.problem.targets.itertuples():
            outcome, t = outcomes.loc[target.outcome], self.index[target.year]
            effects = self.problem.effects[self.problem.effects.outcome == target.outcome]
            size, bound, less = abs(target.target), target.target, 0.0
            if outcome.measure == "average":
                concerned = {d for d in self.demand if d[2] == t and d[0] in set(effects.service)}
                size *= sum(self.demand[d] for d in sorted(concerned))
                bound, less = 0.0, target.target
            sign = 1.0 if outcome.direction == "at_least" else -1.0
            miss = ("miss", target.outcome, t)
            row: Row = {miss: sign * max(1.0, size)}
            for use in self.uses:
                effect = effect_of(effects, self.offers[use[0]])
                if use[2] == t and effect is not None:
                    row["spend", *use] = (effect - less) * self.units(use[0], t)
            keep = self.at_least if sign > 0 else self.at_most
            keep(row, bound)
            self.goals["statutory_targets" if outcome.statutory else "other_targets"][miss] = 1.0

    def fund(self) -> None:
        """Give no service more than it costs, and take no more than each stream and the pot hold.

        What the pot may have paid out by the end of a year is what came in by then and what the
        reserves held above their minimum.
        """
        problem = self.problem
        fences = dict(
            zip(problem.streams.stream, map(names_in, problem.streams.ring_fence), strict=True)
        )
        amounts = problem.income.itertuples()
        income = defaultdict(
            float, {(i.stream, self.index[i.year]): i.amount / THOUSAND for i in amounts}
        )
        fences.setdefault("trading", set())
        earned: Row = {}
        services = [*problem.services.service, CORPORATE]
        held = problem.reserves.assign(spare=problem.reserves.opening - problem.reserves.minimum)
        kept = held.one_off_only.astype(bool)
        pot, spare = (held.spare[rows].sum() / THOUSAND for rows in (~kept, kept))
        for t in self.years:
            for service in services:
                self.fund_service(
                    service, t, [g for g, fence in fences.items() if service in fence]
                )
            for g in (g for g, fence in fences.items() if fence):
                spent: Row = {("fund", g, s, t): 1.0 for s in services if s in fences[g]}
                brought = self.trade(t) if g == "trading" else {}
                self.at_most(combine(spent, brought, -1.0), income[g, t])
            if not fences["trading"]:
                earned |= self.trade(t)
            pot += sum(income[g, t] for g, fence in fences.items() if not fence)
            if kept.any():
                self.at_most({("once", s, t): 1.0 for s in services}, self.one_off_cost(t))
                self.at_most({("once", s, y): 1.0 for s in services for y in range(t + 1)}, spare)
            out: Row = {("pot", s, y): 1.0 for s in services for y in range(t + 1)}
            self.at_most(combine(out, earned, -1.0), pot)

    def trade(self, t: int) -> Row:
        """Bring what each body earns the council in a year: {("earned", body, year): 1}.

        Of £1 of trade the council takes margin * share; so trade is what is earned over that. With
        limit a, trade is at most a / (1 - a) of what its own offers are paid.
        """
        found: Row = {}
        for body in self.problem.organisations.itertuples():
            share = body.margin * body.ownership_share
            exists = body.transfer_year <= self.problem.years[t]
            if not exists or np.isnan(body.external_market) or share <= 0.0:
                continue
            column = ("earned", body.organisation, t)
            most = body.external_market * body.win_probability / THOUSAND
            self.at_most({column: 1.0}, share * most)
            if body.activity_limit < 1.0:
                ratio = body.activity_limit / (1.0 - body.activity_limit)
                mine = [o for o, offer in enumerate(self.offers) if offer.provider == body.provider]
                work = {c: v for o in mine for c, v in self.cost(o, t).items()}
                self.at_most(combine({column: 1.0}, work, -share * ratio), 0.0)
            found[column] = 1.0
        return found

    def one_off_cost(self, t: int) -> float:
        """Add up what does not recur of a year's costs, pressures and investments."""
        costs, proposals = self.problem.costs, self.problem.proposals
        adds = proposals[proposals.kind.isin(["pressure", "investment"])]
        once = [table[table.one_off.astype(bool)] for table in (costs, adds)]
        year = self.problem.years[t]
        return sum(table.amount[table.year == year].sum() for table in once) / THOUSAND

    def fund_service(self, service: str, t: int, fenced: list[str]) -> None:
        mine = [o for o, offer in enumerate(self.offers) if offer.service == service]
        cost: Row = {c: v for o in mine for c, v in self.cost(o, t).items()}
        fixed = fixed_costs(self.problem, self.problem.years[t])[service] / THOUSAND
        given: Row = {("pot", service, t): 1.0}
        if self.problem.reserves.one_off_only.any():
            given |= {("once", service, t): 1.0}
        given |= {("fund", g, service, t): 1.0 for g in fenced}
        self.at_most(combine(given, cost, -1.0), fixed)
        self.goals["funding_gap"] |= combine(cost, given, -1.0)
        self.constants["funding_gap"] += fixed

    def keep_rules(self) -> None:
        for rule in self.problem.rules.itertuples():
            uses = [use for use in self.uses if self.is_in_scope(rule, use)]
            groups = [uses]
            if rule.each != "":
                values = sorted({self.trait(use, rule.each) for use in uses} - {""})
                groups = [[u for u in uses if self.trait(u, rule.each) == v] for v in values]
            for t in self.years:
                if rule.year in ("", self.problem.years[t]):
                    for group in groups:
                        self.keep_rule(rule, [use for use in group if use[2] == t], t)

    def is_in_scope(self, rule: object, use: Use) -> bool:
        asked = {name: getattr(rule, name) for name in SCOPE if getattr(rule, name) != ""}
        return all(self.trait(use, name) == value for name, value in asked.items())

    def trait(self, use: Use, name: str) -> str:
        """Look up what a rule may ask of a use: its provider's group, its locality and so on."""
        offer, problem = self.offers[use[0]], self.problem
        if name == "locality":
            return use[1]
        if name in ("group", "sector"):
            return problem.providers.set_index("provider").at[offer.provider, name]
        if name == "organisation":
            return problem.services.set_index("service").at[offer.service, name]
        return getattr(offer, name)

    def keep_rule(self, rule: object, uses: list[Use], t: int) -> None:
        """Write one rule's rows for one year and one value of ``each``."""
        keep = self.at_most if rule.kind.startswith("max") else self.at_least
        if rule.kind in ("max_share", "min_share"):
            for service in sorted({self.offers[o].service for o, _, _ in uses}):
                keep(self.share(uses, service, t, rule.limit), 0.0)
        elif rule.kind == "max_lots":
            bids = {o for o, _, _ in uses if self.offers[o].lot}
            self.at_most({("award", o, t): 1.0 for o in bids}, rule.limit)
        elif rule.kind in ("max_spend", "min_spend"):
            if uses or rule.kind == "min_spend":
                keep(self.pounds(rule, uses, t), rule.limit / THOUSAND)
        else:
            for o in sorted({o for o, _, _ in uses}):
                self.keep_change(o, t, rule.limit)

    def share(self, uses: list[Use], service: str, t: int, limit: float) -> Row:
        """Units in scope, less the limit times all units of the service."""
        every = [u for u in self.uses if u[2] == t and self.offers[u[0]].service == service]
        return {("spend", *u): ((u in uses) - limit) * self.units(u[0], t) for u in every}

    def pounds(self, rule: object, uses: list[Use], t: int) -> Row:
        """Pounds paid; but pounds of use where the rule names a locality."""
        if rule.locality != "" or rule.each == "locality":
            return {("spend", *use): 1.0 for use in uses}
        return {c: v for o, _, _ in uses for c, v in self.cost(o, t).items()}

    def keep_change(self, o: int, t: int, limit: float) -> None:
        """(1 - limit) · before <= now <= (1 + limit) · before, where there is a before."""
        before, known = self.before(o, t)
        if known is not None and (t == 0 or self.is_open(o, t - 1)):
            now = self.bought(o, t)
            self.at_most(combine(now, before, -1 - limit), (1 + limit) * known)
            self.at_least(combine(now, before, limit - 1), (1 - limit) * known)

    def before(self, o: int, t: int) -> tuple[Row, float | None]:
        """Price the year before's units at this year's price: columns, and a number.

        The number is None where what was bought before the plan is not known.
        """
        if t > 0:
            dearer = self.price(o, t) / self.price(o, t - 1)
            return dict.fromkeys(self.bought(o, t - 1), dearer), 0.0
        current = self.offers[o].current
        return {}, None if np.isnan(current) else current / self.units(o, 0)

    def count_cost_and_change(self) -> None:
        """Count Σ paid, discounted, and Σ (up + down), where now - before = up - down."""
        for o, t in [(o, t) for o in range(len(self.offers)) for t in self.years]:
            discount = (1 + self.problem.discount_rate) ** -t
            self.goals["cost"] |= {c: v * discount for c, v in self.cost(o, t).items()}
            before, known = self.before(o, t)
            if known is not None:
                up, down = ("up", o, t), ("down", o, t)
                row = combine(self.bought(o, t), before, -1.0) | {up: -1.0, down: 1.0}
                self.at_most(row, known)
                self.at_least(row, known)
                self.goals["change"] |= {up: 1.0, down: 1.0}


def effect_of(effects: pd.DataFrame, offer: object) -> float | None:
    """Look up an offer's effect on one outcome: its own row, else its service's, else none."""
    own = effects.per_unit[effects.offer == offer.offer]
    general = effects.per_unit[(effects.offer == "") & (effects.service == offer.service)]
    return next(iter([*own, *general]), None)


def names_in(ring_fence: str) -> set[str]:
    return {name.strip() for name in ring_fence.split(";")} - {""}


def combine(row: Row, other: Row, factor: float) -> Row:
    """Add factor · other to a row."""
    return {c: row.get(c, 0.0) + factor * other.get(c, 0.0) for c in [*row, *other]}


def fixed_costs(problem: Problem, year: str) -> dict[str, float]:
    """Give each service's fixed cost, £; what falls below nil has been lent to corporate."""
    fixed = dict.fromkeys([*problem.services.service, CORPORATE], 0.0)
    bodies = problem.organisations
    starts = dict(zip(bodies.organisation, bodies.transfer_year, strict=True))
    fixed[CORPORATE] = problem.costs.amount[problem.costs.year == year].sum()
    for p in problem.proposals[problem.proposals.year == year].itertuples():
        delivered = p.amount if np.isnan(p.delivery) else p.amount * p.delivery
        if p.organisation in starts and starts[p.organisation] > year:
            delivered = 0.0
        adds = p.kind in ("pressure", "investment")
        fixed[p.service or CORPORATE] += p.amount if adds else -delivered
    lent = sum(min(cost, 0.0) for service, cost in fixed.items() if service != CORPORATE)
    kept = {s: max(cost, 0.0) for s, cost in fixed.items() if s != CORPORATE}
    return kept | {CORPORATE: fixed[CORPORATE] + lent}


def take_decisions(
    rows: list[tuple[Row, float]], goals: list[Row], whole: set[Hashable]
) -> list[tuple[Row, float]]:
    """Fix the columns that are nil or one where they are best for each goal in turn: as rows.

    Here a goal is held by a row of its own with a little to spare; what the goals come to with the
    decisions taken is then sought without any.
    """
    columns = sorted({c for row in [*goals, *(row for row, _ in rows)] for c in row}, key=repr)
    matrix = np.array([lay_out(row, columns) for row, _ in rows]).reshape(-1, len(columns))
    bounds = np.array([bound for _, bound in rows])
    kinds = np.array([float(column in whole) for column in columns])
    limits = Bounds(0.0, np.where(kinds > 0, 1.0, np.inf))
    fixed: list[tuple[Row, float]] = []
    capped: list[tuple[np.ndarray, float]] = []
    for goal in goals:
        weight = lay_out(goal, columns)
        for spare in (1e-8, 1e-7, 1e-6, 1e-5):
            most = [v + spare * (abs(v) + np.abs(w).max(initial=0.0)) for w, v in capped]
            whole_matrix = np.vstack([matrix, *(w for w, _ in capped)])
            largest = np.abs(whole_matrix).max(axis=1, initial=0.0)
            scale = np.where(largest > 0, largest, 1.0)
            rows_held = LinearConstraint(
                whole_matrix / scale[:, None], ub=np.append(bounds, most) / scale
            )
            result = milp(
                weight,
                constraints=rows_held,
                bounds=limits,
                integrality=kinds,
                options={"mip_rel_gap": 1e-9, "presolve": False},
            )
            if result.status == 0 or not capped:
                break
        if result.status != 0:
            raise (ArithmeticError if capped else NoPlan)(result.message)
        fixed = [
            ({column: sign}, sign * float(round(value)))
            for column, value in zip(columns, result.x, strict=True)
            if column in whole
            for sign in (1.0, -1.0)
        ]
        # With a little to spare a goal may come to less than any plan does: it is held at what
        # these decisions come to without.
        capped.append((weight, lexicographic(rows + fixed, goals[: len(capped) + 1])[-1]))
    return rows + fixed


def lexicographic(rows: list[tuple[Row, float]], goals: list[Row]) -> list[float]:
    """Give the least of each goal in turn over columns >= 0, the goals before it at theirs.

    By complementary slackness a goal is at its best just where every row with a price is tight
    and every column with a reduced cost is nil. So they are made so: that holds it exactly, with
    no tolerance to choose. Rows are scaled to a largest coefficient of 1, and all bounds to a
    largest of 1, for the solver's tolerances are absolute.
    """
    columns = sorted({c for row in [*goals, *(row for row, _ in rows)] for c in row}, key=repr)
    matrix = np.array([lay_out(row, columns) for row, _ in rows]).reshape(-1, len(columns))
    largest = np.abs(matrix).max(axis=1, initial=0.0)
    scale = np.where(largest > 0, largest, 1.0)
    matrix, bounds = matrix / scale[:, None], np.array([bound for _, bound in rows]) / scale
    size = np.abs(bounds).max(initial=1.0)
    tight, nil = np.zeros(len(rows), dtype=bool), np.zeros(len(columns), dtype=bool)
    weights = [lay_out(goal, columns) for goal in goals]
    best, result = [], None
    for weight in weights:
        result = solve(weight, matrix, bounds / size, tight=tight, nil=nil, first=not best)
        best.append(float(result.fun * size))
        tight[~tight] = np.abs(result.ineqlin.marginals) > A_PRICE
        nil |= result.lower.marginals > A_PRICE
    drift = [
        abs(weight @ result.x * size - value) for weight, value in zip(weights, best, strict=True)
    ]
    if max(drift) > 1e-9 * size:
        raise ArithmeticError(f"the oracle's goals have moved by {drift}")
    return best


def lay_out(row: Row, columns: list[Hashable]) -> np.ndarray:
    return np.array([row.get(column, 0.0) for column in columns])


def solve(
    weight: np.ndarray,
    matrix: np.ndarray,
    bounds: np.ndarray,
    *,
    tight: np.ndarray,
    nil: np.ndarray,
    first: bool,
) -> OptimizeResult:
    """Minimise ``weight · columns``; only the first goal can find that there is no plan."""
    result = linprog(
        weight,
        A_ub=matrix[~tight],
        b_ub=bounds[~tight],
        A_eq=matrix[tight],
        b_eq=bounds[tight],
        bounds=[(0.0, 0.0 if fixed else None) for fixed in nil],
        method="highs-ds",
        options={"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9},
    )
    if result.status == 0:
        return result
    raise (NoPlan if first and result.status == INFEASIBLE else ArithmeticError)(result.message)
