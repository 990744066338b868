"""Market, demand and income to a certified allocation, with its prices and its conflicts.

Names are imported when first asked for, so that a command pays only for what it needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimisation.allocation import Allocation, allocate
    from optimisation.certificate import certify
    from optimisation.problem import Problem
    from optimisation.refusals import Infeasible, SolverError
    from optimisation.two_stage import TwoStage, commit

__all__ = [
    "Allocation",
    "Infeasible",
    "Problem",
    "SolverError",
    "TwoStage",
    "allocate",
    "certify",
    "commit",
]

_HOME = {
    "Allocation": "allocation",
    "Infeasible": "refusals",
    "Problem": "problem",
    "SolverError": "refusals",
    "TwoStage": "two_stage",
    "allocate": "allocation",
    "certify": "certificate",
    "commit": "two_stage",
}


def __getattr__(name: str) -> object:
    """Import a public name from its module."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
