"""Checks of events: breaks in series that are not there, or that leave too little of them."""

from collections.abc import Iterable, Iterator

from forecasting.calendar import EventKind, yearly_events
from forecasting.periods import Period
from planning.tables.cells import nearest
from planning.tables.faults import Fault
from planning.tables.histories import (
    SHORTEST,
    Mark,
    Series,
    all_series,
    marks,
    names_of,
    plan_years,
    usable_years,
)
from planning.tables.names import known_names
from planning.tables.reading import Reading
from planning.tables.sheets import Row


def events_of_no_series(reading: Reading) -> Iterator[Fault]:
    """Refuse a name that no series with a history goes by, or that two of them do.

    A name is reported once, at its first row.
    """
    demand, income = (
        {name for series in all_series(reading, table) for name in names_of(series.key)}
        for table in ("demand", "income")
    )
    sheet = reading.sheets["events"]
    seen: set[str] = set()
    for row in sheet.having("series"):
        name = row.text("series")
        if name in demand & income:
            wrong = "a service and a stream go by this name"
            fault = sheet.fault(row, "series", wrong, "Give one of the two another name.")
        elif name in demand | income or _some_lost(reading):
            continue
        else:
            hint = nearest(name, demand | income)
            how = "Write a service, a service and its locality as in home_care/north, or a stream."
            wrong = "no series of demand.csv, or of income.csv before the plan, goes by this name"
            fault = sheet.fault(row, "series", wrong, f"Write {hint}." if hint else how)
        if name not in seen:
            seen.add(name)
            yield fault


def _some_lost(reading: Reading) -> bool:
    """Whether a series may be hidden by a fault in the rows that should hold it."""
    for table, parent in (("demand", "services.service"), ("income", "streams.stream")):
        sheet, known = reading.sheets[table], known_names(reading.sheets, parent)
        keys = [column for column in sheet.table.key if column != "period"]
        if not sheet.whole or known is None:
            return True
        if any(not row.has(*keys) or row.text(keys[0]) not in known for row in sheet.rows):
            return True
    return False


def events_outside_history(reading: Reading) -> Iterator[Fault]:
    """Refuse a period that lies before, or after, all that is known of the series."""
    sheet = reading.sheets["events"]
    for row, own in _by_row(reading):
        if all(mark.periods and not _inside(mark) for mark in own):
            series = own[0].series
            first, last = min(series.periods), max(series.periods)
            wrong = f"outside the history of {series.name}, which is {first} to {last}"
            yield sheet.fault(row, "period", wrong, "Correct it, or take the row out.")


def events_shorter_than_periods(reading: Reading) -> Iterator[Fault]:
    """Refuse a month or quarter of a series whose own periods are longer: part of a figure."""
    sheet = reading.sheets["events"]
    for row, own in _by_row(reading):
        if mark := next((mark for mark in own if not mark.periods), None):
            frequency = mark.series.frequency
            wrong = f"a {mark.period.frequency}, where {mark.series.name} is given by {frequency}s"
            remedy = f"Write {_around(mark)}, which it lies in."
            if mark.kind is EventKind.STEP:
                remedy = f"Write the first {frequency} that is wholly of the new kind."
            yield sheet.fault(row, "period", wrong, remedy)


def _around(mark: Mark) -> Period:
    """Return the period of the series that a shorter one lies in."""
    frequency = mark.series.frequency
    return Period(frequency, mark.period.ordinal * frequency.per_year // mark.period.per_year)


def steps_with_one_side(reading: Reading) -> Iterator[Fault]:
    """Refuse a step with nothing before it, or with no usable year from it on to forecast from."""
    sheet, everything = reading.sheets["events"], marks(reading)
    for row, marked in _by_row(reading):
        own = [mark for mark in marked if mark.kind is EventKind.STEP and _inside(mark)]
        if own and all(mark.periods[0] <= min(mark.series.periods) for mark in own):
            wrong = f"a step at the first period of {own[0].series.name}, with nothing before it"
            yield sheet.fault(row, "period", wrong, "Take the row out.")
        elif own and not any(_leads_on(mark, everything) for mark in own):
            wrong = f"no whole year of {own[0].series.name} that can be used follows the step"
            remedy = "Restate what came before it as it is counted now, and take the row out."
            yield sheet.fault(row, "period", wrong, remedy)


def _leads_on(mark: Mark, everything: list[Mark]) -> bool:
    """Whether a usable year lies at a step or after it."""
    begins = max(yearly_events([(mark.period, mark.kind)]))
    usable = usable_years(mark.series, _own(mark.series, everything))
    return any(year.label >= begins for year in usable)


def events_that_leave_too_little(reading: Reading) -> Iterator[Fault]:
    """Refuse marks that leave fewer years than a forecast needs of a series that had enough."""
    everything, announcements = marks(reading), _announced(reading)
    for series in {mark.series.key: mark.series for mark in everything}.values():
        own, announced = _own(series, everything), announcements.get(series.key, set())
        # What is announced for every year of the plan is not forecast.
        if series.doubtful or announced >= set(plan_years(reading)):
            continue
        left = len(usable_years(series, own)) + len(announced)
        if left < SHORTEST <= len(series.covered) + len(announced):
            row = min(own, key=lambda mark: mark.kind is EventKind.STEP).row
            wrong = f"leaves {left} of the {SHORTEST} years that a forecast of {series.name} needs"
            remedy = "Mark less, or add earlier periods."
            yield reading.sheets["events"].fault(row, "series", wrong, remedy)


def _announced(reading: Reading) -> dict[tuple[str, ...], set[str]]:
    """Return the plan's years that are announced, by the key of the stream."""
    years = plan_years(reading)
    found: dict[tuple[str, ...], set[str]] = {}
    for row in reading.sheets["income"].having("stream", "period"):
        if row.text("period") in years:
            found.setdefault((row.text("stream"),), set()).add(row.text("period"))
    return found


def _own(series: Series, everything: list[Mark]) -> list[Mark]:
    """Return the marks of one series."""
    return [mark for mark in everything if mark.series.key == series.key]


def _inside(mark: Mark) -> bool:
    """Whether some period that is marked lies within the history of its series."""
    periods = mark.series.periods
    return any(min(periods) <= period <= max(periods) for period in mark.periods)


def _by_row(reading: Reading) -> Iterable[tuple[Row, list[Mark]]]:
    """Return each row of events.csv with its marks, but for rows of series with unsure ends."""
    rows: dict[int, tuple[Row, list[Mark]]] = {}
    for mark in marks(reading):
        rows.setdefault(mark.row.line, (mark.row, []))[1].append(mark)
    return [pair for pair in rows.values() if not any(mark.series.doubtful for mark in pair[1])]
