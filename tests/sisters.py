"""Further practice kiosks of one site, with the first one's city and stick."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from kiosk.cli.practice import PracticeHouse
from kiosk.domain.registers import Medium, MediumKind, Subject
from kiosk.paths import resources
from kiosk.services.commission import FirstSetup, Registers, commission, standing
from kiosk.services.open_desk import PAPERS_FOLDER
from kiosk.services.practice import MANAGER, MEDIUM_APPROVAL, PINS, PRACTICE_DAY, SECOND, STAFF
from kiosk.settings import read_text
from tests.house import Counterday, opened


def a_sister(
    first: Counterday, name: str, stack: ExitStack, *, staffed: bool = True
) -> tuple[Counterday, str]:
    """A kiosk of that name beside the first one, its card trusted by the city; closed with the stack."""
    root = first.data.parent
    data = root / name
    year = PRACTICE_DAY.year
    made = commission(
        data,
        FirstSetup(
            profile_text=read_text(resources() / "profiles" / "koganei.toml"),
            devices_text=(first.data / "devices.toml").read_text(encoding="utf-8"),
            kiosk=name,
            city_card_text=(root / "city" / "city-card.json").read_text(encoding="utf-8"),
            manager=MANAGER,
            approval="令7-練-8",
        ),
        PINS[MANAGER.id],
        Registers(
            people=((STAFF, PINS[STAFF.id]), (SECOND, PINS[SECOND.id])) if staffed else (),
            approvals=(
                (
                    standing(MEDIUM_APPROVAL, Subject.MEDIUM, year),
                    standing("令7-練-17", Subject.ERASURE, year),
                    standing("令7-練-5", Subject.COPIES, year),
                )
                if staffed
                else ()
            ),
            media=(
                (Medium(first.bay.drives()[0].serial, MediumKind.USB, MEDIUM_APPROVAL),) if staffed else ()
            ),
        ),
    )
    (data / PAPERS_FOLDER / "kiosk-card.json").write_text(made.card, encoding="utf-8")
    first.house.city.trust(made.card, at=datetime.now().astimezone())
    desk = opened(data)
    stack.callback(lambda: desk.vault.close())
    return Counterday(PracticeHouse(desk, first.house.city, first.house.stick), data), made.card


def card_of(day: Counterday) -> str:
    """The kiosk's own public card."""
    with day.desk.office.reading() as view:
        return str(view.settings.get("kiosk_card"))


def root_of(day: Counterday) -> Path:
    """The folder with city, stick and all kiosks."""
    return day.data.parent
