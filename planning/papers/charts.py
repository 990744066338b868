"""Charts for papers and sessions: the same bytes every time, with words for who cannot see them."""

import base64
import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter
from scipy.optimize import isotonic_regression

from planning.papers.scale import Scale, scale_of
from planning.plain import plain

COST, INCOME = "#7a1f1f", "#1f4e7a"
"""Dark enough to read in print; the lines differ in style too, so that no meaning is in colour."""

LABEL = 0.11
"""Share of the chart's height that a label of two lines takes."""


@dataclass(frozen=True)
class Chart:
    """A picture with its alternative text.

    Parameters
    ----------
    png : bytes
        The picture.
    alt : str
        What it shows, with the figures.
    """

    png: bytes
    alt: str

    @property
    def html(self) -> str:
        """The picture for a page, with its alternative text."""
        data = base64.b64encode(self.png).decode()
        style = "max-width:100%;width:46em"
        return f'<img style="{style}" alt="{escape(self.alt)}" src="data:image/png;base64,{data}">'

    def _repr_html_(self) -> str:
        """Return the picture; JupyterLab drops the alternative text of an image of its own."""
        return self.html


def new_figure(height: float) -> Figure:
    """Return an empty figure as wide as a page, `height` in inches."""
    figure = Figure(figsize=(9.2, height), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def tidy(axes: Axes) -> None:
    """Leave axes a light grid behind their lines, and no box."""
    axes.grid(axis="y", color="#dddddd")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def drawable(text: str) -> str:
    """Return text as it can be drawn: a dollar would begin a formula."""
    return plain(text).replace("$", r"\$")


def wrapped(text: str, width: int, *, lines: int | None = None) -> str:
    """Return text as it can be drawn, in lines of so many characters; what is too long is cut."""
    rows = wrap(plain(text), width, max_lines=lines, placeholder=" …")
    return "\n".join(drawable(row) for row in rows)


def footnote(figure: Figure, note: str) -> None:
    """Write a note at a figure's foot."""
    figure.supxlabel(note, fontsize=9, x=0.01, ha="left")


def finish(figure: Figure, *, note: str, alt: str) -> Chart:
    """Return a figure as a chart, with a note at its foot."""
    footnote(figure, note)
    return picture(figure, alt=alt)


def picture(figure: Figure, *, alt: str) -> Chart:
    """Return a figure as a chart."""
    out = io.BytesIO()
    with warnings.catch_warnings():
        # A letter that the typeface lacks is drawn as a box; the words have it.
        warnings.filterwarnings("ignore", message="Glyph")
        figure.savefig(out, format="png", metadata={"Software": None})
    return Chart(out.getvalue(), plain(alt))


def apart(targets: Sequence[float], *, least: float) -> list[float]:
    """Return places at least so far apart, and as near as can be to where labels would be.

    Of two that would be in one place the first stands above.
    """
    order = np.lexsort((-np.arange(len(targets)), np.asarray(targets)))
    room = least * np.arange(len(targets))
    places = np.empty(len(targets))
    places[order] = isotonic_regression(np.asarray(targets)[order] - room).x + room
    return [float(place) for place in places]


def jaws(cost: pd.DataFrame, income: pd.DataFrame, *, title: str) -> Chart:
    """Draw what demand costs against what there is to pay for it, each with its 80% band.

    Parameters
    ----------
    cost, income : DataFrame
        year, median, lo80, hi80, in £, over the same years.
    title : str
        What the chart shows, as a statement.
    """
    figure, scale = new_figure(5.0), _scale(cost, income)
    axes = figure.add_subplot()
    lines = ((cost, "Cost of demand", COST, "-"), (income, "Income", INCOME, "--"))
    for table, _, colour, style in lines:
        _draw(axes, table, scale=scale, colour=colour, style=style)
    axes.set_xticks(range(len(cost)), list(cost["year"]))
    axes.set_xlim(-0.2, len(cost) - 0.9)
    low, high = axes.get_ylim()
    last = [table["median"].iloc[-1] / scale.size for table, *_ in lines]
    for (_, label, colour, _), value, end in zip(
        lines, last, apart(last, least=LABEL * (high - low)), strict=True
    ):
        axes.annotate(
            f"{label}\n{scale.words(value * scale.size)}",
            (len(cost) - 1, end),
            xytext=(14, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            fontweight="bold",
            # A label moved apart may stand beyond the axes; it is drawn all the same.
            annotation_clip=False,
        )
    axes.set_ylabel(f"{scale.unit} a year")
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.12g}"))
    figure.suptitle(wrapped(title, 72), x=0.01, ha="left", fontweight="bold", fontsize=13)
    tidy(axes)
    note = (
        "Bands are 80% prediction intervals, errors of different series as they went together.\n"
        "Source: the case's history and the paths of its forecast."
    )
    return finish(figure, note=note, alt=_words(cost, income, title))


def jaws_title(cost: pd.DataFrame, income: pd.DataFrame) -> str:
    """Say in a line what the jaws of the same tables show."""
    scale, (last, paid) = _scale(cost, income), (cost.iloc[-1], income.iloc[-1])
    apart_by = float(last["median"] - paid["median"])
    way = "more" if apart_by > 0.0 else "less"
    return (
        f"By {last['year']} demand at today's mix costs {scale.words(abs(apart_by))} a year {way} "
        "than income pays for"
    )


def _scale(cost: pd.DataFrame, income: pd.DataFrame) -> Scale:
    return scale_of([*cost["hi80"], *income["hi80"], *cost["median"], *income["median"]])


def _draw(axes: Axes, table: pd.DataFrame, *, scale: Scale, colour: str, style: str) -> None:
    """Draw a line and its band, edged in the line's own style so that bands tell apart in grey."""
    years, drawn = range(len(table)), table[["median", "lo80", "hi80"]] / scale.size
    axes.fill_between(years, drawn["lo80"], drawn["hi80"], color=colour, alpha=0.15, lw=0)
    for edge in ("lo80", "hi80"):
        axes.plot(years, drawn[edge], style, color=colour, lw=0.8)
    axes.plot(years, drawn["median"], style, color=colour, lw=2.2, marker="o", ms=5)


def _words(cost: pd.DataFrame, income: pd.DataFrame, title: str) -> str:
    """Return the chart in words, year by year."""
    told = _scale(cost, income).words
    parts = [
        f"{c.year}: cost {told(c.median)} ({told(c.lo80)} to {told(c.hi80)}), "
        f"income {told(i.median)} ({told(i.lo80)} to {told(i.hi80)})"
        for c, i in zip(cost.itertuples(), income.itertuples(), strict=True)
    ]
    return f"Line chart. {title}. With 80% prediction intervals, " + "; ".join(parts) + "."
