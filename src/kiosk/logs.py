"""A rotating log that tells what failed and where, and never about whom."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path
from types import TracebackType

_log = logging.getLogger("kiosk")


def write_logs_to(folder: Path) -> None:
    """Sends the log to `folder`/kiosk.log, five files of 1 MB."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        folder / "kiosk.log", maxBytes=1_000_000, backupCount=4, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for earlier in _log.handlers:
        earlier.close()
    _log.handlers[:] = [handler]
    _log.setLevel(logging.INFO)
    _log.propagate = False


def note(message: str) -> None:
    """One line of what the program did, without personal data."""
    _log.info(message)


def bug(error: BaseException) -> None:
    """Our own fault: type and places in the code only, because a message may quote a visitor's name."""
    _log.error("%s", _places(error))


def world(error: OSError) -> None:
    """A fault of the machine that nobody expected: kept in the log, never on the terminal."""
    _log.info("%s (%s)", _places(error), error.errno)


def _places(error: BaseException) -> str:
    places: list[str] = []
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return f"{type(error).__name__} at {' < '.join(reversed(places))}"
