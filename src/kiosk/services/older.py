"""Before a database of an earlier version is migrated, a copy of it is sealed to this kiosk's own card."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.integrity import OFFICE
from kiosk.services.desk import Desk

if TYPE_CHECKING:
    from kiosk.store.schema import Older

PART = 8 << 20


class CopyBefore:
    """What the vault calls between finding an older database and migrating it.

    The copy is the file under its own key, in a tar, encrypted with age: the erasure of a session's secret
    closes its copy too. Stock tools open it: `age -d`, `tar x`, `cat` of the parts.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __call__(self, older: Older) -> None:
        """Raises Trouble("copy_unwritable") when the copy cannot be written: then nothing is migrated."""
        from kiosk.sealing.age import encrypt
        from kiosk.sealing.archive import TarSource
        from kiosk.sealing.atomic import whole_file

        desk = self._desk
        chain = OFFICE if older.which == "office" else older.path.stem[:10]
        target = desk.vault.folder.outbox / copy_name(chain, desk.kiosk, older.version)
        source = TarSource(_parts(older.path), lambda _name, _content: None)
        try:
            with whole_file(target, private=True) as stream:
                encrypt(source, stream, (self._recipient(older),))
        except OSError:
            raise Trouble("copy_unwritable") from None
        anchors = desk.vault.anchors
        if anchors.kept_file(chain) == _digest(older.path):
            # From here on it is written to: what was left behind is now in the copy.
            anchors.keep_file(chain, None)
        desk.copies.append((target.name, source.sha256))

    def _recipient(self, older: Older) -> str:
        from kiosk.sealing.keys import AgeIdentity

        text = older.setting("age_identity")
        if text is None:
            with self._desk.office.reading() as view:
                text = view.settings.get("age_identity")
        if text is None:
            raise Refused("key_unreadable")
        return AgeIdentity.from_file_text(text).recipient


def copy_name(chain: str, kiosk: str, version: str) -> str:
    """The file in outbox/ that holds a database as it was under an earlier schema version."""
    return f"before-migration-{chain}-{kiosk}-{version}.tar.age"


def copies_of(outbox: Path, day: date) -> tuple[Path, ...]:
    """Copies of a session's database, which go with its erasure."""
    return tuple(sorted(outbox.glob(f"before-migration-{day.isoformat()}-*.tar.age*")))


def _parts(file: Path) -> Iterator[tuple[str, bytes]]:
    with file.open("rb") as stream:
        for at, part in enumerate(iter(lambda: stream.read(PART), b"")):
            yield f"{file.name}.{at:03d}", part


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
