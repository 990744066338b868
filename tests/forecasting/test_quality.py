"""Grades by their written rules: each rule, alone, on a history that breaks no other."""

import numpy as np
import pandas as pd
import pytest

from forecasting import forecast
from forecasting.periods import parse_period
from forecasting.quality import RULES, grade
from tests.forecasting.panels import known, long

STEADY = [10.0, 12.0, 11.0, 14.0, 13.0, 15.0, 14.0, 17.0, 16.0, 18.0, 19.0, 18.0]
"""Twelve years to 2014-15, none the same as the one before."""


def ahead(*statuses, last="2014-15", value=20.0):
    """Return the forecast's rows of the series `visits`, which follow on `last`."""
    first = parse_period(last) + 1
    rows = [("visits", (first + i).label, value, status) for i, status in enumerate(statuses)]
    return pd.DataFrame(rows, columns=["series", "period", "median", "status"])


def tried(mase=0.5, naive=1.0, coverage80=0.8, origins=4):
    rows = [("visits", "combination", origins, mase, coverage80)]
    rows += [("visits", "naive", origins, naive, 0.8)]
    return pd.DataFrame(rows, columns=["series", "model", "origins", "mase", "coverage80"])


def graded(values=STEADY, *, last="2014-15", table=None, backtest=None, events=(), until="2014-15"):
    """Return the one row of grades."""
    rows = [("visits", *event) for event in events]
    made = grade(
        long({"visits": values}, last=last),
        table=ahead("forecast", last=last) if table is None else table,
        backtest=tried() if backtest is None else backtest,
        events=pd.DataFrame(rows, columns=["series", "period", "kind"]),
        until=until,
    )
    assert len(made) == 1
    return made.iloc[0]


def gaps(*places):
    return [np.nan if i in places else value for i, value in enumerate(STEADY)]


def test_twelve_years_up_to_date_and_better_than_naive_are_an_a():
    row = graded()
    assert row["grade"] == "A"
    assert (row["periods"], row["missing"], row["breaks"], row["last"]) == (12, 0, 0, "2014-15")
    assert (row["mase"], row["naive_mase"], row["coverage80"]) == (0.5, 1.0, 0.8)
    assert row["why"] == "12 values, and no rule holds against it."


def test_a_series_is_a_d_if_it_cannot_be_tried():
    row = graded([5.0, 6.0, 8.0, 7.0], backtest=tried(np.nan, np.nan, np.nan, 0))
    assert row["grade"] == "D"
    assert row["why"] == "With 4 values no forecast can be tried on its own past."


def test_a_series_is_a_d_if_it_failed():
    row = graded(table=ahead("failed"), backtest=tried(np.nan, np.nan, np.nan, 0))
    assert (row["grade"], row["why"]) == ("D", "It cannot be forecast.")


@pytest.mark.parametrize(("length", "letter"), [(7, "C"), (8, "B"), (11, "B"), (12, "A")])
def test_length_decides_at_8_and_at_12(length, letter):
    assert graded(STEADY[-length:])["grade"] == letter


@pytest.mark.parametrize(("years", "letter"), [(2, "C"), (3, "B"), (4, "B"), (5, "A")])
def test_quarters_are_counted_in_years(years, letter):
    values = list(range(4 * years))
    table = ahead("forecast", last="2014-15 Q4")
    row = graded(values, last="2014-15 Q4", table=table, until="2014-15 Q4")
    assert row["grade"] == letter


@pytest.mark.parametrize(
    ("places", "letter"), [((1,), "A"), ((1, 2), "B"), ((1, 2, 3), "B"), ((1, 2, 3, 4), "C")]
)
def test_what_is_missing_decides_at_a_tenth_and_at_a_quarter(places, letter):
    """Of 13: 1 is 8%, 2 are 15%, 3 are 23%, 4 are 31%. Lengths are 12 to 9, B at worst."""
    row = graded([9.0, *gaps(*places)])
    assert row["missing"] == len(places)
    assert row["periods"] == 13 - len(places)
    assert row["grade"] == letter
    if letter != "A":
        assert f"{len(places)} of its 13 periods are missing" in row["why"]


def test_a_year_without_a_row_is_missing_too():
    history = long({"visits": STEADY})
    made = grade(history.drop(index=[3, 5]), table=ahead("forecast"), backtest=tried())
    assert made.at[0, "missing"] == 2


@pytest.mark.parametrize(
    ("until", "letter"), [("2014-15", "A"), ("2015-16", "B"), ("2016-17", "C")]
)
def test_a_last_value_grows_old(until, letter):
    row = graded(until=until)
    assert row["grade"] == letter
    if letter == "C":
        assert row["why"] == "Its last value is of 2014-15, 2 years behind."


def test_three_quarters_behind_are_not_a_year():
    table = ahead("forecast", last="2014-15 Q1")
    rows = [
        graded(list(range(24)), last="2014-15 Q1", table=table, until=until)
        for until in ("2014-15 Q4", "2015-16 Q1")
    ]
    assert [row["grade"] for row in rows] == ["A", "B"]


def test_without_a_date_the_panel_says_what_could_be_known():
    history = long({"old": STEADY}, last="2012-13")
    history = pd.concat([history, long({"visits": STEADY})])
    table = ahead("forecast", last="2012-13").assign(series="old")
    backtest = pd.concat([tried(), tried().assign(series="old")])
    made = grade(history, table=pd.concat([ahead("forecast"), table]), backtest=backtest)
    assert made.set_index("series")["grade"].to_dict() == {"old": "C", "visits": "A"}


def test_a_known_break_is_a_b_and_a_late_step_a_c():
    assert graded([9.0, *STEADY], events=[("2004-05", "pulse")])["grade"] == "B"
    assert graded(events=[("2011-12", "step")])["grade"] == "B"
    late = graded(events=[("2012-13", "step")])
    assert (late["grade"], late["why"]) == ("C", "Only 3 of its values follow a known step.")


def test_what_is_marked_is_not_counted_as_a_value():
    row = graded(events=[("2005-06", "pulse"), ("2006-07", "missing")])
    assert (row["periods"], row["missing"], row["breaks"]) == (10, 1, 1)


def test_a_history_that_never_changes_is_a_c():
    row = graded([4.0] * 12, backtest=tried(np.nan, np.nan, 1.0))
    assert row["grade"] == "C"
    assert row["why"] == "It has never changed, so nothing tells how far it could."


@pytest.mark.parametrize(
    ("scores", "letter"),
    [
        ({"mase": 2.1, "naive": 3.0}, "C"),
        ({"mase": 1.9, "naive": 3.0}, "A"),
        ({"coverage80": 0.49}, "C"),
        ({"coverage80": 0.5}, "A"),
        ({"mase": 0.96}, "B"),
        ({"mase": 0.94}, "A"),
    ],
)
def test_what_trial_on_the_past_says_counts(scores, letter):
    assert graded(backtest=tried(**scores))["grade"] == letter


def test_only_what_decides_the_grade_is_given_as_the_reason():
    row = graded(STEADY[-6:], backtest=tried(mase=3.8, naive=3.9, coverage80=0.0), until="2015-16")
    assert row["why"] == (
        "6 values are too few to tell a trend from chance; tried on its past, it erred by 3.8 "
        "times the usual step of its history; its 80% intervals held 0% of what came."
    )


def test_a_confirmed_future_is_an_a_whatever_the_history():
    row = graded([5.0], table=ahead("confirmed", "confirmed"))
    assert (row["grade"], row["why"]) == ("A", "Every period ahead is confirmed.")


def test_confirmed_values_that_follow_on_are_values():
    row = graded(STEADY[-11:], table=ahead("confirmed", "forecast"))
    assert (row["grade"], row["periods"], row["last"]) == ("A", 12, "2015-16")


def test_where_the_future_is_announced_the_grade_is_said_to_be_of_the_spread():
    none = tried(np.nan, np.nan, np.nan, 0)
    row = graded([5.0, 6.0], table=ahead("assumed", "assumed"), backtest=none)
    assert row["why"].endswith("so the grade is that of their spread.")


def test_each_rule_names_a_grade_and_says_when_in_words():
    assert [rule.grade for rule in RULES] == sorted((r.grade for r in RULES), reverse=True)
    assert {rule.grade for rule in RULES} == {"B", "C", "D"}
    assert len({rule.when for rule in RULES}) == len(RULES)


def test_a_panel_of_all_kinds_is_graded_with_what_the_forecaster_gives_back():
    """Labels that are integers, a faulty series and one that is only announced are no obstacle."""
    history = pd.DataFrame(
        {
            "series": ["long"] * 12 + ["short"] * 3 + ["broken"] * 2,
            "period": [*range(1, 13), 10, 11, 12, 1, 1],
            "value": [*STEADY, 1.0, 2.0, 3.0, 4.0, 5.0],
        }
    )
    given = known(("new", 13, 7.0, "confirmed"))
    made = forecast(history, horizon={"broken": 2, "long": 2, "new": 1, "short": 2}, known=given)
    grades = grade(history, table=made.table, backtest=made.backtest).set_index("series")
    assert grades.index.to_list() == ["broken", "long", "new", "short"]
    assert grades.loc[["broken", "new", "short"], "grade"].to_list() == ["D", "A", "D"]
    assert grades.at["broken", "why"] == "It cannot be forecast."
    assert grades.at["new", "periods"] == 1
    assert grades.at["long", "periods"] == 12
