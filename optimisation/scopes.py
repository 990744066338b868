"""What each row of rules.csv holds for: its scope in each year, apart for each of what it names."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, cast

import numpy as np
import pandas as pd

from optimisation.market import Market
from optimisation.sets import BoolArray, IntArray, codes

SCOPE = ("provider", "group", "sector", "organisation", "service", "locality", "contract_type")
"""The columns of rules.csv that narrow what a rule holds for."""


class RuleRow(Protocol):
    """A row of rules.csv."""

    rule: str
    kind: str
    each: str
    locality: str
    year: str
    limit: float


@dataclass(frozen=True)
class Scope:
    """What one rule holds for.

    Parameters
    ----------
    rule : RuleRow
        The rule.
    parts : Index
        What it holds for apart, by name; one that is blank where it holds for the whole.
    use, part : arrays of shape (uses in scope,)
        The place of a use, and of the part that it counts towards.
    years : array of int
        The years in which it holds, counted from the plan's first.
    """

    rule: RuleRow
    parts: pd.Index
    use: IntArray
    part: IntArray
    years: IntArray

    @property
    def most(self) -> bool:
        """Whether the scope may not exceed the limit, or else not fall below it."""
        return self.rule.kind.startswith("max")


def scopes(market: Market, *kinds: str) -> Iterator[Scope]:
    """Yield the scope of every rule of some kinds, in order of the rule."""
    table = market.problem.rules.sort_values("rule")
    every = np.arange(len(market.years))
    for row in cast("Iterator[RuleRow]", table[table["kind"].isin(kinds)].itertuples()):
        use = np.flatnonzero(_within(market, row))
        parts, part = pd.Index([""]), np.zeros(len(use), dtype=np.intp)
        if row.each:
            names, trait = _trait(market, row.each)
            use = use[names[trait[use]] != ""]
            found, part = np.unique(trait[use], return_inverse=True)
            parts = names[found]
        years = every[market.years == row.year] if row.year else every
        _, _, year = codes(market.uses)
        held = np.isin(year[use], years)
        yield Scope(row, parts, use[held], part[held], years)


def _within(market: Market, row: RuleRow) -> BoolArray:
    """Tell which uses match every scope column that the rule fills in."""
    within = np.ones(len(market.uses), dtype=bool)
    for column in SCOPE:
        if wanted := getattr(row, column):
            names, trait = _trait(market, column)
            within &= np.asarray(names == wanted)[trait]
    return within


def _trait(market: Market, column: str) -> tuple[pd.Index, IntArray]:
    """Return the names in a scope column, and the place of each use's own among them."""
    offer, place, _ = codes(market.uses)
    if column == "locality":
        return market.localities, place
    own, names = pd.factorize(market.offers.reset_index()[column], sort=True)
    return pd.Index(names), own[offer]
