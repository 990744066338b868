"""Checks of time: years and periods outside the plan or before it, gaps, and series too short."""

from collections.abc import Iterator

from forecasting.calendar import parts, written
from forecasting.periods import Frequency, parse_period
from planning.tables.faults import Fault
from planning.tables.histories import (
    SHORTEST,
    Series,
    all_series,
    histories,
    names_of,
    plan_years,
    unmarked_holes,
    year_of,
)
from planning.tables.names import known_names
from planning.tables.reading import Reading
from planning.tables.schema import ANNOUNCED, RECEIVED
from planning.tables.sheets import Row, Sheet

_FOR_A_DRIVER = "Add what is missing; if it is not known, leave out what came before the gap."
_FOR_A_GAP = (
    "Add what is missing; if it is not known, mark it missing in events.csv, or leave out what "
    "came before the gap."
)

# The tables whose rows stand for a year of the plan, and the column that says which.
_PLANNED = (("targets", "year"), ("rules", "year"), ("costs", "year"), ("proposals", "year"))


def years_out_of_the_plan(reading: Reading) -> Iterator[Fault]:
    """Refuse targets, rules, costs, proposals and income for years that are not planned."""
    years = plan_years(reading)
    if not years:
        return
    span = f"the plan is for {years[0]} to {years[-1]}"
    for name, column in _PLANNED:
        sheet = reading.sheets[name]
        for row in sheet.having(column):
            year = row.text(column)
            if year and year not in years:
                yield sheet.fault(row, column, "out of the plan", f"Correct it: {span}.")
    income = reading.sheets["income"]
    for row in income.having("period"):
        if row.text("period") > years[-1]:
            yield income.fault(row, "period", "after the plan", f"Correct it: {span}.")


def history_inside_the_plan(reading: Reading) -> Iterator[Fault]:
    """Refuse demand in the plan's own years: demand is history, and what comes is forecast."""
    years = plan_years(reading)
    sheet = reading.sheets["demand"]
    for row in sheet.having("period"):
        if years and year_of(row) >= years[0]:
            wrong = f"history inside the plan, which begins with {years[0]}"
            yield sheet.fault(row, "period", wrong, "Correct it, or take the row out.")


def status_at_odds_with_year(reading: Reading) -> Iterator[Fault]:
    """Refuse income announced before the plan, or received within it."""
    years = plan_years(reading)
    sheet = reading.sheets["income"]
    for row in sheet.having("period", "status"):
        year, status = row.text("period"), row.text("status")
        if not years or year > years[-1]:
            continue
        allowed = RECEIVED if year < years[0] else ANNOUNCED
        if status not in allowed:
            when = "before the plan" if year < years[0] else "a year of the plan"
            wrong = f"{year} is {when}"
            yield sheet.fault(row, "status", wrong, f"Write {' or '.join(allowed)}.")


def _all(reading: Reading) -> Iterator[tuple[Sheet, Series]]:
    """Yield every series that has a row, of demand, of drivers and of income before the plan."""
    for table in ("demand", "drivers", "income"):
        for series in all_series(reading, table):
            yield reading.sheets[table], series


def mixed_frequencies(reading: Reading) -> Iterator[Fault]:
    """Refuse a series that is not of years, of quarters or of months throughout."""
    for sheet, series in _all(reading):
        found = [period.frequency for period in series.periods]
        usual = max(sorted(set(found)), key=found.count)
        odd = [row for row, own in zip(series.rows, found, strict=True) if own is not usual]
        if odd:
            wrong = f"not a {_called(usual)}, as the rest of {series.name} is"
            remedy = "Give the whole series by years, by quarters or by months."
            yield sheet.fault(odd[0], "period", wrong, remedy)


def _called(frequency: Frequency) -> str:
    """Return what a planner calls a period; the integers of a case are its mid-years."""
    return "mid-year" if frequency is Frequency.INTEGER else frequency


def gaps(reading: Reading) -> Iterator[Fault]:
    """Refuse a series that lacks a period between its first and its last, and is not marked so."""
    names = {name for series in histories(reading) for name in names_of(series.key)}
    for sheet, series in _all(reading):
        driver = series.table == "drivers"
        # What is too short to be forecast is a fault of its own; a driver is not forecast.
        if series.mixed or (not driver and series.known < SHORTEST):
            continue
        if missing := series.holes if driver else unmarked_holes(reading, series, names):
            dated = zip(series.rows, series.periods, strict=True)
            after = next(row for row, period in dated if period > missing[0])
            labels = _listed([written(period) for period in missing])
            wrong = f"a gap in {series.name}: no row for {labels}"
            yield sheet.fault(after, "period", wrong, _FOR_A_DRIVER if driver else _FOR_A_GAP)


def _listed(labels: list[str], *, most: int = 4) -> str:
    return ", ".join(labels[:most]) + (" and others" if len(labels) > most else "")


def demand_too_short(reading: Reading) -> Iterator[Fault]:
    """Refuse a series of demand with too few whole years to be forecast."""
    mixed = _whole_and_by_locality(reading)
    sheet = reading.sheets["demand"]
    for series in all_series(reading, "demand"):
        years = len(series.covered)
        # What may be its own but is at fault is reported already, and may be what is wanting.
        doubt = len(series.elsewhere) + series.undated
        if years + doubt < SHORTEST and series.key[0] not in mixed:
            wrong = f"{series.name} has {years} of the {SHORTEST} whole years a forecast needs"
            yield sheet.fault(series.rows[0], "service", wrong, "Add earlier periods.")


def whole_and_by_locality(reading: Reading) -> Iterator[Fault]:
    """Refuse demand both for the whole council and by locality, which would count twice."""
    sheet = reading.sheets["demand"]
    for service, row in sorted(_whole_and_by_locality(reading).items()):
        wrong = f"{service} has rows for the whole council and rows for localities"
        remedy = "Keep one or the other; together they would count twice."
        yield sheet.fault(row, "locality", wrong, remedy)


def _whole_and_by_locality(reading: Reading) -> dict[str, Row]:
    """Return the services at fault, each with the first row of the fewer kind."""
    kinds: dict[str, tuple[list[Row], list[Row]]] = {}
    for row in reading.sheets["demand"].having("service", "locality"):
        whole, parts = kinds.setdefault(row.text("service"), ([], []))
        (parts if row.text("locality") else whole).append(row)
    return {
        service: min(whole, parts, key=len)[0]
        for service, (whole, parts) in kinds.items()
        if whole and parts
    }


def income_without_history(reading: Reading) -> Iterator[Fault]:
    """Refuse a stream with too few known years to be forecast, and plan years not announced."""
    years = plan_years(reading)
    sheet, income = reading.sheets["streams"], reading.sheets["income"]
    if not years or not income.whole or not {"stream", "period"} <= income.columns:
        return
    known = known_names(reading.sheets, "streams.stream")
    for row in sheet.having("stream"):
        own = [r for r in income.rows if _may_be(r, row.text("stream"), known)]
        found = {r.text("period") for r in own if r.has("period")}
        undated = sum(not r.has("period") for r in own)
        absent = [year for year in years if year not in found]
        if len(found) + undated < SHORTEST and len(absent) > undated:
            wrong = f"too little is known of it to forecast {', '.join(absent)}"
            remedy = (
                f"Give at least {SHORTEST} years in income.csv, or a figure for every year of the "
                "plan; write 0 where nothing is coming."
            )
            yield sheet.fault(row, "stream", wrong, remedy)


def _may_be(row: Row, stream: str, known: set[str] | None) -> bool:
    """Whether a row of income is a stream's, or names none that is known."""
    name = row.raw.get("stream", "")
    return name == stream or known is None or name not in known


def drivers_that_stop_short(reading: Reading) -> Iterator[Fault]:
    """Refuse a driver that does not cover the plan and the history of a service that it moves."""
    years = plan_years(reading)
    sheet = reading.sheets["services"]
    if not years:
        return
    drivers = {
        series.key[0]: series
        for series in all_series(reading, "drivers")
        if series.covered and not series.doubtful
    }
    needed: dict[str, set[str]] = {}
    for row in reading.sheets["demand"].having("service", "period"):
        needed.setdefault(row.text("service"), set()).add(year_of(row))
    for row in sheet.having("service", "driver"):
        driver, service = row.text("driver"), row.text("service")
        if driver not in drivers:
            continue
        series = drivers[driver]
        first, last = series.covered[0].label, series.covered[-1].label
        wanted = {*years, *needed.get(service, set())}
        # A hole between them is a gap, which is a fault of its own.
        absent = sorted(year for year in wanted if not first <= year <= last)
        if absent:
            wrong = f"the driver has no value for {_listed(absent)}"
            remedy = "Add what is missing to drivers.csv, projected where it is to come."
            yield sheet.fault(row, "driver", wrong, remedy + _worked_out(series, absent[-1]))


def _worked_out(series: Series, year: str) -> str:
    """Say which mid-years a year is worked out from, where a driver is given by them."""
    if series.frequency is not Frequency.INTEGER:
        return ""
    needed = parts(parse_period(year, frequency=Frequency.YEAR), series.frequency)
    return f" {year} is worked out from {' and '.join(map(written, needed))}."


def recurring_with_gaps(reading: Reading) -> Iterator[Fault]:
    """Refuse recurring costs and proposals that miss a year between their first and the plan's end.

    What recurs does not stop by being left out: a year without a row would count as nil.
    """
    years = plan_years(reading)
    for table, key in (("costs", "item"), ("proposals", "proposal")):
        sheet = reading.sheets[table]
        if not sheet.whole:
            continue
        own: dict[str, list[Row]] = {}
        for row in sheet.rows:
            own.setdefault(row.raw.get(key, ""), []).append(row)
        for name, rows in own.items():
            read = all(row.has(key, "year", "one_off") for row in rows)
            if not read or any(row.cells["one_off"] for row in rows):
                continue
            known = {row.text("year") for row in rows}
            if not known <= set(years):
                continue
            expected = years[years.index(min(known)) :]
            if missing := [year for year in expected if year not in known]:
                wrong = f"{name} recurs, and has no row for {', '.join(missing)}"
                remedy = "Add what is missing, and write 0 where it is nil."
                yield sheet.fault(rows[-1], "year", wrong, remedy)
