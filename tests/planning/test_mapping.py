"""A council's own workbook, folder and database, read by its mapping file."""

import shutil

import pytest

from planning.case import Case
from planning.tables.checks import all_faults
from planning.tables.faults import InputError
from planning.tables.reading import read_source
from planning.tables.sources import Source
from tests.planning.forms import typed_tables, write_sqlite, write_workbook
from tests.planning.runs import SMALL, virement

MAPPING = """\
# Smallshire keeps its contracts in its own way.
ignore = ["Pivot"]

[settings.council]
name = "Smallshire (illustrative)"
[settings.plan]
first_year = "2015-16"
years = 3
discount_rate = 0.035
[settings.reserves]
opening = 400000
minimum = 200000

[offers]
sheet = "Contracts 2015"
header_row = 4
columns = { "Contract ref" = "offer", "Supplier" = "provider", "Rate" = "unit_cost" }
constants = { source = "illustrative" }
ignore = ["Officer"]

[providers]
sheet = "Suppliers"

[providers.columns]
"Supplier name" = "name"
"""

OWN = {"offer": "Contract ref", "provider": "Supplier", "unit_cost": "Rate"}


@pytest.fixture(scope="module")
def tables():
    """Return the small case's tables as the council keeps them."""
    made = typed_tables(SMALL)
    del made["case"]
    heading, *rows = made.pop("offers")
    at = heading.index("source")
    assert {row[at] for row in rows} == {"illustrative"}
    names = [OWN.get(name, name) for name in heading[:at] + heading[at + 1 :]]
    contracts = [[*row[:at], *row[at + 1 :], "A. N. Officer"] for row in rows]
    title = [["Smallshire contracts"], ["as at December"], []]
    made["Contracts 2015"] = [*title, [*names, "Officer"], *contracts]
    heading, *rows = made.pop("providers")
    made["Suppliers"] = [["Supplier name" if n == "name" else n for n in heading], *rows]
    made["Pivot"] = [["anything"], [1]]
    return made


@pytest.fixture
def workbook(tmp_path, tables):
    return write_workbook(tmp_path / "council.xlsx", tables)


def mapped(path, text=MAPPING):
    """Write a mapping beside a workbook and return every fault of the case."""
    mapping = path.with_name(f"{path.stem}.mapping.toml")
    mapping.write_text(text, encoding="utf-8")
    return [str(fault) for fault in all_faults(read_source(Source.of(path)))]


def test_a_councils_own_workbook_is_the_case_that_its_mapping_makes_of_it(workbook):
    assert mapped(workbook) == []
    case = Case.read(workbook)
    assert case.fingerprint == Case.read(SMALL).fingerprint
    assert set(case.files) == {"council.xlsx", "council.mapping.toml"}


def test_a_mapping_may_be_named_and_is_kept_when_the_case_is_read_again(workbook, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "ours.toml").write_text(MAPPING, encoding="utf-8")
    case = Case.read(workbook, mapping=elsewhere / "ours.toml")
    assert case.edit(grant="-5%").digests == case.digests
    assert "ours.toml" in case.files
    assert virement("check", workbook).returncode == 2
    run = virement("check", workbook, "--mapping", elsewhere / "ours.toml")
    assert (run.returncode, run.stderr) == (0, "")


def test_faults_are_in_the_councils_own_sheet_by_our_columns(workbook, tables):
    path = workbook.with_name("own.xlsx")
    changed = {name: [list(row) for row in rows] for name, rows in tables.items()}
    changed["Contracts 2015"][4][7 - 1] = "2014"
    changed["Contracts 2015"][5][1] = "nobody"
    write_workbook(path, changed)
    faults = mapped(path)
    assert faults[0].startswith("'Contracts 2015'!")
    assert any(
        fault.startswith(
            "'Contracts 2015'!B6, provider \"nobody\": the sheet Suppliers has no such"
        )
        for fault in faults
    )


WRONG = [
    ('ignore = ["Pivot"]', 'ignored = ["Pivot"]', "line 2, ignored: means nothing", "Write ignore"),
    (
        'ignore = ["Pivot"]',
        "ignore = 3",
        'line 2, ignore "3": not a list of sheets',
        "Write a list",
    ),
    ('ignore = ["Pivot"]', 'formulas = "yes"', 'line 2, formulas "yes"', 'formulas = "values"'),
    ("[offers]", "[ofers]", "line 14, ofers: means nothing", "Write offers"),
    ("header_row = 4", 'header_row = "four"', 'line 16, offers.header_row "four"', "whole number"),
    ("header_row = 4", "header_row = 3", 'line 16, offers.header_row "3": no heading', "the row"),
    (
        '"Rate" = "unit_cost"',
        '"Rate" = "unitcost"',
        "offers has no such column",
        "Write unit_cost.",
    ),
    (
        '"Rate" = "unit_cost"',
        '"Rat" = "unit_cost"',
        'line 17, offers.columns.Rat "Rat"',
        "Write Rate.",
    ),
    ('"Rate" = "unit_cost"', '"Rate" = "offer"', "offer is given twice", "Keep one of them."),
    ('source = "illustrative"', 'minimum = "few"', 'minimum "few": not a number', "Write it as"),
    ('source = "illustrative"', "service = 5", "a constant for a column that is there", "Take"),
    (
        'ignore = ["Officer"]',
        'ignore = ["Oficer"]',
        "line 19, offers.ignore.Oficer",
        "Write Officer.",
    ),
    ('sheet = "Suppliers"', 'sheet = "Supliers"', "line 22, providers.sheet", "Write Suppliers."),
    ('"Supplier name" = "name"', '"Supplier" = "name"', "line 25", "Write Supplier name."),
    ("years = 3", "yeers = 3", "line 8, plan.yeers: not a known setting", "Write years."),
    ("years = 3", "years = 300", 'line 8, plan.years "300": out of range', "Correct it."),
    ("years = 3", "years = three", "not written as TOML", "quotation marks"),
    ("[offers]", "offers = 5\n[x]", "means nothing", "Write one of"),
]


@pytest.mark.parametrize(("there", "instead", "where", "remedy"), WRONG)
def test_every_mistake_in_a_mapping_is_a_fault_with_its_line_and_a_remedy(
    workbook, there, instead, where, remedy
):
    assert MAPPING.count(there) == 1
    text = "\n".join(mapped(workbook, MAPPING.replace(there, instead)))
    (line,) = [line for line in text.splitlines() if where in line]
    assert line.startswith("council.mapping.toml")
    assert remedy in line


def test_a_setting_given_twice_over_is_a_fault(workbook, tables):
    path = workbook.with_name("own.xlsx")
    write_workbook(path, {**tables, "case": [["setting", "value"], ["plan.years", 3]]})
    (fault,) = mapped(path)
    assert "line 8, settings.plan.years" in fault
    assert "a setting that the case gives too" in fault


def test_a_column_that_the_mapping_does_not_know_is_still_a_fault(workbook):
    faults = mapped(workbook, MAPPING.replace('ignore = ["Officer"]\n', ""))
    assert [fault.partition(":")[0] for fault in faults] == ["'Contracts 2015'!N4, Officer"]


def test_a_folder_is_read_by_its_mapping_too(tmp_path):
    folder = shutil.copytree(SMALL, tmp_path / "case")
    text = (folder / "offers.csv").read_text(encoding="utf-8")
    (folder / "offers.csv").unlink()
    head, _, rest = text.partition("\n")
    head = head.replace("unit_cost", "Rate")
    (folder / "contracts.csv").write_text(f"{head}\n{rest}", encoding="utf-8")
    mapping = '[offers]\nsheet = "contracts"\ncolumns = { Rate = "unit_cost" }\n'
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    assert dict(Case.read(folder).digests) == dict(Case.read(SMALL).digests)
    (folder / "contracts.csv").write_text(
        f"{head}\n{rest.replace('15.2', 'dear')}", encoding="utf-8"
    )
    with pytest.raises(InputError, match=r'contracts.csv, line 2, unit_cost "dear0": not a number'):
        Case.read(folder)


def test_a_database_is_read_by_its_mapping_too(tmp_path, tables):
    plain = {name: rows for name, rows in tables.items() if name != "Pivot"}
    plain["Contracts 2015"] = plain["Contracts 2015"][3:]
    address = write_sqlite(tmp_path / "council.db", plain)
    mapping = MAPPING.replace("header_row = 4\n", "").replace('ignore = ["Pivot"]', "")
    (tmp_path / "council.mapping.toml").write_text(mapping, encoding="utf-8")
    assert dict(Case.read(address).digests) == dict(Case.read(SMALL).digests)


def test_a_mapping_that_is_not_there_is_a_fault(workbook):
    with pytest.raises(InputError, match="the mapping file cannot be read"):
        Case.read(workbook, mapping="nowhere.toml")
