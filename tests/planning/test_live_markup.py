"""Whatever stands in the text of a case, it is text in the paper and on every page."""

import csv
import io
import shutil
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from planning import Case
from planning.export import plan_paper
from planning.plain import plain
from planning.tables.schema import TABLES, Kind
from tests.planning.runs import SMALL

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</w:t></w:r><w:hyperlink r:id='x'>",
    "R&D &amp; <b>Sons</b>",
    "{{ 7 * 7 }} {% raw %} ${jndi:ldap://x}",
    '{ HYPERLINK "https://example.org" }',
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "https://example.org/?a=1&b=2",
    "file:///etc/passwd",
    "[red]x[/red]",
    "]]><!-- --> <?php echo 1 ?>",
    r"$\frac{1}{0}$ and $",
    "文件 😀",
)
MARKUP = " <i x='1'>&#39;"
COMMANDS = "\x1b[31mred\x1b[0m \u202eesrever \ufffe"
EXTRA = {
    "assumptions": {"assumption": "pay", "quality": "2", "impact": "4", "review_by": "2015-01-01"},
    "decisions": {"decision": "go", "date": "2014-12-18"},
    "sign_offs": {"sign_off": "budget", "date": "2015-02-19"},
}


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory):
    """Return the small case with a payload in every cell of free text."""
    folder = shutil.copytree(SMALL, tmp_path_factory.mktemp("poisoned") / "case")
    count = 0
    for name, row in EXTRA.items():
        heads = [column.name for column in TABLES[name].columns]
        write(folder / f"{name}.csv", heads, [{head: row.get(head, "") for head in heads}])
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for column in TABLES[path.stem].columns:
            if column.kind is not Kind.TEXT or path.stem in ("scenarios", "events"):
                continue
            for row in rows:
                row[column.name] = PAYLOADS[count % len(PAYLOADS)] + MARKUP
                count += 1
        write(path, list(rows[0]), rows)
    settings = (folder / "case.toml").read_text(encoding="utf-8")
    named = "<script>alert('£')</script> & {{ x }} $y$"
    settings = settings.replace("Smallshire (illustrative)", named)
    (folder / "case.toml").write_text(settings, encoding="utf-8")
    assert count > 100
    case = Case.read(folder)
    # The door refuses what commands a terminal; a case made without it must be no worse.
    return replace(
        case,
        providers=case.providers.assign(name=case.providers["name"] + COMMANDS),
        assumptions=case.assumptions.assign(statement=case.assumptions["statement"] + COMMANDS),
    )


def write(path, heads, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, heads)
        out.writeheader()
        out.writerows(rows)


@pytest.fixture(scope="module")
def plan(poisoned):
    return poisoned.plan()


def test_the_paper_holds_every_payload_as_text_and_nothing_that_acts(plan):
    paper = plan_paper(plan, plan.tables, dated="2015-02-19")
    with zipfile.ZipFile(io.BytesIO(paper)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    codes = []
    for name, content in parts.items():
        if not name.endswith((".xml", ".rels")):
            continue
        for element in ElementTree.fromstring(content).iter():
            tag = element.tag.rpartition("}")[2]
            assert tag not in ("hyperlink", "fldSimple", "object", "altChunk", "script", "control")
            assert element.get("TargetMode") != "External"
            if tag == "instrText":
                codes.append(element.text.split()[0])
    assert set(codes) == {"PAGE", "NUMPAGES", "SEQ"}
    body = ElementTree.fromstring(parts["word/document.xml"])
    whole = "\n".join(
        "".join(run.text or "" for run in paragraph.iter(f"{W}t"))
        for paragraph in body.iter(f"{W}p")
    )
    names = {
        *plan.case.providers["name"],
        *plan.case.outcomes["name"],
        *plan.case.assumptions["statement"],
        *plan.case.decisions["statement"],
        *plan.case.sign_offs["role"],
        *plan.case.proposals.sort_values("year").groupby("proposal")["name"].last(),
        plan.case.settings.name,
    }
    assert len(names) > 8
    missing = [name for name in names if plain(name).strip() not in whole]
    assert missing == []
    assert not set(COMMANDS) & {"\x1b", "\u202e", "\ufffe"} & set(whole)


class Tags(HTMLParser):
    """What stands in a page, as a browser would read it."""

    def __init__(self):
        super().__init__()
        self.found, self.sources = set(), []

    def handle_starttag(self, tag, attrs):
        """Keep a tag with the names of its attributes."""
        self.found.add((tag, tuple(sorted(name for name, _ in attrs))))
        self.sources += [value for name, value in attrs if name == "src"]

    def handle_comment(self, data):
        """Keep a comment."""
        self.found.add(("comment", (data,)))

    def handle_pi(self, data):
        """Keep an instruction."""
        self.found.add(("instruction", (data,)))


OURS = {
    ("p", ()),
    ("strong", ()),
    ("ul", ()),
    ("li", ()),
    ("table", ()),
    ("caption", ("style",)),
    ("thead", ()),
    ("tbody", ()),
    ("tr", ()),
    ("th", ("scope", "style")),
    ("td", ("style",)),
    ("img", ("alt", "src", "style")),
}


def shows(plan):
    """Yield everything of a plan that shows itself in a notebook."""
    ahead = plan.outlook
    yield plan.case
    yield plan
    yield ahead
    yield from (ahead.jaws(), ahead.series(), ahead.changes(), ahead.accuracy(), ahead.quality())
    yield from (ahead.against_naive(), ahead.why("home_care/north"), ahead.track("home_care/north"))
    yield from (plan.budget(), plan.gap(), plan.targets(), plan.prices(), plan.rules())
    yield from (plan.organisations(), plan.bridge(), plan.spending(), plan.reserves())
    yield from (plan.promises(), plan.tornado())


def test_no_page_of_a_session_has_a_tag_or_attribute_that_is_not_ours(plan):
    seen = 0
    for shown in shows(plan):
        page = Tags()
        page.feed(shown._repr_html_())
        page.close()
        assert page.found <= OURS, f"{type(shown).__name__}: {page.found - OURS}"
        assert all(source.startswith("data:image/png;base64,") for source in page.sources)
        seen += 1
    assert seen == 22


def test_the_parser_would_see_what_is_live():
    page = Tags()
    page.feed("<p>a<script>b</script><b onclick='c'>d</b><!-- e --></p>")
    assert page.found - OURS == {
        ("script", ()),
        ("b", ("onclick",)),
        ("comment", (" e ",)),
    }
