"""Long tables for the tests, and the processes that make them."""

import numpy as np
import pandas as pd

from forecasting.candidates import Past
from forecasting.gaps import fill
from forecasting.periods import parse_period


def long(series, *, last="2014-15"):
    """Return series, period, value of a mapping of names to values that end in one period."""
    end = parse_period(last)
    rows = [
        (name, (end + (k + 1 - len(values))).label, value)
        for name, values in series.items()
        for k, value in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=["series", "period", "value"])


def known(*rows):
    """Return series, period, value, status."""
    return pd.DataFrame(rows, columns=["series", "period", "value", "status"])


def past(values, *, season=1):
    """Return a history as the candidates read it; NaN where a value is missing."""
    y = np.asarray(values, dtype=float)
    return Past(fill(y, season=season), np.isfinite(y), season)


def random_walk_with_drift(rng, n):
    """Return a walk of n steps of 1 with errors of standard deviation 2."""
    return 100 + np.cumsum(1 + 2 * rng.normal(size=n))


def local_level(rng, n):
    """Return a level that walks with standard deviation 1 under noise of 2."""
    return 100 + np.cumsum(rng.normal(size=n)) + 2 * rng.normal(size=n)


def damped_trend(rng, n):
    """Return an ETS(A,Ad,N) with alpha 0.5, beta 0.2, phi 0.9 and errors of 2."""
    level, trend, values = 100.0, 3 * rng.normal(), []
    for error in 2 * rng.normal(size=n):
        ahead = level + 0.9 * trend
        values.append(ahead + error)
        level, trend = ahead + 0.5 * error, 0.9 * trend + 0.2 * error
    return np.array(values)
