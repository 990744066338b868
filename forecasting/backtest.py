"""Rolling origins: what each candidate would have said of periods that are known by now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

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
    """One series forecast from one point of its past, on the scale of the models.

    Parameters
    ----------
    start : int
        The periods that the candidates were given.
    actual : array of shape (steps,)
        What came; NaN where it is missing.
    fits : mapping of str to Fit
        What the candidates said, each over `steps`.
    """

    start: int
    actual: FloatArray
    fits: Mapping[str, Fit]


def origins_of(n: int, *, season: int, horizon: int) -> list[int]:
    """Return the lengths of history to forecast from: at most four, spread over the last horizon.

    Two years and a period show a season. The last origin lies a quarter of the horizon before the
    end, so that far steps are tried about as often as near ones.

    Examples
    --------
    >>> origins_of(6, season=1, horizon=3), origins_of(12, season=1, horizon=6)
    ([4, 5], [6, 7, 9, 11])
    >>> origins_of(60, season=12, horizon=18), origins_of(4, season=1, horizon=6)
    ([42, 46, 51, 56], [])
    """
    least = SHORTEST_TRAIN if season == 1 else 2 * season + 1
    first = max(least, n - max(horizon, MOST_ORIGINS))
    last = n - max(1, horizon // 4)
    if first > last:
        return []
    count = min(MOST_ORIGINS, last - first + 1)
    return sorted({int(point) for point in np.linspace(first, last, count)})


def backtest(z: FloatArray, *, season: int, horizon: int, spread: Spread) -> tuple[Origin, ...]:
    """Fit every candidate from every origin, knowing nothing after it.

    Only `spread`, what the panel lends, has seen the whole of the panel.

    Parameters
    ----------
    z : array of shape (n,)
        Whole history.
    season, horizon, spread
        As in ``forecasting.ladder.climb``.
    """
    origins = []
    for start in origins_of(len(z), season=season, horizon=horizon):
        actual = z[start : start + horizon]
        ladder = climb(z[:start], season=season, horizon=len(actual), spread=spread)
        # Their errors within the history are of no use here, and travel between processes.
        fits = {name: replace(fit, errors=np.zeros(0)) for name, fit in ladder.fits.items()}
        origins.append(Origin(start, actual, fits))
    return tuple(origins)
