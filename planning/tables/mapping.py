"""The mapping file: a council's own sheets and columns, turned into those of a case.

ignore = ["Pivot"]              # sheets that are no table
formulas = "values"             # read what each formula last came to
hidden = "read"                 # read hidden sheets, rows and columns too

[settings.plan]                 # settings that no sheet gives
first_year = "2015-16"

[offers]
sheet = "Contracts 2015"
header_row = 4
columns = { "Contract ref" = "offer", "Supplier" = "provider" }
constants = { contract_type = "spot" }
ignore = ["Officer"]            # columns that are not read
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from planning.tables.cells import meant, nearest, read
from planning.tables.faults import Fault
from planning.tables.grids import Grid
from planning.tables.schema import TABLES, Table
from planning.tables.sources import Source
from planning.tables.text import UnreadableCell, tidy
from planning.tables.toml_lines import lines_of

_SWITCHES = {"formulas": "values", "hidden": "read"}
_NAMES = ("ignore", *_SWITCHES, "settings", *TABLES)
_PARTS: Mapping[str, type] = MappingProxyType(
    {"sheet": str, "header_row": int, "columns": dict, "constants": dict, "ignore": list}
)
_KINDS = {
    str: "Write text in quotation marks.",
    int: "Write a whole number, from 1.",
    dict: 'Write names and what they are, as in {"Contract ref" = "offer"}.',
    list: 'Write a list of names, as in ["Officer", "Comments"].',
}


@dataclass(frozen=True)
class Layout:
    """How one table is laid out in the council's own source."""

    sheet: str = ""
    header_row: int = 0
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    constants: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layouts:
    """What a mapping file says; without one, that everything is as in the contract.

    Parameters
    ----------
    file : str
        The mapping file's name; blank if there is none.
    tables : mapping of str to Layout
        How tables are laid out, by our name.
    ignore : tuple of str
        Sheets that are no table.
    saved_values, hidden : bool
        Whether to read what formulas last came to, and what is hidden.
    settings : mapping
        The sections of settings that it gives.
    lines : dict
        Where everything in it stands.
    digest : str
        The sha256 of its bytes.
    """

    file: str = ""
    tables: Mapping[str, Layout] = field(default_factory=lambda: MappingProxyType({}))
    ignore: tuple[str, ...] = ()
    saved_values: bool = False
    hidden: bool = False
    settings: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    digest: str = ""

    def of(self, table: str) -> Layout:
        """Return how a table is laid out."""
        return self.tables.get(table, Layout())

    def fault(self, name: str, value: str, wrong: str, remedy: str) -> Fault:
        """Return a fault of the mapping itself, on the line where the name stands."""
        line = None
        asked = name
        while asked and line is None:
            line = self.lines.get(asked)
            asked = asked.rpartition(".")[0]
        at = self.file if line is None else f"{self.file}, line {line}"
        return Fault("", line, name, value, wrong, remedy, at)


def read_mapping(source: Source) -> tuple[Layouts, list[Fault]]:
    """Return what the source's mapping file says, and everything wrong with it."""
    path = source.mapping_path
    if path is None:
        return Layouts(), []
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        document = tomllib.loads(text)
    except OSError as error:
        wrong = f"the mapping file cannot be read ({error.strerror})"
        return Layouts(), [Fault("", None, "", str(path), wrong, "Correct --mapping.", path.name)]
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        remedy = 'Put names and text in quotation marks, as in "Contract ref" = "offer".'
        wrong = f"not written as TOML: {error}"
        return Layouts(), [Fault("", None, "", "", wrong, remedy, path.name)]
    digest = hashlib.sha256(data).hexdigest()
    bare = Layouts(path.name, lines=MappingProxyType(lines_of(text)), digest=digest)
    return _layouts(bare, document)


def _layouts(bare: Layouts, document: Mapping[str, object]) -> tuple[Layouts, list[Fault]]:
    faults = _misnamed(bare, "", document, _NAMES)
    for name, value in _SWITCHES.items():
        if document.get(name, value) != value:
            remedy = f'Write {name} = "{value}", or leave it out.'
            faults.append(bare.fault(name, str(document[name]), "not a choice", remedy))
    tables = {}
    for name in TABLES:
        given = document.get(name, {})
        if isinstance(given, dict):
            tables[name], found = _layout(bare, TABLES[name], given)
            faults += found
        else:
            remedy = f"Write [{name}] above what is said of it."
            faults.append(bare.fault(name, str(given), "not a section", remedy))
    settings = document.get("settings", {})
    if not isinstance(settings, dict):
        wrong, remedy = "not a section", "Write [settings.plan] above its settings."
        faults.append(bare.fault("settings", str(settings), wrong, remedy))
        settings = {}
    ignore = document.get("ignore", [])
    if not _is(ignore, list):
        faults.append(bare.fault("ignore", str(ignore), "not a list of sheets", _KINDS[list]))
        ignore = []
    made = replace(
        bare,
        tables=MappingProxyType(tables),
        ignore=tuple(map(str, ignore if isinstance(ignore, list) else ())),
        saved_values=document.get("formulas") == "values",
        hidden=document.get("hidden") == "read",
        settings=MappingProxyType(settings),
    )
    return made, faults


def _layout(bare: Layouts, table: Table, given: Mapping[str, object]) -> tuple[Layout, list[Fault]]:
    """Return how one table is laid out, and what is wrong with what is said of it."""
    faults = _misnamed(bare, f"{table.name}.", given, _PARTS)
    parts: dict[str, object] = {}
    for name, kind in _PARTS.items():
        if name in given:
            if _is(given[name], kind):
                parts[name] = given[name]
            else:
                written, remedy = str(given[name]), _KINDS[kind]
                at = f"{table.name}.{name}"
                faults.append(bare.fault(at, written, "not what is asked for here", remedy))
    columns, constants = _texts(parts.get("columns")), _texts(parts.get("constants"))
    faults += _wrong_columns(bare, table, columns, constants)
    header, ignore = parts.get("header_row"), parts.get("ignore")
    layout = Layout(
        sheet=str(parts.get("sheet", "")),
        header_row=header if isinstance(header, int) else 0,
        columns=MappingProxyType(columns),
        constants=MappingProxyType(constants),
        ignore=tuple(map(str, ignore)) if isinstance(ignore, list) else (),
    )
    return layout, faults


def _is(value: object, kind: type) -> bool:
    """Whether a value is of a kind, and what it holds is text or figures."""
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    if kind is list:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if kind is dict:
        return isinstance(value, dict) and not any(
            isinstance(one, dict | list) for one in value.values()
        )
    return isinstance(value, kind)


def _texts(given: object) -> dict[str, str]:
    """Return names with text for each, as a CSV file would hold it."""
    if not isinstance(given, dict):
        return {}
    words = {True: "yes", False: "no"}
    return {
        tidy(name): words[value] if isinstance(value, bool) else str(value)
        for name, value in given.items()
    }


def _misnamed(
    bare: Layouts, before: str, given: Iterable[str], known: Iterable[str]
) -> list[Fault]:
    """Return a fault for each name that means nothing in a mapping."""
    faults = []
    for name, meaning in meant(given, known).items():
        remedy = f"Write {meaning}." if meaning else f"Write one of {', '.join(known)}."
        wrong = "means nothing in a mapping"
        faults.append(bare.fault(before + name, "", wrong, remedy))
    return faults


def _wrong_columns(
    bare: Layouts, table: Table, columns: Mapping[str, str], constants: Mapping[str, str]
) -> list[Fault]:
    """Return what is wrong with the columns of ours that a mapping names."""
    faults = []
    first: dict[str, str] = {}
    named = [(f"columns.{own}", ours) for own, ours in columns.items()]
    for at, ours in [*named, *((f"constants.{ours}", ours) for ours in constants)]:
        where = f"{table.name}.{at}"
        if ours not in table.names:
            hint = nearest(ours, table.names) or "one of " + ", ".join(table.names)
            wrong = f"{table.name} has no such column"
            faults.append(bare.fault(where, ours, wrong, f"Write {hint}."))
        elif ours in first:
            wrong = f"{ours} is given twice, also by {first[ours]}"
            faults.append(bare.fault(where, ours, wrong, "Keep one of them."))
        first.setdefault(ours, at)
    for ours, text in constants.items():
        if ours in table.names:
            try:
                read(text, table.column(ours))
            except UnreadableCell as error:
                where = f"{table.name}.constants.{ours}"
                faults.append(bare.fault(where, text, error.wrong, error.remedy))
    return faults


def laid_out(grid: Grid, table: str, layouts: Layouts) -> tuple[Grid, list[Fault]]:
    """Return a table under our own headings, with its constants, and what cannot be so."""
    layout = layouts.of(table)
    if layout == Layout():
        return grid, []
    lines = [line for line in grid.lines if line[0] >= layout.header_row]
    if not lines or (layout.header_row and lines[0][0] != layout.header_row):
        wrong, remedy = "no heading stands there", "Write the row that names the columns."
        written = str(layout.header_row)
        return replace(grid, lines=(), whole=False), [
            layouts.fault(f"{table}.header_row", written, wrong, remedy)
        ]
    said = [tidy(cell) for cell in lines[0][1]]
    faults = _absent(said, table, layouts)
    names = ["" if name in layout.ignore else layout.columns.get(name, name) for name in said]
    ignored = {n for n, name in enumerate(said) if name and name in layout.ignore}
    wide = max(len(cells) for _, cells in lines)
    below = [
        (line, [*_without(cells, ignored), *[""] * (wide - len(cells)), *layout.constants.values()])
        for line, cells in lines[1:]
    ]
    heading = [*names, *[""] * (wide - len(names)), *layout.constants]
    return replace(grid, lines=((lines[0][0], heading), *below), ragged=False), faults


def _without(cells: list[str], ignored: set[int]) -> list[str]:
    return ["" if n in ignored else cell for n, cell in enumerate(cells)]


def _absent(said: list[str], table: str, layouts: Layouts) -> list[Fault]:
    """Return a fault for each column that the mapping names and the source has not."""
    layout = layouts.of(table)
    faults = []
    for part, names in (("columns", layout.columns), ("ignore", layout.ignore)):
        for name in names:
            if name not in said:
                hint = nearest(name, said)
                remedy = f"Write {hint}." if hint else f"The headings are {', '.join(said)}."
                wrong = "no such heading in the council's own table"
                faults.append(layouts.fault(f"{table}.{part}.{name}", name, wrong, remedy))
    for name in sorted({*layout.constants} & {*said}):
        wrong, remedy = "a constant for a column that is there", "Take the constant out."
        faults.append(layouts.fault(f"{table}.constants.{name}", "", wrong, remedy))
    return faults
