"""Shrunk correlations against paper, another library, a slow oracle and simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from forecasting.shrinkage import LEAST_COMMON, LEAST_EIGENVALUE, shrunk_correlation

NONE = np.nan


def ragged(rng, truth, lengths):
    """Return Gaussian errors that end together and begin as the lengths have it."""
    drawn = rng.multivariate_normal(np.zeros(len(truth)), truth, size=max(lengths))
    for series, n in enumerate(lengths):
        drawn[: len(drawn) - n, series] = np.nan
    return drawn


def slowly(errors):
    """Return the intensity and the correlations before repair, pair by pair."""
    series = errors.shape[1]
    r, top, bottom = np.eye(series), 0.0, 0.0
    for i in range(series):
        for j in range(i):
            common = np.isfinite(errors[:, i]) & np.isfinite(errors[:, j])
            n = common.sum()
            if n < LEAST_COMMON:
                continue
            a, b = errors[common, i], errors[common, j]
            products = (a - a.mean()) / a.std(ddof=1) * (b - b.mean()) / b.std(ddof=1)
            r[i, j] = r[j, i] = np.corrcoef(a, b)[0, 1]
            variance = n / (n - 1) ** 3 * np.sum((products - products.mean()) ** 2)
            top, bottom = top + (n - 1) * variance, bottom + (n - 1) * r[i, j] ** 2
    intensity = min(top / bottom, 1.0)
    return intensity, (1 - intensity) * r + intensity * np.eye(series)


def off_diagonal(matrix):
    return matrix[~np.eye(len(matrix), dtype=bool)]


def test_two_series_worked_on_paper():
    """Where r = 2 sqrt(2)/4, r^2 is 1/2, the mean of z^2 z^2 is 1 and the variance (1 - 1/2)/3."""
    shrunk = shrunk_correlation(np.array([[1.0, 2.0], [1.0, 0.0], [-1.0, 0.0], [-1.0, -2.0]]))
    assert shrunk.intensity == pytest.approx(1 / 3)
    assert shrunk.matrix[0, 1] == pytest.approx(np.sqrt(0.5) * 2 / 3)


def test_without_gaps_it_is_that_of_hierarchicalforecast():
    """From version 1.5.3, with `errors` as below.

    >>> from hierarchicalforecast.utils import _shrunk_covariance_schaferstrimmer_no_nans
    >>> W = _shrunk_covariance_schaferstrimmer_no_nans(np.ascontiguousarray(errors.T), 2e-8)
    >>> W / np.sqrt(np.outer(np.diag(W), np.diag(W)))
    """
    errors = np.array([
        [0.02, 0.48, 0.41, -0.73], [0.58, 0.65, -0.30, -0.89], [-0.53, 0.35, 0.51, -0.72],
        [-0.20, -1.82, -1.15, -0.40], [-2.47, -2.95, 0.72, -1.63], [-1.70, -2.52, 0.46, -0.98],
        [-0.12, -0.58, -0.49, 0.92], [-0.60, -0.23, -0.18, 0.39],
    ])  # fmt: skip
    theirs = [
        [1.0, 0.48057554, -0.34080502, 0.28202977],
        [0.48057554, 1.0, -0.06394692, 0.20553836],
        [-0.34080502, -0.06394692, 1.0, -0.33485867],
        [0.28202977, 0.20553836, -0.33485867, 1.0],
    ]
    np.testing.assert_allclose(shrunk_correlation(errors).matrix, theirs, atol=1e-7)


@pytest.mark.parametrize("lengths", [[12, 12, 12], [5, 8, 12, 30], [2, 3, 9, 15, 15]])
def test_with_gaps_it_is_that_of_every_pair_apart(lengths):
    rng = np.random.default_rng(1)
    truth = np.full((len(lengths), len(lengths)), 0.4) + 0.6 * np.eye(len(lengths))
    errors = ragged(rng, truth, lengths) + 3.0
    errors[-3, 1] = np.nan
    intensity, matrix = slowly(errors)
    assert np.linalg.eigvalsh(matrix)[0] > LEAST_EIGENVALUE
    shrunk = shrunk_correlation(errors)
    assert shrunk.intensity == pytest.approx(intensity)
    np.testing.assert_allclose(shrunk.matrix, matrix, atol=1e-12)


def test_a_long_history_is_taken_at_its_word():
    """Standard error of a correlation over 2,000 periods: at most 0.022."""
    truth = np.array([[1.0, 0.8, -0.5], [0.8, 1.0, -0.2], [-0.5, -0.2, 1.0]])
    shrunk = shrunk_correlation(ragged(np.random.default_rng(2), truth, [2000, 2000, 2000]))
    assert shrunk.intensity < 0.01
    np.testing.assert_allclose(shrunk.matrix, truth, atol=0.07)


@pytest.mark.parametrize(("loading", "share"), [(0.0, 0.1), (0.5, 0.75), (0.7, 1.0)])
def test_short_histories_are_nearer_the_truth_shrunk(loading, share):
    """Mean square error over 100 panels, as a share of that of the plain correlations.

    Half of the series go with a common factor and half against it.
    """
    rng = np.random.default_rng(3)
    factor = loading * np.array([1.0, -1.0] * 6)
    truth = np.outer(factor, factor) + (1 - loading**2) * np.eye(12)
    shrunk, plain = 0.0, 0.0
    for _ in range(100):
        errors = ragged(rng, truth, [8] * 12)
        shrunk += np.mean((shrunk_correlation(errors).matrix - truth) ** 2)
        plain += np.mean((np.corrcoef(errors.T) - truth) ** 2)
    assert shrunk < share * plain


@given(
    arrays(
        float,
        st.tuples(st.integers(0, 9), st.integers(1, 7)),
        elements=st.one_of(st.just(NONE), st.sampled_from([0.0, 1.0, 7.3]), st.floats(-1e6, 1e6)),
    )
)
@settings(max_examples=300, deadline=None)
def test_whatever_the_errors_there_is_a_correlation_matrix(errors):
    shrunk = shrunk_correlation(errors)
    assert 0.0 <= shrunk.intensity <= 1.0
    np.testing.assert_array_equal(shrunk.matrix, shrunk.matrix.T)
    np.testing.assert_array_equal(np.diag(shrunk.matrix), 1.0)
    assert np.linalg.eigvalsh(shrunk.matrix)[0] > LEAST_EIGENVALUE / errors.shape[1] / 2


def test_pairs_that_contradict_each_other_are_reconciled():
    """Series a and b move as one in their common periods, b and c too, but a and c opposite."""
    up = np.array([1.0, -2.0, 3.0, -1.0, 2.0, -3.0])
    gap = np.full(6, np.nan)
    errors = np.column_stack([
        np.concatenate([up, gap, up]), np.concatenate([up, up, gap]), np.concatenate([gap, up, -up])
    ])  # fmt: skip
    _, contradictory = slowly(errors)
    assert np.linalg.eigvalsh(contradictory)[0] < -0.3
    found = shrunk_correlation(errors).matrix
    assert np.linalg.eigvalsh(found)[0] > 0.0
    assert found[0, 1] > 0.2
    assert found[1, 2] > 0.2
    assert found[0, 2] < -0.2


def test_series_that_say_nothing_are_correlated_with_none():
    """Constant, never seen, and seen with the others in three periods only."""
    rng = np.random.default_rng(4)
    pair = rng.normal(size=(30, 1)) + 0.3 * rng.normal(size=(30, 2))
    short = np.where(np.arange(30) < 27, np.nan, pair[:, 0])
    silent = np.column_stack([pair, np.full(30, 5.1), np.full(30, np.nan), short])
    found = shrunk_correlation(silent)
    np.testing.assert_array_equal(found.matrix[2:], np.eye(5)[2:])
    np.testing.assert_allclose(found.matrix[:2, :2], shrunk_correlation(pair).matrix)
    assert found.matrix[0, 1] > 0.8


def test_without_a_pair_to_tell_by_nothing_is_correlated():
    found = shrunk_correlation(np.array([[1.0, 2.0], [2.0, 1.0]]))
    assert found.intensity == 1.0
    np.testing.assert_array_equal(found.matrix, np.eye(2))


def test_neither_units_nor_order_matter():
    rng = np.random.default_rng(5)
    errors = ragged(rng, 0.5 + 0.5 * np.eye(4), [6, 9, 12, 15])
    found = shrunk_correlation(errors).matrix
    order = np.array([2, 0, 3, 1])
    moved = shrunk_correlation((errors * [1e-6, 3.0, 1e9, 40.0] + [0.0, 7.0, 1e10, -3.0])[:, order])
    np.testing.assert_allclose(moved.matrix, found[np.ix_(order, order)], atol=1e-8)


def test_more_series_than_periods_still_have_a_root():
    rng = np.random.default_rng(6)
    errors = ragged(rng, 0.9 + 0.1 * np.eye(60), [*range(4, 16)] * 5)
    matrix = shrunk_correlation(errors).matrix
    root = np.linalg.cholesky(matrix)
    np.testing.assert_allclose(root @ root.T, matrix, atol=1e-10)
    assert np.median(off_diagonal(matrix)) > 0.5
