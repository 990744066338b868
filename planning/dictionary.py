"""What every table, setting and exit code means, from the contracts themselves.

``python -m planning.dictionary`` writes docs/data_dictionary.md; nobody edits that by hand.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from planning.papers import columns as outputs
from planning.papers import contract
from planning.status import Status
from planning.tables.cells import bounds
from planning.tables.schema import SETTINGS, SETTINGS_FILE, TABLES, Column, Kind, Table

PAGE = Path("docs/data_dictionary.md")
"""Where the page stands, from the root of the repository."""

COMMAND = "python -m planning.dictionary"

WRITTEN: Mapping[Kind, tuple[str, str]] = MappingProxyType(
    {
        Kind.KEY: ("A short name that other rows refer to; no `/` and no `;`.", "home_care"),
        Kind.REFERENCE: ("A name that the table it refers to has, letter for letter.", "home_care"),
        Kind.KEYS: (
            "Names that the table referred to has, joined by a semicolon.",
            "home_care;early_help",
        ),
        Kind.TEXT: ("Any words.", "Head of Commissioning"),
        Kind.YES_NO: ("`yes` or `no`.", "yes"),
        Kind.CHOICE: ("One of the words listed, as it is spelt there.", "outturn"),
        Kind.YEAR: ("A financial year, April to March.", "2027-28"),
        Kind.PERIOD: (
            "A financial year, a quarter of one (`2027-28 Q1` is April to June 2027) or a month.",
            "2027-28 Q1",
        ),
        Kind.MID_YEAR: ("A period, or `mid-2027`, which is 30 June 2027.", "mid-2027"),
        Kind.DATE: ("A day; 19/02/2027 and 19 February 2027 are read too.", "2027-02-19"),
        Kind.MONEY: (
            "Pounds, written out in full; £ and commas between thousands may stand.",
            "£1,250,000",
        ),
        Kind.UNITS: ("A number, in the unit of its service.", "12,500"),
        Kind.FRACTION: ("A fraction, or a percentage with its sign.", "2.5%"),
        Kind.NUMBER: ("A number, in the unit that another column of its row says.", "0.85"),
        Kind.COUNT: ("A whole number.", "5"),
    }
)
"""How each kind of cell is written, and an example."""

EXITS: Mapping[Status, str] = MappingProxyType(
    {
        Status.PLANNED: "Done.",
        Status.FAILED: "Something else went wrong, such as a disk that is full.",
        Status.INPUT_AT_FAULT: "The input is at fault: every fault is named, and nothing is "
        "written.",
        Status.SHORTFALL: "Planned and written, but a statutory shortfall or a funding gap "
        "remains.",
        Status.SOLVER_FAILED: "The solver failed; nothing is written.",
    }
)
"""What each exit code means."""


class Entry(NamedTuple):
    """One column of a table, or one setting, in words."""

    table: str
    column: str
    written: str
    needed: str
    meaning: str


def entries() -> Iterator[Entry]:
    """Yield every setting and every column of the input tables, in the order of reading."""
    for setting in SETTINGS:
        column = setting.column
        default = "must be given" if setting.default is None else f"{setting.default:g} if left out"
        # A default that is no number: reserves.csv may give it.
        needed = default if default != "nan if left out" else "unless reserves.csv is there"
        name = f"{setting.section}.{column.name}"
        yield Entry("case", name, how_written(column), needed, column.doc)
    for table in TABLES.values():
        for column in table.columns:
            yield Entry(table.name, column.name, how_written(column), _needed(column), column.doc)


def how_written(column: Column) -> str:
    """Say what a cell may hold: its kind or its choices, its bounds, what it refers to."""
    if column.choices:
        return f"one of {', '.join(column.choices)}"
    parts = [str(column.kind)]
    if column.refers:
        parts = [f"{'names' if column.kind is Kind.KEYS else 'a name'} in {column.refers}"]
        if column.reserved:
            parts.append(f"or {', '.join(column.reserved)}")
    said = " ".join(parts)
    limits = bounds(column)
    return f"{said}, {limits}" if limits else said


def _needed(column: Column) -> str:
    """Say whether a column may be left out, or its cells blank; the two are the same."""
    may = "may be left out" if column.optional else "may be blank" if column.blank else "needed"
    return f"{may}; part of the key" if column.key else may


def page() -> str:
    """Return the whole dictionary in Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Data dictionary"
    yield ""
    yield (
        f"Made by `{COMMAND}` from the contracts that the program itself reads by; do not edit it. "
        "A case is a folder of CSV files, one a table, with its settings in "
        f"`{SETTINGS_FILE}`; or a workbook with a sheet a table and its settings in a sheet `case`."
    )
    yield ""
    yield (
        "A blank cell is never nought. A column that may be left out is blank where it is. The "
        "columns marked *key* together tell one row from another."
    )
    yield ""
    yield "- [How cells are written](#how-cells-are-written)"
    yield "- [Settings](#settings)"
    yield f"- [Tables of a case](#tables-of-a-case): {_links(TABLES)}"
    yield f"- [Tables of a plan](#tables-of-a-plan): {_links(contract.TABLES, of='plan')}"
    yield "- [Exit codes](#exit-codes)"
    yield from _table(
        "## How cells are written",
        ("kind", "how", "example"),
        [(str(kind), how, f"`{example}`") for kind, (how, example) in WRITTEN.items()],
    )
    settings = [e for e in entries() if e.table == "case"]
    yield from _table(
        "## Settings",
        ("setting", "written", "needed", "meaning"),
        [(f"`{e.column}`", *e[2:]) for e in settings],
    )
    yield from ("", "## Tables of a case")
    for table in TABLES.values():
        yield from _input(table)
    yield from ("", "## Tables of a plan", "")
    yield (
        "A folder of plan tables in CSV. The same tables are in plan.xlsx and plan.ods under the "
        "headings shown."
    )
    for made in contract.TABLES.values():
        yield from _output(made)
    codes = [(str(int(status)), means) for status, means in EXITS.items()]
    yield from _table("## Exit codes", ("code", "meaning"), codes)


def _links(tables: Mapping[str, object], *, of: str = "") -> str:
    # A case and a plan both have targets and reserves: GitHub numbers the second of two headings.
    def anchor(name: str) -> str:
        return f"{name}csv-1" if of and name in TABLES else f"{name}csv"

    return ", ".join(f"[{name}](#{anchor(name)})" for name in tables)


def _input(table: Table) -> Iterator[str]:
    """Yield one table of a case."""
    yield from ("", f"### {table.file}", "")
    left_out = " May be left out." if table.optional else ""
    bare = " May have no rows." if table.bare else ""
    yield f"{table.doc}{left_out}{bare}"
    rows = [
        (f"`{e.column}`", e.written, e.needed.replace("part of the key", "*key*"), e.meaning)
        for e in entries()
        if e.table == table.name
    ]
    yield from _table("", ("column", "written", "needed", "meaning"), rows)


def _output(table: outputs.Table) -> Iterator[str]:
    """Yield one table of a plan."""
    yield from ("", f"### {table.file}", "", f"{table.title}. {table.doc}")
    rows = [
        (f"`{c.name}`", outputs.UNITS.get(c.kind, c.unit) or str(c.kind), c.heading, c.doc)
        for c in table.columns
    ]
    yield from _table("", ("column", "unit", "heading", "meaning"), rows)


def _table(title: str, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield a table in Markdown, under its title if it has one."""
    yield from ("", title, "") if title else ("",)
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def main(folder: Path) -> Path:
    """Write the page below a folder, and return where."""
    path = folder / PAGE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(), encoding="utf-8", newline="\n")
    return path


if __name__ == "__main__":
    sys.stdout.write(f"Written to {main(Path.cwd())}\n")
