"""Every candidate stands or falls with a reason."""

import numpy as np
import pytest

from forecasting.candidates import CANDIDATES, seasonal_pattern
from forecasting.candidates.drift import drift
from forecasting.candidates.fits import Fit, UnfitError
from forecasting.ladder import _sane, climb
from forecasting.spread import NO_SPREAD

WALK = 100 + np.cumsum(1 + 2 * np.random.default_rng(5).normal(size=12))


def rungs(y, **settings):
    return climb(
        np.asarray(y, dtype=float), **{"season": 1, "horizon": 3, "spread": NO_SPREAD, **settings}
    )


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 6, 12])
def test_every_candidate_stands_or_has_a_reason(n):
    ladder = rungs(WALK[:n])
    assert sorted([*ladder.fits, *ladder.reasons]) == sorted(c.name for c in CANDIDATES)
    assert all(ladder.reasons.values())


def test_a_short_history_leaves_the_simplest_candidates():
    assert sorted(rungs(WALK[:3]).fits) == ["naive"]
    assert sorted(rungs(WALK[:4]).fits) == ["drift", "ets level", "naive"]
    assert rungs(WALK[:4]).reasons["arima"] == "it needs 10 periods of history, and has 4"
    assert "too short to measure its spread" in rungs(WALK[:2]).reasons["naive"]


def test_a_season_is_taken_out_and_put_back_for_those_that_know_none():
    """A season of +6 -2 -4 on a line of slope 1: drift follows it within the noise."""
    pattern = np.tile([6.0, -2.0, -4.0, 0.0], 7)
    y = 100 + np.arange(28) + pattern + 0.3 * np.random.default_rng(6).normal(size=28)
    fits = rungs(y, season=4, horizon=4).fits
    assert len(fits) == len(CANDIDATES)
    np.testing.assert_allclose(fits["drift"].mean, 128 + np.arange(4) + pattern[:4], atol=1.5)


def test_a_season_costs_degrees_of_freedom_and_widens_the_interval():
    """Three for four quarters of 26 - the drift's 28 less 2 - and 4/28 of a variance each."""
    y = 100 + np.tile([6.0, -2.0, -4.0, 0.0], 7) + np.random.default_rng(6).normal(size=28)
    pattern = seasonal_pattern(y, season=4)
    plain = drift(y - np.tile(pattern, 7), season=4, horizon=3)
    fit = rungs(y, season=4).fits["drift"]
    assert (plain.df, fit.df) == (26, 23)
    np.testing.assert_allclose(fit.mean, plain.mean + pattern[:3])
    np.testing.assert_allclose(fit.scale**2, plain.sigma**2 * 26 / 23 * (plain.growth + 4 / 28))


def test_a_forecast_that_runs_away_is_refused():
    """The history spans 10; from 10, three times that is 40, and 41 is beyond it."""
    y = np.array([0.0, 10.0, 5.0, 10.0])
    _sane(Fit(np.array([40.0]), 1.0, np.ones(1), 3.0), y)
    with pytest.raises(UnfitError, match="more than 3 times the range"):
        _sane(Fit(np.array([41.0]), 1.0, np.ones(1), 3.0), y)
    with pytest.raises(UnfitError, match="not finite"):
        _sane(Fit(np.array([np.nan]), 1.0, np.ones(1), 3.0), y)


def test_a_longer_forecast_may_move_as_far_as_its_line():
    """Over 8 steps a line of three steps goes 8/3 of its range: 3 * 8/3 * 10 = 80 from the end."""
    y = np.array([0.0, 10.0, 5.0, 10.0])
    _sane(Fit(np.linspace(10.0, 89.0, 8), 1.0, np.ones(8), 3.0), y)
    with pytest.raises(UnfitError):
        _sane(Fit(np.linspace(10.0, 91.0, 8), 1.0, np.ones(8), 3.0), y)


@pytest.mark.parametrize("unit", [1e-9, 1e12])
def test_the_units_of_a_series_change_nothing_else(unit):
    """£ or £bn: the forecast is the same money."""
    plain, scaled = rungs(WALK), rungs(unit * WALK)
    assert sorted(plain.fits) == sorted(scaled.fits)
    for name, fit in plain.fits.items():
        np.testing.assert_allclose(scaled.fits[name].mean, unit * fit.mean, rtol=1e-8)
        np.testing.assert_allclose(scaled.fits[name].scale, unit * fit.scale, rtol=1e-6)
