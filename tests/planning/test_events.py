"""Every fault that events.csv and mid-years can have, word for word, and what is no fault."""

import shutil
from pathlib import Path

import pytest

from planning.tables.checks import all_faults
from planning.tables.events import events_that_leave_too_little
from planning.tables.reading import read_folder

FILES = Path(__file__).parent / "files"


@pytest.fixture
def small(tmp_path):
    """Return a copy of the small case, to be spoilt."""
    return Path(shutil.copytree(FILES / "small_case", tmp_path / "case"))


def mark(folder, *rows):
    """Write events.csv: series,period,kind."""
    text = "\n".join(["series,period,kind", *rows])
    (folder / "events.csv").write_text(text + "\n", encoding="utf-8")


def change(folder, file, *pairs):
    """Put something else in each place where a text stands once."""
    text = (folder / file).read_text(encoding="utf-8")
    for there, instead in pairs:
        assert text.count(there) == 1
        text = text.replace(there, instead)
    (folder / file).write_text(text, encoding="utf-8")


def short_breaks_by(folder, labels):
    """Give one service's demand by other periods."""
    text = (folder / "demand.csv").read_text(encoding="utf-8")
    rows = "".join(f"short_breaks,,{label},1300,\n" for label in labels)
    (folder / "demand.csv").write_text(text[: text.index("short_breaks")] + rows, encoding="utf-8")


def quarters(*years):
    return [f"{year} Q{q}" for year in years for q in (1, 2, 3, 4)]


def said(folder):
    return [str(fault) for fault in all_faults(read_folder(folder))]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("home_car/south,2010-11,pulse",
         'series "home_car/south": no series of demand.csv, or of income.csv before the plan, goes '
         "by this name. Write home_care/south."),
        ("roads,2010-11,pulse",
         'series "roads": no series of demand.csv, or of income.csv before the plan, goes by this '
         "name. Write a service, a service and its locality as in home_care/north, or a stream."),
        ("short_breaks,2007-08,missing",
         'period "2007-08": outside the history of short_breaks, which is 2008-09 to 2014-15. '
         "Correct it, or take the row out."),
        ("council_tax,2015-16,step",
         'period "2015-16": outside the history of council_tax, which is 2009-10 to 2014-15. '
         "Correct it, or take the row out."),
        ("short_breaks,2012-13 Q2,missing",
         'period "2012-13 Q2": a quarter, where short_breaks is given by years. Write 2012-13, '
         "which it lies in."),
        ("home_care,2013-01,step",
         'period "2013-01": a month, where home_care in north is given by years. Write the first '
         "year that is wholly of the new kind."),
        ("home_care/north,2008-09,step",
         'period "2008-09": a step at the first period of home_care in north, with nothing before '
         "it. Take the row out."),
        ("home_care/north,2010-11,stepp",
         'kind "stepp": not one of the words allowed. Write step.'),
        ("home_care/north,2010-11,changed",
         'kind "changed": not one of the words allowed. Write one of pulse, step, missing.'),
        ("home_care/north,2010-11,",
         'kind: blank. Write one of pulse, step, missing.'),
        ("home_care/north,2010,pulse",
         'period "2010": a calendar year, not a financial year. Write 2010-11 if it starts in '
         "2010, 2009-10 if it ends."),
        ("home_care/north,mid-2010,pulse",
         'period "mid-2010": a mid-year, which only a driver may be given by. Write it as 2015-16, '
         "2015-16 Q1 or 2015-04."),
    ],
)  # fmt: skip
def test_a_row_at_fault_is_one_fault_in_plain_words(small, row, fault):
    mark(small, row)
    assert said(small) == [f"events.csv, line 2, {fault}"]


def test_a_row_repeated_is_a_fault_however_the_year_is_written(small):
    mark(small, "short_breaks,2012-13,pulse", "short_breaks,2012/13,step")
    assert said(small) == [
        'events.csv, line 3, series "short_breaks": the same key as on line 2 '
        "(series short_breaks, period 2012-13). Keep one of the two rows."
    ]


def test_one_unknown_name_in_many_rows_is_one_fault(small):
    mark(small, "roads,2010-11,pulse", "roads,2011-12,pulse", "short_breaks,2010-11,pulse")
    (fault,) = all_faults(read_folder(small))
    assert (fault.line, fault.value) == (2, "roads")


def test_a_name_of_both_a_service_and_a_stream_is_not_guessed(small):
    for file in ("streams.csv", "income.csv"):
        path = small / file
        path.write_text(path.read_text(encoding="utf-8").replace("council_tax", "short_breaks"))
    mark(small, "short_breaks,2010-11,pulse")
    # The stream's kind was council_tax too, and is put back.
    change(small, "streams.csv", ("tax,short_breaks,", "tax,council_tax,"))
    assert said(small) == [
        'events.csv, line 2, series "short_breaks": a service and a stream go by this name. Give '
        "one of the two another name."
    ]


def test_marks_that_leave_too_little_to_forecast_are_a_fault(small):
    """Of seven years, 2008-09 to 2014-15, five are marked: two are left."""
    marked = [f"{y}-{y - 1999:02d}" for y in range(2008, 2013)]
    kinds = ["missing", "pulse", "missing", "pulse", "missing"]
    mark(small, *(f"short_breaks,{y},{k}" for y, k in zip(marked, kinds, strict=True)))
    assert said(small) == [
        'events.csv, line 2, series "short_breaks": leaves 2 of the 3 years that a forecast of '
        "short_breaks needs. Mark less, or add earlier periods."
    ]
    mark(small, *(f"short_breaks,{y},missing" for y in marked[:4]))
    assert said(small) == []


def test_too_little_is_told_of_a_row_that_takes_away(small):
    """The step takes nothing away; the years after it that are marked do."""
    marked = ["2009-10", "2010-11", "2011-12", "2012-13", "2013-14"]
    mark(small, "short_breaks,2014-15,step", *(f"short_breaks,{y},pulse" for y in marked))
    (fault,) = all_faults(read_folder(small))
    assert (fault.line, fault.column) == (3, "series")


def test_income_announced_ahead_counts_as_known(small):
    """Of six years before the plan, five are marked, and one is left.

    With it council tax, announced for 2015-16, has two, and the care grant, announced for 2016-17
    as well, three.
    """
    years = [f"{y}-{y - 1999:02d}" for y in range(2009, 2014)]
    mark(small, *(f"care_grant,{y},missing" for y in years))
    assert said(small) == []
    mark(small, *(f"council_tax,{y},missing" for y in years))
    assert said(small) == [
        'events.csv, line 2, series "council_tax": leaves 2 of the 3 years that a forecast of '
        "council_tax needs. Mark less, or add earlier periods."
    ]
    change(
        small, "income.csv", ("council_tax,2015-16,1448000,confirmed,illustrative",
        "council_tax,2015-16,1448000,confirmed,illustrative\n"
        "council_tax,2016-17,1448000,assumed,illustrative\n"
        "council_tax,2017-18,1448000,assumed,illustrative"),
    )  # fmt: skip
    assert said(small) == []


def test_income_announced_for_the_whole_plan_needs_no_history(small):
    """In a plan of two years the care grant is announced for both: with no year before it, two."""
    change(small, "case.toml", ("years = 3", "years = 2"))
    mark(small, *(f"care_grant,{y}-{y - 1999:02d},missing" for y in range(2009, 2015)))
    assert list(events_that_leave_too_little(read_folder(small))) == []


def test_a_step_after_which_no_whole_year_is_known_is_a_fault(small):
    """From October 2014 on there are two quarters, and the plan is made of years."""
    short_breaks_by(small, quarters("2010-11", "2011-12", "2012-13", "2013-14", "2014-15"))
    mark(small, "short_breaks,2014-15 Q3,step")
    assert said(small) == [
        'events.csv, line 2, period "2014-15 Q3": no whole year of short_breaks that can be used '
        "follows the step. Restate what came before it as it is counted now, and take the row out."
    ]
    mark(small, "short_breaks,2014-15 Q1,step")
    assert said(small) == []


def test_a_month_beside_quarters_is_to_be_written_as_its_quarter(small):
    """January 2013 is in the last quarter of 2012-13."""
    short_breaks_by(small, quarters("2011-12", "2012-13", "2013-14"))
    mark(small, "short_breaks,2013-01,missing")
    (fault,) = all_faults(read_folder(small))
    assert fault.remedy == "Write 2012-13 Q4, which it lies in."


def test_a_gap_is_to_be_marked(small):
    change(small, "demand.csv", ("home_care,south,2012-13,32100,illustrative\n", ""))
    assert said(small) == [
        'demand.csv, line 13, period "2013-14": a gap in home_care in south: no row for 2012-13. '
        "Add what is missing; if it is not known, mark it missing in events.csv, or leave out what "
        "came before the gap."
    ]
    mark(small, "home_care/south,2012-13,pulse")
    assert len(said(small)) == 1
    for row in ("home_care/south,2012-13,missing", "home_care,2012-13,missing"):
        mark(small, row)
        assert said(small) == []


@pytest.mark.parametrize(
    "row",
    [
        "home_care/south,2012-13,mising",
        "home_care/south,2012,missing",
        "home_care/soth,2012-13,missing",
        ",2012-13,missing",
        'home_care/south,"2012-13,missing',
        "home_care/south,2012-13,missing,spare",
    ],
)
def test_a_slip_in_the_mark_of_a_gap_is_one_fault(small, row):
    change(small, "demand.csv", ("home_care,south,2012-13,32100,illustrative\n", ""))
    mark(small, row)
    (fault,) = said(small)
    assert fault.startswith("events.csv, line 2")


def test_a_mark_of_one_series_is_no_excuse_for_a_gap_in_another(small):
    change(small, "demand.csv", ("home_care,south,2012-13,32100,illustrative\n", ""))
    mark(small, "home_care/north,2012-13,missing", "short_breaks,2012-13,missing")
    (fault,) = said(small)
    assert "a gap in home_care in south" in fault


def test_a_year_marked_missing_stands_for_its_quarters(small):
    """Sixteen quarters but for the four of 2012-13."""
    short_breaks_by(small, quarters("2010-11", "2011-12", "2013-14", "2014-15"))
    assert "no row for 2012-13 Q1, 2012-13 Q2, 2012-13 Q3, 2012-13 Q4." in said(small)[0]
    mark(small, "short_breaks,2012-13,missing")
    assert said(small) == []


@pytest.mark.parametrize(
    "marked",
    [
        ("2008-09,missing", "2011-12,step"),
        ("2009-10,missing", "2010-11,missing", "2012-13,pulse", "2013-14,pulse"),
    ],
)
@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("south,2008-09", "south,2008"),
        ("home_care,south,2008-09", "homecare,south,2008-09"),
        ("service,locality", "servce,locality"),
    ],
)
def test_a_slip_in_the_series_is_not_reported_of_its_events_too(small, marked, there, instead):
    """Without 2008-09 the first mark lies outside, and four marks leave two of the three years."""
    mark(small, *(f"home_care/south,{one}" for one in marked))
    change(small, "demand.csv", (there, instead))
    (fault,) = all_faults(read_folder(small))
    assert fault.table == "demand"


def test_a_blank_is_no_way_to_say_that_a_year_was_not_collected(small):
    change(small, "demand.csv", ("south,2012-13,32100", "south,2012-13,"))
    assert said(small) == [
        "demand.csv, line 13, units: blank. Find the figure, and write 0 only if it is nil. If it "
        "is not known, take the row out, and between periods that are known mark it missing in "
        "events.csv."
    ]


def drivers_at_mid_year(folder, *years):
    rows = "".join(f"over_65,mid-{year},{21000 + year}\n" for year in years)
    (folder / "drivers.csv").write_text(f"driver,period,value\n{rows}", encoding="utf-8")


def test_a_driver_may_be_given_by_mid_years(small):
    """The history begins with 2008-09, and the plan's last year, 2017-18, needs mid-2018."""
    drivers_at_mid_year(small, *range(2008, 2019))
    assert said(small) == []
    drivers_at_mid_year(small, *range(2008, 2018))
    assert said(small) == [
        'services.csv, line 2, driver "over_65": the driver has no value for 2017-18. Add what is '
        "missing to drivers.csv, projected where it is to come. 2017-18 is worked out from "
        "mid-2017 and mid-2018."
    ]


def test_a_driver_may_not_be_given_by_mid_years_and_years(small):
    change(small, "drivers.csv", ("over_65,2011-12,", "over_65,mid-2011,"))
    assert said(small) == [
        'drivers.csv, line 5, period "mid-2011": not a year, as the rest of over_65 is. Give the '
        "whole series by years, by quarters or by months."
    ]
    drivers_at_mid_year(small, *range(2008, 2019))
    change(small, "drivers.csv", ("over_65,mid-2011,", "over_65,2011-12,"))
    assert "not a mid-year, as the rest of over_65 is" in said(small)[0]


def test_a_mid_year_left_out_is_a_gap(small):
    drivers_at_mid_year(small, *range(2008, 2012), *range(2013, 2019))
    assert said(small) == [
        'drivers.csv, line 6, period "mid-2013": a gap in over_65: no row for mid-2012. Add what '
        "is missing; if it is not known, leave out what came before the gap."
    ]
