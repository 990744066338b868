"""Measures of accuracy, each a formula and no more. Arrays are of shape (horizon,)."""

import numpy as np

from forecasting.arrays import FloatArray


def mase_scale(train: FloatArray, *, season: int) -> float:
    r"""Return the mean absolute step of the naive forecast, :math:`\overline{|y_t - y_{t-m}|}`.

    A history no longer than a season is scaled by single steps. Steps from or to a missing value
    (NaN) do not count. NaN where there is no step, or none but nought.
    """
    lag = season if len(train) > season else 1
    steps = np.abs(train[lag:] - train[:-lag])
    steps = steps[np.isfinite(steps)]
    scale = float(np.mean(steps)) if len(steps) else 0.0
    return scale if scale > 0.0 else float("nan")


def mase(actual: FloatArray, forecast: FloatArray, train: FloatArray, *, season: int) -> float:
    r"""Return the mean absolute scaled error, :math:`\overline{|y - \hat y|}` over `mase_scale`.

    Hyndman & Koehler (2006), *International Journal of Forecasting* 22. NaN where the history
    never changes.
    """
    return float(np.mean(np.abs(actual - forecast))) / mase_scale(train, season=season)


def rmsse_scale(train: FloatArray) -> float:
    r"""Return the root mean squared step, :math:`\sqrt{\overline{(y_t - y_{t-1})^2}}`.

    NaN where there is no step, or none but nought.
    """
    steps = np.diff(train)
    steps = steps[np.isfinite(steps)]
    scale = float(np.sqrt(np.mean(steps**2))) if len(steps) else 0.0
    return scale if scale > 0.0 else float("nan")


def rmsse(actual: FloatArray, forecast: FloatArray, train: FloatArray) -> float:
    r"""Return the root mean squared scaled error.

    .. math:: \sqrt{\overline{(y - \hat y)^2} / \overline{(y_t - y_{t-1})^2}}

    Makridakis, Spiliotis & Assimakopoulos (2022), *International Journal of Forecasting* 38. NaN
    where the history never changes.
    """
    return float(np.sqrt(np.mean((actual - forecast) ** 2))) / rmsse_scale(train)


def smape(actual: FloatArray, forecast: FloatArray) -> float:
    r"""Return the symmetric mean absolute percentage error, from 0 to 200.

    .. math:: \overline{200\,|y - \hat y| / (|y| + |\hat y|)}

    Makridakis & Hibon (2000), *International Journal of Forecasting* 16. A nought forecast as
    nought is without error.
    """
    size = np.abs(actual) + np.abs(forecast)
    share = np.zeros_like(size)
    np.divide(np.abs(actual - forecast), size, out=share, where=size != 0.0)
    return 200.0 * float(np.mean(share))


def pinball(actual: FloatArray, quantile: FloatArray, *, q: float) -> float:
    r"""Return the mean pinball loss of a forecast of the `q` quantile, in the units of the series.

    .. math:: \overline{\max\{q\,(y - \hat y), (q - 1)(y - \hat y)\}}
    """
    error = actual - quantile
    return float(np.mean(np.maximum(q * error, (q - 1.0) * error)))


def coverage(actual: FloatArray, lower: FloatArray, upper: FloatArray) -> float:
    """Return the share, in [0, 1], of the actual values within their interval, ends included."""
    return float(np.mean((lower <= actual) & (actual <= upper)))


def msis(
    actual: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    train: FloatArray,
    *,
    season: int,
    level: float = 95.0,
) -> float:
    r"""Return the mean scaled interval score of prediction intervals of `level` per cent.

    .. math:: \overline{u - l + \tfrac{2}{\alpha} \max(l - y, 0)
        + \tfrac{2}{\alpha} \max(y - u, 0)} \; / \; \overline{|y_t - y_{t-m}|},
        \quad \alpha = 1 - \text{level}/100

    Gneiting & Raftery (2007), *Journal of the American Statistical Association* 102; scaled as in
    Makridakis, Spiliotis & Assimakopoulos (2020), *International Journal of Forecasting* 36. NaN
    where the history never changes.
    """
    missed = np.maximum(lower - actual, 0.0) + np.maximum(actual - upper, 0.0)
    score = float(np.mean(upper - lower + 200.0 / (100.0 - level) * missed))
    return score / mase_scale(train, season=season)
