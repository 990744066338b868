"""What would be otherwise: the plans of a case's scenarios, side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from optimisation import Infeasible
from planning.case import Case
from planning.outlook import Outlook, forecast_anew, look_ahead
from planning.papers.view import View
from planning.plan import Plan, draw_up
from planning.spread_work import HERE, Task, Workers, spread
from planning.stress import stresses
from planning.summary import millions

AS_IT_IS = "as it is"
"""The case without any edit."""

PENNY = 0.005
"""£ below which a figure is nil to the penny."""


@dataclass(frozen=True)
class Run:
    """One scenario, and its plan or what of it cannot hold together."""

    scenario: str
    plan: Plan | None
    conflict: tuple[str, ...] = ()

    @property
    def made(self) -> Plan:
        """Its plan.

        Raises
        ------
        Infeasible
            If it has none.
        """
        if self.plan is None:
            raise Infeasible([*self.conflict], [])
        return self.plan


def every_case(case: Case) -> dict[str, Case]:
    """Return the case as it is, after each of its scenarios, and after each built-in stress."""
    own = sorted(set(case.scenarios["scenario"]))
    named = {name: case.scenario(name) for name in own}
    tried = {name: case.edit(*edits) for name, edits in stresses(case).items() if name not in named}
    return {AS_IT_IS: case} | named | tried


def plan_scenarios(case: Case) -> tuple["Run", ...]:
    """Return the plans of the case as it is and of each of its scenarios, in order of name."""
    own = sorted(set(case.scenarios["scenario"]))
    return run_all({AS_IT_IS: case} | {name: case.scenario(name) for name in own})


def run_all(
    cases: Mapping[str, Case],
    *,
    workers: Workers = HERE,
    say: Callable[[str], None] = lambda _: None,
) -> tuple[Run, ...]:
    """Return the plan of each case, in their order.

    Parameters
    ----------
    cases : mapping of str to Case
        By scenario; the first is forecast, and every other whose edits leave its history alone
        keeps that forecast.
    workers : Workers
        Who does it; the plans are the same however many.
    say : callable
        Told, in a few words, what is being done.
    """
    return tuple(spread(_run, _tasks(cases, say=say), workers=workers, say=say))


def tabulate(
    cases: Mapping[str, Case],
    *,
    workers: Workers = HERE,
    keep: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> tuple[pd.DataFrame, list[str]]:
    """Return the table of each case's plan, and a line for each, without the plans themselves.

    Parameters
    ----------
    cases : mapping of str to Case
        As in `run_all`.
    workers : Workers
        Who does it.
    keep : Path, optional
        Where what each scenario comes to is kept once it is known.
    say : callable
        Told, in a few words, what is being done.
    """
    found = spread(_told, _tasks(cases, say=say), workers=workers, keep=keep, say=say)
    lines = [one["line"] for one in found]
    return pd.DataFrame([one["row"] for one in found]), _beside(list(cases), lines)


def _tasks(cases: Mapping[str, Case], *, say: Callable[[str], None]) -> list[Task]:
    """Return the parts of the work, once the first case is forecast."""
    outlook = look_ahead(next(iter(cases.values())), say=say)
    say(f"Planning {len(cases)} scenarios")
    return [
        Task(f"{name} {case.fingerprint}", (name, case, outlook)) for name, case in cases.items()
    ]


def _told(scenario: str, case: Case, outlook: Outlook) -> dict[str, object]:
    """Return what a scenario comes to, ready for JSON."""
    run = _run(scenario, case, outlook)
    return {"row": _row(run), "line": _line(run)}


def _run(scenario: str, case: Case, outlook: Outlook) -> Run:
    ahead = look_ahead(case) if forecast_anew(case) else outlook.of(case)
    try:
        return Run(scenario, draw_up(ahead))
    except Infeasible as refusal:
        return Run(scenario, None, refusal.conflict)


def scenario_table(runs: tuple[Run, ...]) -> pd.DataFrame:
    """Return a row for each scenario, in £ over all years unless it says otherwise.

    scenario, managed_gap, structural_gap and cost (of the last year), trading, reserves at the end,
    the first year with a gap, unmet_statutory, targets_missed and conflict, which is blank where
    there is a plan; without one its figures are.
    """
    return pd.DataFrame([_row(run) for run in runs])


def _row(run: Run) -> dict[str, object]:
    if run.plan is None:
        return {"scenario": run.scenario, "conflict": "; ".join(run.conflict)}
    budget, goals = run.plan.allocation.budget, run.plan.allocation.goals
    gap = budget[budget["managed_gap"] > PENNY]
    targets = run.plan.allocation.targets
    return {
        "scenario": run.scenario,
        "managed_gap": budget["managed_gap"].sum(),
        "structural_gap": budget["structural_gap"].iloc[-1],
        "cost": (budget["cost"] + budget["fixed_cost"]).iloc[-1],
        "trading": budget["trading"].sum(),
        "reserves": budget["reserves_balance"].iloc[-1],
        "first_gap": gap["year"].iloc[0] if len(gap) else "",
        "unmet_statutory": goals.set_index("goal").at["statutory_demand", "value"],
        "targets_missed": int((targets["shortfall"] > 0.0).sum()),
        "conflict": "",
    }


def scenario_lines(runs: tuple[Run, ...]) -> list[str]:
    """Return a line for each scenario."""
    return _beside([run.scenario for run in runs], [_line(run) for run in runs])


def _beside(names: Sequence[str], lines: Sequence[str]) -> list[str]:
    width = max(map(len, names))
    return [f"{name:<{width}}  {line}" for name, line in zip(names, lines, strict=True)]


def _line(run: Run) -> str:
    if run.plan is None:
        return f"no plan: {'; '.join(run.conflict[:3])}"
    row = _row(run)
    gap, last = float(str(row["managed_gap"])), float(str(row["structural_gap"]))
    covered = f"{millions(gap)} uncovered, from {row['first_gap']}" if gap > PENNY else "no gap"
    unmet = float(str(row["unmet_statutory"]))
    law = f"; statutory demand worth {millions(unmet)} unmet" if unmet > PENNY else ""
    return f"{covered}; structural gap {millions(last)} in the last year{law}"


def scenario_view(runs: tuple[Run, ...]) -> View:
    """Return the scenarios side by side."""
    table = scenario_table(runs)
    short = int((table["managed_gap"] > PENNY).sum())
    return View(
        f"{len(table)} scenarios: {short} leave a gap that nothing covers",
        table,
        "£; structural gap and cost are of the last year. A scenario without figures has no plan: "
        "its conflict says which requirements cannot all hold.",
        pounds=("unmet_statutory", "reserves"),
    )
