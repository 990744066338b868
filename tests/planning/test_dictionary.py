"""The data dictionary: current, whole, and true of what is read."""

from pathlib import Path

from planning.dictionary import COMMAND, EXITS, PAGE, WRITTEN, entries, page
from planning.papers import contract
from planning.status import Status
from planning.tables.cells import read
from planning.tables.schema import SETTINGS, TABLES, Column, Kind

ROOT = Path(__file__).parents[2]


def test_the_page_in_docs_is_what_the_contracts_say() -> None:
    current = (ROOT / PAGE).read_text(encoding="utf-8") == page()
    assert current, f"{PAGE} is out of date: write it again with {COMMAND}"


def test_every_column_setting_kind_and_exit_code_is_told() -> None:
    named = [(entry.table, entry.column) for entry in entries()]
    columns = [(table.name, column.name) for table in TABLES.values() for column in table.columns]
    assert named[: len(SETTINGS)] == [("case", f"{s.section}.{s.column.name}") for s in SETTINGS]
    assert named[len(SETTINGS) :] == columns
    assert (set(WRITTEN), set(EXITS)) == (set(Kind), set(Status))
    text = page()
    for table in contract.TABLES.values():
        part = (
            text.split("## Tables of a plan")[1].split(f"### {table.file}\n")[1].split("\n### ")[0]
        )
        assert all(f"| `{column.name}` |" in part for column in table.columns)


def test_every_example_is_read_as_what_it_stands_for() -> None:
    """The kinds' examples go through the reader of cells itself."""
    stand_for = {
        Kind.YES_NO: True,
        Kind.DATE: "2027-02-19",
        Kind.MONEY: 1_250_000.0,
        Kind.UNITS: 12_500.0,
        Kind.FRACTION: 0.025,
        Kind.NUMBER: 0.85,
        Kind.COUNT: 5.0,
    }
    for kind, (_, example) in WRITTEN.items():
        column = Column("any", kind, "Any.", choices=("outturn",) if kind is Kind.CHOICE else ())
        assert read(example, column) == stand_for.get(kind, example)


def test_every_link_leads_to_a_heading() -> None:
    """Anchors are worked out as GitHub does: small letters, no stops, the second time with -1."""
    text = page()
    anchors: list[str] = []
    for line in text.splitlines():
        if line.startswith("#"):
            plain = line.lstrip("# ").lower().replace(".", "").replace(" ", "-")
            seen = anchors.count(plain)
            anchors.append(f"{plain}-{seen}" if seen else plain)
    linked = [part.split(")")[0] for part in text.split("](#")[1:]]
    assert linked
    assert set(linked) <= set(anchors)


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    for block in page().split("\n\n"):
        lines = block.splitlines()
        if lines[0].startswith("|"):
            assert len({line.replace("\\|", "").count("|") for line in lines}) == 1
