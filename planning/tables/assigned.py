"""Which sheet, file or table of a source holds which table of a case."""

from collections.abc import Iterable
from dataclasses import dataclass

from planning.tables.cells import meant, nearest
from planning.tables.faults import Fault
from planning.tables.mapping import Layouts
from planning.tables.schema import TABLES

_NEAR = 0.8
"""Names this near are one name misspelt; ``events`` is not ``effects``."""


@dataclass(frozen=True)
class Assigned:
    """What holds which table.

    Parameters
    ----------
    names : dict of str to str
        By our table, or the settings' name, the name of what holds it.
    meant : dict of str to str
        Names that are none of ours, with what each was probably meant for, blank if nothing.
    faults : list of Fault
        What the mapping names and the source has not.
    """

    names: dict[str, str]
    meant: dict[str, str]
    faults: list[Fault]


def assign(present: Iterable[str], layouts: Layouts, *, settings: str) -> Assigned:
    """Say which name holds which table: by the mapping, by its own name, or nearly so.

    Capitals make no difference. ``settings`` is what the settings go by here.
    """
    present = list(present)
    folded = {name.casefold(): name for name in reversed(present)}
    names: dict[str, str] = {}
    faults = []
    for table, layout in layouts.tables.items():
        if layout.sheet and layout.sheet.casefold() in folded:
            names[table] = folded[layout.sheet.casefold()]
        elif layout.sheet:
            hint = nearest(layout.sheet, present)
            remedy = f"Write {hint}." if hint else f"There are {', '.join(present) or 'none'}."
            faults.append(layouts.fault(f"{table}.sheet", layout.sheet, "there is none", remedy))
    asked = {table for table, layout in layouts.tables.items() if layout.sheet}
    ignored = {name.casefold() for name in layouts.ignore}
    taken = {*names.values(), *(n for n in present if n.casefold() in ignored)}
    free = [name for name in present if name not in taken]
    wanted = [name for name in (settings, *TABLES) if name not in asked]
    for name in wanted:
        if name in folded and folded[name] in free:
            names[name] = folded[name]
            free.remove(folded[name])
    meanings = meant(free, [name for name in wanted if name not in names], cutoff=_NEAR)
    names |= {meaning: name for name, meaning in meanings.items() if meaning}
    return Assigned(names, meanings, faults)
