"""What every table of a plan holds, column by column, with its unit: the contract's outputs."""

from collections.abc import Mapping
from types import MappingProxyType

from planning.papers.columns import NOT_APPLICABLE, NOT_KNOWN, Column, Kind, Table


def _text(name: str, doc: str, *, words: str = "", blank: str = NOT_KNOWN) -> Column:
    return Column(name, Kind.TEXT, doc, words=words, blank=blank)


def _number(
    name: str, doc: str, unit: str = "units", *, words: str = "", blank: str = NOT_KNOWN
) -> Column:
    return Column(name, Kind.NUMBER, doc, unit=unit, words=words, blank=blank)


def _rate(name: str, doc: str, *, words: str = "") -> Column:
    return Column(name, Kind.RATE, doc, words=words)


def _money(name: str, doc: str, *, words: str = "", blank: str = NOT_KNOWN) -> Column:
    return Column(name, Kind.MONEY, doc, words=words, blank=blank)


_SERVICE = _text("service", "The service, by its key in services.csv.")
_LOCALITY = _text(
    "locality", "Where the units are used; blank is the whole council.", blank="whole council"
)
_YEAR = _text("year", "The financial year, April to March.")
_SHARE, _OUTCOME, _SERIES = "share, 0 to 1", "the outcome's unit", "the service's unit, or £"
_REQUIREMENT, _OF_TARGET = "the requirement's unit", "share of target"

_BESIDE_THE_PLAN = (
    _money("managed_gap", "£ over all years that is left after reserves and one-off money."),
    _money("managed_gap_change", "£ more than in the plan; below nil is less."),
    _money("structural_gap", "£ of the last year: recurring cost beyond recurring income."),
    _money("structural_gap_change", "£ more than in the plan; below nil is less."),
    _money("cost", "£ over all years, fixed cost too."),
    _money("cost_change", "£ more than in the plan; below nil is less."),
    _money("reserves_balance", "£ of reserves at the end of the last year."),
    _money("reserves_balance_change", "£ more than in the plan; below nil is less."),
)
"""The figures of a plan that is set beside the plan, and how far each has moved."""

_ALL = (
    Table(
        "allocation",
        "What is bought, from whom",
        "One row for each offer, locality and year in which it is used, paid for or given up.",
        (
            _text("offer", "The offer, by its key in offers.csv."),
            _text("provider", "Who delivers it, by its key in providers.csv."),
            _SERVICE,
            _LOCALITY,
            _YEAR,
            _number("used", "Units used, in the service's unit."),
            _number("paid", "Units paid for; more than are used where a commitment is idle."),
            _rate(
                "unit_cost",
                "£ a unit in that year, indexed; on average, where tiers or an award cost more.",
            ),
            _money(
                "cost", "£: units paid for times unit cost; where none are, what the award costs."
            ),
            _number(
                "change",
                "Units used less those of the year before, in the first year less what is bought "
                "today; blank where that is not known.",
            ),
        ),
    ),
    Table(
        "demand",
        "Demand, and what is met of it",
        "One row for each service, locality and year.",
        (
            _SERVICE,
            _LOCALITY,
            _YEAR,
            _number("demand", "Units needed, as forecast, in the service's unit."),
            _number("prevented", "Units that prevention avoids."),
            _number("met", "Units supplied to meet it."),
            _number("unmet", "Units not met."),
        ),
    ),
    Table(
        "targets",
        "Targets, and what the plan achieves",
        "One row for each outcome and year with a target.",
        (
            _text("outcome", "The outcome, by its key in outcomes.csv."),
            _YEAR,
            _number("target", "What the year must reach, in the outcome's unit.", _OUTCOME),
            _number(
                "achieved",
                "What the units used achieve; blank for an average of nothing.",
                _OUTCOME,
                blank=NOT_APPLICABLE,
            ),
            _number("shortfall", "What the target misses, in the outcome's unit.", _OUTCOME),
            _rate(
                "marginal_cost",
                "£ of cost saved if the target asked one unit less; blank where no price can be "
                "vouched for.",
            ),
        ),
    ),
    Table(
        "income",
        "Income available and used",
        "One row for each stream and year.",
        (
            _text("stream", "The stream, by its key in streams.csv."),
            _YEAR,
            _money("amount", "£ available, as forecast or announced."),
            _money("used", "£ spent in the year; the rest goes to reserves or is handed back."),
        ),
    ),
    Table(
        "funding",
        "Whose money pays for what",
        "After the ring-fences, each source pays the same share of every service's remaining cost.",
        (
            _text("stream", "The stream; or reserves; or gap, which nothing covers."),
            _text("service", "The service paid for; corporate is cost that no unit buys."),
            _YEAR,
            _money("amount", "£ spent."),
        ),
    ),
    Table(
        "budget",
        "The budget, year by year",
        "Cost and fixed cost are income, trading, reserves drawn and the managed gap together.",
        (
            _YEAR,
            _money("cost", "£ of units paid for."),
            _money("fixed_cost", "£ that no unit buys, after pressures and delivered savings."),
            _money("income", "£ available; a ring-fenced stream only as far as it is used."),
            _money("trading", "£ that organisations' trade with others brings the council."),
            _money("reserves_drawn", "£ drawn, net: negative where income adds to reserves."),
            _money("reserves_balance", "£ of reserves at the year's end, all together."),
            _money(
                "structural_gap",
                "£ of recurring cost that recurring income does not pay for.",
            ),
            _money("managed_gap", "£ that is left after reserves and one-off income."),
        ),
    ),
    Table(
        "reserves",
        "Reserves, one by one",
        "The plan settles what reserves of a kind hold together; each stands above its minimum by "
        "the same share of what it stood above at first.",
        (
            _text("reserve", "The reserve, by its key in reserves.csv, or general."),
            _YEAR,
            _money("drawn", "£ drawn in the year, net: negative where it is added to."),
            _money("balance", "£ at the year's end."),
            _money("minimum", "£ that it may never fall below."),
        ),
    ),
    Table(
        "organisations",
        "Organisations: their work for the council and for others",
        "One row for each body and year from its transfer. It is no going concern once its "
        "reserves are below nil.",
        (
            _text("organisation", "The body, by its key in organisations.csv."),
            _YEAR,
            _money("council_work", "£ that the council pays for its own offers."),
            _money("external_turnover", "£ of work for others, as expected to be won and allowed."),
            _number(
                "external_share",
                "That work as a share of its turnover, from 0 to 1; blank where it has none.",
                _SHARE,
                blank=NOT_APPLICABLE,
            ),
            _money("returned", "£ of surplus on it that comes back to the council as owner."),
            _money("retained", "£ of surplus that it keeps; below nil a loss, which is its own."),
            _money("reserves", "£ of its own reserves at the year's end; blank is not known."),
        ),
    ),
    Table(
        "goals",
        "What was wanted, in order, and what it came to",
        "Each goal is at its best among the plans that are best for all before it.",
        (
            _text("goal", "The goal."),
            _text("unit", "What its value is measured in."),
            _number("value", "Its least value.", "as the unit says"),
        ),
    ),
    Table(
        "prices",
        "What each requirement costs",
        "Requirements that cost something, as a plan made again with one of them a little looser "
        "shows. A blank is a price that cannot be vouched for, never nil.",
        (
            _text(
                "kind",
                "Demand, target, capacity, commitment, notice, income, minimum (of reserves), "
                "trade, activity (limit), share, change or (spending) rule.",
            ),
            _text("key", "Whose: service and locality, outcome, offer, stream, rule."),
            _YEAR,
            _rate("price_gap", "£ of funding gap closed if it were one unit looser."),
            _rate("price_cost", "£ of cost saved if it were one unit looser, discounted."),
            _number(
                "lower",
                "The lowest level for which the prices hold. Shares, changes and activity limits "
                "are counted in units, or £, beyond the rule.",
                _REQUIREMENT,
            ),
            _number(
                "upper",
                "The highest. Blank where there is no end to it or, for an average, none is known.",
                _REQUIREMENT,
            ),
        ),
    ),
    Table(
        "rules",
        "What each rule costs",
        "By how much each goal would be less without the rule, all goals sought anew. Below nil, a "
        "later goal gives what an earlier one then takes.",
        (
            _text("rule", "The rule, by its key in rules.csv."),
            _text("kind", "What it limits."),
            _money("statutory_demand", "£ of statutory demand, at the dearest offer, left unmet."),
            _number(
                "statutory_targets",
                "Misses on statutory targets, as shares of the target.",
                _OF_TARGET,
            ),
            _money("funding_gap", "£ of funding gap."),
            _money("other_demand", "£ of other demand, at the dearest offer, left unmet."),
            _number(
                "other_targets", "Misses on other targets, as shares of the target.", _OF_TARGET
            ),
            _money("cost", "£ of cost, discounted."),
        ),
    ),
    Table(
        "sensitivities",
        "What hangs on what: the plan made again with one thing changed",
        "Two rows for each factor, one worse for the council and one better: all goals sought "
        "anew with only that changed. Where that leaves no plan there are no figures.",
        (
            _text("factor", "What is changed."),
            _text("change", "By how much, in every year; and whether that leaves no plan."),
            *_BESIDE_THE_PLAN,
        ),
    ),
    Table(
        "options",
        "Options considered: the plan of each scenario of the case",
        "One row for each scenario in scenarios.csv, in order of its name: all goals sought anew "
        "with its edits. Where it has no plan there are no figures.",
        (
            _text("scenario", "The scenario, by its name in scenarios.csv."),
            *_BESIDE_THE_PLAN,
            _money("statutory_demand", "£ of statutory demand, at the dearest offer, left unmet."),
            _number("targets_missed", "How many targets it misses, over all years.", "targets"),
            _text(
                "conflict",
                "Which requirements cannot all hold; blank if it has a plan.",
                blank="[z]",
            ),
        ),
    ),
    Table(
        "forecast",
        "Demand and income as forecast",
        "One row for each series and year, with 80% and 95% prediction intervals.",
        (
            _text("series", "The service, with its locality after a stroke; or the stream."),
            _text("kind", "Demand, in the service's unit, or income, in £."),
            _text("period", "The financial year."),
            _number("mean", "The mean of the forecast distribution.", _SERIES),
            _number("median", "Its median.", _SERIES),
            _number(
                "lo80",
                "The lower end of the 80% prediction interval.",
                _SERIES,
                words="Low end of 80% interval",
            ),
            _number("hi80", "Its upper end.", _SERIES, words="High end of 80% interval"),
            _number(
                "lo95",
                "The lower end of the 95% prediction interval.",
                _SERIES,
                words="Low end of 95% interval",
            ),
            _number("hi95", "Its upper end.", _SERIES, words="High end of 95% interval"),
            _text("status", "Forecast; or confirmed, indicative or assumed by the case."),
            _text("models", "The models and their weights."),
        ),
    ),
    Table(
        "backtest",
        "How the models did on years they had not seen",
        "One row for each series and model; the combination is what is used.",
        (
            _text("series", "The series, as in forecast.csv."),
            _text("model", "The model."),
            _number("origins", "The number of years from which it was tried.", "years"),
            _number(
                "mase",
                "Mean absolute error, as a multiple of the naive forecast's in sample.",
                "multiple of the naive error",
                words="Mean absolute scaled error",
            ),
            _number(
                "rmsse",
                "Root mean squared error, scaled likewise.",
                "multiple of the naive error",
                words="Root mean squared scaled error",
            ),
            _number(
                "coverage80",
                "Share of outturns inside the 80% interval, from 0 to 1.",
                _SHARE,
                words="Coverage of the 80% interval",
            ),
            _number(
                "coverage95",
                "Share of outturns inside the 95% interval, from 0 to 1.",
                _SHARE,
                words="Coverage of the 95% interval",
            ),
        ),
    ),
)

TABLES: Mapping[str, Table] = MappingProxyType({table.name: table for table in _ALL})
"""Every table of a plan, by the name of its file, in the order of the contract."""

_COLUMNS = {(column.name, column.kind) for table in _ALL for column in table.columns}

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        name: kind
        for name, kind in sorted(_COLUMNS)
        if sum(name == other for other, _ in _COLUMNS) == 1
    }
)
"""The kind of every column whose name has one kind in all tables; ``used`` is units and pounds."""
