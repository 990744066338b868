"""The correction of intervals by hand, and on forecasters whose faults are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from forecasting.calibration import (
    LEVELS,
    PRIOR_ORIGINS,
    UNCORRECTED,
    Scores,
    central,
    correct_levels,
    pool_scores,
)

NONE = np.nan


def alike(values, *, periods=10, step=1):
    """Return scores of as many origins, all of one history and step."""
    ordered = np.sort(np.asarray(values, dtype=float))
    ones = np.ones(len(ordered))
    return Scores(ordered, periods * ones, step * ones, ones)


def measured(scores, **at):
    """Return what the scores alone say: the prior's share taken out again."""
    found = correct_levels(scores, **{"periods": 10, "step": 1, **at})
    share = len(scores.values) / (len(scores.values) + PRIOR_ORIGINS)
    return dict(zip(LEVELS, (found - (1 - share) * LEVELS) / share, strict=True))


def test_the_rule_of_four_scores_by_hand():
    """Of p times 4 + 1: 0.2 is the first score, 0.4 the second, 0.8 the fourth; 0.85 is beyond."""
    found = measured(alike([0.3, 0.5, 0.6, 0.9]))
    assert [found[p] for p in (0.2, 0.4, 0.6, 0.8)] == pytest.approx([0.3, 0.5, 0.6, 0.9])
    assert found[0.1] == pytest.approx(0.3)
    assert found[0.5] == pytest.approx(0.6)
    assert found[0.95] == pytest.approx(0.95)


def test_the_rule_of_nineteen_scores_by_hand():
    """Of p times 20: 95% is the largest of nineteen, 80% the sixteenth; 98% is beyond."""
    values = np.linspace(0.05, 0.96, 19)
    found = measured(alike(values))
    assert found[0.95] == pytest.approx(0.96)
    assert found[0.8] == pytest.approx(values[15])
    assert found[0.98] == pytest.approx(0.98)


def test_evidence_of_as_many_origins_as_the_prior_goes_half_way():
    """Ten scores of 0.9: 80% asks for the ninth, and 0.85 is half way to it."""
    found = correct_levels(alike([0.9] * 10), periods=10, step=1)
    assert found[LEVELS == 0.8] == pytest.approx(0.85)


def test_steps_of_one_origin_count_once():
    """Ten origins of two steps each that say the same as ten of one."""
    once = alike([0.9] * 10)
    ones = np.ones(20)
    twice = Scores(0.9 * ones, 10 * ones, ones, ones / 2)
    at = LEVELS == 0.8
    one, other = (correct_levels(s, periods=10, step=1)[at] for s in (once, twice))
    assert other == pytest.approx(one)


def test_what_is_like_counts_most():
    """Fifty scores of 0.99 after 40 periods, fifty of 0.5 after 8: after 9 it is mostly 0.5."""
    ones = np.ones(50)
    both = Scores(
        np.concatenate([0.5 * ones, 0.99 * ones]),
        np.concatenate([8 * ones, 40 * ones]),
        np.ones(100),
        np.ones(100),
    )
    at = LEVELS == 0.8
    assert correct_levels(both, periods=9, step=1)[at] < 0.6
    assert correct_levels(both, periods=36, step=1)[at] > 0.95
    steps = Scores(both.values, 10 * np.ones(100), np.repeat([1.0, 12.0], 50), np.ones(100))
    assert correct_levels(steps, periods=10, step=1)[at] < 0.6
    assert correct_levels(steps, periods=10, step=10)[at] > 0.95


def test_without_evidence_nothing_is_corrected():
    none = pool_scores([(5, np.array([NONE, NONE]))])
    np.testing.assert_array_equal(correct_levels(none, periods=5, step=1), UNCORRECTED)
    unlike = alike([0.5] * 9, periods=1e9)
    np.testing.assert_array_equal(correct_levels(unlike, periods=5, step=1), UNCORRECTED)


@given(
    st.lists(st.floats(0.0, 1.0), min_size=1, max_size=40), st.integers(1, 60), st.integers(1, 18)
)
def test_levels_never_fall(values, periods, step):
    found = correct_levels(alike(values), periods=periods, step=step)
    assert np.all(np.diff(found) >= 0.0)
    assert found[0] == 0.0
    assert found[-1] == 1.0


def test_scores_are_pooled_in_rising_order():
    found = pool_scores([(7, np.array([0.8, NONE, 0.1])), (9, np.array([0.5]))])
    np.testing.assert_array_equal(found.values, [0.1, 0.5, 0.8])
    np.testing.assert_array_equal(found.periods, [7.0, 9.0, 7.0])
    np.testing.assert_array_equal(found.steps, [3.0, 1.0, 1.0])
    np.testing.assert_array_equal(found.share, [0.5, 1.0, 0.5])


def test_perfect_models_are_left_nearly_alone():
    scores = np.random.default_rng(3).random(4000)
    np.testing.assert_allclose(
        correct_levels(alike(scores), periods=10, step=1), LEVELS, atol=0.025
    )


@pytest.mark.parametrize("spread", [0.5, 2.0])
@pytest.mark.parametrize("probability", [0.8, 0.95])
def test_models_of_the_wrong_width_are_made_to_cover(spread, probability):
    """Standard normal models of errors half or twice as wide, on errors never seen."""
    rng = np.random.default_rng(4)
    seen, later = spread * rng.normal(size=(2, 20_000))
    corrected = correct_levels(alike(2 * stats.norm.cdf(np.abs(seen)) - 1), periods=10, step=1)
    upper = stats.norm.ppf(central(0.5 + probability / 2, corrected[np.newaxis])[0])
    assert np.mean(np.abs(later) <= upper) == pytest.approx(probability, abs=0.015)


@given(st.floats(0.001, 0.999))
def test_what_is_not_corrected_is_what_was_asked_for(q):
    assert central(q, UNCORRECTED[np.newaxis])[0] == pytest.approx(q, abs=1e-12)


def test_the_probability_of_the_models_by_hand():
    """Where 90% of theirs covers 80%: q = 0.9 is their 0.95, and 0.1 their 0.05.

    Half way from 70% to 80% is half way from 0.7 to 0.9: q = 0.875 is 0.5 + 0.8/2.
    """
    wider = np.where(LEVELS == 0.8, 0.9, LEVELS)
    rows = np.array([wider, UNCORRECTED])
    np.testing.assert_allclose(central(0.9, rows), [0.95, 0.9])
    np.testing.assert_allclose(central(0.1, rows), [0.05, 0.1])
    np.testing.assert_allclose(central(0.875, rows), [0.9, 0.875])
    np.testing.assert_allclose(central(0.5, rows), [0.5, 0.5])
