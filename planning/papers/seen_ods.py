"""An .ods as a reader meets it, read by odfdo."""

import io
import re
from collections.abc import Iterator
from typing import Any

from odfdo import Document

from planning.papers.seen import Cell, MarkedTable, Place, Seen, SeenSheet, marked

_MOST = 1_000
"""Repeats of a cell or row beyond which it is the empty rest of a sheet."""


def see_ods(content: bytes) -> Seen:
    """Return what an .ods holds."""
    document = Document(io.BytesIO(content))
    body, settings = document.body, _settings(document)
    styles = {
        style.get_attribute("style:name"): style
        for style in document.get_part("content.xml").get_elements("//style:style")
    }
    ranges = _ranges(body)
    return Seen(
        title=document.meta.title or "",
        language=document.meta.language or "",
        active=settings.get("ActiveTable", ""),
        sheets=tuple(
            _sheet(table, styles, ranges.get(table.name, ()), settings) for table in body.tables
        ),
    )


def _settings(document: Any) -> dict[str, str]:  # noqa: ANN401 - odfdo's types are loose
    """Return the sheet shown first, and where the cursor of each is."""
    part = document.get_part("settings.xml")
    found = {}
    for item in part.get_elements("//config:config-item"):
        owner = item.parent.get_attribute("config:name") or ""
        found[f"{owner}/{item.get_attribute('config:name')}"] = item.text or ""
    return {name.removeprefix("/"): value for name, value in found.items()}


def _ranges(body: Any) -> dict[str, tuple[MarkedTable, ...]]:  # noqa: ANN401
    """Return the tables that are marked, by sheet."""
    found: dict[str, tuple[MarkedTable, ...]] = {}
    for one in body.get_elements("//table:database-range"):
        where = re.sub(r"[$']", "", one.get_attribute("table:target-range-address") or "")
        sheet = where.partition(".")[0]
        ref = re.sub(r"[^:]*\.", "", where)
        headed = _says(one, "table:contains-header", default=True)
        buttons = _says(one, "table:display-filter-buttons", default=False)
        name = one.get_attribute("table:name") or ""
        table = marked(name, ref, headers=int(headed), filtered=buttons)
        found[sheet] = (*found.get(sheet, ()), table)
    return found


def _sheet(
    table: Any,  # noqa: ANN401
    styles: dict[str, Any],
    marks: tuple[MarkedTable, ...],
    settings: dict[str, str],
) -> SeenSheet:
    cells: dict[Place, Cell] = {}
    links: dict[Place, str] = {}
    merged: list[str] = []
    hidden: list[int] = []
    for number, row in _rows(table):
        if row.get_attribute("table:visibility") in ("collapse", "filter"):
            hidden.append(number)
        for place, cell in _row_cells(row, number):
            cells[place] = _cell(cell, styles)
            if cell.get_attribute("table:number-columns-spanned") not in (None, "1"):
                merged.append(str(place))
            for link in cell.get_elements("descendant::text:a"):
                links[place] = _target(link.get_attribute("xlink:href") or "")
    name = table.name
    column, row_ = (int(settings.get(f"{name}/CursorPosition{axis}", "0")) for axis in ("X", "Y"))
    return SeenSheet(
        name=name,
        cells=cells,
        tables=marks,
        merged=tuple(merged),
        links=links,
        pictures=tuple(_pictures(table)),
        hidden=_is_hidden(table, styles),
        hidden_rows=tuple(hidden),
        hidden_columns=tuple(_hidden_columns(table)),
        frozen=settings.get(f"{name}/HorizontalSplitMode", "0") == "2"
        or settings.get(f"{name}/VerticalSplitMode", "0") == "2",
        cursor="A1" if (column, row_) == (0, 0) else f"row {row_ + 1}, column {column + 1}",
    )


def _rows(table: Any) -> Iterator[tuple[int, Any]]:  # noqa: ANN401
    """Yield every row with its number, but for the empty rest."""
    number = 1
    for row in table.get_elements("descendant::table:table-row"):
        times = int(row.get_attribute("table:number-rows-repeated") or 1)
        for step in range(times if times < _MOST else 1):
            yield number + step, row
        number += times


def _row_cells(row: Any, number: int) -> Iterator[tuple[Place, Any]]:  # noqa: ANN401
    """Yield the cells of a row that hold anything, with their place."""
    column = 1
    for cell in row.get_elements("table:table-cell|table:covered-table-cell"):
        times = int(cell.get_attribute("table:number-columns-repeated") or 1)
        holds = cell.get_attribute("office:value-type") is not None or cell.get_attribute(
            "table:formula"
        )
        for step in range(times if holds and times < _MOST else 0):
            yield (number, column + step), cell
        column += times


def _cell(cell: Any, styles: dict[str, Any]) -> Cell:  # noqa: ANN401
    figure = cell.get_attribute("office:value")
    style = styles.get(cell.get_attribute("table:style-name") or "")
    look = _look(style)
    size = look.get("fo:font-size", "")
    return Cell(
        value=float(figure)
        if figure is not None
        else "".join(map(str, cell.xpath("descendant::text()"))),
        formula=cell.get_attribute("table:formula") is not None,
        wrapped=look.get("fo:wrap-option") == "wrap",
        coloured=look.get("fo:color", "#000000") not in ("#000000", "")
        or look.get("fo:background-color", "transparent") not in ("transparent", "#ffffff"),
        points=float(size.removesuffix("pt")) if size.endswith("pt") else 0.0,
    )


def _look(style: Any) -> dict[str, str]:  # noqa: ANN401
    """Return what a cell's style says of its text and its ground."""
    if style is None:
        return {}
    names = ("fo:wrap-option", "fo:color", "fo:background-color", "fo:font-size")
    found = {}
    for part in style.get_elements("style:text-properties|style:table-cell-properties"):
        for name in names:
            if (value := part.get_attribute(name)) is not None:
                found[name] = str(value)
    return found


def _target(address: str) -> str:
    """Return where a link leads: a sheet, or an address elsewhere."""
    if not address.startswith("#"):
        return address
    return address[1:].rpartition(".")[0].strip("$'")


def _pictures(table: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield the alternative text of every image and chart."""
    for frame in table.get_elements("descendant::draw:frame"):
        told = frame.get_elements("svg:title|svg:desc")
        yield " ".join(str(one.text or "") for one in told)


def _is_hidden(table: Any, styles: dict[str, Any]) -> bool:  # noqa: ANN401
    style = styles.get(table.get_attribute("table:style-name") or "")
    shown = [] if style is None else style.get_elements("style:table-properties")
    return any(not _says(one, "table:display", default=True) for one in shown)


def _says(element: Any, attribute: str, *, default: bool) -> bool:  # noqa: ANN401
    """Return an attribute that is true or false, which odfdo may give as text or not."""
    value = element.get_attribute(attribute)
    return default if value is None else str(value).lower() == "true"


def _hidden_columns(table: Any) -> Iterator[int]:  # noqa: ANN401
    number = 1
    for column in table.get_elements("descendant::table:table-column"):
        times = int(column.get_attribute("table:number-columns-repeated") or 1)
        if column.get_attribute("table:visibility") in ("collapse", "filter"):
            yield from range(number, number + min(times, _MOST))
        number += times
