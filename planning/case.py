"""A case: one council's planning data, read whole and without a fault."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

import pandas as pd

from planning.papers.view import View, html_table
from planning.tables.checks import all_faults
from planning.tables.digests import content_digests
from planning.tables.edits import SCENARIOS, Edit, edited, edits_of
from planning.tables.faults import Fault, InputError
from planning.tables.histories import plan_years
from planning.tables.reading import Reading, read_source
from planning.tables.schema import TABLES, Column, Kind, Table
from planning.tables.settings import Settings, settings_of
from planning.tables.sheets import Row, Sheet
from planning.tables.sources import Source

if TYPE_CHECKING:
    from planning.outlook import Outlook
    from planning.plan import Plan


def _none(_: Reading) -> tuple[Edit, ...]:
    """Change nothing."""
    return ()


@dataclass(frozen=True, eq=False)
class Case:
    """One council's planning data: its settings and its tables.

    Each table is a DataFrame of shape (rows, columns of the schema), sorted by its key, so that
    the order of rows in a file never matters. Text is ``str`` with ``""`` for blank, yes/no is
    ``bool``, numbers are ``float`` with NaN for blank, money is £; ``source`` and ``note`` are
    always there. A table left out has no rows. All are read-only by convention.

    Parameters
    ----------
    source : Source
        Where it was read from; of a database it shows the driver, the host and the name alone.
    settings : Settings
        What case.toml says, or the sheet or table ``case``.
    years : tuple of str
        The plan's years, in order, such as ``"2015-16"``.
    digests : mapping of str to str
        The sha256 of what each table says, by its name, the same whatever it is written in; see
        `planning.tables.digests.content_digests`.
    files : mapping of str to str
        The sha256 of the very bytes that were parsed, by file name; of a database, none.
    edits : tuple of Edit
        What has been changed since, for a scenario.
    """

    source: Source
    settings: Settings
    years: tuple[str, ...]
    digests: Mapping[str, str]
    files: Mapping[str, str]
    edits: tuple[Edit, ...]
    services: pd.DataFrame
    demand: pd.DataFrame
    drivers: pd.DataFrame
    events: pd.DataFrame
    streams: pd.DataFrame
    income: pd.DataFrame
    providers: pd.DataFrame
    offers: pd.DataFrame
    tiers: pd.DataFrame
    outcomes: pd.DataFrame
    targets: pd.DataFrame
    effects: pd.DataFrame
    prevention: pd.DataFrame
    rules: pd.DataFrame
    costs: pd.DataFrame
    proposals: pd.DataFrame
    organisations: pd.DataFrame
    reserves: pd.DataFrame
    assumptions: pd.DataFrame
    decisions: pd.DataFrame
    sign_offs: pd.DataFrame
    scenarios: pd.DataFrame

    @classmethod
    def read(
        cls,
        source: str | os.PathLike[str] | Source,
        *,
        mapping: str | os.PathLike[str] | None = None,
        edits: Callable[[Reading], Sequence[Edit]] = _none,
    ) -> Self:
        """Read a case from a folder of CSV files, a workbook or a database.

        Parameters
        ----------
        source : str, path or Source
            The case's folder, an ``.xlsx`` workbook of which each sheet is a table, or a
            database: ``postgresql://host/name`` or ``sqlite:///file``. Passwords are the
            environment's, or the driver's own files'.
        mapping : str or path, optional
            A mapping file, by which a council's own sheets and columns are read. One that lies
            beside the source under its name is found by itself.
        edits : callable
            Given what was read, returns what to change of it.

        Raises
        ------
        InputError
            If anything is wrong with it, with every fault at once.
        """
        reading = read_source(Source.of(source, mapping))
        if faults := all_faults(reading):
            raise InputError(faults)
        digests = content_digests(reading)
        made = tuple(edits(reading))
        if made:
            reading, refused = edited(reading, made)
            if faults := refused or all_faults(reading):
                raise InputError(faults)
        return cls(
            edits=made,
            source=reading.source,
            settings=settings_of(reading.settings),
            years=plan_years(reading),
            digests=MappingProxyType(digests),
            files=reading.files,
            **{name: _frame(sheet) for name, sheet in reading.sheets.items()},
        )

    @property
    def name(self) -> str:
        """The council's name, and the scenario if there is one."""
        named = ", ".join(dict.fromkeys(edit.scenario for edit in self.edits))
        return f"{self.settings.name}, scenario {named}" if named else self.settings.name

    def scenario(self, name: str) -> Self:
        """Return the case with the edits of one of its scenarios; its source stays as it is.

        Raises
        ------
        KeyError
            If the case has no such scenario.
        InputError
            If what the case is read from has changed since.
        """
        if name not in set(self.scenarios["scenario"]):
            raise KeyError(f"the case has no scenario {name}")
        return self._edited(lambda reading: [e for e in edits_of(reading) if e.scenario == name])

    def edit(self, *edits: Edit, **income: str) -> Self:
        """Return the case with some edits made; its source stays as it is.

        Parameters
        ----------
        *edits : Edit
            Cells to change.
        **income : str
            By a stream, or a kind of streams, what becomes of its income in every year of the
            plan: ``grant="-5%"``.

        Raises
        ------
        InputError
            If an edit is none, the case would be at fault after them, or its files have changed.
        KeyError
            If there is no such stream, nor kind of streams.
        """
        made = [edit for name, value in income.items() for edit in self._of_income(name, value)]
        return self._edited(lambda _: (*edits, *made))

    def _of_income(self, name: str, value: str) -> list[Edit]:
        """Return the edits of all income of a stream, or of a kind of streams."""
        streams = self.streams[(self.streams["stream"] == name) | (self.streams["kind"] == name)]
        if streams.empty:
            raise KeyError(f"the case has no stream, nor kind of streams, {name}")
        return [
            Edit(f"{name} {value}", "outlook.income", f"{stream}/*", "amount", value)
            for stream in streams["stream"]
        ]

    def _edited(self, edits: Callable[[Reading], Sequence[Edit]]) -> Self:
        after = self.read(self.source, edits=lambda reading: (*self.edits, *edits(reading)))
        if after.digests != self.digests:
            wrong = "the case's files have changed since it was read"
            raise InputError([Fault("", None, "", str(self.source), wrong, "Read it again.")])
        return after

    @property
    def fingerprint(self) -> str:
        """What tells it from every other case: the digests of its tables, and its edits."""
        return repr((sorted(self.digests.items()), self.edits))

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Every table, by name, in the order of the schema."""
        given = {field.name for field in fields(self)}
        return MappingProxyType({name: getattr(self, name) for name in TABLES if name in given})

    def forecast(self) -> "Outlook":
        """Forecast demand and income over the plan's years.

        Raises
        ------
        InputError
            If a series cannot be forecast.
        """
        from planning.outlook import look_ahead  # statsmodels takes seconds, and waits until here.

        return look_ahead(self)

    def plan(self, outlook: "Outlook | None" = None) -> "Plan":
        """Draw up the plan that is best for an outlook, or for the case's own forecast.

        Raises
        ------
        Infeasible
            If hard rules of the case contradict each other.
        InputError
            If a series cannot be forecast.
        """
        from planning.plan import draw_up  # Pyomo waits until here too.

        return draw_up(self.forecast() if outlook is None else outlook)

    def audit(self, *, on: str = "") -> View:
        """Return its assumptions by risk and its sign-offs, each with what it lacks.

        Parameters
        ----------
        on : str
            The day against which review dates are held, ``2015-02-19``; blank if there is none.
        """
        from planning.audit import audit_view  # It knows of cases, so it waits until here.

        return audit_view(self, on)

    def illustrative(self) -> dict[str, int]:
        """Return how many rows of each table say in their source that they are illustrative.

        Scenarios that the case does not stand for are no part of it.
        """
        counts = {
            name: int(table["source"].str.strip().str.lower().str.startswith("illustrative").sum())
            for name, table in self.tables.items()
            if name != SCENARIOS or self.edits
        }
        return {name: count for name, count in counts.items() if count}

    def _repr_html_(self) -> str:
        """Return what the case holds, table by table."""
        illustrative = self.illustrative()
        rows = [
            (name, len(table), illustrative.get(name, 0)) for name, table in self.tables.items()
        ]
        title = f"{self.name}: a case for {self.years[0]} to {self.years[-1]}"
        return html_table(title, pd.DataFrame(rows, columns=["table", "rows", "illustrative rows"]))


def _frame(sheet: Sheet) -> pd.DataFrame:
    """Return a sheet's rows, sorted by key, each column of one type even where it is empty."""
    rows = sorted(sheet.rows, key=lambda row: _key(row, sheet.table))
    return pd.DataFrame({c.name: _series(rows, c) for c in sheet.table.columns})


def _key(row: Row, table: Table) -> tuple[str, ...]:
    return tuple(row.text(column) for column in table.key)


def _series(rows: list[Row], column: Column) -> pd.Series:
    """Return one column: float with NaN for blank, bool, or str."""
    values = [row.cells[column.name] for row in rows]
    if column.numeric:
        return pd.Series(values, dtype="float64")
    return pd.Series(values, dtype="bool" if column.kind is Kind.YES_NO else "str")
