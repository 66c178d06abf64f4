"""A touch at the reception, until the last byte of the number is in the printer's socket."""

from __future__ import annotations

import time

from bench.counter_window import open_counter
from bench.measure import Measured, side_by_side
from kiosk.devices.printer_url import open_printer
from kiosk.domain.visit import Service
from kiosk.paper import compose
from kiosk.services.tickets import Tickets
from tests.devices.printer_socket import SocketPrinter

TURNS = 25
AT_MOST = 2.0
P95_AT_MOST_MS = 100.0


def measure() -> list[Measured]:
    """The durable number, drawn and sent, beside python-escpos sending the finished picture.

    The bar stands to the moment the printer has read the cut; the printer's own answer comes after it.
    """
    from escpos.printer import Network  # type: ignore[import-untyped]
    from PIL import Image

    with open_counter() as day, SocketPrinter() as socket, SocketPrinter() as other:
        printer = open_printer(socket.url, width_dots=384, practice=True, out=None)
        compose.warm_up()
        visit = day.reception.check_in(Service.CONSULTATION)
        finished = compose.to_raster("ticket", day.tickets.compose(visit).values, 384)
        size = finished.width_dots, finished.height_dots
        picture = Image.frombytes("1", size, bytes(byte ^ 0xFF for byte in finished.rows))

        def ours() -> float:
            # As the reception does while nobody touches it: what the next ticket may say is drawn ahead.
            Tickets.draw_ahead(day.tickets.expect())
            before = len(socket.tickets)
            began = time.perf_counter()
            came = day.reception.check_in(Service.CONSULTATION)
            job = day.tickets.compose(came)
            Tickets.print(job, printer)
            answered.append((time.perf_counter() - began) * 1000)
            if len(socket.tickets) != before + 1:
                raise RuntimeError("no ticket came out")
            return (socket.last_cut - began) * 1000

        def theirs() -> float:
            before = len(other.jobs)
            began = time.perf_counter()
            peer = Network("127.0.0.1", port=other.port)
            peer.open()
            peer.image(picture, impl="bitImageRaster", center=False)
            peer.cut()
            peer.close()
            # The printer's side has read the last byte when its connection ends.
            while len(other.jobs) == before:
                time.sleep(0)
            return (time.perf_counter() - began) * 1000

        answered: list[float] = []
        taken = side_by_side(ours, theirs, turns=TURNS, warm_up=2)
        printer.close()
    return [
        Measured(
            "touch to the ticket in the printer's socket",
            "python-escpos, the finished picture",
            *taken,
            AT_MOST,
            p95_at_most_ms=P95_AT_MOST_MS,
        ),
        Measured("… and until the printer has said so", "the same", tuple(answered[2:]), taken[1]),
    ]
