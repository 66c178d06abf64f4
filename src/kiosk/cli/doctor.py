"""kiosk doctor: what works on this PC and what to do about the rest."""

from __future__ import annotations

import typer

from kiosk.cli.console import DONE, TROUBLE, Console, console_of
from kiosk.domain.errors import Refused, Trouble
from kiosk.settings import Devices

MARKS = {"ok": "✔", "warn": "▲", "fail": "✖"}


def doctor(context: typer.Context) -> int:
    """この PC の機器・ディスク・時計・鍵・書体・モデルを点検する。"""
    from kiosk.services.open_desk import DEVICES_FILE
    from kiosk.services.readiness import examine
    from kiosk.settings import read_devices, read_text
    from kiosk.store.access import read_access

    console = console_of(context)
    file = console.data / DEVICES_FILE
    devices = read_devices(read_text(file), DEVICES_FILE) if file.is_file() else Devices()
    access_file = console.data / "access.json"
    practice = access_file.is_file() and read_access(access_file).practice
    questions = {
        "printer": lambda: _ask_printer(devices, practice),
        "camera": lambda: _ask_camera(devices, practice),
        "drive": lambda: _ask_drive(devices, practice),
    }
    findings = list(examine(console.data, questions, practice=practice))
    is_well = all(finding.state != "fail" for finding in findings)
    console.report(
        {
            "ok": is_well,
            "checked": [
                {
                    "part": finding.part,
                    "state": finding.state,
                    "remedy": _remedy(console, finding.remedy),
                }
                for finding in findings
            ],
        },
        [
            f"{MARKS[finding.state]} {console.texts.get(f'doctor.{finding.part}')}"
            + (f"：{_remedy(console, finding.remedy)}" if finding.remedy else "")
            for finding in findings
        ],
    )
    return DONE if is_well else TROUBLE


def _remedy(console: Console, key: str) -> str:
    if not key:
        return ""
    trouble = Trouble(key)
    known = console.texts.say(trouble)
    return known if known != console.texts.say(RuntimeError()) else console.texts.say(Refused(key))


def _ask_printer(devices: Devices, practice: bool) -> None:
    from kiosk.devices.ports import PrinterState
    from kiosk.devices.printer_url import open_printer

    printer = open_printer(devices.printer, width_dots=devices.width_dots, practice=practice, out=None)
    try:
        state = printer.state()
    finally:
        printer.close()
    if state not in (PrinterState.READY, PrinterState.PAPER_LOW):
        raise Trouble(f"printer_{state.value}")


def _ask_camera(devices: Devices, practice: bool) -> None:
    from kiosk.devices.camera_url import open_camera

    camera = open_camera(devices.camera, practice=practice)
    try:
        camera.open()
        camera.read()
    finally:
        camera.close()


def _ask_drive(devices: Devices, practice: bool) -> None:
    from kiosk.devices.drive import open_bay

    if not open_bay(devices.drive, practice=practice).drives():
        raise Trouble("drive_absent")
