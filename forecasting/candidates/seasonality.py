"""Seasonal adjustment for the candidates that know no season."""

import numpy as np
from statsmodels.tsa.seasonal import seasonal_decompose
from statsmodels.tsa.stattools import acf

from forecasting.arrays import FloatArray

_LEAST_YEARS = 2
_QUANTILE = 1.645
"""Of the normal distribution, 90% two-sided: as in the Theta method's own test."""


def seasonal_pattern(y: FloatArray, *, season: int) -> FloatArray:
    r"""Return what each season adds, the oldest period's first, shape (season,); noughts if none.

    There is one if the autocorrelation at lag `m` passes the test of the Theta method,
    :math:`|r_m| > 1.645 \sqrt{(1 + 2\sum_{i<m} r_i^2)/n}`, on at least two years and a period more
    (Fiorucci et al., 2016, *International Journal of Forecasting* 32). It is the additive classical
    decomposition's.
    """
    n = len(y)
    if season == 1 or n <= _LEAST_YEARS * season or np.ptp(y) == 0.0:
        return np.zeros(season)
    r = acf(y - _line(y), nlags=season, fft=False)
    bound = _QUANTILE * np.sqrt((1.0 + 2.0 * np.sum(r[1:season] ** 2)) / n)
    if not abs(r[season]) > bound:
        return np.zeros(season)
    return np.asarray(seasonal_decompose(y, period=season).seasonal[:season])


def _line(y: FloatArray) -> FloatArray:
    """Return the least-squares line: a trend would show in every autocorrelation."""
    time = np.arange(float(len(y)))
    return np.asarray(np.polyval(np.polyfit(time, y, 1), time))
