"""Pyomo's variables and constraints by whole families, held as arrays until somebody touches one.

Plain Pyomo makes an object for each variable and row: a hundred seconds and five gigabytes for a
million of them. Here a family keeps arrays, and makes Pyomo's own objects for those that are asked
for, so that a model reads, prints, writes LP files and takes ordinary constraints as any other.
"""

from optimisation.bulk.constraints import BulkConstraint
from optimisation.bulk.handover import Program, program_of
from optimisation.bulk.terms import between
from optimisation.bulk.variables import BulkVar

__all__ = ["BulkConstraint", "BulkVar", "Program", "between", "program_of"]
