"""A practice counter on real encrypted files, open for the day, for whoever measures a part of it."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import sqlcipher3  # type: ignore[import-untyped]

from kiosk.app import Window, application, build_window
from kiosk.devices.camera import CameraLoop
from kiosk.devices.ports import Camera
from kiosk.equipment import Equipment
from kiosk.services.practice import MANAGER, PINS
from kiosk.settings import Devices
from kiosk.store.engine import PRAGMAS, key_literal
from kiosk.ui.preview import Loop
from tests.house import Counterday, build_template, opened_copy

SIZE = (1280, 800)


@contextmanager
def open_counter(root: Path | None = None) -> Iterator[Counterday]:
    """The manager is signed in, the practice day is open and its list is taken; kept only in a `root`."""
    place = tempfile.TemporaryDirectory()
    with place as scratch, opened_copy(_template(), root or Path(scratch) / "day") as day:
        day.open()
        yield day


@cache
def _template() -> Path:
    """One commissioned house for the whole run: making keys takes seconds."""
    root = Path(tempfile.mkdtemp()) / "template"
    atexit.register(shutil.rmtree, root.parent, ignore_errors=True)
    return build_template(root)


@contextmanager
def window_over(
    day: Counterday, *, camera: str = "virtual:", seen_through: Camera | None = None
) -> Iterator[Window]:
    """The counter's window over that day, shown offscreen at the usual size, somebody signed in.

    `seen_through` stands in the place of the camera that the address `camera` would open.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = application(day.desk)
    devices = replace(day.desk.devices, camera=camera)
    equipment = _EquipmentWith(seen_through, devices, practice=day.desk.practice)
    window = build_window(day.desk, equipment=equipment)
    try:
        window.shell.resize(*SIZE)
        window.shell.show()
        app.processEvents()
        window.passage.enter(day.access.unlock(MANAGER.id, PINS[MANAGER.id]))
        app.processEvents()
        yield window
    finally:
        window.close()


class _EquipmentWith(Equipment):
    """The equipment of the settings, but for the camera when another one is given."""

    def __init__(self, camera: Camera | None, devices: Devices, *, practice: bool) -> None:
        super().__init__(devices, practice=practice)
        self._camera = camera

    def open_loop(self) -> Loop:
        """The program's own loop over the given camera."""
        return super().open_loop() if self._camera is None else CameraLoop(self._camera)


@contextmanager
def bare_database(key: bytes = bytes(range(32))) -> Iterator[sqlcipher3.Connection]:
    """SQLCipher with the same pragmas and one table, and nothing of ours around it."""
    folder = Path(tempfile.mkdtemp())
    db = sqlcipher3.connect(str(folder / "bare.db"), isolation_level=None)
    try:
        db.execute(f"PRAGMA key = {key_literal(key)}")
        for pragma in PRAGMAS:
            db.execute(f"PRAGMA {pragma}")
        db.execute("CREATE TABLE step (id INTEGER PRIMARY KEY, words TEXT NOT NULL)")
        yield db
    finally:
        db.close()
        shutil.rmtree(folder)


def insert_and_commit(db: sqlcipher3.Connection) -> None:
    """One row, durable."""
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO step (words) VALUES (?)", ("x" * 120,))
    db.execute("COMMIT")
