"""Seasonal adjustment for the candidates that know no season."""

import numpy as np
from statsmodels.tsa.seasonal import seasonal_decompose

from forecasting.arrays import FloatArray
from forecasting.candidates.fits import Past

_LEAST_YEARS = 2
_FADING = 0.9
"""What a year's evidence of the pattern weighs beside the year after it."""


def seasonal_pattern(past: Past) -> FloatArray:
    r"""Return what each season adds, the oldest period's first, shape (season,); noughts if none.

    The means by season of what the classical decomposition's moving average leaves, recent years
    weighing more, then drawn to nought by James and Stein's rule in place of a test of all or
    nothing (Miller & Williams, 2003, *International Journal of Forecasting* 19):

    .. math:: \tilde s_j = s_j \max\Bigl(0, 1 - \frac{m-3}{m-1}
              \frac{v}{\sum_j s_j^2/(m-1)}\Bigr)

    with `v` the variance of a season's mean. It takes two years and a period more.
    """
    m, n = past.season, len(past)
    if m == 1 or n <= _LEAST_YEARS * m or np.ptp(past.values) == 0.0:
        return np.zeros(m)
    trend = seasonal_decompose(past.values, period=m).trend
    rest = np.where(past.observed, past.values - trend, np.nan)
    weight = np.where(np.isfinite(rest), _FADING ** ((n - 1 - np.arange(n)) / m), 0.0)
    rest, season = np.where(np.isfinite(rest), rest, 0.0), np.arange(n) % m
    total = np.bincount(season, weight, minlength=m)
    if np.any(total == 0.0):
        return np.zeros(m)
    pattern = np.bincount(season, weight * rest, minlength=m) / total
    counted = int(np.count_nonzero(weight))
    left = float(np.sum((weight > 0.0) * (rest - pattern[season]) ** 2)) / max(counted - m, 1)
    pattern = pattern - pattern.mean()
    signal = float(np.sum(pattern**2)) / (m - 1)
    if signal == 0.0:
        return np.zeros(m)
    noise = left * m / counted
    return np.asarray(pattern * max(0.0, 1.0 - noise / signal * max(m - 3, 1) / (m - 1)))
