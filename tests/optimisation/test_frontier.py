"""The frontier of an outcome is the plan made again at each level of its targets."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from optimisation.engine import NoPlan
from optimisation.facts import Facts
from optimisation.frontier import frontier
from optimisation.restatement import restate
from tests.examples import examples
from tests.optimisation.cases import problem
from tests.optimisation.strategies import problems
from tests.optimisation.test_prices_resolved import PRICED, least


def test_each_level_of_a_total_costs_the_units_that_it_takes():
    """Half a point a unit at £6: 3 points take 6 units, £36; 10 units are all there is."""
    case = problem(
        offers=[{"unit_cost": 6, "capacity": 10}],
        income=[{"amount": 1_000}],
        outcomes=[{"outcome": "safe", "statutory": False}],
        targets=[{"outcome": "safe", "target": 4}],
        effects=[{"outcome": "safe", "per_unit": 0.5}],
    )
    table = frontier(case, "safe", levels=[0.75, 1.0, 1.5]).set_index("level")
    assert table["cost"].tolist() == pytest.approx([36, 48, 60])
    assert table["other_targets"].tolist() == pytest.approx([0, 0, 1 / 4])


def test_an_outcome_without_a_target_has_no_frontier():
    with pytest.raises(KeyError):
        frontier(problem(), "nothing")


@examples(12, release=30)
def test_every_level_agrees_with_a_program_restated_and_sought_by_another_solver(examples):
    """Totals and averages; a miss is worth what it was at the targets as they are."""
    tried = []

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(p=problems(contracts=False))
    def check(p):
        assume(len(p.targets))
        outcome = p.targets["outcome"].iloc[0]
        levels = [0.6, 1.0, 1.3]
        try:
            table = frontier(p, outcome, levels=levels)
        except NoPlan:
            assume(False)
        goals = restate(Facts(p)).goals
        for level, row in zip(levels, table.itertuples(), strict=True):
            own = p.targets["outcome"] == outcome
            target = p.targets["target"].mask(own, p.targets["target"] * level)
            moved = replace(p, targets=p.targets.assign(target=target))
            expected = least(replace(restate(Facts(moved)), goals=goals))
            money = max(1.0, *expected.values())
            for goal in PRICED:
                size = 1.0 if goal.endswith("targets") else money
                assert getattr(row, goal) == pytest.approx(
                    expected[goal], rel=1e-6, abs=1e-7 * size
                )
        tried.append(p.outcomes.set_index("outcome").at[outcome, "measure"])

    check()
    assert {"average", "total"} <= set(tried)
