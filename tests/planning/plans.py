"""Plans that several tests look at, each made once."""

from functools import cache

from planning import Case
from planning.plan import Plan
from tests.planning.runs import NORTHAMPTONSHIRE, SMALL


@cache
def small() -> Plan:
    """Return the small case's plan."""
    return Case.read(SMALL).plan()


@cache
def northamptonshire() -> Plan:
    """Return Northamptonshire's plan."""
    return Case.read(NORTHAMPTONSHIRE).plan()
