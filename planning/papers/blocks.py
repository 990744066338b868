"""What a paper is made of, in order, whatever it is written as."""

from dataclasses import dataclass

from planning.papers.charts import Chart


@dataclass(frozen=True)
class Heading:
    """A heading; level 0 is the paper's title."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a lead stands out at the head of the paper."""

    text: str
    lead: bool = False


@dataclass(frozen=True)
class Points:
    """A list of sentences, numbered or not."""

    texts: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Field:
    """A blank that an officer fills in: what it asks for, with room under it."""

    asks: str


@dataclass(frozen=True)
class Head:
    """The head of a column of a table.

    Parameters
    ----------
    text : str
        As the reader sees it.
    width : float
        Its share of the page's width, against those of the other columns.
    figures : bool
        Whether its cells are figures, which stand to the right.
    """

    text: str
    width: float = 1.0
    figures: bool = False


@dataclass(frozen=True)
class Exhibit:
    """A table, with its caption, and a note under it that says how its figures are rounded.

    Parameters
    ----------
    title : str
        Its caption, without a number.
    heads : tuple of Head
        Its columns.
    rows : tuple of tuples of str
        Its cells, as they are read.
    note : str
        Rounding, source, and what a blank means.
    totals : tuple of int
        Rows that are sums, from nought.
    """

    title: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str
    totals: tuple[int, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A chart with its caption."""

    title: str
    chart: Chart


@dataclass(frozen=True)
class NewPage:
    """What follows begins a page."""


Block = Heading | Paragraph | Points | Field | Exhibit | Picture | NewPage
