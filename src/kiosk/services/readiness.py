"""Is this PC ready for a counter day: each part ok, warn or fail, with what to do."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.staff import Act
from kiosk.paths import resources
from kiosk.settings import SettingsUnreadable

LEAST_FREE_BYTES = 2_000_000_000
EARLIEST_YEAR, LATEST_YEAR = 2025, 2035


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the PC; `remedy` is a key of the texts, empty when all is well."""

    part: str
    state: str  # ok, warn, fail
    remedy: str = ""


Question = Callable[[], None]
"""Asks one part of the PC; raises Refused or Trouble when it does not answer well."""


def examine(data: Path, devices: Mapping[str, Question], *, practice: bool) -> Iterator[Finding]:
    """Looks at everything a day needs, one finding per part; changes nothing.

    `devices` are the questions to the drivers, by part; a device that is missing is only a warning,
    because it can still be plugged in.
    """
    yield _free_space(data)
    yield _clock()
    yield _models()
    yield from _openers(data, practice)
    yield _asked("fonts", _fonts)
    yield _asked("databases", _databases)
    yield _asked("keystore", lambda: _keystore(practice), worst="warn" if practice else "fail")
    for part, question in devices.items():
        yield _asked(part, question, worst="warn")


def _asked(part: str, question: Question, worst: str = "fail") -> Finding:
    try:
        question()
    except (Refused, Trouble) as no:
        return Finding(part, worst, no.key)
    except (OSError, ImportError, SettingsUnreadable):
        return Finding(part, worst, f"doctor_{part}")
    return Finding(part, "ok")


def _free_space(data: Path) -> Finding:
    folder = next((place for place in (data, *data.parents) if place.is_dir()), Path.cwd())
    free = shutil.disk_usage(folder).free
    return Finding("disk", "ok") if free >= LEAST_FREE_BYTES else Finding("disk", "fail", "doctor_disk")


def _clock() -> Finding:
    year = datetime.now().astimezone().year
    good = EARLIEST_YEAR <= year <= LATEST_YEAR
    return Finding("clock", "ok") if good else Finding("clock", "fail", "doctor_clock")


def _openers(data: Path, practice: bool) -> Iterator[Finding]:
    from kiosk.store.access import read_access

    file = data / "access.json"
    if not file.is_file():
        return
    try:
        who = [entry.operator for entry in read_access(file).entries if entry.operator.may(Act.OPEN_SESSION)]
    except Trouble as unreadable:
        yield Finding("openers", "fail", unreadable.key)
        return
    # With one manager ill the counter would stay shut; nobody is ill in practice.
    enough = practice or len(who) >= 2
    yield Finding("openers", "ok") if enough else Finding("openers", "warn", "doctor_openers")


def _models() -> Finding:
    folder = resources() / "models"
    try:
        for line in (folder / "SHA256SUMS").read_text(encoding="ascii").splitlines():
            wanted, name = line.split()
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != wanted:
                return Finding("models", "fail", "doctor_models")
    except (OSError, ValueError):
        return Finding("models", "fail", "doctor_models")
    return Finding("models", "ok")


def _fonts() -> None:
    from kiosk.paper import compose

    compose.warm_up()


def _databases() -> None:
    from kiosk.store.session import SessionStore

    SessionStore.in_memory().close()


def _keystore(practice: bool) -> None:
    if practice:
        return
    from kiosk.store.device_secrets import KeyringSecrets

    KeyringSecrets().get("doctor")
