"""Page one, and what the paper is for."""

from collections.abc import Iterator
from datetime import date

from planning.budget_paper import words
from planning.budget_paper.brief import Brief
from planning.papers.blocks import Block, Heading, NewPage, Paragraph, Points
from planning.papers.scale import scale_of
from planning.summary import illustrative_line, summarise


def title_of(brief: Brief) -> str:
    """Return the paper's title."""
    return f"{brief.case.name}: {words.TITLE.format(first=brief.years[0], span=brief.span)}"


def front(brief: Brief) -> Iterator[Block]:
    """Yield page one: whose, of which day, of what standing, what is invented, and the limits."""
    yield Heading(0, title_of(brief))
    yield Paragraph(f"Report to: full council. {_day(brief)}", lead=True)
    yield Paragraph(f"Status: {words.STATUS}", lead=True)
    yield Paragraph(f"{illustrative_line(brief.case)}.")
    if brief.case.illustrative():
        yield Paragraph(words.ILLUSTRATIVE)
    yield Heading(1, "Limits of the model")
    head = summarise(brief.case, brief.tables)[0]
    # The summary's first line ends with the forecasts that the plan is made on.
    risk = head.partition(f"plan for {brief.span}, ")[2]
    yield Points(tuple(limit.format(risk=risk) for limit in words.LIMITS))
    yield NewPage()


def _day(brief: Brief) -> str:
    if not brief.dated:
        return "Undated."
    day = date.fromisoformat(brief.dated)
    return f"Dated: {day.day} {day:%B %Y}."


def purpose(brief: Brief) -> Iterator[Block]:
    """Yield what the paper is for, what is recommended, and the plan in short."""
    budget = brief.tables["budget"].set_index("year").loc[brief.years[0]]
    needed = float(budget["cost"] + budget["fixed_cost"])
    yield Heading(1, "Purpose and recommendations")
    yield Paragraph(words.PURPOSE.format(span=brief.span))
    yield Paragraph("Council is recommended:")
    said = {"requirement": scale_of([needed]).words(needed), "first": brief.years[0]}
    yield Points(tuple(text.format(**said) for text in words.RECOMMENDATIONS), numbered=True)
    yield Heading(2, "The plan in short")
    yield Points(tuple(f"{line}." for line in summarise(brief.case, brief.tables)[1:-1]))
