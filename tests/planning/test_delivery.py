"""How well savings and trade come in: hand-worked, and the same by edits of the case."""

from dataclasses import replace

import numpy as np
import pytest

from planning.case import Case
from planning.delivery import (
    AS_EXPECTED,
    HALF_AND_LATE,
    IN_FULL,
    NONE,
    Delivery,
    delivered,
    delivery_edits,
    trade,
)
from tests.planning.runs import NORTHAMPTONSHIRE, SMALL


@pytest.fixture(scope="module")
def small():
    return Case.read(SMALL)


@pytest.fixture(scope="module")
def northamptonshire():
    return Case.read(NORTHAMPTONSHIRE)


def total(case, delivery):
    return sum(delivered(case, delivery).values())


def test_savings_and_new_income_come_by_service_at_the_shares_of_the_case(small):
    """Fees 0.9 of 10, 20 and 25 thousand; one site 0.8 of 20, 40 and 40 thousand."""
    found = delivered(small, AS_EXPECTED)
    assert set(found) == {"short_breaks", "corporate"}
    np.testing.assert_allclose(found["short_breaks"], [9_000, 18_000, 22_500])
    np.testing.assert_allclose(found["corporate"], [16_000, 32_000, 32_000])


def test_in_full_half_late_and_none_of_them(small):
    """30, 60 and 65 thousand in all."""
    np.testing.assert_allclose(total(small, IN_FULL), [30_000, 60_000, 65_000])
    np.testing.assert_allclose(total(small, HALF_AND_LATE), [0, 15_000, 30_000])
    np.testing.assert_allclose(total(small, NONE), [0, 0, 0])


def test_the_published_savings_of_northamptonshire(northamptonshire):
    """£68m from the first year, £9m more from 2016-17."""
    np.testing.assert_allclose(total(northamptonshire, IN_FULL), [68e6, 77e6, 77e6, 77e6, 77e6])


def test_no_saving_of_a_body_comes_before_it_exists(northamptonshire):
    bodies = northamptonshire.organisations
    mutual = bodies["organisation"] == "child_protection_mutual"
    later = bodies.assign(transfer_year=bodies["transfer_year"].mask(mutual, "2018-19"))
    found = total(replace(northamptonshire, organisations=later), IN_FULL)
    np.testing.assert_allclose(found, [68e6, 68e6, 68e6, 77e6, 77e6])


def test_trade_brings_its_margin_and_share_from_the_transfer_year(small, northamptonshire):
    """300,000 x 0.5 x 0.05 x 0.4 = 3,000; the mutual is older than the plan, so never late."""
    np.testing.assert_allclose(trade(small, AS_EXPECTED), [3_000] * 3)
    np.testing.assert_allclose(trade(small, HALF_AND_LATE), [1_500] * 3)
    # Olympus 150,000 and LGSS 75,000; then the mutual 3,750, wellbeing 16,320 and place 120,000.
    np.testing.assert_allclose(
        trade(northamptonshire, AS_EXPECTED), [225_000, 365_070, 365_070, 365_070, 365_070]
    )
    np.testing.assert_allclose(
        trade(northamptonshire, HALF_AND_LATE), [112_500, 112_500, 182_535, 182_535, 182_535]
    )


def test_a_body_that_begins_after_the_plan_trades_nothing(small):
    later = small.organisations.assign(transfer_year="2020-21")
    np.testing.assert_allclose(trade(replace(small, organisations=later), IN_FULL), [0, 0, 0])


@pytest.mark.parametrize("delivery", [IN_FULL, AS_EXPECTED, HALF_AND_LATE, NONE])
def test_a_case_edited_so_expects_what_comes(small, delivery):
    edited = small.edit(*delivery_edits(small, delivery))
    np.testing.assert_allclose(total(edited, AS_EXPECTED), total(small, delivery))
    np.testing.assert_allclose(trade(edited, AS_EXPECTED), trade(small, delivery))


def test_pressures_are_left_alone(small):
    edited = small.edit(*delivery_edits(small, HALF_AND_LATE))
    rises = small.proposals["kind"].isin(["pressure", "investment"])
    assert edited.proposals[rises].equals(small.proposals[rises])


@pytest.mark.parametrize(
    "wrong", [{"saving": 1.5}, {"saving": -0.1}, {"trade": -1.0}, {"late": -1}]
)
def test_what_is_no_share_is_refused(wrong):
    with pytest.raises(ValueError, match=r"no share|below nil"):
        Delivery("wrong", **wrong)
