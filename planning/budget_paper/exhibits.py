"""From a table of figures to a table of a paper: which columns, how wide, how rounded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from planning.papers.blocks import Exhibit, Head
from planning.papers.scale import Scale, scale_of

YEARS = 5
"""Years that a page has room for beside one another."""


def by_year(
    table: pd.DataFrame,
    years: Sequence[str],
    *,
    title: str,
    first: str,
    source: str,
    totals: Sequence[int] = (),
) -> Iterator[Exhibit]:
    """Yield a table with a column of £ for each year, in parts where a page is too narrow.

    Parameters
    ----------
    table : DataFrame
        What each row is in its first column, and £ in a column for each year.
    years : sequence of str
        The years, in order.
    title : str
        Its caption.
    first : str
        The header of its first column.
    source : str
        Where the figures are.
    totals : sequence of int
        Rows that are sums, from nought.
    """
    scale = scale_of(table[list(years)].to_numpy(dtype=float).ravel())
    for start in range(0, len(years), YEARS):
        some = list(years[start : start + YEARS])
        part = "" if len(years) <= YEARS else f", {some[0]} to {some[-1]}"
        yield Exhibit(
            f"{title}{part} ({scale.unit})",
            (Head(first, 2.6), *(Head(year, 1.0, figures=True) for year in some)),
            tuple(
                (str(row[0]), *(scale.figure(float(amount)) for amount in row[1:]))
                for row in table[[table.columns[0], *some]].itertuples(index=False, name=None)
            ),
            f"{scale.rounding} Sums are of unrounded figures. {source}",
            tuple(totals),
        )


def money_columns(
    table: pd.DataFrame, columns: Sequence[str], scale: Scale | None = None
) -> tuple[pd.DataFrame, Scale]:
    """Return a table with columns of £ as they are read, and the scale of all of them."""
    every = table[list(columns)].to_numpy(dtype=float).ravel()
    chosen = scale_of(every) if scale is None else scale
    told: dict[str, Any] = {name: table[name].map(chosen.figure) for name in columns}
    return table.assign(**told), chosen


def exhibit(
    title: str,
    heads: Mapping[str, Head],
    rows: pd.DataFrame,
    *,
    note: str,
    totals: Sequence[int] = (),
) -> Exhibit:
    """Return a table of text as a table of a paper.

    Parameters
    ----------
    title : str
        Its caption.
    heads : mapping of str to Head
        By column of `rows`, in order.
    rows : DataFrame
        Cells, as they are read; a blank one is told as not given.
    note : str
        Rounding and source.
    totals : sequence of int
        Rows that are sums, from nought.
    """
    cells = rows[list(heads)].itertuples(index=False, name=None)
    return Exhibit(title, tuple(heads.values()), tuple(map(_told, cells)), note, tuple(totals))


def _told(cells: Iterable[object]) -> tuple[str, ...]:
    return tuple("not given" if cell == "" or pd.isna(cell) else str(cell) for cell in cells)
