"""The seasonal pattern: what is there is found, what is not there is drawn to nought."""

import numpy as np
import pytest

from forecasting.candidates import seasonal_pattern
from tests.forecasting.panels import past

QUARTERS = np.array([6.0, -2.0, -4.0, 0.0])
LINE = 100 + 1.5 * np.arange(32)


def test_a_pure_pattern_on_a_line_is_recovered():
    y = LINE + np.tile(QUARTERS, 8)
    np.testing.assert_allclose(seasonal_pattern(past(y, season=4)), QUARTERS, atol=1e-9)


def test_the_pattern_begins_with_the_oldest_period():
    y = (LINE + np.tile(QUARTERS, 8))[1:]
    expected = np.roll(QUARTERS, -1)
    np.testing.assert_allclose(seasonal_pattern(past(y, season=4)), expected, atol=1e-9)


def test_missing_values_hide_no_pattern():
    y = LINE + np.tile(QUARTERS, 8)
    y[[9, 18, 20]] = np.nan
    np.testing.assert_allclose(seasonal_pattern(past(y, season=4)), QUARTERS, atol=1e-9)


@pytest.mark.parametrize("m", [4, 12])
@pytest.mark.parametrize("size", [0.0, 0.3])
def test_shrinkage_lies_nearer_the_truth_than_the_means_it_shrinks(m, size):
    """James & Stein: over 200 histories of noise, with a slight season or none, it errs less."""
    rng = np.random.default_rng(20)
    truth = size * rng.normal(size=m)
    truth -= truth.mean()
    shrunk, plain = [], []
    for _ in range(200):
        y = np.tile(truth, 6) + rng.normal(size=6 * m)
        means = y.reshape(6, m).mean(axis=0)
        shrunk.append(np.sum((seasonal_pattern(past(y, season=m)) - truth) ** 2))
        plain.append(np.sum((means - means.mean() - truth) ** 2))
    assert np.mean(shrunk) < np.mean(plain) * (0.85 if size == 0.0 else 1.0)


def test_recent_years_weigh_more():
    """The season turns over half way: what is found resembles the later half."""
    y = LINE + np.concatenate([np.tile(-QUARTERS, 4), np.tile(QUARTERS, 4)])
    found = seasonal_pattern(past(y, season=4))
    assert np.corrcoef(found, QUARTERS)[0, 1] > 0.9


@pytest.mark.parametrize("seed", range(5))
def test_a_pattern_adds_up_to_nought(seed):
    y = np.random.default_rng(seed).normal(size=40) + np.tile(QUARTERS, 10)
    found = seasonal_pattern(past(y, season=4))
    assert found.any()
    assert found.sum() == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("y", "m"),
    [(np.tile(QUARTERS, 2), 4), (np.full(20, 5.0), 4), (np.tile(QUARTERS, 8), 1), (LINE, 4)],
    ids=["two years", "constant", "no season", "line"],
)
def test_there_is_none_where_none_can_be_told(y, m):
    np.testing.assert_allclose(seasonal_pattern(past(y, season=m)), np.zeros(m), atol=1e-9)
