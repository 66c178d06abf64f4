"""The ticket put together from pieces that were drawn before, so that a visitor waits for none of them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

from kiosk.domain.raster import Raster
from kiosk.paper import compose, qr

PIECES: Final[Mapping[str, tuple[str, ...]]] = {
    "head": ("office", "service", "practice"),
    "number": ("number", "reissue"),
    "waiting": ("waiting", "minutes"),
    "code": ("qr",),
    "words": ("language_line",),
    "when": ("when",),
}
"""The pieces of `ticket.typ` from the top, each with the values it shows; a test holds the two together."""

_DOTS_PER_MODULE = 8
_QUIET_MODULES = 4
_MOST_KEPT = 512  # some four megabytes at 80 mm: more than a day's hours, counts and numbers at hand

_Key = tuple[object, ...]
_kept: OrderedDict[_Key, bytes] = OrderedDict()
_one_at_a_time = threading.Lock()


def to_raster(values: compose.Values, width_dots: int) -> Raster:
    """The same dots as compose.to_raster("ticket", …), drawing only what was not drawn before.

    Raises what compose.to_raster raises.
    """
    compose.check("ticket", values)
    keys = {name: (width_dots, name, *(values[value] for value in shown)) for name, shown in PIECES.items()}
    with _one_at_a_time:
        missing = [name for name, key in keys.items() if key not in _kept]
        if missing:
            _draw(missing, keys, values, width_dots)
        for key in keys.values():
            _kept.move_to_end(key)
        rows = b"".join(_kept[key] for key in keys.values())
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return Raster(width_dots, len(rows) // ((width_dots + 7) // 8), rows)


def forget() -> None:
    """Lets go of every piece: what is drawn next is drawn anew."""
    with _one_at_a_time:
        _kept.clear()


def _draw(names: list[str], keys: Mapping[str, _Key], values: Mapping[str, Any], width_dots: int) -> None:
    if "code" in names:
        _kept[keys["code"]] = _code(qr.modules(str(values["qr"])), width_dots)
    by_engine = [name for name in names if name != "code"]
    if by_engine:
        drawn = compose.pieces("ticket", values, by_engine, width_dots)
        for name, picture in zip(by_engine, drawn, strict=True):
            _kept[keys[name]] = picture.rows


def _code(rows: tuple[str, ...], width_dots: int) -> bytes:
    """The code as `qr-code` in thermal.typ lays it: eight dots per module, four modules of white around."""
    stride = (width_dots + 7) // 8
    side = len(rows) * _DOTS_PER_MODULE
    spare = stride * 8 - (width_dots - side) // 2 - side
    lines = []
    for row in rows:
        dots = int.from_bytes(bytes(0xFF if dark == "1" else 0 for dark in row), "big") << spare
        lines.append(dots.to_bytes(stride, "big") * _DOTS_PER_MODULE)
    quiet = bytes(stride * _QUIET_MODULES * _DOTS_PER_MODULE)
    return quiet + b"".join(lines) + quiet
