"""The 申請書ID: keyed in groups, scanned from its QR, and never anybody else's address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.application import grouped, read_application_id
from kiosk.domain.errors import Refused

ID = "12345678901234567890123"
FULL_WIDTH = "１２３４５６７８９０１２３４５６７８９０１２３"


@pytest.mark.parametrize(
    "written",
    [
        ID,
        f"  {ID}\r\n",
        "1234 5678 9012 3456 7890 123",
        "1234-5678-9012-3456-7890-123",
        "1234－5678－9012－3456－7890－123",
        "1234ー5678ー9012ー3456ー7890ー123",
        "1234　5678　9012　3456　7890　123",
        FULL_WIDTH,
        f"https://net.kojinbango-card.go.jp/SS_SERVICE_OUT/FA01S001Action.do?id={ID}",
        f"https://kojinbango-card.go.jp/{ID}/",
        f"HTTPS://NET.KOJINBANGO-CARD.GO.JP/?n={ID}",
        f"https://net.kojinbango-card.go.jp:443/?a=12&id={ID}&b=3",
    ],
)
def test_every_way_the_number_is_written(written: str) -> None:
    assert read_application_id(written) == ID


@pytest.mark.parametrize(
    "written",
    [
        "",
        ID[:-1],
        ID + "4",
        ID[:-1] + "x",
        ID[:-1] + "٣",  # another script's digit is not one of the paper's
        f"ID {ID}",
        "https://net.kojinbango-card.go.jp/",
        f"https://net.kojinbango-card.go.jp/?id={ID}4",
        f"https://net.kojinbango-card.go.jp/?id={ID}&other={ID[::-1]}",
        f"http://[{ID}",  # no address at all
    ],
)
def test_what_is_no_application_id(written: str) -> None:
    with pytest.raises(Refused, match="application_id_format") as refused:
        read_application_id(written)
    assert refused.value.facts == {}


@pytest.mark.parametrize(
    "host",
    [
        "example.jp",
        "kojinbango-card.go.jp.example.jp",
        "evil-kojinbango-card.go.jp",
        "kojinbango-card.go.jp@example.jp",
        "example.jp/kojinbango-card.go.jp",
        "",
    ],
)
def test_a_code_of_another_place_is_refused(host: str) -> None:
    with pytest.raises(Refused, match="application_id_foreign"):
        read_application_id(f"https://{host}/?id={ID}")


def test_the_number_in_groups_to_read_aloud() -> None:
    assert grouped(ID) == "1234 5678 9012 3456 7890 123"


@given(st.from_regex(r"\A[0-9]{23}\Z"))
def test_grouped_and_typed_again_is_the_same_number(number: str) -> None:
    assert read_application_id(grouped(number)) == number
    wide = number.translate({ord("0") + n: ord("０") + n for n in range(10)})
    assert read_application_id(grouped(wide)) == number


@given(st.text() | st.from_regex(r"\A[a-z]{0,6}://.{0,60}\Z"))
def test_whatever_is_scanned_gives_23_digits_or_a_refusal(text: str) -> None:
    try:
        number = read_application_id(text)
    except Refused as no:
        number = no.key
    assert number in {"application_id_format", "application_id_foreign"} or (
        len(number) == 23 and set(number) <= set("0123456789")
    )
