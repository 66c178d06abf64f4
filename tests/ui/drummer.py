"""A hand that drums: finds every button on the glass, hits it ten times, and reads what was written."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from kiosk.domain.journal import Anchor, Entry
from kiosk.domain.visit import FORMS_DESK, Visit
from kiosk.services.desk import Desk
from kiosk.services.practice import MANAGER, PINS, SECOND, STAFF
from kiosk.ui.theme import OPEN_MARK
from kiosk.ui.widgets.buttons import DEAF_MS, SAME_SPOT_PX, lift_finger
from tests.ui.guest import Guest
from tests.ui.test_room import crowded, settle

TOUCHES = 10
SIBLINGS = 2
"""So many of a row of like choices (papers, kinds, reasons, keys) are enough."""

ENDS_THE_STORY = frozenset({"manage.end", "opening.leave"})
"""End of the program: behind it there is no station to go on with."""

TOGETHER: tuple[frozenset[str], ...] = (
    frozenset({"check_in", "print_ticket"}),
    frozenset({"paper_received", "paper_copied"}),
    frozenset({"handover", "import_list"}),
    frozenset({"close_session", "anchor"}),
    frozenset({"seal", "anchor"}),
    frozenset({"erase", "erased"}),
    frozenset({"lock", "sign_in"}),  # nobody can look behind the lock: what it wrote shows with the sign-in
)
"""Records that one touch makes together."""

Way = Callable[[], None]


def kind_of(name: str) -> str:
    """A button's name without the number, booking or line it belongs to."""
    return re.sub(r"\d+", "#", re.sub(r"\b[A-C]\d{3}\b|R\d{9}", "#", name))


@dataclass
class Drummer:
    """Hits every button it sees for the first time, ten times, and looks at what was written."""

    person: Guest
    desk: Desk
    hit: set[str] = field(default_factory=set)
    doubled: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    crowded: dict[str, list[str]] = field(default_factory=dict)
    acts: Counter[str] = field(default_factory=Counter)
    _spots: list[tuple[float, QPoint]] = field(default_factory=list)
    _heads: dict[str, Anchor] = field(default_factory=dict)
    _last: str = ""
    _before: dict[str, int] = field(default_factory=dict)

    def station(self, way: Way) -> int:
        """Everything there is at one station and behind it; how many buttons were new."""
        before = len(self.hit)
        for _ in range(60):
            way()
            self.person.wait()
            self.look()
            front = self.person.front
            if not self._drum_on():
                return len(self.hit) - before
            while self.person.front == front and self._drum_on():
                pass
            self._judge_late()
        raise AssertionError("a station with no end")

    def look(self) -> None:
        """What was written up to here was nobody's drumming."""
        self._since()

    def drum(self, button: QPushButton, name: str) -> None:
        """Ten touches on one button, and the judgement."""
        self._judge_late()
        self.hit.add(name)
        shell = self.person.shell
        self._last, self._before = name, self._lengths()
        spot = self._fresh_spot(button)
        lift_finger(shell)
        for _ in range(TOUCHES):
            under = shell.childAt(spot)
            if under is not None:
                QTest.mouseClick(under, Qt.MouseButton.LeftButton, pos=under.mapFrom(shell, spot))
        self._spots.append((time.monotonic(), spot))
        self.person.wait()
        self._judge(name, self._since(), self._before)

    def _judge_late(self) -> None:
        """What the last button wrote after its picture had changed, as long jobs do."""
        self._judge(self._last, self._since(), self._before)

    def _drum_on(self) -> bool:
        """One button nobody has drummed on yet, if there is one on the glass."""
        self._fill_fields()
        reach = self._buttons()
        self._look_for_room(reach)
        for button in reach:
            is_open_tick = button.text().startswith(OPEN_MARK)  # each has to be ticked before the verb wakes
            name = button.objectName() if is_open_tick else kind_of(button.objectName() or button.text())
            if button.property("kind") == "primary":
                name += f" {kind_of(button.text())}"  # one place for many verbs: the next step
            family = name.rpartition(".")[0]
            alike = [one for one in self.hit if one.rpartition(".")[0] == family]
            is_key = button.property("role") in ("key", "key_word")
            is_choice = is_key or button.isCheckable() or button.property("kind") == "plain"
            if name in self.hit or name in ENDS_THE_STORY:
                continue
            if is_choice and not is_open_tick and len(alike) >= SIBLINGS:
                continue
            self.drum(button, name)
            return True
        return False

    def _buttons(self) -> list[QPushButton]:
        """What a finger can reach now: shown, awake, and nothing lying over it."""
        QApplication.processEvents()
        shell = self.person.shell
        found = []
        for button in shell.findChildren(QPushButton):
            if not (button.isVisible() and button.isEnabled()):
                continue
            under = shell.childAt(button.mapTo(shell, button.rect().center()))
            if under is button or (under is not None and button.isAncestorOf(under)):
                found.append(button)
        return found

    def _look_for_room(self, reach: Sequence[QPushButton]) -> None:
        """Each picture once: whether its pieces have their room, also under the practice band."""
        place = f"{self.person.front} {sorted({kind_of(button.objectName()) for button in reach})}"
        if place not in self.crowded:
            settle()
            self.crowded[place] = crowded(self.person.shell)

    def _fill_fields(self) -> None:
        for line in self.person.shell.findChildren(QLineEdit):
            if not (line.isVisible() and line.isEnabled()):
                continue
            if "pin" in line.objectName():
                line.setText(self._pin_for(line.objectName().rpartition(".")[0]))
            elif not line.text():
                line.setText("練習")

    def _pin_for(self, asked: str) -> str:
        """The PIN of whoever stands above the field, is chosen as the second person, or is signed in."""
        shell = self.person.shell
        for person in (MANAGER, STAFF, SECOND):
            named = shell.findChild(QWidget, f"{asked}.name")
            chosen = shell.findChild(QPushButton, f"{asked}.second.{person.id}")
            if named is not None and named.accessibleName() == person.name:
                return PINS[person.id]
            if chosen is not None and chosen.isChecked():
                return PINS[person.id]
        return PINS[self.desk.operator.id if self.desk.operator else MANAGER.id]

    def _judge(self, name: str, fresh: Sequence[Entry], lengths: dict[str, int]) -> None:
        """One touch is one act: no record twice, no two acts, no step beyond the next."""
        self.acts.update(one.act for one in fresh)
        visits = self._visits({one.object for one in fresh})
        parties = {visits[one.object].party or one.object for one in fresh if one.object in visits}
        same = Counter((one.act, one.object, str(sorted(one.details.items()))) for one in fresh)
        # Who came together is moved together; anything else comes once, whoever it is about.
        times = same if len(parties) == 1 else Counter(one.act for one in fresh)
        acts = frozenset(one.act for one in fresh)
        if any(count > 1 for count in times.values()):
            self.doubled.append(f"{name}: {times}")
        if not (len(acts) < 2 or any(acts <= some for some in TOGETHER)):
            self.doubled.append(f"{name}: {sorted(acts)}")
        for visit in visits.values():
            order = (*FORMS_DESK[visit.service], *visit.window_steps)
            done = [kind for kind in order if visit.is_done(kind)]
            new = [step for step in visit.steps[lengths.get(visit.ticket, 0) :] if step.kind in order]
            if done != list(order[: len(done)]) or len(new) > 1:
                self.skipped.append(f"{name}: more than the next step {[step.kind.value for step in new]}")

    def _visits(self, objects: set[str]) -> dict[str, Visit]:
        """The visits among what was written about; none once the day is forgotten."""
        if self.desk.session_db is None:
            return {}
        with self.desk.session.reading() as view:
            return {number: view.visits.get(number) for number in objects & set(view.tickets.numbers())}

    def _since(self) -> list[Entry]:
        """What office and day have written since the last look; behind the lock nobody can look."""
        fresh: list[Entry] = []
        for name, journal in self._journals():
            rows = journal.rows(self._heads[name]) if name in self._heads else ()
            fresh.extend(entry for entry, _ in rows)
            self._heads[name] = journal.head()
        return fresh

    def _journals(self) -> Iterator[tuple[str, object]]:
        if self.desk.office_db is not None:
            with self.desk.office.reading() as office:
                yield "office", office.journal
        if self.desk.session_db is not None:
            with self.desk.session.reading() as day:
                yield "day", day.journal

    def _lengths(self) -> dict[str, int]:
        """How many steps each visit has."""
        if self.desk.session_db is None:
            return {}
        with self.desk.session.reading() as view:
            return {visit.ticket: len(visit.steps) for visit in view.visits.all()}

    def _fresh_spot(self, button: QPushButton) -> QPoint:
        """A place on the button where the hand has not just been: that would be the same touch."""
        shell = self.person.shell
        places = [QPoint(button.width() * part // 10, button.height() // 2) for part in (5, 2, 8)]
        while True:
            now = time.monotonic()
            self._spots = [one for one in self._spots if (now - one[0]) * 1000 < DEAF_MS + 20]
            for place in places:
                spot = button.mapTo(shell, place)
                if all((spot - where).manhattanLength() > SAME_SPOT_PX for _, where in self._spots):
                    return spot
            QApplication.processEvents()
