"""Between the units of a series and the scale of its models."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from forecasting.scales import Scale, choose_scale

VALUES = st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=20)


@given(VALUES)
def test_there_and_back_is_where_it_was(values):
    y = np.array(values)
    scale = choose_scale(y)
    size = np.max(np.abs(y))
    np.testing.assert_allclose(scale.back(scale.forward(y)), y, rtol=1e-12, atol=1e-12 * size)


@given(st.lists(st.floats(1e-3, 1e9), min_size=2, max_size=20), st.sampled_from([1e-9, 1e3, 1e12]))
def test_the_scale_of_the_models_knows_no_units(values, unit):
    y = np.array(values)
    plain, other = choose_scale(y).forward(y), choose_scale(unit * y).forward(unit * y)
    np.testing.assert_allclose(other, plain, rtol=1e-12)


@pytest.mark.parametrize(
    ("values", "power"),
    [
        ([4.0, 9.0, 5.0], 0.5),
        ([4.0, -9.0, 5.0], 1.0),
        ([0.0, 9.0, 5.0, 6.0, 7.0, 8.0], 0.5),
        ([0.0, 9.0, 5.0, 6.0, 7.0], 1.0),
        ([np.nan, 4.0, 9.0], 0.5),
        ([0.0, 0.0], 1.0),
        ([np.nan, np.nan], 1.0),
        ([], 1.0),
    ],
)
def test_roots_are_for_what_is_never_negative_and_seldom_nought(values, power):
    """Seldom is in less than a fifth of its periods."""
    assert choose_scale(np.array(values)).power == power


def test_the_unit_is_the_mean_size():
    assert choose_scale(np.array([-2.0, np.nan, 4.0])) == Scale(3.0, 1.0)


def test_what_lies_below_the_root_of_nought_is_nought():
    """Roots of 4, 1 and what never was: -1 squared would be 1."""
    np.testing.assert_array_equal(Scale(2.0, 0.5).back(np.array([2.0, 1.0, -1.0])), [8.0, 2.0, 0.0])


def test_on_the_roots_counts_are_about_as_wide_at_every_level():
    """Bartlett: the root of a Poisson count has a standard deviation near a half."""
    spreads = []
    for mean in (20, 200, 2000):
        counts = stats.poisson(mean).rvs(4000, random_state=1).astype(float)
        spreads.append(float(np.std(Scale(1.0, 0.5).forward(counts))))
    np.testing.assert_allclose(spreads, 0.5, rtol=0.05)
