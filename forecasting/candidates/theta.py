"""Theta: half of the linear trend, and exponential smoothing of the rest."""

from dataclasses import replace

import numpy as np

from forecasting.candidates.ets import ets_level
from forecasting.candidates.fits import Fit, Past

_SLOPE_VARIANCE = 6.0 / 5.0


def theta(past: Past, *, horizon: int) -> Fit:
    r"""Forecast by simple exponential smoothing with half the least-squares slope as its drift.

    The Theta method of Assimakopoulos & Nikolopoulos (2000) in the form of Hyndman & Billah (2003,
    *International Journal of Forecasting* 19). With slope :math:`\hat b` the series less
    :math:`\hat b t/2` is smoothed, and :math:`\hat b (n + h)/2` is added back.

    The slope's own uncertainty is taken where it is largest, on a random walk, whose least-squares
    slope has variance :math:`6\sigma^2 / 5n` (Durlauf & Phillips, 1988, *Econometrica* 56): it adds
    :math:`(h/2)^2 \cdot 6/5n` to :math:`g_h`, and takes a degree of freedom.
    """
    n, time = len(past), np.arange(1.0, len(past) + 1)
    slope = float(np.polyfit(time[past.observed], past.values[past.observed], 1)[0])
    rest = ets_level(replace(past, values=past.values - slope / 2.0 * time), horizon=horizon)
    ahead = np.arange(1.0, horizon + 1)
    return Fit(
        mean=rest.mean + slope / 2.0 * (n + ahead),
        sigma=rest.sigma * np.sqrt(rest.df / (rest.df - 1.0)),
        growth=rest.growth + (ahead / 2.0) ** 2 * _SLOPE_VARIANCE / n,
        df=rest.df - 1.0,
        errors=rest.errors,
    )
