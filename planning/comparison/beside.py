"""Rows of two tables with the same key, side by side."""

import pandas as pd

PENNY = 0.005
"""£ below which a figure is nil to the penny."""

UNIT = 0.0005
"""Units below which a change is nil to three decimals."""

NOISE = 1e-6
"""A change below which two sums of the same figures may differ by their rounding."""


def beside(
    old: pd.DataFrame,
    new: pd.DataFrame,
    *,
    keys: list[str],
    figures: list[str],
    absent: float = float("nan"),
) -> pd.DataFrame:
    """Return each key with every figure as ``_from``, ``_to`` and ``_change``, sorted by key.

    Parameters
    ----------
    old, new : DataFrame
        One row a key.
    keys, figures : list of str
        Columns of both.
    absent : float
        What a row that is not there stands for: 0 where it says that nothing was bought, NaN where
        it is not known or there is none.
    """
    both = old[keys + figures].merge(
        new[keys + figures], on=keys, how="outer", suffixes=("_from", "_to"), validate="one_to_one"
    )
    both = both.sort_values(keys, ignore_index=True)
    table = both[keys].copy()
    for figure in figures:
        table[f"{figure}_from"] = both[f"{figure}_from"].fillna(absent)
        table[f"{figure}_to"] = both[f"{figure}_to"].fillna(absent)
        change = table[f"{figure}_to"] - table[f"{figure}_from"]
        table[f"{figure}_change"] = change.mask(change.abs() < NOISE, 0.0)
    return table


def moved(table: pd.DataFrame, figures: dict[str, float]) -> pd.DataFrame:
    """Return the rows in which a figure changes by more than its threshold, or comes or goes."""
    any_moved = pd.Series(False, index=table.index)
    for figure, least in figures.items():
        came = table[f"{figure}_from"].isna() != table[f"{figure}_to"].isna()
        any_moved |= came | (table[f"{figure}_change"].abs() > least)
    return table[any_moved].reset_index(drop=True)
