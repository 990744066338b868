"""Charts of bars by year, a panel for each of a few: who answers for money, and what is kept."""

from collections.abc import Sequence
from math import ceil

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from planning.papers.charts import Chart, footnote, new_figure, picture, wrapped
from planning.papers.scale import Scale, scale_of

MOST = 4
"""Panels that can still be read; the smallest are put together."""
CROWD = 7
"""Bars that have room in half of a page's width."""
BAR, FLOOR = "#8fa3b5", "black"
OPENING = "opening"
"""What stands under the bar of what reserves open with."""


def spending(bodies: pd.DataFrame, years: Sequence[str]) -> Chart:
    """Draw what each organisation answers for, year by year.

    Parameters
    ----------
    bodies : DataFrame
        organisation, and £ in a column for each year; without their sum.
    years : sequence of str
        The years, in order.
    """
    levels = bodies.set_index("organisation")[list(years)]
    alt = _words("Bar charts", _spending_title(levels), _few(levels), note=_grouped(levels))
    return picture(spending_figure(bodies, years), alt=alt)


def spending_figure(bodies: pd.DataFrame, years: Sequence[str]) -> Figure:
    """Return the figure of ``spending``."""
    levels = bodies.set_index("organisation")[list(years)]
    few = _few(levels)
    figure = _panels(few, title=_spending_title(levels), floors=None)
    grouped = f" {_grouped(levels)}" if _grouped(levels) else ""
    unit = _scale(few).unit
    note = f"{unit}, cash terms; one scale in all panels.{grouped}"
    footnote(figure, wrapped(f"{note} Source: the plan's budget by organisation.", 120))
    return figure


def reserves(held: pd.DataFrame, years: Sequence[str]) -> Chart:
    """Draw each reserve at the end of every year, with the floor under it.

    Parameters
    ----------
    held : DataFrame
        reserve, year, opening, balance, minimum, in £.
    years : sequence of str
        The years, in order.
    """
    levels, floors = _held(held, years)
    few = _few(levels)
    note = " ".join(
        part
        for part in (_told_floors(_like(floors, levels), _scale(few)), _grouped(levels))
        if part
    )
    alt = _words("Bar charts", _reserves_title(levels, floors), few, note=note)
    return picture(reserves_figure(held, years), alt=alt)


def reserves_figure(held: pd.DataFrame, years: Sequence[str]) -> Figure:
    """Return the figure of ``reserves``."""
    levels, floors = _held(held, years)
    few = _few(levels)
    title = _reserves_title(levels, floors)
    figure = _panels(few, title=title, floors=_like(floors, levels))
    grouped = f" {_grouped(levels)}" if _grouped(levels) else ""
    note = f"{_scale(few).unit} at the end of the year. The line is the floor.{grouped}"
    footnote(figure, wrapped(f"{note} Source: reserves.csv of the plan.", 120))
    return figure


def _held(held: pd.DataFrame, years: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return balances, what each opens with first, and floors, a row each."""
    balance = held.pivot(index="reserve", columns="year", values="balance")[list(years)]
    opening = held[held["year"] == years[0]].set_index("reserve")["opening"]
    floors = held.pivot(index="reserve", columns="year", values="minimum")[list(years)]
    levels = balance.assign(**{OPENING: opening})[[OPENING, *years]]
    return levels, floors.assign(**{OPENING: floors[years[0]]})[[OPENING, *years]]


def _panels(few: pd.DataFrame, *, title: str, floors: pd.DataFrame | None) -> Figure:
    """Return a figure with a panel of bars for each row of a table."""
    wide = min(2, len(few)) if len(few.columns) <= CROWD else 1
    deep = ceil(len(few) / wide)
    figure = new_figure(1.3 + (2.6 if deep == 1 else 2.1) * deep)
    panels = figure.subplots(deep, wide, sharey=True, squeeze=False).ravel()
    scale = _scale(few)
    for axes, name in zip(panels, few.index, strict=False):
        floor = None if floors is None else floors.loc[name]
        _draw(axes, few.loc[name], scale=scale, floor=floor)
        axes.set_title(wrapped(str(name), 90 // wide, lines=2), loc="left", fontsize=11)
    for axes in panels[len(few) :]:
        axes.set_axis_off()
    levels = few if floors is None else pd.concat([few, floors])
    low, high = min(0.0, np.nanmin(levels)), max(0.0, np.nanmax(levels))
    room = 0.2 * (high - low) if high > low else 1.0
    # Room for a label above what is positive and below what is not.
    panels[0].set_ylim(low - (room if low < 0.0 else 0.0), high + room)
    heading = wrapped(title, 72)
    figure.suptitle(heading, x=0.01, ha="left", fontweight="bold", fontsize=13)
    return figure


def _draw(axes: Axes, row: pd.Series, *, scale: Scale, floor: pd.Series | None) -> None:
    """Draw one panel: bars from nil with their figures, and the floor as a line."""
    at = np.arange(len(row))
    amounts = row.to_numpy(dtype=float)
    axes.bar(at, np.nan_to_num(amounts), width=0.66, color=BAR, edgecolor="black", lw=0.6)
    axes.axhline(0.0, color="black", lw=0.8)
    small = 8 if len(row) > CROWD else 10
    for x, amount in zip(at, amounts, strict=True):
        below = amount < 0.0
        axes.annotate(
            scale.figure(amount) if np.isfinite(amount) else "not\nknown",
            (x, np.nan_to_num(amount)),
            xytext=(0, -3 if below else 3),
            textcoords="offset points",
            ha="center",
            va="top" if below else "bottom",
            fontsize=small,
        )
    if floor is not None:
        axes.step(at, floor, where="mid", color=FLOOR, lw=2.2)
        _label_floor(axes, at[-1], floor.iloc[-1], scale=scale, size=small)
    axes.set_xticks(at, [str(year) for year in row.index], fontsize=small)
    axes.set_yticks([])
    axes.tick_params(bottom=False)
    axes.spines[:].set_visible(False)


def _label_floor(axes: Axes, last: int, floor: float, *, scale: Scale, size: float) -> None:
    """Write which line is the floor, to the right of where it ends."""
    axes.set_xlim(-0.5, last + 1.3)
    if np.isfinite(floor):
        axes.annotate(
            f"Floor\n{scale.figure(floor)}",
            (last + 0.42, floor),
            va="center",
            fontsize=size,
            fontweight="bold",
        )


def _few(levels: pd.DataFrame) -> pd.DataFrame:
    """Return the largest rows, and the sum of the others as one where there are too many."""
    kept = _kept(levels)
    others = levels[~levels.index.isin(kept)]
    if others.empty:
        return levels
    return pd.concat([levels.loc[kept], others.sum(skipna=False).to_frame(_others(others)).T])


def _like(floors: pd.DataFrame, levels: pd.DataFrame) -> pd.DataFrame:
    """Return floors grouped as levels are."""
    kept = _kept(levels)
    others = floors[~floors.index.isin(kept)]
    if others.empty:
        return floors
    return pd.concat([floors.loc[kept], others.sum().to_frame(_others(others)).T])


def _others(others: pd.DataFrame) -> str:
    return f"The other {len(others)} together"


def _kept(levels: pd.DataFrame) -> list[str]:
    """Return the rows that have a panel of their own, in the order of the table."""
    if len(levels) <= MOST:
        return list(levels.index)
    size = levels.abs().sum(axis=1).sort_values(ascending=False, kind="stable")
    most = set(size.index[: MOST - 1])
    return [name for name in levels.index if name in most]


def _grouped(levels: pd.DataFrame) -> str:
    """Say which rows are put together; nothing where none are."""
    kept = set(_kept(levels))
    rest = [str(name) for name in levels.index if name not in kept]
    return f"The other {len(rest)} are {'; '.join(rest)}." if rest else ""


def _scale(few: pd.DataFrame) -> Scale:
    return scale_of(few.to_numpy(dtype=float).ravel())


def _spending_title(levels: pd.DataFrame) -> str:
    """Say who answers for most of the money."""
    last, scale = levels.iloc[:, -1], _scale(_few(levels))
    if not last.notna().any():
        return "What each organisation answers for is not known"
    most, total = str(last.idxmax()), float(last.sum())
    return f"{most} answers for {scale.words(last.max())} of {scale.words(total)} in {last.name}"


def _reserves_title(levels: pd.DataFrame, floors: pd.DataFrame) -> str:
    """Say where reserves end, and what of them may not be spent."""
    last, scale = levels.iloc[:, -1], _scale(_few(levels))
    left, floor = float(last.sum(skipna=False)), float(floors.iloc[:, -1].sum())
    opening = float(levels.iloc[:, 0].sum(skipna=False))
    way = "fall" if left < opening else "rise"
    told = f"from {scale.words(opening)} to {scale.words(left)} by {last.name}"
    if scale.figure(opening) == scale.figure(left):
        way, told = "end as they began", f"at {scale.words(left)} in {last.name}"
    above = left - floor
    if scale.figure(above).strip("−0.,"):
        side = "above" if above > 0.0 else "below"
        return f"Reserves {way} {told}, {scale.words(abs(above))} {side} their floor"
    return f"Reserves {way} {told}, which is their floor"


def _told_floors(floors: pd.DataFrame, scale: Scale) -> str:
    """Return the floors in words, once where they do not change."""
    parts = []
    for name, row in floors.iterrows():
        told = [scale.figure(value) for value in row]
        same = len(set(told)) == 1
        words = (
            told[0]
            if same
            else ", ".join(f"{year} {value}" for year, value in zip(row.index, told, strict=True))
        )
        parts.append(f"{name} {words}")
    return f"The floor, {scale.unit}: {'; '.join(parts)}."


def _words(kind: str, title: str, few: pd.DataFrame, *, note: str) -> str:
    """Return the panels in words, year by year."""
    scale = _scale(few)
    parts = [
        f"{name}: "
        + ", ".join(
            f"{year} {scale.figure(value)}" for year, value in zip(few.columns, row, strict=True)
        )
        for name, row in zip(few.index, few.to_numpy(dtype=float), strict=True)
    ]
    return f"{kind}. {title}. In {scale.unit}, {'; '.join(parts)}. {note}".strip()
