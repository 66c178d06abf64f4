"""kiosk doctor: what works on this PC and what to do about the rest."""

from __future__ import annotations

import typer

from kiosk.cli.console import DONE, TROUBLE, Console, console_of
from kiosk.domain.errors import Refused, Trouble

MARKS = {"ok": "✔", "warn": "▲", "fail": "✖"}


def doctor(context: typer.Context) -> int:
    """この PC の機器・ディスク・時計・鍵・書体・モデルを点検する。"""
    from kiosk.services.commission import DEVICES_FILE
    from kiosk.services.readiness import examine
    from kiosk.settings import Devices, read_devices, read_text
    from kiosk.store.access import read_access

    console = console_of(context)
    file = console.data / DEVICES_FILE
    devices = read_devices(read_text(file), DEVICES_FILE) if file.is_file() else Devices()
    access_file = console.data / "access.json"
    practice = access_file.is_file() and read_access(access_file).practice
    findings = list(examine(console.data, devices, practice=practice))
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
