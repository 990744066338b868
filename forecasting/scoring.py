"""The backtest as a table: every candidate and the combination, series by series."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from forecasting.accuracy import coverage, mase, rmsse
from forecasting.arrays import FloatArray
from forecasting.backtest import Origin
from forecasting.candidates import CANDIDATES, Fit
from forecasting.combination import NO_EVIDENCE, Evidence, pool, weigh_candidates
from forecasting.fitting import Weighted

COMBINATION = "combination"
COLUMNS = ("series", "model", "origins", "mase", "rmsse", "coverage80", "coverage95")
TAILS = {"80": 0.1, "95": 0.025}
"""The probability left out on either side of an interval."""

_Forecast = tuple[FloatArray, dict[str, tuple[FloatArray, FloatArray]]]
"""A point forecast, and its lower and upper bound by level."""


def score_panel(panel: Sequence[Weighted]) -> pd.DataFrame:
    """Return series, model, origins, mase, rmsse, coverage80, coverage95.

    Errors are means over every step of every origin; NaN where there is none. The combination is
    weighted here by the evidence of the panel's other series alone, as if this one were new: it
    must not be weighted by the errors it is judged by.
    """
    rows: list[tuple[object, ...]] = []
    for one in panel:
        name, origins = one.series.name, one.fitted.origins
        combined = [_combined(origin, one.others) for origin in origins]
        rows.append((name, COMBINATION, *_scores(list(zip(origins, combined, strict=True)))))
        for candidate in CANDIDATES:
            stood = [o for o in origins if candidate.name in o.fits]
            said = [(o, _alone(o, o.fits[candidate.name])) for o in stood]
            rows.append((name, candidate.name, *_scores(said)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _alone(origin: Origin, fit: Fit) -> _Forecast:
    """Return what one candidate said."""
    bounds = {
        level: tuple(
            np.maximum(fit.mean + fit.scale * stdtrit(fit.df, q), origin.floor)
            for q in (tail, 1.0 - tail)
        )
        for level, tail in TAILS.items()
    }
    return np.maximum(fit.mean, origin.floor), {k: (lo, hi) for k, (lo, hi) in bounds.items()}


def _combined(origin: Origin, others: Evidence) -> _Forecast:
    """Return what the combination would have said."""
    weights = weigh_candidates(origin.fits, series=NO_EVIDENCE, others=others)
    mixture = pool(origin.fits, weights, floor=origin.floor, exposure=np.ones(len(origin.actual)))
    bounds = {
        level: (mixture.quantile(tail), mixture.quantile(1.0 - tail))
        for level, tail in TAILS.items()
    }
    return mixture.mean(), bounds


def _scores(said: Sequence[tuple[Origin, _Forecast]]) -> tuple[float, ...]:
    """Return origins, mase, rmsse, coverage80, coverage95 of one model on one series."""
    if not said:
        return (0, *(float("nan"),) * 4)
    steps = np.array([len(origin.actual) for origin, _ in said], dtype=float)
    share = steps / steps.sum()
    scaled = np.array([mase(o.actual, f[0], o.train, season=o.season) for o, f in said])
    squared = np.array([rmsse(o.actual, f[0], o.train) ** 2 for o, f in said])
    covered = [
        float(share @ np.array([coverage(o.actual, *f[1][level]) for o, f in said]))
        for level in TAILS
    ]
    return (len(said), float(share @ scaled), float(np.sqrt(share @ squared)), *covered)
