"""The case, the run, the verbs and the papers.

Names are imported when first asked for, so that a command pays only for what it needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planning.case import Case
    from planning.outlook import Outlook
    from planning.plan import Plan
    from planning.tables.faults import InputError

__all__ = ["Case", "InputError", "Outlook", "Plan"]

_HOME = {"Case": "case", "InputError": "tables.faults", "Outlook": "outlook", "Plan": "plan"}


def __getattr__(name: str) -> object:
    """Import a public name from its module."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
