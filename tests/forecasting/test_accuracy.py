"""Each measure against an oracle of a few lines of plain Python, or by hand."""

import math
from itertools import pairwise

import numpy as np
import pytest

from forecasting.accuracy import coverage, mase, mase_scale, msis, pinball, rmsse, smape

TRAIN = np.array([3.0, 5.0, 4.0, 8.0, 6.0])
ACTUAL = np.array([7.0, 9.0])
FORECAST = np.array([6.0, 6.0])


def test_mase_by_hand():
    """Steps 2, 1, 4, 2 have mean 9/4; errors 1 and 3 have mean 2; 2 / (9/4) = 8/9."""
    assert mase(ACTUAL, FORECAST, TRAIN, season=1) == pytest.approx(8 / 9)


def test_mase_scales_by_seasonal_steps():
    """Two apart: |4 - 3|, |8 - 5|, |6 - 4| have mean 2, so the mean error of 2 is 1."""
    assert mase(ACTUAL, FORECAST, TRAIN, season=2) == pytest.approx(1.0)


def test_a_history_within_one_season_is_scaled_by_single_steps():
    assert mase_scale(TRAIN, season=12) == mase_scale(TRAIN, season=1)


def test_rmsse_agrees_with_its_definition():
    steps = [(b - a) ** 2 for a, b in pairwise(TRAIN)]
    errors = [(a - f) ** 2 for a, f in zip(ACTUAL, FORECAST, strict=True)]
    oracle = math.sqrt((sum(errors) / len(errors)) / (sum(steps) / len(steps)))
    assert rmsse(ACTUAL, FORECAST, TRAIN) == pytest.approx(oracle)


def test_nothing_is_scaled_by_a_history_that_never_moves():
    flat = np.full(5, 3.0)
    assert math.isnan(mase(ACTUAL, FORECAST, flat, season=1))
    assert math.isnan(rmsse(ACTUAL, FORECAST, flat))
    assert math.isnan(mase_scale(flat[:1], season=1))


def test_smape_agrees_with_its_definition_and_by_hand():
    """Of 7 and 6, 200/13; of 9 and 6, 600/15; their mean is 27.69."""
    pairs = zip(ACTUAL, FORECAST, strict=True)
    oracle = sum(200 * abs(y - f) / (abs(y) + abs(f)) for y, f in pairs) / len(ACTUAL)
    assert smape(ACTUAL, FORECAST) == pytest.approx(oracle)
    assert oracle == pytest.approx((200 / 13 + 40) / 2)


def test_a_nought_forecast_as_nought_is_no_error_and_anything_else_is_the_whole():
    """The two steps are 0 and 200, whatever the size of the second."""
    assert smape(np.array([0.0, 0.0]), np.array([0.0, 3.0])) == 100.0


def test_pinball_charges_the_two_sides_apart():
    """At q = 0.9, 1 too low costs 0.9 and 2 too high costs 0.2: the mean is 0.55."""
    assert pinball(np.array([7.0, 4.0]), np.array([6.0, 6.0]), q=0.9) == pytest.approx(0.55)


def test_pinball_is_least_at_the_quantile():
    sample = np.random.default_rng(1).normal(size=4001)
    losses = {
        q: pinball(sample, np.full(4001, np.quantile(sample, q)), q=0.8) for q in (0.7, 0.8, 0.9)
    }
    assert min(losses, key=losses.get) == 0.8


def test_coverage_counts_the_ends():
    assert coverage(ACTUAL, np.array([7.0, 1.0]), np.array([8.0, 9.0])) == 1.0
    assert coverage(ACTUAL, np.array([7.1, 1.0]), np.array([8.0, 9.0])) == 0.5


@pytest.mark.parametrize(("level", "penalty"), [(95.0, 40.0), (80.0, 10.0)])
def test_msis_agrees_with_its_definition(level, penalty):
    lower, upper = np.array([7.5, 4.0]), np.array([9.0, 8.0])
    scores = [
        u - low + penalty * max(low - y, 0.0, y - u)
        for y, low, u in zip(ACTUAL, lower, upper, strict=True)
    ]
    steps = [abs(b - a) for a, b in pairwise(TRAIN)]
    oracle = (sum(scores) / len(scores)) / (sum(steps) / len(steps))
    found = msis(ACTUAL, lower, upper, TRAIN, season=1, level=level)
    assert found == pytest.approx(oracle)


def test_msis_by_hand():
    """Widths 2 and 4; 1 above the second costs 40: mean 23, over a mean step of 9/4."""
    lower, upper = np.array([6.0, 4.0]), np.array([8.0, 8.0])
    assert msis(ACTUAL, lower, upper, TRAIN, season=1) == pytest.approx(23 / (9 / 4))
    assert math.isnan(msis(ACTUAL, lower, upper, np.full(5, 3.0), season=1))
