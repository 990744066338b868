"""Every check between a case's rows and tables, and their one list of faults."""

from collections.abc import Callable, Iterator

from planning.tables import bodies, contracts, events, names, records, reserves, series, terms
from planning.tables.edits import edited, edits_of
from planning.tables.faults import Fault, in_order
from planning.tables.reading import Reading

Check = Callable[[Reading], Iterator[Fault]]
"""A rule that a case keeps, said in its docstring; it passes over rows already at fault."""

CHECKS: tuple[Check, ...] = (
    names.repeated_keys,
    names.unknown_names,
    series.years_out_of_the_plan,
    series.history_inside_the_plan,
    series.status_at_odds_with_year,
    series.mixed_frequencies,
    series.gaps,
    series.demand_too_short,
    series.whole_and_by_locality,
    series.income_without_history,
    series.drivers_that_stop_short,
    series.recurring_with_gaps,
    events.events_of_no_series,
    events.events_outside_history,
    events.events_shorter_than_periods,
    events.steps_with_one_side,
    events.events_that_leave_too_little,
    terms.first_year_after_last,
    terms.committed_above_capacity,
    contracts.whole_without_capacity,
    contracts.minimum_above_capacity,
    contracts.tiers_beyond_capacity,
    contracts.local_spending_of_tiers,
    terms.offers_where_no_demand_is,
    terms.effects_of_another_service,
    terms.prevention_of_itself,
    terms.prevention_from_nowhere,
    terms.targets_without_effect,
    terms.averages_with_gaps,
    terms.shares_above_one,
    terms.shares_of_everything,
    terms.rules_on_nothing,
    terms.delivery_of_cost,
    terms.fixed_cost_below_nil,
    bodies.trade_without_terms,
    bodies.limit_on_nobodys_work,
    bodies.providers_of_two_bodies,
    bodies.bodies_nobody_knows,
    bodies.offers_before_transfer,
    reserves.reserves_said_once,
    records.half_signed,
)


def all_faults(reading: Reading) -> tuple[Fault, ...]:
    """Return everything wrong with a case: with its cells, between its tables, in its scenarios."""
    own = _faults(reading)
    return in_order([*own, *_of_scenarios(reading, known=set(own))])


def _faults(reading: Reading) -> list[Fault]:
    return [
        *reading.faults,
        *(reading.located(fault) for check in CHECKS for fault in check(reading)),
    ]


def _of_scenarios(reading: Reading, *, known: set[Fault]) -> Iterator[Fault]:
    """Yield what is wrong with an edit, and what of the case would be after a scenario's."""
    every = edits_of(reading)
    for scenario in dict.fromkeys(edit.scenario for edit in every):
        edits = [edit for edit in every if edit.scenario == scenario]
        after, refused = edited(reading, edits)
        yield from refused
        for fault in _faults(after) if not refused else ():
            if fault not in known:
                wrong = f"after these edits the case is at fault: {fault.where}: {fault.wrong}"
                yield reading.located(edits[0].fault("scenario", wrong, fault.remedy))
