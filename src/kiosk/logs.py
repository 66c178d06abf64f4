"""A rotating log that tells what failed and where, and never about whom."""

from __future__ import annotations

import logging
from pathlib import Path
from types import TracebackType

SIZE = 1_000_000
OLDER_FILES = 4
_log = logging.getLogger("kiosk")


def write_logs_to(folder: Path) -> None:
    """Sends the log to `folder`/kiosk.log, five files of 1 MB."""
    folder.mkdir(parents=True, exist_ok=True)
    for earlier in _log.handlers:
        earlier.close()
    _log.handlers[:] = [_Opening(folder / "kiosk.log")]
    _log.setLevel(logging.INFO)
    _log.propagate = False


class _Opening(logging.Handler):
    """Opens the file for the first line: before the window stands there is seldom one to write."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def emit(self, record: logging.LogRecord) -> None:
        from logging.handlers import RotatingFileHandler

        try:
            handler = RotatingFileHandler(
                self._file, maxBytes=SIZE, backupCount=OLDER_FILES, encoding="utf-8"
            )
        except OSError:
            # A full disk is said where somebody's work could not be kept, not here.
            return
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        _log.handlers[:] = [handler]
        handler.handle(record)


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
