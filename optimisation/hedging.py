"""Progressive hedging by mpi-sppy, for more futures than one linear program can hold."""

from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr import LinearExpression
from scipy.sparse import csr_array

from optimisation.engine import Session
from optimisation.extensive import Extensive, side_by_side
from optimisation.refusals import SolverError
from optimisation.risk import Risk
from optimisation.sets import FloatArray, IntArray
from optimisation.stages import Found, Policy, Stages, follow

BUNDLE = 5
"""Futures solved together: fewer, larger pieces agree in far fewer rounds."""

CLOSE = 1e-3
"""The share of its cost by which a plan may at most be bettered, for hedging to end."""

ROUNDS, EVERY = 200, 5
"""The most rounds, and after how many the plan and its bound are looked at."""

PENALTY, PENALTY_OF_LEVEL = 20.0, 5.0
"""Times its cost over its spread between futures, what a commitment (and the tail's level) pays for
differing from the average: Watson and Woodruff's cost-proportional choice, its factor measured."""

FINENESS = 1e-6
"""The error of mpi-sppy's straight pieces for the square of that difference, in spreads²."""

MILLION = 1e6
"""Objectives are in £m, so that multipliers are of a size with quantities."""


@dataclass(frozen=True)
class _Bundle:
    """Some futures side by side, and in what steps its shared columns are counted."""

    form: Extensive
    session: Session
    shared: IntArray
    share: float


def hedge(
    stages: Stages,
    risk: Risk,
    *,
    known: FloatArray,
    most: float,
    say: Callable[[str], None] = lambda _: None,
) -> Found:
    """Return commitments that are proved to be within `CLOSE` of the best, or the best found.

    Futures are dealt into bundles from the cheapest to the dearest, so that each is a small picture
    of all. Each bundle is solved alone, drawn to the average of all bundles (Rockafellar and Wets,
    *Scenarios and policy aggregation in optimization under uncertainty*, Mathematics of Operations
    Research 16, 1991) by mpi-sppy, round after round, in this process. The average keeps
    every rule, for rules are linear, and is the plan; the multipliers give the bound (Gade et al.,
    *Obtaining lower bounds from the progressive hedging algorithm*, Mathematical Programming 157,
    2016).

    Parameters
    ----------
    known : array of shape (futures, columns)
        The best of each future, were it known beforehand.
    most : float
        What some plan costs, bad futures weighed.
    """
    alone = known @ stages.costs
    size = max(min(stages.count, 2), -(-stages.count // BUNDLE))
    order = np.argsort(alone, kind="stable")
    # The level lies above the cheapest future, and no higher than a plan of this cost may have it.
    top = (most - (1.0 - risk.weight) * alone.mean()) / risk.weight if risk.weight else alone.max()
    levels = (float(alone.min()), max(float(top), float(alone.min()) + MILLION))
    bundles = [_bundle(stages, np.sort(order[n::size]), risk, levels=levels) for n in range(size)]
    of_first = known[:, stages.first]
    spread = np.ptp(of_first, axis=0)
    step = np.maximum(spread, 0.05 * of_first.mean(axis=0))
    step = np.where(step > 0.0, step, stages.program.unit[stages.first])
    watch = _Watch(stages, risk, bundles, np.append(step, levels[1] - levels[0]), say)
    with redirect_stdout(_Silence()):  # mpi-sppy tells what it does on standard output.
        _run(watch)
    return Found(watch.best, watch.bound, watch.rounds)


def _bundle(
    stages: Stages, futures: IntArray, risk: Risk, *, levels: tuple[float, float]
) -> _Bundle:
    form = side_by_side(stages.of(futures), risk)
    form.program.least[form.level], form.program.most[form.level] = levels
    shared = np.append(form.first, form.level)
    return _Bundle(form, Session(form.program), shared, len(futures) / stages.count)


class _Watch:
    """Looks at hedging from round to round, and ends it when its plan is proved close."""

    def __init__(
        self,
        stages: Stages,
        risk: Risk,
        bundles: Sequence[_Bundle],
        step: FloatArray,
        say: Callable[[str], None],
    ) -> None:
        self.stages, self.risk, self.bundles, self.step, self.say = stages, risk, bundles, step, say
        self.names = [f"bundle{number}" for number in range(len(bundles))]
        self.value, self.bound, self.rounds = np.inf, -np.inf, 0
        self.best: Policy
        self.hedging: Any = None

    def __call__(self, hedging: Any) -> "_Watch":  # noqa: ANN401 - mpi-sppy's
        """Take note of what is watched, as mpi-sppy hands it over."""
        self.hedging = hedging
        return self

    def is_converged(self) -> bool:
        """Tell mpi-sppy whether to end."""
        self.rounds += 1
        if (self.rounds - 1) % EVERY and self.rounds < ROUNDS:
            return False
        models = [self.hedging.local_scenarios[name]._mpisppy_model for name in self.names]
        average, *multipliers = (
            np.array([pyo.value(part["ROOT", place]) for place in range(len(self.step))])
            for part in (models[0].xbars, *(model.W for model in models))
        )
        found = follow(self.stages, (average * self.step)[:-1])
        value = self.risk.of(found.costs)
        if value < self.value:
            self.value, self.best = value, found
        self.bound = max(self.bound, self._bound(multipliers))
        apart = (self.value - self.bound) / abs(self.value)
        self.say(f"Hedging, round {self.rounds}: within {apart:.2%} of the best")
        return apart <= CLOSE

    def _bound(self, multipliers: Sequence[FloatArray]) -> float:
        """Return what the bundles cost apart, each paid its multipliers, which add up to nil."""
        total = 0.0
        for bundle, multiplier in zip(self.bundles, multipliers, strict=True):
            costs = bundle.form.costs.copy()
            costs[bundle.shared] += multiplier * MILLION / self.step
            total += bundle.share * bundle.session.minimise(costs).value
        return total


def _run(watch: _Watch) -> None:
    """Run mpi-sppy until the watch ends it."""
    try:
        from mpisppy.opt.ph import PH  # An extra, wanted only here.
        from mpisppy.utils.sputils import attach_root_node
    except ModuleNotFoundError as error:
        raise SolverError(
            "hedging needs the library mpi-sppy. Install it with virement[stochastic]"
        ) from error

    def scenario(name: str) -> pyo.ConcreteModel:
        bundle = watch.bundles[watch.names.index(name)]
        m = _model(bundle, watch.step)
        attach_root_node(m, 0, [m.x[int(place)] for place in bundle.shared])
        m._mpisppy_probability = bundle.share
        return m

    level = np.arange(len(watch.step)) == len(watch.step) - 1
    times = np.where(level, PENALTY_OF_LEVEL, PENALTY)
    price = np.abs(watch.bundles[0].form.costs[watch.bundles[0].shared]) * watch.step / MILLION
    penalty = times * np.maximum(price, 1e-3)

    def penalties(m: pyo.ConcreteModel) -> list[tuple[int, float]]:
        found = m._mpisppy_data.nonant_indices.items()
        return [(id(variable), float(penalty[place])) for (_, place), variable in found]

    options = {
        "solver_name": "appsi_highs",
        "PHIterLimit": ROUNDS,
        "defaultPHrho": 1.0,
        "convthresh": -1.0,
        "verbose": False,
        "display_progress": False,
        "iter0_solver_options": None,
        "iterk_solver_options": None,
        # HiGHS's own solver for quadratic objectives does not end on these.
        "linearize_proximal_terms": True,
        "proximal_linearization_tolerance": FINENESS,
    }
    PH(options, watch.names, scenario, rho_setter=penalties, ph_converger=watch).ph_main()


def _model(bundle: _Bundle, step: FloatArray) -> pyo.ConcreteModel:
    """Return a bundle as an ordinary Pyomo model, its shared variables counted in steps."""
    program = bundle.form.program
    unit = program.unit.copy()
    unit[bundle.shared] = step
    matrix = csr_array(program.matrix * unit[np.newaxis, :])
    m = pyo.ConcreteModel()
    least, most = program.least / unit, program.most / unit
    m.x = pyo.Var(range(len(unit)))
    for place, variable in m.x.items():
        variable.setlb(least[place])
        variable.setub(most[place])
    m.rows = pyo.Constraint(range(matrix.shape[0]))
    for row in np.flatnonzero(np.isfinite(program.lower) | np.isfinite(program.upper)):
        entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
        values = matrix.data[entries]
        if not len(values):
            continue
        size = 2.0 ** np.ceil(np.log2(np.abs(values).max()))
        body = _sum(m, matrix.indices[entries], values / size)
        low, high = program.lower[row] / size, program.upper[row] / size
        ends = [None if np.isinf(end) else float(end) for end in (low, high)]
        m.rows[int(row)] = body == low if low == high else pyo.inequality(ends[0], body, ends[1])
    wanted = np.flatnonzero(bundle.form.costs)
    m.cost = pyo.Objective(expr=_sum(m, wanted, (bundle.form.costs * unit)[wanted] / MILLION))
    return m


def _sum(m: pyo.ConcreteModel, places: IntArray, times: FloatArray) -> LinearExpression:
    variables = [m.x[int(place)] for place in places]
    return LinearExpression(constant=0.0, linear_coefs=times.tolist(), linear_vars=variables)


class _Silence:
    """Where nothing is written."""

    def write(self, text: str) -> int:
        """Take the text, and say so."""
        return len(text)

    def flush(self) -> None:
        """Do nothing."""
