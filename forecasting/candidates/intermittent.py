"""Demand that comes and goes: how often, and how much when it comes."""

from itertools import product

import numpy as np

from forecasting.candidates.fits import Fit, Past, UnfitError, average, weigh

_OFTEN = (0.05, 0.1, 0.2, 0.3)
_SIZE = (0.05, 0.1, 0.2, 0.3)
LEAST_NOUGHTS = 0.2
"""The share of noughts below which a series does not come and go."""


def intermittent(past: Past, *, horizon: int) -> Fit:
    r"""Smooth the chance of any demand and its size apart, as Teunter, Syntetos & Babai do.

    .. math:: p_t = p_{t-1} + \beta(1_{y_t > 0} - p_{t-1}), \quad
              z_t = z_{t-1} + \alpha(y_t - z_{t-1}) \text{ where } y_t > 0, \quad
              \hat y_{n+h} = p_n z_n

    The method (2011, *European Journal of Operational Research* 214) after Croston (1972), whose
    forecast stays up when demand has ended; the two constants are averaged over a grid by their
    one-step squared errors. Both start at the mean of the whole history. The spread is that of the
    one-step errors, no wider further on: the level hardly moves within a horizon.

    Raises
    ------
    UnfitError
        If fewer than a fifth of the values are nought, or any lies below.
    """
    y = past.values
    seen = y[past.observed]
    if np.any(seen < 0.0) or np.mean(seen == 0.0) < LEAST_NOUGHTS:
        raise UnfitError(f"fewer than {LEAST_NOUGHTS:.0%} of its values are nought")
    if not np.any(seen > 0.0):
        raise UnfitError("every value of the series is nought")
    often_step, size_step = np.array(list(product(_OFTEN, _SIZE))).T
    often = np.full(len(often_step), np.mean(seen > 0.0))
    size = np.full(len(often_step), np.mean(seen[seen > 0.0]))
    errors = np.full((len(often_step), len(y)), np.nan)
    for t in np.flatnonzero(past.observed):
        errors[:, t] = y[t] - often * size
        often = often + often_step * (float(y[t] > 0.0) - often)
        if y[t] > 0.0:
            size = size + size_step * (y[t] - size)
    df = len(seen) - 2.0
    square = np.nansum(errors**2, axis=1)
    return average(
        np.repeat((often * size)[:, np.newaxis], horizon, axis=1),
        np.sqrt(square / df),
        np.ones((len(often), horizon)),
        weigh(-df / 2.0 * np.log(square)),
        df=df,
        errors=errors,
    )
