"""Merges batches of many kiosks, venues and months into one database; once or twice, the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from kiosk.city import collected as to
from kiosk.city.collect_database import CollectDatabase
from kiosk.city.collect_merge import merge_session
from kiosk.city.desk import Checked, check
from kiosk.city.home import CityHome
from kiosk.city.inside import PORTRAIT, RECORDS, YEARS, Inside, read_inside
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.merging import Part
from kiosk.sealing.container import MANIFEST_NAME
from kiosk.sealing.keys import key_fingerprint
from kiosk.sealing.opening import read_batch

JAPAN = timezone(timedelta(hours=9))


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file: `state` is added, completed (personal data added later), already, replaced,
    last (registers only, nothing to merge) or refused with its `problem`.
    """

    path: Path
    batch: str | None
    state: str
    problem: Refused | Trouble | None = None


Watch = Callable[[int, int], None]


def collect(
    home: CityHome,
    untrusted: Iterable[Path],
    database: CollectDatabase,
    at: datetime,
    *,
    with_personal: bool = False,
    watch: Watch | None = None,
) -> tuple[Taken, ...]:
    """Checks every batch as `desk.check`, reads its inside in memory, merges it: one batch, one transaction.

    A batch that is refused is named and leaves nothing; the others are merged. Numbers that never came do
    not stop the others. Names and portraits are stored only `with_personal`.
    Raises Refused `collect_other`, `collect_practice`; Trouble `collect_connect`, `collect_write`.
    """
    findings = check(home, untrusted, at)
    order = sorted(range(len(findings)), key=lambda i: _number(findings[i].checked))
    taken: dict[int, Taken] = {}
    for done, i in enumerate(order, start=1):
        finding = findings[i]
        # A gap is listed by `missing`; what is here still counts.
        if finding.checked is None:
            taken[i] = Taken(finding.path, None, "refused", finding.problem)
        else:
            taken[i] = _take(home, finding.checked, database, at, with_personal)
        if watch is not None:
            watch(done, len(order))
    return tuple(taken[i] for i in range(len(findings)))


def _number(checked: Checked | None) -> tuple[str, int]:
    return ("", 0) if checked is None else (checked.seen.kiosk, checked.seen.seq)


def _take(
    home: CityHome, checked: Checked, database: CollectDatabase, at: datetime, with_personal: bool
) -> Taken:
    name = checked.seen.batch
    try:
        with database.one_at_a_time() as db:
            state = _merged_in(home, checked, db, at, with_personal)
    except Refused as problem:
        return Taken(checked.path, name, "refused", problem)
    except Trouble as problem:
        if problem.key.startswith("collect_"):
            raise
        return Taken(checked.path, name, "refused", problem)
    return Taken(checked.path, name, state)


def _merged_in(home: CityHome, checked: Checked, db: Connection, at: datetime, with_personal: bool) -> str:
    sha256 = checked.outer.manifest_sha256
    known = db.execute(select(to.batches).where(to.batches.c.manifest_sha256 == sha256)).one_or_none()
    if known is not None and (known.is_replaced or known.has_personal or not with_personal):
        return "already"
    _refuse_replay(db, checked)
    if checked.outer.manifest.facts.is_last:
        # Registers and no visits: its number is there, and like a replaced one it counts nowhere.
        db.execute(insert(to.batches).values(_batch_line(checked, at, True, False)))
        return "last"
    is_replaced = known is None and _is_superseded(db, sha256)
    keep_personal = with_personal and not is_replaced
    if known is None:
        db.execute(insert(to.batches).values(_batch_line(checked, at, is_replaced, keep_personal)))
    inside = _read(home, checked, db, keep_personal)
    if known is not None:
        _put_people(db, sha256, inside)
        db.execute(update(to.batches).where(to.batches.c.manifest_sha256 == sha256).values(has_personal=True))
        return "completed"
    if is_replaced:
        return "replaced"
    _put_parts(db, sha256, inside.parts)
    if keep_personal:
        _put_people(db, sha256, inside)
    facts = checked.outer.manifest.facts
    sessions = {(facts.city, facts.session), *_replace(db, facts.supersedes)}
    for city, session in sessions:
        merge_session(db, city, session)
    return "added"


def _refuse_replay(db: Connection, checked: Checked) -> None:
    facts, key = checked.outer.manifest.facts, key_fingerprint(checked.outer.public)
    found = db.execute(
        select(to.batches.c.manifest_sha256).where(
            to.batches.c.kiosk == facts.kiosk,
            to.batches.c.signed_by == key,
            to.batches.c.seq == facts.seq,
            to.batches.c.manifest_sha256 != checked.outer.manifest_sha256,
        )
    ).first()
    if found is not None:
        raise Refused("batch_replay", kiosk=facts.kiosk, seq=facts.seq)


def _is_superseded(db: Connection, sha256: str) -> bool:
    return db.execute(select(to.batches.c.name).where(to.batches.c.supersedes == sha256)).first() is not None


def _replace(db: Connection, supersedes: str | None) -> set[tuple[str, Any]]:
    """Takes back what the older batch told; the sessions that must be merged anew."""
    if supersedes is None:
        return set()
    mine = to.batches.c.manifest_sha256 == supersedes
    sessions = {(row.city, row.session) for row in db.execute(select(to.batches).where(mine))}
    db.execute(update(to.batches).where(mine).values(is_replaced=True, has_personal=False))
    for table in to.TOLD:
        db.execute(delete(table).where(table.c.batch == supersedes))
    return sessions


def _read(home: CityHome, checked: Checked, db: Connection, keep_personal: bool) -> Inside:
    sha256, files = checked.outer.manifest_sha256, dict[str, bytes]()

    def wanted(name: str) -> bool:
        return name in RECORDS or (keep_personal and PORTRAIT.fullmatch(name) is not None)

    def take(name: str, content: bytes) -> None:
        if name in RECORDS:
            files[name] = content
            return
        # One picture in memory at a time; the transaction falls with the payload.
        ticket = name.removeprefix("portraits/").removesuffix(".jpg")
        db.execute(insert(to.portraits).values(batch=sha256, ticket=ticket, jpeg=content))

    read_batch(checked.path, checked.outer, home.identity(), wanted, take)
    return read_inside(checked.seen.kiosk, files)


def _batch_line(checked: Checked, at: datetime, is_replaced: bool, personal: bool) -> dict[str, Any]:
    facts = checked.outer.manifest.facts
    return {
        "manifest_sha256": checked.outer.manifest_sha256,
        "name": facts.name.file,
        "city": facts.city,
        "kiosk": facts.kiosk,
        "signed_by": key_fingerprint(checked.outer.public),
        "seq": facts.seq,
        "session": facts.session,
        "created_at": local(facts.created_at),
        "supersedes": facts.supersedes,
        "is_replaced": is_replaced,
        "has_personal": personal,
        **{kind: facts.counts.get(kind, 0) for kind in ("visits", "portraits", "custody", "applications")},
        "differences": len(facts.differences),
        "journal_length": facts.journal.length,
        "journal_head": facts.journal.head,
        "collected_at": local(at),
    }


def _put_parts(db: Connection, sha256: str, parts: Iterable[Part]) -> None:
    told: list[dict[str, Any]] = []
    steps: list[dict[str, Any]] = []
    papers: list[dict[str, Any]] = []
    for part in parts:
        of = {"batch": sha256, "ticket": part.ticket}
        told.append(
            {
                **of,
                "service": part.service,
                "reserved": part.reserved,
                "outcome": part.outcome,
                "reason": part.reason,
                "pin_form": part.pin_form,
                "has_photo": part.has_photo,
            }
        )
        steps += [
            {
                **of,
                "n": n,
                "at": local(step.at),
                "step": step.step,
                "operator": step.operator,
                "outcome": step.outcome,
                "event": step.event,
            }
            for n, step in enumerate(part.steps)
        ]
        papers += [
            {
                **of,
                "n": len(papers) + n,
                "paper": line.paper.value,
                "count": line.count,
                "movement": line.movement.value,
                "at": local(line.at),
                "operator": line.operator,
            }
            for n, line in enumerate(part.papers)
        ]
    for table, rows in ((to.parts, told), (to.part_steps, steps), (to.part_papers, papers)):
        if rows:
            db.execute(insert(table), rows)


def _put_people(db: Connection, sha256: str, inside: Inside) -> None:
    rows = [
        {
            "batch": sha256,
            "ticket": person.ticket,
            "name": person.name,
            "kana": person.kana,
            "reservation": person.reservation,
            "application_id": person.application_id,
        }
        for person in inside.people
    ]
    if rows:
        db.execute(insert(to.people), rows)


def local(moment: datetime) -> datetime:
    """Japanese time without a zone, as every time in the database; Refused("payload_unreadable")."""
    if moment.year not in YEARS:
        # At the edges of the calendar a change of zone leaves it.
        raise Refused("payload_unreadable", name=MANIFEST_NAME)
    return moment.astimezone(JAPAN).replace(tzinfo=None)
