"""From the blocks of a paper to a Word file: the only module that knows python-docx."""

import io
from collections.abc import Sequence
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor
from docx.table import Table as Grid
from docx.text.paragraph import Paragraph as Line

from planning.papers.blocks import (
    Block,
    Exhibit,
    Field,
    Heading,
    NewPage,
    Paragraph,
    Picture,
    Points,
)
from planning.plain import plain

WIDTH, TALLEST = 17.0, 20.0
"""Centimetres: of the text on A4, and of the tallest picture."""
MARGIN = 2.0
NARROW = 7
"""Columns that leave room for the template's margins in cells, and for 9 points."""
FONT, LANGUAGE = "Arial", "en-GB"
UNDATED = "2000-01-01"
"""The day in the file's properties where the paper bears none: the same plan is the same file."""


def docx_bytes(blocks: Sequence[Block], *, title: str, foot: str, dated: str) -> bytes:
    """Return a paper as a Word file, the same bytes for the same paper.

    Parameters
    ----------
    blocks : sequence of Block
        What it is made of, in order.
    title : str
        The document's title.
    foot : str
        What stands at the foot of every page, before its number.
    dated : str
        The day that it bears, ``2015-02-19``; blank if none.
    """
    document = Document()
    _set_up(document, title=title, foot=foot, dated=dated)
    counts = {"Table": 0, "Figure": 0}
    for block in blocks:
        _write(document, block, counts)
    out = io.BytesIO()
    document.save(out)
    return _same_every_time(out.getvalue())


def _set_up(document: Word, *, title: str, foot: str, dated: str) -> None:
    """Set the page, the styles, the language, the properties and the foot."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(MARGIN))
    _style(document, "Normal", 11, after=6)
    _style(document, "Title", 22, bold=True, after=8)
    for name, size, before in (("Heading 1", 16, 18), ("Heading 2", 13, 12), ("Heading 3", 11, 8)):
        _style(document, name, size, bold=True, before=before, after=4)
        document.styles[name].paragraph_format.keep_with_next = True
    _style(document, "Caption", 10, bold=True, before=8, after=3)
    document.styles["Caption"].paragraph_format.keep_with_next = True
    _style(document, "List Bullet", 11, after=3)
    _style(document, "List Number", 11, after=3)
    border = document.styles["Title"].element.pPr.find(qn("w:pBdr"))
    document.styles["Title"].element.pPr.remove(border)
    for lang in document.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), LANGUAGE)
    day = datetime.fromisoformat(dated or UNDATED)
    about = document.core_properties
    about.title, about.language, about.author = plain(title)[:255], LANGUAGE, "Virement"
    about.comments, about.created, about.modified = "", day, day
    about.last_modified_by, about.revision = "", 1
    line = section.footer.paragraphs[0]
    line.add_run(f"{plain(foot)} · Page ")
    _field(line, "PAGE", "1")
    line.add_run(" of ")
    _field(line, "NUMPAGES", "1")
    for run in line.runs:
        run.font.size = Pt(9)


def _style(
    document: Word,
    name: str,
    size: float,
    *,
    bold: bool = False,
    before: float = 0,
    after: float = 0,
) -> None:
    """Set a style in black, in the paper's one typeface."""
    style = document.styles[name]
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    # The template's theme would win over a named typeface.
    for attribute in [a for a in fonts.attrib if a.endswith("Theme")]:
        del fonts.attrib[attribute]
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _write(document: Word, block: Block, counts: dict[str, int]) -> None:
    """Write one block."""
    match block:
        case Heading() | Paragraph() | Points():
            _write_text(document, block)
        case Field():
            _write_field(document, block)
        case Exhibit():
            _caption(document, "Table", block.title, counts)
            _write_table(document, block)
        case Picture():
            _caption(document, "Figure", block.title, counts)
            _write_picture(document, block)
        case NewPage():
            document.add_page_break()


def _write_text(document: Word, block: Heading | Paragraph | Points) -> None:
    """Write a heading, a paragraph or a list."""
    match block:
        case Heading(level, text):
            document.add_heading(plain(text), level)
        case Paragraph(text, lead):
            document.add_paragraph().add_run(plain(text)).font.bold = lead
        case Points(texts, numbered):
            for text in texts:
                document.add_paragraph(plain(text), "List Number" if numbered else "List Bullet")


def _write_field(document: Word, block: Field) -> None:
    """Write what an officer has to fill in, with a box of one cell to write in."""
    line = document.add_paragraph()
    line.add_run(plain(block.asks)).font.italic = True
    line.paragraph_format.keep_with_next = True
    table = document.add_table(1, 1, "Table Grid")
    table.cell(0, 0).paragraphs[0].add_run("To be completed.")
    _describe(table, "Blank to be filled in", block.asks)
    table.rows[0].height = Cm(1.6)
    document.add_paragraph()


def _caption(document: Word, kind: str, title: str, counts: dict[str, int]) -> None:
    """Write a numbered caption, which Word numbers anew where one is put in."""
    counts[kind] += 1
    line = document.add_paragraph(style="Caption")
    line.add_run(f"{kind} ")
    _field(line, f"SEQ {kind} \\* ARABIC", str(counts[kind]))
    line.add_run(f": {plain(title)}")


def _field(line: Line, code: str, shown: str) -> None:
    """Write a field that Word works out, with what it shows until then."""
    for kind in ("begin", None, "separate", "", "end"):
        run = line.add_run()
        if kind is None:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {code} "
        elif kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            run.text = shown
            continue
        run._r.append(element)


def _write_table(document: Word, block: Exhibit) -> None:
    """Write a table whose header stands on every page that it reaches."""
    table = document.add_table(1 + len(block.rows), len(block.heads), "Table Grid")
    table.autofit = False
    whole = sum(head.width for head in block.heads)
    size = Pt(9 if len(block.heads) <= NARROW else 8)
    if len(block.heads) > NARROW:
        _set_margins(table, Cm(0.1))
    for column, head in zip(table.columns, block.heads, strict=True):
        column.width = Cm(WIDTH * head.width / whole)
    header = table.rows[0]
    header._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    rows = [tuple(head.text for head in block.heads), *block.rows]
    for down, (texts, row) in enumerate(zip(rows, table.rows, strict=True)):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        bold = down == 0 or down - 1 in block.totals
        for text, head, cell in zip(texts, block.heads, row.cells, strict=True):
            cell.width = Cm(WIDTH * head.width / whole)
            line = cell.paragraphs[0]
            line.paragraph_format.space_after = Pt(0)
            run = line.add_run(plain(text))
            run.font.size, run.font.bold = size, bold
            if head.figures:
                line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _describe(table, block.title, block.note)
    note = document.add_paragraph()
    note.paragraph_format.space_before = Pt(2)
    note.add_run(plain(block.note)).font.size = Pt(9)


def _set_margins(table: Grid, width: Length) -> None:
    """Set the margins at both sides of a table's cells."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("w:left", "w:right"):
        margin = OxmlElement(side)
        margin.set(qn("w:w"), str(round(width.pt * 20)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    # The order of a table's properties is fixed: its margins stand before its look.
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)


def _describe(table: Grid, title: str, words: str) -> None:
    """Give a table its alternative text, and mark its first row as a header."""
    about = table._tbl.tblPr
    for tag, text in (("w:tblCaption", title), ("w:tblDescription", words)):
        element = OxmlElement(tag)
        element.set(qn("w:val"), plain(text))
        about.append(element)


def _write_picture(document: Word, block: Picture) -> None:
    """Write a picture with its alternative text."""
    shape = document.add_picture(io.BytesIO(block.chart.png), width=Cm(WIDTH))
    if shape.height > Cm(TALLEST):
        shape.width, shape.height = int(shape.width * Cm(TALLEST) / shape.height), Cm(TALLEST)
    about = shape._inline.docPr
    about.set("descr", block.chart.alt)
    about.set("title", plain(block.title))


def _same_every_time(content: bytes) -> bytes:
    """Return a Word file whose parts bear no time of day."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as given, ZipFile(out, "w", ZIP_DEFLATED) as made:
        for name in given.namelist():
            made.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), given.read(name), ZIP_DEFLATED)
    return out.getvalue()
