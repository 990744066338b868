"""Paths against the processes that made the history, the published marginals, and arithmetic."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from forecasting import forecast
from forecasting.calibration import LEVELS
from forecasting.distributions import Mixture, fixed, stack
from forecasting.paths import Paths, draw_paths

QUANTILES = (0.025, 0.1, 0.5, 0.9, 0.975)
NOBODY = pd.DataFrame({"series": [], "period": [], "value": []})


def generator(seed=2015):
    return np.random.default_rng(seed)


def normal(spread, *, location=0.0):
    """Return cells that are all but Gaussian."""
    scale = np.asarray(spread, dtype=float)[:, np.newaxis]
    one = np.ones_like(scale)
    return Mixture.of(weight=one, location=location * one, scale=scale, df=1e6 * one)


def cells(names, periods):
    """Return the rows of a forecast of some series over the same periods."""
    pairs = [(name, period) for name in names for period in periods]
    return pd.DataFrame(pairs, columns=["series", "period"])


def long(errors, names, *, first=1):
    """Return series, period, value of an array of shape (periods, series), without its NaN."""
    rows = [
        (name, first + t, value)
        for name, column in zip(names, errors.T, strict=True)
        for t, value in enumerate(column)
        if np.isfinite(value)
    ]
    return pd.DataFrame(rows, columns=["series", "period", "value"])


def walks(truth, *, steps, history=1000, count=4000, seed=2015):
    """Return paths of random walks whose shocks of the past had a true correlation."""
    names = [f"walk {i}" for i in range(len(truth))]
    rng = generator(seed)
    errors = rng.multivariate_normal(np.zeros(len(truth)), truth, size=history)
    table = cells(names, range(history + 1, history + steps + 1))
    marginals = normal(np.tile(np.sqrt(np.arange(1, steps + 1)), len(names)))
    return draw_paths(table, marginals, long(errors, names), count=count, rng=rng)


def energy_score(actual, drawn):
    """Return the energy score of paths, array of shape (cells, paths): the less, the better.

    Gneiting & Raftery (2007, Journal of the American Statistical Association 102, §4.3).
    """
    apart = np.linalg.norm(drawn[:, :, np.newaxis] - drawn[:, np.newaxis], axis=0)
    count = drawn.shape[1]
    off = np.linalg.norm(drawn - actual[:, np.newaxis], axis=0).mean()
    return off - apart.sum() / (2 * count * (count - 1))


def apart(rng, drawn):
    """Return the same paths, array of shape (cells, paths), shuffled in every cell."""
    return rng.permuted(drawn, axis=1)


@pytest.mark.parametrize(
    "truth",
    [
        [[1.0, 0.8], [0.8, 1.0]],
        [[1.0, -0.7], [-0.7, 1.0]],
        [[1.0, 0.9, -0.5, 0.0], [0.9, 1.0, -0.4, 0.1], [-0.5, -0.4, 1.0, -0.6], [0, 0.1, -0.6, 1]],
        np.eye(5),
    ],
)
def test_errors_at_every_step_are_correlated_across_series_as_those_of_the_past(truth):
    """The sum of h shocks correlates as one shock does; within 0.1 of the truth."""
    paths = walks(np.array(truth), steps=4)
    for step in range(4):
        found = np.corrcoef(paths.values[:, step])
        np.testing.assert_allclose(found, truth, atol=0.1)


@pytest.mark.parametrize(
    ("spread", "correlation"),
    [
        (lambda h: np.sqrt(h), lambda h, k: np.sqrt(h / k)),
        (lambda h: 3.0 + 0.0 * h, lambda h, k: 0.0),
        (
            lambda h: np.sqrt(1 - 0.6 ** (2 * h)),
            lambda h, k: 0.6 ** (k - h) * np.sqrt((1 - 0.36**h) / (1 - 0.36**k)),
        ),
        (
            lambda h: np.sqrt(h * (h + 1) * (2 * h + 1) / 6),
            lambda h, k: (
                sum(j * (j + k - h) for j in range(1, h + 1))
                / np.sqrt(h * (h + 1) * (2 * h + 1) * k * (k + 1) * (2 * k + 1) / 36)
            ),
        ),
    ],
    ids=["random walk", "white noise", "AR(1) of 0.6", "twice integrated walk"],
)
def test_errors_of_one_series_last_as_its_spread_says(spread, correlation):
    """Each process has its psi weights, and so its own correlation of errors h and k ahead."""
    steps = np.arange(1, 7)
    paths = draw_paths(
        cells("a", steps), normal(spread(steps)), NOBODY, count=20_000, rng=generator()
    )
    truth = [[correlation(min(h, k), max(h, k)) if h != k else 1.0 for k in range(1, 7)]
             for h in range(1, 7)]  # fmt: skip
    np.testing.assert_allclose(np.corrcoef(paths.values[0]), truth, atol=0.03)


def test_where_the_spread_falls_again_no_shock_is_forgotten():
    """Seasonal widths 1, 2, 1, 2: the shocks of steps 3 and 4 are those of 2, each at its lag."""
    paths = draw_paths(
        cells("a", [1, 2, 3, 4]), normal([1, 2, 1, 2]), NOBODY, count=20_000, rng=generator()
    )
    found = np.corrcoef(paths.values[0])
    # psi is 1, sqrt(3), 0, 0: errors one apart share sqrt(3) of 4, the first of 1 and 4 sqrt(3)/2.
    np.testing.assert_allclose(
        [found[0, 1], found[1, 2], found[2, 3], found[0, 2]],
        [np.sqrt(3) / 2, np.sqrt(3) / 4, np.sqrt(3) / 4, 0.0],
        atol=0.03,
    )


def awkward(rng, rows):
    """Return pools of four unlike models, on square roots, corrected, some cut at nought."""
    shape = (rows, 4)
    pools = Mixture.of(
        weight=rng.dirichlet(np.ones(4), rows),
        location=rng.normal(3.0, 1.0, size=shape),
        scale=rng.choice([0.1, 0.5, 2.0], size=shape),
        df=rng.choice([1.5, 3.0, 8.0, 60.0], size=shape),
    )
    rooted, plain = pools.take(np.arange(0, rows // 2)), pools.take(np.arange(rows // 2, rows))
    inward = 1.0 - (1.0 - LEVELS) ** 0.7
    return stack([
        rooted.placed(unit=np.full(len(rooted), 50.0), power=0.5, floor=0.0, corrected=inward),
        plain.placed(unit=np.ones(len(plain)), power=1.0, floor=0.0, corrected=LEVELS**1.3),
    ])  # fmt: skip


def test_every_marginal_is_the_published_one():
    """Of 4,000 paths the share below a published quantile q has standard error sqrt(q(1-q)/4000).

    One of them bounds every one of 600 shares, as the paths are evenly spread; were they not, some
    would stray by three.
    """
    rng = generator()
    names = [f"{i:02d}" for i in range(20)]
    marginals = awkward(rng, 120)
    errors = long(rng.normal(size=(12, 20)) + rng.normal(size=(12, 1)), names)
    paths = draw_paths(cells(names, range(6)), marginals, errors, count=4000, rng=rng)
    drawn = paths.values.reshape(120, -1)
    for q in QUANTILES:
        published = marginals.quantile(q)
        below = np.mean(drawn < published[:, np.newaxis], axis=1)
        on_it = np.mean(drawn == published[:, np.newaxis], axis=1)
        error = np.sqrt(q * (1 - q) / 4000)
        free = published > 0.0
        np.testing.assert_allclose(below[free], q, atol=error)
        # On the floor stands all that lies below it.
        assert np.all((below + on_it)[~free] >= q - error)
    assert free.sum() > 100


def test_nothing_strays_below_the_floor():
    marginals = awkward(generator(), 40)
    paths = draw_paths(cells("abcde", range(8)), marginals, NOBODY, count=500, rng=generator())
    assert paths.values.min() == 0.0
    assert np.mean(paths.values == 0.0) < 0.2


def test_a_lone_path_is_a_fair_draw():
    """Of 2,000 white cells without errors; 1.95/sqrt(n) is Kolmogorov's bound of 1 in 1,000."""
    table = cells([f"{i:03d}" for i in range(500)], range(4))
    one = draw_paths(table, normal(np.ones(2000)), NOBODY, count=1, rng=generator())
    distance = np.abs(norm.cdf(np.sort(one.values.ravel())) - (np.arange(2000) + 0.5) / 2000)
    assert distance.max() < 1.95 / np.sqrt(2000)


@pytest.mark.parametrize("correlation", [0.6, 0.0, -0.6])
def test_the_sum_over_series_has_its_variance(correlation):
    """Spreads 3 and 4: 9 + 16 + 2 * 12 r, and three steps of a walk three times as much.

    For r = 0.6, 39.4 and 118.2. The history of 5,000 tells r to 0.03, so the variance to 3%.
    """
    truth = np.array([[1.0, correlation], [correlation, 1.0]])
    rng = generator()
    errors = long(rng.multivariate_normal([0, 0], truth, size=5000), ["a", "b"])
    spread = np.outer([3.0, 4.0], np.sqrt([1.0, 2.0, 3.0])).ravel()
    table = cells("ab", range(5001, 5004))
    paths = draw_paths(table, normal(spread), errors, count=20_000, rng=rng)
    total = paths.values.sum(axis=0).var(axis=1)
    np.testing.assert_allclose(total, np.array([1, 2, 3]) * (25 + 24 * correlation), rtol=0.08)


def test_joint_paths_foretell_better_than_the_same_marginals_apart():
    """Energy score over 200 panels of six walks, six to 15 errors each: a gain beyond chance."""
    rng = generator(7)
    loading = np.array([0.9, 0.8, 0.9, -0.8, -0.9, 0.7])
    truth = np.outer(loading, loading) + np.diag(1 - loading**2)
    names = list("abcdef")
    table = cells(names, [16, 17, 18])
    marginals = normal(np.tile(np.sqrt([1.0, 2.0, 3.0]), 6))
    gains = []
    for _ in range(200):
        shocks = rng.multivariate_normal(np.zeros(6), truth, size=18)
        actual = shocks[15:].cumsum(axis=0).T.ravel()
        past = shocks[:15].copy()
        for series, missing in enumerate(rng.integers(0, 10, size=6)):
            past[:missing, series] = np.nan
        drawn = draw_paths(table, marginals, long(past, names), count=100, rng=rng)
        joint = drawn.values.reshape(18, -1)
        gains.append(energy_score(actual, apart(rng, joint)) - energy_score(actual, joint))
    assert np.mean(gains) > 3 * np.std(gains) / np.sqrt(len(gains))


def test_what_is_fixed_is_the_same_on_every_path_and_what_failed_on_none():
    """And neither is in the way of the others: shocks begin after what is confirmed.

    Series `a` is confirmed for two years; its third and fourth are steps 1 and 2 of a walk, whose
    errors correlate by sqrt(1/2). Year three of `b` is confirmed between two that are not.
    """
    table = cells("abc", ["2015-16", "2016-17", "2017-18", "2018-19"])
    marginals = stack([
        fixed(np.array([10.0, 12.0])), normal([1.0, np.sqrt(2)]),
        normal([1.0, np.sqrt(2)]), fixed(np.array([7.0])), normal([2.0]),
        fixed(np.full(4, np.nan)),
    ])  # fmt: skip
    errors = long(generator().normal(size=(30, 3)), "abc")
    paths = draw_paths(table, marginals, errors, count=10_000, rng=generator())
    np.testing.assert_array_equal(paths.values[0, :2], [[10.0] * 10_000, [12.0] * 10_000])
    np.testing.assert_array_equal(paths.values[1, 2], 7.0)
    assert np.isnan(paths.values[2]).all()
    assert set(paths.table()["series"]) == {"a", "b"}
    assert np.corrcoef(paths.values[0, 2:])[0, 1] == pytest.approx(np.sqrt(1 / 2), abs=0.03)
    assert np.corrcoef(paths.values[1, [0, 3]])[0, 1] == pytest.approx(np.sqrt(1 / 4), abs=0.03)


def test_shocks_meet_in_the_calendar_not_in_the_step():
    """Series `b` ends a year after `a`: its first step shares the shock of a's second."""
    rng = generator()
    shock = rng.normal(size=400)
    errors = long(np.column_stack([shock, shock]), "ab")
    table = pd.DataFrame({"series": list("aab"), "period": [401, 402, 402]})
    paths = draw_paths(table, normal([1.0, np.sqrt(2), 1.0]), errors, count=10_000, rng=rng)
    a, b = paths.values
    assert np.isnan(b[0]).all()
    assert np.corrcoef(a[0], b[1])[0, 1] == pytest.approx(0.0, abs=0.04)
    assert np.corrcoef(a[1], b[1])[0, 1] == pytest.approx(np.sqrt(1 / 2), abs=0.04)


def test_a_series_without_errors_goes_its_own_way():
    rng = generator()
    shock = rng.normal(size=(100, 1))
    errors = long(shock + 0.3 * rng.normal(size=(100, 2)), "ab")
    paths = draw_paths(cells("abz", [101]), normal([1, 1, 1]), errors, count=10_000, rng=rng)
    found = np.corrcoef(paths.values[:, 0])
    assert found[0, 1] > 0.8
    np.testing.assert_allclose(found[2, :2], 0.0, atol=0.04)


def test_errors_that_are_few_and_ragged_are_taken_as_they_come():
    """Lengths of 1 to 9, one series constant, one of a name that is not forecast."""
    rng = generator()
    errors = rng.normal(size=(9, 6))
    for series in range(6):
        errors[:series, series] = np.nan
    errors[:, 1] = 0.4
    paths = draw_paths(
        cells("abcde", range(10, 14)),
        normal([1.0] * 20),
        long(errors, "abcdeq"),
        count=200,
        rng=rng,
    )
    assert paths.series == tuple("abcde")
    assert np.isfinite(paths.values).all()


def test_the_same_seed_gives_the_same_bytes_in_any_order_of_rows():
    names = [f"{i}" for i in range(9)]
    errors = long(generator().normal(size=(12, 9)) + generator(1).normal(size=(12, 1)), names)
    table, marginals = cells(names, ["2015-16", "2016-17"]), awkward(generator(), 18)
    order = generator(3).permutation(18)
    first = draw_paths(table, marginals, errors, count=50, rng=generator(4))
    again = draw_paths(
        table.iloc[order],
        marginals.take(order),
        errors.sample(frac=1, random_state=5),
        count=50,
        rng=generator(4),
    )
    other = draw_paths(table, marginals, errors, count=50, rng=generator(6))
    assert first.values.tobytes() == again.values.tobytes()
    assert (first.series, first.periods) == (again.series, again.periods)
    assert not np.allclose(first.values, other.values)


def test_the_table_has_a_row_for_each_number():
    values = np.array([[[1.0, 2.0], [np.nan, np.nan]], [[3.0, 4.0], [5.0, 6.0]]])
    table = Paths(("a", "b"), ("2015-16", "2016-17"), values).table()
    expected = pd.DataFrame(
        [
            ("a", "2015-16", 0, 1.0),
            ("a", "2015-16", 1, 2.0),
            ("b", "2015-16", 0, 3.0),
            ("b", "2015-16", 1, 4.0),
            ("b", "2016-17", 0, 5.0),
            ("b", "2016-17", 1, 6.0),
        ],
        columns=["series", "period", "path", "value"],
    )
    pd.testing.assert_frame_equal(table, expected)


def test_periods_stand_in_the_order_of_the_calendar_whatever_their_length():
    """A quarter follows the year that it begins; series of two frequencies are drawn apart."""
    table = pd.DataFrame({
        "series": ["q", "q", "q", "y", "y", "m", "none"],
        "period": ["2015-16 Q4", "2016-17 Q1", "2016-17 Q2", "2015-16", "2016-17", "2016-02", None],
    })  # fmt: skip
    marginals = stack([normal(np.ones(6)), fixed(np.array([np.nan]))])
    paths = draw_paths(table, marginals, NOBODY, count=4000, rng=generator())
    assert paths.periods == (
        *("2015-16", "2015-16 Q4", "2016-02", "2016-17", "2016-17 Q1", "2016-17 Q2"),
    )
    assert paths.series == ("m", "none", "q", "y")
    assert len(paths.table()) == 6 * 4000
    year, quarter = paths.values[3, 0], paths.values[2, 1]
    assert np.corrcoef(year, quarter)[0, 1] == pytest.approx(0.0, abs=0.06)


def test_a_panel_of_nothing_gives_paths_of_nothing():
    empty = pd.DataFrame({"series": pd.Series(dtype="str"), "period": pd.Series(dtype="str")})
    paths = draw_paths(empty, stack([]), NOBODY, count=3, rng=generator())
    assert paths.values.shape == (0, 0, 3)
    assert paths.table().columns.to_list() == ["series", "period", "path", "value"]


@pytest.mark.parametrize(("other", "scale"), [(5.0, 1.0), (6.0, 0.0)])
def test_a_pool_of_which_nine_tenths_are_certain_moves_in_the_last(other, scale):
    """Certain of 5 but for a tenth: round it, or as certain of 6. It has no width to last by."""
    pool = Mixture.of(
        weight=np.tile([0.9, 0.1], (2, 1)),
        location=np.tile([5.0, other], (2, 1)),
        scale=np.tile([0.0, scale], (2, 1)),
        df=np.full((2, 2), 5.0),
    )
    paths = draw_paths(cells("a", [1, 2]), pool, NOBODY, count=2000, rng=generator())
    at_five = np.isclose(paths.values, 5.0, atol=0.01)
    np.testing.assert_allclose(at_five.mean(axis=2), 0.9, atol=0.01)
    assert np.corrcoef(at_five[0])[0, 1] == pytest.approx(0.0, abs=0.1)


def test_a_model_without_weight_has_no_say():
    """What is certain but for a model of no weight is certain, and shocks begin after it."""
    stray = Mixture.of(
        weight=np.array([[1.0, 0.0]]),
        location=np.array([[10.0, 99.0]]),
        scale=np.array([[0.0, 5.0]]),
        df=np.array([[1.0, 5.0]]),
    )
    shock = generator().normal(size=(100, 1))
    errors = long(np.hstack([shock, shock]), "ab")
    marginals = stack([stray, normal([1.0]), fixed(np.array([10.0])), normal([1.0])])
    paths = draw_paths(cells("ab", [101, 102]), marginals, errors, count=1000, rng=generator())
    np.testing.assert_array_equal(paths.values[:, 0], 10.0)
    assert np.corrcoef(paths.values[:, 1])[0, 1] > 0.95


@pytest.mark.parametrize("count", [0, -3])
def test_no_paths_cannot_be_drawn(count):
    with pytest.raises(ValueError, match="ask for one or more"):
        draw_paths(cells("a", [1]), normal([1.0]), NOBODY, count=count, rng=generator())


def test_rows_without_cells_are_refused():
    with pytest.raises(ValueError, match="2 cells are not those of 1 rows"):
        draw_paths(cells("a", [1]), normal([1.0, 1.0]), NOBODY, count=1, rng=generator())


def test_two_errors_of_one_period_are_refused():
    twice = pd.DataFrame({"series": ["a", "a"], "period": [1, 1], "value": [0.1, 0.2]})
    with pytest.raises(ValueError, match="duplicate"):
        draw_paths(cells("a", [2]), normal([1.0]), twice, count=1, rng=generator())


def test_a_forecast_of_correlated_walks_gives_correlated_paths():
    """From history to cube: four walks of 150 years, whose steps none can foretell.

    The published columns have 2,000 paths beside them: within 2% of the 80% interval's width.
    """
    rng = generator()
    loading = np.array([0.9, 0.9, 0.9, -0.7])
    truth = np.outer(loading, loading) + np.diag(1 - loading**2)
    shocks = rng.multivariate_normal(np.zeros(4), truth, size=150)
    names = ["a", "b", "c", "d"]
    made = forecast(long(500 + 10 * shocks.cumsum(axis=0), names), horizon=3)
    paths = draw_paths(made.table, made.distribution, long(shocks, names), count=2000, rng=rng)
    assert paths.periods == (151, 152, 153)
    for step in range(3):
        np.testing.assert_allclose(np.corrcoef(paths.values[:, step]), truth, atol=0.1)
    width = (made.table["hi80"] - made.table["lo80"]).to_numpy()
    for name, q in {"lo95": 0.025, "lo80": 0.1, "median": 0.5, "hi80": 0.9, "hi95": 0.975}.items():
        drawn = np.quantile(paths.values.reshape(12, -1), q, axis=1)
        np.testing.assert_allclose((drawn - made.table[name]) / width, 0.0, atol=0.02)
