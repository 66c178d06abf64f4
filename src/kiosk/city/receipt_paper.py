"""受領書 on paper: the same facts as the signed JSON, for the file and the courier."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kiosk import paths
from kiosk.domain.eras import format_era
from kiosk.domain.errors import Trouble
from kiosk.domain.receipt import Decision, Receipt
from kiosk.domain.receipt_parts import split
from kiosk.paper.qr import modules
from kiosk.sealing.atomic import write_file


def paper_values(receipt: Receipt, names: Mapping[str, str]) -> dict[str, Any]:
    """What the template shows; `names` gives the Japanese word for each kind and form code,
    and under "photo.shadow" for each rule of a photo.
    """
    city, company = _parties(receipt.city)
    return {
        "number": f"受-{receipt.kiosk}-{receipt.seq:06d}",
        "date": f"{format_era(receipt.received_at.date())} {receipt.received_at:%H:%M}",
        "city": city,
        "company": company,
        "accepted": receipt.decision is Decision.ACCEPT,
        "reason": receipt.reason or "",
        "batch": receipt.batch,
        "seq": f"{receipt.seq:06d}",
        "session_date": format_era(receipt.session),
        "kiosk": receipt.kiosk,
        "receiver": receipt.received_by,
        "manifest_sha256": receipt.manifest_sha256,
        "plaintext_sha256": receipt.plaintext_sha256,
        "counts": [{"name": names.get(kind, kind), "count": n} for kind, n in receipt.counts.items()],
        "papers": [
            {"code": code, "name": names.get(code, code), "count": n}
            for code, n in sorted(receipt.papers.items())
        ],
        "photos": [
            {
                "day": format_era(photo.session),
                "ticket": photo.ticket,
                "reason": names.get(f"photo.{photo.rule}", photo.rule),
            }
            for photo in receipt.photos
        ],
        "note": f"{names.get('gap', '')}{receipt.accepted_gap}" if receipt.accepted_gap else "",
        "practice": receipt.practice,
    }


def codes_values(receipt: Receipt, signature: bytes) -> dict[str, Any]:
    """What the sheet of codes shows: the receipt with its signature, in parts a camera reads one by one."""
    return {
        "number": f"受-{receipt.kiosk}-{receipt.seq:06d}",
        "date": f"{format_era(receipt.received_at.date())} {receipt.received_at:%H:%M}",
        "batch": receipt.batch,
        "accepted": receipt.decision is Decision.ACCEPT,
        "codes": [list(modules(part)) for part in split(receipt.to_bytes(), signature)],
        "practice": receipt.practice,
    }


def write_codes(receipt: Receipt, signature: bytes, out: Path) -> Path:
    """Writes the sheet of codes as PDF; raises as `write_paper`."""
    return _write("receipt_codes", codes_values(receipt, signature), receipt, out)


def receipt_names(table: Callable[[str], Mapping[str, str]]) -> dict[str, str]:
    """The words of counts, forms and photo rules, from the tables of the texts."""
    photos = {f"photo.{rule}": words for rule, words in table("photo_why").items()}
    return {**table("city.count"), **table("paper"), **photos}


def write_paper(receipt: Receipt, out: Path, names: Mapping[str, str]) -> Path:
    """Writes the PDF; Trouble("out_unwritable") and what `kiosk.paper.compose.to_pdf` raises."""
    return _write("receipt", paper_values(receipt, names), receipt, out)


def _write(paper: str, values: dict[str, Any], receipt: Receipt, out: Path) -> Path:
    from kiosk.paper.compose import to_pdf

    content = to_pdf(paper, values, made_at=receipt.received_at)
    try:
        write_file(out, content)
    except OSError as error:
        raise Trouble("out_unwritable", number=error.errno or 0) from error
    return out


def _parties(code: str) -> tuple[str, str]:
    """(city, contractor) from the profile of that city; the bare code where there is none."""
    from kiosk.settings.profile import read_profile

    for file in sorted((paths.resources() / "profiles").glob("*.toml")):
        profile = read_profile(file.read_text(encoding="utf-8"), file.name)
        if profile.city.code == code:
            return f"{profile.city.name} {profile.city.department}", profile.contractor
    return f"市区町村コード {code}", "受託者"
