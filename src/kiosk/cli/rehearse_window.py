"""The same rehearsed day, touch by touch through the real window, with a picture of every screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.cli.practice import PracticeHouse
from kiosk.cli.rehearsal_outcome import Timings
from kiosk.cli.rehearsal_plan import Comer, crowd
from kiosk.cli.window_counter import WindowCounter
from kiosk.services.practice import MANAGER, PINS, SAMPLE_LIST, STAFF

if TYPE_CHECKING:
    from kiosk.app import Window

ARRIVING_AT_ONCE = 10


def rehearse_in_window(house: PracticeHouse, out: Path, visitors: int, seed: int) -> dict[str, Any]:
    """A whole practice day through the window; the JSON object of `kiosk rehearse`."""
    from kiosk.app import open_for_rehearsal

    def answer_as_city(folder: Path) -> None:
        house.answer_as_city(folder)

    window = open_for_rehearsal(house.desk, keep=out, answer_as_city=answer_as_city)
    try:
        return RehearsedWindow(house, window, out).run(visitors, seed)
    finally:
        window.close()


class RehearsedWindow:
    """The people of one day at one window."""

    def __init__(self, house: PracticeHouse, window: Window, out: Path) -> None:
        self._house = house
        self._window = window
        self._out = out
        from kiosk.ui.hands import Hands

        self._hands = Hands(window.shell, out / "screens")
        self._timings = Timings()

    def run(self, visitors: int, seed: int) -> dict[str, Any]:
        """From the sign-in to the erasure record."""
        self._open()
        with self._house.desk.session.reading() as view:
            bookings = view.reservations.all()
        comers = crowd(visitors, seed, bookings)
        self._change_to(STAFF.id)
        counter = WindowCounter(self._hands, self._house.desk, self._timings)
        for begin in range(0, len(comers), ARRIVING_AT_ONCE):
            here: dict[str, Comer] = {}
            for comer in comers[begin : begin + ARRIVING_AT_ONCE]:
                here[counter.receive(comer)] = comer
            counter.serve(here)
        return {}

    def _sign_in(self, person: str) -> None:
        hands = self._hands
        hands.touch(f"sign_in.person.{person}")
        hands.write("sign_in.pin", PINS[person])
        hands.picture("sign_in")
        hands.touch("sign_in.enter")

    def _change_to(self, person: str) -> None:
        hands = self._hands
        hands.touch("topbar.person")
        hands.touch("person.lock")
        self._sign_in(person)
        hands.wait_for("tab.home")

    def _open(self) -> None:
        hands = self._hands
        hands.wait_for(f"sign_in.person.{MANAGER.id}")
        self._sign_in(MANAGER.id)
        hands.wait_for("opening.where")
        venue = self._house.desk.rules.venues[0].name
        hands.touch(f"opening.venue.{venue}")
        for place in range(len(self._house.desk.rules.opening_checklist)):
            hands.touch(f"opening.tick.{place}")
        hands.picture("opening")
        hands.touch("opening.open")
        hands.touch(f"list.{SAMPLE_LIST}")
        for asked in ("medium", "means", "place"):
            hands.touch_first(f"list.{asked}")
        hands.write("list.giver", "市民課 練習 市職員")
        hands.picture("list")
        hands.touch("list.take")
        hands.touch("list.start")
        hands.wait_for("tab.home")
        hands.picture("home")
