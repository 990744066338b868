"""Exponential smoothing against its own recursion, statsmodels and the textbook's variances."""

import numpy as np
import pytest
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from forecasting.candidates import UnfitError, ets, robust, smoothing
from forecasting.candidates.smoothing import Setting, smooth
from tests.forecasting.panels import past

RNG = np.random.default_rng(12)
WALK = 100 + np.cumsum(1 + 2 * RNG.normal(size=12))
QUARTERS = np.tile([5.0, -3.0, -4.0, 2.0], 8) + 100 + np.arange(32) + RNG.normal(size=32)
FLAT = 1e9
"""A variance so large that the prior says nothing."""
SETTINGS = {
    "level": (Setting(0.4), 1, WALK),
    "steady": (Setting(0.4, slope=FLAT), 1, WALK),
    "trend": (Setting(0.4, 0.1, slope=FLAT), 1, WALK),
    "damped": (Setting(0.4, 0.1, 0.9, slope=FLAT), 1, WALK),
    "seasonal": (Setting(0.4, 0.1, 0.97, 0.2, FLAT, FLAT), 4, QUARTERS),
}
each_setting = pytest.mark.parametrize(("setting", "m", "y"), SETTINGS.values(), ids=SETTINGS)


@pytest.fixture
def normal(monkeypatch):
    """Make the errors normal, so that least squares is the whole of the estimation."""
    monkeypatch.setattr(robust, "TAIL", 1e12)


def errors_by_the_equations(s, y, *, level, slope, seasons):
    """Return one-step errors as the docstring of a setting says it, period by period."""
    errors, seasons = [], list(seasons)
    for value in y:
        error = value - (level + s.phi * slope + seasons[0])
        level += s.phi * slope + s.alpha * error
        slope = s.phi * slope + s.beta * error
        seasons = [*seasons[1:], seasons[0] + s.gamma * error]
        errors.append(error)
    return np.array(errors)


def statsmodels_fit(s, m, y):
    """Return statsmodels' own results from the states that leave the least squares."""
    trend, season = bool(s.slope), bool(s.season)
    model = ETSModel(
        y,
        trend="add" if trend else None,
        damped_trend=trend and s.phi < 1.0,
        seasonal="add" if season else None,
        seasonal_periods=m if season else None,
    )
    units = np.eye(2 + (m - 1 if season else 0))
    units = units if trend else np.delete(units, 1, axis=0)

    def errors(unit, values):
        seasons = [*unit[2:], -unit[2:].sum()] if season else [0.0]
        return errors_by_the_equations(s, values, level=unit[0], slope=unit[1], seasons=seasons)

    # Errors are linear in the states: nought's less each unit's are a regression.
    base = errors(0 * units[0], y)
    design = np.array([-errors(unit, 0 * y) for unit in units]).T
    level, slope, *seasons = np.linalg.lstsq(design, base, rcond=None)[0] @ units
    parameters = [s.alpha, *([s.beta] if trend else []), *([s.gamma] if season else [])]
    parameters += [s.phi] if trend and s.phi < 1.0 else []
    states = [level, *([slope] if trend else [])]
    # statsmodels has the latest season first.
    states += [-sum(seasons), *seasons[::-1]] if season else []
    return model.smooth([*parameters, *states])


def test_a_level_by_hand(normal):
    """From level x at alpha = 1/2, 4, 6, 5 are forecast by x, 2 + x/2, 4 + x/4, then 4.5 + x/8.

    Least squares on 4 = x, 4 = x/2, 1 = x/4 gives x = (4 + 2 + 1/4)/(1 + 1/4 + 1/16) = 100/21.
    The squared errors left are 16 + 16 + 1 - (25/4)(100/21) = 68/21, on two degrees of freedom.
    x is known to within s^2 / (21/16), of which a forecast has (1/8)^2: 1/84 of a unit.
    """
    fit = smooth(past([4.0, 6.0, 5.0]), (Setting(0.5),), horizon=2)
    np.testing.assert_allclose(fit.mean, [4.5 + 100 / 21 / 8] * 2)
    assert fit.sigma**2 == pytest.approx(34 / 21)
    np.testing.assert_allclose(fit.growth, [1 + 1 / 84, 1 + 1 / 4 + 1 / 84])
    assert fit.df == pytest.approx(2)


@each_setting
@pytest.mark.usefixtures("normal")
def test_forecasts_and_errors_are_those_of_statsmodels_from_the_same_states(setting, m, y):
    direct = statsmodels_fit(setting, m, y)
    fit = smooth(past(y, season=m), (setting,), horizon=9)
    np.testing.assert_allclose(fit.mean, direct.forecast(9), rtol=1e-6)
    np.testing.assert_allclose(fit.errors, direct.resid, atol=1e-5)
    unknowns = 1 + (setting.slope > 0.0) + (m - 1)
    assert fit.df == pytest.approx(len(y) - unknowns, abs=1e-4)
    assert fit.sigma**2 * fit.df == pytest.approx(direct.sse, rel=1e-5)


@each_setting
@pytest.mark.usefixtures("normal")
def test_a_flat_start_costs_the_variance_of_its_regression(setting, m, y):
    """The forecasts are linear in the states: d (X'X)^-1 d', X and d found by differences."""
    h = 5
    design = smoothing._design((setting,), len(y), m, h)
    inverse = np.linalg.inv(design.within[0].T @ design.within[0])
    drawn = np.einsum("hi,ij,hj->h", design.ahead[0], inverse, design.ahead[0])
    fit = smooth(past(y, season=m), (setting,), horizon=h)
    np.testing.assert_allclose(fit.growth, design.growth[0] + drawn, rtol=1e-5)
    # Where the level starts one higher, every forecast of statsmodels moves by `ahead`.
    direct = statsmodels_fit(setting, m, y)
    place = direct.model.param_names.index("initial_level")
    moved = direct.params + np.eye(len(direct.params))[place]
    difference = direct.model.smooth(moved).forecast(h) - direct.forecast(h)
    np.testing.assert_allclose(difference, design.ahead[0, :, 0], atol=1e-9)


def textbook_variance(s, h, m):
    """Return Hyndman, Koehler, Ord & Snyder (2008), table 6.1, for a variance of 1."""
    a, b, c, phi, years = s.alpha, s.beta, s.gamma, s.phi, (h - 1) // m
    if not s.slope:
        return 1 + (h - 1) * a**2
    if s.phi == 1.0:
        trend = 1 + (h - 1) * (a**2 + a * b * h + b**2 * h * (2 * h - 1) / 6)
        return trend + c * years * (2 * a + c + b * m * (years + 1)) if s.season else trend
    first = b * phi * h / (1 - phi) ** 2 * (2 * a * (1 - phi) + b * phi)
    second = b * phi * (1 - phi**h) / ((1 - phi) ** 2 * (1 - phi**2))
    second *= 2 * a * (1 - phi**2) + b * phi * (1 + 2 * phi - phi**h)
    trend = 1 + a**2 * (h - 1) + first - second
    if not s.season:
        return trend
    both = years * (1 - phi**m) - phi**m * (1 - phi ** (m * years))
    return trend + c * years * (2 * a + c) + 2 * b * c * phi / (1 - phi) / (1 - phi**m) * both


@pytest.mark.parametrize(
    ("setting", "m"),
    [
        *[(setting, m) for setting, m, _ in SETTINGS.values()],
        (Setting(0.3, 0.2, 1.0, 0.4, 1.0, 1.0), 4),
        (Setting(0.3, 0.2, 0.8, 0.4, 1.0, 1.0), 12),
    ],
)
def test_shocks_add_up_to_the_variances_of_the_textbook(setting, m):
    horizon = 27
    expected = [textbook_variance(setting, h, m) for h in range(1, horizon + 1)]
    np.testing.assert_allclose(smoothing._shocks(setting, m=m, horizon=horizon), expected)


@pytest.mark.usefixtures("normal")
def test_a_slope_that_may_not_leave_nought_leaves_the_level_alone():
    level = smooth(past(WALK), (Setting(0.4),), horizon=3)
    tight = smooth(past(WALK), (Setting(0.4, slope=1e-9),), horizon=3)
    np.testing.assert_allclose(tight.mean, level.mean, rtol=1e-7)
    np.testing.assert_allclose(tight.scale, level.scale, rtol=1e-6)


@pytest.mark.usefixtures("normal")
def test_a_slope_that_nothing_holds_and_nothing_moves_is_that_of_least_squares():
    """With hardly any alpha the model is a straight line under noise."""
    fit = smooth(past(WALK), (Setting(1e-7, slope=FLAT),), horizon=4)
    slope, start = np.polyfit(np.arange(12), WALK, 1)
    np.testing.assert_allclose(fit.mean, start + slope * np.arange(12, 16), rtol=1e-5)


@pytest.mark.usefixtures("normal")
def test_the_tighter_the_prior_the_flatter_the_slope():
    rises = [
        np.ptp(smooth(past(WALK), (Setting(0.2, slope=slope),), horizon=2).mean)
        for slope in (0.001, 0.01, 0.1, 1.0, 100.0)
    ]
    assert rises == sorted(rises)
    assert rises[0] < rises[-1] / 10


@pytest.mark.usefixtures("normal")
def test_slope_and_seasons_are_drawn_to_nought_as_their_prior_says():
    """Conditioning of a joint normal: seasons N(0, v) that add up to nought, slope N(0, w).

    States x with variance S give errors e = e_0 - Zx, so that x = S Z' (Z S Z' + I)^-1 e_0.
    """
    s, m, y = Setting(0.4, 0.1, 0.97, 0.2, slope=0.3, season=0.5), 4, QUARTERS

    def errors(x, values):
        return errors_by_the_equations(s, values, level=x[0], slope=x[1], seasons=x[2:])

    design = np.array([-errors(unit, 0 * y) for unit in np.eye(2 + m)]).T
    variance = np.diag([FLAT, s.slope, *np.zeros(m)])
    variance[2:, 2:] = s.season * (np.eye(m) - 1 / m)
    total = design @ variance @ design.T + np.eye(len(y))
    states = variance @ design.T @ np.linalg.solve(total, errors(np.zeros(2 + m), y))
    ahead = list(y)
    for _ in range(6):
        ahead.append(-errors(states, np.append(ahead, 0.0))[-1])
    fit = smooth(past(y, season=m), (s,), horizon=6)
    np.testing.assert_allclose(fit.mean, ahead[-6:], rtol=1e-6)


def test_a_wild_year_does_not_turn_the_trend():
    """Twenty years of slope 1; one is out by 60, and least squares would end 10 too high."""
    y = 100 + np.arange(20.0) + 0.5 * np.random.default_rng(2).normal(size=20)
    wild = y + 60 * (np.arange(20) == 15)
    plain = ets.ets_steady(past(y), horizon=5).mean
    moved = ets.ets_steady(past(wild), horizon=5).mean - plain
    line = np.polyfit(np.arange(20), wild, 1) - np.polyfit(np.arange(20), y, 1)
    assert abs(moved[-1]) < abs(np.polyval(line, 24)) / 5


def test_the_season_is_continued():
    """Within two standard errors of what comes without noise."""
    fit = ets.ets_seasonal(past(QUARTERS, season=4), horizon=4)
    truth = np.array([5, -3, -4, 2]) + 132 + np.arange(4)
    assert np.max(np.abs(fit.mean - truth) / fit.scale) < 2
    np.testing.assert_allclose(fit.mean - np.mean(fit.mean), truth - np.mean(truth), atol=1.5)


def test_a_missing_value_on_the_pattern_of_the_others_changes_little():
    """The hole is filled by the mean of its neighbours, which is what was there, less noise."""
    y = QUARTERS.copy()
    y[13] = np.nan
    whole = ets.ets_seasonal(past(QUARTERS, season=4), horizon=4)
    holed = ets.ets_seasonal(past(y, season=4), horizon=4)
    np.testing.assert_allclose(holed.mean, whole.mean, atol=0.5)
    assert np.flatnonzero(np.isnan(holed.errors)).tolist() == [13]
    assert holed.df < whole.df


@pytest.mark.parametrize("fit", [ets.ets_level, ets.ets_steady, ets.ets_trend, ets.ets_damped])
def test_a_history_without_error_is_declined(fit):
    """Nothing tells the settings apart where each fits it."""
    with pytest.raises(UnfitError, match="without error"):
        fit(past(np.full(12, 7.0)), horizon=2)
