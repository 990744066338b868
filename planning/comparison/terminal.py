"""A comparison as lines of a terminal: sentences, then small tables that fit its width."""

import textwrap
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

import pandas as pd

from planning.comparison.comparison import Comparison
from planning.comparison.measures import MEASURES, TOLD
from planning.comparison.steps import ORDER_MATTERS

FIRST = 10
"""How many rows of a table are printed; the rest are counted."""

COST = ["cost_from", "cost_to", "cost_change"]

ROOM = 96
"""Characters of a line from which cost is told before and after, and not only its change."""

FIGURE = 10
"""Characters of a column of figures."""


def lines_of(made: Comparison, *, width: int = 100) -> list[str]:
    """Return a comparison as lines no wider than a terminal.

    Parameters
    ----------
    made : Comparison
        What changed.
    width : int
        Characters of a line, at least 80.
    """
    width = max(80, width)
    head, *rest = made.lines
    lines = [*_wrapped(head, width)]
    for line in rest:
        lines += _wrapped(line, width, hang="  ", first="- ")
    if made.same:
        return [_plain(line) for line in lines]
    tables = [_totals(made, width), _steps(made, width), *_details(made, width)]
    for table in tables:
        lines += ["", *table] if table else []
    return [_plain(line) for line in lines]


def _totals(made: Comparison, width: int) -> list[str]:
    """Return the totals of both plans and their difference."""
    unit, name = _unit(made)
    rows = []
    for key, title in MEASURES.items():
        count = key == "targets_missed"
        was, now = (_rounded(end[key], 1.0 if count else unit) for end in made.ends)
        change = None if was is None or now is None else now - was
        words = title if count else f"{title}, {name}"
        rows.append([words, _figure(was), _figure(now), _signed(change)])
    head = [f"What changes, {made.years[0]} to {made.years[-1]}", "from", "to", "change"]
    return _table(head, rows, width, wide=14)


def _steps(made: Comparison, width: int) -> list[str]:
    """Return the steps, as differences of rounded totals so that what is shown adds up."""
    if not made.causes:
        return []
    unit, name = _unit(made)
    sizes = {key: 1.0 if key == "targets_missed" else unit for key in TOLD}
    moved = [key for key in TOLD if any(abs(step.change(key)) >= 0.005 for step in made.causes)]
    if not moved:
        causes = "; ".join(step.cause for step in made.causes)
        return _wrapped(f"Inputs changed, and none of the totals: {causes}.", width)
    levels = [made.causes[0].before, *(step.after for step in made.causes)]
    shown = [[_rounded(level[key], sizes[key]) for key in moved] for level in levels]
    rows = [
        [f"{place}. {step.cause}", *_apart(shown[place - 1], shown[place])]
        for place, step in enumerate(made.causes, start=1)
    ]
    rows.append(["All steps together", *_apart(shown[0], shown[-1])])
    head = [f"Why, in steps that add up, {name}", *(TOLD[key] for key in moved)]
    still = [TOLD[key].lower() for key in TOLD if key not in moved]
    note = f"No step changes {' or '.join(still)}. " if still else ""
    return [
        *_table(head, rows, width, wide=FIGURE, rule_before_last=True),
        *_wrapped(
            f"{note}Each figure is a difference of rounded totals, so that columns add up. "
            f"{ORDER_MATTERS}",
            width,
        ),
    ]


def _details(made: Comparison, width: int) -> Iterator[list[str]]:
    """Yield the first rows of what changed in inputs, cost and providers."""
    inputs = made.tables["inputs"]
    if len(inputs):
        rows = [
            [f"{r['table']} {r['key']} {r['column']}".strip(), *_from_to(r)]
            for r in inputs.head(FIRST).to_dict(orient="records")
        ]
        head = ["What changed in the inputs", "from", "to"]
        yield [*_table(head, rows, width, wide=24, left=True), *_rest(inputs, "inputs")]
    unit, name = _unit(made)
    own = COST if width >= ROOM else COST[-1:]
    for key, title, figures in (
        ("cost", "Cost by service", [*own, "volume", "mix", "price"]),
        ("providers", "Paid to providers", COST),
    ):
        table = made.tables[key]
        if table.empty:
            continue
        order = table["cost_change"].abs().sort_values(ascending=False, kind="stable").index
        top = table.loc[order].head(FIRST)
        rows = [
            [
                str(r.get("name") or r[table.columns[0]]),
                *(
                    _figure(_rounded(r[f], unit))
                    if f in COST[:2]
                    else _signed(_rounded(r[f], unit))
                    for f in figures
                ),
            ]
            for r in top.to_dict(orient="records")
        ]
        words = [f.removeprefix("cost_") for f in figures]
        head = [f"{title}, {name}, largest changes first", *words]
        yield [*_table(head, rows, width, wide=FIGURE), *_rest(table, key)]


def _from_to(row: dict[str, str]) -> tuple[str, str]:
    blank = "blank" if row["change"] == "changed" else row["change"]
    was, now = (_grouped(row[end]) or blank for end in ("from", "to"))
    return was, now


def _grouped(cell: str) -> str:
    """Return a cell with its thousands apart, if it is a figure with many digits."""
    try:
        value = Decimal(cell)
    except InvalidOperation:
        return cell
    return f"{value:,f}" if value.is_finite() and abs(value) >= 10_000 else cell


def _rest(table: pd.DataFrame, name: str) -> list[str]:
    more = len(table) - FIRST
    return [f"… and {more} more in {name}; --out writes them all."] if more > 0 else []


def _unit(made: Comparison) -> tuple[float, str]:
    """Return what sums are shown in: thousands where any is a million or more."""
    most = made.tables["totals"][["from", "to"]].abs().max(axis=None)
    return (1000.0, "£000") if most >= 1e6 else (1.0, "£")


def _apart(before: Sequence[int | None], after: Sequence[int | None]) -> list[str]:
    """Return by how much each figure changes, with its sign."""
    return [
        _signed(None if was is None or now is None else now - was)
        for was, now in zip(before, after, strict=True)
    ]


def _rounded(value: float, unit: float) -> int | None:
    return None if pd.isna(value) else round(value / unit)


def _figure(value: int | None) -> str:
    return "not known" if value is None else f"{value:,}".replace("-", "−")


def _signed(value: int | None) -> str:
    if value is None:
        return "not known"
    return "–" if value == 0 else f"{value:+,}".replace("-", "−")


def _table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    width: int,
    *,
    wide: int,
    left: bool = False,
    rule_before_last: bool = False,
) -> list[str]:
    """Return rows under their heads: words to the left, wrapped; figures to the right, or left."""
    gap = 2
    first = width - (len(head) - 1) * (wide + gap)
    widths = [first, *[wide] * (len(head) - 1)]
    rule = "-" * width
    lines = [*_row(head, widths, left=left), rule]
    for place, row in enumerate(rows, start=1):
        lines += [rule] if rule_before_last and place == len(rows) else []
        lines += _row(row, widths, left=left)
    return lines


def _row(cells: Sequence[str], widths: Sequence[int], *, left: bool) -> list[str]:
    """Return one row, as many lines as its longest cell takes."""
    parts = [
        textwrap.wrap(_plain(cell), size, subsequent_indent="" if place else "   ") or [""]
        for place, (cell, size) in enumerate(zip(cells, widths, strict=True))
    ]
    lines = []
    for line in range(max(map(len, parts))):
        texts = [part[line] if line < len(part) else "" for part in parts]
        first, *rest = (
            text.ljust(size) if place == 0 or left else text.rjust(size)
            for place, (text, size) in enumerate(zip(texts, widths, strict=True))
        )
        lines.append("  ".join([first, *rest]).rstrip())
    return lines


def _wrapped(text: str, width: int, *, first: str = "", hang: str = "") -> list[str]:
    return textwrap.wrap(_plain(text), width, initial_indent=first, subsequent_indent=hang)


def _plain(text: str) -> str:
    """Return text without anything that a terminal would act on."""
    return "".join(mark if mark.isprintable() else "�" for mark in text)
