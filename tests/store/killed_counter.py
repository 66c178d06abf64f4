"""A counter that gives out numbers until it is killed, again and again: run by test_kill.py, never imported.

Reads "go" from standard input, forks a worker, and prints the worker's pid; the worker prints each number
once its commit has returned.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kiosk.domain.application import Application
from kiosk.store.desk import StoredPortrait
from kiosk.store.session import SessionStore
from tests.store.counter import NINE, receive


def tell(words: str) -> None:
    """One line to whoever started this; written at once, and whole."""
    os.write(sys.stdout.fileno(), f"{words}\n".encode())


def give_out(path: Path, key: bytes) -> None:
    """Receives visitors for ever."""
    store = SessionStore.open(path, key)
    while True:
        with store.work() as work:
            visit = receive(work)
            work.applications.save(Application(visit.ticket, "1" * 23))
            work.portraits.put(StoredPortrait(visit.ticket, os.urandom(20_000), NINE, "s01", "{}"))
            work.commit()
        tell(visit.ticket)


def main() -> None:
    """One worker per line of input."""
    path, key = Path(sys.argv[1]), bytes.fromhex(sys.argv[2])
    for _ in sys.stdin:
        worker = os.fork()
        if worker == 0:
            give_out(path, key)
        tell(f"worker {worker}")
        os.waitpid(worker, 0)
        tell("gone")


if __name__ == "__main__":
    main()
