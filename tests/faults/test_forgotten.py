"""After the erasure: no byte of anybody is found, and an older copy of the folder opens no erased day."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.portrait import judge
from kiosk.domain.visit import Outcome, Reason, Service, StepKind
from kiosk.services.portrait import Candidate
from kiosk.services.practice import PRACTICE_DAY
from tests.house import Counterday, opened, opened_copy

NUMBER = "31415926535897932384626"
NAMES = ("本町　緑子", "ﾎﾝﾁｮｳ ﾐﾄﾞﾘｺ", "ホンチョウ　ミドリコ", "小金井　花子")
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp932", "euc_jp")
PIECE = 64


@pytest.fixture
def day(template: Path, tmp_path: Path) -> Iterator[Counterday]:
    with opened_copy(template, tmp_path / "kiosk") as kiosk:
        kiosk.open()
        yield kiosk


def found_in(folder: Path, wanted: list[bytes]) -> list[str]:
    return [
        f"{file.relative_to(folder)}: {at}"
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for at, piece in enumerate(wanted)
        if piece in file.read_bytes()
    ]


def test_every_byte_is_searched_and_an_older_folder_opens_no_erased_day(
    day: Counterday, tmp_path: Path
) -> None:
    picture = b"\xff\xd8\xff\xe0" + os.urandom(80_000)
    walk_in = day.at_window(Service.APPLICATION).ticket
    day.reception.name_walk_in(walk_in, NAMES[0], NAMES[2])
    day.portraits.accept(walk_in, Candidate(picture, judge({"one_face": 1.0, "roll": 0.0})))
    day.applications.put_id(walk_in, NUMBER)
    day.counter.complete(walk_in, StepKind.APPLY)
    day.counter.complete(walk_in, StepKind.AFTER_GUIDE)
    day.counter.finish(walk_in, Outcome.APPLIED_PAPER)
    day.counter.side_exit(day.waiting(reservation="R251105001").ticket, Reason.R02)
    wanted = [text.encode(encoding, "ignore") for text in (*NAMES, NUMBER) for encoding in ENCODINGS]
    wanted += [picture[at : at + PIECE] for at in range(0, len(picture) - PIECE, 1_000)]
    wanted = [piece for piece in wanted if len(piece) > 6]
    assert found_in(day.data, wanted) == [], "already unreadable while the day is open"
    day.export()
    day.house.answer_as_city(day.house.stick)
    day.receipts.take(day.receipts.find(day.house.stick))
    older = tmp_path / "older"
    shutil.copytree(day.data, older)
    day.erase()
    assert found_in(day.data, wanted) == []

    # The same PC and the right PIN: what the keystore knows now decides, whatever file is put back.
    secrets = "practice-secrets.json"
    shutil.copy(day.data / secrets, older / secrets)
    day.desk.vault.close()
    shutil.rmtree(day.data)
    shutil.copytree(older, day.data)
    day.wire(opened(day.data))
    day.sign_in_manager()
    assert day.desk.concerns, "the folder that was put back is noticed"
    for attempt in (
        lambda: day.desk.vault.open_session(PRACTICE_DAY),
        lambda: day.agenda.resume(PRACTICE_DAY),
    ):
        with pytest.raises((Refused, Trouble)):
            attempt()
    assert found_in(day.data, wanted) == []
