"""What a planner types is text wherever it goes: no formula, no link, nothing a terminal obeys."""

import csv
import io
import json
import shutil
import tomllib

import openpyxl
import pandas as pd
import pytest
from odfdo import Document

from planning import Case
from planning.papers.csv_files import RUN_AS_FORMULA, csv_bytes
from planning.papers.ods import ods_bytes
from planning.papers.workbook import workbook_bytes
from planning.plain import plain
from planning.schedules.book import schedules
from planning.schedules.sheets import plan_book
from planning.tables.schema import TABLES, Kind
from tests.planning.plans import small
from tests.planning.runs import SMALL, virement

PAYLOADS = {
    "equals": "=1+1",
    "plus": "+1+1",
    "minus": "-1+1",
    "at": "@SUM(A1)",
    "tab": "\t=1+1",
    "carriage return": "\r=1+1",
    "line feed": "\n=1+1",
    "dde": "=cmd|'/C calc'!A0",
    "array": "{=1+1}",
    "link": "https://evil.example/x",
    "mail": "mailto:x@evil.example",
    "script": "javascript:alert(1)",
    "internal": "internal:'Cover'!A1",
    "external": "external:c:\\evil.xlsx",
    "markup": "[red]x[/red]",
    "html": "<script>alert(1)</script>&amp;<b>",
    "xml": ']]><table:table-cell table:formula="of:=1+1"/>',
}

ESCAPE = "\x1b[31mred\x1b[0m"

MORE = {
    "assumptions": {"assumption": "a", "quality": "1", "impact": "5", "review_by": "2016-01-31"},
    "decisions": {"decision": "d", "date": "2015-02-19"},
    "sign_offs": {"sign_off": "s", "date": "2015-02-19"},
}
"""Tables that the small case has not, each with a row whose text is the payload."""


def poisoned(folder, payload):
    """Copy the small case with a payload in every text field of every table."""
    for path in SMALL.iterdir():
        shutil.copy(path, folder)
    rows = {
        name: pd.read_csv(SMALL / f"{name}.csv", dtype=str, keep_default_na=False)
        for name in TABLES
        if (SMALL / f"{name}.csv").is_file()
    }
    rows |= {name: pd.DataFrame([row]) for name, row in MORE.items()}
    for name, table in rows.items():
        texts = [
            column.name
            for column in TABLES[name].columns
            if column.kind is Kind.TEXT and column.name != "series"
        ]
        changed = table.assign(**dict.fromkeys(texts, payload))
        changed.to_csv(folder / f"{name}.csv", index=False, quoting=csv.QUOTE_ALL)
    toml = (SMALL / "case.toml").read_text(encoding="utf-8")
    named = toml.replace('"Smallshire (illustrative)"', json.dumps(payload))
    assert tomllib.loads(named)["council"]["name"] == payload
    (folder / "case.toml").write_text(named, encoding="utf-8")
    return folder


@pytest.fixture(params=PAYLOADS, ids=PAYLOADS, scope="module")
def case(request, tmp_path_factory):
    return Case.read(poisoned(tmp_path_factory.mktemp("case"), PAYLOADS[request.param]))


@pytest.fixture(scope="module")
def book(case):
    return plan_book(case, small().tables, dated="")


@pytest.fixture(scope="module")
def excel(book):
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(book)))


@pytest.fixture(scope="module")
def ods(book):
    return Document(io.BytesIO(ods_bytes(book)))


def test_no_payload_is_a_formula_or_a_link_in_xlsx_or_ods(case, book, excel, ods):
    told = 0
    for sheet in excel:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n")
                assert cell.hyperlink is None or sheet.title == "Contents"
                told += isinstance(cell.value, str) and "1+1" in cell.value
    assert not ods.body.xpath("//*[@table:formula]")
    links = ods.body.get_elements("//text:a")
    assert {link.get_attribute("xlink:href") for link in links} == {
        f"#{sheet.name}.A1" for sheet in book.sheets[2:]
    }
    payload = case.settings.name
    assert told > 20 or "1+1" not in payload


def test_every_text_of_a_payload_is_told_as_it_was_typed(case, book, excel, ods):
    """But for control characters, and what is blank at either end."""
    sheet = next(sheet for sheet in book.sheets if sheet.name == "Decisions")
    wanted = plain(case.decisions["statement"].iloc[0]).strip()
    assert wanted in {cell for row in sheet.rows for cell in row}
    assert wanted in {cell.value for row in excel["Decisions"].iter_rows() for cell in row}
    cells = ods.body.get_table(name="Decisions").cells
    texts = {"".join(map(str, cell.xpath("descendant::text()"))) for row in cells for cell in row}
    assert wanted in texts


def test_no_payload_begins_a_cell_of_a_csv_file(case):
    for schedule in schedules(case, small().tables):
        written = csv_bytes(schedule.rows).decode()
        cells = pd.read_csv(io.StringIO(written), dtype=str, keep_default_na=False, header=None)
        for column, text in zip(
            schedule.table.columns, (cells[place][1:] for place in cells), strict=True
        ):
            if column.kind is Kind.TEXT:
                assert not any(cell.startswith(RUN_AS_FORMULA) for cell in text)


def test_keys_that_are_payloads_reach_no_file_as_a_formula(tmp_path):
    """A whole plan, with formulas for the keys of offers, streams, rules, proposals and costs."""
    case = tmp_path / "case"
    shutil.copytree(SMALL, case)
    renamed = {
        "council_tax": "=1+1",
        "sb_bright": "@SUM(A1)",
        "steady_hands": "+1+1",
        "one_site": "-1+1",
        "client_function": "=cmd|'!A0",
        "carers_rested": "{=1+1}",
    }
    for path in case.glob("*.csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False, header=None)
        kind = table[0].isin(["stream"]).any() and path.stem == "streams"
        rows = table.replace(renamed) if not kind else table.replace({0: renamed})
        rows.to_csv(path, index=False, header=False)
    out = tmp_path / "plan"
    Case.read(case).plan().export(out)
    for path in out.glob("*.csv"):
        cells = pd.read_csv(path, dtype=str, keep_default_na=False, header=None)
        for cell in cells.to_numpy().ravel():
            begins = cell.startswith(RUN_AS_FORMULA)
            assert not begins or is_number(cell), f"{path.name}: {cell}"
    excel = openpyxl.load_workbook(out / "plan.xlsx")
    assert {cell.data_type for sheet in excel for row in sheet for cell in row} <= {"s", "n"}
    ods = Document(out / "plan.ods")
    assert not ods.body.xpath("//*[@table:formula]")


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_a_cell_at_fault_is_echoed_without_what_a_terminal_would_obey(tmp_path):
    """An escape in a figure is a fault, and its echo is shown without the escape."""
    case = shutil.copytree(SMALL, tmp_path / "case")
    text = (case / "offers.csv").read_text(encoding="utf-8")
    (case / "offers.csv").write_text(text.replace("15.20", ESCAPE + "\x9b31m"), encoding="utf-8")
    for more in ((), ("--json",)):
        run = virement("check", case, *more)
        assert run.returncode == 2
        said = run.stdout + run.stderr
        assert "unit_cost" in said
        assert not set(said) & {chr(c) for c in (*range(10), *range(11, 32), *range(127, 160))}


def test_a_name_that_turns_the_order_of_reading_is_shown_in_order(tmp_path):
    case = shutil.copytree(SMALL, tmp_path / "case")
    toml = (case / "case.toml").read_text(encoding="utf-8")
    (case / "case.toml").write_text(
        toml.replace("Smallshire", "Small\\u202Eshire"), encoding="utf-8"
    )
    run = virement("check", case)
    assert "\u202e" not in run.stdout + run.stderr


def test_rich_markup_and_ansi_in_what_is_being_done_are_words():
    """What stands on a terminal is tested in test_progress; here what becomes of the words."""
    assert plain(f"Planning {ESCAPE} [red]x[/red]") == "Planning  [31mred [0m [red]x[/red]"
    assert plain("Größe – £5 ½ 中文") == "Größe – £5 ½ 中文"
