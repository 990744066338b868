"""Reserves from year to year: what is expected, with its band, beside what is planned or was."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes

from planning.papers.charts import COST, INCOME, Chart, apart, finish, new_figure, tidy

LABEL = 0.12
"""Share of the chart's height that a label beside the lines takes."""
LINE, NAME = 84, 22
"""Characters to a line of the title, and of a label."""
FLOOR = "#777777"


@dataclass(frozen=True)
class Fan:
    """What is expected: a name, and a table of year, lo80, median, hi80 in £."""

    name: str
    table: pd.DataFrame


@dataclass(frozen=True)
class Line:
    """What is planned, or was: a name, and a table of year, balance in £."""

    name: str
    table: pd.DataFrame


@dataclass(frozen=True)
class _Style:
    """How a line is told from the others without its colour."""

    colour: str
    dash: str
    marker: str
    hatch: str = ""


FANS = (_Style(INCOME, "--", "D"), _Style(COST, "-.", "s", "////"))
LINES = (_Style("#222222", "-", "o"), _Style("#5a5a5a", ":", "^"))


def reserves_chart(
    fans: Sequence[Fan],
    lines: Sequence[Line] = (),
    *,
    opening: float,
    minimum: float,
    title: str,
    source: str,
) -> Chart:
    """Draw reserves at the end of each year, up to two fans and two lines, and their minimum.

    Parameters
    ----------
    fans : sequence of Fan
        What is expected, each with its 80% band; all of the same years.
    lines : sequence of Line
        What is planned, or was, over some of those years.
    opening : float
        £ before the first year, from which all of them start.
    minimum : float
        £ that reserves may not fall below.
    title : str
        What the chart shows, as a statement.
    source : str
        Where the figures are from.

    Raises
    ------
    ValueError
        If there is no fan, or there are too many to read.
    """
    if not 1 <= len(fans) <= len(FANS) or len(lines) > len(LINES):
        raise ValueError(
            f"a chart shows 1 to {len(FANS)} fans and up to {len(LINES)} lines, "
            f"not {len(fans)} and {len(lines)}"
        )
    figure = new_figure(5.4)
    axes = figure.add_subplot()
    years = list(fans[0].table["year"])
    ends = []
    for fan, style in zip(fans, FANS, strict=False):
        ends.append(_draw_fan(axes, fan, style, opening=opening))
    for line, style in zip(lines, LINES, strict=False):
        ends.append(_draw_line(axes, line, style, years=years, opening=opening))
    axes.axhline(minimum / 1e6, color=FLOOR, lw=1.2)
    ends.append((f"Minimum £{minimum / 1e6:,.1f}m", len(years), minimum / 1e6, FLOOR))
    _label(axes, ends, last=len(years))
    axes.set_xticks(range(len(years) + 1), ["Before", *years])
    axes.set_xlim(-0.15, len(years) + 0.05)
    axes.set_ylabel("£m of reserves at 31 March")
    axes.set_title(fill(title, LINE), loc="left", fontweight="bold")
    tidy(axes)
    note = "Bands are 80% prediction intervals; below the minimum is cost that nothing covers."
    alt = _words(fans, lines, opening=opening, minimum=minimum, title=title)
    return finish(figure, note=f"{note}\n{source}", alt=alt)


_End = tuple[str, int, float, str]
"""A label, where its line ends along both axes, and its colour."""


def _draw_fan(axes: Axes, fan: Fan, style: _Style, *, opening: float) -> _End:
    """Draw what is expected with its band, and return its label."""
    millions = fan.table[["lo80", "median", "hi80"]] / 1e6
    start = pd.DataFrame([dict.fromkeys(millions.columns, opening / 1e6)])
    all_of = pd.concat([start, millions], ignore_index=True)
    x = range(len(all_of))
    if style.hatch:
        axes.fill_between(
            x, all_of["lo80"], all_of["hi80"], fc="none", ec=style.colour, hatch=style.hatch, lw=0.6
        )
    else:
        axes.fill_between(x, all_of["lo80"], all_of["hi80"], color=style.colour, alpha=0.18, lw=0)
    axes.plot(x, all_of["median"], style.dash, color=style.colour, marker=style.marker, lw=2.2)
    end = float(all_of["median"].iloc[-1])
    return f"{fill(fan.name, NAME)}\n{_money(end)}", len(fan.table), end, style.colour


def _draw_line(axes: Axes, line: Line, style: _Style, *, years: list[str], opening: float) -> _End:
    """Draw what is planned, or was, and return its label."""
    x = [0, *(1 + years.index(year) for year in line.table["year"])]
    y = [opening / 1e6, *(line.table["balance"] / 1e6)]
    axes.plot(x, y, style.dash, color=style.colour, marker=style.marker, ms=6, lw=2.6, zorder=5)
    return f"{fill(line.name, NAME)}\n{_money(y[-1])}", x[-1], y[-1], style.colour


def _label(axes: Axes, ends: Sequence[_End], *, last: int) -> None:
    """Write what each line is to the right of the chart, no label on another."""
    low, high = axes.get_ylim()
    places = apart([end[2] for end in ends], least=LABEL * (high - low))
    for (text, x, y, colour), place in zip(ends, places, strict=True):
        axes.annotate(
            text,
            (x, y),
            xytext=(last + 0.16, place),
            va="center",
            color=colour,
            fontweight="bold",
            fontsize=9,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.7, "shrinkB": 2},
        )


def _money(millions: float) -> str:
    return f"£{millions:,.1f}m" if millions >= 0.0 else f"−£{-millions:,.1f}m"


def _words(
    fans: Sequence[Fan], lines: Sequence[Line], *, opening: float, minimum: float, title: str
) -> str:
    """Return the chart in words, with its figures."""
    parts = [
        f"Line chart. {title}. Reserves before: {_money(opening / 1e6)}; minimum: "
        f"{_money(minimum / 1e6)}."
    ]
    for fan in fans:
        told = [
            f"{row.year} {_money(row.median / 1e6)} ({_money(row.lo80 / 1e6)} to "
            f"{_money(row.hi80 / 1e6)})"
            for row in fan.table.itertuples()
        ]
        parts.append(f"{fan.name}, with 80% prediction intervals: {'; '.join(told)}.")
    for line in lines:
        told = [f"{row.year} {_money(row.balance / 1e6)}" for row in line.table.itertuples()]
        parts.append(f"{line.name}: {'; '.join(told)}.")
    return " ".join(parts)
