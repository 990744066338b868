"""``virement forecast``: a case's own series, or any CSV of series, period and value."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from forecasting import forecast
from planning.case import Case
from planning.outlook import look_ahead
from planning.tables.faults import Fault, InputError
from planning.tables.schema import Column, Kind, Table
from planning.tables.sheets import read_table

_NIXTLA = {b"unique_id": b"series", b"ds": b"period", b"y": b"value"}
"""The names that other forecasting libraries give the same columns."""


def forecast_path(
    path: Path, *, horizon: int | None, say: Callable[[str], None] = lambda _: None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the forecast of a case folder or CSV file, and why any series of it has none.

    One series that cannot be forecast stops no other: its row says ``failed``.

    Parameters
    ----------
    path : Path
        A case folder, or a CSV file with the columns series, period, value (or unique_id, ds, y).
    horizon : int or None
        Periods ahead, for a file; a case is forecast to the end of its plan.

    Raises
    ------
    InputError
        If the case or the file is at fault, or a file is given without a horizon.
    """
    if path.is_dir():
        if horizon is not None:
            wrong = "a case is forecast to the end of its plan"
            raise InputError([Fault("", None, "", str(path), wrong, "Leave --horizon out.")])
        say("Reading the case")
        return look_ahead(Case.read(path), say=say).forecast, ()
    if horizon is None:
        wrong = "a file of series does not say how far ahead to forecast"
        raise InputError([Fault("", None, "", str(path), wrong, "Give --horizon.")])
    history = _read(path)
    say(f"Forecasting {history['series'].nunique()} series")
    made = forecast(history, horizon=horizon)
    failed = set(made.table.loc[made.table["status"] == "failed", "series"])
    reasons = made.weights[made.weights["series"].isin(failed)].groupby("series")["reason"].first()
    return made.table, tuple(f"{series}: {reason}" for series, reason in reasons.items())


def _read(path: Path) -> pd.DataFrame:
    """Read a long table, with every fault at once."""
    try:
        content = path.read_bytes()
    except OSError:
        wrong, remedy = "there is no such case or file", "Correct the path."
        raise InputError([Fault("", None, "", str(path), wrong, remedy)]) from None
    head, _, rest = content.partition(b"\n")
    heading = [name.strip() for name in head.removeprefix(b"\xef\xbb\xbf").split(b",")]
    if set(_NIXTLA) <= set(heading):
        head = b",".join(_NIXTLA.get(name, name) for name in heading)
    names = ("series", "period", "value")
    table = Table(
        path.stem,
        "A history to forecast.",
        (
            Column("series", Kind.TEXT, "The series.", key=True),
            Column("period", Kind.TEXT, "The year, quarter, month or number.", key=True),
            Column("value", Kind.NUMBER, "What the period came to."),
        ),
    )
    sheet, faults = read_table(head + b"\n" + rest, table)
    if faults:
        raise InputError(faults)
    return pd.DataFrame([[row.cells[name] for name in names] for row in sheet.rows], columns=names)
