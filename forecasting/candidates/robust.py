"""Linear unknowns of many settings at once, by a likelihood that forgives a few wild periods."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecasting.arrays import FloatArray
from forecasting.candidates.fits import Fit, UnfitError, average, weigh

TAIL = 3.0
"""Degrees of freedom of the one-step errors: a year out of line does not turn a trend."""
MOST_SETTINGS = 24
"""What a normal likelihood ranks below these is not looked at again."""
_PASSES = 4


@dataclass(frozen=True)
class Design:
    r"""What the unknowns of each setting add to its forecasts, which no value of a series changes.

    Parameters
    ----------
    within : array of shape (settings, n, k)
        `X`: to the one-step forecasts within the history, by a unit of each unknown.
    ahead : array of shape (settings, horizon, k)
        `D`: to the forecasts after it.
    precision : array of shape (settings, k, k)
        `P`: the unknowns are :math:`N(0, \sigma^2 P^{-1})`, flat where it is nought.
    log_prior : array of shape (settings,)
        Half the logarithm of the determinant of what is not nought in it.
    growth : array of shape (settings, horizon)
        Variance that shocks after the history add up to, in units of that of one step.
    """

    within: FloatArray
    ahead: FloatArray
    precision: FloatArray
    log_prior: FloatArray
    growth: FloatArray


def estimate(
    design: Design, errors: FloatArray, ahead: FloatArray, observed: npt.NDArray[np.bool_]
) -> Fit:
    r"""Estimate the unknowns of every setting, and average the forecasts of the settings.

    One-step errors and forecasts are linear in the unknowns, :math:`e = e_0 - Xx` and :math:`\hat y
    = m_0 + Dx`. The errors are Student t with :math:`\nu = 3` and :math:`\log\sigma` is flat. The
    mode is found by reweighted least squares (Lange, Little & Taylor, 1989, *Journal of the
    American Statistical Association* 84): with :math:`w_t = (\nu+1)/(\nu + e_t^2/\sigma^2)`,

    .. math:: \hat x = A^{-1}X'We_0, \quad A = X'WX + P, \quad
              \sigma^2 = (\textstyle\sum_t w_t e_t^2 + \hat x'P\hat x)/n

    A setting weighs :math:`|P|^{1/2}|A|^{-1/2}\sigma^{-n} e^{-\hat x'P\hat x/2\sigma^2}
    \prod_t(1 + e_t^2/\nu\sigma^2)^{-(\nu+1)/2}`, Laplace's approximation to its integrated
    likelihood. Averaging over a grid in place of maximising puts the uncertainty of the parameters
    into the interval, and cannot fail to converge. The spread of the interval is that of all
    errors, the wild ones too: :math:`s^2 = \sum_t e_t^2/\nu_e` with :math:`\nu_e = n -
    \mathrm{tr}\,A^{-1}X'WX`, and

    .. math:: g_h = 1 + \sum_{j<h} c_j^2 + d_h'A^{-1}d_h

    (Hyndman, Koehler, Ord & Snyder, 2008, *Forecasting with Exponential Smoothing*, ch. 6).

    Parameters
    ----------
    design : Design
        Of the settings.
    errors : array of shape (settings, n)
        :math:`e_0`.
    ahead : array of shape (settings, horizon)
        :math:`m_0`.
    observed : array of shape (n,) of bool
        False where a value is missing: its error is no evidence.

    Raises
    ------
    UnfitError
        If the history is fitted without error, so that the settings cannot be told apart.
    """
    seen = observed.astype(float)
    n = seen.sum()
    first = _least_squares(design, errors, np.broadcast_to(seen, errors.shape))
    power = np.max(errors**2 @ seen)
    if np.any(first.residuals**2 @ seen <= np.finfo(float).eps * power):
        raise UnfitError("it fits this history without error, so its settings cannot be told apart")
    rank = design.log_prior - first.half_log_det - n * np.log(first.sigma)
    kept = np.sort(np.argsort(-rank, kind="stable")[:MOST_SETTINGS])
    design = Design(*(part[kept] for part in vars(design).values()))
    errors, sigma, residuals = errors[kept], first.sigma[kept], first.residuals[kept]
    for _ in range(_PASSES):
        weight = seen * (TAIL + 1.0) / (TAIL + (residuals / sigma[:, np.newaxis]) ** 2)
        found = _least_squares(design, errors, weight)
        sigma, residuals = found.sigma, found.residuals
    tails = np.log1p((residuals / sigma[:, np.newaxis]) ** 2 / TAIL) @ seen
    log_weights = (
        design.log_prior
        - found.half_log_det
        - n * np.log(sigma)
        - found.penalty / (2.0 * sigma**2)
        - (TAIL + 1.0) / 2.0 * tails
    )
    spent = np.einsum("kij,kji->k", found.inverse, found.gram)
    spread: FloatArray = np.sqrt(residuals**2 @ seen / (n - spent))
    weights = weigh(log_weights)
    drawn = np.einsum("khi,kij,khj->kh", design.ahead, found.inverse, design.ahead)
    return average(
        ahead[kept] + np.einsum("khi,ki->kh", design.ahead, found.unknowns),
        spread,
        design.growth + drawn,
        weights,
        df=float(n - weights @ spent),
        errors=np.where(observed, residuals, np.nan),
    )


@dataclass(frozen=True)
class _Solution:
    """Weighted least squares for every setting; `sigma` is the scale of its Student t."""

    unknowns: FloatArray
    inverse: FloatArray
    gram: FloatArray
    half_log_det: FloatArray
    residuals: FloatArray
    penalty: FloatArray
    sigma: FloatArray


def _least_squares(design: Design, errors: FloatArray, weight: FloatArray) -> _Solution:
    """Solve for the unknowns of every setting, given the weight of each period."""
    weighted = design.within * weight[:, :, np.newaxis]
    gram = np.swapaxes(weighted, 1, 2) @ design.within
    both = gram + design.precision
    inverse = np.asarray(np.linalg.inv(both), dtype=float)
    unknowns = (inverse @ (np.swapaxes(weighted, 1, 2) @ errors[:, :, np.newaxis]))[:, :, 0]
    residuals = errors - (design.within @ unknowns[:, :, np.newaxis])[:, :, 0]
    penalty = np.einsum("ki,kij,kj->k", unknowns, design.precision, unknowns)
    n = np.count_nonzero(weight[0])
    sigma = np.sqrt((np.sum(weight * residuals**2, axis=1) + penalty) / n)
    return _Solution(
        unknowns,
        inverse,
        gram,
        np.asarray(0.5 * np.linalg.slogdet(both)[1]),
        residuals,
        penalty,
        np.maximum(sigma, np.finfo(float).tiny),
    )
