"""A panel's series, each fitted and tried out on its own past, then weighted by the evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from forecasting.arrays import FloatArray
from forecasting.backtest import Origin, backtest
from forecasting.candidates import CANDIDATES, NAIVE
from forecasting.combination import (
    LEAST_WEIGHT,
    NO_EVIDENCE,
    Evidence,
    evidence_of,
    pool,
    weigh_candidates,
)
from forecasting.distributions import Mixture, fixed, nothing, stack
from forecasting.ladder import Ladder, climb
from forecasting.panel import Series, Status
from forecasting.spread import Spread, estimate_spread


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
    def refusal(self) -> str:
        """Why no candidate is used; empty where one is."""
        if self.series.fault:
            return self.series.fault
        if self.ladder is None:
            return "every period is confirmed, so nothing is left to forecast"
        return "" if self.ladder.fits else self.ladder.reasons[NAIVE]


@dataclass(frozen=True)
class Weighted:
    """A fitted series with the weights of its candidates.

    Parameters
    ----------
    fitted : Fitted
        The series.
    others : Evidence
        What the panel's other series of its frequency say.
    weights : dict of str to float
        By candidate, adding up to 1; empty if none stands.
    """

    fitted: Fitted
    others: Evidence
    weights: dict[str, float]

    @property
    def series(self) -> Series:
        """The series."""
        return self.fitted.series

    def reasons(self) -> list[tuple[str, float, str]]:
        """Return model, weight, reason for every candidate, and for a driver that is not used."""
        rows = [(c.name, self.weights.get(c.name, 0.0), self._reason(c.name)) for c in CANDIDATES]
        note = self.series.note
        return [*rows, ("driver", 0.0, f"forecast without it: {note}")] if note else rows

    def _reason(self, name: str) -> str:
        if self.fitted.refusal or self.fitted.ladder is None:
            return self.fitted.refusal
        ladder = self.fitted.ladder
        if name in ladder.reasons:
            return ladder.reasons[name]
        if name not in self.weights:
            return f"its errors at rolling origins leave it under {LEAST_WEIGHT:.0%} of the weight"
        exact = ladder.fits[name].sigma == 0.0
        return "it fits this history without error: its interval has no width" if exact else ""

    def distribution(self) -> Mixture:
        """Return what is believed of each period to be forecast, announcements included.

        One cell of which nothing is known where not even the periods can be told.
        """
        series, ahead = self.series, self.series.fitted_ahead
        pooled = self._pooled(series.exposure[ahead:])
        rows = []
        for step, known in enumerate(series.known):
            if known is not None and known.status is Status.CONFIRMED:
                rows.append(fixed(known.value, components=len(CANDIDATES)))
                continue
            row = nothing(components=len(CANDIDATES))
            if pooled is not None:
                row = pooled.cell(step - ahead)
                row = row if known is None else row.centred(known.value)
            rows.append(row)
        return stack(rows or [nothing(components=len(CANDIDATES))])

    def _pooled(self, exposure: FloatArray) -> Mixture | None:
        ladder = self.fitted.ladder
        if ladder is None or not ladder.fits:
            return None
        return pool(ladder.fits, self.weights, floor=self.series.floor, exposure=exposure)


def fit_panel(panel: Sequence[Series]) -> list[Weighted]:
    """Fit every series, try it out at rolling origins, and weigh its candidates.

    A series too short to tell borrows from the others of its frequency: first their spread, then
    their verdict on the candidates.
    """
    seasons = sorted({series.season for series in panel})
    spreads = {
        season: estimate_spread(s.values for s in panel if s.season == season) for season in seasons
    }
    fitted = [_fit(series, spreads[series.season]) for series in panel]
    totals = {
        season: reduce(add, (f.evidence for f in fitted if f.series.season == season))
        for season in seasons
    }
    return [_weigh(one, totals[one.series.season] - one.evidence) for one in fitted]


def _fit(series: Series, spread: Spread) -> Fitted:
    """Fit one series to the end of what is known of it, and from earlier."""
    steps = len(series.periods) - series.fitted_ahead
    if series.fault or steps == 0:
        return Fitted(series, None)
    y, season = series.values, series.season
    ladder = climb(y, season=season, horizon=steps, spread=spread)
    origins = backtest(y, season=season, horizon=steps, floor=series.floor, spread=spread)
    return Fitted(series, ladder, origins, evidence_of(origins))


def _weigh(fitted: Fitted, others: Evidence) -> Weighted:
    """Weigh the candidates that stand, if any does."""
    if fitted.ladder is None or not fitted.ladder.fits:
        return Weighted(fitted, others, {})
    weights = weigh_candidates(fitted.ladder.fits, series=fitted.evidence, others=others)
    return Weighted(fitted, others, weights)
