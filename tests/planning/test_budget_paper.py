"""The draft budget paper: what stands in it, and that its figures are the tables' own."""

import io
import re
import shutil
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pandas as pd
import pytest
from docx import Document

from planning import Case
from planning.budget_paper.brief import Brief
from planning.budget_paper.equality import CHARACTERISTICS
from planning.budget_paper.evidence import findings
from planning.budget_paper.options import options
from planning.budget_paper.paper import blocks_of
from planning.budget_paper.risks import warnings
from planning.export import plan_paper
from planning.papers.blocks import Exhibit, Heading, Paragraph, Picture, Points
from planning.papers.contract import TABLES
from planning.schedules.mtfs import mtfs
from tests.planning.plans import northamptonshire, small
from tests.planning.runs import SMALL

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DATED = "2015-02-19"
SIZES = {"£m": (1e6, 1), "£000": (1e3, 0), "£": (1.0, 0)}


@pytest.fixture(scope="module", params=[northamptonshire, small], ids=["northamptonshire", "small"])
def written(request):
    """Return a plan and its paper's bytes."""
    plan = request.param()
    return plan, plan_paper(plan, plan.tables, dated=DATED)


@pytest.fixture(scope="module")
def body(written):
    """Return the paper's XML."""
    return part(written[1], "word/document.xml")


def part(paper, name):
    with zipfile.ZipFile(io.BytesIO(paper)) as file:
        return ElementTree.fromstring(file.read(name))


def texts(element):
    return "".join(run.text or "" for run in element.iter(f"{W}t"))


def styled(body, style):
    """Return the paragraphs of a style, as text."""
    return [
        texts(p)
        for p in body.iter(f"{W}p")
        if (named := p.find(f"{W}pPr/{W}pStyle")) is not None and named.get(f"{W}val") == style
    ]


def test_the_paper_has_every_section_under_a_real_heading(body):
    assert styled(body, "Heading1") == [
        "Limits of the model",
        "Purpose and recommendations",
        "The outlook",
        "What is proposed, and why",
        "What it costs, and how it is funded",
        "Targets met and missed",
        "Risks and stress tests",
        "Options considered, and why they were not chosen",
        "Robustness of estimates and adequacy of reserves: evidence",
        "Equality impact",
        "Decisions and sign-offs",
        "Provenance",
        "Method",
    ]


def test_page_one_says_whose_it_is_that_it_is_a_draft_what_is_invented_and_the_limits(written):
    document = Document(io.BytesIO(written[1]))
    lines = [p.text for p in document.paragraphs]
    breaks = [i for i, p in enumerate(document.paragraphs) if 'w:type="page"' in p._p.xml]
    front = " ".join(lines[: breaks[0]])
    assert written[0].case.name in lines[0]
    for told in ("Dated: 19 February 2015", "DRAFT", "illustrative too", "Limits of the model"):
        assert told in front
    assert breaks[0] < lines.index("Purpose and recommendations")


def test_captions_are_numbered_in_order_and_every_picture_has_its_words(body):
    captions = styled(body, "Caption")
    for kind in ("Table", "Figure"):
        numbers = [int(c.split()[1].rstrip(":")) for c in captions if c.startswith(kind)]
        assert numbers == list(range(1, len(numbers) + 1))
    about = [e for e in body.iter() if e.tag.endswith("}docPr")]
    assert len(about) == sum(c.startswith("Figure") for c in captions) == 6
    assert all(len(e.get("descr")) > 100 for e in about)


def test_tables_repeat_their_header_fit_the_page_and_merge_nothing(body):
    page = body.find(f"{W}body/{W}sectPr/{W}pgSz")
    assert (page.get(f"{W}w"), page.get(f"{W}h")) == ("11906", "16838")
    exhibits = [t for t in body.iter(f"{W}tbl") if len(t.findall(f"{W}tr")) > 1]
    assert len(exhibits) >= 13
    for table in exhibits:
        header = table.find(f"{W}tr")
        assert header.find(f"{W}trPr/{W}tblHeader") is not None
        assert all(texts(cell).strip() for cell in table.iter(f"{W}tc"))
        wide = sum(int(column.get(f"{W}w")) for column in table.iter(f"{W}gridCol"))
        assert wide <= 11906 - 2 * 1134 + 20
        assert table.find(f"{W}tblPr/{W}tblDescription").get(f"{W}val")
    merged = [e for e in body.iter() if e.tag in (f"{W}gridSpan", f"{W}vMerge")]
    assert merged == []


def test_figures_stand_to_the_right_and_text_to_the_left(body):
    table = next(t for t in body.iter(f"{W}tbl") if texts(t).startswith("Line"))
    for row in table.findall(f"{W}tr"):
        sides = [c.find(f"{W}p/{W}pPr/{W}jc") for c in row.findall(f"{W}tc")]
        assert [None if side is None else side.get(f"{W}val") for side in sides] == [
            None,
            *["right"] * (len(sides) - 1),
        ]


def test_the_language_title_and_fields_are_set_and_nothing_links_out(written):
    plan, paper = written
    about = Document(io.BytesIO(paper)).core_properties
    assert about.language == "en-GB"
    assert about.title.startswith(plan.case.name)
    assert str(about.created.date()) == DATED
    styles = part(paper, "word/styles.xml")
    assert {e.get(f"{W}val") for e in styles.iter(f"{W}lang")} == {"en-GB"}
    assert live(paper) == []


def live(paper):
    """Return what of a Word file acts: links, fields but ours, objects, parts from outside."""
    ours = re.compile(r" (PAGE|NUMPAGES|SEQ (Table|Figure) \\\* ARABIC) ")
    acts = ("hyperlink", "fldSimple", "object", "altChunk", "control", "subDoc", "script")
    found = []
    with zipfile.ZipFile(io.BytesIO(paper)) as file:
        for name in file.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            for element in ElementTree.fromstring(file.read(name)).iter():
                tag = element.tag.rpartition("}")[2]
                if tag == "instrText" and not ours.fullmatch(element.text):
                    found.append(element.text)
                if tag in acts or element.get("TargetMode") == "External":
                    found.append(f"{name}: {tag}")
    return found


def test_the_same_plan_is_the_same_file(written):
    plan, paper = written
    if plan is small():
        assert plan_paper(plan, plan.tables, dated=DATED) == paper
    with zipfile.ZipFile(io.BytesIO(paper)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def tables_of(paper):
    """Return every table read back, by its caption without a number: a DataFrame of text."""
    document = Document(io.BytesIO(paper))
    captions = [
        p.text.partition(": ")[2] for p in document.paragraphs if p.text.startswith("Table")
    ]
    captioned = [t for t in document.tables if len(t.rows) > 1]
    made = {}
    for caption, table in zip(captions, captioned, strict=True):
        head, *rows = ([cell.text for cell in row.cells] for row in table.rows)
        made[caption] = pd.DataFrame(rows, columns=head)
    return made


def titled(tables, start):
    """Return the one table whose caption begins so, with £ in one of its figures and the places."""
    (caption,) = [c for c in tables if c.startswith(start)]
    unit = re.search(r"\((?:paid in )?(£\w*)\)$", caption)
    return tables[caption], SIZES[unit[1]]


def same(told, amount, scale):
    """Tell whether a cell is £ under its stated rounding."""
    size, places = scale
    if pd.isna(amount):
        return told in ("not known", "[x]", "[z]")
    stated = float(told.replace("−", "-").replace(",", "").replace("+", "").replace("£", ""))
    decimals = len(told.partition(".")[2])
    return decimals == places and abs(stated - amount / size) <= 0.5 * 10**-places + 1e-9


def test_every_figure_of_the_funding_is_that_of_the_tables(written):
    """Requirement, funding and reserves against budget.csv and funding.csv, cell by cell."""
    plan, tables = written[0], tables_of(written[1])
    budget = plan.tables["budget"].set_index("year")
    needed = budget["cost"] + budget["fixed_cost"]
    paid = plan.tables["funding"].groupby(["stream", "year"])["amount"].sum()
    requirement, scale = titled(tables, "Medium-term financial plan: the requirement")
    funds, funded = titled(tables, "Medium-term financial plan: what funds it")
    lines = mtfs(plan.case, plan.tables).rows.set_index("line")
    for year in plan.case.years:
        for line, told in zip(requirement["Line"], requirement[year], strict=True):
            assert same(told, lines.at[line, year], scale)
        for line, told in zip(funds["Line"], funds[year], strict=True):
            assert same(told, lines.at[line, year], funded)
        last = requirement.iloc[-1]
        assert last["Line"] == "Requirement"
        assert same(last[year], needed[year], scale)
        assert same(funds.iloc[-1][year], needed[year], funded)
        own = funds.set_index("Line")[year]
        assert same(own["Reserves"], paid.get(("reserves", year), 0.0), funded)
        assert same(own["Council tax"], paid["council_tax", year], funded)
        gap = own["Funding gap: nothing covers this"]
        assert same(gap, budget.at[year, "managed_gap"], funded)


def test_every_figure_of_reserves_and_bodies_is_that_of_the_tables(written):
    plan, tables = written[0], tables_of(written[1])
    told, scale = titled(tables, "Reserves")
    own = plan.tables["reserves"]
    assert len(told) == len(own)
    for row, held in zip(told.to_dict("records"), own.itertuples(), strict=True):
        assert row["Year"] == held.year
        assert same(row["At year's end"], held.balance, scale)
        assert same(row["Drawn"], held.drawn, scale)
        assert same(row["Opening"], held.balance + held.drawn, scale)
        assert same(row["Minimum"], held.minimum, scale)
        assert same(row["Above minimum"], held.balance - held.minimum, scale)
    bodies, scale = titled(tables, "Budget by organisation")
    budget = plan.tables["budget"].set_index("year")
    for year in plan.case.years:
        whole = budget.at[year, "cost"] + budget.at[year, "fixed_cost"]
        assert same(bodies[year].iloc[-1], whole, scale)
        parts = [float(t.replace("−", "-").replace(",", "")) for t in bodies[year].iloc[:-1]]
        assert sum(parts) * scale[0] == pytest.approx(whole, abs=len(parts) * scale[0])


def test_every_figure_of_targets_and_tests_is_that_of_the_tables(written):
    plan, tables = written[0], tables_of(written[1])
    told = tables["Targets, what is achieved, and what one unit of each costs"]
    names = plan.case.outcomes.set_index("outcome")["name"]
    own = plan.tables["targets"].assign(outcome=lambda t: t["outcome"].map(names))
    own = own.set_index(["outcome", "year"])
    assert len(told) == len(own)
    for row in told.to_dict("records"):
        held = own.loc[row["Outcome"], row["Year"]]
        for name in ("target", "achieved"):
            stated = float(row[name.capitalize()].replace(",", ""))
            places = max(0.5, 0.0) if held[name] >= 1000 else abs(held[name]) * 5e-4
            assert stated == pytest.approx(held[name], abs=places + 1e-12)
        assert row["Met or missed"] == ("Missed" if held["shortfall"] > 0 else "Met")
        assert same(row["Marginal cost (£ a unit)"], held["marginal_cost"], (1.0, 2))
    tests, scale = titled(tables, "Stress tests")
    for row, held in zip(
        tests.to_dict("records"), plan.tables["sensitivities"].itertuples(), strict=True
    ):
        assert same(row["Funding gap, all years"], held.managed_gap_change, scale)
        assert same(row["Structural gap, last year"], held.structural_gap_change, scale)
        assert same(row["Cost, all years"], held.cost_change, scale)
        assert same(row["Reserves at the end"], held.reserves_balance_change, scale)
    if plan.tables["options"].empty:
        assert not [caption for caption in tables if caption.startswith("Other plans")]
        return
    other, scale = titled(tables, "Other plans")
    for row, held in zip(
        other.iloc[1:].to_dict("records"), plan.tables["options"].itertuples(), strict=True
    ):
        assert row["Plan"].replace(" ", "_") == held.scenario
        assert same(row["Cost, all years"], held.cost, scale)
        assert same(row["Funding gap, all years"], held.managed_gap, scale)
        assert same(row["Statutory demand unmet"], held.statutory_demand, scale)
        assert row["Targets missed"] == f"{held.targets_missed:.0f}"


def test_every_figure_of_outlook_movements_rules_and_providers_is_that_of_the_tables(written):
    plan, tables = written[0], tables_of(written[1])
    ahead, scale = titled(tables, "Cost of demand")
    for row, cost, income in zip(
        ahead.to_dict("records"),
        plan.outlook.cost().itertuples(),
        plan.outlook.available().itertuples(),
        strict=True,
    ):
        # Drawn to the nearest £1,000 first.
        wide = (scale[0], scale[1])
        for label, value in (("middle", "median"), ("low", "lo80"), ("high", "hi80")):
            assert same(row[f"Cost, {label}"], round(getattr(cost, value), -3), wide)
            assert same(row[f"Income, {label}"], round(getattr(income, value), -3), wide)
    first, last = plan.case.years[0], plan.case.years[-1]
    paid = plan.tables["allocation"].groupby(["service", "provider", "year"])["cost"].sum()
    paid = paid.unstack(fill_value=0.0).rename(index=naming(plan))
    moved, scale = titled(tables, "The ")
    for row in moved.to_dict("records"):
        held = paid.loc[row["Service"], row["Provider"]]
        assert same(row[first], held[first], scale)
        assert same(row[last], held[last], scale)
        assert same(row["Change"], held[last] - held[first], scale)
    rules, scale = titled(tables, "What each rule costs")
    own = plan.tables["rules"].assign(rule=lambda t: t["rule"].str.replace("_", " "))
    for row in rules.to_dict("records"):
        assert same(
            row["Other demand"], own.set_index("rule").at[row["Rule"], "other_demand"], scale
        )
    both = [c for c in tables if c.startswith("Equality impact")]
    asked = [name for c in both for name in tables[c].columns if name in CHARACTERISTICS]
    assert asked == list(CHARACTERISTICS)
    each = paid.groupby(level="provider").sum()
    for row in tables[both[0]].to_dict("records"):
        scale = SIZES[re.search(r"\(paid in (£\w*)\)$", both[0])[1]]
        assert same(row[f"Paid {first}"], each.at[row["Provider"], first], scale)
        assert row["Age"] == "to be completed"


def naming(plan):
    """Return what readers call services and providers, by key."""
    return dict(zip(plan.case.services["service"], plan.case.services["name"], strict=True)) | dict(
        zip(plan.case.providers["provider"], plan.case.providers["name"], strict=True)
    )


def test_every_figure_of_the_proposals_is_that_of_the_case(written):
    plan, tables = written[0], tables_of(written[1])
    told, scale = titled(tables, "Proposals")
    own = plan.case.proposals.set_index(["proposal", "year"])
    for row in told.iloc[:-2].to_dict("records"):
        for year in plan.case.years:
            if (row["Reference"], year) not in own.index:
                assert row[year] == "[z]"
                continue
            held = own.loc[row["Reference"], year]
            sign = -1.0 if held["kind"] in ("saving", "income") else 1.0
            assert same(row[year], sign * held["amount"], scale)


def test_the_paper_never_gives_the_section_25_statement_but_leaves_a_blank_for_it(body):
    whole = texts(body)
    assert "It is not that report and gives no opinion." in whole
    blank = "Report of the chief finance officer under section 25"
    assert f"{blank} of the Local Government Act 2003:To be completed." in whole
    for opinion in ("estimates are robust", "reserves are adequate", "I am satisfied"):
        assert opinion not in whole


def test_without_bodies_proposals_targets_or_scenarios_the_paper_says_so(tmp_path):
    folder = shutil.copytree(SMALL, tmp_path / "bare")
    for name in ("organisations", "proposals", "costs"):
        (folder / f"{name}.csv").unlink()
    for name in ("targets", "effects", "outcomes"):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    settings = (folder / "case.toml").read_text(encoding="utf-8")
    settings = settings.replace("years = 3", "years = 1").replace("= 400000", "= 0")
    (folder / "case.toml").write_text(settings.replace("= 200000", "= 0"), encoding="utf-8")
    for name in ("income", "rules"):
        lines = (folder / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if "2016-17" not in line]
        (folder / f"{name}.csv").write_text("".join(kept), encoding="utf-8")
    text = (folder / "services.csv").read_text(encoding="utf-8")
    text = text.replace("adult_services", "council").replace("child_and_family", "council")
    (folder / "services.csv").write_text(text, encoding="utf-8")
    plan = Case.read(folder).plan()
    paper = (plan.export(tmp_path / "plan") / "paper.docx").read_bytes()
    whole = texts(part(paper, "word/document.xml"))
    for told in (
        "Undated.",
        "The case sets no target for the years of the plan.",
        "The case holds no saving, new income, pressure or investment.",
        "With one year in the plan there is no move from year to year to show.",
        "The case names no assumption, which does not mean that it makes none.",
        "The case names no decision and no sign-off.",
        "plan 2015-16",
    ):
        assert told in whole
    assert "2015-16 to 2015-16" not in whole
    assert not re.search(r"\bnan\b", whole)


def brief_of(plan, **changes):
    ahead = plan.outlook
    made = Brief(plan.case, plan.tables, ahead.cost(), ahead.available(), DATED)
    return replace(made, **changes)


def test_overdue_assumptions_and_missing_signatures_are_warned_of_and_only_those():
    """On 19 February 2015 what was due the day before is overdue, and what is due that day not."""
    held = pd.DataFrame(
        {
            "assumption": ["pay", "grant", "growth"],
            "statement": ["Pay rises by 1%.", "Grant falls.", "People live longer."],
            "value": "",
            "quality": [1.0, 3.0, 5.0],
            "impact": [5.0, 3.0, 1.0],
            "owner": "",
            "agreed_by": ["", "Finance", "Finance"],
            "review_by": ["2015-02-18", "2015-02-19", ""],
            "source": "",
            "note": "",
        }
    )
    signs = (
        small()
        .case.sign_offs.reindex([0, 1])
        .assign(
            sign_off=["budget", "law"],
            statement=["The budget", "The law"],
            role=["chief finance officer", "monitoring officer"],
            name=["A. Person", ""],
            date=["2015-02-01", ""],
        )
    )
    plan = small()
    case = replace(plan.case, assumptions=held, sign_offs=signs)
    brief = brief_of(plan, case=case)
    assert list(warnings(brief)) == [
        "Warning: past their review date on 2015-02-19: the assumptions pay (2015-02-18).",
        "Nobody has agreed these assumptions yet: pay",
        "Not signed off by the monitoring officer: The law",
    ]
    told = [b for b in blocks_of(brief) if isinstance(b, Exhibit) and b.title.startswith("Assump")]
    assert [row[-1] for row in told[0].rows] == ["2015-02-18 (overdue)", "2015-02-19", "not given"]
    assert told[0].rows[0][0] == "Pay rises by 1%."


def test_an_assumption_is_weak_and_weighs_much_from_quality_two_and_impact_four():
    """Of (1, 5), (2, 4), (3, 4) and (2, 3) the first two."""
    held = pd.DataFrame({"quality": [1.0, 2.0, 3.0, 2.0], "impact": [5.0, 4.0, 4.0, 3.0]})
    brief = brief_of(small(), case=replace(small().case, assumptions=held))
    told = [found for _, found, where in findings(brief) if where == "assumptions.csv"]
    assert told == ["2 of 4 assumptions are weak (quality 1 or 2) and weigh much (impact 4 or 5)."]


@pytest.mark.parametrize(
    ("above", "gap", "said"),
    [
        (
            30e6,
            20e6,
            "£30.0m is above the floor at the end of 2017-18; a structural gap of £20.0m ",
        ),
        (30e6, 0.0, "£30.0m is above the floor at the end of 2017-18; recurring income pays for "),
        (
            0.0,
            20e6,
            "Nothing is above the floor at the end of 2017-18; a structural gap of £20.0m ",
        ),
        (0.0, 0.0, "Nothing is above the floor at the end of 2017-18; recurring income pays for "),
    ],
)
def test_how_long_reserves_last_is_said_of_what_is_left_and_what_is_needed(above, gap, said):
    """£30m over £20m a year is a year and a half."""
    brief = brief_of(small())
    tables = dict(brief.tables)
    tables["reserves"] = tables["reserves"].assign(balance=lambda t: t["minimum"] + above)
    tables["budget"] = tables["budget"].assign(structural_gap=gap)
    (found,) = [
        told
        for asked, told, _ in findings(replace(brief, tables=tables))
        if asked.startswith("How long would reserves last")
    ]
    assert found.startswith(said)
    assert ("1.5 years" in found) == (above > 0.0 and gap > 0.0)


def options_of(plan, *rows):
    """Return the options section with some rows of ``options.csv``."""
    columns = [column.name for column in TABLES["options"].columns]
    made = pd.DataFrame(rows, columns=columns)
    return list(options(brief_of(plan, tables={**plan.tables, "options": made})))


def test_other_plans_stand_under_the_plan_with_what_each_moves():
    figures = {"managed_gap": 15e6, "structural_gap": 2e6, "cost": 25e6, "reserves_balance": 0.0}
    moves = {"managed_gap_change": 15e6, "structural_gap_change": -1e6, "cost_change": 0.0}
    late = {"scenario": "a_year_late", "statutory_demand": 4e5, "targets_missed": 3.0}
    none = {"scenario": "none", "conflict": "two rules", "reserves_balance_change": float("nan")}
    plan = small()
    blocks = options_of(
        plan, {**late, **figures, **moves, "reserves_balance_change": -5e5, "conflict": ""}, none
    )
    (told,) = [b for b in blocks if isinstance(b, Exhibit) and b.title.startswith("Other plans")]
    budget = plan.tables["budget"]
    spent = (budget["cost"] + budget["fixed_cost"]).sum() / 1e6
    assert told.rows[0][:2] == ("This plan", f"{spent:.1f}")
    assert told.rows[1] == ("a year late", "25.0", "15.0", "2.0", "0.0", "0.4", "3")
    assert told.rows[2] == ("none", *["not known"] * 6)
    (said,) = [b.texts for b in blocks if isinstance(b, Points)]
    assert said == (
        "A year late: funding gap £15.0m more, structural gap of the last year £1.0m less, "
        "reserves at the end £0.5m less.",
        "None: no plan keeps every rule. These cannot all hold: two rules.",
    )


def test_where_the_case_names_no_scenario_the_paper_says_that_no_other_plan_was_made():
    blocks = options_of(small())
    assert any(isinstance(b, Paragraph) and "No other plan was made" in b.text for b in blocks)


def test_a_plan_of_many_years_has_its_tables_in_parts_that_fit():
    years = tuple(f"20{y}-{y + 1}" for y in range(15, 27))
    table = pd.DataFrame([{"line": "x"} | dict.fromkeys(years, 1e7)])
    from planning.budget_paper.exhibits import by_year

    parts = list(by_year(table, years, title="T", first="Line", source=""))
    assert [len(p.heads) for p in parts] == [6, 6, 3]
    assert parts[1].title == "T, 2020-21 to 2024-25 (£m)"


def test_no_sentence_of_the_paper_is_empty_or_runs_on_a_placeholder(written):
    plan = written[0]
    for block in blocks_of(brief_of(plan)):
        match block:
            case Heading(_, text) | Paragraph(text, _):
                said = [text]
            case Points(texts, _):
                said = list(texts)
            case Picture(title, chart):
                said = [title, chart.alt]
            case Exhibit():
                said = [block.title, block.note]
            case _:
                said = []
        for text in said:
            assert text.strip()
            assert not re.search(r"[{}`]|\bnan\b|\bNone\b", text)
