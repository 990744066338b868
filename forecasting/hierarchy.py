"""Which series add up to which: a table of totals and parts made into a summing matrix."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from graphlib import TopologicalSorter

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from forecasting.arrays import FloatArray

PART_COLUMNS = ("total", "part")


@dataclass(frozen=True)
class Hierarchy:
    r"""Series that add up: :math:`y = S b`, with `b` those that nothing is part of.

    Parameters
    ----------
    series : tuple of str
        Every series, one for each row of `S`.
    bottom : tuple of str
        The parts that have no parts, one for each column of `S`. They are series too.
    summing : array of shape (series, bottom)
        `S`: 1 where the bottom series counts towards the series, else 0.

    Raises
    ------
    ValueError
        If the names do not fit the matrix, it holds anything but 0 and 1, a series is the sum of
        nothing, or a bottom series is not itself alone.
    """

    series: tuple[str, ...]
    bottom: tuple[str, ...]
    summing: FloatArray

    def __post_init__(self) -> None:
        shape = (len(self.series), len(self.bottom))
        if self.summing.shape != shape:
            raise ValueError(
                f"a summing matrix of shape {self.summing.shape} has names for {shape}"
            )
        if repeated := _repeated(self.series) or _repeated(self.bottom):
            raise ValueError(f"the hierarchy names {', '.join(repeated)} more than once")
        if missing := sorted(set(self.bottom) - set(self.series)):
            raise ValueError(f"the bottom series {', '.join(missing)} have no row: add them")
        if not np.isin(self.summing, (0.0, 1.0)).all():
            raise ValueError(
                "a summing matrix holds 0 and 1 alone: a part counts once or not at all"
            )
        counts = self.summing.sum(axis=1)
        if empty := [n for n, count in zip(self.series, counts, strict=True) if count == 0.0]:
            raise ValueError(f"{', '.join(empty)} would be the sum of nothing: leave them out")
        if not np.array_equal(self.summing[self.bottom_rows], np.eye(len(self.bottom))):
            raise ValueError("each bottom series must be itself alone: its row has one 1, its own")

    @property
    def bottom_rows(self) -> npt.NDArray[np.intp]:
        """The row of each bottom series, array of shape (bottom,)."""
        row = {name: i for i, name in enumerate(self.series)}
        return np.array([row[name] for name in self.bottom], dtype=np.intp)

    @property
    def is_bottom(self) -> npt.NDArray[np.bool_]:
        """Whether each series is a bottom one, array of shape (series,)."""
        return np.isin(np.arange(len(self.series)), self.bottom_rows)


def build_hierarchy(parts: pd.DataFrame, *, forecast: Collection[str] | None = None) -> Hierarchy:
    """Make a hierarchy of a table of totals and their parts, of any depth.

    A part may belong to several totals, as a locality's care home places belong to the locality
    and to care homes: where both belong to the council, they count there once. The order of the
    rows changes nothing: totals come first, the broadest before the others, then the bottom.

    Parameters
    ----------
    parts : DataFrame
        total, part: names of series, a row for each part of each total.
    forecast : collection of str, optional
        The series that have forecasts: every bottom series must be one. A total need not.

    Raises
    ------
    ValueError
        With every fault of the table: a blank cell, a series that is its own total, a repeated
        row, totals that are parts of each other in a ring, a bottom series without a forecast.

    Examples
    --------
    >>> rows = pd.DataFrame({"total": ["council", "council"], "part": ["north", "south"]})
    >>> build_hierarchy(rows).series
    ('council', 'north', 'south')
    """
    if missing := [column for column in PART_COLUMNS if column not in parts.columns]:
        raise ValueError(f"the table of parts has no column {', '.join(missing)}: add it")
    if parts.empty:
        raise ValueError("the table of parts is empty: give each total and its parts a row")
    pairs, faults = _pairs(parts)
    names = sorted({name for pair in pairs for name in pair})
    rings = _rings(pairs, names)
    faults += [
        f"{', '.join(ring)} are parts of each other: take out a row between them" for ring in rings
    ]
    bottom = sorted(set(names) - {total for total, _ in pairs})
    if forecast is not None:
        faults += _without_forecast(bottom, forecast)
    if faults:
        raise ValueError("the hierarchy cannot be built:\n" + "\n".join(faults))
    return _sum_up(pairs, bottom)


def _pairs(parts: pd.DataFrame) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the distinct pairs of total and part, and what is wrong with the other rows."""
    pairs: dict[tuple[str, str], None] = {}
    faults = []
    rows = parts[list(PART_COLUMNS)].itertuples(index=False, name=None)
    for number, cells in enumerate(rows, start=1):
        blank = [
            column
            for column, cell in zip(PART_COLUMNS, cells, strict=True)
            if pd.isna(cell) or not str(cell).strip()
        ]
        if blank:
            faults.append(f"row {number} has no {' and no '.join(blank)}: name it or drop the row")
            continue
        pair = (str(cells[0]).strip(), str(cells[1]).strip())
        if pair[0] == pair[1]:
            faults.append(f"row {number} makes {pair[0]} its own total: drop the row")
        elif pair in pairs:
            faults.append(f"row {number} repeats {pair[1]} as a part of {pair[0]}: drop the row")
        else:
            pairs[pair] = None
    return list(pairs), faults


def _rings(pairs: Sequence[tuple[str, str]], names: Sequence[str]) -> list[list[str]]:
    """Return the series that are parts of each other: the strong components of the table."""
    row = {name: i for i, name in enumerate(names)}
    ends = ([row[total] for total, _ in pairs], [row[part] for _, part in pairs])
    graph = coo_array((np.ones(len(pairs)), ends), shape=(len(names), len(names)))
    count, component = connected_components(graph, connection="strong")
    members = [[n for n, c in zip(names, component, strict=True) if c == k] for k in range(count)]
    return sorted(ring for ring in members if len(ring) > 1)


def _without_forecast(bottom: Sequence[str], forecast: Collection[str]) -> list[str]:
    faults = []
    for name in sorted(set(bottom) - set(forecast)):
        near = get_close_matches(name, sorted(forecast), n=1)
        hint = f"is it {near[0]}?" if near else "add its history, or its parts, or drop its rows"
        faults.append(f"{name} has neither a forecast nor parts: {hint}")
    return faults


def _sum_up(pairs: Sequence[tuple[str, str]], bottom: Sequence[str]) -> Hierarchy:
    """Return the hierarchy of pairs without faults, each bottom series counted once a total."""
    parts: dict[str, set[str]] = {}
    for total, part in pairs:
        parts.setdefault(total, set()).add(part)
    under = {name: {name} for name in bottom}
    for name in TopologicalSorter(parts).static_order():
        if name in parts:
            under[name] = set().union(*(under[part] for part in parts[name]))
    totals = sorted(parts, key=lambda name: (-len(under[name]), name))
    series = (*totals, *bottom)
    summing = np.array([[float(name in under[row]) for name in bottom] for row in series])
    return Hierarchy(series, tuple(bottom), summing)


def _repeated(names: Sequence[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
