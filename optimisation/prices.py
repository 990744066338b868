"""What each promise costs: the shadow prices that can be vouched for, with their range."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimisation.aims import Aims
from optimisation.limits import Limits
from optimisation.market import Market
from optimisation.reserves import Reserves
from optimisation.sets import FloatArray, codes
from optimisation.solver import Duals, Stage

COLUMNS = ["kind", "key", "year", "price_gap", "price_cost", "lower", "upper"]

NIL = 1e-9
"""A price, or a relative room in a range, that is nothing but rounding."""


@dataclass(frozen=True)
class _Priced:
    """Rows of one rule that prices can be put on.

    Parameters
    ----------
    rule, kind : str
        The rule, and what its prices are called.
    rows : array of int
        The places of these rows among the rule's.
    level : array of shape (rows,)
        What each requirement stands at.
    way : float or array of shape (rows,)
        Which way the level moves when it is loosened.
    """

    rule: str
    kind: str
    rows: np.ndarray
    level: FloatArray
    way: FloatArray | float


def price_table(
    market: Market, aims: Aims, spends: Limits, reserves: Reserves, stages: dict[str, Stage]
) -> pd.DataFrame:
    r"""Return ``prices.csv``: £ saved if a requirement were one unit looser.

    ``price_gap`` is the fall of the funding gap and ``price_cost`` that of the (discounted) cost,
    with everything wanted before them still at its best: the dual of the row in that goal's linear
    program. Where the optimum is degenerate a dual is not a derivative: two rows that say the same
    may split one price between them. So a price is given only where the basis stays optimal as the
    requirement is loosened (HiGHS's ranging leaves room on that side): there the value is linear in
    the level and the dual is its slope. Otherwise the cell is blank. ``lower`` and ``upper`` are
    the levels between which the prices given both hold.

    Parameters
    ----------
    market, aims, spends, reserves
        What the model was built from; the limits of spending are those with a price.
    stages : dict of str to Stage
        By goal; ``funding_gap`` and ``cost`` are read.
    """
    tables = [_table(priced, stages) for priced in _priced(market, aims, spends, reserves)]
    table = pd.concat(tables, ignore_index=True)
    # A level cannot fall below nil, whatever the basis would bear; no bound is a blank.
    table["lower"] = table["lower"].clip(lower=0.0) + 0.0
    table = table.replace([float("inf"), float("-inf")], float("nan"))
    return table.sort_values(["kind", "key", "year"], ignore_index=True)


def _priced(market: Market, aims: Aims, spends: Limits, reserves: Reserves) -> Iterator[_Priced]:
    """Yield the rows that a price can be put on."""

    def whole(rule: str, kind: str, level: FloatArray, way: FloatArray | float) -> _Priced:
        return _Priced(rule, kind, np.arange(len(level)), level, way)

    offer, _ = codes(market.awards)
    capacity, committed = (market.offers[n].to_numpy()[offer] for n in ("capacity", "committed"))
    yield whole("meet_demand", "demand", market.demand, -1.0)
    yield whole("respect_capacity", "capacity", capacity[np.isfinite(capacity)], 1.0)
    yield whole("honour_commitments", "commitment", committed[committed > 0.0], -1.0)
    yield whole("spend_income", "income", market.income, 1.0)
    yield whole("keep_minimum", "minimum", reserves.minimum, -1.0)
    yield whole("limit_spend", "rule", spends.level, np.where(spends.most, 1.0, -1.0))
    # A target for an average stands in the row's coefficients, where ranging does not reach.
    total = np.flatnonzero(~aims.average)
    way = np.where(aims.at_least, -1.0, 1.0)[total]
    yield _Priced("reach_targets", "target", total, aims.target[total], way)


def _table(priced: _Priced, stages: dict[str, Stage]) -> pd.DataFrame:
    """Return the prices of some rows, but for those that are nil for both goals."""
    gap, cost = (stages[goal].duals[priced.rule] for goal in ("funding_gap", "cost"))
    prices = np.stack([_prices(duals, priced) for duals in (gap, cost)])
    known = ~np.isnan(prices)
    bounds = [np.stack([d.lower[priced.rows], d.upper[priced.rows]]) for d in (gap, cost)]
    lower = np.max([np.where(k, b[0], -np.inf) for k, b in zip(known, bounds, strict=True)], axis=0)
    upper = np.min([np.where(k, b[1], np.inf) for k, b in zip(known, bounds, strict=True)], axis=0)
    labels = gap.labels[priced.rows]
    told = (prices != 0.0).any(axis=0)
    table = pd.DataFrame(
        {
            "kind": priced.kind,
            "key": _keys(labels),
            "year": labels.get_level_values("year"),
            "price_gap": prices[0],
            "price_cost": prices[1],
            "lower": lower,
            "upper": upper,
        }
    )
    return table[told].astype({"kind": "str", "key": "str", "year": "str"})


def _keys(labels: pd.Index) -> list[str]:
    """Return what rows are of, but for the year, with a stroke between the parts."""
    if labels.nlevels == 1:
        return [""] * len(labels)
    parts = labels.droplevel("year")
    return [
        "/".join(part for part in ((key,) if isinstance(key, str) else key) if part)
        for key in parts
    ]


def _prices(duals: Duals, priced: _Priced) -> FloatArray:
    """Return £ saved by a unit looser: nil where it saves nothing, NaN where it is not known."""
    level, way = priced.level, np.broadcast_to(priced.way, len(priced.level))
    lower, upper = duals.lower[priced.rows], duals.upper[priced.rows]
    room = np.where(way < 0.0, level - lower, upper - level)
    saved = -duals.value[priced.rows] * way
    saved = np.where(saved > NIL, saved, 0.0)
    return np.where(room <= NIL * np.maximum(1.0, np.abs(level)), np.nan, saved)
