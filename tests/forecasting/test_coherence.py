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


def reasons(made):
    return made.weights[made.weights["model"] == "hierarchy"].set_index("series")["reason"]


def drawn(paths, name):
    return paths.values[paths.series.index(name)]


def announced(name, period, value):
    row = {"series": name, "period": period, "value": value, "status": "confirmed"}
    return pd.DataFrame([row])


def moves(history, *, horizon=AHEAD):
    """Return by how much adding up moves the mean of each series, and by how much it was off."""
    alone, together = (forecast(history, horizon=horizon, parts=parts) for parts in (None, PARTS))
    before, after = (
        {name: of(made.table, name, "mean") for name in ("all", "north", "south")}
        for made in (alone, together)
    )
    off = before["all"] - before["north"] - before["south"]
    return {name: after[name] - before[name] for name in before}, off, reasons(together)


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


def test_structural_weights_share_what_is_off_as_worked_by_hand():
    """W = diag(2, 1, 1): parts move by x, which has (d - 2x)²/2 + 2x² least at x = d/4.

    So the total moves by d/4 + d/4 - d = -d/2. Here d is a fifth of the total, far beyond the
    Monte Carlo error of the means.
    """
    values = walks(generator(3), "north", "south", periods=5)
    past = long(values | {"all": 1.2 * (values["north"] + values["south"])})
    moved, off, said = moves(past, horizon=2)
    assert said.str.startswith("made to add up by structural").all()
    for name, share in {"all": -0.5, "north": 0.25, "south": 0.25}.items():
        np.testing.assert_allclose(moved[name] / off, share, atol=0.01)


def test_of_two_parts_the_one_that_errs_more_moves_more():
    """Standard deviations of 0.3 and 6, so that their variances are as 1 to 400."""
    rng = generator(1)
    steps = {"north": rng.normal(0.0, 0.3, PERIODS), "south": rng.normal(0.0, 6.0, PERIODS)}
    values = {name: 100.0 + np.cumsum(step) for name, step in steps.items()}
    past = long(values | {"all": 1.1 * (values["north"] + values["south"])})
    moved, off, said = moves(past, horizon=1)
    assert said.str.startswith("made to add up by shrunk MinT").all()
    assert np.all(moved["south"] > 0.1 * off)
    assert np.all(np.abs(moved["north"]) < 0.02 * moved["south"])


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


@pytest.mark.parametrize("step", [1, 2])
def test_what_is_announced_of_the_total_stands_and_its_parts_learn_from_it(history, step):
    """Next year's, and one beyond a year that is not known; parts are narrower, but not certain."""
    known = announced("all", PERIODS + step, 250.1)
    made, alone = (forecast(history, horizon=AHEAD, known=known, parts=p) for p in (PARTS, None))
    then = made.table[made.table["period"] == PERIODS + step].set_index("series")
    assert then.loc["all", ["mean", "lo95", "median", "hi95"]].to_list() == [250.1] * 4
    assert then.loc["all", "models"] == "announced"
    assert then.loc["north", "mean"] + then.loc["south", "mean"] == pytest.approx(250.1)
    paths, before = made.paths(400, seed=1), alone.paths(400, seed=1)
    assert np.all(drawn(paths, "all")[step - 1] == 250.1)
    parts = [drawn(paths, name)[step - 1] for name in ("north", "south")]
    np.testing.assert_allclose(np.add(*parts), 250.1, rtol=1e-12)
    for name, part in zip(("north", "south"), parts, strict=True):
        assert 0.0 < part.std() < 0.95 * drawn(before, name)[step - 1].std()


def test_announcements_that_contradict_each_other_stop_their_family_alone(history):
    """100 + 90 is not 250; another pair beside it adds up all the same."""
    other = {"sum": "all", "one": "north", "two": "south"}
    twins = [history[history["series"] == old].assign(series=new) for new, old in other.items()]
    known = pd.concat(
        announced(name, PERIODS + 1, value)
        for name, value in {"all": 250.0, "north": 100.0, "south": 90.0}.items()
    )
    parts = pd.concat([PARTS, pd.DataFrame({"total": "sum", "part": ["one", "two"]})])
    past = pd.concat([history, *twins])
    made = forecast(past, horizon=AHEAD, known=known, parts=parts)
    alone = forecast(past, horizon=AHEAD, known=known)
    for name in ("all", "north", "south"):
        assert "contradict each other" in reasons(made)[name]
        np.testing.assert_array_equal(of(made.table, name), of(alone.table, name))
    paths = made.paths(50, seed=1)
    whole, one, two = (drawn(paths, name) for name in other)
    np.testing.assert_allclose(whole, one + two, rtol=1e-13)


@pytest.mark.parametrize("per_head", [False, True])
def test_a_part_that_is_behind_adds_up_with_what_the_others_had_by_then(history, per_head):
    """South and the total end two years before north: then, north's history is what is added."""
    past = history[(history["series"] == "north") | (history["period"] <= PERIODS - 2)]
    people = long({name: np.linspace(50.0, 60.0, PERIODS + AHEAD) for name in ("north", "south")})
    made = forecast(
        past,
        horizon={"north": AHEAD, "south": 2 + AHEAD, "all": 2 + AHEAD},
        drivers=people if per_head else None,
        parts=PARTS,
    )
    paths = made.paths(50, seed=1)
    whole, north, south = (drawn(paths, name) for name in ("all", "north", "south"))
    assert np.isnan(north[:2]).all()
    had = past.loc[past["series"] == "north", "value"].to_numpy()[-2:, np.newaxis]
    np.testing.assert_allclose(whole[:2], had + south[:2], rtol=1e-12)
    np.testing.assert_allclose(whole[2:], north[2:] + south[2:], rtol=1e-12)


def test_a_year_that_a_part_is_not_forecast_for_is_left_as_it_was(history):
    horizon = {"all": AHEAD, "north": AHEAD, "south": 1}
    made, alone = (forecast(history, horizon=horizon, parts=parts) for parts in (PARTS, None))
    later, own = (one.table[one.table["period"] > PERIODS + 1] for one in (made, alone))
    pd.testing.assert_frame_equal(later, own, check_exact=True)
    assert reasons(made).str.endswith("but not in 14, 15, for which a part has no value").all()
    assert not np.array_equal(of(made.table, "all")[:1], of(alone.table, "all")[:1])


def test_what_cannot_fall_below_nought_does_not_on_any_path():
    """Two rare counts under a total that says less than half of what they do."""
    rng = generator(11)
    counts = {name: rng.poisson(0.6, 14).astype(float) for name in ("north", "south")}
    past = long(counts | {"all": 0.4 * (counts["north"] + counts["south"])})
    paths = forecast(past, horizon=AHEAD, parts=PARTS).paths(300, seed=1)
    assert np.min(paths.values) >= 0.0
    whole, north, south = (drawn(paths, name) for name in ("all", "north", "south"))
    np.testing.assert_allclose(whole, north + south, rtol=1e-12, atol=1e-12)


def test_years_and_months_that_are_labelled_alike_are_told_apart():
    """2011-12 is a financial year of the family, and the December of a series beside it."""
    years = [f"20{y:02d}-{y + 1:02d}" for y in range(1, 11)]
    months = [f"2011-{m:02d}" for m in range(1, 12)]
    values = walks(generator(5), "north", "south", periods=len(years))
    values["all"] = values["north"] + values["south"]
    rows = [(name, t, v) for name, ys in values.items() for t, v in zip(years, ys, strict=True)]
    rows += [("a month", t, 5.0 + i % 3) for i, t in enumerate(months)]
    past = pd.DataFrame(rows, columns=["series", "period", "value"])
    made = forecast(past, horizon=2, parts=PARTS)
    assert (made.table["period"] == "2011-12").sum() == 4
    paths = made.paths(50, seed=1)
    whole, north, south = (drawn(paths, name) for name in ("all", "north", "south"))
    assert np.isfinite(whole).any(axis=1).sum() == 2
    np.testing.assert_allclose(whole, north + south, rtol=1e-12)


def test_a_total_without_a_history_is_the_sum_of_its_parts(history):
    made = forecast(history[history["series"] != "all"], horizon=AHEAD, parts=PARTS)
    mean = {name: of(made.table, name, "mean") for name in ("all", "north", "south")}
    np.testing.assert_allclose(mean["all"], mean["north"] + mean["south"], rtol=1e-12)
    total = made.table[made.table["series"] == "all"]
    assert total["status"].eq("forecast").all()
    assert total["models"].eq("sum of its parts").all()
    assert reasons(made).str.startswith("made to add up by bottom-up").all()


def test_a_part_that_failed_leaves_the_others_as_they_were(history):
    lost = history.assign(value=history["value"].where(history["series"] != "south"))
    made = forecast(lost, horizon=AHEAD, parts=PARTS)
    pd.testing.assert_frame_equal(made.table, forecast(lost, horizon=AHEAD).table)
    assert made.table.loc[made.table["series"] == "south", "status"].eq("failed").all()
    assert set(reasons(made).index) == {"all", "north", "south"}
    assert reasons(made).eq("does not add up: there is no forecast of south").all()


def test_the_order_of_rows_changes_nothing(history, together):
    shuffled = forecast(
        history.sample(frac=1.0, random_state=4), horizon=AHEAD, parts=PARTS.iloc[::-1]
    )
    pd.testing.assert_frame_equal(shuffled.table, together.table, check_exact=True)


def test_every_series_says_how_it_was_made_to_add_up_and_keeps_its_models(alone, together):
    assert set(reasons(together).index) == {"all", "north", "south"}
    assert reasons(together).str.startswith("made to add up by ").all()
    said = together.weights["model"] == "hierarchy"
    assert together.weights.loc[said, "weight"].eq(0.0).all()
    for column in ("models", "status"):
        pd.testing.assert_series_equal(together.table[column], alone.table[column])


def test_a_part_that_is_no_series_is_refused(history):
    parts = pd.DataFrame({"total": ["all", "all"], "part": ["north", "nowhere"]})
    with pytest.raises(ValueError, match="nowhere"):
        forecast(history, horizon=AHEAD, parts=parts)


@pytest.mark.slow
def test_totals_cover_about_as_often_as_they_would_alone():
    """40 families of three; reconciled path by path, these totals cover 74% for 80%."""
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
