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


def encrypt(reader: Reader, writer: Writer, recipients: Sequence[str]) -> None:
    """Encrypts all of `reader` to every recipient; recipients are opaque strings that may change kind.

    Raises Refused("recipient_unusable") and, unchanged, what reader or writer raise.
    """
    keys = [_recipient(text) for text in recipients]
    source, sink = _Kept(reader), _Kept(writer)
    try:
        pyrage.encrypt_io(source, sink, keys)
    except Exception as error:
        # The library wraps what reader and writer raise; the reason must arrive as it was raised.
        raise (source.raised or sink.raised or error) from None


def decrypt(reader: Reader, writer: Writer, identity: AgeIdentity) -> None:
    """Decrypts all of `reader`.

    Raises Refused `payload_not_for_us` or `payload_undecipherable` and what reader or writer raise.
    """
    source, sink = _Kept(reader), _Kept(writer)
    try:
        pyrage.decrypt_io(source, sink, [identity.for_opening()])
    except Exception as error:
        raise (source.raised or sink.raised or _named(error)) from None


def refuse_unusable(recipients: Sequence[str]) -> None:
    """Refused("recipient_unusable") unless there is somebody, and all can be encrypted to."""
    if not 1 <= len(recipients) <= MOST_RECIPIENTS:
        raise Refused("recipient_unusable")
    for text in recipients:
        _recipient(text)


def _named(error: Exception) -> Exception:
    if isinstance(error, pyrage.DecryptError) and "matching" in str(error):
        return Refused("payload_not_for_us")
    # A chunk that does not authenticate comes as OSError, a broken header as DecryptError.
    known = isinstance(error, pyrage.DecryptError | OSError)
    return Refused("payload_undecipherable") if known else error


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
