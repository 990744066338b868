"""Cases of the tests, and the command line run on them."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests" / "planning" / "files" / "small_case"
NORTHAMPTONSHIRE = ROOT / "data" / "northamptonshire"


def virement(*arguments, **options):
    """Run the command line in a process of its own, as a planner does."""
    return subprocess.run(
        [sys.executable, "-m", "planning.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        **options,
    )
