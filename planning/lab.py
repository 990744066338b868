"""A folder of a planner's own notebooks for a case, and JupyterLab set so that it stays at home."""

import json
import os
import sys
from pathlib import Path

from planning.notebook_files import (
    case_line,
    case_of,
    notebooks,
    read_notebook,
    with_case,
)
from planning.papers.folder import write_file

OWN = ".jupyter"
"""In the folder: JupyterLab's settings, so that neither a reader's own nor a council's count."""

OPTIONS = (
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    "--LabApp.news_url=None",
    "--ServerApp.allow_remote_access=False",
    "--ServerApp.ip=127.0.0.1",
    # A socket that is a file is closed to others of this computer; Windows has none.
    f"--KernelManager.transport={'tcp' if os.name == 'nt' else 'ipc'}",
)
"""Nothing is fetched from anywhere, nothing installed, and no other computer let in."""


NOTICES = "@jupyterlab/apputils-extension/notification.jupyterlab-settings"
NO_NEWS = {"checkForUpdates": False, "fetchNews": "false"}
"""Settings of JupyterLab's page, which would otherwise ask the reader whether to fetch them."""


def copy_notebooks(folder: Path, case: str, *, fresh: bool = False) -> list[str]:
    """Copy the notebooks to a folder with a case filled in, and return those left as they were.

    Parameters
    ----------
    folder : Path
        The planner's own; it is made if it is not there.
    case : str
        Where the case is, as it may be read from any folder.
    fresh : bool
        Whether notebooks that are there are replaced.

    Raises
    ------
    FileExistsError
        If it is no folder, or a notebook in it is of another case. Nothing is written then.
    """
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(f"{folder} is a file. Name a folder for --folder.")
    there = [] if fresh else [p for p in notebooks().values() if (folder / p.name).exists()]
    for path in there:
        if case_of(read_notebook(folder / path.name)) != case_line(case):
            raise FileExistsError(
                f"{folder / path.name} is of another case. Name another folder for --folder, or "
                "say --fresh to have the notebooks in this one replaced."
            )
    folder.mkdir(parents=True, exist_ok=True)
    for path in notebooks().values():
        if path not in there:
            write_file(folder / path.name, with_case(read_notebook(path), case).encode())
    return [path.name for path in there]


def environment(folder: Path) -> dict[str, str]:
    """Return the environment that JupyterLab is to have, once what it names is in the folder.

    No settings but those of the folder count, and its kernel is the Python that runs this.
    """
    own = folder.resolve() / OWN
    kernel = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3",
        "language": "python",
    }
    for path, content in (
        (own / "data" / "kernels" / "python3" / "kernel.json", kernel),
        (own / "settings" / NOTICES, NO_NEWS),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, (json.dumps(content, indent=2) + "\n").encode())
    return {
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTER_PATH": str(own / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(own / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(own / "workspaces"),
    }
