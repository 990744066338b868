"""A scenario added to a case's scenarios.csv: checked as a case is at the door, all or nothing."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from planning.case import Case
from planning.papers.csv_files import RUN_AS_FORMULA
from planning.papers.folder import write_file
from planning.tables.checks import all_faults
from planning.tables.csv_grids import decoded, read_table
from planning.tables.edits import SCENARIOS, Edit
from planning.tables.faults import Fault, InputError
from planning.tables.reading import Reading, read_source
from planning.tables.schema import TABLES
from planning.tables.sources import SourceKind

FILE = TABLES[SCENARIOS].file


def add_scenario(case: Case, edits: Sequence[Edit], *, source: str, note: str) -> Case:
    """Write edits below the others of scenarios.csv, and return the case as it is then read.

    What is in the file stays byte for byte. Edits that the case has already are part of it as it
    was read, and are made again in what is returned.

    Parameters
    ----------
    case : Case
        The case, whose files must not have changed since it was read.
    edits : sequence of Edit
        All of one scenario, by a name that is not yet taken.
    source, note : str
        What its rows say there, if the file has such columns.

    Raises
    ------
    InputError
        If there is nothing to save, the name is taken, the case would be at fault with it, or its
        files have changed. Nothing is written then, unless another file changes at that moment.
    """
    if case.source.kind is not SourceKind.FOLDER:
        wrong = f"a scenario is not written to a {case.source.kind}"
        raise InputError([Fault("", None, "", str(case.source), wrong, _to_paste(edits))])
    reading = read_source(case.source)
    if reading.files != case.files:
        wrong = "the case's files have changed since it was read"
        raise InputError([Fault("", None, "", str(case.source), wrong, "Read it again.")])
    _check_name(reading, edits)
    path = Path(case.source.address) / FILE
    before = path.read_bytes() if FILE in reading.files else b""
    after = before + _rows(before, edits, remarks={"source": source, "note": note})
    sheet, own = read_table(after, TABLES[SCENARIOS])
    sheets = MappingProxyType(dict(reading.sheets) | {SCENARIOS: sheet})
    if faults := all_faults(replace(reading, sheets=sheets, faults=(*reading.faults, *own))):
        raise InputError(faults)
    write_file(path, after)
    fresh = type(case).read(case.source, edits=lambda _: case.edits)
    if {**fresh.files, FILE: ""} != {**case.files, FILE: ""}:
        wrong = "another file of the case changed while the scenario was saved"
        raise InputError([Fault("", None, "", str(case.source), wrong, "Read it again.")])
    return fresh


def _to_paste(edits: Sequence[Edit]) -> str:
    """Return a scenario's rows, for the planner to add."""
    rows = "; ".join(
        ", ".join((one.scenario, one.table, one.key, one.column, one.value)) for one in edits
    )
    return f"Add these rows to its table {SCENARIOS}: {rows}."


def _check_name(reading: Reading, edits: Sequence[Edit]) -> None:
    """Refuse a scenario of no edits, and one by a name that is taken or a formula.

    Raises
    ------
    InputError
        If it is any of these.
    """
    if not edits:
        wrong = "nothing is changed, so there is nothing to save"
        raise InputError([Fault(SCENARIOS, None, "", "", wrong, "Change something first.")])
    name = edits[0].scenario
    if name.strip().startswith(RUN_AS_FORMULA):
        wrong = "begins as a formula does, which a spreadsheet would run"
        raise InputError([Fault(SCENARIOS, None, "scenario", name, wrong, "Choose another name.")])
    for row in reading.sheets[SCENARIOS].having("scenario"):
        if row.text("scenario") == name.strip():
            wrong = "the case has a scenario of this name"
            remedy = "Choose another name, or take its rows out of scenarios.csv first."
            raise InputError([Fault(SCENARIOS, row.line, "scenario", name, wrong, remedy)])


def _rows(before: bytes, edits: Sequence[Edit], *, remarks: dict[str, str]) -> bytes:
    """Return the rows of some edits in the columns of a file, which is begun if it is empty."""
    text, _ = decoded(before, SCENARIOS)
    end = "\r\n" if "\r\n" in text else "\n"
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end)
    heading = [name.strip() for name in next(csv.reader(io.StringIO(text)), [])]
    if not any(heading):
        heading = list(TABLES[SCENARIOS].names)
        writer.writerow(heading)
    elif not text.endswith(("\n", "\r")):
        out.write(end)
    for edit in edits:
        cells = {name: str(getattr(edit, name)) for name in ("table", "key", "column", "value")}
        cells |= remarks | {"scenario": edit.scenario}
        writer.writerow([cells.get(name, "") for name in heading])
    return out.getvalue().encode()
