"""The ways in which no allocation comes back; light, so that a caller can name them at no cost."""


class Infeasible(ValueError):
    """No plan keeps every hard rule.

    ``conflict`` says, row by row, which cannot all hold, and ``ways_out`` how far one of them alone
    would have to give, the least first; none does alone where there is another conflict.
    """

    def __init__(self, conflict: list[str], ways_out: list[str]) -> None:
        self.conflict, self.ways_out = tuple(conflict), tuple(ways_out)
        super().__init__("these cannot all hold: " + "; ".join(conflict))


class SolverError(RuntimeError):
    """HiGHS stopped without a proven optimum, or without the answer that was asked of it."""


class WholeDecisions(ValueError):
    """Awards are whole decisions, where only what may be divided can be planned for."""
