"""A case's database, each table a table; the only module that knows SQLAlchemy and its drivers.

Everything is read in one transaction that may not write, so that all tables are of one moment.
Credentials come from the environment or the driver's own files, and of the address no more than
driver, host and database is ever shown.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from types import MappingProxyType
from urllib.parse import parse_qsl, urlsplit

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from planning.tables.assigned import assign
from planning.tables.cell_text import is_date, plain_text
from planning.tables.cells import nearest
from planning.tables.faults import Fault
from planning.tables.grids import Found, Grid, OfRecords, Trouble
from planning.tables.mapping import Layouts
from planning.tables.schema import SETTINGS_FILE, TABLES, Table
from planning.tables.settings import SETTINGS_TABLE
from planning.tables.sources import Source

SETTINGS = "case"
"""The table of settings."""

_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_OPTIONS = (
    *("application_name", "channel_binding", "connect_timeout", "gssencmode", "host", "port"),
    *("schema", "service", "sslcert", "sslcrl", "sslkey", "sslmode", "sslrootcert"),
    *("target_session_attrs", "user"),
)
"""What an address may say after its question mark."""
_NO_PASSWORD = (
    "Take it out, and give it as PGPASSWORD or in ~/.pgpass, where no list of commands shows it."
)
_UNKNOWN = Trouble(
    "neither text nor a figure, a day, yes or no",
    "Give the column a type of one of these.",
    readable=False,
)

_REFUSALS = (
    (
        r"password authentication failed|no password supplied",
        "the password was refused",
        "Give it as PGPASSWORD or in ~/.pgpass.",
    ),
    (r'database "[^"]*" does not exist', "there is no such database", "Correct its name."),
    (
        r'role "[^"]*" does not exist|Peer authentication|Ident authentication',
        "the user is not known there",
        "Give the user as PGUSER, or in the address.",
    ),
    (r"no pg_hba.conf entry", "the server lets no such user in from here", "Ask who runs it."),
    (
        r"resolve|Name or service not known|nodename",
        "there is no such host",
        "Correct the host's name.",
    ),
    (
        r"[Cc]onnection refused|could not connect|No such file|timed? ?out|timeout|unreachable",
        "no server answers there",
        "Correct host and port, or start the server.",
    ),
    (r"permission denied", "the user may not read a table of it", "Ask for leave to read it."),
    (r"SSL|certificate", "no secure connection could be made", "Ask who runs it about sslmode."),
    (r"not a database|malformed", "not an SQLite database", "Correct the path."),
    (r"locked", "another program is writing to it", "Try again once it has done."),
)


class _Refused(ValueError):
    """An address or a database that is not read; ``wrong`` says why, ``remedy`` what to do."""

    def __init__(self, wrong: str, remedy: str) -> None:
        self.wrong, self.remedy = wrong, remedy
        super().__init__(wrong, remedy)


def read_database(source: Source, layouts: Layouts) -> Found:
    """Return what a database holds of a case, and what is wrong with it."""
    try:
        schema = _checked(source)
        with _connected(source) as connection:
            return _read(connection, schema, layouts)
    except _Refused as refusal:
        wrong, remedy = refusal.wrong, refusal.remedy
    except (SQLAlchemyError, sqlite3.Error, UnicodeDecodeError) as error:
        wrong, remedy = _in_plain_words(str(error))
    return Found({}, faults=(Fault("", None, "", str(source), wrong, remedy),), whole=False)


def _in_plain_words(said: str) -> tuple[str, str]:
    """Say what a driver refused, in words that repeat nothing of the address."""
    for pattern, wrong, remedy in _REFUSALS:
        if re.search(pattern, said):
            return wrong, remedy
    return "the database could not be read", "Try its address with the database's own client."


def _checked(source: Source) -> str | None:
    """Return the schema that an address asks for, if it may be used at all.

    Raises
    ------
    _Refused
        If it names a password, or a database that is not read here.
    """
    try:
        parts = urlsplit(source.address)
        asked = dict(parse_qsl(parts.query, keep_blank_values=True))
        has_password = parts.password is not None
        # Both parsers must find none: they take an odd address apart differently.
        has_password |= "postgres" in parts.scheme and bool(sa.make_url(source.address).password)
    except (ValueError, SQLAlchemyError):
        raise _Refused("not an address", "Write it as postgresql://host/name.") from None
    if has_password or any("password" in name.casefold() for name in asked):
        raise _Refused("an address with a password in it", _NO_PASSWORD)
    scheme = parts.scheme.casefold()
    if scheme not in (*_DRIVERS, "sqlite"):
        wrong = f"{scheme} is no kind of database that is read here"
        raise _Refused(wrong, "Write postgresql://host/name or sqlite:///file.")
    if scheme == "sqlite":
        if asked or parts.netloc:
            raise _Refused("an address with more than a file", "Write sqlite:///file and no more.")
        if source.path is None or not source.path.is_file():
            raise _Refused("there is no such database", "Correct the path after sqlite:///.")
        return None
    if unknown := sorted({*asked} - {*_OPTIONS}):
        wrong = f"an address with an option that is not used here, {unknown[0]}"
        raise _Refused(wrong, "Take it out.")
    return asked.get("schema")


@contextmanager
def _connected(source: Source) -> Iterator[sa.Connection]:
    """Give a connection whose one transaction sees one moment, and may not write."""
    engine = _lite(source) if source.path is not None else _postgres(source)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                # Of its own accord the driver begins nothing before a reading.
                connection.exec_driver_sql("BEGIN")
            yield connection
    finally:
        engine.dispose()


def _lite(source: Source) -> sa.Engine:
    path = source.path
    if path is None:
        raise _Refused("there is no such database", "Correct the path after sqlite:///.")
    address = f"{path.resolve().as_uri()}?mode=ro"
    return sa.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(address, uri=True, isolation_level=None),
        poolclass=NullPool,
    )


def _postgres(source: Source) -> sa.Engine:
    scheme, _, rest = source.address.partition("://")
    url = sa.make_url(f"{_DRIVERS[scheme.casefold()]}://{rest}").difference_update_query(["schema"])
    waits = {} if "connect_timeout" in url.query else {"connect_timeout": 10}
    try:
        return sa.create_engine(
            url,
            connect_args=waits,
            poolclass=NullPool,
            isolation_level="REPEATABLE READ",
            hide_parameters=True,
        ).execution_options(postgresql_readonly=True)
    except ImportError:
        wrong = "PostgreSQL cannot be read by this installation"
        raise _Refused(wrong, "Install virement[postgres].") from None


def _read(connection: sa.Connection, schema: str | None, layouts: Layouts) -> Found:
    """Return what the tables of a schema hold of a case."""
    inspector = sa.inspect(connection)
    if schema is not None and schema not in inspector.get_schema_names():
        hint = nearest(schema, inspector.get_schema_names())
        remedy = f"Write schema={hint}." if hint else "Correct schema= in the address."
        raise _Refused(f"it has no schema {schema}", remedy)
    present = sorted({*inspector.get_table_names(schema), *inspector.get_view_names(schema)})
    assigned = assign(present, layouts, settings=SETTINGS)
    faults = [*assigned.faults]
    grids = {}
    for key, name in assigned.names.items():
        table = SETTINGS_TABLE if key == SETTINGS else TABLES[key]
        if assigned.meant.get(name) == key:
            wrong, at = "not the name of a table", f"table {name}"
            remedy = f"Rename it to {key}, or name it in a mapping file."
            faults.append(Fault(table.name, None, "", "", wrong, remedy, at))
        grids[table.name] = _grid(connection, inspector, (schema, name), table, layouts)
    faults += _missing(set(grids), layouts)
    own = {**{t: t for t in TABLES}, **assigned.names}
    names = {TABLES[t].file: f"the table {name}" for t, name in own.items() if t in TABLES}
    names[SETTINGS_FILE] = f"the table {own.get(SETTINGS, SETTINGS)}"
    return Found(grids, names=MappingProxyType(names), faults=tuple(faults))


def _missing(found: set[str], layouts: Layouts) -> list[Fault]:
    """Return a fault for each table that a case cannot be without."""
    wanted = [SETTINGS_TABLE] if not layouts.settings else []
    wanted += [table for table in TABLES.values() if not table.optional]
    faults = []
    for table in wanted:
        if table.name not in found:
            name = SETTINGS if table is SETTINGS_TABLE else table.name
            columns = ", ".join(c.name for c in table.columns if not c.optional)
            remedy = f"Add it, with the columns {columns}."
            at = f"table {name}"
            faults.append(Fault(table.name, None, "", "", "the table is missing", remedy, at))
    return faults


def _grid(
    connection: sa.Connection,
    inspector: sa.Inspector,
    place: tuple[str | None, str],
    table: Table,
    layouts: Layouts,
) -> Grid:
    """Return a table's rows as text, in the order of its key, which no database promises."""
    schema, name = place
    held = inspector.get_columns(name, schema)
    names = [column["name"] for column in held]
    # Columns without a type come as the driver gives them, and no figure goes by a float.
    asked = sa.table(name, *(sa.column(one) for one in names), schema=schema)
    read = connection.execute(sa.select(*asked.columns)).all() if names else []
    types = [column["type"] for column in held]
    values = [[_typed(v, t) for v, t in zip(row, types, strict=True)] for row in read]
    ours = [layouts.of(table.name).columns.get(one, one) for one in names]
    keys = [n for n, one in enumerate(ours) if one in table.key]
    values.sort(key=lambda row: [plain_text(row[n]) or "" for n in keys])
    lines, told = [(0, names)], {}
    dates: set[tuple[int, int]] = set()
    troubles: dict[tuple[int, int | None], Trouble] = {}
    for row, cells in enumerate(values, start=1):
        texts = [plain_text(cell) for cell in cells]
        troubles |= {(row, n): _UNKNOWN for n, text in enumerate(texts) if text is None}
        dates |= {(row, n) for n, cell in enumerate(cells) if is_date(cell)}
        if not all(text == "" for text in texts):
            lines.append((row, [text or "" for text in texts]))
        told[row] = ", ".join(f"{ours[n]} {texts[n] or 'blank'}" for n in keys)
    return Grid(
        tuple(lines),
        OfRecords(name, MappingProxyType(told)),
        dates=frozenset(dates),
        troubles=MappingProxyType(troubles),
    )


def _typed(value: object, kind: object) -> object:
    """Return a cell as its column means it, where SQLite holds days as text and truths as 0, 1."""
    if isinstance(kind, sa.Boolean) and value in (0, 1):
        return bool(value)
    if isinstance(kind, sa.DateTime) and isinstance(value, str):
        return _day(value, datetime)
    if isinstance(kind, sa.Date) and isinstance(value, str):
        return _day(value, date)
    return value


def _day(text: str, kind: type[date]) -> object:
    try:
        return kind.fromisoformat(text)
    except ValueError:
        return text
