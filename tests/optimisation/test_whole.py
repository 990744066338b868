"""A plan in whole units keeps every rule, and loses only what whole units must lose."""

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from optimisation.engine import NoPlan
from optimisation.whole import in_whole_units
from tests.optimisation.cases import problem
from tests.optimisation.strategies import problems


def goals(plan):
    return plan.goals.set_index("goal")


def test_units_are_bought_whole_by_hand():
    """10.4 units: 7 of the 7.5 at £6, and 4 at £8: £74; in decimals 7.5 and 2.9, for £68.20."""
    plan = in_whole_units(
        problem(
            demand=[{"units": 10.4}],
            offers=[
                {"offer": "a", "unit_cost": 6, "capacity": 7.5},
                {"offer": "b", "unit_cost": 8},
            ],
            income=[{"amount": 1_000}],
        )
    )
    bought = plan.tables["allocation"].set_index("offer")
    assert bought["used"].to_dict() == {"a": 7.0, "b": 4.0}
    assert bought["paid"].to_dict() == {"a": 7.0, "b": 4.0}
    assert goals(plan).at["cost", "value"] == pytest.approx(74)
    assert goals(plan).at["cost", "decimal"] == pytest.approx(68.2)


def test_money_that_is_short_is_never_overspent():
    """£100 buys 3.33 other units at £30: 3 whole ones, and no gap for the sake of a fourth."""
    plan = in_whole_units(
        problem(
            services=[{"statutory": False}],
            demand=[{"units": 8}],
            offers=[{"unit_cost": 30}],
            income=[{"amount": 100}],
        )
    )
    assert plan.tables["allocation"]["used"].tolist() == [3.0]
    assert goals(plan).at["funding_gap", "value"] == pytest.approx(0, abs=1e-6)


def test_a_commitment_to_part_of_a_unit_is_paid_as_a_whole_one():
    plan = in_whole_units(
        problem(offers=[{"unit_cost": 5, "committed": 2.5}], income=[{"amount": 50}])
    )
    assert plan.tables["allocation"]["paid"].tolist() == [3.0]


def test_whole_plans_of_random_councils_keep_every_rule_and_better_no_bound():
    """The certificate is that of any plan; the decimals' first goal is a bound of the whole's."""
    made = []

    @settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(p=problems(contracts=False))
    def check(p):
        assume(len(p.years) <= 2)
        try:
            plan = in_whole_units(p)
        except NoPlan:
            assume(False)
        for column in ("used", "paid"):
            units = plan.tables["allocation"][column].to_numpy()
            np.testing.assert_array_equal(units, np.rint(units))
        first = plan.goals.iloc[0]
        assert first["value"] >= first["decimal"] * (1 - 1e-6) - 1e-6
        made.append(len(plan.tables["allocation"]))

    check()
    assert len(made) >= 5
