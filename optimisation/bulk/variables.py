"""A family of variables as arrays, with Pyomo's own objects for those that are touched."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo
from pyomo.core.base.var import IndexedVar

from optimisation.bulk.labels import Label, Labels, LabelSet
from optimisation.bulk.terms import Level, Operand, Part, Terms
from optimisation.sets import IntArray


class BulkVar(Operand, IndexedVar):  # type: ignore[misc]
    """Variables of at least nil, one for each label.

    Parameters
    ----------
    labels : Index
        In the order of every array beside it.
    unit : float or array of shape (labels,)
        What one unit of the solver's stands for, see ``optimisation.scaling``. The model itself is
        in natural units.
    doc : str
        What they are.
    whole : bool
        Whether each is nil or one, a whole decision.
    """

    def __init__(
        self, labels: pd.Index, *, unit: Level = 1.0, doc: str = "", whole: bool = False
    ) -> None:
        self.labels, self.whole = labels, whole
        self.unit = np.broadcast_to(np.asarray(unit, dtype=float), len(labels))
        names = LabelSet(Labels(labels))
        within = pyo.Binary if whole else pyo.NonNegativeReals
        super().__init__(names, within=within, dense=False, doc=doc)

    def into(self, rows: IntArray, times: Level = 1.0) -> Terms:
        """Return each variable in the row whose place is given; -1 is none."""
        there = np.flatnonzero(rows >= 0)
        factor = times if np.ndim(times) == 0 else np.asarray(times)[there]
        return Terms((Part(self, rows[there], there, factor),))

    def at(self, columns: IntArray, times: Level = 1.0) -> Terms:
        """Return in each row the variable whose place is given; -1 is none."""
        there = np.flatnonzero(columns >= 0)
        factor = times if np.ndim(times) == 0 else np.asarray(times)[there]
        return Terms((Part(self, there, columns[there], factor),))

    def cells(self, rows: IntArray, columns: IntArray, times: Level = 1.0) -> Terms:
        """Return variables in rows, cell by cell; what stands in one cell twice is added up."""
        return Terms((Part(self, rows, columns, times),))

    def _terms(self) -> Terms:
        return Terms((Part(self, None, None, 1.0),))

    def touched(self) -> dict[Label, Any]:
        """Return the variables that exist as Pyomo's objects, by label."""
        return dict(self._data)

    def __len__(self) -> int:
        return len(self.labels)

    def __contains__(self, label: object) -> bool:
        return label in self.labels

    def keys(self, *_: object, **__: object) -> Iterator[Label]:
        """Return every label, touched or not."""
        return iter(self.labels)

    def values(self, *_: object, **__: object) -> Iterator[Any]:
        """Return every variable; this makes them."""
        return (self[label] for label in self.labels)

    def items(self, *_: object, **__: object) -> Iterator[tuple[Label, Any]]:
        """Return every label and its variable; this makes them."""
        return ((label, self[label]) for label in self.labels)
