"""How far a case can be relied on: risk by hand, and what nobody owns, agreed or signed."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from planning import Case
from planning.audit import audit_lines, audit_view, overdue, weights
from planning.papers.manifest import MANIFEST
from planning.schedules.sheets import plan_book
from planning.starter_case import case_files
from planning.verify import papers_at_odds
from tests.planning.plans import small

LINES = [
    "Assumptions: 5; the riskiest by (6 − quality) × impact, at most 25: "
    "early_help_prevents 15, care_prices 12, savings_delivered 12",
    "Nobody answers for these assumptions yet: company_trade",
    "Nobody has agreed these assumptions yet: company_trade, early_help_prevents, "
    "savings_delivered",
]
UNSIGNED = (
    "Sign-offs: 2 of 2 not signed: demand (Director of Adult Social Care); "
    "estimates (Chief finance officer)"
)


@pytest.fixture(scope="module")
def starter(tmp_path_factory):
    """Return the starter's case."""
    folder = tmp_path_factory.mktemp("starter")
    for name, content in case_files().items():
        (folder / name).write_bytes(content)
    return Case.read(folder)


def test_risk_is_what_the_evidence_lacks_times_what_hangs_on_it(starter):
    """By hand: care prices (6 - 3) x 4, council tax (6 - 4) x 5, trade (6 - 2) x 1, and so on."""
    risk = dict(zip(starter.assumptions["assumption"], weights(starter), strict=True))
    assert risk == {
        "care_prices": 12.0,
        "company_trade": 4.0,
        "council_tax_rise": 10.0,
        "early_help_prevents": 15.0,
        "savings_delivered": 12.0,
    }


def test_what_is_overdue_is_held_against_the_day_that_the_papers_bear(starter):
    """Reviews are due on 30 September 2027, 31 October and later: on the very day, none is late."""
    assert audit_lines(starter, "2027-09-30") == [*LINES, UNSIGNED]
    warning = "Warning: past their review date on 2027-10-31: the assumptions "
    assert audit_lines(starter, "2027-10-31") == [
        *LINES,
        f"{warning}savings_delivered (2027-09-30).",
        UNSIGNED,
    ]
    (told,) = overdue(starter, dated="2027-11-01")
    assert "care_prices (2027-10-31), savings_delivered (2027-09-30)" in told


def test_without_a_day_it_says_that_review_dates_are_held_against_none(starter):
    told = "Review dates: not held against a day, for none is given"
    assert audit_lines(starter, "") == [*LINES, told, UNSIGNED]


def test_a_case_that_names_none_says_so_and_one_signed_says_that(starter):
    bare = replace(
        starter, assumptions=starter.assumptions.iloc[:0], sign_offs=starter.sign_offs.iloc[:0]
    )
    assert audit_lines(bare, "") == [
        "Assumptions: the case names none, which does not mean that it makes none",
        "Sign-offs: the case names none",
    ]
    assert audit_view(bare, "").table.empty
    nobody = replace(starter, assumptions=starter.assumptions.assign(agreed_by=""))
    assert "Nobody has agreed any of the 5 assumptions yet" in audit_lines(nobody, "")
    signs = starter.sign_offs.assign(name="A. Person", date="2027-02-01")
    assert audit_lines(replace(starter, sign_offs=signs), "")[-1] == "Sign-offs: all signed, 2"


def test_in_a_notebook_every_assumption_and_sign_off_is_shown_with_what_it_lacks(starter):
    view = starter.audit(on="2027-10-15")
    shown = dict(zip(view.table["reference"], view.table["standing"], strict=True))
    assert list(shown)[:3] == ["early_help_prevents", "care_prices", "savings_delivered"]
    assert shown["savings_delivered"] == "not agreed; overdue since 2027-09-30"
    assert shown["company_trade"] == "nobody answers for it; not agreed"
    assert (shown["council_tax_rise"], shown["estimates"]) == ("in order", "not signed")
    assert "Review dates on 2027-10-15." in view.note
    assert "none is overdue" in starter.audit().note
    assert "overdue since" in view._repr_html_()


def test_the_cover_and_the_manifest_say_it_and_verify_holds_them_to_it(tmp_path):
    plan = small()
    lines = audit_lines(plan.case, "2015-02-19")
    cover = plan_book(plan.case, plan.tables, dated="2015-02-19").sheets[0].lines
    assert set(lines) <= set(cover)
    folder = plan.export(tmp_path / "plan", dated="2015-02-19")
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["audit"] == lines
    manifest["audit"] = ["Sign-offs: all signed, 2"]
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    wrong = papers_at_odds(folder, plan.tables, plan)
    assert list(wrong) == [f"{MANIFEST} says something else of the plan's audit"]


def test_the_view_holds_no_blank_that_reads_as_nought(starter):
    assert pd.isna(starter.audit().table.set_index("reference").at["estimates", "risk"])
