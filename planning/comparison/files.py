"""A comparison on disk: a workbook, one long CSV file, or a folder with every table."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from planning.comparison.comparison import Comparison
from planning.comparison.steps import ORDER_MATTERS
from planning.comparison.tables import KEYS, TABLES
from planning.comparison.workbook import workbook_of
from planning.papers.csv_files import csv_bytes
from planning.papers.folder import check_file, check_target, replace_folder, write_file
from planning.papers.manifest import MANIFEST, manifest_bytes

HOLDS = "comparison"

WORKBOOK = "comparison.xlsx"

LONG = ["table", "key", "figure", "from", "to", "change", "words"]


def check_out(out: Path, *, sources: tuple[str, ...]) -> None:
    """Refuse a place that a comparison may not take.

    Raises
    ------
    FileExistsError
        If it is one of what is read, or a folder that holds anything but an earlier comparison.
    FileNotFoundError
        If it is a file that would stand in no folder, or of a kind that is not written.
    """
    if _is_folder(out):
        check_target(out, holds=HOLDS)
        return
    if out.suffix not in (".xlsx", ".csv"):
        raise FileNotFoundError(
            f"{out} is neither an .xlsx nor a .csv file. Name one, or a folder without a dot."
        )
    for source in sources:
        check_file(out, beside=Path(source))


def write_comparison(made: Comparison, out: Path) -> None:
    """Write a comparison to a workbook, a CSV file or a folder, all or nothing."""
    if out.suffix == ".csv":
        write_file(out, csv_bytes(long_table(made)))
    elif out.suffix == ".xlsx":
        write_file(out, workbook_of(made))
    else:
        replace_folder(out, _folder(made), holds=HOLDS)


def _is_folder(out: Path) -> bool:
    return out.is_dir() or not out.suffix


def _folder(made: Comparison) -> dict[str, bytes]:
    """Return every file of a comparison's folder."""
    files = {TABLES[name].file: csv_bytes(table) for name, table in made.tables.items()}
    files[WORKBOOK] = workbook_of(made)
    content = {
        "holds": HOLDS,
        "old": {"plan": made.old.name, "inputs": dict(made.old.digests)},
        "new": {"plan": made.new.name, "inputs": dict(made.new.digests)},
        "years": list(made.years),
        "summary": list(made.lines),
        "order": ORDER_MATTERS,
    }
    files[MANIFEST] = manifest_bytes(content, outputs=dict(files))
    return files


def long_table(made: Comparison) -> pd.DataFrame:
    """Return every figure of every table on a row of its own.

    table, key (its parts joined by a stroke), figure, from, to, change, words. A figure that is
    itself a change has no from and to.
    """
    rows = [row for name in TABLES for row in _long(name, made.tables[name])]
    return pd.DataFrame(rows, columns=LONG, dtype=object)


def _long(name: str, table: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Yield the figures of one table."""
    columns = list(table.columns)
    heads = [column.removesuffix("from") for column in columns if column.endswith("from")]
    trios = {f"{head}{end}" for head in heads for end in ("from", "to", "change")}
    apart = [c for c in columns if c not in trios and pd.api.types.is_numeric_dtype(table[c])]
    words = [c for c in columns if c not in {*trios, *apart, *KEYS[name]}]
    for row in table.to_dict(orient="records"):
        said = "; ".join(str(row[c]) for c in words if row[c])
        label = {"table": name, "key": "/".join(str(row[c]) for c in KEYS[name]), "words": said}
        for head in heads:
            ends = {end: row[f"{head}{end}"] for end in ("from", "to", "change")}
            yield label | {"figure": head.removesuffix("_")} | ends
        for column in apart:
            yield label | {"figure": column, "change": row[column]}
