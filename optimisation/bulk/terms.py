"""The algebra of whole families: which variables stand in which rows, with which coefficients."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from optimisation.sets import IntArray

if TYPE_CHECKING:
    from optimisation.bulk.variables import BulkVar

Level: TypeAlias = Any
"""A number, or an array with one for each row."""


@dataclass(frozen=True, eq=False)
class Part:
    """Some variables of one family, each in one row.

    Parameters
    ----------
    family : BulkVar
        The family.
    row, column : arrays of shape (entries,), or None
        Places of a row and of a variable; None where each variable stands in the row of its label.
    times : float or array
        The coefficients: one for each entry.
    """

    family: "BulkVar"
    row: IntArray | None
    column: IntArray | None
    times: Level

    def scaled(self, factor: Level) -> "Part":
        """Return the part times a number, or times a number for each row."""
        by = factor if np.ndim(factor) == 0 or self.row is None else np.asarray(factor)[self.row]
        return Part(self.family, self.row, self.column, self.times * by)


class Operand:
    """What may stand in a sum of terms."""

    __array_ufunc__ = None  # An array times a family is ours, and no array of families.

    def _terms(self) -> "Terms":
        raise NotImplementedError

    def __add__(self, other: "Operand") -> "Terms":
        return Terms((*self._terms().parts, *other._terms().parts))

    def __sub__(self, other: "Operand") -> "Terms":
        return self + (-1.0 * other)

    def __mul__(self, factor: Level) -> "Terms":
        return Terms(tuple(part.scaled(factor) for part in self._terms().parts))

    __rmul__ = __mul__

    def __neg__(self) -> "Terms":
        return -1.0 * self


@dataclass(frozen=True, eq=False)
class Terms(Operand):
    """A sum over families; compared with a level it makes rows."""

    parts: tuple[Part, ...]

    def _terms(self) -> "Terms":
        return self

    def __eq__(self, level: Level) -> "Rows":  # type: ignore[override]
        return Rows(self.parts, level, level)

    def __ge__(self, level: Level) -> "Rows":
        return Rows(self.parts, level, np.inf)

    def __le__(self, level: Level) -> "Rows":
        return Rows(self.parts, -np.inf, level)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, eq=False)
class Rows:
    """Terms between two levels, row by row."""

    parts: Sequence[Part]
    lower: Level
    upper: Level


def between(lower: Level, terms: Operand, upper: Level) -> Rows:
    """Return rows that may not fall below one level, nor exceed another."""
    return Rows(terms._terms().parts, lower, upper)
