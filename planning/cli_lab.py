"""The verb that opens JupyterLab on the notebooks, for a case, on this computer alone."""

import os
from pathlib import Path

import click

from planning.answer import Answer
from planning.plain import plain


@click.command()
@click.argument("case", default=".")
@click.argument("more", nargs=-1, metavar="[-- OPTION...]")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Where your own copies of the notebooks are, or are to be: a folder here, named for the "
    "case, unless given.",
)
@click.option(
    "--fresh", is_flag=True, help="Copy the notebooks anew over your own; you are asked first."
)
@click.option("--port", type=click.IntRange(1, 65_535), default=8888, show_default=True)
@click.option("--no-browser", is_flag=True, help="Open no browser; the address is printed.")
def lab(
    case: str,
    more: tuple[str, ...],
    folder: Path | None,
    port: int,
    *,
    fresh: bool,
    no_browser: bool,
) -> None:
    """Open JupyterLab on the notebooks for a CASE, or for the folder you are in.

    They are copied to a folder of your own, and are kept as you leave them. JupyterLab listens to
    this computer alone, asks for a token, and fetches nothing from anywhere. It is given whatever
    options stand after --.
    """
    with Answer(as_json=False):
        from planning.case import Case
        from planning.lab import OPTIONS, copy_notebooks, environment

        source = Case.read(case).source
        own = folder or Path(f"{Path(source.anywhere).stem}_notebooks")
        if fresh and own.is_dir():
            click.confirm(plain(f"Replace the notebooks in {own}?"), abort=True)
        for name in copy_notebooks(own, source.anywhere, fresh=fresh):
            click.echo(plain(f"Kept as it is: {own / name}"))
        os.environ.update(environment(own))
    if not os.environ.get("JUPYTER_TOKEN"):
        # A blank one would let any program of this computer in; without one JupyterLab makes one.
        os.environ.pop("JUPYTER_TOKEN", None)
    from jupyterlab.labapp import LabApp  # It reads the environment when it is imported.

    arguments = [f"--ServerApp.root_dir={own.resolve()}", f"--ServerApp.port={port}"]
    LabApp.launch_instance([*OPTIONS, *arguments, *(["--no-browser"] if no_browser else []), *more])
