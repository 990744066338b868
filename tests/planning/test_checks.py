"""Faults between rows and tables: one slip is one fault, and thirty slips are thirty."""

import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.tables.checks import CHECKS, all_faults
from planning.tables.faults import Fault, InputError, in_order
from planning.tables.reading import read_folder

FILES = Path(__file__).parent / "files"

SIGNED = (
    "sign_off,statement,role,name,date\n"
    "estimates,The estimates are sound.,Chief finance officer,A. Person,2014-02-20\n"
)

THIRTY = [
    # table, line, column, value, a word of the message
    ("", None, "", "offer.csv", "not a table"),  # a second offers.csv, misnamed
    ("case.toml", 8, "plan.discont_rate", "", "discount_rate"),  # a setting misspelt
    ("case.toml", 12, "reserves.minimum", "-200000", "0 or more"),  # negative reserves
    ("services", 1, "unit", "", "missing column"),  # a column left out
    ("services", 3, "statutory", "maybe", "neither yes nor no"),  # the wrong type: yes/no
    ("demand", 3, "units", "", "blank"),  # a blank where none is allowed
    ("demand", 11, "period", "2011-12", "gap"),  # 2010-11 is missing
    ("demand", 15, "service", "short_brakes", "Write short_breaks"),  # a key misspelt
    ("demand", 22, "service", "home_care", "same key as on line 8"),  # a key repeated
    ("demand", 23, "period", "2015-16", "history inside the plan"),
    ("demand", 24, "locality", "east", "count twice"),  # beside rows for the whole council
    ("drivers", 5, "period", "2011-12 Q2", "not a year"),  # a quarter among years
    ("streams", 2, "kind", "counciltax_", "Write council_tax"),  # an unknown choice
    ("streams", 3, "ring_fence", "home_care;day_care", "no such service"),
    ("streams", 4, "stream", "parking", "too little is known"),  # one year of history
    ("income", 7, "period", "2014", "calendar year"),  # not a financial year
    ("income", 15, "status", "confirmed", "before the plan"),
    ("providers", 1, "grop", "", "Rename it to group"),  # a column misspelt
    ("providers", 2, "", "illustrative", "7 cells under 6 headings"),  # an unquoted comma
    ("providers", 3, "provider", "care/mutual", "/"),  # a key that cannot be one
    ("offers", 2, "unit_cost", "£15.2O", "not a number"),  # a letter for a nought
    ("offers", 4, "last_year", "2017-18", "before the offer's first_year"),
    ("offers", 5, "committed", "2500", "above the offer's capacity"),
    ("targets", None, "", "", "missing"),  # a file left out
    ("effects", 3, "offer", "sb_mutual", "an offer of short_breaks"),
    ("effects", 6, "offer", "sb_bright", "average"),  # and the service's other offer has none
    ("rules", 4, "limit", "70", "share above 1"),  # per cent without the sign
    ("rules", 5, "contract_type", "grant", "no offer is within"),
    ("costs", 4, "year", "2027-28", "out of the plan"),
    ("proposals", 9, "amount", "#REF!", "spreadsheet shows"),
]


def test_thirty_planted_faults_are_found_at_once_and_nothing_else_is():
    found = all_faults(read_folder(FILES / "thirty_faults"))
    assert len(THIRTY) == 30
    assert [(f.table, f.line, f.column) for f in found] == [t[:3] for t in THIRTY]
    for fault, (*_, value, word) in zip(found, THIRTY, strict=True):
        assert fault.value == value or (value and fault.value in value.split(";"))
        assert word in str(fault)


def test_the_small_case_has_no_fault():
    assert all_faults(read_folder(FILES / "small_case")) == ()


FIVE_YEARS = """\
short_breaks,,2008-09,5010,illustrative
short_breaks,,2009-10,5130,illustrative
short_breaks,,2010-11,5090,illustrative
short_breaks,,2011-12,5260,illustrative
short_breaks,,2012-13,5400,illustrative
"""

MOST_OF_SOUTH = "\n".join(f"home_care/south,{y}-{y - 1999:02d},missing" for y in range(2009, 2014))

# One slip each in the small case, and the one fault that it makes:
# check, file, what is there, what is put there, line, column, a word of the message. Where the
# slip shows in another table, that table stands before its line.
SLIPS = [
    ("recurring_with_gaps", "costs.csv", "60000,yes", "60000,no", 5, "year",
     "set_up recurs, and has no row for 2016-17, 2017-18"),
    ("recurring_with_gaps", "proposals.csv",
     "one_site,2017-18,Client function on one site,,retained_council,saving,40000,no,0.8,amber,"
     "Head of property,EIA-1,illustrative\n", "", 6, "year", "no row for 2017-18"),
    ("repeated_keys", "services.csv", "short_breaks,S", "home_care,S", 3, "service", "line 2"),
    ("repeated_keys", "offers.csv", "sb_bright,", "sb_mutual,", 6, "offer", "on line 5"),
    ("repeated_keys", "rules.csv", "spot_ceiling", "steady_hands", 6, "rule", "on line 5"),
    ("repeated_keys", "demand.csv", "south,2012-13", "south,2011-12", 13, "service", "line 12"),
    ("repeated_keys", "income.csv", "tax,2012-13", "tax,2011-12", 13, "stream", "line 12"),
    ("unknown_names", "offers.csv", "bright_homes,home", "bright_home,home", 2, "provider", "bri"),
    ("unknown_names", "offers.csv", "home_care,south", "home_car,south", 2, "service", "home_"),
    ("unknown_names", "demand.csv", "home_care,north,2011", "homecare,north,2011", 5, "service",
     "Write home_care"),
    ("unknown_names", "income.csv", "care_grant,2011", "care_grnt,2011", 4, "stream", "care_grant"),
    ("unknown_names", "streams.csv", "grant,home_care", "grant,home", 3, "ring_fence", "no such"),
    ("unknown_names", "services.csv", "sum,over_65", "sum,over_85", 2, "driver", "Write over_65"),
    ("unknown_names", "targets.csv", "safe_care,2016", "safecare,2016", 6, "outcome", "safe_care"),
    ("unknown_names", "effects.csv", "carers_rested,s", "carers,s", 2, "outcome", "no such"),
    ("unknown_names", "effects.csv", "hc_council", "hc_councl", 5, "offer", "Write hc_council"),
    ("unknown_names", "proposals.csv", "breaks,short_breaks,child_and_family,income,10000",
     "breaks,roads,child_and_family,income,10000", 2, "service", "no such service"),
    ("unknown_names", "rules.csv", "share,,,,mutual,,home_care", "share,,,,mutual,,care", 3,
     "service", "no such"),
    ("unknown_names", "rules.csv", "change,offer,,,,,,", "change,offer,,,,,,west", 6, "locality",
     "has no such"),
    ("unknown_names", "rules.csv", "change,offer,,,,", "change,offer,,,,schools", 6,
     "organisation", "services.csv"),
    ("unknown_names", "rules.csv", "change,offer,,", "change,offer,,Brihgt", 6, "group", "Bright"),
    ("unknown_names", "rules.csv", "change,offer,", "change,offer,nobody", 6, "provider", "provi"),
    ("unknown_names", "prevention.csv", "home_care,short_breaks", "home_care,short_break", 2,
     "reduces", "Write short_breaks"),
    ("prevention_of_itself", "prevention.csv", "home_care,short_breaks", "home_care,home_care", 2,
     "reduces", "is the one of which less is needed"),
    ("prevention_from_nowhere", "prevention.csv", "home_care,short_breaks",
     "short_breaks,home_care", 2, "reduces", "by locality"),
    ("years_out_of_the_plan", "targets.csv", "safe_care,2017-18", "safe_care,2018-19", 7, "year",
     "2015-16 to 2017-18"),
    ("years_out_of_the_plan", "rules.csv", "2016-17", "2014-15", 2, "year", "out of the plan"),
    ("years_out_of_the_plan", "proposals.csv", "rostering,2015-16", "rostering,2014-15", 11, "year",
     "plan"),
    ("years_out_of_the_plan", "costs.csv", "set_up,2015-16", "set_up,2018-19", 5, "year", "plan"),
    ("years_out_of_the_plan", "income.csv", "tax,2015-16", "tax,2018-19", 16, "period", "after"),
    ("history_inside_the_plan", "demand.csv", "breaks,,2014-15", "breaks,,2015-16", 22, "period",
     "begins with 2015-16"),
    ("status_at_odds_with_year", "income.csv", "541000,confirmed", "541000,outturn", 8, "status",
     "confirmed or indicative or assumed"),
    ("status_at_odds_with_year", "income.csv", "1420000,budget", "1420000,assumed", 15, "status",
     "outturn or budget"),
    ("mixed_frequencies", "demand.csv", "south,2010-11", "south,2010-11 Q1", 11, "period", "year"),
    ("gaps", "demand.csv", "home_care,south,2012-13,32100,illustrative\n", "", 13, "period",
     "no row for 2012-13"),
    ("gaps", "income.csv", "council_tax,2010-11,1322000,outturn,illustrative\n", "", 11, "period",
     "2010-11"),
    ("gaps", "drivers.csv", "over_65,2015-16,25100,illustrative\n", "", 9, "period", "2015-16"),
    ("demand_too_short", "demand.csv", FIVE_YEARS, "", 16, "service", "2 of the 3 whole years"),
    ("whole_and_by_locality", "demand.csv", "short_breaks,,2012", "short_breaks,south,2012", 20,
     "locality", "count twice"),
    ("whole_and_by_locality", "demand.csv", "home_care,north,2011", "home_care,,2011", 5,
     "locality", "count twice"),
    ("income_without_history", "streams.csv", "care_grant,Care", "new,New grant,grant,,yes,\n"
     "care_grant,Care", 3, "stream", "too little is known"),
    ("drivers_that_stop_short", "drivers.csv", "over_65,2017-18,26100,illustrative\n", "",
     "services.csv 2", "driver", "2017-18"),
    ("drivers_that_stop_short", "drivers.csv", "over_65,2008-09,21000,illustrative\n", "",
     "services.csv 2", "driver", "2008-09"),
    ("repeated_keys", "events.csv", "home_care/south,2010-11", "council_tax,2013-14", 3, "series",
     "line 2"),
    ("events_of_no_series", "events.csv", "home_care/south", "home_care/soth", 3, "series",
     "Write home_care/south"),
    ("events_outside_history", "events.csv", "south,2010-11", "south,2001-02", 3, "period",
     "2008-09 to 2014-15"),
    ("events_shorter_than_periods", "events.csv", "south,2010-11", "south,2010-06", 3, "period",
     "Write 2010-11"),
    ("steps_with_one_side", "events.csv", "council_tax,2013-14", "council_tax,2009-10", 2,
     "period", "nothing before it"),
    ("events_that_leave_too_little", "events.csv", "home_care/south,2010-11,pulse", MOST_OF_SOUTH,
     3, "series", "leaves 2 of the 3 years"),
    ("first_year_after_last", "offers.csv", "2017-18", "2012-13", 4, "last_year", "2013-14"),
    ("committed_above_capacity", "offers.csv", "45000,30000", "45000,45001", 3, "committed",
     "45,000"),
    ("offers_where_no_demand_is", "offers.csv", "home_care,south", "home_care,soth", 2, "locality",
     "north, south"),
    ("offers_where_no_demand_is", "offers.csv", "short_breaks,,spot", "short_breaks,north,spot", 5,
     "locality", "Leave it blank"),
    ("effects_of_another_service", "effects.csv", "hc_council", "sb_mutual", 5, "offer",
     "short_breaks, not of home_care"),
    ("targets_without_effect", "effects.csv", "carers_rested,short_breaks,,0.05,illustrative\n",
     "", "targets.csv 2", "outcome", "nothing that moves"),
    ("averages_with_gaps", "effects.csv", "safe_care,home_care,,0.85,illustrative\n", "", 3,
     "offer", "hc_mutual_north"),
    ("shares_above_one", "rules.csv", ",0.7,", ",70,", 4, "limit", "70% or 0.7"),
    ("shares_of_everything", "rules.csv", "max_share,provider", "max_share,", 4, "kind", "whose"),
    ("rules_on_nothing", "rules.csv", ",spot,", ",grant,", 5, "contract_type", "no offer"),
    ("rules_on_nothing", "rules.csv", "min_spend,,,,mutual", "min_spend,,,,charity", 2, "sector",
     "sector charity"),
    ("delivery_of_cost", "proposals.csv", "pressure,5000,no,", "pressure,5000,no,0.5", 8,
     "delivery", "counts in full"),
    ("fixed_cost_below_nil", "proposals.csv", "saving,20000", "saving,300000", 5, "amount",
     "£34,000.00 more"),
    ("trade_without_terms", "organisations.csv", "300000,0.05,", "300000,,", 2, "margin",
     "a market of £300,000"),
    ("limit_on_nobodys_work", "organisations.csv", "care_mutual,Small", "carers,Small", 2,
     "provider", "providers.csv has no carers"),
    ("providers_of_two_bodies", "organisations.csv", "in-house,", "in-house,care_mutual", 3,
     "provider", "the provider of care_mutual too"),
    ("bodies_nobody_knows", "costs.csv", "mutual,retained_council", "mutual,retaned_council", 5,
     "organisation", "Write retained_council"),
    ("offers_before_transfer", "organisations.csv", "2013-14", "2014-15", "offers.csv 4",
     "first_year", "transfer in 2014-15"),
    ("whole_without_capacity", "offers.csv", "0.025,30000,,17000", "0.025,,,17000", 2, "capacity",
     "awarded whole or in tiers"),
    ("minimum_above_capacity", "offers.csv", "17000,5000", "17000,50000", 2, "minimum", "30,000"),
    ("tiers_beyond_capacity", "tiers.csv", "25000", "30000", 2, "from_units", "30,000"),
    ("local_spending_of_tiers", "rules.csv", "min_spend,,,,mutual", "min_spend,locality,,,mutual",
     2, "kind", "a locality"),
    ("unknown_names", "tiers.csv", "hc_bright_south", "hc_brigt_south", 2, "offer",
     "Write hc_bright_south"),
    ("reserves_said_once", "case.toml", "minimum = 200000\n", "", None, "reserves.minimum",
     "Add minimum under [reserves]"),
    ("half_signed", "sign_offs.csv", "2014-02-20", "", 2, "date", "A. Person is said to have"),
]  # fmt: skip

# The same, of single cells, columns and files: a slip there has no echo in another table.
CELLS = [
    ("services.csv", "home_care,Home", ",Home", 2, "service", "blank"),
    ("services.csv", "home_care,Home", "corporate,Home", 2, "service", "meaning of its own"),
    ("services.csv", "short_breaks,Short", "short/breaks,Short", 3, "service", "/"),
    ("providers.csv", "care_mutual", "care;mutual", 3, "provider", ";"),
    ("providers.csv", "care_mutual", "", 3, "provider", "blank"),
    ("offers.csv", "hc_council", "hc/council", 3, "offer", "/"),
    ("outcomes.csv", "safe_care,H", "safe;care,H", 3, "outcome", ";"),
    ("outcomes.csv", "average,at_least", "averge,at_least", 3, "measure", "Write average"),
    ("streams.csv", "care_grant", "gap", 3, "stream", "meaning of its own"),
    ("demand.csv", "south,2011-12,31800", "south,2011-13,31800", 12, "period", "2011-12"),
    ("demand.csv", "south,2011-12,31800", "south,2011-12,31800,5", 12, "", "cells"),
    ("demand.csv", "home_care,south,2011-12", ",south,2011-12", 12, "service", "blank"),
    ("income.csv", "care_grant,2011-12", "care_grant,", 4, "period", "blank"),
    ("income.csv", "655000", "-655000", 4, "amount", "0 or more"),
    ("drivers.csv", "22600", "0", 5, "value", "above 0"),
    ("offers.csv", "15.20,0.025", "15.20,2.5", 2, "indexation", "2.5% or 0.025"),
    ("drivers.csv", "over_65,2011-12", "over_65,2011", 5, "period", "mid-2015"),
    ("drivers.csv", "over_65,2017-18", "over_65,2017", 11, "period", "calendar year"),
    ("events.csv", "pulse", "puls", 3, "kind", "Write pulse"),
    ("events.csv", "2013-14", "2013", 2, "period", "calendar year"),
    ("events.csv", "home_care/south", "", 3, "series", "blank"),
    ("effects.csv", "0.85", "", 3, "per_unit", "blank"),
    ("prevention.csv", "breaks,1,", "breaks,1.5,", 2, "lag_years", "whole number"),
    ("prevention.csv", "0.001", "-0.001", 2, "units_per_unit", "0 or more"),
    ("costs.csv", "150000", "n/a", 2, "amount", "placeholder"),
    ("services.csv", "service,name", "servce,name", 1, "servce", "Rename it to service"),
    ("offers.csv", "offer,provider", "ofer,provider", 1, "ofer", "Rename it to offer"),
    ("offers.csv", "capacity,committed", "capacity,capacity", 1, "capacity", "to committed"),
    ("case.toml", 'first_year = "2015-16"', 'first_year = "2015-17"', 6, "plan.first_year", "not"),
    ("case.toml", "years = 3", "years = 3.5", 7, "plan.years", "whole number"),
    ("case.toml", "opening", "openning", 11, "reserves.openning", "Write opening"),
]


@pytest.fixture
def small(tmp_path):
    """Return a copy of the small case, signed off, to be spoilt."""
    folder = Path(shutil.copytree(FILES / "small_case", tmp_path / "case"))
    (folder / "sign_offs.csv").write_text(SIGNED, encoding="utf-8")
    return folder


def spoil(folder, file, there, instead):
    """Put something else in the one place where a text stands."""
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(there) == 1
    (folder / file).write_text(text.replace(there, instead), encoding="utf-8")


@pytest.mark.parametrize(
    ("check", "file", "there", "instead", "line", "column", "word"),
    SLIPS,
)
def test_one_slip_is_one_fault(small, check, file, there, instead, line, column, word):
    spoil(small, file, there, instead)
    reading = read_folder(small)
    (fault,) = all_faults(reading)
    where = line if isinstance(line, str) else f"{file} {line}"
    assert (f"{fault.file} {fault.line}", fault.column) == (where, column)
    assert word in str(fault)
    assert [c.__name__ for c in CHECKS if list(c(reading))] == [check]


@pytest.mark.parametrize(("file", "there", "instead", "line", "column", "word"), CELLS)
def test_one_bad_cell_is_one_fault(small, file, there, instead, line, column, word):
    spoil(small, file, there, instead)
    (fault,) = all_faults(read_folder(small))
    assert (fault.file, fault.line, fault.column) == (file, line, column)
    assert word in str(fault)


def test_a_day_of_signing_needs_a_name_and_a_sign_off_that_is_open_needs_neither(small):
    spoil(small, "sign_offs.csv", "A. Person", "")
    (fault,) = all_faults(read_folder(small))
    assert (fault.line, fault.column) == (2, "name")
    assert "signed on 2014-02-20" in str(fault)
    spoil(small, "sign_offs.csv", "2014-02-20", "")
    assert all_faults(read_folder(small)) == ()


def test_every_check_has_a_slip_that_only_it_finds():
    assert {slip[0] for slip in SLIPS} == {check.__name__ for check in CHECKS}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_to_a_file_stops_the_report(data):
    """Whatever is cut out of a file and put in its place, the answer is a list of faults."""
    file = data.draw(st.sampled_from(sorted(p.name for p in (FILES / "small_case").iterdir())))
    whole = (FILES / "small_case" / file).read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    stop = data.draw(st.integers(start, min(len(whole), start + 80)))
    patch = data.draw(st.binary(max_size=6) | st.sampled_from([b"\n", b'"', b",", b";", b"-1"]))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(shutil.copytree(FILES / "small_case", Path(scratch) / "case"))
        (folder / file).write_bytes(whole[:start] + patch + whole[stop:])
        found = all_faults(read_folder(folder))
    assert found == in_order(found)
    assert all(fault.wrong and fault.remedy.endswith(".") for fault in found)


def test_many_rows_of_one_unknown_name_are_one_fault(small):
    spoil(small, "providers.csv", "council_team", "council_staff")
    (fault,) = all_faults(read_folder(small))
    assert (fault.table, fault.line, fault.value) == ("offers", 3, "council_team")
    spoil(small, "streams.csv", "care_grant,", "nursing_grant,")
    found = [f for f in all_faults(read_folder(small)) if f.table == "income"]
    assert [(f.line, f.value) for f in found] == [(2, "care_grant")]
    assert "7 more rows name it" in found[0].wrong


def test_more_is_bought_today_than_the_capacity_to_come(small):
    """A provider may shrink: only what is committed must fit."""
    spoil(small, "offers.csv", "30000,,17000", "30000,,35000")
    assert all_faults(read_folder(small)) == ()


def test_what_just_fits_is_no_fault(small):
    """All of a capacity committed, a contract of one year, and a share of exactly 1."""
    spoil(small, "offers.csv", "45000,30000,", "45000,45000,")
    spoil(small, "offers.csv", "2013-14,2017-18", "2017-18,2017-18")
    spoil(small, "rules.csv", ",0.7,", ",1,")
    assert all_faults(read_folder(small)) == ()


def test_a_saving_of_all_the_fixed_cost_is_no_fault(small):
    """150,000 + 60,000 + 5,000 = 215,000, less fees of 0.9 x 10,000, is 206,000 = 0.8 x 257,500."""
    spoil(small, "proposals.csv", "saving,20000", "saving,257500")
    assert all_faults(read_folder(small)) == ()


RESERVES = "reserve,name,opening,minimum,one_off_only\n"


def test_reserves_are_given_in_one_place(small):
    """In case.toml, or in a table with rows: in both they would be counted twice."""
    table = small / "reserves.csv"
    table.write_text(RESERVES, encoding="utf-8")
    assert all_faults(read_folder(small)) == ()
    table.write_text(RESERVES + "general,General,400000,200000,no\n", encoding="utf-8")
    faults = all_faults(read_folder(small))
    assert [(f.column, f.value) for f in faults] == [
        ("reserves.opening", "400000"),
        ("reserves.minimum", "200000"),
    ]
    text = (small / "case.toml").read_text(encoding="utf-8")
    (small / "case.toml").write_text(text[: text.index("[reserves]")], encoding="utf-8")
    assert all_faults(read_folder(small)) == ()


def test_a_stream_announced_for_every_year_needs_no_history(small):
    spoil(small, "streams.csv", "care_grant,Care", "new,New grant,grant,,yes,\ncare_grant,Care")
    rows = "".join(f"new,{year},0,assumed,\n" for year in ("2015-16", "2016-17", "2017-18"))
    spoil(small, "income.csv", "council_tax,2009-10", f"{rows}council_tax,2009-10")
    assert all_faults(read_folder(small)) == ()


def replace_short_breaks(folder, rows):
    """Give one service's demand anew; the other's is on lines 2 to 15."""
    text = (folder / "demand.csv").read_text(encoding="utf-8")
    head = text[: text.index("short_breaks")]
    (folder / "demand.csv").write_text(head + "\n".join(rows), encoding="utf-8")


def quarters(*years):
    return [f"short_breaks,,{year} Q{q},1300," for year in years for q in (1, 2, 3, 4)]


def test_quarters_have_gaps_of_quarters(small):
    """Sixteen quarters but for 2014-15 Q1, the thirteenth; the next stands on line 16 + 12."""
    rows = quarters("2011-12", "2012-13", "2013-14", "2014-15")
    replace_short_breaks(small, rows[:12] + rows[13:])
    (fault,) = all_faults(read_folder(small))
    assert fault.wrong == "a gap in short_breaks: no row for 2014-15 Q1"
    assert (fault.line, fault.value) == (28, "2014-15 Q2")


def test_quarters_are_counted_by_their_whole_years(small):
    """Eleven quarters make two years and three quarters; a twelfth makes three years."""
    rows = quarters("2012-13", "2013-14", "2014-15")
    replace_short_breaks(small, rows)
    assert all_faults(read_folder(small)) == ()
    replace_short_breaks(small, rows[1:])
    (fault,) = all_faults(read_folder(small))
    assert "2 of the 3 whole years" in fault.wrong


def test_a_driver_of_two_points_has_a_gap_between_them(small):
    head = "driver,period,value\n"
    rows = "over_65,2008-09,21000\nover_65,2017-18,26100\n"
    (small / "drivers.csv").write_text(head + rows, encoding="utf-8")
    (fault,) = all_faults(read_folder(small))
    assert "no row for 2009-10, 2010-11, 2011-12, 2012-13 and others" in fault.wrong


def test_among_months_the_april_of_2003_is_a_month(small):
    """2003-04 is also a financial year, but its neighbours can be nothing but months."""
    months = [f"{2002 + n // 12}-{n % 12 + 1:02d}" for n in range(3, 39)]
    assert "2003-04" in months
    replace_short_breaks(small, [f"short_breaks,,{month},400," for month in months])
    assert all_faults(read_folder(small)) == ()


def test_faults_are_sorted_by_table_line_and_column():
    late = Fault("offers", 3, "unit_cost", "", "wrong", "Mend it.")
    early = Fault("offers", 3, "provider", "", "wrong", "Mend it.")
    first = Fault("services", 9, "name", "", "wrong", "Mend it.")
    folder = Fault("", None, "", "rates.csv", "wrong", "Mend it.")
    settings = Fault("case.toml", 40, "plan.years", "", "wrong", "Mend it.")
    assert in_order([late, first, early, settings, folder, late]) == (
        folder,
        settings,
        first,
        early,
        late,
    )


def test_a_fault_says_where_what_and_what_to_do():
    fault = Fault("offers", 7, "unit_cost", "£12.5O", "not a number", "Write it as 12.50.")
    assert str(fault) == (
        'offers.csv, line 7, unit_cost "£12.5O": not a number. Write it as 12.50.'
    )
    assert json.loads(json.dumps(fault.as_dict()))["line"] == 7
    assert fault.as_dict()["message"] == str(fault)


def test_a_cell_of_many_lines_is_shown_on_one():
    shown = str(Fault("offers", 7, "note", "a\nb" * 50, "wrong", "Mend it."))
    assert "\n" not in shown
    assert len(shown) < 120


def test_an_input_error_lists_every_fault():
    faults = [Fault("offers", n, "offer", "", "blank", "Fill it in.") for n in (3, 2)]
    error = InputError(faults)
    assert str(error).splitlines() == [
        "2 faults found:",
        "  offers.csv, line 2, offer: blank. Fill it in.",
        "  offers.csv, line 3, offer: blank. Fill it in.",
    ]
