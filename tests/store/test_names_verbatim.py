"""A name comes back byte for byte as the city wrote it, whatever is in it and however it was encoded."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from kiosk.domain.errors import Refused
from kiosk.domain.guards import has_my_number
from kiosk.domain.names import search_key
from kiosk.domain.reservation import NO_TEXT, ColumnMapping, read_list
from kiosk.store.session import SessionStore

DAY = date(2025, 11, 5)
MAPPING = ColumnMapping(status="", birth="", party="", remarks="")

# What a name may hold: everything but control signs, which no list may have in a name.
signs = some.characters(exclude_categories=["Cc", "Cs"])
names = some.text(signs, min_size=1, max_size=60).filter(lambda name: name.strip() != "")


@pytest.fixture(scope="module")
def store() -> Iterator[SessionStore]:
    day = SessionStore.in_memory()
    yield day
    day.close()


def stored(store: SessionStore, content: bytes) -> list[tuple[str, str]]:
    with store.work() as work:
        work.reservations.replace_all(read_list(content, MAPPING, DAY).kept)
        work.commit()
    with store.reading() as view:
        return [(one.name, one.kana) for one in view.reservations.all()]


def listed(*people: tuple[str, str]) -> str:
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(MAPPING.columns())
    table.writerows((f"R{n}", "2025/11/05", "09:00", name, kana) for n, (name, kana) in enumerate(people))
    return text.getvalue()


@given(name=names, kana=some.text(signs, max_size=60))
@example(name="髙﨑①㈱德", kana="ﾀｶｻｷ")
@example(name="\ufa10\uf9dc\ufa11", kana="が\u3099")
@example(name="葛\U000e0100城 \U00020bb7野家", kana="カツ\u3000ラ ")
@example(name="\ue000\uf8ff〓", kana="")
@example(name=' "=cmd|x", ', kana="'")
@example(name="ヴァレンティーナ・Ž̈́ÁŞ 王小明", kana="\u200bゼロ幅\u200d")
def test_utf_8_with_and_without_mark(store: SessionStore, name: str, kana: str) -> None:
    if has_my_number(name) or has_my_number(kana) or any(sign in name + kana for sign in NO_TEXT):
        with pytest.raises(Refused):
            stored(store, listed((name, kana)).encode())
        return
    for encoding in ("utf-8", "utf-8-sig"):
        [(found, read)] = stored(store, listed((name, kana)).encode(encoding))
        assert found.encode() == name.encode()
        assert read.encode() == kana.encode()


def every_cp932_sign() -> list[str]:
    """All two-byte signs of CP932, NEC's and IBM's rows and the 外字 area included."""
    found = []
    for lead in (*range(0x81, 0xA0), *range(0xE0, 0xFD)):
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFD)):
            try:
                found.append(bytes((lead, trail)).decode("cp932"))
            except UnicodeDecodeError:
                continue
    return [sign for sign in found if sign.strip() and sign not in NO_TEXT]


def test_every_sign_of_cp932_survives(store: SessionStore) -> None:
    signs_in_list = every_cp932_sign()
    assert len(signs_in_list) > 9_000
    people = [("".join(signs_in_list[at : at + 100]), "カナ") for at in range(0, len(signs_in_list), 100)]
    people = [(name, kana) for name, kana in people if not has_my_number(name)]
    # CP932 has some signs twice; written out they are one of the two, so the bytes are made by hand.
    content = listed(*people).encode("cp932")
    assert [name for name, _ in stored(store, content)] == [name for name, _ in people]


@given(names)
def test_who_types_a_name_as_it_stands_finds_it(name: str) -> None:
    assert search_key(name) in search_key(f"{name}さま")
