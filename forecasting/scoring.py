"""The backtest as a table: every candidate and the combination, series by series."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.accuracy import mase_scale, rmsse_scale
from forecasting.arrays import FloatArray
from forecasting.calibration import UNCORRECTED
from forecasting.candidates import CANDIDATES, Fit
from forecasting.distributions import Mixture, stack
from forecasting.weighting import Weighted

COMBINATION = "combination"
COLUMNS = ("series", "model", "origins", "mase", "rmsse", "coverage80", "coverage95")
TAILS = {"80": 0.1, "95": 0.025}
"""The probability left out on either side of an interval."""


def score_panel(panel: Sequence[Weighted]) -> pd.DataFrame:
    """Return series, model, origins, mase, rmsse, coverage80, coverage95.

    Errors are means over every step of every origin; NaN where there is none. The combination is
    weighted here by the evidence of other series alone, and its intervals are corrected as theirs
    were: it must not be judged by what it has learned from.
    """
    keys = [
        (one.fitted.series.name, model)
        for one in panel
        for model in (COMBINATION, *(candidate.name for candidate in CANDIDATES))
    ]
    index = pd.MultiIndex.from_tuples(keys, names=["series", "model"])
    steps = _steps(panel)
    if steps.empty:
        scores = pd.DataFrame(np.nan, index=index, columns=list(COLUMNS[3:]))
        return scores.assign(origins=0).reset_index()[list(COLUMNS)]
    found = steps.groupby(["series", "model"]).agg(
        origins=("origin", "nunique"),
        mase=("absolute", "mean"),
        rmsse=("square", "mean"),
        coverage80=("coverage80", "mean"),
        coverage95=("coverage95", "mean"),
    )
    table = found.assign(rmsse=np.sqrt(found["rmsse"])).reindex(index).reset_index()
    return table.assign(origins=table["origins"].fillna(0).astype(int))


def _steps(panel: Sequence[Weighted]) -> pd.DataFrame:
    """Return a row for each series, model, origin and step that came: scaled errors, coverage."""
    said = [row for one in panel for row in _said(one)]
    if not said:
        return pd.DataFrame()
    # A pool of one is quicker to ask than one of many.
    alone = [row for row in said if row.model != COMBINATION]
    together = [row for row in said if row.model == COMBINATION]
    return pd.concat([_compared(rows) for rows in (together, alone) if rows])


def _compared(said: Sequence["_Said"]) -> pd.DataFrame:
    """Return a row for each step that came."""
    lengths = [len(row.actual) for row in said]
    actual = np.concatenate([row.actual for row in said])
    pools = stack([row.mixture for row in said])
    units = np.repeat([row.unit for row in said], lengths)
    roots = np.repeat([row.root for row in said], lengths)
    error = pools.quantile(0.5) - actual
    table = pd.DataFrame(
        {
            "series": np.repeat([row.series for row in said], lengths),
            "model": np.repeat([row.model for row in said], lengths),
            "origin": np.repeat([row.origin for row in said], lengths),
            "absolute": np.abs(error) / units,
            "square": (error / roots) ** 2,
        }
    )
    for level, tail in TAILS.items():
        within = (pools.quantile(tail) <= actual) & (actual <= pools.quantile(1.0 - tail))
        table[f"coverage{level}"] = within.astype(float)
    return table[np.isfinite(actual) & np.isfinite(error)]


@dataclass(frozen=True)
class _Said:
    """What one model said of one series from one origin, and what came."""

    series: str
    model: str
    origin: int
    actual: FloatArray
    mixture: Mixture
    unit: float
    root: float


def _said(one: Weighted) -> Iterator[_Said]:
    """Yield the combination and every candidate that stood, origin by origin."""
    series = one.fitted.series
    for origin, pool in zip(one.fitted.origins, one.trial, strict=True):
        train = series.values[: origin.start]
        unit = mase_scale(train, season=series.season)
        root = rmsse_scale(train)
        actual = series.scale.back(origin.actual)
        alone = {name: _alone(one, fit) for name, fit in origin.fits.items()}
        for model, mixture in {COMBINATION: pool, **alone}.items():
            yield _Said(series.name, model, origin.start, actual, mixture, unit, root)


def _alone(one: Weighted, fit: Fit) -> Mixture:
    """Return what one candidate said, uncorrected."""
    series, column = one.fitted.series, fit.mean[:, np.newaxis]
    return Mixture.of(
        weight=np.ones_like(column),
        location=column,
        scale=fit.scale[:, np.newaxis],
        df=np.full_like(column, fit.df),
    ).placed(
        unit=np.full(len(column), series.scale.unit),
        power=series.scale.power,
        floor=series.floor,
        corrected=UNCORRECTED,
    )
