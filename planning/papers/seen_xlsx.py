"""An .xlsx as a reader meets it, read by openpyxl."""

import io
import posixpath
import zipfile
from typing import Any
from xml.etree import ElementTree

import openpyxl

from planning.papers.seen import Cell, Place, Seen, SeenSheet, marked

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"

_PLAIN = {None, "00000000", "FF000000", "000000", "FFFFFFFF", "FFFFFF"}
"""Colours that are black, white or none."""


def see_xlsx(content: bytes) -> Seen:
    """Return what an .xlsx holds."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    pictures = _drawings(content)
    return Seen(
        title=book.properties.title or "",
        language=book.properties.language or "",
        active=book.active.title if book.active is not None else "",
        sheets=tuple(_sheet(sheet, pictures[sheet.title]) for sheet in book.worksheets),
    )


def _sheet(sheet: Any, pictures: tuple[str, ...]) -> SeenSheet:  # noqa: ANN401 - openpyxl ships no types
    cells: dict[Place, Cell] = {}
    links: dict[Place, str] = {}
    for row in sheet.iter_rows():
        for cell in row:
            place = (cell.row, cell.column)
            if cell.value is not None or _coloured(cell):
                cells[place] = _cell(cell)
            if cell.hyperlink is not None:
                links[place] = _target(cell.hyperlink)
    cursor = sheet.sheet_view.selection[0].activeCell if sheet.sheet_view.selection else "A1"
    return SeenSheet(
        name=sheet.title,
        cells=cells,
        tables=tuple(
            marked(
                table.displayName,
                table.ref,
                headers=1 if table.headerRowCount is None else int(table.headerRowCount),
                filtered=table.autoFilter is not None,
            )
            for table in sheet.tables.values()
        ),
        merged=tuple(sorted(str(cells) for cells in sheet.merged_cells.ranges)),
        links=links,
        pictures=pictures,
        hidden=sheet.sheet_state != "visible",
        hidden_rows=tuple(sorted(n for n, d in sheet.row_dimensions.items() if d.hidden)),
        hidden_columns=tuple(
            sorted(
                number
                for d in sheet.column_dimensions.values()
                if d.hidden
                for number in range(d.min, d.max + 1)
            )
        ),
        frozen=sheet.freeze_panes is not None,
        cursor=cursor or "A1",
        widths={
            number: float(d.width)
            for d in sheet.column_dimensions.values()
            if d.min is not None
            for number in range(d.min, d.max + 1)
        },
    )


def _cell(cell: Any) -> Cell:  # noqa: ANN401
    value = cell.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        value = None if value is None else str(value)
    return Cell(
        value=value,
        formula=cell.data_type in ("f", "e"),
        number_format=cell.number_format or "",
        wrapped=bool(cell.alignment.wrap_text),
        coloured=_coloured(cell),
        points=float(cell.font.sz or 0.0),
    )


def _coloured(cell: Any) -> bool:  # noqa: ANN401
    """Tell whether a cell is marked by a colour of its own."""
    fill = cell.fill
    behind = fill is not None and fill.fill_type is not None and not _plain(fill.fgColor, {0})
    # A theme's second colour is its black.
    return behind or not _plain(cell.font.color, {1})


def _plain(colour: Any, themes: set[int]) -> bool:  # noqa: ANN401
    if colour is None:
        return True
    if colour.type == "indexed":
        return colour.indexed in (0, 1, 8, 9, 64, 65)
    if colour.type == "theme":
        return colour.theme in themes
    return colour.rgb in _PLAIN


def _target(link: Any) -> str:  # noqa: ANN401
    """Return where a link leads: a sheet, or an address elsewhere."""
    if link.location:
        return str(link.location).rpartition("!")[0].strip("'")
    return str(link.target or "")


def _drawings(content: bytes) -> dict[str, tuple[str, ...]]:
    """Return the alternative text of every image and chart by sheet; openpyxl does not read it."""
    found: dict[str, tuple[str, ...]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts = _led_to(file, "xl/workbook.xml")
        for sheet in ElementTree.fromstring(file.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
            part = parts[sheet.attrib[f"{_LINK}id"]]
            found[sheet.attrib["name"]] = tuple(
                shape.attrib.get("descr", "")
                for target in sorted(_led_to(file, part).values())
                if "/drawings/" in target and target.endswith(".xml")
                for shape in ElementTree.fromstring(file.read(target)).iter(f"{_DRAWN}cNvPr")
            )
    return found


def _led_to(file: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Return the parts that a part refers to, by their reference."""
    folder, _, name = part.rpartition("/")
    try:
        links = file.read(f"{folder}/_rels/{name}.rels")
    except KeyError:
        return {}
    return {
        link.attrib["Id"]: posixpath.normpath(posixpath.join(f"/{folder}", link.attrib["Target"]))[
            1:
        ]
        for link in ElementTree.fromstring(links)
    }
