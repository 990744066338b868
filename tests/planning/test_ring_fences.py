"""What ring-fences let be used: the greatest flow, against a linear program."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from planning.case import Case
from planning.ring_fences import fences, usable
from tests.planning.runs import NORTHAMPTONSHIRE

SERVICES = ("care", "corporate", "roads")
AMOUNTS = st.integers(0, 100)
FENCES = st.lists(st.frozensets(st.sampled_from(SERVICES), min_size=1), max_size=4)


def flow(incomes, pays, costs):
    """Return the greatest flow from streams to services, by a linear program."""
    pairs = [(stream, service) for stream, fence in pays.items() for service in fence]
    if not pairs:
        return 0.0
    rows = [[one == stream for one, _ in pairs] for stream in pays]
    rows += [[one == service for _, one in pairs] for service in costs]
    limits = [*incomes.values(), *costs.values()]
    return -linprog([-1.0] * len(pairs), A_ub=np.array(rows, dtype=float), b_ub=limits).fun


@given(FENCES, st.lists(AMOUNTS, min_size=4, max_size=4), st.tuples(AMOUNTS, AMOUNTS, AMOUNTS))
def test_it_is_the_greatest_flow_however_they_overlap(sets, income, cost):
    pays = {f"stream {number}": fence for number, fence in enumerate(sets)}
    incomes = dict(zip(pays, income, strict=False))
    costs = dict(zip(SERVICES, cost, strict=True))
    found = usable(
        {name: np.array([[float(value)]]) for name, value in incomes.items()},
        pays,
        {name: np.array([[float(value)]]) for name, value in costs.items()},
    )
    np.testing.assert_allclose(found.ravel()[0], flow(incomes, pays, costs), atol=1e-6)


def test_paths_are_each_their_own():
    """100 of grant: 60 of care uses 60 of it, 140 uses it all."""
    found = usable(
        {"grant": np.full((1, 2), 100.0)},
        {"grant": frozenset({"care"})},
        {"care": np.array([[60.0, 140.0]])},
    )
    assert found.tolist() == [[60.0, 100.0]]


def test_the_fences_of_northamptonshire():
    own = fences(Case.read(NORTHAMPTONSHIRE))
    assert own == {"public_health_grant": frozenset({"public_health", "wellbeing"})}
