"""The ways in which no allocation comes back; light, so that a caller can name them at no cost."""


class Infeasible(ValueError):
    """No plan keeps every hard rule; ``conflict`` says, row by row, which cannot all hold."""

    def __init__(self, conflict: list[str]) -> None:
        self.conflict = tuple(conflict)
        super().__init__("these cannot all hold: " + "; ".join(conflict))


class SolverError(RuntimeError):
    """HiGHS stopped without a proven optimum, or without the answer that was asked of it."""
