"""The end of a data folder: keys first, then files, each step repeatable, none of it silent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from kiosk.domain.errors import Trouble
from kiosk.store.device_secrets import DeviceSecrets
from kiosk.store.folder import DataFolder, database_files, sync_folder, write_durably

ORDER_FILE = "retiring.json"
DONE_FILE = "retired.json"


class Ending:
    """Destroys what a data folder and this PC's keystore hold; needs no PIN, for the decision was made.

    The order counts only with its mark in the keystore: a file laid beside the data destroys nothing.
    """

    def __init__(self, root: Path, folder_id: str, secrets: DeviceSecrets) -> None:
        self._folder = DataFolder(root)
        self._id, self._secrets = folder_id, secrets

    @property
    def is_begun(self) -> bool:
        """Whether the point of no return was passed. Raises Trouble when the keystore cannot be asked."""
        try:
            order = (self._folder.root / ORDER_FILE).read_bytes()
        except FileNotFoundError:
            return False
        except OSError:
            raise Trouble("file_unreadable", name=ORDER_FILE) from None
        return self._secrets.get(self._mark) == _digest(order)

    def begin(self, order: bytes) -> None:
        """The order on the disk, then its mark: from here on only forward. Raises Trouble, repeatable."""
        try:
            write_durably(self._folder.root / ORDER_FILE, order)
        except OSError:
            raise Trouble("file_unwritable", name=ORDER_FILE) from None
        self._secrets.put(self._mark, _digest(order))
        if self._secrets.get(self._mark) != _digest(order):
            raise Trouble("keystore_absent", permanent=True)

    def destroy(self, names: Iterable[str]) -> tuple[tuple[str, bool], ...]:
        """D first, so that every file left behind is closed already; the checks that nothing is left.

        `names` are the other secrets of the folder. Raises Trouble("keystore_keeps_secret") or
        ("retire_file_stays").
        """
        device = f"{self._id}/device"
        gone = [self._delete(name) for name in (device, *names)]
        try:
            for file in self._files():
                file.unlink(missing_ok=True)
            for place in (self._folder.root, self._folder.sessions, self._folder.outbox):
                if place.is_dir():
                    sync_folder(place)
        except OSError:
            raise Trouble("retire_file_stays") from None
        folder = self._folder
        return (
            ("device_gone", gone[0]),
            ("secrets_gone", all(gone)),
            ("slots_gone", not folder.access.exists() and not folder.recovery.exists()),
            ("office_gone", not any(file.exists() for file in database_files(folder.office))),
            ("sessions_gone", not _files_in(folder.sessions)),
            ("outbox_gone", not _files_in(folder.outbox)),
        )

    def finish(self, record: bytes) -> None:
        """The last record on the disk, then the mark goes; repeatable."""
        try:
            write_durably(self._folder.root / DONE_FILE, record)
        except OSError:
            raise Trouble("file_unwritable", name=DONE_FILE) from None
        self.forget_mark()

    def forget_mark(self) -> None:
        """Nothing of the folder stays in the keystore; repeatable."""
        self._delete(self._mark)

    @property
    def _mark(self) -> str:
        return f"{self._id}/retiring"

    def _delete(self, name: str) -> bool:
        self._secrets.delete(name)
        if self._secrets.get(name) is not None:
            raise Trouble("keystore_keeps_secret")
        return True

    def _files(self) -> Iterator[Path]:
        folder = self._folder
        yield from database_files(folder.office)
        yield from _files_in(folder.sessions)
        yield from _files_in(folder.outbox)
        yield folder.recovery
        yield folder.access
        # What a power cut left of a file that was being replaced.
        yield from (folder.root / f"{file.name}.part" for file in (folder.recovery, folder.access))


def _files_in(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file()) if folder.is_dir() else []


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
