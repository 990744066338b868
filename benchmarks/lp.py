"""The allocation's linear program of ``benchmarks/synthetic.py``, in NumPy alone: the peers' way.

It knows nothing of ``optimisation``. Each family of rows is written from places and coefficients,
in the order and the units in which ours stands, so that HiGHS is given the same program to solve.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csc_array

Array = np.ndarray

Part = tuple[str, Any, Any, Any]
"""A family of variables, and rows, columns and coefficients of its entries."""

Family = tuple[list[Part], Array, Array]
"""Parts of rows, and the bounds of the rows."""

RATE = 1.035
FIRST_GOALS = ("statutory_demand", "funding_gap", "other_demand", "cost", "change")
GOALS = (*FIRST_GOALS, "handed_back", "early_gap")


@dataclass(frozen=True)
class Linear:
    """Families of variables (unit of each), of rows (parts and bounds), and the goals' weights."""

    units: dict[str, np.ndarray]
    rows: dict[str, Family]
    goals: dict[str, dict[str, np.ndarray]]


def _power(size: np.ndarray | float, most: float) -> np.ndarray:
    return 2.0 ** np.ceil(np.log2(np.maximum(np.asarray(size) / most, 1.0)))


def linear_of(tables: dict[str, pd.DataFrame]) -> Linear:
    """Return the program of a council's tables."""
    demand, offers, services = tables["demand"], tables["offers"], tables["services"]
    names, years = pd.Index(services["service"]), pd.Index(sorted(set(demand["year"])))
    places = pd.Index(sorted(set(demand["locality"])))
    S, L, T, sold = len(names), len(places), len(years), len(offers)
    at = names.get_indexer(demand["service"]), places.get_indexer(demand["locality"])
    need = (at[0] * L + at[1]) * T + years.get_indexer(demand["year"])
    units = np.zeros(S * L * T)
    units[need] = demand["units"]
    # Offers, awards (offer, year) and uses (offer, year, place).
    s = names.get_indexer(offers["service"])
    own = places.get_indexer(offers["locality"])
    count = np.where(own < 0, L, 1)
    price = offers["unit_cost"].to_numpy()[:, None] * (
        1.0 + offers["indexation"].to_numpy()[:, None]
    ) ** np.arange(T)
    award = np.repeat(np.arange(sold * T), np.repeat(count, T))
    o, t = award // T, award % T
    first = np.cumsum(np.repeat(count, T)) - np.repeat(count, T)
    place = np.where(own[o] < 0, np.arange(len(award)) - first[award], own[o])
    use, every = np.arange(len(award)), np.arange(sold * T)
    awarded, year = every // T, every % T
    capacity, committed, current = (
        offers[n].to_numpy(dtype=float) for n in ("capacity", "committed", "current")
    )
    dearest = np.zeros((S, T))
    np.maximum.at(dearest, (s[awarded], year), price.ravel())
    # Money: books are corporate and then the services; streams in order of their names.
    streams = tables["streams"].sort_values("stream")
    fence = streams["ring_fence"].to_numpy(dtype=object)
    G, B = len(streams), S + 1
    income = np.zeros(G * T)
    table = tables["income"]
    where = pd.Index(streams["stream"]).get_indexer(table["stream"])
    income[where * T + years.get_indexer(table["year"])] = table["amount"]
    allowed = np.ones((G, B), dtype=bool)
    fenced = fence != ""
    allowed[fenced] = np.arange(B) == (1 + names.get_indexer(fence[fenced]))[:, None]
    receipt, book = np.nonzero(np.repeat(allowed, T, axis=0))
    general = np.flatnonzero(np.repeat(~fenced, T))
    # The solver's units.
    worth = units * dearest.repeat(L, axis=0).ravel()
    owed_worth = price * np.nan_to_num(committed)[:, None]
    pound = float(_power(max(income.max(), worth.max(), owed_worth.max()), 2.0**15))
    volume = units.reshape(S, -1).max(axis=1)
    for known in (committed, current):
        np.maximum.at(volume, s, np.nan_to_num(known))
    unit = _power(volume, 2.0**13)
    ledger, pots = np.arange(B * T), np.arange(T)
    families = {
        "use": unit[s[o]],
        "paid": unit[s[awarded]],
        "unmet": unit.repeat(L * T),
        "fund": np.full(len(receipt), pound),
        "unspent": np.full(G * T, pound),
        "draw": np.full(B * T, pound),
        "balance": np.full(T, pound),
        "gap": np.full(B * T, pound),
        "rise": unit[s[awarded]],
        "fall": unit[s[awarded]],
        "supply": np.ones(S * T),
    }
    owed = np.flatnonzero((np.nan_to_num(committed) > 0.0)[awarded])
    inf = np.inf
    rows: dict[str, Any] = {}
    rows["meet"] = (
        [
            ("use", (s[o] * L + place) * T + t, use, 1.0),
            ("unmet", *[np.arange(len(units))] * 2, 1.0),
        ],
        *(units, inf),
    )
    rows["pay_for_use"] = ([("use", award, use, 1.0), ("paid", every, every, -1.0)], -inf, 0.0)
    rows["capacity"] = ([("paid", every, every, 1.0)], -inf, capacity[awarded])
    rows["owed"] = ([("paid", np.arange(len(owed)), owed, 1.0)], committed[awarded[owed]], inf)
    funded = [("fund", book * T + receipt % T, np.arange(len(receipt)), 1.0)]
    covered = [("draw", ledger, ledger, 1.0), ("gap", ledger, ledger, 1.0)]
    bought = [("paid", (1 + s[awarded]) * T + year, every, -price.ravel())]
    rows["pay"] = (funded + covered + bought, np.zeros(B * T), 0.0)
    spent = [("fund", receipt, np.arange(len(receipt)), 1.0)]
    rows["spend"] = ([*spent, ("unspent", *[np.arange(G * T)] * 2, 1.0)], income, income)
    opening = np.zeros(T)
    opening[0] = tables["reserves"]["opening"].sum()
    rows["carry"] = (
        [
            ("balance", pots, pots, 1.0),
            ("balance", pots[1:], pots[:-1], -1.0),
            ("draw", ledger % T, ledger, 1.0),
            ("unspent", general % T, general, -1.0),
        ],
        *(opening, opening),
    )
    rows["keep"] = ([("balance", pots, pots, 1.0)], np.zeros(T), inf)
    total = s[o] * T + t
    rows["supply"] = (
        [("use", total, use, 1.0), ("supply", *[np.arange(S * T)] * 2, -1.0)],
        *(np.zeros(S * T), 0.0),
    )
    limits = tables["rules"].set_index("kind")["limit"]
    provider = offers["provider"].astype("category").cat.codes.to_numpy().astype(int)
    shares, share = np.unique(provider[o] * S * T + total, return_inverse=True)
    within = [("use", share, use, 1.0)]
    part = ("supply", np.arange(len(shares)), shares % (S * T), -limits["max_share"])
    rows["share"] = ([*within, part], np.full(len(shares), -inf), 0.0)
    rows["change"] = _changes(award, t, use, current, T, float(limits["max_change"]))
    before = np.flatnonzero(t < T - 1)
    rows["move"] = (
        [
            ("use", award, use, 1.0),
            ("use", award[before] + 1, before, -1.0),
            ("rise", every, every, -1.0),
            ("fall", every, every, 1.0),
        ],
        *[np.where(year == 0, current[awarded], 0.0)] * 2,
    )
    law = services["statutory"].to_numpy(dtype=bool)
    unmet = dearest.repeat(L, axis=0).ravel()
    lawful = law.repeat(L * T)
    goals = {
        "statutory_demand": {"unmet": unmet * lawful},
        "funding_gap": {"gap": np.ones(B * T)},
        "other_demand": {"unmet": unmet * ~lawful},
        "cost": {"paid": price.ravel() * (RATE**-year)},
        "change": {"rise": price.ravel(), "fall": price.ravel()},
        "handed_back": {"unspent": np.repeat(fenced, T).astype(float)},
        "early_gap": {"gap": (T - ledger % T).astype(float)},
    }
    sized = {}
    for name, (parts, low, high) in rows.items():
        size = max(np.size(low), np.size(high), *(1 + part[1].max() for part in parts))
        sized[name] = (parts, np.broadcast_to(low, size), np.broadcast_to(high, size))
    return Linear(families, sized, goals)


def _changes(award: Array, t: Array, use: Array, current: Array, T: int, limit: float) -> Family:
    """Write up, X - (1 + limit) X before <= 0, and down, (1 - limit) X before - X <= 0."""
    before = np.flatnonzero(t < T - 1)
    then = award[before] + 1
    up = [("use", 2 * award, use, 1.0), ("use", 2 * then, before, -(1.0 + limit))]
    down = [("use", 2 * award + 1, use, -1.0), ("use", 2 * then + 1, before, 1.0 - limit)]
    high = np.zeros((len(current), T, 2))
    high[:, 0, 0], high[:, 0, 1] = (1.0 + limit) * current, (limit - 1.0) * current
    return up + down, np.full(high.size, -np.inf), high.ravel()


@dataclass
class Arrays:
    """The program as a solver takes it, scaled by columns and by rows."""

    matrix: csc_array
    lower: np.ndarray
    upper: np.ndarray
    unit: np.ndarray
    row_unit: np.ndarray
    goals: dict[str, np.ndarray]
    rows: dict[str, slice]


def arrays_of(lp: Linear) -> Arrays:
    """Return a program's matrix, bounds and goals."""
    columns = dict(zip(lp.units, _starts(map(len, lp.units.values())), strict=False))
    rows = dict(zip(lp.rows, _starts(len(low) for _, low, _ in lp.rows.values()), strict=False))
    row, column, value = [], [], []
    for name, (parts, _, _) in lp.rows.items():
        for family, r, c, v in parts:
            row.append(r + rows[name])
            column.append(c + columns[family])
            value.append(np.broadcast_to(v, len(r)))
    unit = np.concatenate(list(lp.units.values()))
    lower = np.concatenate([low for _, low, _ in lp.rows.values()])
    upper = np.concatenate([high for _, _, high in lp.rows.values()])
    shape = (len(lower), len(unit))
    matrix = coo_array(
        (np.concatenate(value), (np.concatenate(row), np.concatenate(column))), shape=shape
    ).tocsc()
    matrix.data *= np.repeat(unit, np.diff(matrix.indptr))
    largest = np.zeros(shape[0])
    np.maximum.at(largest, matrix.indices, np.abs(matrix.data))
    row_unit = 2.0 ** np.ceil(np.log2(np.where(largest > 0.0, largest, 1.0)))
    matrix.data /= row_unit[matrix.indices]
    goals = {}
    for name, weights in lp.goals.items():
        goals[name] = np.zeros(shape[1])
        for family, amounts in weights.items():
            goals[name][columns[family] : columns[family] + len(amounts)] = (
                amounts * unit[columns[family] : columns[family] + len(amounts)]
            )
    places = {name: slice(at, at + len(lp.rows[name][1])) for name, at in rows.items()}
    return Arrays(matrix, lower / row_unit, upper / row_unit, unit, row_unit, goals, places)


def _starts(sizes: Iterable[int]) -> Iterator[int]:
    first = 0
    for size in sizes:
        yield first
        first += size


OPTIONS = {
    "output_flag": False,
    "threads": 1,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
}


def handed_over(a: Arrays) -> highspy.Highs:
    """Return HiGHS with a program in it."""
    h, lp = highspy.Highs(), highspy.HighsLp()
    for name, value in OPTIONS.items():
        h.setOptionValue(name, value)
    lp.num_row_, lp.num_col_ = a.matrix.shape
    lp.col_cost_ = lp.col_lower_ = np.zeros(len(a.unit))
    lp.col_upper_ = np.full(len(a.unit), np.inf)
    lp.row_lower_, lp.row_upper_ = a.lower, a.upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = a.matrix.indptr
    lp.a_matrix_.index_ = a.matrix.indices
    lp.a_matrix_.value_ = a.matrix.data
    h.passModel(lp)
    return h


def together(a: Arrays, names: Sequence[str]) -> np.ndarray:
    """Return costs of all goals, each weighing a thirtieth of the one before it, as ours has it."""
    weights = np.maximum((1.0 / 30.0) ** np.arange(len(names)), 1e-9)
    parts = (w * a.goals[n] / a.goals[n].max() for w, n in zip(weights, names, strict=True))
    return np.sum(list(parts), axis=0)


def sought(
    h: highspy.Highs, a: Arrays, names: Sequence[str], starts: Sequence[Any] = ()
) -> tuple[list[float], Any]:
    """Seek each goal in turn, held by reduced costs and duals; return values and bases."""
    every, values, bases = np.arange(len(a.unit), dtype=np.int32), [], []
    lower, upper = a.lower.copy(), a.upper.copy()
    for number, name in enumerate(names):
        costs = a.goals[name]
        largest = costs.max()
        if starts:
            h.clearSolver()
            h.setBasis(starts[number])
        h.changeColsCost(len(every), every, costs / largest)
        h.run()
        found = h.getSolution()
        value = float(costs @ np.asarray(found.col_value))
        bases.append(h.getBasis())
        nil = value <= 1e-9 * largest
        values.append(0.0 if nil else value)
        held = np.asarray(found.col_dual) > 1e-8
        if nil:
            held |= costs > 0.0
        kept = np.flatnonzero(held).astype(np.int32)
        h.changeColsBounds(len(kept), kept, np.zeros(len(kept)), np.zeros(len(kept)))
        dual = np.asarray(found.row_dual)
        tight = np.flatnonzero(np.abs(dual) > 1e-8).astype(np.int32)
        level = np.where(dual[tight] < 0.0, upper[tight], lower[tight])
        lower[tight] = upper[tight] = level
        h.changeRowsBounds(len(tight), tight, level, level)
    return values, bases
