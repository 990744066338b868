"""A sketch is the plan itself, without what explains it."""

import pytest
from pandas.testing import assert_frame_equal

from optimisation import Infeasible, allocate
from optimisation.sketch import sketch
from tests.optimisation.cases import problem

SCARCE = {
    "demand": [{"units": 30}],
    "offers": [
        {"offer": "a", "unit_cost": 5, "capacity": 20, "committed": 4},
        {"offer": "b", "unit_cost": 20},
    ],
    "income": [{"amount": 150}],
}


def test_a_sketch_has_the_tables_of_the_allocation_to_the_last_figure():
    """20 at £5 and 10 at £20 are £300, £150 of it not covered."""
    case = problem(**SCARCE)
    plan, tables = allocate(case), sketch(case)
    assert tables["budget"]["managed_gap"].sum() == pytest.approx(150.0)
    for name, table in tables.items():
        whole = getattr(plan, name)
        assert_frame_equal(table, whole[table.columns], check_exact=True)


def test_what_no_plan_can_keep_is_refused_as_the_allocation_refuses_it():
    """4 units committed at £5 are £20, and no more than £10 may be spent."""
    case = problem(**SCARCE, rules=[{"rule": "cap", "kind": "max_spend", "limit": 10}])
    with pytest.raises(Infeasible) as whole:
        allocate(case)
    with pytest.raises(Infeasible) as refusal:
        sketch(case)
    assert refusal.value.conflict == whole.value.conflict
