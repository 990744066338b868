"""The notebooks that come with the toolkit, and the one thing in them that a reader sets: the case.

The case is named in the first cell of code, which is tagged ``parameters``.
"""

from pathlib import Path

import nbformat

PARAMETERS = "parameters"
"""The tag of the cell that names the case."""

SESSION = "session"
"""The tag of cells for a planner at work, which a report leaves out."""

_HERE = Path(__file__).parent


def notebooks() -> dict[str, Path]:
    """Return every notebook by its name, in order, such as ``02_outlook``.

    Raises
    ------
    FileNotFoundError
        If the toolkit has been installed without them.
    """
    # Beside this file where the toolkit is installed, beside its folder where it is checked out.
    folder = next(
        (f for f in (_HERE / "notebooks", _HERE.parent / "notebooks") if f.is_dir()), None
    )
    if folder is None:
        raise FileNotFoundError("The notebooks are not there. Install Virement again.")
    return {path.stem: path for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))}


def notebook(asked: str) -> Path:
    """Return the notebook of a number or name, such as ``02`` or ``02_outlook``.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    known = notebooks()
    for name, path in known.items():
        if asked in (name, name[:2], name[:2].lstrip("0")):
            return path
    raise FileNotFoundError(f"There is no notebook {asked}. Name one of {', '.join(known)}.")


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """Return a notebook as it is on disk."""
    made: nbformat.NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return made


def is_tagged(cell: nbformat.NotebookNode, tag: str) -> bool:
    """Tell whether a cell bears a tag."""
    return tag in cell.metadata.get("tags", [])


def case_line(case: str) -> str:
    """Return the cell that names a case."""
    return f"case = {case!r}"


def with_case(made: nbformat.NotebookNode, case: str) -> str:
    """Return a notebook as text, with its case filled in."""
    for cell in made.cells:
        if is_tagged(cell, PARAMETERS):
            cell.source = case_line(case)
    return str(nbformat.writes(made, version=4)) + "\n"  # type: ignore[no-untyped-call]


def case_of(made: nbformat.NotebookNode) -> str:
    """Return the cell that names the case of a notebook; blank where there is none."""
    cells = (cell.source for cell in made.cells if is_tagged(cell, PARAMETERS))
    return str(next(cells, ""))
