"""A random walk with drift, the drift being a state."""

import numpy as np
from statsmodels.tsa.statespace.structural import UnobservedComponents

from forecasting.candidates.fits import Fit, Past


def drift(past: Past, *, horizon: int) -> Fit:
    r"""Continue the average step: an unobserved-components model with level and drift as states.

    .. math:: y_t = y_{t-1} + b + \epsilon_t, \quad \hat b = \frac{y_n - y_1}{n-1}, \quad
              g_h = h + \frac{h^2}{n-1}, \quad \nu = n - 2

    The second term of :math:`g_h` is the uncertainty of the drift (Hyndman & Athanasopoulos,
    *Forecasting: Principles and Practice*, 3rd ed., §5.5). Level and drift start diffuse, so that
    the Kalman filter itself estimates them and minds what is missing (Durbin & Koopman, 2012, *Time
    Series Analysis by State Space Methods*, ch. 5). The variance is the mean square of the
    standardised one-step errors.
    """
    y = np.where(past.observed, past.values, np.nan)
    future = np.full(horizon, np.nan)
    model = UnobservedComponents(np.concatenate([y, future]), "rwdrift", use_exact_diffuse=True)
    model.update(np.array([1.0]))
    found = model.ssm.filter()
    n = len(y)
    standardised = found.standardized_forecasts_error[0, :n]
    df = float(past.observed.sum() - 2)
    square = float(np.sum(standardised**2))
    # A diffuse step and a missing one have no standardised error: statsmodels puts nought.
    errors = np.where(standardised == 0.0, np.nan, found.forecasts_error[0, :n])
    exact = square <= np.finfo(float).eps * float(np.nansum(y**2))
    return Fit(
        mean=found.forecasts[0, n:].copy(),
        sigma=0.0 if exact else float(np.sqrt(square / df)),
        growth=found.forecasts_error_cov[0, 0, n:].copy(),
        df=df,
        errors=errors,
    )
