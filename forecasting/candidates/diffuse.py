"""Forecasts from a statsmodels state-space model whose unknown states start diffuse.

A level, drift or mean that is part of the state and starts with an infinite variance is estimated
by the Kalman filter itself, and its uncertainty is in the forecast's variance (Durbin & Koopman,
2012, *Time Series Analysis by State Space Methods*, ch. 5). The scale is not a parameter: with unit
variance in the model it is the mean square of the standardised one-step errors.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from forecasting.arrays import FloatArray
from forecasting.candidates.fits import Fit, UnfitError, average, weigh


def with_future(y: FloatArray, *, horizon: int) -> FloatArray:
    """Return the history with the future as missing values, which the filter then forecasts."""
    return np.concatenate([y, np.full(horizon, np.nan)])


def forecast_diffuse(
    model: Any,  # noqa: ANN401 - statsmodels has no types
    settings: Sequence[list[float]],
    *,
    horizon: int,
    start: Callable[[list[float]], None] = lambda _: None,
) -> Fit:
    r"""Forecast from every setting of the parameters, weighted by its integrated likelihood.

    With diffuse states and a flat prior on :math:`\log\sigma` both integrate out, which leaves
    :math:`p(y \mid \theta) \propto \prod_t F_t^{-1/2}\, \mathrm{SSE}_\theta^{-(n-d)/2}`, where `d`
    states were diffuse. Averaging over a grid in place of maximising puts the uncertainty of the
    parameters into the interval, and cannot fail to converge.

    Parameters
    ----------
    model : statsmodels MLEModel
        Of a series from ``with_future``, with exact diffuse initialisation.
    settings : sequence of parameter vectors
        The grid; variances in units of one.
    horizon : int
        Steps to forecast.
    start : callable, optional
        Sets the model's initial state for a setting, where it depends on it.

    Raises
    ------
    UnfitError
        If the history is fitted without error, so that the settings cannot be told apart.
    """
    found = []
    for setting in settings:
        start(setting)
        found.append(_filter(model, setting, horizon=horizon))
    if len(found) == 1:
        return found[0][0]
    if min(fit.sigma for fit, _ in found) == 0.0:
        raise UnfitError("it fits this history without error, so its settings cannot be told apart")
    fits, log_weights = zip(*found, strict=True)
    return average(list(fits), weigh(np.array(log_weights)))


def _filter(
    model: Any,  # noqa: ANN401
    setting: Sequence[float],
    *,
    horizon: int,
) -> tuple[Fit, float]:
    """Filter history and future once; return the forecast and the log of the setting's weight."""
    model.update(np.asarray(setting, dtype=float))
    result = model.ssm.filter()
    n = model.nobs - horizon
    df = float(n - result.nobs_diffuse)
    # A diffuse step and a missing one have no standardised error: statsmodels puts nought.
    sse = float(np.sum(result.standardized_forecasts_error[0] ** 2))
    if sse <= np.finfo(float).eps * float(np.nansum(model.endog**2)):
        sse = 0.0
    fitted = np.log(sse) if sse > 0.0 else -np.inf
    log_weight = float(np.sum(result.llf_obs)) + sse / 2.0 - df / 2.0 * fitted
    fit = Fit(
        mean=result.forecasts[0, n:].copy(),
        sigma=float(np.sqrt(sse / df)),
        growth=result.forecasts_error_cov[0, 0, n:].copy(),
        df=df,
    )
    return fit, log_weight
