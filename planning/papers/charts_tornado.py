"""The tornado: what the plan made again with one thing changed comes to, the most telling first."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from planning.papers.charts import Chart, footnote, new_figure, picture, wrapped
from planning.papers.scale import Scale, scale_of

MOST = 8
"""Factors that can still be read; the least telling are left to the table."""
PENNY = 0.005
"""£ below which a change is nil to the penny."""
MORE, LESS = "#555555", "white"


@dataclass(frozen=True)
class _Measure:
    """What is drawn: a column of the table, and what a reader calls it."""

    column: str
    words: str
    when: str


MEASURES = (
    _Measure("managed_gap_change", "the funding gap", "over all years"),
    _Measure("structural_gap_change", "the structural gap", "in the last year"),
    _Measure("cost_change", "cost", "over all years"),
)
"""The first that anything moves is drawn."""


def tornado(table: pd.DataFrame) -> Chart:
    """Draw by how much each change of one thing moves what nothing covers.

    Where no change opens a gap, the structural gap is drawn; where that does not move, cost.

    Parameters
    ----------
    table : DataFrame
        ``sensitivities.csv``: factor, change, and £ moved against the plan.
    """
    return picture(tornado_figure(table), alt=_words(table))


def tornado_figure(table: pd.DataFrame) -> Figure:
    """Return the figure of ``tornado``."""
    measure, factors = measure_of(table), _factors(table)
    told, scale = table[table["factor"].isin(factors)], _scale(table)
    figure = new_figure(1.5 + 0.72 * max(2, len(factors)))
    axes = figure.add_subplot()
    amounts = told[measure.column].fillna(0.0).to_numpy(dtype=float) / scale.size
    low, high = min(0.0, amounts.min(initial=0.0)), max(0.0, amounts.max(initial=0.0))
    for row, factor in enumerate(factors):
        _draw(axes, row, told[told["factor"] == factor], measure, scale, two_sided=low < 0.0)
    reach = float(max(abs(amounts).max(initial=0.0), 1e-9))
    # Room for the labels, which stand outside the bars.
    axes.set_xlim(low - (1.3 if low < 0.0 else 0.02) * reach, high + 1.3 * reach)
    axes.axvline(0.0, color="black", lw=1.0)
    axes.set_yticks(range(len(factors)), [wrapped(f, 24, lines=2) for f in factors], fontsize=10)
    axes.set_ylim(len(factors) - 0.4, -0.6)
    axes.set_xticks([])
    axes.tick_params(left=False)
    axes.spines[:].set_visible(False)
    heading = wrapped(_statement(table), 72)
    figure.suptitle(heading, x=0.01, ha="left", fontweight="bold", fontsize=13)
    footnote(figure, wrapped(_note(table), 120))
    return figure


def measure_of(table: pd.DataFrame) -> _Measure:
    """Return what is drawn of the table."""
    for measure in MEASURES:
        if (table[measure.column].abs() > PENNY).any():
            return measure
    return MEASURES[0]


def _draw(
    axes: Axes, row: int, own: pd.DataFrame, measure: _Measure, scale: Scale, *, two_sided: bool
) -> None:
    """Draw one factor: each change a bar, labelled where it ends; nil and no plan as words."""
    amounts = own[measure.column].to_numpy(dtype=float)
    beside = _offsets(amounts)
    for (amount, change), offset in zip(
        zip(amounts, own["change"], strict=True), beside, strict=True
    ):
        known = float(np.nan_to_num(amount))
        more = known > 0.0
        high = 0.62 if offset == 0.0 else 0.34
        axes.barh(
            row + offset,
            known / scale.size,
            height=high,
            edgecolor="black",
            lw=0.8,
            color=MORE if more else LESS,
            hatch="" if more else "////",
        )
        figure = f": {scale.signed(amount)}" if np.isfinite(amount) else ""
        right = more or (abs(known) <= PENNY)
        axes.annotate(
            wrapped(f"{change}{figure}", 27 if two_sided else 48),
            (known / scale.size, row + offset),
            xytext=(5 if right else -5, 0),
            textcoords="offset points",
            ha="left" if right else "right",
            va="center",
            fontsize=9,
        )


def _offsets(amounts: np.ndarray) -> list[float]:
    """Return how far each bar stands from its row: two on one side stand one above the other."""
    rights = int((np.nan_to_num(amounts) >= -PENNY).sum())
    if len(amounts) == 1 or (len(amounts) == 2 and rights == 1):
        return [0.0] * len(amounts)
    middle = (len(amounts) - 1) / 2
    return [0.4 * (place - middle) for place in range(len(amounts))]


def _factors(table: pd.DataFrame) -> list[str]:
    """Return the factors drawn, the one that moves most first; one without a plan before all."""
    moved = table[measure_of(table).column].abs().fillna(np.inf)
    most = moved.groupby(table["factor"], sort=False).max()
    return list(most.sort_values(ascending=False, kind="stable").index[:MOST])


def _scale(table: pd.DataFrame) -> Scale:
    return scale_of(table[measure_of(table).column])


def _statement(table: pd.DataFrame) -> str:
    """Say in a line what the chart shows."""
    measure, scale = measure_of(table), _scale(table)
    amounts = table[measure.column].fillna(0.0)
    if table.empty or amounts.abs().max() <= PENNY:
        return "Nothing that was tried moves the funding gap"
    worst = table.loc[amounts.idxmax()]
    if amounts.max() <= PENNY:
        worst = table.loc[amounts.abs().idxmax()]
    amount = float(worst[measure.column])
    way = "adds" if amount > 0.0 else "takes"
    link = "to" if amount > 0.0 else "from"
    told = f"{worst['factor']}, {worst['change']}"
    return f"{told}, {way} {scale.words(abs(amount))} {link} {measure.words} {measure.when}"


def _note(table: pd.DataFrame) -> str:
    """Say how the chart is read, and what is not in it."""
    measure = measure_of(table)
    note = (
        f"Change in {measure.words} {measure.when}, {_scale(table).unit}, against the plan; every "
        "goal sought anew. Filled: more; hatched: less."
    )
    if measure is MEASURES[0]:
        note += " Better news that closes no gap buys other demand and targets, or is kept."
    left = table["factor"].nunique() - len(_factors(table))
    if left:
        note += f" The {left} least telling of {left + MOST} factors are in the table alone."
    return f"{note} Source: sensitivities.csv of the plan."


def _words(table: pd.DataFrame) -> str:
    """Return the chart in words, factor by factor."""
    measure, scale = measure_of(table), _scale(table)
    parts = []
    for factor in _factors(table):
        own = table[table["factor"] == factor]
        told = [
            f"{change} {scale.signed(amount)}" if np.isfinite(amount) else str(change)
            for change, amount in zip(own["change"], own[measure.column], strict=True)
        ]
        parts.append(f"{factor}: {'; '.join(told)}")
    head = f"Bar chart. {_statement(table)}. Change in {measure.words} {measure.when}, {scale.unit}"
    return f"{head}: {'. '.join(parts)}."
