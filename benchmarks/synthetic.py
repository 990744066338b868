"""A made-up council of any size, seeded: the tables that an allocation starts from."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from optimisation.problem import COLUMNS, Problem

YEARS = tuple(f"{2015 + t}-{16 + t}" for t in range(5))

OFFERS = 5
"""Of each service in each locality, and as many of each service for the whole council."""

NAN = float("nan")

Tables = Mapping[str, pd.DataFrame]


def tables_of(*, services: int, localities: int, money: float, seed: int = 2015) -> Tables:
    """Return the tables of a council, each with all its columns.

    Every service has demand in every locality, offers from a fifth of its providers in each, and
    some that serve all. Money is a few per cent short of what the demand costs.
    """
    rng = np.random.default_rng(seed)
    names = np.array([f"s{n:04}" for n in range(services)])
    places = np.array([f"l{n:03}" for n in range(localities)])
    price = np.exp(rng.uniform(np.log(15.0), np.log(1500.0), services))
    volume = np.exp(rng.uniform(np.log(50.0), np.log(5000.0), (services, localities)))
    growth = 1.0 + rng.uniform(-0.01, 0.05, (services, localities))
    steps = np.arange(len(YEARS))
    units = volume[..., np.newaxis] * growth[..., np.newaxis] ** steps
    s, place, year = (grid.ravel() for grid in np.indices(units.shape))
    demand = pd.DataFrame(
        {"service": names[s], "locality": places[place], "year": np.array(YEARS)[year]}
    ).assign(units=np.round(units.ravel(), 1))
    offers = _offers(rng, names, places, price, volume)
    need = (units * price[:, np.newaxis, np.newaxis]).sum(axis=1)
    return {
        "services": pd.DataFrame(
            {"service": names, "organisation": "", "statutory": rng.random(services) < 0.7}
        ).assign(sustainable_rate=NAN),
        "demand": demand,
        "offers": offers,
        "providers": pd.DataFrame({"provider": sorted(set(offers["provider"]))}).assign(
            sector="private", group=""
        ),
        "rules": pd.DataFrame(
            {"rule": ["share", "change"], "kind": ["max_share", "max_change"]}
            | dict.fromkeys(COLUMNS["rules"][2:-1], "")
            | {"limit": [0.4, 0.3]}
        ).assign(each=["provider", ""]),
        "reserves": pd.DataFrame(
            {"reserve": ["general"], "opening": [0.03 * need.sum() / len(YEARS)]}
        ).assign(minimum=0.0, one_off_only=False),
        **_money(rng, names, money * need),
    }


def _offers(
    rng: np.random.Generator,
    names: np.ndarray,
    places: np.ndarray,
    price: np.ndarray,
    volume: np.ndarray,
) -> pd.DataFrame:
    """Return the offers of each service in each locality, the whole council the last of them."""
    where = np.array([*places, ""])
    count = (len(names), len(where), OFFERS)
    s, place, k = (grid.ravel() for grid in np.indices(count))
    size = np.concatenate([volume, volume.mean(axis=1, keepdims=True)], axis=1)[s, place]
    capacity = size * rng.uniform(0.2, 0.6, len(s))
    committed = np.where(rng.random(len(s)) < 0.2, capacity * rng.uniform(0.2, 0.6, len(s)), NAN)
    current = np.maximum(capacity * rng.uniform(0.2, 0.9, len(s)), np.nan_to_num(committed))
    # Ten providers in turn, so that one has offers in many localities and no share is out of reach.
    provider = (s * 7 + place * 3 + k * 2) % (10 * max(1, len(names) // 10))
    return pd.DataFrame(
        {
            "offer": [f"o{n:06}" for n in range(len(s))],
            "provider": [f"p{n:04}" for n in provider],
            "service": names[s],
            "locality": where[place],
            "contract_type": "spot",
            "first_year": YEARS[0],
            "last_year": "",
            "unit_cost": np.round(price[s] * rng.uniform(0.7, 1.4, len(s)), 2),
            "indexation": rng.choice([0.0, 0.02, 0.035], len(s)),
            "capacity": np.round(capacity, 1),
            "committed": np.round(committed, 1),
            "current": np.round(current, 1),
            "minimum": NAN,
            "award_cost": NAN,
            "lot": "",
            "notice_years": NAN,
        }
    )


def _money(
    rng: np.random.Generator, names: np.ndarray, need: np.ndarray
) -> dict[str, pd.DataFrame]:
    """Return the streams, a tenth of all money ring-fenced, and their income."""
    fenced = sorted(rng.choice(len(names), max(1, len(names) // 10), replace=False))
    streams = ["council_tax", "grant"] + [f"fenced_{names[s]}" for s in fenced]
    shares = np.concatenate([np.full((2, len(YEARS)), 0.0), 0.3 * need[fenced]])
    general = need.sum(axis=0) - shares.sum(axis=0)
    shares[0], shares[1] = 0.7 * general, 0.3 * general
    g, year = (grid.ravel() for grid in np.indices(shares.shape))
    return {
        "streams": pd.DataFrame(
            {"stream": streams, "kind": "grant", "ring_fence": ["", "", *names[fenced]]}
        ).assign(one_off=False),
        "income": pd.DataFrame(
            {"stream": np.array(streams)[g], "year": np.array(YEARS)[year]}
        ).assign(amount=np.round(shares.ravel(), 2)),
    }


def problem_of(tables: Tables) -> Problem:
    """Return the problem of some tables; what they leave out is empty."""
    full = {
        name: tables.get(name, pd.DataFrame({c: pd.Series(dtype=_kind(c)) for c in columns}))
        for name, columns in COLUMNS.items()
    }
    return Problem(years=YEARS, discount_rate=0.035, **full)


def _kind(column: str) -> str:
    """Return the type of a column of an empty table."""
    numbers = {"target", "per_unit", "lag_years", "units_per_unit", "amount", "delivery"}
    numbers |= {"from_units", "unit_cost", "ownership_share", "external_market", "margin"}
    numbers |= {"win_probability", "activity_limit", "opening_reserves"}
    return "float" if column in numbers else "bool" if column in ("one_off", "statutory") else "str"
