"""Every kind of slip, drawn from its bytes by an interpreter of ESC/POS that is not ours, and read again."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray

from kiosk.devices import escpos, escpos_roll
from kiosk.domain.raster import Raster, stacked
from kiosk.paper import compose, ticket
from tests.paper.test_ticket import LONG, a_ticket, dots

ROOT = Path(__file__).resolve().parents[2]
INTERPRETER = Path(os.environ.get("KIOSK_EMUPOS_PYTHON", ROOT / ".venv-emupos" / "bin" / "python"))
"""A Python 3.13 with `pip install emupos`; the program itself runs on an older one."""

LONGEST = {
    "office": LONG,
    "service": "交付受付（法定代理人同行・代理人同行）",
    "waiting": 128,
    "minutes": 240,
    "language_line": "Please wait here until your number is called at the window. " * 2,
}


def delivery_slips(width: int) -> dict[str, Raster]:
    """納品票 as it usually is, with everything long, and with nothing to count."""
    usual = compose.sample("delivery_slip")
    longest = usual | {
        "venue": LONG,
        "company": LONG,
        "medium": LONG,
        "deliverer": LONG,
        "counts": [{"name": LONG, "count": 1234}] * 6,
        "papers": [{"code": "F05", "name": LONG, "count": 1234}] * 12,
        "differences": 99,
    }
    empty = usual | {"counts": [], "papers": [], "differences": 0, "session_no": "―", "practice": False}
    named = {"delivery": usual, "longest_delivery": longest, "empty_delivery": empty}
    return {name: compose.to_raster("delivery_slip", values, width) for name, values in named.items()}


def kinds(width: int) -> dict[str, tuple[Raster, list[str]]]:
    """Each slip with the codes that have to be read from it."""
    code = a_ticket()["qr"]
    party = [f"Q1:13210-1:251105:A{n:03}:9F3C22AB" for n in (12, 13, 14)]
    strip = stacked(tuple(ticket.to_raster(a_ticket(number=qr[18:22], qr=qr), width) for qr in party))
    long_note = compose.sample("exit_note") | {"reason": LONG, "bring": [LONG] * 4, "note": LONG * 2}
    return {
        "ticket": (ticket.to_raster(a_ticket(), width), [code]),
        "reissue": (ticket.to_raster(a_ticket(reissue=True), width), [code]),
        "practice": (ticket.to_raster(a_ticket(practice=True), width), [code]),
        "longest": (ticket.to_raster(a_ticket(**LONGEST, reissue=True, practice=True), width), [code]),
        "party": (strip, party),
        "note": (compose.to_raster("exit_note", compose.sample("exit_note"), width), []),
        "apply_note": (
            compose.to_raster("apply_note", compose.sample("apply_note"), width),
            [compose.sample("apply_note")["qr"]],
        ),
        **{name: (slip, []) for name, slip in delivery_slips(width).items()},
        "longest_note": (compose.to_raster("exit_note", long_note, width), []),
    }


@dataclass(frozen=True, slots=True)
class Drawn:
    """What an interpreter made of one stream."""

    pictures: list[NDArray[np.uint8]]
    said: list[str]
    complaints: list[str]


def by_emupos(asked: list[tuple[int, bytes]]) -> list[Drawn]:
    """All streams in one run of the other interpreter."""
    fed = json.dumps([{"width": w, "stream": base64.b64encode(s).decode()} for w, s in asked])
    child = subprocess.run(
        [str(INTERPRETER), str(Path(__file__).with_name("emupos_render.py"))],
        input=fed,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    answers: list[dict[str, Any]] = json.loads(child.stdout)
    drawn = []
    for answer in answers:
        assert answer["ends"] == ["cut"]
        pngs = [np.frombuffer(base64.b64decode(png), np.uint8) for png in answer["receipts"]]
        pictures = [(cv2.imdecode(png, cv2.IMREAD_GRAYSCALE) < 128).astype(np.uint8) for png in pngs]
        drawn.append(Drawn(pictures, answer["said"], answer["complaints"]))
    return drawn


def by_our_own(asked: list[tuple[int, bytes]]) -> list[Drawn]:
    """Our strict reader: it raises at the first byte it does not know."""
    return [Drawn([dots(t) for t in escpos_roll.tickets_in(s, w)], ["00", "00"], []) for w, s in asked]


def test_every_slip_comes_out_of_a_foreign_interpreter_as_it_was_drawn(
    request: pytest.FixtureRequest, left_behind: Path
) -> None:
    slips = [(f"{name}_{width}", width, *slip) for width in (384, 576) for name, slip in kinds(width).items()]
    asked = [(width, escpos.job(picture) + escpos.ASK_IN_ORDER) for _, width, picture, _ in slips]
    foreign = INTERPRETER.is_file()
    drawn = (by_emupos if foreign else by_our_own)(asked)
    folder = left_behind / "slips"
    folder.mkdir(parents=True, exist_ok=True)
    for (name, width, picture, codes), paper in zip(slips, drawn, strict=True):
        assert paper.complaints == [], name
        assert paper.said == ["00", "00"], name  # GS r 1 is answered after the cut
        (seen,) = paper.pictures
        cv2.imwrite(str(folder / f"{name}.png"), (1 - seen) * 255)
        meant = dots(picture)
        assert seen.shape[1] == width
        # An interpreter may leave out the blank paper at the end.
        assert np.array_equal(seen, meant[: len(seen)]), name
        assert not meant[len(seen) :].any(), name
        found = zxingcpp.read_barcodes(np.ascontiguousarray((1 - seen) * 255))
        assert sorted(code.text for code in found) == sorted(codes), name
    who = f"emupos under {INTERPRETER}" if foreign else f"our own strict reader ({INTERPRETER} is missing)"
    terminal = request.config.pluginmanager.get_plugin("terminalreporter")
    capture = request.config.pluginmanager.get_plugin("capturemanager")
    if terminal is not None and capture is not None:
        with capture.global_and_fixture_disabled():
            terminal.write_line(f" slips read by {who}: {len(slips)}, unknown or truncated commands 0")
