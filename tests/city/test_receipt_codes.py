"""The city's receipt as codes: on paper by command, on the officer's screen, and whole again when read."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from PySide6.QtWidgets import QLabel, QWidget

from kiosk.city.desk import answer
from kiosk.city.officer import Delivered
from kiosk.city.receipt_paper import codes_values
from kiosk.city.window.result import codes_page
from kiosk.cli import city, line
from kiosk.domain.receipt_parts import Parts
from kiosk.paper import compose
from kiosk.ui.texts import Texts
from tests.city.offices import AFTERNOON, Counter, Office
from tests.ui.conftest import Picture


def read(picture: np.ndarray) -> tuple[bytes, bytes]:
    """Receipt and signature from a picture that shows all codes, as a camera would read them."""
    parts = Parts()
    for code in zxingcpp.read_barcodes(picture):
        parts = parts.with_part(code.text)
    return parts.content()


def test_the_sheet_holds_the_whole_signed_receipt(office: Office, counter: Counter) -> None:
    given = answer(office.home, counter.seal(), AFTERNOON, by="市民課 試験", reject="封筒が2通足りない。" * 9)
    png = compose.to_png("receipt_codes", codes_values(given.receipt, given.signature), ppi=110)
    page = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert page is not None
    assert read(page) == (given.content, given.signature)


def test_the_command_writes_the_sheet_only_when_asked(
    office: Office, counter: Counter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch, out = counter.seal(), tmp_path / "receipt.json"
    words = ["--data", str(office.home.folder), "--json", "receipt", str(batch), "--by", "市民課 試験"]
    for more in ([], ["--qr", str(tmp_path / "codes.pdf")]):
        assert line.run(city.app, [*words, "--out", str(out), *more]) == 0
        said = json.loads(capsys.readouterr().out)
        assert said["codes"] == (more[1] if more else None)
    assert (tmp_path / "codes.pdf").read_bytes().startswith(b"%PDF")


def test_the_officer_shows_them_on_the_screen(
    office: Office, counter: Counter, dressed: QWidget, picture: Picture, tmp_path: Path
) -> None:
    given = answer(office.home, counter.seal(), AFTERNOON, by="市民課 試験")
    page = codes_page(Texts.load(), Delivered(given, tmp_path / "r", tmp_path / "r.sig", tmp_path / "r.pdf"))
    page.resize(1280, 700)
    page.show()
    seen = cv2.imread(str(picture(page, "officer_codes")), cv2.IMREAD_GRAYSCALE)
    assert seen is not None
    assert read(seen) == (given.content, given.signature)
    assert len(page.findChildren(QLabel, "codes.1")) == 1
