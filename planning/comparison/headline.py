"""What changed from one plan to the other, in sentences with computed figures."""

from collections.abc import Iterable

import pandas as pd

from planning.comparison.beside import PENNY
from planning.comparison.measures import Levels
from planning.comparison.sides import Side
from planning.comparison.steps import Step
from planning.comparison.variance import PARTS
from planning.summary import illustrative_line, millions

ROUNDING = (
    "In sentences £ are in millions to one place, below £50,000 in pounds, and may not add up in "
    "the last digit; the tables hold every figure in full, and add up."
)

_LINES = {
    "cost": (1, "spending more on units", "spending less on units"),
    "fixed_cost": (1, "more fixed cost", "less fixed cost"),
    "income": (-1, "less income", "more income"),
    "trading": (-1, "less trading", "more trading"),
    "reserves_drawn": (-1, "drawing less on reserves", "drawing more on reserves"),
}
"""Each line of the budget: how it moves the gap, and its name as it widens or closes it."""

_VARIANCES = {
    "volume": "volume",
    "mix": "the mix of offers",
    "price": "price",
    "fixed": "cost that no unit buys",
}


def sentences(
    sides: tuple[Side, Side],
    ends: tuple[Levels, Levels],
    *,
    steps: tuple[Step, ...],
    variance: pd.DataFrame,
    years: tuple[str, ...],
) -> list[str]:
    """Return what changed, the gap first; the first line says which way round it is."""
    old, new = sides
    span = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
    said = [f"From {old.name} to {new.name}, over {span}"]
    if old.years != new.years:
        own = ", ".join(f"{side.name} has {side.years[0]} to {side.years[-1]}" for side in sides)
        said.append(f"Only years that both plans have are compared: {own}.")
    said += [_gap(ends), *_causes(steps), _cost(ends, variance)]
    last = years[-1]
    told = {
        "structural_gap": f"The structural gap of {last}",
        "reserves_balance": f"Reserves at the end of {last}",
        "statutory_unmet": "Statutory demand unmet",
        "other_unmet": "Other demand unmet",
    }
    said += [f"{_moves(what, ends, name)}." for name, what in told.items()]
    said += [_targets(ends), *_illustrative(sides), ROUNDING]
    return said


def _gap(ends: tuple[Levels, Levels]) -> str:
    """Say how the gap moves, line by line of the budget; the lines add up to it."""
    parts = []
    for name, (sign, widens, closes) in _LINES.items():
        change = sign * (ends[1][name] - ends[0][name])
        parts.append((change, widens if change > 0.0 else closes))
    return _added("The managed gap", ends, "managed_gap", parts)


def _causes(steps: tuple[Step, ...]) -> list[str]:
    """Say what each step does to the gap, where there is more than one to tell of."""
    parts = [(step.change("managed_gap"), step.cause) for step in steps]
    told = [part for part in parts if abs(part[0]) > PENNY]
    if not told:
        return [f"Cause: {steps[0].cause}."] if len(steps) == 1 else []
    if len(steps) == 1:
        return [f"All of it comes from {steps[0].cause}."]
    return [f"By cause, in this order: {_listed(told, order=False)}."]


def _cost(ends: tuple[Levels, Levels], variance: pd.DataFrame) -> str:
    """Say how cost moves, and what of it is volume, mix, price and fixed cost."""
    parts = [(float(variance[name].sum()), _VARIANCES[name]) for name in PARTS]
    return _added("Cost", ends, "whole_cost", parts)


def _added(
    what: str, ends: tuple[Levels, Levels], name: str, parts: Iterable[tuple[float, str]]
) -> str:
    """Say how a figure moves and what adds up to that."""
    told = sorted((p for p in parts if abs(p[0]) > PENNY), key=lambda part: -part[0])
    said = _moves(what, ends, name)
    if not told:
        return f"{said}."
    same = " for what moves it cancels out" if abs(ends[1][name] - ends[0][name]) <= PENNY else ""
    return f"{said}{',' if same else ''}{same}: {_listed(told)}."


def _listed(parts: list[tuple[float, str]], *, order: bool = True) -> str:
    """Return sums that add up: those above nil, then what is taken off, or as they come."""
    rank = sorted(parts, key=lambda part: -part[0]) if order else parts
    said = []
    for place, (amount, words) in enumerate(rank):
        sign = "less " if amount < 0.0 else "" if place == 0 else "plus "
        said.append(f"{sign}{millions(abs(amount))} from {words}")
    return ", ".join(said)


def _moves(what: str, ends: tuple[Levels, Levels], name: str) -> str:
    """Say how a figure in £ moves: ``Cost rises by £1.2m, from £3.0m to £4.2m``."""
    before, after = ends[0][name], ends[1][name]
    if pd.isna(before) or pd.isna(after):
        return f"{what} cannot be told for these years without the cases"
    plural = what.startswith("Reserves")
    if abs(after - before) <= PENNY:
        return f"{what} {'stay' if plural else 'stays'} at {_pounds(after)}"
    way = "rise" if after > before else "fall"
    way += "" if plural else "s"
    amount = millions(abs(after - before))
    return f"{what} {way} by {amount}, from {_pounds(before)} to {_pounds(after)}"


def _pounds(amount: float) -> str:
    return "nil" if abs(amount) <= PENNY else millions(amount).replace("£-", "−£")


def _targets(ends: tuple[Levels, Levels]) -> str:
    before, after = (int(end["targets_missed"]) for end in ends)
    if before == after:
        return f"Targets missed stay at {after}."
    return f"Targets missed go from {before} to {after}."


def _illustrative(sides: tuple[Side, Side]) -> list[str]:
    """Return what of either case is illustrative, once if it is the same."""
    if any(side.case is None for side in sides):
        return ["What of the plans is illustrative cannot be told without both their cases."]
    cases = [side.case for side in sides if side.case is not None]
    # One that says all that the other does speaks for both.
    for case, other in (cases, reversed(cases)):
        if set(case.illustrative()) >= set(other.illustrative()):
            return [illustrative_line(case, "every figure here")]
    return [
        f"{side.name}: {illustrative_line(case)}" for side, case in zip(sides, cases, strict=True)
    ]
