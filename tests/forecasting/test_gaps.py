"""Missing values filled in, by hand."""

import numpy as np
import pytest

from forecasting.gaps import fill

NONE = np.nan


@pytest.mark.parametrize(
    ("y", "season", "filled"),
    [
        ([1.0, NONE, 3.0], 1, [1.0, 2.0, 3.0]),
        ([1.0, NONE, NONE, 7.0], 1, [1.0, 3.0, 5.0, 7.0]),
        # Between 10 a year before and 14 a year after, whatever its neighbours are.
        ([10.0, 2.0, NONE, 4.0, 14.0, 6.0], 2, [10.0, 2.0, 12.0, 4.0, 14.0, 6.0]),
        # There is no year before the first: on the line.
        ([10.0, NONE, 12.0, 4.0, 14.0], 2, [10.0, 11.0, 12.0, 4.0, 14.0]),
        # The year after is missing too: on the line.
        (
            [10.0, 2.0, NONE, 4.0, NONE, 6.0, 9.0],
            2,
            [10.0, 2.0, 3.0, 4.0, 5.0, 6.0, 9.0],
        ),
    ],
)
def test_a_hole_is_filled_from_its_neighbours(y, season, filled):
    np.testing.assert_allclose(fill(np.array(y), season=season), filled)


def test_what_is_given_is_not_written_on():
    y = np.array([1.0, NONE, 3.0])
    fill(y, season=1)
    assert np.isnan(y[1])
