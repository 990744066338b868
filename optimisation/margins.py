"""What one unit more of each use would do to each goal, and which rows are to blame."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array

from optimisation.bulk import Program
from optimisation.engine import Optimum
from optimisation.market import Market
from optimisation.sets import FloatArray
from optimisation.solver import HELD

SHARES, CHANGES, SPENDS = "limit_share", "limit_change", "limit_spend"
TARGETS, PREVENTION, EXCESS = "reach_targets", "prevent_demand", "count_excess"

WHOLE = ("award_first", "viable_volume")
"""The rows that hold an award to the decision whether it is made."""

BLOCKS, ASKS = 1.0, -1.0
"""Which way a row counts: against one more unit, or for it."""


@dataclass(frozen=True)
class Cause:
    """The row that counts most for or against a unit more.

    Parameters
    ----------
    family : str
        The rule of the model that it belongs to.
    row : int
        Its place there.
    way : float
        `BLOCKS` or `ASKS`.
    amount : float
        What all such rows together add to the goal, or take off it.
    """

    family: str
    row: int
    way: float
    amount: float


@dataclass(frozen=True)
class Margin:
    r"""What one unit more of each use adds to each goal, with a unit paid for.

    For goal `k` that is :math:`w_k - y_k A`, summed over the columns of the use and of its award,
    with :math:`y_k` the duals. A row's own term in it is positive where the row stands in the way
    of the unit, and negative where it asks for it.

    Parameters
    ----------
    total : array of shape (goals, uses)
        All terms together, but for those of the decision to make an award: not negative but for
        rounding, while the goals before are at their best, unless it is not made.
    noise : array of shape (goals, uses)
        What is no more than rounding.
    entries : mapping of str to sparse array of shape (rows, uses)
        By rule of the model, what a unit adds to each row.
    duals : mapping of str to array of shape (goals, rows)
        By rule of the model.
    """

    total: FloatArray
    noise: FloatArray
    entries: Mapping[str, csc_array]
    duals: Mapping[str, FloatArray]

    def decides(self, use: int) -> int | None:
        """Return the first goal that a unit more of a use would harm, if it helps none before."""
        counts = np.abs(self.total[:, use]) > self.noise[:, use]
        first = int(np.argmax(counts))
        return first if counts[first] and self.total[first, use] > 0.0 else None

    def first_cause(self, use: int, families: Sequence[str]) -> Cause | None:
        """Return what counts most, either way, in the first goal in which any of these rows do."""
        for goal in range(len(self.total)):
            causes = [self.cause(goal, use, families, way=way) for way in (ASKS, BLOCKS)]
            if found := [cause for cause in causes if cause]:
                return max(found, key=lambda cause: cause.amount)
        return None

    def cause(self, goal: int, use: int, families: Sequence[str], *, way: float) -> Cause | None:
        """Return which of some rules' rows count most for or against a unit more, in one goal."""
        amount, most, found = 0.0, float(self.noise[goal, use]), None
        for family in families:
            entries = self.entries[family]
            cells = slice(entries.indptr[use], entries.indptr[use + 1])
            rows = entries.indices[cells]
            terms = -way * entries.data[cells] * self.duals[family][goal, rows]
            amount += float(terms.clip(min=0.0).sum())
            if len(terms) and terms.max() > most:
                most, found = float(terms.max()), (family, int(rows[terms.argmax()]))
        return Cause(*found, way, amount) if found else None


def margin_of(
    market: Market, program: Program, weights: Sequence[FloatArray], optima: Sequence[Optimum]
) -> Margin:
    """Return the margin of a plan.

    Parameters
    ----------
    market : Market
        What is sold.
    program : Program
        What was solved.
    weights : sequence of arrays of shape (columns,)
        What each column adds to each goal.
    optima : sequence of Optimum
        Of each goal, in order.
    """
    matrix = program.matrix.tocsr()
    paid, use = (program.columns[name] for name in ("paid", "use"))

    def entries(rule: str) -> csc_array:
        rows = matrix[program.rows[rule]]
        return csc_array(rows[:, use] + rows[:, paid][:, market.award_of_use])

    families = (SHARES, CHANGES, SPENDS, TARGETS, PREVENTION, EXCESS)
    every = np.arange(matrix.shape[0])
    whole = np.concatenate([every[program.rows[family]] for family in WHOLE])
    of_rules = {rule: entries(rule) for rule in families}
    # A share counts the supply of its service too; of a use outside its scope it says nothing.
    shares, supply = matrix[program.rows[SHARES]], matrix[program.rows["supply_in_all"]]
    within = of_rules[SHARES]
    of_supply = shares[:, program.columns["supply"]] @ supply[:, use]
    of_rules[SHARES] = csc_array(within + of_supply.multiply(within != 0.0))
    total, noise = [], []
    for cost, optimum in zip(weights, optima, strict=True):
        dual = optimum.dual.copy()
        dual[whole] = 0.0
        reduced = cost - program.matrix.T @ dual
        total.append(reduced[use] + reduced[paid][market.award_of_use])
        largest = float(np.max(cost * program.unit, initial=0.0)) or 1.0
        noise.append(HELD * largest / program.unit[use])
    duals = np.stack([optimum.dual for optimum in optima])
    return Margin(
        np.stack(total),
        np.stack(noise),
        of_rules,
        {rule: duals[:, program.rows[rule]] for rule in families},
    )
