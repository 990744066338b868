"""From a Pyomo model to the arrays that a solver takes; nothing in the model is ignored."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyomo.environ as pyo
from pyomo.repn import generate_standard_repn
from scipy.sparse import coo_array, csc_array

from optimisation.bulk.constraints import BulkConstraint
from optimisation.bulk.variables import BulkVar
from optimisation.sets import FloatArray, IntArray

NOT_HANDED_OVER = (pyo.Objective, pyo.Block, pyo.SOSConstraint)
"""What a model may not hold: what is wanted is said by goals, and there is one block."""


@dataclass(frozen=True)
class Program:
    """A model as arrays, in natural units.

    Parameters
    ----------
    matrix : sparse array of shape (rows, columns)
    lower, upper : arrays of shape (rows,)
        Infinite where there is no bound; both infinite where a row is not active.
    least, most : arrays of shape (columns,)
        Bounds of the variables; the same where one is fixed.
    integer : array of shape (columns,)
        Which must be whole.
    unit : array of shape (columns,)
        What one unit of the solver's stands for.
    rows, columns : mapping of str to slice
        Where each constraint and variable of the model stands.
    row_labels, column_labels : mapping of str to Index
        Of each.
    """

    matrix: csc_array
    lower: FloatArray
    upper: FloatArray
    least: FloatArray
    most: FloatArray
    integer: npt.NDArray[np.bool_]
    unit: FloatArray
    rows: Mapping[str, slice]
    columns: Mapping[str, slice]
    row_labels: Mapping[str, pd.Index]
    column_labels: Mapping[str, pd.Index]

    def costs(self, weights: Iterable[tuple[BulkVar, FloatArray]]) -> FloatArray:
        """Return what each column adds to a goal, given what it is for some families."""
        total = np.zeros(self.matrix.shape[1])
        for family, amounts in weights:
            total[self.columns[family.name]] += amounts
        return total

    def values(self, columns: FloatArray) -> dict[str, FloatArray]:
        """Return an array over the columns, variable by variable."""
        return {name: columns[place] for name, place in self.columns.items()}

    def row_name(self, row: int) -> tuple[str, ...]:
        """Return the constraint and the label of a row."""
        for name, place in self.rows.items():
            if place.start <= row < place.stop:
                label = self.row_labels[name][row - place.start]
                return (name, *label) if isinstance(label, tuple) else (name, label)
        raise IndexError(row)


def program_of(m: pyo.ConcreteModel) -> Program:
    """Return a model as arrays: its families as they stand, whatever else it holds compiled.

    What has been touched is honoured: variables that are fixed or bounded anew, rows that are
    deactivated or rewritten. Ordinary variables and linear constraints that were added are rows and
    columns too.

    Raises
    ------
    ValueError
        If the model holds what cannot be handed over (an objective, a block, a row that is not
        linear), or a number that is not one.
    """
    for kind in NOT_HANDED_OVER:
        for found in m.component_objects(kind, active=True):
            raise ValueError(f"{found.name} is a {kind.__name__}, which is not handed over")
    columns = _Columns(m)
    rows = _Rows(m, columns)
    shape = (len(rows.lower), len(columns.least))
    matrix = coo_array((rows.value, (rows.row, rows.column)), shape=shape).tocsc()
    matrix.eliminate_zeros()
    for bounds in (rows.lower, rows.upper, columns.least, columns.most, matrix.data):
        if np.isnan(bounds).any():
            raise ValueError("the model holds a figure that is not a number")
    return Program(
        matrix,
        rows.lower,
        rows.upper,
        columns.least,
        columns.most,
        columns.integer,
        columns.unit,
        rows.places,
        columns.places,
        rows.labels,
        columns.labels,
    )


class _Columns:
    """Every variable of a model, in the order in which they were declared."""

    def __init__(self, m: pyo.ConcreteModel) -> None:
        self.places: dict[str, slice] = {}
        self.labels: dict[str, pd.Index] = {}
        self.place_of: dict[int, int] = {}
        least, most, integer, unit = [], [], [], []
        first = 0
        for family in m.component_objects(pyo.Var, descend_into=False):
            bulk = isinstance(family, BulkVar)
            labels = family.labels if bulk else pd.Index(list(family), tupleize_cols=False)
            known = family.touched() if bulk else dict(family.items())
            decides = bulk and family.whole
            low, high = np.zeros(len(labels)), np.full(len(labels), 1.0 if decides else np.inf)
            whole = np.full(len(labels), decides)
            for label, variable in known.items():
                place = _place(labels, label)
                low[place], high[place] = _bounds(variable)
                whole[place] = not variable.is_continuous()
                self.place_of[id(variable)] = first + place
            least.append(low)
            most.append(high)
            integer.append(whole)
            unit.append(family.unit if bulk else np.ones(len(labels)))
            self.places[family.name] = slice(first, first + len(labels))
            self.labels[family.name] = labels
            first += len(labels)
        none = np.zeros(0)
        self.least, self.most = np.concatenate([none, *least]), np.concatenate([none, *most])
        self.integer = np.concatenate([none.astype(bool), *integer])
        self.unit = np.concatenate([none, *unit])


def _place(labels: pd.Index, label: object) -> int:
    return int(labels.get_loc(label)) if label is not None else 0


def _bounds(variable: Any) -> tuple[float, float]:  # noqa: ANN401 - a Pyomo object
    """Return the least and the most that a Pyomo variable may be."""
    if variable.fixed:
        return float(variable.value), float(variable.value)
    low, high = variable.bounds
    return -np.inf if low is None else float(low), np.inf if high is None else float(high)


class _Rows:
    """Every row of a model, in the order in which they were declared."""

    def __init__(self, m: pyo.ConcreteModel, columns: _Columns) -> None:
        self.places: dict[str, slice] = {}
        self.labels: dict[str, pd.Index] = {}
        lower, upper = [np.zeros(0)], [np.zeros(0)]
        entries: list[tuple[IntArray, IntArray, FloatArray]] = []
        first = 0
        for family in m.component_objects(pyo.Constraint, descend_into=False):
            labels, low, high, found = _family(family, columns)
            entries += [(row + first, column, value) for row, column, value in found]
            if not family.active:
                low, high = np.full(len(low), -np.inf), np.full(len(high), np.inf)
            lower.append(low)
            upper.append(high)
            self.places[family.name] = slice(first, first + len(labels))
            self.labels[family.name] = labels
            first += len(labels)
        nowhere = np.zeros(0, dtype=np.intp)
        parts = [(nowhere, nowhere, np.zeros(0)), *entries]
        self.row, self.column, self.value = (np.concatenate(p) for p in zip(*parts, strict=True))
        self.lower, self.upper = np.concatenate(lower), np.concatenate(upper)


_Entries = list[tuple[IntArray, IntArray, FloatArray]]


def _family(family: Any, columns: _Columns) -> tuple[pd.Index, FloatArray, FloatArray, _Entries]:  # noqa: ANN401
    """Return the labels of a constraint's rows, their bounds and their entries."""
    if not isinstance(family, BulkConstraint):
        labels = pd.Index(list(family), tupleize_cols=False)
        low, high = np.full(len(labels), -np.inf), np.full(len(labels), np.inf)
        return labels, low, high, list(_compiled(dict(family.items()), labels, low, high, columns))
    low, high = family.lower_.copy(), family.upper_.copy()
    touched = family.touched()
    places = np.array([_place(family.labels, label) for label in touched], dtype=np.intp)
    kept = np.ones(len(low), dtype=bool)
    kept[places] = False
    entries: _Entries = []
    for variables, row, column, times in family.entries:
        there = kept[row] if len(places) else slice(None)
        start = columns.places[variables.name].start
        entries.append((row[there], column[there] + start, times[there]))
    low[places], high[places] = -np.inf, np.inf
    entries += _compiled(touched, family.labels, low, high, columns)
    return family.labels, low, high, entries


def _compiled(
    rows: Mapping[Any, Any], labels: pd.Index, low: FloatArray, high: FloatArray, columns: _Columns
) -> Iterator[tuple[IntArray, IntArray, FloatArray]]:
    """Yield the entries of Pyomo's own rows, and put their bounds in place.

    Raises
    ------
    ValueError
        If a row is not linear, or names a variable of another model.
    """
    for label, row in rows.items():
        if not row.active:
            continue
        place = _place(labels, label)
        repn = generate_standard_repn(row.body, compute_values=True, quadratic=False)
        if not repn.is_linear():
            raise ValueError(f"{row.name} is not linear, and is not handed over")
        if strange := [v for v in repn.linear_vars if id(v) not in columns.place_of]:
            raise ValueError(f"{row.name} names {strange[0].name}, which is not in the model")
        constant = float(pyo.value(repn.constant))
        low[place] = -np.inf if row.lb is None else row.lb - constant
        high[place] = np.inf if row.ub is None else row.ub - constant
        column = np.array([columns.place_of[id(v)] for v in repn.linear_vars], dtype=np.intp)
        yield np.full(len(column), place), column, np.array(repn.linear_coefs, dtype=float)
