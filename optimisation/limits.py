"""The rows that rules.csv asks for: each rule spelt out over what it holds for apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, cast

from optimisation.market import Market, Use

SCOPE = ("provider", "group", "sector", "organisation", "service", "locality", "contract_type")
"""The columns of rules.csv that narrow what a rule holds for."""


class RuleRow(Protocol):
    """A row of rules.csv."""

    rule: str
    kind: str
    each: str
    year: str
    limit: float


@dataclass(frozen=True)
class Limit:
    """One row of the model that a rule asks for.

    Parameters
    ----------
    key : tuple of str
        (rule, each, service or "", year): the index of its row.
    level : float
        The share, fraction or £ of the rule.
    sign : float
        +1 where the scope may not exceed the level, -1 where it may not fall below it.
    uses : tuple of Use
        What the scope covers in that year.
    by_use : bool
        Whether spending is counted by what is used, because the rule names a locality.
    """

    key: tuple[str, ...]
    level: float
    sign: float
    uses: tuple[Use, ...]
    by_use: bool = False

    @property
    def service(self) -> str:
        """The service of a share."""
        return self.key[-2]

    @property
    def offer(self) -> str:
        """The offer of a change."""
        return self.key[-2]

    @property
    def year(self) -> str:
        """The year the row holds in."""
        return self.key[-1]


def share_limits(market: Market) -> Iterator[Limit]:
    """Yield one limit for each service in the scope of a max_share or min_share."""
    for row, each, year, uses in _spelt_out(market, ("max_share", "min_share")):
        for service in sorted({market.offers[o].service for o, _, _ in uses}):
            within = tuple(use for use in uses if market.offers[use[0]].service == service)
            yield Limit((row.rule, each, service, year), row.limit, _sign(row), within)


def spend_limits(market: Market) -> Iterator[Limit]:
    """Yield one limit for each scope of a max_spend or min_spend.

    A min_spend whose scope is empty still has its row: the promise cannot be kept, and the
    planner is to hear it.
    """
    for row, each, year, uses in _spelt_out(market, ("max_spend", "min_spend")):
        by_use = row.each == "locality" or bool(getattr(row, "locality", ""))
        if uses or row.kind == "min_spend":
            yield Limit((row.rule, each, year), row.limit, _sign(row), uses, by_use)


def change_limits(market: Market) -> Iterator[Limit]:
    """Yield one limit for each offer in the scope of a max_change, where both years are known."""
    for row, each, year, uses in _spelt_out(market, ("max_change",)):
        t = market.step[year]
        for offer in sorted({o for o, _, _ in uses}):
            known = (
                market.offers[offer].current is not None
                if t == 0
                else (offer, market.years[t - 1]) in market.open
            )
            if known:
                yield Limit((row.rule, each, offer, year), row.limit, 1.0, ())


def _spelt_out(
    market: Market, kinds: tuple[str, ...]
) -> Iterator[tuple[RuleRow, str, str, tuple[Use, ...]]]:
    """Yield (rule, each, year, uses in scope) for every rule of the kinds given."""
    table = market.problem.rules.sort_values("rule")
    for row in cast("Iterator[RuleRow]", table[table["kind"].isin(kinds)].itertuples()):
        scope = [use for use in market.uses if _within(market, use, row)]
        apart = (
            sorted({_trait(market, use, row.each) for use in scope} - {""}) if row.each else [""]
        )
        for year in [row.year] if row.year else market.years:
            for each in apart:
                yield (
                    row,
                    each,
                    year,
                    tuple(
                        use
                        for use in scope
                        if use[2] == year
                        and (not row.each or _trait(market, use, row.each) == each)
                    ),
                )


def _within(market: Market, use: Use, row: RuleRow) -> bool:
    """Tell whether a use matches every scope column that the rule fills in."""
    return all(
        _trait(market, use, column) == wanted
        for column in SCOPE
        if (wanted := getattr(row, column))
    )


def _trait(market: Market, use: Use, column: str) -> str:
    """Return a use's value in a scope column: the locality is where the unit is used."""
    offer, locality, _ = use
    return locality if column == "locality" else str(getattr(market.offers[offer], column))


def _sign(row: RuleRow) -> float:
    return 1.0 if row.kind.startswith("max") else -1.0
