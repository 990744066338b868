"""Known breaks of a series: what its history says of the level it has today."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from forecasting.arrays import FloatArray
from forecasting.calendar import EventKind
from forecasting.candidates import level_steps
from forecasting.periods import Period, parse_periods
from forecasting.scales import Scale

COLUMNS = ("series", "period", "kind")


class Event(NamedTuple):
    """A known break."""

    label: str
    kind: EventKind


def split_events(table: pd.DataFrame | None) -> Mapping[str, tuple[Event, ...]]:
    """Return the events of each series.

    Raises
    ------
    ValueError
        If a column is missing or a kind is not known.
    """
    if table is None or table.empty:
        return {}
    if missing := [column for column in COLUMNS if column not in table.columns]:
        raise ValueError(
            f"events has no column {', '.join(missing)}: it needs {', '.join(COLUMNS)}"
        )
    kinds = [str(kind) for kind in EventKind]
    if odd := sorted(set(table["kind"].map(str)) - set(kinds)):
        raise ValueError(f"events has kind {', '.join(odd)}: write {', '.join(kinds)}")
    return {
        str(name): tuple(
            Event(str(label), EventKind(kind))
            for label, kind in zip(rows["period"], rows["kind"], strict=True)
        )
        for name, rows in table.groupby("series", sort=True)
    }


def mend(
    values: FloatArray, periods: Sequence[Period], events: Sequence[Event], *, scale: Scale
) -> FloatArray:
    """Return a history as if it had always been what it is now.

    What is missing and what was out of line says nothing: a pulse of unknown size takes its period
    out of a linear model just as a missing value does. Before a step the history is moved by the
    step's estimate on the scale of the models, see ``candidates.level_steps``.

    Parameters
    ----------
    values : array of shape (n,)
        History from its first known period, with what is confirmed after it.
    periods : sequence of Period
        Of the history.
    events : sequence of Event
        Of the series.
    scale : Scale
        Of the models.

    Raises
    ------
    ValueError
        If an event cannot be placed, or leaves nothing.
    """
    if not events:
        return values
    dates = parse_periods([*(period.label for period in periods), *(e.label for e in events)])
    place = {period: i for i, period in enumerate(periods)}
    z = scale.forward(values)
    steps = []
    for event, date in zip(events, dates[len(periods) :], strict=True):
        if date not in place:
            raise ValueError(f"its event of {event.label} lies outside its history")
        if event.kind is EventKind.STEP:
            steps.append(place[date])
        else:
            z[place[date]] = np.nan
    if not np.any(np.isfinite(z)):
        raise ValueError("its events leave no value of its history")
    known = np.flatnonzero(np.isfinite(z))
    # A step with nothing before it, or between it and the next, moves nothing that is known.
    starts = sorted({int(known[known >= start][0]) for start in steps if known[-1] >= start})
    starts = [start for start in starts if start > known[0]]
    if starts:
        for start, size in zip(starts, level_steps(z, starts=starts), strict=True):
            z[:start] += size
    return scale.back(z)[known[0] :]
