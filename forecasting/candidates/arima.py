"""ARIMA with a drift on seasonal steps, averaged over a short grid."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from scipy.signal import lfilter, lfiltic

from forecasting.arrays import FloatArray
from forecasting.candidates.fits import Fit, Past, UnfitError
from forecasting.candidates.robust import Design, estimate

_AR = ((0.0, 0.0), (0.3, 0.0), (0.6, 0.0), (0.9, 0.0), (-0.3, 0.0), (0.4, 0.3), (0.7, 0.2))
_MA = (0.0, -0.4, -0.7)
_MA_YEARLY = (0.0, -0.4, -0.7, 0.3)
_SEASONAL_MA = (-0.3, -0.6, -0.85)
_LEAST_STEPS = 4
_DRIFTS = (0.03, 0.3, 3.0, 30.0)
"""Variance of the drift round nought, in units of that of one step."""


@dataclass(frozen=True)
class _Setting:
    """Polynomials in the lag, constant term first, and the prior of the drift."""

    ar: tuple[float, ...]
    ma: tuple[float, ...]
    drift: float


def arima(past: Past, *, horizon: int) -> Fit:
    r"""Forecast by ARIMA(2, 0, 1)(0, 1, 1) with a drift; without a season by ARIMA(2, 1, 1).

    .. math:: (1 - \phi_1 L - \phi_2 L^2)(y_t - y_{t-m} - c)
              = (1 + \theta L)(1 + \Theta L^m)\epsilon_t

    The search is short and guarded: the grid lies inside the stationary and invertible region, and
    the step is always the seasonal one. The errors start at nought (conditional least squares; Box
    & Jenkins, 1970, ch. 7) and are linear in `c`, so that it is estimated as a smoothing's slope
    is.

    Raises
    ------
    UnfitError
        If fewer than four steps are known, or the history is fitted without error.
    """
    m = past.season
    grid = _grid(m)
    steps = past.values[m:] - past.values[:-m]
    # A step counts if both its ends do.
    observed = past.observed[m:] & past.observed[:-m]
    if observed.sum() < _LEAST_STEPS:
        raise UnfitError("hardly two of its known values follow on each other")
    within, later = _run(steps, grid, horizon=horizon)
    last = past.values[-m:]
    fit = estimate(
        _design(m, len(steps), horizon),
        within,
        _add_up(later, m) + last[np.arange(horizon) % m],
        observed,
    )
    missing = np.full(m, np.nan)
    return Fit(fit.mean, fit.sigma, fit.growth, fit.df, np.concatenate([missing, fit.errors]))


@lru_cache
def _grid(m: int) -> tuple[_Setting, ...]:
    seasonal = _SEASONAL_MA if m > 1 else (0.0,)
    settings = []
    for (one, two), ma, season, drift in product(
        _AR, _MA if m > 1 else _MA_YEARLY, seasonal, _DRIFTS
    ):
        # Where the two cancel the model is one without them, which the grid has already.
        if one and one == -ma and not two:
            continue
        yearly = np.zeros(m + 1)
        yearly[0], yearly[m] = 1.0, season
        whole = np.convolve([1.0, ma], yearly) if m > 1 else np.array([1.0, ma])
        settings.append(_Setting((1.0, -one, -two), tuple(whole), drift))
    return tuple(settings)


def _run(
    steps: FloatArray, grid: tuple[_Setting, ...], *, horizon: int
) -> tuple[FloatArray, FloatArray]:
    """Return errors within (settings, n) and forecasts of later steps (settings, horizon)."""
    errors, later = np.empty((len(grid), len(steps))), np.empty((len(grid), horizon))
    done: dict[tuple[tuple[float, ...], tuple[float, ...]], int] = {}
    for i, setting in enumerate(grid):
        # Settings that differ in the prior of the drift alone share the filter.
        if (twin := done.setdefault((setting.ar, setting.ma), i)) < i:
            errors[i], later[i] = errors[twin], later[twin]
            continue
        ar, ma = np.array(setting.ar), np.array(setting.ma)
        errors[i] = lfilter(ar, ma, steps)
        # With no error ahead, what the filter remembers runs on by itself.
        memory = lfiltic(ma, ar, y=steps[::-1], x=errors[i][::-1])
        later[i] = lfilter(ma, ar, np.zeros(horizon), zi=memory)[0]
    return errors, later


@lru_cache(maxsize=64)
def _design(m: int, n: int, horizon: int) -> Design:
    """Return what the drift adds, the filter being linear in it, and what shocks add up to."""
    grid = _grid(m)
    within, later = _run(np.ones(n), grid, horizon=horizon)
    impulse = np.eye(1, horizon)[0]
    lag = np.zeros(m + 1)
    lag[0], lag[m] = 1.0, -1.0
    weights = np.array([lfilter(s.ma, np.convolve(s.ar, lag), impulse) for s in grid])
    drift = np.array([setting.drift for setting in grid])
    return Design(
        within=within[:, :, np.newaxis],
        ahead=_add_up(1.0 - later, m)[:, :, np.newaxis],
        precision=(1.0 / drift)[:, np.newaxis, np.newaxis],
        log_prior=-0.5 * np.log(drift),
        growth=np.cumsum(weights**2, axis=1),
    )


def _add_up(steps: FloatArray, m: int) -> FloatArray:
    """Return the sum of each season's steps so far, array of shape (settings, horizon)."""
    total = steps.copy()
    for h in range(m, steps.shape[1]):
        total[:, h] += total[:, h - m]
    return total
