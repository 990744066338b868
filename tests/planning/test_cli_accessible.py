"""The verb that checks a workbook, as who publishes it meets it."""

import json
import zipfile

import pytest
from click.testing import CliRunner

from planning.cli import main
from planning.papers.ods import ods_bytes
from planning.papers.workbook import workbook_bytes
from tests.planning.books import book
from tests.planning.test_accessibility import ENDLESS, IN_ODS, endless, in_ods


@pytest.mark.parametrize("name", ["plan.xlsx", "plan.ods"])
def test_a_workbook_without_a_breach_is_said_to_have_none(tmp_path, name):
    content = workbook_bytes(book()) if name.endswith("x") else ods_bytes(book())
    (tmp_path / name).write_bytes(content)
    run = CliRunner().invoke(main, ["accessible", str(tmp_path / name)])
    assert run.exit_code == 0
    assert run.stdout.endswith(": no breaches of the guidance on accessible spreadsheets\n")


def test_every_breach_is_named_and_the_exit_says_so(tmp_path):
    path = tmp_path / "plan.ods"
    part, *change = IN_ODS["title"]
    path.write_bytes(in_ods(part, change))
    run = CliRunner().invoke(main, ["accessible", str(path), "--json"])
    assert run.exit_code == 2
    (breach,) = json.loads(run.stdout)["breaches"]
    assert breach["rule"] == "title"
    assert breach["wrong"] == "the document's properties have no title"


@pytest.mark.parametrize("name", ["plan.xlsx", "plan.ods", "plan.csv"])
def test_what_is_no_workbook_is_refused_in_words(tmp_path, name):
    (tmp_path / name).write_text("x")
    run = CliRunner().invoke(main, ["accessible", str(tmp_path / name)])
    assert run.exit_code == 2
    kinds = {".xlsx": "not an Excel workbook", ".ods": "not an OpenDocument workbook"}
    assert kinds.get((tmp_path / name).suffix, "not a workbook that can be read") in run.stderr


@pytest.mark.parametrize("name", ["plan.xlsx", "plan.ods"])
def test_a_workbook_that_would_swell_is_refused_before_it_is_parsed(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(workbook_bytes(book()) if name.endswith("x") else ods_bytes(book()))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings2.xml", b" " * 5_000_000)
    run = CliRunner().invoke(main, ["accessible", str(path)])
    assert run.exit_code == 2
    assert "a part that swells" in run.stderr


def test_an_ods_without_end_is_refused_with_what_is_wrong_and_the_remedy(tmp_path):
    path = tmp_path / "plan.ods"
    path.write_bytes(endless(ENDLESS["1,048,576 rows"]))
    run = CliRunner().invoke(main, ["accessible", str(path)])
    assert run.exit_code == 2
    assert "a sheet of more than 1,048,576 rows: Cover" in run.stderr
    assert "Delete the rows and columns beyond its table" in run.stderr


def test_another_archive_is_no_ods(tmp_path):
    path = tmp_path / "plan.ods"
    path.write_bytes(workbook_bytes(book()))
    run = CliRunner().invoke(main, ["accessible", str(path)])
    assert (run.exit_code, "not an OpenDocument workbook" in run.stderr) == (2, True)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    run = CliRunner().invoke(main, ["accessible", str(tmp_path / "plan.xlsx")])
    assert (run.exit_code, "is not there" in run.stderr) == (2, True)
