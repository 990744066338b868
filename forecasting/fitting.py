"""A panel's series, each fitted and tried out on its own past."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed

from forecasting.accuracy import mase_scale
from forecasting.backtest import Origin, backtest
from forecasting.candidates import CANDIDATES, NAIVE
from forecasting.combination import NO_EVIDENCE, Evidence
from forecasting.ladder import Ladder, climb
from forecasting.panel import Series
from forecasting.spread import NO_SPREAD, Spread, estimate_spread

CHUNK = 32
"""Series that go to a process at a time: few enough to share out, enough to be worth sending."""

MOST_ERROR = 50.0
"""Naive errors that a step counts as at most, or one wild series would decide for a whole panel."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Fitted:
    """One series with what the ladder left of the candidates, and their trial on its past.

    Parameters
    ----------
    series : Series
        The series.
    ladder : Ladder or None
        None where there is a fault, or nothing left to forecast.
    origins : tuple of Origin
        The rolling origins.
    evidence : Evidence
        What they say.
    """

    series: Series
    ladder: Ladder | None
    origins: tuple[Origin, ...] = ()
    evidence: Evidence = NO_EVIDENCE

    @property
    def steps(self) -> int:
        """The periods that are left to forecast."""
        return len(self.series.periods) - self.series.fitted_ahead

    @property
    def refusal(self) -> str:
        """Why no candidate is used; empty where one is."""
        if self.series.fault:
            return self.series.fault
        if self.ladder is None:
            return "every period is confirmed, so nothing is left to forecast"
        return "" if self.ladder.fits else self.ladder.reasons[NAIVE]


def fit_panel(panel: Sequence[Series], *, jobs: int | None, say: Say) -> list[Fitted]:
    """Fit every series and try it out at rolling origins, in the order of the panel.

    A series too short to tell borrows its spread from the others of its frequency.

    Parameters
    ----------
    panel : sequence of Series
        As read.
    jobs : int or None
        Processes; None for one, or for what ``joblib.parallel_config`` names, such as the workers
        of a Dask or Ray cluster. What comes out does not depend on it.
    say : callable
        Told how many series are done.
    """
    spreads = {season: _spread(panel, season) for season in {series.season for series in panel}}
    # Alike in season and length, series share what does not depend on their values.
    order = sorted(range(len(panel)), key=lambda i: (panel[i].season, len(panel[i].values)))
    tasks = [(panel[i], spreads[panel[i].season]) for i in order]
    done: list[Fitted] = []
    # joblib's processes share out the cores, so that each has one thread for its linear algebra.
    parts = Parallel(n_jobs=jobs, return_as="generator")
    for part in parts(delayed(_fit_chunk)(chunk) for chunk in _chunks(tasks)):
        done += part
        say(f"Forecasting: {len(done)} of {len(panel)} series")
    place = dict(zip(order, done, strict=True))
    return [place[i] for i in range(len(panel))]


def _spread(panel: Sequence[Series], season: int) -> Spread:
    """Return what the panel lends to series of a frequency; nothing where steps hold seasons."""
    if season > 1:
        return NO_SPREAD
    return estimate_spread(
        series.scale.forward(series.values) for series in panel if series.season == season
    )


def _chunks(tasks: list[tuple[Series, Spread]]) -> Iterator[list[tuple[Series, Spread]]]:
    for start in range(0, len(tasks), CHUNK):
        yield tasks[start : start + CHUNK]


def _fit_chunk(tasks: list[tuple[Series, Spread]]) -> list[Fitted]:
    return [_fit(series, spread) for series, spread in tasks]


def _fit(series: Series, spread: Spread) -> Fitted:
    """Fit one series to the end of what is known of it, and from earlier."""
    steps = len(series.periods) - series.fitted_ahead
    if series.fault or steps == 0:
        return Fitted(series, None)
    z, season = series.scale.forward(series.values), series.season
    ladder = climb(z, season=season, horizon=steps, spread=spread)
    origins = backtest(z, season=season, horizon=steps, spread=spread)
    return Fitted(series, ladder, origins, _evidence(series, origins))


def _evidence(series: Series, origins: Sequence[Origin]) -> Evidence:
    """Return the errors of every candidate at the origins where the naive forecast stood."""
    unit = mase_scale(series.values, season=series.season)
    origins = [origin for origin in origins if NAIVE in origin.fits]
    if not unit > 0.0 or not origins:
        return NO_EVIDENCE
    columns, steps = [], []
    for origin in origins:
        came = np.isfinite(origin.actual)
        actual = series.scale.back(origin.actual[came])
        errors = np.full((len(CANDIDATES), int(came.sum())), np.nan)
        for i, candidate in enumerate(CANDIDATES):
            if candidate.name in origin.fits:
                said = series.scale.back(origin.fits[candidate.name].mean[came])
                errors[i] = (np.maximum(said, series.floor) - actual) / unit
        worst = np.nanmax(np.abs(errors), axis=0)
        columns.append(errors * (MOST_ERROR / np.maximum(worst, MOST_ERROR)))
        steps.append(np.flatnonzero(came))
    errors = np.concatenate(columns, axis=1)
    return Evidence(errors, np.concatenate(steps).astype(float), len(origins))
