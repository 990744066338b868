"""The ladder: every candidate is tried on a series, and each refusal has its reason."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from forecasting.arrays import FloatArray
from forecasting.candidates import CANDIDATES, Candidate, Fit, UnfitError, seasonal_pattern
from forecasting.spread import Spread, lend

LEAST_DF = 1.5
"""At 1 a Student t has no expectation, and its interval says nothing."""
MOST_RANGES = 3.0
"""How far a forecast may leave the last value, in ranges of the history (see ``_sane``)."""


@dataclass(frozen=True)
class Ladder:
    """What became of every candidate on one history.

    Parameters
    ----------
    fits : mapping of str to Fit
        Those that stand.
    reasons : mapping of str to str
        Why each of the others does not.
    """

    fits: Mapping[str, Fit]
    reasons: Mapping[str, str]


def climb(y: FloatArray, *, season: int, horizon: int, spread: Spread) -> Ladder:
    """Fit every candidate to a history, and refuse what cannot be trusted.

    Parameters
    ----------
    y : array of shape (n,)
        History, oldest first; n of 0 refuses every candidate.
    season : int
        Periods in a year; 1 where there is no season.
    horizon : int
        Steps to forecast.
    spread : Spread
        The panel's, lent to short series.
    """
    # Models compare variances with 1e-6 and the like, so that each sees numbers about 1.
    unit = float(np.max(np.abs(y), initial=0.0)) or 1.0
    level = float(np.mean(np.abs(y))) if len(y) else 0.0
    fits: dict[str, Fit] = {}
    reasons: dict[str, str] = {}
    pattern = seasonal_pattern(y / unit, season=season) if len(y) else np.zeros(season)
    for candidate in CANDIDATES:
        try:
            fit = _fit(candidate, y / unit, pattern, season=season, horizon=horizon)
            fit = lend(
                replace(fit, mean=fit.mean * unit, sigma=fit.sigma * unit), spread, level=level
            )
            _sane(fit, y)
        except UnfitError as refusal:
            reasons[candidate.name] = str(refusal)
        else:
            fits[candidate.name] = fit
    return Ladder(fits, reasons)


def _fit(
    candidate: Candidate, y: FloatArray, pattern: FloatArray, *, season: int, horizon: int
) -> Fit:
    """Fit one candidate, seasonally adjusted if it knows no season.

    Raises
    ------
    UnfitError
        If it is too short, or the model gives up or warns.
    """
    n = len(y)
    if candidate.seasons and season == 1:
        raise UnfitError("the series has no season")
    needed = candidate.shortest + candidate.seasons * season
    if n < needed:
        raise UnfitError(f"it needs {needed} periods of history, and has {n}")
    adjusted = not candidate.seasons and bool(np.any(pattern))
    history = y - pattern[np.arange(n) % season] if adjusted else y
    try:
        with warnings.catch_warnings():
            # A warning of statsmodels or NumPy is a judgement on the fit: such a fit is refused.
            warnings.simplefilter("error")
            fit = candidate.fit(history, season=season, horizon=horizon)
    except (ArithmeticError, np.linalg.LinAlgError, Warning) as problem:
        raise UnfitError(f"its calculation broke down ({problem})") from problem
    if not adjusted:
        return fit
    ahead = pattern[(n + np.arange(horizon)) % season]
    df = fit.df - (season - 1)
    if df < LEAST_DF:
        raise UnfitError(f"a history of {n} is too short to estimate a season and a spread")
    # Each season's mean is estimated from n/m values, which adds m/n to every variance.
    return Fit(
        mean=fit.mean + ahead,
        sigma=fit.sigma * np.sqrt(fit.df / df),
        growth=fit.growth + season / n,
        df=df,
    )


def _sane(fit: Fit, y: FloatArray) -> None:
    r"""Refuse a forecast that is not finite, has no spread to speak of, or runs away.

    A straight line continued over `h` steps moves by :math:`h/(n-1)` of its range; a forecast may
    move by three times the larger of that and the range.

    Raises
    ------
    UnfitError
        If it is refused.
    """
    if not (np.all(np.isfinite(fit.mean)) and np.all(np.isfinite(fit.scale))):
        raise UnfitError("its forecast is not finite")
    if fit.df < LEAST_DF:
        raise UnfitError(
            f"a history of {len(y)} is too short to measure its spread, "
            "and the other series are too few or too unlike to lend one"
        )
    n, horizon = len(y), len(fit.mean)
    steps = np.arange(1, horizon + 1) / max(n - 1, 1)
    reach = MOST_RANGES * float(np.ptp(y)) * np.maximum(steps, 1.0)
    if np.any(np.abs(fit.mean - y[-1]) > reach + 1e-9 * float(np.max(np.abs(y)))):
        raise UnfitError(
            f"its forecast leaves the last value by more than {MOST_RANGES:g} times "
            "the range of the history"
        )
