"""The model of whole families is, coefficient by coefficient, what plain rules and joins write."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings

from optimisation.bulk import Program, program_of
from optimisation.facts import Facts
from optimisation.market import Market
from optimisation.model import build
from optimisation.restatement import restate
from optimisation.statement import Statement
from tests.optimisation.reference import build_plainly
from tests.optimisation.strategies import problems

Cells = dict[tuple[tuple[str, ...], tuple[str, ...]], float]

many = settings(
    max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def named(labels: dict[str, object]) -> list[tuple[str, ...]]:
    """List the names of rows or columns."""
    return [
        (name, *(label if isinstance(label, tuple) else (label,)))
        for name, index in labels.items()
        for label in index
    ]


def cells_of(matrix: object, rows: list, columns: list) -> Cells:
    entries = matrix.tocoo()
    return {
        (rows[i], columns[j]): value
        for i, j, value in zip(entries.row, entries.col, entries.data, strict=True)
        if value != 0.0
    }


def of_program(program: Program) -> tuple[Cells, dict, set]:
    """Return cells, bounds by row, and the names of the columns."""
    rows, columns = named(program.row_labels), named(program.column_labels)
    bounds = dict(zip(rows, zip(program.lower, program.upper, strict=True), strict=True))
    return cells_of(program.matrix, rows, columns), bounds, set(columns)


def of_statement(statement: Statement) -> tuple[Cells, dict, set]:
    """Return the same of a statement, without the rows that say how decisions were taken."""
    rows, columns = named(statement.rows), named(statement.columns)
    bounds = dict(zip(rows, zip(statement.lower, statement.upper, strict=True), strict=True))
    cells = cells_of(statement.matrix, rows, columns)
    taken = {row for row in rows if row[0].startswith("decide_")}
    return (
        {cell: value for cell, value in cells.items() if cell[0] not in taken},
        {row: levels for row, levels in bounds.items() if row not in taken},
        set(columns),
    )


def assert_same(one: tuple[Cells, dict, set], other: tuple[Cells, dict, set]) -> None:
    for mine, theirs in zip(one[:2], other[:2], strict=True):
        assert set(mine) == set(theirs)
        keys = list(mine)
        np.testing.assert_allclose(
            np.array([mine[key] for key in keys], dtype=float),
            np.array([theirs[key] for key in keys], dtype=float),
            rtol=1e-12,
            atol=1e-9,
        )
    assert one[2] == other[2]


@pytest.mark.slow
@seed(11)
@many
@given(p=problems())
def test_families_and_plain_rules_write_the_same_matrix(p):
    assert_same(of_program(program_of(build(Market(p)))), of_program(program_of(build_plainly(p))))


@pytest.mark.slow
@seed(12)
@many
@given(p=problems())
def test_the_model_and_its_restatement_are_the_same_program(p):
    assert_same(of_program(program_of(build(Market(p)))), of_statement(restate(Facts(p))))
