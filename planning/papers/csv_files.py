"""The plan's tables as CSV: one header row, figures at full precision; and read back again."""

from pathlib import Path

import pandas as pd

from planning.papers.columns import Kind
from planning.papers.contract import TABLES

RUN_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a cell of text begins that a spreadsheet would run."""


def csv_bytes(table: pd.DataFrame) -> bytes:
    r"""Return a table as UTF-8 CSV with ``\n`` line ends.

    A number is written so that reading it back gives the same number, a blank where it is not
    known. Text that a spreadsheet would run as a formula is given a leading apostrophe.
    """
    rows = [table.columns, *table.itertuples(index=False, name=None)]
    return "".join(",".join(_cell(value) for value in row) + "\n" for row in rows).encode()


def _cell(value: object) -> str:
    if isinstance(value, str):
        return _quoted(f"'{value}" if _escapes(value) else value)
    if value is None or pd.isna(value):
        return ""
    # Adding nil turns a negative nil into a plain one.
    return repr(float(value) + 0.0) if isinstance(value, float) else str(value)


def _escapes(text: str) -> bool:
    """Tell whether text is written with one more apostrophe than it has, and so read with one less.

    An apostrophe that already stands before a formula counts too, or the two would read alike.
    """
    return text.lstrip("'").startswith(RUN_AS_FORMULA)


def _quoted(text: str) -> str:
    """Quote a cell that needs it; Python's own writer leaves a bare carriage return before 3.13."""
    if any(mark in text for mark in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _unescaped(text: str) -> str:
    return text[1:] if text.startswith("'") and _escapes(text) else text


def read_table(path: Path, name: str) -> pd.DataFrame:
    """Read back a table of a written plan: text with ``""`` for blank, numbers with NaN.

    Raises
    ------
    ValueError
        If a column is missing or a figure is not a number, naming the file.
    """
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    wanted = TABLES[name].columns
    if missing := [column.name for column in wanted if column.name not in table.columns]:
        raise ValueError(f"{path.name} lacks the column {', '.join(missing)}")
    read = {}
    for column in wanted:
        cells = table[column.name]
        if column.kind is Kind.TEXT:
            read[column.name] = cells.map(_unescaped)
            continue
        try:
            read[column.name] = pd.to_numeric(cells.where(cells != "", None)).astype(float)
        except ValueError as error:
            raise ValueError(f"{path.name}, {column.name}: {error}") from None
    return pd.DataFrame(read)
