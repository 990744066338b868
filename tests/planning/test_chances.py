"""Chances and ranges: counted by hand, never crossing, and honest about so few futures."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.chances import COLUMNS, FIGURES, chance_table, future_lines, range_table, share

MONEY = st.floats(0.0, 1e9)


def futures(*rows):
    """Return ``futures.csv`` from (future, year, gap, reserves, missed, unmet, conflict)."""
    told = [
        (future, year, gap, 0.0, 0.0, reserves, missed, unmet, conflict)
        for future, year, gap, reserves, missed, unmet, conflict in rows
    ]
    return pd.DataFrame(told, columns=list(COLUMNS))


NAN = np.nan
FOUR = futures(
    (0, "2015-16", 0.0, 50.0, 1.0, 0.0, ""),
    (0, "2016-17", 9.0, 10.0, 2.0, 0.0, ""),
    (1, "2015-16", 0.0, 10.5, 0.0, 0.0, ""),
    (1, "2016-17", 0.0, 30.0, 0.0, 7.0, ""),
    (2, "2015-16", NAN, NAN, NAN, NAN, "a and b"),
    (2, "2016-17", NAN, NAN, NAN, NAN, "a and b"),
    (3, "2015-16", 3.0, 90.0, 5.0, 0.0, ""),
    (3, "2016-17", 4.0, 90.0, 4.0, 0.0, ""),
)


def test_chances_are_shares_of_all_futures_the_ones_without_a_plan_among_them():
    """Reserves may not fall below £10: future 1 is there within a pound at once, 0 a year later."""
    value = chance_table(FOUR, minimum=10.0).set_index(["measure", "year"])["value"]
    assert value["gap"].to_list() == [0.25, 0.5]
    assert value["reserves_run_out"].to_list() == [0.25, 0.5]
    assert value["statutory_unmet"].to_list() == [0.0, 0.25]
    assert value["no_plan"].to_list() == [0.25, 0.25]
    assert value["targets_missed"].to_list() == [2.0, 2.0]


def test_lines_count_each_future_once_over_the_years():
    lines = future_lines("Smallshire", FOUR, minimum=10.0)
    assert "in any year: 2 of 4 futures (50%" in lines[1]
    assert "Reserves at their minimum by 2016-17: 2 of 4" in lines[5]
    assert "unmet, in any year: 1 of 4" in lines[6]
    assert "conflict: 1 of 4" in lines[8]


def test_ranges_are_over_the_futures_that_have_a_plan():
    """Gaps of £9, nil and £4: their mean is 13/3."""
    table = range_table(FOUR).set_index(["year", "measure"])
    row = table.loc[("2016-17", "managed_gap")]
    assert row["mean"] == pytest.approx(13.0 / 3.0)
    assert (row["median"], row["plans"]) == (4.0, 3)


def test_the_error_of_a_chance_is_as_worked_by_hand():
    """None of 16: the middle is 2/20, and its error the root of 0.1 x 0.9 / 20."""
    assert share(np.zeros(16, dtype=bool)) == (0.0, pytest.approx(0.0670820393))


@pytest.mark.parametrize("chance", [0.02, 0.3, 0.9])
def test_the_error_of_a_chance_is_how_far_draws_lie_from_it(chance):
    """The root mean square of 4,000 draws of 200 futures; a little is added where it is rare."""
    rng = np.random.default_rng(3)
    draws = [share(rng.random(200) < chance) for _ in range(4_000)]
    apart = np.sqrt(np.mean([(value - chance) ** 2 for value, _ in draws]))
    told = np.mean([error for _, error in draws])
    assert 0.97 * apart <= told <= 1.25 * apart


@given(st.lists(st.tuples(MONEY, MONEY, MONEY), min_size=1, max_size=30))
def test_quantiles_never_cross_and_chances_lie_between_nil_and_one(rows):
    table = futures(
        *(
            (number, "2015-16", gap, reserves, 1.0, unmet, "")
            for number, (gap, reserves, unmet) in enumerate(rows)
        )
    )
    ranges = range_table(table)
    assert ranges["measure"].to_list() == list(FIGURES)
    order = ranges[["lo95", "lo80", "median", "hi80", "hi95"]].to_numpy()
    assert (np.diff(order, axis=1) >= 0.0).all()
    chances = chance_table(table, minimum=0.0)
    own = chances[chances["measure"] != "targets_missed"]
    assert own["value"].between(0.0, 1.0).all()
    assert (own["se"] > 0.0).all()
