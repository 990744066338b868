"""History as the forecaster reads it: financial years, what breaks them, what is known in part."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planning.case import Case
from planning.history import (
    demand_history,
    driver_history,
    event_history,
    income_history,
    part_years,
)

FILES = Path(__file__).parent / "files"


@pytest.fixture
def small(tmp_path):
    """Return a copy of the small case, without its events."""
    folder = Path(shutil.copytree(FILES / "small_case", tmp_path / "case"))
    (folder / "events.csv").unlink()
    return folder


def mark(folder, *rows):
    """Write events.csv: series,period,kind."""
    text = "\n".join(["series,period,kind", *rows])
    (folder / "events.csv").write_text(text + "\n", encoding="utf-8")


def take_out(folder, file, *rows):
    """Take whole rows out of a table, each told by how it begins."""
    path = folder / file
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(rows)]
    assert len(lines) - len(kept) == len(rows)
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")


def replace_short_breaks(folder, units):
    """Give one service's demand anew: units by period."""
    text = (folder / "demand.csv").read_text(encoding="utf-8")
    rows = [f"short_breaks,,{period},{value}," for period, value in units.items()]
    head = text[: text.index("short_breaks")]
    (folder / "demand.csv").write_text(head + "\n".join(rows) + "\n", encoding="utf-8")


def quarters(*years):
    return [f"{year} Q{q}" for year in years for q in (1, 2, 3, 4)]


def values(history, series):
    """Return one series' values by year."""
    rows = history.history[history.history["series"] == series]
    return dict(zip(rows["period"], rows["value"], strict=True))


def rows(table):
    return list(table.itertuples(index=False, name=None))


def test_the_small_case_has_its_own_history_and_events():
    case = Case.read(FILES / "small_case")
    demand = demand_history(case)
    assert values(demand, "demand:home_care/south")["2010-11"] == 30900.0
    assert demand.horizon == dict.fromkeys(["demand:home_care", *demand.keys], 3)
    assert demand.keys["demand:short_breaks"] == ("short_breaks", "")
    assert rows(event_history(case)) == [
        ("demand:home_care/south", "2010-11", "pulse"),
        ("demand:home_care", "2010-11", "pulse"),
        ("income:council_tax", "2013-14", "step"),
    ]
    assert part_years(case).empty


def test_without_events_the_table_of_them_has_its_columns(small):
    table = event_history(Case.read(small))
    assert list(table.columns) == ["series", "period", "kind"]
    assert table.empty


def test_a_year_never_collected_is_a_missing_value_and_no_gap(small):
    take_out(small, "demand.csv", "home_care,south,2012-13")
    mark(small, "home_care/south,2012-13,missing")
    case = Case.read(small)
    demand = demand_history(case)
    known = values(demand, "demand:home_care/south")
    assert list(known) == [f"{y}-{y - 1999:02d}" for y in range(2008, 2015)]
    assert [year for year, value in known.items() if np.isnan(value)] == ["2012-13"]
    assert demand.horizon["demand:home_care/south"] == 3
    assert rows(event_history(case)) == [
        ("demand:home_care/south", "2012-13", "missing"),
        ("demand:home_care", "2012-13", "missing"),
    ]
    assert np.isnan(values(demand, "demand:home_care")["2012-13"])
    assert part_years(case).empty


def test_a_value_that_is_not_to_be_used_is_not_handed_on(small):
    mark(small, "council_tax,2011/12,missing", "short_breaks,2014-15,missing")
    case = Case.read(small)
    tax = values(income_history(case), "income:council_tax")
    assert [year for year, value in tax.items() if np.isnan(value)] == ["2011-12"]
    demand = demand_history(case)
    assert max(values(demand, "demand:short_breaks")) == "2013-14"
    # From 2013-14 the plan's end, 2017-18, is four years away.
    assert demand.horizon["demand:short_breaks"] == 4
    assert rows(event_history(case)) == [("income:council_tax", "2011-12", "missing")]


def test_a_service_by_its_own_name_is_all_its_localities(small):
    mark(small, "home_care,2012-13,step")
    assert rows(event_history(Case.read(small))) == [
        ("demand:home_care/north", "2012-13", "step"),
        ("demand:home_care/south", "2012-13", "step"),
        ("demand:home_care", "2012-13", "step"),
    ]


def test_localities_add_up_to_a_total_that_is_not_planned_for(small):
    """2008-09: 40,100 + 29,800; a year that one of them lacks is not known of the total."""
    take_out(small, "demand.csv", "home_care,south,2014-15")
    demand = demand_history(Case.read(small))
    total = values(demand, "demand:home_care")
    assert total["2008-09"] == 69900.0
    assert max(total) == "2013-14"
    assert demand.horizon["demand:home_care"] == 4
    assert demand.parts == {
        "demand:home_care": ("demand:home_care/north", "demand:home_care/south")
    }
    assert set(demand.keys) == {
        "demand:home_care/north",
        "demand:home_care/south",
        "demand:short_breaks",
    }


def test_averages_of_localities_have_no_total(small):
    services = small / "services.csv"
    text = services.read_text(encoding="utf-8").replace("hour,yes,sum", "hour,yes,mean")
    services.write_text(text, encoding="utf-8")
    demand = demand_history(Case.read(small))
    assert demand.parts == {}
    assert demand.part_table() is None


def test_part_years_are_told_and_none_is_scaled_up(small):
    """Each whole year is 10 + 20 + 30 + 40 = 100; 2012-13 lacks a quarter that was not collected.

    From 2014-15, left out, the plan's last year is three years away; from 2013-14 it is four.
    """
    labels = ["2009-10 Q4", *quarters("2010-11", "2011-12", "2012-13", "2013-14"), "2014-15 Q1"]
    units = {label: 10.0 * int(label[-1]) for label in labels if label != "2012-13 Q3"}
    replace_short_breaks(small, units)
    mark(small, "short_breaks,2012-13 Q3,missing")
    case = Case.read(small)
    demand = demand_history(case)
    known = values(demand, "demand:short_breaks")
    assert [year for year, value in known.items() if np.isnan(value)] == ["2012-13"]
    assert {y: v for y, v in known.items() if not np.isnan(v)} == dict.fromkeys(
        ["2010-11", "2011-12", "2013-14"], 100.0
    )
    assert demand.horizon["demand:short_breaks"] == 4
    assert rows(part_years(case)) == [
        ("demand:short_breaks", "2009-10", 1, 4, "left out: before the first whole year"),
        ("demand:short_breaks", "2012-13", 3, 4, "taken as not known"),
        ("demand:short_breaks", "2014-15", 1, 4, "left out: after the last whole year"),
    ]


def test_a_quarter_that_is_not_to_be_used_makes_its_year_a_part_year(small):
    replace_short_breaks(small, dict.fromkeys(quarters("2011-12", "2012-13", "2013-14"), 25.0))
    path = small / "demand.csv"
    more = "".join(f"short_breaks,,{label},25,\n" for label in quarters("2010-11"))
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    mark(small, "short_breaks,2012-13 Q2,missing")
    case = Case.read(small)
    assert rows(part_years(case)) == [
        ("demand:short_breaks", "2012-13", 3, 4, "taken as not known")
    ]
    assert rows(event_history(case)) == [("demand:short_breaks", "2012-13", "missing")]


def test_a_year_marked_in_a_series_of_quarters_is_all_its_quarters(small):
    years = [f"{y}-{y - 1999:02d}" for y in range(2008, 2015)]
    replace_short_breaks(small, dict.fromkeys(quarters(*years), 25.0))
    mark(small, "short_breaks,2010-11,missing", "short_breaks,2012-13 Q3,step")
    case = Case.read(small)
    known = values(demand_history(case), "demand:short_breaks")
    assert [year for year, value in known.items() if np.isnan(value)] == ["2010-11"]
    assert known["2012-13"] == 100.0
    assert rows(event_history(case)) == [
        ("demand:short_breaks", "2010-11", "missing"),
        ("demand:short_breaks", "2012-13", "pulse"),
        ("demand:short_breaks", "2013-14", "step"),
    ]
    assert part_years(case).empty


def test_a_step_with_nothing_whole_before_it_is_no_step_of_the_years(small):
    """One quarter of 2009-10 comes before it; the first whole year is on the new footing."""
    labels = quarters("2010-11", "2011-12", "2012-13", "2013-14", "2014-15")
    replace_short_breaks(small, dict.fromkeys(["2009-10 Q4", *labels], 25.0))
    mark(small, "short_breaks,2010-11 Q1,step", "home_care,2012-13,step")
    table = event_history(Case.read(small))
    assert set(table["series"]) == {
        "demand:home_care",
        "demand:home_care/north",
        "demand:home_care/south",
    }


def test_localities_may_be_given_by_years_and_by_quarters_side_by_side(small):
    """South by quarters of 8,000 makes 32,000 a year, beside north's own years."""
    path = small / "demand.csv"
    kept = [x for x in path.read_text(encoding="utf-8").splitlines() if ",south," not in x]
    south = [f"home_care,south,{q},8000," for q in quarters("2011-12", "2012-13", "2013-14")]
    path.write_text("\n".join([*kept, *south, "home_care,south,2014-15 Q1,8000,", ""]))
    demand = demand_history(Case.read(small))
    assert values(demand, "demand:home_care/south") == dict.fromkeys(
        ["2011-12", "2012-13", "2013-14"], 32000.0
    )
    assert values(demand, "demand:home_care/north")["2014-15"] == 46300.0
    assert (demand.horizon["demand:home_care/south"], demand.horizon["demand:home_care/north"]) == (
        4,
        3,
    )


def test_a_service_that_is_averaged_is_averaged(small):
    """Places filled: (90 + 100 + 110 + 140) / 4 = 110."""
    services = small / "services.csv"
    services.write_text(
        services.read_text(encoding="utf-8").replace("night,no,sum", "night,no,mean")
    )
    filled = dict(zip("1234", (90, 100, 110, 140), strict=True))
    labels = quarters("2011-12", "2012-13", "2013-14")
    replace_short_breaks(small, {label: filled[label[-1]] for label in labels})
    known = values(demand_history(Case.read(small)), "demand:short_breaks")
    assert known == dict.fromkeys(["2011-12", "2012-13", "2013-14"], 110.0)


def test_a_driver_counted_at_mid_year_becomes_financial_years(small):
    """2008-09 lies a quarter of the way from mid-2008 to mid-2009: 21,000 + 0.25 * 400 = 21,100."""
    people = {year: 21000 + 400 * (year - 2008) for year in range(2008, 2019)}
    text = "".join(f"over_65,mid-{year},{n}\n" for year, n in people.items())
    (small / "drivers.csv").write_text("driver,period,value\n" + text, encoding="utf-8")
    case = Case.read(small)
    table = driver_history(case, demand_history(case))
    expected = {f"{y}-{y - 1999:02d}": n + 100.0 for y, n in people.items() if y < 2018}
    assert set(table["series"]) == {
        "demand:home_care",
        "demand:home_care/north",
        "demand:home_care/south",
    }
    for _, part in table.groupby("series"):
        assert dict(zip(part["period"], part["value"], strict=True)) == expected


def test_a_driver_by_quarters_is_averaged(small):
    """(100 + 101 + 102 + 103) / 4 = 101.5 in every year; the part-year after the last is none."""
    years = [f"{y}-{y - 1999:02d}" for y in range(2008, 2018)]
    text = "".join(f"over_65,{label},{99 + int(label[-1])}\n" for label in quarters(*years))
    (small / "drivers.csv").write_text(
        f"driver,period,value\n{text}over_65,2018-19 Q1,500\n", encoding="utf-8"
    )
    case = Case.read(small)
    table = driver_history(case, demand_history(case))
    north = table[table["series"] == "demand:home_care/north"]
    assert dict(zip(north["period"], north["value"], strict=True)) == dict.fromkeys(years, 101.5)


def test_reading_the_history_leaves_the_case_alone(small):
    mark(small, "home_care,2012-13,missing")
    case = Case.read(small)
    before = {name: table.copy() for name, table in case.tables.items()}
    demand_history(case), income_history(case), event_history(case), part_years(case)
    for name, table in before.items():
        pd.testing.assert_frame_equal(case.tables[name], table)
