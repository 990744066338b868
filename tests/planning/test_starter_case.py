"""The case that init writes: it plans at once, alike as a folder and as a workbook."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from planning.case import Case
from planning.cli import main
from planning.papers.folder import fill_folder
from planning.starter_case import case_files, starter_folder, starter_workbook
from planning.tables.cells import number
from planning.tables.schema import SETTINGS, TABLES, Kind


@pytest.fixture(scope="module")
def tables() -> dict[str, list[dict[str, str]]]:
    """Return the rows of the starter's tables, as their files have them."""
    return {
        name: list(csv.DictReader(io.StringIO(case_files()[table.file].decode())))
        for name, table in TABLES.items()
    }


@pytest.fixture(scope="module")
def workbook() -> bytes:
    """Return the starter's workbook."""
    return starter_workbook()["case.xlsx"]


def test_init_and_then_plan_pass_in_a_folder_that_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a new user would: with the very words that init prints."""
    monkeypatch.chdir(tmp_path)
    written = CliRunner().invoke(main, ["init", "."])
    assert written.exit_code == 0, written.output
    check, plan = (line.split()[1:] for line in written.output.splitlines()[1:3])
    checked = CliRunner().invoke(main, check)
    assert (checked.exit_code, "no faults" in checked.output) == (0, True)
    planned = CliRunner().invoke(main, plan)
    assert planned.exit_code == 0, planned.output
    assert "Gap: none" in planned.output
    verdict = json.loads((tmp_path / "plan" / "manifest.json").read_text())
    assert set(verdict["illustrative"]) == set(TABLES) - {"scenarios"}


def test_every_row_says_that_it_is_invented(tables: dict[str, list[dict[str, str]]]) -> None:
    assert all(rows for rows in tables.values())
    sources = {row["source"] for rows in tables.values() for row in rows}
    assert all(source.startswith("illustrative: ") for source in sources)


def test_the_starter_shows_every_idea(tables: dict[str, list[dict[str, str]]]) -> None:
    def column(table: str, name: str) -> set[str]:
        return {row[name] for row in tables[table]}

    assert column("services", "statutory") == {"yes", "no"}
    assert len(column("demand", "locality") - {""}) == 2
    assert column("offers", "contract_type") == {"block", "spot", "framework", "in_house", "grant"}
    assert column("organisations", "external_market") != {""}
    assert column("proposals", "kind") == {"saving", "income", "pressure", "investment"}
    assert column("streams", "one_off") == {"yes", "no"}


def test_the_workbook_holds_what_the_files_hold(
    workbook: bytes, tables: dict[str, list[dict[str, str]]]
) -> None:
    """Read by another library: text letter for letter, figures as the same number."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    assert book.sheet_names == ["Read me", "case", *TABLES, "Dictionary"]
    for name, table in TABLES.items():
        head, *rows = book.get_sheet_by_name(name).to_python()
        assert head == list(table.names)
        assert len(rows) == len(tables[name])
        for row, written in zip(rows, tables[name], strict=True):
            for cell, column in zip(row, table.columns, strict=True):
                text = written[column.name]
                assert cell == (number(text, column) if text and column.numeric else text)


def test_as_a_case_the_workbook_says_what_the_folder_says(tmp_path: Path) -> None:
    """By the digests that the manifest has, so that both give one plan."""
    for name, asked in (("folder", []), ("book", ["--xlsx"])):
        done = CliRunner().invoke(main, ["init", str(tmp_path / name), *asked])
        assert done.exit_code == 0, done.output
    book = Case.read(tmp_path / "book" / "case.xlsx")
    assert dict(book.digests) == dict(Case.read(tmp_path / "folder").digests)
    assert set(book.digests) == {"case", *TABLES}


def test_the_workbook_holds_the_settings(workbook: bytes) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    rows = dict(row[:2] for row in book.get_sheet_by_name("case").to_python()[1:])
    assert list(rows) == [f"{s.section}.{s.column.name}" for s in SETTINGS]
    assert (rows["council.name"], rows["plan.first_year"]) == ("Example Council", "2027-28")
    assert (rows["plan.years"], rows["reserves.opening"]) == ("4", "")


def test_the_workbook_keeps_words_as_text_and_offers_lists_to_choose_from(workbook: bytes) -> None:
    """With openpyxl, which reads what a spreadsheet would be told."""
    book = load_workbook(io.BytesIO(workbook))
    for name, table in TABLES.items():
        sheet = book[name]
        lists = {
            str(one.sqref).split(":")[0]: one.formula1.strip('"').split(",")
            for one in sheet.data_validations.dataValidation
            if one.type == "list"
        }
        for across, column in enumerate(table.columns, start=1):
            letter = sheet.cell(1, across).column_letter
            # openpyxl has columns of one format as one span, under its first letter.
            span = [d for d in sheet.column_dimensions.values() if d.min <= across <= d.max]
            text = span[0].number_format == "@"
            assert text is not column.numeric
            words = ["yes", "no"] if column.kind is Kind.YES_NO else list(column.choices)
            assert lists.get(f"{letter}2", []) == words
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert all(cell.data_type != "f" for cell in cells)


def test_the_meaning_shown_with_a_heading_is_whole() -> None:
    """Excel refuses a workbook whose message is longer than 255 characters."""
    assert max(len(c.doc) for t in TABLES.values() for c in t.columns) <= 255


def test_the_read_me_names_every_table_and_what_may_be_left_out() -> None:
    for files in (starter_folder(), starter_workbook()):
        text = files["README.md"].decode()
        ours, optional = text.split("may be taken out whole")
        named = ours.split("in this order")[1] + optional
        assert [
            name for name in TABLES if f"{name}**" not in named and f"`{name}`" not in named
        ] == []
        assert "{" not in text


def test_init_writes_the_same_bytes_whenever_it_is_run() -> None:
    assert starter_workbook() == starter_workbook()


@pytest.mark.parametrize("asked", [[], ["--xlsx"]])
def test_init_refuses_a_folder_that_is_not_empty(tmp_path: Path, asked: list[str]) -> None:
    (tmp_path / "notes.txt").write_text("ours")
    refused = CliRunner().invoke(main, ["init", str(tmp_path), *asked])
    assert refused.exit_code == 2
    assert "is not empty" in refused.output
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_init_refuses_a_file(tmp_path: Path) -> None:
    place = tmp_path / "case"
    place.write_text("ours")
    refused = CliRunner().invoke(main, ["init", str(place)])
    assert refused.exit_code == 2
    assert place.read_text() == "ours"


@pytest.mark.parametrize("there", [True, False])
def test_what_cannot_be_written_whole_is_not_written(tmp_path: Path, *, there: bool) -> None:
    place = tmp_path / "case"
    if there:
        place.mkdir()
    with pytest.raises(OSError, match="absent"):
        fill_folder(place, {"one.csv": b"1", "absent/two.csv": b"2"})
    assert list(tmp_path.iterdir()) == ([place] if there else [])
    assert not there or list(place.iterdir()) == []


def test_init_loads_neither_a_solver_nor_a_forecaster() -> None:
    code = (
        "import sys, planning.starter_case as s; s.starter_workbook();"
        "print([m for m in ('pyomo', 'statsmodels') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
