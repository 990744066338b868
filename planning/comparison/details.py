"""The details of a comparison for a terminal: the first rows of what changed, and where."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

import pandas as pd

from planning.comparison.comparison import Comparison
from planning.comparison.text_tables import figure, rounded, signed, text_table

FIRST = 10
"""How many rows of a table are printed; the rest are counted."""

ROOM = 96
"""Characters of a line from which cost is told before and after, and not only its change."""

COST = ["cost_from", "cost_to", "cost_change"]

ENDS = ("from", "to")


def details(made: Comparison, *, unit: tuple[float, str], width: int) -> Iterator[list[str]]:
    """Yield what changed in inputs, demand, cost, providers and targets, as far as anything did.

    Parameters
    ----------
    made : Comparison
        What changed.
    unit : tuple of float and str
        What sums are shown in, £ and its name.
    width : int
        Characters of a line.
    """
    parts = [
        ("inputs", _inputs(made, width)),
        ("demand", _demand(made, width)),
        ("cost", _cost(made, unit, width)),
        ("providers", _providers(made, unit, width)),
        ("targets", _targets(made, width)),
    ]
    yield from (lines for name, lines in parts if len(made.tables[name]) and lines)


def _rest(count: int, name: str) -> list[str]:
    more = count - FIRST
    return [f"… and {more} more in {name}; --out writes them all."] if more > 0 else []


def _inputs(made: Comparison, width: int) -> list[str]:
    table = made.tables["inputs"]
    rows = [
        [" ".join(filter(None, (r["table"], r["key"], r["column"]))), *_cells(r)]
        for r in table.head(FIRST).to_dict(orient="records")
    ]
    head = ["What changed in the inputs", "from", "to"]
    return [
        *text_table(head, rows, width=width, wide=24, left=True),
        *_rest(len(table), "inputs"),
    ]


def _cells(row: dict[str, str]) -> tuple[str, str]:
    """Return both cells for a reader; what is not there says so."""
    absent = {"changed": "blank", "row added": "no such row", "row removed": "no such row"}
    was, now = (
        _grouped(row[end]) or absent.get(row["change"], row["change"]) for end in ("from", "to")
    )
    return was, now


def _grouped(cell: str) -> str:
    """Return a cell with its thousands apart, if it is a figure with many digits."""
    try:
        value = Decimal(cell)
    except InvalidOperation:
        return cell
    return f"{value:,f}" if value.is_finite() and abs(value) >= 10_000 else cell


def _demand(made: Comparison, width: int) -> list[str]:
    """Return the series of demand that another number is planned for, in the last year."""
    table = made.tables["demand"]
    last = table[(table["year"] == made.years[-1]) & (table["demand_change"] != 0.0)]
    if last.empty:
        return []
    rows = [
        [
            f"{r['service']} {r['locality']}".strip() + f": {r['why']}",
            *(figure(rounded(r[name])) for name in ("demand_from", "demand_to")),
            *(signed(rounded(r[name])) for name in ("forecast", "risk", "edit")),
        ]
        for r in last.head(FIRST).to_dict(orient="records")
    ]
    head = [f"Demand in {made.years[-1]}, units", "from", "to", "forecast", "risk", "edit"]
    return [*text_table(head, rows, width=width, wide=9), *_rest(len(last), "demand")]


def _cost(made: Comparison, unit: tuple[float, str], width: int) -> list[str]:
    figures = [*(COST if width >= ROOM else COST[-1:]), "volume", "mix", "price"]
    return _sums(made.tables["cost"], "cost", "Cost by service", figures, unit, width)


def _providers(made: Comparison, unit: tuple[float, str], width: int) -> list[str]:
    table = made.tables["providers"]
    return _sums(table, "providers", "Paid to providers", COST, unit, width)


def _sums(
    table: pd.DataFrame,
    name: str,
    title: str,
    figures: list[str],
    unit: tuple[float, str],
    width: int,
) -> list[str]:
    """Return the rows of a table that cost changes most for."""
    size, pounds = unit
    order = table["cost_change"].abs().sort_values(ascending=False, kind="stable").index
    rows = [
        [
            str(r["name"] or r[table.columns[0]]),
            *((figure if f in COST[:2] else signed)(rounded(r[f], size)) for f in figures),
        ]
        for r in table.loc[order].head(FIRST).to_dict(orient="records")
    ]
    head = [f"{title}, {pounds}, largest changes first"]
    head += [f.removeprefix("cost_") for f in figures]
    return [*text_table(head, rows, width=width, wide=10), *_rest(len(table), name)]


def _targets(made: Comparison, width: int) -> list[str]:
    """Return the targets that are missed by more or less than before, or are other ones."""
    table = made.targets().table
    rows = [
        [
            f"{r['name'] or r['outcome']}, {r['year']}",
            *(_level(r[f"{what}_{end}"]) for what in ("target", "shortfall") for end in ENDS),
        ]
        for r in table.head(FIRST).to_dict(orient="records")
    ]
    if not rows:
        return []
    head = ["Targets", "target from", "to", "missed by, from", "to"]
    return [*text_table(head, rows, width=width, wide=10), *_rest(len(table), "targets")]


def _level(value: float) -> str:
    """Return a level in the outcome's unit."""
    if pd.isna(value):
        return "none"
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:,.3g}"
