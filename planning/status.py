"""What a run came to."""

from enum import IntEnum


class Status(IntEnum):
    """What a run came to, as the command line's exit code."""

    PLANNED = 0
    FAILED = 1
    INPUT_AT_FAULT = 2
    SHORTFALL = 3
    SOLVER_FAILED = 4
