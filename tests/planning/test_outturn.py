"""What came of a case: read, refused where it is at fault, and laid beside the forecast."""

import shutil
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from forecasting.paths import Paths
from planning.case import Case
from planning.outlook import look_ahead
from planning.outturn import (
    FILE,
    TABLE,
    beside_forecast,
    read_outturn,
    reserves_left,
    spend_on_paths,
)
from planning.tables.digests import content_digests
from planning.tables.faults import InputError
from planning.tables.reading import read_folder
from tests.planning.runs import NORTHAMPTONSHIRE, SMALL

HEAD = ",".join(TABLE.names)
ROWS = """\
demand,home_care/north,,2015-16,60000,hour,same,a register,
demand,short_breaks,,2015-16,5600,night,same,a register,
demand,short_breaks,Nights,2016-17,9000,night,other_count,a register,counted by the bed
income,council_tax,,2015-16,1448000,£,same,the accounts,announced before the plan
income,care_grant,,2016-17,400000,£,same,the accounts,
spend,adult_services,Adult care,2015-16,1500000,£,after_savings,the accounts,
reserve,general,,2014-15,400000,£,same,the accounts,
reserve,general,,2015-16,210000,£,same,the accounts,
reserve,general,,2016-17,150000,£,same,the accounts,
one_off,receipts,,2015-16,50000,£,same,the accounts,
event,notice,A notice,2016-17,1,notice,same,the press,1 May 2016
"""


def written(folder, rows=ROWS):
    """Write what came of a copy of the small case, and return its folder."""
    case = folder / "case"
    if not case.exists():
        shutil.copytree(SMALL, case)
    (case / FILE).parent.mkdir(exist_ok=True)
    (case / FILE).write_text(f"{HEAD}\n{rows}", encoding="utf-8")
    return case


@pytest.fixture(scope="module")
def outturn(tmp_path_factory):
    return read_outturn(written(tmp_path_factory.mktemp("outturn")))


@pytest.fixture(scope="module")
def ahead():
    return look_ahead(Case.read(SMALL))


@pytest.fixture(scope="module")
def real():
    return read_outturn(NORTHAMPTONSHIRE)


def test_what_came_is_no_part_of_the_case(tmp_path):
    """Neither of what is read nor of what tells one case from another."""
    with_it = read_folder(written(tmp_path))
    assert not with_it.faults
    assert content_digests(with_it) == content_digests(read_folder(SMALL))
    assert with_it.files == read_folder(SMALL).files


def test_every_fault_is_told_at_once_with_its_line(tmp_path):
    rows = (
        "demand,short_breaks,,2015-16,many,night,same,a register,\n"
        "demand,short_breaks,,2016-17,1,night,alike,a register,\n"
        "demand,short_breaks,,2017-18,1,night,same,,\n"
        "demand,home_care,,2017-18,1,hour,same,a register,\n"
        "demand,home_care,,2017-18,2,hour,same,a register,\n"
    )
    with pytest.raises(InputError) as caught:
        read_outturn(written(tmp_path, rows))
    told = {(fault.line, fault.column) for fault in caught.value.faults}
    assert told == {(2, "value"), (3, "basis"), (4, "source"), (6, "series")}
    assert "same kind, series and period as line 5" in str(caught.value)


def test_a_case_without_an_outturn_says_where_it_belongs():
    with pytest.raises(InputError, match=r"no outturn/outturn\.csv in the case's folder"):
        read_outturn(SMALL)


def test_a_series_that_the_case_has_not_is_a_fault(ahead, outturn):
    wrong = outturn.assign(series=outturn["series"].replace("short_breaks", "short_brakes"))
    with pytest.raises(InputError, match="short_brakes"):
        beside_forecast(ahead, wrong)


def test_each_outturn_stands_beside_its_forecast_and_what_was_announced_is_left_out(ahead, outturn):
    table = beside_forecast(ahead, outturn).set_index(["series", "period"])
    assert ("council_tax", "2015-16") not in table.index
    own = ahead.forecast.set_index(["series", "period"])
    for key in [("home_care/north", "2015-16"), ("care_grant", "2016-17")]:
        bounds = ["median", "lo80", "hi80", "lo95", "hi95"]
        assert table.loc[key, bounds].to_list() == own.loc[key, bounds].to_list()
    assert table.at[("short_breaks", "2016-17"), "name"] == "Nights"
    assert table.at[("home_care/north", "2015-16"), "name"] == "Home care"


def test_it_is_said_where_each_came_and_nothing_of_another_count(ahead, outturn):
    """60,000 hours are far above, 400,000 of grant far below, and 5,600 nights about the middle."""
    table = beside_forecast(ahead, outturn).set_index(["series", "period"])
    assert table.at[("home_care/north", "2015-16"), "in95"] == "above"
    assert table.at[("care_grant", "2016-17"), "in95"] == "below"
    assert table.at[("short_breaks", "2015-16"), "in80"] == "inside"
    for key in [("short_breaks", "2016-17"), ("adult_services", "2015-16")]:
        assert table.loc[key, ["in80", "in95"]].to_list() == ["", ""]


@pytest.mark.parametrize(
    ("end", "past", "where"),
    [
        ("lo80", 0.0, ("inside", "inside")),
        ("lo80", -1e-6, ("below", "inside")),
        ("hi80", 1e-6, ("above", "inside")),
        ("hi95", 1e-6, ("above", "above")),
    ],
)
def test_the_end_of_an_interval_is_inside_it_and_what_is_past_it_is_not(
    ahead, outturn, end, past, where
):
    value = ahead.forecast.set_index(["series", "period"]).at[("short_breaks", "2015-16"), end]
    own = (outturn["series"] == "short_breaks") & (outturn["period"] == "2015-16")
    table = beside_forecast(ahead, outturn.assign(value=outturn["value"].mask(own, value + past)))
    row = table.set_index(["series", "period"]).loc[("short_breaks", "2015-16")]
    assert (row["in80"], row["in95"]) == where


def test_spending_of_an_organisation_by_hand(ahead):
    """79,000 hours of home care for 1,386,400; one-off rostering is an investment: 10,000 more."""
    series = ("demand:home_care/north", "demand:home_care/south", "demand:short_breaks")
    values = np.array([46_000.0, 33_000.0, 5_600.0])[:, np.newaxis, np.newaxis]
    paths = Paths(series, ahead.case.years, np.repeat(values, 3, axis=1))
    one = replace(ahead, paths=paths)
    assert spend_on_paths(one, "adult_services")[0, 0] == pytest.approx(1_396_400)
    assert spend_on_paths(one, "child_and_family")[0, 0] == pytest.approx(516_000)
    assert spend_on_paths(one, "retained_council")[0, 0] == pytest.approx(155_000)


def test_reserves_left_with_and_without_one_off_money(outturn):
    """50,000 in the first year lasts into the second: 210,000 - 50,000 and 150,000 - 50,000."""
    table = reserves_left(outturn).set_index("year")
    assert table["balance"].to_list() == [400_000, 210_000, 150_000]
    assert table["without"].to_list() == [400_000, 160_000, 100_000]


def test_a_year_in_which_one_reserve_is_not_known_is_left_out(outturn):
    more = pd.DataFrame([{"kind": "reserve", "series": "other", "period": "2014-15", "value": 1.0}])
    table = reserves_left(pd.concat([outturn, more]))
    assert table["year"].to_list() == ["2014-15"]
    assert table["balance"].to_list() == [400_001]


def test_northamptonshire_opens_with_the_reserves_of_its_case(real):
    """£12.009m + £47.695m at 1 April 2015; the minimum is the general reserve."""
    settings = Case.read(NORTHAMPTONSHIRE).settings
    assert reserves_left(real).set_index("year").at["2014-15", "balance"] == settings.opening
    held = real.set_index(["kind", "series", "period"])["value"]
    assert held["reserve", "general", "2014-15"] == settings.minimum


def test_weeks_in_foster_care_are_the_counts_of_children_beside_them(real):
    """The mean of two counts x 52 x 69%, as in demand.csv."""
    value = real.set_index(["series", "period"])["value"]
    years = ["2014-15", "2015-16", "2016-17", "2017-18"]
    for before, year in pairwise(years):
        counts = value["looked_after_children", before] + value["looked_after_children", year]
        assert value["cla_fostering", year] == round(counts / 2 * 52 * 0.69)


def test_every_row_of_northamptonshire_names_a_publisher_and_what_is_derived_says_how(real):
    assert (real["source"].str.len() > 10).all()
    derived = real[real["source"].str.startswith("derived:")]
    assert derived["source"].str.contains(r"[+x]|SALT").any()
    adults = real["series"].isin(["nursing_65", "residential_65", "learning_disability"])
    assert (real.loc[adults, "basis"] == "other_count").all()
    assert real.loc[adults, "note"].str.contains("new count from 2014-15").all()
