"""What became of some inputs, in a few words."""

from collections.abc import Callable, Iterable

import pandas as pd

from optimisation.problem import COLUMNS, KEYS, Problem

PRICES = ("unit_cost", "indexation")

NAMED = 2
"""How many names are given before the rest are counted."""


def rows_changed(fields: Iterable[str], before: Problem, after: Problem) -> str:
    """Say how many rows of each field changed: ``income: 5 changed, 1 added``."""
    said = []
    for name in fields:
        old, new = getattr(before, name), getattr(after, name)
        if not isinstance(old, pd.DataFrame):
            said.append(f"{name.replace('_', ' ')} from {old:.4g} to {new:.4g}")
            continue
        rows = compared(name, old, new)
        counts = rows["how"].value_counts()
        parts = [f"{counts[how]} {how}" for how in ("changed", "added", "removed") if how in counts]
        said.append(f"{name}: {', '.join(parts)}")
    return "; ".join(said)


def compared(name: str, old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table that are not the same: its key, ``how``, and both rows' cells."""
    keys = list(KEYS[name])
    columns = [column for column in COLUMNS[name] if column not in keys]
    both = old[[*keys, *columns]].merge(
        new[[*keys, *columns]], on=keys, how="outer", suffixes=("_0", "_1"), indicator="side"
    )
    how = (
        both["side"]
        .astype("str")
        .map({"both": "changed", "left_only": "removed", "right_only": "added"})
    )
    both = both.assign(how=how)
    return both[(both["side"] != "both") | _unlike(both, columns)].reset_index(drop=True)


def _unlike(rows: pd.DataFrame, columns: Iterable[str]) -> pd.Series:
    """Tell of each row whether a column is not the same in both; a blank is as a blank is."""
    found = pd.Series(False, index=rows.index)
    for column in columns:
        was, now = rows[f"{column}_0"], rows[f"{column}_1"]
        found |= (was != now) & ~(was.isna() & now.isna())
    return found


def cause_of(title: str, before: Problem, after: Problem) -> str:
    """Say what became of a group of inputs: ``less income (care_grant)``."""
    return _WORDS[title](before, after)


def _demand(before: Problem, after: Problem) -> str:
    rows = compared("demand", before.demand, after.demand)
    if rows.empty:
        return f"other terms of services ({_of('services', 'service', before, after)})"
    was, now = rows["units_0"].fillna(0.0), rows["units_1"].fillna(0.0)
    # As shares, for services are counted in units of their own.
    share = (now - was) / pd.concat([was, now], axis=1).max(axis=1).clip(lower=1.0)
    way = _way(now - was, "more", "less")
    return f"{way} demand ({_names(_largest(rows['service'], share), 'services', before, after)})"


def _income(before: Problem, after: Problem) -> str:
    rows = compared("income", before.income, after.income)
    if rows.empty:
        return f"other terms of income ({_of('streams', 'stream', before, after)})"
    change = rows["amount_1"].fillna(0.0) - rows["amount_0"].fillna(0.0)
    way = "more" if change.sum() > 0.0 else "less"
    return f"{way} income ({_names(_largest(rows['stream'], change), 'streams', before, after)})"


def _largest(keys: pd.Series, change: pd.Series) -> list[str]:
    """Return each key once, that of the largest change first."""
    whole = change.groupby(keys).sum().abs().sort_values(ascending=False, kind="stable")
    return [str(key) for key in whole.index]


def _prices(before: Problem, after: Problem) -> str:
    rows = compared("offers", before.offers, after.offers)
    if rows.empty:
        return "other tiers or providers"
    kept = rows[rows["how"] == "changed"]
    terms = [column for column in COLUMNS["offers"][1:] if column not in PRICES]
    said = []
    priced = kept[_unlike(kept, PRICES)]
    if len(priced):
        moves = pd.concat([priced[f"{column}_1"] - priced[f"{column}_0"] for column in PRICES])
        way = _way(moves, "dearer", "cheaper").replace("other", "other prices of")
        said.append(f"{way} {_names(priced['service_1'], 'services', before, after)}")
    termed = kept[_unlike(kept, terms)]
    if len(termed):
        said.append(f"other terms of {_names(termed['offer'], 'offers', before, after)}")
    for how in ("added", "removed"):
        if len(found := rows[rows["how"] == how]):
            said.append(f"offers {how} ({_names(found['offer'], 'offers', before, after)})")
    return " and ".join(said)


def _targets(before: Problem, after: Problem) -> str:
    rows = compared("targets", before.targets, after.targets)
    if rows.empty or (rows["how"] != "changed").any():
        return f"other {_fields(('outcomes', 'targets', 'effects'), before, after)}"
    way = _way(rows["target_1"] - rows["target_0"], "higher", "lower")
    return f"{way} targets ({_names(rows['outcome'], 'outcomes', before, after)})"


def _costs(before: Problem, after: Problem) -> str:
    said = [
        f"other {name} ({named})"
        for name, key in (("costs", "item"), ("proposals", "proposal"))
        if (named := _of(name, key, before, after))
    ]
    return " and ".join(said)


def _risk(before: Problem, after: Problem) -> str:
    said = []
    for name, figure in (("demand", "units"), ("income", "amount")):
        rows = compared(name, getattr(before, name), getattr(after, name))
        if len(rows):
            way = _way(rows[f"{figure}_1"] - rows[f"{figure}_0"], "a higher", "a lower")
            said.append(f"{way.replace('other', 'another')} quantile of {name}")
    return f"planning for {' and '.join(said)}"


def _simply(name: str, key: str) -> Callable[[Problem, Problem], str]:
    return lambda before, after: f"other {name} ({_of(name, key, before, after)})"


def _discount(before: Problem, after: Problem) -> str:
    return f"a discount rate of {after.discount_rate:.2%}, not {before.discount_rate:.2%}"


_WORDS: dict[str, Callable[[Problem, Problem], str]] = {
    "Demand": _demand,
    "Income": _income,
    "Prices and terms": _prices,
    "Prevention": _simply("prevention", "service"),
    "Outcomes, targets and effects": _targets,
    "Rules": _simply("rules", "rule"),
    "Costs and proposals": _costs,
    "Organisations": _simply("organisations", "organisation"),
    "Reserves": _simply("reserves", "reserve"),
    "Risk planned for": _risk,
    "Discount rate": _discount,
}
"""How each group says what became of it."""


def _fields(names: tuple[str, ...], before: Problem, after: Problem) -> str:
    unlike = [n for n in names if len(compared(n, getattr(before, n), getattr(after, n)))]
    return " and ".join(unlike)


def _of(name: str, key: str, before: Problem, after: Problem) -> str:
    rows = compared(name, getattr(before, name), getattr(after, name))
    return _names(rows[key], name, before, after)


def _names(keys: Iterable[str], home: str, before: Problem, after: Problem) -> str:
    """Return the first few of some things by name, as they come, and how many more there are."""
    named: dict[str, str] = {}
    for table in (getattr(before, home), getattr(after, home)):
        if "name" in table.columns:
            named |= dict(zip(table[KEYS[home][0]], table["name"], strict=True))
    found = list(dict.fromkeys(_inside(named.get(key, key), home) for key in keys))
    more = len(found) - NAMED
    return ", ".join(found[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _inside(name: str, home: str) -> str:
    """Return a name as it reads inside a sentence; what a body is called stays as it is."""
    if home in ("organisations", "providers") or name[1:2].isupper():
        return name
    return name[:1].lower() + name[1:]


def _way(change: pd.Series, more: str, less: str) -> str:
    """Return which way every change goes, or that they do not all go one way."""
    if (change >= 0.0).all():
        return more
    return less if (change <= 0.0).all() else "other"
