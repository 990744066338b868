"""Whether a workbook keeps the Government's guidance on accessible spreadsheets, rule by rule.

Every rule of the guidance that a program can check is a name, a sentence and a function here; what
it cannot, such as whether a title says what a table shows, is for a reader.

References
----------
Government Analysis Function, *Releasing statistics in spreadsheets*, 2021, and *Making spreadsheets
accessible: a checklist of the basics*, 2021.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from planning.papers import rules_of_files as files
from planning.papers import rules_of_notes as notes
from planning.papers import rules_of_tables as tables
from planning.papers.seen import Found, Seen
from planning.papers.seen_ods import see_ods
from planning.papers.seen_xlsx import see_xlsx


@dataclass(frozen=True)
class Breach:
    """One rule that a workbook breaks, and where.

    Parameters
    ----------
    rule : str
        The rule's name.
    sheet, cell : str
        Where; blank for the whole file, or the whole sheet.
    wrong : str
        What is wrong, in plain words, without a full stop.
    """

    rule: str
    sheet: str
    cell: str
    wrong: str

    def __str__(self) -> str:
        """Say it in one line: ``Targets!C7: …``."""
        where = "!".join(part for part in (self.sheet, self.cell) if part)
        return f"{where or 'the workbook'}: {self.wrong}."


@dataclass(frozen=True)
class Rule:
    """One rule of the guidance: its name, what it asks, and what finds a breach of it."""

    name: str
    asks: str
    find: Callable[[Seen], Iterator[Found]]


def find_breaches(content: bytes, *, kind: str = "xlsx") -> tuple[Breach, ...]:
    """Return every breach of every rule in a workbook, by sheet and cell.

    Parameters
    ----------
    content : bytes
        The file.
    kind : str
        What it is: ``xlsx`` or ``ods``.

    Raises
    ------
    ValueError
        If it is neither.
    """
    readers = {"xlsx": see_xlsx, "ods": see_ods}
    if kind not in readers:
        raise ValueError(f"a workbook is read as xlsx or ods, not as {kind}")
    seen = readers[kind](content)
    return tuple(
        Breach(rule.name, sheet, cell, wrong)
        for rule in RULES
        for sheet, cell, wrong in rule.find(seen)
    )


RULES: tuple[Rule, ...] = (
    Rule("title", "The document's properties give its title.", files.title),
    Rule("language", "The document's properties give its language.", files.language),
    Rule("opens_on_cover", "The file opens on its first sheet.", files.opens_on_cover),
    Rule("cover", "The first sheet is a cover.", files.cover),
    Rule("contents", "There is a sheet of contents.", notes.has_contents),
    Rule("notes", "There is a sheet of notes.", notes.has_notes),
    Rule("sheet_names", "The name of a sheet says what it holds.", files.names),
    Rule("hidden_sheet", "No sheet is hidden.", files.hidden_sheets),
    Rule("hidden_row", "No row is hidden.", files.hidden_rows),
    Rule("hidden_column", "No column is hidden.", files.hidden_columns),
    Rule("merged", "No cells are merged.", files.merged),
    Rule("formula", "No cell is worked out when the file is opened.", files.formulas),
    Rule("title_in_a1", "A1 of every sheet is its title.", files.title_in_a1),
    Rule("cursor", "Every sheet opens with its cursor in A1.", files.cursor),
    Rule("one_table", "A sheet holds one table.", tables.one_table),
    Rule("says_its_tables", "A sheet says how many tables it holds.", tables.says_its_tables),
    Rule("marked_up", "A table is marked up as one.", tables.marked_up),
    Rule("loose", "Nothing stands beside or below a table.", tables.loose),
    Rule("table_name", "A table has a name that says what it is.", tables.named),
    Rule("column_a", "A table begins in column A.", tables.from_column_a),
    Rule("header_marked", "One row of a table is marked as its header.", tables.header_marked),
    Rule("header_blank", "Every column has a header.", tables.header_blank),
    Rule("header_unique", "No two columns have the same header.", tables.header_unique),
    Rule("second_header", "A table has one row of headers.", tables.one_header),
    Rule("text_among_figures", "Among figures only shorthand is text.", tables.text_among_figures),
    Rule("blank_row", "No row of a table is blank.", tables.blank_rows),
    Rule("blank_column", "No column of a table is blank.", tables.blank_columns),
    Rule("blank_cell", "A blank cell is explained.", tables.blank_cells),
    Rule("unit", "The header of figures says what they are counted in.", tables.units),
    Rule("note_listed", "Every note that is referred to is listed.", notes.notes_listed),
    Rule("note_used", "Every note that is listed is referred to.", notes.notes_used),
    Rule("shorthand", "Shorthand is explained on its sheet.", notes.shorthand),
    Rule("alternative_text", "Every image and chart has alternative text.", files.pictures),
    Rule("colour", "Nothing is said by colour.", files.colour),
    Rule("link", "Every link leads somewhere.", files.links),
    Rule("contents_whole", "The contents name every sheet.", notes.contents_whole),
    Rule("contents_true", "The contents name no sheet that is not there.", notes.contents_true),
    Rule("contents_linked", "Every entry of the contents is a link.", notes.contents_linked),
    Rule("wrapped", "Text in a table wraps.", tables.wrapped),
    Rule("small_text", "No text is smaller than 12 point.", files.small),
    Rule("frozen", "No panes are frozen.", files.frozen),
    Rule("filters", "No table has filters.", tables.filters),
)
"""Every rule, in the order in which breaches are told."""
