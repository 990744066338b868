"""The level that no one can misread: the last value, or that of the same season last year."""

import numpy as np

from forecasting.arrays import FloatArray
from forecasting.candidates.fits import Fit, Past


def naive(past: Past, *, horizon: int) -> Fit:
    r"""Carry the last value forward: a random walk without drift.

    .. math:: \hat y_{n+h} = y_n, \quad \sigma^2 = \frac{1}{n-1}\sum_{t=2}^n (y_t - y_{t-1})^2,
              \quad g_h = h, \quad \nu = n - 1

    Nothing is estimated but the spread. One value has none: `sigma` and `df` are then 0, and the
    panel may lend it one.
    """
    return _walk(past, 1, horizon=horizon)


def seasonal_naive(past: Past, *, horizon: int) -> Fit:
    r"""Carry the last year forward: a random walk from each season to the same of the next year.

    .. math:: \hat y_{n+h} = y_{n+h-mk}, \quad \sigma^2 = \frac{1}{n-m}\sum_{t>m}(y_t-y_{t-m})^2,
              \quad g_h = k = \lceil h/m \rceil, \quad \nu = n - m
    """
    return _walk(past, past.season, horizon=horizon)


def _walk(past: Past, lag: int, *, horizon: int) -> Fit:
    """Return the walk from each period to that `lag` later."""
    y, ahead = past.values, np.arange(horizon)
    errors = np.full(len(y), np.nan)
    errors[lag:] = y[lag:] - y[:-lag]
    # A step counts if both its ends are known.
    errors[lag:][~(past.observed[lag:] & past.observed[:-lag])] = np.nan
    known: FloatArray = errors[np.isfinite(errors)]
    sigma = float(np.sqrt(np.mean(known**2))) if len(known) else 0.0
    return Fit(
        mean=y[-lag:][ahead % lag],
        sigma=sigma,
        growth=np.asarray(1.0 + ahead // lag, dtype=float),
        df=float(len(known)),
        errors=errors,
    )
