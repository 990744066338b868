"""Databases: typed cells, one moment, credentials that show nowhere, refusals in plain words."""

import re
import sqlite3
from contextlib import closing
from datetime import date
from decimal import Decimal

import cloudpickle
import psycopg
import pytest
import sqlalchemy as sa

from planning.case import Case
from planning.series_file import Options, forecast_path
from planning.tables.checks import all_faults
from planning.tables.database import _connected
from planning.tables.faults import InputError
from planning.tables.reading import read_source
from planning.tables.sources import Source
from tests.planning.forms import typed_tables, write_postgres, write_sqlite
from tests.planning.postgres import PASSWORD
from tests.planning.runs import SMALL, virement

SECRET = "s3cret"


@pytest.fixture(scope="module")
def tables():
    return typed_tables(SMALL)


@pytest.fixture
def lite(tmp_path, tables):
    """Return an SQLite file with the small case, and its address."""
    return tmp_path / "small.db", write_sqlite(tmp_path / "small.db", tables)


@pytest.fixture(scope="module")
def pg(postgres, tables):
    """Return a PostgreSQL database with the small case: its server and its address."""
    address = postgres.database("small")
    write_postgres(postgres.keys("small"), tables)
    return postgres, address


@pytest.fixture
def password(monkeypatch):
    monkeypatch.setenv("PGPASSWORD", PASSWORD)


def faults_of(address):
    return [str(fault) for fault in all_faults(read_source(Source.of(address)))]


def changed(path, *statements):
    with closing(sqlite3.connect(path, timeout=0)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_fault_says_of_which_row_by_its_key(lite):
    path, address = lite
    changed(
        path,
        "update offers set unit_cost = 'dear' where offer = 'sb_mutual'",
        "update offers set service = 'home_cares' where offer = 'hc_council'",
        "drop table targets",
    )
    text = "\n".join(faults_of(address))
    assert '(offer sb_mutual), unit_cost "dear": not a number' in text
    assert '(offer hc_council), service "home_cares": the table services has no such' in text
    assert "table targets: the table is missing. Add it, with the columns outcome, year" in text
    assert ".csv" not in text


def test_of_no_type_is_any_figure_changed_and_null_is_blank(tmp_path):
    """SQLite keeps what it is given; truths are 0 and 1 there, and days are text."""
    path = tmp_path / "x.db"
    changed(
        path,
        "create table assumptions (assumption text, statement text, value, quality integer,"
        " impact real, owner text, agreed_by text, review_by date)",
        "insert into assumptions values ('a', '00123', null, 3, 5.0, 'x', 'y', '2016-02-19')",
        "create table services (service text, name, unit, statutory boolean, aggregation)",
        "insert into services values ('s', 'S', 'week', 1, 'sum'), ('t', 'T', 'week', 0, 'sum')",
        "create table costs (item, year, name, amount numeric, one_off boolean)",
        "insert into costs values ('c', '2015-16', 'C', 0.1, 1), ('d', '2015-16', 'D', 1e11, 0)",
    )
    sheets = read_source(Source.of(f"sqlite:///{path}")).sheets
    one = sheets["assumptions"].rows[0].cells
    assert (one["statement"], one["value"]) == ("00123", "")
    assert (one["quality"], one["impact"], one["review_by"]) == (3.0, 5.0, "2016-02-19")
    assert [row.cells["statutory"] for row in sheets["services"].rows] == [True, False]
    assert [row.cells["amount"] for row in sheets["costs"].rows] == [0.1, 1e11]


def test_a_postgresql_table_of_every_type_keeps_every_digit(postgres, password):
    address = postgres.database("types")
    with psycopg.connect(postgres.keys("types")) as connection:
        connection.execute(
            "create table costs (item varchar(9), year char(9), name text, amount numeric, "
            "one_off boolean, source date, note double precision)"
        )
        connection.execute(
            "insert into costs values ('c', '2015-16', 'é', %s, true, %s, %s), "
            "('d', '2015-16', 'D', 12.50, false, null, 1e-7)",
            (Decimal("123456789.10"), date(2015, 2, 19), 0.1),
        )
    rows = read_source(Source.of(address)).sheets["costs"].rows
    assert [row.cells["amount"] for row in rows] == [123456789.1, 12.5]
    assert [row.text("note") for row in rows] == ["0.1", "1e-07"]
    assert [row.text("source") for row in rows] == ["2015-02-19", ""]
    assert [row.cells["one_off"] for row in rows] == [True, False]
    assert rows[0].text("year") == "2015-16"


def test_a_date_for_a_period_and_what_is_no_plain_value_are_faults(postgres, password):
    address = postgres.database("odd")
    with psycopg.connect(postgres.keys("odd")) as connection:
        connection.execute(
            "create table demand (service text, locality text, period date, units int)"
        )
        connection.execute("insert into demand values ('s', '', '2015-04-01', 5)")
        connection.execute("create table costs (item text, year text, name json, amount bytea)")
        connection.execute("insert into costs values ('c', '2015-16', '[1]', 'x')")
    faults = "\n".join(str(f) for f in read_source(Source.of(address)).faults)
    assert '(service s, locality blank, period 2015-04-01), period "2015-04-01": a date' in faults
    assert "name: neither text nor a figure, a day, yes or no" in faults
    assert "amount: neither text nor a figure, a day, yes or no" in faults


def test_a_schema_is_asked_for_by_name_and_a_missing_one_has_a_remedy(pg, password):
    server, address = pg
    with psycopg.connect(server.keys("small")) as connection:
        connection.execute('create schema "planning 2015"')
        for table in ("services", "streams"):
            connection.execute(
                f'create view "planning 2015"."{table}" as select * from public."{table}"'
            )
    reading = read_source(Source.of(f"{address}?schema=planning%202015"))
    assert {name for name, sheet in reading.sheets.items() if sheet.rows} == {"services", "streams"}
    (fault,) = read_source(Source.of(f"{address}?schema=planing")).faults
    assert "it has no schema planing" in str(fault)
    assert Case.read(address).fingerprint == Case.read(SMALL).fingerprint


def test_all_tables_are_of_one_moment_and_nothing_can_be_written(pg, password):
    """A row that another commits after the first reading is not seen; a write is refused."""
    server, address = pg
    count = sa.text("select count(*) from tiers")
    with _connected(Source.of(address)) as connection:
        before = connection.execute(count).scalar_one()
        with psycopg.connect(server.keys("small")) as other:
            other.execute("insert into tiers select * from tiers")
        assert connection.execute(count).scalar_one() == before
        with pytest.raises(sa.exc.InternalError, match="read-only"):
            connection.execute(sa.text("delete from tiers"))
    with _connected(Source.of(address)) as connection:
        assert connection.execute(count).scalar_one() == 2 * before
    with psycopg.connect(server.keys("small")) as other:
        other.execute(
            "delete from tiers where ctid > (select ctid from tiers order by 1 "
            f"offset {before - 1} limit 1)"
        )


def test_an_sqlite_file_is_of_one_moment_too_and_is_not_written(lite):
    path, address = lite
    held = path.read_bytes()
    with _connected(Source.of(address)) as connection:
        connection.execute(sa.text("select 1 from tiers")).all()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            changed(path, "delete from tiers")
        with pytest.raises(sa.exc.OperationalError, match="readonly"):
            connection.execute(sa.text("delete from tiers"))
    assert path.read_bytes() == held


ADDRESSES = [
    f"postgresql://planner:{SECRET}@127.0.0.1:1/small",
    f"postgresql://planner@127.0.0.1:1/small?password={SECRET}",
    f"postgresql://planner@127.0.0.1:1/small?sslpassword={SECRET}",
    f"postgresql://planner:12/{SECRET}@127.0.0.1:1/small",
    f"postgresql://planner:{SECRET}:x@127.0.0.1:1/small",
    f"postgresql://planner:{SECRET}@[bad/small",
    f"mysql://planner:{SECRET}@127.0.0.1/small",
    f"sqlite://planner:{SECRET}@127.0.0.1/small",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_with_a_password_is_refused_and_shown_nowhere(address):
    """Neither in the fault nor in any form of it, nor as a traceback would show the source."""
    source = Source.of(address)
    with pytest.raises(InputError) as refusal:
        Case.read(source)
    (fault,) = refusal.value.faults
    for said in (str(fault), repr(fault), str(fault.as_dict()), str(source), repr(source)):
        assert SECRET not in said
        assert "planner" not in said
    assert "password" in fault.wrong or "address" in fault.wrong
    assert refusal.value.__cause__ is None


def test_credentials_come_from_the_environment_or_the_drivers_own_file(pg, tmp_path, monkeypatch):
    server, address = pg
    monkeypatch.delenv("PGPASSWORD", raising=False)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    (fault,) = faults_of(address)
    assert (
        fault == '"postgresql://127.0.0.1/small": the password was refused. Give it as '
        "PGPASSWORD or in ~/.pgpass."
    )
    keys = tmp_path / "pgpass"
    keys.write_text(f"127.0.0.1:{server.port}:*:planner:{PASSWORD}\n", encoding="utf-8")
    keys.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(keys))
    assert faults_of(address) == []
    monkeypatch.setenv("PGPASSWORD", "wrong")
    assert "the password was refused" in faults_of(address)[0]


def test_of_an_address_only_driver_host_and_database_are_ever_shown(pg, password):
    server, address = pg
    case = Case.read(f"{address}?application_name=nobodys_business")
    shown = f"{case.source} {case.source!r} {case!r}"
    assert str(case.source) == "postgresql://127.0.0.1/small"
    for part in ("planner", str(server.port), "nobodys", PASSWORD):
        assert part not in re.sub(r"0x[0-9a-f]+", "", shown)
    # It is sent to workers whole, so that they can read it again.
    assert cloudpickle.loads(cloudpickle.dumps(case)).edit(grant="-5%").digests == case.digests


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("postgresql://127.0.0.1:{port}/nowhere", "there is no such database"),
        ("postgresql://nobody@127.0.0.1:{port}/small", "the password was refused"),
        ("postgresql://127.0.0.1:1/small", "no server answers there"),
        ("postgresql://no.such.host.invalid/small", "there is no such host"),
        ("postgresql://127.0.0.1:port/small", "not an address"),
        ("postgresql://127.0.0.1/small?options=-csearch_path%3Dx", "an option that is not used"),
        ("mysql://127.0.0.1/small", "mysql is no kind of database"),
        ("sqlite:///nowhere.db", "there is no such database"),
        ("sqlite://", "there is no such database"),
        ("sqlite:///x.db?mode=rw", "more than a file"),
    ],
)
def test_what_cannot_be_read_is_said_in_plain_words(pg, password, monkeypatch, address, wrong):
    monkeypatch.setenv("PGUSER", "planner")
    (fault,) = faults_of(address.format(port=pg[0].port))
    assert wrong in fault
    assert "Traceback" not in fault
    assert "psycopg" not in fault


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path):
    (tmp_path / "x.db").write_text("offer,provider\n" * 100, encoding="utf-8")
    (fault,) = faults_of(f"sqlite:///{tmp_path / 'x.db'}")
    assert "not an SQLite database" in fault


def test_the_command_line_takes_an_address_and_shows_no_more_of_it(pg, password, tmp_path):
    run = virement("check", pg[1])
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("postgresql://127.0.0.1/small: no faults")
    with pytest.raises(InputError, match=r"postgresql://127.0.0.1/small.*the end of its plan"):
        forecast_path(Source.of(pg[1]), Options(horizon=3))
