"""Rolling origins know nothing of what comes after them."""

import doctest

import numpy as np
import pytest

from forecasting import backtest as module
from forecasting.backtest import backtest, origins_of
from forecasting.ladder import climb
from forecasting.spread import NO_SPREAD

WALK = 100 + np.cumsum(1 + 2 * np.random.default_rng(5).normal(size=12))


def rolled(y, *, horizon=3, season=1):
    return backtest(np.asarray(y), season=season, horizon=horizon, spread=NO_SPREAD)


def test_an_origin_is_the_ladder_of_a_shorter_history():
    for origin in rolled(WALK):
        alone = climb(WALK[: origin.start], season=1, horizon=len(origin.actual), spread=NO_SPREAD)
        assert sorted(origin.fits) == sorted(alone.fits)
        np.testing.assert_array_equal(origin.actual, WALK[origin.start : origin.start + 3])
        for name, fit in origin.fits.items():
            np.testing.assert_array_equal(fit.mean, alone.fits[name].mean)
            np.testing.assert_array_equal(fit.scale, alone.fits[name].scale)


@pytest.mark.parametrize("after", [1000.0, np.nan])
def test_an_origin_knows_nothing_that_comes_after_it(after):
    changed = WALK.copy()
    changed[9:] += after
    before, later = rolled(WALK)[0], rolled(changed)[0]
    assert before.start == later.start == 8
    for name, fit in before.fits.items():
        np.testing.assert_array_equal(fit.mean, later.fits[name].mean)
        np.testing.assert_array_equal(fit.scale, later.fits[name].scale)


@pytest.mark.parametrize("n", [1, 3, 4, 5, 6, 12, 200])
@pytest.mark.parametrize("horizon", [1, 3, 12])
@pytest.mark.parametrize("season", [1, 4])
def test_origins_are_few_and_leave_something_to_forecast(n, horizon, season):
    origins = origins_of(n, season=season, horizon=horizon)
    least = 4 if season == 1 else 9
    assert len(origins) <= 4
    assert all(least <= origin < n for origin in origins)
    assert bool(origins) == (n - max(1, horizon // 4) >= least)


def test_the_examples_hold():
    tried = doctest.testmod(module)
    assert tried.attempted == 2
    assert tried.failed == 0
