"""kiosk practice: the counter with invented visitors and virtual devices, thrown away at the end."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.console import console_of
from kiosk.cli.counter import refuse_without_display

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.city.home import CityHome
    from kiosk.services.desk import Desk

OFFICER = "市民課 練習 市職員"


@dataclass(frozen=True)
class PracticeHouse:
    """A practice kiosk and the practice city it was commissioned for."""

    desk: Desk
    city: CityHome
    stick: Path

    def answer_as_city(self, folder: Path, by: str = OFFICER, photos: Sequence[str] = ()) -> list[Path]:
        """Plays the city office: checks every batch in `folder` and puts the signed receipts beside them.

        A batch that has its answer beside it, as a rejected one has, was answered.
        """
        from kiosk.city.desk import answer, write_answer
        from kiosk.domain.batch import BatchName

        now = datetime.now().astimezone()
        written: list[Path] = []
        for batch in sorted(folder.glob("*.zip")):
            target = folder / BatchName.parse(batch.name).receipt_file
            if target.exists():
                continue
            given = answer(self.city, batch, by=by, at=now, photos=photos)
            written.extend(write_answer(given, target))
        return written


def build_house(
    root: Path,
    data: Path,
    *,
    day: date,
    printer: str = "virtual:",
    camera: str = "virtual:",
    drive: str | None = None,
    width_dots: int = 384,
) -> PracticeHouse:
    """Practice city and kiosk with each other's cards; the stick is a folder unless `drive` names a mount."""
    from kiosk.city.home import CARD_FILE, CityHome
    from kiosk.devices.drive import open_bay
    from kiosk.services.open_desk import open_desk
    from kiosk.services.practice import PracticeDevices, make_practice

    now = datetime.now().astimezone()
    city, _ = CityHome.create(root / "city", practice=True, at=now)
    stick = Path(drive) if drive else root / "batch"
    stick.mkdir(parents=True, exist_ok=True)
    bay = open_bay(str(stick), practice=True)
    serial = bay.drives()[0].serial
    made = make_practice(
        data,
        (city.folder / CARD_FILE).read_text(encoding="utf-8"),
        PracticeDevices(printer=printer, camera=camera, drive=str(stick), width_dots=width_dots),
        serial,
        day,
    )
    city.trust(made.card, at=now)
    return PracticeHouse(open_desk(data, day=day), city, stick)


@contextmanager
def throw_away(day: date, **devices: str) -> Iterator[PracticeHouse]:
    """A practice house in a folder of its own that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="kiosk-practice-") as folder:
        root = Path(folder)
        house = build_house(root, root / "data", day=day, **devices)  # type: ignore[arg-type]
        try:
            yield house
        finally:
            house.desk.vault.close()


def practice(
    context: typer.Context,
    windowed: Annotated[bool, typer.Option("--windowed", help="全画面にしない")] = False,
    day: Annotated[str | None, typer.Option("--date", help="練習する開催日（YYYY-MM-DD）")] = None,
) -> int:
    """練習用の窓口を開く。仮想の機器だけを使い、データは終わると消える。"""
    from kiosk.cli.session import day_of
    from kiosk.services.practice import PRACTICE_DAY

    console = console_of(context)
    refuse_without_display()
    console.progress(console.texts.get("cli.practice_ready"))
    from kiosk.app import run_window

    with throw_away(day_of(day) if day else PRACTICE_DAY) as house:
        return run_window(house.desk, windowed=windowed, answer_as_city=_answer(house))


def _answer(house: PracticeHouse) -> Callable[[Path], None]:
    def answer_as_city(folder: Path) -> None:
        house.answer_as_city(folder)

    return answer_as_city
