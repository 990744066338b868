"""Sets of labels with their codes: what the arrays beside them are in the order of."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.intp]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

NOWHERE = -1
"""The position of what a set does not have."""


def members(levels: Sequence[pd.Index], codes: Sequence[npt.ArrayLike]) -> pd.MultiIndex:
    """Return the set of the labels that stand at these codes of each level, in this order."""
    names = [level.name for level in levels]
    return pd.MultiIndex(levels=levels, codes=codes, names=names, verify_integrity=False)


def codes(labels: pd.MultiIndex) -> tuple[IntArray, ...]:
    """Return the codes of a set's members, level by level."""
    return tuple(np.asarray(code, dtype=np.intp) for code in labels.codes)


def members_of(table: pd.DataFrame, **levels: pd.Index) -> pd.MultiIndex:
    """Return the set of a table's rows, by the columns and levels named."""
    found = [level.get_indexer(table[name]) for name, level in levels.items()]
    return members([level.rename(name) for name, level in levels.items()], found)


def find(labels: pd.MultiIndex, *wanted: IntArray) -> IntArray:
    """Return where members with these codes stand in a set; `NOWHERE` if it has none."""
    shape = tuple(len(level) for level in labels.levels)
    places = np.full(int(np.prod(shape)), NOWHERE, dtype=np.intp)
    places[np.ravel_multi_index(codes(labels), shape)] = np.arange(len(labels))
    return np.asarray(places[np.ravel_multi_index(wanted, shape)])


def ranges(first: IntArray, counts: IntArray) -> IntArray:
    """Return the whole numbers from each first on, as many as it counts, one after another."""
    before = np.cumsum(counts) - counts
    return np.asarray(np.repeat(first - before, counts) + np.arange(counts.sum()))


def column(table: pd.DataFrame, name: str) -> Any:  # noqa: ANN401 - of the column's own kind
    """Return a column as an array."""
    return table[name].to_numpy()
