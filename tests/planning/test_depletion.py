"""When reserves run out: hand-worked on one path, and properties on many."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.paths import Paths
from planning.case import Case
from planning.delivery import AS_EXPECTED, HALF_AND_LATE, IN_FULL, NONE, Delivery
from planning.depletion import Depletion, deplete, edited_paths, share_needed
from planning.outlook import look_ahead
from planning.pressure import cost_of_demand, income_by_year, service_units, unit_prices
from tests.planning.runs import SMALL

SERIES = (
    "demand:home_care/north",
    "demand:home_care/south",
    "demand:short_breaks",
    "income:care_grant",
    "income:council_tax",
)
TODAY = (46_000.0, 33_000.0, 5_600.0, 541_000.0, 1_600_000.0)
"""Demand as what is bought today: 79,000 hours for £1,386,400 and 5,600 nights for £516,000."""


@pytest.fixture(scope="module")
def ahead():
    return look_ahead(Case.read(SMALL))


def on(outlook, *paths):
    """Return an outlook with these paths, each the same in every year."""
    values = np.array(paths, dtype=float).T[:, np.newaxis, :]
    years = outlook.case.years
    return replace(outlook, paths=Paths(SERIES, years, np.repeat(values, len(years), axis=1)))


def test_one_path_by_hand(ahead):
    """1,386,400 + 516,000 + 210,000 + 5,000 + 10,000 = 2,127,400 to pay in the first year.

    1,600,000 + 541,000 of income, 25,000 delivered and 3,000 of trade: 400,000 becomes 441,600.
    """
    made = deplete(on(ahead, TODAY))
    assert (made.opening, made.minimum) == (400_000, 200_000)
    assert made.balances[0] == pytest.approx([441_600])


def test_later_years_add_up_by_hand(ahead):
    """Hours at 2.5%, 2% and 1.5% more, nights at 2.5% and 2%; 152,000 and 15,000 fixed."""
    made = deplete(on(ahead, TODAY))
    care = 79_000 * (17_000 * 15.2 * 1.025 + 42_000 * 19 * 1.02 + 20_000 * 16.5 * 1.015) / 79_000
    nights = 1_600 * 110 * 1.025 + 4_000 * 85 * 1.02
    second = 1_600_000 + 541_000 + 18_000 + 32_000 + 3_000 - care - nights - 152_000 - 15_000
    assert made.balances[1] == pytest.approx([441_600 + second])


def test_ring_fenced_income_beyond_what_it_may_pay_for_is_no_help(ahead):
    """Home care costs 1,386,400, and its rostering 10,000: no more of the grant can be used."""
    made = deplete(on(ahead, (*TODAY[:3], 2_000_000.0, TODAY[4])))
    assert made.balances[0] == pytest.approx([400_000 + 1_600_000 + 1_396_400 + 28_000 - 2_127_400])


def test_a_saving_on_what_a_grant_pays_for_leaves_more_of_it_unused(ahead):
    """One site's 16,000 saved on home care: no more than 1,380,400 of the grant can be used."""
    table = ahead.case.proposals
    moved = table.assign(
        service=table["service"].mask(table["proposal"] == "one_site", "home_care")
    )
    one = on(ahead, (*TODAY[:3], 2_000_000.0, TODAY[4]))
    made = deplete(replace(one, case=replace(ahead.case, proposals=moved)))
    assert made.balances[0] == pytest.approx([400_000 + 1_600_000 + 1_380_400 + 28_000 - 2_127_400])


def test_savings_that_are_late_come_a_year_later_and_none_not_at_all(ahead):
    one = on(ahead, TODAY)
    assert deplete(one, NONE).balances[0] == pytest.approx([441_600 - 28_000])
    late = deplete(one, Delivery("late", late=1)).balances
    assert late[:, 0] - deplete(one, NONE).balances[:, 0] == pytest.approx(
        [3_000, 31_000, 84_000]  # 3,000 of trade a year, then 25,000, then 50,000 more
    )


def test_reserves_for_one_off_cost_pay_that_first_and_nothing_else(ahead):
    """Setting up 60,000 and rostering 10,000; 50,000 of a pot's 80,000 may be used."""
    rows = [("any", 300_000.0, 100_000.0, False), ("change", 80_000.0, 30_000.0, True)]
    reserves = pd.DataFrame(rows, columns=["reserve", "opening", "minimum", "one_off_only"])
    apart = replace(on(ahead, TODAY), case=replace(ahead.case, reserves=reserves))
    made = deplete(apart)
    assert (made.opening, made.minimum) == (300_000, 100_000)
    assert made.balances[0] == pytest.approx([300_000 + 41_600 + 50_000])
    steps = np.diff(made.balances[:, 0]), np.diff(deplete(on(ahead, TODAY)).balances[:, 0])
    np.testing.assert_allclose(*steps)


def test_on_every_path_it_is_income_and_what_comes_less_cost(ahead):
    """As the jaws have them, but for what is ring-fenced and cannot be used: none here."""
    case, paths = ahead.case, ahead.paths
    apart = income_by_year(case, paths) - cost_of_demand(case, paths)
    given_back = income_by_year(case, paths)[:, :] * 0.0
    grant = paths.series.index("income:care_grant")
    care = np.array(
        [
            service_units(case, paths, "home_care", year) * unit_prices(case, year)["home_care"]
            + (10_000 if year == "2015-16" else 0)
            for year in case.years
        ]
    )
    columns = [paths.periods.index(year) for year in case.years]
    given_back += np.maximum(paths.values[grant, columns] - care, 0.0)
    other = np.array([28_000, 53_000, 57_500])[:, np.newaxis]
    expected = 400_000 + np.cumsum(apart + other - given_back, axis=0)
    np.testing.assert_allclose(deplete(ahead).balances, expected)


def test_edits_of_what_is_forecast_change_every_path(ahead):
    few = replace(ahead, paths=replace(ahead.paths, values=ahead.paths.values[:, :, :50]))
    edited = few.of(few.case.edit(council_tax="-10%"))
    before, after = few.paths, edited_paths(edited)
    row = before.series.index("income:council_tax")
    np.testing.assert_allclose(after.values[row], 0.9 * before.values[row])
    kept = [place for place in range(len(before.series)) if place != row]
    np.testing.assert_array_equal(after.values[kept], before.values[kept])
    assert (deplete(edited).balances < deplete(few).balances).all()


def test_reserves_that_have_run_out_have_run_out_for_good():
    """Below 10 in the second year and above it in the third; 10 itself is not below."""
    balances = np.array([[10.0, 30.0], [5.0, 20.0], [40.0, 0.0]]) * 1e6
    made = Depletion(Case.read(SMALL), AS_EXPECTED, 5e7, 1e7, balances)
    assert made.out.tolist() == [[False, False], [True, False], [True, True]]
    assert made.chances()["run_out"].to_list() == [0.0, 0.5, 1.0]
    assert made.year_by(0.5) == "2016-17"
    assert made.year_by(0.6) == "2017-18"
    assert made.chance("2016-17") == 0.5
    assert made.bands().loc[1, "median"] == pytest.approx(12.5e6)


def test_where_they_never_run_out_no_year_is_named():
    made = Depletion(Case.read(SMALL), AS_EXPECTED, 5e7, 1e7, np.full((3, 4), 2e7))
    assert made.year_by(0.01) == ""
    assert "in fewer than half the futures" in made.view().title


@pytest.mark.parametrize(
    ("less", "more", "extra"), [(0.0, 0.3, 0.0), (0.4, 0.5, 3e4), (0.6, 1.0, 9e4)]
)
def test_more_savings_or_more_reserves_never_run_out_earlier(ahead, less, more, extra):
    poor, rich = (deplete(ahead, Delivery("some", share)) for share in (less, more))
    assert (rich.out <= poor.out).all()
    own = ahead.case.settings
    richer = replace(ahead, case=replace(ahead.case, settings=replace(own, opening=4e5 + extra)))
    assert (deplete(richer, Delivery("some", less)).out <= poor.out).all()
    assert poor.out[-1].any()


def test_the_share_of_savings_that_is_needed_by_hand(ahead):
    """Without savings 413,600 + 3,000 of trade; 231,600 less council tax leaves 185,000.

    15,000 of 30,000 keep 200,000: a half. With 16,000 less council tax not even all suffice.
    """
    one = on(ahead, (*TODAY[:4], TODAY[4] - 231_600))
    assert share_needed(one, year="2015-16", chance=0.0) == pytest.approx(0.5)
    poorer = on(ahead, (*TODAY[:4], TODAY[4] - 231_600 - 16_000))
    assert share_needed(poorer, year="2015-16", chance=0.0) is None
    both = on(ahead, (*TODAY[:4], TODAY[4] - 231_600), (*TODAY[:4], TODAY[4] - 247_600))
    assert share_needed(both, year="2015-16", chance=0.5) == pytest.approx(0.5)
    assert share_needed(both, year="2015-16", chance=0.4) is None


def test_what_is_bought_without_demand_is_bought_as_today(ahead):
    case = replace(ahead.case, services=ahead.case.services)
    bare = Paths(SERIES[:2] + SERIES[3:], case.years, np.ones((4, 3, 2)))
    assert service_units(case, bare, "short_breaks", "2016-17").tolist() == [5_600.0] * 2
    assert service_units(case, bare, "home_care", "2016-17").tolist() == [2.0] * 2


def test_it_shows_itself_with_figures_and_the_chart_in_words(ahead):
    made = deplete(ahead, HALF_AND_LATE)
    page = made._repr_html_()
    assert "<caption" in page
    assert "£200,000" in page
    band = made.bands().iloc[0]
    assert f"2015-16 £{band['median'] / 1e6:,.1f}m" in made.chart().alt
    assert f"{made.chance('2017-18'):.0%} of futures" in made.chart().alt
    assert made.chart().png == deplete(ahead, HALF_AND_LATE).chart().png


def test_more_of_the_savings_leave_more_reserves_on_every_path(ahead):
    assert (deplete(ahead, IN_FULL).balances > deplete(ahead, AS_EXPECTED).balances).all()
    assert (deplete(ahead, AS_EXPECTED).balances > deplete(ahead, HALF_AND_LATE).balances).all()
