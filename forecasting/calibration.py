"""Prediction intervals held to what they covered on periods that were not known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasting.arrays import FloatArray

LEVELS = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 1.0])
"""Central probabilities at which the correction is measured; straight lines between."""
UNCORRECTED = LEVELS
"""The correction that changes nothing."""
PRIOR_ORIGINS = 10.0
"""Origins of evidence that stand behind the models' own intervals."""
ALIKE_PERIODS, ALIKE_STEPS = 0.2, 0.4
"""How far apart two lengths of history, or two steps ahead, may lie and be alike: as logarithms."""


@dataclass(frozen=True)
class Scores:
    r"""How far out what came lay, as the models saw it, in rising order.

    A score is the central probability :math:`|2F(y) - 1|` at which the models' interval would just
    have reached what came.

    Parameters
    ----------
    values : array of shape (scores,)
    periods : array of shape (scores,)
        The history that the models had.
    steps : array of shape (scores,)
        How far ahead it lay, from 1.
    share : array of shape (scores,)
        One over the scores of the same origin.
    """

    values: FloatArray
    periods: FloatArray
    steps: FloatArray
    share: FloatArray


def pool_scores(origins: Sequence[tuple[int, FloatArray]]) -> Scores:
    """Return the scores of many origins together, those that are NaN left out.

    Parameters
    ----------
    origins : sequence of (int, array of shape (steps,))
        The history of each origin, and the score of each step after it.
    """
    kept = [(start, scores, np.isfinite(scores)) for start, scores in origins]
    kept = [row for row in kept if row[2].any()]
    if not kept:
        return Scores(*(np.empty(0) for _ in range(4)))
    counts = [int(told.sum()) for _, _, told in kept]
    values = np.concatenate([scores[told] for _, scores, told in kept])
    order = np.argsort(values, kind="stable")
    return Scores(
        values[order],
        np.repeat([float(start) for start, _, _ in kept], counts)[order],
        np.concatenate([1.0 + np.flatnonzero(told) for _, _, told in kept])[order],
        np.repeat([1.0 / count for count in counts], counts)[order],
    )


def correct_levels(scores: Scores, *, periods: int, step: int) -> FloatArray:
    r"""Return, for each of `LEVELS`, the central probability of the models that does cover it.

    It is the smallest score `s` with :math:`\sum_{s_i \le s} w_i \ge p\,(1 + \sum_i w_i)`:
    conformal prediction with the :math:`(m+1)` rule (Vovk, Gammerman & Shafer, 2005, *Algorithmic
    Learning in a Random World*), weighted by likeness (Tibshirani, Barber, Candès & Ramdas, 2019,
    *NeurIPS* 32), since what holds one step after five years of history need not hold six steps
    after fifteen:

    .. math:: \log w_i = -\frac{\log^2(n_i/n)}{2 \cdot 0.2^2} - \frac{\log^2(h_i/h)}{2 \cdot 0.4^2}

    Beyond the last score the models' own level stands.
    Scores of one origin are not independent, so what speaks for the correction is the number of
    origins alike, against ten for the models' own levels.

    Parameters
    ----------
    scores : Scores
        Pooled over series.
    periods : int
        `n`, the history of the series that is to be forecast.
    step : int
        `h`, how far ahead, from 1.

    Returns
    -------
    array of shape (levels,)
        Never falling, from 0 to 1.
    """
    if not len(scores.values):
        return UNCORRECTED
    apart = (np.log(scores.periods / periods) / ALIKE_PERIODS) ** 2
    apart += (np.log(scores.steps / step) / ALIKE_STEPS) ** 2
    weight = np.exp(-0.5 * apart)
    reached = np.cumsum(weight)
    if reached[-1] < np.finfo(float).tiny:
        return UNCORRECTED
    place = np.searchsorted(reached, LEVELS * (1.0 + reached[-1]))
    last = len(weight) - 1
    measured = np.where(place <= last, scores.values[np.minimum(place, last)], LEVELS)
    # Kish's effective number, an origin counting once however many steps it has.
    origins = float(weight @ scores.share) ** 2 / float(weight**2 @ scores.share)
    share = origins / (origins + PRIOR_ORIGINS)
    corrected = share * measured + (1.0 - share) * LEVELS
    corrected[0], corrected[-1] = 0.0, 1.0
    return np.asarray(np.maximum.accumulate(corrected))


def central(q: float, corrected: FloatArray) -> FloatArray:
    """Return the probability of the models that stands for `q`, one for each row of corrections.

    Parameters
    ----------
    q : float
        Between 0 and 1.
    corrected : array of shape (cells, levels)
        As ``correct_levels`` gives them.
    """
    wanted = abs(2.0 * q - 1.0)
    right = int(np.clip(np.searchsorted(LEVELS, wanted), 1, len(LEVELS) - 1))
    along = (wanted - LEVELS[right - 1]) / (LEVELS[right] - LEVELS[right - 1])
    level = corrected[:, right - 1] + along * (corrected[:, right] - corrected[:, right - 1])
    return np.asarray(0.5 + np.sign(q - 0.5) * level / 2.0)
