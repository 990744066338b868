"""Reserves one by one, from what is drawn of all together."""

import numpy as np

from optimisation.market import Market
from optimisation.reserves import reserve_table
from tests.optimisation.cases import problem


def run_down(opening, minimum, drawn):
    """Return reserves.csv of one reserve of which so much is drawn, year by year."""
    market = Market(problem(years=len(drawn), opening=opening, minimum=minimum))
    return reserve_table(market, drawn=np.array(drawn), release=np.zeros(len(drawn)))


def test_a_reserve_run_down_to_its_minimum_is_at_it_and_not_a_rounding_below():
    """£95.6m drawn in two sums of which rounding makes £0.000002 too much; and a pound is seen."""
    for minimum in (0.0, 12_009_000.0):
        drawn = [28_321_427.11, 67_278_572.89 - minimum + 2e-6]
        table = run_down(95_600_000.0, minimum, drawn)
        assert table["balance"].tolist()[-1] == minimum
        assert np.isclose(table["drawn"].sum(), 95_600_000.0 - minimum, rtol=1e-15)
    assert run_down(95_600_000.0, 0.0, [28_321_427.11, 67_278_573.89])["balance"].iloc[-1] < -0.9
