"""What is wrong with a case, said so that a planner can put it right."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from planning.tables.schema import SETTINGS_FILE, place


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a case.

    Parameters
    ----------
    table : str
        The table's name, ``case.toml``, or ``""`` for the folder as a whole.
    line : int or None
        The line in the file as an editor or Excel shows it; None for a whole table.
    column : str
        The column, or the setting as ``section.name``; may be blank.
    value : str
        The cell as it was written; may be blank.
    wrong : str
        What is wrong, without a full stop.
    remedy : str
        What to do about it, as a whole sentence.
    at : str
        Where it stands, if that is no line of a CSV file: ``offers!F12``.
    """

    table: str
    line: int | None
    column: str
    value: str
    wrong: str
    remedy: str
    at: str = ""

    @property
    def file(self) -> str:
        """The file at fault; blank for the folder as a whole."""
        named = self.table in ("", SETTINGS_FILE) or self.table.endswith(".parquet")
        return self.table if named else f"{self.table}.csv"

    @property
    def where(self) -> str:
        """The place, the column and the value, as far as they are known."""
        return ", ".join(part for part in (self.place, self._cell()) if part)

    @property
    def place(self) -> str:
        """The file and the line, the sheet and the cell, or the row, as far as they are known."""
        line = "" if self.line is None else f"line {self.line}"
        return self.at or ", ".join(part for part in (self.file, line) if part)

    def _cell(self) -> str:
        value = f'"{_shown(self.value)}"' if self.value else ""
        return " ".join(part for part in (self.column, value) if part)

    def __str__(self) -> str:
        """Say it in one line, as in ``offers.csv, line 7, unit_cost "£1O": not a number. …``."""
        said = f"{self.where}: {self.wrong}" if self.where else self.wrong
        return f"{said}. {self.remedy}" if self.remedy else f"{said}."

    def as_dict(self) -> dict[str, str | int | None]:
        """Return its fields, and the whole line as ``message``, ready for JSON.

        ``at`` says where it stands whatever the source is: a line, a cell or a row.
        """
        return asdict(self) | {"at": self.place, "message": str(self)}


class InputError(ValueError):
    """A case is at fault; ``faults`` holds everything that was found, in order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = in_order(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        """Say how many faults there are, then each on a line of its own."""
        number = len(self.faults)
        head = "1 fault found" if number == 1 else f"{number} faults found"
        return "\n".join((f"{head}:", *(f"  {fault}" for fault in self.faults)))


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return faults by table, then line, then column, each once."""
    return tuple(sorted(dict.fromkeys(faults), key=_rank))


def _rank(fault: Fault) -> tuple[int, str, int, int, str, str]:
    table, column = place(fault.table, fault.column)
    line = 0 if fault.line is None else fault.line
    return table, fault.table, line, column, fault.wrong, fault.value


def _shown(value: str, *, most: int = 60) -> str:
    """Keep a cell to one line of fair length."""
    line = " ".join(value.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
