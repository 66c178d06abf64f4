"""The A4 papers of a counter day, filled from what the program already knows; no visitor's name on any."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from kiosk.domain.batch import COUNTED_KINDS, BatchFacts, NamedDifference
from kiosk.domain.eras import format_era
from kiosk.domain.erasure import Erasure
from kiosk.domain.ledger import Handover, SealedBatch, VisitFigures
from kiosk.services.anomalies import difference_words
from kiosk.services.words import word
from kiosk.settings.profile import Profile

if TYPE_CHECKING:
    from kiosk.services.commission import Commissioned

WEEKDAYS = "月火水木金土日"
BOX = "□"


def summary_pdf(facts: BatchFacts, profile: Profile) -> bytes:
    """The page inside the batch that says what it holds."""
    values = {
        "number": f"{facts.seq:06d}",
        "date": format_era(facts.created_at.date()),
        "city": f"{profile.city.name}長",
        "company": profile.contractor,
        "session_date": long_day(facts.session),
        "kiosk": facts.kiosk,
        "batch": facts.name.file,
        "counts": [
            {"name": word("counted", kind), "count": facts.counts.get(kind, 0)}
            for kind in sorted(COUNTED_KINDS)
        ],
        "papers": paper_counts(facts.custody),
        "differences": difference_rows(facts.differences),
        "practice": facts.practice,
    }
    return make_pdf("summary", values)


def custody_receipt_pdf(handover: Handover, profile: Profile, *, practice: bool) -> bytes:
    """The numbered 預り証 to the city for its list (特記事項 16)."""
    values = {
        "number": receipt_number(handover),
        "date": long_moment(handover.at),
        "city": f"{profile.city.name}長",
        "company": profile.contractor,
        "place": handover.place,
        "giver": handover.giver,
        "taker": handover.taker,
        "medium": handover.medium,
        "means": handover.means,
        "items": [{"name": handover.item, "count": f"{handover.count} 件", "note": ""}],
        "files": [{"name": handover.file_name, "sha256": handover.sha256}],
        "note": "",
        "practice": practice,
    }
    return make_pdf("custody_receipt", values)


def delivery_values(
    batch: SealedBatch,
    figures: Iterable[VisitFigures],
    facts: BatchFacts,
    session_no: int | None,
    venue: str,
    medium: str,
    deliverer: str,
    profile: Profile,
) -> dict[str, Any]:
    """What the 納品書（受領欄つき） says, the check code to read aloud included."""
    return {
        "number": f"{facts.kiosk}-{batch.seq:06d}",
        "date": long_day(facts.created_at.date()),
        "city": f"{profile.city.name}長",
        "company": profile.contractor,
        "session_no": session_no if session_no is not None else "―",
        "session_date": long_day(facts.session),
        "venue": venue,
        "batch": batch.name,
        "medium": medium,
        "means": word("means", "by_hand"),
        "seals": [],
        "check_code": batch.manifest_sha256[:8],
        "manifest_sha256": batch.manifest_sha256,
        "counts": _outcome_counts(figures),
        "papers": paper_counts(facts.custody),
        "differences": difference_rows(facts.differences),
        "deliverer": deliverer,
        "note": "",
        "practice": facts.practice,
    }


def delivery_slip_values(paper: Mapping[str, Any]) -> dict[str, Any]:
    """What of a 納品書 (as `delivery_values` gives it) stands on the roll; the differences as a number."""
    left_out = ("means", "seals", "manifest_sha256", "note")
    said = {name: value for name, value in paper.items() if name not in left_out}
    return {**said, "differences": len(paper["differences"])}


def erasure_pdf(
    record: Erasure, profile: Profile, *, practice: bool, session_no: int | None, venue: str
) -> bytes:
    """The 消去・廃棄報告書 (特記事項 17(5))."""
    values = {
        "number": f"{record.kiosk}-{record.session}",
        "date": long_day(record.at.date()),
        "city": f"{profile.city.name}長",
        "company": profile.contractor,
        "session_no": session_no if session_no is not None else "―",
        "session_date": long_day(date.fromisoformat(record.session)),
        "venue": venue,
        "device": f"{record.kiosk}（{record.computer}）",
        "disk_serial": record.disk,
        "batch": record.batch,
        "batch_sha256": record.manifest_sha256,
        "receipt": word("erasure", f"receipt_{record.receipt_kind}"),
        "receipt_sha256": record.receipt_sha256,
        "counts": [
            {"name": word("counted", "visits"), "count": record.visits},
            {"name": word("counted", "portraits"), "count": record.portraits},
            {"name": word("counted", "reservations"), "count": record.reservations},
        ],
        "approval": record.approval,
        "erased_at": long_moment(record.at),
        "method": word("erasure", "method"),
        "not_covered": word("erasure", "not_covered"),
        "operator": record.operator,
        "witness": record.witness,
        "checks": [
            {
                "name": word("erasure_check", name),
                "result": word("erasure", "yes" if passed else "no"),
            }
            for name, passed in record.checks
        ],
        "copies": list(record.copies_that_remain) or [word("erasure", "city_copy")],
        "note": "",
        "practice": practice,
    }
    return make_pdf("erasure_record", values)


def key_card_pdf(made: Commissioned, kiosk: str) -> bytes:
    """The kiosk's public card to hand over to the city, with QR and fingerprint."""
    card: dict[str, Any] = json.loads(made.card)
    values = {
        "owner": word("key_card", "owner"),
        "id": kiosk,
        "purpose": word("key_card", "purpose"),
        "made": "",
        "keys": [
            {
                "name": word("key_card", "signing"),
                "text": card["signing_key"],
                "fingerprint": made.fingerprint.replace(" ", ""),
            },
            {"name": word("key_card", "recipient"), "text": card["recipient"], "fingerprint": ""},
        ],
        "qr": made.card,
        "practice": made.practice,
    }
    return make_pdf("key_card", values)


def receipt_number(handover: Handover) -> str:
    """How a 預り証 is numbered: year and count."""
    return f"預-{handover.at.year}-{handover.number:04d}"


def make_pdf(template: str, values: dict[str, Any]) -> bytes:
    """A template and its values as PDF/A; what cannot be printed becomes an empty box."""
    from kiosk.paper import compose

    return compose.to_pdf(template, printable(values))


def printable(value: Any) -> Any:
    """A character no font of ours has (外字, an emoji in a file name) becomes an empty box to write into:
    the paper is made when the act is already committed, and must not fail over it.
    """
    from kiosk.paper import fonts

    if isinstance(value, str):
        return value.translate({ord(sign): BOX for sign in fonts.missing_glyphs(value)})
    if isinstance(value, dict):
        return {name: printable(part) for name, part in value.items()}
    if isinstance(value, list):
        return [printable(part) for part in value]
    return value


def long_day(day: date) -> str:
    """令和7年11月5日（水）"""
    return f"{format_era(day)}（{WEEKDAYS[day.weekday()]}）"


def long_moment(at: datetime) -> str:
    """令和7年11月5日（水）13時05分"""
    return f"{long_day(at.date())}{at.hour}時{at.minute:02d}分"


def paper_counts(custody: Mapping[str, int]) -> list[dict[str, Any]]:
    """Rows of the papers' table: code, name, sheets."""
    return [
        {"code": code, "name": word("paper", code), "count": count} for code, count in sorted(custody.items())
    ]


def difference_rows(differences: Iterable[NamedDifference]) -> list[dict[str, str]]:
    """Rows of the differences' table: what, and what was said of it."""
    return [
        {
            "what": f"{line.ticket}　{difference_words(line.gap, line.paper)}",
            "reason": (word("closing", "under_inquiry") + "　" if line.under_inquiry else "") + line.words,
        }
        for line in differences
    ]


def _outcome_counts(figures: Iterable[VisitFigures]) -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for line in figures:
        outcome = word("outcome", line.outcome) if line.outcome else word("closing", "no_outcome")
        name = f"{word('service', line.service)}　{outcome}"
        counts[name] = counts.get(name, 0) + 1
    return [{"name": name, "count": count} for name, count in sorted(counts.items())]
