"""Ten thousand bookings: how long a list takes to come in, and how long a search takes as somebody types."""

from __future__ import annotations

import csv
import io
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bench.measure import Measured, side_by_side
from kiosk.cli.practice import build_house
from kiosk.domain.names import search_key
from kiosk.domain.reservation import ColumnMapping, read_list
from kiosk.services.access import Access
from kiosk.services.agenda import AgendaDesk
from kiosk.services.imports import Given, ListImport
from kiosk.services.open_desk import open_desk
from kiosk.services.practice import MANAGER, PINS
from kiosk.store.session import SessionStore

BOOKINGS = 10_000
IMPORTS, SEARCHES = 5, 40
IMPORT_AT_MOST_MS, SEARCH_AT_MOST_MS = 2_000.0, 50.0
MOST_FOUND = 200
DAY = date(2025, 11, 5)
FAMILY = {
    "髙橋": "タカハシ",
    "渡邉": "ワタナベ",
    "齋藤": "サイトウ",
    "濵田": "ハマダ",
    "小金井": "コガネイ",
    "本町": "ホンチョウ",
}
GIVEN = {
    "花子": "ハナコ",
    "一郎": "イチロウ",
    "由美": "ユミ",
    "太郎": "タロウ",
    "緑": "ミドリ",
    "樹": "イツキ",
}
TYPED = (
    "コ",
    "コガ",
    "コガネイ",
    "さいとう",
    "高橋",
    "髙橋一",
    "渡辺由美",
    "R2511",
    "R251109999",
    "ンチョ",
    "ヱヱ",
)


def measure() -> list[Measured]:
    """The list in, and a search among what came in."""
    content = _list()
    with tempfile.TemporaryDirectory() as scratch:
        return [_taken_in(content, Path(scratch)), _searched(content, Path(scratch))]


def _list() -> bytes:
    dice = random.Random(11)
    text = io.StringIO(newline="")
    table = csv.writer(text)
    mapping = ColumnMapping()
    table.writerow((*mapping.columns(), "電話番号"))
    for n in range(BOOKINGS):
        (family, kana), (given, reading) = dice.choice([*FAMILY.items()]), dice.choice([*GIVEN.items()])
        slot = f"{9 + n % 4:02}:{n % 60:02}～"
        birth, remarks = f"昭和{2 + n % 60}年4月1日", "車椅子で来場" if n % 10 == 0 else ""
        table.writerow(
            (f"R2511{n:05}", "2025/11/05", slot, "予約確定", f"{family}　{given}", f"{kana} {reading}",
             birth, 1, remarks, f"042-000-{n % 10_000:04}")
        )  # fmt: skip
    return text.getvalue().encode("cp932")


def _taken_in(content: bytes, folder: Path) -> Measured:
    """The whole verb: read, guarded, merged, stored, entered in the ledger, the 預り証 made."""
    build_house(folder, folder / "data", day=DAY).desk.vault.close()
    desk = open_desk(folder / "data", day=DAY)
    Access(desk).sign_in(MANAGER.id, PINS[MANAGER.id])
    agenda = AgendaDesk(desk)
    agenda.open(DAY, agenda.venues()[0], tuple(agenda.checklist()))
    lists, given = ListImport(desk), Given("USB", "手渡し", "会場", "市職員")
    plain = sqlite3.connect(folder / "plain.db", isolation_level=None)
    plain.execute("CREATE TABLE bookings (number TEXT PRIMARY KEY, slot TEXT, name TEXT, kana TEXT)")

    def ours() -> None:
        lists.take(content, file_name="list.csv", given=given)

    def a_day_begins() -> None:
        with desk.session.work() as work:
            work.reservations.replace_all(())
            work.commit()
        plain.execute("DELETE FROM bookings")

    def theirs() -> None:
        rows = csv.DictReader(io.StringIO(content.decode("cp932"), newline=""))
        plain.execute("BEGIN")
        plain.executemany(
            "INSERT INTO bookings VALUES (?, ?, ?, ?)",
            ((row["予約番号"], row["時間枠"], row["氏名"], row["フリガナ"]) for row in rows),
        )
        plain.execute("COMMIT")

    taken = side_by_side(_timed(ours, a_day_begins), _timed(theirs, a_day_begins), turns=IMPORTS)
    desk.vault.close()
    plain.close()
    words = f"a list of {BOOKINGS:,} bookings: read, guarded, merged, stored, ledgered, its 預り証"
    return Measured(
        words, "csv into plain sqlite3, nothing checked", *taken, p95_at_most_ms=IMPORT_AT_MOST_MS
    )


def _searched(content: bytes, folder: Path) -> Measured:
    store = SessionStore.open(folder / "search.db", bytes(range(32)))
    kept = read_list(content, ColumnMapping(), DAY).kept
    with store.work() as work:
        work.reservations.replace_all(kept)
        work.commit()
    typed = iter(TYPED * SEARCHES)
    also = iter(TYPED * SEARCHES)

    def ours() -> None:
        with store.reading() as view:
            view.reservations.candidates(search_key(next(typed)), MOST_FOUND)
            view.visits.tickets_by_reservation()

    def theirs() -> None:
        wanted = next(also)
        sum(1 for one in kept if wanted in one.name or wanted in one.kana or wanted in one.number)

    taken = side_by_side(_timed(ours), _timed(theirs), turns=SEARCHES, warm_up=3)
    store.close()
    words = f"one search among {BOOKINGS:,} bookings, under every variant"
    return Measured(words, "plain `in` over a list, no variants", *taken, p95_at_most_ms=SEARCH_AT_MOST_MS)


def _timed(act: Callable[[], None], before: Callable[[], None] = lambda: None) -> Callable[[], float]:
    def run() -> float:
        before()
        begin = time.perf_counter()
        act()
        return (time.perf_counter() - begin) * 1000

    return run
