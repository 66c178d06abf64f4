"""Practice: throw-away data, invented people, virtual devices, and 練習 on everything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.staff import Operator, Role
from kiosk.paths import resources
from kiosk.settings import read_text

if TYPE_CHECKING:
    from kiosk.services.commission import Commissioned

PRACTICE_DAY = date(2025, 11, 5)
"""The sample reservation list is for this day."""

MANAGER = Operator("sato", "佐藤 和子", Role.MANAGER)
STAFF = Operator("yamada", "山田 太一", Role.STAFF)
SECOND = Operator("suzuki", "鈴木 花", Role.STAFF)
PINS = {"sato": "renshu-sato-7391", "yamada": "73916482", "suzuki": "64827391"}
"""Shown on the sign-in screen of practice; a real kiosk never knows them."""

ERASURE_APPROVAL = "令7-練-17"
MEDIUM_APPROVAL = "令7-練-6"
STICK_SERIAL = "RENSHU-USB-1"
SAMPLE_LIST = "reservations_cp932.csv"


@dataclass(frozen=True, slots=True)
class PracticeDevices:
    """Addresses of the devices of a practice kiosk; virtual unless told otherwise."""

    printer: str = "virtual:"
    camera: str = "virtual:"
    drive: str = ""
    width_dots: int = 384


def make_practice(
    data: Path, city_card: str, devices: PracticeDevices, serial: str, day: date = PRACTICE_DAY
) -> Commissioned:
    """A practice data folder whose registers let a whole day be rehearsed, all of them dated that day."""
    from kiosk.domain.registers import Medium, MediumKind, Subject
    from kiosk.services.clock import Clock
    from kiosk.services.commission import FirstSetup, Registers, commission, standing

    profile = read_text(resources() / "profiles" / "koganei.toml")
    year = PRACTICE_DAY.year
    return commission(
        data,
        FirstSetup(
            profile_text=profile,
            devices_text=_toml(devices),
            kiosk="K1",
            city_card_text=city_card,
            manager=MANAGER,
            approval="令7-練-8",
        ),
        PINS[MANAGER.id],
        Registers(
            people=((STAFF, PINS[STAFF.id]), (SECOND, PINS[SECOND.id])),
            approvals=(
                standing(MEDIUM_APPROVAL, Subject.MEDIUM, year),
                standing(ERASURE_APPROVAL, Subject.ERASURE, year),
                standing("令7-練-5", Subject.COPIES, year),
                standing("令7-練-16", Subject.PLAIN_LIST, year),
            ),
            media=(Medium(serial, MediumKind.USB, MEDIUM_APPROVAL),),
        ),
        clock=Clock(day),
    )


def sample_list() -> Path:
    """The invented reservation list of the practice day."""
    return resources() / "practice" / SAMPLE_LIST


def _toml(devices: PracticeDevices) -> str:
    lines = {
        "printer": devices.printer,
        "camera": devices.camera,
        "drive": devices.drive or "auto",
    }
    # A TOML literal string keeps the backslashes of a Windows path as they are.
    text = "".join(f"{name} = '{value}'\n" for name, value in lines.items())
    return text + f"width_dots = {devices.width_dots}\nwindow = '1'\n"
