"""The ladder: every candidate is tried on a series, and each refusal has its reason."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from forecasting.arrays import FloatArray
from forecasting.candidates import CANDIDATES, Candidate, Fit, Past, UnfitError, seasonal_pattern
from forecasting.gaps import fill
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


def climb(z: FloatArray, *, season: int, horizon: int, spread: Spread) -> Ladder:
    """Fit every candidate to a history, and refuse what cannot be trusted.

    Parameters
    ----------
    z : array of shape (n,)
        History on the scale of the models, oldest first, its first value known; NaN where one is
        missing.
    season : int
        Periods in a year; 1 where there is no season.
    horizon : int
        Steps to forecast.
    spread : Spread
        The panel's, lent to short series.
    """
    # What is missing at the end is forecast too, and then left out.
    last = int(np.flatnonzero(np.isfinite(z))[-1]) + 1
    skipped = len(z) - last
    past = Past(fill(z[:last], season=season), np.isfinite(z[:last]), season)
    pattern = seasonal_pattern(past)
    fits: dict[str, Fit] = {}
    reasons: dict[str, str] = {}
    for candidate in CANDIDATES:
        try:
            fit = lend(_fit(candidate, past, pattern, horizon=skipped + horizon), spread)
            _sane(fit, past)
        except UnfitError as refusal:
            reasons[candidate.name] = str(refusal)
        else:
            fits[candidate.name] = replace(
                fit,
                mean=fit.mean[skipped:],
                growth=fit.growth[skipped:],
                errors=np.pad(fit.errors, (0, skipped), constant_values=np.nan),
            )
    return Ladder(fits, reasons)


def _fit(candidate: Candidate, past: Past, pattern: FloatArray, *, horizon: int) -> Fit:
    """Fit one candidate, seasonally adjusted if it knows no season.

    Raises
    ------
    UnfitError
        If it is too short, or the model gives up or warns.
    """
    n, season = len(past), past.season
    if season == 1 and not candidate.yearly:
        raise UnfitError("the series has no season")
    needed = candidate.shortest + candidate.seasons * season
    if past.observed.sum() < needed:
        raise UnfitError(f"it needs {needed} periods of history, and has {past.observed.sum()}")
    adjusted = not candidate.seasons and not candidate.raw and bool(np.any(pattern))
    if adjusted:
        past = replace(past, values=past.values - pattern[np.arange(n) % season])
    try:
        with warnings.catch_warnings():
            # A warning of statsmodels or NumPy is a judgement on the fit: such a fit is refused.
            warnings.simplefilter("error")
            fit = candidate.fit(past, horizon=horizon)
    except (ArithmeticError, np.linalg.LinAlgError, Warning) as problem:
        raise UnfitError(f"its calculation broke down ({problem})") from problem
    if not adjusted:
        return fit
    df = fit.df - (season - 1)
    if df < LEAST_DF:
        raise UnfitError(f"a history of {n} is too short to estimate a season and a spread")
    # Each season's mean is estimated from n/m values, which adds m/n to every variance.
    return replace(
        fit,
        mean=fit.mean + pattern[(n + np.arange(horizon)) % season],
        sigma=fit.sigma * np.sqrt(fit.df / df),
        growth=fit.growth + season / n,
        df=df,
    )


def _sane(fit: Fit, past: Past) -> None:
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
            f"a history of {past.observed.sum()} is too short to measure its spread, "
            "and the other series are too few or too unlike to lend one"
        )
    steps = np.arange(1, len(fit.mean) + 1) / max(len(past) - 1, 1)
    reach = MOST_RANGES * float(np.ptp(past.values)) * np.maximum(steps, 1.0)
    nothing = 1e-9 * float(np.max(np.abs(past.values)))
    if np.any(np.abs(fit.mean - past.values[-1]) > reach + nothing):
        raise UnfitError(
            f"its forecast leaves the last value by more than {MOST_RANGES:g} times "
            "the range of the history"
        )
