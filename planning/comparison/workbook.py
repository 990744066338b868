"""A comparison as an accessible workbook: one table a sheet, the causes before the details."""

from planning.comparison.comparison import Comparison
from planning.comparison.steps import ORDER_MATTERS
from planning.comparison.tables import TABLES
from planning.papers.sheets import Page, book_of
from planning.papers.workbook import workbook_bytes


def workbook_of(made: Comparison) -> bytes:
    """Return the workbook of a comparison."""
    head, *lines = made.lines
    notes = {"steps": (made.untold or ORDER_MATTERS,)}
    pages = [
        Page(name.capitalize(), about, made.tables[name], notes.get(name, ()))
        for name, about in TABLES.items()
    ]
    every = f"From {made.old.name} to {made.new.name}: a change is the new less the old. "
    return workbook_bytes(book_of(pages, title=head, cover=lines, every=every + _invented(made)))


def _invented(made: Comparison) -> str:
    """Say on every sheet, in few words, whether some of either case is invented."""
    cases = [side.case for side in (made.old, made.new) if side.case is not None]
    if any(case.illustrative() for case in cases):
        return "Illustrative: some of it is invented, and so is this table."
    if len(cases) < 2:
        return "What of it is illustrative cannot be told without both cases."
    return "No row of either case says that it is illustrative."
