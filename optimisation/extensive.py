"""The extensive form: every future's program side by side, what is committed shared by all."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import block_array, coo_array, csc_array, eye_array, kron

from optimisation.bulk import Program
from optimisation.engine import Session
from optimisation.risk import Risk
from optimisation.sets import FloatArray, IntArray
from optimisation.stages import Policy, Stages

INTERIOR = "ipx"
"""HiGHS's interior point, with a crossover to a vertex: the simplex is slower where columns are
shared by many futures."""


@dataclass(frozen=True)
class Extensive:
    """Futures side by side.

    Parameters
    ----------
    program : Program
        Columns: what is committed, each future's own, the level of the tail, each future's excess.
    costs : array of shape (columns,)
        £ of present value, bad futures weighed.
    first : array of shape (commitments,)
        Columns that are committed.
    level : int
        The column of the tail's level.
    """

    program: Program
    costs: FloatArray
    first: IntArray
    level: int


def side_by_side(stages: Stages, risk: Risk) -> Extensive:
    r"""Return the linear program of all futures.

    .. math:: \min\; (1 - w) \frac1N \sum_f C_f
        + w \Big(\eta + \frac1{(1 - \alpha) N} \sum_f e_f \Big), \quad
        e_f \ge C_f - \eta,\; e_f \ge 0

    with :math:`C_f` the cost of future :math:`f`, whose least is that of ``Risk.of`` (Rockafellar
    and Uryasev, *Optimization of conditional value-at-risk*, Journal of Risk 2, 2000).
    """
    count, first, rest = stages.count, stages.first, stages.rest
    mean = 1.0 - risk.weight
    excess = risk.weight / (1.0 - risk.tail) / count
    costs = [
        mean * stages.costs[first],
        np.tile(mean / count * stages.costs[rest], count),
        np.array([risk.weight]),
        np.full(count, excess),
    ]
    program = _program(stages)
    level = program.matrix.shape[1] - count - 1
    return Extensive(program, np.concatenate(costs), np.arange(len(first)), level)


def solve_extensive(stages: Stages, risk: Risk) -> Policy:
    """Return the commitments that are best over all futures, and what follows in each.

    Raises
    ------
    NoPlan, SolverError
        If HiGHS finds no proven optimum.
    """
    form = side_by_side(stages, risk)
    session = Session(form.program)
    session.set_option("solver", INTERIOR)
    found = session.minimise(form.costs).primal
    primal = np.empty((stages.count, len(stages.costs)))
    primal[:, stages.first] = first = found[form.first]
    primal[:, stages.rest] = found[len(first) : form.level].reshape(stages.count, -1)
    return Policy(first, primal, primal @ stages.costs)


def _program(stages: Stages) -> Program:
    """Return the rows of every future, then the row of each future's excess over the tail."""
    one, count = stages.program, stages.count
    first, rest = stages.first, stages.rest
    each, every = eye_array(count), np.ones((count, 1))
    matrix = block_array(
        [
            [kron(every, one.matrix[:, first]), kron(each, one.matrix[:, rest]), None, None],
            [
                coo_array(every * stages.costs[first]),
                kron(each, stages.costs[rest][np.newaxis]),
                coo_array(-every),
                -each,
            ],
        ]
    )
    height, width = matrix.shape
    none = np.full(count, np.inf)

    def over_columns(values: FloatArray, tail: float) -> FloatArray:
        own = np.tile(values[rest], count)
        return np.concatenate([values[first], own, np.full(count + 1, tail)])

    rows = {"futures": slice(0, height - count), "tail": slice(height - count, height)}
    return Program(
        matrix=csc_array(matrix),
        lower=np.concatenate([stages.lower.ravel(), -none]),
        upper=np.concatenate([stages.upper.ravel(), np.zeros(count)]),
        least=over_columns(one.least, 0.0),
        most=over_columns(one.most, np.inf),
        integer=np.zeros(width, dtype=bool),
        unit=over_columns(one.unit, one.unit[one.columns["gap"].start]),
        rows=rows,
        columns={"every": slice(0, width)},
        row_labels={name: pd.RangeIndex(place.stop - place.start) for name, place in rows.items()},
        column_labels={"every": pd.RangeIndex(width)},
    )
