"""Every notebook in JupyterLab, as ``virement lab`` starts it, in a real browser.

``VIREMENT_ALL`` fails these tests where there is no browser, instead of passing them over;
``VIREMENT_PICTURES`` names a folder for pictures of what was seen.
"""

import os
import time
from pathlib import Path
from statistics import median

import pytest

from planning import Case
from planning.notebook_files import notebooks
from tests.notebooks.browser import FLAGS, Watched, chromium, lab

pytestmark = pytest.mark.slow
NAMES = sorted(notebooks())
MOVES = 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def session(folder):
    """Return where JupyterLab is, and the proxy that nobody should have called."""
    if chromium() is None:
        (pytest.fail if os.environ.get("VIREMENT_ALL") else pytest.skip)("there is no chromium")
    with lab(folder) as started:
        yield started


@pytest.fixture(scope="module")
def window(session):
    """Return one window of one browser for all notebooks."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser.new_context(viewport={"width": 1280, "height": 1000})
        browser.close()


@pytest.fixture
def watched(window):
    page = window.new_page()
    yield Watched(page)
    page.close()


@pytest.fixture(scope="module")
def pictures(folder):
    kept = Path(os.environ.get("VIREMENT_PICTURES") or folder / "pictures")
    kept.mkdir(parents=True, exist_ok=True)
    return kept


def shown(page, words):
    """Wait until the panel shows what follows from some changes, with figures of its own."""
    page.wait_for_selector(f'p[role="status"]:has-text("Shown: {words}.")', timeout=30_000)
    page.wait_for_selector(f'caption:text-is("What if: {words}")', timeout=30_000)


def moves(page):
    """Move the first slider a step at a time, and return how long each answer took, from the key.

    Every step shows a cost of its own.
    """
    page.locator(".noUi-handle").first.focus()
    seconds, costs = [], set()
    for percent in range(1, MOVES + 1):
        start = time.perf_counter()
        page.keyboard.press("ArrowRight")
        shown(page, f"grants {percent}% more")
        seconds.append(time.perf_counter() - start)
        costs.add(
            page.locator('tr:has-text("Income and trading, all years") td').nth(2).inner_text()
        )
    assert len(costs) == MOVES
    return seconds


def saves(page, case):
    """Let a provider fail, save it as a scenario, and be refused the same name again."""
    page.get_by_label("A provider that fails").select_option(
        label="NHS community trust (illustrative)"
    )
    shown(page, f"grants {MOVES}% more; NHS community trust (illustrative) fails")
    page.get_by_label("Name of the scenario").fill("from_the_browser")
    for answer in (
        "Saved as the scenario from_the_browser",
        "the case has a scenario of this name",
    ):
        page.get_by_role("button", name="Save as a scenario").click()
        page.wait_for_selector(f'p[role="status"]:has-text("{answer}")', timeout=30_000)
    edited = Case.read(case).scenario("from_the_browser")
    assert {edit.table for edit in edited.edits} == {"outlook.income", "offers"}


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_in_the_browser_without_a_fault_or_a_call_outside(
    watched, session, folder, pictures, name
):
    address, proxy = session
    watched.run_all(address, name)
    if name == "04_what_if":
        seconds = moves(watched.page)
        told = f"{median(seconds):.2f} s, the slowest {max(seconds):.2f} s"
        (pictures / "what_if.txt").write_text(f"A move answers in a median of {told}.\n")
        saves(watched.page, folder / "case")
    watched.picture(pictures / f"{name}.png")
    page = watched.page
    assert page.locator(".jp-CodeCell .jp-OutputArea-output").count() > 1
    assert page.locator('[data-mime-type="application/vnd.jupyter.error"]').count() == 0
    assert page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    assert watched.errors == []
    assert watched.outside == []
    with pytest.raises(BlockingIOError):
        proxy.accept()
    if name == "04_what_if":
        assert median(seconds) < 2.0, told
