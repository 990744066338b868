"""The level that no one can misread: the last value, or that of the same season last year."""

import numpy as np

from forecasting.arrays import FloatArray
from forecasting.candidates.fits import Fit


def naive(y: FloatArray, *, season: int, horizon: int) -> Fit:
    r"""Carry the last value forward: a random walk without drift.

    .. math:: \hat y_{n+h} = y_n, \quad \sigma^2 = \frac{1}{n-1}\sum_{t=2}^n (y_t - y_{t-1})^2,
              \quad g_h = h, \quad \nu = n - 1

    Nothing is estimated but the spread. One value has none: `sigma` and `df` are then 0, and the
    panel may lend it one.
    """
    del season
    steps = np.diff(y)
    sigma = float(np.sqrt(np.mean(steps**2))) if len(steps) else 0.0
    return Fit(np.full(horizon, y[-1]), sigma, np.arange(1.0, horizon + 1), float(len(steps)))


def seasonal_naive(y: FloatArray, *, season: int, horizon: int) -> Fit:
    r"""Carry the last year forward: a random walk from each season to the same of the next year.

    .. math:: \hat y_{n+h} = y_{n+h-mk}, \quad \sigma^2 = \frac{1}{n-m}\sum_{t>m}(y_t-y_{t-m})^2,
              \quad g_h = k = \lceil h/m \rceil, \quad \nu = n - m
    """
    steps = y[season:] - y[:-season]
    ahead = np.arange(horizon)
    mean = y[-season:][ahead % season]
    growth = np.asarray(1.0 + ahead // season, dtype=float)
    return Fit(mean, float(np.sqrt(np.mean(steps**2))), growth, float(len(steps)))
