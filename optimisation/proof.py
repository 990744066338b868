"""Proof that each goal is at its best: a bound from the duals and the tables, no solver asked."""

from collections import defaultdict
from dataclasses import dataclass

from optimisation.facts import Key
from optimisation.restatement import Statement

NOISE = 1e-10
"""Share of a reduced cost's size that is no more than rounding."""

TOLERANCE = 1e-6
"""Share of a goal by which its value may stand above its bound."""


@dataclass(frozen=True)
class Bound:
    """What a goal came to, and the least that it could be.

    ``loss`` is what reduced costs on the wrong side may take off the bound, were each column as
    large as the levels of its rows let it be, and ``rounding`` what double precision may lose in
    the bound's sum; all in the goal's own unit.
    """

    goal: str
    value: float
    bound: float
    loss: float
    rounding: float

    @property
    def proved(self) -> bool:
        """Whether the value is the best there is; nil needs no proof, for nothing is below it."""
        apart = abs(self.value - self.bound) + self.loss
        return self.value == 0.0 or apart <= TOLERANCE * abs(self.value) + self.rounding


def prove(
    statement: Statement, *, values: dict[str, float], duals: dict[str, dict[Key, float]]
) -> list[Bound]:
    r"""Return a bound for each goal, in order, by weak duality over what earlier goals left.

    With multipliers :math:`y` on the rows and reduced costs :math:`d = c - A^T y`, a goal is at
    least :math:`b^T y` over all plans in which every column with :math:`d_j < 0`, and every slack
    whose multiplier has the wrong sign, is nil. An earlier goal's own proof shows which must be:
    those with :math:`d_j > 0` (complementary slackness), and where it came to nil, all it weighs.

    Parameters
    ----------
    statement : Statement
        The program, restated from the tables.
    values : dict of str to float
        What each goal came to.
    duals : dict of str to dict of Key to float
        By goal, the multiplier of each row, in natural units.
    """
    nil: set[Key] = set()
    bounds = []
    reach = _reach(statement)
    for goal, weights in statement.goals.items():
        reduced, size = _reduced_costs(statement, weights, duals[goal])
        loss = -sum(c * reach[key] for key, c in reduced.items() if key not in nil and c < 0.0)
        parts = [statement.rows[key].level * y for key, y in duals[goal].items()]
        rounding = 1e-12 * sum(map(abs, parts)) + 1e-9
        bounds.append(Bound(goal, values[goal], sum(parts), loss, rounding))
        nil |= {key for key, cost in reduced.items() if cost > NOISE * size[key]}
        if values[goal] <= rounding:
            nil |= {key for key, weight in weights.items() if weight > 0.0}
    return bounds


def _reduced_costs(
    statement: Statement, weights: dict[Key, float], duals: dict[Key, float]
) -> tuple[dict[Key, float], dict[Key, float]]:
    """Return each column's and each slack's reduced cost, and the size it is to be judged by.

    A column's size is that of the terms in its reduced cost, or of its neighbours' in a row, so
    that rounding is told from a figure whatever the units.
    """
    reduced: dict[Key, float] = defaultdict(float, weights)
    terms: dict[Key, float] = defaultdict(float, {k: abs(w) for k, w in weights.items()})
    for key, row in statement.rows.items():
        for column, a in row.terms.items():
            reduced[column] -= duals[key] * a
            terms[column] += abs(duals[key] * a)
    size = dict(terms)
    for key, row in statement.rows.items():
        filled = {column: abs(a) for column, a in row.terms.items() if a != 0.0}
        of_row = max((terms[column] / a for column, a in filled.items()), default=0.0)
        for column, a in filled.items():
            size[column] = max(size[column], a * of_row)
        if row.sense != "==":
            # The slack of a ">=" row is what is over, of a "<=" row what is left.
            reduced["slack", *key] = duals[key] if row.sense == ">=" else -duals[key]
            size["slack", *key] = of_row
    least = 1e-12 * max((abs(w) for w in weights.values()), default=1.0)
    return reduced, {key: max(size[key], least) for key in reduced}


def _reach(statement: Statement) -> dict[Key, float]:
    """Return how large each column, and each slack, may be, by the levels of the rows it is in.

    A column whose own rows stand at nil takes its reach from its neighbours'. It is a size to judge
    rounding by, and no limit that a plan must keep.
    """
    reach: dict[Key, float] = {}
    rows = {key: abs(row.level) for key, row in statement.rows.items()}
    for _ in range(4):  # From demand to use, to what is paid, to its cost, to whose money pays.
        for key, row in statement.rows.items():
            for column, a in row.terms.items():
                if a != 0.0 and rows[key] > 0.0:
                    reach[column] = max(reach.get(column, 0.0), rows[key] / abs(a))
        for key, row in statement.rows.items():
            if rows[key] == 0.0:
                rows[key] = max(
                    (abs(a) * reach.get(c, 0.0) for c, a in row.terms.items()), default=0
                )
    slacks = {("slack", *key): size for key, size in rows.items()}
    largest = max(rows.values(), default=0.0)
    columns = {column for row in statement.rows.values() for column in row.terms}
    return {column: reach.get(column, largest) for column in columns} | slacks
