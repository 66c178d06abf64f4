"""What is remembered about the databases outside of them: anchors, file hashes, and the mark."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.domain.errors import Trouble
from kiosk.domain.journal import EMPTY, Anchor
from kiosk.store.device_secrets import DeviceSecrets

if TYPE_CHECKING:
    from kiosk.domain.integrity import Mark


class Anchors:
    """In this PC's keystore, so that no file put back brings its own memory along."""

    def __init__(self, secrets: DeviceSecrets, folder: str) -> None:
        self._secrets = secrets
        self._folder = folder

    def keep(self, chain: str, anchor: Anchor) -> None:
        """Remembers a chain's length and head; `chain` is office or a session date."""
        self._put(f"anchor/{chain}", {"length": anchor.length, "head": anchor.head})

    def kept(self, chain: str) -> Anchor:
        """The remembered anchor; the empty one when nothing was kept."""
        with _readable():
            kept = self._get(f"anchor/{chain}")
            return EMPTY if kept is None else Anchor(int(str(kept["length"])), str(kept["head"]))

    def keep_accepted(self, chain: str, anchor: Anchor) -> None:
        """Remembers where a manager took a broken chain up again; before it nothing is proven any more."""
        self.keep(f"{chain}/accepted", anchor)

    def accepted(self, chain: str) -> Anchor:
        """Where the proven part of a chain begins; the empty anchor unless a manager had to take it up."""
        return self.kept(f"{chain}/accepted")

    def keep_file(self, chain: str, sha256: str | None) -> None:
        """Remembers the file as it was left at a clean end; None while it is open, or after a cut."""
        self._put(f"file/{chain}", {"sha256": sha256})

    def kept_file(self, chain: str) -> str | None:
        """The hash of the file as it was left, when it was left cleanly."""
        with _readable():
            kept = self._get(f"file/{chain}")
            return None if kept is None or kept["sha256"] is None else str(kept["sha256"])

    def keep_mark(self, mark: Mark) -> None:
        """Remembers the last batch number and the latest time seen."""
        latest = mark.latest.isoformat() if mark.latest is not None else None
        self._put("mark", {"last_batch": mark.last_batch, "latest": latest})

    def mark(self) -> Mark:
        """The remembered mark; an empty one when nothing was kept."""
        from kiosk.domain.integrity import Mark

        with _readable():
            kept = self._get("mark")
            if kept is None:
                return Mark()
            latest = kept["latest"]
            return Mark(int(str(kept["last_batch"])), datetime.fromisoformat(str(latest)) if latest else None)

    def _put(self, name: str, kept: dict[str, int | str | None]) -> None:
        self._secrets.put(f"{self._folder}/{name}", json.dumps(kept).encode())

    def _get(self, name: str) -> dict[str, int | str | None] | None:
        untrusted = self._secrets.get(f"{self._folder}/{name}")
        if untrusted is None:
            return None
        kept = json.loads(untrusted)
        if not isinstance(kept, dict):
            raise TypeError
        return kept


@contextmanager
def _readable() -> Iterator[None]:
    """A memory that cannot be read proves nothing: it is said like a keystore that fails, not passed over."""
    try:
        yield
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Trouble("keystore_locked", permanent=True) from None
