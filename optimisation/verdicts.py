"""What decides how much each offer sells in each year."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

import numpy as np
import pandas as pd

from optimisation.engine import NoPlan
from optimisation.goals import GOALS
from optimisation.margins import (
    BLOCKS,
    CHANGES,
    EXCESS,
    PREVENTION,
    SHARES,
    SPENDS,
    TARGETS,
    Cause,
    margin_of,
)
from optimisation.problem import Problem
from optimisation.reasons import Award, Reason
from optimisation.repricing import Run, run
from optimisation.sets import NOWHERE, BoolArray, FloatArray, IntArray, codes, find

RULES = (SHARES, CHANGES, SPENDS)
"""The rules of the model that rules.csv asks for, and that weigh units."""

Why = tuple[Reason, str]
"""A reason, and the name of the rule, outcome or offer, if it is one."""


class Verdicts:
    """A plan, read for its reasons.

    They are read from the duals of its goals. What keeps out an award that is made or not as a
    whole has none: its terms are put aside one by one, and the plan is made again without each.

    Parameters
    ----------
    plan : Run
        The plan.
    """

    def __init__(self, plan: Run) -> None:
        self.plan, self.market, self.m, self.program = plan, plan.market, plan.m, plan.program
        self.values = self.program.values(plan.optima[-1].primal)
        self.margin = margin_of(self.market, self.program, plan.weights, plan.optima)
        count = len(self.market.awards)
        self.used = np.bincount(self.market.award_of_use, self.values["use"], minlength=count)
        self.paid = self.values["paid"]
        self.offer, self.year = codes(self.market.awards)
        self.capacity = self.market.offers["capacity"].to_numpy()[self.offer]
        self.noise = plan.noise()[self.offer]
        self.wins = self.paid > plan.assured() + self.noise
        self.is_full = self.paid >= self.capacity - self.noise
        self.decided = np.full(count, NOWHERE)
        self.decided[self.m.contracts.decided] = np.arange(len(self.m.contracts.decided))
        self._tried: dict[tuple[int, str], FloatArray] = {}

    def of(self, offer: str) -> Iterator[Award]:
        """Yield an offer's award of every year in which it is open."""
        for award in np.flatnonzero(self.offer == self.market.offers.index.get_loc(offer)):
            reason, name = self._why(int(award))
            yield Award(
                year=str(self.market.years[self.year[award]]),
                used=float(self.used[award]),
                paid=float(self.paid[award]),
                capacity=float(self.capacity[award]),
                wins=bool(self.wins[award]),
                reason=reason,
                name=name,
            )

    def _why(self, award: int) -> Why:
        if self.is_full[award]:
            return Reason.CAPACITY, ""
        return self._why_some(award) if self.wins[award] else self._why_nothing(award)

    def _why_some(self, award: int) -> Why:
        """Return why an award stops where it does, or else what asks for it besides demand."""
        if self._is_at(award, self._viable):
            return Reason.VIABLE, ""
        use = self._best_use(award)
        if self._is_at(award, self._dearer) and self.margin.first_cause(use, [EXCESS]):
            return Reason.TIER, ""
        if cause := self.margin.first_cause(use, RULES):
            return Reason.RULE if cause.way == BLOCKS else Reason.REQUIRED, self._name(award, cause)
        if cause := self.margin.first_cause(use, [TARGETS]):
            return Reason.TARGET, self._name(award, cause)
        if self.margin.first_cause(use, [PREVENTION]):
            return Reason.PREVENTION, ""
        if self._is_short(award):
            return Reason.MONEY, ""
        return (Reason.TIE if self._is_kept(award) else Reason.DEMAND), ""

    def _why_nothing(self, award: int) -> Why:
        """Return why an award wins nothing beyond what is assured."""
        if self.paid[award] > self.noise[award]:
            return Reason.COMMITMENT, ""
        if not self._is_asked[self._uses(award)].any():
            return Reason.DEMAND, ""
        if why := self._why_not_awarded(award):
            return why
        use = self._best_use(award)
        goal = self.margin.decides(use)
        if goal is None or GOALS[goal].name == "change":
            # A unit that would do no harm, but for what is decided as a whole, is none of a tie.
            equal = Reason.PRICE if self.decided[award] != NOWHERE else Reason.TIE
            return (Reason.MONEY if goal is None and self._is_short(award) else equal), ""
        left = float(self.margin.total[goal, use] - self.margin.noise[goal, use])
        for reason, families in ((Reason.RULE, RULES), (Reason.TARGET, (TARGETS,))):
            cause = self.margin.cause(goal, use, families, way=BLOCKS)
            if cause and cause.amount >= left:
                return reason, self._name(award, cause)
        return (Reason.MONEY if self._is_short(award) else Reason.PRICE), ""

    def _why_not_awarded(self, award: int) -> Why | None:
        """Return the term of a contract, or of a lot, but for which an award would win units."""
        place = self.decided[award]
        if place == NOWHERE or self.values["awarded"][place] > 0.5:
            return None
        terms = self.m.contracts
        for rule in self._lot_rules(place):
            if self._wins_without(award, f"rule {rule}"):
                return Reason.RULE, rule
        if terms.viable[place] > 0.0 and self._wins_without(award, "minimum"):
            return Reason.VIABLE, ""
        if terms.fee[place] > 0.0 and self._wins_without(award, "award_cost"):
            return Reason.AWARD_COST, ""
        if terms.lot[place] != NOWHERE:
            holds = (terms.lot == terms.lot[place]) & (self.values["awarded"] > 0.5)
            if holds.any():
                holder = self.offer[terms.decided[np.argmax(holds)]]
                return Reason.LOT, str(self.market.offers.index[holder])
        return None

    def _lot_rules(self, place: int) -> list[str]:
        """Return the rules that count an award among lots."""
        rows = self.program.matrix[self.program.rows["limit_lots"]].tocsc()
        counted = rows[:, [self.program.columns["awarded"].start + place]].nonzero()[0]
        labels = self.program.row_labels["limit_lots"].get_level_values("rule")
        return sorted(set(labels[counted]))

    def _wins_without(self, award: int, what: str) -> bool:
        """Tell whether an award would win units without one term of its own, or one rule."""
        offer = int(self.offer[award])
        if (offer, what) not in self._tried:
            name = str(self.market.offers.index[offer])
            try:
                won = run(_without(self.market.problem, name, what)).won(name)
            except NoPlan:
                won = np.zeros(len(self.market.years))
            self._tried[offer, what] = won
        return bool(self._tried[offer, what][self.year[award]] > 0.0)

    def _is_at(self, award: int, places: tuple[IntArray, FloatArray]) -> bool:
        """Tell whether just so many units of an award are paid for as one of these asks."""
        awards, units = places
        own = units[awards == award]
        return bool((np.abs(own - self.paid[award]) <= self.noise[award]).any())

    @property
    def _viable(self) -> tuple[IntArray, FloatArray]:
        """Every award's smallest viable volume, where it has one."""
        terms = self.m.contracts
        has = terms.viable > 0.0
        return terms.decided[has], terms.viable[has]

    @property
    def _dearer(self) -> tuple[IntArray, FloatArray]:
        """The units at which an award's next price is higher."""
        tiers = self.m.contracts.tiers
        return tiers.award[tiers.step > 0.0], tiers.start[tiers.step > 0.0]

    def _uses(self, award: int) -> IntArray:
        return np.flatnonzero(self.market.award_of_use == award)

    def _best_use(self, award: int) -> int:
        """Return the use of an award that a unit more would harm the goals least by."""
        uses = self._uses(award)
        harm = np.where(self.margin.total > self.margin.noise, self.margin.total, 0.0)[:, uses]
        return int(uses[np.lexsort(harm[::-1])[0]])

    def _is_short(self, award: int) -> bool:
        """Tell whether demand that an award could meet is not met."""
        need = self.market.need_of_use[self._uses(award)]
        return bool((self.values["unmet"][need[need >= 0]] > self.noise[award]).any())

    def _is_kept(self, award: int) -> bool:
        """Tell whether an award is that of the year before, with room at the same price beside it.

        That is where the least change decides which of them sells.
        """
        (move,) = find(self.market.moves, self.offer[[award]], self.year[[award]])
        if move == NOWHERE:
            return False
        moved = self.values["rise"][move] + self.values["fall"][move]
        price = self.market.price_of_award
        needs = self.market.need_of_use[self._uses(award)]
        others = self.market.award_of_use[np.isin(self.market.need_of_use, needs[needs >= 0])]
        others = others[(others != award) & ~self.is_full[others]]
        return bool(moved <= self.noise[award] and np.isclose(price[others], price[award]).any())

    @cached_property
    def _is_asked(self) -> BoolArray:
        """Whether demand, a target or prevention has anything to do with each use."""
        need, demand = self.market.need_of_use, self.market.demand
        asked = np.zeros(len(need), dtype=bool)
        asked[need >= 0] = demand[need[need >= 0]] > 0.0
        asked[self.m.aims.use] = True
        asked[self.m.prevention.use] = True
        return asked

    def _name(self, award: int, cause: Cause) -> str:
        """Return a rule's name, with what it is of unless that is the offer, or an outcome's."""
        label = self.program.row_labels[cause.family][cause.row]
        of = "" if cause.family == TARGETS else str(label[1])
        own = str(self.market.offers.index[self.offer[award]])
        return f"{label[0]} ({of})" if of not in ("", own) else str(label[0])


def _without(problem: Problem, offer: str, what: str) -> Problem:
    """Return a problem without one rule, or without a term of an offer's contract."""
    if what.startswith("rule "):
        rules = problem.rules
        return replace(problem, rules=rules[rules["rule"] != what.removeprefix("rule ")])
    own = problem.offers["offer"] == offer
    left: pd.Series = problem.offers[what].mask(own)
    return replace(problem, offers=problem.offers.assign(**{what: left}))
