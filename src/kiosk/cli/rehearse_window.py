"""The same rehearsed day, touch by touch through the real window, with a picture of every screen."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.city.desk import check
from kiosk.cli.practice import PracticeHouse
from kiosk.cli.rehearsal_outcome import Timings, day_figures, keep_handover
from kiosk.cli.rehearsal_plan import Comer, crowd
from kiosk.cli.window_counter import WindowCounter
from kiosk.services.clock import Clock
from kiosk.services.open_desk import PAPERS_FOLDER
from kiosk.services.practice import MANAGER, PINS, SAMPLE_LIST, SECOND, STAFF

if TYPE_CHECKING:
    from kiosk.app import Window

ARRIVING_AT_ONCE = 10


def rehearse_in_window(
    house: PracticeHouse, out: Path, visitors: int, seed: int, end_if_asked: Callable[[], None]
) -> dict[str, Any]:
    """A whole practice day through the window; the JSON object of `kiosk rehearse`."""
    from kiosk.app import open_for_rehearsal

    def answer_as_city(folder: Path) -> None:
        house.answer_as_city(folder)

    window = open_for_rehearsal(house.desk, keep=out, answer_as_city=answer_as_city)
    try:
        return RehearsedWindow(house, window, out, end_if_asked).run(visitors, seed)
    finally:
        window.close()


class RehearsedWindow:
    """The people of one day at one window."""

    def __init__(
        self, house: PracticeHouse, window: Window, out: Path, end_if_asked: Callable[[], None]
    ) -> None:
        self._house = house
        self._window = window
        self._out = out
        from kiosk.ui.hands import Hands

        self._hands = Hands(window.shell, out / "screens", end_if_asked)
        self._timings = Timings()

    def run(self, visitors: int, seed: int) -> dict[str, Any]:
        """From the sign-in to the erasure record."""
        self._open()
        with self._house.desk.session.reading() as view:
            bookings = view.reservations.all()
        comers = crowd(visitors, seed, bookings)
        self._change_to(STAFF.id)
        counter = WindowCounter(self._hands, self._house.desk, self._timings, self._board)
        for begin in range(0, len(comers), ARRIVING_AT_ONCE):
            here: dict[str, Comer] = {}
            for comer in comers[begin : begin + ARRIVING_AT_ONCE]:
                here[counter.receive(comer)] = comer
            counter.serve(here)
        self._hands.touch("tab.custody")
        self._hands.picture("custody")
        figures = self._figures(visitors)
        self._keep_portraits()
        return {"ok": True, **figures, **self._end_of_day(), "timings_ms": self._timings.table()}

    def _figures(self, visitors: int) -> dict[str, Any]:
        with self._house.desk.session.reading() as view:
            return day_figures(view, visitors)

    def _keep_portraits(self) -> None:
        with self._house.desk.session.reading() as view:
            for ticket in view.portraits.tickets():
                (self._out / "portraits" / f"{ticket}.jpg").write_bytes(view.portraits.get(ticket).jpeg)

    def _end_of_day(self) -> dict[str, Any]:
        """Close, seal, write, slip, the city's answer, receipt, erasure: the manager's touches."""
        hands, desk, city = self._hands, self._house.desk, self._house.city
        self._change_to(MANAGER.id)
        hands.touch("tab.manage")
        hands.picture("manage")
        hands.touch("tab.closing")
        hands.wait_for("closing.approve")
        hands.picture("closing")
        hands.touch("closing.approve")
        with self._timings.measured("seal"):
            hands.touch("closing.seal")
            hands.wait_for("closing.write")
        hands.picture("closing_stick")
        with self._timings.measured("export"):
            hands.touch("closing.write")
            hands.wait_for("closing.slip")
        hands.picture("closing_written")
        batch = self._sealed_name()
        hands.touch("closing.slip")
        with self._timings.measured("check"):
            finding = check(city, [self._house.stick / batch], Clock().now())[0]
        if finding.problem is not None:
            raise finding.problem
        hands.touch("closing.play_city")
        hands.wait_for("closing.receipt")
        hands.touch("closing.receipt")
        hands.wait_for(f"closing.second.{SECOND.id}")
        day = desk.session_day
        with desk.office.reading() as view:
            decision = view.batches.receipts(1)[-1].decision
        hands.touch(f"closing.second.{SECOND.id}")
        hands.write("closing.second_pin", PINS[SECOND.id])
        hands.picture("closing_erase")
        hands.touch("closing.erase")
        hands.wait_for("closing.end")
        hands.picture("closing_erased")
        with desk.office.reading() as view:
            record = view.erasures.find(day, desk.kiosk)
            head = view.journal.head()
        keep_handover(self._house.stick, self._out, batch)
        self._keep_papers()
        hands.touch("closing.end")
        return {
            "batch": batch,
            "receipt": decision,
            "erased": record is not None and all(passed for _, passed in record.checks),
            "journal_head": head.head,
        }

    def _sealed_name(self) -> str:
        with self._house.desk.office.reading() as view:
            newest = view.batches.newest_of(self._house.desk.session_day)
        return newest.name if newest is not None else ""

    def _keep_papers(self) -> None:
        """Everything printed stays in the data folder's papers; the rehearsal shows a copy."""
        folder = self._house.desk.vault.folder.root / PAPERS_FOLDER
        for paper in sorted(folder.glob("*.pdf")):
            shutil.copyfile(paper, self._out / "papers" / paper.name)

    def _board(self) -> None:
        """The public screen as the visitors see it, once, while somebody is called."""
        if (self._out / "screens" / "board.png").exists():
            return
        self._window.shell.round_begins.emit()
        board = self._window.board
        board.resize(1280, 800)
        board.grab().save(str(self._out / "screens" / "board.png"))

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
