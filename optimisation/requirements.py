"""What a plan must keep that could be asked for a little less: the requirements with a price."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
import pyomo.environ as pyo
from scipy.sparse import csr_array

from optimisation.bulk import Program
from optimisation.limits import share_limits
from optimisation.sets import NOWHERE, BoolArray, FloatArray, IntArray, codes


@dataclass(frozen=True)
class Requirements:
    """Every requirement, and what asking for one unit less changes in the program.

    Parameters
    ----------
    kind, key, year : arrays of str of shape (requirements,)
        What names it in ``prices.csv``.
    level : array of shape (requirements,)
        Where it stands; nil for those that are counted from where they stand.
    way : array of shape (requirements,)
        Which way the level moves when it is loosened, 1 or -1.
    shift : sparse array of shape (requirements, rows)
        By how much each row's level moves for one unit looser.
    turned : array of shape (requirements,)
        The row whose coefficients move instead, as those of an average target do; -1 for none.
    uses : array of shape (rows,) of arrays of int
        By such a row, the columns in which they move, by ``-way`` for one unit looser.
    """

    kind: np.ndarray
    key: np.ndarray
    year: np.ndarray
    level: FloatArray
    way: FloatArray
    shift: csr_array
    turned: IntArray
    uses: dict[int, IntArray]

    def __len__(self) -> int:
        return len(self.level)


Beside: TypeAlias = Sequence[tuple[str, IntArray, IntArray]]
"""Other constraints, the places of requirements, and the rows of it that move with them."""


@dataclass(frozen=True)
class _Family:
    """The requirements that one constraint makes: ``rows`` are places among its rows."""

    kind: str
    constraint: str
    rows: IntArray
    level: FloatArray
    way: FloatArray
    beside: Beside = ()


def requirements_of(m: pyo.ConcreteModel, program: Program) -> Requirements:
    """Return the requirements of a model whose whole decisions, if any, are taken."""
    families = [family for family in _families(m, program) if len(family.rows)]
    labels = [program.row_labels[f.constraint][f.rows] for f in families]
    counts = [len(family.rows) for family in families]
    level, way = (
        np.concatenate([np.zeros(0), *(getattr(f, name) for f in families)])
        for name in ("level", "way")
    )
    place, row = _entries(families, program)
    shape = (len(level), len(program.lower))
    aims, averages = m.aims, _averages(m, families)
    first = program.rows["reach_targets"].start
    turned = np.where(averages == NOWHERE, NOWHERE, first + averages)
    columns = program.columns["use"].start + aims.use
    moved = np.flatnonzero(turned[place] == NOWHERE)
    return Requirements(
        kind=np.repeat(np.array([f.kind for f in families], dtype=object), counts),
        key=np.array([key for found in labels for key in _keys(found)], dtype=object),
        year=np.array(
            [year for found in labels for year in found.get_level_values("year")], dtype=object
        ),
        level=level,
        way=way,
        shift=csr_array((way[place[moved]], (place[moved], row[moved])), shape=shape),
        turned=turned,
        uses={int(first + aim): columns[aims.aim == aim] for aim in averages[averages != NOWHERE]},
    )


def _families(m: pyo.ConcreteModel, program: Program) -> Iterator[_Family]:
    """Yield the requirements that a price can be put on."""
    market, terms = m.market, m.contracts

    def every(
        kind: str, constraint: str, level: FloatArray, way: float, beside: Beside = ()
    ) -> _Family:
        rows = np.arange(len(level))
        return _Family(kind, constraint, rows, level, np.full(len(level), way), beside)

    offer, _ = codes(market.awards)
    capacity, committed = (market.offers[n].to_numpy()[offer] for n in ("capacity", "committed"))
    bounded, owed = np.isfinite(capacity), committed > 0.0
    once = ("prevent_once", m.prevention.need, np.arange(len(m.prevention.need)))
    yield every("demand", "meet_demand", market.demand, -1.0, beside=[once])
    room = _room(m, program, bounded)
    yield every("capacity", "respect_capacity", capacity[bounded], 1.0, beside=room)
    yield every("commitment", "honour_commitments", committed[owed], -1.0)
    yield every("notice", "give_notice", terms.notice, -1.0)
    yield every("income", "spend_income", market.income, 1.0)
    yield every("minimum", "keep_minimum", m.reserves.minimum, -1.0)
    yield every("trade", "win_trade", m.trading.expected, 1.0)
    yield every("activity", "limit_activity", np.zeros(len(m.trading.limited)), 1.0)
    spends = m.spends
    yield _Family(
        "rule", "limit_spend", np.arange(len(spends.level)), spends.level, _way(spends.most)
    )
    shares = share_limits(market).most
    yield _Family(
        "share", "limit_share", np.arange(len(shares)), np.zeros(len(shares)), _way(shares)
    )
    changes = len(program.row_labels["limit_change"])
    yield every("change", "limit_change", np.zeros(changes), 1.0)
    aims = m.aims
    yield _Family(
        "target", "reach_targets", np.arange(len(aims.target)), aims.target, _way(~aims.at_least)
    )


def _way(most: BoolArray) -> FloatArray:
    return np.where(most, 1.0, -1.0)


def _room(m: pyo.ConcreteModel, program: Program, bounded: BoolArray) -> Beside:
    """Return the rows of whole decisions that are taken, which grow with a capacity too."""
    place = np.cumsum(bounded) - 1
    terms = m.contracts
    found = []
    for constraint, decision, award in (
        ("award_first", "awarded", terms.decided),
        ("pass_tier", "past", terms.tiers.award[terms.tiers.whole]),
    ):
        taken = np.flatnonzero(program.least[program.columns[decision]] > 0.0)
        found.append((constraint, place[award[taken]], taken))
    return found


def _averages(m: pyo.ConcreteModel, families: Sequence[_Family]) -> IntArray:
    """Return the place among the targets of each requirement that is an average; -1 elsewhere."""
    found = [
        np.where(m.aims.average[f.rows], f.rows, NOWHERE)
        if f.kind == "target"
        else np.full(len(f.rows), NOWHERE)
        for f in families
    ]
    return np.concatenate([np.zeros(0, dtype=np.intp), *found])


def _entries(families: Sequence[_Family], program: Program) -> tuple[IntArray, IntArray]:
    """Return (requirement, row) wherever a requirement moves a row."""
    none = np.zeros(0, dtype=np.intp)
    places, rows, start = [none], [none], 0
    for family in families:
        own = np.arange(start, start + len(family.rows))
        every = np.arange(len(own))
        for constraint, of, row in ((family.constraint, every, family.rows), *family.beside):
            places.append(own[of])
            rows.append(program.rows[constraint].start + row)
        start += len(own)
    return np.concatenate(places), np.concatenate(rows)


def _keys(labels: pd.Index) -> list[str]:
    """Return what rows are of, but for the year, with a stroke between the parts."""
    if labels.nlevels == 1:
        return [""] * len(labels)
    parts = labels.droplevel("year")
    return [
        "/".join(part for part in ((key,) if isinstance(key, str) else key) if part)
        for key in parts
    ]
