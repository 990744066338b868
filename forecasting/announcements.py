"""What announced values leave open: whether they can hold together, and what they force to 0."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog, nnls

from forecasting.arrays import FloatArray

ROUNDING = 1e-7
"""An announcement that others leave out by less, relative to itself, was rounded."""
_EXACT = 1e-12
"""What is out by less is out by the rounding of the sums alone."""
_WIDEST = 1e6
"""How many times over the announcements may be taken; more would outgrow the solver's tolerance."""
_ROUNDS = 30
"""As many steps as the least squares may take for each series, ten times their own default."""
_SOLVED = 0
"""As linprog says it."""


@dataclass(frozen=True)
class Announcements:
    r"""Values that bottom series `b` must add up to: :math:`A b = f`, some of `b` at least 0.

    Parameters
    ----------
    sums : array of shape (announced, bottom)
        `A`: the announced rows of the summing matrix.
    values : array of shape (announced,)
        `f`.
    nonnegative : array of shape (bottom,)
        Which of `b` must not fall below 0.
    """

    sums: FloatArray
    values: FloatArray
    nonnegative: npt.NDArray[np.bool_]

    def conflict(self) -> list[int]:
        """Return the rows of a smallest set that cannot hold together; empty if all can.

        Each is left out in turn, and stays out if the others still conflict (the deletion filter
        of Chinneck & Dravnieks, 1991, *ORSA Journal on Computing* 3).
        """
        rows = list(range(len(self.values)))
        if self._hold(rows):
            return []
        for row in list(rows):
            others = [one for one in rows if one != row]
            if not self._hold(others):
                rows = others
        return rows

    def agreed(self) -> FloatArray:
        """Return the values with what rounding left between them taken out, shape (announced,)."""
        nearest = self._nearest(list(range(len(self.values))))
        exact = np.abs(nearest - self.values) <= _EXACT * self._unit()
        return np.asarray(np.where(exact, self.values, nearest))

    def forced_to_nought(self) -> npt.NDArray[np.bool_]:
        r"""Return which bottom series can be nothing but 0, array of shape (bottom,).

        Such as every part of a total of 0. One linear programme finds them all:

        .. math:: \max \sum_j t_j \quad\text{with}\quad
                  A b = s f,\ t_j \le b_j / u_j,\ 0 \le t \le 1,\ s \ge 1

        with `u` the least total above each. As `s` may grow, any `b` that can be above 0 reaches
        `u`, and its `t` 1. Should the programme not be solved, only what is under a total of 0 is
        told; ``forecasting.nonnegative.lift`` certifies what it makes of the rest.
        """
        held = np.flatnonzero(self.nonnegative)
        if not len(held):
            return np.zeros_like(self.nonnegative)
        bound, unit = self._bound(), self._unit()[:, np.newaxis]
        bottom, tops, rows = len(bound), len(held), len(unit)
        answer = linprog(
            c=np.concatenate([np.zeros(bottom), -np.ones(tops), np.zeros(1)]),
            A_ub=np.hstack([-np.eye(bottom)[held], np.eye(tops), np.zeros((tops, 1))]),
            b_ub=np.zeros(tops),
            A_eq=np.hstack(
                [self.sums * bound / unit, np.zeros((rows, tops)), -self.agreed()[:, None] / unit]
            ),
            b_eq=np.zeros(rows),
            bounds=[(None, None)] * bottom + [(0.0, 1.0)] * tops + [(1.0, _WIDEST)],
        )
        forced = self.nonnegative & (bound == 0.0)
        if answer.status == _SOLVED:
            forced[held] |= answer.x[bottom:-1] < 0.5
        return np.asarray(forced)

    def _hold(self, rows: Sequence[int]) -> bool:
        if not len(rows):
            return True
        apart = np.abs(self._nearest(rows) - self.values[rows])
        return bool(np.all(apart <= ROUNDING * self._unit()[rows]))

    def _nearest(self, rows: Sequence[int]) -> FloatArray:
        """Return the values nearest to some of the announced that can hold together."""
        unit = self._unit()[rows]
        sums = np.hstack([self.sums, -self.sums[:, ~self.nonnegative]])[rows]
        most = _ROUNDS * sums.shape[1]
        parts, _ = nnls(sums / unit[:, np.newaxis], self.values[rows] / unit, maxiter=most)
        return np.asarray(sums @ parts)

    def _unit(self) -> FloatArray:
        """Return what each announcement is measured in: itself, or the least other if it is 0."""
        size = np.abs(self.values)
        least = np.min(size[size > 0.0], initial=np.inf)
        return np.where(size > 0.0, size, least if np.isfinite(least) else 1.0)

    def _bound(self) -> FloatArray:
        """Return the least announced total above each bottom series; the largest if none is."""
        caps = ~np.any(self.sums[:, ~self.nonnegative] > 0.0, axis=1)
        above = np.where(self.sums[caps] > 0.0, self.values[caps][:, np.newaxis], np.inf)
        least = np.min(above, axis=0, initial=np.inf)
        largest = np.max(np.abs(self.values))
        return np.where(np.isfinite(least), least, largest if largest > 0.0 else 1.0)
