"""How far each base forecast is to be trusted when they are made to add up."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import connected_components

from forecasting.arrays import FloatArray
from forecasting.hierarchy import Hierarchy
from forecasting.shrinkage import shrunk_correlation

LEAST_RESIDUALS = 6
"""Residuals of every series from which shrunk MinT is chosen. On simulated hierarchies of 3, 8 and
40 parts its squared error is then 2 % above that of structural weights at worst, where all parts
err alike, and 1 to 15 % below where they do not (``benchmarks/hierarchy.py``). Four would do nearly
as well for errors drawn at random, but those of a model fitted to so few points are too small. As
correlations shrink to nothing when there is little to see, the number of parts hardly matters."""
LEAST_VARIANCE = 1e-10
"""Of a series that all but never erred, as a share of the largest variance in its hierarchy: beside
a smaller one, the others would keep less than half of their digits."""


class Method(StrEnum):
    """Which forecasts are listened to, and how far."""

    BOTTOM_UP = "bottom-up"
    STRUCTURAL = "structural"
    MINT_SHRINK = "shrunk MinT"


@dataclass(frozen=True)
class Choice:
    """A method, and why it was chosen."""

    method: Method
    reason: str


def choose_method(
    hierarchy: Hierarchy, residuals: FloatArray, *, forecast: npt.NDArray[np.bool_]
) -> Choice:
    """Return the method for a hierarchy's forecasts.

    Bottom-up if no total has a forecast of its own; structural if any series has fewer residuals
    than `LEAST_RESIDUALS`; else shrunk MinT.

    Parameters
    ----------
    hierarchy : Hierarchy
        Of the series.
    residuals : array of shape (periods, series)
        Errors of one-step forecasts, NaN where there is none.
    forecast : array of shape (series,)
        Which series have a forecast of their own.
    """
    if not forecast[~hierarchy.is_bottom].any():
        return Choice(Method.BOTTOM_UP, "no total has a forecast of its own")
    fewest = int(np.isfinite(residuals[:, forecast]).sum(axis=0).min())
    if fewest < LEAST_RESIDUALS:
        reason = f"a series has {fewest} residuals, and a covariance needs {LEAST_RESIDUALS}"
        return Choice(Method.STRUCTURAL, reason)
    return Choice(Method.MINT_SHRINK, f"every series has {fewest} residuals or more")


def error_covariance(hierarchy: Hierarchy, residuals: FloatArray, *, method: Method) -> FloatArray:
    r"""Return `W` of a method, array of shape (series, series), NaN for series not listened to.

    - Structural: :math:`\mathrm{diag}(S 1)`, as if the bottom series erred alike and apart
      (Athanasopoulos, Hyndman, Kourentzes & Petropoulos, 2017, *European Journal of Operational
      Research* 262).
    - Shrunk MinT: `shrunk_covariance`, and NaN for series that have no residuals (Wickramasuriya,
      Athanasopoulos & Hyndman, 2019, *Journal of the American Statistical Association* 114). It
      always has an inverse, though residuals add up, never vary or are fewer than the series.
    - Bottom-up: the same of the bottom series alone, or structural where one has too few residuals.
      It matters only to what is announced, or would fall below nought.

    Parameters
    ----------
    hierarchy, residuals
        As in `choose_method`. Structural needs no residuals: an array of shape (0, series) will do.
    method : Method
        Which.

    Raises
    ------
    ValueError
        If a covariance is asked of a series with one residual, or of a bottom series with none.
    """
    structural = np.diag(hierarchy.summing.sum(axis=1))
    if method is Method.STRUCTURAL:
        return structural
    counts = np.isfinite(residuals).sum(axis=0)
    rows = np.flatnonzero((counts > 0) | hierarchy.is_bottom)
    covariance = np.full(structural.shape, np.nan)
    if method is Method.BOTTOM_UP:
        rows = hierarchy.bottom_rows
        if np.min(counts[rows]) < LEAST_RESIDUALS:
            covariance[np.ix_(rows, rows)] = np.eye(len(rows))
            return covariance
    if few := [hierarchy.series[row] for row in rows if counts[row] < 2]:
        raise ValueError(
            f"{', '.join(few)}: a variance needs two residuals; choose {Method.STRUCTURAL}"
        )
    covariance[np.ix_(rows, rows)] = shrunk_covariance(residuals[:, rows])
    return _raised(covariance, hierarchy)


def shrunk_covariance(residuals: FloatArray) -> FloatArray:
    r"""Return the covariance of residuals, shrunk towards its diagonal, shape (series, series).

    .. math:: W_{ij} = r^*_{ij} s_i s_j

    with :math:`r^*` the correlations of ``forecasting.shrinkage.shrunk_correlation``, and `s` the
    standard deviation of each series' residuals round their mean.

    Parameters
    ----------
    residuals : array of shape (periods, series)
        NaN where there is none; two or more of each series.
    """
    deviation = np.nanstd(residuals, axis=0, ddof=1)
    return np.asarray(shrunk_correlation(residuals).matrix * np.outer(deviation, deviation))


def _raised(covariance: FloatArray, hierarchy: Hierarchy) -> FloatArray:
    """Return `W` with the variances of series that all but never erred raised to what tells."""
    variance = np.diag(covariance)
    _, family = connected_components(hierarchy.summing @ hierarchy.summing.T, directed=False)
    largest = np.zeros(len(variance))
    np.maximum.at(largest, family, np.nan_to_num(variance))
    least = np.where(largest > 0.0, LEAST_VARIANCE * largest, 1.0)[family]
    return covariance + np.diag(np.maximum(least - variance, 0.0))
