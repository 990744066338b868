"""Small problems from short literals, for arithmetic by hand."""

from collections.abc import Mapping, Sequence

import pandas as pd

from optimisation.problem import COLUMNS, Problem

Row = Mapping[str, object]
Rows = Sequence[Row]

NAN = float("nan")

# What a column holds where a row is silent; a column without a default must be given.
DEFAULTS: dict[str, dict[str, object]] = {
    "services": {"service": "care", "organisation": "", "statutory": True, "sustainable_rate": NAN},
    "demand": {"service": "care", "locality": ""},
    "streams": {"stream": "grant", "kind": "grant", "ring_fence": "", "one_off": False},
    "income": {"stream": "grant"},
    "providers": {"sector": "private", "group": ""},
    "offers": {
        "service": "care",
        "locality": "",
        "contract_type": "spot",
        "last_year": "",
        "unit_cost": 1.0,
        "indexation": 0.0,
        "capacity": NAN,
        "committed": NAN,
        "current": NAN,
        "minimum": NAN,
        "award_cost": NAN,
        "lot": "",
        "notice_years": NAN,
    },
    "tiers": {},
    "outcomes": {"outcome": "safe", "measure": "total", "direction": "at_least", "statutory": True},
    "targets": {"outcome": "safe"},
    "effects": {"outcome": "safe", "offer": ""},
    "prevention": {"service": "care", "lag_years": 0},
    "rules": dict.fromkeys(COLUMNS["rules"][2:-1], ""),
    "costs": {"organisation": "", "one_off": False},
    "proposals": {
        "service": "",
        "organisation": "",
        "kind": "saving",
        "one_off": False,
        "delivery": NAN,
    },
    "organisations": {
        "transfer_year": "",
        "ownership_share": 1.0,
        "external_market": NAN,
        "margin": NAN,
        "win_probability": 1.0,
        "activity_limit": NAN,
        "opening_reserves": NAN,
    },
    "reserves": {"reserve": "general", "minimum": 0.0, "one_off_only": False},
}
YES_NO = {"statutory", "one_off", "one_off_only"}
NUMBERS = {
    *("units", "amount", "unit_cost", "indexation", "capacity", "committed", "current"),
    *("target", "per_unit", "limit", "delivery", "lag_years", "units_per_unit"),
    *("ownership_share", "external_market", "margin", "win_probability"),
    *("activity_limit", "opening_reserves", "opening", "minimum"),
    *("sustainable_rate", "award_cost", "notice_years", "from_units"),
}
YEARLY = {"demand": "units", "income": "amount", "targets": "target", "costs": "amount"}
YEARLY["proposals"] = "amount"


def year_labels(count: int) -> tuple[str, ...]:
    """Name `count` financial years from 2015-16 on."""
    return tuple(f"{2015 + t}-{16 + t}" for t in range(count))


def problem(
    *,
    years: int = 1,
    discount_rate: float = 0.0,
    opening: float = 0.0,
    minimum: float = 0.0,
    services: Rows = (),
    demand: Rows = (),
    streams: Rows = (),
    income: Rows = (),
    providers: Rows = (),
    offers: Rows = (),
    tiers: Rows = (),
    outcomes: Rows = (),
    targets: Rows = (),
    effects: Rows = (),
    prevention: Rows = (),
    rules: Rows = (),
    costs: Rows = (),
    proposals: Rows = (),
    organisations: Rows = (),
    reserves: Rows = (),
) -> Problem:
    """Build a problem from the columns that matter, as dicts; the rest takes `DEFAULTS`.

    Years are ``"2015-16"`` on. A row of demand, income, targets, costs or proposals with no
    ``year`` holds in every year, and its number may be a list, one a year. Services, streams,
    providers and outcomes that other tables name need no row of their own. ``opening`` and
    ``minimum`` are those of the one general reserve, unless ``reserves`` are given. The service is
    ``care``, the stream ``grant`` and the outcome ``safe`` where none is named; an offer with no
    provider has one of its own name; offers, rules, items and proposals with no name are numbered.

    >>> one = problem(
    ...     demand=[{"units": 10}],
    ...     offers=[{"unit_cost": 6, "capacity": 8}, {"unit_cost": 7}],
    ...     income=[{"amount": 50}],
    ... )
    >>> one.offers[["offer", "provider", "service", "unit_cost", "capacity"]]
        offer provider service  unit_cost  capacity
    0  offer1   offer1    care        6.0       8.0
    1  offer2   offer2    care        7.0       NaN

    Raises
    ------
    ValueError
        If a row has a column its table does not know, or lacks one that has no default.
    """
    labels = year_labels(years)
    offers = [{"offer": f"offer{n}", "first_year": labels[0]} | o for n, o in _numbered(offers)]
    offers = [{"provider": o["offer"]} | o for o in offers]
    service_of = {o["offer"]: o.get("service", "care") for o in offers}
    given: dict[str, Rows] = {
        "demand": demand,
        "income": income,
        "offers": offers,
        "tiers": tiers,
        "targets": targets,
        "effects": [{"service": service_of.get(e.get("offer"), "care")} | e for e in effects],
        "prevention": prevention,
        "rules": [{"rule": f"rule{n}"} | r for n, r in _numbered(rules)],
        "costs": [{"item": f"item{n}"} | c for n, c in _numbered(costs)],
        "proposals": [{"proposal": f"proposal{n}"} | p for n, p in _numbered(proposals)],
        "reserves": reserves or [{"opening": opening, "minimum": minimum}],
        "organisations": [{"provider": o["organisation"]} | dict(o) for o in organisations],
    }
    rows = {name: _filled(name, table, labels) for name, table in given.items()}
    rows |= {
        "services": _named("services", services, _users_of_services(rows)),
        "streams": _named("streams", streams, rows["income"]),
        "providers": _named("providers", providers, rows["offers"] + rows["organisations"]),
        "outcomes": _named("outcomes", outcomes, rows["targets"] + rows["effects"]),
    }
    tables = {name: _table(name, rows[name]) for name in COLUMNS}
    return Problem(years=labels, discount_rate=discount_rate, **tables)


def _numbered(rows: Rows) -> list[tuple[int, dict[str, object]]]:
    return [(n, dict(row)) for n, row in enumerate(rows, start=1)]


def _filled(name: str, rows: Rows, years: Sequence[str]) -> list[dict[str, object]]:
    """Fill the defaults in, and write a row for each year where a yearly row names none."""
    full = [DEFAULTS[name] | dict(row) for row in rows]
    number = YEARLY.get(name)
    if number is None:
        return full
    spread: list[dict[str, object]] = []
    for row in full:
        if "year" in row:
            spread.append(row)
            continue
        values = row[number] if isinstance(row[number], list) else [row[number]] * len(years)
        spread += [row | {"year": y, number: v} for y, v in zip(years, values, strict=True)]
    return spread


def _named(name: str, rows: Rows, users: Rows) -> list[dict[str, object]]:
    """Add, with the defaults, what other tables name but the table itself does not."""
    key = COLUMNS[name][0]
    full = _filled(name, rows, ())
    known = {row.get(key) for row in full}
    missing = sorted({str(row[key]) for row in users} - known)
    return full + _filled(name, [{key: value} for value in missing], ())


def _users_of_services(rows: Mapping[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    named = rows["offers"] + rows["demand"] + rows["effects"] + rows["prevention"]
    named = named + [{"service": p["reduces"]} for p in rows["prevention"]]
    return named + [p for p in rows["proposals"] if p["service"] != ""]


def _table(name: str, rows: Rows) -> pd.DataFrame:
    """Lay rows out as the case's reader would: text, yes/no and numbers in their own types."""
    columns = COLUMNS[name]
    for row in rows:
        if set(row) != set(columns):
            wrong = sorted(set(row) ^ set(columns))
            raise ValueError(f"a row of {name} has columns unknown or missing: {', '.join(wrong)}")
    types = {c: "bool" if c in YES_NO else "float" if c in NUMBERS else "str" for c in columns}
    return pd.DataFrame(list(rows), columns=list(columns)).astype(types)
