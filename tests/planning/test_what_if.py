"""What if: what a few changes come to, what is refused, and what is saved of it."""

import shutil

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from planning import Case, InputError
from planning.what_if import Values, WhatIf
from tests.planning import plans
from tests.planning.runs import SMALL


@pytest.fixture(scope="module")
def asked():
    return WhatIf.of(plans.small().case, plans.small().outlook)


@pytest.fixture
def own(tmp_path):
    """Return a copy of the case, to save to."""
    folder = shutil.copytree(SMALL, tmp_path / "case")
    return folder, WhatIf.of(Case.read(folder), plans.small().outlook)


def test_nothing_changed_is_the_case_as_it_is(asked):
    tried = asked.tried(Values(demand_quantile=0.5, outcome="safe_care", failing=""))
    assert tried.words == "nothing changed"
    for name in ("budget", "demand", "goals"):
        assert_frame_equal(tried.tables[name], getattr(plans.small().allocation, name))
    assert (asked.figures(tried).table["change"] == 0.0).all()


def test_what_is_tried_is_the_plan_made_from_nothing(asked):
    """Read, forecast, planned and explained anew; prices and certificates are left to that."""
    values = Values(
        grant=-0.05,
        council_tax=0.02,
        demand_quantile=0.8,
        outcome="safe_care",
        target=-0.1,
        trading=0.5,
    )
    anew = Case.read(SMALL).edit(*values.edits(asked.case)).plan()
    tried = asked.tried(values)
    for name in ("allocation", "demand", "income", "budget", "reserves", "organisations", "goals"):
        assert_frame_equal(tried.tables[name], getattr(anew.allocation, name))
    figures = asked.figures(tried).table.set_index("figure")
    budget = anew.allocation.budget
    cost = (budget["cost"] + budget["fixed_cost"]).sum()
    assert figures.at["Cost, all years", "after"] == pytest.approx(cost, abs=0.01)
    assert not budget.equals(plans.small().allocation.budget)


def test_income_and_targets_change_by_just_what_is_asked(asked):
    """5% less of the care grant, 2% more council tax and a target of 0.82 less a tenth, 0.738."""
    tried = asked.tried(Values(grant=-0.05, council_tax=0.02, outcome="safe_care", target=-0.1))
    before, after = (
        t["income"].groupby("stream")["amount"].sum() for t in (asked.before, tried.tables)
    )
    assert after["care_grant"] == pytest.approx(0.95 * before["care_grant"])
    assert after["council_tax"] == pytest.approx(1.02 * before["council_tax"])
    targets = tried.tables["targets"].groupby("outcome")["target"].first()
    assert targets["safe_care"] == pytest.approx(0.738)
    assert targets["carers_rested"] == 280.0
    assert tried.words == (
        "grants 5% less; council tax 2% more; target “"
        + asked.case.outcomes.set_index("outcome").at["safe_care", "name"]
        + "” 10% lower"
    )


def test_a_provider_that_fails_sells_nothing(asked):
    tried = asked.tried(Values(failing="council_team"))
    offers = asked.case.offers.set_index("offer")["provider"]
    sold = tried.tables["allocation"].assign(by=lambda t: t["offer"].map(offers))
    assert sold.loc[sold["by"] == "council_team", "used"].sum() == 0.0
    assert asked.before["allocation"]["offer"].map(offers).eq("council_team").any()


def test_what_cannot_hold_together_is_told_and_has_no_figures(asked):
    """What is bought of the other may not change so much in a year."""
    tried = asked.tried(Values(failing="care_mutual"))
    assert not tried.tables
    assert tried.lines[0] == "No plan keeps every rule. These cannot all hold:"
    assert any(
        "rules.csv, steady_hands: max_change of 0.6 for sb_bright" in line for line in tried.lines
    )


def test_a_change_that_the_case_may_not_have_is_refused_in_its_words(asked):
    tried = asked.tried(Values(demand_quantile=1.5))
    assert not tried.tables
    assert 'scenarios.csv, value "1.5": ' in tried.lines[0]


def test_what_the_case_invents_is_said(asked):
    assert asked.tried(Values(grant=-0.05)).lines[-1].startswith("Illustrative: some or all of")


def test_the_table_by_year_tells_before_from_after(asked):
    table = asked.by_year(asked.tried(Values(grant=-0.2))).table
    assert list(table["year"]) == list(asked.case.years)
    budget = plans.small().allocation.budget
    assert_same(table["cost, as it is"], budget["cost"] + budget["fixed_cost"])
    assert_same(table["income, as it is"], budget["income"] + budget["trading"])
    assert (table["income, after"] < table["income, as it is"]).all()


def assert_same(one, other):
    pd.testing.assert_series_equal(one, other, check_names=False)


def test_what_is_saved_is_read_back_and_planned_alike(own):
    folder, asked = own
    values = Values(grant=-0.05, demand_quantile=0.8, failing="council_team")
    after = asked.saved(values, "worse")
    read = Case.read(folder).scenario("worse")
    assert {(e.table, e.key, e.column, e.value) for e in read.edits} == {
        (e.table, e.key, e.column, e.value) for e in values.edits(asked.case)
    }
    tried = after.tried(values)
    assert_frame_equal(WhatIf.of(read, asked.outlook).before["budget"], tried.tables["budget"])
    assert "grants 5% less" in read.scenarios["source"].iloc[0]


def test_the_next_is_saved_below_and_nothing_else_of_the_file_changes(own):
    folder, asked = own
    file = folder / "scenarios.csv"
    first = "\ufeffnote,value,scenario,table,key,column\r\nas it was,x0.5,half,offers,*,unit_cost"
    file.write_bytes(first.encode())
    asked = WhatIf.of(Case.read(folder), asked.outlook)
    asked = asked.saved(Values(grant=-0.05), "less").saved(Values(council_tax=0.01), "more")
    assert file.read_bytes().startswith(first.encode() + b"\r\n")
    rows = file.read_bytes().decode("utf-8-sig").split("\r\n")
    assert rows[2:] == [
        ",x0.95,less,outlook.income,care_grant/*,amount",
        ",x1.01,more,outlook.income,council_tax/*,amount",
        "",
    ]
    assert sorted(set(asked.case.scenarios["scenario"])) == ["half", "less", "more"]


@pytest.mark.parametrize(
    ("values", "name", "told"),
    [
        (Values(grant=-0.05), "half", 'line 2, scenario "half": the case has a scenario of this'),
        (Values(grant=-0.05), " half ", "the case has a scenario of this name"),
        (Values(grant=-0.05), "", "scenario: blank"),
        (Values(grant=-0.05), "two\nlines", "scenario"),
        (Values(grant=-0.05), "=cmd()", "begins as a formula"),
        (Values(), "none", "nothing is changed"),
        (Values(demand_quantile=1.5), "impossible", "out of range: it must be between 0 and 1"),
    ],
    ids=["taken", "taken with spaces", "none", "lines", "formula", "unchanged", "at fault"],
)
def test_what_may_not_be_saved_is_refused_and_nothing_is_written(own, values, name, told):
    folder, asked = own
    file = folder / "scenarios.csv"
    file.write_text("scenario,table,key,column,value\nhalf,offers,*,unit_cost,x0.5\n")
    asked = WhatIf.of(Case.read(folder), asked.outlook)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(InputError) as refusal:
        asked.saved(values, name)
    assert told in str(refusal.value)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_nothing_is_saved_to_a_case_whose_files_have_changed(own):
    folder, asked = own
    costs = folder / "costs.csv"
    costs.write_text(costs.read_text().replace("illustrative", "illustrative again", 1))
    with pytest.raises(InputError, match="changed since it was read"):
        asked.saved(Values(grant=-0.05), "late")
    assert not (folder / "scenarios.csv").exists()
    assert "changed since it was read" in asked.tried(Values(grant=-0.05)).lines[0]
