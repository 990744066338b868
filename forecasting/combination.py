"""How candidates are weighted, and the distribution that the weighted candidates make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forecasting.arrays import FloatArray
from forecasting.backtest import Origin
from forecasting.candidates import CANDIDATES, NAIVE, Fit
from forecasting.distributions import Mixture

PANEL_PRIOR = 20.0
"""Naive errors of evidence that stand behind "no better than naive", for the panel as a whole."""
SERIES_PRIOR = 10.0
"""Naive errors of evidence that stand behind the panel's verdict, for one series."""
POWER = 2.0
"""Weights go with the inverse square of the error (Bates & Granger, 1969)."""
LEAST_WEIGHT = 0.05
"""What weighs less is dropped, and says so: it would add words, and no accuracy."""


@dataclass(frozen=True)
class Evidence:
    """Absolute errors at rolling origins in units of MASE, candidate by candidate.

    Parameters
    ----------
    own : array of shape (candidates,)
        Summed over the steps at which the candidate stood.
    naive : array of shape (candidates,)
        The naive forecast's, summed over the same steps.
    """

    own: FloatArray
    naive: FloatArray

    def __add__(self, other: "Evidence") -> "Evidence":
        return Evidence(self.own + other.own, self.naive + other.naive)

    def __sub__(self, other: "Evidence") -> "Evidence":
        return Evidence(self.own - other.own, self.naive - other.naive)


NO_EVIDENCE = Evidence(np.zeros(len(CANDIDATES)), np.zeros(len(CANDIDATES)))


def evidence_of(origins: Sequence[Origin]) -> Evidence:
    """Return what the rolling origins of one series say of each candidate."""
    own, naive = np.zeros(len(CANDIDATES)), np.zeros(len(CANDIDATES))
    for origin in origins:
        if np.isnan(origin.unit) or NAIVE not in origin.fits:
            continue
        reference = _absolute(origin, origin.fits[NAIVE])
        for i, candidate in enumerate(CANDIDATES):
            if candidate.name in origin.fits:
                own[i] += _absolute(origin, origin.fits[candidate.name])
                naive[i] += reference
    return Evidence(own, naive)


def _absolute(origin: Origin, fit: Fit) -> float:
    return float(np.sum(np.abs(origin.actual - fit.mean))) / origin.unit


def weigh_candidates(
    fits: Mapping[str, Fit], *, series: Evidence, others: Evidence
) -> dict[str, float]:
    r"""Return the weight of each candidate that stands, adding up to 1.

    .. math:: r_k = \frac{a_k + P}{b_k + P}, \quad
              \rho_{ik} = \frac{a_{ik} + S r_k}{b_{ik} + S}, \quad w_{ik} \propto \rho_{ik}^{-2}

    with `a` and `b` the summed errors of the candidate and of the naive forecast at the same steps,
    over the panel's other series and over this one. With little history all :math:`\rho` are near
    1 and weights near equal (Bates & Granger, 1969; on equal weights for short series: Smith &
    Wallis, 2009, *Oxford Bulletin of Economics and Statistics* 71).

    Parameters
    ----------
    fits : mapping of str to Fit
        Those that stand on the series.
    series : Evidence
        Of the series itself.
    others : Evidence
        Of the other series of its frequency.
    """
    panel = (others.own + PANEL_PRIOR) / (others.naive + PANEL_PRIOR)
    error = (series.own + SERIES_PRIOR * panel) / (series.naive + SERIES_PRIOR)
    raw = {c.name: error[i] ** -POWER for i, c in enumerate(CANDIDATES) if c.name in fits}
    total = sum(raw.values())
    kept = {name: share for name, share in raw.items() if share >= LEAST_WEIGHT * total}
    return {name: float(share / sum(kept.values())) for name, share in kept.items()}


def pool(
    fits: Mapping[str, Fit], weights: Mapping[str, float], *, floor: float, exposure: FloatArray
) -> Mixture:
    """Return the linear pool of the weighted candidates, a cell for each step.

    Parameters
    ----------
    fits, weights : mappings by candidate
        Of one series.
    floor : float
        Of the series, in its own units; minus infinity for none.
    exposure : array of shape (horizon,)
        Units of the driver that the fits are multiplied by; ones where there is none.
    """
    width, height = len(CANDIDATES), len(exposure)
    weight, location = np.zeros((height, width)), np.zeros((height, width))
    scale, df = np.ones((height, width)), np.ones((height, width))
    for i, candidate in enumerate(CANDIDATES):
        if candidate.name in weights:
            fit = fits[candidate.name]
            weight[:, i] = weights[candidate.name]
            location[:, i] = fit.mean * exposure
            scale[:, i] = fit.scale * exposure
            df[:, i] = fit.df
    return Mixture(weight, location, scale, df, np.full(height, floor))
