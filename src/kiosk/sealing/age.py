"""Encryption to the city with age, always as a stream: flat memory however large the day was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import pyrage  # type: ignore[import-untyped]

from kiosk.domain.batch import MOST_RECIPIENTS
from kiosk.domain.errors import Refused
from kiosk.sealing.container import Reader
from kiosk.sealing.keys import AgeIdentity


class Writer(Protocol):
    """Anything that takes bytes in order."""

    def write(self, content: bytes, /) -> int:
        """Takes all of `content`."""
        ...

    def flush(self) -> None:
        """May do nothing."""
        ...


def encrypt(reader: Reader, writer: Writer, recipients: Sequence[str]) -> None:
    """Encrypts all of `reader` to every recipient; recipients are opaque strings that may change kind.

    Raises Refused("recipient_unusable") and, unchanged, what reader or writer raise.
    """
    keys = [_recipient(text) for text in recipients]
    source, sink = _Kept(reader), _Kept(writer)
    try:
        pyrage.encrypt_io(source, sink, keys)
    except Exception:
        # The library wraps our own refusals; the reason must arrive as it was raised.
        raised = source.raised or sink.raised
        if raised is not None:
            raise raised from None
        raise


def decrypt(reader: Reader, writer: Writer, identity: AgeIdentity) -> None:
    """Decrypts all of `reader`.

    Raises Refused `payload_not_for_us` or `payload_undecipherable` and what reader or writer raise.
    """
    source, sink = _Kept(reader), _Kept(writer)
    try:
        pyrage.decrypt_io(source, sink, [identity.for_opening()])
    except Exception as error:
        raised = source.raised or sink.raised
        if raised is not None:
            raise raised from None
        if isinstance(error, pyrage.DecryptError) and "matching" in str(error):
            raise Refused("payload_not_for_us") from None
        if isinstance(error, pyrage.DecryptError | OSError):
            raise Refused("payload_undecipherable") from None
        raise


def refuse_unusable(recipients: Sequence[str]) -> None:
    """Refused("recipient_unusable") unless there is somebody, and all can be encrypted to."""
    if not 1 <= len(recipients) <= MOST_RECIPIENTS:
        raise Refused("recipient_unusable")
    for text in recipients:
        _recipient(text)


def _recipient(text: str) -> Any:
    kinds: list[Any] = [pyrage.x25519.Recipient, pyrage.tag.Recipient, pyrage.tagpq.Recipient]
    for kind in kinds:
        try:
            return kind.from_str(text)
        except pyrage.RecipientError:
            continue
    raise Refused("recipient_unusable")


class _Kept:
    """Passes reads and writes through and keeps the first exception they raise."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.raised: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return bytes(self._inner.read(size))
        except Exception as error:
            self.raised = self.raised or error
            raise

    def write(self, content: bytes) -> int:
        try:
            return int(self._inner.write(content))
        except Exception as error:
            self.raised = self.raised or error
            raise

    def flush(self) -> None:
        self._inner.flush()
