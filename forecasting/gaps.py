"""Missing values filled in, for filters that cannot run over a hole."""

import numpy as np

from forecasting.arrays import FloatArray


def fill(y: FloatArray, *, season: int) -> FloatArray:
    """Return a history without holes; what is filled in is never counted as evidence.

    On the straight line between the neighbours, or with a season, between the same season of the
    years on either side where both are known.

    Parameters
    ----------
    y : array of shape (n,)
        Its first and last value known, NaN where one is missing.
    season : int
        Periods in a year.
    """
    known = np.isfinite(y)
    if known.all():
        return y
    time = np.arange(len(y))
    filled = np.interp(time, time[known], y[known])
    for t in time[~known] if season > 1 else ():
        around = [y[s] for s in (t - season, t + season) if 0 <= s < len(y)]
        if len(around) == 2 and np.all(np.isfinite(around)):
            filled[t] = np.mean(around)
    return np.asarray(filled)
