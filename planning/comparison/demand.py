"""What changed in demand, and whether its forecast, the risk planned for or an edit moved it."""

from dataclasses import replace

import pandas as pd

from planning.case import Case
from planning.comparison.beside import UNIT, beside, moved
from planning.comparison.sides import Side
from planning.outlook import Outlook, look_ahead
from planning.tables.edits import Edit
from planning.tables.histories import names_of

KEYS = ["service", "locality", "year"]

EDITED = "outlook.demand"


def demand_changes(
    old: Side, new: Side, *, inputs: pd.DataFrame, years: tuple[str, ...]
) -> pd.DataFrame:
    """Return the series of demand of which anything changes, by year, in units.

    service, locality, year; demand and unmet as ``_from``, ``_to`` and ``_change``; forecast,
    risk and edit, which add up to the change of demand; and why, in words. Forecast is the change
    of the median, risk that of the quantile planned for above it, and edit what a scenario does to
    the forecast. Without the cases an edit cannot be told from risk, and counts there.

    Parameters
    ----------
    old, new : Side
        The two plans.
    inputs : DataFrame
        What changed in their inputs, see ``planning.comparison.inputs``.
    years : tuple of str
        The years that both plans have.
    """
    parts = [_split(side, years) for side in (old, new)]
    told = ["demand", "unmet", "forecast", "risk", "edit"]
    table = beside(*parts, keys=KEYS, figures=told)
    table = moved(table, {"demand": UNIT, "unmet": UNIT})
    columns = [f"{f}_{e}" for f in told[:2] for e in ("from", "to", "change")]
    causes = {cause: table[f"{cause}_change"] for cause in told[2:]}
    same = table["demand_change"].abs() <= UNIT
    why = [
        "" if unmoved else _why(key, inputs, old, new)
        for key, unmoved in zip(table[KEYS].itertuples(index=False, name=None), same, strict=True)
    ]
    return table[KEYS + columns].assign(**causes, why=pd.Series(why, dtype="str"))


def _split(side: Side, years: tuple[str, ...]) -> pd.DataFrame:
    """Return demand with its median, and what risk and edits add to it."""
    table = side.over("demand", years)
    ahead = side.tables["forecast"]
    own = ahead[ahead["kind"] == "demand"].set_index(["series", "period"])["median"]
    named = table["service"].where(
        table["locality"] == "", table["service"] + "/" + table["locality"]
    )
    median = own.reindex(pd.MultiIndex.from_arrays([named, table["year"]])).to_numpy()
    planned = table["demand"]
    if side.outlook is not None and any(e.table == EDITED for e in side.outlook.case.edits):
        level = _without_edits(side.outlook).set_index(KEYS)["units"]
        planned = pd.Series(
            level.reindex(pd.MultiIndex.from_frame(table[KEYS])).to_numpy(), index=table.index
        )
    return table.assign(
        forecast=median, risk=planned - median, edit=table["demand"] - planned
    ).reset_index(drop=True)


def _without_edits(outlook: Outlook) -> pd.DataFrame:
    """Return the demand that would be planned for if no scenario edited its forecast."""
    case = outlook.case
    return look_ahead(replace(case, edits=tuple(e for e in case.edits if e.table != EDITED))).demand


def _why(key: tuple[str, str, str], inputs: pd.DataFrame, old: Side, new: Side) -> str:
    """Say which inputs of a series changed."""
    if old.case is None or new.case is None:
        return "cannot be told without the cases"
    service, locality, _ = key
    names = [f"{name}/" for name in names_of((service, locality))]
    table, label = inputs["table"], inputs["key"] + "/"
    driver = {_of_service(side.case, service, "driver") for side in (old, new) if side.case}
    rows = {
        "history": (table == "demand") & label.str.startswith(f"{service}/{locality}/"),
        "driver": (table == "drivers") & inputs["key"].str.partition("/")[0].isin(driver - {""}),
        "events": (table == "events") & label.str.startswith(tuple(names)),
        "terms": (table == "services")
        & (inputs["key"] == service)
        & inputs["column"].isin(["aggregation", "driver"]),
    }
    said = [_counted(what, int(own.sum())) for what, own in rows.items() if own.any()]
    was, now = (_quantile(side.case, service) for side in (old, new) if side.case)
    if was != now:
        said.append(f"planned for at the {now:.0%} quantile, not the {was:.0%}")
    for row in inputs[table == EDITED].to_dict(orient="records"):
        if Edit("", EDITED, row["key"], "units", row["to"]).matches(key):
            said.append(f"a scenario's edit, from {row['from']} to {row['to']}")
    return "; ".join(said) or "other series: they are forecast together"


def _counted(what: str, count: int) -> str:
    return f"its {what} ({count} {'change' if count == 1 else 'changes'})"


def _of_service(case: Case, service: str, column: str) -> str:
    found = case.services.set_index("service")[column]
    return str(found.get(service, ""))


def _quantile(case: Case, service: str) -> float:
    """Return the quantile at which a service's demand is planned for."""
    own = case.services.set_index("service")["demand_quantile"].get(service)
    return case.settings.demand_quantile if own is None or pd.isna(own) else float(own)
