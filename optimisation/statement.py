"""A linear program as labelled arrays, and the pen that it is written with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array

from optimisation.sets import FloatArray, IntArray

Numbers: TypeAlias = Any
"""A number, or an array or column of them."""


@dataclass(frozen=True)
class Statement:
    """A program in natural units; every column is at least nil.

    Parameters
    ----------
    columns, rows : dict of str to MultiIndex
        The labels of each family of columns, and of each rule's rows, one after another.
    matrix : sparse array of shape (rows, columns)
    lower, upper : arrays of shape (rows,)
        What a row may not fall below, and what it may not exceed.
    goals : dict of str to array of shape (columns,)
        What a unit of each column adds to each goal, in the goal's own unit.
    """

    columns: Mapping[str, pd.MultiIndex]
    rows: Mapping[str, pd.MultiIndex]
    matrix: csr_array
    lower: FloatArray
    upper: FloatArray
    goals: Mapping[str, FloatArray]

    @property
    def level(self) -> FloatArray:
        """What each row is held to: the bound that it has."""
        return np.where(np.isfinite(self.lower), self.lower, self.upper)

    def place(self, family: str) -> slice:
        """Return where a family stands among the columns."""
        return _place(self.columns, family)

    def rows_of(self, rule: str) -> slice:
        """Return where a rule's rows stand."""
        return _place(self.rows, rule)

    def over_rows(self, values: Mapping[str, tuple[pd.Index, FloatArray]]) -> FloatArray:
        """Return values by rule and label as an array over the rows; nil where there is none."""
        total = np.zeros(len(self.lower))
        for rule, (labels, own) in values.items():
            if rule not in self.rows:
                continue
            place = self.rows[rule].get_indexer(_tuples(labels))
            total[self.rows_of(rule)][place[place >= 0]] = own[place >= 0]
        return total

    def find_rows(self, keys: Sequence[tuple[str, ...]]) -> IntArray:
        """Return the places of rows, each given by its rule and labels.

        Raises
        ------
        KeyError
            If there is no such row.
        """
        places = [
            self.rows_of(rule).start + self.rows[rule].get_loc(tuple(labels))
            for rule, *labels in keys
        ]
        return np.array(places, dtype=np.intp)

    def row_name(self, row: int) -> tuple[str, ...]:
        """Return the rule and the labels of a row."""
        return _name(self.rows, row)

    def column_name(self, column: int) -> tuple[str, ...]:
        """Return the family and the labels of a column."""
        return _name(self.columns, column)


@dataclass
class Writer:
    """A program that is being written, family by family and rule by rule."""

    columns: dict[str, pd.MultiIndex] = field(default_factory=dict)
    rows: dict[str, pd.MultiIndex] = field(default_factory=dict)
    bounds: list[tuple[FloatArray, FloatArray]] = field(default_factory=list)
    entries: list[tuple[IntArray, IntArray, FloatArray]] = field(default_factory=list)
    goals: dict[str, list[tuple[IntArray, FloatArray]]] = field(default_factory=dict)

    def family(self, name: str, labels: pd.DataFrame) -> None:
        """Add a family of columns, one for each row of a table of labels."""
        self.columns[name] = pd.MultiIndex.from_frame(labels)

    def rule(
        self, name: str, labels: pd.DataFrame, *, least: Numbers = -np.inf, most: Numbers = np.inf
    ) -> None:
        """Add a rule's rows, one for each row of a table of labels."""
        self.rows[name] = pd.MultiIndex.from_frame(labels)
        lower, upper = (
            np.broadcast_to(np.asarray(bound, dtype=float), len(labels)) for bound in (least, most)
        )
        self.bounds.append((lower, upper))

    def put(
        self,
        rule: str,
        family: str,
        table: pd.DataFrame,
        *,
        at: tuple[str, str],
        times: Numbers = 1.0,
    ) -> None:
        """Add entries of a family to a rule's rows; `at` names the columns with their places."""
        row = table[at[0]].to_numpy(dtype=np.intp) + _place(self.rows, rule).start
        column = table[at[1]].to_numpy(dtype=np.intp) + _place(self.columns, family).start
        value = np.broadcast_to(np.asarray(times, dtype=float), len(table))
        self.entries.append((row, column, value))

    def weigh(self, goal: str, family: str, weights: Numbers) -> None:
        """Say what each of a family adds to a goal."""
        place = _place(self.columns, family)
        column = np.arange(place.start, place.stop)
        value = np.broadcast_to(np.asarray(weights, dtype=float), len(column))
        self.goals.setdefault(goal, []).append((column, value))

    def finish(self, goals: tuple[str, ...]) -> Statement:
        """Return what was written, with its goals in order."""
        shape = tuple(sum(map(len, named.values())) for named in (self.rows, self.columns))
        row, column, value = (np.concatenate(part) for part in zip(*self.entries, strict=True))
        weights = {goal: np.zeros(shape[1]) for goal in goals}
        for goal, parts in self.goals.items():
            for places, amounts in parts:
                weights[goal][places] += amounts
        lower, upper = (np.concatenate(part) for part in zip(*self.bounds, strict=True))
        matrix = coo_array((value, (row, column)), shape=shape).tocsr()
        return Statement(self.columns, self.rows, matrix, lower, upper, weights)


def _tuples(labels: pd.Index) -> pd.MultiIndex:
    """Return labels as tuples, those of one part too."""
    return labels if labels.nlevels > 1 else pd.MultiIndex.from_arrays([labels])


def _place(named: Mapping[str, pd.MultiIndex], name: str) -> slice:
    first = 0
    for known, labels in named.items():
        if known == name:
            return slice(first, first + len(labels))
        first += len(labels)
    raise KeyError(name)


def _name(named: Mapping[str, pd.MultiIndex], place: int) -> tuple[str, ...]:
    for name, labels in named.items():
        if place < len(labels):
            return (name, *labels[place])
        place -= len(labels)
    raise IndexError(place)
