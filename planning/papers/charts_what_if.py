"""The two charts of what if: cost against income, and gap and reserves, before and after."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from planning.papers.charts import COST, INCOME, Chart, apart, finish, new_figure, tidy

BEFORE = "#8a8a8a"
"""As the case is: grey, and dotted or hatched, so that no meaning is in colour."""
WIDTH = 0.38
ROOM = 0.07
"""Share of a chart's height that a label takes."""
TINY = 0.05
"""£m below which a figure reads as nil."""
NOTE = "Solid: after the changes. Dotted or hatched: the case as it is."


def cost_and_income(table: pd.DataFrame, *, title: str) -> Chart:
    """Draw what the plan costs against what comes in, before and after.

    Parameters
    ----------
    table : DataFrame
        year; cost and income, each ``as it is`` and ``after``, in £.
    title : str
        What the chart shows.
    """
    figure = new_figure(3.6)
    axes = figure.add_subplot()
    ends = []
    for name, colour, mark in (("cost", COST, "o"), ("income", INCOME, "s")):
        before, after = _pair(table, name)
        axes.plot(before, ":", color=colour, lw=1.6, marker=mark, ms=4, mfc="white")
        axes.plot(after, "-", color=colour, lw=2.4, marker=mark, ms=6)
        same = abs(before[-1] - after[-1]) < TINY
        ends += [] if same else [(before[-1], f"{name} as it is", colour, "normal")]
        ends.append((after[-1], name if same else f"{name} after", colour, "bold"))
    _years(axes, table)
    axes.set_ylabel("£m a year")
    _label(axes, ends, at=len(table) - 1)
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold", wrap=True)
    words = _words(table, ("cost", "income"))
    return finish(figure, note=NOTE, alt=f"Line chart. {title}. {words}")


def gap_and_reserves(table: pd.DataFrame, *, minimum: float, title: str) -> Chart:
    """Draw the gap that nothing covers and reserves at the year's end, before and after.

    Parameters
    ----------
    table : DataFrame
        year; gap and reserves, each ``as it is`` and ``after``, in £.
    minimum : float
        £ that reserves may never fall below.
    title : str
        What the chart shows.
    """
    figure = new_figure(3.2)
    left, right = figure.subplots(1, 2)
    floor = minimum / 1e6
    reserves = f"Reserves at the year's end, £m; dashed: minimum of {floor:,.1f}"
    for axes, name, said in (
        (left, "gap", "Gap that nothing covers, £m"),
        (right, "reserves", reserves),
    ):
        before, after = _pair(table, name)
        _bars(axes, before, shift=-WIDTH / 2, colour=BEFORE, hatch="////")
        _bars(axes, after, shift=WIDTH / 2, colour=COST if name == "gap" else INCOME, hatch="")
        _years(axes, table)
        top = max(*before, *after, floor if name == "reserves" else 0.0)
        axes.set_ylim(0.0, 1.2 * top if top > TINY else 1.0)
        if name == "gap" and top <= TINY:
            axes.text(0.5, 0.5, "none in any year", transform=axes.transAxes, ha="center")
        axes.set_title(said, loc="left", fontsize=10)
    right.axhline(floor, color="#222222", lw=1.2, ls="--")
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold", wrap=True)
    words = _words(table, ("gap", "reserves"))
    alt = f"Bar charts. {title}. {words} Reserves may not fall below £{floor:,.1f}m."
    return finish(figure, note=NOTE, alt=alt)


def _pair(table: pd.DataFrame, name: str) -> tuple[list[float], list[float]]:
    """Return a figure as it is and after, by year, £m."""
    before, after = (list(table[f"{name}, {when}"] / 1e6) for when in ("as it is", "after"))
    return before, after


def _bars(axes: Axes, values: Sequence[float], *, shift: float, colour: str, hatch: str) -> None:
    """Draw a bar a year: hatched in its colour, or filled with it where there is no hatching."""
    bars = axes.bar(
        [place + shift for place in range(len(values))],
        values,
        WIDTH,
        color="white" if hatch else colour,
        edgecolor=colour,
        hatch=hatch,
    )
    if max(values) > TINY:
        axes.bar_label(bars, [f"{value:,.1f}" for value in values], fontsize=7, padding=1)


def _years(axes: Axes, table: pd.DataFrame) -> None:
    tidy(axes)
    axes.set_xticks(range(len(table)), list(table["year"]), fontsize=8)


def _label(axes: Axes, ends: list[tuple[float, str, str, str]], *, at: int) -> None:
    """Write beside each line what it is and where it ends."""
    low, high = axes.get_ylim()
    places = apart([end for end, *_ in ends], least=ROOM * (high - low))
    for (value, words, colour, weight), place in zip(ends, places, strict=True):
        axes.annotate(
            f"{words} £{value:,.1f}m",
            (at, place),
            xytext=(10, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            fontsize=9,
            fontweight=weight,
            annotation_clip=False,
        )


def _words(table: pd.DataFrame, names: Sequence[str]) -> str:
    """Return the figures in words, year by year, £m."""
    parts = []
    for place, year in enumerate(table["year"]):
        told = [
            f"{name} £{before[place]:,.1f}m as it is, £{after[place]:,.1f}m after"
            for name in names
            for before, after in [_pair(table, name)]
        ]
        parts.append(f"{year}: {', '.join(told)}")
    return "; ".join(parts) + "."
