"""Exponential smoothing: level, steady trend, trend, damped trend and season."""

from itertools import product

from forecasting.candidates.fits import Fit, Past
from forecasting.candidates.smoothing import RANDOM_WALK, Grid, Setting, smooth

_LEVEL: Grid = tuple(Setting(alpha) for alpha in (0.05, 0.2, 0.4, 0.6, 0.8, RANDOM_WALK))
_STEADY: Grid = tuple(
    Setting(alpha, slope=slope)
    for alpha, slope in product((0.2, 0.4, 0.6, 0.8, RANDOM_WALK), (0.01, 0.05, 0.2, 0.8))
)
_TREND: Grid = tuple(
    Setting(alpha, alpha * share, slope=slope)
    for alpha, share, slope in product(
        (0.2, 0.5, 0.8, RANDOM_WALK), (0.05, 0.1, 0.2, 0.4), (0.1, 0.5, 2.0)
    )
)
_DAMPED: Grid = tuple(
    Setting(alpha, alpha * share, phi, slope=slope)
    for alpha, share, phi, slope in product(
        (0.3, 0.5, 0.8, RANDOM_WALK), (0.0, 0.1, 0.3), (0.8, 0.9, 0.97), (0.1, 0.5, 2.0)
    )
)
_SEASONAL: Grid = tuple(
    Setting(alpha, alpha * share, phi, (1.0 - alpha) * turn, slope, season)
    for alpha, (share, phi, slope), turn, season in product(
        (0.05, 0.15, 0.35, 0.6, 0.85),
        (
            (0.0, 1.0, 0.003),
            (0.0, 1.0, 0.03),
            (0.05, 0.97, 0.1),
            (0.2, 0.9, 0.3),
        ),
        (0.0, 0.05, 0.2),
        (0.3, 10.0),
    )
)


def ets_level(past: Past, *, horizon: int) -> Fit:
    """Smooth the level alone, ETS(A,N,N): a local level."""
    return smooth(past, _LEVEL, horizon=horizon)


def ets_steady(past: Past, *, horizon: int) -> Fit:
    """Smooth the level round a trend that keeps its slope: ETS(A,A,N) with no `beta`."""
    return smooth(past, _STEADY, horizon=horizon)


def ets_trend(past: Past, *, horizon: int) -> Fit:
    """Smooth level and undamped trend (Holt), ETS(A,A,N)."""
    return smooth(past, _TREND, horizon=horizon)


def ets_damped(past: Past, *, horizon: int) -> Fit:
    """Smooth level and damped trend, ETS(A,Ad,N)."""
    return smooth(past, _DAMPED, horizon=horizon)


def ets_seasonal(past: Past, *, horizon: int) -> Fit:
    """Smooth level, trend and season, ETS(A,Ad,A) and ETS(A,A,A)."""
    return smooth(past, _SEASONAL, horizon=horizon)
