"""Rolling origins: what each candidate would have said of periods that are known by now."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from forecasting.accuracy import mase_scale
from forecasting.arrays import FloatArray
from forecasting.candidates import Fit
from forecasting.ladder import climb
from forecasting.spread import Spread

MOST_ORIGINS = 4
"""A fit costs the same from every origin; more would tell little more of so short a series."""
SHORTEST_TRAIN = 4
"""With fewer periods only the simplest candidates stand, and their spread rests on two or less."""


@dataclass(frozen=True)
class Origin:
    """One series forecast from one point of its past.

    Parameters
    ----------
    train : array of shape (n,)
        What the candidates were given.
    actual : array of shape (steps,)
        What came.
    fits : mapping of str to Fit
        What the candidates said, each over `steps`.
    season : int
        Periods in a year.
    floor : float
        As the series has it.
    """

    train: FloatArray
    actual: FloatArray
    fits: Mapping[str, Fit]
    season: int
    floor: float

    @property
    def unit(self) -> float:
        """The scale of MASE: the mean absolute naive error of `train`; NaN if it never moves."""
        scale = mase_scale(self.train, season=self.season)
        return scale if scale > 0.0 else float("nan")


def origins_of(n: int, *, horizon: int) -> list[int]:
    """Return the lengths of history to forecast from: at most four, spread over the last horizon.

    Examples
    --------
    >>> origins_of(6, horizon=3), origins_of(12, horizon=6), origins_of(4, horizon=6)
    ([4, 5], [6, 7, 9, 11], [])
    """
    first = max(SHORTEST_TRAIN, n - max(horizon, MOST_ORIGINS))
    if first >= n:
        return []
    count = min(MOST_ORIGINS, n - first)
    return sorted({int(point) for point in np.linspace(first, n - 1, count)})


def backtest(
    y: FloatArray, *, season: int, horizon: int, floor: float, spread: Spread
) -> tuple[Origin, ...]:
    """Fit every candidate from every origin, knowing nothing after it.

    Only `spread`, what the panel lends, has seen the whole of the panel.

    Parameters
    ----------
    y : array of shape (n,)
        Whole history.
    season, horizon, floor, spread
        As in ``forecasting.ladder.climb`` and ``Series``.
    """
    origins = []
    for n in origins_of(len(y), horizon=horizon):
        actual = y[n : n + horizon]
        ladder = climb(y[:n], season=season, horizon=len(actual), spread=spread)
        origins.append(Origin(y[:n], actual, ladder.fits, season, floor))
    return tuple(origins)
