"""Rules that contradict each other: the list names those that do, and dropping any one helps."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings
from scipy.optimize import linprog

from optimisation import Infeasible, allocate
from optimisation.bulk import program_of
from optimisation.conflict import irreducible
from optimisation.engine import NoPlan, Session
from optimisation.facts import Facts
from optimisation.farkas import contradict
from optimisation.goals import GOALS
from optimisation.market import Market
from optimisation.model import build
from optimisation.problem import Problem
from optimisation.relaxation import Relaxation, plan_with, relaxations
from optimisation.restatement import restate
from optimisation.sets import FloatArray, IntArray
from optimisation.statement import Statement
from tests.examples import examples
from tests.optimisation.cases import Row, problem
from tests.optimisation.strategies import problems
from tests.optimisation.test_prices_resolved import PRICED, least

Drop = Callable[[Problem], Problem]


def without_rule(name: str) -> Drop:
    return lambda p: replace(p, rules=p.rules[p.rules["rule"] != name])


def without(column: str, offer: str) -> Drop:
    """Blank a column of one offer."""
    return lambda p: replace(
        p, offers=p.offers.assign(**{column: p.offers[column].mask(p.offers["offer"] == offer)})
    )


# Rows that stand in no one's way, and must stand in no list.
BYSTANDERS: Sequence[Row] = (
    {"rule": "easy", "kind": "max_share", "each": "provider", "limit": 0.99},
    {"rule": "lenient", "kind": "max_spend", "limit": 1e6},
)


def spot_and_block(**block: object) -> list[Row]:
    return [{"offer": "spot", "unit_cost": 5}, {"offer": "block", "unit_cost": 20} | block]


CASES: dict[str, tuple[Problem, dict[str, Drop]]] = {
    "a commitment of 10 at £20 against £150 at most": (
        problem(
            demand=[{"units": 30}],
            offers=spot_and_block(committed=10),
            rules=[
                *BYSTANDERS,
                {"rule": "cap", "kind": "max_spend", "provider": "block"} | {"limit": 150},
            ],
        ),
        {
            "offers.csv, block: 10 units committed in 2015-16": without("committed", "block"),
            "rules.csv, cap: max_spend of £150 in 2015-16": without_rule("cap"),
        },
    ),
    "at least £1,000 on an offer that sells 40 at £20": (
        problem(
            demand=[{"units": 30}],
            offers=spot_and_block(capacity=40),
            rules=[
                *BYSTANDERS,
                {"rule": "floor", "kind": "min_spend", "provider": "block"} | {"limit": 1000},
            ],
        ),
        {
            "offers.csv, block: capacity of 40 units in 2015-16": without("capacity", "block"),
            "rules.csv, floor: min_spend of £1,000 in 2015-16": without_rule("floor"),
        },
    ),
    "at least 0.6 and at most 0.5 of what must be bought in north": (
        problem(
            demand=[{"locality": "north", "units": 30}],
            offers=spot_and_block(),
            rules=[
                {"rule": "least", "kind": "min_share", "provider": "block", "limit": 0.6},
                {"rule": "most", "kind": "max_share", "each": "provider", "limit": 0.5},
                {"rule": "north", "kind": "min_spend", "locality": "north", "limit": 10},
                BYSTANDERS[1],
            ],
        ),
        {
            "rules.csv, least: min_share of 0.6 in care, 2015-16": without_rule("least"),
            "rules.csv, most: max_share of 0.5 for block in care, 2015-16": without_rule("most"),
            "rules.csv, north: min_spend of £10 in 2015-16": without_rule("north"),
        },
    ),
    "100 units today, a tenth less a year, and £1,600 at £20 in the second": (
        problem(
            years=2,
            demand=[{"units": 300}],
            offers=spot_and_block(current=100),
            rules=[
                {"rule": "steady", "kind": "max_change", "limit": 0.1, "each": "offer"}
                | {"year": "2015-16"},
                {"rule": "later", "kind": "max_change", "limit": 0.1, "year": "2016-17"},
                {"rule": "cap", "kind": "max_spend", "provider": "block", "limit": 1600}
                | {"year": "2016-17"},
                BYSTANDERS[1],
            ],
        ),
        {
            "rules.csv, steady: max_change of 0.1 for block: block may go no further down in "
            "2015-16": without_rule("steady"),
            "rules.csv, later: max_change of 0.1: block may go no further down in "
            "2016-17": without_rule("later"),
            "rules.csv, cap: max_spend of £1,600 in 2016-17": without_rule("cap"),
        },
    ),
    "at least £1 on a provider that sells nothing yet": (
        problem(
            years=2,
            offers=spot_and_block(first_year="2016-17"),
            rules=[
                *BYSTANDERS,
                {"rule": "start", "kind": "min_spend", "provider": "block"} | {"limit": 1},
            ],
        ),
        {"rules.csv, start: min_spend of £1 in 2015-16": without_rule("start")},
    ),
    "two floors that do not fit under one ceiling": (
        problem(
            demand=[{"units": 30}],
            offers=spot_and_block(),
            rules=[
                {"rule": "mine", "kind": "min_spend", "provider": "spot", "limit": 600000},
                {"rule": "yours", "kind": "min_spend", "provider": "block", "limit": 700000},
                BYSTANDERS[1],
            ],
        ),
        {
            "rules.csv, lenient: max_spend of £1,000,000 in 2015-16": without_rule("lenient"),
            "rules.csv, mine: min_spend of £600,000 in 2015-16": without_rule("mine"),
            "rules.csv, yours: min_spend of £700,000 in 2015-16": without_rule("yours"),
        },
    ),
}
"""By the contradiction: a problem, and every row that the list must name with what drops it."""


@pytest.mark.parametrize("contradiction", CASES)
def test_the_conflict_names_exactly_the_rows_that_contradict_each_other(contradiction):
    case, rows = CASES[contradiction]
    with pytest.raises(Infeasible) as refusal:
        allocate(case)
    assert sorted(refusal.value.conflict) == sorted(rows)
    assert all(row in str(refusal.value) for row in rows)


@pytest.mark.parametrize(
    ("contradiction", "row"), [(c, r) for c, (_, rs) in CASES.items() for r in rs]
)
def test_dropping_any_row_of_the_conflict_leaves_a_plan(contradiction, row):
    case, rows = CASES[contradiction]
    plan = allocate(rows[row](case))
    assert len(plan.goals) == 7


def test_looking_for_a_conflict_prints_nothing(capfd):
    case, _ = next(iter(CASES.values()))
    with pytest.raises(Infeasible):
        allocate(case)
    assert capfd.readouterr() == ("", "")


def test_what_is_short_is_no_conflict():
    """Demand, targets and money give way: 5 of 10 unmet, a target missed, and all of it a gap."""
    plan = allocate(
        problem(
            demand=[{"units": 10}],
            offers=[{"unit_cost": 6, "capacity": 5}],
            targets=[{"target": 8}],
            effects=[{"per_unit": 1}],
        )
    )
    values = plan.goals.set_index("goal")["value"]
    assert values["statutory_demand"] == pytest.approx(30)
    assert values["statutory_targets"] == pytest.approx(3 / 8)
    assert values["funding_gap"] == pytest.approx(30)


def conflicting(p: Problem) -> tuple[Statement, IntArray, FloatArray] | None:
    """Return a problem's program, the rows that conflict and their multipliers; None if none do."""
    program = program_of(build(Market(p)))
    session = Session(program)
    try:
        session.minimise(np.zeros(len(program.unit)))
    except NoPlan:
        rows, multipliers = irreducible(session)
        statement = restate(Facts(p))
        keys = [program.row_name(int(row)) for row in rows]
        return statement, statement.find_rows(keys), multipliers
    return None


def can_all_hold(statement: Statement, rows: IntArray) -> bool:
    """Ask another version of HiGHS, of the restated rows alone."""
    matrix = statement.matrix[rows].toarray()
    size = np.abs(matrix).max(axis=1, initial=0.0)
    size = np.where(size > 0.0, size, 1.0)[:, np.newaxis]
    lower, upper = statement.lower[rows] / size[:, 0], statement.upper[rows] / size[:, 0]
    below, above = np.isfinite(upper), np.isfinite(lower)
    found = linprog(
        np.zeros(matrix.shape[1]),
        A_ub=np.vstack([(matrix / size)[below], -(matrix / size)[above]]),
        b_ub=np.concatenate([upper[below], -lower[above]]),
        method="highs",
    )
    assert found.status in (0, 2)
    return found.status == 0


@pytest.mark.slow
@examples(100, release=450)
def test_random_conflicts_are_proved_exactly_and_no_row_of_them_can_be_spared(
    examples, record_property
):
    """Each set cannot hold, by exact arithmetic and by another solver; each but one of it can."""
    sizes = []

    @seed(41)
    @settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(p=problems(contracts=False))
    def check(p: Problem) -> None:
        if (found := conflicting(p)) is None:
            return
        statement, rows, multipliers = found
        assert contradict(statement, rows, multipliers)
        assert not can_all_hold(statement, rows)
        for row in rows:
            assert can_all_hold(statement, rows[rows != row])
        sizes.append(len(rows))

    check()
    record_property("conflicts", len(sizes))
    assert len(sizes) >= examples / 9


def small_conflict() -> tuple[Statement, IntArray, FloatArray]:
    """Return the first contradiction above: 20 * paid <= 150 and paid >= 10."""
    case, _ = next(iter(CASES.values()))
    found = conflicting(case)
    assert found is not None
    return found


def test_a_proof_is_of_its_own_rows_and_figures():
    """With £200 there is no conflict: 20 * 10 <= 200, and the same multipliers prove nothing."""
    statement, rows, multipliers = small_conflict()
    assert contradict(statement, rows, multipliers)
    loosened = replace(statement, upper=np.where(statement.upper == 150.0, 200.0, statement.upper))
    assert not contradict(loosened, rows, multipliers)
    barely = replace(
        statement,
        upper=np.where(statement.upper == 150.0, np.nextafter(200.0, 0.0), statement.upper),
    )
    assert contradict(barely, rows, multipliers)


def test_wrong_multipliers_prove_nothing():
    statement, rows, _ = small_conflict()
    assert not contradict(statement, rows, np.array([1.0, 1.0]))
    assert not contradict(statement, rows[:1], np.array([1.0]))


def test_the_ways_out_say_how_far_one_requirement_alone_must_give():
    """10 committed at £20 are £200 against £150: 7.5 units would do, or £200; a quarter each.

    The other 22.5 of 30 units at £5 make £262.50, or the other 20 of them £300; no income pays.
    """
    case, _ = next(iter(CASES.values()))
    with pytest.raises(Infeasible) as refusal:
        allocate(case)
    assert list(refusal.value.ways_out) == [
        "offers.csv, block: 10 units committed in 2015-16; move it from 10 units to 7.5 units "
        "(25.00%); the plan then costs £262.50, with £262.50 of funding gap",
        "rules.csv, cap: max_spend of £150 in 2015-16; move it from £150.00 to £200.00 (25.00%); "
        "the plan then costs £300.00, with £300.00 of funding gap",
    ]


def test_two_conflicts_have_no_way_out_by_one_requirement_alone():
    """Two offers committed to 10 at £20, each with £150 at most."""
    caps = [
        {"rule": f"cap_{o}", "kind": "max_spend", "provider": o, "limit": 150} for o in ("a", "b")
    ]
    case = problem(
        demand=[{"units": 30}],
        offers=[{"offer": o, "unit_cost": 20, "committed": 10} for o in ("a", "b")],
        rules=caps,
    )
    with pytest.raises(Infeasible) as refusal:
        allocate(case)
    assert len(refusal.value.conflict) == 2
    assert refusal.value.ways_out == ()


def test_a_minimum_that_no_income_can_reach_is_named():
    """£270 at least, £225 in hand, and nothing comes in; no offer meets the one unit, at £1."""
    with pytest.raises(Infeasible) as refusal:
        allocate(problem(opening=225, minimum=270, demand=[{"units": 1}]))
    asked = "reserves, general: minimum of £270 at the end of 2015-16"
    assert refusal.value.conflict == (asked,)
    assert refusal.value.ways_out == (
        f"{asked}; move it from £270.00 to £225.00 (16.67%); the plan then costs £0.00, with £1.00 "
        "of statutory demand unmet",
    )


def assert_comes_to(p: Problem, way: Relaxation, stated: dict[str, float]) -> None:
    """Assert that the goals stated are the least with one row at the level that a way out needs."""
    s = restate(Facts(p))
    (row,) = s.find_rows([way.row])
    level = way.needed + 1e-9 * (way.needed - way.level)
    lower, upper = s.lower.copy(), s.upper.copy()
    (lower if np.isfinite(lower[row]) else upper)[row] = level
    expected = least(replace(s, lower=lower, upper=upper))
    money = max(1.0, *expected.values())
    for goal, value in stated.items():
        size = 1.0 if goal.endswith("targets") else money
        assert value == pytest.approx(expected[goal], rel=1e-6, abs=1e-7 * size), (goal, way)


@pytest.mark.slow
@examples(100, release=450)
def test_a_relaxation_is_just_enough_and_its_plan_comes_to_what_is_said(examples, record_property):
    """With the row at the level needed there is a plan, and with a thousandth less there is not.

    The goals of that plan are those of the restatement with the row at that level, sought by
    another version of the solver.
    """
    tried = []

    @seed(43)
    @settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(p=problems(contracts=False))
    def check(p: Problem) -> None:
        m = build(Market(p))
        program = program_of(m)
        session = Session(program)
        if session.has_plan():
            return
        rows, _ = irreducible(session)
        costs = [program.costs(goal.weights(m)) for goal in GOALS[: len(PRICED)]]
        for way in relaxations(session, rows):
            row = way.place
            if len(tried) % 4 == 0:
                stated = dict(zip(PRICED, plan_with(session, way, costs), strict=True))
                assert_comes_to(p, way, stated)
                session.release()
            for share, enough in ((1.0 + 1e-6, True), (0.999, False)):
                session.keep_only(np.arange(len(program.lower)))
                level = np.array([way.level + share * (way.needed - way.level)])
                free = np.array([np.inf])
                lower, upper = (level, free) if way.needed < way.level else (-free, level)
                session.set_levels(np.array([row]), lower, upper)
                assert session.has_plan() is enough
            tried.append(way)

    check()
    record_property("relaxations", len(tried))
    assert len(tried) >= examples / 15
