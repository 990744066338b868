"""One table of a budget paper."""

from dataclasses import dataclass

import pandas as pd

from planning.papers.columns import Table


@dataclass(frozen=True)
class Schedule:
    """A table of a budget paper, with the notes that a reader needs beside it.

    Parameters
    ----------
    table : Table
        Its name, title, what it says, and its columns with their units.
    rows : DataFrame
        Those columns, in order; text is ``""`` and a number NaN where it is blank.
    notes : tuple of str
        Sentences.
    """

    table: Table
    rows: pd.DataFrame
    notes: tuple[str, ...] = ()
