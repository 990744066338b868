"""What a rule is said to cost is what the plan without it saves."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from optimisation.allocation import allocate
from optimisation.refusals import Infeasible
from tests.optimisation.cases import problem
from tests.optimisation.strategies import problems

GOALS = [
    "statutory_demand",
    "statutory_targets",
    "funding_gap",
    "other_demand",
    "other_targets",
    "cost",
]


def test_a_cap_costs_what_the_dearer_offer_costs_more():
    """10 units; at most half from the offer at £6, so 5 of the one at £8: 5 * £2 = £10 more.

    The other cap, at 90%, is not reached, and costs nothing.
    """
    plan = allocate(
        problem(
            demand=[{"units": 10}],
            offers=[{"offer": "a", "unit_cost": 6}, {"offer": "b", "unit_cost": 8}],
            income=[{"amount": 1_000}],
            rules=[
                {"rule": "half", "kind": "max_share", "provider": "a", "limit": 0.5},
                {"rule": "most", "kind": "max_share", "provider": "b", "limit": 0.9},
            ],
        )
    )
    table = plan.rules.set_index("rule")
    assert table.loc["half", "cost"] == pytest.approx(10)
    assert table.loc["most", GOALS].tolist() == [0] * 6


def test_a_rule_may_save_a_later_goal_what_it_costs_an_earlier_one():
    """£60 for 10 units that the law asks, at £5 or, from a mutual of which half must come, at £7.

    With the rule 5 * 5 + 5 * 7 = £60 is all there is, and 4 other units at £5 go unmet, £20.
    Without it £10 is left, which buys 2 of them: the rule costs £10 of other demand alone.
    """
    plan = allocate(
        problem(
            services=[{"service": "care"}, {"service": "visits", "statutory": False}],
            demand=[{"units": 10}, {"service": "visits", "units": 4}],
            providers=[{"provider": "mutual", "sector": "mutual"}],
            offers=[
                {"offer": "firm", "unit_cost": 5},
                {"provider": "mutual", "unit_cost": 7},
                {"service": "visits", "unit_cost": 5},
            ],
            income=[{"amount": 60}],
            rules=[
                {"rule": "mutuals", "kind": "min_share", "sector": "mutual", "service": "care"}
                | {"limit": 0.5}
            ],
        )
    )
    (row,) = plan.rules.itertuples()
    assert row.other_demand == pytest.approx(10)
    assert row.cost == pytest.approx(0)
    assert (row.statutory_demand, row.funding_gap) == (0, 0)


@pytest.mark.exhaustive
def test_what_a_rule_costs_is_what_the_plan_without_it_saves():
    """At least 40 rules of random councils, the goals without each sought by a case without it."""
    tried = []

    @settings(
        max_examples=80,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(p=problems(), which=st.integers(0, 2))
    def compare(p, which):
        assume(len(p.rules) > which)
        try:
            plan = allocate(p)
        except Infeasible:
            assume(False)
        name = plan.rules["rule"].iloc[which]
        stated = plan.rules.set_index("rule").loc[name, GOALS]
        without = allocate(replace(p, rules=p.rules[p.rules["rule"] != name]))
        before, after = (a.goals.set_index("goal")["value"] for a in (plan, without))
        for goal in GOALS:
            size = max(1.0, before[goal], after[goal])
            apart = before[goal] - after[goal]
            assert stated[goal] == pytest.approx(apart, rel=1e-6, abs=1e-6 * size)
        tried.append((stated != 0).any())

    compare()
    assert len(tried) >= 40
    assert sum(tried) >= 4
