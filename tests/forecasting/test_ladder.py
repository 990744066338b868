"""Every candidate stands or falls with a reason."""

import numpy as np
import pytest

from forecasting.candidates import CANDIDATES, seasonal_pattern
from forecasting.candidates.drift import drift
from forecasting.candidates.fits import Fit, UnfitError
from forecasting.ladder import _sane, climb
from forecasting.spread import NO_SPREAD, Spread
from tests.forecasting.panels import past

WALK = 100 + np.cumsum(1 + 2 * np.random.default_rng(5).normal(size=12))
SEASON = np.tile([6.0, -2.0, -4.0, 0.0], 7)
QUARTERS = 100 + np.arange(28) + SEASON + 0.3 * np.random.default_rng(6).normal(size=28)


def rungs(y, **settings):
    return climb(
        np.asarray(y, dtype=float), **{"season": 1, "horizon": 3, "spread": NO_SPREAD, **settings}
    )


def fit(mean, *, growth=1.0, df=3.0):
    mean = np.atleast_1d(np.asarray(mean, dtype=float))
    return Fit(mean, 1.0, np.full(len(mean), growth), df, np.zeros(4))


@pytest.mark.parametrize("n", [1, 2, 3, 4, 6, 12])
@pytest.mark.parametrize("season", [1, 4])
def test_every_candidate_stands_or_has_a_reason(n, season):
    ladder = rungs(WALK[:n], season=season)
    assert sorted([*ladder.fits, *ladder.reasons]) == sorted(c.name for c in CANDIDATES)
    assert all(ladder.reasons.values())


def test_a_short_history_leaves_the_simplest_candidates():
    assert sorted(rungs(WALK[:3]).fits) == ["naive"]
    assert sorted(rungs(WALK[:4]).fits) == ["drift", "ets level", "ets steady", "naive"]
    assert rungs(WALK[:4]).reasons["arima"] == "it needs 9 periods of history, and has 4"
    assert "too short to measure its spread" in rungs(WALK[:2]).reasons["naive"]


def test_a_panel_lends_a_spread_to_one_value():
    """The last value with the variance lent, 2, and its degrees of freedom."""
    lent = rungs([5.0], spread=Spread(variance=2.0, df=6.0, series=9)).fits["naive"]
    np.testing.assert_allclose(lent.mean, np.full(3, 5.0))
    np.testing.assert_allclose(lent.scale**2, [2.0, 4.0, 6.0])
    assert lent.df == 6


def test_a_season_is_taken_out_and_put_back_for_those_that_know_none():
    """A season of +6 -2 -4 on a line of slope 1: drift follows it within the noise."""
    fits = rungs(QUARTERS, season=4, horizon=4).fits
    assert sorted(fits) == sorted(c.name for c in CANDIDATES if c.name != "intermittent")
    np.testing.assert_allclose(fits["drift"].mean, 128 + np.arange(4) + SEASON[:4], atol=1.5)


def test_a_season_costs_degrees_of_freedom_and_widens_the_interval():
    """Three for four quarters of 26 - the drift's 28 less 2 - and 4/28 of a variance each."""
    pattern = seasonal_pattern(past(QUARTERS, season=4))
    plain = drift(past(QUARTERS - np.tile(pattern, 7)), horizon=3)
    found = rungs(QUARTERS, season=4).fits["drift"]
    assert (plain.df, found.df) == (26, 23)
    np.testing.assert_allclose(found.mean, plain.mean + pattern[:3])
    np.testing.assert_allclose(found.scale**2, plain.sigma**2 * 26 / 23 * (plain.growth + 4 / 28))


def test_a_season_does_not_hide_that_demand_comes_and_goes():
    """Half of sixty months are nought, and the summers busier."""
    busy = 0.6 * (1 + 0.8 * np.sin(np.arange(60) / 12 * 2 * np.pi))
    counts = np.random.default_rng(3).poisson(busy)
    assert np.mean(counts == 0) > 0.4
    assert "intermittent" in rungs(counts, season=12).fits


def test_what_is_missing_at_the_end_is_forecast_and_left_out():
    """Two periods missing after twelve: of five steps ahead the last three are wanted."""
    whole = rungs(WALK, horizon=5)
    short = rungs([*WALK, np.nan, np.nan], horizon=3)
    assert sorted(short.fits) == sorted(whole.fits)
    for name, found in short.fits.items():
        np.testing.assert_array_equal(found.mean, whole.fits[name].mean[2:])
        np.testing.assert_array_equal(found.scale, whole.fits[name].scale[2:])
        assert found.errors.shape == (14,)
        assert np.isnan(found.errors[12:]).all()


def test_a_calculation_that_breaks_down_is_a_reason_and_no_more():
    """Half of the history missing leaves ARIMA hardly a step between two known values."""
    y = 100 + np.cumsum(np.random.default_rng(3).normal(size=31))
    y[1::2] = np.nan
    ladder = rungs(y)
    assert "hardly two of its known values" in ladder.reasons["arima"]
    assert {"drift", "ets level", "theta"} <= set(ladder.fits)


def test_a_forecast_that_runs_away_is_refused():
    """The history spans 10; from 10, three times that is 40, and 41 is beyond it."""
    y = past([0.0, 10.0, 5.0, 10.0])
    _sane(fit(40.0), y)
    with pytest.raises(UnfitError, match="more than 3 times the range"):
        _sane(fit(41.0), y)
    with pytest.raises(UnfitError, match="not finite"):
        _sane(fit(np.nan), y)
    with pytest.raises(UnfitError, match="not finite"):
        _sane(fit(10.0, growth=np.inf), y)
    with pytest.raises(UnfitError, match="too short to measure its spread"):
        _sane(fit(10.0, df=1.0), y)


def test_a_longer_forecast_may_move_as_far_as_its_line():
    """Over 8 steps a line of three steps goes 8/3 of its range: 3 * 8/3 * 10 = 80 from the end."""
    y = past([0.0, 10.0, 5.0, 10.0])
    _sane(fit(np.linspace(10.0, 89.0, 8)), y)
    with pytest.raises(UnfitError):
        _sane(fit(np.linspace(10.0, 91.0, 8)), y)


@pytest.mark.parametrize("unit", [1e-9, 1e12])
def test_the_units_of_a_series_change_nothing_else(unit):
    """£ or £bn: the forecast is the same money."""
    plain, scaled = rungs(WALK), rungs(unit * WALK)
    assert sorted(plain.fits) == sorted(scaled.fits)
    for name, found in plain.fits.items():
        np.testing.assert_allclose(scaled.fits[name].mean, unit * found.mean, rtol=1e-8)
        np.testing.assert_allclose(scaled.fits[name].scale, unit * found.scale, rtol=1e-6)
