"""How candidates are weighted: by pooled evidence of much history, by their median of little."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from forecasting.arrays import FloatArray
from forecasting.candidates import CANDIDATES, Fit
from forecasting.distributions import Mixture

RIDGE = 0.005
"""What unequal weights must earn, in naive errors, when the evidence is long."""
FEW_ROWS = 200.0
"""The origins of evidence at which that is twice as much."""
LEARNED_AT = 30.0
"""Periods of history at which a series is forecast half by the weights, half by the median."""
OWN_PRIOR = 10.0
"""Steps of a series' own errors that count as much as all the panel's."""
LEAST_WEIGHT = 0.03
"""What weighs less is dropped, and says so: it would add words, and no accuracy."""
_ROUNDS = 25


@dataclass(frozen=True)
class Evidence:
    """Errors at rolling origins, in the units of MASE: one row for each step of each origin.

    Parameters
    ----------
    errors : array of shape (candidates, rows)
        Signed; NaN where a candidate did not stand.
    steps : array of shape (rows,)
        How far ahead each row is, from 0.
    origins : int
        The origins that the rows came from.
    """

    errors: FloatArray
    steps: FloatArray
    origins: int


NO_EVIDENCE = Evidence(np.empty((len(CANDIDATES), 0)), np.empty(0), 0)


def gather(parts: Sequence[Evidence]) -> Evidence:
    """Return the evidence of several series together."""
    parts = [NO_EVIDENCE, *parts]
    return Evidence(
        np.concatenate([part.errors for part in parts], axis=1),
        np.concatenate([part.steps for part in parts]),
        sum(part.origins for part in parts),
    )


def stack_weights(evidence: Evidence) -> FloatArray:
    r"""Return a weight for every candidate, not below nought and adding up to 1.

    .. math:: \min_w \; \sum_r b_r \Bigl|\sum_k w_k e_{kr}\Bigr|
              + \lambda K \sum_k \Bigl(w_k - \frac1K\Bigr)^2, \quad
              \lambda = \lambda_0 \Bigl(1 + \frac{200}{\text{origins}}\Bigr)

    The pooled stacking of forecasts (Bates & Granger, 1969; Breiman, 1996, *Machine Learning* 24),
    by absolute errors, as MASE counts them; `b` gives every step ahead the same say. With no
    evidence weights are equal (on equal weights for short series: Smith & Wallis, 2009, *Oxford
    Bulletin of Economics and Statistics* 71). Solved by reweighted least squares. A candidate that
    did not stand is taken to have erred as the others did on average.

    Parameters
    ----------
    evidence : Evidence
        Of all series of a frequency.
    """
    k = len(CANDIDATES)
    weights = np.full(k, 1.0 / k)
    stood = np.isfinite(evidence.errors)
    rows = stood[0]
    errors, stood, steps = (
        evidence.errors[:, rows],
        stood[:, rows],
        evidence.steps[rows].astype(int),
    )
    ever = stood.any(axis=1)
    if not errors.size:
        return weights
    others = np.nansum(errors, axis=0) / stood.sum(axis=0)
    errors = np.where(stood, errors, others)[ever]
    balance = 1.0 / np.bincount(steps)[steps]
    balance /= balance.sum()
    ridge = RIDGE * (1.0 + FEW_ROWS / evidence.origins)
    found = _least_absolute(errors, balance, ridge)
    weights = np.zeros(k)
    weights[ever] = found
    return weights


def _least_absolute(errors: FloatArray, balance: FloatArray, ridge: float) -> FloatArray:
    """Minimise as ``stack_weights`` says: each round a non-negative least-squares problem."""
    k = len(errors)
    weights = np.full(k, 1.0 / k)
    size = float(balance @ np.abs(weights @ errors))
    if size == 0.0:
        return weights
    pull = 2.0 * ridge * k
    least = 1e-6 * size
    for _ in range(_ROUNDS):
        share = balance / np.maximum(np.abs(weights @ errors), least)
        factor = np.linalg.cholesky((errors * share) @ errors.T + pull * np.eye(k)).T
        target = np.linalg.solve(factor.T, np.full(k, pull / k))
        # A row that outweighs the rest makes the weights add up to 1.
        heavy = 1e4 * float(np.max(np.abs(factor)))
        weights, _ = nnls(np.vstack([factor, np.full(k, heavy)]), np.append(target, heavy))
        weights /= weights.sum()
    return np.asarray(weights)


def typical_errors(evidence: Evidence) -> FloatArray:
    """Return the mean absolute error of each candidate, shape (candidates,); 0 for one unseen."""
    stood = np.isfinite(evidence.errors)
    size = np.where(stood, np.abs(evidence.errors), 0.0)
    return np.asarray(size.sum(axis=1) / np.maximum(stood.sum(axis=1), 1))


def own_weights(
    weights: FloatArray, *, own: Evidence, typical: FloatArray, periods: int
) -> FloatArray:
    r"""Return the panel's weights, moved towards the candidates that did well on this series.

    .. math:: w_{ik} \propto w_k \rho_{ik}^{-2a^2}, \quad \rho_{ik} =
              \frac{\sum_r |e_{ikr}| + S\,\bar e_k}{(n_i + S)\,\bar e_k}

    the inverse squares of Bates & Granger (1969), with :math:`n_i` the steps of the series' own
    evidence, and `a` as in ``combine``.

    Parameters
    ----------
    weights : array of shape (candidates,)
        Of the panel.
    own : Evidence
        Of the series.
    typical : array of shape (candidates,)
        :math:`\bar e_k`, over all series of the frequency.
    periods : int
        `n`, of its history.
    """
    stood = np.isfinite(own.errors)
    told = stood.any(axis=1) & (typical > 0.0)
    summed = np.where(stood, np.abs(own.errors), 0.0).sum(axis=1)
    ratio = np.ones(len(weights))
    expected = (stood.sum(axis=1) + OWN_PRIOR) * typical
    ratio[told] = (summed + OWN_PRIOR * typical)[told] / expected[told]
    moved = weights * ratio ** (-2.0 * _learned(periods) ** 2)
    return np.asarray(moved / moved.sum())


def weights_of(fits: Mapping[str, Fit], weights: FloatArray) -> dict[str, float]:
    """Return the weights of the candidates that stand, the slightest left out, adding up to 1."""
    raw = {c.name: weights[i] for i, c in enumerate(CANDIDATES) if c.name in fits}
    total = sum(raw.values())
    if total < LEAST_WEIGHT:
        # None that the evidence favours stands on this series.
        return dict.fromkeys(raw, 1.0 / len(raw)) if raw else {}
    kept = {name: share for name, share in raw.items() if share >= LEAST_WEIGHT * total}
    return {name: float(share / sum(kept.values())) for name, share in kept.items()}


def combine(fits: Mapping[str, Fit], weights: Mapping[str, float], *, periods: int) -> Mixture:
    r"""Return the weighted pool of the candidates on the scale of the models, a cell for each step.

    It stands round :math:`a \sum_k w_k m_k + (1-a)\,\mathrm{median}_k\, m_k`, the median over all
    that stand, with :math:`a = n^2/(n^2 + 30^2)`: of five points the simple rule decides, of sixty
    the learned one.

    Parameters
    ----------
    fits, weights : mappings by candidate
        Of one series.
    periods : int
        `n`, of its history.
    """
    means = np.array([fit.mean for fit in fits.values()])
    names = list(weights)
    location = np.array([fits[name].mean for name in names]).T
    share = np.array([weights[name] for name in names])
    learned = _learned(periods)
    middle = learned * (location @ share) + (1.0 - learned) * np.median(means, axis=0)
    location = location + (middle - location @ share)[:, np.newaxis]
    return Mixture.of(
        weight=np.broadcast_to(share, location.shape),
        location=location,
        scale=np.array([fits[name].scale for name in names]).T,
        df=np.broadcast_to([fits[name].df for name in names], location.shape),
    )


def _learned(periods: int) -> float:
    """Return how far learned rules are trusted: half at ``LEARNED_AT`` periods of history."""
    return periods**2 / (periods**2 + LEARNED_AT**2)
