"""The city's list encrypted to this kiosk's card: opened in memory, never written in the open."""

from __future__ import annotations

import io

from kiosk.domain.errors import Refused
from kiosk.services.desk import Desk

MARK = b"age-encryption.org/v1"
LARGEST = 64 << 20


def is_sealed(untrusted: bytes) -> bool:
    """Whether this is an age file and not a list as it is."""
    return untrusted[: len(MARK)] == MARK


def opened(untrusted: bytes, desk: Desk) -> bytes:
    """The list itself; an open one as it came.

    Raises Refused list_not_for_us, list_sealed_broken, list_too_large.
    """
    if not is_sealed(untrusted):
        return untrusted
    from kiosk.sealing.age import decrypt
    from kiosk.sealing.keys import AgeIdentity

    with desk.office.reading() as view:
        identity = AgeIdentity.from_file_text(view.settings.get("age_identity"))
    plain = _Bounded()
    try:
        decrypt(io.BytesIO(untrusted), plain, identity)
    except Refused as problem:
        if problem.key == "payload_not_for_us":
            raise Refused("list_not_for_us") from None
        if problem.key == "payload_undecipherable":
            raise Refused("list_sealed_broken") from None
        raise
    return plain.getvalue()


class _Bounded(io.BytesIO):
    """A small file may unpack to a large one; memory is not its to take."""

    def write(self, content: bytes) -> int:  # type: ignore[override]
        if self.tell() + len(content) > LARGEST:
            raise Refused("list_too_large", limit=LARGEST >> 20)
        return super().write(content)
