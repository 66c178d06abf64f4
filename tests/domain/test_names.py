"""A name is found however it is typed, and printed as the city wrote it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk.domain.names import has_private_use, has_variant, printable, search_key


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("髙橋 一郎", "高橋一郎"),
        ("﨑山 德子", "崎山徳子"),
        ("渡邉　由美", "渡辺由美"),
        ("渡邊 由美", "渡辺 由美"),
        ("齋藤 次郎", "斎藤次郎"),
        ("斉藤 次郎", "齊藤次郎"),
        ("濵田 さくら", "浜田サクラ"),
        ("澤田", "沢田"),
        ("𠮷田", "吉田"),
        ("神\ufa19", "神神"),  # a compatibility ideograph of 神
        ("葛\U000e0100城", "葛城"),  # with an ideographic variation selector
        ("ﾀｶﾊｼ ｲﾁﾛｳ", "たかはしいちろう"),
        ("ｺﾞﾄｳ", "ゴトウ"),
        ("ジョン・スミス", "ジョンスミス"),
        ("GARCIA LOPEZ MARIA ELENA", "garcia lopez"),
        ("R251105001", "ｒ２５１１０５００１"),
    ],
)
def test_a_name_is_found_by_its_usual_spelling(stored: str, typed: str) -> None:
    assert search_key(typed) in search_key(stored)


def test_different_names_stay_different() -> None:
    assert search_key("阪本") != search_key("坂本")
    assert search_key("タカハシ") != search_key("タカバシ")


def test_a_possible_variant_is_shown() -> None:
    assert has_variant("髙橋")
    assert has_variant("葛\U000e0100城")
    assert not has_variant("小金井 花子")


def test_a_sign_no_font_has_is_flagged_and_left_for_the_pen() -> None:
    name = "\ue000田 太郎"
    assert has_private_use(name)
    assert printable(name) == "□田 太郎"
    assert has_private_use("〓田")
    assert printable("\U000f0000田") == "□田"
    assert not has_private_use("髙﨑")
    assert printable("髙﨑") == "髙﨑"


@given(some.text(max_size=40))
def test_the_key_of_a_key_is_itself_and_holds_no_blank(name: str) -> None:
    key = search_key(name)
    assert not any(sign.isspace() for sign in key)
    assert search_key(unicodedata.normalize("NFKC", name)) == search_key(unicodedata.normalize("NFKC", key))
