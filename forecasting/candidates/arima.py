"""ARIMA with a mean or a drift, averaged over a short grid."""

from itertools import product

import numpy as np
from statsmodels.tsa.statespace.initialization import Initialization
from statsmodels.tsa.statespace.sarimax import SARIMAX

from forecasting.arrays import FloatArray
from forecasting.candidates.diffuse import forecast_diffuse, with_future
from forecasting.candidates.fits import Fit

_AR = (-0.6, -0.3, 0.0, 0.3, 0.6, 0.85)
_MA = (-0.75, -0.4, 0.0, 0.4)
# Where the two cancel the model is white noise, which (0, 0) says already.
_GRID = [[ar, ma, 1.0] for ar, ma in product(_AR, _MA) if ar == ma == 0.0 or ar + ma != 0.0]


def arima(y: FloatArray, *, season: int, horizon: int) -> Fit:
    r"""Forecast by ARIMA(1, d, 1) with a constant, averaged over a grid of its two parameters.

    .. math:: (1 - \phi L)(\Delta^d y_t - c) = (1 + \theta L)\epsilon_t

    The search is short and guarded: `d` is 1 where the first difference varies less than the series
    itself, else 0; the grid lies well inside the stationary and invertible region and holds AR(1),
    MA(1) and white noise; the constant is a diffuse state, so that its uncertainty counts.
    """
    del season
    differences = int(np.var(np.diff(y)) < np.var(y))
    # A constant of the first difference is a slope of the series.
    time = np.arange(len(y) + horizon, dtype=float)[:, np.newaxis] ** differences
    model = SARIMAX(
        with_future(y, horizon=horizon),
        exog=time,
        order=(1, differences, 1),
        mle_regression=False,
        use_exact_diffuse=True,
    )

    def start(setting: list[float]) -> None:
        model.ssm.initialization = _start(*setting[:2], differences=differences)

    return forecast_diffuse(model, _GRID, horizon=horizon, start=start)


def _start(ar: float, ma: float, *, differences: int) -> Initialization:
    r"""Return the start of the state: sum, ARMA process :math:`(x_t, \theta\epsilon_t)`, constant.

    The stationary variance is in closed form, :math:`\mathrm{Var}(x_t) = (1 + 2\phi\theta +
    \theta^2)/(1 - \phi^2)`; statsmodels solves for it anew three times a filter, at ten times the
    cost of the filter.
    """
    init = Initialization(differences + 3)
    if differences:
        init.set((0, differences), "diffuse")
    variance = (1.0 + 2.0 * ar * ma + ma**2) / (1.0 - ar**2)
    block = np.array([[variance, ma], [ma, ma**2]])
    init.set((differences, differences + 2), "known", constant=np.zeros(2), stationary_cov=block)
    init.set((differences + 2, differences + 3), "diffuse")
    return init
