"""Each fitted series weighted by the evidence of its panel, and what is then believed of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from forecasting.arrays import FloatArray
from forecasting.backtest import Origin
from forecasting.calibration import LEVELS, Scores, correct_levels, pool_scores
from forecasting.candidates import CANDIDATES
from forecasting.combination import (
    LEAST_WEIGHT,
    combine,
    gather,
    own_weights,
    stack_weights,
    typical_errors,
    weights_of,
)
from forecasting.distributions import Mixture, fixed, stack
from forecasting.fitting import Fitted
from forecasting.panel import Status

FOLDS = 5
"""Parts of a panel that are each judged by weights learned from the others."""


@dataclass(frozen=True)
class Weighted:
    """A fitted series with the weights of its candidates.

    Parameters
    ----------
    fitted : Fitted
        The series.
    weights : dict of str to float
        By candidate, adding up to 1; empty if none stands.
    trial : tuple of Mixture
        What the combination would have said at each origin, weighted by the evidence of other
        series alone.
    corrected : array of shape (steps, levels)
        How the central intervals of each step ahead are corrected, see ``forecasting.calibration``.
    """

    fitted: Fitted
    weights: dict[str, float]
    trial: tuple[Mixture, ...]
    corrected: FloatArray

    def reasons(self) -> list[tuple[str, float, str]]:
        """Return model, weight, reason for every candidate, and for a driver that is not used."""
        rows = [(c.name, self.weights.get(c.name, 0.0), self._reason(c.name)) for c in CANDIDATES]
        note = self.fitted.series.note
        return [*rows, ("driver", 0.0, f"forecast without it: {note}")] if note else rows

    def _reason(self, name: str) -> str:
        if self.fitted.refusal or self.fitted.ladder is None:
            return self.fitted.refusal
        ladder = self.fitted.ladder
        if name in ladder.reasons:
            return ladder.reasons[name]
        if name not in self.weights:
            return (
                f"its errors at rolling origins leave it under {LEAST_WEIGHT:.0%} of the weight; "
                "it counts in the median of the candidates"
            )
        exact = ladder.fits[name].sigma == 0.0
        return "it fits this history without error: its interval has no width" if exact else ""

    def errors(self) -> FloatArray:
        """Return the one-step errors of the combination within the history, shape (n,).

        Those of the candidates that have one, weighted, in units of their standard error; NaN where
        none has.
        """
        ladder = self.fitted.ladder
        if ladder is None or not self.weights:
            return np.full(len(self.fitted.series.values), np.nan)
        errors = np.array([ladder.fits[name].errors for name in self.weights])
        told = np.isfinite(errors)
        share = told * np.array(list(self.weights.values()))[:, np.newaxis]
        total = share.sum(axis=0)
        mean = np.sum(share * np.where(told, errors, 0.0), axis=0) / np.where(total, total, 1.0)
        spread = float(np.sqrt(np.mean(mean[total > 0.0] ** 2))) if np.any(total) else 0.0
        return np.where(total > 0.0, mean, np.nan) / (spread or 1.0)

    def distribution(self) -> Mixture:
        """Return what is believed of each period to be forecast, announcements included.

        One cell of which nothing is known where not even the periods can be told.
        """
        series, ahead = self.fitted.series, self.fitted.series.fitted_ahead
        ladder = self.fitted.ladder
        values = np.array([np.nan if k is None else k.value for k in series.known])
        if not len(values):
            return fixed(np.array([np.nan]))
        firm = np.array([k is not None and k.status is Status.CONFIRMED for k in series.known])
        given = fixed(np.where(firm, values, np.nan))
        if ladder is None or not ladder.fits:
            return given
        pool = combine(ladder.fits, self.weights, periods=len(series.values)).placed(
            unit=series.scale.unit * series.exposure[ahead:],
            power=series.scale.power,
            floor=series.floor,
            corrected=self.corrected,
        )
        told = np.isfinite(values[ahead:])
        if not told.any() and not ahead:
            return pool
        centred = pool.centred(np.where(told, values[ahead:], 0.0))
        cells = [
            given.take([step])
            if firm[step]
            else (centred if told[step - ahead] else pool).take([step - ahead])
            for step in range(len(values))
        ]
        return stack(cells)


def weigh_panel(panel: Sequence[Fitted]) -> list[Weighted]:
    """Weigh the candidates of every series by the evidence of all that share its frequency."""
    done: dict[int, Weighted] = {}
    for season in sorted({fitted.series.season for fitted in panel}):
        alike = [i for i, fitted in enumerate(panel) if fitted.series.season == season]
        group = [panel[i] for i in alike]
        done |= dict(zip(alike, _weigh_group(group), strict=True))
    return [done[i] for i in range(len(panel))]


def _weigh_group(group: Sequence[Fitted]) -> list[Weighted]:
    """Weigh the series of one frequency, and measure their intervals out of sample.

    What a series is tried with is learned from the other parts of the panel; a panel of one has
    none, and is tried with equal weights and uncorrected.
    """
    fold = [i % FOLDS for i in range(len(group))]

    def others(k: int) -> list[int]:
        return [i for i, j in enumerate(fold) if j != k]

    learned = [stack_weights(gather([group[i].evidence for i in others(k)])) for k in range(FOLDS)]
    trials = [
        [_trial(origin, learned[k]) for origin in fitted.origins]
        for fitted, k in zip(group, fold, strict=True)
    ]
    scores = [_scores(fitted, trial) for fitted, trial in zip(group, trials, strict=True)]
    theirs = [pool_scores([s for i in others(k) for s in scores[i]]) for k in range(FOLDS)]
    everyones = pool_scores([s for own in scores for s in own])
    panel = gather([fitted.evidence for fitted in group])
    weights, typical = stack_weights(panel), typical_errors(panel)

    @cache
    def tried(k: int, periods: int, steps: int) -> FloatArray:
        return _corrected(theirs[k], periods, steps)

    @cache
    def corrected(periods: int, steps: int) -> FloatArray:
        return _corrected(everyones, periods, steps)

    return [
        Weighted(
            fitted,
            _weights(fitted, weights, typical),
            tuple(
                _placed(fitted, said, tried(k, origin.start, len(said)))
                for origin, said in zip(fitted.origins, trial, strict=True)
            ),
            corrected(max(len(fitted.series.values), 1), fitted.steps),
        )
        for fitted, trial, k in zip(group, trials, fold, strict=True)
    ]


def _corrected(scores: Scores, periods: int, steps: int) -> FloatArray:
    """Return the corrections of every step ahead, array of shape (steps, levels)."""
    ahead = range(1, steps + 1)
    found = [correct_levels(scores, periods=periods, step=step) for step in ahead]
    return np.array(found).reshape(steps, len(LEVELS))


def _weights(fitted: Fitted, weights: FloatArray, typical: FloatArray) -> dict[str, float]:
    """Return the weights of the candidates that stand on a series."""
    if fitted.ladder is None:
        return {}
    periods = len(fitted.series.values)
    own = own_weights(weights, own=fitted.evidence, typical=typical, periods=periods)
    return weights_of(fitted.ladder.fits, own)


def _trial(origin: Origin, learned: FloatArray) -> Mixture:
    """Return what the combination would have said at an origin."""
    if not origin.fits:
        return fixed(np.full(len(origin.actual), np.nan))
    return combine(origin.fits, weights_of(origin.fits, learned), periods=origin.start)


def _placed(fitted: Fitted, said: Mixture, corrected: FloatArray) -> Mixture:
    """Return what was said in the units of the series, per unit of its driver."""
    series = fitted.series
    return said.placed(
        unit=np.full(len(said), series.scale.unit),
        power=series.scale.power,
        floor=series.floor,
        corrected=corrected,
    )


def _scores(fitted: Fitted, trial: Sequence[Mixture]) -> list[tuple[int, FloatArray]]:
    """Return, of each origin, its history and the central probabilities that reached what came."""
    scores = []
    for origin, said in zip(fitted.origins, trial, strict=True):
        reached = np.abs(2.0 * said.cdf(origin.actual) - 1.0)
        # An interval of no width says nothing of the others.
        wide = said.scale.max(axis=1) > 0.0
        scores.append((origin.start, np.where(wide, reached, np.nan)))
    return scores
