"""Small tables of a terminal: words to the left, wrapped; figures to the right, with their sign."""

import textwrap
from collections.abc import Sequence

import pandas as pd

from planning.plain import plain

GAP = 2
"""Characters between two columns."""


def text_table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    width: int,
    wide: int,
    left: bool = False,
    sum_last: bool = False,
) -> list[str]:
    """Return rows under their heads, as lines.

    Parameters
    ----------
    head : sequence of str
        The heads of the columns.
    rows : sequence of sequences of str
        Their cells.
    width : int
        Characters of a line.
    wide : int
        Characters of every column but the first, which has the rest.
    left : bool
        Whether the others hold words too.
    sum_last : bool
        Whether the last row sums the others, and has a rule above it.
    """
    widths = [width - (len(head) - 1) * (wide + GAP), *[wide] * (len(head) - 1)]
    rule = "-" * width
    lines = [*_row(head, widths, left=left, hang=""), rule]
    for place, row in enumerate(rows, start=1):
        lines += [rule] if sum_last and place == len(rows) else []
        lines += _row(row, widths, left=left, hang="   ")
    return lines


def _row(cells: Sequence[str], widths: Sequence[int], *, left: bool, hang: str) -> list[str]:
    """Return one row, as many lines as its longest cell takes."""
    parts = [
        textwrap.wrap(plain(cell), size, subsequent_indent="" if place else hang) or [""]
        for place, (cell, size) in enumerate(zip(cells, widths, strict=True))
    ]
    lines = []
    for line in range(max(map(len, parts))):
        texts = [part[line] if line < len(part) else "" for part in parts]
        padded = [
            text.ljust(size) if place == 0 or left else text.rjust(size)
            for place, (text, size) in enumerate(zip(texts, widths, strict=True))
        ]
        lines.append((" " * GAP).join(padded).rstrip())
    return lines


def wrapped(text: str, width: int, *, first: str = "", hang: str = "") -> list[str]:
    """Return a sentence as lines."""
    return textwrap.wrap(plain(text), width, initial_indent=first, subsequent_indent=hang)


def rounded(value: float, unit: float = 1.0) -> int | None:
    """Return a figure in whole units of something; None where it is not known."""
    return None if pd.isna(value) else round(value / unit)


def figure(value: int | None) -> str:
    """Return a figure for a reader."""
    return "not known" if value is None else f"{value:,}".replace("-", "−")


def signed(value: int | None) -> str:
    """Return a change with its sign; a dash where there is none."""
    if value is None:
        return "not known"
    return "–" if value == 0 else f"{value:+,}".replace("-", "−")


def change(before: int | None, after: int | None) -> str:
    """Return how far a figure goes, with its sign."""
    return signed(None if before is None or after is None else after - before)
