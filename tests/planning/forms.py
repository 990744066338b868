"""A case's folder written as a workbook, an SQLite file or a PostgreSQL database, typed cells all.

The cells come from the CSV files by the standard library alone, so that nothing here reads as the
programs under test do.
"""

import csv
import sqlite3
import tomllib
from pathlib import Path

import xlsxwriter

from planning.tables.schema import TABLES, Kind

REMARKS = ("source", "note")


def tables_of(folder):
    """Return each table of a folder as its heading and rows of text, with a sheet of settings."""
    tables = {}
    for path in sorted(Path(folder).glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            heading, *rows = [row for row in csv.reader(lines) if any(row)]
        tables[path.stem] = [heading, *([*row, *[""] * (len(heading) - len(row))] for row in rows)]
    document = tomllib.loads((Path(folder) / "case.toml").read_text(encoding="utf-8"))
    settings = [
        [f"{section}.{name}", value]
        for section, given in document.items()
        for name, value in given.items()
    ]
    return {"case": [["setting", "value"], *settings], **tables}


def typed(text, table, column):
    """Return a cell as a spreadsheet's user would have it: figures as numbers, yes as true."""
    if not isinstance(text, str):
        return text
    if text == "" or table not in TABLES or column not in TABLES[table].names:
        return text or None
    kind = TABLES[table].column(column).kind
    if kind is Kind.YES_NO:
        return text == "yes"
    return float(text) if TABLES[table].column(column).numeric else text


def typed_tables(folder):
    """Return each table's heading and rows of typed cells."""
    return {
        name: [
            heading,
            *([typed(c, name, h) for c, h in zip(row, heading, strict=True)] for row in rows),
        ]
        for name, (heading, *rows) in tables_of(folder).items()
    }


def write_workbook(path, tables):
    """Write sheets of typed cells, in the order of the tables."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as workbook:
        for name, rows in tables.items():
            sheet = workbook.add_worksheet(name)
            for n, row in enumerate(rows):
                for at, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(n, at, cell)
                    elif cell is not None:
                        sheet.write(n, at, cell)
    return path


def sql_types(rows, real):
    """Return a type for each column that holds what is in it."""
    kinds = []
    for column in zip(*rows[1:], strict=True) if rows[1:] else [()] * len(rows[0]):
        found = {type(cell) for cell in column if cell is not None}
        if found and found <= {bool}:
            kinds.append("boolean")
        elif found and found <= {float, int}:
            kinds.append(real)
        else:
            kinds.append("text")
    return kinds


def as_held(cell, kind):
    """Return a cell as a column of some type holds it."""
    return str(cell) if kind == "text" and cell is not None else cell


def write_rows(cursor, tables, *, real, mark):
    """Create tables and fill them, last row first, for a table has no order."""
    for name, rows in tables.items():
        kinds = sql_types(rows, real)
        columns = ", ".join(f'"{c}" {k}' for c, k in zip(rows[0], kinds, strict=True))
        cursor.execute(f'create table "{name}" ({columns})')
        values = [[as_held(c, k) for c, k in zip(row, kinds, strict=True)] for row in rows[1:]]
        marks = ", ".join([mark] * len(kinds))
        cursor.executemany(f'insert into "{name}" values ({marks})', values[::-1])


def write_sqlite(path, tables):
    """Write tables of typed cells to an SQLite file and return its address."""
    connection = sqlite3.connect(path)
    write_rows(connection.cursor(), tables, real="real", mark="?")
    connection.commit()
    connection.close()
    return f"sqlite:///{path}"


def write_postgres(address, tables):
    """Write tables of typed cells to a PostgreSQL database."""
    import psycopg

    with psycopg.connect(address) as connection:
        write_rows(connection.cursor(), tables, real="numeric", mark="%s")
