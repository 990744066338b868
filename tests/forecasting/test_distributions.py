"""Mixtures of Student t's against scipy and simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from forecasting.calibration import LEVELS, UNCORRECTED
from forecasting.distributions import Mixture, fixed, stack


def mixture(weight, location, scale, df):
    rows = [np.array([row], dtype=float) for row in (weight, location, scale, df)]
    return Mixture.of(**dict(zip(("weight", "location", "scale", "df"), rows, strict=True)))


def placed(pool, *, unit=1.0, power=1.0, floor=-np.inf, corrected=UNCORRECTED):
    cells = len(pool)
    return pool.placed(
        unit=np.full(cells, unit),
        power=power,
        floor=floor,
        corrected=np.tile(corrected, (cells, 1)),
    )


def draws(pool, count, *, seed=8):
    """Return values of a pool of one cell: a component, then its Student t, then its units."""
    rng = np.random.default_rng(seed)
    which = rng.choice(pool.weight.shape[1], size=count, p=pool.weight[0])
    z = pool.location[0][which] + pool.scale[0][which] * rng.standard_t(pool.df[0][which])
    if pool.power[0] < 1.0:
        z = np.maximum(z, 0.0) ** (1.0 / pool.power[0])
    return np.maximum(pool.unit[0] * z, pool.floor[0])


TWO = mixture([0.3, 0.7], [10.0, 14.0], [1.0, 2.0], [3.0, 8.0])
COMPONENTS = st.lists(
    st.tuples(st.floats(0.01, 1), st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.floats(1.5, 200)),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("q", [0.025, 0.1, 0.5, 0.9, 0.975])
def test_one_component_is_a_student_t(q):
    one = mixture([1.0, 0.0], [5.0, 99.0], [2.0, 1.0], [4.0, 1.0])
    assert one.quantile(q)[0] == pytest.approx(5 + 2 * stats.t.ppf(q, 4))


@pytest.mark.parametrize("q", [0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_quantile_has_its_probability_below_it(q):
    x = TWO.quantile(q)
    below = 0.3 * stats.t.cdf(x - 10, 3) + 0.7 * stats.t.cdf((x - 14) / 2, 8)
    assert below[0] == pytest.approx(q, abs=1e-12)
    np.testing.assert_allclose(TWO.cdf(x), below)


@settings(max_examples=200, deadline=None)
@given(COMPONENTS, st.floats(0.001, 0.999))
def test_a_quantile_undoes_the_probability(components, q):
    """Where the pool has a jump, the probability on either side of it holds `q`."""
    weight, location, scale, df = zip(*components, strict=True)
    pooled = mixture(np.array(weight) / sum(weight), location, scale, df)
    x = pooled.quantile(q)
    step = 1e-9 * np.max(np.abs(location)) + 1e-9
    assert pooled.cdf(x - step)[0] - 1e-6 <= q <= pooled.cdf(x + step)[0] + 1e-6


@settings(max_examples=200, deadline=None)
@given(
    COMPONENTS,
    st.sampled_from([0.5, 1.0]),
    st.lists(st.floats(0.0, 1.0), min_size=len(LEVELS), max_size=len(LEVELS)),
)
def test_quantiles_never_cross(components, power, levels):
    weight, location, scale, df = zip(*components, strict=True)
    corrected = np.sort(np.array(levels) * 0.9999)
    corrected[0] = 0.0
    pooled = placed(
        mixture(np.array(weight) / sum(weight), location, scale, df),
        power=power,
        floor=-np.inf if power == 1.0 else 0.0,
        corrected=corrected,
    )
    found = [pooled.quantile(q)[0] for q in (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)]
    assert np.all(np.isfinite(found))
    assert np.all(np.diff(found) >= -1e-12 * np.max(np.abs(found)))


def test_a_fixed_value_is_a_quantile_of_its_pool():
    """Of 0 with 40% beside a t about 5, all quantiles to 0.4 are 0; the rest are the t's."""
    pool = mixture([0.4, 0.6], [0.0, 5.0], [0.0, 1.0], [5.0, 5.0])
    assert [pool.quantile(q)[0] for q in (0.1, 0.39)] == [0.0, 0.0]
    assert pool.quantile(0.7)[0] == pytest.approx(5.0 + stats.t.ppf(0.5, 5.0), abs=1e-6)
    above = mixture([0.4, 0.6], [10.0, 5.0], [0.0, 1.0], [5.0, 5.0])
    assert [above.quantile(q)[0] for q in (0.7, 0.9)] == pytest.approx([10.0, 10.0])


def test_roots_are_squared_in_the_units_of_the_series():
    """Of a root about 3 with a scale of 1, in units of 20: 20 (3 + t)^2, or 0 below the root."""
    root = placed(mixture([1.0], [3.0], [1.0], [4.0]), unit=20.0, power=0.5, floor=0.0)
    for q in (0.1, 0.5, 0.9):
        assert root.quantile(q)[0] == pytest.approx(20 * (3 + stats.t.ppf(q, 4)) ** 2)
    assert root.quantile(0.001)[0] == 0.0


def test_nothing_lies_below_the_floor():
    plain = mixture([0.5, 0.5], [1.0, 2.0], [3.0, 3.0], [5.0, 5.0])
    cut = placed(plain, floor=0.0)
    assert cut.quantile(0.05)[0] == 0.0
    assert placed(mixture([1.0], [-2.0], [1.0], [5.0]), floor=0.0).mean()[0] == 0.0
    assert cut.quantile(0.9)[0] == plain.quantile(0.9)[0]


def test_the_mean_on_the_models_own_scale_is_the_weighted_location():
    assert TWO.mean()[0] == pytest.approx(0.3 * 10 + 0.7 * 14)


@pytest.mark.parametrize("df", [[6.0, 8.0], [30.0, 12.0]])
def test_the_mean_of_squared_roots_is_that_of_a_simulation(df):
    roots = mixture([0.3, 0.7], [1.0, 1.3], [0.1, 0.15], df)
    pool = placed(roots, unit=50.0, power=0.5, floor=0.0)
    drawn = draws(pool, 400_000)
    assert pool.mean()[0] == pytest.approx(drawn.mean(), abs=4 * drawn.std() / np.sqrt(400_000))


def test_the_mean_reckons_with_the_correction_of_the_interval():
    """Twice as wide at 80%, the variance of a near-normal root counts fourfold."""
    root = mixture([1.0], [2.0], [0.1], [1e6])
    wider = UNCORRECTED.copy()
    wider[8:] = np.maximum(2 * stats.norm.cdf(2 * stats.norm.ppf(0.9)) - 1, LEVELS[8:])
    pool = placed(root, unit=10.0, power=0.5, corrected=wider)
    assert pool.mean()[0] == pytest.approx(10 * (4 + 4 * 0.01), rel=1e-6)
    span = (pool.quantile(0.9) / 10) ** 0.5 - (pool.quantile(0.1) / 10) ** 0.5
    assert span[0] == pytest.approx(4 * 0.1 * stats.norm.ppf(0.9), rel=1e-5)


def test_a_correction_moves_every_quantile_but_the_median():
    """Where 90% of the models is what covers 80%, the 80% interval is theirs of 90%."""
    wider = UNCORRECTED.copy()
    wider[LEVELS == 0.8] = 0.9
    wider = np.maximum.accumulate(wider)
    pool = placed(TWO, corrected=wider)
    assert pool.quantile(0.5)[0] == TWO.quantile(0.5)[0]
    assert pool.quantile(0.9)[0] == pytest.approx(TWO.quantile(0.95)[0])
    assert pool.quantile(0.1)[0] == pytest.approx(TWO.quantile(0.05)[0])


def test_a_pool_is_wider_than_its_parts_where_they_disagree():
    apart = mixture([0.5, 0.5], [0.0, 10.0], [1.0, 1.0], [9.0, 9.0])
    width = apart.quantile(0.9) - apart.quantile(0.1)
    assert width[0] > 10 > 2 * stats.t.ppf(0.9, 9)


def test_what_is_fixed_has_no_spread_and_what_is_unknown_no_number():
    both = fixed(np.array([7.0, np.nan]))
    for q in (0.1, 0.5, 0.9):
        known, unknown = both.quantile(q)
        assert known == 7.0
        assert np.isnan(unknown)
    assert both.mean()[0] == 7.0
    assert np.isnan(both.mean()[1])


def test_stacked_pools_answer_as_they_did_alone():
    """Pools of one, two and three components, on roots and not, fixed and unknown."""
    three = placed(
        mixture([0.2, 0.3, 0.5], [1.0, 2.0, 1.5], [0.3, 0.2, 0.1], [3.0, 9.0, 30.0]),
        unit=7.0,
        power=0.5,
        floor=0.0,
    )
    pools = [TWO, three, fixed(np.array([5.0, np.nan])), placed(TWO, floor=13.0)]
    both = stack(pools)
    assert len(both) == 5
    for q in (0.1, 0.5, 0.9):
        alone = np.concatenate([pool.quantile(q) for pool in pools])
        np.testing.assert_allclose(both.quantile(q), alone, rtol=1e-12)
    np.testing.assert_allclose(both.mean(), np.concatenate([pool.mean() for pool in pools]))
    np.testing.assert_allclose(both.take([1, 0]).mean(), [three.mean()[0], TWO.mean()[0]])
    assert len(stack([])) == 0


def test_centring_moves_every_component_and_keeps_what_they_disagreed_by():
    """Means 10 and 14 pool to 12.8; the new scales are sqrt(1 + 2.8^2) and sqrt(4 + 1.2^2)."""
    moved = TWO.centred(np.array([100.0]))
    assert moved.quantile(0.5)[0] == pytest.approx(100.0)
    assert moved.mean()[0] == pytest.approx(100.0)
    np.testing.assert_allclose(moved.scale, [[np.sqrt(8.84), np.sqrt(5.44)]])


def test_centring_on_roots_is_in_the_units_of_the_series():
    pool = placed(mixture([0.4, 0.6], [1.0, 1.1], [0.1, 0.1], [5.0, 5.0]), unit=8.0, power=0.5)
    assert pool.centred(np.array([18.0])).quantile(0.5)[0] == pytest.approx(18.0)


@pytest.mark.parametrize("q", [0.0, 1.0, 1.5, -0.1])
def test_a_quantile_beyond_nought_and_one_is_refused(q):
    with pytest.raises(ValueError, match="between 0 and 1"):
        TWO.quantile(q)
