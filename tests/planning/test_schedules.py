"""The schedules of a budget paper: they add up, and say what they are."""

from dataclasses import replace

import pandas as pd
import pytest
from numpy.testing import assert_allclose

from planning import Case
from planning.audit import overdue
from planning.counted import promised
from planning.papers.columns import Kind
from planning.papers.csv_files import csv_bytes, read_table
from planning.schedules.assumptions import assumption_schedule
from planning.schedules.bodies import CORE, budget_by_organisation
from planning.schedules.book import schedules
from planning.schedules.decisions import decision_schedule
from planning.schedules.mtfs import BESIDE, FUNDING, REQUIREMENT, mtfs
from planning.schedules.proposals import proposal_schedule
from planning.schedules.provenance import provenance_schedule
from planning.schedules.register import contracts_register
from planning.schedules.reserves import reserve_schedule
from planning.schedules.sheets import plan_book
from planning.tables.edits import Edit
from tests.planning.plans import northamptonshire, small
from tests.planning.runs import SMALL

PLANS = [small, northamptonshire]
PENNY = 0.005


def spent(plan):
    budget = plan.allocation.budget
    return (budget["cost"] + budget["fixed_cost"]).to_numpy()


def section(made, name, case):
    rows = made.rows[made.rows["section"] == name].set_index("line")
    return rows[list(case.years)]


@pytest.mark.parametrize("made", PLANS)
def test_the_lines_of_each_section_add_up_to_the_budget_to_the_penny(made):
    plan = made()
    schedule = mtfs(plan.case, plan.tables)
    for name in (REQUIREMENT, FUNDING):
        lines = section(schedule, name, plan.case)
        assert_allclose(lines.iloc[-1], spent(plan), atol=PENNY, rtol=0)
        assert_allclose(lines.iloc[:-1].sum(), lines.iloc[-1], atol=PENNY, rtol=0)


@pytest.mark.parametrize("made", PLANS)
def test_each_year_brings_forward_what_the_year_before_required(made):
    plan = made()
    lines = section(mtfs(plan.case, plan.tables), REQUIREMENT, plan.case)
    brought, needed = lines.loc["Requirement brought forward"], lines.loc["Requirement"]
    assert_allclose(brought.iloc[1:], needed.iloc[:-1], atol=PENNY, rtol=0)


def test_what_northamptonshire_brings_forward_is_the_published_year_before():
    """The README of the case ties it: £459.174m in 2014-15."""
    plan = northamptonshire()
    lines = section(mtfs(plan.case, plan.tables), REQUIREMENT, plan.case)
    assert lines.loc["Requirement brought forward"].iloc[0] == pytest.approx(459.174e6, abs=500)


def test_the_lines_of_the_small_case_can_be_followed_by_hand():
    """Pressures 5,000, 15,000, 25,000 rise by 5,000, 10,000, 10,000.

    One site saves 20,000, then 40,000, of which 0.8 is expected: -16,000, -16,000, nil. Fees of
    10,000, 20,000, 25,000 at 0.9: -9,000, -9,000, -4,500. Set-up of 60,000 and rostering of 10,000
    are of the first year alone. The client function is 150,000, 152,000, 154,000.
    """
    plan = small()
    lines = section(mtfs(plan.case, plan.tables), REQUIREMENT, plan.case)
    by_hand = {
        "One-off cost of the year before removed": [0, -70_000, 0],
        "Commitments: recurring cost that no unit buys": [0, 2_000, 2_000],
        "Pressures": [5_000, 10_000, 10_000],
        "Investments": [0, 0, 0],
        "One-off cost of the year, less one-off savings": [70_000, 0, 0],
        "Savings, as expected to be delivered": [-16_000, -16_000, 0],
        "New income, as expected to be delivered": [-9_000, -9_000, -4_500],
    }
    for line, amounts in by_hand.items():
        assert_allclose(lines.loc[line], amounts, atol=PENNY, rtol=0)


def test_inflation_and_demand_are_those_of_last_years_purchases():
    """By hand from allocation.csv: cost times indexation; units more at its indexed price."""
    plan = small()
    bought, needed = plan.allocation.allocation, plan.allocation.demand
    first, second = plan.case.years[:2]
    rate = {"hc_bright_south": 0.025, "hc_council": 0.02, "hc_mutual_north": 0.015}
    rate |= {"sb_bright": 0.025, "sb_mutual": 0.02}
    inflation, demand = 0.0, 0.0
    for service in ("home_care", "short_breaks"):
        last = bought[(bought["service"] == service) & (bought["year"] == first)]
        rises = sum(row.cost * rate[row.offer] for row in last.itertuples())
        units = needed[needed["service"] == service].groupby("year")["demand"].sum()
        price = (last["cost"].sum() + rises) / last["paid"].sum()
        inflation += rises
        demand += (units[second] - units[first]) * price
    lines = section(mtfs(plan.case, plan.tables), REQUIREMENT, plan.case)
    assert lines.at["Price inflation of what is bought", second] == pytest.approx(inflation)
    assert lines.at["Demand", second] == pytest.approx(demand)


def test_the_first_years_inflation_is_what_last_years_demand_costs_more_at_todays_mix():
    """Known demand of 2014-15 at what a unit of today's purchases costs more than a year before.

    79,500 hours at (17,000 * 15.20 + 42,000 * 19 + 20,000 * 16.50) / 79,000 = £17.549 an hour, each
    offer a step of its indexation less the year before; and 5,560 short breaks.
    """
    plan = small()
    hours = 17_000 * (15.2 - 15.2 / 1.025) + 42_000 * (19 - 19 / 1.02)
    hours += 20_000 * (16.5 - 16.5 / 1.015)
    breaks = 1_600 * (110 - 110 / 1.025) + 4_000 * (85 - 85 / 1.02)
    by_hand = hours / 79_000 * 79_500 + breaks / 5_600 * 5_560
    lines = section(mtfs(plan.case, plan.tables), REQUIREMENT, plan.case)
    assert lines.loc["Price inflation of what is bought"].iloc[0] == pytest.approx(by_hand)
    assert by_hand == pytest.approx(37_877, abs=1)


def test_grants_change_by_what_the_case_announces():
    """The care grant: 566,000 before the plan, 541,000 confirmed, 520,000 indicative."""
    plan = small()
    lines = section(mtfs(plan.case, plan.tables), BESIDE, plan.case)
    moved = lines.loc["Change in grants on the year before"]
    assert_allclose(moved.iloc[:2], [-25_000, -21_000], atol=PENNY, rtol=0)


def test_a_grant_of_which_no_earlier_year_is_known_is_named_in_a_note_and_no_tax_is():
    """New Homes Bonus stands in the case from 2015-16 on."""
    whole = northamptonshire()
    notes = mtfs(whole.case, whole.tables).notes
    (told,) = [note for note in notes if "no year before the plan" in note]
    assert told.startswith("Of New Homes Bonus no year before the plan is known")
    plan = small()
    known = plan.case.income["period"] < plan.case.years[0]
    tax = plan.case.income["stream"] == "council_tax"
    bare = replace(plan.case, income=plan.case.income[~(known & tax)])
    assert not [n for n in mtfs(bare, plan.tables).notes if "no year before the plan" in n]


@pytest.mark.parametrize("made", PLANS)
def test_every_year_opens_with_what_reserves_held_and_says_what_is_above_the_floor(made):
    """The first with what the case says: £400,000 in Smallshire, above a floor of £200,000."""
    plan = made()
    rows = reserve_schedule(plan.case, plan.tables).rows
    assert rows["opening"].iloc[0] == pytest.approx(plan.case.settings.opening)
    assert_allclose(rows["opening"].iloc[1:], rows["balance"].iloc[:-1], atol=PENNY, rtol=0)
    assert_allclose(rows["opening"] - rows["drawn"], rows["balance"], atol=PENNY, rtol=0)
    assert_allclose(rows["minimum"] + rows["headroom"], rows["balance"], atol=PENNY, rtol=0)
    assert (rows["minimum"] == plan.case.settings.minimum).all()


@pytest.mark.parametrize("made", PLANS)
def test_the_budgets_of_all_organisations_are_the_budget(made):
    plan = made()
    rows = budget_by_organisation(plan.case, plan.tables).rows.set_index("organisation")
    assert_allclose(rows.loc["All organisations"], spent(plan), atol=PENNY, rtol=0)
    assert_allclose(rows.iloc[:-1].sum(), spent(plan), atol=PENNY, rtol=0)


def test_the_retained_core_is_an_organisation_of_the_budget():
    """Its own costs less what proposals of the council take away, by hand from the case."""
    plan = northamptonshire()
    rows = budget_by_organisation(plan.case, plan.tables).rows.set_index("organisation")
    year = plan.case.years[0]
    costs = 60_736_000 + 6_750_000 + 41_641_334
    pressures = 967_827 + 756_770
    savings = 0.4 * 6e6 + 0.6 * 12e6 + 0.4 * 6e6 + 0.6 * 5e6 + 0.7 * 10e6
    assert rows.at[CORE, year] == pytest.approx(costs + pressures - savings)


def test_proposals_are_in_thousands_with_their_sign_and_their_delivery():
    plan = small()
    rows = proposal_schedule(plan.case, plan.tables).rows.set_index("description")
    one = rows.loc["Client function on one site"]
    assert (one["2015-16"], one["2016-17"], one["delivery"]) == (-20.0, -40.0, 0.8)
    assert (one["recurs"], one["risk"], one["equality_reference"]) == ("Ongoing", "Amber", "EIA-1")
    once = rows.loc["Rostering software"]
    assert (once["2015-16"], once["recurs"]) == (10.0, "One-off")
    assert pd.isna(once["2016-17"])
    proposed = rows.loc["All proposals, as proposed"]
    delivered = rows.loc["All proposals, as expected to be delivered"]
    assert proposed["2015-16"] == pytest.approx(-20 - 10 + 5 + 10)
    assert delivered["2015-16"] == pytest.approx(-16 - 9 + 5 + 10)


def test_a_saving_whose_delivery_is_blank_counts_whole_and_says_so():
    plan = small()
    blank = replace(plan.case, proposals=plan.case.proposals.assign(delivery=float("nan")))
    rows = proposal_schedule(blank, plan.tables).rows.set_index("description")
    assert rows.loc["Client function on one site", "delivery"] == 1.0
    proposed, delivered = rows.loc["All proposals, as proposed"], rows.iloc[-1]
    assert delivered["2015-16"] == proposed["2015-16"] == pytest.approx(-20 - 10 + 5 + 10)


def test_no_saving_of_a_body_that_never_exists_within_the_plan_is_relied_on():
    """Staying as it is, the council counts on none of the mutual's £9m at one half.

    The sum that is left is (20 + 10 + 9 + 12 + 6 + 6 + 5)m, each at its share: £34.5m, of the
    same £77.0m proposed; with the mutual £39.0m.
    """
    plan = northamptonshire()
    shares = ((20, 0.4), (10, 0.7), (9, 0.5), (12, 0.6), (6, 0.4), (6, 0.4), (5, 0.6), (9, 0.5))
    told = {"as it is": plan.case, "never": plan.case.scenario("stay_as_we_are")}
    relied = {name: promised(case, "2019-20") for name, case in told.items()}
    gone = relied["never"]["counted"] == 0.0
    assert relied["never"].loc[gone, "organisation"].unique().tolist() == [
        "child_protection_mutual"
    ]
    assert {name: due["amount"].sum() for name, due in relied.items()} == dict.fromkeys(told, 77e6)
    assert relied["as it is"]["counted"].sum() == pytest.approx(
        1e6 * sum(amount * share for amount, share in shares)
    )
    assert relied["never"]["counted"].sum() == pytest.approx(34.5e6)


def test_the_contracts_register_leaves_out_the_councils_own_and_says_what_is_not_known():
    plan = northamptonshire()
    rows = contracts_register(plan.case, plan.tables).rows.set_index("reference")
    own = plan.case.providers.set_index("provider")["sector"]
    assert not any(
        own[plan.case.offers.set_index("offer").at[one, "provider"]] == "in_house"
        for one in rows.index
    )
    charity = rows.loc["fos_charity"]
    assert (charity["voluntary"], charity["registration"]) == ("Yes", "[x]")
    company = rows.loc["fos_agency_a"]
    assert (company["voluntary"], company["registration"]) == ("No", "[z]")
    assert (company["review"], company["tendered"], company["end"]) == ("[x]", "[x]", "")
    assert pd.isna(company["vat"])
    # A public body is neither small nor voluntary; of a mutual it cannot be told.
    asked = ["sme", "voluntary", "registration"]
    assert rows.loc["nur_nhs", asked].tolist() == ["[z]", "No", "[z]"]
    assert rows.loc["hc_mutual", asked].tolist() == ["[x]", "[x]", "[x]"]
    assert rows.loc["fos_agency_a", asked].tolist() == ["[x]", "No", "[z]"]
    paid = plan.allocation.allocation.groupby("offer")["cost"].sum()
    assert_allclose(rows["sum"], paid[rows.index])


def test_assumptions_stand_weakest_for_their_weight_first(tmp_path):
    """Weights 5 x (6 - 1) = 25, 5 x (6 - 5) = 5, 3 x (6 - 2) = 12."""
    case = with_tables(
        tmp_path,
        assumptions="assumption,statement,value,quality,impact,owner,agreed_by,review_by\n"
        "a,Demand is as measured,,5,5,,,\n"
        "b,Savings come in half,0.5,1,5,Head of finance,,2026-01-31\n"
        "c,Prices rise as they did,,2,3,,,\n",
    )
    rows = assumption_schedule(case, small().tables).rows
    assert list(rows["assumption"]) == ["b", "c", "a"]
    assert list(rows["owner"]) == ["Head of finance", "", ""]
    (warning,) = overdue(case, dated="2026-02-01")
    assert warning.endswith("on 2026-02-01: the assumptions b (2026-01-31).")
    assert overdue(case, dated="2026-01-31") == overdue(case, dated="") == ()
    assert warning in plan_book(case, small().tables, dated="2026-02-01").sheets[0].lines


def test_what_is_not_signed_stands_before_what_is_and_before_decisions(tmp_path):
    case = with_tables(
        tmp_path,
        decisions="decision,statement,body,date,reference\n"
        "d1,The budget is adopted,Full council,2015-02-19,Minute 12\n",
        sign_offs="sign_off,statement,role,name,date\n"
        "a,The estimates are robust,Chief finance officer,A Person,2015-02-12\n"
        "b,The equality assessment is whole,Monitoring officer,,\n",
    )
    rows = decision_schedule(case, small().tables).rows
    assert list(rows["reference"]) == ["b", "a", "d1"]
    assert list(rows["status"]) == ["Not signed", "Signed", "Decided"]
    assert rows["name"].iloc[0] == ""


def with_tables(tmp_path, **files):
    """Return the small case with more tables."""
    for path in SMALL.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    for name, content in files.items():
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    return Case.read(tmp_path)


@pytest.mark.parametrize("made", PLANS)
def test_every_row_of_the_case_has_its_source_told_what_is_invented_first(made):
    plan = made()
    rows = provenance_schedule(plan.case, plan.tables).rows
    told = {name: len(table) for name, table in plan.case.tables.items() if len(table)}
    told.pop("scenarios", None)
    assert rows.groupby("table")["rows"].sum().to_dict() == {f"{n}.csv": c for n, c in told.items()}
    invented = rows[rows["illustrative"] == "Yes"]
    assert list(invented.index) == list(range(len(invented)))
    by_table = invented.groupby("table")["rows"].sum().to_dict()
    assert by_table == {f"{n}.csv": c for n, c in plan.case.illustrative().items()}


@pytest.mark.parametrize("made", PLANS)
def test_schedules_read_back_from_the_csv_files_are_the_same(made, tmp_path):
    """So that verify can make the same papers."""
    plan = made()
    read = {}
    for name, table in plan.tables.items():
        path = tmp_path / f"{name}.csv"
        path.write_bytes(csv_bytes(table))
        read[name] = read_table(path, name)
    for one, other in zip(
        schedules(plan.case, plan.tables), schedules(plan.case, read), strict=True
    ):
        assert one.notes == other.notes
        pd.testing.assert_frame_equal(one.rows, other.rows, check_exact=True)


@pytest.mark.parametrize("made", PLANS)
def test_a_schedule_has_the_columns_it_says_each_of_its_kind_and_unit(made):
    plan = made()
    for schedule in schedules(plan.case, plan.tables):
        assert list(schedule.rows.columns) == [c.name for c in schedule.table.columns]
        for column in schedule.table.columns:
            cells = schedule.rows[column.name]
            if column.kind is Kind.TEXT:
                assert all(isinstance(cell, str) for cell in cells)
            else:
                assert cells.dtype == float
                assert column.heading.endswith(")")


def test_a_negative_nil_is_never_told():
    for made in PLANS:
        plan = made()
        rows = mtfs(plan.case, plan.tables).rows[list(plan.case.years)]
        assert "-0.0" not in {repr(float(cell)) for cell in rows.to_numpy().ravel()}


def test_an_edit_of_the_case_is_seen_in_its_schedules():
    """Delivery of 0.5 in place of 0.8: 20,000 x 0.5 = 10,000."""
    case = Case.read(SMALL).edit(Edit("half", "proposals", "one_site/*", "delivery", "0.5"))
    plan = case.plan()
    lines = section(mtfs(case, plan.tables), REQUIREMENT, case)
    assert lines.at["Savings, as expected to be delivered", case.years[0]] == -10_000.0
