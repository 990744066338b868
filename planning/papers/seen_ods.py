"""An .ods as a reader meets it, read by odfdo."""

import io
import re
from bisect import bisect
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from odfdo import Document

from planning.papers.seen import Cell, MarkedTable, Place, Seen, SeenSheet, TooMuchError, marked

_MOST = 1_000
"""Repeats of a cell or row beyond which it is the empty rest of a sheet."""
_MOST_CELLS, _MOST_ROWS = 200_000, 1_048_576
"""Of a sheet, cells that hold anything and rows: a few bytes may stand for any number."""
_Look = Mapping[str, str]
_LOOKS = ("fo:wrap-option", "fo:color", "fo:background-color", "fo:font-size")
"""What of a cell's style is minded."""


class _Styles(NamedTuple):
    """How cells look by the name of their style, with what they inherit; which sheets are shown."""

    cells: Mapping[str, _Look]
    hidden: frozenset[str]


def see_ods(content: bytes) -> Seen:
    """Return what an .ods holds.

    Raises
    ------
    TooMuchError
        If a sheet repeats its cells or rows without end.
    """
    document = Document(io.BytesIO(content))
    body, settings = document.body, _settings(document)
    styles = _styles(document)
    ranges = _ranges(body)
    return Seen(
        title=document.meta.title or "",
        language=document.meta.language or "",
        # Where it is not said, the first sheet is shown.
        active=settings.get("ActiveTable") or (body.tables[0].name if body.tables else ""),
        sheets=tuple(
            _sheet(table, styles, ranges.get(table.name, ()), settings) for table in body.tables
        ),
    )


def _styles(document: Any) -> _Styles:  # noqa: ANN401
    """Return the styles of a document, each cell's with its parent's and the default below it."""
    parts = [document.get_part(name) for name in ("styles.xml", "content.xml")]
    every = [style for part in parts for style in part.get_elements("//style:style")]
    of_cells = "[@style:family='table-cell']"
    defaults = parts[0].get_elements(f"//style:default-style{of_cells}")
    named = {
        str(style.get_attribute("style:name")): style
        for style in every
        if style.get_attribute("style:family") == "table-cell"
    }
    found: dict[str, _Look] = {"": _look(defaults[0]) if defaults else {}}

    def look(name: str, heirs: frozenset[str]) -> _Look:
        if name not in found:
            # What is not there, or would inherit from itself, looks like the default.
            if name not in named or name in heirs:
                return found[""]
            parent = str(named[name].get_attribute("style:parent-style-name") or "")
            found[name] = {**look(parent, heirs | {name}), **_look(named[name])}
        return found[name]

    return _Styles(
        cells={"": found[""]} | {name: look(name, frozenset()) for name in named},
        hidden=frozenset(
            str(style.get_attribute("style:name"))
            for style in every
            for shown in style.get_elements("style:table-properties")
            if not _says(shown, "table:display", default=True)
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
    styles: _Styles,
    marks: tuple[MarkedTable, ...],
    settings: dict[str, str],
) -> SeenSheet:
    cells: dict[Place, Cell] = {}
    links: dict[Place, str] = {}
    merged: list[str] = []
    hidden: list[int] = []
    columns = _ColumnStyles.of(table)
    for number, row in _rows(table):
        if row.get_attribute("table:visibility") in ("collapse", "filter"):
            hidden.append(number)
        of_row = row.get_attribute("table:default-cell-style-name")
        for place, cell in _row_cells(row, number):
            style = cell.get_attribute("table:style-name") or of_row or columns.at(place[1])
            cells[place] = _cell(cell, styles.cells.get(str(style), styles.cells[""]))
            if len(cells) > _MOST_CELLS:
                raise TooMuchError(f"a sheet of more than {_MOST_CELLS:,} cells: {table.name}")
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
        hidden=table.get_attribute("table:style-name") in styles.hidden,
        hidden_rows=tuple(hidden),
        hidden_columns=tuple(_hidden_columns(table)),
        frozen=settings.get(f"{name}/HorizontalSplitMode", "0") == "2"
        or settings.get(f"{name}/VerticalSplitMode", "0") == "2",
        cursor="A1" if (column, row_) == (0, 0) else f"row {row_ + 1}, column {column + 1}",
    )


class _ColumnStyles(NamedTuple):
    """The styles of the cells that name none of their own, by the first column that has each."""

    first: tuple[int, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, table: Any) -> "_ColumnStyles":  # noqa: ANN401
        number, first, names = 1, [], []
        for column in table.get_elements("descendant::table:table-column"):
            first.append(number)
            names.append(str(column.get_attribute("table:default-cell-style-name") or ""))
            number += int(column.get_attribute("table:number-columns-repeated") or 1)
        return cls(tuple(first), tuple(names))

    def at(self, column: int) -> str:
        """Return the style of a column's cells; none where none is named."""
        return self.names[bisect(self.first, column) - 1] if self.first else ""


def _rows(table: Any) -> Iterator[tuple[int, Any]]:  # noqa: ANN401
    """Yield every row with its number, but for the empty rest."""
    number = 1
    for row in table.get_elements("descendant::table:table-row"):
        times = int(row.get_attribute("table:number-rows-repeated") or 1)
        if number + times - 1 > _MOST_ROWS:
            raise TooMuchError(f"a sheet of more than {_MOST_ROWS:,} rows: {table.name}")
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


def _cell(cell: Any, look: _Look) -> Cell:  # noqa: ANN401
    figure = cell.get_attribute("office:value")
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
    """Return what a style itself says of a cell's text and its ground."""
    found = {}
    for part in style.get_elements("style:text-properties|style:table-cell-properties"):
        for name in _LOOKS:
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
