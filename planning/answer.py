"""How a command answers: in words or as JSON, with an exit code."""

import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import click

from optimisation.refusals import Infeasible, SolverError
from planning.plain import plain
from planning.status import Status
from planning.tables.faults import InputError
from planning.tables.sources import Source

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the same as JSON.")
_ESCAPED = re.compile("[\x7f-\x9f]")
"""What JSON leaves as it is, and a terminal would obey."""


def _with_case(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command its CASE: a folder, a workbook or a database, and --mapping to read it by."""

    @click.argument("case")
    @click.option(
        "--mapping",
        type=click.Path(exists=True, dir_okay=False),
        help="Read the council's own sheets and columns by this mapping file. One beside the CASE, "
        "as case.mapping.toml beside case.xlsx, is found by itself.",
    )
    @wraps(command)
    def told(*arguments: Any, case: str, mapping: str | None, **options: Any) -> Any:  # noqa: ANN401
        return command(*arguments, case=Source.of(case, mapping), **options)

    return told


CASE = _with_case
"""What names a case on the command line; the command is given a `Source`."""


class Answer:
    """What a command comes to, in words or as JSON, and its exit code.

    As a context it also answers for what is the input's fault or the solver's.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def __call__(self, status: Status, lines: Sequence[str], more: dict[str, Any]) -> None:
        """Print the lines, or the same as JSON, and leave with the status."""
        try:
            self._print(status, lines, more)
        except BrokenPipeError:
            # Whoever read along has left, as `head` does; what was done is done, and the status
            # says it. What is left to flush goes nowhere.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            for stream in (sys.stdout, sys.stderr):
                os.dup2(nowhere, stream.fileno())
        sys.exit(int(status))

    def _print(self, status: Status, lines: Sequence[str], more: dict[str, Any]) -> None:
        if self.as_json:
            word = "done" if status is Status.PLANNED else status.name.lower()
            body = {"status": word, "exit_code": int(status), "lines": [*lines]}
            written = json.dumps(body | more, ensure_ascii=False, indent=2)
            click.echo(_ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", written))
            return
        for line in lines:
            # A name of a case, or a cell at fault, may hold what would command a terminal.
            click.echo(plain(line), err=status not in (Status.PLANNED, Status.SHORTFALL))

    def __enter__(self) -> "Answer":
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Answer for a refusal; anything else is a fault of this program and shows itself."""
        if isinstance(error, InputError):
            faults = [fault.as_dict() for fault in error.faults]
            self(Status.INPUT_AT_FAULT, str(error).splitlines(), {"faults": faults})
        elif isinstance(error, Infeasible):
            lines = ["No plan keeps every rule. These cannot all hold:"]
            lines += [f"  {requirement}" for requirement in error.conflict]
            if error.ways_out:
                lines += ["One of these alone would do, the least first:"]
                lines += [f"  {way}" for way in error.ways_out]
            more = {"conflict": list(error.conflict), "ways_out": list(error.ways_out)}
            self(Status.INPUT_AT_FAULT, lines, more)
        elif isinstance(error, FileExistsError | FileNotFoundError) and error.errno is None:
            # Ours: the place is not one that a plan may take, or holds none.
            self(Status.INPUT_AT_FAULT, [str(error)], {})
        elif isinstance(error, SolverError):
            self(Status.SOLVER_FAILED, [str(error)], {})
        elif isinstance(error, OSError):
            self(Status.FAILED, [f"Nothing was written: {error}"], {})
