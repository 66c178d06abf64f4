"""Papers of the way to the city and of the end: one 納品書 for all kiosks, 移送記録, 消去の申請."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from kiosk.domain.batch import BatchFacts
from kiosk.domain.way import Transport
from kiosk.domain.whole import Whole, WholeRift
from kiosk.services.papers import difference_rows, long_day, long_moment, make_pdf, paper_counts
from kiosk.services.words import word
from kiosk.settings.profile import Profile

if TYPE_CHECKING:
    from kiosk.services.commission import Commissioned


def whole_delivery_pdf(
    batches: Sequence[tuple[BatchFacts, str]],
    whole: Whole,
    venue: str,
    medium: str,
    deliverer: str,
    trip: Transport | None,
    session_no: int | None,
    profile: Profile,
) -> bytes:
    """The 納品書（受領欄つき） of a whole session: each batch with its own check code to read aloud."""
    first = batches[0][0]
    lead = next((facts for facts, _ in batches if facts.kiosk == facts.lead), first)
    rows = sorted(batches, key=lambda one: one[0].kiosk)
    values = {
        "number": f"{lead.kiosk}-{lead.seq:06d}",
        "date": long_day(lead.created_at.date()),
        "city": f"{profile.city.name}長",
        "company": profile.contractor,
        "session_no": _shown(session_no),
        "session_date": long_day(first.session),
        "venue": venue,
        "medium": medium,
        "means": word("means", "by_hand"),
        "due": long_day(trip.due) if trip is not None and trip.due is not None else "",
        "seals": list(trip.seals) if trip is not None else [],
        "batches": [
            {
                "kiosk": facts.kiosk,
                "name": facts.name.file,
                "visits": facts.counts.get("visits", 0),
                "portraits": facts.counts.get("portraits", 0),
                "papers": sum(facts.custody.values()),
                "check_code": manifest[:8],
            }
            for facts, manifest in rows
        ],
        "tickets": len(whole.tickets),
        "counts": [
            {"name": word("outcome", code) if code else word("closing", "no_outcome"), "count": count}
            for code, count in whole.outcomes.items()
        ],
        "papers": paper_counts(whole.papers),
        "differences": [
            *(row for facts, _ in rows for row in difference_rows(facts.differences)),
            *(rift_row(rift) for rift in whole.rifts),
        ],
        "deliverer": deliverer,
        "practice": first.practice,
    }
    return make_pdf("delivery_whole", values)


def rift_row(rift: WholeRift) -> dict[str, str]:
    """What does not come together between the kiosks, as a row of the differences."""
    kiosks = "・".join(rift.kiosks)
    return {"what": f"{rift.ticket}　{word('rift', rift.rift.value)}".strip(), "reason": kiosks}


def transport_pdf(
    trip: Transport,
    venue: str,
    operator: str,
    session_no: int | None,
    profile: Profile,
    *,
    practice: bool,
) -> bytes:
    """The 移送記録 (特記事項 7): who carried what by which way, under which seals."""
    values = {
        "number": f"{trip.kiosk}-{trip.session:%Y%m%d}",
        "date": long_day(trip.left_at.date()),
        "city": f"{profile.city.name}長",
        "company": profile.contractor,
        "session_no": _shown(session_no),
        "session_date": long_day(trip.session),
        "venue": venue,
        "goes_to": profile.city.go_to,
        "people": list(trip.people),
        "route": trip.route,
        "container": trip.container,
        "seals": list(trip.seals),
        "batches": list(trip.batches),
        "media": list(trip.media),
        "left_at": long_moment(trip.left_at),
        "due": long_day(trip.due) if trip.due is not None else "",
        "late": trip.is_late(),
        "operator": operator,
        "practice": practice,
    }
    return make_pdf("transport_slip", values)


def erasure_application_pdf(
    kiosk: str, session: date, counts: Mapping[str, int], today: date, profile: Profile, *, practice: bool
) -> bytes:
    """The 消去・廃棄承認申請書 (特記事項 17(2)): what of a session shall be erased, where and how."""
    rows = [
        {
            "item": word("erasure", "item").format(
                day=long_day(session), kiosk=kiosk, kind=word("counted", kind)
            ),
            "medium": word("erasure", "machine").format(kiosk=kiosk),
            "count": f"{count} 件",
            "method": word("erasure", "method"),
            "on": long_day(today),
        }
        for kind, count in counts.items()
        if count or kind == "visits"
    ]
    values = {
        "number": f"{kiosk}-{session:%Y%m%d}",
        "date": long_day(today),
        "city": f"{profile.city.name}長",
        "company": profile.contractor,
        "witness": word("erasure", "witness_asked"),
        "rows": rows,
        "practice": practice,
    }
    return make_pdf("erasure_application", values)


def key_ceremony_pdf(made: Commissioned, kiosk: str, today: date, profile: Profile) -> bytes:
    """The one sheet on which both sides sign that both fingerprints were read aloud and agree."""
    values = {
        "id": kiosk,
        "made": long_day(today),
        "city": f"{profile.city.name}長",
        "company": profile.contractor,
        "kiosk_fingerprint": made.fingerprint,
        "city_fingerprint": made.city_fingerprint,
        "practice": made.practice,
    }
    return make_pdf("key_ceremony", values)


def _shown(session_no: int | None) -> int | str:
    """A dash for an extra session, which has no number in the agenda."""
    return session_no if session_no is not None else "―"
