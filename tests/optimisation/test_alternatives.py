"""Alternatives cost little more, meet the law as the plan does, and differ as they are said to."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from optimisation.allocation import allocate
from optimisation.alternatives import APART, alternatives
from optimisation.engine import NoPlan
from tests.examples import examples
from tests.optimisation.cases import problem
from tests.optimisation.strategies import problems

WITHIN = 0.05
SAME = ["statutory_demand", "statutory_targets", "funding_gap"]


def goals(tables) -> dict[str, float]:
    return dict(zip(tables["goals"]["goal"], tables["goals"]["value"], strict=True))


def test_alternatives_of_a_small_market_by_hand():
    """10 units at £10, £10.10 or £12 from three providers, and £105 at most.

    First all from another: the least dear of the others, for £101. Then, with both favoured alike,
    as many as can be from the third: 100 + 2 n <= 105, so 2.5 of them for £30, and £75 at £10.
    """
    case = problem(
        demand=[{"units": 10}],
        providers=[{"provider": p} for p in ("a", "b", "c")],
        offers=[
            {"offer": p, "provider": p, "unit_cost": cost}
            for p, cost in (("a", 10), ("b", 10.1), ("c", 12))
        ],
        income=[{"amount": 1_000}],
    )
    best, second, third, *_ = alternatives(case, within=0.05)
    assert best.spent.tolist() == pytest.approx([100, 0, 0])
    assert second.spent.tolist() == pytest.approx([0, 101, 0])
    assert third.spent.tolist() == pytest.approx([75, 0, 30], rel=1e-6, abs=1e-6)
    assert [second.moved, third.moved] == pytest.approx([100.5, 27.5], rel=1e-6)


def test_a_plan_that_is_alone_has_no_alternative():
    assert len(alternatives(problem(offers=[{"unit_cost": 6}], income=[{"amount": 100}]))) == 1


@examples(10, release=24)
def test_alternatives_keep_the_law_and_the_gap_and_are_within_what_is_allowed(examples):
    """Of random councils: the first is the plan, and every other is apart from all before it."""
    told = []

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(p=problems())
    def check(p):
        try:
            found = alternatives(p, within=WITHIN, count=3)
        except NoPlan:
            assume(False)
        best = goals(vars(allocate(p)))
        money = max(1.0, *best.values())
        room = WITHIN * best["cost"]
        for one in found:
            own = goals(one.tables)
            for goal in SAME:
                size = 1.0 if goal.endswith("targets") else money
                assert own[goal] == pytest.approx(best[goal], rel=1e-6, abs=1e-7 * size)
            assert own["cost"] <= best["cost"] + room + 1e-6 * money
            assert own["other_demand"] <= best["other_demand"] + room + 1e-6 * money
            assert own["other_targets"] <= best["other_targets"] + WITHIN + 1e-6
        for place, one in enumerate(found[1:], start=1):
            spent = one.tables["allocation"].groupby("provider")["cost"].sum()
            pd.testing.assert_series_equal(
                one.spent[one.spent > 1e-3], spent[spent > 1e-3], check_names=False, rtol=1e-6
            )
            for before in found[:place]:
                apart = (one.spent - before.spent).abs().sum() / 2
                assert apart > APART * one.spent.sum()
        told.append(len(found))

    check()
    assert sum(count > 1 for count in told) >= examples / 10
