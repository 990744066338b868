"""Weights against a general optimiser and by hand; the pool by hand."""

import numpy as np
import pytest
from scipy.optimize import minimize

from forecasting.candidates import CANDIDATES
from forecasting.candidates.fits import Fit
from forecasting.combination import (
    FEW_ROWS,
    NO_EVIDENCE,
    RIDGE,
    Evidence,
    combine,
    gather,
    own_weights,
    stack_weights,
    typical_errors,
    weights_of,
)

NAMES = [candidate.name for candidate in CANDIDATES]
K = len(NAMES)


def evidence(errors, *, steps=None, origins=None):
    """Return evidence on some candidates, by name; the others never stood."""
    rows = len(next(iter(errors.values())))
    table = np.full((K, rows), np.nan)
    for name, row in errors.items():
        table[NAMES.index(name)] = row
    steps = np.zeros(rows) if steps is None else np.asarray(steps, dtype=float)
    return Evidence(table, steps, rows if origins is None else origins)


def weighed(errors, **settings):
    """Return the weights by name, of those that have one."""
    weights = stack_weights(evidence(errors, **settings))
    return {name: weights[i] for i, name in enumerate(NAMES) if weights[i] > 0.0}


def flat(value, scale=1.0, *, df=5.0):
    return Fit(np.array([value]), scale, np.ones(1), df, np.zeros(1))


def test_without_evidence_weights_are_equal():
    np.testing.assert_allclose(stack_weights(NO_EVIDENCE), np.full(K, 1 / K))
    np.testing.assert_allclose(stack_weights(gather([NO_EVIDENCE] * 3)), np.full(K, 1 / K))


def test_errors_that_cancel_are_weighted_half_and_half():
    common, own, other = np.random.default_rng(1).normal(size=(3, 400))
    found = weighed({"naive": common + 0.1 * own, "drift": 0.1 * other - common})
    assert found == pytest.approx({"naive": 0.5, "drift": 0.5}, abs=0.01)


def test_errors_that_cancel_exactly_are_weighted_half_and_half():
    errors = np.random.default_rng(1).normal(size=400)
    found = weighed({"naive": errors, "drift": -errors})
    assert found == pytest.approx({"naive": 0.5, "drift": 0.5}, abs=1e-6)


def test_the_more_evidence_the_less_weighs_what_only_adds_noise():
    """Drift errs as naive does and twice as much again by itself."""
    naive, noise = np.random.default_rng(2).normal(size=(2, 4000))
    shares = [
        weighed({"naive": naive[:n], "drift": (naive + 2 * noise)[:n]}).get("drift", 0.0)
        for n in (1, 30, 4000)
    ]
    assert 0.5 > shares[0] > shares[1] > shares[2]
    assert shares[2] < 0.03


@pytest.mark.parametrize("seed", range(4))
def test_no_general_optimiser_finds_better_weights(seed):
    """The objective as its docstring has it, each step ahead with the same say."""
    rng = np.random.default_rng(seed)
    names, rows = NAMES[:5], 60
    common = rng.normal(size=rows)
    errors = common + 0.7 * rng.normal(size=(5, rows)) + 0.3 * rng.normal(size=(5, 1))
    steps = np.repeat([0, 1, 2], [30, 20, 10])
    share = np.repeat([1 / 90, 1 / 60, 1 / 30], [30, 20, 10])
    ridge = RIDGE * (1 + FEW_ROWS / 30)

    def loss(w):
        return share @ np.abs(w @ errors) + ridge * 5 * np.sum((w - 1 / 5) ** 2)

    best = min(
        minimize(
            loss,
            start,
            method="SLSQP",
            bounds=[(0, 1)] * 5,
            constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        ).fun
        for start in [np.full(5, 0.2), *np.eye(5)]
    )
    found = stack_weights(evidence(dict(zip(names, errors, strict=True)), steps=steps, origins=30))
    assert found.sum() == pytest.approx(1.0)
    assert np.all(found >= 0.0)
    np.testing.assert_array_equal(found[5:], 0.0)
    assert loss(found[:5]) <= best * (1 + 1e-3)


def test_what_did_not_stand_erred_as_the_others_did_on_average():
    rng = np.random.default_rng(5)
    naive, drift, theta = rng.normal(size=(3, 50))
    theta[:20] = np.nan
    filled = np.where(np.isnan(theta), (naive + drift) / 2, theta)
    holed = stack_weights(evidence({"naive": naive, "drift": drift, "theta": theta}))
    whole = stack_weights(evidence({"naive": naive, "drift": drift, "theta": filled}))
    np.testing.assert_allclose(holed, whole)


def test_rows_where_not_even_naive_stood_say_nothing():
    rng = np.random.default_rng(6)
    naive, drift = rng.normal(size=(2, 30))
    naive[25:] = np.nan
    less = stack_weights(evidence({"naive": naive[:25], "drift": drift[:25]}, origins=30))
    both = stack_weights(evidence({"naive": naive, "drift": drift}))
    np.testing.assert_allclose(both, less)


def test_evidence_is_gathered_row_by_row():
    one = evidence({"naive": [1.0, 2.0]}, steps=[0, 1], origins=1)
    other = evidence({"naive": [3.0]}, steps=[0])
    both = gather([one, other])
    np.testing.assert_array_equal(both.errors[0], [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(both.steps, [0.0, 1.0, 0.0])
    assert both.origins == 2


def test_typical_errors_are_means_over_what_stood():
    panel = evidence({"naive": [1.0, -3.0], "drift": [np.nan, -5.0]})
    expected = np.zeros(K)
    expected[[0, NAMES.index("drift")]] = 2.0, 5.0
    np.testing.assert_array_equal(typical_errors(panel), expected)


def test_a_series_own_errors_move_the_weights_by_hand():
    """At 30 periods a is 1/2. The panel errs by 1; of its own 10 steps drift errs by 3.

    Its ratio is (30 + 10)/(10 + 10) = 2, and 2^(-2/4) = 0.7071 against naive's 1.
    """
    typical = typical_errors(evidence({"naive": [1.0, -1.0], "drift": [0.5, -1.5]}))
    own = evidence({"naive": [1.0] * 10, "drift": [-3.0] * 10})
    start = np.zeros(K)
    start[[0, NAMES.index("drift")]] = 0.5
    moved = own_weights(start, own=own, typical=typical, periods=30)
    assert moved[NAMES.index("drift")] / moved[0] == pytest.approx(2**-0.5)
    assert moved.sum() == pytest.approx(1.0)
    np.testing.assert_array_equal(
        own_weights(start, own=NO_EVIDENCE, typical=typical, periods=30), start
    )


def test_a_long_history_trusts_its_own_errors_more():
    typical = typical_errors(evidence({"naive": [1.0, -1.0], "drift": [0.5, -1.5]}))
    own = evidence({"naive": [1.0] * 10, "drift": [-3.0] * 10})
    at = NAMES.index("drift")
    shares = [
        own_weights(np.full(K, 1 / K), own=own, typical=typical, periods=n)[at] for n in (5, 15, 60)
    ]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == pytest.approx(1 / K, rel=0.01)


def test_weights_of_those_that_stand_by_hand():
    """Of 0.5, 0.3, 0.01 and 0.19 the third is dropped and the fourth does not stand: 5/8, 3/8."""
    weights = np.zeros(K)
    weights[:4] = 0.5, 0.3, 0.01, 0.19
    fits = {NAMES[i]: flat(1.0) for i in (0, 1, 2, 5)}
    assert weights_of(fits, weights) == pytest.approx({NAMES[0]: 5 / 8, NAMES[1]: 3 / 8})
    assert weights_of({}, weights) == {}


def test_where_none_that_stands_has_a_weight_all_weigh_the_same():
    weights = np.eye(K)[0]
    fits = {name: flat(1.0) for name in NAMES[2:4]}
    assert weights_of(fits, weights) == dict.fromkeys(NAMES[2:4], 0.5)


@pytest.mark.parametrize(("periods", "learned"), [(5, 1 / 37), (30, 1 / 2), (3000, 1.0)])
def test_a_pool_stands_between_the_median_and_the_weighted_mean(periods, learned):
    """Candidates say 1, 2 and 9: their median is 2, and weights of 3/4 and 1/4 on the ends say 3.

    With 5^2 / (5^2 + 30^2) = 1/37 the short history is near the median; parts keep their distance.
    """
    fits = {"naive": flat(1.0, 0.5), "drift": flat(2.0), "theta": flat(9.0, 2.0, df=8.0)}
    pool = combine(fits, {"naive": 0.75, "theta": 0.25}, periods=periods)
    middle = 3.0 * learned + 2.0 * (1 - learned)
    assert pool.weight[0] @ pool.location[0] == pytest.approx(middle, abs=1e-4)
    assert np.diff(pool.location[0])[0] == pytest.approx(8.0)
    np.testing.assert_array_equal(pool.weight, [[0.75, 0.25]])
    np.testing.assert_array_equal(pool.scale, [[0.5, 2.0]])
    np.testing.assert_array_equal(pool.df, [[5.0, 8.0]])
