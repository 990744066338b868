"""One case as a folder, a workbook, an SQLite file and a PostgreSQL database: must-show 4."""

import csv
import hashlib
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from planning.case import Case
from planning.papers.manifest import MANIFEST, read_manifest
from planning.tables.digests import content_digests
from planning.tables.reading import read_source
from planning.tables.schema import TABLES, Kind
from planning.tables.sources import Source
from planning.verify import verify_folder
from tests.planning.forms import typed_tables, write_postgres, write_sqlite, write_workbook
from tests.planning.postgres import PASSWORD
from tests.planning.runs import NORTHAMPTONSHIRE, SMALL

FORMS = ("workbook", "sqlite", "postgres")


@pytest.fixture(scope="module", autouse=True)
def password():
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PGPASSWORD", PASSWORD)
        yield


@pytest.fixture(scope="module")
def folder():
    return Case.read(NORTHAMPTONSHIRE)


@pytest.fixture(scope="module")
def sources(tmp_path_factory, request):
    """Return where Northamptonshire is in each form; one is written when it is asked for."""
    place = tmp_path_factory.mktemp("forms")
    tables = typed_tables(NORTHAMPTONSHIRE)
    made = {}

    def of(form):
        if form not in made and form == "workbook":
            made[form] = write_workbook(place / "case.xlsx", tables)
        elif form not in made and form == "sqlite":
            made[form] = write_sqlite(place / "case.db", tables)
        elif form not in made:
            server = request.getfixturevalue("postgres")
            made[form] = server.database("northamptonshire")
            write_postgres(server.keys("northamptonshire"), tables)
        return made[form]

    return of


@pytest.mark.parametrize("form", FORMS)
def test_in_every_form_it_is_the_same_case(form, sources, folder):
    case = Case.read(sources(form))
    assert case.fingerprint == folder.fingerprint
    assert dict(case.digests) == dict(folder.digests)
    assert case.settings == folder.settings
    assert case.years == folder.years
    for name in TABLES:
        assert_frame_equal(case.tables[name], folder.tables[name], check_exact=True)


@pytest.mark.parametrize("form", FORMS)
def test_in_every_form_its_scenarios_are_the_same(form, sources, folder):
    name = folder.scenarios["scenario"].iloc[0]
    assert Case.read(sources(form)).scenario(name).fingerprint == folder.scenario(name).fingerprint


def contents(plan):
    """Return the bytes of every file of a plan, its manifest's files apart."""
    made = {path.name: path.read_bytes() for path in sorted(plan.iterdir())}
    manifest = read_manifest(plan)
    del made[MANIFEST], manifest["files"]
    return made, manifest


def same_plan(source, plan, place):
    """Plan a case in another form at the time of a written plan, and hold every byte against it."""
    then = read_manifest(plan)
    Case.read(source).plan().export(place, dated=then["dated"], **then["times"])
    made, first = contents(place), contents(plan)
    assert "plan.xlsx" in first[0]
    assert made == first
    return read_manifest(place)["files"]


@pytest.mark.slow
def test_all_four_give_byte_identical_plans(written_northamptonshire, sources, tmp_path):
    """All but the manifest's ``files``, which names what was read."""
    plan = written_northamptonshire[0]
    assert same_plan(sources("postgres"), plan, tmp_path / "postgres") == {}
    assert same_plan(sources("sqlite"), plan, tmp_path / "sqlite") == {}
    assert set(same_plan(sources("workbook"), plan, tmp_path / "workbook")) == {"case.xlsx"}


@pytest.mark.slow
def test_a_plan_of_a_folder_is_verified_against_a_database(written_small, tmp_path):
    address = write_sqlite(tmp_path / "small.db", typed_tables(SMALL))
    assert verify_folder(written_small[0], address) == []


def test_a_workbook_saved_again_is_the_same_and_one_that_says_otherwise_is_not(tmp_path, folder):
    tables = typed_tables(NORTHAMPTONSHIRE)
    again = {name: [rows[0], *rows[:0:-1]] for name, rows in reversed(tables.items())}
    case = Case.read(write_workbook(tmp_path / "case.xlsx", again))
    assert dict(case.digests) == dict(folder.digests)
    column = tables["offers"][0].index("unit_cost")
    tables["offers"][1][column] += 0.01
    write_workbook(tmp_path / "case.xlsx", tables)
    other = Case.read(tmp_path / "case.xlsx")
    changed = {name for name in folder.digests if folder.digests[name] != other.digests[name]}
    assert changed == {"offers"}
    with pytest.raises(ValueError, match="changed since it was read"):
        case.edit(grant="-5%")


def test_a_digest_is_of_the_cells_that_are_not_blank_in_the_order_of_keys():
    """The text is made here from the CSV file alone, which has no blank cell and no note."""
    with (SMALL / "targets.csv").open(encoding="utf-8", newline="") as lines:
        rows = sorted(csv.DictReader(lines), key=lambda row: (row["outcome"], row["year"]))
    assert "" not in {cell for row in rows for cell in row.values()}
    objects = (
        f'{{"outcome": "{row["outcome"]}", "source": "{row["source"]}", '
        f'"target": {float(row["target"])!r}, "year": "{row["year"]}"}}'
        for row in rows
    )
    text = "[" + ", ".join(objects) + "]"
    digests = content_digests(read_source(Source.of(SMALL)))
    assert digests["targets"] == hashlib.sha256(text.encode()).hexdigest()


def test_a_blank_column_is_a_column_left_out_and_a_remark_counts(tmp_path):
    """So that a column that a later version adds makes no old plan another."""
    plain = content_digests(read_source(Source.of(SMALL)))
    copy = shutil.copytree(SMALL, tmp_path / "case")
    lines = (copy / "targets.csv").read_text(encoding="utf-8").splitlines()
    assert "note" not in lines[0]

    def written(note):
        text = "\n".join([lines[0] + ",note", *(f"{line},{note}" for line in lines[1:])])
        (copy / "targets.csv").write_text(text, encoding="utf-8")
        return content_digests(read_source(Source.of(copy)))

    assert written("") == plain
    assert written("agreed in cabinet")["targets"] != plain["targets"]


TEXTS = st.one_of(
    st.sampled_from(
        ["00123", "NA", "None", "TRUE", "1E5", "=1+1", "5.0", "#N/A x", "'", "-", "1/2"]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=12),
    st.text('ab \n\u00a0é£,;"', max_size=8),
)
FIGURES = st.one_of(
    st.none(),
    st.integers(0, 10**12).map(float),
    st.decimals(0, 10**6, places=4, allow_nan=False).map(float),
)


@st.composite
def assumptions(draw):
    """Draw rows of a table that has text and figures and may be left blank."""
    rows = draw(st.lists(st.tuples(TEXTS, TEXTS, FIGURES, st.booleans()), max_size=6))
    heading = ["item", "year", "name", "amount", "one_off", "source", "note"]
    return [
        heading,
        *(
            [f"item {n}", "2015-16", text or "x", 0.0 if figure is None else figure, yes, note, ""]
            for n, (text, note, figure, yes) in enumerate(rows)
        ),
    ]


def as_csv(rows):
    """Return rows of typed cells as a careful hand would write them in a CSV file."""

    def cell(value):
        if isinstance(value, bool):
            return "yes" if value else "no"
        text = repr(value) if isinstance(value, float) else value
        return '"' + text.replace('"', '""') + '"'

    return "\n".join(",".join(map(cell, row)) for row in rows) + "\n"


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=assumptions())
def test_any_cells_are_read_alike_from_a_folder_a_workbook_and_a_database(tmp_path, rows):
    tables = {"costs": rows}
    for path in tmp_path.iterdir():
        path.unlink()
    (tmp_path / "costs.csv").write_text(as_csv(rows), encoding="utf-8", newline="")
    forms = [
        tmp_path,
        write_workbook(tmp_path / "x.xlsx", tables),
        write_sqlite(tmp_path / "x.db", tables),
    ]
    found = [read_source(Source.of(form)).sheets["costs"] for form in forms]
    cells = [sorted(tuple(dict(row.cells).items()) for row in sheet.rows) for sheet in found]
    assert cells[0] == cells[1] == cells[2]
    assert len(cells[0]) == len(rows) - 1
    assert TABLES["costs"].column("name").kind is Kind.TEXT
