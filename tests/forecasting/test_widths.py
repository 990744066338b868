"""Widths given to joint errors, against cases small enough to work by hand."""

import numpy as np
import pytest

from forecasting.widths import fit_widths

TOTAL_LAST = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])


def fitted(covariance, summing, width):
    """Return the widths that the errors have once moved."""
    moved = fit_widths(covariance, summing, np.asarray(width, dtype=float))
    return np.sqrt(np.diag(summing @ moved @ covariance @ moved.T @ summing.T))


def test_errors_that_have_their_widths_are_left_alone():
    covariance = np.array([[4.0, 1.0], [1.0, 9.0]])
    width = np.sqrt([4.0, 9.0, 15.0])
    assert fit_widths(covariance, TOTAL_LAST, width) == pytest.approx(np.eye(2))


def test_one_sum_alone_is_widened_along_what_moves_with_it():
    """Two independent errors of 1 whose sum is to have 2 for √2.

    k = (½, ½), g = √2: M = I + ½ (√2 - 1) J, J all ones, and M J = √2 J as it must be.
    """
    moved = fit_widths(np.eye(2), TOTAL_LAST[2:], np.array([2.0]))
    assert moved == pytest.approx(np.eye(2) + 0.5 * (np.sqrt(2.0) - 1.0) * np.ones((2, 2)))


@pytest.mark.parametrize("total", [0.3, 1.0, 1.7])
def test_parts_and_total_all_get_their_widths(total):
    """Two parts of width 1: correlation (t² - 2) / 2 gives their sum the width t."""
    found = fitted(np.eye(2), TOTAL_LAST, [1.0, 1.0, total])
    assert found == pytest.approx([1.0, 1.0, total], rel=2e-3)


def test_a_total_wider_than_all_its_parts_together_is_met_last_and_best():
    """Two parts of 1 cannot be wider than 2 together: no joint error has 1, 1 and 3."""
    found = fitted(np.eye(2), TOTAL_LAST, [1.0, 1.0, 3.0])
    assert found[2] == pytest.approx(3.0, rel=1e-6)
    assert np.all(found[:2] >= 1.0)


def test_what_has_no_spread_is_given_none():
    covariance = np.diag([1.0, 0.0])
    moved = fit_widths(covariance, TOTAL_LAST, np.array([2.0, 5.0, 2.0]))
    assert np.sqrt(np.diag(moved @ covariance @ moved.T)) == pytest.approx([2.0, 0.0])
