"""A random walk with drift, the drift being a state."""

from statsmodels.tsa.statespace.structural import UnobservedComponents

from forecasting.arrays import FloatArray
from forecasting.candidates.diffuse import forecast_diffuse, with_future
from forecasting.candidates.fits import Fit


def drift(y: FloatArray, *, season: int, horizon: int) -> Fit:
    r"""Continue the average step: an unobserved-components model with level and drift as states.

    .. math:: y_t = y_{t-1} + b + \epsilon_t, \quad \hat b = \frac{y_n - y_1}{n-1}, \quad
              g_h = h + \frac{h^2}{n-1}, \quad \nu = n - 2

    The second term of :math:`g_h` is the uncertainty of the drift (Hyndman & Athanasopoulos,
    *Forecasting: Principles and Practice*, 3rd ed., §5.5).
    """
    del season
    model = UnobservedComponents(with_future(y, horizon=horizon), "rwdrift", use_exact_diffuse=True)
    return forecast_diffuse(model, [[1.0]], horizon=horizon)
