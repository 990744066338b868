"""A family of rows as arrays, with Pyomo's own objects for those that are touched."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo
from pyomo.core.base.constraint import IndexedConstraint
from pyomo.core.expr import LinearExpression

from optimisation.bulk.labels import Label, Labels, LabelSet
from optimisation.bulk.terms import Part, Rows
from optimisation.sets import FloatArray, IntArray


class BulkConstraint(IndexedConstraint):  # type: ignore[misc]
    """Linear rows, one for each label.

    Parameters
    ----------
    labels : Index
        In the order of every array that the rows were written with.
    rows : Rows
        What they say.

    Raises
    ------
    ValueError
        If a family stands for itself in rows that do not have its labels, a row is none of these
        labels', or a level or coefficient is not a number.
    """

    def __init__(self, labels: pd.Index, rows: Rows, *, doc: str = "") -> None:
        self.labels = labels
        self.lower_ = _levels(rows.lower, len(labels))
        self.upper_ = _levels(rows.upper, len(labels))
        self.entries = tuple(_entries(part, labels) for part in rows.parts)
        super().__init__(LabelSet(Labels(labels)), doc=doc)

    def touched(self) -> dict[Label, Any]:
        """Return the rows that exist as Pyomo's objects, by label."""
        return dict(self._data)

    def _getitem_when_not_present(self, index: Label) -> Any:  # noqa: ANN401 - a Pyomo object
        place = int(self.labels.get_loc(index))
        lower, upper = float(self.lower_[place]), float(self.upper_[place])
        body = self._body(place)
        if lower == upper:
            return self._setitem_when_not_present(index, body == lower)
        least = None if np.isinf(lower) else lower
        most = None if np.isinf(upper) else upper
        return self._setitem_when_not_present(index, pyo.inequality(least, body, most))

    def _body(self, place: int) -> LinearExpression:
        """Return one row as Pyomo writes it: its variables are touched."""
        sums: dict[tuple[int, int], float] = {}
        for number, (family, _, column, times) in enumerate(self.entries):
            first, last = np.searchsorted(self._sorted[number][0], [place, place + 1])
            for entry in self._sorted[number][1][first:last]:
                cell = (self._first[family.name], int(column[entry]))
                sums[cell] = sums.get(cell, 0.0) + float(times[entry])
        told = {cell: value for cell, value in sums.items() if value != 0.0}
        families = {self._first[entry[0].name]: entry[0] for entry in self.entries}
        variables = [families[k][families[k].labels[j]] for k, j in told]
        return LinearExpression(
            constant=0.0, linear_coefs=list(told.values()), linear_vars=variables
        )

    @cached_property
    def _sorted(self) -> list[tuple[IntArray, IntArray]]:
        """For each entry of a family, its rows in order and where they stand."""
        orders = [np.argsort(row, kind="stable") for _, row, _, _ in self.entries]
        rows = [row[order] for (_, row, _, _), order in zip(self.entries, orders, strict=True)]
        return list(zip(rows, orders, strict=True))

    @cached_property
    def _first(self) -> dict[str, int]:
        """Number the families by name, in the order in which they were written."""
        names = dict.fromkeys(family.name for family, _, _, _ in self.entries)
        return {name: number for number, name in enumerate(names)}

    def __len__(self) -> int:
        return len(self.labels)

    def __contains__(self, label: object) -> bool:
        return label in self.labels

    def keys(self, *_: object, **__: object) -> Iterator[Label]:
        """Return every label, touched or not."""
        return iter(self.labels)

    def values(self, *_: object, **__: object) -> Iterator[Any]:
        """Return every row; this makes them."""
        return (self[label] for label in self.labels)

    def items(self, *_: object, **__: object) -> Iterator[tuple[Label, Any]]:
        """Return every label and its row; this makes them."""
        return ((label, self[label]) for label in self.labels)


def _levels(level: object, count: int) -> FloatArray:
    levels = np.broadcast_to(np.asarray(level, dtype=float), count)
    if np.isnan(levels).any():
        raise ValueError("a row's level is not a number")
    return levels


def _entries(part: Part, labels: pd.Index) -> tuple[Any, IntArray, IntArray, FloatArray]:
    """Return family, row, column, coefficient of each entry of a part."""
    row, column = part.row, part.column
    if row is None or column is None:
        own = part.family.labels
        if own is not labels and not own.equals(labels):
            raise ValueError(f"{part.family.doc or 'a family'} has other labels than the rows")
        row = column = np.arange(len(labels))
    times = np.broadcast_to(np.asarray(part.times, dtype=float), len(row))
    if not np.isfinite(times).all():
        raise ValueError(f"a coefficient of {part.family.doc or 'a family'} is not a number")
    for place, count in ((row, len(labels)), (column, len(part.family))):
        if len(place) and not (place.min() >= 0 and place.max() < count):
            raise ValueError(f"{part.family.doc or 'a family'} stands in a row that there is not")
    return part.family, row, column, times
