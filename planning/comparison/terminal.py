"""A comparison as lines of a terminal: sentences, then small tables that fit its width."""

from planning.comparison.comparison import Comparison
from planning.comparison.details import details
from planning.comparison.measures import MEASURES, TOLD
from planning.comparison.steps import ORDER_MATTERS
from planning.comparison.text_tables import change, figure, rounded, text_table, wrapped

NARROWEST = 80
"""Characters of a line below which the tables cannot be shown."""

ADD_UP = "Each figure is a difference of rounded totals, so that columns add up."


def lines_of(made: Comparison, *, width: int = 100) -> list[str]:
    """Return a comparison as lines no wider than a terminal.

    Parameters
    ----------
    made : Comparison
        What changed.
    width : int
        Characters of a line; 80 where there are fewer.
    """
    width = max(NARROWEST, width)
    head, *rest = made.lines
    lines = wrapped(head, width)
    for line in rest:
        lines += wrapped(line, width, first="- ", hang="  ")
    if made.same:
        return lines
    unit = _unit(made)
    for table in (_totals(made, unit, width), _steps(made, unit, width)):
        lines += ["", *table] if table else []
    for table in details(made, unit=unit, width=width):
        lines += ["", *table]
    return lines


def _unit(made: Comparison) -> tuple[float, str]:
    """Return what sums are shown in: thousands where any is a million or more."""
    most = made.tables["totals"][["from", "to"]].abs().max(axis=None)
    return (1000.0, "£000") if most >= 1e6 else (1.0, "£")


def _totals(made: Comparison, unit: tuple[float, str], width: int) -> list[str]:
    """Return the totals of both plans and their difference."""
    size, name = unit
    rows = []
    for key, title in MEASURES.items():
        count = key == "targets_missed"
        was, now = (rounded(end[key], 1.0 if count else size) for end in made.ends)
        words = title if count else f"{title}, {name}"
        rows.append([words, figure(was), figure(now), change(was, now)])
    head = [f"What changes, {made.years[0]} to {made.years[-1]}", "from", "to", "change"]
    return text_table(head, rows, width=width, wide=14)


def _steps(made: Comparison, unit: tuple[float, str], width: int) -> list[str]:
    """Return the steps, as differences of rounded totals so that what is shown adds up."""
    if not made.causes:
        return []
    size, name = unit
    sizes = {key: 1.0 if key == "targets_missed" else size for key in TOLD}
    moved = [key for key in TOLD if any(abs(step.change(key)) >= 0.005 for step in made.causes)]
    if not moved:
        causes = "; ".join(step.cause for step in made.causes)
        return wrapped(f"Inputs changed, and none of the totals: {causes}.", width)
    levels = [made.causes[0].before, *(step.after for step in made.causes)]
    shown = [[rounded(level[key], sizes[key]) for key in moved] for level in levels]
    rows = [
        [f"{place}. {step.cause}", *map(change, shown[place - 1], shown[place])]
        for place, step in enumerate(made.causes, start=1)
    ]
    rows.append(["All steps together", *map(change, shown[0], shown[-1])])
    head = [f"Why, in steps that add up, {name}", *(TOLD[key] for key in moved)]
    still = [TOLD[key].lower() for key in TOLD if key not in moved]
    note = f"No step changes {' or '.join(still)}. " if still else ""
    return [
        *text_table(head, rows, width=width, wide=10, sum_last=True),
        *wrapped(f"{note}{ADD_UP} {ORDER_MATTERS}", width),
    ]
