"""What was forecast, and what came: of one to four series."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import StrMethodFormatter

from planning.papers.charts import COST, INCOME, Chart, apart, finish, new_figure, tidy
from planning.papers.charts_forecast import POUNDS
from planning.papers.columns import Kind
from planning.papers.view import readable

MOST = 4
"""Series on a page that can still be read."""
KNOWN, AHEAD, CAME = "#222222", INCOME, COST
LABEL, LINE, TEXT, TITLE = 0.13, 50, 8, 9
"""The share of a panel's height that a label takes, characters to a line, and points of text."""


@dataclass(frozen=True)
class Comparison:
    """One series: what was known, what was forecast and what came.

    Parameters
    ----------
    name, unit : str
        For a reader; the unit may be `POUNDS`.
    history : DataFrame
        period, value: what was known.
    ahead : DataFrame
        period, median, lo80, hi80, lo95, hi95: what was forecast.
    came : DataFrame
        period, value: the outturn.
    alike : bool
        Whether it is counted as the forecast is.
    """

    name: str
    unit: str
    history: pd.DataFrame
    ahead: pd.DataFrame
    came: pd.DataFrame
    alike: bool

    @property
    def statement(self) -> str:
        """How many outturns lay in the 80% interval; nothing of what is counted otherwise."""
        if not self.alike:
            return "counted anew since, so not to be set against the forecast"
        both = self.came.merge(self.ahead, on="period")
        inside = both["value"].between(both["lo80"], both["hi80"])
        return f"{inside.sum()} of {len(both)} outturns inside the 80% interval"

    @property
    def label(self) -> str:
        """What the line of what came is."""
        return "Came" if self.alike else "Came,\nnew count"

    def shown(self, value: float) -> str:
        """Return a value for a reader, money in millions."""
        if self.unit == POUNDS:
            return f"£{value / 1e6:,.1f}m"
        return readable(float(value), Kind.NUMBER)


def came_chart(series: Sequence[Comparison], *, source: str) -> Chart:
    """Draw what was known, what was forecast with its intervals, and what came.

    Parameters
    ----------
    series : sequence of Comparison
        One to four.
    source : str
        Where the figures are from.

    Raises
    ------
    ValueError
        If there are none, or too many to read.
    """
    if not 1 <= len(series) <= MOST:
        raise ValueError(f"a chart shows 1 to {MOST} series, not {len(series)}: ask for fewer")
    across = min(len(series), 2)
    down = ceil(len(series) / across)
    figure = new_figure(3.8 * down + 0.4)
    panels = figure.subplots(down, across, squeeze=False).ravel()
    for axes, one in zip(panels, series, strict=False):
        _draw(axes, one)
    for axes in panels[len(series) :]:
        axes.set_axis_off()
    note = (
        "Black: known before the plan. Shaded: 80% (darker) and 95% prediction intervals of the "
        "forecast, with its median."
    )
    return finish(figure, note=f"{note}\n{source}", alt=_words(series))


def _draw(axes: Axes, one: Comparison) -> None:
    """Draw one series with its labels."""
    periods = sorted({*one.history["period"], *one.ahead["period"], *one.came["period"]})
    scale = 1e6 if one.unit == POUNDS else 1.0
    known, ahead, came = (
        table.assign(
            x=[periods.index(period) for period in table["period"]],
            **{name: table[name] / scale for name in table.columns if name != "period"},
        )
        for table in (one.history, one.ahead, one.came)
    )
    ahead = _fan(ahead, known)
    axes.fill_between(ahead["x"], ahead["lo95"], ahead["hi95"], color=AHEAD, alpha=0.13, lw=0)
    axes.fill_between(ahead["x"], ahead["lo80"], ahead["hi80"], color=AHEAD, alpha=0.25, lw=0)
    axes.plot(ahead["x"], ahead["median"], "--", color=AHEAD, lw=2.0, marker="D", ms=4)
    axes.plot(known["x"], known["value"], "-", color=KNOWN, lw=2.0, marker="o", ms=5)
    dash = "-" if one.alike else ":"
    fill_of = CAME if one.alike else "white"
    axes.plot(
        came["x"], came["value"], dash, color=CAME, lw=2.4, marker="s", ms=6, mfc=fill_of, zorder=5
    )
    _label(axes, one, ahead=ahead, came=came)
    every = ceil(len(periods) / 5)
    shown = range((len(periods) - 1) % every, len(periods), every)
    axes.set_xticks(shown, [periods[i] for i in shown])
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.12g}"))
    axes.tick_params(labelsize=TEXT)
    unit = "£m a year" if one.unit == POUNDS else f"Units a year ({one.unit})"
    axes.set_ylabel(fill(unit, 30), fontsize=TEXT)
    title = fill(f"{one.name}: {one.statement}", LINE)
    axes.set_title(title, loc="left", fontweight="bold", fontsize=TITLE)
    tidy(axes)


def _fan(ahead: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Return a forecast with the last known value before it, from which it spreads."""
    if known.empty:
        return ahead
    last = known.iloc[-1]
    start = dict.fromkeys(ahead.columns, last["value"]) | {"x": last["x"]}
    return pd.concat([pd.DataFrame([start]), ahead], ignore_index=True)


def _label(axes: Axes, one: Comparison, *, ahead: pd.DataFrame, came: pd.DataFrame) -> None:
    """Write which line is the forecast and which is what came, to the right of the panel."""
    ends = [("Forecast", ahead["x"].iloc[-1], ahead["median"].iloc[-1], AHEAD)]
    ends += [(one.label, came["x"].iloc[-1], came["value"].iloc[-1], CAME)]
    low, high = axes.get_ylim()
    places = apart([end[2] for end in ends], least=LABEL * (high - low))
    right = max(end[1] for end in ends)
    for (text, x, y, colour), place in zip(ends, places, strict=True):
        axes.annotate(
            text,
            (x, y),
            xytext=(right + 0.35, place),
            va="center",
            color=colour,
            fontweight="bold",
            fontsize=TEXT,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.6, "shrinkB": 4},
        )


def _words(series: Sequence[Comparison]) -> str:
    """Return the chart in words, with its figures."""
    return "Line chart. " + " ".join(_told(one) for one in series)


def _told(one: Comparison) -> str:
    """Return one series in words."""
    known = [f"{row.period} {one.shown(row.value)}" for row in one.history.itertuples()]
    ahead = [
        f"{row.period} {one.shown(row.median)} ({one.shown(row.lo80)} to {one.shown(row.hi80)}; "
        f"{one.shown(row.lo95)} to {one.shown(row.hi95)})"
        for row in one.ahead.itertuples()
    ]
    came = [f"{row.period} {one.shown(row.value)}" for row in one.came.itertuples()]
    return (
        f"{one.name}: {one.statement}. Known: {', '.join(known)}. Forecast, with 80% and 95% "
        f"prediction intervals: {'; '.join(ahead)}. What came: {', '.join(came)}."
    )
