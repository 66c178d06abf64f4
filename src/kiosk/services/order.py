"""Whether a data folder's PC is at its end, told from the order and the last record beside the data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.errors import Refused, Trouble
from kiosk.services.keystore import secrets_for
from kiosk.store.ending import DONE_FILE, ORDER_FILE, Ending

if TYPE_CHECKING:  # every start asks whether there is an order; its reader comes in with the first one
    from kiosk.domain.retirement import Order


def is_retired(root: Path) -> bool:
    """Whether everything of this folder's PC is gone and said so."""
    return (root / DONE_FILE).is_file()


def is_at_its_end(root: Path) -> bool:
    """Whether this folder's PC is retired, or past the point where nothing but its end can follow."""
    if is_retired(root):
        return True
    if not (root / ORDER_FILE).is_file():
        return False
    try:
        order = order_in(root)
    except Refused:
        # A torn or foreign file is no order; whoever can sign in may give a new one.
        return False
    return Ending(root, order.folder, secrets_for(root, practice=order.practice)).is_begun


def refuse_at_its_end(root: Path) -> None:
    """A retired PC opens no more, and one that was stopped in the middle of it says so."""
    if is_retired(root):
        raise Refused("retired_already", folder=root.name)
    if is_at_its_end(root):
        raise Refused("retire_unfinished")


def order_in(root: Path) -> Order:
    """The order beside the data; Refused("retire_order_damaged"), Trouble("file_unreadable")."""
    from kiosk.domain.retirement import Order

    return Order.from_bytes(read_whole(root / ORDER_FILE))


def read_whole(file: Path) -> bytes:
    """A file of the end, and no more of it than one may hold; Trouble("file_unreadable")."""
    from kiosk.domain.retirement import LARGEST_ORDER

    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST_ORDER + 1)
    except OSError:
        raise Trouble("file_unreadable", name=file.name) from None
