"""Exact proof that requirements contradict each other: no solver, no rounding, no tolerance."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from optimisation.sets import FloatArray, IntArray
from optimisation.statement import Statement

NEARLY = 1e-9
"""A share of its size below which a sum of a solver's figures is meant to be nil."""

Matrix = list[list[Fraction]]


def contradict(statement: Statement, rows: IntArray, multipliers: FloatArray) -> bool:
    r"""Tell whether rows cannot all hold, proved in whole fractions.

    They cannot if there are multipliers :math:`y`, at least nil on what may not fall below a level
    and at most nil on what may not exceed one, with :math:`A^T y \le 0` and :math:`b^T y > 0`: no
    plan, being at least nil, could make the left side as large as the right (Farkas, 1902, *Journal
    für die reine und angewandte Mathematik* 124). A solver's multipliers are near to these; those
    with which every sum that it means to be nil is nil are found exactly, and then checked.

    Parameters
    ----------
    statement : Statement
        The program, restated from the tables; its figures are taken as exact.
    rows : array of int
        The places of the rows among the statement's.
    multipliers : array of shape (rows,)
        What the solver has for them, or their opposites.
    """
    return any(_contradict(statement, rows, signed * multipliers) for signed in (1.0, -1.0))


def _contradict(statement: Statement, rows: IntArray, multipliers: FloatArray) -> bool:
    """Tell whether multipliers of the right sign prove that rows cannot all hold."""
    matrix = statement.matrix[rows].toarray()
    matrix = matrix[:, np.abs(matrix).max(axis=0) > 0.0]
    size = np.abs(matrix).T @ np.abs(multipliers)
    nil = np.abs(matrix.T @ multipliers) <= NEARLY * size
    lower, upper = statement.lower[rows], statement.upper[rows]
    bounds = np.where(multipliers > 0.0, lower, upper)
    if not np.isfinite(bounds).all():
        return False
    exact = _fractions(matrix)
    found = _null_vector([[row[j] for row in exact] for j in np.flatnonzero(nil)], len(rows))
    if found is None:
        found = [Fraction(float(y)) for y in multipliers]
    first = int(np.abs(multipliers).argmax())
    if (found[first] > 0) != (multipliers[first] > 0.0):
        found = [-y for y in found]
    return _is_proof(found, exact, lower=lower, upper=upper)


def _is_proof(
    y: Sequence[Fraction], matrix: Matrix, *, lower: FloatArray, upper: FloatArray
) -> bool:
    """Tell whether multipliers show a contradiction, in exact arithmetic."""
    level = Fraction(0)
    for multiplier, least, most in zip(y, lower, upper, strict=True):
        bound = float(least if multiplier > 0 else most)
        if multiplier and not np.isfinite(bound):
            return False
        level += multiplier * Fraction(bound) if multiplier else 0
    sums = (
        sum(m * row[j] for m, row in zip(y, matrix, strict=True)) for j in range(len(matrix[0]))
    )
    return level > 0 and all(total <= 0 for total in sums)


def _fractions(matrix: FloatArray) -> Matrix:
    return [[Fraction(float(value)) for value in row] for row in matrix]


def _null_vector(equations: Matrix, unknowns: int) -> list[Fraction] | None:
    """Return what solves equations that are all to be nil, if there is one such line; else None."""
    rows = [list(row) for row in equations]
    pivots: list[int] = []
    for column in range(unknowns):
        place = len(pivots)
        pivot = next((r for r in range(place, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[place], rows[pivot] = rows[pivot], rows[place]
        lead = rows[place][column]
        rows[place] = [value / lead for value in rows[place]]
        for other in range(len(rows)):
            factor = rows[other][column]
            if other != place and factor:
                pairs = zip(rows[other], rows[place], strict=True)
                rows[other] = [value - factor * above for value, above in pairs]
        pivots.append(column)
    free = [column for column in range(unknowns) if column not in pivots]
    if len(free) != 1:
        return None
    solution = [Fraction(0)] * unknowns
    solution[free[0]] = Fraction(1)
    for place, column in enumerate(pivots):
        solution[column] = -rows[place][free[0]]
    return solution
