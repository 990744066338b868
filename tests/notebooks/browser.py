"""JupyterLab as ``virement lab`` starts it, and a browser that is watched; for tests."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from planning.lab import OWN
from tests.planning.runs import NORTHAMPTONSHIRE

TOKEN = "a-token-of-the-tests"
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOME = {"127.0.0.1", "localhost", "::1"}
ALL_SHOWN = '{"windowingMode": "none"}'
"""A setting of JupyterLab: what is scrolled out of sight is on the page all the same."""


def chromium():
    """Return where the browser is, or None."""
    usual = Path("/usr/bin/chromium")
    return str(usual) if usual.exists() else shutil.which("chromium")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def lab(folder):
    """Start JupyterLab on a case of its own, and give where it is and whoever calls outside.

    A proxy that answers nobody counts what JupyterLab or a notebook would fetch from elsewhere.
    """
    case = shutil.copytree(NORTHAMPTONSHIRE, folder / "case")
    tracker = folder / "session" / OWN / "settings" / "@jupyterlab" / "notebook-extension"
    tracker.mkdir(parents=True)
    (tracker / "tracker.jupyterlab-settings").write_text(ALL_SHOWN)
    port = free_port()
    with socket.create_server(("127.0.0.1", 0)) as proxy, (folder / "log").open("w") as log:
        proxy.setblocking(False)
        outside = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), outside)
        environment = os.environ | proxies
        environment |= {"JUPYTER_TOKEN": TOKEN, "NO_PROXY": "127.0.0.1,localhost"}
        command = [sys.executable, "-m", "planning.cli", "lab", case, "--no-browser"]
        command += ["--folder", folder / "session", "--port", port]
        command += ["--", "--allow-root", "--ServerApp.port_retries=0"]
        started = subprocess.Popen(
            [str(word) for word in command],
            env=environment,
            cwd=Path(__file__).parents[2],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/api", started, folder / "log")
            yield f"http://127.0.0.1:{port}", proxy
        finally:
            started.terminate()
            started.wait(30)


def wait_for(address, started, log):
    """Wait until JupyterLab answers."""
    straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(240):
        if started.poll() is not None:
            raise RuntimeError(log.read_text())
        try:
            straight.open(address, timeout=5).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.25)
        else:
            return
    raise TimeoutError(log.read_text())


def is_outside(address):
    """Tell whether an address is of another computer."""
    parts = urlsplit(address)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in HOME


class Watched:
    """A page of the browser, with what it asked of others and what went wrong in it."""

    def __init__(self, page):
        self.page, self.outside, self.errors = page, [], []
        page.on("request", lambda asked: self._ask(asked.url))
        page.on("websocket", lambda asked: self._ask(asked.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _ask(self, address):
        if is_outside(address):
            self.outside.append(address)

    def run_all(self, address, name):
        """Open a notebook, run all its cells and wait until each has run."""
        page = self.page
        page.goto(f"{address}/lab/tree/{name}.ipynb?token={TOKEN}&reset")
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=60_000)
        # The toolbar says idle too early, and Run All is then dropped without a word.
        page.wait_for_selector('.jp-StatusBar-TextItem:has-text("| Idle")', timeout=60_000)
        page.click("text=Run >> nth=0")
        page.click('.lm-Menu-itemLabel:text-is("Run All Cells")')
        page.wait_for_function(ALL_RUN, timeout=150_000)
        page.wait_for_selector('.jp-StatusBar-TextItem:has-text("| Idle")', timeout=60_000)

    def picture(self, path):
        """Keep a picture of the whole notebook."""
        height = self.page.evaluate(
            "() => Math.max(...[...document.querySelectorAll('.jp-WindowedPanel-outer')]"
            ".map(e => e.scrollHeight))"
        )
        self.page.set_viewport_size({"width": 1280, "height": min(int(height) + 150, 12_000)})
        self.page.evaluate(
            "() => document.querySelectorAll('.jp-WindowedPanel-outer')"
            ".forEach(e => { e.scrollTop = 0 })"
        )
        self.page.wait_for_timeout(300)
        self.page.screenshot(path=path)


ALL_RUN = """() => {
  const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];
  return prompts.length && prompts.every(p => /\\[\\d+\\]/.test(p.textContent));
}"""
