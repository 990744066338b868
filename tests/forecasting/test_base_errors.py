"""Which forecasts are trusted, and the covariances that say how far."""

import numpy as np
import pytest

from forecasting.base_errors import (
    LEAST_RESIDUALS,
    LEAST_VARIANCE,
    Method,
    choose_method,
    error_covariance,
    shrunk_covariance,
)
from forecasting.hierarchy import Hierarchy

TOTAL_OF_TWO = Hierarchy(
    ("t", "a", "b"), ("a", "b"), np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
)
ALL = np.ones(3, bool)


def some(*, periods, seed=1):
    return np.random.default_rng(seed).normal(size=(periods, 3))


def test_without_a_forecast_of_a_total_the_method_is_bottom_up():
    choice = choose_method(TOTAL_OF_TWO, some(periods=30), forecast=~ALL | TOTAL_OF_TWO.is_bottom)
    assert choice.method is Method.BOTTOM_UP
    assert choice.reason == "no total has a forecast of its own"


def test_the_series_with_the_fewest_residuals_decides():
    residuals = some(periods=LEAST_RESIDUALS)
    choice = choose_method(TOTAL_OF_TWO, residuals, forecast=ALL)
    assert choice.method is Method.MINT_SHRINK
    assert choice.reason == "every series has 6 residuals or more"
    residuals[0, 2] = np.nan
    choice = choose_method(TOTAL_OF_TWO, residuals, forecast=ALL)
    assert choice.method is Method.STRUCTURAL
    assert choice.reason == "a series has 5 residuals, and a covariance needs 6"


def test_a_total_without_a_forecast_holds_back_no_covariance():
    """Its residuals are missing, but nobody asks for them; those of another total count."""
    four = Hierarchy(("t", "u", "a", "b"), ("a", "b"), np.vstack([[1, 1], [1, 1], np.eye(2)]))
    residuals = np.hstack([np.full((8, 1), np.nan), some(periods=8)])
    forecast = np.array([False, True, True, True])
    assert choose_method(four, residuals, forecast=forecast).method is Method.MINT_SHRINK
    found = error_covariance(four, residuals, method=Method.MINT_SHRINK)
    assert np.isnan(found[0]).all()
    np.testing.assert_allclose(found[1:, 1:], shrunk_covariance(residuals[:, 1:]))


def test_the_structural_weights_are_the_numbers_of_bottom_series():
    found = error_covariance(TOTAL_OF_TWO, np.empty((0, 3)), method=Method.STRUCTURAL)
    assert found.tolist() == [[2, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_bottom_up_listens_to_no_total():
    few = error_covariance(TOTAL_OF_TWO, some(periods=5), method=Method.BOTTOM_UP)
    many = error_covariance(TOTAL_OF_TWO, some(periods=6), method=Method.BOTTOM_UP)
    assert np.isnan(few[0]).all()
    assert np.isnan(many[0]).all()
    np.testing.assert_array_equal(few[1:, 1:], np.eye(2))
    np.testing.assert_allclose(many[1:, 1:], shrunk_covariance(some(periods=6)[:, 1:]))


def test_shrinkage_by_hand():
    """The intensity is 1/27; the sample variances are 4/3 and 10/3, the covariance 6/3.

    The second series has mean square 10/4, so r² = 1.5² / 2.5 = 0.9. Its products with the first,
    both in units of their scale, have mean square 1 and variance 1 - 0.9, and r a third of that:
    (0.1 / 3) / 0.9 = 1/27.
    """
    residuals = 7.0 + np.array([[1.0, 2.0], [1.0, 1.0], [-1.0, -1.0], [-1.0, -2.0]])
    expected = [[4 / 3, 2 * 26 / 27], [2 * 26 / 27, 10 / 3]]
    np.testing.assert_allclose(shrunk_covariance(residuals), expected)


def test_correlations_of_chance_are_shrunk_and_true_ones_stay():
    """Of 100 independent series in 8 periods little is left; of equal ones most."""
    rng = np.random.default_rng(3)
    residuals, apart = rng.normal(size=(8, 100)), ~np.eye(100, dtype=bool)
    kept = shrunk_covariance(residuals)[apart] / np.cov(residuals.T)[apart]
    assert kept == pytest.approx(kept[0])
    assert 0.0 <= kept[0] < 0.2
    same = shrunk_covariance(np.outer(rng.normal(size=8), np.ones(100)))
    assert 0.8 * same[0, 0] < same[0, 1] < same[0, 0]


AWKWARD = {
    "adding up": lambda e: e[:, 1:] @ TOTAL_OF_TWO.summing.T,
    "summing to zero in time": lambda e: e - e.mean(axis=0),
    "one constant": lambda e: np.column_stack([e[:, 0], np.full(len(e), 0.1), e[:, 2]]),
    "a total that never erred": lambda e: e * [0.0, 1.0, 1.0],
    "a part that never erred": lambda e: e * [1.0, 0.0, 1.0],
    "two that erred by a rounding": lambda e: e * [1e-17, 1.0, 1e-15],
    "all nought": lambda e: 0.0 * e,
    "two periods": lambda e: e[:2],
    "all the same up to sign": lambda e: np.outer(np.resize([1.0, -1.0], len(e)), [1.0, 3.0, 2.0]),
    "very unlike": lambda e: e * [1e9, 1.0, 1e-9],
}


@pytest.mark.parametrize("name", AWKWARD)
def test_a_covariance_has_an_inverse_whatever_the_residuals(name):
    residuals = AWKWARD[name](some(periods=8))
    found = error_covariance(TOTAL_OF_TWO, residuals, method=Method.MINT_SHRINK)
    np.linalg.cholesky(found)
    np.testing.assert_array_equal(found, found.T)
    variance = residuals.var(axis=0, ddof=1)
    least = LEAST_VARIANCE * variance.max()
    expected = np.maximum(variance, least) if variance.max() > 0.0 else np.ones(3)
    np.testing.assert_allclose(np.diag(found), expected, rtol=1e-6)


def test_a_series_is_as_certain_as_its_own_kin_allow():
    """Two councils, one in pounds and one in units: neither is the measure of the other."""
    summing = np.kron(np.eye(2), TOTAL_OF_TWO.summing)
    both = Hierarchy(tuple("tabuxy"), tuple("abxy"), summing)
    pounds, units = 1e9 * some(periods=8), some(periods=8, seed=2)
    found = error_covariance(both, np.hstack([pounds, units]), method=Method.MINT_SHRINK)
    np.testing.assert_allclose(np.diag(found)[3:], units.var(axis=0, ddof=1))


def test_a_covariance_of_one_residual_is_refused():
    residuals = some(periods=8)
    residuals[1:, 1] = np.nan
    with pytest.raises(ValueError, match=r"^a: a variance needs two residuals; choose structural"):
        error_covariance(TOTAL_OF_TWO, residuals, method=Method.MINT_SHRINK)


def test_a_series_that_began_late_takes_nothing_from_the_others():
    """Variances are each series' own; the correlation is that of the eight periods in common."""
    residuals = some(periods=20)
    residuals[:12, 2] = np.nan
    found = error_covariance(TOTAL_OF_TWO, residuals, method=Method.MINT_SHRINK)
    np.testing.assert_allclose(np.diag(found), np.nanvar(residuals, axis=0, ddof=1))
    scale = np.sqrt(np.diag(found))
    common = np.corrcoef(residuals[12:].T)[1, 2]
    whole = np.corrcoef(residuals[:, :2].T)[0, 1]
    shrunk = found / np.outer(scale, scale)
    assert shrunk[1, 2] / common == pytest.approx(shrunk[0, 1] / whole)
