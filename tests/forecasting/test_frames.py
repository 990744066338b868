"""The frames in which a panel comes and goes."""

import numpy as np
import pandas as pd
import pytest

from forecasting.frames import frame_names, read_frame, write_frame

VALUES = [5.0, 8.0, 7.0, 9.0]


def nixtla(ds, *, unique_id="a", y=None):
    return pd.DataFrame({"unique_id": unique_id, "ds": ds, "y": VALUES if y is None else y})


def ahead(frame, *periods, series="a"):
    """Return what the models would say of some periods, as the caller would get it."""
    found = pd.DataFrame({"series": series, "period": list(periods), "mean": 1.0})
    return write_frame(frame, found)


def test_our_own_frame_goes_through_as_it_is():
    table = pd.DataFrame(
        {"series": ["b", "a"], "period": ["2014-15", "2015-16 Q1"], "value": [1.0, np.nan]}
    )
    frame = read_frame(table)
    pd.testing.assert_frame_equal(frame.history, table)
    back = ahead(frame, "2015-16", "2016-17", series="b")
    assert back.columns.to_list() == ["series", "period", "mean"]
    assert back["period"].to_list() == ["2015-16", "2016-17"]


def test_the_fields_frame_is_read_and_written_under_its_own_names():
    frame = read_frame(nixtla(pd.date_range("2015-04-01", periods=4, freq="QS")))
    assert frame.history["series"].to_list() == ["a"] * 4
    assert frame.history["period"].to_list() == [f"2015-16 Q{q}" for q in (1, 2, 3, 4)]
    assert frame.history["value"].to_list() == VALUES
    back = ahead(frame, "2016-17 Q1")
    assert back.columns.to_list() == ["unique_id", "ds", "mean"]
    assert back["ds"].to_list() == [pd.Timestamp("2016-04-01")]


def test_whole_numbers_stay_whole_numbers():
    frame = read_frame(nixtla(np.array([3, 4, 5, 6], dtype="int32")))
    assert pd.api.types.is_integer_dtype(frame.history["period"])
    assert ahead(frame, 7, 8)["ds"].dtype == "int32"
    # Of a series that failed the period may not be known, and then the others come as text.
    assert ahead(frame, "7", None)["ds"].to_list() == [7, pd.NA]


@pytest.mark.parametrize("unit", ["s", "us", "ns"])
def test_timestamps_keep_their_resolution(unit):
    ds = pd.date_range("2015-01-31", periods=4, freq="ME").as_unit(unit)
    back = ahead(read_frame(nixtla(ds)), "2015-05", None)
    assert back["ds"].dtype == f"datetime64[{unit}]"
    assert back["ds"].to_list() == [pd.Timestamp("2015-05-31"), pd.NaT]


@pytest.mark.parametrize("freq", ["Y-MAR", "Q-MAR", "M", "W"])
def test_pandas_periods_come_back_as_such(freq):
    periods = pd.period_range("2015-06", periods=6, freq=freq)
    frame = read_frame(nixtla(periods[:4]))
    labels = read_frame(nixtla(periods[2:], y=VALUES)).history["period"].to_list()
    if freq == "W":
        labels = ["3", "4", "5", "6"]
    back = ahead(frame, *labels)
    assert back["ds"].dtype == f"period[{freq}]" or back["ds"].dtype == periods.dtype
    assert back["ds"].to_list() == list(periods[2:])


def test_a_year_in_pandas_is_the_financial_year_that_it_ends():
    frame = read_frame(nixtla(pd.period_range("2015", periods=4, freq="Y-MAR")))
    assert frame.history["period"].to_list() == ["2014-15", "2015-16", "2016-17", "2017-18"]


@pytest.mark.parametrize(
    ("texts", "label", "following"),
    [
        (["2015-04-01", "2015-05-01", "2015-06-01", "2015-07-01"], "2015-08", "2015-08-01"),
        (["2015-03-31", "2016-03-31", "2017-03-31", "2018-03-31"], "2018-19", "2019-03-31"),
        (["2015-01-05", "2015-01-12", "2015-01-19", "2015-01-26"], "5", "2015-02-02"),
        (
            ["2015-01-01 00:00", "2015-01-01 06:00", "2015-01-01 12:00", "2015-01-01 18:00"],
            "5",
            "2015-01-02 00:00:00",
        ),
        (["1", "2", "3", "4"], "5", "5"),
        (["FY2011-12", "2012/13", "2013-14", "2014-15"], "2015-16", "2015-16"),
    ],
)
def test_text_is_dates_numbers_or_labels_and_is_continued_as_what_it_is(texts, label, following):
    assert ahead(read_frame(nixtla(texts)), label)["ds"].to_list() == [following]


def test_the_step_is_each_series_own():
    quarters = pd.date_range("2014-04-01", periods=4, freq="QS")
    years = pd.date_range("2011-12-31", periods=4, freq="YE")
    table = pd.concat([nixtla(quarters, unique_id="q"), nixtla(years, unique_id="y")])
    frame = read_frame(table)
    assert frame.history["period"].to_list() == [
        *(f"2014-15 Q{n}" for n in (1, 2, 3, 4)),
        *("2011-12", "2012-13", "2013-14", "2014-15"),
    ]
    both = write_frame(
        frame, pd.DataFrame({"series": ["q", "y"], "period": ["2015-16 Q1", "2015-16"]})
    )
    assert both["ds"].to_list() == [pd.Timestamp("2015-04-01"), pd.Timestamp("2015-12-31")]


def test_dates_without_a_step_fail_their_own_series_alone():
    months = pd.date_range("2015-01-01", periods=4, freq="MS")
    odd = pd.to_datetime(["2015-01-17", "2015-03-05", "2015-09-10", "2015-09-11"])
    frame = read_frame(pd.concat([nixtla(months), nixtla(odd, unique_id="odd")]))
    assert frame.faults == {"odd": "its dates keep no even step"}
    assert frame.history["period"].to_list()[3:5] == ["2015-04", "2015-01-17"]


def test_a_single_date_takes_the_step_of_the_others_where_they_agree():
    months = nixtla(pd.date_range("2015-01-31", periods=4, freq="ME"))
    single = nixtla(pd.to_datetime(["2015-06-30"]), unique_id="new", y=[1.0])
    frame = read_frame(pd.concat([months, single]))
    assert not frame.faults
    assert ahead(frame, "2015-07", series="new")["ds"].to_list() == [pd.Timestamp("2015-07-31")]
    years = nixtla(pd.date_range("2011-12-31", periods=4, freq="YE"), unique_id="y")
    assert "new" in read_frame(pd.concat([months, years, single])).faults


@pytest.mark.parametrize("date", ["2015-06-29", "2003-04-30"])
def test_a_single_date_that_is_no_such_period_or_would_be_mistaken_takes_none(date):
    """The one is no end of a month; the month of the other, 2003-04, reads as a year."""
    months = nixtla(pd.date_range("2015-01-31", periods=4, freq="ME"))
    single = nixtla(pd.to_datetime([date]), unique_id="new", y=[1.0])
    assert "new" in read_frame(pd.concat([months, single])).faults


@pytest.mark.parametrize(
    "keys",
    [
        pd.Series([7, 7, 10, 10]),
        pd.Series(["x", "x", "y", "y"], dtype="category"),
        pd.Series(["00123", "00123", "NA", "NA"]),
    ],
    ids=["numbers", "categories", "text"],
)
def test_keys_come_back_as_they_were(keys):
    frame = read_frame(pd.DataFrame({"unique_id": keys, "ds": [1, 2, 1, 2], "y": VALUES}))
    back = write_frame(
        frame, frame.history.rename(columns={"value": "mean"})[["series", "period", "mean"]]
    )
    pd.testing.assert_series_equal(back["unique_id"], keys, check_names=False)


def test_keys_may_stand_in_the_index_and_whatever_else_the_index_is_does_not_matter():
    table = nixtla([1, 2, 3, 4])
    expected = read_frame(table).history
    pd.testing.assert_frame_equal(read_frame(table.set_index("unique_id")).history, expected)
    shuffled = table.set_axis([9, 9, 0, 4], axis=0)
    pd.testing.assert_frame_equal(read_frame(shuffled).history, expected)


def test_a_missing_value_stays_missing_whatever_the_kind_of_number():
    for y in ([*VALUES[:3], np.nan], pd.array([1, 2, 3, None], dtype="Int64"), [np.nan] * 4):
        found = read_frame(nixtla([1, 2, 3, 4], y=y)).history["value"]
        assert found.dtype == float
        assert np.isnan(found.iloc[3])


def test_what_is_read_is_not_written_on():
    table = nixtla(pd.date_range("2015-04-01", periods=4, freq="QS").astype(str))
    before = table.copy()
    read_frame(table)
    pd.testing.assert_frame_equal(table, before)


def test_a_cube_of_paths_keeps_its_columns_and_rows():
    frame = read_frame(nixtla(pd.date_range("2015-01-01", periods=4, freq="MS")))
    cube = pd.DataFrame(
        {"series": "a", "period": ["2015-05", "2015-05", "2015-06"], "path": [0, 1, 0]}
    )
    back = write_frame(frame, cube)
    assert back.columns.to_list() == ["unique_id", "ds", "path"]
    assert back["ds"].dt.month.to_list() == [5, 5, 6]


def test_the_frame_is_the_one_that_the_columns_are_nearest_to():
    assert frame_names(["ds", "y", "key"])[0] == "unique_id"
    assert frame_names(["ds", "series", "value"])[0] == "series"


def test_every_fault_is_said_at_once():
    table = pd.DataFrame(
        {"unique_id": ["a", None, 1, "1"], "ds": [1.5, 2.0, None, 4.0], "y": ["1", "two", "3", "4"]}
    )
    with pytest.raises(ValueError, match="unique_id is missing 1 times") as refusal:
        read_frame(table)
    assert str(refusal.value).split("; ") == [
        "unique_id is missing 1 times: say which series every row is of",
        "unique_id has keys that read alike as text, such as 1 and '1': rename one",
        "ds is missing 1 times: say which period every row is of",
        "ds is float64: write labels, whole numbers or dates",
        "y has values that are not numbers: convert them first",
    ]


def test_columns_that_are_missing_are_named_with_both_frames():
    with pytest.raises(ValueError, match="no column ds: it needs series, period, value or unique"):
        read_frame(pd.DataFrame({"unique_id": ["a"], "y": [1.0]}))


def test_dates_with_a_time_zone_are_refused_with_the_remedy():
    with pytest.raises(ValueError, match=r"take it off with \.dt\.tz_localize\(None\)"):
        read_frame(nixtla(pd.date_range("2015-04-01", periods=4, freq="MS", tz="UTC")))


def test_an_empty_panel_stays_empty():
    frame = read_frame(pd.DataFrame({"series": [], "period": [], "value": []}, dtype="str"))
    assert frame.history.empty
    assert write_frame(frame, frame.history).empty
