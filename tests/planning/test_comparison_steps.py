"""Why two plans differ: steps by hand, steps that are joined, and steps that add up."""

import pytest

from optimisation.sketch import sketch
from planning.comparison.groups import over_years, stands_alone, towards
from planning.comparison.measures import TOLD, measure
from planning.comparison.steps import route_of, walk
from tests.optimisation.cases import problem


def levels(one):
    return measure(sketch(one), one, years=one.years)


def steps(old, new, *, demand=None):
    """Return the steps between two problems, and the levels at both ends."""
    first = new.demand if demand is None else demand
    route = route_of(towards(new, demand=first, income=new.income), (old, new))
    ends = levels(old), levels(new)
    return walk(route, ends=ends, years=old.years), ends


def gaps(made):
    return {step.title: step.change("managed_gap") for step in made}


OLD = {
    "demand": [{"units": 10}],
    "offers": [{"offer": "a", "unit_cost": 6}],
    "income": [{"amount": 50}],
}
NEW = {
    "demand": [{"units": 12}],
    "offers": [{"offer": "a", "unit_cost": 7}],
    "income": [{"amount": 40}],
    "opening": 8,
}


@pytest.fixture(scope="module")
def there():
    """Return the steps from OLD to NEW, and the levels at both ends."""
    return steps(problem(**OLD), problem(**NEW))


def test_each_step_is_what_its_inputs_change_after_those_before_it(there):
    """10 at £6 less £50 is a gap of 10; 12 at £6, 22; less £40, 32; at £7, 44; less £8, 36."""
    made, ends = there
    assert gaps(made) == {
        "Demand": 12.0,
        "Income": 10.0,
        "Prices and terms": 12.0,
        "Reserves": -8.0,
    }
    assert [step.change("whole_cost") for step in made] == [12.0, 0.0, 12.0, 0.0]
    assert ends[0]["managed_gap"] == 10.0
    assert ends[1]["managed_gap"] == 36.0
    assert [step.cause for step in made] == [
        "more demand (care)",
        "less income (grant)",
        "dearer care",
        "other reserves (general)",
    ]
    assert made[0].changed == "demand: 1 changed"


def test_the_other_way_round_the_steps_differ_and_the_sum_is_the_same_below_nil():
    """From 36 back to 10: demand −14, income −10, prices −10, reserves +8."""
    made, _ = steps(problem(**NEW), problem(**OLD))
    assert gaps(made) == {
        "Demand": -14.0,
        "Income": -10.0,
        "Prices and terms": -10.0,
        "Reserves": 8.0,
    }
    assert sum(gaps(made).values()) == -26.0


def test_what_does_not_change_is_no_step():
    made, _ = steps(problem(**OLD), problem(**OLD | {"income": [{"amount": 45}]}))
    assert gaps(made) == {"Income": 5.0}
    assert steps(problem(**OLD), problem(**OLD))[0] == ()


def test_a_choice_of_another_quantile_is_a_step_of_its_own():
    """History asks 11, the new quantile 12: £6 and £6."""
    between = problem(**OLD | {"demand": [{"units": 11}]}).demand
    new = problem(**OLD | {"demand": [{"units": 12}]})
    made, _ = steps(problem(**OLD), new, demand=between)
    assert gaps(made) == {"Demand": 6.0, "Risk planned for": 6.0}
    assert made[1].cause == "planning for a higher quantile of demand"


def test_demand_for_a_service_that_nobody_offers_yet_waits_for_its_offers():
    """5 nights at £4 more; without the offer they would only be unmet."""
    new = OLD | {
        "demand": [*OLD["demand"], {"service": "breaks", "units": 5}],
        "offers": [*OLD["offers"], {"offer": "b", "service": "breaks", "unit_cost": 4}],
        "income": [{"amount": 45}],
    }
    made, _ = steps(problem(**OLD), problem(**new))
    assert gaps(made) == {"Demand with Income with Prices and terms": 25.0}
    assert "offers added (b)" in made[0].cause


def test_an_offer_that_goes_waits_for_the_effects_that_name_it():
    base = OLD | {"targets": [{"target": 5}], "outcomes": [{"outcome": "safe"}]}
    old = base | {
        "offers": [*OLD["offers"], {"offer": "b", "unit_cost": 5}],
        "effects": [{"per_unit": 1}, {"offer": "b", "per_unit": 2}],
    }
    new = base | {"effects": [{"per_unit": 1}]}
    half = problem(**new | {"offers": old["offers"], "effects": old["effects"]})
    assert stands_alone(half, (half, half))
    made, _ = steps(problem(**old), problem(**new))
    assert gaps(made) == {"Prices and terms with Outcomes, targets and effects": 10.0}


def test_hard_rules_in_conflict_half_way_join_a_step_with_the_next():
    """£50 must be spent; at £4 only £40 can be, until the rule asks £30."""
    rule = {"rule": "floor", "kind": "min_spend"}
    old = OLD | {
        "offers": [{"offer": "a", "unit_cost": 6, "capacity": 10}],
        "rules": [rule | {"limit": 50}],
    }
    new = OLD | {
        "offers": [{"offer": "a", "unit_cost": 4, "capacity": 10}],
        "rules": [rule | {"limit": 30}],
        "income": [{"amount": 30}],
    }
    made, _ = steps(problem(**old), problem(**new))
    assert gaps(made) == {"Income": 20.0, "Prices and terms with Rules": -20.0}
    assert made[1].cause == "cheaper care with other rules (floor)"


def test_demand_unmet_is_counted_as_the_goals_count_it():
    """3 of 10 cannot be had, at the dearest open offer's £9; not in law they are other demand."""
    for law, name in ((True, "statutory_unmet"), (False, "other_unmet")):
        one = problem(
            services=[{"statutory": law}],
            demand=[{"units": 10}],
            offers=[{"unit_cost": 9, "capacity": 4}, {"unit_cost": 6, "capacity": 3}],
            income=[{"amount": 100}],
        )
        found = levels(one)
        assert found[name] == 27.0
        assert found["statutory_unmet"] + found["other_unmet"] == 27.0


def test_over_its_first_years_a_problem_has_no_later_row():
    whole = problem(
        years=3,
        demand=[{"units": [10, 11, 12]}],
        offers=[{"unit_cost": 6}],
        income=[{"amount": 60}],
        rules=[
            {"kind": "max_spend", "limit": 99},
            {"kind": "max_spend", "limit": 98, "year": "2017-18"},
        ],
    )
    short = over_years(whole, whole.years[:2])
    assert short.demand["units"].tolist() == [10.0, 11.0]
    assert len(short.rules) == 1
    assert levels(short)["managed_gap"] == 6.0
    assert measure(sketch(whole), whole, years=short.years)["managed_gap"] == 6.0


def test_what_no_input_explains_is_a_step_that_says_so():
    one = problem(**OLD)
    ends = levels(one), levels(one) | {"managed_gap": 11.0}
    (step,) = walk([], ends=ends, years=one.years)
    assert step.title == "Remainder"
    assert {name: step.change(name) for name in TOLD if step.change(name)} == {"managed_gap": 1.0}


def test_every_figure_of_the_steps_sums_to_the_whole_change(there):
    made, ends = there
    for name in TOLD:
        total = round(sum(step.change(name) for step in made), 2)
        assert total == round(ends[1][name] - ends[0][name], 2)
