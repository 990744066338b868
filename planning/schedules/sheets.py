"""From a case and its plan's tables to the sheets of its workbook."""

from collections.abc import Iterator, Sequence

from planning.audit import audit_lines
from planning.case import Case
from planning.papers.contract import TABLES
from planning.papers.sheets import Book, Page, book_of
from planning.schedules.book import schedules
from planning.schedules.schedule import Tables
from planning.summary import summarise

TABS = {
    "mtfs": "MTFS_summary",
    "budget_by_organisation": "Budget_by_organisation",
    "proposal_schedule": "Proposals",
    "contracts_register": "Contracts_register",
}
"""The tabs whose name is not that of their schedule."""

TOLD = {"allocation", "targets", "reserves", "sensitivities", "options"}
"""Tables of a plan that a schedule shows whole."""


def plan_book(case: Case, tables: Tables, *, dated: str) -> Book:
    """Return the workbook of a plan: the schedules in house order, then its detailed tables.

    Parameters
    ----------
    case : Case
        The case planned.
    tables : mapping of str to DataFrame
        The plan's tables.
    dated : str
        The day that the workbook bears; blank if it bears none.
    """
    head, *lines = summarise(case, tables)
    pages = [
        Page(
            TABS.get(made.table.name, made.table.name.capitalize()),
            made.table,
            made.rows,
            made.notes,
        )
        for made in schedules(case, tables)
    ]
    pages += [
        Page(name.capitalize(), TABLES[name], tables[name]) for name in tables if name not in TOLD
    ]
    return book_of(
        pages,
        title=head,
        cover=tuple(_cover(case, lines, dated=dated)),
        every=f"Source: the case of {case.name}. {_invented(case)}",
    )


def _invented(case: Case) -> str:
    """Say on every sheet, in few words, whether some of the case is invented."""
    if case.illustrative():
        return "Illustrative: some of it is invented, and so is this table; see Provenance."
    return "No row of it says that it is illustrative."


def _cover(case: Case, lines: Sequence[str], *, dated: str) -> Iterator[str]:
    """Yield the lines of the cover."""
    yield f"Dated {dated}." if dated else "Undated."
    yield f"A draft for {case.settings.name}, made by Virement from the council's planning case."
    yield from lines
    yield from audit_lines(case, dated)
    yield (
        "The sheets follow the order of a council's budget papers; those after Provenance are the "
        "plan's own tables, as its CSV files have them. Contents has a link to each."
    )
    yield (
        "Figures are shown rounded and held in full. [x] is not available, [z] not applicable; no "
        "cell of a table is blank."
    )
    yield "Contact: to be completed by the council before it publishes this."
