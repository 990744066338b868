"""The rows that rules.csv asks for: each rule spelt out, and written over what it holds for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyomo.environ as pyo

from optimisation.bills import bill
from optimisation.bulk import BulkConstraint, BulkVar, between
from optimisation.market import Market
from optimisation.scopes import Scope, scopes
from optimisation.sets import NOWHERE, BoolArray, FloatArray, IntArray, codes, find, members_of

UP, DOWN = "up", "down"


@dataclass(frozen=True)
class Limits:
    """Rows that rules ask for.

    Parameters
    ----------
    keys : MultiIndex
        (rule, each, what it is of, ...): the labels of the rows.
    level : array of shape (rows,)
        The share, fraction or £ of each rule.
    most : array of shape (rows,)
        Whether the scope may not exceed the level, or else not fall below it.
    row, use : arrays of shape (entries,)
        The place of a row, and of a use in its scope.
    by_use : array of shape (rows,)
        Whether spending is counted by what is used, because the rule names a locality.
    """

    keys: pd.MultiIndex
    level: FloatArray
    most: BoolArray
    row: IntArray
    use: IntArray
    by_use: BoolArray

    def bounds(self, level: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return what rows may not fall below, and what they may not exceed."""
        return np.where(self.most, -np.inf, level), np.where(self.most, level, np.inf)


def share_limits(market: Market) -> Limits:
    """Return a row for each service in the scope of a max_share or min_share, each year."""
    offer, _, year = codes(market.uses)
    service = market.service_of_offer[offer]
    found = []
    for scope in scopes(market, "max_share", "min_share"):
        (part, s, t), row = _distinct(scope.part, service[scope.use], year[scope.use])
        labels = (scope.parts[part], market.services[s], market.years[t])
        found.append(_Found(scope, labels, row, scope.use))
    return _together(found, ("each", "service", "year"))


def spend_limits(market: Market) -> Limits:
    """Return a row for each part of a max_spend or min_spend, each year.

    A min_spend whose scope is empty still has its row: the promise cannot be kept, and the
    planner is to hear it.
    """
    _, _, year = codes(market.uses)
    found = []
    for scope in scopes(market, "max_spend", "min_spend"):
        part, t = (grid.ravel() for grid in np.indices((len(scope.parts), len(scope.years))))
        row = scope.part * len(scope.years) + np.searchsorted(scope.years, year[scope.use])
        if scope.most:
            kept, row = np.unique(row, return_inverse=True)
            part, t = part[kept], t[kept]
        labels = (scope.parts[part], market.years[scope.years[t]])
        found.append(_Found(scope, labels, row, scope.use))
    return _together(found, ("each", "year"))


def lot_limits(market: Market) -> Limits:
    """Return a row for each part of a max_lots with awards in its scope, each year."""
    _, _, year = codes(market.uses)
    found = []
    for scope in scopes(market, "max_lots"):
        (part, t), row = _distinct(scope.part, year[scope.use])
        found.append(_Found(scope, (scope.parts[part], market.years[t]), row, scope.use))
    return _together(found, ("each", "year"))


def change_limits(market: Market) -> Limits:
    """Return a row for each offer of a max_change, where both years are known; it has no entries.

    What an offer buys in two years is in its rows, not what the scope covers.
    """
    offer, _, year = codes(market.uses)
    known = find(market.awards, offer, np.maximum(year - 1, 0)) != NOWHERE
    known[year == 0] = market.offers["current"].notna().to_numpy()[offer[year == 0]]
    none = np.zeros(0, dtype=np.intp)
    found = []
    for scope in scopes(market, "max_change"):
        told = known[scope.use]
        use = scope.use[told]
        (part, o, t), _ = _distinct(scope.part[told], offer[use], year[use])
        labels = (scope.parts[part], market.offers.index[o], market.years[t])
        ways = np.tile(np.array([UP, DOWN], dtype=object), len(o))
        both = (*(label.repeat(2) for label in labels), pd.Index(ways))
        found.append(_Found(scope, both, none, none))
    return _together(found, ("each", "offer", "year", "way"))


def limit_share(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`\sum_{scope} x - \theta\, supply_{sy} \lessgtr 0` for each service in scope.

    With :math:`supply_{sy} = \sum_{ol} x_{oly}` a variable of its own, a share need not name every
    use of its service, of which there may be many, and of shares too.
    """
    limits = share_limits(market)
    service, year = (limits.keys.get_level_values(name) for name in ("service", "year"))
    asked = pd.DataFrame({"service": service, "year": year})
    supplied = members_of(
        asked.drop_duplicates().sort_values(["service", "year"]),
        service=market.services,
        year=market.years,
    )
    m.supply = BulkVar(supplied, doc="units of a service, of all its offers")
    offer, _, t = codes(market.uses)
    units = m.use.into(find(supplied, market.service_of_offer[offer], t))
    m.supply_in_all = BulkConstraint(supplied, units - m.supply == 0.0)
    s, t = market.services.get_indexer(service), market.years.get_indexer(year)
    whole = m.supply.at(find(supplied, s, t), limits.level)
    within = m.use.cells(limits.row, limits.use)
    lower, upper = limits.bounds(np.zeros(len(limits.level)))
    m.limit_share = BulkConstraint(limits.keys, between(lower, within - whole, upper))


def limit_change(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`\pm (X_{oy} - X_{o,y-1}) - \delta X_{o,y-1} \le 0`, up and down.

    :math:`X_{oy} = \sum_l x_{oly}`; in the first year :math:`X_{o,y-1}` is ``current``.
    """
    limits = change_limits(market)
    o = market.offers.index.get_indexer(limits.keys.get_level_values("offer"))
    t = market.years.get_indexer(limits.keys.get_level_values("year"))
    way = np.where(limits.keys.get_level_values("way") == UP, 1.0, -1.0)
    kept = way + limits.level
    row, use = market.uses_of(find(market.awards, o, t))
    before = np.where(t > 0, find(market.awards, o, np.maximum(t - 1, 0)), NOWHERE)
    row_before, use_before = market.uses_of(before)
    now = m.use.cells(row, use, way[row])
    then = m.use.cells(row_before, use_before, kept[row_before])
    today = np.where(t > 0, 0.0, kept * market.offers["current"].to_numpy()[o])
    m.limit_change = BulkConstraint(limits.keys, now - then <= today)


def limit_spend(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`\sum_{scope} C_{oy} \lessgtr limit`, by what awards cost.

    Where the rule names a locality, what is used there counts instead of what is paid for, since
    an offer that serves several cannot be paid for in one of them.
    """
    limits = m.spends
    award = market.award_of_use[limits.use]
    used = limits.by_use[limits.row]
    price = market.price_of_award[award]
    spent = m.use.cells(limits.row[used], limits.use[used], price[used])
    row, award = np.unique(np.stack([limits.row, award])[:, ~used], axis=1)
    spent = spent + bill(m, row, award)
    lower, upper = limits.bounds(limits.level)
    m.limit_spend = BulkConstraint(limits.keys, between(lower, spent, upper))


def limit_lots(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`\sum_{scope} a_{oy} \le limit` over what is one of a lot's."""
    limits, terms = lot_limits(market), m.contracts
    place = np.full(len(market.awards), NOWHERE)
    place[terms.decided] = np.where(terms.lot != NOWHERE, np.arange(len(terms.decided)), NOWHERE)
    award = market.award_of_use[limits.use]
    row, made = np.unique(np.stack([limits.row, place[award]])[:, place[award] >= 0], axis=1)
    m.limit_lots = BulkConstraint(limits.keys, m.awarded.cells(row, made) <= limits.level)


class _Found(NamedTuple):
    """The rows of one rule: their labels but for its name, and the entries."""

    scope: Scope
    labels: tuple[pd.Index, ...]
    row: IntArray
    use: IntArray


def _together(found: Sequence[_Found], names: tuple[str, ...]) -> Limits:
    """Return the rows of several rules as one family."""
    counts = np.array([len(one.labels[0]) for one in found], dtype=np.intp)
    first = np.cumsum(counts) - counts

    def spread(values: Sequence[object], kind: type) -> Any:  # noqa: ANN401 - an array of the kind
        return np.repeat(np.array(values, dtype=kind), counts)

    def join(parts: Sequence[npt.ArrayLike], kind: type) -> Any:  # noqa: ANN401
        return np.concatenate([np.zeros(0, dtype=kind), *parts])

    labels = [join([one.labels[i] for one in found], object) for i in range(len(names))]
    rules = spread([one.scope.rule.rule for one in found], object)
    return Limits(
        keys=pd.MultiIndex.from_arrays([rules, *labels], names=["rule", *names]),
        level=spread([one.scope.rule.limit for one in found], float),
        most=spread([one.scope.most for one in found], bool),
        by_use=spread(
            [one.scope.rule.each == "locality" or bool(one.scope.rule.locality) for one in found],
            bool,
        ),
        row=join([start + one.row for start, one in zip(first, found, strict=True)], np.intp),
        use=join([one.use for one in found], np.intp),
    )


def _distinct(*codes: IntArray) -> tuple[tuple[IntArray, ...], IntArray]:
    """Return the distinct combinations of codes, in order, and which of them stands where."""
    found, place = np.unique(np.stack(codes, axis=1), axis=0, return_inverse=True)
    return tuple(found.T), place
