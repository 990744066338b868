"""What every candidate takes and gives: the protocol, and the one way to decline."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from forecasting.arrays import FloatArray


@dataclass(frozen=True)
class Past:
    """A history as the candidates read it, oldest first.

    Parameters
    ----------
    values : array of shape (n,)
        Finite: what is missing is filled in, so that every filter can run over it.
    observed : array of shape (n,) of bool
        False where a value is filled in: it is no evidence. The first and the last are observed.
    season : int
        Periods in a year; 1 where there is no season.
    """

    values: FloatArray
    observed: npt.NDArray[np.bool_]
    season: int

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class Fit:
    r"""A model's forecast: the error `h` steps ahead is :math:`\sigma \sqrt{g_h}\, t_{\nu}`.

    Parameters
    ----------
    mean : array of shape (horizon,)
        Point forecast, in the units of the history.
    sigma : float
        Standard error of one step, with the parameters known.
    growth : array of shape (horizon,)
        :math:`g_h`, the variance `h` steps ahead over that of one step; what the parameters add,
        being estimated, is in it.
    df : float
        :math:`\nu`, the degrees of freedom that `sigma` rests on; 0 where it could not be measured.
    errors : array of shape (n,)
        One-step errors within the history; NaN where there is none.
    """

    mean: FloatArray
    sigma: float
    growth: FloatArray
    df: float
    errors: FloatArray

    @property
    def scale(self) -> FloatArray:
        """Scale of the Student t of each step, array of shape (horizon,)."""
        return self.sigma * np.sqrt(self.growth)


class UnfitError(ValueError):
    """A candidate declines a series; the message says why, in plain words."""


class FitFunction(Protocol):
    """A candidate: history in, forecast out."""

    def __call__(self, past: Past, *, horizon: int) -> Fit:
        """Fit the series and forecast it.

        Parameters
        ----------
        past : Past
            The history.
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
        Years of history that it needs to see a season; 0 for a model that knows none, which is
        given the seasonally adjusted series.
    yearly : bool
        Whether it says anything of a series without a season.
    raw : bool
        Whether it is given the series as it is, season and all.
    """

    name: str
    fit: FitFunction
    shortest: int
    seasons: int = 0
    yearly: bool = True
    raw: bool = False


def weigh(log_weights: FloatArray) -> FloatArray:
    """Return weights that add up to 1 from their logarithms, up to a constant."""
    weights = np.exp(log_weights - log_weights.max())
    return np.asarray(weights / weights.sum())


def average(
    means: FloatArray,
    sigmas: FloatArray,
    growths: FloatArray,
    weights: FloatArray,
    *,
    df: float,
    errors: FloatArray,
) -> Fit:
    r"""Return one fit with the first two moments of a weighted set of settings.

    .. math:: \bar m_h = \sum_i w_i m_{ih}, \qquad
              \sigma^2 g_h = \sum_i w_i \{\sigma_i^2 g_{ih} + (m_{ih} - \bar m_h)^2\}

    so that not knowing which of the settings is right widens the interval.

    Parameters
    ----------
    means, growths : arrays of shape (settings, horizon)
    sigmas, weights : arrays of shape (settings,)
    df : float
        Of the average.
    errors : array of shape (settings, n)
        One-step errors of each.
    """
    mean = weights @ means
    variance = weights @ (sigmas[:, np.newaxis] ** 2 * growths + (means - mean) ** 2)
    sigma2 = float(weights @ sigmas**2)
    return Fit(mean, float(np.sqrt(sigma2)), variance / sigma2, df, weights @ errors)
