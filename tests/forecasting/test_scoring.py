"""The backtest table against a second computation from the origins themselves."""

import numpy as np
import pytest
from scipy import stats

from forecasting.backtest import backtest
from forecasting.combination import NO_EVIDENCE, evidence_of, weigh_candidates
from forecasting.fitting import fit_panel
from forecasting.panel import read_panel
from forecasting.scoring import score_panel
from forecasting.spread import NO_SPREAD
from tests.forecasting.panels import long, random_walk_with_drift

# Two series are too few to lend a spread, but each has a verdict on the other's candidates.
TWO = {
    "a": random_walk_with_drift(np.random.default_rng(21), 12),
    "b": -500 + 9 * np.random.default_rng(22).normal(size=12),
}


def origins(name):
    return backtest(TWO[name], season=1, horizon=4, floor=-np.inf, spread=NO_SPREAD)


@pytest.fixture(scope="module")
def scores():
    panel = fit_panel(read_panel(long(TWO), horizon=4))
    return score_panel(panel).set_index(["series", "model"])


@pytest.mark.parametrize("name", TWO)
@pytest.mark.parametrize("model", ["naive", "drift", "theta"])
def test_a_candidate_is_scored_over_every_step_of_every_origin(scores, name, model):
    scaled, squared, inside = [], [], {0.8: [], 0.95: []}
    for origin in origins(name):
        fit, steps = origin.fits[model], np.diff(origin.train)
        error = origin.actual - fit.mean
        scaled += list(np.abs(error) / np.mean(np.abs(steps)))
        squared += list(error**2 / np.mean(steps**2))
        for level, hits in inside.items():
            hits += list(np.abs(error) <= fit.scale * stats.t.ppf((1 + level) / 2, fit.df))
    row = scores.loc[(name, model)]
    assert row["origins"] == 4
    assert row["mase"] == pytest.approx(np.mean(scaled))
    assert row["rmsse"] == pytest.approx(np.sqrt(np.mean(squared)))
    assert row["coverage80"] == pytest.approx(np.mean(inside[0.8]))
    assert row["coverage95"] == pytest.approx(np.mean(inside[0.95]))


@pytest.mark.parametrize(("name", "other"), [("a", "b"), ("b", "a")])
def test_the_combination_is_judged_with_weights_that_its_own_errors_did_not_make(
    scores, name, other
):
    others, errors = evidence_of(origins(other)), []
    for origin in origins(name):
        weights = weigh_candidates(origin.fits, series=NO_EVIDENCE, others=others)
        mean = sum(share * origin.fits[model].mean for model, share in weights.items())
        errors += list(np.abs(origin.actual - mean) / np.mean(np.abs(np.diff(origin.train))))
    assert scores.loc[(name, "combination"), "mase"] == pytest.approx(np.mean(errors), rel=1e-6)
