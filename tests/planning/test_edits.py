"""Edits of a case: what they change, what they leave, and what is refused before anything runs."""

import shutil

import pytest
from pandas.testing import assert_frame_equal

from planning.case import Case
from planning.tables.checks import all_faults
from planning.tables.edits import Edit
from planning.tables.faults import InputError
from planning.tables.reading import read_folder
from planning.tables.schema import TABLES
from tests.planning.runs import SMALL

HEAD = "scenario,table,key,column,value,source\n"


@pytest.fixture(scope="module")
def case():
    return Case.read(SMALL)


def after(case, table, key, column, value):
    return case.edit(Edit("what if", table, key, column, value)).tables[table]


@pytest.mark.parametrize(
    ("table", "key", "column", "value", "expected"),
    [
        ("offers", "hc_council", "unit_cost", "20", {1: 20.0}),
        ("offers", "hc_*", "unit_cost", "-10%", {0: 13.68, 1: 17.1, 2: 14.85}),
        ("offers", "sb_*", "indexation", "+2 points", {3: 0.045, 4: 0.04}),
        ("offers", "sb_bright", "capacity", "x0.5", {3: 1000.0}),
        ("offers", "sb_mutual", "capacity", "x0.5", {}),
        ("offers", "hc_mutual_north", "last_year", "+1 year", {2: "2018-19"}),
        ("offers", "hc_mutual_north", "last_year", "blank", {2: ""}),
        ("costs", "client_function/2016-17", "amount", "+0.5%", {1: 152760.0}),
        ("costs", "", "one_off", "yes", {0: True, 1: True, 2: True}),
    ],
)
def test_an_edit_changes_the_cells_it_names_and_no_other(case, table, key, column, value, expected):
    edited, before = after(case, table, key, column, value), case.tables[table]
    for place in before.index:
        wanted = expected.get(place, before.at[place, column])
        assert edited.at[place, column] == pytest.approx(wanted, nan_ok=True)
    assert_frame_equal(edited.drop(columns=column), before.drop(columns=column))


def test_the_case_and_its_folder_stay_as_they_are(case):
    edited = case.edit(Edit("dearer", "offers", "*", "unit_cost", "+5%"))
    assert edited.name == "Smallshire (illustrative), scenario dearer"
    assert case.offers["unit_cost"].max() == 110
    assert_frame_equal(Case.read(SMALL).offers, case.offers)


def test_edits_are_made_one_after_another(case):
    twice = case.edit(
        Edit("twice", "offers", "hc_council", "unit_cost", "+10%"),
        Edit("twice", "offers", "hc_council", "unit_cost", "x2"),
    )
    assert twice.offers.set_index("offer").at["hc_council", "unit_cost"] == pytest.approx(41.8)
    again = twice.edit(Edit("more", "offers", "hc_council", "unit_cost", "+1%"))
    assert again.offers.set_index("offer").at["hc_council", "unit_cost"] == pytest.approx(42.218)


REFUSED = [
    ("offer", "hc_council", "unit_cost", "1", "table", "Write offers"),
    ("offers", "hc_counsil", "unit_cost", "1", "key", "Write hc_council"),
    ("offers", "hc_council", "unitcost", "1", "column", "Write unit_cost"),
    ("offers", "hc_council", "offer", "x", "column", "part of the key"),
    ("offers", "hc_council", "unit_cost", "cheap", "value", "not a number"),
    ("offers", "hc_council", "unit_cost", "x0", "value", "above 0"),
    ("offers", "hc_council", "unit_cost", "blank", "value", "blank"),
    ("offers", "hc_council", "indexation", "+200 points", "value", "between"),
    ("case.toml", "", "plan.demand_quantil", "0.9", "column", "Write plan.demand_quantile"),
    ("case.toml", "", "plan.demand_quantile", "1.5", "value", "between"),
    ("outlook.income", "care_grant/*", "units", "-5%", "column", "Write amount"),
    ("outlook.income", "care_grant/*", "amount", "less", "value", "a change"),
]


@pytest.mark.parametrize(("table", "key", "column", "value", "at", "word"), REFUSED)
def test_an_edit_that_is_none_is_refused_with_its_cell(case, table, key, column, value, at, word):
    with pytest.raises(InputError) as refusal:
        case.edit(Edit("what if", table, key, column, value, line=7))
    (fault,) = refusal.value.faults
    assert (fault.table, fault.line, fault.column) == ("scenarios", 7, at)
    assert word in str(fault)


def test_a_scenario_that_puts_the_case_at_fault_is_told_when_the_case_is_checked(tmp_path):
    """A commitment of 60,000 of a capacity of 45,000; and an edit of an offer that is not there."""
    folder = shutil.copytree(SMALL, tmp_path / "case")
    rows = [
        "more,offers,hc_council,committed,x2,illustrative",
        "less,offers,hc_nobody,unit_cost,-5%,illustrative",
    ]
    (folder / "scenarios.csv").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    faults = {fault.value: fault for fault in all_faults(read_folder(folder))}
    assert set(faults) == {"more", "hc_nobody"}
    assert "above the offer's capacity, 45,000" in str(faults["more"])
    assert "offers.csv has no such row" in str(faults["hc_nobody"])


def test_a_scenario_of_the_case_is_its_edits(tmp_path):
    folder = shutil.copytree(SMALL, tmp_path / "case")
    row = "dearer,offers,hc_*,unit_cost,+10%,illustrative\n"
    (folder / "scenarios.csv").write_text(HEAD + row, encoding="utf-8")
    case = Case.read(folder)
    costs = case.scenario("dearer").offers.set_index("offer")["unit_cost"]
    assert costs[["hc_council", "sb_mutual"]].tolist() == pytest.approx([20.9, 85])
    with pytest.raises(KeyError, match="no scenario cheaper"):
        case.scenario("cheaper")
    (folder / "scenarios.csv").write_text(HEAD, encoding="utf-8")
    with pytest.raises(InputError, match="changed since"):
        case.scenario("dearer") if "dearer" in Case.read(folder).scenarios else case.edit(
            Edit("x", "offers", "*", "unit_cost", "+1%")
        )


@pytest.mark.parametrize(
    "table", [t for t in TABLES if t != "scenarios" and (SMALL / f"{t}.csv").exists()]
)
def test_an_edit_that_says_what_is_there_changes_nothing(case, table):
    """The first row of every table, given its own value again in each of its columns."""
    frame = case.tables[table]
    spec = TABLES[table]
    for column in spec.columns:
        value = frame.iloc[0][column.name]
        if column.key or column.name in ("source", "note"):
            continue
        said = "blank" if value in ("", None) or value != value else str(value)
        said = {"True": "yes", "False": "no"}.get(said, said)
        parts = [str(frame.iloc[0][name]) for name in spec.key]
        if any(name in ("from_units", "lag_years") for name in spec.key):
            parts = ["*"] * len(parts)
        assert_frame_equal(after(case, table, "/".join(parts), column.name, said), frame)
