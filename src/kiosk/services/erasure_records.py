"""Signed erasure records: at once beside the paper, and again in the next batch to the city."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from kiosk.domain.erasure import FORMAT, Erasure
from kiosk.services.desk import Desk

if TYPE_CHECKING:
    from kiosk.store.office import OfficeView

PAPER_RECEIPT = "kiosk-paper-receipt-v1"


def signature_of(desk: Desk, record: Erasure) -> bytes:
    """The kiosk's OpenSSH signature on a record; the same record, the same bytes."""
    from kiosk.sealing import sshsig
    from kiosk.sealing.keys import signing_key_from_bytes

    with desk.office.reading() as view:
        key = signing_key_from_bytes(bytes.fromhex(view.settings.get("signing_key")))
    return sshsig.sign(record.to_bytes(), key, FORMAT)


def for_next_batch(desk: Desk, session: date) -> tuple[tuple[str, bytes], ...]:
    """(name, content) of the records made since the last batch of another session, with signatures.

    A batch that supersedes a rejected one carries the same records again.
    """
    with desk.office.reading() as view:
        records = _since(view, session)
    return signed_files(desk, records)


def signed_files(desk: Desk, records: Iterable[Erasure]) -> tuple[tuple[str, bytes], ...]:
    """(name, content) of records and their signatures, as they stand in a batch."""
    files: list[tuple[str, bytes]] = []
    for record in records:
        name = f"erasures/{record.file_name}"
        files += [(name, record.to_bytes()), (f"{name}.sig", signature_of(desk, record))]
    return tuple(files)


def is_paper(receipt_text: str) -> bool:
    """Whether a receipt of the ledger was a stamped paper entered by two people."""
    return bool(json.loads(receipt_text).get("format") == PAPER_RECEIPT)


def _since(view: OfficeView, session: date) -> list[Erasure]:
    last = max((one.sealed_at for one in view.batches.all() if one.session != session), default=None)
    # Times are whole seconds: in the very second of that batch, twice is better than never.
    return [record for record in view.erasures.all() if last is None or record.at >= last]
