"""A plan of the past beside what came: the verdict's words follow its figures."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from planning.case import Case
from planning.delivery import AS_EXPECTED, HALF_AND_LATE, IN_FULL
from planning.depletion import Depletion
from planning.hindsight import look_back
from planning.outturn import reserves_left
from planning.verdict import verdict_of, word
from tests.planning.runs import NORTHAMPTONSHIRE, SMALL
from tests.planning.test_outturn import written


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return look_back(written(tmp_path_factory.mktemp("hindsight")))


@pytest.fixture(scope="module")
def real():
    return look_back(NORTHAMPTONSHIRE)


def chances(*shares, deliveries=(IN_FULL, AS_EXPECTED, HALF_AND_LATE)):
    """Return projections of the small case in which such shares have run out in each year."""
    case, futures = Case.read(SMALL), 1_000
    made = []
    for delivery, share in zip(deliveries, shares, strict=True):
        balances = np.full((3, futures), 3e5)
        balances[:, : round(share * futures)] = 1e5
        made.append(Depletion(case, delivery, 4e5, 2e5, balances))
    return tuple(made)


def verdict(small, *shares, year_out="2016-17"):
    return verdict_of(
        small.outlook,
        small.outturn,
        depletions=chances(*shares),
        budgets=small.budgets,
        year_out=year_out,
    )


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.6, "yes"),
        (0.52, "as likely as not"),
        (0.48, "as likely as not"),
        (0.4, "as a risk only"),
        (0.1, "as a risk only"),
        (0.09, "no"),
    ],
)
def test_a_chance_is_said_in_words(share, said):
    """Of 1,000 futures the standard error of a half is 0.016: evens are 0.468 to 0.532."""
    one = chances(share, deliveries=(IN_FULL,))[0]
    assert word(one, "2015-16") == said


@pytest.mark.parametrize(
    ("shares", "answer"),
    [
        ((0.9, 0.95, 0.99), "The tool says that reserves run out by March 2017, even without"),
        ((0.05, 0.9, 0.95), "The tool says that reserves run out by March 2017, but only with a"),
        ((0.05, 0.5, 0.8), "The tool says that reserves run out by March 2017, but only with"),
        ((0.05, 0.2, 0.5), "The tool does not say that reserves run out by March 2017, with or"),
    ],
)
def test_the_answer_falls_whichever_way_the_figures_do(small, shares, answer):
    assert verdict(small, *shares).answer.startswith(answer)


def test_the_answer_tells_each_delivery_and_the_year_with_the_haircut(small):
    assert verdict(small, 0.05, 0.5, 0.8).answer.endswith(
        "(savings in full: no; savings as the case expects them: as likely as not; half the savings"
        " and trade, a year late: yes). With it they are likelier gone than not by March 2016."
    )


def test_where_reserves_lasted_it_says_so(small):
    answer = verdict(small, 0.9, 0.9, 0.9, year_out="").answer
    assert "run out by March 2017, which they did not" in answer


def test_what_came_is_told_with_and_without_one_off_money(small):
    """£150,000 left of a minimum of £200,000; without £50,000 it was £160,000 a year before."""
    told = next(line for line in small.verdict().lines if line.startswith("What came"))
    assert small.year_out == "2016-17"
    assert told == (
        "What came: A notice on 1 May 2016; reserves of £0.1m at the end of March 2017, against a "
        "minimum of £0.2m. Without the £0.1m of one-off money used by then they would have been "
        "£0.1m, and £0.2m already in March 2016, all else the same"
    )


def test_inputs_end_before_the_plan_but_for_what_is_announced(small):
    view = small.inputs(as_of="2014-12")
    table = view.table.set_index("series")
    assert view.title.startswith("What the plan knew: outturn to 2014-15, announcements to 2015-16")
    assert table.at["home_care", "outturn"] == "2008-09 to 2014-15"
    assert table.at["home_care", "year_ends_after_2014-12"] == "2014-15"
    assert table.at["council_tax", "announced"] == "2015-16"


def test_a_series_of_which_nothing_came_is_not_drawn(small):
    with pytest.raises(ValueError, match="nothing is told of what came of 'home_care/south'"):
        small.track("home_care/south")


def test_views_count_what_they_show(small):
    """Of three alike, 5,600 nights are inside, 60,000 hours above and 400,000 of grant below."""
    view = small.forecasts()
    assert view.title.startswith("1 of 3 outturns fell inside the 80% interval, 1 inside the 95%")
    assert "Above it: Home care 2015-16. Below it: Care grant 2016-17." in view.note
    assert "no error is told: Nights." in view.note
    assert small.spending().table["name"].to_list() == ["Adult care"]


def test_the_chart_has_what_was_projected_planned_and_came(small):
    alt = small.reserves().alt
    assert "What came: 2015-16 £0.2m; 2016-17 £0.1m." in alt
    plan = small.budgets[AS_EXPECTED.name].set_index("year")["reserves_balance"]
    assert f"The plan: 2015-16 £{plan['2015-16'] / 1e6:,.1f}m" in alt
    assert "Reserves ran out by March 2017" in alt


@pytest.mark.slow
def test_nothing_later_than_the_settlement_of_2015_16_is_an_input(real):
    case = real.case
    assert case.demand["period"].max() == "2014-15"
    dated = case.income.groupby("status")["period"].max()
    assert dated["outturn"] == "2014-15"
    assert dated["confirmed"] == "2015-16"
    assert set(dated.index) == {"outturn", "confirmed", "assumed"}
    later = real.inputs(as_of="2014-12").table.set_index("series")["year_ends_after_2014-12"]
    assert later["settlement"] == "2014-15, 2015-16"
    assert later["nursing_65"] == ""


@pytest.mark.slow
def test_the_verdict_on_northamptonshire_is_in_the_figures_of_its_tables(real):
    """Each line's percentages and £m, found again in the projections, plans and outturn."""
    said = real.verdict()
    when = real.year_out
    assert when == "2017-18"
    for one in real.depletions:
        line = next(text for text in said.lines if text.startswith(one.delivery.name))
        ended = (one.balances[:3] < one.minimum - 1.0).any(axis=0).mean()
        low, middle, high = np.quantile(one.balances[2], [0.1, 0.5, 0.9]) / 1e6
        assert f"by March 2018 in {ended:.0%} of futures" in line
        assert [float(text) for text in re.findall(r"£(\d+\.\d)m", line)] == pytest.approx(
            np.abs([middle, low, high]), abs=0.051
        )
        own = real.budgets[one.delivery.name].set_index("year")["reserves_balance"]
        told = next(
            text
            for text in said.lines
            if text.lower().startswith(f"the plan made for {line[:12].lower()}")
        )
        assert f"£{own[when] / 1e6:,.1f}m in hand in March 2018, where £5.2m was left" in told
    came = next(text for text in said.lines if text.startswith("What came"))
    assert "Section 114 notice on 2 February 2018" in came
    left = reserves_left(real.outturn).set_index("year")
    assert left["balance"].to_list() == [59_704_000, 29_085_000, 20_202_000, 5_185_000]
    assert f"£{left.at['2016-17', 'one_off'] / 1e6 + left.at[when, 'one_off'] / 1e6:,.1f}m" in came
    assert "−£25.5m, and −£0.8m already in March 2017" in came


@pytest.mark.slow
def test_the_haircut_makes_the_difference_in_northamptonshire(real):
    """Savings in full last, half of them late do not; whatever the seed, far from a half."""
    full, expected, late = (one.chance("2017-18") for one in real.depletions)
    assert full < 0.15
    assert 0.4 < expected < 0.6
    assert late > 0.65
    held = [real.budgets[one.delivery.name]["reserves_balance"] for one in real.depletions]
    assert (held[0] > held[1]).all()
    assert (held[1] >= held[2] - 1.0).all()


@pytest.mark.slow
def test_adult_weeks_are_drawn_and_no_error_is_told(real):
    alt = real.track("nursing_65", "residential_65").alt
    assert alt.count("counted anew since, so not to be set against the forecast") == 2
    assert "2014-15 70,526, 2015-16 82,027, 2016-17 81,061" in alt
    table = real.forecasts().table
    adults = table["name"].str.contains("weeks, 65 and over")
    assert (table.loc[adults, ["in80", "in95"]] == "–").all(axis=None)


def test_a_plan_of_too_few_reserves_known_is_compared_as_far_as_they_are(small):
    """Without the second year's reserves the first alone is compared, and they lasted."""
    short = small.outturn[
        ~((small.outturn["kind"] == "reserve") & (small.outturn["period"] > "2015-16"))
    ]
    one = replace(small, outturn=short)
    assert one.years == ["2015-16"]
    assert one.year_out == ""
    assert "Reserves lasted" in one.reserves().alt
    assert isinstance(one.haircut().table, pd.DataFrame)
