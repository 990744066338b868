"""The nearest point with nothing below nought, for a projection that has gone below it."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

from forecasting.arrays import FloatArray

_ROUNDS = 30
"""As many steps as the least squares may take for each series, ten times their own default."""
_TRIES = 4
"""Units in which a solution is looked for; the second has served in every case seen."""
_CLOSE = 1e-9
"""How near its limits, relative to its unit, a certified solution comes."""
_TINY = 1e-12
"""What lies less from nought, relative to what it is measured against, is a rounding error."""


def lift(bottom: FloatArray, root: FloatArray, nonnegative: npt.NDArray[np.bool_]) -> FloatArray:
    r"""Return each column of `bottom` moved to its nearest point that has nothing below nought.

    With `V = root root'` the covariance of the column's errors, the nearest is in its metric:

    .. math:: \min_z z'z \quad\text{with}\quad b = \hat b + V^{1/2} z,\ b_j \ge 0

    It is the non-negative weighted least squares reconciliation (Wickramasuriya, Turlach &
    Hyndman, 2020, *Statistics and Computing* 30), as `b` only moves where `root` lets it: what is
    announced stays as it is. Columns with nothing below nought are returned as they are.

    Parameters
    ----------
    bottom : array of shape (bottom, columns)
        The reconciled bottom series.
    root : array of shape (bottom, free)
        A square root of the covariance of their errors.
    nonnegative : array of shape (bottom,)
        Which of them must not fall below nought. Those that `root` cannot move must be there.
    """
    reach = np.linalg.norm(root, axis=1)
    rows = np.flatnonzero(nonnegative & (reach > 0.0))
    sides = root[rows] / reach[rows, np.newaxis]
    rounding = _TINY * np.max(np.abs(bottom), axis=0, initial=0.0)
    below = np.flatnonzero(np.min(bottom[rows], axis=0, initial=0.0) < -rounding)
    lifted = bottom.copy()
    for column in below:
        step, at_nought = _least_step(sides, -bottom[rows, column] / reach[rows])
        lifted[:, column] += root @ step
        lifted[rows[at_nought], column] = 0.0
    lifted[nonnegative] = np.maximum(lifted[nonnegative], 0.0)
    return lifted


def _least_step(sides: FloatArray, depth: FloatArray) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    r"""Return the shortest `z` with :math:`G z \ge h`, and which rows it meets with nothing over.

    By the non-negative least squares of its dual: if :math:`u \ge 0` minimises
    :math:`\|[G'; h'] u - e_{n+1}\|` and `r` is what is left, :math:`z = -r_{1..n}/r_{n+1}`
    (Lawson & Hanson, 1974, *Solving Least Squares Problems*, ch. 23). The dual takes a step for
    each series at nought: few, where the primal would take one for every other series.

    `z` is certified before it is returned: a sum of rows times `u` is the shortest if it meets
    every row, and those that have a `u` with nothing over. The dual is lost in rounding if `z` is
    far longer than its unit, so that is made the unit, and the dual solved again.

    Parameters
    ----------
    sides : array of shape (rows, free)
        `G`, each row of length 1.
    depth : array of shape (rows,)
        `h`, at least one above 0.

    Raises
    ------
    ArithmeticError
        If no `z` is certified.
    """
    unit = float(np.max(depth))
    for _ in range(_TRIES):
        system = np.vstack([sides.T, depth / unit])
        target = np.zeros(len(system))
        target[-1] = 1.0
        dual, _ = nnls(system, target, maxiter=_ROUNDS * len(depth))
        left = system @ dual - target
        if left[-1] >= 0.0:
            break
        step = -left[:-1] / left[-1]
        over = sides @ step - depth / unit
        if np.min(over) > -_CLOSE and np.max(over[dual > 0.0], initial=0.0) < _CLOSE:
            return step * unit, (dual > 0.0) | (over < _TINY)
        unit *= float(np.linalg.norm(step))
    raise ArithmeticError("no nearest point at or above nought was found: what is announced?")
