"""Optima worked by hand: at least one for every rule and every goal, the arithmetic in the words.

A test is named ``test_<rule or goal>__<what it shows>``; the last one fails if a rule or a goal has
none. No test asserts one plan where several are as good.
"""

import pytest

from optimisation.allocation import Allocation, allocate
from optimisation.goals import GOALS
from optimisation.refusals import Infeasible
from optimisation.rules import RULES
from tests.optimisation.cases import problem

approx = pytest.approx

TWO_OFFERS = [
    {"offer": "cheap", "unit_cost": 5},
    {"offer": "dear", "unit_cost": 8, "provider": "coop"},
]
TWO_PLACES = [{"locality": "north", "units": 6}, {"locality": "south", "units": 4}]


def goal(plan: Allocation, name: str) -> float:
    return plan.goals.set_index("goal").at[name, "value"]


def used(plan: Allocation, offer: str, column: str = "used") -> list[float]:
    """Return an offer's units by year, in all its localities, in years when it has any row."""
    table = plan.allocation[plan.allocation["offer"] == offer]
    return table.groupby("year")[column].sum().tolist()


def paid_by(plan: Allocation, stream: str) -> float:
    return plan.funding.loc[plan.funding["stream"] == stream, "amount"].sum()


# Demand, use, capacity and commitments


def test_meet_demand__the_cheapest_units_come_first():
    """10 units: 8 at £6 = 48 are all there are, then 2 at £7 = 14; 62 in all, nothing unmet."""
    plan = allocate(
        problem(
            demand=[{"units": 10}],
            offers=[{"offer": "a", "unit_cost": 6, "capacity": 8}, {"offer": "b", "unit_cost": 7}],
        )
    )
    assert used(plan, "a") == approx([8])
    assert used(plan, "b") == approx([2])
    assert goal(plan, "cost") == approx(62)
    assert plan.demand["unmet"].sum() == 0


PREVENTION = {
    "years": 2,
    "demand": [{"service": "beds", "units": [100, 100]}],
    "offers": [
        {"offer": "ward", "service": "beds", "unit_cost": 20},
        {"offer": "visits", "service": "visits", "unit_cost": 6, "capacity": 30},
    ],
    "income": [{"amount": 10_000}],
}


def test_prevent_demand__a_unit_is_bought_for_what_it_saves_later():
    """A visit at £6 saves half a bed of £20 a year later: £10, so all 30 visits are bought.

    15 beds are not needed in the second year. 100 * 20 + 30 * 6 + 85 * 20 = 3,880. In the second
    year visits would save in a third, which the plan does not have: none is bought.
    """
    plan = allocate(
        problem(
            **PREVENTION,
            prevention=[
                {"service": "visits", "reduces": "beds", "lag_years": 1, "units_per_unit": 0.5}
            ],
        )
    )
    assert used(plan, "visits") == approx([30, 0])
    assert used(plan, "ward") == approx([100, 85])
    assert plan.demand["prevented"].tolist() == approx([0, 15])
    assert plan.demand["met"].tolist() == approx([100, 85])
    assert goal(plan, "cost") == approx(3_880)


def test_prevent_demand__a_unit_that_saves_less_than_it_costs_is_not_bought():
    """A visit at £6 saves a quarter of a bed of £20: £5."""
    plan = allocate(
        problem(
            **PREVENTION,
            prevention=[{"service": "visits", "reduces": "beds", "units_per_unit": 0.25}],
        )
    )
    assert used(plan, "visits") == []
    assert plan.demand["prevented"].sum() == 0


def test_prevent_demand__units_prevent_where_they_are_used():
    """Visits in north alone, 10 beds each: north needs 6 less, all that it needs, south none."""
    plan = allocate(
        problem(
            demand=[{"service": "beds", **place} for place in TWO_PLACES],
            offers=[
                {"offer": "ward", "service": "beds", "unit_cost": 20},
                {"offer": "visits", "service": "visits", "unit_cost": 6, "locality": "north"},
            ],
            income=[{"amount": 1_000}],
            prevention=[{"service": "visits", "reduces": "beds", "units_per_unit": 10}],
        )
    )
    table = plan.demand.set_index("locality")
    assert table["prevented"].to_dict() == approx({"north": 6, "south": 0})
    assert used(plan, "visits") == approx([0.6])
    assert goal(plan, "cost") == approx(0.6 * 6 + 4 * 20)


def test_prevent_once__no_more_is_prevented_than_is_needed():
    """A target has 30 visits bought, which would prevent 150 beds: the 100 there are, once."""
    plan = allocate(
        problem(
            **PREVENTION | {"years": 1, "demand": [{"service": "beds", "units": 100}]},
            outcomes=[{"outcome": "safe"}],
            effects=[{"service": "visits", "per_unit": 1}],
            targets=[{"target": 30}],
            prevention=[
                {"service": "visits", "reduces": "beds", "units_per_unit": 5},
                {"service": "visits", "reduces": "beds", "lag_years": 1, "units_per_unit": 5},
            ],
        )
    )
    assert plan.demand[["prevented", "met", "unmet"]].to_numpy().tolist() == [[100, 0, 0]]
    assert goal(plan, "cost") == approx(180)


TRADER = {
    "demand": [{"units": 100}],
    "offers": [
        {"provider": "mutual", "unit_cost": 10, "committed": 40, "capacity": 40},
        {"offer": "firm", "unit_cost": 9},
    ],
    "income": [{"amount": 800}],
}
"""The mutual sells 40 units at £10, the firm 60 at £9: £940 a year, £140 more than the grant."""


def test_win_trade__a_body_trades_what_it_is_expected_to_win():
    """Half of a market of £600 at 20%: £60 of surplus, of which the council owns 80%: £48.

    Nothing before its transfer in the second year. The gap falls from 140 to 92, and the body's
    reserves rise from £5 by the £12 it keeps.
    """
    plan = allocate(
        problem(
            **TRADER,
            years=2,
            organisations=[
                {"organisation": "mutual", "transfer_year": "2016-17", "opening_reserves": 5}
                | {"external_market": 600, "win_probability": 0.5}
                | {"margin": 0.2, "ownership_share": 0.8}
            ],
        )
    )
    body = plan.organisations.set_index("year")
    assert body.index.tolist() == ["2016-17"]
    assert body.loc["2016-17", "council_work"] == approx(400)
    assert body.loc["2016-17", "external_turnover"] == approx(300)
    assert body.loc["2016-17", "external_share"] == approx(3 / 7)
    assert body.loc["2016-17", ["returned", "retained", "reserves"]].tolist() == approx(
        [48, 12, 17]
    )
    assert plan.budget["trading"].tolist() == approx([0, 48])
    assert plan.budget["managed_gap"].tolist() == approx([140, 92])


def test_win_trade__with_no_gap_left_a_body_trades_all_the_same():
    """A grant of £1,000 pays for all; £60 of trade at 100% to the council goes to reserves."""
    plan = allocate(
        problem(
            **TRADER | {"income": [{"amount": 1_000}]},
            organisations=[{"organisation": "mutual", "external_market": 60, "margin": 1}],
        )
    )
    assert plan.organisations["external_turnover"].tolist() == approx([60])
    assert plan.budget["reserves_balance"].tolist() == approx([120])


def test_win_trade__a_loss_is_the_bodys_own():
    """£100 of trade at -15% costs the body £15 a year of its £20: below nil in the second year."""
    plan = allocate(
        problem(
            **TRADER,
            years=2,
            organisations=[
                {"organisation": "mutual", "external_market": 100, "margin": -0.15}
                | {"opening_reserves": 20}
            ],
        )
    )
    assert plan.organisations["reserves"].tolist() == approx([5, -10])
    assert plan.budget["managed_gap"].tolist() == approx([140, 140])


def test_limit_activity__a_fifth_of_turnover_at_most_is_external():
    """£400 of council work bears £100 of other trade, 100 / 500 = a fifth, whatever the market.

    At 50% the council takes £50, and the gap falls from 140 to 90.
    """
    plan = allocate(
        problem(
            **TRADER,
            organisations=[
                {"organisation": "company", "provider": "mutual", "external_market": 5_000}
                | {"margin": 0.5, "activity_limit": 0.2}
            ],
        )
    )
    assert plan.organisations["external_turnover"].tolist() == approx([100])
    assert plan.organisations["external_share"].tolist() == approx([0.2])
    assert plan.budget["managed_gap"].tolist() == approx([90])


def test_pay_costs__no_saving_counts_before_its_organisation_exists():
    """£30 and £20 a year of saving and income from a mutual that opens in the second of 2 years.

    Of £100 a year of cost there is 100 and then 100 - 30 - 20 = 50. A pressure of £5 counts.
    """
    plan = allocate(
        problem(
            years=2,
            costs=[{"amount": 100}],
            proposals=[
                {"kind": "saving", "organisation": "mutual", "amount": 30},
                {"kind": "income", "organisation": "mutual", "amount": 20},
                {"kind": "pressure", "organisation": "mutual", "amount": 5},
            ],
            organisations=[{"organisation": "mutual", "transfer_year": "2016-17"}],
        )
    )
    assert plan.budget["fixed_cost"].tolist() == approx([105, 55])


def test_release_once__what_is_kept_for_one_off_cost_pays_for_no_other():
    """£100 of cost recurs and £30 does not; £60 is kept for one-off cost.

    It pays the £30. Of the £100 nothing is covered, though £30 is left in reserve.
    """
    plan = allocate(
        problem(
            costs=[{"amount": 100}, {"amount": 30, "one_off": True}],
            reserves=[{"reserve": "change", "opening": 60, "one_off_only": True}],
        )
    )
    assert plan.reserves["balance"].tolist() == approx([30])
    assert goal(plan, "funding_gap") == approx(100)


def test_release_once__it_is_used_before_what_may_pay_for_anything():
    """£30 of one-off cost, £60 kept for it and £50 for anything: 30 and 50 are left."""
    plan = allocate(
        problem(
            costs=[{"amount": 30, "one_off": True}],
            reserves=[
                {"opening": 50},
                {"reserve": "change", "opening": 60, "one_off_only": True},
            ],
        )
    )
    assert plan.reserves.set_index("reserve")["balance"].to_dict() == approx(
        {"general": 50, "change": 30}
    )


def test_release_drawn__what_is_kept_for_one_off_cost_fills_no_other_reserve():
    """A grant of £70 for corporate alone pays the one-off £70; £60 kept for that may not move.

    The general reserve is £20 below its minimum of £50, and nothing fills it: there is no plan.
    With a grant of £50 and no minimum, £20 is drawn of the £60, and the other stays as it was.
    """
    fenced = {
        "streams": [{"stream": "grant", "ring_fence": "corporate"}],
        "costs": [{"amount": 70, "one_off": True}],
    }
    kept = {"reserve": "change", "opening": 60, "one_off_only": True}
    with pytest.raises(Infeasible):
        allocate(
            problem(
                **fenced,
                income=[{"amount": 70}],
                reserves=[{"opening": 30, "minimum": 50}, kept],
            )
        )
    plan = allocate(problem(**fenced, income=[{"amount": 50}], reserves=[{"opening": 30}, kept]))
    assert plan.reserves.set_index("reserve")["balance"].to_dict() == approx(
        {"general": 30, "change": 40}
    )


def test_keep_minimum__reserves_of_one_kind_stand_above_their_minimum_alike():
    """£100 and £60 with minimums of 20 and 40: 80 and 20 to spare; £50 of cost takes 40 and 10."""
    plan = allocate(
        problem(
            costs=[{"amount": 50}],
            reserves=[
                {"reserve": "general", "opening": 100, "minimum": 20},
                {"reserve": "schools", "opening": 60, "minimum": 40},
            ],
        )
    )
    assert plan.reserves["drawn"].tolist() == approx([40, 10])
    assert plan.reserves["balance"].tolist() == approx([60, 50])


RICH = {"demand": [{"units": 100}], "income": [{"amount": 10_000}]}
"""100 units of care, and money enough for them."""


def test_give_notice__what_is_bought_today_stays_until_notice_ends():
    """30 of the dearer offer, at £9, are under a year's notice: 30 * 9 + 70 * 8 = 830, then 800."""
    plan = allocate(
        problem(
            **RICH,
            years=2,
            offers=[
                {"offer": "cheap", "unit_cost": 8},
                {"offer": "old", "unit_cost": 9, "current": 30, "notice_years": 1},
            ],
        )
    )
    assert used(plan, "old") == approx([30, 0])
    assert plan.budget["cost"].tolist() == approx([830, 800])


def test_viable_volume__an_offer_is_bought_from_its_smallest_volume_or_not_at_all():
    """60 at £8 and then 40 at £9 would cost 840, but at £9 no less than 60 are sold.

    40 at £9.40 from a third come to 60 * 8 + 40 * 9.40 = 856; 60 at £9 and 40 at £8, of which 50
    are sold at least, cannot be, and 60 at £9 with 40 at £9.40 cost 916.
    """
    plan = allocate(
        problem(
            **RICH,
            offers=[
                {"offer": "a", "unit_cost": 8, "capacity": 60, "minimum": 50},
                {"offer": "b", "unit_cost": 9, "capacity": 80, "minimum": 60},
                {"offer": "c", "unit_cost": 9.4},
            ],
        )
    )
    assert used(plan, "b") == []
    assert goal(plan, "cost") == approx(856)
    assert (plan.decisions, plan.gap) == (2, approx(0))


def test_award_first__an_award_that_costs_something_itself_must_be_worth_it():
    """a: 60 at £8 and £150; b: 80 at £9.50 and £10; c: £9.90 a unit.

    b and 20 of c: 760 + 10 + 198 = 968. All of c: 990. a and 40 of c: 480 + 150 + 396 = 1,026. a
    and 40 of b: 480 + 150 + 380 + 10 = 1,020. On average b costs 770 / 80 = £9.625 a unit.
    """
    plan = allocate(
        problem(
            **RICH,
            offers=[
                {"offer": "a", "unit_cost": 8, "capacity": 60, "award_cost": 150},
                {"offer": "b", "unit_cost": 9.5, "capacity": 80, "award_cost": 10},
                {"offer": "c", "unit_cost": 9.9},
            ],
        )
    )
    assert goal(plan, "cost") == approx(968)
    assert plan.allocation["unit_cost"].tolist() == approx([9.625, 9.9])


LOTS = [
    {"offer": f"{lot}_{who}", "provider": who, "lot": lot, "capacity": 50, "unit_cost": cost}
    for lot, who, cost in (("n", "p", 8), ("n", "q", 9), ("s", "p", 8.5), ("s", "q", 10))
]
"""Two lots of 50 units, for which p bids £8 and £8.50 and q £9 and £10."""


def test_award_lot__a_lot_goes_to_one_bid():
    """Of 150 units 100 are bought, 50 of each lot, both of p: 400 + 425; 50 go unmet."""
    plan = allocate(problem(**RICH | {"demand": [{"units": 150}]}, offers=LOTS))
    assert plan.allocation["offer"].tolist() == ["n_p", "s_p"]
    assert goal(plan, "cost") == approx(825)
    assert plan.demand["unmet"].tolist() == approx([50])


def test_keep_award__a_lot_stays_where_it_is_while_prices_cross():
    """P at £8 rising 50% a year, q at £9 flat, 50 units for two years.

    By the year it would be 400 + 450 = 850. For both, p costs 400 + 600 = 1,000 and q 900.
    """
    plan = allocate(
        problem(
            **RICH | {"demand": [{"units": 50}]},
            years=2,
            offers=[LOTS[0] | {"indexation": 0.5}, LOTS[1]],
        )
    )
    assert plan.allocation["offer"].tolist() == ["n_q", "n_q"]
    assert goal(plan, "cost") == approx(900)


def test_limit_lots__no_provider_has_more_than_one():
    """P has one of the two: the south, 50 * 8.50 + 50 * 9 = 875; with the north it would be 900.

    Without the rule p has both, for 825: the rule costs £50.
    """
    plan = allocate(
        problem(
            **RICH,
            offers=LOTS,
            rules=[{"rule": "one", "kind": "max_lots", "each": "provider", "limit": 1}],
        )
    )
    assert plan.allocation["offer"].tolist() == ["n_q", "s_p"]
    assert goal(plan, "cost") == approx(875)
    assert plan.rules["cost"].tolist() == approx([50])


def test_count_excess__a_dearer_tier_is_bought_when_nothing_else_is_cheaper():
    """A at £8, from 50 units on at £10; b at £9.50: 50 * 8 + 50 * 9.50 = 875, and no decision."""
    plan = allocate(
        problem(
            **RICH,
            offers=[
                {"offer": "a", "unit_cost": 8, "capacity": 200},
                {"offer": "b", "unit_cost": 9.5},
            ],
            tiers=[{"offer": "a", "from_units": 50, "unit_cost": 10}],
        )
    )
    assert used(plan, "a") == approx([50])
    assert goal(plan, "cost") == approx(875)
    assert plan.decisions == 0


def test_count_excess__units_above_cost_more_and_indexed():
    """100 of a: 50 * 8 + 50 * 10 = 900, and a tenth more a year later: 990, £9.90 on average."""
    plan = allocate(
        problem(
            **RICH,
            years=2,
            offers=[{"offer": "a", "unit_cost": 8, "capacity": 200, "indexation": 0.1}],
            tiers=[{"offer": "a", "from_units": 50, "unit_cost": 10}],
        )
    )
    assert plan.budget["cost"].tolist() == approx([900, 990])
    assert plan.allocation["unit_cost"].tolist() == approx([9, 9.9])


def test_reach_tier__a_cheaper_tier_is_had_only_above_its_start():
    """A at £10, from 50 on at £8: 100 cost 500 + 400 = 900; 80 of b at £9.50 and 20 of a, 960.

    Of 60 units all of b, 570, for a would cost 500 + 80 = 580.
    """
    offers = [
        {"offer": "a", "unit_cost": 10, "capacity": 200},
        {"offer": "b", "unit_cost": 9.5, "capacity": 80},
    ]
    tiers = [{"offer": "a", "from_units": 50, "unit_cost": 8}]
    many = allocate(problem(**RICH, offers=offers, tiers=tiers))
    assert used(many, "a") == approx([100])
    assert goal(many, "cost") == approx(900)
    few = allocate(problem(**RICH | {"demand": [{"units": 60}]}, offers=offers, tiers=tiers))
    assert used(few, "b") == approx([60])
    assert goal(few, "cost") == approx(570)


def test_pass_tier__what_must_be_spent_is_not_spent_on_units_that_are_not_bought():
    """£1,000 must be spent on 100 units at £8, and at £10 from 50 on: 900, and £1,000 / 10 more.

    50 * 8 + 60 * 10 = 1,000: ten units are paid for that nobody needs, at the dearer price.
    """
    plan = allocate(
        problem(
            **RICH,
            offers=[{"offer": "a", "unit_cost": 8, "capacity": 200}],
            tiers=[{"offer": "a", "from_units": 50, "unit_cost": 10}],
            rules=[{"kind": "min_spend", "limit": 1_000}],
        )
    )
    assert plan.allocation["paid"].sum() == approx(110)
    assert goal(plan, "cost") == approx(1_000)


def test_pay_for_use__nothing_is_bought_below_the_rate_that_sustains_a_service():
    """Care cannot be sustained below £8.50 a unit: none of the offer at £8, 100 at £9."""
    plan = allocate(
        problem(
            **RICH,
            services=[{"service": "care", "sustainable_rate": 8.5}],
            offers=[{"offer": "cheap", "unit_cost": 8}, {"offer": "sound", "unit_cost": 9}],
        )
    )
    assert used(plan, "cheap") == []
    assert goal(plan, "cost") == approx(900)


def test_viable_volume__awards_that_cannot_all_be_kept_are_named():
    """£100 at least must go to each of two providers, who sell 80 units at £8 or none: £1,280.

    At most £1,000 may be spent in all. In halves of an award it could be.
    """
    case = problem(
        **RICH,
        offers=[
            {"offer": o, "provider": o, "unit_cost": 8, "capacity": 90, "minimum": 80}
            for o in ("a", "b")
        ],
        rules=[
            {"rule": "cap", "kind": "max_spend", "limit": 1_000},
            {"rule": "floor", "kind": "min_spend", "each": "provider", "limit": 100},
            {"rule": "idle", "kind": "max_share", "provider": "a", "limit": 0.9},
        ],
    )
    with pytest.raises(Infeasible) as refusal:
        allocate(case)
    viable = "offers.csv, {}: awarded with 80 units at least, or not, in 2015-16"
    assert set(refusal.value.conflict) == {
        viable.format("a"),
        viable.format("b"),
        "rules.csv, cap: max_spend of £1,000 in 2015-16",
        "rules.csv, floor: min_spend of £100 for a in 2015-16",
        "rules.csv, floor: min_spend of £100 for b in 2015-16",
    }


def test_meet_demand__each_place_is_met_by_what_serves_it():
    """North 6, south 4; south's own offer cannot serve north, however cheap.

    North buys 6 of the hub at £10 = 60, south 4 of its own at £1 = 4.
    """
    plan = allocate(
        problem(
            demand=TWO_PLACES,
            offers=[{"unit_cost": 10}, {"unit_cost": 1, "locality": "south"}],
        )
    )
    assert goal(plan, "cost") == approx(64)
    assert plan.demand["met"].tolist() == approx([6, 4])


def test_meet_demand__a_target_may_ask_for_more_than_demand():
    """A quarter of a point a unit: a target of 3 needs 12 units where 10 are asked for, 12 * 6."""
    plan = allocate(
        problem(
            demand=[{"units": 10}],
            offers=[{"unit_cost": 6}],
            targets=[{"target": 3}],
            effects=[{"per_unit": 0.25}],
        )
    )
    assert goal(plan, "cost") == approx(72)
    assert plan.demand["met"].tolist() == approx([10])
    assert plan.demand["unmet"].tolist() == [0]


def test_meet_demand__a_service_without_demand_is_bought_for_its_targets_alone():
    """No one asks for visits; a target of 3 at half a point a visit buys 6, at £2 = 12."""
    plan = allocate(
        problem(
            offers=[{"service": "visits", "unit_cost": 2}, {"service": "talks", "unit_cost": 1}],
            targets=[{"target": 3}],
            effects=[{"service": "visits", "per_unit": 0.5}],
        )
    )
    assert goal(plan, "cost") == approx(12)
    assert plan.demand.empty


def test_pay_for_use__one_offer_is_paid_once_for_all_its_places():
    """North needs 6 and south 4; 3 in north are £9 each, 27; the hub sells the other 7 at £10."""
    plan = allocate(
        problem(
            demand=TWO_PLACES,
            offers=[
                {"offer": "hub", "unit_cost": 10},
                {"offer": "local", "unit_cost": 9, "capacity": 3, "locality": "north"},
            ],
        )
    )
    assert goal(plan, "cost") == approx(70 + 27)
    assert used(plan, "hub") == approx([7])
    assert used(plan, "hub", "paid") == approx([7])
    hub = plan.allocation[plan.allocation["offer"] == "hub"].set_index("locality")
    assert hub["used"].to_dict() == approx({"north": 3, "south": 4})
    assert hub["cost"].to_dict() == approx({"north": 30, "south": 40})


def test_respect_capacity__what_is_beyond_it_is_unmet():
    """The only offer sells 6 of 10 at £6: 36, and 4 unmet are valued at £6 each, 24."""
    plan = allocate(problem(demand=[{"units": 10}], offers=[{"unit_cost": 6, "capacity": 6}]))
    assert goal(plan, "cost") == approx(36)
    assert goal(plan, "statutory_demand") == approx(24)
    assert plan.demand["unmet"].tolist() == approx([4])


def test_respect_capacity__it_is_the_offers_not_each_places():
    """North 6 and south 4 share a capacity of 8: 2 unmet at £10 = 20, wherever they fall."""
    plan = allocate(problem(demand=TWO_PLACES, offers=[{"unit_cost": 10, "capacity": 8}]))
    assert goal(plan, "statutory_demand") == approx(20)
    assert plan.demand["unmet"].sum() == approx(2)


def test_honour_commitments__they_are_paid_before_cheaper_units():
    """3 units are needed; 5 are committed at £20 = 100, so none of the others at £10 is bought.

    3 are bought today: to use more than is needed would be a change.
    """
    plan = allocate(
        problem(
            demand=[{"units": 3}],
            offers=[
                {"offer": "block", "unit_cost": 20, "committed": 5, "current": 3},
                {"offer": "spot", "unit_cost": 10},
            ],
        )
    )
    assert goal(plan, "cost") == approx(100)
    assert used(plan, "block") == approx([3])
    assert used(plan, "block", "paid") == approx([5])
    assert used(plan, "spot") == []


def test_honour_commitments__one_that_no_one_can_use_is_one_row_with_nothing_used():
    """5 are committed in south at £20 = 100; north alone needs 3, at £10 = 30."""
    plan = allocate(
        problem(
            demand=[{"locality": "north", "units": 3}, {"locality": "south", "units": 0}],
            offers=[
                {"offer": "block", "unit_cost": 20, "committed": 5, "locality": "south"}
                | {"current": 0},
                {"offer": "spot", "unit_cost": 10},
            ],
        )
    )
    assert goal(plan, "cost") == approx(130)
    block = plan.allocation[plan.allocation["offer"] == "block"]
    assert block[["locality", "used", "paid", "cost"]].values.tolist() == [["south", 0, 5, 100]]


def test_honour_commitments__only_in_the_offers_own_years():
    """5 a year at £20, from the second year to the third of four: 2 * 100."""
    plan = allocate(
        problem(
            years=4,
            offers=[
                {"unit_cost": 20, "committed": 5, "first_year": "2016-17", "last_year": "2017-18"}
            ],
        )
    )
    assert plan.budget["cost"].tolist() == approx([0, 100, 100, 0])


# Targets


def test_reach_targets__a_total_counts_each_offers_own_effect():
    """A target of 4: each of 10 units does 0.2, a special one 0.6 in its place.

    10 - x plain and x special: 2 + 0.4 x = 4, x = 5; 5 * 6 + 5 * 9 = 75.
    """
    plan = allocate(
        problem(
            demand=[{"units": 10}],
            offers=[
                {"offer": "plain", "unit_cost": 6, "capacity": 8},
                {"offer": "special", "unit_cost": 9, "capacity": 5},
            ],
            targets=[{"target": 4}],
            effects=[{"per_unit": 0.2}, {"offer": "special", "per_unit": 0.6}],
        )
    )
    assert goal(plan, "cost") == approx(75)
    assert plan.targets["achieved"].tolist() == approx([4])
    assert plan.targets["shortfall"].tolist() == [0]


def test_reach_targets__a_total_at_most_holds_back_what_adds_to_it():
    """At most 2 harmed at half a person a cheap unit: 4 * 5 = 20, then 6 dear ones at £8 = 48."""
    plan = allocate(
        problem(
            demand=[{"units": 10}],
            offers=TWO_OFFERS,
            outcomes=[{"direction": "at_most"}],
            targets=[{"target": 2}],
            effects=[{"offer": "cheap", "per_unit": 0.5}],
        )
    )
    assert used(plan, "cheap") == approx([4])
    assert goal(plan, "cost") == approx(68)
    assert plan.targets["achieved"].tolist() == approx([2])


def test_reach_targets__an_average_mixes_grades():
    """Grade 3 from grades 2 (£5) and 5 (£8): a third must be dear; 9 units are 6 * 5 + 3 * 8."""
    plan = allocate(
        problem(
            demand=[{"units": 9}],
            offers=TWO_OFFERS,
            outcomes=[{"measure": "average"}],
            targets=[{"target": 3}],
            effects=[{"per_unit": 2}, {"offer": "dear", "per_unit": 5}],
        )
    )
    assert goal(plan, "cost") == approx(54)
    assert plan.targets["achieved"].tolist() == approx([3])


def test_reach_targets__an_average_at_most_mixes_waits():
    """A wait of 2 from waits of 6 (£5) and 1 (£8): 6 c + 10 - c = 20, c = 2; 2 * 5 + 8 * 8 = 74."""
    plan = allocate(
        problem(
            demand=[{"units": 10}],
            offers=TWO_OFFERS,
            outcomes=[{"measure": "average", "direction": "at_most"}],
            targets=[{"target": 2}],
            effects=[{"offer": "cheap", "per_unit": 6}, {"offer": "dear", "per_unit": 1}],
        )
    )
    assert used(plan, "cheap") == approx([2])
    assert goal(plan, "cost") == approx(74)


def test_reach_targets__an_offer_without_an_effect_takes_no_part_in_an_average():
    """The cheap offer has no effect, so the average is the dear one's 4, whatever is bought.

    All 10 are cheap, 50; the average over nothing is not known, and nothing is missed.
    """
    plan = allocate(
        problem(
            demand=[{"units": 10}],
            offers=TWO_OFFERS,
            outcomes=[{"measure": "average"}],
            targets=[{"target": 3}],
            effects=[{"offer": "dear", "per_unit": 4}],
        )
    )
    assert goal(plan, "cost") == approx(50)
    assert plan.targets["achieved"].isna().tolist() == [True]
    assert plan.targets["shortfall"].tolist() == [0]


def test_reach_targets__only_the_years_with_a_target_have_one():
    """2 a unit: the second year needs 20 / 2 = 10 units, the first none; 10 * 6 = 60."""
    plan = allocate(
        problem(
            years=2,
            offers=[{"unit_cost": 6}],
            targets=[{"year": "2016-17", "target": 20}],
            effects=[{"per_unit": 2}],
        )
    )
    assert plan.budget["cost"].tolist() == approx([0, 60])


# Funding


def test_pay_costs__a_service_in_credit_lends_to_corporate():
    """Half of a saving of £30 on care is delivered: care is £15 in credit, lent to corporate.

    Care buys 10 * 6 = 60; corporate costs 100 - 15 = 85; 120 of grant leaves a gap of 25.
    """
    plan = allocate(
        problem(
            demand=[{"units": 10}],
            offers=[{"unit_cost": 6}],
            income=[{"amount": 120}],
            costs=[{"amount": 100}],
            proposals=[{"service": "care", "amount": 30, "delivery": 0.5}],
        )
    )
    assert goal(plan, "funding_gap") == approx(25)
    booked = plan.funding.groupby("service")["amount"].sum()
    assert booked.to_dict() == approx({"care": 60, "corporate": 85})
    assert plan.budget["fixed_cost"].tolist() == approx([85])


def test_pay_costs__pressures_and_investments_add_savings_and_income_take_away():
    """100 + 20 + 10 - 15 - 5 = 110; a pressure counts in full, a blank delivery as delivered."""
    plan = allocate(
        problem(
            costs=[{"amount": 100}],
            proposals=[
                {"kind": "pressure", "amount": 20, "delivery": 0.5},
                {"kind": "investment", "amount": 10},
                {"kind": "saving", "amount": 15},
                {"kind": "income", "amount": 5, "delivery": 1},
            ],
        )
    )
    assert plan.budget["fixed_cost"].tolist() == approx([110])
    assert goal(plan, "funding_gap") == approx(110)


def test_spend_income__ring_fenced_money_that_is_left_is_handed_back():
    """50 for visits alone, which cost 15 * 2 = 30: 20 is handed back, and reserves never see it.

    Of the grant of 100, care takes 10 * 6 = 60; the other 40 goes to reserves, 10 + 40.
    """
    plan = allocate(
        problem(
            opening=10,
            demand=[{"units": 10}, {"service": "visits", "units": 15}],
            offers=[{"unit_cost": 6}, {"service": "visits", "unit_cost": 2}],
            streams=[{"stream": "better", "ring_fence": "visits"}],
            income=[{"amount": 100}, {"stream": "better", "amount": 50}],
        )
    )
    income = plan.income.set_index("stream")
    assert income["used"].to_dict() == approx({"better": 30, "grant": 60})
    assert plan.budget["income"].tolist() == approx([130])
    assert plan.budget["reserves_drawn"].tolist() == approx([-40])
    assert plan.budget["reserves_balance"].tolist() == approx([50])


def test_spend_income__a_ring_fence_does_not_pay_for_others():
    """50 for visits alone is no help to care, which costs 60: a gap of 60, nothing used."""
    plan = allocate(
        problem(
            services=[{"service": "visits"}],
            demand=[{"units": 10}],
            offers=[{"unit_cost": 6}],
            streams=[{"ring_fence": "visits"}],
            income=[{"amount": 50}],
        )
    )
    assert goal(plan, "funding_gap") == approx(60)
    assert plan.income["used"].tolist() == [0]


def test_spend_income__a_ring_fence_may_name_several_services_and_corporate():
    """50 for visits or corporate pays corporate's 20 and no more: 60 of care is a gap."""
    plan = allocate(
        problem(
            services=[{"service": "visits"}],
            demand=[{"units": 10}],
            offers=[{"unit_cost": 6}],
            streams=[{"ring_fence": "visits ; corporate"}],
            income=[{"amount": 50}],
            costs=[{"amount": 20}],
        )
    )
    assert plan.income["used"].tolist() == approx([20])
    assert goal(plan, "funding_gap") == approx(60)


def test_carry_reserves__what_one_year_leaves_the_next_may_draw():
    """60 a year: a grant of 100 leaves 40, with 10 in hand 50; a grant of 20 then draws 40."""
    plan = allocate(
        problem(
            years=2,
            opening=10,
            demand=[{"units": 10}],
            offers=[{"unit_cost": 6}],
            income=[{"amount": [100, 20]}],
        )
    )
    assert plan.budget["reserves_balance"].tolist() == approx([50, 10])
    assert plan.budget["reserves_drawn"].tolist() == approx([-40, 40])
    assert goal(plan, "funding_gap") == approx(0)


def test_carry_reserves__money_of_the_second_year_does_not_pay_for_the_first():
    """60 a year, a grant of 20 and then 100: a gap of 40 now, 40 over afterwards."""
    plan = allocate(
        problem(
            years=2,
            demand=[{"units": 10}],
            offers=[{"unit_cost": 6}],
            income=[{"amount": [20, 100]}],
        )
    )
    assert plan.budget["managed_gap"].tolist() == approx([40, 0])
    assert plan.budget["reserves_balance"].tolist() == approx([0, 40])


def test_carry_reserves__one_off_money_closes_the_managed_gap_not_the_structural():
    """Cost 100, of which 10 is one-off; recurring income 60, one-off 20, reserves 5.

    Managed: 100 - 60 - 20 - 5 = 15. Structural: 100 - 10 - 60 = 30.
    """
    plan = allocate(
        problem(
            opening=5,
            streams=[{"stream": "sale", "one_off": True}],
            income=[{"amount": 60}, {"stream": "sale", "amount": 20}],
            costs=[{"amount": 90}, {"amount": 10, "one_off": True}],
        )
    )
    assert plan.budget["managed_gap"].tolist() == approx([15])
    assert plan.budget["structural_gap"].tolist() == approx([30])
    assert paid_by(plan, "reserves") == approx(5)
    assert plan.budget["reserves_drawn"].tolist() == approx([5])


def test_keep_minimum__only_what_is_above_it_is_drawn():
    """60 to pay, a grant of 40, reserves of 30 of which 20 must stay: 10 drawn, a gap of 10."""
    plan = allocate(
        problem(
            opening=30,
            minimum=20,
            demand=[{"units": 10}],
            offers=[{"unit_cost": 6}],
            income=[{"amount": 40}],
        )
    )
    assert goal(plan, "funding_gap") == approx(10)
    assert plan.budget["reserves_balance"].tolist() == approx([20])


def test_keep_minimum__reserves_below_it_are_topped_up_first():
    """Reserves of 5 need 15 more: of a grant of 70, 55 is left for a cost of 60, a gap of 5."""
    plan = allocate(
        problem(
            opening=5,
            minimum=20,
            demand=[{"units": 10}],
            offers=[{"unit_cost": 6}],
            income=[{"amount": 70}],
        )
    )
    assert goal(plan, "funding_gap") == approx(5)
    assert plan.budget["reserves_balance"].tolist() == approx([20])
    assert plan.budget["reserves_drawn"].tolist() == approx([-15])


# Rules of rules.csv


def test_limit_share__each_provider_has_a_largest_share():
    """At most 0.6 of 10 each: 6 at £5 = 30 and 4 at £8 = 32."""
    rules = [{"kind": "max_share", "each": "provider", "limit": 0.6}]
    plan = allocate(problem(demand=[{"units": 10}], offers=TWO_OFFERS, rules=rules))
    assert goal(plan, "cost") == approx(62)


def test_limit_share__it_is_of_what_is_supplied_not_of_demand():
    """The dear offer sells 2 at most, so the cheap one sells 0.6 of 5: 3 * 5 + 2 * 8 = 31.

    5 of 10 go unmet, at the dearest unit cost: 5 * 8 = 40.
    """
    dear = TWO_OFFERS[1] | {"capacity": 2}
    rules = [{"kind": "max_share", "each": "provider", "limit": 0.6}]
    plan = allocate(problem(demand=[{"units": 10}], offers=[TWO_OFFERS[0], dear], rules=rules))
    assert goal(plan, "statutory_demand") == approx(40)
    assert goal(plan, "cost") == approx(31)


def test_limit_share__a_group_counts_as_one():
    """Two providers of one group sell at £5 and £6, a third at £8: the group's 0.5 is 5 * 5.

    The other 5 are 5 * 8 = 40; 65 in all.
    """
    plan = allocate(
        problem(
            demand=[{"units": 10}],
            providers=[
                {"provider": "one", "group": "holding"},
                {"provider": "two", "group": "holding"},
            ],
            offers=[
                {"provider": "one", "unit_cost": 5},
                {"provider": "two", "unit_cost": 6},
                {"provider": "coop", "unit_cost": 8},
            ],
            rules=[{"kind": "max_share", "each": "group", "limit": 0.5}],
        )
    )
    assert goal(plan, "cost") == approx(65)


def test_limit_share__a_sector_has_a_least_share_of_every_service_it_sells():
    """Mutuals must have 0.2 of care: 2 * 8 + 8 * 5 = 56; they sell no visits: 10 * 3 = 30."""
    plan = allocate(
        problem(
            demand=[{"units": 10}, {"service": "visits", "units": 10}],
            providers=[{"provider": "coop", "sector": "mutual"}],
            offers=[*TWO_OFFERS, {"service": "visits", "unit_cost": 3}],
            rules=[{"kind": "min_share", "sector": "mutual", "limit": 0.2}],
        )
    )
    assert goal(plan, "cost") == approx(56 + 30)


def test_limit_share__each_offer_has_a_least_share_in_its_year():
    """0.1 each in the second year alone: 50 in the first, then 9 * 5 + 1 * 8 = 53."""
    plan = allocate(
        problem(
            years=2,
            demand=[{"units": 10}],
            offers=TWO_OFFERS,
            rules=[{"kind": "min_share", "each": "offer", "year": "2016-17", "limit": 0.1}],
        )
    )
    assert plan.budget["cost"].tolist() == approx([50, 53])


def test_limit_share__a_locality_is_where_the_unit_is_used():
    """The cheap hub's use in north is at most 0.2 of all 10 units: 2, though north needs 6.

    North's other 4 are at £8: 2 * 5 + 4 * 8, and south's 4 * 5, make 62.
    """
    plan = allocate(
        problem(
            demand=TWO_PLACES,
            offers=[
                {"offer": "hub", "unit_cost": 5},
                {"offer": "local", "unit_cost": 8, "locality": "north"},
            ],
            rules=[{"kind": "max_share", "provider": "hub", "locality": "north", "limit": 0.2}],
        )
    )
    assert goal(plan, "cost") == approx(62)


def test_limit_change__the_first_year_is_held_to_what_is_bought_today():
    """10 today, a fifth more a year: 12, then 14.4. Of 20 a year 8 and 5.6 go unmet, at £6."""
    plan = allocate(
        problem(
            years=2,
            demand=[{"units": 20}],
            offers=[{"offer": "a", "unit_cost": 6, "current": 10}],
            rules=[{"kind": "max_change", "limit": 0.2}],
        )
    )
    assert used(plan, "a") == approx([12, 14.4])
    assert goal(plan, "statutory_demand") == approx(13.6 * 6)


def test_limit_change__nor_may_an_offer_shrink_faster():
    """10 today, a fifth less at most: 8 where 5 are needed; 8 * 6 = 48."""
    plan = allocate(
        problem(
            demand=[{"units": 5}],
            offers=[{"unit_cost": 6, "current": 10}],
            rules=[{"kind": "max_change", "limit": 0.2}],
        )
    )
    assert goal(plan, "cost") == approx(48)


def test_limit_change__where_today_is_not_known_the_first_year_is_free():
    """10 needed, then 20. A fifth more at most: 20 / 1.2 = 16 2/3 are bought now to allow it.

    (16 2/3 + 20) * 6 = 220, and nothing is unmet.
    """
    plan = allocate(
        problem(
            years=2,
            demand=[{"units": [10, 20]}],
            offers=[{"offer": "a", "unit_cost": 6}],
            rules=[{"kind": "max_change", "each": "offer", "limit": 0.2}],
        )
    )
    assert goal(plan, "statutory_demand") == 0
    assert goal(plan, "cost") == approx(220)


def test_limit_change__an_offer_that_opens_is_free_in_its_first_year():
    """Nothing in the first year; 10 in the second, the offer's first; 12 of 20 in the third."""
    plan = allocate(
        problem(
            years=3,
            demand=[{"units": [0, 10, 20]}],
            offers=[{"offer": "a", "unit_cost": 6, "capacity": 12, "first_year": "2016-17"}],
            rules=[{"kind": "max_change", "limit": 0.2}],
        )
    )
    assert plan.demand["unmet"].tolist() == approx([0, 0, 8])
    assert plan.budget["cost"].tolist() == approx([0, 60, 72])


def test_limit_change__in_the_years_the_rule_names():
    """10 today; half is lost at most, in the second year only: 0 now and 0 then, at no cost."""
    plan = allocate(
        problem(
            years=2,
            offers=[{"unit_cost": 6, "current": 10}],
            rules=[{"kind": "max_change", "limit": 0.5, "year": "2016-17"}],
        )
    )
    assert goal(plan, "cost") == 0


def test_limit_spend__each_provider_has_a_most():
    """£30 each: 6 at £5, then 3.75 at £8; 0.25 unmet at £8 = 2."""
    rules = [{"kind": "max_spend", "each": "provider", "limit": 30}]
    plan = allocate(problem(demand=[{"units": 10}], offers=TWO_OFFERS, rules=rules))
    assert goal(plan, "statutory_demand") == approx(2)
    assert goal(plan, "cost") == approx(60)


def test_limit_spend__a_sector_has_a_least():
    """Mutuals must have £16: 2 * 8, and 8 * 5 = 40."""
    plan = allocate(
        problem(
            demand=[{"units": 10}],
            providers=[{"provider": "coop", "sector": "mutual"}],
            offers=TWO_OFFERS,
            rules=[{"kind": "min_spend", "sector": "mutual", "limit": 16}],
        )
    )
    assert goal(plan, "cost") == approx(56)


def test_limit_spend__each_offer_of_a_contract_type_has_a_least():
    """Both block offers must have £8: 1 * 8 and 2 * 4; the other 7 at £2 = 14."""
    plan = allocate(
        problem(
            demand=[{"units": 10}],
            offers=[
                {"unit_cost": 8, "contract_type": "block"},
                {"unit_cost": 4, "contract_type": "block"},
                {"unit_cost": 2},
            ],
            rules=[{"kind": "min_spend", "contract_type": "block", "each": "offer", "limit": 8}],
        )
    )
    assert goal(plan, "cost") == approx(30)


def test_limit_spend__in_a_locality_it_is_what_is_used_there():
    """The hub may spend £20 in each place: 4 at £5 there; north's other 2 at £9; 20 + 18 + 20."""
    plan = allocate(
        problem(
            demand=TWO_PLACES,
            offers=[
                {"offer": "hub", "unit_cost": 5},
                {"offer": "local", "unit_cost": 9, "locality": "north"},
            ],
            rules=[{"kind": "max_spend", "provider": "hub", "each": "locality", "limit": 20}],
        )
    )
    assert goal(plan, "cost") == approx(58)


def test_limit_spend__elsewhere_it_is_what_is_paid_for():
    """4 are committed at £5 = 20, the most there may be; 3 are needed, and no more is bought."""
    plan = allocate(
        problem(
            demand=[{"units": 3}],
            offers=[{"offer": "block", "unit_cost": 5, "committed": 4}],
            rules=[{"kind": "max_spend", "limit": 20}],
        )
    )
    assert used(plan, "block", "paid") == approx([4])


def test_limit_spend__the_price_is_the_years_own():
    """£60 a year at £5, then £6: 12 units, then 10; of 12 a year 2 go unmet, at £6 = 12."""
    plan = allocate(
        problem(
            years=2,
            demand=[{"units": 12}],
            offers=[{"unit_cost": 5, "indexation": 0.2}],
            rules=[{"kind": "max_spend", "limit": 60}],
        )
    )
    assert plan.demand["unmet"].tolist() == approx([0, 2])
    assert goal(plan, "statutory_demand") == approx(12)


def test_measure_change__it_is_counted_at_the_years_price_up_and_down():
    """10 today, 12 then 9: 2 * £5, then 3 * £6 = 10 + 18."""
    plan = allocate(
        problem(
            years=2,
            demand=[{"units": [12, 9]}],
            offers=[{"offer": "a", "unit_cost": 5, "indexation": 0.2, "current": 10}],
        )
    )
    assert goal(plan, "change") == approx(28)
    assert plan.allocation["change"].tolist() == approx([2, -3])


def test_measure_change__an_offer_that_has_closed_falls_to_nil():
    """10 today at £5 and closed before the plan: 50, which no plan can avoid."""
    plan = allocate(
        problem(
            offers=[
                {"current": 10, "unit_cost": 5, "first_year": "2010-11", "last_year": "2014-15"}
            ]
        )
    )
    assert goal(plan, "change") == approx(50)
    assert goal(plan, "cost") == 0


def test_measure_change__an_offer_that_opens_rises_from_nil_and_falls_back():
    """Open in the second of three years alone, 10 units at £5: up 50 and down 50.

    The other offer sells 10 at £9 before and after: not known at first, then down 90 and up 90.
    """
    plan = allocate(
        problem(
            years=3,
            demand=[{"units": 10}],
            offers=[
                {"unit_cost": 5, "first_year": "2016-17", "last_year": "2016-17"},
                {"unit_cost": 9},
            ],
        )
    )
    assert plan.budget["cost"].tolist() == approx([90, 50, 90])
    assert goal(plan, "change") == approx(50 + 50 + 90 + 90)


def test_measure_change__a_move_between_places_is_no_change():
    """The hub sells 10 in each year, 6 in north and 4, then 3 and 7: no change of the offer's."""
    plan = allocate(
        problem(
            years=2,
            demand=[
                {"locality": "north", "units": [6, 3]},
                {"locality": "south", "units": [4, 7]},
            ],
            offers=[{"unit_cost": 5, "current": 10}],
        )
    )
    assert goal(plan, "change") == approx(0)


# Goals


def test_statutory_demand__what_is_unmet_is_valued_at_the_dearest_offer_open():
    """5 needed, 2 at £6 and 2 at £9 to be had: 1 unmet, at £9; one at £90 is not open yet."""
    plan = allocate(
        problem(
            years=2,
            demand=[{"units": [5, 0]}],
            offers=[
                {"unit_cost": 6, "capacity": 2},
                {"unit_cost": 9, "capacity": 2},
                {"unit_cost": 90, "first_year": "2016-17"},
            ],
        )
    )
    assert goal(plan, "statutory_demand") == approx(9)
    assert plan.goals.set_index("goal").at["statutory_demand", "unit"] == "£"


def test_statutory_demand__with_nothing_on_offer_a_unit_counts_a_pound():
    """The only offer closes after the first year: 0 unmet, then 7 at £1."""
    plan = allocate(
        problem(
            years=2,
            demand=[{"units": 7}],
            offers=[{"unit_cost": 6, "last_year": "2015-16"}],
        )
    )
    assert plan.demand["unmet"].tolist() == approx([0, 7])
    assert goal(plan, "statutory_demand") == approx(7)


def test_statutory_demand__where_all_that_is_on_offer_is_free_a_unit_counts_a_pound():
    """Volunteers give 8 hours of 10 at no cost: 2 unmet at £1."""
    plan = allocate(problem(demand=[{"units": 10}], offers=[{"unit_cost": 0, "capacity": 8}]))
    assert plan.demand["unmet"].tolist() == approx([2])
    assert goal(plan, "statutory_demand") == approx(2)


def test_statutory_demand__it_is_met_even_with_no_money():
    """10 * 6 = 60 and no income: all is met, and the gap is 60."""
    plan = allocate(problem(demand=[{"units": 10}], offers=[{"unit_cost": 6}]))
    assert goal(plan, "statutory_demand") == 0
    assert goal(plan, "funding_gap") == approx(60)


def test_statutory_demand__it_comes_before_statutory_targets():
    """10 units must be met, each harming half a person: 5 where 2 is the target, 3 / 2 missed."""
    plan = allocate(
        problem(
            demand=[{"units": 10}],
            offers=[{"unit_cost": 6}],
            outcomes=[{"direction": "at_most"}],
            targets=[{"target": 2}],
            effects=[{"per_unit": 0.5}],
        )
    )
    assert goal(plan, "statutory_demand") == 0
    assert goal(plan, "statutory_targets") == approx(1.5)
    assert plan.targets["shortfall"].tolist() == approx([3])


@pytest.mark.parametrize(
    ("target", "missed"),
    [
        pytest.param(4, 1 / 4, id="1 of 4 is a quarter"),
        pytest.param(3.5, 0.5 / 3.5, id="0.5 of 3.5"),
    ],
)
def test_statutory_targets__a_total_counts_the_share_that_is_missed(target, missed):
    """12 units at a quarter of a point are 3 at most: the target misses by the rest."""
    plan = allocate(
        problem(
            offers=[{"unit_cost": 6, "capacity": 12}],
            targets=[{"target": target}],
            effects=[{"per_unit": 0.25}],
        )
    )
    assert goal(plan, "statutory_targets") == approx(missed)
    assert plan.targets["shortfall"].tolist() == approx([target - 3])


def test_statutory_targets__a_target_below_one_counts_what_it_misses():
    """0.2 of 0.5 is reached; the miss of 0.3 is divided by 1, not by 0.5."""
    plan = allocate(
        problem(offers=[{"capacity": 2}], targets=[{"target": 0.5}], effects=[{"per_unit": 0.1}])
    )
    assert goal(plan, "statutory_targets") == approx(0.3)


def test_statutory_targets__an_average_counts_its_volume_too():
    """All 10 units are of grade 2 where 3 is wanted: 10 * 1 missed, of 3 * 10: a third."""
    plan = allocate(
        problem(
            demand=[{"units": 10}],
            offers=[{"unit_cost": 6}],
            outcomes=[{"measure": "average"}],
            targets=[{"target": 3}],
            effects=[{"per_unit": 2}],
        )
    )
    assert goal(plan, "statutory_targets") == approx(1 / 3)
    assert plan.targets["achieved"].tolist() == approx([2])
    assert plan.targets["shortfall"].tolist() == approx([1])


def test_statutory_targets__they_come_before_the_gap():
    """A statutory target of 3 needs 12 units, £72, with no money: met, and a gap of 72."""
    plan = allocate(
        problem(offers=[{"unit_cost": 6}], targets=[{"target": 3}], effects=[{"per_unit": 0.25}])
    )
    assert goal(plan, "statutory_targets") == 0
    assert goal(plan, "funding_gap") == approx(72)


def test_funding_gap__it_is_what_income_and_reserves_do_not_cover():
    """Two years of 60 cost 120; income 50 + 30, reserves 15: 120 - 80 - 15 = 25."""
    plan = allocate(
        problem(
            years=2,
            opening=15,
            demand=[{"units": 10}],
            offers=[{"unit_cost": 6}],
            income=[{"amount": [50, 30]}],
        )
    )
    assert goal(plan, "funding_gap") == approx(25)
    assert plan.budget["managed_gap"].sum() == approx(25)
    assert paid_by(plan, "gap") == approx(25)


def test_funding_gap__it_comes_before_other_targets():
    """A target that is not statutory would cost 72 of which 0 is there: it is missed whole."""
    plan = allocate(
        problem(
            offers=[{"unit_cost": 6}],
            outcomes=[{"statutory": False}],
            targets=[{"target": 3}],
            effects=[{"per_unit": 0.25}],
        )
    )
    assert goal(plan, "funding_gap") == 0
    assert goal(plan, "other_targets") == approx(1)


def test_other_demand__it_gets_the_money_that_is_left():
    """10 * 6 = 60 of care is statutory; of 70, £10 buys 5 visits at £2: 5 of 10 unmet, £10."""
    plan = allocate(
        problem(
            services=[{"service": "visits", "statutory": False}],
            demand=[{"units": 10}, {"service": "visits", "units": 10}],
            offers=[{"unit_cost": 6}, {"service": "visits", "unit_cost": 2}],
            income=[{"amount": 70}],
        )
    )
    assert goal(plan, "statutory_demand") == 0
    assert goal(plan, "funding_gap") == approx(0)
    assert goal(plan, "other_demand") == approx(10)
    assert goal(plan, "cost") == approx(70)


def test_other_targets__they_get_the_money_that_other_demand_leaves():
    """Of 30, visits take 10 * 2; £10 buys 5 talks at £2, 5 points of 8: 3 / 8 missed."""
    plan = allocate(
        problem(
            services=[{"service": "visits", "statutory": False}],
            demand=[{"service": "visits", "units": 10}],
            offers=[{"service": "visits", "unit_cost": 2}, {"service": "talks", "unit_cost": 2}],
            income=[{"amount": 30}],
            outcomes=[{"statutory": False}],
            targets=[{"target": 8}],
            effects=[{"service": "talks", "per_unit": 1}],
        )
    )
    assert goal(plan, "other_demand") == approx(0)
    assert goal(plan, "other_targets") == approx(3 / 8)


def test_cost__later_years_are_indexed_and_discounted():
    """10 units at £10, then £11, then £12.10, discounted at a tenth: 100 + 100 + 100."""
    plan = allocate(
        problem(
            years=3,
            discount_rate=0.1,
            demand=[{"units": 10}],
            offers=[{"unit_cost": 10, "indexation": 0.1}],
        )
    )
    assert goal(plan, "cost") == approx(300)
    assert plan.budget["cost"].tolist() == approx([100, 110, 121])


def test_cost__indexation_counts_from_the_plans_first_year_not_the_offers():
    """£10 in 2015-16; the offer opens in the third year at 10 * 1.1 * 1.1 = 12.10."""
    plan = allocate(
        problem(
            years=3,
            demand=[{"units": [0, 0, 10]}],
            offers=[{"unit_cost": 10, "indexation": 0.1, "first_year": "2017-18"}],
        )
    )
    assert goal(plan, "cost") == approx(121)
    assert plan.allocation["unit_cost"].tolist() == approx([12.1])


def test_cost__an_offer_cheaper_now_and_dearer_later_is_used_now():
    """£10 flat against £9 and £10.80: 90 and then 100."""
    plan = allocate(
        problem(
            years=2,
            demand=[{"units": 10}],
            offers=[{"unit_cost": 10}, {"unit_cost": 9, "indexation": 0.2}],
        )
    )
    assert plan.budget["cost"].tolist() == approx([90, 100])


def test_cost__fixed_cost_is_no_part_of_it():
    """10 * 6 = 60 is bought; the 100 of corporate stands in the budget and in the gap alone."""
    plan = allocate(
        problem(demand=[{"units": 10}], offers=[{"unit_cost": 6}], costs=[{"amount": 100}])
    )
    assert goal(plan, "cost") == approx(60)
    assert goal(plan, "funding_gap") == approx(160)


def test_change__between_equal_offers_what_is_bought_today_stays():
    """7 and 3 today, both at £6, 10 needed: the same again, and nothing changes."""
    plan = allocate(
        problem(
            demand=[{"units": 10}],
            offers=[
                {"offer": "a", "unit_cost": 6, "current": 7},
                {"offer": "b", "unit_cost": 6, "current": 3},
            ],
        )
    )
    assert goal(plan, "change") == approx(0)
    assert used(plan, "a") == approx([7])
    assert used(plan, "b") == approx([3])


def test_change__it_never_outweighs_cost():
    """7 today at £6, 10 at £5 to be had: all 10 move, 50; 7 * 6 + 10 * 5 = 92 of change."""
    plan = allocate(
        problem(
            demand=[{"units": 10}],
            offers=[{"unit_cost": 6, "current": 7}, {"unit_cost": 5, "current": 0}],
        )
    )
    assert goal(plan, "cost") == approx(50)
    assert goal(plan, "change") == approx(92)


@pytest.mark.parametrize("name", [*RULES, *(g.name for g in GOALS)])
def test_every_rule_and_goal_is_worked_by_hand(name):
    worked = [test for test in globals() if test.startswith(f"test_{name}__")]
    assert worked
    assert all(any(c.isdigit() for c in globals()[test].__doc__ or "") for test in worked)


def test_measure_change__an_offer_that_ends_stands_in_the_table_as_given_up():
    """10 units a year; a, at £5, ends after the first year, and b, at £6, takes over all 10.

    Given up: 10 at £5 = £50; taken up: 10 at £6 = £60. The table's changes, priced, are the goal's
    £110, and neither row pays anything for a in the second year.
    """
    plan = allocate(
        problem(
            years=2,
            demand=[{"units": 10}],
            offers=[
                {"offer": "a", "unit_cost": 5, "current": 10, "last_year": "2015-16"},
                {"offer": "b", "unit_cost": 6, "current": 0},
            ],
            income=[{"amount": 1000}],
        )
    )
    table = plan.allocation
    assert goal(plan, "change") == approx(110)
    assert (table["change"].abs() * table["unit_cost"]).sum() == approx(110)
    given_up = table[(table["offer"] == "a") & (table["year"] == "2016-17")]
    assert given_up[["used", "paid", "cost", "change"]].to_numpy().tolist() == [[0, 0, 0, -10]]
