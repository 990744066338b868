"""The models a series may be forecast by: one family a file, and the only door to statsmodels."""

from forecasting.candidates.arima import arima
from forecasting.candidates.drift import drift
from forecasting.candidates.ets import ets_damped, ets_level, ets_seasonal, ets_steady, ets_trend
from forecasting.candidates.fits import Candidate, Fit, FitFunction, Past, UnfitError
from forecasting.candidates.intermittent import intermittent
from forecasting.candidates.level_shift import level_steps
from forecasting.candidates.naive import naive, seasonal_naive
from forecasting.candidates.seasonality import seasonal_pattern
from forecasting.candidates.theta import theta

NAIVE = "naive"
"""The candidate that every other is measured against."""

CANDIDATES = (
    Candidate(NAIVE, naive, shortest=1),
    Candidate("seasonal naive", seasonal_naive, shortest=1, seasons=1, yearly=False),
    Candidate("drift", drift, shortest=3),
    Candidate("ets level", ets_level, shortest=4),
    Candidate("ets steady", ets_steady, shortest=4),
    Candidate("ets trend", ets_trend, shortest=5),
    Candidate("ets damped", ets_damped, shortest=5),
    Candidate("ets seasonal", ets_seasonal, shortest=1, seasons=2, yearly=False),
    Candidate("theta", theta, shortest=5),
    Candidate("arima", arima, shortest=8, seasons=1),
    Candidate("intermittent", intermittent, shortest=6, raw=True),
)
"""Every candidate, in the order of the tables."""

__all__ = [
    "CANDIDATES",
    "NAIVE",
    "Candidate",
    "Fit",
    "FitFunction",
    "Past",
    "UnfitError",
    "level_steps",
    "seasonal_pattern",
]
