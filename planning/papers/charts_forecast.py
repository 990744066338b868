"""The last forecast, what came of it and the new forecast: of one series, or of a few."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import StrMethodFormatter

from planning.papers.charts import (
    COST,
    INCOME,
    Chart,
    apart,
    drawable,
    finish,
    new_figure,
    tidy,
    wrapped,
)
from planning.papers.columns import Kind
from planning.papers.view import readable

OUTTURN, LAST, AHEAD = "#222222", COST, INCOME
"""The lines differ in style and marker too, and the last forecast's band is hatched."""
MOST = 4
"""Series on a page that can still be read."""
POUNDS = "£"
STRIP, LABEL = 0.16, 0.09
"""Shares of a chart's height: of the strip under its lines, and of a label beside them."""


@dataclass(frozen=True)
class _Look:
    """How large things are in a chart: points, characters to a line, labels under the axis."""

    text: float
    title: float
    line: int
    ticks: int


ALONE, SHARED = _Look(10, 12, 84, 12), _Look(8, 9, 50, 5)


@dataclass(frozen=True)
class Track:
    """One series, from its history to its forecast.

    Parameters
    ----------
    name : str
        For a reader.
    unit : str
        What is counted, or `POUNDS`.
    history : DataFrame
        period, value; NaN where it is not known.
    trial : DataFrame
        origin, period, median, lo80, hi80, actual: the last forecast, of one origin; without rows
        where the history is too short for one.
    ahead : DataFrame
        period, median, lo80, hi80, lo95, hi95, status.
    """

    name: str
    unit: str
    history: pd.DataFrame
    trial: pd.DataFrame
    ahead: pd.DataFrame

    @property
    def periods(self) -> list[str]:
        """Every period from the first known to the last forecast, in order."""
        return [*self.history["period"], *self.ahead["period"]]

    @property
    def origin(self) -> str:
        """The last period that the last forecast knew; blank where there is none."""
        return "" if self.trial.empty else str(self.trial["origin"].iloc[0])

    @property
    def statement(self) -> str:
        """What the last forecast was worth, and what is expected."""
        final = self.ahead.iloc[-1]
        expected = f"about {self.rough(final['median'])} expected in {final['period']}"
        return "; ".join(part for part in (self._verdict(), expected) if part)

    @property
    def measure(self) -> str:
        """What is drawn, in words."""
        return "£m a year" if self.unit == POUNDS else f"Units a year ({self.unit})"

    def rough(self, value: float) -> str:
        """Return a value to three figures, money in millions."""
        places = _places(value, 3)
        return _millions(value, 3) if self.unit == POUNDS else self.exact(round(value, places))

    def exact(self, value: float) -> str:
        """Return a value for a reader, money in millions to four figures."""
        if not isfinite(value):
            return "not known"
        return _millions(value, 4) if self.unit == POUNDS else readable(value, Kind.NUMBER)

    def _verdict(self) -> str:
        """Return where what came lay in the last forecast's range; nothing where none came."""
        came = self.trial.dropna(subset="actual")
        if came.empty:
            return ""
        within = came["actual"].between(came["lo80"], came["hi80"])
        if len(came) > 1:
            return f"{within.sum()} of {len(came)} outturns within the last forecast's range"
        only = came.iloc[0]
        beyond = "above" if only["actual"] > only["hi80"] else "below"
        where = "within" if within.all() else beyond
        return f"{only['period']} came {where} the last forecast's range"


def track(series: Sequence[Track], *, source: str) -> Chart:
    """Draw the outturn, the last forecast beside it and the new forecast, of up to four series.

    Parameters
    ----------
    series : sequence of Track
        One fills the chart; more share it.
    source : str
        Where the history is from.

    Raises
    ------
    ValueError
        If there are none, or too many to read.
    """
    if not 1 <= len(series) <= MOST:
        raise ValueError(f"a chart shows 1 to {MOST} series, not {len(series)}: ask for fewer")
    alone = len(series) == 1
    figure = new_figure(5.0 if alone else 3.8 * ceil(len(series) / 2))
    panels = figure.subplots(ceil(len(series) / 2), 1 if alone else 2, squeeze=False).ravel()
    for axes, one in zip(panels, series, strict=False):
        _draw(axes, one, ALONE if alone else SHARED)
    for axes in panels[len(series) :]:
        axes.set_axis_off()
    bands = "Shaded: 80% (darker) and 95% prediction intervals."
    if any(one.origin for one in series):
        bands += (
            " Hatched: the 80% interval of the last forecast,\nas it would have been made by "
            "today's method from the years to the one named."
        )
    return finish(figure, note=f"{bands}\n{drawable(source)}", alt=_words(series))


def _draw(axes: Axes, one: Track, look: _Look) -> None:
    """Draw one series with its labels."""
    known = _placed(one, one.history.dropna(subset="value"))
    ahead = _fan(_placed(one, one.ahead), known)
    axes.fill_between(ahead["x"], ahead["lo95"], ahead["hi95"], color=AHEAD, alpha=0.13, lw=0)
    axes.fill_between(ahead["x"], ahead["lo80"], ahead["hi80"], color=AHEAD, alpha=0.25, lw=0)
    axes.plot(ahead["x"], ahead["median"], "--", color=AHEAD, lw=2.2, marker="D", ms=4)
    axes.plot(known["x"], known["value"], "-", color=OUTTURN, lw=2.2, marker="o", ms=5, zorder=4)
    if one.origin:
        _draw_last(axes, one, known)
    ticks, (low, high) = axes.get_yticks(), axes.get_ylim()
    axes.set_yticks([tick for tick in ticks if low <= tick <= high])
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.12g}"))
    axes.set_ylim(low, high)
    _label_past(axes, one, known, look)
    _label_ahead(axes, one, ahead, look)
    every = ceil(len(one.periods) / look.ticks)
    shown = range((len(one.periods) - 1) % every, len(one.periods), every)
    axes.set_xticks(shown, [one.periods[i] for i in shown])
    axes.tick_params(labelsize=look.text)
    axes.set_ylabel(drawable(one.measure), fontsize=look.text)
    title = wrapped(f"{one.name}: {one.statement}", look.line)
    axes.set_title(title, loc="left", fontweight="bold", fontsize=look.title)
    tidy(axes)


def _draw_last(axes: Axes, one: Track, known: pd.DataFrame) -> None:
    """Draw the last forecast over the years that it was made for."""
    tried = _placed(one, one.trial)
    last = _fan(tried, known[known["x"] < tried["x"].min()])
    x, low, high = last["x"], last["lo80"], last["hi80"]
    axes.fill_between(x, low, high, facecolor="none", edgecolor=LAST, hatch="////", lw=0.8)
    axes.plot(x, last["median"], "-.", color=LAST, lw=1.5, marker="s", ms=5, zorder=5)


def _places(value: float, figures: int) -> int:
    """Return the decimal places that leave so many figures of a value; negative for tens."""
    return figures - 1 - floor(log10(abs(value))) if value and isfinite(value) else 0


def _millions(value: float, figures: int) -> str:
    """Return pounds as millions."""
    return f"£{value / 1e6:,.{max(0, _places(value / 1e6, figures))}f}m"


def _placed(one: Track, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table's figures as drawn, money in £m, with their place `x` along the axis."""
    numbers = table.select_dtypes("number") / (1e6 if one.unit == POUNDS else 1.0)
    return numbers.assign(x=[one.periods.index(period) for period in table["period"]])


def _fan(forecast: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Return a forecast with the last known value before it, from which it spreads."""
    if known.empty:
        return forecast
    last = known.iloc[-1]
    start = dict.fromkeys(forecast.columns, last["value"]) | {"x": last["x"]}
    return pd.concat([pd.DataFrame([start]), forecast], ignore_index=True)


def _label_ahead(axes: Axes, one: Track, ahead: pd.DataFrame, look: _Look) -> None:
    """Write what is forecast, and which band is which, to the right of where they end."""
    end, (low, high) = ahead.iloc[-1], axes.get_ylim()
    labels = {"median": f"Forecast\n{one.rough(one.ahead['median'].iloc[-1])}"}
    if end["lo95"] < end["hi95"]:
        labels |= {"hi80": "80%", "hi95": "95%"}
    places = apart([end[name] for name in labels], least=LABEL * (high - low))
    for (name, text), at in zip(labels.items(), places, strict=True):
        axes.annotate(
            text,
            (end["x"], at),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            color=AHEAD,
            fontweight="bold" if name == "median" else "normal",
            fontsize=look.text,
            annotation_clip=False,
        )


def _label_past(axes: Axes, one: Track, known: pd.DataFrame, look: _Look) -> None:
    """Write which line is the outturn, and under the lines which is the last forecast."""
    if one.origin:
        low, high = axes.get_ylim()
        bottom = low - STRIP * (high - low)
        axes.set_ylim(bottom, high)
        end = _placed(one, one.trial).iloc[-1]
        axes.annotate(
            f"Last forecast,\nfrom {one.origin}",
            (end["x"], end["lo80"]),
            xytext=(end["x"], bottom),
            ha="center",
            va="bottom",
            color=LAST,
            arrowprops={"arrowstyle": "-", "color": LAST, "lw": 0.7, "shrinkB": 3},
            fontweight="bold",
            fontsize=look.text,
        )
    if len(known):
        x, y = known["x"].iloc[0], known["value"].iloc[0]
        # On the side that the line turns away from, with room there.
        rises = len(known) > 1 and known["value"].iloc[1] > y
        low, high = axes.get_ylim()
        room = STRIP * (high - low)
        axes.set_ylim(min(low, y - room) if rises else low, high if rises else max(high, y + room))
        axes.annotate(
            "Outturn",
            (x, y),
            xytext=(0, -10 if rises else 10),
            textcoords="offset points",
            va="top" if rises else "bottom",
            color=OUTTURN,
            fontweight="bold",
            fontsize=look.text,
        )


def _words(series: Sequence[Track]) -> str:
    """Return the chart in words, with its figures."""
    return "Line chart. " + " ".join(_told(one) for one in series)


def _told(one: Track) -> str:
    """Return one series in words."""
    past = [f"{row.period} {one.exact(row.value)}" for row in one.history.itertuples()]
    tried = [
        f"{row.period} {one.exact(row.median)} ({one.exact(row.lo80)} to {one.exact(row.hi80)}), "
        f"and {one.exact(row.actual)} came"
        for row in one.trial.itertuples()
    ]
    ahead = [
        f"{row.period} {one.exact(row.median)} (announced)"
        if row.status == "confirmed"
        else f"{row.period} {one.exact(row.median)} ({one.exact(row.lo80)} to "
        f"{one.exact(row.hi80)}; {one.exact(row.lo95)} to {one.exact(row.hi95)})"
        for row in one.ahead.itertuples()
    ]
    parts = [f"{one.name}: {one.statement}. {one.measure}."]
    if past:
        parts.append(f"Outturn: {', '.join(past)}.")
    if tried:
        made = f"Last forecast, from {one.origin}, with its 80% prediction interval"
        parts.append(f"{made}: {'; '.join(tried)}.")
    parts.append(f"Forecast, with 80% and 95% prediction intervals: {'; '.join(ahead)}.")
    return " ".join(parts)
