"""Each rule's rows as written, against a file that was checked by hand.

The model of a small problem is written by Pyomo in LP format, and the rows of one rule must read as
``lp/RULE.lp`` does. Those files are the reference: their comments say what the problem is and why
each figure stands there; space in them is free. Names are Pyomo's: ``use(hub_north_2015_16)`` is x
of the offer hub in north in 2015-16.

To see what the model writes now, so as to compare it with the contract and edit the file by hand
(nothing here writes one)::

    python -m tests.optimisation.test_lp_files meet_demand
"""

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import wrap

import pytest

from optimisation.market import Market
from optimisation.model import build
from optimisation.problem import Problem
from optimisation.rules import RULES
from tests.optimisation.cases import problem

FOLDER = Path(__file__).parent / "lp"

WRITES = {"limit_share": ("supply_in_all", "limit_share")}
"""The constraints of a rule that writes more than the one of its name."""

TINY: dict[str, Problem] = {
    "meet_demand": problem(
        years=2,
        demand=[
            {"locality": "north", "units": [50000, 51000]},
            {"locality": "south", "units": [20000, 21000]},
            {"service": "visits", "units": [30, 40]},
        ],
        offers=[
            {"offer": "hub"},
            {"offer": "local", "locality": "north", "first_year": "2016-17"},
            {"offer": "team", "service": "visits", "last_year": "2015-16"},
        ],
    ),
    "prevent_demand": problem(
        years=2,
        demand=[
            {"locality": "north", "units": [50000, 51000]},
            {"locality": "south", "units": [20000, 21000]},
            {"service": "visits", "units": [300, 400]},
        ],
        offers=[
            {"offer": "hub"},
            {"offer": "team", "service": "visits"},
            {"offer": "talks", "service": "advice", "locality": "north"},
            {"offer": "line", "service": "advice", "locality": "south", "first_year": "2016-17"},
        ],
        prevention=[
            {"service": "advice", "reduces": "care", "lag_years": 1, "units_per_unit": 0.5},
            {"service": "advice", "reduces": "visits", "lag_years": 0, "units_per_unit": 2},
            {"service": "visits", "reduces": "care", "lag_years": 2, "units_per_unit": 9},
        ],
    ),
    "prevent_once": problem(
        years=2,
        demand=[{"units": [50000, 51000]}, {"service": "visits", "units": [300, 400]}],
        offers=[{"offer": "team", "service": "visits"}, {"offer": "talks", "service": "advice"}],
        prevention=[
            {"service": "visits", "reduces": "care", "lag_years": 1, "units_per_unit": 3},
            {"service": "advice", "reduces": "care", "lag_years": 0, "units_per_unit": 2},
            {"service": "advice", "reduces": "care", "lag_years": 1, "units_per_unit": 4},
        ],
    ),
    "pay_for_use": problem(
        years=2,
        demand=[
            {"locality": "north", "units": [50000, 51000]},
            {"locality": "south", "units": [20000, 21000]},
        ],
        offers=[
            {"offer": "hub"},
            {"offer": "local", "locality": "north", "first_year": "2016-17"},
        ],
    ),
    "respect_capacity": problem(
        years=2,
        demand=[{"units": [50000, 50000]}],
        offers=[
            {"offer": "big", "capacity": 30000, "committed": 10},
            {"offer": "none", "capacity": 0, "last_year": "2015-16"},
            {"offer": "open", "committed": 20},
        ],
    ),
    "honour_commitments": problem(
        years=2,
        demand=[{"units": [50000, 50000]}],
        offers=[
            {"offer": "block", "committed": 30000, "capacity": 40000},
            {"offer": "blank"},
            {"offer": "nil", "committed": 0},
            {"offer": "soon", "committed": 20, "first_year": "2016-17"},
        ],
    ),
    "give_notice": problem(
        years=3,
        demand=[{"units": 50000}],
        offers=[
            {"offer": "long", "current": 4000, "notice_years": 2},
            {"offer": "small", "current": 900, "capacity": 700, "notice_years": 1},
            {"offer": "soon", "current": 0, "notice_years": 3},
            {"offer": "free", "current": 500},
        ],
    ),
    "award_first": problem(
        years=2,
        demand=[{"units": 50000}],
        offers=[
            {"offer": "whole", "capacity": 30000, "minimum": 9000},
            {"offer": "priced", "capacity": 200, "award_cost": 50, "first_year": "2016-17"},
            {"offer": "bid", "capacity": 400, "lot": "north"},
            {"offer": "plain", "capacity": 500},
        ],
    ),
    "viable_volume": problem(
        years=2,
        demand=[{"units": 50000}],
        offers=[
            {"offer": "whole", "capacity": 30000, "minimum": 9000},
            {"offer": "bid", "capacity": 400, "lot": "north"},
        ],
    ),
    "award_lot": problem(
        years=2,
        demand=[{"units": 50000}],
        offers=[
            {"offer": "bid", "capacity": 400, "lot": "north"},
            {"offer": "other", "capacity": 400, "lot": "north", "first_year": "2016-17"},
            {"offer": "far", "capacity": 400, "lot": "south", "last_year": "2015-16"},
        ],
    ),
    "keep_award": problem(
        years=3,
        demand=[{"units": 50000}],
        offers=[
            {"offer": "bid", "capacity": 400, "lot": "north"},
            {"offer": "late", "capacity": 400, "lot": "north", "first_year": "2017-18"},
            {"offer": "whole", "capacity": 400, "minimum": 9},
        ],
    ),
    "limit_lots": problem(
        years=2,
        demand=[{"units": 50000}],
        offers=[
            {"offer": "n1", "provider": "acme", "capacity": 400, "lot": "north"},
            {"offer": "s1", "provider": "acme", "capacity": 400, "lot": "south"}
            | {"first_year": "2016-17"},
            {"offer": "n2", "provider": "bond", "capacity": 400, "lot": "north"},
            {"offer": "w", "provider": "acme", "capacity": 400, "minimum": 9},
        ],
        rules=[
            {"rule": "one", "kind": "max_lots", "each": "provider", "limit": 1},
            {"rule": "few", "kind": "max_lots", "provider": "acme", "year": "2016-17", "limit": 2},
        ],
    ),
    "count_excess": problem(
        years=2,
        demand=[{"units": 50000}],
        offers=[
            {"offer": "up", "unit_cost": 4, "capacity": 30000, "indexation": 0.25},
            {"offer": "mixed", "unit_cost": 4, "capacity": 900, "last_year": "2015-16"},
        ],
        tiers=[
            {"offer": "up", "from_units": 20000, "unit_cost": 6},
            {"offer": "up", "from_units": 10000, "unit_cost": 5},
            {"offer": "mixed", "from_units": 300, "unit_cost": 3},
        ],
    ),
    "reach_tier": problem(
        years=2,
        demand=[{"units": 50000}],
        offers=[
            {"offer": "down", "unit_cost": 4, "capacity": 900},
            {"offer": "up", "unit_cost": 4, "capacity": 30000},
        ],
        tiers=[
            {"offer": "down", "from_units": 300, "unit_cost": 3},
            {"offer": "up", "from_units": 10000, "unit_cost": 5},
        ],
    ),
    "pass_tier": problem(
        demand=[{"units": 50000}],
        offers=[
            {"offer": "down", "unit_cost": 4, "capacity": 900},
            {"offer": "up", "unit_cost": 4, "capacity": 30000},
        ],
        tiers=[
            {"offer": "down", "from_units": 300, "unit_cost": 3},
            {"offer": "up", "from_units": 10000, "unit_cost": 5},
        ],
        rules=[{"rule": "floor", "kind": "min_spend", "limit": 1}],
    ),
    "reach_targets": problem(
        years=2,
        demand=[{"units": [50000, 50000]}, {"service": "visits", "units": [30, 40]}],
        offers=[
            {"offer": "hub"},
            {"offer": "special"},
            {"offer": "team", "service": "visits"},
            {"offer": "later", "service": "visits", "first_year": "2016-17"},
        ],
        outcomes=[
            {"outcome": "safe", "measure": "total", "direction": "at_least"},
            {"outcome": "harm", "measure": "total", "direction": "at_most"},
            {"outcome": "grade", "measure": "average", "direction": "at_least"},
            {"outcome": "wait", "measure": "average", "direction": "at_most"},
        ],
        targets=[
            {"outcome": "safe", "year": "2015-16", "target": 12000},
            {"outcome": "harm", "year": "2016-17", "target": 500},
            {"outcome": "grade", "year": "2015-16", "target": 3},
            {"outcome": "wait", "year": "2016-17", "target": 2},
        ],
        effects=[
            {"outcome": "safe", "service": "care", "per_unit": 0.25},
            {"outcome": "safe", "offer": "special", "per_unit": 0.5},
            {"outcome": "harm", "service": "visits", "per_unit": 4},
            {"outcome": "grade", "service": "care", "per_unit": 2},
            {"outcome": "grade", "offer": "special", "per_unit": 5},
            {"outcome": "wait", "offer": "team", "per_unit": 6},
            {"outcome": "wait", "offer": "special", "per_unit": 2},
        ],
    ),
    "pay_costs": problem(
        years=2,
        demand=[{"units": [50000, 50000]}],
        services=[{"service": "care"}, {"service": "visits"}],
        offers=[
            {"offer": "hub", "unit_cost": 8, "indexation": 0.25},
            {"offer": "team", "unit_cost": 4, "service": "visits", "first_year": "2016-17"},
        ],
        streams=[{"stream": "grant"}, {"stream": "better", "ring_fence": " visits ; corporate "}],
        income=[{"stream": "grant", "amount": 10}, {"stream": "better", "amount": 20}],
        costs=[{"item": "client", "amount": [70000, 60000]}, {"item": "core", "amount": 500}],
        proposals=[
            {"kind": "pressure", "service": "care", "amount": [300, 0], "delivery": 0.5},
            {"kind": "saving", "service": "visits", "amount": [0, 1000], "delivery": 0.5},
            {"kind": "income", "amount": [100, 0]},
            {"kind": "investment", "service": "visits", "amount": [0, 200]},
        ],
    ),
    "spend_income": problem(
        years=2,
        services=[{"service": "care"}, {"service": "visits"}],
        streams=[{"stream": "grant"}, {"stream": "better", "ring_fence": "visits;care"}],
        income=[
            {"stream": "grant", "amount": [400000, 300000]},
            {"stream": "better", "amount": [20, 30]},
        ],
        organisations=[
            {"organisation": "mutual", "ownership_share": 0.5, "transfer_year": "2016-17"}
            | {"external_market": 900, "margin": 0.25},
            {"organisation": "loss", "external_market": 800, "margin": -0.5},
            {"organisation": "quiet"},
        ],
    ),
    "win_trade": problem(
        years=2,
        services=[{"service": "care"}],
        income=[{"amount": 400000}],
        organisations=[
            {"organisation": "mutual", "transfer_year": "2016-17", "external_market": 900}
            | {"win_probability": 0.25, "margin": 0.1},
            {"organisation": "place", "external_market": 40000, "margin": 0.1},
            {"organisation": "quiet", "margin": 0.1},
            {"organisation": "never", "transfer_year": "2031-32", "external_market": 50}
            | {"margin": 0.1},
        ],
    ),
    "limit_activity": problem(
        years=2,
        demand=[{"units": [50000, 50000]}, {"service": "visits", "units": [30, 40]}],
        offers=[
            {"offer": "hub", "provider": "olympus", "unit_cost": 8, "indexation": 0.25},
            {"offer": "team", "provider": "olympus", "service": "visits", "unit_cost": 4}
            | {"first_year": "2016-17"},
            {"offer": "other"},
        ],
        organisations=[
            {"organisation": "care", "provider": "olympus", "external_market": 900}
            | {"margin": 0.1, "activity_limit": 0.2},
            {"organisation": "free", "external_market": 900, "margin": 0.1} | {"activity_limit": 1},
            {"organisation": "shut", "external_market": 900, "margin": 0.1}
            | {"activity_limit": 0, "transfer_year": "2016-17"},
        ],
    ),
    "carry_reserves": problem(
        years=2,
        reserves=[
            {"opening": 60000},
            {"reserve": "other", "opening": 30000},
            {"reserve": "change", "opening": 5000, "one_off_only": True},
        ],
        services=[{"service": "care"}],
        streams=[
            {"stream": "better", "ring_fence": "care"},
            {"stream": "grant"},
            {"stream": "once", "one_off": True},
        ],
        income=[
            {"stream": "better", "amount": 20},
            {"stream": "grant", "amount": 400000},
            {"stream": "once", "amount": 10},
        ],
    ),
    "keep_minimum": problem(
        years=2,
        reserves=[
            {"opening": 60000, "minimum": 4000},
            {"reserve": "other", "opening": 30000, "minimum": 1000},
            {"reserve": "change", "opening": 5000, "minimum": 200, "one_off_only": True},
        ],
        services=[{"service": "care"}],
        income=[{"amount": 400000}],
    ),
    "release_once": problem(
        years=2,
        services=[{"service": "care"}],
        reserves=[{"opening": 40}, {"reserve": "change", "opening": 90, "one_off_only": True}],
        costs=[
            {"item": "client", "amount": 70000},
            {"item": "set_up", "amount": [6000, 0], "one_off": True},
        ],
        proposals=[
            {"kind": "investment", "amount": [500, 400], "one_off": True},
            {"kind": "pressure", "amount": [30, 0]},
            {"kind": "saving", "amount": [2000, 0], "one_off": True},
        ],
    ),
    "release_drawn": problem(
        years=2,
        services=[{"service": "care"}],
        reserves=[{"reserve": "change", "opening": 90, "one_off_only": True}],
        income=[{"amount": 400000}],
    ),
    "limit_share": problem(
        years=2,
        demand=[
            {"locality": "north", "units": [30, 30]},
            {"locality": "south", "units": [20, 20]},
            {"service": "visits", "units": [10, 10]},
        ],
        providers=[
            {"provider": "acme", "group": "holding"},
            {"provider": "bond", "group": "holding"},
            {"provider": "coop", "sector": "mutual"},
        ],
        offers=[
            {"offer": "a", "provider": "acme"},
            {"offer": "b", "provider": "bond", "locality": "north"},
            {"offer": "c", "provider": "coop", "first_year": "2016-17", "locality": "south"},
            {"offer": "v", "provider": "acme", "service": "visits"},
        ],
        rules=[
            {"rule": "cap", "kind": "max_share", "each": "group", "year": "2016-17"}
            | {"limit": 0.75},
            {"rule": "mutuals", "kind": "min_share", "sector": "mutual", "limit": 0.25},
            {"rule": "place", "kind": "max_share", "each": "locality", "provider": "acme"}
            | {"service": "care", "year": "2015-16", "limit": 0.5},
        ],
    ),
    "limit_change": problem(
        years=2,
        demand=[
            {"locality": "north", "units": [30000, 30000]},
            {"locality": "south", "units": [20000, 20000]},
        ],
        offers=[
            {"offer": "a", "current": 40000},
            {"offer": "b", "locality": "north"},
            {"offer": "c", "locality": "south", "current": 300, "last_year": "2015-16"},
            {"offer": "d", "locality": "south", "current": 5, "first_year": "2016-17"},
        ],
        rules=[
            {"rule": "steady", "kind": "max_change", "limit": 0.25},
            {"rule": "south", "kind": "max_change", "locality": "south", "year": "2016-17"}
            | {"limit": 0.5},
        ],
    ),
    "limit_spend": problem(
        years=2,
        demand=[
            {"locality": "north", "units": [30000, 30000]},
            {"locality": "south", "units": [20000, 20000]},
        ],
        offers=[
            {"offer": "a", "provider": "acme", "unit_cost": 8, "indexation": 0.25},
            {"offer": "b", "provider": "bond", "unit_cost": 6, "locality": "north"}
            | {"first_year": "2016-17"},
        ],
        rules=[
            {"rule": "cap", "kind": "max_spend", "each": "provider", "limit": 250000},
            {"rule": "floor", "kind": "min_spend", "provider": "bond", "limit": 1000},
            {"rule": "place", "kind": "max_spend", "locality": "north", "limit": 90000},
            {"rule": "places", "kind": "min_spend", "each": "locality", "year": "2015-16"}
            | {"limit": 7000},
        ],
    ),
    "measure_change": problem(
        years=3,
        demand=[{"locality": "north", "units": 30000}, {"locality": "south", "units": 20000}],
        offers=[
            {"offer": "a", "current": 40000},
            {"offer": "b", "locality": "north"},
            {"offer": "c", "locality": "south", "first_year": "2016-17", "last_year": "2016-17"},
            {"offer": "gone", "locality": "south", "current": 500}
            | {"first_year": "2010-11", "last_year": "2014-15"},
        ],
    ),
}


def lp_file(rule: str, folder: Path) -> str:
    """Return the whole model of a rule's problem, as Pyomo writes it."""
    file = folder / "whole.lp"
    model = build(Market(TINY[rule]))
    model.write(str(file), io_options={"symbolic_solver_labels": True})
    return file.read_text(encoding="utf-8")


def written(rule: str, folder: Path) -> list[str]:
    """Return a rule's rows as Pyomo writes them."""
    names = WRITES.get(rule, (rule,))
    rows = rows_of(lp_file(rule, folder))
    return [row for row in rows if re.match(rf"c_[elu]_({'|'.join(names)})\(", row)]


def stored(rule: str) -> list[str]:
    """Return the rows of a rule's file."""
    return rows_of((FOLDER / f"{rule}.lp").read_text(encoding="utf-8"))


def rows_of(text: str) -> list[str]:
    """Return the rows of an LP file without comments, each with its figures in one form."""
    plain = re.sub(r"(?m)^ *\\.*$", "", text)
    rows = re.split(r"^bounds|^end", plain.split("s.t.")[1], flags=re.MULTILINE)[0]
    return [tidy(row) for row in re.split(r"\n(?=c_)", rows) if row.strip()]


def tidy(row: str) -> str:
    return " ".join(
        f"{float(word) + 0.0:+.12g}" if is_figure(word) else word for word in row.split()
    )


def is_figure(word: str) -> bool:
    return re.fullmatch(r"[-+]?[0-9.]+(e[-+]?[0-9]+)?", word) is not None


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_written_as_its_file_says(rule, tmp_path):
    assert written(rule, tmp_path) == stored(rule)


@pytest.mark.parametrize("rule", RULES)
def test_every_variable_is_at_least_nil_and_free_above(rule, tmp_path):
    bounds, *decided = re.split(r"\nbinary\n", lp_file(rule, tmp_path).split("\nbounds\n")[1])
    whole = set(decided[0].split()) if decided else set()
    bounds = [b for b in bounds.splitlines() if b.split()[2:3] and b.split()[2] not in whole]
    stated = [b.split() for b in bounds if "ONE_VAR_CONSTANT" not in b and b != "end"]
    names = {word for row in written(rule, tmp_path) for word in row.split() if "(" in word[1:]}
    assert {name for _, _, name, _, _ in stated} | whole >= {
        n for n in names if not n.startswith("c_")
    }
    assert {(low, high) for low, _, _, _, high in stated} == {("0", "+inf")}


@pytest.mark.parametrize("rule", RULES)
def test_a_file_begins_with_what_the_rule_promises(rule):
    first = (FOLDER / f"{rule}.lp").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"\\ {RULES[rule].sentence}"


def test_every_rule_has_a_file_and_every_file_a_rule():
    assert sorted(file.name for file in FOLDER.iterdir()) == sorted(f"{r}.lp" for r in RULES)
    assert sorted(TINY) == sorted(RULES)


def show(rule: str, folder: Path) -> str:
    """Return a rule's rows laid out as its file has them, without its comments."""
    laid_out = [f"\\ {RULES[rule].sentence}", "s.t."]
    for row in written(rule, folder):
        name, rest = row.split(": ")
        terms, sense, level = re.split(r" ?(<=|>=|=) ", rest)
        pairs = re.sub(r"(?<=\d) ", "~", terms)
        lines = wrap(pairs, 96, initial_indent="  ", subsequent_indent="  ")
        laid_out.append("\n".join([f"{name}:", *lines, f"  {sense} {level}"]).replace("~", " "))
    return "\n\n".join([*laid_out, "end"]) + "\n"


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        sys.stdout.write(show(sys.argv[1], Path(scratch)))
