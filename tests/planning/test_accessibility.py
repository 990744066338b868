"""The checker passes what is published, and finds every planted breach by its own rule."""

import io
import re
import zipfile
from functools import cache

import openpyxl
import pytest
from openpyxl.drawing.image import Image
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.table import Table
from PIL import Image as Picture

from planning.export import WORKBOOKS
from planning.papers.accessibility import RULES, find_breaches
from planning.papers.ods import ods_bytes
from planning.papers.seen import TooMuchError
from planning.papers.workbook import workbook_bytes
from planning.schedules.sheets import plan_book
from tests.planning.books import book
from tests.planning.plans import northamptonshire, small

TOP, LAST = 7, 10
"""The rows of the header and the end of the sheet Spending's table."""


def rules_of(breaches):
    return {breach.rule for breach in breaches}


@pytest.mark.parametrize("name", WORKBOOKS)
@pytest.mark.parametrize("made", [small, northamptonshire])
def test_the_workbook_of_a_plan_keeps_every_rule(made, name):
    plan = made()
    content = WORKBOOKS[name](plan_book(plan.case, plan.tables, dated="2015-02-19"))
    breaches = find_breaches(content, kind=name.partition(".")[2])
    assert [str(breach) for breach in breaches] == []


def saved(excel):
    out = io.BytesIO()
    excel.save(out)
    return out.getvalue()


@cache
def sound():
    return workbook_bytes(book())


def opened():
    return openpyxl.load_workbook(io.BytesIO(sound()))


def test_a_workbook_that_openpyxl_has_only_opened_and_saved_keeps_every_rule():
    assert find_breaches(saved(opened())) == ()


def hide_sheet(excel):
    excel["Promises"].sheet_state = "hidden"


def hide_row(excel):
    excel["Spending"].row_dimensions[8].hidden = True


def hide_column(excel):
    excel["Spending"].column_dimensions["B"].hidden = True


def blank_row(excel):
    for cell in excel["Spending"][9]:
        cell.value = None


def blank_column(excel):
    for row in range(TOP + 1, LAST + 1):
        excel["Spending"].cell(row, 5).value = None


def second_header(excel):
    for column in range(1, 6):
        excel["Spending"].cell(TOP + 1, column).value = "in 2015-16"


def retable(excel, ref, *, name="Spending_table", headers=1):
    """Mark the table of the sheet otherwise than it was."""
    sheet = excel["Spending"]
    table = sheet.tables.pop("Spending_table")
    table.ref, table.headerRowCount, table.name, table.displayName = ref, headers, name, name
    sheet.add_table(table)
    return table


def unmark(excel):
    excel["Spending"].tables.clear()


def rename_table(excel):
    retable(excel, "A7:E10", name="Table1")


def no_header_marked(excel):
    retable(excel, "A7:E10", headers=0)


def not_from_column_a(excel):
    excel["Spending"].insert_cols(1)
    excel["Spending"]["A1"] = excel["Spending"]["B1"].value
    for row in range(1, TOP):
        excel["Spending"].cell(row, 1).value = excel["Spending"].cell(row, 2).value
        excel["Spending"].cell(row, 2).value = None
    for row in range(1, LAST + 1):
        excel["Spending"].cell(row, 1).font = Font(name="Arial", size=12)
    retable(excel, "B7:F10")


def two_tables(excel):
    sheet = excel["Promises"]
    for row, values in enumerate((("More", "Times (years)"), ("a", 1.0)), start=12):
        for column, value in enumerate(values, start=1):
            sheet.cell(row, column, value).font = Font(name="Arial", size=12)
    table = Table(displayName="More_table", ref="A12:B13")
    table._initialise_columns()
    table.autoFilter = None
    for column, head in zip(table.tableColumns, ("More", "Times (years)"), strict=True):
        column.name = head
    sheet.add_table(table)


def filtered(excel):
    retable(excel, "A7:E10").autoFilter = openpyxl.worksheet.filters.AutoFilter(ref="A7:E10")


def picture(excel):
    out = io.BytesIO()
    Picture.new("RGB", (4, 4)).save(out, "png")
    excel["Spending"].add_image(Image(out), "G12")


def colour_only(excel):
    excel["Spending"]["B8"].fill = PatternFill("solid", fgColor="FFFF0000")


def red_text(excel):
    excel["Spending"]["B8"].font = Font(name="Arial", size=12, color="FFFF0000")


def small_text(excel):
    excel["Spending"]["A8"].font = Font(name="Arial", size=8)


def link_to_nowhere(excel):
    excel["Contents"]["A6"].hyperlink.location = "'Gone'!A1"


def unlinked(excel):
    excel["Contents"]["A6"].hyperlink = None


def drop_entry(excel):
    """Take the last sheet out of the contents, and shorten their table."""
    sheet = excel["Contents"]
    sheet["A7"].hyperlink = None
    sheet["A7"].value = sheet["B7"].value = None
    sheet.tables["Contents_table"].ref = "A3:B6"


def stale_entry(excel):
    sheet = excel["Contents"]
    for column, value in ((1, "Gone"), (2, "What went")):
        sheet.cell(8, column, value).font = Font(name="Arial", size=12)
    sheet.tables["Contents_table"].ref = "A3:B8"


def unused_note(excel):
    sheet = excel["Notes"]
    for column, value in ((1, "[note 3]"), (2, "Of nothing.")):
        sheet.cell(6, column, value).font = Font(name="Arial", size=12)
    sheet.tables["Notes_table"].ref = "A3:B6"


def without_sheet(name):
    def change(excel):
        del excel[name]

    return change


def put(sheet, cell, value):
    """Return a change that puts a value in a cell."""

    def change(excel):
        excel[sheet][cell].value = value

    return change


def no_shorthand_told(excel):
    excel["Spending"]["A5"].value = "Figures are what they are."


def cursor_elsewhere(excel):
    selection = excel["Spending"].sheet_view.selection[0]
    selection.activeCell = selection.sqref = "C9"


def frozen(excel):
    excel["Spending"].freeze_panes = "A8"
    for selection in excel["Spending"].sheet_view.selection:
        selection.activeCell = selection.sqref = "A1"


def unwrapped(excel):
    cell = excel["Spending"]["A8"]
    cell.alignment = openpyxl.styles.Alignment(wrap_text=False)
    cell.value = "Home care for people of sixty-five and over, by the hour, in both localities"


PLANTED = {
    "no title property": ("title", lambda x: setattr(x.properties, "title", None)),
    "no language property": ("language", lambda x: setattr(x.properties, "language", None)),
    "opens on another sheet": ("opens_on_cover", lambda x: setattr(x, "active", 3)),
    "no cover": ("cover", without_sheet("Cover")),
    "no contents": ("contents", without_sheet("Contents")),
    "no notes": ("notes", without_sheet("Notes")),
    "a sheet called Sheet1": ("sheet_names", lambda x: setattr(x["Promises"], "title", "Sheet1")),
    "a hidden sheet": ("hidden_sheet", hide_sheet),
    "a hidden row": ("hidden_row", hide_row),
    "a hidden column": ("hidden_column", hide_column),
    "merged cells": ("merged", lambda x: x["Spending"].merge_cells("A2:C2")),
    "a formula": ("formula", put("Spending", "B8", "=1+1")),
    "an error": ("formula", put("Spending", "B8", "#REF!")),
    "no title in A1": ("title_in_a1", put("Promises", "A1", None)),
    "the cursor elsewhere": ("cursor", cursor_elsewhere),
    "two tables": ("one_table", two_tables),
    "a sheet that does not count its tables": ("says_its_tables", put("Promises", "A2", "So.")),
    "a table not marked up": ("marked_up", unmark),
    "a cell below the table": ("loose", put("Spending", "A12", "A footnote")),
    "a table called Table1": ("table_name", rename_table),
    "a table not from column A": ("column_a", not_from_column_a),
    "no header marked": ("header_marked", no_header_marked),
    "a blank header": ("header_blank", put("Spending", "E7", None)),
    "a duplicate header": ("header_unique", put("Spending", "E7", "Service")),
    "a second row of headers": ("second_header", second_header),
    "text among figures": ("text_among_figures", put("Spending", "C9", "about 17")),
    "a blank row": ("blank_row", blank_row),
    "a blank column": ("blank_column", blank_column),
    "a blank cell unexplained": ("blank_cell", put("Spending", "E9", None)),
    "no unit on money": ("unit", put("Spending", "B7", "Cost")),
    "a unit of money without the pound": ("unit", put("Spending", "B7", "Cost (units)")),
    "a note referred to but not listed": ("note_listed", put("Promises", "A2", "A table [note 9]")),
    "a note listed but not referred to": ("note_used", unused_note),
    "shorthand unexplained": ("shorthand", no_shorthand_told),
    "a picture without alternative text": ("alternative_text", picture),
    "a cell marked red": ("colour", colour_only),
    "red text": ("colour", red_text),
    "small text": ("small_text", small_text),
    "a link to nowhere": ("link", link_to_nowhere),
    "an entry of the contents missing": ("contents_whole", drop_entry),
    "an entry of the contents for no sheet": ("contents_true", stale_entry),
    "an entry of the contents that is no link": ("contents_linked", unlinked),
    "text that does not wrap": ("wrapped", unwrapped),
    "frozen panes": ("frozen", frozen),
    "filter buttons": ("filters", filtered),
}

FOLLOWS = {
    "no cover": {"opens_on_cover"},
    "no contents": set(),
    "no notes": {"note_listed", "contents_true", "link"},
    "a sheet called Sheet1": {"contents_whole", "contents_true", "link"},
    "two tables": {"loose"},
    "a second row of headers": {"text_among_figures"},
    "a blank column": {"blank_cell"},
    "a link to nowhere": {"contents_linked"},
    "text that does not wrap": set(),
}
"""Other rules that such a breach cannot but break too."""


@pytest.mark.parametrize("breach", PLANTED)
def test_each_planted_breach_is_found_by_its_own_rule(breach):
    rule, plant = PLANTED[breach]
    excel = opened()
    plant(excel)
    found = rules_of(find_breaches(saved(excel)))
    assert rule in found
    assert found <= {rule} | FOLLOWS.get(breach, set())


def test_every_rule_has_a_planted_breach():
    assert {rule for rule, _ in PLANTED.values()} == {rule.name for rule in RULES}


def test_a_breach_is_told_by_sheet_and_cell_in_plain_words():
    excel = opened()
    put("Spending", "E9", None)(excel)
    (breach,) = find_breaches(saved(excel))
    assert str(breach) == "Spending!E9: the cell is blank, and nothing says why."


def test_a_blank_cell_that_the_sheet_explains_is_allowed():
    excel = opened()
    put("Spending", "E9", None)(excel)
    put("Spending", "A6", "Source: x. A blank cell is a service without a grade.")(excel)
    assert find_breaches(saved(excel)) == ()


def test_what_is_neither_xlsx_nor_ods_is_refused():
    with pytest.raises(ValueError, match="read as xlsx or ods"):
        find_breaches(b"", kind="csv")


def in_ods(part, *changes):
    """Return the workbook with one part of its .ods changed where each pattern first stands."""
    content, out = ods_bytes(book()), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(out, "w") as made:
        for info in given.infolist():
            data = given.read(info).decode()
            for pattern, replacement in changes if info.filename == part else ():
                data, count = re.subn(pattern, replacement, data, count=1)
                assert count, pattern
            made.writestr(info, data)
    return out.getvalue()


CELL = r"(<table:table-cell [^>]*)(><text:p>Day care)"
IN_ODS = {
    "title": ("meta.xml", "<dc:title>.*?</dc:title>", ""),
    "language": ("meta.xml", "<dc:language>.*?</dc:language>", ""),
    "opens_on_cover": ("settings.xml", r'("ActiveTable"[^>]*>)Cover', r"\1Notes"),
    "cursor": ("settings.xml", r'("CursorPositionY"[^>]*>)0', r"\g<1>4"),
    "merged": ("content.xml", CELL, r'\1 table:number-columns-spanned="2"\2'),
    "formula": ("content.xml", CELL, r'\1 table:formula="of:=1+1"\2'),
    "blank_cell": ("content.xml", "<text:p>Day care</text:p>", "<text:p/>"),
    "hidden_row": (
        "content.xml",
        "<table:table-row ",
        '<table:table-row table:visibility="collapse" ',
    ),
    "hidden_column": (
        "content.xml",
        "<table:table-column ",
        '<table:table-column table:visibility="collapse" ',
    ),
    "hidden_sheet": (
        "content.xml",
        r'(style:name="sheet" style:family="table" [^>]*)/>',
        r'\1><style:table-properties table:display="false"/></style:style>',
    ),
    "marked_up": ("content.xml", "<table:database-range [^>]*Spending_table[^>]*/>", ""),
    "table_name": ("content.xml", 'table:name="Spending_table"', 'table:name="__Anonymous_1"'),
    "header_marked": ("content.xml", 'contains-header="true"', 'contains-header="false"'),
    "filters": ("content.xml", 'filter-buttons="false"', 'filter-buttons="true"'),
    "header_blank": ("content.xml", r'("head"[^>]*><text:p>)Grade', r"\1"),
    "header_unique": ("content.xml", r'("head"[^>]*><text:p>)Grade', r"\1Service"),
    "unit": ("content.xml", r"Used \(units\)</text:p>(?!.*Used \(units\))", "Used</text:p>"),
    "note_listed": ("content.xml", r"What is promised \[note 1\]", "What is promised [note 7]"),
    "link": ("content.xml", "#Promises.A1", "#Gone.A1"),
    "colour": ("content.xml", '(fo:font-size="12pt")', r'\1 fo:color="#ff0000"'),
    "small_text": ("content.xml", 'fo:font-size="12pt"', 'fo:font-size="8pt"'),
}


@pytest.mark.parametrize("rule", IN_ODS)
def test_breaches_of_an_ods_are_found_too(rule):
    part, *change = IN_ODS[rule]
    assert rule in rules_of(find_breaches(in_ods(part, change), kind="ods"))


def test_the_ods_without_a_breach_keeps_every_rule():
    assert find_breaches(ods_bytes(book()), kind="ods") == ()


TINY = (
    "<office:automatic-styles>",
    r'\g<0><style:style style:name="tiny" style:family="table-cell"><style:table-cell-properties '
    r'fo:wrap-option="wrap"/><style:text-properties fo:font-size="8pt"/></style:style>'
    r'<style:style style:name="heir" style:family="table-cell" style:parent-style-name="STYLE"/>'
    r'<style:style style:name="loop" style:family="table-cell" style:parent-style-name="loop"/>',
)
UNSTYLED = (
    r'<table:table-cell table:style-name="text"([^>]*><text:p>Day care)',
    r"<table:table-cell\1",
)
INHERITED = {
    # As LibreOffice writes a column whose cells look alike.
    "column": [
        UNSTYLED,
        (
            'table:name="Spending" [^>]*><table:table-column ',
            r'\g<0>table:default-cell-style-name="STYLE" ',
        ),
    ],
    "row": [
        UNSTYLED,
        (
            r"<table:table-row ([^>]*><table:table-cell [^>]*><text:p>Day care)",
            r'<table:table-row table:default-cell-style-name="STYLE" \1',
        ),
    ],
    "parent": [(UNSTYLED[0], r'<table:table-cell table:style-name="heir"\1')],
}


@pytest.mark.parametrize("way", INHERITED)
@pytest.mark.parametrize(("style", "rules"), [("text", set()), ("tiny", {"small_text"})])
def test_a_cell_of_an_ods_looks_as_its_column_row_or_parent_style_says(way, style, rules):
    changes = [(old, new.replace("STYLE", style)) for old, new in (*INHERITED[way], TINY)]
    assert rules_of(find_breaches(in_ods("content.xml", *changes), kind="ods")) == rules


def test_an_ods_that_does_not_say_on_which_sheet_it_opens_opens_on_its_first():
    silent = in_ods("settings.xml", ("<config:config-item [^>]*ActiveTable.*?</[^>]*>", ""))
    assert find_breaches(silent, kind="ods") == ()


ROW = '<table:table-row><table:table-cell office:value-type="string"/></table:table-row>'
ENDLESS = {
    "200,000 cells": ROW.replace("/>", ' table:number-columns-repeated="999"/>', 1) * 202,
    "1,048,576 rows": ROW.replace("-row>", '-row table:number-rows-repeated="1048576">', 1),
}


def endless(rows):
    """Return the workbook as an .ods with more rows at the end of its first sheet."""
    return in_ods("content.xml", ("</table:table>", f"{rows}</table:table>"))


@pytest.mark.parametrize("wrong", ENDLESS)
def test_an_ods_that_repeats_itself_without_end_is_refused(wrong):
    with pytest.raises(TooMuchError, match=f"a sheet of more than {wrong}: Cover"):
        find_breaches(endless(ENDLESS[wrong]), kind="ods")
