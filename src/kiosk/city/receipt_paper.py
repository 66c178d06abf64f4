"""受領書 on paper: the same facts as the signed JSON, for the file and the courier."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kiosk.domain.errors import Trouble
from kiosk.domain.receipt import Receipt
from kiosk.sealing.atomic import write_file
from kiosk.sealing.keys import in_fours


def paper_values(receipt: Receipt) -> dict[str, Any]:
    """What the template shows; hashes in groups of four, to be compared by eye."""
    return {
        "practice": receipt.practice,
        "city": receipt.city,
        "kiosk": receipt.kiosk,
        "batch": receipt.batch,
        "session": receipt.session.isoformat(),
        "seq": receipt.seq,
        "decision": receipt.decision.value,
        "reason": receipt.reason or "",
        "accepted_gap": receipt.accepted_gap or "",
        "counts": dict(receipt.counts),
        "papers": dict(receipt.papers),
        "manifest_sha256": in_fours(receipt.manifest_sha256),
        "plaintext_sha256": in_fours(receipt.plaintext_sha256),
        "received_by": receipt.received_by,
        "received_at": receipt.received_at.isoformat(timespec="seconds"),
    }


def write_paper(receipt: Receipt, out: Path) -> Path:
    """Writes the PDF; Trouble("out_unwritable")."""
    from kiosk.paper.compose import to_pdf

    try:
        write_file(out, to_pdf("receipt", paper_values(receipt)))
    except OSError as error:
        raise Trouble("out_unwritable", number=error.errno or 0) from error
    return out
