"""Known breaks: pulses, steps and what is missing."""

import numpy as np
import pandas as pd
import pytest

from forecasting import forecast
from forecasting.breaks import Event, mend, split_events
from forecasting.calendar import EventKind
from forecasting.candidates import level_steps
from forecasting.panel import read_panel
from forecasting.periods import parse_periods
from forecasting.scales import Scale
from tests.forecasting.panels import long, random_walk_with_drift

WALK = random_walk_with_drift(np.random.default_rng(3), 14)
PLAIN = Scale(1.0, 1.0)
PERIODS = parse_periods([str(year) for year in range(1, 7)])


def events(*rows):
    """Return series, period, kind."""
    return pd.DataFrame(rows, columns=["series", "period", "kind"])


def mended(y, *rows, scale=PLAIN):
    found = tuple(Event(label, EventKind(kind)) for label, kind in rows)
    return mend(np.array(y, dtype=float), PERIODS[: len(y)], found, scale=scale)


def least_squares_steps(z, starts):
    """Return generalised least-squares steps of a line under a walk and noise of equal variance.

    The covariance of z is I + min(s, t), of which the walk starts anywhere.
    """
    time = np.arange(len(z), dtype=float)
    seen = np.isfinite(z)
    covariance = np.eye(len(z)) + np.minimum.outer(time, time)
    x = np.column_stack([np.ones(len(z)), time, *(time >= start for start in starts)])[seen]
    inverse = np.linalg.inv(covariance[np.ix_(seen, seen)])
    both = np.linalg.inv(x.T @ inverse @ x)
    return (both @ x.T @ inverse @ z[seen])[2:], np.sqrt(np.diag(both)[2:])


@pytest.mark.parametrize("starts", [[2], [7], [12], [3, 7], [2, 5, 11]])
@pytest.mark.parametrize("missing", [[], [4, 9]])
def test_steps_are_those_of_generalised_least_squares(starts, missing):
    stairs = sum(20.0 * (np.arange(14) >= start) for start in starts)
    z = np.where(np.isin(np.arange(14), missing), np.nan, WALK + stairs)
    expected, _ = least_squares_steps(z, starts)
    np.testing.assert_allclose(level_steps(z, starts=starts), expected, rtol=1e-6)


def test_a_step_in_a_line_is_found_to_the_last_digit():
    line = 3.0 + 0.5 * np.arange(9)
    assert level_steps(line + 4.0 * (np.arange(9) >= 5), starts=[5])[0] == pytest.approx(4.0)


def test_a_step_under_noise_is_found_within_its_standard_error():
    """Over 300 histories: no bias, and as wide as theory has it."""
    rng, found = np.random.default_rng(9), []
    for _ in range(300):
        z = np.cumsum(0.3 + rng.normal(size=12)) + rng.normal(size=12)
        found.append(level_steps(z + 5.0 * (np.arange(12) >= 6), starts=[6])[0] - 5.0)
    expected = least_squares_steps(z, [6])[1][0]
    assert abs(np.mean(found)) < 3 * expected / np.sqrt(300)
    assert np.std(found) == pytest.approx(expected, rel=0.15)


def test_of_three_values_a_step_is_the_difference_of_the_means():
    """(8 + 10)/2 - 4 = 5: a drift beside it cannot be told."""
    assert level_steps(np.array([4.0, 8.0, 10.0]), starts=[1])[0] == 5.0


def test_history_before_a_step_is_moved_to_the_level_after_it():
    line = np.arange(6.0)
    y = line + 4.0 * (line >= 2)
    np.testing.assert_allclose(mended(y, ("3", "step")), line + 4.0, atol=1e-8)


def test_history_before_two_steps_is_moved_to_the_level_after_both():
    """Steps of 4 and of 10 in a line of six: what is left is the line as it ends."""
    line = np.arange(6.0)
    y = line + 4.0 * (line >= 2) + 10.0 * (line >= 4)
    np.testing.assert_allclose(mended(y, ("3", "step"), ("5", "step")), line + 14.0, atol=1e-8)


def test_a_step_is_taken_on_the_scale_of_the_models():
    """Roots 1, 1, 1, 3, 3, 3: a step of 2 among roots makes every value 9."""
    y = [1.0, 1.0, 1.0, 9.0, 9.0, 9.0]
    np.testing.assert_allclose(mended(y, ("4", "step"), scale=Scale(1.0, 0.5)), np.full(6, 9.0))


def test_a_pulse_and_what_is_missing_are_taken_out():
    np.testing.assert_array_equal(
        mended([1.0, 2.0, 9.0, 4.0], ("3", "pulse"), ("2", "missing")), [1.0, np.nan, np.nan, 4.0]
    )
    # A history begins with what is known.
    np.testing.assert_array_equal(mended([9.0, 2.0, 3.0], ("1", "pulse")), [2.0, 3.0])


def test_steps_with_nothing_known_between_them_are_one():
    """A step into a period that is missing and another out of it: together they are 6."""
    y = [1.0, 1.0, 1.0, np.nan, 7.0, 7.0]
    expected = [7.0, 7.0, 7.0, np.nan, 7.0, 7.0]
    np.testing.assert_allclose(mended(y, ("4", "step"), ("5", "step")), expected)


def test_a_step_into_what_is_not_known_yet_moves_nothing():
    y = [1.0, 2.0, 3.0, np.nan]
    np.testing.assert_array_equal(mended(y, ("4", "step")), y)


def test_a_step_with_nothing_before_it_moves_nothing():
    y = [1.0, 2.0, 3.0, 5.0]
    np.testing.assert_array_equal(mended(y, ("1", "step")), y)


def test_a_pulse_a_missing_event_and_a_missing_value_are_forecast_alike():
    wild = np.where(np.arange(14) == 10, 900.0, WALK)
    hole = np.where(np.arange(14) == 10, np.nan, WALK)
    pulse, missing = (
        forecast(long({"a": wild}), horizon=3, events=events(("a", "2011-12", kind))).table
        for kind in ("pulse", "missing")
    )
    pd.testing.assert_frame_equal(pulse, missing)
    plain = forecast(long({"a": hole}), horizon=3).table
    # The unit differs, in which 900 counts: the same but for the prior's last digits.
    numbers = ["median", "lo80", "hi80"]
    np.testing.assert_allclose(pulse[numbers], plain[numbers], rtol=1e-6)


def test_a_known_step_is_forecast_as_if_it_had_never_been():
    """A flat series that doubles once, and one that always was what it is now."""
    noise = np.random.default_rng(4).normal(size=12)
    y = 100 + 100.0 * (np.arange(12) >= 9) + noise
    told = forecast(long({"a": y}), horizon=3, events=events(("a", "2012-13", "step"))).table
    always = forecast(long({"a": 200 + noise}), horizon=3).table
    plain = forecast(long({"a": y}), horizon=3).table
    np.testing.assert_allclose(told["median"], always["median"], atol=1.0)
    width, true, blind = (table["hi80"] - table["lo80"] for table in (told, always, plain))
    np.testing.assert_allclose(width, true, rtol=0.3)
    assert np.all(blind > 10 * width)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (("a", "1990-91", "pulse"), "its event of 1990-91 lies outside its history"),
        (("a", "2015-16", "step"), "its event of 2015-16 lies outside its history"),
        (("a", "some day", "step"), "'some day' is not a period"),
    ],
)
def test_an_event_that_cannot_be_placed_is_the_fault_of_its_series(row, fault):
    table = long({"a": WALK, "b": WALK})
    one, other = read_panel(table, horizon=2, events=events(row))
    assert fault in one.fault
    assert other.fault == ""


def test_events_that_leave_nothing_are_a_fault():
    (series,) = read_panel(
        long({"a": [5.0, 6.0]}),
        horizon=2,
        events=events(("a", "2013-14", "pulse"), ("a", "2014-15", "missing")),
    )
    assert series.fault == "its events leave no value of its history"


def test_faults_of_the_caller_are_raised():
    with pytest.raises(ValueError, match="events has no column kind"):
        split_events(events(("a", "2013-14", "pulse")).drop(columns="kind"))
    with pytest.raises(ValueError, match="events has kind wobble: write pulse, step, missing"):
        split_events(events(("a", "2013-14", "wobble")))
    with pytest.raises(ValueError, match="events names b, of which there is no history"):
        read_panel(long({"a": WALK}), horizon=1, events=events(("b", "2013-14", "pulse")))
