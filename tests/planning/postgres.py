"""A real PostgreSQL server, started on loopback for the tests and stopped after them."""

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

PASSWORD = "open sesame"


@dataclass(frozen=True)
class Server:
    """A server: its port, and one database for each thing that is asked of it."""

    port: int

    def database(self, name):
        """Make a database and return its address, without a password as it must be."""
        with psycopg.connect(self.keys("postgres"), autocommit=True) as connection:
            connection.execute(f'create database "{name}"')
        return f"postgresql://planner@127.0.0.1:{self.port}/{name}"

    def keys(self, name):
        """Return what psycopg needs to get in."""
        return f"host=127.0.0.1 port={self.port} user=planner dbname={name} password='{PASSWORD}'"


def find_programs():
    """Return the folder of the newest server's programs, or None."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@contextmanager
def running(programs):
    """Give a server that runs, and stop it."""
    place = Path(tempfile.mkdtemp(prefix="virement-postgres-"))
    word = place / "word"
    word.write_text(PASSWORD, encoding="utf-8")
    as_user = []
    if os.geteuid() == 0:
        # The server refuses to be root's, and its folder must be its own.
        as_user = ["runuser", "-u", "postgres", "--"]
        for path in (place, word):
            shutil.chown(path, "postgres")
    port = _free_port()
    control = [*as_user, programs / "pg_ctl", "-D", place / "data", "-w", "-l", place / "log"]
    options = f"-p {port} -h 127.0.0.1 -k '' -c fsync=off"
    try:
        _run(
            *(*as_user, programs / "initdb", "-D", place / "data", "--locale=C", "--encoding=UTF8"),
            *("--auth=scram-sha-256", "--username=planner", f"--pwfile={word}", "--no-sync"),
            cwd=place,
        )
        _run(*control, "-o", options, "start", cwd=place)
        try:
            yield Server(port)
        finally:
            _run(*control, "-m", "immediate", "stop", cwd=place)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _run(*command, cwd):
    """Run a program, and say what it said if it fails."""
    # To a file: the server keeps what it is given open, and a pipe would never end.
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run([*map(str, command)], stdout=said, stderr=said, cwd=cwd, check=False)
        said.seek(0)
        if done.returncode:
            raise RuntimeError(f"{command}: {said.read()}")
