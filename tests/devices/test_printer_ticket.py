"""From the values of a ticket to the paper that falls out of the printer, through a real socket."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import zxingcpp

from kiosk.devices import escpos
from kiosk.devices.ports import Printed
from kiosk.devices.printer_url import open_printer
from kiosk.paper import compose
from tests.devices.printer_socket import SocketPrinter


def values_of(number: str) -> dict[str, Any]:
    return compose.sample("ticket") | {"number": number, "qr": f"Q1:13210-1:251105:{number}:0A1B2C3D"}


@pytest.mark.parametrize("width", [384, 576])
def test_each_visitor_holds_one_ticket_with_the_own_number_in_its_code(width: int) -> None:
    numbers = ["A001", "A002", "B001"]
    with SocketPrinter(width) as socket:
        printer = open_printer(socket.url, width_dots=width, practice=False, out=None)
        for number in numbers:
            picture = compose.to_raster("ticket", values_of(number), width)
            assert printer.print_raster(picture) is Printed.CONFIRMED
            assert b"".join(socket.tickets[-1]) == picture.rows
        papers = socket.tickets
    assert socket.problems == []
    assert len(papers) == len(numbers)
    codes = []
    for paper in papers:
        dots = np.unpackbits(np.frombuffer(b"".join(paper), np.uint8)).reshape(len(paper), width)
        codes += [code.text for code in zxingcpp.read_barcodes(np.ascontiguousarray((1 - dots) * 255))]
    assert codes == [f"Q1:13210-1:251105:{number}:0A1B2C3D" for number in numbers]


@pytest.mark.parametrize("width", [384, 576])
def test_trimming_saves_a_quarter_of_the_bytes_or_more(width: int) -> None:
    picture = compose.to_raster("ticket", values_of("A012") | {"practice": False}, width)
    assert len(escpos.job(picture)) < 0.75 * len(picture.rows)


def test_a_long_note_comes_out_whole() -> None:
    values = compose.sample("exit_note")
    values |= {"bring": values["bring"] * 20, "reason": "本人確認書類が不足しています。" * 20}
    with SocketPrinter(384) as socket:
        printer = open_printer(socket.url, width_dots=384, practice=False, out=None)
        picture = compose.to_raster("exit_note", values, 384)
        assert printer.print_raster(picture) is Printed.CONFIRMED
        assert b"".join(socket.tickets[0]) == picture.rows
    assert picture.height_dots > 3000
