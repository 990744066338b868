"""What every candidate takes and gives: the protocol, and the one way to decline."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from forecasting.arrays import FloatArray


@dataclass(frozen=True)
class Fit:
    r"""A model's forecast: the error `h` steps ahead is :math:`\sigma \sqrt{g_h}\, t_{\nu}`.

    Parameters
    ----------
    mean : array of shape (horizon,)
        Point forecast, in the units of the series.
    sigma : float
        Standard error of one step, in the units of the series, with the parameters known.
    growth : array of shape (horizon,)
        :math:`g_h`, the variance `h` steps ahead over that of one step; what the parameters add,
        being estimated, is in it.
    df : float
        :math:`\nu`, the degrees of freedom that `sigma` rests on; 0 where it could not be measured.
    """

    mean: FloatArray
    sigma: float
    growth: FloatArray
    df: float

    @property
    def scale(self) -> FloatArray:
        """Scale of the Student t of each step, array of shape (horizon,)."""
        return self.sigma * np.sqrt(self.growth)


class UnfitError(ValueError):
    """A candidate declines a series; the message says why, in plain words."""


class FitFunction(Protocol):
    """A candidate: history in, forecast out."""

    def __call__(self, y: FloatArray, *, season: int, horizon: int) -> Fit:
        """Fit the series and forecast it.

        Parameters
        ----------
        y : array of shape (n,)
            History, oldest first, finite.
        season : int
            Periods in a year; 1 where there is no season.
        horizon : int
            Steps to forecast.

        Raises
        ------
        UnfitError
            If the model cannot be fitted to this history.
        """
        ...


@dataclass(frozen=True)
class Candidate:
    """A model that a series may be forecast by.

    Parameters
    ----------
    name : str
        As it stands in the tables.
    fit : FitFunction
        The model.
    shortest : int
        The fewest periods it is fitted to, on top of `seasons` whole years.
    seasons : int
        Years of history that it needs to see a season; 0 for a model without one, which is given
        the seasonally adjusted series.
    """

    name: str
    fit: FitFunction
    shortest: int
    seasons: int = 0


def weigh(log_weights: FloatArray) -> FloatArray:
    """Return weights that add up to 1 from their logarithms, up to a constant."""
    weights = np.exp(log_weights - log_weights.max())
    return np.asarray(weights / weights.sum())


def average(fits: list[Fit], weights: FloatArray) -> Fit:
    r"""Return one fit with the first two moments of a weighted set of them.

    .. math:: \bar m_h = \sum_i w_i m_{ih}, \qquad
              \sigma^2 g_h = \sum_i w_i \{\sigma_i^2 g_{ih} + (m_{ih} - \bar m_h)^2\}

    so that not knowing which of the settings is right widens the interval.
    """
    means = np.array([fit.mean for fit in fits])
    variances = np.array([fit.scale**2 for fit in fits])
    mean = weights @ means
    variance = weights @ (variances + (means - mean) ** 2)
    sigma2 = float(weights @ np.array([fit.sigma**2 for fit in fits]))
    return Fit(mean, float(np.sqrt(sigma2)), variance / sigma2, fits[0].df)
