"""No stick comes back from the city: its receipt is read from codes by the camera, and judged like a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from kiosk.domain.batch import SessionState
from kiosk.domain.canonical import canonical
from kiosk.domain.errors import Refused
from kiosk.domain.receipt_parts import Parts, split
from kiosk.ui.background import Background
from kiosk.ui.texts import Texts
from tests.house import Counterday
from tests.ui.closing_desktop import Desktop
from tests.ui.counter_day import is_shown, shown, wait_until
from tests.ui.held import SLOWLY, Hand
from tests.ui.test_closing import day, stick

__all__ = ["day"]
Touch = Callable[[QWidget, str], None]
Picture = Callable[[QWidget, str], Path]


def answered(day: Counterday) -> tuple[bytes, bytes]:
    """What the city wrote: receipt and signature."""
    folder = stick(day).drives()[0].path
    day.house.answer_as_city(folder)
    (receipt,) = folder.glob("*.receipt.json")
    return receipt.read_bytes(), receipt.with_name(f"{receipt.name}.sig").read_bytes()


def read(receipt: bytes, signature: bytes) -> Parts:
    parts = Parts()
    for text in split(receipt, signature):
        parts = parts.with_part(text)
    return parts


def test_the_receipt_comes_back_as_codes_in_any_order(
    day: Counterday, texts: Texts, background: Background, touch: Touch, picture: Picture, tmp_path: Path
) -> None:
    day.issue(day.at_window().ticket)
    day.export()
    receipt, signature = answered(day)
    codes = split(receipt, signature)
    hand = Hand(tmp_path, texts, background)
    desktop = Desktop(day, day.handover, texts, background, hand.camera)
    screen = desktop.screen
    picture(desktop.window, "closing_codes_offered")
    touch(screen, "closing.codes")
    hand.hold(codes[-1])
    hand.wait_for(screen, f"{len(codes)}個のうち1個")
    picture(desktop.window, "closing_codes")
    hand.hold("Q1:KOGANEI:251105:B001:0123ABCD")
    hand.wait_for(screen, "受領書のものではありません")
    hand.hold(split(receipt, signature[::-1])[0])
    hand.wait_for(screen, "別の受領書のコード")
    for at, code in enumerate(codes[:-2], start=2):
        hand.hold(code)
        hand.wait_for(screen, f"{len(codes)}個のうち{at}個")
    assert day.desk.state is SessionState.EXPORTED
    hand.hold(codes[-2])
    wait_until(lambda: day.desk.state is SessionState.RECEIPTED, SLOWLY)
    wait_until(lambda: not is_shown(screen, "code_camera"))
    assert "受領書" in shown(screen, "notice").accessibleName()
    desktop.finished()
    assert is_shown(screen, "closing.application")


def test_what_a_file_is_refused_for_the_codes_are_refused_for(day: Counterday) -> None:
    day.issue(day.at_window().ticket)
    day.export()
    receipt, signature = answered(day)
    fields = json.loads(receipt)
    tried = {
        "signature_wrong": (canonical({**fields, "seq": 2}), signature),
        "signature_unreadable": (receipt, signature[:-40]),
    }
    for key, parts in tried.items():
        with pytest.raises(Refused, match=key):
            day.receipts.take_codes(read(*parts))
    with pytest.raises(Refused, match="receipt_part_damaged"):
        day.receipts.take_codes(Parts().with_part(split(receipt, signature)[0]))
    assert day.desk.state is SessionState.EXPORTED
    day.receipts.take_codes(read(receipt, signature))
    assert day.desk.state is SessionState.RECEIPTED
