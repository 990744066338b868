"""What came, read from tables of its own beside a case, and laid beside the forecast.

``outturn/outturn.csv`` lies in a folder below the case's own, where no plan reads it: what came is
never an input.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from forecasting.arrays import FloatArray
from planning.outlook import Outlook
from planning.pressure import service_units, unit_prices
from planning.tables.csv_grids import read_table
from planning.tables.faults import Fault, InputError, in_order
from planning.tables.schema import GIVES, Column, Kind, Table

FILE = Path("outturn") / "outturn.csv"
"""Where it lies, below the case's folder."""

SAME, OTHER_COUNT, AFTER_SAVINGS = "same", "other_count", "after_savings"
"""Whether an outturn is counted as the forecast is: only then is there an error to speak of."""

INSIDE, ABOVE, BELOW = "inside", "above", "below"

BOUNDS = ["median", "lo80", "hi80", "lo95", "hi95"]

TABLE = Table(
    "outturn",
    "What came of a case.",
    (
        Column(
            "kind",
            Kind.CHOICE,
            "What it is: demand and income as the case names them; spend, of an organisation's "
            "services; a reserve at the year's end; one-off money used for revenue; an event; or a "
            "count that is told and not compared.",
            key=True,
            choices=("demand", "income", "spend", "reserve", "one_off", "event", "count"),
        ),
        Column("series", Kind.TEXT, "The service, stream, organisation or other name.", key=True),
        Column("name", Kind.TEXT, "What it is called; blank is as in the case.", blank=True),
        Column("period", Kind.YEAR, "The financial year.", key=True),
        Column("value", Kind.NUMBER, "What came, in the unit."),
        Column("unit", Kind.TEXT, "What is counted, or £."),
        Column(
            "basis",
            Kind.CHOICE,
            "Whether it is counted as the forecast is.",
            choices=(SAME, OTHER_COUNT, AFTER_SAVINGS),
        ),
        Column("source", Kind.TEXT, "Who published it, and in which table."),
        Column("note", Kind.TEXT, "What a reader must know beside it.", blank=True, optional=True),
    ),
)


def read_outturn(folder: str | Path) -> pd.DataFrame:
    """Return what came of a case, the columns of `TABLE`: a row for each series and year.

    Parameters
    ----------
    folder : str or Path
        The case's.

    Raises
    ------
    InputError
        If there is none, or anything is wrong with it, with every fault at once.
    """
    path = Path(folder) / FILE
    if not path.is_file():
        wrong = f"there is no {FILE.as_posix()} in the case's folder"
        remedy = f"Add it, with a first row of {','.join(TABLE.names)}."
        raise InputError([Fault(TABLE.name, None, "", "", wrong, remedy)])
    sheet, faults = read_table(path.read_bytes(), TABLE)
    seen: dict[tuple[str, ...], int] = {}
    for row in sheet.having(*TABLE.key):
        first = seen.setdefault(tuple(row.text(name) for name in TABLE.key), row.line)
        if first != row.line:
            wrong = f"the same kind, series and period as line {first}"
            faults.append(sheet.fault(row, "series", wrong, "Keep one of the two."))
    if faults:
        raise InputError(in_order(faults))
    rows: list[dict[str, Any]] = [dict(row.cells) for row in sheet.rows]
    return pd.DataFrame(rows, columns=list(TABLE.names)).fillna({"name": "", "note": ""})


def beside_forecast(outlook: Outlook, outturn: pd.DataFrame) -> pd.DataFrame:
    """Return each outturn of demand, income and spend beside its forecast.

    kind, series, name, period, unit, basis, outturn, median, lo80, hi80, lo95, hi95, in80, in95 and
    note. `in80` and `in95` say whether it came inside, above or below the interval; they are blank
    where it is counted otherwise than the forecast is. What was announced beforehand is left out.

    Raises
    ------
    InputError
        If an outturn is of a series that the case does not have.
    """
    case = outlook.case
    told = outturn[outturn["kind"].isin(["demand", "income", "spend"])]
    ahead = pd.concat([outlook.forecast, _spend_bands(outlook)])
    known = set(zip(ahead["kind"], ahead["series"], strict=True))
    if unknown := sorted(set(zip(told["kind"], told["series"], strict=True)) - known):
        raise InputError(_unknown(kind, series) for kind, series in unknown)
    ahead = ahead[ahead["status"] != "confirmed"]
    tables = {"demand": case.services, "income": case.streams, "spend": case.organisations}
    names = {
        (kind, key): name
        for kind, of_kind in tables.items()
        for key, name in zip(of_kind[of_kind.columns[0]], of_kind["name"], strict=True)
    }
    table = told.rename(columns={"value": "outturn"}).merge(
        ahead[["kind", "series", "period", *BOUNDS]], on=["kind", "series", "period"]
    )
    keys = zip(table["kind"], table["series"].str.partition("/")[0], strict=True)
    own = [names.get(key) or key[1] for key in keys]
    like = table["basis"] == SAME
    return table.assign(
        name=table["name"].where(table["name"] != "", own),
        in80=_where(table, "80").where(like, ""),
        in95=_where(table, "95").where(like, ""),
    )


def spend_on_paths(outlook: Outlook, organisation: str) -> FloatArray:
    """Return what an organisation's services cost at today's mix, £, shape (years, paths).

    With its other recurring cost and its pressures, before any saving.
    """
    case, paths = outlook.case, outlook.paths
    services = case.services.loc[case.services["organisation"] == organisation, "service"]
    once = case.costs["one_off"] | (case.costs["organisation"] != organisation)
    rises = ~case.proposals["kind"].isin(GIVES) & (case.proposals["organisation"] == organisation)
    rows = []
    for year in case.years:
        prices = unit_prices(case, year)
        fixed = sum(
            table.loc[table["year"] == year, "amount"].sum()
            for table in (case.costs[~once], case.proposals[rises])
        )
        units = [service_units(case, paths, s, year) * prices.get(s, 0.0) for s in services]
        rows.append(sum(units, np.full(paths.values.shape[2], float(fixed))))
    return np.array(rows)


def _spend_bands(outlook: Outlook) -> pd.DataFrame:
    """Return the forecast of spend, by organisation, as ``forecast.csv`` has the others."""
    parts = []
    for body in sorted(set(outlook.case.services["organisation"])):
        bands = np.quantile(spend_on_paths(outlook, body), [0.5, 0.1, 0.9, 0.025, 0.975], axis=1).T
        table = pd.DataFrame(bands, columns=BOUNDS)
        parts.append(
            table.assign(kind="spend", series=body, period=outlook.case.years, status="forecast")
        )
    return pd.concat(parts)


def _unknown(kind: str, series: str) -> Fault:
    wrong = f"the case has no {kind} of this name"
    return Fault(TABLE.name, None, "series", series, wrong, "Write it as the case does.")


def _where(table: pd.DataFrame, level: str) -> "pd.Series[str]":
    """Return whether each outturn came inside, above or below its interval."""
    above = table["outturn"] > table[f"hi{level}"]
    below = table["outturn"] < table[f"lo{level}"]
    found = np.select([above, below], [ABOVE, BELOW], INSIDE)
    return pd.Series(found, index=table.index, dtype="str")


def reserves_left(outturn: pd.DataFrame) -> pd.DataFrame:
    """Return year, balance (£ of all reserves at its end), one_off (£ used) and without.

    `without` is what would have been left had the one-off money not come, and all else been the
    same: the balance less one-off money so far. A year in which a reserve is not known is left out.
    """
    held = outturn[outturn["kind"] == "reserve"]
    wide = held.pivot(index="period", columns="series", values="value").dropna()
    once = outturn[outturn["kind"] == "one_off"].groupby("period")["value"].sum()
    table = pd.DataFrame({"balance": wide.sum(axis=1)})
    table["one_off"] = once.reindex(table.index, fill_value=0.0)
    table["without"] = table["balance"] - table["one_off"].cumsum()
    return table.rename_axis("year").reset_index()
