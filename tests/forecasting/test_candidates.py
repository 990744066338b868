"""Each candidate against the textbook, by hand, or against a direct call of statsmodels."""

import numpy as np
import pytest
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.statespace.sarimax import SARIMAX

from forecasting.candidates import CANDIDATES, UnfitError, ets, seasonal_pattern
from forecasting.candidates.arima import _GRID, _start, arima
from forecasting.candidates.diffuse import forecast_diffuse, with_future
from forecasting.candidates.drift import drift
from forecasting.candidates.fits import Fit, average
from forecasting.candidates.naive import naive, seasonal_naive
from forecasting.candidates.theta import theta

RNG = np.random.default_rng(12)
WALK = 100 + np.cumsum(1 + 2 * RNG.normal(size=12))
QUARTERS = np.tile([5.0, -3.0, -4.0, 2.0], 8) + 100 + np.arange(32) + RNG.normal(size=32)


def test_naive_by_hand():
    """Steps 2, -1, 3 have mean square 14/3 on three degrees of freedom."""
    fit = naive(np.array([4.0, 6.0, 5.0, 8.0]), season=1, horizon=2)
    np.testing.assert_allclose(fit.mean, [8.0, 8.0])
    np.testing.assert_allclose(fit.scale, np.sqrt(14 / 3 * np.array([1.0, 2.0])))
    assert fit.df == 3


def test_seasonal_naive_by_hand():
    """Steps of two apart: 1, 1, 2, of mean square 2; a year further the variance doubles."""
    fit = seasonal_naive(np.array([1.0, 5.0, 2.0, 6.0, 4.0]), season=2, horizon=3)
    np.testing.assert_allclose(fit.mean, [6.0, 4.0, 6.0])
    np.testing.assert_allclose(fit.scale**2, [2.0, 2.0, 4.0])
    assert fit.df == 3


@pytest.mark.parametrize("n", [3, 6, 12])
def test_drift_equals_the_textbook(n):
    """FPP3, section 5.5: y_n + h (y_n - y_1)/(n - 1), variance s^2 (h + h^2/(n - 1))."""
    y, h = WALK[:n], np.arange(1.0, 5.0)
    fit = drift(y, season=1, horizon=4)
    np.testing.assert_allclose(fit.mean, y[-1] + h * (y[-1] - y[0]) / (n - 1))
    np.testing.assert_allclose(fit.scale**2, np.var(np.diff(y), ddof=1) * (h + h**2 / (n - 1)))
    assert fit.df == n - 2


def test_smoothing_by_hand():
    """From level x at alpha = 1/2, 4, 6, 5 are forecast by x, 2 + x/2, 4 + x/4, then 4.5 + x/8.

    Least squares on 4 = x, 4 = x/2, 1 = x/4 gives x = (4 + 2 + 1/4)/(1 + 1/4 + 1/16) = 100/21.
    The squared errors left are 16 + 16 + 1 - (25/4)(100/21) = 68/21, on two degrees of freedom.
    x is known to within s^2 / (21/16), of which a forecast has (1/8)^2: 1/84 of a unit.
    """
    fit = ets._smooth(np.array([4.0, 6.0, 5.0]), [ets._Setting(0.5)], horizon=2)
    np.testing.assert_allclose(fit.mean, [4.5 + 100 / 21 / 8] * 2)
    assert fit.sigma**2 == pytest.approx(34 / 21)
    np.testing.assert_allclose(fit.growth, [1 + 1 / 84, 1 + 1 / 4 + 1 / 84])
    assert fit.df == 2


@pytest.mark.parametrize(
    ("setting", "season", "y"),
    [
        (ets._Setting(0.4), 1, WALK),
        (ets._Setting(0.4, 0.1), 1, WALK),
        (ets._Setting(0.4, 0.1, 0.9), 1, WALK),
        (ets._Setting(0.4, 0.1, 0.97, 0.2), 4, QUARTERS),
    ],
)
def test_smoothing_agrees_with_statsmodels_from_the_same_state(setting, season, y):
    """Given the least-squares state, forecasts, errors and simulated variance are statsmodels'."""
    model = ETSModel(
        y,
        trend=None if setting.beta is None else "add",
        damped_trend=setting.phi is not None,
        seasonal="add" if season > 1 else None,
        seasonal_periods=season if season > 1 else None,
    )
    fit = ets._smooth(y, [setting], horizon=5, season=season)
    states = ets._directions(trend=setting.beta is not None, season=season)[1:]
    design = np.array(
        [model.smooth([*setting.params, *state], return_raw=True)[0] for state in states]
    ) - (base := model.smooth([*setting.params, *(0 * states[0])], return_raw=True)[0])
    start = np.linalg.lstsq(design.T, y - base, rcond=None)[0] @ states
    direct = model.smooth([*setting.params, *start])
    np.testing.assert_allclose(fit.mean, direct.forecast(5), rtol=1e-8)
    assert fit.sigma**2 * fit.df == pytest.approx(direct.sse, rel=1e-8)
    simulated = direct.simulate(5, anchor="end", repetitions=40000, rng=np.random.default_rng(5))
    shocks = ets._shocks(setting, horizon=5, season=season)
    np.testing.assert_allclose(np.var(simulated, axis=1) / (direct.sse / len(y)), shocks, rtol=0.05)


def test_theta_agrees_with_statsmodels_on_a_long_series():
    """The same half slope; a level within a sixth of a standard error: a grid for a peak."""
    rng = np.random.default_rng(4)
    y = 100 + 0.1 * np.arange(120) + np.cumsum(rng.normal(size=120)) + 2 * rng.normal(size=120)
    reference = ThetaModel(y, period=1, deseasonalize=False).fit()
    fit = theta(y, season=1, horizon=6)
    np.testing.assert_allclose(np.diff(fit.mean), reference.params["b0"] / 2)
    np.testing.assert_allclose(fit.mean, reference.forecast(6), atol=fit.sigma / 6)


def test_theta_adds_the_uncertainty_of_its_slope():
    """To the smoothed rest, (h/2)^2 * 6/(5 n) a step, and one degree of freedom for the slope."""
    n, h = len(WALK), np.arange(1.0, 4.0)
    slope = np.polyfit(np.arange(n), WALK, 1)[0]
    rest = ets.ets_level(WALK - slope / 2 * np.arange(n), season=1, horizon=3)
    fit = theta(WALK, season=1, horizon=3)
    np.testing.assert_allclose(fit.growth, rest.growth + h**2 / 4 * 6 / (5 * n))
    assert fit.df == rest.df - 1 == n - 2
    assert fit.sigma**2 * fit.df == pytest.approx(rest.sigma**2 * rest.df)


def test_theta_lies_half_way_from_flat_to_the_trend():
    """Of a long noisy line of slope 2 the forecast rises by 1 a step."""
    y = 2.0 * np.arange(60) + np.random.default_rng(3).normal(size=60)
    fit = theta(y, season=1, horizon=4)
    np.testing.assert_allclose(np.diff(fit.mean), 1.0, atol=0.02)


def test_arima_without_dynamics_is_drift_or_the_mean():
    """(0,1,0) with drift is the random walk with drift; (0,0,0) with a mean has s^2 (1 + 1/n)."""
    for y, d in ((WALK, 1), (WALK - 1.1 * np.arange(12), 0)):
        time = np.arange(15.0)[:, np.newaxis] ** d
        model = SARIMAX(
            with_future(y, horizon=3),
            exog=time,
            order=(1, d, 1),
            mle_regression=False,
            use_exact_diffuse=True,
        )
        fit = forecast_diffuse(model, [[0.0, 0.0, 1.0]], horizon=3)
        if d:
            textbook = drift(y, season=1, horizon=3)
            np.testing.assert_allclose(fit.mean, textbook.mean)
            np.testing.assert_allclose(fit.scale, textbook.scale)
        else:
            np.testing.assert_allclose(fit.mean, y.mean())
            np.testing.assert_allclose(fit.scale, np.std(y, ddof=1) * np.sqrt(1 + 1 / 12))


@pytest.mark.parametrize("differences", [0, 1])
def test_the_closed_form_start_of_arima_is_the_one_statsmodels_solves_for(differences):
    model = SARIMAX(
        with_future(WALK, horizon=3),
        exog=np.arange(15.0)[:, np.newaxis] ** differences,
        order=(1, differences, 1),
        mle_regression=False,
        use_exact_diffuse=True,
    )
    solved = [forecast_diffuse(model, [setting], horizon=3) for setting in _GRID]

    def start(setting):
        model.ssm.initialization = _start(*setting[:2], differences=differences)

    closed = [forecast_diffuse(model, [setting], horizon=3, start=start) for setting in _GRID]
    for one, other in zip(solved, closed, strict=True):
        np.testing.assert_allclose(one.mean, other.mean)
        np.testing.assert_allclose(one.scale, other.scale)


def test_arima_finds_the_mean_that_an_autoregression_returns_to():
    rng, y = np.random.default_rng(8), [0.0]
    for _ in range(199):
        y.append(0.3 * y[-1] + rng.normal())
    fit = arima(50 + np.array(y), season=1, horizon=10)
    assert fit.mean[-1] == pytest.approx(50, abs=0.3)
    assert fit.scale[-1] == pytest.approx(1 / np.sqrt(1 - 0.3**2), rel=0.1)


def test_an_average_has_the_moments_of_its_parts():
    """Means 1 and 3 weighted 1/4 and 3/4 give 2.5; the variance is 1 + (1.5^2 + 3 * 0.5^2)/4."""
    parts = [Fit(np.array([m]), 1.0, np.array([1.0]), 5.0) for m in (1.0, 3.0)]
    both = average(parts, np.array([0.25, 0.75]))
    assert both.mean[0] == pytest.approx(2.5)
    assert both.scale[0] ** 2 == pytest.approx(1.75)


def test_a_season_is_found_where_there_is_one():
    found = seasonal_pattern(QUARTERS, season=4)
    np.testing.assert_allclose(found, [5.0, -3.0, -4.0, 2.0], atol=0.8)
    assert not seasonal_pattern(WALK, season=4).any()
    assert not seasonal_pattern(5.0 * np.arange(60) + RNG.normal(size=60), season=4).any()
    assert not seasonal_pattern(QUARTERS[:8], season=4).any()


def test_the_seasonal_candidate_continues_the_season():
    fit = ets.ets_seasonal(QUARTERS, season=4, horizon=4)
    np.testing.assert_allclose(fit.mean, np.array([5, -3, -4, 2]) + 132 + np.arange(4), atol=1.6)


def test_a_history_without_error_is_declined_by_what_must_choose_a_setting():
    line = 10.0 + np.arange(12)
    for fit in (ets.ets_trend, arima):
        with pytest.raises(UnfitError, match="without error"):
            fit(line, season=1, horizon=2)


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda c: c.name)
@pytest.mark.parametrize("scale", [1.0, 1e-3, 1e3])
def test_a_forecast_scales_with_the_units_of_its_series(candidate, scale):
    season = 4
    one = candidate.fit(QUARTERS, season=season, horizon=6)
    other = candidate.fit(scale * QUARTERS, season=season, horizon=6)
    np.testing.assert_allclose(other.mean, scale * one.mean, rtol=1e-7)
    np.testing.assert_allclose(other.scale, scale * one.scale, rtol=1e-6)


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda c: c.name)
def test_every_candidate_fits_the_fewest_periods_it_asks_for(candidate):
    season = 4
    fit = candidate.fit(
        QUARTERS[: candidate.shortest + candidate.seasons * season], season=season, horizon=3
    )
    assert np.all(np.isfinite(fit.mean))
    assert np.all(np.isfinite(fit.scale))
