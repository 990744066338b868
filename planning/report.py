"""A notebook run for a case, as a page that stands alone: no code, no script, no request."""

import importlib.metadata
import os
import sys
from hashlib import sha256
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

import bleach
import nbformat
import papermill
from bleach.css_sanitizer import ALLOWED_CSS_PROPERTIES, CSSSanitizer
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbconvert import HTMLExporter

from planning.case import Case
from planning.notebook_files import PARAMETERS, SESSION, is_tagged, read_notebook
from planning.summary import illustrative_line

PICTURE = "data:image/png;base64,"

TEXT = {"a", "b", "blockquote", "br", "code", "div", "em", "h1", "h2", "h3", "h4", "hr", "i", "li"}
TEXT |= {"ol", "p", "pre", "span", "strong", "sub", "sup", "ul"}
TAGS = TEXT | {"caption", "img", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
LOOKS = frozenset({*ALLOWED_CSS_PROPERTIES, "font-variant-numeric", "max-width", "padding"})

STYLE = """
body { font-family: Arial, sans-serif; line-height: 1.5; color: #0b0c0c; margin: 0 auto;
  max-width: 60em; padding: 1em }
table { border-collapse: collapse; margin: 1em 0; display: block; overflow-x: auto }
th, td { border-bottom: 1px solid #b1b4b6; vertical-align: top }
caption { margin-bottom: 0.5em }
a.anchor-link { display: none }
img { display: block; margin: 1em 0 }
footer { border-top: 1px solid #b1b4b6; font-size: 0.85em; overflow-wrap: anywhere }
"""

PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<p><strong>{illustrative}.</strong></p>
<main>
{body}
</main>
<footer><p>{source}</p></footer>
</body>
</html>
"""


class ThisPython(AsyncKernelManager):
    """Starts a kernel of the Python that runs this, whatever kernels are installed."""

    # A socket that is a file is closed to others of this computer; Windows has none.
    transport = "tcp" if os.name == "nt" else "ipc"

    @property
    def kernel_spec(self) -> KernelSpec:
        """Return how the kernel is started."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        # What it says of its own end is nothing to the reader.
        argv += ["--IPKernelApp.log_level=CRITICAL"]
        return KernelSpec(argv=argv, display_name="Virement", language="python")


def report(notebook: Path, case: Case) -> str:
    """Run a notebook for a case and return the page.

    The same notebook, case and version give the same page.

    Raises
    ------
    papermill.PapermillExecutionError
        If a cell fails.
    """
    made = read_notebook(notebook)
    made.cells = [cell for cell in made.cells if not is_tagged(cell, SESSION)]
    return page(run(made, case), case)


def run(made: nbformat.NotebookNode, case: Case) -> nbformat.NotebookNode:
    """Return a notebook with what its cells show for a case.

    Raises
    ------
    papermill.PapermillExecutionError
        If a cell fails.
    """
    with TemporaryDirectory() as folder:
        # Whatever a cell writes goes with the folder.
        done: nbformat.NotebookNode = papermill.execute_notebook(
            made,
            None,
            parameters={"case": case.source.anywhere},
            kernel_name="python3",
            kernel_manager_class=ThisPython,
            progress_bar=False,
            cwd=folder,
        )
    return done


def page(done: nbformat.NotebookNode, case: Case) -> str:
    """Return a notebook's text and what its cells show, sanitised, as a page of its own."""
    told = {PARAMETERS, "injected-parameters"}
    done.cells = [c for c in done.cells if not any(is_tagged(c, tag) for tag in told)]
    exporter = HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="basic",
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    body, _ = exporter.from_notebook_node(done)
    return PAGE.format(
        title=escape(f"{_heading(done)}: {case.name}"),
        style=STYLE,
        illustrative=escape(illustrative_line(case, "every figure")),
        body=sanitised(body),
        source=escape(_source(case)),
    )


def sanitised(body: str) -> str:
    """Return HTML without what runs or asks for anything: tables, text and pictures are left."""
    clean: str = bleach.clean(
        body,
        tags=TAGS,
        attributes=_allowed,
        protocols={"data"},
        css_sanitizer=CSSSanitizer(allowed_css_properties=LOOKS),
    )
    return clean


def _allowed(tag: str, name: str, value: str) -> bool:
    """Tell whether a tag may have an attribute."""
    if name == "src":
        return tag == "img" and value.startswith(PICTURE)
    if name == "href":
        return value.startswith("#")
    return name in ("alt", "class", "colspan", "id", "rowspan", "scope", "style", "title")


def _heading(made: nbformat.NotebookNode) -> str:
    """Return the first line of a notebook, which is its heading."""
    return str(made.cells[0].source).partition("\n")[0].lstrip("# ")


def _source(case: Case) -> str:
    """Say what the page is made of, so that it can be told whether another is of the same."""
    digest = sha256(repr(sorted(case.digests.items())).encode()).hexdigest()
    version = importlib.metadata.version("virement")
    return (
        f"Made by Virement {version} from the case of {case.name}; the sha256 of its tables' own, "
        f"in order of name, is {digest}."
    )
