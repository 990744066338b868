"""The series that a case has a history of, and what events.csv marks in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from forecasting.calendar import (
    EventKind,
    parse_beside,
    parse_dates,
    parts,
    whole_years,
    yearly_events,
)
from forecasting.periods import Frequency, Period, financial_year, parse_period
from planning.tables.names import known_names
from planning.tables.reading import Reading
from planning.tables.schema import TABLES
from planning.tables.sheets import Row

SHORTEST = 3
"""The fewest years from which anything can be forecast."""


def plan_years(reading: Reading) -> tuple[str, ...]:
    """Return the plan's years in order; none where the settings do not say."""
    first, years = reading.settings.get("plan.first_year"), reading.settings.get("plan.years")
    if first is None or years is None:
        return ()
    start = parse_period(str(first), frequency=Frequency.YEAR)
    return tuple((start + t).label for t in range(int(years)))


def year_of(row: Row) -> str:
    """Return the financial year that a row's period lies in."""
    return financial_year(parse_period(row.text("period")))


@dataclass(frozen=True)
class Series:
    """The rows of one series whose periods could be read, and the rows that may also be its own.

    One slip is one fault: a row that is wrongly named or dated leaves a hole behind, which is not
    to be reported as well. ``elsewhere`` holds the periods of rows whose series is not known, and
    ``undated`` counts rows that repeat a period or have none.
    """

    table: str
    key: tuple[str, ...]
    rows: tuple[Row, ...]
    elsewhere: frozenset[Period]
    undated: int

    @property
    def name(self) -> str:
        """Its key, as a planner would say it."""
        return " in ".join(part for part in self.key if part)

    @cached_property
    def periods(self) -> list[Period]:
        """The period of each row, settled among them."""
        return parse_dates(row.text("period") for row in self.rows)

    @property
    def mixed(self) -> bool:
        """Whether its periods differ in length."""
        return len({period.frequency for period in self.periods}) > 1

    @property
    def frequency(self) -> Frequency:
        """How long its first period is, and every other unless they are mixed."""
        return self.periods[0].frequency

    @property
    def doubtful(self) -> bool:
        """Whether rows at fault may be its own, so that its ends are not sure."""
        return bool(self.elsewhere or self.undated)

    @property
    def known(self) -> int:
        """The number of periods that it has or may have."""
        return len({*self.periods} | self.elsewhere) + self.undated

    @property
    def holes(self) -> list[Period]:
        """The periods between its first and its last for which no row can be found."""
        have = set(self.periods) | self.elsewhere
        first, last = min(self.periods), max(self.periods)
        holes = [first + t for t in range(last - first) if first + t not in have]
        return holes if len(holes) > self.undated else []

    @property
    def covered(self) -> list[Period]:
        """The financial years of which it has every part."""
        return whole_years(self.periods)


@dataclass(frozen=True)
class Mark:
    """One row of events.csv as it stands to one series that it names.

    Parameters
    ----------
    row : Row
        The row.
    kind : EventKind
        What happened.
    period : Period
        When, in periods of the series or in longer or shorter ones.
    series : Series
        To what: a series of one frequency.
    """

    row: Row
    kind: EventKind
    period: Period
    series: Series

    @property
    def periods(self) -> list[Period]:
        """The periods of the series that are marked; none if the mark is shorter than they are."""
        return parts(self.period, self.series.frequency)


def all_series(reading: Reading, table: str) -> list[Series]:
    """Return the history of each series of a table, and what drivers are to be; none if lost."""
    sheet = reading.sheets[table]
    keys = [column for column in sheet.table.key if column != "period"]
    if not sheet.whole or not {*keys, "period"} <= sheet.columns:
        return []
    rows: dict[tuple[str, ...], list[Row]] = {}
    strays = []
    parents = _parents(reading, table)
    end = "" if table == "drivers" else next(iter(plan_years(reading)), "")
    for row in sheet.rows:
        if not row.has(*keys) or (parents is not None and row.text(keys[0]) not in parents):
            strays.append(row)
        # Income goes on into the plan, where nothing need be announced; demand there is misdated.
        elif table != "income" or _is_before(row, end):
            rows.setdefault(tuple(row.text(column) for column in keys), []).append(row)
    short = {key: own for key, own in rows.items() if len(own) < SHORTEST}
    found = (
        _one_series(table, key, own, end, [*strays, *_short_of(key, short)])
        for key, own in rows.items()
    )
    return [series for series in found if series.rows]


def _is_before(row: Row, end: str) -> bool:
    """Whether a row is of a year before the plan, as far as can be told."""
    return not end or not row.has("period") or year_of(row) < end


def _short_of(key: tuple[str, ...], short: Mapping[tuple[str, ...], list[Row]]) -> list[Row]:
    """Return the rows of a service's series too short to stand: they may be another's, misnamed."""
    return [
        row for other, own in short.items() if other != key and other[0] == key[0] for row in own
    ]


def _parents(reading: Reading, table: str) -> set[str] | None:
    """Return the names that a table's series may go by, None where any may do."""
    parent = TABLES[table].columns[0].refers
    return known_names(reading.sheets, parent) if parent else None


def _one_series(
    table: str, key: tuple[str, ...], own: list[Row], end: str, strays: list[Row]
) -> Series:
    """Return one series, with the rows of no known series that may be its own."""
    dated = [row for row in own if row.has("period") and _is_before(row, end)]
    repeats = len(dated) - len({row.text("period") for row in dated})
    lost = len(own) - len(dated) + sum(not row.has("period") for row in strays)
    elsewhere = parse_dates(row.text("period") for row in strays if row.has("period"))
    return Series(table, key, tuple(dated), frozenset(elsewhere), repeats + lost)


def histories(reading: Reading) -> list[Series]:
    """Return what is forecast: every series of demand, and of income before the plan."""
    return [*all_series(reading, "demand"), *all_series(reading, "income")]


def names_of(key: tuple[str, ...]) -> tuple[str, str]:
    """Return the names that events.csv may call a series by: its service or stream, and its own."""
    return key[0], "/".join(part for part in key if part)


def marks(reading: Reading) -> list[Mark]:
    """Return what events.csv marks in each series, as far as both can be read."""
    rows = list(reading.sheets["events"].having("series", "period", "kind"))
    series = [one for one in histories(reading) if not one.mixed] if rows else []
    return [
        Mark(row, EventKind(row.text("kind")), parse_beside(row.text("period"), one.frequency), one)
        for row in rows
        for one in series
        if row.text("series") in names_of(one.key)
    ]


def unmarked_holes(reading: Reading, series: Series, names: Iterable[str]) -> list[Period]:
    """Return the periods that a series lacks and that no row of events.csv can mean as missing.

    Parameters
    ----------
    reading : Reading
        The case.
    series : Series
        The series, of one frequency.
    names : iterable of str
        What the series of the case go by: a row that names none of them may be of any.
    """
    events, frequency, holes = reading.sheets["events"], series.frequency, series.holes
    if not holes or not events.whole:
        return []
    others = set(names) - set(names_of(series.key))
    excused: set[Period] = set()
    undated = 0
    for row in events.rows:
        told = row.has("kind") and row.text("kind") != EventKind.MISSING
        if told or (row.has("series") and row.text("series") in others):
            continue
        if row.has("period"):
            excused |= set(parts(parse_beside(row.text("period"), frequency), frequency))
        else:
            undated += 1
    left = [hole for hole in holes if hole not in excused]
    return left if len(left) > undated else []


def usable_years(series: Series, own: Iterable[Mark]) -> list[Period]:
    """Return the whole years of a series whose values say something of its level."""
    # A mark shorter than the series' periods is a fault of its own.
    kinds = yearly_events((mark.period, mark.kind) for mark in own if mark.periods)
    idle = {year for year, kind in kinds.items() if kind is not EventKind.STEP}
    return [year for year in series.covered if year.label not in idle]
