"""ARIMA's filter, growth and drift against statsmodels' state space; its choices by recovery."""

import numpy as np
import pytest
from statsmodels.tsa.arima_process import arma2ma
from statsmodels.tsa.statespace.sarimax import SARIMAX

from forecasting.candidates import UnfitError
from forecasting.candidates.arima import _add_up, _design, _grid, _run, _Setting, arima
from tests.forecasting.panels import past

STEPS = np.random.default_rng(7).normal(size=30)


def sarimax(setting, steps):
    """Return statsmodels' filter of the same polynomials, with no error before the first."""
    model = SARIMAX(steps, order=(2, 0, len(setting.ma) - 1), enforce_invertibility=False)
    parameters = np.array([*-np.array(setting.ar[1:]), *setting.ma[1:], 1.0])
    model.update(parameters)
    shock = model.ssm["selection"]
    model.ssm.initialize_known(np.zeros(model.k_states), shock @ shock.T)
    return model.filter(parameters)


@pytest.mark.parametrize("m", [1, 4])
def test_errors_and_forecasts_are_those_of_the_state_space(m):
    grid = _grid(m)
    within, later = _run(STEPS, grid, horizon=6)
    for i in range(0, len(grid), 7):
        direct = sarimax(grid[i], STEPS)
        np.testing.assert_allclose(within[i], direct.resid, atol=1e-10)
        np.testing.assert_allclose(later[i], direct.forecast(6), atol=1e-10)


@pytest.mark.parametrize("m", [1, 4, 12])
def test_growth_is_the_sum_of_squared_psi_weights(m):
    """Of the whole model, its seasonal step multiplied in."""
    growth = _design(m, 30, 9).growth
    lag = np.eye(m + 1)[0] - np.eye(m + 1)[m]
    for setting, found in zip(_grid(m), growth, strict=True):
        psi = arma2ma(np.convolve(setting.ar, lag), setting.ma, lags=9)
        np.testing.assert_allclose(found, np.cumsum(psi**2))


@pytest.mark.parametrize("m", [1, 4])
def test_every_setting_is_stationary_and_invertible(m):
    for setting in _grid(m):
        for polynomial in (setting.ar, setting.ma):
            assert np.all(np.abs(np.roots(polynomial)) < 1.0)


def test_an_autoregression_decays_by_hand():
    """At phi = 0.6 a last step of 1 is followed by 0.6, 0.36 and 0.216."""
    grid = (_Setting((1.0, -0.6, 0.0), (1.0, 0.0), 1.0),)
    within, later = _run(np.array([2.0, 0.5, 1.0]), grid, horizon=3)
    np.testing.assert_allclose(within[0], [2.0, 0.5 - 1.2, 1.0 - 0.3])
    np.testing.assert_allclose(later[0], [0.6, 0.36, 0.216])


def test_seasonal_steps_add_up_by_hand():
    """Steps 1, 2, 3 of a season of two: the third is on top of the first."""
    np.testing.assert_allclose(_add_up(np.array([[1.0, 2.0, 3.0]]), 2), [[1.0, 2.0, 4.0]])


@pytest.mark.parametrize("m", [1, 4])
def test_a_drift_is_what_the_forecasts_gain_when_every_step_does(m):
    """Steps a unit higher with a drift a unit higher leave the same errors."""
    grid, design = _grid(m), _design(m, 30, 8)
    within, later = _run(STEPS, grid, horizon=8)
    more, further = _run(STEPS + 1.0, grid, horizon=8)
    np.testing.assert_allclose(more - design.within[:, :, 0], within, atol=1e-10)
    gained = _add_up(further, m) + design.ahead[:, :, 0] - _add_up(later, m)
    np.testing.assert_allclose(gained, np.tile(1.0 + np.arange(8) // m, (len(grid), 1)), atol=1e-9)


@pytest.mark.parametrize("m", [1, 4])
def test_a_line_under_its_season_is_continued(m):
    """A slope of 2 a year, and noise of a fiftieth."""
    pattern = np.array([6.0, -2.0, -4.0, 0.0])[:m]
    time = np.arange(44)
    line = 50 + 2.0 * (time // m) + pattern[time % m]
    noise = 0.04 * np.random.default_rng(5).normal(size=36)
    fit = arima(past(line[:36] + noise, season=m), horizon=8)
    np.testing.assert_allclose(fit.mean, line[36:], atol=0.35)


def test_a_step_counts_if_both_its_ends_do():
    """One hole takes two steps, and what fills it is nowhere counted as an error."""
    y = 100 + np.cumsum(STEPS)
    holed = np.where(np.arange(30) == 12, np.nan, y)
    fit = arima(past(holed), horizon=2)
    assert np.flatnonzero(np.isnan(fit.errors)).tolist() == [0, 12, 13]
    assert arima(past(y), horizon=2).df - fit.df == pytest.approx(2, abs=0.3)


def test_what_returns_to_its_mean_is_forecast_less_wide_than_a_walk():
    """An autoregression of 0.3 over 200 periods: ten steps on, less than twice one step's width."""
    rng, y = np.random.default_rng(8), [0.0]
    for _ in range(199):
        y.append(0.3 * y[-1] + rng.normal())
    fit = arima(past(50 + np.array(y)), horizon=10)
    assert fit.mean[-1] == pytest.approx(50, abs=1)
    assert fit.scale[-1] < 2 * fit.scale[0]
    walk = arima(past(np.cumsum(rng.normal(size=200))), horizon=10)
    assert walk.scale[-1] == pytest.approx(walk.scale[0] * np.sqrt(10), rel=0.2)


def test_a_history_without_error_is_declined():
    with pytest.raises(UnfitError, match="without error"):
        arima(past(np.full(12, 3.0)), horizon=2)
