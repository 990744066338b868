"""Mixtures of Student t's against scipy, quadrature and simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad

from forecasting.distributions import Mixture, fixed, nothing, stack


def mixture(weight, location, scale, df, *, floor=-np.inf):
    rows = [np.array([row], dtype=float) for row in (weight, location, scale, df)]
    return Mixture(*rows, np.array([floor]))


TWO = mixture([0.3, 0.7], [10.0, 14.0], [1.0, 2.0], [3.0, 8.0])


@pytest.mark.parametrize("q", [0.025, 0.1, 0.5, 0.9, 0.975])
def test_one_component_is_a_student_t(q):
    one = mixture([1.0, 0.0], [5.0, 99.0], [2.0, 1.0], [4.0, 1.0])
    assert one.quantile(q)[0] == pytest.approx(5 + 2 * stats.t.ppf(q, 4))


@pytest.mark.parametrize("q", [0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_quantile_has_its_probability_below_it(q):
    x = TWO.quantile(q)
    below = 0.3 * stats.t.cdf(x - 10, 3) + 0.7 * stats.t.cdf((x - 14) / 2, 8)
    assert below[0] == pytest.approx(q, abs=1e-12)


def test_the_mean_is_the_weighted_location():
    assert TWO.mean()[0] == pytest.approx(0.3 * 10 + 0.7 * 14)


@pytest.mark.parametrize("location", [-3.0, 0.5, 40.0])
def test_the_mean_above_a_floor_agrees_with_quadrature(location):
    cut = mixture([1.0], [location], [2.0], [3.5], floor=0.0)
    density = stats.t(3.5, loc=location, scale=2.0).pdf
    numeric = (
        quad(lambda x: x * density(x), 0, location + 5, limit=200)[0] if location > -5 else 0.0
    )
    numeric += quad(lambda x: x * density(x), location + 5, np.inf, limit=200)[0]
    assert cut.mean()[0] == pytest.approx(numeric, rel=1e-6)


def test_nothing_lies_below_the_floor():
    cut = mixture([0.5, 0.5], [1.0, 2.0], [3.0, 3.0], [5.0, 5.0], floor=0.0)
    assert cut.quantile(0.05)[0] == 0.0
    assert cut.quantile(0.9)[0] == mixture([0.5, 0.5], [1, 2], [3, 3], [5, 5]).quantile(0.9)[0]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0.01, 1), st.floats(-1e6, 1e6), st.one_of(st.just(0.0), st.floats(1e-3, 1e6)),
            st.floats(1.5, 200),
        ),
        min_size=1,
        max_size=6,
    )
)  # fmt: skip
def test_quantiles_never_cross(components):
    weight, location, scale, df = zip(*components, strict=True)
    pooled = mixture(np.array(weight) / sum(weight), location, scale, df)
    found = [pooled.quantile(q)[0] for q in (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)]
    assert np.all(np.isfinite(found))
    assert found == sorted(found)


def test_a_pool_is_wider_than_its_parts_where_they_disagree():
    apart = mixture([0.5, 0.5], [0.0, 10.0], [1.0, 1.0], [9.0, 9.0])
    width = apart.quantile(0.9) - apart.quantile(0.1)
    assert width[0] > 10 > 2 * stats.t.ppf(0.9, 9)


def test_what_is_fixed_has_no_spread_and_what_is_unknown_no_number():
    both = stack([fixed(7.0, components=2), nothing(components=2)])
    for q in (0.1, 0.5, 0.9):
        known, unknown = both.quantile(q)
        assert known == 7.0
        assert np.isnan(unknown)
    assert both.mean()[0] == 7.0
    assert np.isnan(both.mean()[1])


def test_centring_keeps_the_variance_and_moves_the_median():
    """Variance of a mixture: sum of w (s^2 v/(v-2) + (m - mean)^2); here the t's factor differs.

    Means 10 and 14 pool to 12.8; the new scales are sqrt(1 + 2.8^2) and sqrt(4 + 1.2^2).
    """
    moved = TWO.centred(100.0)
    assert moved.quantile(0.5)[0] == 100.0
    assert moved.mean()[0] == 100.0
    np.testing.assert_allclose(moved.scale, [[np.sqrt(8.84), np.sqrt(5.44)]])


@pytest.mark.parametrize("q", [0.0, 1.0, 1.5, -0.1])
def test_a_quantile_beyond_nought_and_one_is_refused(q):
    with pytest.raises(ValueError, match="between 0 and 1"):
        TWO.quantile(q)
