"""Opens the ticket printer that the settings name by URL."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from kiosk.devices import escpos
from kiosk.devices.ports import TicketPrinter
from kiosk.devices.printer import EscPosPrinter, Patience
from kiosk.devices.printer_keep import Keep
from kiosk.devices.printer_link import Connect, Link
from kiosk.domain.errors import Refused
from kiosk.domain.raster import Raster

_RAW_PORT = 9100
_FLOWS = ("none", "xonxoff", "rtscts")
_OPTIONS = {
    "tcp": {"feed"},
    "serial": {"feed", "baud", "flow"},
    "spool": {"feed"},
    "file": {"feed"},
    "virtual": set[str](),
}
_WIDEST_DOTS = 832


@dataclass(frozen=True, slots=True)
class _Address:
    """A printer URL taken apart: `serial:COM3?baud=9600` is serial, COM3, {baud: 9600}."""

    kind: str
    place: str
    options: dict[str, str]


def open_printer(
    url: str,
    *,
    width_dots: int,
    practice: bool,
    out: Path | None,
    patience: Patience | None = None,
    on_paper: Callable[[Raster], None] | None = None,
) -> TicketPrinter:
    """The printer at `url`, `width_dots` wide (384 or 576 on common paper); nothing is sent yet.

    `out` keeps every job as `streams/<n>.bin` and `tickets/<n>.png`. `on_paper` gets what comes out of
    the virtual one; a real one's paper lies in its tray. Raises Refused("printer_url"),
    Refused("printer_width"), Refused("printer_virtual_outside_practice") or
    Refused("printer_not_on_this_system").
    """
    address = _taken_apart(url)
    if not 0 < width_dots <= _WIDEST_DOTS or width_dots % 8:
        raise Refused("printer_width", width=width_dots)
    if address.kind == "virtual":
        if not practice:
            raise Refused("printer_virtual_outside_practice")
        from kiosk.devices.printer_virtual import VirtualPrinter

        keep = Keep(out) if out is not None else None
        return VirtualPrinter(width_dots, keep=keep, patience=patience, on_paper=on_paper)
    connect = _connector(url, address)
    feed = _number(url, address.options.get("feed", str(escpos.DOTS_PER_INCH)))
    return EscPosPrinter(
        connect,
        width_dots,
        keep=Keep(out) if out is not None else None,
        patience=patience,
        feed_units_per_inch=feed,
    )


def _taken_apart(url: str) -> _Address:
    kind, colon, rest = url.partition(":")
    allowed = _OPTIONS.get(kind)
    if not colon or allowed is None:
        raise Refused("printer_url", url=url)
    place, _, query = rest.partition("?")
    try:
        options = dict(parse_qsl(query, strict_parsing=True, keep_blank_values=True)) if query else {}
    except ValueError as problem:
        raise Refused("printer_url", url=url) from problem
    if not options.keys() <= allowed or bool(place) == (kind == "virtual"):
        raise Refused("printer_url", url=url)
    return _Address(kind, place, options)


def _number(url: str, untrusted_text: str) -> int:
    if not (untrusted_text.isascii() and untrusted_text.isdigit() and 0 < int(untrusted_text) <= 4_000_000):
        raise Refused("printer_url", url=url)
    return int(untrusted_text)


def _connector(url: str, address: _Address) -> Connect:
    if address.kind == "tcp":
        return _tcp(url, address)
    if address.kind == "serial":
        return _serial(url, address)
    if address.kind == "spool":
        return _spool(address)
    return _file(address)


def _tcp(url: str, address: _Address) -> Connect:
    from kiosk.devices.printer_tcp import TcpLink

    try:
        split = urlsplit(f"tcp:{address.place}")
        host, port = split.hostname, split.port
    except ValueError as problem:
        raise Refused("printer_url", url=url) from problem
    if not host or split.path not in ("", "/") or split.username is not None:
        raise Refused("printer_url", url=url)
    return lambda seconds: TcpLink(host, port or _RAW_PORT, seconds)


def _serial(url: str, address: _Address) -> Connect:
    baud = _number(url, address.options.get("baud", "115200"))
    flow = address.options.get("flow", "none")
    if flow not in _FLOWS:
        raise Refused("printer_url", url=url)
    if sys.platform == "win32":
        from kiosk.devices.printer_serial_windows import open_com_port

        return lambda seconds: open_com_port(address.place, baud, flow)
    from kiosk.devices.printer_serial_posix import SerialPosixLink

    return lambda seconds: SerialPosixLink(address.place, baud, flow)


def _spool(address: _Address) -> Connect:
    from kiosk.devices import printer_spool

    if sys.platform != "win32":
        raise Refused("printer_not_on_this_system", kind="spool")
    return lambda seconds: printer_spool.open_print_queue(address.place)


def _file(address: _Address) -> Connect:
    from kiosk.devices.printer_file import FileLink

    def connect(seconds: float) -> Link:
        return FileLink(Path(address.place))

    return connect
