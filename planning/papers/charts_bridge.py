"""The budget bridge: from each year's requirement to the next, step by step."""

from collections.abc import Sequence
from math import ceil

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from planning.papers.charts import Chart, footnote, new_figure, picture, wrapped
from planning.papers.scale import Scale, scale_of

MOST = 4
"""Kinds of step that can still be told apart; the smallest are put together."""
ACROSS = 5
"""Years side by side."""
MORE, LESS, LEVEL = "#555555", "white", "black"
"""A step up is filled and a step down hatched; levels are lines."""


def bridge(lines: pd.DataFrame, years: Sequence[str]) -> Chart:
    """Draw what takes each year's requirement to the next.

    Parameters
    ----------
    lines : DataFrame
        line, and £ in a column for each year: the first line is the requirement brought forward,
        the last the requirement, and the others add up to the difference.
    years : sequence of str
        The years, in order.
    """
    return picture(bridge_figure(lines, years), alt=_words(lines, years))


def bridge_figure(lines: pd.DataFrame, years: Sequence[str]) -> Figure:
    """Return the figure of ``bridge``."""
    told, scale = _few(lines, years), _scale(lines, years)
    deep = ceil(len(years) / ACROSS)
    figure = new_figure(0.9 + 3.3 * deep)
    wide = min(len(years), ACROSS)
    panels = figure.subplots(deep, wide, sharex=True, sharey=True, squeeze=False).ravel()
    for axes, year in zip(panels, years, strict=False):
        _draw(axes, told, year, scale)
    for axes in panels[len(years) :]:
        axes.set_axis_off()
    low, high = _span(told, years)
    # Room to the right of the longest bar for its label.
    panels[0].set_xlim(low - 0.08 * (high - low), high + 0.55 * (high - low))
    figure.suptitle(
        wrapped(_statement(lines, years), 72),
        x=0.01,
        ha="left",
        fontweight="bold",
        fontsize=13,
    )
    grouped = _grouped(lines, years)
    rest = f" {OTHER} are {_listed(grouped)}." if grouped else ""
    note = f"{scale.unit}, cash terms. Filled: more; hatched: less. The scale does not begin at 0."
    footnote(figure, wrapped(f"{note}{rest} Source: the plan's MTFS summary.", 120))
    return figure


OTHER = "Other changes"


def _draw(axes: Axes, told: pd.DataFrame, year: str, scale: Scale) -> None:
    """Draw a year, from what is brought forward at the top to what is required at the foot."""
    amounts = told[year].to_numpy(dtype=float)
    first, steps, last = amounts[0], amounts[1:-1], amounts[-1]
    ends = first + np.cumsum(steps)
    starts = np.concatenate([[first], ends[:-1]]) if len(steps) else ends
    rows = np.arange(len(amounts))
    for row, start, step in zip(rows[1:-1], starts, steps, strict=True):
        more = step >= 0.0
        axes.barh(
            row,
            step,
            left=start,
            height=0.62,
            color=MORE if more else LESS,
            edgecolor=LEVEL,
            hatch="" if more else "////",
            lw=0.9,
        )
    # A level is a mark, not a bar: its length would mean nothing on a scale cut off at its left.
    for row, level in ((0, first), (rows[-1], last)):
        axes.plot([level, level], [row - 0.36, row + 0.36], color=LEVEL, lw=3.5)
    for row, level in zip(rows[:-1], [first, *ends], strict=True):
        axes.plot([level, level], [row, row + 1], color="#888888", lw=0.7, zorder=0)
    labels = [scale.figure(first), *map(scale.signed, steps), scale.figure(last)]
    right = [first, *np.maximum(starts, ends), last]
    for row, at, label in zip(rows, right, labels, strict=True):
        bold = "bold" if row in (0, rows[-1]) else "normal"
        axes.annotate(
            label,
            (at, row),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=10,
            fontweight=bold,
        )
    axes.set_yticks(rows, [wrapped(name, 24, lines=3) for name in told["line"]], fontsize=9)
    axes.set_ylim(len(amounts) - 0.45, -0.55)
    axes.set_xticks([])
    axes.tick_params(left=False)
    axes.set_title(year, fontsize=11)
    axes.spines[:].set_visible(False)


def _span(told: pd.DataFrame, years: Sequence[str]) -> tuple[float, float]:
    """Return the lowest and the highest level of any year, apart even where nothing moves."""
    levels = told[list(years)].iloc[:-1].cumsum().to_numpy(dtype=float)
    low, high = float(np.nanmin(levels)), float(np.nanmax(levels))
    return (low, high) if high > low else (low - 1.0, low + 1.0)


def _few(lines: pd.DataFrame, years: Sequence[str]) -> pd.DataFrame:
    """Return the lines with the smallest steps as one; steps that are nil throughout are left."""
    grouped, kept = _grouped(lines, years), _kept(lines, years)
    steps = lines.iloc[1:-1]
    parts = [lines.iloc[:1], steps[steps["line"].isin(kept)]]
    if grouped:
        rest = steps[steps["line"].isin(grouped)][list(years)].sum()
        parts.append(pd.DataFrame([{"line": OTHER} | rest.to_dict()]))
    return pd.concat([*parts, lines.iloc[-1:]], ignore_index=True)


def _ranked(lines: pd.DataFrame, years: Sequence[str]) -> list[str]:
    """Return the steps that are not nil throughout, the largest over the years first."""
    steps = lines.iloc[1:-1].set_index("line")[list(years)]
    size = steps.abs().sum(axis=1)
    return list(size[size > 0.0].sort_values(ascending=False, kind="stable").index)


def _kept(lines: pd.DataFrame, years: Sequence[str]) -> list[str]:
    ranked = _ranked(lines, years)
    return ranked if len(ranked) <= MOST else ranked[: MOST - 1]


def _grouped(lines: pd.DataFrame, years: Sequence[str]) -> list[str]:
    kept, ranked = _kept(lines, years), _ranked(lines, years)
    return [name for name in ranked if name not in kept]


def _scale(lines: pd.DataFrame, years: Sequence[str]) -> Scale:
    return scale_of(lines[list(years)].to_numpy(dtype=float).ravel())


def _statement(lines: pd.DataFrame, years: Sequence[str]) -> str:
    """Say in a line what the chart shows."""
    scale = _scale(lines, years)
    first, last = float(lines[years[0]].iloc[0]), float(lines[years[-1]].iloc[-1])
    if scale.figure(first) == scale.figure(last):
        ends = f"The requirement ends at {scale.words(last)} in {years[-1]}, where it began"
    else:
        way = "rises" if last > first else "falls"
        ends = f"The requirement {way} from {scale.words(first)} to {scale.words(last)} by "
        ends += years[-1]
    moved = lines.iloc[1:-1].set_index("line")[list(years)].sum(axis=1)
    if not moved.abs().any():
        return ends
    most = str(moved.abs().idxmax())
    over = "over the years" if len(years) > 1 else "in the year"
    return f"{ends}; what moves it most is {_lower(most)}, {scale.words(moved[most])} {over}"


def _words(lines: pd.DataFrame, years: Sequence[str]) -> str:
    """Return the chart in words, year by year."""
    told, scale = _few(lines, years), _scale(lines, years)
    parts = []
    for year in years:
        first, *steps, last = told[year]
        names = told["line"].iloc[1:-1]
        moves = [f"{_lower(n)} {scale.signed(v)}" for n, v in zip(names, steps, strict=True)]
        moved = f": {', '.join(moves)}" if moves else ""
        parts.append(f"{year}: from {scale.figure(first)} to {scale.figure(last)}{moved}")
    grouped = _grouped(lines, years)
    rest = f" {OTHER} are {_listed(grouped)}." if grouped else ""
    head = f"Bridge chart. {_statement(lines, years)}. In {scale.unit}, "
    return f"{head}{'; '.join(parts)}.{rest}"


def _listed(names: Sequence[str]) -> str:
    return "; ".join(_lower(name) for name in names)


def _lower(name: str) -> str:
    """Return a name as it reads inside a sentence."""
    return name[:1].lower() + name[1:]
