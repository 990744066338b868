"""A Pyomo set of labels that stand in a pandas index, without a tuple for each."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias, overload

import pandas as pd
from pyomo.core.base.set import OrderedSetOf

Label: TypeAlias = Any
"""A string, or a tuple of them."""


class Labels(Sequence[Label]):
    """The members of an index, as Pyomo looks them up."""

    def __init__(self, index: pd.Index) -> None:
        if not index.is_unique:
            repeated = index[index.duplicated()][0]
            raise ValueError(f"a family names {repeated} more than once")
        self.index_ = index

    def __len__(self) -> int:
        return len(self.index_)

    def __iter__(self) -> Iterator[Label]:
        return iter(self.index_)

    @overload
    def __getitem__(self, place: int) -> Label: ...
    @overload
    def __getitem__(self, place: slice) -> list[Label]: ...
    def __getitem__(self, place: int | slice) -> Label:
        found = self.index_[place]
        return list(found) if isinstance(place, slice) else found

    def __contains__(self, label: object) -> bool:
        return label in self.index_

    def index(self, label: Label, *_: int) -> int:
        """Return the place of a label.

        Raises
        ------
        KeyError
            If the family has no such label.
        """
        return int(self.index_.get_loc(label))


class LabelSet(OrderedSetOf):  # type: ignore[misc]
    """Labels as the index set of a Pyomo component."""

    @property
    def dimen(self) -> int:
        """How many parts a label has; Pyomo's own would look at each."""
        return int(self._ref.index_.nlevels)
