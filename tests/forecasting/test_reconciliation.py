"""Forecasts made to add up: by hand, against hierarchicalforecast, and for any hierarchy.

``files/reconciliation.json`` holds what hierarchicalforecast makes of a small crossed hierarchy;
``benchmarks/hierarchy.py --reference`` wrote it.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls

from forecasting.base_errors import Method, error_covariance
from forecasting.hierarchy import Hierarchy
from forecasting.reconciliation import reconcile, reconciled_scale, reconciler

REFERENCE = json.loads((Path(__file__).parent / "files" / "reconciliation.json").read_text())
TOTAL_OF_TWO = Hierarchy(
    ("t", "a", "b"), ("a", "b"), np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
)
STRUCTURAL = np.diag([2.0, 1.0, 1.0])
BASE = np.array([[110.0], [40.0], [60.0]])
EITHER = np.ones(2, bool)
NAN = np.nan


def column(*values):
    return np.array(values, dtype=float)[:, np.newaxis]


def hierarchy_of(summing):
    names = tuple(f"s{i}" for i in range(len(summing)))
    return Hierarchy(names, names[len(summing) - summing.shape[1] :], np.asarray(summing, float))


@st.composite
def hierarchies(draw):
    """Draw up to four totals of up to six parts each, crossed as they come."""
    bottom = draw(st.integers(2, 6))
    row = st.lists(st.booleans(), min_size=bottom, max_size=bottom).filter(any)
    totals = draw(st.lists(row, min_size=1, max_size=4))
    return hierarchy_of(np.vstack([totals, np.eye(bottom)]).astype(float))


def covariance_of(hierarchy, rng):
    """Return a covariance of any direction, with standard deviations four orders apart."""
    n = len(hierarchy.series)
    scale = 10.0 ** rng.uniform(-2.0, 2.0, size=n)
    factor = rng.normal(size=(n, n)) + np.eye(n)
    return np.outer(scale, scale) * (factor @ factor.T + 0.1 * np.eye(n))


@pytest.mark.parametrize(
    ("covariance", "expected"),
    [
        (np.eye(3), [110 - 10 / 3, 40 + 10 / 3, 60 + 10 / 3]),
        (STRUCTURAL, [105, 42.5, 62.5]),
        (np.array([[4.0, 1.0, 0.0], [1.0, 2.0, 0.0], [0.0, 0.0, 1.0]]), [104, 42, 62]),
        (np.diag([NAN, 1.0, 1.0]), [100, 40, 60]),
    ],
    ids=["equal", "structural", "correlated", "bottom-up"],
)
def test_three_series_by_hand(covariance, expected):
    """The parts are 10 short of the total, and each series moves by -W C' 10 / (C W C').

    With C = (1, -1, -1) that is (1, -1, -1) 10/3; (2, -1, -1) 10/4; (3, -1, -1) 10/5; and nothing
    if nobody asks the total.
    """
    found = reconcile(BASE, TOTAL_OF_TWO, covariance)
    np.testing.assert_allclose(found[:, 0], expected)
    assert (reconciler(TOTAL_OF_TWO, covariance)[0, 0] > 0.0) == (expected[1] != 40)


@pytest.mark.parametrize(
    ("fixed", "expected"),
    [
        (column(120, NAN, NAN), [120, 50, 70]),
        (column(NAN, 30, NAN), [30 + 200 / 3, 30, 200 / 3]),
        (column(120, 30, NAN), [120, 30, 90]),
        (column(120, 30, 90), [120, 30, 90]),
    ],
)
def test_announcements_by_hand(fixed, expected):
    """A total of 120 gives each part half of the 20 that they lack.

    With a part of 30 the other, b, makes (30 + b - 110)² / 2 + (b - 60)² least: 200/3. Two
    announcements leave nothing open; nor do three.
    """
    np.testing.assert_allclose(
        reconcile(BASE, TOTAL_OF_TWO, STRUCTURAL, fixed=fixed)[:, 0], expected
    )


def test_a_surprise_in_one_part_moves_another_that_errs_with_it():
    """Errors of variance 4 and 1 and covariance 1: 8 more of one is 8 * 1/4 more of the other."""
    covariance = np.array([[NAN, NAN, NAN], [NAN, 4.0, 1.0], [NAN, 1.0, 1.0]])
    found = reconcile(BASE, TOTAL_OF_TWO, covariance, fixed=column(NAN, 48, NAN))
    np.testing.assert_allclose(found[:, 0], [110, 48, 62])


def test_nothing_falls_below_nought_by_hand():
    """Parts 9 and 1 are 8 above a total of 2, which leaves 7 and -1.

    With b at 0 what is left, (a - 2)² / 2 + (a - 9)², is least at 20/3.
    """
    base = column(2, 9, 1)
    np.testing.assert_allclose(reconcile(base, TOTAL_OF_TWO, STRUCTURAL)[:, 0], [6, 7, -1])
    found = reconcile(base, TOTAL_OF_TWO, STRUCTURAL, nonnegative=EITHER)
    np.testing.assert_allclose(found[:, 0], [20 / 3, 20 / 3, 0])
    assert found[2, 0] == 0.0


def test_a_part_that_may_fall_below_nought_does():
    """Also to make room for the other under a total of 0, to which each gives half of 10."""
    first = np.array([True, False])
    found = reconcile(column(2, 9, 1), TOTAL_OF_TWO, STRUCTURAL, nonnegative=first)
    np.testing.assert_allclose(found[:, 0], [6, 7, -1])
    nothing = column(0, NAN, NAN)
    found = reconcile(column(2, 9, 1), TOTAL_OF_TWO, STRUCTURAL, fixed=nothing, nonnegative=first)
    np.testing.assert_allclose(found[:, 0], [0, 4, -4], atol=1e-12)


@pytest.mark.parametrize(
    ("fixed", "expected"),
    [
        (column(0, NAN, NAN), [0, 0, 0]),
        (column(7, 7, NAN), [7, 7, 0]),
        (column(10, NAN, NAN), [10, 9, 1]),
        (column(2, NAN, NAN), [2, 2, 0]),
    ],
)
def test_an_announced_total_is_held_though_a_part_meets_nought(fixed, expected):
    """Parts 9 and 1 share what they are above the total, until there is nothing left of one."""
    found = reconcile(column(2, 9, 1), TOTAL_OF_TWO, STRUCTURAL, fixed=fixed, nonnegative=EITHER)
    np.testing.assert_allclose(found[:, 0], expected, atol=1e-12)
    assert np.isnan(fixed[2, 0])
    assert (found.min() == 0.0) == (0 in expected)


def test_announcements_that_contradict_each_other_are_named_and_no_others():
    four = hierarchy_of(np.vstack([np.ones(4), [1, 1, 0, 0], np.eye(4)]))
    fixed = np.full((6, 3), NAN)
    fixed[:, 0] = [100, 11, 5, 5, NAN, 20]
    fixed[:, 2] = [3, NAN, NAN, NAN, 4, NAN]
    base, covariance = np.ones((6, 3)), np.eye(6)
    with pytest.raises(ValueError, match="contradict") as fault:
        reconcile(base, four, covariance, fixed=fixed, nonnegative=np.ones(4, bool))
    assert str(fault.value).splitlines()[1:] == [
        "step 1: s1 = 11, s2 = 5, s3 = 5",
        "step 3: s0 = 3, s4 = 4",
    ]
    fixed[1, 0] = 10
    found = reconcile(base, four, covariance, fixed=fixed)
    assert found[[2, 3, 5], 2].sum() == pytest.approx(-1)


def test_announcements_are_compared_in_their_own_units():
    """A penny in a billion pounds is a rounding; a billionth on top of a billionth is not."""
    base, pounds = column(1, 1, 1), 1e9
    rounded = column(pounds, pounds + 0.01, NAN)
    found = reconcile(base, TOTAL_OF_TWO, STRUCTURAL, fixed=rounded, nonnegative=EITHER)
    np.testing.assert_allclose(found[:, 0], [pounds, pounds, 0.0])
    for total, said in ((1e-9, "t = 1e-09, a = 2e-09"), (0.0, "t = 0, a = 2e-09")):
        small = column(total, 2e-9, NAN)
        with pytest.raises(ValueError, match=said):
            reconcile(base, TOTAL_OF_TWO, STRUCTURAL, fixed=small, nonnegative=EITHER)


@pytest.mark.parametrize("floored", [False, True])
def test_what_rounding_leaves_over_falls_on_the_largest_announcements(floored):
    """£50 too many of a billion, beside a group of £150 that nobody rounded."""
    four = hierarchy_of(np.vstack([np.ones(3), [1, 1, 0], np.eye(3)]))
    fixed = column(1e9, 150, NAN, NAN, 1e9 - 100)
    found = reconcile(
        np.ones((5, 1)), four, np.eye(5), fixed=fixed, nonnegative=np.full(3, floored)
    )
    np.testing.assert_allclose(found[:, 0], [1e9, 150, 75, 75, 1e9 - 100], rtol=1e-7)
    assert found[1, 0] == pytest.approx(150, rel=1e-9)


def test_a_sure_forecast_far_above_an_announced_total_is_lowered_to_it():
    """The part is a hundred thousand of its errors away, and nought is the least of the others."""
    four = hierarchy_of(np.vstack([np.ones(3), np.eye(3)]))
    covariance = np.diag([NAN, 1e-10, 1.0, 1.0])
    found = reconcile(
        column(0, 20, 5, 1),
        four,
        covariance,
        fixed=column(10, NAN, NAN, NAN),
        nonnegative=np.ones(3, bool),
    )
    np.testing.assert_allclose(found[:, 0], [10, 10, 0, 0])


def test_a_bottom_series_needs_a_forecast_or_an_announcement():
    base = column(110, NAN, 60)
    with pytest.raises(ValueError, match=r"^a: no forecast"):
        reconcile(base, TOTAL_OF_TWO, STRUCTURAL)
    found = reconcile(base, TOTAL_OF_TWO, STRUCTURAL, fixed=column(NAN, 30, NAN))
    np.testing.assert_allclose(found[:, 0], [30 + 200 / 3, 30, 200 / 3])
    with pytest.raises(ValueError, match=r"^b: no forecast"):
        reconciler(TOTAL_OF_TWO, np.diag([1.0, 1.0, NAN]))


def test_a_total_without_a_forecast_at_one_step_is_the_sum_of_its_parts_there():
    base = np.hstack([BASE, column(NAN, 40, 60)])
    found = reconcile(base, TOTAL_OF_TWO, STRUCTURAL)
    np.testing.assert_allclose(found.T, [[105, 42.5, 62.5], [100, 40, 60]])
    assert np.isnan(base[0, 1])


METHODS = {
    "bottom-up": (Method.BOTTOM_UP, False),
    "structural": (Method.STRUCTURAL, False),
    "shrunk MinT": (Method.MINT_SHRINK, False),
    "non-negative": (Method.MINT_SHRINK, True),
}


@pytest.mark.parametrize("name", METHODS)
def test_hierarchicalforecast_says_the_same(name):
    """The last in single precision, as the peer rounds it."""
    method, floored = METHODS[name]
    hierarchy = hierarchy_of(np.array(REFERENCE["summing"]))
    covariance = error_covariance(hierarchy, np.array(REFERENCE["residuals"]), method=method)
    found = reconcile(
        np.array(REFERENCE["base"]), hierarchy, covariance, nonnegative=np.full(4, floored)
    )
    np.testing.assert_allclose(found, REFERENCE[name], rtol=1e-6, atol=1e-6)
    assert (np.array(REFERENCE[name]).min() < 0) == (name == "shrunk MinT")


@settings(deadline=None, max_examples=50)
@given(hierarchies(), st.integers(0, 2**32 - 1), st.data())
def test_it_is_the_generalised_least_squares_of_the_papers(hierarchy, seed, data):
    """In its other form, which inverts no W: the rows of K are those of S b = y and of y_F = f."""
    rng = np.random.default_rng(seed)
    covariance = covariance_of(hierarchy, rng)
    series, bottom = hierarchy.summing.shape
    base = rng.normal(size=(series, 2, 3)) * np.sqrt(np.diag(covariance))[:, None, None]
    totals = series - bottom
    coherent = np.hstack([np.eye(totals), -hierarchy.summing[:totals]])
    held = data.draw(st.integers(totals, series - 1) | st.none())
    rows, values = coherent, np.zeros(totals)
    fixed = None
    if held is not None:
        rows, values = np.vstack([coherent, np.eye(series)[held]]), np.append(values, 3.0)
        fixed = np.full((series, 2), NAN)
        fixed[held] = 3.0
    gain = covariance @ rows.T @ np.linalg.inv(rows @ covariance @ rows.T)
    expected = base - np.tensordot(gain, np.tensordot(rows, base, 1) - values[:, None, None], 1)
    found = reconcile(base, hierarchy, covariance, fixed=fixed)
    scale = np.sqrt(np.diag(covariance))[:, None, None]
    np.testing.assert_allclose(found / scale, expected / scale, rtol=1e-5, atol=1e-5)


@settings(deadline=None, max_examples=50)
@given(hierarchies(), st.integers(0, 2**32 - 1))
def test_what_adds_up_already_stays_and_every_path_adds_up(hierarchy, seed):
    rng = np.random.default_rng(seed)
    covariance = covariance_of(hierarchy, rng)
    summing = hierarchy.summing
    np.testing.assert_allclose(
        reconciler(hierarchy, covariance) @ summing, np.eye(summing.shape[1]), atol=1e-6
    )
    base = 10.0 * rng.normal(size=(len(summing), 2, 3))
    once = reconcile(base, hierarchy, covariance)
    np.testing.assert_allclose(once, np.tensordot(summing, once[hierarchy.bottom_rows], 1))
    np.testing.assert_allclose(reconcile(once, hierarchy, covariance), once, rtol=1e-5, atol=1e-5)
    for path in range(3):
        alone = reconcile(base[:, :, path], hierarchy, covariance)
        np.testing.assert_allclose(once[:, :, path], alone, rtol=1e-9, atol=1e-9)


@settings(deadline=None, max_examples=50)
@given(hierarchies(), st.integers(0, 2**32 - 1), st.data())
def test_nought_and_announcements_hold_and_no_point_that_holds_them_is_nearer(
    hierarchy, seed, data
):
    """The conditions of Karush, Kuhn and Tucker, in units of each series' own error.

    With g the gradient, g = A' m + l for some m and some l >= 0 that is 0 wherever b is above 0.
    """
    rng = np.random.default_rng(seed)
    covariance = covariance_of(hierarchy, rng)
    series, bottom = hierarchy.summing.shape
    truth = np.abs(rng.normal(size=bottom)) * rng.integers(0, 2, size=bottom)
    held = data.draw(st.sets(st.integers(0, series - 1), max_size=3).map(sorted))
    fixed = np.full((series, 1), NAN)
    fixed[held, 0] = (hierarchy.summing @ truth)[held]
    base = (np.abs(rng.normal(size=series)) * 0.3)[:, None, None] * np.ones((1, 1, 2))
    found = reconcile(base, hierarchy, covariance, fixed=fixed, nonnegative=np.ones(bottom, bool))[
        :, 0
    ]
    np.testing.assert_allclose(found[held, 0], fixed[held, 0], rtol=1e-6, atol=1e-9)
    lowest = found[hierarchy.bottom_rows, 0]
    known = fixed[hierarchy.bottom_rows, 0]
    np.testing.assert_array_equal(lowest[~np.isnan(known)], known[~np.isnan(known)])
    assert lowest.min() >= 0.0
    assert not np.any((lowest > 0.0) & (lowest < 1e-12))
    unit = np.sqrt(np.diag(covariance)[hierarchy.bottom_rows])
    gap = np.linalg.solve(covariance, found[:, 0] - base[:, 0, 0])
    gradient = unit * (hierarchy.summing.T @ gap)
    sums = hierarchy.summing[held].T
    at_nought = np.eye(bottom)[:, lowest <= 1e-9]
    sides = np.hstack([sums, -sums]) * unit[:, None]
    system = np.hstack([np.zeros((bottom, 1)), sides, at_nought])
    left = system @ nnls(system, gradient, maxiter=10_000)[0] - gradient
    assert np.abs(left).max() <= 1e-5 * max(1.0, np.abs(gradient).max())


@settings(deadline=None, max_examples=50)
@given(hierarchies(), st.integers(0, 2**32 - 1))
def test_the_order_and_the_unit_of_the_series_change_nothing(hierarchy, seed):
    rng = np.random.default_rng(seed)
    series, bottom = hierarchy.summing.shape
    base = np.abs(rng.normal(size=(series, 1, 4)))
    residuals = rng.normal(size=(8, series))
    fixed = np.full((series, 1), NAN)
    fixed[0] = 2.0
    rows, columns = rng.permutation(series), rng.permutation(bottom)
    mixed = Hierarchy(
        tuple(hierarchy.series[i] for i in rows),
        tuple(hierarchy.bottom[i] for i in columns),
        hierarchy.summing[np.ix_(rows, columns)],
    )

    def run(of, base, residuals, fixed):
        covariance = error_covariance(of, residuals, method=Method.MINT_SHRINK)
        return reconcile(base, of, covariance, fixed=fixed, nonnegative=np.ones(bottom, bool))

    expected = run(hierarchy, base, residuals, fixed)
    found = run(mixed, 1e6 * base[rows], 1e6 * residuals[:, rows], 1e6 * fixed[rows])
    np.testing.assert_allclose(found / 1e6, expected[rows], rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("factor", [1e-9, 1.0, 1e9])
def test_residuals_that_add_up_or_sum_to_zero_are_no_fault(factor):
    """Where they do, W alone has no inverse; hierarchicalforecast raises on the second."""
    rng = np.random.default_rng(4)
    adding_up = factor * rng.normal(size=(40, 2)) @ TOTAL_OF_TWO.summing.T
    for residuals in (adding_up, adding_up - adding_up.mean(axis=0)):
        covariance = error_covariance(TOTAL_OF_TWO, residuals, method=Method.MINT_SHRINK)
        found = reconcile(BASE * factor, TOTAL_OF_TWO, covariance)
        assert found[0, 0] == found[1:, 0].sum()
        assert 100 * factor < found[0, 0] < 110 * factor


@pytest.mark.parametrize("error", [0.0, 1e-17])
def test_a_total_that_all_but_never_erred_is_kept_and_so_is_a_part(error):
    residuals = np.random.default_rng(5).normal(size=(20, 3))
    for sure in range(3):
        never = residuals * np.where(np.arange(3) == sure, error, 1.0)
        covariance = error_covariance(TOTAL_OF_TWO, never, method=Method.MINT_SHRINK)
        found = reconcile(BASE, TOTAL_OF_TWO, covariance)
        assert found[sure, 0] == pytest.approx(BASE[sure, 0], rel=1e-6)


def test_scale_by_hand():
    """With W = I what is left is I - C' C / 3, two thirds on the diagonal.

    With the total announced it is I - (1, 1)' (1, 1) / 2 of the parts: a half.
    """
    np.testing.assert_allclose(reconciled_scale(TOTAL_OF_TWO, np.eye(3)), np.sqrt([2 / 3] * 3))
    announced = reconciled_scale(TOTAL_OF_TWO, np.eye(3), fixed=np.array([True, False, False]))
    np.testing.assert_allclose(announced, [0, np.sqrt(0.5), np.sqrt(0.5)])
    parts = reconciled_scale(TOTAL_OF_TWO, np.diag([NAN, 1.0, 1.0]))
    np.testing.assert_allclose(parts, [NAN, 1, 1])


@settings(deadline=None, max_examples=50)
@given(hierarchies(), st.integers(0, 2**32 - 1))
def test_the_scale_is_that_of_reconciled_paths_and_never_above_one(hierarchy, seed):
    """Of 4,000 paths: a standard deviation is out by 1.1 %, and five times that is never seen."""
    rng = np.random.default_rng(seed)
    covariance = covariance_of(hierarchy, rng)
    scale = reconciled_scale(hierarchy, covariance)
    assert np.all(scale <= 1.0 + 1e-9)
    root = np.linalg.cholesky(covariance)
    base = (root @ rng.normal(size=(len(root), 4000)))[:, np.newaxis]
    paths = reconcile(base, hierarchy, covariance)
    measured = paths.std(axis=(1, 2)) / np.sqrt(np.diag(covariance))
    np.testing.assert_allclose(measured, scale, rtol=0.06)
