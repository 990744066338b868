"""A notebook as a page: it stands alone, runs nothing, and tells what stopped it."""

import shutil
from html.parser import HTMLParser

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from planning import Case
from planning.papers.charts import Chart
from planning.papers.view import html_table
from planning.report import page, sanitised
from tests.planning.runs import SMALL, virement

HOSTILE = [
    "<script>alert(1)</script>",
    '<img src="x" onerror="alert(1)">',
    '<img src="https://elsewhere.example/x.png" alt="gone">',
    '<img src="data:image/svg+xml;base64,PHN2Zy8+" alt="gone">',
    '<a href="javascript:alert(1)">here</a>',
    '<a href="https://elsewhere.example">there</a>',
    '<iframe src="https://elsewhere.example"></iframe>',
    '<link rel="stylesheet" href="https://elsewhere.example/a.css">',
    '<p style="background:url(https://elsewhere.example/a.png)">p</p>',
    '<form action="https://elsewhere.example"><input></form>',
    '<svg onload="alert(1)"></svg>',
    '<meta http-equiv="refresh" content="0;url=https://elsewhere.example">',
]


class Seen(HTMLParser):
    """What a browser would make of a page: its tags, each with its attributes."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):  # noqa: D102
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):  # noqa: D102
        self.text.append(data)

    def named(self, tag):
        """Return the attributes of every tag of a name."""
        return [attributes for name, attributes in self.tags if name == tag]


def assert_asks_for_nothing(text):
    seen = Seen(text)
    for tag, attributes in seen.tags:
        assert tag not in ("script", "iframe", "link", "object", "embed", "form", "svg", "base")
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name not in ("srcset", "action", "data")
            if name in ("src", "href"):
                assert value.startswith(("data:image/png;base64,", "#"))
            if name == "style":
                assert "url" not in value
    return seen


@pytest.mark.parametrize("markup", HOSTILE, ids=range(len(HOSTILE)))
def test_what_runs_or_asks_for_anything_is_gone(markup):
    assert_asks_for_nothing(sanitised(markup))


def test_our_tables_and_pictures_stay_whole():
    chart = Chart(b"\x89PNG", 'What it "shows"').html
    table = html_table("A caption & more", Case.read(SMALL).providers.head(1))
    for ours in (chart, table):
        before, after = Seen(ours), Seen(sanitised(ours))
        assert [tag for tag, _ in before.tags] == [tag for tag, _ in after.tags]
        assert before.text == after.text
        for (_, one), (_, other) in zip(before.tags, after.tags, strict=True):
            assert {k: v for k, v in one.items() if k != "style"} == {
                k: v for k, v in other.items() if k != "style"
            }
            assert one.get("style", "").count(":") == other.get("style", "").count(":")


def test_the_page_has_a_language_a_title_and_no_code():
    cells = [
        new_markdown_cell("# A question\n\nAnd <script>alert(1)</script>."),
        new_code_cell(
            "secret = 1",
            outputs=[
                new_output(
                    "display_data",
                    {"text/html": "".join(HOSTILE), "application/javascript": "alert(1)"},
                )
            ],
        ),
    ]
    text = page(new_notebook(cells=cells), Case.read(SMALL))
    seen = assert_asks_for_nothing(text)
    assert seen.named("html") == [{"lang": "en-GB"}]
    assert "<title>A question: " in text
    assert "secret" not in text
    policy = seen.named("meta")[1]
    assert policy["http-equiv"] == "Content-Security-Policy"
    assert policy["content"].startswith("default-src 'none'")
    assert "every figure is illustrative too" in text


@pytest.mark.slow
def test_a_report_is_written_and_the_next_is_the_same(tmp_path):
    """The second is made elsewhere, of a copy of the case: neither is in the page."""
    copy = shutil.copytree(SMALL, tmp_path / "copy")
    runs = [
        virement("report", case, "--notebook", "01", "--out", tmp_path / f"{n}.html")
        for n, case in enumerate((SMALL, copy))
    ]
    assert [run.returncode for run in runs] == [0, 0], runs[0].stderr
    assert runs[0].stderr == ""
    one, other = ((tmp_path / f"{n}.html").read_text() for n in (0, 1))
    assert one == other
    seen = assert_asks_for_nothing(one)
    assert all(picture["alt"].startswith("Line chart.") for picture in seen.named("img"))
    assert len(seen.named("caption")) >= 4
    assert "Case.read" not in one
    assert str(tmp_path) not in one
    assert "Taking it away" not in one


def test_what_stops_a_notebook_is_told_in_its_own_words_and_nothing_is_written(tmp_path):
    """No more than £1 may be spent, and £1,000 must be."""
    folder = shutil.copytree(SMALL, tmp_path / "case")
    rules = folder / "rules.csv"
    head = rules.read_text().splitlines()[0]
    row = {"rule": "none", "kind": "max_spend", "limit": "1", "source": "illustrative"}
    again = {"rule": "most", "kind": "min_spend", "limit": "1000", "source": "illustrative"}
    lines = [",".join(one.get(name, "") for name in head.split(",")) for one in (row, again)]
    rules.write_text("\n".join([head, *lines]) + "\n")
    run = virement("report", folder, "--notebook", "03", "--out", tmp_path / "a.html")
    assert run.returncode == 2, run.stderr
    assert run.stderr.startswith("The notebook 03_allocate_and_explain stopped, and nothing was")
    assert "these cannot all hold" in run.stderr
    assert "max_spend of £1 in 2015-16" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "a.html").exists()
