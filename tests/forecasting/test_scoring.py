"""The backtest table against a second computation from the origins themselves."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from forecasting.backtest import backtest
from forecasting.combination import combine, stack_weights, weights_of
from forecasting.fitting import fit_panel
from forecasting.panel import read_panel
from forecasting.scales import choose_scale
from forecasting.scoring import score_panel
from forecasting.spread import NO_SPREAD
from forecasting.weighting import weigh_panel
from tests.forecasting.panels import long, random_walk_with_drift

# Two series are too few to lend a spread, but each has a verdict on the other's candidates.
TWO = {
    "a": random_walk_with_drift(np.random.default_rng(21), 12),
    "b": -500 + 9 * np.random.default_rng(22).normal(size=12),
}


def origins(name):
    """Return the origins of a series, and its units from the scale of the models."""
    scale = choose_scale(TWO[name])
    z = scale.forward(TWO[name])
    return backtest(z, season=1, horizon=4, spread=NO_SPREAD), scale.back


@pytest.fixture(scope="module")
def fitted():
    return fit_panel(read_panel(long(TWO), horizon=4), jobs=1, say=lambda _: None)


@pytest.fixture(scope="module")
def scores(fitted):
    return score_panel(weigh_panel(fitted)).set_index(["series", "model"])


@pytest.mark.parametrize("name", TWO)
@pytest.mark.parametrize("model", ["naive", "drift", "theta"])
def test_a_candidate_is_scored_over_every_step_of_every_origin(scores, name, model):
    scaled, squared, inside = [], [], {0.8: [], 0.95: []}
    rolled, back = origins(name)
    for origin in rolled:
        fit, steps = origin.fits[model], np.diff(TWO[name][: origin.start])
        actual = TWO[name][origin.start : origin.start + 4]
        error = actual - back(fit.mean)
        scaled += list(np.abs(error) / np.mean(np.abs(steps)))
        squared += list(error**2 / np.mean(steps**2))
        for level, hits in inside.items():
            half = fit.scale * stats.t.ppf((1 + level) / 2, fit.df)
            hits += list((back(fit.mean - half) <= actual) & (actual <= back(fit.mean + half)))
    row = scores.loc[(name, model)]
    assert row["origins"] == 4
    assert row["mase"] == pytest.approx(np.mean(scaled))
    assert row["rmsse"] == pytest.approx(np.sqrt(np.mean(squared)))
    assert row["coverage80"] == pytest.approx(np.mean(inside[0.8]))
    assert row["coverage95"] == pytest.approx(np.mean(inside[0.95]))


@pytest.mark.parametrize(("name", "other"), [("a", 1), ("b", 0)])
def test_the_combination_is_judged_with_weights_that_its_own_errors_did_not_make(
    scores, fitted, name, other
):
    rolled, back = origins(name)
    weights, errors = stack_weights(fitted[other].evidence), []
    for origin in rolled:
        kept = weights_of(origin.fits, weights)
        median = back(combine(origin.fits, kept, periods=origin.start).quantile(0.5))
        unit = np.mean(np.abs(np.diff(TWO[name][: origin.start])))
        errors += list(np.abs(back(origin.actual) - median) / unit)
    assert scores.loc[(name, "combination"), "mase"] == pytest.approx(np.mean(errors), rel=1e-6)


def test_a_missing_value_is_not_scored():
    """With the ninth of twelve missing, errors are over what came: one of 6, 6, 7, 9 less."""
    holed = np.where(np.arange(12) == 8, np.nan, TWO["a"])
    panel = fit_panel(read_panel(long({"a": holed}), horizon=4), jobs=1, say=lambda _: None)
    row = score_panel(weigh_panel(panel)).set_index("model").loc["drift"]
    rolled = panel[0].origins
    back, scaled = panel[0].series.scale.back, []
    for origin in rolled:
        train = holed[: origin.start]
        steps = np.abs(np.diff(train))
        error = np.abs(back(origin.fits["drift"].mean) - back(origin.actual))
        scaled += list(error[np.isfinite(error)] / np.nanmean(steps))
    assert row["origins"] == len(rolled)
    assert row["mase"] == pytest.approx(np.mean(scaled))


def test_a_panel_without_origins_has_a_row_for_each_and_no_number():
    panel = fit_panel(read_panel(long({"a": [1.0, 2.0]}), horizon=1), jobs=1, say=lambda _: None)
    table = score_panel(weigh_panel(panel))
    assert set(table["origins"]) == {0}
    assert table[["mase", "rmsse", "coverage80", "coverage95"]].isna().all(axis=None)
    assert isinstance(table, pd.DataFrame)
