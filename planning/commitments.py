"""What a case should commit to before its future is known, judged over many futures."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from optimisation.refusals import WholeDecisions
from optimisation.risk import Risk
from optimisation.shortfalls import Prices
from optimisation.two_stage import TwoStage, commit
from planning.case import Case
from planning.futures import draw
from planning.outlook import Outlook
from planning.papers.csv_files import csv_bytes
from planning.papers.folder import replace_folder
from planning.papers.manifest import MANIFEST, manifest_bytes
from planning.papers.view import View, html_table
from planning.problem import problem_of
from planning.summary import millions
from planning.tables.faults import Fault, InputError

HOLDS = "commitments"
"""What a folder of commitments says that it holds."""

TOLD = 3
"""Services that are named as committed to more, and as many to less."""

ROUNDING = 1e-6
"""The share of a service by which commitments differ in nothing but rounding."""


@dataclass(frozen=True)
class Commitments:
    """A case's commitments over some futures, what follows in each and what they are worth.

    Parameters
    ----------
    case : Case
        The case.
    seed : int
        What the futures were drawn with.
    risk : Risk
        How bad futures are weighed.
    prices : Prices
        At what shortfalls are valued.
    method : str
        How they were found.
    plan : TwoStage
        The tables; futures are named by their path.
    """

    case: Case
    seed: int
    risk: Risk
    prices: Prices
    method: str
    plan: TwoStage

    def services(self) -> View:
        """Return what is committed of each service, beside what is best for the average future."""
        return View(
            "What to commit to over the plan, £",
            self._by_service(),
            "Units of contracts at their price; average is what would be best if the average of "
            "the futures were sure to come.",
        )

    def summary(self) -> list[str]:
        """Return what they come to, in lines that a finance officer can read."""
        years, count = self.case.years, self.plan.futures["future"].nunique()
        value = self.plan.values.set_index("measure")["value"]
        worst = f"worst {1.0 - self.risk.tail:.0%}"
        apart = value["RP"] - value["bound"]
        proved = apart / value["RP"] if value["RP"] else 0.0
        return [
            f"{self.case.name}: what to commit to for {years[0]} to {years[-1]}, over {count} "
            f"futures, the {worst} of them weighing {self.risk.weight:.0%}",
            f"Commitments: {self._committed()}",
            f"Then, on average: {self._follows(count)}",
            "Planning for every future instead of the average saves "
            f"{millions(value['VSS'])}, shortfalls included; knowing which will come would save "
            f"{millions(value['EVPI'])} more",
            f"With shortfalls the futures cost {millions(value['mean'])} on average and the "
            f"{worst} {millions(value['tail_mean'])}; {millions(value['mean_of_average'])} and "
            f"{millions(value['tail_mean_of_average'])} if only the average is planned for",
            f"Shortfalls are valued, not paid: a unit of statutory demand not met at "
            f"{self.prices.statutory:g} times its dearest offer, of other demand at "
            f"{self.prices.other:g} times, and each pound that nothing pays for at "
            f"£{self.prices.gap:g} more",
            f"No other commitments cost less by more than {proved:.2%}",
        ]

    def _by_service(self) -> pd.DataFrame:
        """Return service, average, commit (£ over the plan) and used (share of units)."""
        table = self.plan.commitments
        money = table.assign(
            average=table["average"] * table["unit_cost"],
            used=table["used"] * table["unit_cost"],
            commit=table["commit"] * table["unit_cost"],
        )
        total = money.groupby("service", as_index=False)[["average", "commit", "used"]].sum()
        return total.assign(used=total["used"] / total["commit"].where(total["commit"] > 0.0))

    def _committed(self) -> str:
        """Say what is committed, and where that is more or less than for the average future."""
        table = self._by_service()
        names = self.case.services.set_index("service")["name"]
        more = table["commit"] - table["average"]
        table = table.assign(name=table["service"].map(names), more=more)
        real = table[more.abs() > ROUNDING * table[["commit", "average"]].max(axis=1)]
        way = "more" if more.sum() >= 0.0 else "less"
        text = (
            f"{millions(table['commit'].sum())} of contracts, {millions(abs(more.sum()))} {way} "
            "than is best for the average future"
        )
        up = real[real["more"] > 0.0].nlargest(TOLD, "more")
        down = real[real["more"] < 0.0].nsmallest(TOLD, "more")
        for word, rows in (("more", up), ("less", down)):
            if len(rows):
                told = [f"{row.name} {millions(abs(row.more))}" for row in rows.itertuples(False)]
                text += f"; {word} of {', '.join(told)}"
        return text

    def _follows(self, count: int) -> str:
        """Say what is bought later, and what is short, a future."""
        columns = ["spot", "gap", "unmet_statutory", "unmet_other"]
        spot, gap, law, other = self.plan.futures[columns].sum() / count
        return (
            f"{millions(spot)} of spot purchases, {millions(gap)} that nothing pays for, statutory "
            f"demand worth {millions(law)} and other worth {millions(other)} not met"
        )

    def export(
        self, folder: str | Path, *, started: str = "", seconds: float | None = None
    ) -> Path:
        """Write the folder of commitments, all or nothing, and return where it is.

        Raises
        ------
        FileExistsError
            If the folder holds anything but earlier commitments.
        """
        tables = {name: getattr(self.plan, name) for name in ("commitments", "futures", "values")}
        files = {f"{name}.csv": csv_bytes(table) for name, table in tables.items()}
        files["summary.txt"] = "".join(f"{line}\n" for line in self.summary()).encode()
        content: dict[str, Any] = {
            "holds": HOLDS,
            "council": self.case.name,
            "summary": self.summary(),
            "illustrative": self.case.illustrative(),
            "inputs": dict(self.case.digests),
            "files": dict(self.case.files),
            "options": {
                "tail": self.risk.tail,
                "weight": self.risk.weight,
                "method": self.method,
                "statutory": self.prices.statutory,
                "other": self.prices.other,
                "gap": self.prices.gap,
            },
            "seed": self.seed,
            "times": {"started": started, "seconds": seconds},
        }
        files[MANIFEST] = manifest_bytes(content, outputs=dict(files))
        replace_folder(Path(folder), files, holds=HOLDS)
        return Path(folder)

    def _repr_html_(self) -> str:
        """Return what is committed of each service, and what that is worth."""
        return self.services()._repr_html_() + html_table("What it is worth", self.plan.values)


def plan_commitments(
    outlook: Outlook,
    count: int,
    *,
    risk: Risk,
    method: str = "extensive",
    seed: int | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Commitments:
    """Return the commitments that are best over some futures of an outlook.

    Parameters
    ----------
    outlook : Outlook
        Whose paths they are drawn from.
    count : int
        How many.
    risk : Risk
        How bad futures are weighed.
    method : str
        See ``optimisation.two_stage.commit``.
    seed : int, optional
        Of the draw; the case's own unless given.
    say : callable
        Told, in a few words, what is being done.

    Raises
    ------
    InputError
        If awards of the case are whole decisions.
    Infeasible
        If hard rules of the case contradict each other.
    ValueError
        If more futures are asked for than there are paths, or there is no such method.
    SolverError
        If HiGHS stops without a proven optimum, or hedging is not installed.
    """
    case = outlook.case
    seed = case.settings.seed if seed is None else seed
    problem, drawn = problem_of(outlook), draw(outlook, count, seed=seed)
    problems = [
        replace(
            problem,
            demand=problem.demand.assign(units=demand),
            income=problem.income.assign(amount=income),
        )
        for demand, income in zip(drawn.demand, drawn.income, strict=True)
    ]
    prices = Prices()
    try:
        made = commit(
            problems, tail=risk.tail, weight=risk.weight, method=method, prices=prices, say=say
        )
    except WholeDecisions as refusal:
        raise InputError([_whole(str(refusal))]) from refusal
    named = made.futures.assign(future=drawn.number[made.futures["future"] - 1])
    return Commitments(case, seed, risk, prices, method, replace(made, futures=named))


def _whole(wrong: str) -> Fault:
    remedy = "Make a copy of the case without them, or plan it by virement plan."
    return Fault(table="offers", line=None, column="", value="", wrong=wrong, remedy=remedy)
