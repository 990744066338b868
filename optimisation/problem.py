"""What is asked of the allocation: the case's tables, with demand and income forecast."""

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

COLUMNS: dict[str, tuple[str, ...]] = {
    "services": ("service", "organisation", "statutory", "sustainable_rate"),
    "demand": ("service", "locality", "year", "units"),
    "streams": ("stream", "kind", "ring_fence", "one_off"),
    "income": ("stream", "year", "amount"),
    "providers": ("provider", "sector", "group"),
    "offers": (
        "offer",
        "provider",
        "service",
        "locality",
        "contract_type",
        "first_year",
        "last_year",
        "unit_cost",
        "indexation",
        "capacity",
        "committed",
        "current",
        "minimum",
        "award_cost",
        "lot",
        "notice_years",
    ),
    "tiers": ("offer", "from_units", "unit_cost"),
    "outcomes": ("outcome", "measure", "direction", "statutory"),
    "targets": ("outcome", "year", "target"),
    "effects": ("outcome", "service", "offer", "per_unit"),
    "prevention": ("service", "reduces", "lag_years", "units_per_unit"),
    "rules": (
        "rule",
        "kind",
        "each",
        "provider",
        "group",
        "sector",
        "organisation",
        "service",
        "locality",
        "contract_type",
        "year",
        "limit",
    ),
    "costs": ("item", "year", "organisation", "amount", "one_off"),
    "proposals": (
        "proposal",
        "year",
        "service",
        "organisation",
        "kind",
        "amount",
        "one_off",
        "delivery",
    ),
    "organisations": (
        "organisation",
        "provider",
        "transfer_year",
        "ownership_share",
        "external_market",
        "margin",
        "win_probability",
        "activity_limit",
        "opening_reserves",
    ),
    "reserves": ("reserve", "opening", "minimum", "one_off_only"),
}
"""The columns each table must have; it may have more."""

KEYS: dict[str, tuple[str, ...]] = {
    "services": ("service",),
    "demand": ("service", "locality", "year"),
    "streams": ("stream",),
    "income": ("stream", "year"),
    "providers": ("provider",),
    "offers": ("offer",),
    "tiers": ("offer", "from_units"),
    "outcomes": ("outcome",),
    "targets": ("outcome", "year"),
    "effects": ("outcome", "service", "offer"),
    "prevention": ("service", "reduces", "lag_years"),
    "rules": ("rule",),
    "costs": ("item", "year"),
    "proposals": ("proposal", "year"),
    "organisations": ("organisation",),
    "reserves": ("reserve",),
}
"""What tells one row of each table from another."""

CORPORATE = "corporate"
"""The service under which cost that no unit buys is funded."""

RESERVES, GAP = "reserves", "gap"
"""The names in ``funding.csv`` of what is not a stream."""

TRADING = "trading"
"""The stream that organisations' margins are income of."""

MAY_BE_BLANK = {
    "services": {"sustainable_rate"},
    "offers": {
        *("last_year", "capacity", "committed", "current"),
        *("minimum", "award_cost", "notice_years"),
    },
    "proposals": {"delivery"},
    "organisations": {
        *("ownership_share", "external_market", "margin", "win_probability"),
        *("activity_limit", "opening_reserves"),
    },
}
"""Numbers that may be NaN: no limit, none, or not known, as the case's contract says."""


@dataclass(frozen=True)
class Problem:
    """A council's market, demand and income over the years of a plan.

    The tables are those of the case (same columns, one row per thing): text is ``str`` with
    ``""`` for blank, yes/no is ``bool``, numbers are ``float`` with NaN for blank, money is £,
    and years are labels such as ``"2015-16"``. They are read-only by convention.

    Parameters
    ----------
    years : tuple of str
        The plan's years, in order.
    discount_rate : float
        A fraction a year, for the cost goal.
    demand : DataFrame
        service, locality, year, units: one row for every series and year.
    income : DataFrame
        stream, year, amount (£): one row for every stream and year.

    Raises
    ------
    ValueError
        If a table lacks a column, repeats a key, or holds a number that is not finite where one
        is needed: a solver handed a NaN may answer as if nothing had changed.
    """

    years: tuple[str, ...]
    discount_rate: float
    services: pd.DataFrame
    demand: pd.DataFrame
    streams: pd.DataFrame
    income: pd.DataFrame
    providers: pd.DataFrame
    offers: pd.DataFrame
    tiers: pd.DataFrame
    outcomes: pd.DataFrame
    targets: pd.DataFrame
    effects: pd.DataFrame
    prevention: pd.DataFrame
    rules: pd.DataFrame
    costs: pd.DataFrame
    proposals: pd.DataFrame
    organisations: pd.DataFrame
    reserves: pd.DataFrame

    def __post_init__(self) -> None:
        if not np.isfinite(self.discount_rate):
            raise ValueError(f"discount_rate must be a finite number, not {self.discount_rate!r}")
        for field in fields(self):
            if field.name in COLUMNS:
                _check(field.name, getattr(self, field.name))
        _check_contracts(self.offers, self.tiers)


def _check_contracts(offers: pd.DataFrame, tiers: pd.DataFrame) -> None:
    """Stop where a whole decision has no bound: an award, or a tier that is reached."""
    whole = (offers["minimum"] > 0.0) | (offers["award_cost"] > 0.0) | (offers["lot"] != "")
    whole |= offers["offer"].isin(tiers["offer"])
    if endless := sorted(offers.loc[whole & offers["capacity"].isna(), "offer"]):
        raise ValueError(
            f"an offer that is awarded whole, or in tiers, needs a capacity: {endless}"
        )


def _check(name: str, table: pd.DataFrame) -> None:
    """Stop at the first table that the model cannot trust."""
    if missing := [c for c in COLUMNS[name] if c not in table.columns]:
        raise ValueError(f"the table {name} lacks {', '.join(missing)}")
    if table.duplicated(list(KEYS[name])).any():
        raise ValueError(f"the table {name} repeats a key ({', '.join(KEYS[name])})")
    for column in COLUMNS[name]:
        values = table[column]
        if (
            values.dtype.kind == "f"
            and column not in MAY_BE_BLANK.get(name, ())
            and not np.isfinite(values).all()
        ):
            raise ValueError(f"the table {name} has a {column} that is not a finite number")
