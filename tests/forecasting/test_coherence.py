"""Totals and parts that add up: in every path, in the means, and about as wide as they were."""

import numpy as np
import pandas as pd
import pytest

from forecasting import forecast

PARTS = pd.DataFrame({"total": ["all", "all"], "part": ["north", "south"]})
PERIODS = 12
AHEAD = 3


def generator(seed=2015):
    return np.random.default_rng(seed)


def long(values, *, first=1):
    """Return series, period, value of arrays by name."""
    rows = [(name, first + t, v) for name, ys in values.items() for t, v in enumerate(ys)]
    return pd.DataFrame(rows, columns=["series", "period", "value"])


def walks(rng, *names, periods=PERIODS):
    """Return random walks with drift, well above nought."""
    return {name: 100.0 + np.cumsum(rng.normal(0.5, 1.5, periods)) for name in names}


def family(rng, **options):
    """Return north, south, a series of its own, and the sum of the two."""
    values = walks(rng, "north", "south", "other", **options)
    return values | {"all": values["north"] + values["south"]}


def of(table, name, column="median"):
    return table.loc[table["series"] == name, column].to_numpy(dtype=float)


@pytest.fixture(scope="module")
def history():
    return long(family(generator()))


@pytest.fixture(scope="module")
def alone(history):
    return forecast(history, horizon=AHEAD)


@pytest.fixture(scope="module")
def together(history):
    return forecast(history, horizon=AHEAD, parts=PARTS)


def test_every_path_adds_up_and_so_do_the_means(together):
    paths = together.paths(300, seed=1)
    row = {name: paths.values[i] for i, name in enumerate(paths.series)}
    np.testing.assert_allclose(row["all"], row["north"] + row["south"], rtol=1e-13)
    mean = {name: of(together.table, name, "mean") for name in ("all", "north", "south")}
    np.testing.assert_allclose(mean["all"], mean["north"] + mean["south"], rtol=1e-12)


def test_a_series_outside_is_untouched_to_the_last_digit(alone, together):
    columns = ["period", "mean", "median", "lo80", "hi80", "lo95", "hi95", "status", "models"]
    own = [made.table.loc[made.table["series"] == "other", columns] for made in (alone, together)]
    pd.testing.assert_frame_equal(*own, check_exact=True)
    paths = [made.paths(50, seed=3) for made in (alone, together)]
    rows = [p.values[p.series.index("other")] for p in paths]
    np.testing.assert_array_equal(*rows)


@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
def test_published_quantiles_are_those_of_the_paths(together, q):
    """20,000 paths against the 4,000 behind the table: three of its own standard errors."""
    paths = together.paths(20_000, seed=9)
    drawn = np.quantile(paths.values, q, axis=2)
    table = together.quantile(q)
    spread = (together.quantile(0.8413)["value"] - together.quantile(0.1587)["value"]) / 2.0
    for name in ("all", "north", "south"):
        row = drawn[paths.series.index(name)]
        own = (table["series"] == name).to_numpy()
        apart = np.abs(row - table.loc[own, "value"].to_numpy()) / spread[own].to_numpy()
        # 3 √(q (1 - q) / 4,000) over the density of a standard normal there, at most.
        assert np.all(apart < 0.09)


def test_the_table_is_the_quantiles_of_the_forecast(together):
    for column, q in {"lo95": 0.025, "lo80": 0.1, "median": 0.5, "hi80": 0.9}.items():
        value = together.quantile(q)["value"].to_numpy()
        np.testing.assert_array_equal(value, together.table[column].to_numpy())


def test_what_is_announced_of_the_total_stands(history):
    known = pd.DataFrame(
        {"series": ["all"], "period": [PERIODS + 1], "value": [250.0], "status": ["confirmed"]}
    )
    made = forecast(history, horizon=AHEAD, known=known, parts=PARTS)
    first = made.table[made.table["period"] == PERIODS + 1].set_index("series")
    assert first.loc["all", ["lo95", "median", "hi95"]].to_list() == [250.0] * 3
    assert first.loc["north", "mean"] + first.loc["south", "mean"] == pytest.approx(250.0)
    paths = made.paths(100, seed=1)
    parts = [paths.values[paths.series.index(name), 0] for name in ("north", "south")]
    np.testing.assert_allclose(np.add(*parts), 250.0, rtol=1e-12)
    assert parts[0].std() > 0.0


def test_a_total_without_a_history_is_the_sum_of_its_parts(history):
    made = forecast(history[history["series"] != "all"], horizon=AHEAD, parts=PARTS)
    mean = {name: of(made.table, name, "mean") for name in ("all", "north", "south")}
    np.testing.assert_allclose(mean["all"], mean["north"] + mean["south"], rtol=1e-12)
    total = made.table[made.table["series"] == "all"]
    assert total["status"].eq("forecast").all()
    assert total["models"].eq("sum of its parts").all()


def test_a_part_that_failed_leaves_the_others_as_they_were(history):
    lost = history.assign(value=history["value"].where(history["series"] != "south"))
    made = forecast(lost, horizon=AHEAD, parts=PARTS)
    pd.testing.assert_frame_equal(made.table, forecast(lost, horizon=AHEAD).table)
    assert made.table.loc[made.table["series"] == "south", "status"].eq("failed").all()
    reasons = made.weights[made.weights["model"] == "hierarchy"]
    assert set(reasons["series"]) == {"all", "north", "south"}
    assert reasons["reason"].eq("does not add up: there is no forecast of south").all()


def test_the_order_of_rows_changes_nothing(history, together):
    shuffled = forecast(
        history.sample(frac=1.0, random_state=4), horizon=AHEAD, parts=PARTS.iloc[::-1]
    )
    pd.testing.assert_frame_equal(shuffled.table, together.table, check_exact=True)


def test_every_series_says_how_it_was_made_to_add_up(together):
    reasons = together.weights[together.weights["model"] == "hierarchy"].set_index("series")
    assert set(reasons.index) == {"all", "north", "south"}
    assert reasons["reason"].str.startswith("made to add up by ").all()
    assert reasons["weight"].eq(0.0).all()


def test_a_part_that_is_no_series_is_refused(history):
    parts = pd.DataFrame({"total": ["all", "all"], "part": ["north", "nowhere"]})
    with pytest.raises(ValueError, match="nowhere"):
        forecast(history, horizon=AHEAD, parts=parts)


@pytest.mark.slow
def test_totals_cover_about_as_often_as_they_would_alone():
    """40 families of three: reconciled path by path, totals covered 58 to 66% of 80%."""
    rng = generator(7)
    values, parts = {}, []
    for f in range(40):
        together = np.cumsum(rng.normal(0.0, 1.0, PERIODS + AHEAD))
        names = [f"f{f:02d}/{place}" for place in "abc"]
        own = walks(rng, *names, periods=PERIODS + AHEAD)
        own = {name: y + together for name, y in own.items()}
        values |= own | {f"f{f:02d}": sum(own.values())}
        parts += [(f"f{f:02d}", name) for name in names]
    past = long({name: y[:PERIODS] for name, y in values.items()})
    table = pd.DataFrame(parts, columns=["total", "part"])
    covers, errors = {}, {}
    for how, given in (("alone", None), ("together", table)):
        made = forecast(past, horizon=AHEAD, parts=given).table
        true = np.concatenate([values[name][PERIODS:] for name in made["series"].unique()])
        total = ~made["series"].str.contains("/").to_numpy()
        inside = ((made["lo80"] <= true) & (true <= made["hi80"])).to_numpy()
        covers[how] = inside[total].mean()
        errors[how] = np.abs(made["median"] - true)[total].mean()
    assert covers["together"] > covers["alone"] - 0.03
    assert errors["together"] < 1.03 * errors["alone"]
