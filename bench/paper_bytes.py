"""What a ticket costs: drawing it from the template, and the bytes that reach the printer."""

from __future__ import annotations

import logging
import time
from typing import Any

from bench.measure import Measured, side_by_side
from kiosk.devices import escpos
from kiosk.domain.raster import Raster
from kiosk.paper import compose, ticket

TURNS = 25
WIDTHS = ((384, "58 mm"), (576, "80 mm"))
BYTES_AT_MOST = 0.85


def measure() -> list[Measured]:
    """Two lines per width: to draw a ticket, beside python-escpos with the finished picture; its bytes."""
    return [line for width, words in WIDTHS for line in (_drawn(width, words), _bytes(width, words))]


def _values(at: int) -> dict[str, Any]:
    """A ticket nobody drew before: its number, its code and its minute are new."""
    number = f"A{at % 900 + 1:03}"
    code = f"Q1:13210-1:251105:{number}:{at:08X}"
    when = f"令和7年11月5日（水）{at // 60 % 24:02}:{at % 60:02}"
    return compose.sample("ticket") | {"number": number, "qr": code, "when": when, "practice": False}


def _drawn(width: int, words: str) -> Measured:
    compose.to_raster("ticket", _values(0), width)
    finished = _picture(compose.to_raster("ticket", _values(0), width))
    counted = iter(range(1, 10_000))

    def ours() -> float:
        values = _values(next(counted))
        began = time.perf_counter()
        ticket.to_raster(values, width)
        return (time.perf_counter() - began) * 1000

    def theirs() -> float:
        began = time.perf_counter()
        _by_escpos(finished)
        return (time.perf_counter() - began) * 1000

    ticket.forget()
    what = f"a ticket nobody foresaw, template to dots, {words}"
    taken = side_by_side(ours, theirs, turns=TURNS, warm_up=2)
    return Measured(what, "python-escpos, dots to bytes only", *taken)


def _bytes(width: int, words: str) -> Measured:
    pictures = [compose.to_raster("ticket", _values(at), width) for at in range(1, 6)]
    ours = tuple(len(escpos.job(picture)) / 1000 for picture in pictures)
    theirs = tuple(len(_by_escpos(_picture(picture))) / 1000 for picture in pictures)
    return Measured(
        f"a ticket as it is sent, trimmed, {words}",
        "untrimmed, as python-escpos sends it",
        ours,
        theirs,
        BYTES_AT_MOST,
        unit="kB",
    )


def _picture(drawn: Raster) -> Any:
    from PIL import Image

    size = drawn.width_dots, drawn.height_dots
    return Image.frombytes("1", size, bytes(byte ^ 0xFF for byte in drawn.rows))


def _by_escpos(picture: Any) -> bytes:
    """The whole stream of the finished picture, cut included."""
    from escpos.printer import Dummy  # type: ignore[import-untyped]

    logging.getLogger("escpos").setLevel(logging.ERROR)
    printer = Dummy()
    printer.image(picture, impl="bitImageRaster", center=False)
    printer.cut()
    return bytes(printer.output)
