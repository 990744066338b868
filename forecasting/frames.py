"""The two frames in which a panel comes and goes, under the caller's own names and stamps.

``series, period, value`` is ours; ``unique_id, ds, y`` is Nixtla's, and so the field's. Either may
give its periods as labels, whole numbers, dates or pandas periods, and gets them back so.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.periods import Period, parse_period
from forecasting.stamps import Calendar, Dates, Step, infer_step

OURS = ("series", "period", "value")
NIXTLA = ("unique_id", "ds", "y")
"""The names that https://nixtlaverse.nixtla.io gives the same columns."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?", re.ASCII)
_NO_DATE = np.datetime64("NaT", "us")
_Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Frame:
    """A panel as the models take it, and what it takes to write the answer as the panel came.

    Parameters
    ----------
    history : DataFrame
        series (text), period (labels or whole numbers), value (floats, NaN where not known).
    names : tuple of str
        What the caller calls series, period and value.
    keys : mapping of str to object
        The caller's own key of each series.
    dtypes : tuple
        Of the caller's keys and periods.
    calendars : mapping of str to Calendar
        Of the series that are stamped with dates; the periods of the others are their own labels.
    faults : mapping of str to str
        Why the dates of a series make no calendar. They stand in the history as they are, which is
        as no period, so that this series fails and stops no other.
    """

    history: pd.DataFrame
    names: tuple[str, str, str]
    keys: Mapping[str, object]
    dtypes: tuple[Any, Any]
    calendars: Mapping[str, Calendar]
    faults: Mapping[str, str]


def frame_names(columns: Iterable[object]) -> tuple[str, str, str]:
    """Return the names of the frame that some columns are nearest to, in doubt ours."""
    found = set(columns)
    return NIXTLA if len(found.intersection(NIXTLA)) > len(found.intersection(OURS)) else OURS


def read_frame(table: pd.DataFrame) -> Frame:
    """Read a long table of ``series, period, value`` or ``unique_id, ds, y``.

    The step from each date of a series to the next is inferred series by series; one with a single
    date takes that of the others, where they agree. Other columns are not read.

    Parameters
    ----------
    table : DataFrame
        One row a period, in any order; keys may stand in its index. Periods are labels as in
        ``forecasting.periods``, integers, dates (ISO text or timestamps, as in
        ``forecasting.stamps``) or pandas periods.

    Raises
    ------
    ValueError
        If a column is missing or holds what it cannot: all that is wrong, for whatever series.
    """
    table = table.reset_index() if set(table.index.names) & {*OURS, *NIXTLA} else table
    names = frame_names(table.columns)
    if wrong := [*_faults(table, names)]:
        raise ValueError("; ".join(wrong))
    key, period, value = (table[name] for name in names)
    codes, distinct = pd.factorize(key)
    texts = [str(one) for one in distinct]
    labels, calendars, faults = _labels(period, codes, texts)
    history = pd.DataFrame(
        {
            "series": pd.Series(np.array(texts, dtype=object)[codes], dtype="str"),
            "period": labels,
            "value": pd.to_numeric(value).to_numpy(dtype=float, na_value=np.nan),
        }
    )
    keys = dict(zip(texts, distinct, strict=True))
    return Frame(history, names, keys, (key.dtype, period.dtype), calendars, faults)


def write_frame(frame: Frame, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of series and period under the caller's names, keys and stamps.

    Parameters
    ----------
    frame : Frame
        What was read.
    table : DataFrame
        series, period and any other columns, which are left as they are.
    """
    series, period = frame.names[:2]
    codes, names = pd.factorize(table["series"])
    distinct = pd.Series([frame.keys[name] for name in names], dtype=frame.dtypes[0])
    keys = distinct.take(codes).reset_index(drop=True)
    written = {series: keys, period: _stamps(frame, table)}
    others = {name: table[name].array for name in table.columns if name not in OURS[:2]}
    return pd.DataFrame(written | others)


def _faults(table: pd.DataFrame, names: tuple[str, str, str]) -> Iterator[str]:
    """Say what is wrong with a table, column by column."""
    if missing := [name for name in names if name not in table.columns]:
        ours, theirs = ", ".join(OURS), ", ".join(NIXTLA)
        yield f"the table has no column {', '.join(missing)}: it needs {ours} or {theirs}"
    checks = (_faults_of_keys, _faults_of_periods, _faults_of_values)
    for name, check in zip(names, checks, strict=True):
        if name in table.columns:
            yield from (f"{name} {wrong}" for wrong in check(table[name]))


def _faults_of_keys(keys: pd.Series) -> Iterator[str]:
    if blank := int(keys.isna().sum()):
        yield f"is missing {blank} times: say which series every row is of"
    distinct = keys.dropna().unique()
    if len({str(one) for one in distinct}) < len(distinct):
        yield "has keys that read alike as text, such as 1 and '1': rename one"


def _faults_of_periods(periods: pd.Series) -> Iterator[str]:
    dtype = periods.dtype
    if blank := int(periods.isna().sum()):
        yield f"is missing {blank} times: say which period every row is of"
    if isinstance(dtype, pd.DatetimeTZDtype):
        yield "has a time zone: take it off with .dt.tz_localize(None)"
    elif pd.api.types.is_numeric_dtype(dtype) and not _whole(dtype):
        yield f"is {dtype}: write labels, whole numbers or dates"


def _faults_of_values(values: pd.Series) -> Iterator[str]:
    dtype = values.dtype
    numbers = pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype)
    if not numbers and values.notna().any():
        yield "has values that are not numbers: convert them first"


def _whole(dtype: object) -> bool:
    return bool(pd.api.types.is_integer_dtype(dtype))


def _labels(
    period: pd.Series, codes: _Rows, texts: list[str]
) -> tuple[npt.NDArray[Any], dict[str, Calendar], dict[str, str]]:
    """Return the label of each row's period, each series' calendar, and why some have none."""
    if _whole(period.dtype):
        return period.to_numpy(dtype=np.int64), {}, {}
    dates, labels = _dates(period)
    rows = dict(zip(texts, _rows(codes, len(texts)), strict=True))
    dated = {name: dates[own] for name, own in rows.items() if not np.isnat(dates[own]).any()}
    steps, faults = _steps(dated)
    calendars = {name: Calendar(dated[name].min(), step) for name, step in steps.items()}
    for name, calendar in calendars.items():
        frequency, ordinals = calendar.step.frequency, calendar.ordinals(dated[name])
        labels[rows[name]] = [Period(frequency, int(one)).label for one in ordinals]
    return labels, calendars, faults


def _dates(period: pd.Series) -> tuple[Dates, npt.NDArray[np.object_]]:
    """Return the date of each row, NaT where it gives none, and what it says as text."""
    if isinstance(period.dtype, pd.PeriodDtype):
        period = period.dt.to_timestamp()
    if pd.api.types.is_datetime64_dtype(period.dtype):
        dates = period.to_numpy().astype("datetime64[us]")
        return dates, np.datetime_as_string(dates, unit="D").astype(object)
    codes, distinct = pd.factorize(period)
    texts = np.array([str(one).strip() for one in distinct], dtype=object)
    dates = np.array([_date(text) for text in texts], dtype="datetime64[us]")
    return dates[codes], texts[codes]


def _date(text: str) -> np.datetime64:
    """Return the date that ISO text stands for, NaT if it is none."""
    try:
        return np.datetime64(text, "us") if _DATE.fullmatch(text) else _NO_DATE
    except ValueError:  # 30 February, and the like.
        return _NO_DATE


def _rows(codes: _Rows, count: int) -> list[_Rows]:
    """Return the rows of each code."""
    order = np.argsort(codes)
    return np.split(order, np.searchsorted(codes[order], np.arange(1, count)))[:count]


def _steps(dated: Mapping[str, Dates]) -> tuple[dict[str, Step], dict[str, str]]:
    """Return the step of each series' dates, and why some have none."""
    steps, faults = {}, {}
    for name, dates in dated.items():
        try:
            steps[name] = infer_step(dates)
        except ValueError as problem:
            faults[name] = str(problem)
    if len(shared := set(steps.values())) == 1:
        (step,) = shared
        borrowers = [name for name in faults if _may_borrow(dated[name], step)]
        steps |= dict.fromkeys(borrowers, step)
        faults = {name: fault for name, fault in faults.items() if name not in steps}
    return steps, faults


def _may_borrow(dates: Dates, step: Step) -> bool:
    """Tell whether a series has a single date that is one of a step's.

    The step must lead from it to another of its kind, and its label must be of the step's frequency
    alone: the single month 2003-04 would be taken for a year.
    """
    if len(np.unique(dates)) > 1:
        return False
    calendar = Calendar(dates[0], step)
    (ordinal,) = calendar.ordinals(dates[:1])
    following = calendar.dates(np.array([ordinal + 1]))
    label = Period(step.frequency, int(ordinal)).label
    plain = parse_period(label).frequency is step.frequency
    return plain and infer_step(np.append(dates[:1], following)) == step


def _stamps(frame: Frame, table: pd.DataFrame) -> Any:  # noqa: ANN401 - any pandas array.
    """Return the periods of a table as the caller writes them."""
    dtype, labels = frame.dtypes[1], table["period"]
    if _whole(dtype):
        whole = pd.to_numeric(labels)
        return whole.astype("Int64" if whole.isna().any() else dtype).array
    # Paths repeat each period many times, so that each is written once.
    series, _ = pd.factorize(table["series"])
    period, named = pd.factorize(labels)
    codes, _ = pd.factorize(series * (len(named) + 1) + period)
    first = pd.Series(codes).drop_duplicates().index
    dates, texts = _written(frame, table[["series", "period"]].iloc[first])
    if isinstance(dtype, pd.PeriodDtype):
        return pd.PeriodIndex(dates[codes], freq=dtype.freq).array
    if pd.api.types.is_datetime64_dtype(dtype):
        return pd.Series(dates[codes]).astype(dtype).array
    return pd.array(texts[codes], dtype="str")


def _written(frame: Frame, pairs: pd.DataFrame) -> tuple[Dates, npt.NDArray[np.object_]]:
    """Return the date of each period of a series, NaT where it has none, and its text."""
    texts = pairs["period"].to_numpy(dtype=object)
    dates = np.full(len(pairs), _NO_DATE)
    for name, own in pairs.groupby("series").indices.items():
        calendar = frame.calendars.get(name)
        rows = own[pd.notna(texts[own])]
        if calendar is not None and len(rows):
            frequency = calendar.step.frequency
            periods = [parse_period(label, frequency=frequency) for label in texts[rows]]
            dates[rows] = calendar.dates(np.array([period.ordinal for period in periods]))
            unit: Literal["D", "s"] = "D" if calendar.whole_days else "s"
            texts[rows] = np.char.replace(np.datetime_as_string(dates[rows], unit=unit), "T", " ")
    return dates, texts
