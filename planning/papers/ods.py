"""A workbook as OpenDocument, which the Government prefers: the same sheets, figure for figure.

OASIS, *Open Document Format for Office Applications 1.3*, 2021. The parts are written out here, so
that nothing of another document's template, language or clock is in them.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from planning.papers.columns import Column, Kind
from planning.papers.sheets import Book, Cell, Sheet
from planning.papers.workbook import (
    CREATED,
    LANGUAGE,
    LINE,
    PAGE,
    height,
    number_format,
    widths_of,
)

MIME = "application/vnd.oasis.opendocument.spreadsheet"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time that every part bears, so that the same plan is the same file."""

_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "table": "table",
        "text": "text",
        "style": "style",
        "number": "datastyle",
        "fo": "xsl-fo-compatible",
        "meta": "meta",
        "config": "config",
        "svg": "svg-compatible",
    }.items()
)
_NAMES += ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'

_CHARACTER = 0.235
"""Centimetres of a character of 12 point Arial."""

_POUND = (
    '<number:currency-symbol number:language="en" number:country="GB">£</number:currency-symbol>'
)

_FIGURES: Mapping[str, tuple[str, int]] = {
    "#,##0": ("", 0),
    "#,##0;-#,##0": ("", 0),
    "#,##0.000": ("", 3),
    "£#,##0;-£#,##0": (_POUND, 0),
    "£#,##0.00;-£#,##0.00": (_POUND, 2),
}
"""By the format of an .xlsx: what stands before a figure, and its decimals."""


def ods_bytes(book: Book) -> bytes:
    """Return a workbook as an .ods file."""
    parts = {
        "content.xml": _content(book),
        "styles.xml": _page_styles(),
        "meta.xml": _meta(book),
        "settings.xml": _settings(book),
    }
    listed = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
        for name, kind in {"/": MIME, **dict.fromkeys(parts, "text/xml")}.items()
    )
    parts["META-INF/manifest.xml"] = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        f'manifest:version="1.3">{listed}</manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        # The type stands first and unpacked, so that it can be told without reading the rest.
        file.writestr(zipfile.ZipInfo("mimetype", EPOCH), MIME, zipfile.ZIP_STORED)
        for name, part in parts.items():
            whole = f'<?xml version="1.0" encoding="UTF-8"?>\n{part}'
            file.writestr(zipfile.ZipInfo(name, EPOCH), whole, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _content(book: Book) -> str:
    """Return the sheets, with the styles of their rows and cells."""
    sheets = "".join(map(_sheet, book.sheets))
    heights = "".join(
        f'<style:style style:name="tall{points}" style:family="table-row">'
        f'<style:table-row-properties style:row-height="{points}pt" '
        'style:use-optimal-row-height="false"/></style:style>'
        for points in sorted(set(map(int, re.findall('table:style-name="tall([0-9]+)"', sheets))))
    )
    ranges = "".join(
        f"<table:database-range table:name={quoteattr(sheet.table)} "
        f'table:target-range-address="{_range(sheet)}" table:contains-header="true" '
        'table:display-filter-buttons="false"/>'
        for sheet in book.sheets
        if sheet.columns
    )
    return (
        f'<office:document-content {_NAMES} office:version="1.3">'
        f"<office:automatic-styles>{heights}{''.join(_styles(book))}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{sheets}"
        f"<table:database-ranges>{ranges}</table:database-ranges>"
        "</office:spreadsheet></office:body></office:document-content>"
    )


def _range(sheet: Sheet) -> str:
    """Return where a sheet's table stands, its header first."""
    top = len(sheet.lines) + 2
    last = _letters(len(sheet.columns))
    return f"{sheet.name}.A{top}:{sheet.name}.{last}{top + len(sheet.rows)}"


def _letters(number: int) -> str:
    """Return a column as a spreadsheet names it: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _sheet(sheet: Sheet) -> str:
    """Return a sheet from A1 down: its title, its lines, its table."""
    widths = widths_of(sheet) if sheet.columns else [PAGE]
    columns = "".join(f'<table:table-column table:style-name="wide{wide}"/>' for wide in widths)
    line = "line" if sheet.columns else "wrapped"
    rows = [_row(_words(sheet.title, "title"), LINE * 1.4)]
    # Lines above a table go on over the columns beside them; those of a cover wrap.
    tall = [LINE if sheet.columns else height([text], widths) for text in sheet.lines]
    rows += [_row(_words(text, line), one) for text, one in zip(sheet.lines, tall, strict=True)]
    if sheet.columns:
        head = "".join(
            _words(c.heading, "head" if c.kind is Kind.TEXT else "head_of_figures")
            for c in sheet.columns
        )
        tall_head = height([column.heading for column in sheet.columns], widths)
        rows.append(f"<table:table-header-rows>{_row(head, tall_head)}</table:table-header-rows>")
        rows += _body(sheet, widths)
    return (
        f'<table:table table:name={quoteattr(sheet.name)} table:style-name="sheet">'
        f"{columns}{''.join(rows)}</table:table>"
    )


def _body(sheet: Sheet, widths: list[int]) -> Iterator[str]:
    """Yield the rows of a sheet's table."""
    styles = [
        _style(column, [row[across] for row in sheet.rows])
        for across, column in enumerate(sheet.columns)
    ]
    for row in sheet.rows:
        first, *others = map(_cell, row, styles)
        if sheet.linked:
            first = _words(str(row[0]), "link", to=str(row[0]))
        yield _row("".join([first, *others]), height(row, widths))


def _style(column: Column, cells: list[Cell]) -> str:
    """Return the name of the style of a column's cells."""
    if column.kind is Kind.TEXT:
        return "text"
    return f"figures{list(_FIGURES).index(number_format(column, cells))}"


def _row(cells: str, points: float) -> str:
    """Return a row of a height that every cell can be read in."""
    return f'<table:table-row table:style-name="{_tall(points)}">{cells}</table:table-row>'


def _tall(points: float) -> str:
    """Return the name of the style of rows of a height."""
    return f"tall{points:.0f}"


def _cell(cell: Cell, style: str) -> str:
    if isinstance(cell, str):
        return _words(cell, style)
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="float" '
        f'office:value="{cell + 0.0!r}"/>'
    )


def _words(text: str, style: str, *, to: str = "") -> str:
    """Return a cell of text, a link to a sheet if it is one."""
    # A reader takes several spaces for one, but for those that are counted.
    words = re.sub(" {2,}", lambda found: f' <text:s text:c="{len(found[0]) - 1}"/>', escape(text))
    if to:
        words = f'<text:a xlink:type="simple" xlink:href="#{escape(to)}.A1">{words}</text:a>'
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="string">'
        f"<text:p>{words}</text:p></table:table-cell>"
    )


def _styles(book: Book) -> Iterator[str]:
    """Yield the styles of sheets, columns, rows and cells."""
    yield '<style:style style:name="sheet" style:family="table" style:master-page-name="Default"/>'
    widths = {PAGE}.union(*(widths_of(sheet) for sheet in book.sheets))
    for wide in sorted(widths):
        yield (
            f'<style:style style:name="wide{wide}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{wide * _CHARACTER:.3f}cm"/>'
            "</style:style>"
        )
    for number, (before, decimals) in enumerate(_FIGURES.values()):
        yield (
            f'<number:currency-style style:name="format{number}">{before}<number:number '
            f'number:decimal-places="{decimals}" number:min-decimal-places="{decimals}" '
            'number:min-integer-digits="1" number:grouping="true"/></number:currency-style>'
        )
        yield _cell_style(f"figures{number}", align="end", data=f"format{number}")
    under = '<style:table-cell-properties fo:border-bottom="0.75pt solid #000000" '
    under += 'fo:wrap-option="wrap" style:vertical-align="bottom"/>'
    yield _cell_style("title", bold=True, points=16, cell="")
    yield _cell_style("line", cell="")
    yield _cell_style("wrapped")
    yield _cell_style("text")
    yield _cell_style("link", underlined=True)
    yield _cell_style("head", bold=True, cell=under)
    yield _cell_style("head_of_figures", bold=True, align="end", cell=under)


_WRAPPED = '<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"/>'


def _cell_style(  # noqa: PLR0913 - all that a cell's look can differ in
    name: str,
    *,
    bold: bool = False,
    underlined: bool = False,
    points: int = 12,
    align: str = "start",
    data: str = "",
    cell: str = _WRAPPED,
) -> str:
    # So that text does not touch the figure to its left.
    inset = ' fo:margin-left="0.2cm"' if name in ("text", "head") else ""
    look = ' fo:font-weight="bold"' if bold else ""
    look += ' style:text-underline-style="solid"' if underlined else ""
    format_ = f' style:data-style-name="{data}"' if data else ""
    return (
        f'<style:style style:name="{name}" style:family="table-cell"{format_}>{cell}'
        f'<style:paragraph-properties fo:text-align="{align}"{inset}/>'
        f'<style:text-properties fo:font-size="{points}pt"{look}/></style:style>'
    )


def _page_styles() -> str:
    """Return the language and font of everything, and a page on its side, one sheet wide."""
    language, country = LANGUAGE.split("-")
    return (
        f'<office:document-styles {_NAMES} office:version="1.3"><office:font-face-decls>'
        '<style:font-face style:name="Arial" svg:font-family="Arial" '
        'style:font-family-generic="swiss"/></office:font-face-decls><office:styles>'
        '<style:default-style style:family="table-cell"><style:text-properties '
        f'style:font-name="Arial" fo:font-size="12pt" fo:language="{language}" '
        f'fo:country="{country}"/></style:default-style></office:styles>'
        '<office:automatic-styles><style:page-layout style:name="page">'
        '<style:page-layout-properties fo:page-width="29.7cm" fo:page-height="21cm" '
        'style:print-orientation="landscape" style:scale-to-X="1" style:scale-to-Y="0"/>'
        "</style:page-layout></office:automatic-styles><office:master-styles>"
        '<style:master-page style:name="Default" style:page-layout-name="page"/>'
        "</office:master-styles></office:document-styles>"
    )


def _meta(book: Book) -> str:
    return (
        f'<office:document-meta {_NAMES} office:version="1.3"><office:meta>'
        f"<dc:title>{escape(book.title)}</dc:title><dc:language>{LANGUAGE}</dc:language>"
        f"<meta:generator>Virement</meta:generator>"
        f"<meta:creation-date>{CREATED.isoformat()}</meta:creation-date>"
        "</office:meta></office:document-meta>"
    )


def _settings(book: Book) -> str:
    """Return what is shown first: the first sheet, each with its cursor in A1."""
    item = '<config:config-item config:name="{}" config:type="{}">{}</config:config-item>'
    cursors = "".join(
        f'<config:config-item-map-entry config:name="{sheet.name}">'
        + item.format("CursorPositionX", "int", 0)
        + item.format("CursorPositionY", "int", 0)
        + "</config:config-item-map-entry>"
        for sheet in book.sheets
    )
    return (
        f'<office:document-settings {_NAMES} office:version="1.3"><office:settings>'
        '<config:config-item-set config:name="ooo:view-settings">'
        '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
        + item.format("ViewId", "string", "view1")
        + f'<config:config-item-map-named config:name="Tables">{cursors}'
        "</config:config-item-map-named>"
        + item.format("ActiveTable", "string", book.sheets[0].name)
        + "</config:config-item-map-entry></config:config-item-map-indexed>"
        "</config:config-item-set></office:settings></office:document-settings>"
    )
