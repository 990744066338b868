"""What each promise costs: the shadow prices that can be vouched for, with their range."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from optimisation.market import Market
from optimisation.solver import Dual, Stage

LOOSER = {
    "meet_demand": ("demand", -1.0),
    "respect_capacity": ("capacity", 1.0),
    "honour_commitments": ("commitment", -1.0),
    "spend_income": ("income", 1.0),
    "keep_minimum": ("minimum", -1.0),
}
"""The kind of price of each rule's rows, and which way their level moves when loosened."""

COLUMNS = ["kind", "key", "year", "price_gap", "price_cost", "lower", "upper"]

NIL = 1e-9
"""A price, or a relative room in a range, that is nothing but rounding."""


@dataclass(frozen=True)
class _Row:
    """A row of the model that a price can be put on."""

    kind: str
    key: str
    year: str
    level: float
    way: float


def price_table(market: Market, stages: dict[str, Stage]) -> pd.DataFrame:
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
    market : Market
        The problem's sets and lookups.
    stages : dict of str to Stage
        By goal; ``funding_gap`` and ``cost`` are read.
    """
    rows = []
    for key in stages["cost"].duals:
        if (row := _priced(market, key)) is None:
            continue
        gap, cost = (stages[goal].duals[key] for goal in ("funding_gap", "cost"))
        prices = [_price(dual, row) for dual in (gap, cost)]
        if all(price == 0.0 for price in prices):
            continue
        given = [d for d, price in zip((gap, cost), prices, strict=True) if pd.notna(price)]
        lower = max((d.lower for d in given), default=float("nan"))
        upper = min((d.upper for d in given), default=float("nan"))
        rows.append((row.kind, row.key, row.year, *prices, lower, upper))
    table = pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(COLUMNS[3:], float))
    # A level cannot fall below nil, whatever the basis would bear; no bound is a blank.
    table["lower"] = table["lower"].clip(lower=0.0) + 0.0
    table = table.replace([float("inf"), float("-inf")], float("nan"))
    return table.sort_values(["kind", "key", "year"], ignore_index=True)


def _priced(market: Market, key: tuple[str, ...]) -> _Row | None:
    """Return what a row requires, or None where no price is put on it."""
    rule, index = key[0], key[1:]
    if rule in LOOSER:
        kind, way = LOOSER[rule]
        return _Row(kind, "/".join(i for i in index[:-1] if i), index[-1], _level(market, key), way)
    if rule == "reach_targets":
        aim = market.aims[index[0], index[1]]
        # A target for an average stands in the row's coefficients, where ranging does not reach.
        if not aim.average:
            return _Row("target", index[0], index[1], aim.target, -1.0 if aim.at_least else 1.0)
    if rule == "limit_spend":
        limit = market.problem.rules.set_index("rule").loc[index[0]]
        way = 1.0 if limit["kind"] == "max_spend" else -1.0
        return _Row("rule", "/".join(i for i in index[:-1] if i), index[-1], limit["limit"], way)
    return None


def _level(market: Market, key: tuple[str, ...]) -> float:
    """Return what the row's requirement stands at."""
    rule, index = key[0], key[1:]
    levels: dict[str, Iterator[float]] = {
        "meet_demand": (market.demand[i] for i in [index]),  # type: ignore[index]
        "respect_capacity": (market.offers[i].capacity or 0.0 for i in index[:1]),
        "honour_commitments": (market.offers[i].committed for i in index[:1]),
        "spend_income": (market.income[i] for i in [index]),  # type: ignore[index]
        "keep_minimum": (market.problem.minimum for _ in index),
    }
    return next(levels[rule])


def _price(dual: Dual, row: _Row) -> float:
    """Return £ saved by a unit looser: nil where it saves nothing, NaN where it is not known."""
    room = row.level - dual.lower if row.way < 0.0 else dual.upper - row.level
    if room <= NIL * max(1.0, abs(row.level)):
        return float("nan")
    saved = -dual.value * row.way
    return saved if saved > NIL else 0.0
