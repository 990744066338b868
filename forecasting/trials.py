"""What the combination would have said at earlier points of each history, beside what came."""

from collections.abc import Sequence

import pandas as pd

from forecasting.distributions import stack
from forecasting.weighting import Weighted

COLUMNS = ("series", "origin", "period", "median", "lo80", "hi80", "actual")
_TEXT = ("series", "origin", "period")


def trial_table(panel: Sequence[Weighted]) -> pd.DataFrame:
    """Return series, origin, period, median, lo80, hi80, actual: rolling origins in the past.

    `origin` is the last period that a trial knew, `actual` what came, in the units of the series;
    NaN where that is missing. A trial is weighted and its interval corrected by the evidence of
    other series alone. The driver is taken as it came, not as it was foreseen; what lies before a
    known step is moved to today's level.

    Parameters
    ----------
    panel : sequence of Weighted
        A series too short to be tried has no rows.
    """
    tried = [
        (one, origin, said)
        for one in panel
        for origin, said in zip(one.fitted.origins, one.trial, strict=True)
        if origin.fits
    ]
    rows = []
    for one, origin, _ in tried:
        series = one.fitted.series
        past, units = series.past, series.past_exposure
        actual = series.values * units
        rows += [
            (series.name, past[origin.start - 1].label, past[at].label, actual[at], units[at])
            for at in range(origin.start, origin.start + len(origin.actual))
        ]
    table = pd.DataFrame(rows, columns=[*_TEXT, "actual", "unit"])
    table = table.astype(dict.fromkeys(_TEXT, "str") | {"actual": float, "unit": float})
    said = stack([said for *_, said in tried])
    bounds = {
        name: said.quantile(q) * table["unit"].to_numpy()
        for name, q in {"median": 0.5, "lo80": 0.1, "hi80": 0.9}.items()
    }
    return table.assign(**bounds)[list(COLUMNS)]
