"""A PostgreSQL of one's own for a test: a private cluster in a temporary folder, on a socket, no network."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

OWNERS = ("postgres", "nobody")


def lacking() -> str | None:
    """Why there can be no PostgreSQL here."""
    if os.name != "posix":
        return "a private cluster is started on Linux only"
    if _program("initdb") is None:
        return "PostgreSQL (initdb) is not on this machine"
    if find_spec("psycopg") is None:
        return "psycopg is not installed"
    return None


@contextmanager
def a_cluster() -> Iterator[str]:
    """The address of an empty database; the server ends with the block."""
    folder = Path(mkdtemp(prefix="kiosk-pg-"))
    as_owner = _owner(folder)
    data = folder / "data"
    ctl = [str(_program("pg_ctl")), "-D", str(data), "-s", "-w"]
    try:
        init = [str(_program("initdb")), "-D", str(data), "-U", "kiosk", "-A", "trust", "-E", "UTF8", "-N"]
        _run(init, as_owner)
        settings = f"-k {folder} -c listen_addresses='' -c fsync=off"
        _run([*ctl, "-l", str(folder / "log"), "-o", settings, "start"], as_owner)
        try:
            yield f"postgresql+psycopg://kiosk@/postgres?host={folder}"
        finally:
            _run([*ctl, "-m", "immediate", "stop"], as_owner)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> Path | None:
    beside = [*sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)]
    found = shutil.which(name)
    return beside[0] if beside else Path(found) if found else None


def _owner(folder: Path) -> dict[str, Any]:
    """The server refuses to run as root: then it gets somebody else, who owns the folder."""
    if os.geteuid() != 0:
        return {}
    import pwd

    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    somebody = next(known[name] for name in OWNERS if name in known)
    os.chown(folder, somebody.pw_uid, somebody.pw_gid)
    return {"user": somebody.pw_uid, "group": somebody.pw_gid, "extra_groups": []}


def _run(words: list[str], as_owner: dict[str, Any]) -> None:
    done = subprocess.run(words, cwd="/", capture_output=True, text=True, check=False, **as_owner)
    assert done.returncode == 0, done.stderr
