"""Rolling origins, the evidence they give, and the weights that follow from it."""

import doctest

import numpy as np
import pytest

from forecasting import backtest as module
from forecasting.backtest import Origin, backtest, origins_of
from forecasting.candidates import CANDIDATES, NAIVE
from forecasting.candidates.fits import Fit
from forecasting.combination import (
    NO_EVIDENCE,
    Evidence,
    evidence_of,
    pool,
    weigh_candidates,
)
from forecasting.spread import NO_SPREAD

WALK = 100 + np.cumsum(1 + 2 * np.random.default_rng(5).normal(size=12))
NAMES = [candidate.name for candidate in CANDIDATES]


def rolled(y, *, horizon=3):
    return backtest(y, season=1, horizon=horizon, floor=-np.inf, spread=NO_SPREAD)


def evidence(own, naive):
    """Return evidence on drift alone."""
    at = NAMES.index("drift")
    return Evidence(*(np.eye(len(NAMES))[at] * value for value in (own, naive)))


def flat(value, scale=1.0):
    return Fit(np.array([value]), scale, np.ones(1), 5.0)


def test_an_origin_knows_nothing_that_comes_after_it():
    changed = WALK.copy()
    changed[9:] += 1000
    before, after = rolled(WALK)[0], rolled(changed)[0]
    assert len(before.train) == 8
    for name, fit in before.fits.items():
        np.testing.assert_array_equal(fit.mean, after.fits[name].mean)
        np.testing.assert_array_equal(fit.scale, after.fits[name].scale)


@pytest.mark.parametrize("n", [1, 3, 4, 5, 6, 12, 200])
@pytest.mark.parametrize("horizon", [1, 3, 12])
def test_origins_are_few_and_leave_something_to_forecast(n, horizon):
    origins = origins_of(n, horizon=horizon)
    assert len(origins) <= 4
    assert all(4 <= origin < n for origin in origins)
    assert bool(origins) == (n > 4)


def test_evidence_by_hand():
    """Steps of 2 and 4 scale by 3; naive errs by 3 and drift by 6: 1 and 2 units of MASE."""
    origin = Origin(
        train=np.array([1.0, 3.0, 7.0]),
        actual=np.array([10.0]),
        fits={NAIVE: flat(7.0), "drift": flat(16.0)},
        season=1,
        floor=-np.inf,
    )
    found = evidence_of([origin, origin])
    assert found.own[NAMES.index("drift")] == pytest.approx(4.0)
    assert found.naive[NAMES.index("drift")] == pytest.approx(2.0)
    assert found.naive[NAMES.index("theta")] == 0.0


def test_a_history_that_never_moves_is_no_evidence():
    still = Origin(np.ones(5), np.ones(1), {NAIVE: flat(1.0)}, 1, 0.0)
    assert not evidence_of([still]).naive.any()


def test_without_evidence_weights_are_equal():
    fits = dict.fromkeys(["naive", "drift", "theta"], flat(1.0))
    weights = weigh_candidates(fits, series=NO_EVIDENCE, others=NO_EVIDENCE)
    assert weights == pytest.approx({"naive": 1 / 3, "drift": 1 / 3, "theta": 1 / 3})


def test_weights_by_hand():
    """The panel: (60 + 20)/(140 + 20) = 1/2. With its own 15 in 10: (15 + 10/2)/(10 + 10) = 1.

    Drift is then no better than naive, and weighs the same; without its own, 4 times as much.
    """
    fits = dict.fromkeys(["naive", "drift"], flat(1.0))
    others = evidence(60.0, 140.0)
    both = weigh_candidates(fits, series=evidence(15.0, 10.0), others=others)
    assert both == pytest.approx({"naive": 0.5, "drift": 0.5})
    panel = weigh_candidates(fits, series=NO_EVIDENCE, others=others)
    assert panel == pytest.approx({"naive": 0.2, "drift": 0.8})


def test_what_would_weigh_under_a_twentieth_is_dropped():
    """Errors five times the naive's weigh 1/25 against 1: 3.8%."""
    fits = dict.fromkeys(["naive", "drift"], flat(1.0))
    poor = evidence(5e6, 1e6)
    assert weigh_candidates(fits, series=NO_EVIDENCE, others=poor) == {"naive": 1.0}


def test_a_pool_holds_each_candidate_times_its_driver():
    fits = {"naive": flat(2.0, 0.5), "drift": flat(4.0, 1.0)}
    mixture = pool(fits, {"naive": 0.25, "drift": 0.75}, floor=0.0, exposure=np.array([10.0]))
    assert mixture.location[0, [0, NAMES.index("drift")]].tolist() == [20.0, 40.0]
    assert mixture.scale[0, [0, NAMES.index("drift")]].tolist() == [5.0, 10.0]
    assert mixture.weight.sum() == 1.0


def test_the_examples_hold():
    assert doctest.testmod(module).attempted == 1
    assert doctest.testmod(module).failed == 0
