"""Families held as arrays behave as Pyomo's own components do; nothing in a model is ignored."""

import pickle
import shutil

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimisation.bulk import BulkConstraint, BulkVar, between, program_of
from optimisation.engine import NoPlan, Session
from optimisation.refusals import SolverError

FOOD = pd.Index(["bread", "milk"], name="food")
DAYS = pd.Index(["mon", "tue", "wed"], name="day")
PAIRS = pd.MultiIndex.from_product([FOOD, DAYS])


def diet() -> pyo.ConcreteModel:
    """Return a model of food by day: at least 3 units a day, no more than 5 of each in all."""
    m = pyo.ConcreteModel()
    m.eaten = BulkVar(PAIRS, doc="units eaten")
    m.left = BulkVar(DAYS, doc="units left over")
    food, day = (np.asarray(code, dtype=np.intp) for code in PAIRS.codes)
    m.need = BulkConstraint(DAYS, m.eaten.into(day) - m.left == 3.0)
    m.limit = BulkConstraint(FOOD, m.eaten.into(food) <= 5.0)
    return m


def priced(m: pyo.ConcreteModel) -> tuple[Session, np.ndarray]:
    """Return a session, and costs: bread at 2, milk at 3, what is left over at 1."""
    program = program_of(m)
    session = Session(program)
    costs = [(m.eaten, np.repeat([2.0, 3.0], 3)), (m.left, np.ones(3))]
    return session, program.costs(costs)


def plain_diet() -> pyo.ConcreteModel:
    """Return the same model in Pyomo's own components."""
    m = pyo.ConcreteModel()
    m.eaten = pyo.Var(list(PAIRS), within=pyo.NonNegativeReals)
    m.left = pyo.Var(list(DAYS), within=pyo.NonNegativeReals)
    m.need = pyo.Constraint(
        list(DAYS), rule=lambda m, d: sum(m.eaten[f, d] for f in FOOD) - m.left[d] == 3.0
    )
    m.limit = pyo.Constraint(list(FOOD), rule=lambda m, f: sum(m.eaten[f, d] for d in DAYS) <= 5.0)
    return m


def test_the_arrays_are_those_of_pyomos_own_components():
    one, other = program_of(diet()), program_of(plain_diet())
    np.testing.assert_array_equal(one.matrix.toarray(), other.matrix.toarray())
    for name in ("lower", "upper", "least", "most"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert {k: list(v) for k, v in one.row_labels.items()} == {"need": [*DAYS], "limit": [*FOOD]}


def test_the_optimum_and_its_duals_are_those_worked_by_hand():
    """9 units are needed, 5 of bread at 2 and 4 of milk at 3: 22. One unit more costs 3 a day."""
    session, costs = priced(diet())
    found = session.minimise(costs)
    assert found.value == pytest.approx(22.0)
    np.testing.assert_allclose(found.dual, [3.0, 3.0, 3.0, -1.0, 0.0], atol=1e-9)


def test_pyomos_own_interface_finds_the_same_optimum():
    m = diet()
    m.cost = pyo.Objective(
        expr=sum((2.0 if f == "bread" else 3.0) * m.eaten[f, d] for f, d in PAIRS)
    )
    pyo.SolverFactory("highs").solve(m)
    assert pyo.value(m.cost) == pytest.approx(22.0)


@pytest.mark.skipif(shutil.which("glpsol") is None, reason="GLPK is not installed")
def test_another_solver_reads_the_model_and_finds_the_same_optimum():
    m = diet()
    m.cost = pyo.Objective(
        expr=sum((2.0 if f == "bread" else 3.0) * m.eaten[f, d] for f, d in PAIRS)
    )
    pyo.SolverFactory("glpk").solve(m)
    assert pyo.value(m.cost) == pytest.approx(22.0)


def test_pyomo_objects_are_made_for_those_that_are_touched():
    m = diet()
    assert m.eaten.touched() == {}
    assert str(m.need["tue"].body) == "eaten[bread,tue] + eaten[milk,tue] - left[tue]"
    assert set(m.eaten.touched()) == {("bread", "tue"), ("milk", "tue")}
    assert (len(m.eaten), ("milk", "wed") in m.eaten, ("milk", "sun") in m.eaten) == (
        6,
        True,
        False,
    )


def test_a_label_that_the_family_does_not_have_is_refused():
    with pytest.raises(KeyError):
        diet().eaten["cheese", "mon"]
    with pytest.raises(KeyError):
        diet().need["sun"]


def milk_of_monday_is_six(m):
    """Cost 18, and 3 left over; Tuesday and Wednesday take 5 of bread at 2 and 1 of milk at 3."""
    m.limit["milk"].set_value(m.eaten["milk", "mon"] <= 9.0)
    m.eaten["milk", "mon"].fix(6.0)


def two_of_each(m):
    """Cost 3 * (4 + 6), and one left over a day."""
    m.limit.deactivate()
    m.eaten.fix(2.0)


TOUCHED = {
    "a variable is fixed where it may as well be": (lambda m: m.eaten["bread", "mon"].fix(0.5), 22),
    "a variable is fixed at a price": (milk_of_monday_is_six, 18 + 3 + 10 + 3),
    "a whole family is fixed": (two_of_each, 30 + 3),
    "a variable has an upper bound": (lambda m: m.eaten["bread", "tue"].setub(0.0), 22),
    "a variable has a lower bound": (lambda m: m.left["mon"].setlb(1.0), 22 + 1 + 3),
    "a row is not active": (lambda m: m.limit["bread"].deactivate(), 9 * 2),
    "a family is not active": (lambda m: m.limit.deactivate(), 9 * 2),
    "a row is rewritten": (lambda m: m.need["wed"].set_value(m.left["wed"] == 2.0), 10 + 3 + 2),
}


@pytest.mark.parametrize("how", TOUCHED)
def test_what_is_touched_is_honoured(how):
    touch, value = TOUCHED[how]
    m = diet()
    touch(m)
    session, costs = priced(m)
    assert session.minimise(costs).value == pytest.approx(value)


def test_an_analysts_own_variable_and_constraint_are_joined():
    """Milk on Monday alone comes by a bonus of at most 1, at no cost: 3 less for it."""
    m = diet()
    m.bonus = pyo.Var(bounds=(0.0, 1.0))
    m.gift = pyo.Constraint(expr=m.eaten["milk", "mon"] - m.bonus <= 0.0)
    m.rate = pyo.Param(initialize=2.0, mutable=True)
    m.own = pyo.Constraint(DAYS.tolist(), rule=lambda m, d: m.rate * m.left[d] <= 1.0)
    session, costs = priced(m)
    found = session.minimise(costs)
    values = session.program.values(found.primal)
    assert values["eaten"][3] <= 1.0
    assert found.value == pytest.approx(22.0)
    assert set(session.program.rows) == {"need", "limit", "gift", "own"}


def test_whole_numbers_are_handed_over_as_such():
    m = diet()
    m.packs = pyo.Var(within=pyo.NonNegativeIntegers)
    m.packed = pyo.Constraint(expr=m.eaten["bread", "mon"] - 4.0 * m.packs == 0.0)
    program = program_of(m)
    assert program.integer.sum() == 1


REFUSED = {
    "an objective": (lambda m: setattr(m, "o", pyo.Objective(expr=m.left["mon"])), "Objective"),
    "a block": (lambda m: setattr(m, "b", pyo.Block()), "Block"),
    "a square": (
        lambda m: setattr(m, "c", pyo.Constraint(expr=m.left["mon"] ** 2 <= 1.0)),
        "not linear",
    ),
    "another model's variable": (
        lambda m: setattr(m, "c", pyo.Constraint(expr=diet().left["mon"] <= 1.0)),
        "not in the model",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_handed_over_is_refused(what):
    add, says = REFUSED[what]
    m = diet()
    add(m)
    with pytest.raises(ValueError, match=says):
        program_of(m)


@pytest.mark.parametrize("level", [np.nan, np.array([1.0, np.nan, 1.0])])
def test_a_level_that_is_not_a_number_is_refused(level):
    m = diet()
    with pytest.raises(ValueError, match="not a number"):
        BulkConstraint(DAYS, 1.0 * m.left <= level)


def test_a_family_stands_for_itself_only_in_rows_of_its_own_labels():
    m = diet()
    with pytest.raises(ValueError, match="other labels"):
        BulkConstraint(FOOD, 1.0 * m.left <= 1.0)
    with pytest.raises(ValueError, match="more than once"):
        BulkVar(pd.Index(["a", "a"]))


def test_a_coefficient_too_small_for_the_solver_is_refused_and_not_left_out():
    m = diet()
    m.tiny = BulkConstraint(DAYS, 1.0 * m.left + m.eaten.at(np.arange(3), 1e-10) >= 1e-10)
    with pytest.raises(SolverError, match="tiny mon"):
        Session(program_of(m))


def test_a_misspelt_option_is_refused():
    session, _ = priced(diet())
    with pytest.raises(SolverError, match="time_limt"):
        session.set_option("time_limt", 5.0)


def test_units_of_the_solver_change_no_figure():
    m = diet()
    m.left.unit = np.full(3, 2.0**10)
    session, costs = priced(m)
    found = session.minimise(costs)
    assert found.value == pytest.approx(22.0)
    np.testing.assert_allclose(found.dual, [3.0, 3.0, 3.0, -1.0, 0.0], atol=1e-9)


def test_rows_that_contradict_each_other_have_a_proof():
    """At least 9 in all and at most 5 + 3: the ray adds them up to nought at most -1."""
    m = diet()
    m.limit["milk"].set_value(sum(m.eaten["milk", d] for d in DAYS) <= 3.0)
    session, costs = priced(m)
    with pytest.raises(NoPlan):
        session.minimise(costs)
    ray, program = session.dual_ray(), session.program
    ray = ray * np.sign(ray[0])
    combined = program.matrix.T @ ray
    assert np.all(combined <= 1e-9)
    bound = np.where(ray > 0.0, program.lower, program.upper)
    assert ray[ray != 0.0] @ bound[ray != 0.0] > 1e-9


def test_ranges_are_the_levels_between_which_the_price_holds():
    """Bread's limit is worth 1 a unit from 0 of it, all in milk, to 9, when no milk is needed."""
    session, costs = priced(diet())
    session.minimise(costs)
    lower, upper = session.ranges()
    row = session.program.rows["limit"].start
    inside = [lower[row] + 1e-6, upper[row] - 1e-6]
    assert 0.0 <= lower[row] < 5.0 < upper[row] <= 9.0
    for level in inside:
        session.set_levels(np.array([row]), np.array([-np.inf]), np.array([level]))
        assert session.minimise(costs).value == pytest.approx(22.0 - (level - 5.0))


def test_a_model_is_copied_and_kept():
    m = diet()
    m.eaten["milk", "mon"].fix(1.0)
    for copy in (m.clone(), pickle.loads(pickle.dumps(m))):
        one, other = program_of(m), program_of(copy)
        np.testing.assert_array_equal(one.matrix.toarray(), other.matrix.toarray())
        np.testing.assert_array_equal(one.most, other.most)


@settings(max_examples=50, deadline=None, database=None)
@given(data=st.data())
def test_any_terms_are_the_sums_that_they_say(data):
    """Cells, rows and columns drawn at random, against a dense matrix filled cell by cell."""
    rows, columns = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 5))
    row_labels, labels = pd.RangeIndex(rows), pd.RangeIndex(columns)
    m = pyo.ConcreteModel()
    m.x = BulkVar(labels)
    whole = st.integers(-3, 3).map(float)
    cells = data.draw(
        st.lists(
            st.tuples(st.integers(0, rows - 1), st.integers(0, columns - 1), whole), max_size=9
        )
    )
    into = data.draw(st.lists(st.integers(-1, rows - 1), min_size=columns, max_size=columns))
    at = data.draw(st.lists(st.integers(-1, columns - 1), min_size=rows, max_size=rows))
    factor = data.draw(st.lists(whole, min_size=rows, max_size=rows))
    dense = np.zeros((rows, columns))
    for i, j, value in cells:
        dense[i, j] += value
    for j, i in enumerate(into):
        dense[i, j] += 2.0 * (i >= 0)
    for i, j in enumerate(at):
        dense[i, j] -= factor[i] * (j >= 0)
    i, j, value = (np.array(part) for part in zip(*cells, strict=True)) if cells else 3 * [[]]
    terms = m.x.cells(np.array(i, dtype=np.intp), np.array(j, dtype=np.intp), np.array(value))
    terms = terms + m.x.into(np.array(into), 2.0) - np.array(factor) * m.x.at(np.array(at))
    m.c = BulkConstraint(row_labels, between(-1.0, terms, 1.0))
    program = program_of(m)
    np.testing.assert_allclose(program.matrix.toarray(), dense, atol=1e-12)
    for place in range(rows):
        body = m.c[place].body
        for column in range(columns):
            m.x[column].set_value(float(column + 1), skip_validation=True)
        assert pyo.value(body) == pytest.approx(float(dense[place] @ np.arange(1.0, columns + 1)))
