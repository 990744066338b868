"""The simple candidates by hand, and what holds for every one of them."""

from dataclasses import replace

import numpy as np
import pytest
from statsmodels.tsa.forecasting.theta import ThetaModel

from forecasting.candidates import CANDIDATES, UnfitError
from forecasting.candidates.drift import drift
from forecasting.candidates.ets import ets_level
from forecasting.candidates.fits import average
from forecasting.candidates.intermittent import _OFTEN, _SIZE, intermittent
from forecasting.candidates.naive import naive, seasonal_naive
from forecasting.candidates.theta import theta
from tests.forecasting.panels import past

RNG = np.random.default_rng(12)
NONE = np.nan
WALK = 100 + np.cumsum(1 + 2 * RNG.normal(size=12))
QUARTERS = np.tile([5.0, -3.0, -4.0, 2.0], 8) + 100 + np.arange(32) + RNG.normal(size=32)
COUNTS = np.array([0, 0, 3, 0, 2, 0, 0, 0, 4, 1, 0, 0, 2, 0, 0, 3], dtype=float)
every_candidate = pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda c: c.name)


def test_naive_by_hand():
    """Steps 2, -1, 3 have mean square 14/3 on three degrees of freedom."""
    fit = naive(past([4.0, 6.0, 5.0, 8.0]), horizon=2)
    np.testing.assert_allclose(fit.mean, [8.0, 8.0])
    np.testing.assert_allclose(fit.scale, np.sqrt(14 / 3 * np.array([1.0, 2.0])))
    np.testing.assert_allclose(fit.errors, [NONE, 2.0, -1.0, 3.0])
    assert fit.df == 3


def test_naive_with_a_hole_by_hand():
    """Only 4 to 6 and 8 to 5 are steps between two known values: (4 + 9)/2 on two degrees."""
    fit = naive(past([4.0, 6.0, NONE, 8.0, 5.0]), horizon=1)
    np.testing.assert_allclose(fit.errors, [NONE, 2.0, NONE, NONE, -3.0])
    assert fit.sigma**2 == pytest.approx(13 / 2)
    assert fit.df == 2


def test_seasonal_naive_by_hand():
    """Steps of two apart: 1, 1, 2, of mean square 2; a year further the variance doubles."""
    fit = seasonal_naive(past([1.0, 5.0, 2.0, 6.0, 4.0], season=2), horizon=3)
    np.testing.assert_allclose(fit.mean, [6.0, 4.0, 6.0])
    np.testing.assert_allclose(fit.scale**2, [2.0, 2.0, 4.0])
    assert fit.df == 3


def test_seasonal_naive_with_a_hole_by_hand():
    """5 is missing between 3 and 7 of its season and filled by their mean, which is no evidence."""
    fit = seasonal_naive(past([3.0, 1.0, NONE, 2.0, 7.0, 4.0], season=2), horizon=2)
    np.testing.assert_allclose(fit.mean, [7.0, 4.0])
    np.testing.assert_allclose(fit.errors, [NONE, NONE, NONE, 1.0, NONE, 2.0])
    assert fit.sigma**2 == pytest.approx(5 / 2)


@pytest.mark.parametrize("n", [3, 6, 12])
def test_drift_equals_the_textbook(n):
    """FPP3, section 5.5: y_n + h (y_n - y_1)/(n - 1), variance s^2 (h + h^2/(n - 1))."""
    y, h = WALK[:n], np.arange(1.0, 5.0)
    fit = drift(past(y), horizon=4)
    np.testing.assert_allclose(fit.mean, y[-1] + h * (y[-1] - y[0]) / (n - 1))
    np.testing.assert_allclose(fit.scale**2, np.var(np.diff(y), ddof=1) * (h + h**2 / (n - 1)))
    assert fit.df == n - 2


def test_drift_with_a_hole_at_its_start_by_hand():
    """1, ?, 4, 5 rises by 4/3 a period: 8/3 over two and 4/3 over one.

    What is left is 3 - 8/3 = 1/3, of twice the variance, and 1 - 4/3 = -1/3: 1/18 + 1/9 = 1/6 on
    the one degree of freedom of three values.
    """
    h = np.arange(1.0, 4.0)
    fit = drift(past([1.0, NONE, 4.0, 5.0]), horizon=3)
    np.testing.assert_allclose(fit.mean, 5.0 + h * 4 / 3)
    np.testing.assert_allclose(fit.scale**2, (h + h**2 / 3) / 6)
    assert fit.df == 1


def test_drift_with_a_hole_by_hand():
    """1, 3, ?, 7, 8 rises by 7/4 a period: 7/4, then 7/2 over two, then 7/4.

    What is left is 1/4, 1/2 of twice the variance, -3/4: 1/16 + 1/8 + 9/16 = 3/4 on two degrees.
    """
    h = np.arange(1.0, 4.0)
    fit = drift(past([1.0, 3.0, NONE, 7.0, 8.0]), horizon=3)
    np.testing.assert_allclose(fit.mean, 8.0 + h * 7 / 4)
    np.testing.assert_allclose(fit.scale**2, 3 / 8 * (h + h**2 / 4))
    assert fit.df == 2


def test_drift_continues_a_line_without_width():
    fit = drift(past(10.0 + 2.0 * np.arange(8)), horizon=2)
    np.testing.assert_allclose(fit.mean, [26.0, 28.0])
    assert fit.sigma == 0.0


def test_theta_agrees_with_statsmodels_on_a_long_series():
    """The same half slope; a level within a sixth of a standard error: a grid for a peak."""
    rng = np.random.default_rng(4)
    y = 100 + 0.1 * np.arange(120) + np.cumsum(rng.normal(size=120)) + 2 * rng.normal(size=120)
    reference = ThetaModel(y, period=1, deseasonalize=False).fit()
    fit = theta(past(y), horizon=6)
    np.testing.assert_allclose(np.diff(fit.mean), reference.params["b0"] / 2)
    np.testing.assert_allclose(fit.mean, reference.forecast(6), atol=fit.sigma / 6)


def test_theta_adds_the_uncertainty_of_its_slope():
    """To the smoothed rest, (h/2)^2 * 6/(5 n) a step, and one degree of freedom for the slope."""
    n, h = len(WALK), np.arange(1.0, 4.0)
    slope = np.polyfit(np.arange(n), WALK, 1)[0]
    rest = ets_level(past(WALK - slope / 2 * np.arange(n)), horizon=3)
    fit = theta(past(WALK), horizon=3)
    np.testing.assert_allclose(fit.mean, rest.mean + slope / 2 * (n - 1 + h))
    np.testing.assert_allclose(fit.growth, rest.growth + h**2 / 4 * 6 / (5 * n))
    assert fit.df == pytest.approx(rest.df - 1)
    assert fit.sigma**2 * fit.df == pytest.approx(rest.sigma**2 * rest.df)


def test_theta_takes_its_slope_from_what_is_known():
    """A hole on no line: the least-squares slope is that of the other eleven."""
    y = np.where(np.arange(12) == 4, NONE, WALK)
    seen = np.isfinite(y)
    slope = np.polyfit(np.flatnonzero(seen), y[seen], 1)[0]
    np.testing.assert_allclose(np.diff(theta(past(y), horizon=3).mean), slope / 2)


def tsb_by_hand(y, often_step, size_step):
    """Return the last forecast and the squared errors, as Teunter, Syntetos & Babai write them."""
    often, size, square = np.mean(y > 0), np.mean(y[y > 0]), 0.0
    for value in y:
        square += (value - often * size) ** 2
        if value > 0:
            size = size_step * value + (1 - size_step) * size
            often = often_step + (1 - often_step) * often
        else:
            often = (1 - often_step) * often
    return often * size, square


def test_demand_that_comes_and_goes_is_weighed_by_its_squared_errors():
    """Each of sixteen pairs of constants by hand; 14 degrees of freedom; SSE to the power -7."""
    runs = [tsb_by_hand(COUNTS, often, size) for often in _OFTEN for size in _SIZE]
    means, squares = np.array(runs).T
    weights = squares**-7.0 / np.sum(squares**-7.0)
    fit = intermittent(past(COUNTS), horizon=3)
    np.testing.assert_allclose(fit.mean, np.full(3, weights @ means))
    assert fit.df == 14
    assert fit.sigma**2 == pytest.approx(weights @ squares / 14)


def test_demand_that_has_ended_fades():
    """Croston's forecast would stay where it was."""
    ended = np.concatenate([COUNTS, np.zeros(16)])
    assert intermittent(past(ended), horizon=1).mean[0] < np.mean(COUNTS) / 2


def test_what_comes_every_year_does_not_come_and_go():
    for y, reason in ((WALK, "nought"), (-COUNTS, "nought"), (np.zeros(8), "every value")):
        with pytest.raises(UnfitError, match=reason):
            intermittent(past(y), horizon=2)


def test_an_average_has_the_moments_of_its_parts():
    """Means 1 and 3 weighted 1/4 and 3/4 give 2.5.

    The variances are 1 * 1 and 4 * 1.5, of mean 4.75; (1.5^2 + 3 * 0.5^2)/4 = 0.75 is between them.
    """
    both = average(
        np.array([[1.0], [3.0]]),
        np.array([1.0, 2.0]),
        np.array([[1.0], [1.5]]),
        np.array([0.25, 0.75]),
        df=5.0,
        errors=np.array([[1.0, NONE], [5.0, NONE]]),
    )
    assert both.mean[0] == pytest.approx(2.5)
    assert both.scale[0] ** 2 == pytest.approx(5.5)
    assert both.sigma**2 == pytest.approx(0.25 * 1 + 0.75 * 4)
    np.testing.assert_allclose(both.errors, [4.0, NONE])


def history(candidate):
    """Return a history of quarters that suits a candidate."""
    return past(COUNTS if candidate.fit is intermittent else QUARTERS, season=4)


@every_candidate
@pytest.mark.parametrize("unit", [1e-3, 1e3])
def test_a_forecast_scales_with_the_units_of_its_series(candidate, unit):
    one = history(candidate)
    plain = candidate.fit(one, horizon=6)
    other = candidate.fit(replace(one, values=unit * one.values), horizon=6)
    np.testing.assert_allclose(other.mean, unit * plain.mean, rtol=1e-9)
    np.testing.assert_allclose(other.scale, unit * plain.scale, rtol=1e-9)
    np.testing.assert_allclose(other.errors, unit * plain.errors, atol=unit * 1e-7)


@every_candidate
def test_every_candidate_fits_the_fewest_periods_it_asks_for(candidate):
    whole = history(candidate)
    n = candidate.shortest + 4 * candidate.seasons
    fit = candidate.fit(
        replace(whole, values=whole.values[:n], observed=whole.observed[:n]), horizon=3
    )
    assert fit.mean.shape == fit.growth.shape == (3,)
    assert fit.errors.shape == (n,)
    assert np.all(np.isfinite(fit.mean))
    assert np.all(np.isfinite(fit.scale))
    assert np.all(np.diff(fit.growth) >= 0.0)


@every_candidate
def test_a_filled_value_is_no_error_and_takes_degrees_of_freedom(candidate):
    whole = history(candidate)
    hole = np.where(np.arange(len(whole)) == 9, NONE, whole.values)
    fit = candidate.fit(past(hole, season=4), horizon=3)
    assert np.isnan(fit.errors[9])
    assert fit.df < candidate.fit(whole, horizon=3).df
