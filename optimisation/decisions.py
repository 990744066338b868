"""Whole decisions: awards made or not, tiers reached or not, chosen for every goal in turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimisation.bulk import Program
from optimisation.engine import NoPlan, Optimum, Session
from optimisation.refusals import SolverError
from optimisation.sets import FloatArray

SLACK = 1e-8
"""Share of a goal, and of its largest weight, by which it may be missed for the sake of a later one
when decisions are taken; what the plan comes to is sought without any."""

WIDEST = 1e-5
"""How far that may be widened, where HiGHS finds no plan within its own tolerances."""


@dataclass(frozen=True)
class Decisions:
    """Whole decisions as they were taken.

    Parameters
    ----------
    program : Program
        The linear program that is left, each decision fixed.
    count : int
        How many there were to take.
    gap : float
        By which share, at most, any goal could have been better with others: what HiGHS had not
        yet ruled out when it stopped.
    """

    program: Program
    count: int
    gap: float

    def retaken(self, values: Mapping[str, FloatArray]) -> "Decisions":
        """Return the same with some decisions, by family, as they turned out to be."""
        least, most = self.program.least.copy(), self.program.most.copy()
        for family, taken in values.items():
            place = self.program.columns[family]
            least[place] = most[place] = taken
        return replace(self, program=replace(self.program, least=least, most=most))


def decide(program: Program, costs: Sequence[FloatArray]) -> Decisions:
    """Take every whole decision of a program, best for each goal in turn.

    Each goal is a mixed-integer program with a row for every goal before it, which may be no worse
    than it was. What is then left is linear, and prices and proofs are those of that program.

    Parameters
    ----------
    program : Program
        With columns that must be whole.
    costs : sequence of arrays of shape (columns,)
        What each column adds to each goal, in the goal's own unit.

    Raises
    ------
    NoPlan
        If no decisions keep every rule.
    SolverError
        If HiGHS stops for any other reason without a proven optimum.
    """
    session = Session(program)
    gap = 0.0
    primal = np.zeros(len(program.unit))
    for number, weights in enumerate(costs):
        found = _seek(session, weights, first=number == 0)
        primal = found.primal
        gap = max(gap, session.whole_gap())
        session.cap(weights, found.value, slack=SLACK)
    whole = program.integer
    least, most = program.least.copy(), program.most.copy()
    least[whole] = most[whole] = np.round(primal[whole])
    left = replace(program, least=least, most=most, integer=np.zeros(len(whole), dtype=bool))
    return Decisions(left, int(whole.sum()), gap)


def _seek(session: Session, weights: FloatArray, *, first: bool) -> Optimum:
    """Return the optimum of a goal; there is a plan that keeps the goals before it.

    Raises
    ------
    NoPlan
        If it is the first, and no decisions keep every rule.
    SolverError
        If HiGHS cannot find that plan again.
    """
    slack = SLACK
    while True:
        try:
            return session.minimise(weights)
        except NoPlan:
            if first:
                raise
        slack *= 10.0
        if slack > WIDEST:
            raise SolverError("HiGHS lost the plan that it had found with whole decisions")
        session.widen(slack)
