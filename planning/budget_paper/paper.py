"""The draft budget paper whole: its sections in order, and its file."""

from planning.budget_paper.brief import Brief
from planning.budget_paper.equality import equality
from planning.budget_paper.evidence import evidence
from planning.budget_paper.front import front, purpose, title_of
from planning.budget_paper.money import money
from planning.budget_paper.options import options
from planning.budget_paper.outlook import outlook
from planning.budget_paper.promises import promises
from planning.budget_paper.proposed import proposed
from planning.budget_paper.record import decisions, method, provenance
from planning.budget_paper.risks import risks
from planning.papers.blocks import Block
from planning.papers.docx_file import docx_bytes

SECTIONS = (
    front,
    purpose,
    outlook,
    proposed,
    money,
    promises,
    risks,
    options,
    evidence,
    equality,
    decisions,
    provenance,
    method,
)


def blocks_of(brief: Brief) -> list[Block]:
    """Return the paper, in order."""
    return [block for section in SECTIONS for block in section(brief)]


def paper_bytes(brief: Brief) -> bytes:
    """Return the paper as a Word file."""
    return docx_bytes(
        blocks_of(brief),
        title=title_of(brief),
        foot=f"DRAFT · {brief.case.name}",
        dated=brief.dated,
    )
