"""The rows that rules.csv asks for: each rule spelt out, and written over what it holds for."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, cast

import pyomo.environ as pyo

from optimisation.market import Market, Use
from optimisation.terms import NON_NEGATIVE, Expression, lot_price, units_before, units_of

SCOPE = ("provider", "group", "sector", "organisation", "service", "locality", "contract_type")
"""The columns of rules.csv that narrow what a rule holds for."""


class RuleRow(Protocol):
    """A row of rules.csv."""

    rule: str
    kind: str
    each: str
    year: str
    limit: float


@dataclass(frozen=True)
class Limit:
    """One row of the model that a rule asks for.

    Parameters
    ----------
    key : tuple of str
        (rule, each, service or "", year): the index of its row.
    level : float
        The share, fraction or £ of the rule.
    sign : float
        +1 where the scope may not exceed the level, -1 where it may not fall below it.
    uses : tuple of Use
        What the scope covers in that year.
    by_use : bool
        Whether spending is counted by what is used, because the rule names a locality.
    """

    key: tuple[str, ...]
    level: float
    sign: float
    uses: tuple[Use, ...]
    by_use: bool = False

    @property
    def service(self) -> str:
        """The service of a share."""
        return self.key[-2]

    @property
    def offer(self) -> str:
        """The offer of a change."""
        return self.key[-2]

    @property
    def year(self) -> str:
        """The year the row holds in."""
        return self.key[-1]


def _share_limits(market: Market) -> Iterator[Limit]:
    """Yield one limit for each service in the scope of a max_share or min_share."""
    for row, each, year, uses in _spelt_out(market, ("max_share", "min_share")):
        for service in sorted({market.offers[o].service for o, _, _ in uses}):
            within = tuple(use for use in uses if market.offers[use[0]].service == service)
            yield Limit((row.rule, each, service, year), row.limit, _sign(row), within)


def _spend_limits(market: Market) -> Iterator[Limit]:
    """Yield one limit for each scope of a max_spend or min_spend.

    A min_spend whose scope is empty still has its row: the promise cannot be kept, and the
    planner is to hear it.
    """
    for row, each, year, uses in _spelt_out(market, ("max_spend", "min_spend")):
        by_use = row.each == "locality" or bool(getattr(row, "locality", ""))
        if uses or row.kind == "min_spend":
            yield Limit((row.rule, each, year), row.limit, _sign(row), uses, by_use)


def _change_limits(market: Market) -> Iterator[Limit]:
    """Yield one limit for each offer in the scope of a max_change, where both years are known."""
    for row, each, year, uses in _spelt_out(market, ("max_change",)):
        t = market.step[year]
        for offer in sorted({o for o, _, _ in uses}):
            known = (
                market.offers[offer].current is not None
                if t == 0
                else (offer, market.years[t - 1]) in market.open
            )
            if known:
                yield Limit((row.rule, each, offer, year), row.limit, 1.0, ())


def limit_share(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`\sum_{scope} x - \theta \sum_{s} x \pm room = 0`, for each service in scope."""
    limits = {limit.key: limit for limit in _share_limits(market)}
    m.share_room = pyo.Var(list(limits), within=NON_NEGATIVE, doc="room left in a share, in lots")
    supply: dict[tuple[str, str], list[pyo.Var]] = defaultdict(list)
    for o, place, y in market.uses:
        supply[market.offers[o].service, y].append(m.use[o, place, y])

    def row(m: pyo.ConcreteModel, *key: str) -> Expression:
        limit = limits[key]
        scope = pyo.quicksum(m.use[use] for use in limit.uses)
        whole = pyo.quicksum(supply[limit.service, limit.year])
        return scope - limit.level * whole + limit.sign * m.share_room[key] == 0.0

    m.limit_share = pyo.Constraint(list(limits), rule=row)


def limit_change(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`\pm (X_{oy} - X_{o,y-1}) - \delta X_{o,y-1} + room = 0`, up and down.

    :math:`X_{oy} = \sum_l x_{oly}`; in the first year :math:`X_{o,y-1}` is ``current``.
    """
    limits = {limit.key: limit for limit in _change_limits(market)}
    m.change_room = pyo.Var(
        list(limits), ["up", "down"], within=NON_NEGATIVE, doc="room left to change, in lots"
    )

    def row(m: pyo.ConcreteModel, *key: str) -> Expression:
        limit, way = limits[key[:-1]], 1.0 if key[-1] == "up" else -1.0
        now, before = units_of(m, limit.offer, limit.year), units_before(m, limit.offer, limit.year)
        room = m.change_room[key]
        moved, constant = way * now - (way + limit.level) * before.variable, before.constant
        return moved + room == (way + limit.level) * constant

    m.limit_change = pyo.Constraint(list(limits), ["up", "down"], rule=row)


def limit_spend(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`\sum_{scope} c_{oy} z_{oy} \pm room = limit`.

    Where the rule names a locality, what is used there counts instead of what is paid for, since
    an offer that serves several cannot be paid for in one of them.
    """
    limits = {limit.key: limit for limit in _spend_limits(market)}
    m.spend_room = pyo.Var(list(limits), within=NON_NEGATIVE, doc="room left to spend")

    def row(m: pyo.ConcreteModel, *key: str) -> Expression:
        limit = limits[key]
        if limit.by_use:
            spend = pyo.quicksum(lot_price(m, o, y) * m.use[o, p, y] for o, p, y in limit.uses)
        else:
            awards = sorted({(o, y) for o, _, y in limit.uses})
            spend = pyo.quicksum(lot_price(m, o, y) * m.paid[o, y] for o, y in awards)
        return spend + limit.sign * m.spend_room[key] == limit.level / m.scale.money

    m.limit_spend = pyo.Constraint(list(limits), rule=row)


def _spelt_out(
    market: Market, kinds: tuple[str, ...]
) -> Iterator[tuple[RuleRow, str, str, tuple[Use, ...]]]:
    """Yield (rule, each, year, uses in scope) for every rule of the kinds given."""
    table = market.problem.rules.sort_values("rule")
    for row in cast("Iterator[RuleRow]", table[table["kind"].isin(kinds)].itertuples()):
        scope = [use for use in market.uses if _within(market, use, row)]
        apart = (
            sorted({_trait(market, use, row.each) for use in scope} - {""}) if row.each else [""]
        )
        for year in [row.year] if row.year else market.years:
            for each in apart:
                yield (
                    row,
                    each,
                    year,
                    tuple(
                        use
                        for use in scope
                        if use[2] == year
                        and (not row.each or _trait(market, use, row.each) == each)
                    ),
                )


def _within(market: Market, use: Use, row: RuleRow) -> bool:
    """Tell whether a use matches every scope column that the rule fills in."""
    return all(
        _trait(market, use, column) == wanted
        for column in SCOPE
        if (wanted := getattr(row, column))
    )


def _trait(market: Market, use: Use, column: str) -> str:
    """Return a use's value in a scope column: the locality is where the unit is used."""
    offer, locality, _ = use
    return locality if column == "locality" else str(getattr(market.offers[offer], column))


def _sign(row: RuleRow) -> float:
    return 1.0 if row.kind.startswith("max") else -1.0
