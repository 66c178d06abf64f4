"""The printer's address in the settings, and the lines other than the network."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from kiosk.devices.ports import Printed, PrinterState
from kiosk.devices.printer_url import open_printer
from kiosk.domain.errors import Refused, Trouble
from tests.devices.test_printer import QUICK, WIDTH, a_ticket


class TestAddress:
    """The printer's URL in the settings."""

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "printer",
            "http://127.0.0.1",
            "tcp://",
            "tcp://host:port",
            "tcp://host:99999",
            "tcp://host/path",
            "tcp://host:9100?baud=1",
            "serial:/dev/ttyS0?baud=fast",
            "serial:/dev/ttyS0?flow=maybe",
            "serial:",
            "file:",
            "virtual:x",
        ],
    )
    def test_a_wrong_address_is_refused(self, url: str) -> None:
        with pytest.raises(Refused) as told:
            open_printer(url, width_dots=WIDTH, practice=True, out=None)
        assert told.value.key == "printer_url"

    @pytest.mark.parametrize("width", [0, 380, -8, 10_000])
    def test_an_impossible_paper_width_is_refused(self, width: int) -> None:
        with pytest.raises(Refused) as told:
            open_printer("virtual:", width_dots=width, practice=True, out=None)
        assert told.value.key == "printer_width"

    def test_a_file_takes_the_job_and_confirms_nothing(self, tmp_path: Path) -> None:
        printer = open_printer(f"file:{tmp_path / 'job.bin'}", width_dots=WIDTH, practice=False, out=None)
        assert printer.state() is PrinterState.UNKNOWN
        assert printer.print_raster(a_ticket()) is Printed.UNKNOWN
        stream = (tmp_path / "job.bin").read_bytes()
        assert stream.startswith(b"\x1b@")
        # It hears nothing back, so nothing is asked after the cut.
        assert stream.endswith(b"\x1dr\x01\x1dVB\x18")

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a device node")
    def test_a_missing_device_is_an_absent_printer(self) -> None:
        printer = open_printer("file:/dev/no-such-printer", width_dots=WIDTH, practice=False, out=None)
        with pytest.raises(Trouble) as told:
            printer.print_raster(a_ticket())
        assert told.value.key == "printer_absent"

    @pytest.mark.skipif(sys.platform == "win32", reason="asks for the sentence of the other systems")
    def test_a_windows_print_queue_elsewhere_is_refused_in_a_sentence(self) -> None:
        with pytest.raises(Refused) as told:
            open_printer("spool:TM-T20", width_dots=WIDTH, practice=False, out=None)
        assert told.value.key == "printer_not_on_this_system"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
class TestSerial:
    """A serial line, played by a pseudo terminal."""

    def test_a_ticket_goes_out_over_the_line_byte_by_byte(self) -> None:
        keeper, line = os.openpty()
        taken = bytearray()
        try:
            url = f"serial:{os.ttyname(line)}?baud=9600"
            printer = open_printer(url, width_dots=WIDTH, practice=False, out=None, patience=QUICK)

            def play() -> None:
                while not taken.endswith(b"\x1dVB\x18\x1dr\x01"):
                    untrusted = os.read(keeper, 512)
                    if untrusted[:2] == b"\x10\x04":
                        os.write(keeper, b"\x12")
                    else:
                        taken.extend(untrusted)
                os.write(keeper, b"\x00\x00")  # the picture is on the paper; it is cut
                for _ in range(4):
                    assert os.read(keeper, 3)[:2] == b"\x10\x04"
                    os.write(keeper, b"\x12")

            player = threading.Thread(target=play)
            player.start()
            printed = printer.print_raster(a_ticket())
            player.join(5)
            assert not player.is_alive()
        finally:
            os.close(keeper)
            os.close(line)
        assert printed is Printed.CONFIRMED
        assert taken.startswith(b"\x1b@\x1bJ\x14\x1dv0")

    def test_an_impossible_speed_is_refused(self) -> None:
        keeper, line = os.openpty()
        try:
            printer = open_printer(
                f"serial:{os.ttyname(line)}?baud=12345", width_dots=WIDTH, practice=False, out=None
            )
            with pytest.raises(Refused) as told:
                printer.print_raster(a_ticket())
        finally:
            os.close(keeper)
            os.close(line)
        assert told.value.key == "printer_baud"

    def test_a_missing_port_is_an_absent_printer(self) -> None:
        printer = open_printer("serial:/dev/ttyNONE", width_dots=WIDTH, practice=False, out=None)
        with pytest.raises(Trouble) as told:
            printer.print_raster(a_ticket())
        assert told.value.key == "printer_absent"
