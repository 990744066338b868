"""What each target asks and what the plan achieves of it: met or missed, by shape and in words."""

from math import ceil, isfinite

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from planning.papers.charts import Chart, footnote, new_figure, picture, wrapped

MOST = 12
"""Rows that can still be read; the others are counted in the note."""
ACROSS = 5
"""Years side by side."""
MET, MISSED = "Met", "Missed"
FULL = 1.25
"""The length at which a bar stops, as a multiple of the target."""
ROW = 0.42
"""Inches of height of an outcome."""


def targets(levels: pd.DataFrame) -> Chart:
    """Draw every target as a line, and what is achieved as a bar to or beyond it.

    Parameters
    ----------
    levels : DataFrame
        outcome, direction ("At least" or "At most"), year, target, achieved, shortfall, met ("Met"
        or "Missed"): a row for each outcome and year with a target.

    Raises
    ------
    ValueError
        If there is no target to draw.
    """
    if levels.empty:
        raise ValueError("there is no target to draw: the case sets none for the plan's years")
    return picture(targets_figure(levels), alt=_words(levels))


def targets_figure(levels: pd.DataFrame) -> Figure:
    """Return the figure of ``targets``."""
    names, years = _names(levels), sorted(set(levels["year"]))
    deep, wide = ceil(len(years) / ACROSS), min(len(years), ACROSS)
    figure = new_figure(1.3 + (0.3 + ROW * max(len(names), 2)) * deep)
    panels = figure.subplots(deep, wide, sharey=True, squeeze=False).ravel()
    for axes, year in zip(panels, years, strict=False):
        _draw(axes, levels[levels["year"] == year], names)
        axes.set_title(year, fontsize=11)
    for axes in panels[len(years) :]:
        axes.set_axis_off()
    panels[0].set_yticks(range(len(names)), [wrapped(n, 34, lines=2) for n in names], fontsize=9)
    panels[0].set_ylim(len(names) - 0.4, -0.6)
    heading = wrapped(_statement(levels), 72)
    figure.suptitle(heading, x=0.01, ha="left", fontweight="bold", fontsize=13)
    footnote(figure, wrapped(_note(levels), 120))
    return figure


def _draw(axes: Axes, levels: pd.DataFrame, names: list[str]) -> None:
    """Draw one year: a bar for each outcome, the target a line across it."""
    own = levels[levels["outcome"].isin(names)]
    for row in own.itertuples():
        at, share = names.index(row.outcome), _share(row.achieved, row.target)
        met = row.met == MET
        length = min(max(share, 0.0), FULL) if isfinite(share) else 0.0
        axes.barh(
            at,
            length,
            height=0.56,
            edgecolor="black",
            lw=0.7,
            color="#8fa3b5" if met else "white",
            hatch="" if met else "////",
        )
        if isfinite(share):
            axes.plot([1.0, 1.0], [at - 0.4, at + 0.4], color="black", lw=2.2)
        axes.plot(FULL + 0.2, at, "o" if met else "X", color="black", ms=6, clip_on=False)
        axes.annotate(
            _told(row.met, share),
            (FULL + 0.36, at),
            va="center",
            fontsize=8,
            fontweight="normal" if met else "bold",
        )
    axes.set_xlim(0.0, FULL + 1.75)
    axes.set_xticks([])
    axes.tick_params(left=False)
    axes.spines[:].set_visible(False)


def _told(met: str, share: float) -> str:
    """Return what came of a target in a word, with the share where it is missed."""
    return met if met == MET or not isfinite(share) else f"{met}:\n{_percent(share)}"


def _percent(share: float) -> str:
    """Return a share of the target; what only rounds to all of it is not told as all of it."""
    told = f"{share:.0%}"
    return f"{share:.1%}" if told == "100%" else told


def _share(achieved: float, target: float) -> float:
    """Return what is achieved as a share of the target; NaN where that means nothing."""
    if not isfinite(achieved) or target <= 0.0:
        return float("nan")
    return achieved / target


def _names(levels: pd.DataFrame) -> list[str]:
    """Return the outcomes that are drawn: the most missed first, then the others by name."""
    worst = _worst(levels)
    order = worst.sort_index().sort_values(ascending=False, kind="stable")
    # In two rows of years there is room for fewer.
    most = MOST if levels["year"].nunique() <= ACROSS else 2 * MOST // 3
    return [str(name) for name in order.index[:most]]


def _worst(levels: pd.DataFrame) -> pd.Series:
    """Return each outcome's largest miss, as a share of the target or, at nil, in its unit."""
    share = levels["shortfall"] / levels["target"].abs().where(levels["target"] != 0.0, 1.0)
    return share.groupby(levels["outcome"]).max()


def _statement(levels: pd.DataFrame) -> str:
    """Say in a line what the chart shows."""
    met = int((levels["met"] == MET).sum())
    if met == len(levels):
        return f"All {met} targets are met" if met > 1 else "The one target is met"
    worst = _worst(levels)
    missed = set(levels.loc[levels["met"] != MET, "outcome"])
    most = str(worst[worst.index.isin(missed)].idxmax())
    told = f"{met} of {len(levels)} targets are met"
    return f"{told}; missed by most: {most[:1].lower() + most[1:]}"


def _note(levels: pd.DataFrame) -> str:
    """Say how the chart is read, and what is not in it."""
    note = (
        "Bars: what is achieved as a share of the target, cut off at "
        f"{FULL:.0%}; the upright line is the target. Dot: met. Cross and hatching: missed, with "
        "the share of the target that is reached."
    )
    if (levels["direction"] == "At most").any():
        note += " Where a target is a most, a bar beyond the line misses it."
    drawn = set(_names(levels))
    rest = levels[~levels["outcome"].isin(drawn)]
    if len(rest):
        count, met = rest["outcome"].nunique(), int((rest["met"] == MET).sum())
        note += f" Not drawn: {count} more outcomes, {met} of their {len(rest)} targets met."
    return f"{note} Source: targets.csv of the plan."


def _words(levels: pd.DataFrame) -> str:
    """Return the chart in words, outcome by outcome and year by year."""
    parts = []
    for name in _names(levels):
        own = levels[levels["outcome"] == name].sort_values("year")
        which = str(own["direction"].iloc[0]).lower()
        told = [
            f"{row.year} {_figure(row.achieved)} against {which} {_figure(row.target)}, "
            f"{row.met.lower()}"
            for row in own.itertuples()
        ]
        parts.append(f"{name}: {'; '.join(told)}.")
    return f"Bar charts. {_statement(levels)}. {' '.join(parts)}"


def _figure(value: float) -> str:
    """Return a level to four figures, or whole where it has more."""
    if not np.isfinite(value):
        return "nothing to measure"
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:,.4g}"
