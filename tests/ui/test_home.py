"""Home: the line with its ages, what this PC holds, and every visit two touches away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.domain.batch import SessionState
from kiosk.domain.visit import Event, Service
from kiosk.services.agenda import Session
from kiosk.services.continuation import Continuation
from kiosk.services.line import Place
from kiosk.services.meter import MeterDesk
from kiosk.ui.screens.home import HomeScreen
from kiosk.ui.screens.home_paper import PaperMode
from kiosk.ui.shell import Shell
from kiosk.ui.texts import Texts
from tests.ui.counter_day import DAY, CounterDay, shown, type_into


class House:
    """The home screen in its window over a counter day in memory."""

    def __init__(self) -> None:
        self.day = CounterDay()
        self.day.book()
        self.went: list[str] = []
        self.opened: list[Place] = []
        self.served: list[str] = []
        self.kept: dict[str, bytes] = {}
        session = Session(DAY, 21, "本町公民館", SessionState.OPEN, DAY)
        self.home = HomeScreen(
            line=self.day.line,
            meter=MeterDesk(self.day.desk),
            session=lambda: session,
            go=self.went.append,
            open_visit=self.opened.append,
            texts=self.day.texts,
            background=self.day.background,
            paper=PaperMode(Continuation(self.day.desk), self.keep, self.served.append),
        )
        self.shell = Shell(self.day.texts, self.day.clock, kiosk="K1", window="2", practice=False)
        self.shell.add_station("home", self.home)
        self.shell.topbar.show_counter(self.day.desk.rules.city.counter_name)
        self.shell.topbar.show_place("第21回 11月9日(日) 本町公民館")
        self.shell.topbar.show_person("山田 太一(従事者)")
        self.shell.show_meter(MeterDesk(self.day.desk).now())

    def keep(self, name: str, paper: bytes) -> str:
        self.kept[name] = paper
        return name

    def show(self, width: int = 1280, height: int = 800) -> None:
        self.shell.resize(width, height)
        self.shell.show()
        self.shell.show_station("home")

    def words(self, name: str) -> str:
        label = self.home.findChild(QLabel, f"home.{name}")
        assert isinstance(label, QLabel)
        return label.text()


@pytest.fixture
def house(dressed: object, qtbot: QtBot) -> House:
    made = House()
    qtbot.addWidget(made.shell)
    return made


def test_the_line_stands_with_states_and_ages(house: House, texts: Texts) -> None:
    waiting = [house.day.ready().ticket for _ in range(2)]
    called = house.day.ready(Service.APPLICATION).ticket
    house.day.counter.move(called, Event.CALL)
    house.day.clock.moment = house.day.clock.moment.replace(minute=50)
    house.show()

    assert house.words("count") == "2"
    assert house.words("minutes") == texts.get("home.minutes", minutes=16)
    assert house.words("band") == texts.get("band.busy")
    row = house.home.findChild(QWidget, f"home.place.{waiting[0]}")
    said = [label.text() for label in row.findChildren(QLabel)]
    assert texts.get("home.waited", minutes=8) in said
    assert texts.get("state.waiting") in said


def test_with_nobody_waiting_home_says_what_reception_says(house: House, texts: Texts) -> None:
    house.show()
    assert (house.words("count"), house.words("minutes")) == ("0", texts.get("reception.no_wait"))
    house.day.ready()
    house.home.refresh()

    assert house.words("minutes") == texts.get("home.minutes", minutes=8)


def test_one_touch_opens_a_station_and_one_a_visit(
    house: House, touch: Callable[[QWidget, str], None]
) -> None:
    ticket = house.day.ready().ticket
    house.show()
    touch(house.shell, "home.counter")
    touch(house.shell, f"home.open.{ticket}")

    assert house.went == ["counter"]
    assert [place.ticket for place in house.opened] == [ticket]


def test_only_allowed_ways_can_be_touched(house: House) -> None:
    house.show()
    house.home.enable_ways(("home", "custody", "closing", "manage"))
    enabled = {
        name
        for name in ("reception", "forms", "counter", "photo", "custody", "closing", "manage")
        if house.home.findChild(QPushButton, f"home.{name}").isEnabled()
    }

    assert enabled == {"custody", "closing", "manage"}


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_a_full_day_fits(
    house: House, picture: Callable[[QWidget, str], Path], width: int, height: int
) -> None:
    for _ in range(4):
        house.day.ready()
    for _ in range(3):
        house.day.ready(Service.APPLICATION)
    house.day.counter.move(house.day.ready().ticket, Event.HOLD)
    house.day.counter.move(house.day.ready().ticket, Event.CALL)
    house.show(width, height)
    house.shell.show_devices(
        {
            "printer": ("success", "プリンタ"),
            "camera": ("danger", "カメラ停止"),
            "drive": ("warning", "USBなし"),
        }
    )
    picture(house.shell, f"home_full_{width}")

    assert (house.shell.width(), house.shell.height()) == (width, height)
    assert house.words("count") == "7"


def test_the_sheet_is_one_key_and_a_row_of_it_is_typed_once_and_read_back_once(
    house: House, touch: Callable[[QWidget, str], None], picture: Callable[[QWidget, str], Path]
) -> None:
    house.show()
    touch(house.home, "home.paper_sheet")
    assert list(house.kept) == ["20251109-K1-paper.pdf"]
    touch(house.home, "home.paper_enter")
    type_into(house.home, "home.paper_number", "C970")
    type_into(house.home, "home.paper_time", "1024")
    picture(house.shell, "home_paper")
    touch(house.home, "home.paper.read")
    assert shown(house.home, "home.paper_back.title", QLabel).text() == "C970　10:24　相談"
    assert house.served == []
    touch(house.home, "home.paper_back.same")
    assert house.served == ["C970"]
    assert house.day.counter.visit("C970").steps[0].fact("from") == "paper"


def test_a_row_that_differs_is_typed_anew(house: House, touch: Callable[[QWidget, str], None]) -> None:
    house.show()
    touch(house.home, "home.paper_enter")
    type_into(house.home, "home.paper_number", "C970")
    type_into(house.home, "home.paper_time", "1024")
    touch(house.home, "home.paper.read")
    touch(house.home, "home.paper_back.cancel")
    assert shown(house.home, "home.paper_number").isVisible()
    assert house.served == []
