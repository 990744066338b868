"""Checks of time: years and periods outside the plan or before it, gaps, and series too short."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from forecasting.periods import Frequency, Period, financial_year, parse_period, parse_periods
from planning.tables.faults import Fault
from planning.tables.names import known_names
from planning.tables.reading import Reading
from planning.tables.schema import ANNOUNCED, RECEIVED, TABLES
from planning.tables.sheets import Row, Sheet

SHORTEST = 3
"""The fewest years from which anything can be forecast."""

# The tables whose rows stand for a year of the plan, and the column that says which.
_PLANNED = (("targets", "year"), ("rules", "year"), ("costs", "year"), ("proposals", "year"))


def plan_years(reading: Reading) -> tuple[str, ...]:
    """Return the plan's years in order; none where the settings do not say."""
    first, years = reading.settings.get("plan.first_year"), reading.settings.get("plan.years")
    if first is None or years is None:
        return ()
    start = parse_period(str(first), frequency=Frequency.YEAR)
    return tuple((start + t).label for t in range(int(years)))


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
        if years and _year_of(row) >= years[0]:
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


@dataclass(frozen=True)
class _Series:
    """The rows of one series whose periods could be read, and the rows that may also be its own.

    One slip is one fault: a row that is wrongly named or dated leaves a hole behind, which is not
    to be reported as well. ``elsewhere`` holds the periods of rows whose series is not known, and
    ``undated`` counts rows that repeat a period or have none.
    """

    key: tuple[str, ...]
    rows: tuple[Row, ...]
    elsewhere: frozenset[Period]
    undated: int

    @property
    def name(self) -> str:
        """Its key, as a planner would say it."""
        return " in ".join(part for part in self.key if part)

    @property
    def periods(self) -> list[Period]:
        """The period of each row, settled among them."""
        return parse_periods(row.text("period") for row in self.rows)

    @property
    def known(self) -> int:
        """The number of periods that it has or may have."""
        return len({*self.periods} | self.elsewhere) + self.undated

    @property
    def missing(self) -> list[Period]:
        """The periods between its first and its last for which no row can be found."""
        have = set(self.periods) | self.elsewhere
        first, last = min(self.periods), max(self.periods)
        holes = [first + t for t in range(last - first) if first + t not in have]
        return holes if len(holes) > self.undated else []


def _series(reading: Reading, table: str) -> list[_Series]:
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
    return [
        _one_series(key, own, end, [*strays, *_short_of(key, short)]) for key, own in rows.items()
    ]


def _is_before(row: Row, end: str) -> bool:
    """Whether a row is of a year before the plan, as far as can be told."""
    return not end or not row.has("period") or _year_of(row) < end


def _short_of(key: tuple[str, ...], short: dict[tuple[str, ...], list[Row]]) -> list[Row]:
    """Return the rows of a service's series too short to stand: they may be another's, misnamed."""
    return [
        row for other, own in short.items() if other != key and other[0] == key[0] for row in own
    ]


def _parents(reading: Reading, table: str) -> set[str] | None:
    """Return the names that a table's series may go by, None where any may do."""
    parent = TABLES[table].columns[0].refers
    return known_names(reading.sheets, parent) if parent else None


def _one_series(key: tuple[str, ...], own: list[Row], end: str, strays: list[Row]) -> _Series:
    """Return one series, with the rows of no known series that may be its own."""
    dated = [row for row in own if row.has("period") and _is_before(row, end)]
    repeats = len(dated) - len({row.text("period") for row in dated})
    lost = len(own) - len(dated) + sum(not row.has("period") for row in strays)
    elsewhere = parse_periods(row.text("period") for row in strays if row.has("period"))
    return _Series(key, tuple(dated), frozenset(elsewhere), repeats + lost)


def _histories(reading: Reading) -> Iterator[tuple[Sheet, _Series]]:
    """Yield every series that has a row, of demand, of drivers and of income before the plan."""
    for table in ("demand", "drivers", "income"):
        for series in _series(reading, table):
            if series.rows:
                yield reading.sheets[table], series


def mixed_frequencies(reading: Reading) -> Iterator[Fault]:
    """Refuse a series that is not of years, of quarters or of months throughout."""
    for sheet, series in _histories(reading):
        found = [period.frequency for period in series.periods]
        usual = max(sorted(set(found)), key=found.count)
        odd = [row for row, own in zip(series.rows, found, strict=True) if own is not usual]
        if odd:
            wrong = f"not a {usual}, as the rest of {series.name} is"
            remedy = "Give the whole series by years, by quarters or by months."
            yield sheet.fault(odd[0], "period", wrong, remedy)


def gaps(reading: Reading) -> Iterator[Fault]:
    """Refuse a series that lacks a period between its first and its last."""
    for sheet, series in _histories(reading):
        mixed = len({period.frequency for period in series.periods}) > 1
        # What is too short to be forecast is a fault of its own; a driver is not forecast.
        if mixed or (sheet.table.name != "drivers" and series.known < SHORTEST):
            continue
        if missing := series.missing:
            dated = zip(series.rows, series.periods, strict=True)
            after = next(row for row, period in dated if period > missing[0])
            wrong = f"a gap in {series.name}: no row for {_listed([m.label for m in missing])}"
            remedy = "Add what is missing; if it is not known, leave out what came before the gap."
            yield sheet.fault(after, "period", wrong, remedy)


def _listed(labels: list[str], *, most: int = 4) -> str:
    return ", ".join(labels[:most]) + (" and others" if len(labels) > most else "")


def demand_too_short(reading: Reading) -> Iterator[Fault]:
    """Refuse a series of demand with too few whole years to be forecast."""
    mixed = _whole_and_by_locality(reading)
    sheet = reading.sheets["demand"]
    for series in _series(reading, "demand"):
        years = len(_covered(series))
        # What may be its own but is at fault is reported already, and may be what is wanting.
        doubt = len(series.elsewhere) + series.undated
        if series.rows and years + doubt < SHORTEST and series.key[0] not in mixed:
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
    covered = {
        s.key[0]: span
        for s in _series(reading, "drivers")
        if s.rows and not s.undated and not s.elsewhere and (span := _covered(s))
    }
    needed: dict[str, set[str]] = {}
    for row in reading.sheets["demand"].having("service", "period"):
        needed.setdefault(row.text("service"), set()).add(_year_of(row))
    for row in sheet.having("service", "driver"):
        driver, service = row.text("driver"), row.text("service")
        if driver not in covered:
            continue
        first, last = min(covered[driver]), max(covered[driver])
        wanted = {*years, *needed.get(service, set())}
        # A hole between them is a gap, which is a fault of its own.
        absent = sorted(year for year in wanted if not first <= year <= last)
        if absent:
            wrong = f"the driver has no value for {_listed(absent)}"
            remedy = "Add what is missing to drivers.csv, projected where it is to come."
            yield sheet.fault(row, "driver", wrong, remedy)


def _covered(series: _Series) -> set[str]:
    """Return the financial years of which a series has every period."""
    counts = Counter((financial_year(p), p.per_year) for p in set(series.periods))
    return {year for (year, parts), number in counts.items() if number == parts}


def _year_of(row: Row) -> str:
    """Return the financial year that a row's period lies in."""
    return financial_year(parse_period(row.text("period")))


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
