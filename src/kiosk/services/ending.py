"""Carries an order out: all it needs is in the order's own file, so a power cut delays and never hides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.retirement import Order, Retired
from kiosk.services.keystore import PAPERS_FOLDER, secrets_for
from kiosk.services.order import is_retired, order_in, read_whole
from kiosk.store.ending import DONE_FILE, Ending
from kiosk.store.folder import FolderLock, write_durably


@dataclass(frozen=True, slots=True)
class Gone:
    """A PC at its end: the order, what was found afterwards, and where the paper lies."""

    order: Order
    retired: Retired
    record: Path


def carry_out(root: Path, order: Order, signature: bytes, *, practice: bool, at: datetime) -> Gone:
    """The signed order among the papers, its mark in the keystore, then everything that follows from it.

    The databases are closed and the master key is dropped; the caller holds the folder's lock.
    """
    stem = root / PAPERS_FOLDER / f"retirement-{order.kiosk}"
    _keep(stem.with_suffix(".json"), order.to_bytes())
    _keep(stem.with_suffix(".json.sig"), signature)
    ending = Ending(root, order.folder, secrets_for(root, practice=practice))
    ending.begin(order.to_bytes())
    return _finished(root, order, ending, at)


def go_on(root: Path, at: datetime) -> Gone:
    """What a cut left undone, and the paper again; asks nobody. Call it when `order.is_at_its_end` says so.

    Raises Refused("already_running", "retire_order_damaged"), Trouble.
    """
    lock = FolderLock(root)
    try:
        order = order_in(root)
        ending = Ending(root, order.folder, secrets_for(root, practice=order.practice))
        return _finished(root, order, ending, at)
    finally:
        lock.release()


def _finished(root: Path, order: Order, ending: Ending, at: datetime) -> Gone:
    from kiosk.services.retirement_paper import retirement_pdf

    if is_retired(root):
        retired = Retired.from_bytes(read_whole(root / DONE_FILE))
        if retired.order_sha256 != order.sha256():
            raise Refused("retire_order_damaged")
        ending.forget_mark()
    else:
        checks = ending.destroy(order.secrets)
        broken = next((name for name, ok in checks if not ok), None)
        if broken is not None:
            raise Trouble("retire_file_stays")
        retired = Retired(order.kiosk, order.sha256(), at.replace(microsecond=0), checks)
        ending.finish(retired.to_bytes())
    record = root / PAPERS_FOLDER / f"retirement-{order.kiosk}.pdf"
    _keep(record, retirement_pdf(order, retired))
    _keep(record.with_name(f"retired-{order.kiosk}.json"), retired.to_bytes())
    return Gone(order, retired, record)


def _keep(file: Path, content: bytes) -> None:
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        write_durably(file, content)
    except OSError:
        raise Trouble("file_unwritable", name=file.name) from None
