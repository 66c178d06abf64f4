"""Many kiosks into one database: counted once, merged by steps, the same in SQLite and PostgreSQL."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from kiosk.city import collected as to
from kiosk.city.collect import collect
from kiosk.city.collect_database import CollectDatabase, shown
from kiosk.city.collect_totals import Month, conflicts, missing, months
from kiosk.city.inside import Person, read_inside
from kiosk.domain.errors import Refused, Trouble
from tests.city.many_days import Season, a_season, a_step, a_visit, files_of, sealed
from tests.city.offices import AFTERNOON, Counter, Office, an_office
from tests.city.postgres import a_cluster, lacking
from tests.sealing.days import JST

DAY = date(2025, 11, 5)
TEN = datetime(2025, 11, 5, 10, tzinfo=JST)
KIOSKS, BATCHES = (12, 200) if os.environ.get("KIOSK_LONG") else (8, 24)


@pytest.fixture(scope="module")
def season_office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return an_office(tmp_path_factory.mktemp("season") / "office")


@pytest.fixture(scope="module")
def season(season_office: Office, tmp_path_factory: pytest.TempPathFactory) -> Season:
    return a_season(tmp_path_factory.mktemp("sticks"), season_office, kiosks=KIOSKS, batches=BATCHES)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield str(tmp_path / "collected.db")
        return
    reason = lacking()
    if reason is not None:
        pytest.skip(reason)
    with a_cluster() as url:
        yield url


@pytest.fixture
def database(tmp_path: Path) -> Iterator[CollectDatabase]:
    opened = CollectDatabase.open(str(tmp_path / "collected.db"), practice=False)
    yield opened
    opened.close()


def totals(database: CollectDatabase) -> tuple[Month, ...]:
    with database.reading() as db:
        return months(db)


def rows(database: CollectDatabase) -> dict[str, int]:
    with database.reading() as db:
        return {
            table.name: db.execute(select(func.count()).select_from(table)).scalar_one()
            for table in to.metadata.sorted_tables
        }


def states(office: Office, database: CollectDatabase, *batches: Path, **how: bool) -> list[str]:
    return [
        one.state if one.problem is None else one.problem.key
        for one in collect(office.home, batches, database, AFTERNOON, **how)
    ]


def test_a_season_twice_into_each_database_gives_the_kiosks_own_totals(
    season_office: Office, season: Season, address: str
) -> None:
    database = CollectDatabase.open(address, practice=False)
    try:
        half = len(season.batches) // 2
        # The later half first: the order of deliveries makes no difference.
        for batches in (season.batches[half:], season.batches[:half]):
            assert set(states(season_office, database, *batches)) == {"added"}
        first, size = totals(database), rows(database)
        assert set(states(season_office, database, *season.batches)) == {"already"}
        assert (totals(database), rows(database)) == (first, size)
        with database.reading() as db:
            assert (conflicts(db), missing(db)) == ((), ())
    finally:
        database.close()
    assert size["batches"] == len(season.batches) == BATCHES
    assert {one.month: one.visits for one in first} == dict(season.visits)
    assert {one.month: one.photos for one in first} == {
        month: season.photos[month] for month in season.visits
    }
    assert {one.month: sum(one.papers.values()) for one in first} == dict(season.papers)
    days = {month: len(held) for month, held in season.sessions.items()}
    assert {one.month: one.sessions for one in first} == days
    told = {(one.month, outcome): count for one in first for outcome, count in one.outcomes.items()}
    assert told == dict(season.outcomes)
    counted = ", ".join(f"{size[name]} {name}" for name in ("batches", "visits", "steps", "papers"))
    kind = "postgresql" if ":" in address else "sqlite"
    sys.stdout.write(f"{kind}: {counted}; a second time: nothing doubled\n")


def test_a_ticket_issued_here_and_finished_there_is_whole(
    office: Office, counter: Counter, database: CollectDatabase, tmp_path: Path
) -> None:
    k2 = Counter(tmp_path / "k2", office, kiosk="K2")
    office.trust(k2)
    issued = a_visit("A001", "ISSUANCE", None, TEN, reserved=True, papers=["F01"])
    finished = a_visit("A001", "ISSUANCE", "accepted", TEN, papers=["F02"])
    finished["steps"] = [a_step("call", TEN, "call", "mori"), a_step("moved", TEN, "finish", "mori")]
    second = sealed(k2, [finished], DAY).path
    assert states(office, database, second, sealed(counter, [issued], DAY).path) == ["added", "added"]
    with database.reading() as db:
        visit = db.execute(select(to.visits)).one()
        assert (visit.kiosks, visit.outcome, visit.reserved) == ("K1,K2", "accepted", True)
        assert db.execute(select(func.count()).select_from(to.steps)).scalar_one() == 5
        assert {row.paper for row in db.execute(select(to.papers))} == {"F01", "F02"}


def test_two_people_under_one_number_are_two_and_listed(
    office: Office, counter: Counter, database: CollectDatabase, tmp_path: Path
) -> None:
    k2 = Counter(tmp_path / "k2", office, kiosk="K2")
    office.trust(k2)
    here = a_visit("A001", "ISSUANCE", "accepted", TEN)
    there = a_visit("A001", "ISSUANCE", "accepted", TEN.replace(hour=11))
    assert states(office, database, sealed(counter, [here], DAY).path, sealed(k2, [there], DAY).path) == [
        "added",
        "added",
    ]
    with database.reading() as db:
        (conflict,) = conflicts(db)
    assert (conflict.ticket, conflict.kiosks, conflict.clash) == ("A001", "K1,K2", "received_twice")
    assert totals(database)[0].visits == 2


@pytest.mark.parametrize("newer_first", [False, True])
def test_a_mended_batch_takes_the_place_of_the_old_one(
    office: Office, counter: Counter, database: CollectDatabase, newer_first: bool
) -> None:
    too_many = [a_visit(ticket, "ISSUANCE", "stopped", TEN) for ticket in ("A001", "A002")]
    old = sealed(counter, too_many, DAY)
    new = sealed(counter, [a_visit("A001", "ISSUANCE", "accepted", TEN)], DAY, supersedes=old.manifest_sha256)
    order = (new.path, old.path) if newer_first else (old.path, new.path)
    for batch in order:
        assert states(office, database, batch, with_personal=True) != ["refused"]
    (month,) = totals(database)
    assert (month.visits, month.batches, month.outcomes) == (1, 1, {"accepted": 1})
    assert rows(database)["people"] == 1
    assert states(office, database, *order) == ["already", "already"]


def test_names_and_portraits_only_when_asked_for(
    office: Office, counter: Counter, database: CollectDatabase, tmp_path: Path
) -> None:
    visit = a_visit("B001", "APPLICATION", "applied_online", TEN, photo=True, reservation="R1")
    batch = sealed(counter, [visit], DAY).path
    assert states(office, database, batch) == ["added"]
    assert (rows(database)["people"], rows(database)["portraits"]) == (0, 0)
    assert "花子" not in (tmp_path / "collected.db").read_bytes().decode("utf-8", "ignore")
    assert states(office, database, batch, with_personal=True) == ["completed"]
    assert states(office, database, batch, with_personal=True) == ["already"]
    with database.reading() as db:
        person = db.execute(select(to.people)).one()
        assert (person.name, person.reservation, person.application_id) == ("試験 花子", "R1", "1234567")
        assert db.execute(select(to.portraits.c.jpeg)).scalar_one() == b"\xff\xd8B001"
    assert (tmp_path / "collected.db").stat().st_mode & 0o077 == 0


def test_what_is_refused_leaves_nothing_and_the_rest_is_merged(
    office: Office, counter: Counter, database: CollectDatabase, tmp_path: Path
) -> None:
    good = sealed(counter, [a_visit("A001", "ISSUANCE", "accepted", TEN)], DAY)
    cut = tmp_path / "cut.zip"
    cut.write_bytes(good.path.read_bytes()[:-1])
    stranger = sealed(Counter(tmp_path / "k7", office, kiosk="K7"), [], DAY).path
    strange = a_visit("A001", "ISSUANCE", "accepted", TEN)
    strange["steps"][0]["at"] = "yesterday"
    unreadable = sealed(counter, [strange], DAY).path
    gap = sealed(counter, [a_visit("A009", "ISSUANCE", "accepted", TEN)], date(2025, 11, 9), seq=4).path
    absent = tmp_path / "absent.zip"
    assert states(office, database, gap, cut, stranger, unreadable, good.path, absent) == [
        "added",
        "batch_truncated",
        "signer_unknown",
        "payload_unreadable",
        "added",
        "batch_absent",
    ]
    assert rows(database)["batches"] == 2
    with database.reading() as db:
        (lacking_here,) = missing(db)
    assert (lacking_here.kiosk, lacking_here.numbers) == ("K1", (2, 3))
    replay = sealed(counter, [], DAY, seq=1, prev=None, software="kiosk 0.2.0").path
    assert states(office, database, replay) == ["batch_replay"]


def test_a_kiosk_that_delivers_a_session_in_two_batches_is_counted_once(
    office: Office, counter: Counter, database: CollectDatabase
) -> None:
    both = [
        sealed(counter, [a_visit(ticket, "ISSUANCE", "accepted", TEN) for ticket in tickets], DAY).path
        for tickets in (("A001",), ("A001", "A002"))
    ]
    assert states(office, database, *both) == ["added", "added"]
    assert totals(database)[0].visits == 2


def test_practice_and_real_and_other_programs_keep_apart(tmp_path: Path) -> None:
    file = str(tmp_path / "c.db")
    CollectDatabase.open(file, practice=True).close()
    with pytest.raises(Refused, match="collect_practice"):
        CollectDatabase.open(file, practice=False)
    other = tmp_path / "other.db"
    made = sqlite3.connect(other)
    made.execute("CREATE TABLE visits (n INTEGER)")
    made.commit()
    made.close()
    before = other.read_bytes()
    with pytest.raises(Refused, match="collect_other"):
        CollectDatabase.open(str(other), practice=False)
    assert other.read_bytes() == before


@pytest.mark.parametrize(
    ("url", "kind", "key"),
    [
        ("mysql://x@y/z", Refused, "collect_url"),
        ("sqlite://", Refused, "collect_url"),
        ("://", Refused, "collect_url"),
        ("postgresql+nothing://x/y", Refused, "collect_url"),
        ("{folder}", Trouble, "collect_connect"),
        ("{folder}/none/c.db", Trouble, "collect_connect"),
        ("{folder}/rubbish", Trouble, "collect_connect"),
    ],
)
def test_a_place_that_cannot_be_used_is_said(
    tmp_path: Path, url: str, kind: type[Refused | Trouble], key: str
) -> None:
    (tmp_path / "rubbish").write_bytes(b"not a database, not at all" * 99)
    with pytest.raises(kind) as said:
        CollectDatabase.open(url.format(folder=tmp_path), practice=False)
    problem: Any = said.value
    assert problem.key == key


def test_a_password_is_never_shown() -> None:
    assert shown("postgresql://city:geheim@db/counters") == "postgresql+psycopg://city:***@db/counters"
    assert shown("months.db") == "months.db"


TEXT = st.text(max_size=12) | st.sampled_from(["A001", "ISSUANCE", "2025-11-05T10:00:00+09:00", "\ud800", ""])
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(a_visit("A001", "ISSUANCE", None, TEN))), ANY, st.booleans())
def test_a_strange_visit_is_read_or_refused(field: str, value: Any, is_step: bool) -> None:
    visit = a_visit("A001", "ISSUANCE", "accepted", TEN)
    if is_step:
        visit["steps"] = [{**visit["steps"][0], "at": value, "event": value}]
    else:
        visit[field] = value
    content = json.dumps({"visits": [visit]}).encode()
    empty = dict(files_of([]))
    people: tuple[Person, ...] = ()
    with suppress(Refused):
        people = read_inside("K1", {**empty, "visits.json": content}).people
    # What is read, every database takes.
    assert all(person.name == person.name.encode().decode() for person in people)


@given(st.sampled_from(["visits.json", "custody.csv", "applications.csv"]), st.binary(max_size=200))
def test_strange_bytes_are_read_or_refused(name: str, content: bytes) -> None:
    files = {**dict(files_of([a_visit("A001", "ISSUANCE", "accepted", TEN)])), name: content}
    with suppress(Refused):
        assert read_inside("K1", files).parts is not None


def test_a_batch_from_the_edge_of_the_calendar_is_refused(
    office: Office, counter: Counter, database: CollectDatabase
) -> None:
    edge = sealed(counter, [], DAY, created_at=datetime(1, 1, 1, tzinfo=JST)).path
    assert states(office, database, edge) == ["payload_unreadable"]
    assert rows(database)["batches"] == 0
