"""One table of a budget paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from planning.papers.columns import Column, Kind, Table

Tables = Mapping[str, pd.DataFrame]
"""The tables of a plan, by the name of their file."""


@dataclass(frozen=True)
class Schedule:
    """A table of a budget paper, with the notes that a reader needs beside it.

    Parameters
    ----------
    table : Table
        Its name, title, what it says, and its columns with their units.
    rows : DataFrame
        Those columns, in order; text is ``""`` and a number NaN where it is blank.
    notes : tuple of str
        Sentences.
    """

    table: Table
    rows: pd.DataFrame
    notes: tuple[str, ...] = ()


def text(name: str, doc: str, words: str = "", *, blank: str = "[x]") -> Column:
    """Return a column of text."""
    return Column(name, Kind.TEXT, doc, words=words, blank=blank)


def number(name: str, doc: str, unit: str, *, words: str = "", blank: str = "[x]") -> Column:
    """Return a column of numbers counted in a unit."""
    return Column(name, Kind.NUMBER, doc, unit=unit, words=words, blank=blank)


def money(name: str, doc: str, words: str = "", *, blank: str = "[x]") -> Column:
    """Return a column of pounds."""
    return Column(name, Kind.MONEY, doc, words=words, blank=blank)


def rows_of(table: Table, rows: Sequence[Mapping[str, object]] | pd.DataFrame) -> pd.DataFrame:
    """Return rows with the columns of a table, in order, each of one type even where none is."""
    frame = pd.DataFrame(rows)
    columns = {}
    for column in table.columns:
        cells = frame[column.name] if len(frame) else pd.Series([], dtype=object)
        kind = "str" if column.kind is Kind.TEXT else "float64"
        columns[column.name] = cells.reset_index(drop=True).astype(kind)
    return pd.DataFrame(columns)


def named(case_table: pd.DataFrame, key: str) -> Mapping[str, str]:
    """Return the names that readers know, by key."""
    return dict(zip(case_table[key], case_table["name"], strict=True))
