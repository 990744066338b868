"""Tables that show themselves: figures as they are read, captions that are never out of sight."""

import pandas as pd
import pytest

from planning.papers.columns import Kind
from planning.papers.view import LONG, View, readable


@pytest.mark.parametrize(
    ("value", "kind", "told"),
    [
        (1234567.4, Kind.MONEY, "£1,234,567"),
        (-1234.0, Kind.MONEY, "−£1,234"),
        (-0.3, Kind.MONEY, "£0"),
        (-0.0, Kind.MONEY, "£0"),
        (-12.5, Kind.RATE, "−£12.50"),
        (-0.001, Kind.RATE, "£0.00"),
        (-27.94, Kind.NUMBER, "−27.94"),
        (-128.4, Kind.NUMBER, "−128"),
        (0.0, Kind.NUMBER, "0"),
        (float("nan"), Kind.MONEY, "–"),
        ("2015-16", Kind.TEXT, "2015-16"),
    ],
)
def test_a_figure_has_a_true_minus_only_where_it_reads_as_less_than_nil(value, kind, told):
    assert readable(value, kind) == told


def test_a_caption_is_broken_only_where_it_is_long():
    table = pd.DataFrame({"year": ["2015-16"]})
    short, long = (View("x" * n, table)._repr_html_() for n in (LONG, LONG + 1))
    assert "white-space:normal" not in short
    assert "white-space:normal" in long
