"""Joint errors of parts changed as little as gives each series, totals too, a width of its own."""

import numpy as np

from forecasting.arrays import FloatArray

SWEEPS = 50
"""Rounds at most: where totals are wider than all their parts together, no width fits them all."""
_CLOSE = 1e-3
"""How near a width is met, as a share of it."""
_NOTHING = 1e-12
"""A variance that is less, as a share of the largest, is rounding."""


def fit_widths(covariance: FloatArray, summing: FloatArray, width: FloatArray) -> FloatArray:
    r"""Return `M`, so that errors `M e` of the bottom series have the widths asked for.

    .. math:: e \leftarrow e + k\,(g - 1)\,s'e, \quad
              k = \frac{V s}{s' V s}, \quad g = \frac{w}{\sqrt{s' V s}}

    for each row `s` of the summing matrix in turn, round after round, with `V` the covariance of
    the errors by then. Each step gives one sum its width and leaves what is believed of the others
    given that sum; of all joint distributions with these widths, the rounds come to the one that
    departs least from the errors as they are (iterative proportional fitting: Csiszár, 1975,
    *Annals of Probability* 3; for covariances Speed & Kiiveri, 1986, *Annals of Statistics* 14).

    Parameters
    ----------
    covariance : array of shape (bottom, bottom)
        Of `e`.
    summing : array of shape (series, bottom)
        Rows of `S`, the last to be met best.
    width : array of shape (series,)
        Standard deviations asked for.
    """
    moved, now = np.eye(len(covariance)), covariance
    least = _NOTHING * float(np.max(np.diag(covariance), initial=0.0))
    for _ in range(SWEEPS):
        worst = 0.0
        for row, wanted in zip(summing, width, strict=True):
            along = now @ row
            variance = float(row @ along)
            if variance <= least:
                continue
            ratio = wanted / np.sqrt(variance)
            # The product with a matrix of rank one, not with a whole one: a hundred times as fast.
            moved = moved + (ratio - 1.0) / variance * np.outer(along, row @ moved)
            now = now + (ratio**2 - 1.0) / variance * np.outer(along, along)
            worst = max(worst, abs(ratio - 1.0))
        if worst < _CLOSE:
            break
    return moved
