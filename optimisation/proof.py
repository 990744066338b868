"""Proof that each goal is at its best: a bound from the duals and the tables, no solver asked."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array

from optimisation.sets import FloatArray
from optimisation.statement import Statement

NOISE = 1e-10
"""Share of a reduced cost's size that is no more than rounding."""

TOLERANCE = 1e-6
"""Share of a goal by which its value may stand above its bound."""


@dataclass(frozen=True)
class Bound:
    """What a goal came to, and the least that it could be.

    ``loss`` is what reduced costs on the wrong side may take off the bound, were each column as
    large as the levels of its rows let it be, and ``rounding`` what double precision may lose in
    the bound's sum; all in the goal's own unit.
    """

    goal: str
    value: float
    bound: float
    loss: float
    rounding: float

    @property
    def proved(self) -> bool:
        """Whether the value is the best there is; nil needs no proof, for nothing is below it."""
        apart = abs(self.value - self.bound) + self.loss
        return self.value == 0.0 or apart <= TOLERANCE * abs(self.value) + self.rounding


def prove(
    statement: Statement, *, values: Mapping[str, float], duals: Mapping[str, FloatArray]
) -> list[Bound]:
    r"""Return a bound for each goal, in order, by weak duality over what earlier goals left.

    With multipliers :math:`y` on the rows and reduced costs :math:`d = c - A^T y`, a goal is at
    least :math:`b^T y` over all plans in which every column with :math:`d_j < 0`, and every slack
    whose multiplier has the wrong sign, is nil. An earlier goal's own proof shows which must be:
    those with :math:`d_j > 0` (complementary slackness), and where it came to nil, all it weighs.

    Parameters
    ----------
    statement : Statement
        The program, restated from the tables.
    values : mapping of str to float
        What each goal came to.
    duals : mapping of str to array of shape (rows,)
        By goal, the multiplier of each row, in natural units.
    """
    nil = np.zeros(len(statement.level) + statement.matrix.shape[1], dtype=bool)
    bounds = []
    reach = _reach(statement)
    for goal, weights in statement.goals.items():
        reduced, size = _reduced_costs(statement, weights, duals[goal])
        wrong = ~nil & (reduced < 0.0)
        loss = -float(reduced[wrong] @ reach[wrong])
        parts = statement.level * duals[goal]
        rounding = 1e-12 * float(np.abs(parts).sum()) + 1e-9
        bounds.append(Bound(goal, values[goal], float(parts.sum()), loss, rounding))
        nil |= reduced > NOISE * size
        if values[goal] <= rounding:
            nil[: len(weights)] |= weights > 0.0
    return bounds


def _reduced_costs(
    statement: Statement, weights: FloatArray, duals: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return each column's and each slack's reduced cost, and the size it is to be judged by.

    A column's size is that of the terms in its reduced cost, or of its neighbours' in a row, so
    that rounding is told from a figure whatever the units. The slack of a row without an upper
    bound is what is over, of one without a lower bound what is left; an equation has none.
    """
    matrix = statement.matrix
    sizes = abs(matrix)
    reduced = weights - matrix.T @ duals
    terms = np.abs(weights) + sizes.T @ np.abs(duals)
    entries = coo_array(sizes)
    filled = entries.data > 0.0
    row, column, a = entries.row[filled], entries.col[filled], entries.data[filled]
    of_row = np.zeros(len(duals))
    np.maximum.at(of_row, row, terms[column] / a)
    size = terms.copy()
    np.maximum.at(size, column, a * of_row[row])
    way = np.where(np.isinf(statement.upper), 1.0, np.where(np.isinf(statement.lower), -1.0, 0.0))
    least = 1e-12 * float(np.abs(weights).max(initial=0.0)) or 1e-12
    both = np.concatenate([reduced, way * duals]), np.concatenate([size, of_row])
    return both[0], np.maximum(both[1], least)


def _reach(statement: Statement) -> FloatArray:
    """Return how large each column, and each slack, may be, by the levels of the rows it is in.

    A column whose own rows stand at nil takes its reach from its neighbours'. It is a size to judge
    rounding by, and no limit that a plan must keep.
    """
    entries = coo_array(abs(statement.matrix))
    filled = entries.data > 0.0
    row, column, a = entries.row[filled], entries.col[filled], entries.data[filled]
    reach = np.zeros(statement.matrix.shape[1])
    rows = np.abs(statement.level)
    for _ in range(4):  # From demand to use, to what is paid, to its cost, to whose money pays.
        np.maximum.at(reach, column, rows[row] / a)
        next_rows = np.zeros(len(rows))
        np.maximum.at(next_rows, row, a * reach[column])
        rows = np.where(rows == 0.0, next_rows, rows)
    largest = float(rows.max(initial=0.0))
    return np.concatenate([np.where(reach > 0.0, reach, largest), rows])
