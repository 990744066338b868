"""Spread lent by the panel to series too short to measure their own."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import betaln

from forecasting.arrays import FloatArray
from forecasting.candidates import Fit

LEAST_SERIES = 5
"""The fewest series whose spreads say anything of another's."""

_DF = np.array([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0])
"""What a panel may lend: at most, it weighs as much as ten periods of a series' own."""
_STEPS = np.linspace(-3.0, 3.0, 121)
"""Of the logarithm of the lent variance, round the median of the panel's."""


@dataclass(frozen=True)
class Spread:
    """What a panel says of the one-step variance of any of its series.

    Parameters
    ----------
    variance : float
        On the scale of the models, where every series is about 1.
    df : float
        How much it says, in degrees of freedom: small where the panel's series are unlike.
    series : int
        The series it was estimated from.
    """

    variance: float
    df: float
    series: int


NO_SPREAD = Spread(variance=0.0, df=0.0, series=0)
"""Of a panel with too few series."""


def estimate_spread(panel: Iterable[FloatArray]) -> Spread:
    r"""Fit a scaled inverse chi-squared distribution to the variances of a panel's series.

    With :math:`s_i^2` the variance of the steps of series `i` round their mean, on :math:`d_i`
    degrees of freedom, :math:`s_i^2/s_0^2 \sim F(d_i, d_0)`: the empirical Bayes model of Smyth
    (2004, *Statistical Applications in Genetics and Molecular Biology* 3(1), §3), fitted here by
    maximum likelihood over a grid, which minds that the shortest series say the least.

    Parameters
    ----------
    panel : iterable of arrays of shape (n,)
        Series of one frequency, on the scale of the models. Those of fewer than three periods, or
        that never leave a straight line, say nothing.
    """
    rows = [row for row in map(_variance_of_steps, panel) if row is not None]
    if len(rows) < LEAST_SERIES:
        return NO_SPREAD
    variance, df = np.array(rows).T
    scales = np.median(np.log(variance)) + _STEPS
    likelihood = _log_likelihood(np.log(variance), df, scales)
    scale, lent = np.unravel_index(int(np.argmax(likelihood)), likelihood.shape)
    return Spread(float(np.exp(scales[scale])), float(_DF[lent]), len(rows))


def lend(fit: Fit, spread: Spread) -> Fit:
    r"""Return the fit with its variance drawn to the panel's, weighted by degrees of freedom.

    .. math:: \tilde\sigma^2 = \frac{\nu\sigma^2 + d_0 s_0^2}{\nu + d_0},
              \quad \tilde\nu = \nu + d_0

    A series of three periods takes most of its spread from the panel, one of sixty almost none.

    Parameters
    ----------
    fit : Fit
        A candidate's own.
    spread : Spread
        The panel's.
    """
    if spread.df == 0.0:
        return fit
    df = fit.df + spread.df
    pooled = fit.df * fit.sigma**2 + spread.df * spread.variance
    return replace(fit, sigma=float(np.sqrt(pooled / df)), df=df)


def _variance_of_steps(z: FloatArray) -> tuple[float, float] | None:
    """Return the variance of the steps that are known, and its degrees of freedom."""
    steps = np.diff(z)
    steps = steps[np.isfinite(steps)]
    if len(steps) < 2:
        return None
    variance = float(np.var(steps, ddof=1))
    return (variance, len(steps) - 1.0) if variance > np.finfo(float).eps else None


def _log_likelihood(log_variance: FloatArray, df: FloatArray, scales: FloatArray) -> FloatArray:
    r"""Return the log likelihood of every scale and lent df, array of shape (scales, df).

    The logarithm `u` of an F variable has density :math:`(d/d_0)^{d/2} e^{ud/2}
    (1 + e^u d/d_0)^{-(d + d_0)/2} / B(d/2, d_0/2)`.
    """
    u = log_variance - scales[:, np.newaxis, np.newaxis]
    lent = _DF[:, np.newaxis]
    ratio = np.log(df / lent) + u
    density = (
        df / 2.0 * ratio
        - (df + lent) / 2.0 * np.logaddexp(0.0, ratio)
        - betaln(df / 2.0, lent / 2.0)
    )
    return np.asarray(density.sum(axis=2))
