"""Checks of terms: offers, effects, rules and proposals that contradict each other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planning.tables.bodies import transfer_years
from planning.tables.faults import Fault
from planning.tables.histories import plan_years
from planning.tables.names import known_names
from planning.tables.reading import Reading
from planning.tables.schema import GIVES, SHARES, TABLES
from planning.tables.sheets import Row, Sheet

CORPORATE = "corporate"

_SCOPE = ("provider", "group", "sector", "organisation", "service", "locality", "contract_type")
_WHOM = ("each", "provider", "group", "sector", "locality", "contract_type")


def first_year_after_last(reading: Reading) -> Iterator[Fault]:
    """Refuse an offer whose last year is before its first."""
    sheet = reading.sheets["offers"]
    for row in sheet.having("first_year", "last_year"):
        first, last = row.text("first_year"), row.text("last_year")
        if last and last < first:
            wrong = f"before the offer's first_year, {first}"
            yield sheet.fault(row, "last_year", wrong, "Correct one of the two.")


def committed_above_capacity(reading: Reading) -> Iterator[Fault]:
    """Refuse a commitment above its offer's capacity; what is bought today may be above it."""
    sheet = reading.sheets["offers"]
    for row in sheet.having("committed", "capacity"):
        committed, capacity = row.number("committed"), row.number("capacity")
        if committed is not None and capacity is not None and committed > capacity:
            wrong = f"above the offer's capacity, {capacity:,.12g}"
            yield sheet.fault(row, "committed", wrong, "Correct one of the two.")


def offers_where_no_demand_is(reading: Reading) -> Iterator[Fault]:
    """Refuse an offer in a locality for which its service has no demand.

    A service without any demand is bought only for its targets, and may be offered anywhere.
    """
    places = _places(reading.sheets["demand"])
    sheet = reading.sheets["offers"]
    if places is None:
        return
    for row in sheet.having("service", "locality"):
        service, locality = row.text("service"), row.text("locality")
        known = places.get(service, set())
        if not locality or not known or locality in known:
            continue
        wrong = f"demand.csv has no such locality for {service}"
        named = ", ".join(sorted(known - {""}))
        remedy = f"Write one of {named}, or leave it blank." if named else "Leave it blank."
        yield sheet.fault(row, "locality", wrong, remedy)


def _places(demand: Sheet) -> dict[str, set[str]] | None:
    """Return the localities of each service's demand, None where some may be lost."""
    if not demand.whole or not {"service", "locality"} <= demand.columns:
        return None
    places: dict[str, set[str]] = {}
    for row in demand.rows:
        places.setdefault(row.raw.get("service", ""), set()).add(row.raw.get("locality", ""))
    return places


def prevention_of_itself(reading: Reading) -> Iterator[Fault]:
    """Refuse a service that reduces its own demand: its units would be their own reason."""
    sheet = reading.sheets["prevention"]
    for row in sheet.having("service", "reduces"):
        if row.text("service") == row.text("reduces"):
            wrong = "the service that prevents is the one of which less is needed"
            yield sheet.fault(row, "reduces", wrong, "Name another service, or take the row out.")


def prevention_from_nowhere(reading: Reading) -> Iterator[Fault]:
    """Refuse prevention by a service of the whole council where demand is by locality.

    Nothing says in which locality its units would prevent.
    """
    places = _places(reading.sheets["demand"])
    sheet = reading.sheets["prevention"]
    if places is None:
        return
    for row in sheet.having("service", "reduces"):
        by, of = (places.get(row.text(name), set()) for name in ("service", "reduces"))
        if by == {""} and of and "" not in of:
            wrong = f"its demand is by locality, and that of {row.text('service')} is not"
            remedy = "Give both by locality, or the demand that is prevented for the whole council."
            yield sheet.fault(row, "reduces", wrong, remedy)


def effects_of_another_service(reading: Reading) -> Iterator[Fault]:
    """Refuse an effect that names an offer of another service."""
    services = _column(reading.sheets["offers"], "offer", "service")
    known = known_names(reading.sheets, "services.service") or set()
    sheet = reading.sheets["effects"]
    for row in sheet.having("service", "offer"):
        service, offer = row.text("service"), row.text("offer")
        own = services.get(offer, service)
        if own != service and own in known:
            wrong = f"an offer of {own}, not of {service}"
            yield sheet.fault(row, "offer", wrong, f"Write {own} as the service, or another offer.")


def targets_without_effect(reading: Reading) -> Iterator[Fault]:
    """Refuse a target on an outcome that nothing moves."""
    effects, targets = reading.sheets["effects"], reading.sheets["targets"]
    outcomes = set(_column(reading.sheets["outcomes"], "outcome", "outcome"))
    moved = {row.raw.get("outcome", "") for row in effects.rows}
    # An effect of an outcome that is not known may be the one that is looked for.
    if not effects.whole or "outcome" not in effects.columns or moved - outcomes:
        return
    for row in targets.having("outcome"):
        outcome = row.text("outcome")
        if outcome in outcomes - moved:
            moved.add(outcome)
            wrong = "effects.csv has nothing that moves this outcome, so no target can be met"
            remedy = "Add a row to effects.csv, or take the targets out."
            yield targets.fault(row, "outcome", wrong, remedy)


def averages_with_gaps(reading: Reading) -> Iterator[Fault]:
    """Refuse an average over offers of which some have no effect, for it is over all units."""
    sheets = reading.sheets
    measure = _column(sheets["outcomes"], "outcome", "measure")
    services = _column(sheets["offers"], "offer", "service")
    if not all(row.has("outcome", "service", "offer") for row in sheets["effects"].rows):
        return
    named: dict[tuple[str, str], dict[str, Row]] = {}
    for row in sheets["effects"].rows:
        pair = row.text("outcome"), row.text("service")
        if measure.get(pair[0]) == "average":
            named.setdefault(pair, {})[row.text("offer")] = row
    for (outcome, service), rows in named.items():
        own = {offer for offer, its_service in services.items() if its_service == service}
        # An offer that is not the service's is a fault of its own, and perhaps a name misspelt.
        if "" in rows or not rows.keys() <= own:
            continue
        lacking = sorted(own - rows.keys())
        if lacking:
            wrong = f"{outcome} is an average, and {service}'s {', '.join(lacking)} has no effect"
            remedy = "Add a row for each, or one with offer blank for all of them."
            yield sheets["effects"].fault(next(iter(rows.values())), "offer", wrong, remedy)


def _column(sheet: Sheet, key: str, column: str) -> dict[str, str]:
    """Return a text column by a key column, of the rows in which both could be read."""
    return {row.text(key): row.text(column) for row in sheet.having(key, column)}


def shares_above_one(reading: Reading) -> Iterator[Fault]:
    """Refuse a share above 1."""
    sheet = reading.sheets["rules"]
    for row in sheet.having("kind", "limit"):
        limit = row.number("limit")
        if row.text("kind") in SHARES and limit is not None and limit > 1.0:
            remedy = f"Write {limit:g}% or {limit / 100:g}." if limit <= 100.0 else "Correct it."
            yield sheet.fault(row, "limit", "a share above 1", remedy)


def shares_of_everything(reading: Reading) -> Iterator[Fault]:
    """Refuse a rule on a share that does not say whose: of all offers together it is always 1."""
    sheet = reading.sheets["rules"]
    for row in sheet.having("kind", *_WHOM):
        if row.text("kind") in SHARES and not any(row.text(column) for column in _WHOM):
            wrong = "a share of everything, which is always 1"
            remedy = f"Say whose share it is, in one of {', '.join(_WHOM)}."
            yield sheet.fault(row, "kind", wrong, remedy)


@dataclass(frozen=True)
class _Scope:
    """What rules may ask of one offer; None where a fault hides it, so that it may be anything."""

    provider: str | None
    group: str | None
    sector: str | None
    organisation: str | None
    service: str | None
    locality: str | None
    contract_type: str | None

    def within(self, rule: Row) -> bool:
        """Whether a rule's scope takes the offer in, or may do."""
        asked = {column: rule.text(column) for column in _SCOPE}
        return all(not name or getattr(self, c) in (name, None) for c, name in asked.items())


def rules_on_nothing(reading: Reading) -> Iterator[Fault]:
    """Refuse a rule whose scope takes in no offer: it was meant otherwise."""
    scopes = _scopes(reading.sheets)
    sheet = reading.sheets["rules"]
    if not scopes:
        return
    has = {column: {getattr(scope, column) for scope in scopes} for column in _SCOPE}
    for row in sheet.having(*_SCOPE):
        asked = {column: row.text(column) for column in _SCOPE if row.text(column)}
        if any(scope.within(row) for scope in scopes) or not _known(asked, reading.sheets):
            continue
        never = (c for c, name in asked.items() if not has[c] & {name, None})
        scope = ", ".join(f"{c} {name}" for c, name in asked.items())
        wrong = f"no offer is within the rule's scope ({scope})"
        remedy = "Correct the scope, or take the rule out."
        yield sheet.fault(row, next(never, next(iter(asked))), wrong, remedy)


def _known(asked: Mapping[str, str], sheets: Mapping[str, Sheet]) -> bool:
    """Whether every name in a rule's scope is known; one that is not is a fault of its own."""
    for column, name in asked.items():
        refers = TABLES["rules"].column(column).refers
        names = known_names(sheets, refers) if refers else {name}
        if names is None or name not in names:
            return False
    return True


def _scopes(sheets: Mapping[str, Sheet]) -> list[_Scope]:
    """Return what rules may ask of each offer; an offer for every locality may be asked any."""
    providers = {r.text("provider"): r for r in sheets["providers"].having("provider")}
    services = {r.text("service"): r for r in sheets["services"].having("service")}
    scopes = []
    for row in sheets["offers"].rows:
        provider = providers.get(_seen(row, "provider") or "")
        service = services.get(_seen(row, "service") or "")
        scopes.append(
            _Scope(
                provider=_seen(row, "provider"),
                group=_seen(provider, "group"),
                sector=_seen(provider, "sector"),
                organisation=_seen(service, "organisation"),
                service=_seen(row, "service"),
                locality=_seen(row, "locality") or None,
                contract_type=_seen(row, "contract_type"),
            )
        )
    return scopes


def _seen(row: Row | None, column: str) -> str | None:
    """Return a cell that could be read, None where it could not or its row is not known."""
    return row.text(column) if row is not None and row.has(column) else None


def delivery_of_cost(reading: Reading) -> Iterator[Fault]:
    """Refuse a delivery on what adds to cost: only savings and income are discounted by it."""
    sheet = reading.sheets["proposals"]
    for row in sheet.having("kind", "delivery"):
        delivery = row.number("delivery")
        if delivery is not None and delivery < 1.0 and row.text("kind") not in GIVES:
            wrong = f"a {row.text('kind')} counts in full, whatever its delivery"
            remedy = "Leave it blank, and write the amount that is expected."
            yield sheet.fault(row, "delivery", wrong, remedy)


def fixed_cost_below_nil(reading: Reading) -> Iterator[Fault]:
    """Refuse proposals that take away more in a year than all its fixed cost.

    A service whose fixed cost falls below nil lends what is over to ``corporate``, which holds
    costs.csv; a corporate cost below nil would be money that no income stands for.
    """
    costs, proposals = reading.sheets["costs"], reading.sheets["proposals"]
    needed = ("year", "amount", "service", "organisation", "kind", "delivery")
    begins = transfer_years(reading.sheets["organisations"])
    complete = costs.whole and proposals.whole
    complete &= all(row.has("year", "amount") for row in costs.rows)
    if not complete or not all(row.has(*needed) for row in proposals.rows):
        return
    # A cost under the wrong year is a fault of its own, and would be missed from the right one.
    if {row.text("year") for row in costs.rows} - set(plan_years(reading)):
        return
    for year in sorted({row.text("year") for row in proposals.rows}):
        # What counts in no year yet takes nothing away.
        rows = [
            row
            for row in proposals.rows
            if row.text("year") == year
            and (row.text("kind") not in GIVES or begins.get(row.text("organisation"), "") <= year)
        ]
        fixed = {CORPORATE: sum(_amount(r) for r in costs.rows if r.text("year") == year)}
        for row in rows:
            service = row.text("service") or CORPORATE
            fixed[service] = fixed.get(service, 0.0) + _change(row)
        over = fixed.pop(CORPORATE) + sum(min(0.0, amount) for amount in fixed.values())
        if over < -0.005:
            largest = min(rows, key=_change)
            wrong = (
                f"savings and income of {year} come to £{-over:,.2f} more than all the fixed cost "
                "of that year"
            )
            remedy = (
                "Lower them, add the cost they save to costs.csv, or show the saving in an "
                "offer's unit_cost."
            )
            yield proposals.fault(largest, "amount", wrong, remedy)


def _amount(row: Row) -> float:
    amount = row.number("amount")
    return 0.0 if amount is None else amount


def _change(row: Row) -> float:
    """Return what a proposal adds to fixed cost, in £; delivery discounts what it takes away."""
    delivery = row.number("delivery")
    if row.text("kind") not in GIVES:
        return _amount(row)
    return -_amount(row) * (1.0 if delivery is None else delivery)
