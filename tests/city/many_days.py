"""Many kiosks, many days: batches with records of their own, and what they must add up to."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter as Tally
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from kiosk.domain.batch import TicketLine
from kiosk.sealing.batchfile import SealedBatch, seal_batch
from tests.city.offices import Counter, Office
from tests.sealing.days import JST, facts

ENDINGS = {
    "ISSUANCE": (("accepted", None), ("stopped", "R10")),
    "APPLICATION": (("applied_online", None), ("applied_paper", None)),
    "CONSULTATION": (("consulted", None),),
}
LETTERS = {"ISSUANCE": "A", "APPLICATION": "B", "CONSULTATION": "C"}


def a_visit(ticket: str, service: str, outcome: str | None, at: datetime, **more: Any) -> dict[str, Any]:
    """An entry of visits.json; `papers` become lines of custody.csv, `photo` a portrait."""
    whole: dict[str, Any] = {
        "ticket": ticket,
        "service": service,
        "reserved": False,
        "reservation": None,
        "name": "試験 花子",
        "kana": "シケン ハナコ",
        "party": None,
        "flags": [],
        "outcome": outcome,
        "reason": None,
        "pin_form_variant": None,
        "steps": [a_step("check_in", at), a_step("wait", at, "ready"), a_step("call", at, "call")],
        "papers": [],
        "photo": False,
    }
    return whole | more


def a_step(kind: str, at: datetime, event: str = "", operator: str = "yamada") -> dict[str, str]:
    """A step of visits.json."""
    step = {"step": kind, "at": at.isoformat(), "operator": operator, "outcome": "done"}
    return step | ({"event": event} if event else {})


def files_of(visits: Iterable[dict[str, Any]]) -> list[tuple[str, bytes]]:
    """The payload of a kiosk that saw these visits."""
    visits = list(visits)
    custody, applications, portraits = [], [], []
    for visit in visits:
        at = visit["steps"][0]["at"]
        custody += [[visit["ticket"], code, "1", "received", at, "yamada"] for code in visit["papers"]]
        if visit["service"] == "APPLICATION":
            photo = "1" if visit["photo"] else "0"
            applications.append([visit["ticket"], "1234567", visit["outcome"] or "", photo])
        if visit["photo"]:
            portraits.append((f"portraits/{visit['ticket']}.jpg", b"\xff\xd8" + visit["ticket"].encode()))
    entries = [{key: value for key, value in visit.items() if key != "photo"} for visit in visits]
    return [
        ("visits.json", json.dumps({"visits": entries}, ensure_ascii=False).encode()),
        ("custody.csv", _csv(["ticket", "paper", "count", "movement", "at", "operator"], custody)),
        ("applications.csv", _csv(["ticket", "application_id", "outcome", "portrait"], applications)),
        *portraits,
    ]


def _csv(head: list[str], rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([head, *rows])
    return text.getvalue().encode("utf-8-sig")


def sealed(counter: Counter, visits: Iterable[dict[str, Any]], session: date, **changes: Any) -> SealedBatch:
    """The kiosk's next batch, with these visits in it."""
    visits = list(visits)
    payload = files_of(visits)
    about = facts(
        kiosk=counter.kiosk,
        lead=counter.kiosk,
        practice=counter.practice,
        session=session,
        counts={
            "visits": len(visits),
            "portraits": sum(visit["photo"] for visit in visits),
            "custody": sum(len(visit["papers"]) for visit in visits),
            "applications": sum(visit["service"] == "APPLICATION" for visit in visits),
        },
        differences=(),
        tickets=tuple(
            TicketLine(visit["ticket"], visit["outcome"], len(visit["papers"])) for visit in visits
        ),
        custody={},
        **{
            "seq": len(counter.sealed) + 1,
            "prev": counter.sealed[-1].manifest_sha256 if counter.sealed else None,
            **changes,
        },
    )
    counter.outbox.mkdir(parents=True, exist_ok=True)
    target = counter.outbox / about.name.file
    made = seal_batch(
        target, payload, about, signing_key=counter.key, recipients=[counter.office.card.recipient]
    )
    counter.sealed.append(made)
    return made


@dataclass
class Season:
    """Batches of a season, and the totals their kiosks have of them."""

    batches: list[Path] = field(default_factory=list)
    visits: Tally[str] = field(default_factory=Tally)
    outcomes: Tally[tuple[str, str]] = field(default_factory=Tally)
    papers: Tally[str] = field(default_factory=Tally)
    photos: Tally[str] = field(default_factory=Tally)
    sessions: dict[str, set[date]] = field(default_factory=dict)


def a_season(folder: Path, office: Office, *, kiosks: int, batches: int) -> Season:
    """Sessions of four kiosks each; in every session one ticket goes from the first to the second."""
    chance, season = Random(20250806), Season()
    counters = [Counter(folder / f"K{n}", office, kiosk=f"K{n}") for n in range(1, kiosks + 1)]
    for counter in counters:
        office.trust(counter)
    day = date(2025, 8, 6)
    while len(season.batches) < batches:
        teams = [counters[at : at + 4] for at in range(0, kiosks, 4)]
        for team in teams[: 1 + (batches - len(season.batches) - 1) // 4]:
            season.batches += _session(team, day, chance, season)
            day += timedelta(days=3)
    return season


def _session(team: list[Counter], day: date, chance: Random, season: Season) -> list[Path]:
    month = f"{day:%Y-%m}"
    season.sessions.setdefault(month, set()).add(day)
    made = []
    ten = datetime(day.year, day.month, day.day, 10, tzinfo=JST)
    shared = a_visit("A900", "ISSUANCE", None, ten)
    finished = a_visit("A900", "ISSUANCE", "accepted", ten, papers=["F01"])
    finished["steps"] = [a_step("moved", ten, "arrive"), a_step("moved", ten, "finish")]
    _count(season, month, finished)
    for n, counter in enumerate(team):
        visits = [_some_visit(chance, f"{n + 1}{seat:02}", ten) for seat in range(chance.randrange(1, 7))]
        for visit in visits:
            _count(season, month, visit)
        extra = [shared] if n == 0 else [finished] if n == 1 else []
        made.append(sealed(counter, [*visits, *extra], day).path)
    return made


def _some_visit(chance: Random, number: str, ten: datetime) -> dict[str, Any]:
    service = chance.choice(list(ENDINGS))
    outcome, reason = chance.choice(ENDINGS[service])
    more: dict[str, Any] = {"reason": reason, "reserved": chance.random() < 0.5}
    if service == "APPLICATION":
        more["photo"] = chance.random() < 0.5
    if outcome == "accepted":
        more["papers"] = ["F01", "F02", "F09"]
    at = ten + timedelta(minutes=chance.randrange(120))
    return a_visit(LETTERS[service] + number, service, outcome, at, **more)


def _count(season: Season, month: str, visit: dict[str, Any]) -> None:
    season.visits[month] += 1
    season.outcomes[month, visit["outcome"]] += 1
    season.papers[month] += len(visit["papers"])
    season.photos[month] += visit["photo"]
