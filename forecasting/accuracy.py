"""Measures of accuracy, each a formula and no more. Arrays are of shape (horizon,)."""

import numpy as np

from forecasting.arrays import FloatArray


def mase_scale(train: FloatArray, *, season: int) -> float:
    r"""Return the mean absolute step of the naive forecast, :math:`\overline{|y_t - y_{t-m}|}`.

    A history no longer than a season is scaled by single steps. NaN where there is no step.
    """
    lag = season if len(train) > season else 1
    steps = np.abs(train[lag:] - train[:-lag])
    return float(np.mean(steps)) if len(steps) else float("nan")


def mase(actual: FloatArray, forecast: FloatArray, train: FloatArray, *, season: int) -> float:
    r"""Return the mean absolute scaled error, :math:`\overline{|y - \hat y|}` over `mase_scale`.

    Hyndman & Koehler (2006), *International Journal of Forecasting* 22. NaN where the history
    never changes.
    """
    scale = mase_scale(train, season=season)
    return float(np.mean(np.abs(actual - forecast))) / scale if scale > 0.0 else float("nan")


def rmsse(actual: FloatArray, forecast: FloatArray, train: FloatArray) -> float:
    r"""Return the root mean squared scaled error.

    .. math:: \sqrt{\overline{(y - \hat y)^2} / \overline{(y_t - y_{t-1})^2}}

    Makridakis, Spiliotis & Assimakopoulos (2022), *International Journal of Forecasting* 38. NaN
    where the history never changes.
    """
    scale = float(np.mean(np.diff(train) ** 2)) if len(train) > 1 else 0.0
    error = float(np.mean((actual - forecast) ** 2))
    return float(np.sqrt(error / scale)) if scale > 0.0 else float("nan")


def pinball(actual: FloatArray, quantile: FloatArray, *, q: float) -> float:
    r"""Return the mean pinball loss of a forecast of the `q` quantile, in the units of the series.

    .. math:: \overline{\max\{q\,(y - \hat y), (q - 1)(y - \hat y)\}}
    """
    error = actual - quantile
    return float(np.mean(np.maximum(q * error, (q - 1.0) * error)))


def coverage(actual: FloatArray, lower: FloatArray, upper: FloatArray) -> float:
    """Return the share, in [0, 1], of the actual values within their interval, ends included."""
    return float(np.mean((lower <= actual) & (actual <= upper)))
