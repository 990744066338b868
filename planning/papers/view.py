"""A table that shows itself in a notebook: captioned, and rounded for reading alone."""

from dataclasses import dataclass
from html import escape

import pandas as pd

from planning.papers.columns import Kind
from planning.papers.contract import KINDS

STYLE = "text-align:left;padding:0.15em 0.9em 0.15em 0"
CAPTION = "text-align:left;font-weight:bold;white-space:nowrap"
LONG, LONG_CAPTION = 80, "display:inline-block;max-width:50em;white-space:normal"
"""Characters of a caption beyond which it is broken, lest it run out of sight beside a table."""
ONE_LINE = 16
"""Characters of a cell that is never broken."""
NUMBER = "text-align:right;padding:0.15em 0.9em 0.15em 0;font-variant-numeric:tabular-nums"


@dataclass(frozen=True)
class View:
    """A titled table, with a sentence if one is needed.

    Parameters
    ----------
    title : str
        What the table shows, as a statement.
    table : DataFrame
        The figures, at full precision.
    note : str
        What a reader must know beside them.
    pounds : tuple of str
        Columns in £ that no table of a plan has.
    rates : tuple of str
        Columns in £ a unit that none has.
    """

    title: str
    table: pd.DataFrame
    note: str = ""
    pounds: tuple[str, ...] = ()
    rates: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        """Return the view as HTML; data are escaped."""
        note = f"<p>{escape(self.note)}</p>" if self.note else ""
        table = html_table(self.title, self.table, pounds=self.pounds, rates=self.rates)
        return f"{table}{note}"


def html_table(
    title: str, table: pd.DataFrame, *, pounds: tuple[str, ...] = (), rates: tuple[str, ...] = ()
) -> str:
    """Return a table as accessible HTML: a caption, a header row, figures to the right."""
    kinds = {c: _kind(table, c) for c in table.columns}
    kinds |= dict.fromkeys(pounds, Kind.MONEY) | dict.fromkeys(rates, Kind.RATE)
    head = "".join(
        f'<th scope="col" style="{STYLE if kinds[c] is Kind.TEXT else NUMBER}">'
        f"{escape(str(c).replace('_', ' '))}</th>"
        for c in table.columns
    )
    body = "".join(
        "<tr>"
        + "".join(_cell(v, kinds[c]) for c, v in zip(table.columns, row, strict=True))
        + "</tr>"
        for row in table.itertuples(index=False, name=None)
    )
    told = escape(title)
    if len(title) > LONG:
        told = f'<span style="{LONG_CAPTION}">{told}</span>'
    caption = f'<caption style="{CAPTION}">{told}</caption>'
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _kind(table: pd.DataFrame, column: str) -> Kind:
    """Return a column's kind by its name, or by its cells where no table of a plan has it."""
    if column in KINDS:
        return KINDS[column]
    return Kind.NUMBER if pd.api.types.is_numeric_dtype(table[column]) else Kind.TEXT


def _cell(value: object, kind: Kind) -> str:
    text, look = readable(value, kind), STYLE if kind is Kind.TEXT else NUMBER
    # A year or a figure is read at a glance only on one line.
    whole = ";white-space:nowrap" if len(text) <= ONE_LINE else ""
    return f'<td style="{look}{whole}">{escape(text)}</td>'


def readable(value: object, kind: Kind) -> str:
    """Return a figure as a reader wants it; blank is a dash, for a blank is not nil."""
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return "–"
    if not isinstance(value, float):
        return str(value)
    if kind is Kind.MONEY:
        return _signed(value, "£", ",.0f")
    if kind is Kind.RATE:
        return _signed(value, "£", ",.2f")
    return _signed(value, "", ",.4g" if abs(value) < 100 else ",.0f")


def _signed(value: float, unit: str, places: str) -> str:
    """Return a figure after a true minus where it is below nil, and rounds to less than nil."""
    told = f"{abs(value):{places}}"
    return f"−{unit}{told}" if value < 0.0 and told.strip("0.,") else f"{unit}{told}"
