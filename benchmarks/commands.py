"""How long the verbs take, as whole processes, beside importing the libraries that they stand on.

Run ``python benchmarks/commands.py``; it prints medians of five runs and their ratio to an
interpreter that imports pandas, statsmodels and Pyomo and does nothing with them.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
CASE = ROOT / "data" / "northamptonshire"
RUNS = 5


def seconds(*arguments: str) -> float:
    """Return the median wall time of a process over ``RUNS`` runs."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        run = subprocess.run([sys.executable, *arguments], capture_output=True, check=False)
        times.append(time.perf_counter() - began)
        if run.returncode not in (0, 3):
            raise RuntimeError(run.stderr.decode())
    return statistics.median(times)


def main() -> None:
    """Print a line for each verb."""
    peer = seconds("-c", "import pandas, statsmodels.api, pyomo.environ, highspy")
    print(f"{'import pandas, statsmodels.api, pyomo, highspy':50} {peer:6.2f} s   1.00")
    with tempfile.TemporaryDirectory() as folder:
        virement = ("-m", "planning.cli")
        verbs = {
            "virement --help": (*virement, "--help"),
            "virement check": (*virement, "check", str(CASE)),
            "virement forecast": (*virement, "forecast", str(CASE)),
            "virement plan": (*virement, "plan", str(CASE), "--out", f"{folder}/plan"),
            "virement verify": (*virement, "verify", f"{folder}/plan", str(CASE)),
        }
        for name, arguments in verbs.items():
            taken = seconds(*arguments)
            print(f"{name:50} {taken:6.2f} s {taken / peer:6.2f}")


if __name__ == "__main__":
    main()
