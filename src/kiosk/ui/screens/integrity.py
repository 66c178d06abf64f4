"""Stands before everything while records or clock are in doubt: what was noticed, what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kiosk.domain.integrity import OFFICE, Concern
from kiosk.domain.staff import Operator
from kiosk.services.desk import Desk
from kiosk.services.integrity import Integrity
from kiosk.ui.background import Background
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.theme import WARN_MARK
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Banner, Card
from kiosk.ui.widgets.labels import BigNumber, Body, Caption, Heading, Title

ROW_HEIGHT = 56
MOST_SHOWN = 4


class IntegrityScreen(Screen):
    """`go_on` when the manager has taken everything up, `look` to see without changing, `leave` to lock.

    Without `look` there is nothing behind this page: the office itself cannot be read.
    """

    def __init__(
        self,
        *,
        records: Integrity,
        concerns: Callable[[], tuple[Concern, ...]],
        operator: Callable[[], Operator],
        now: Callable[[], datetime],
        go_on: Callable[[], None],
        look: Callable[[], None] | None,
        leave: Callable[[], None],
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(texts=texts, background=background, name="integrity")
        self._records, self._concerns, self._operator = records, concerns, operator
        self._now, self._go_on = now, go_on
        self._title = Title(wrap=True, name="integrity.title")
        self._noticed = [Body(wrap=True, name=f"integrity.noticed.{at}") for at in range(MOST_SHOWN)]
        self._since = Body(wrap=True, name="integrity.since")
        self._safe = Body(wrap=True, name="integrity.safe")
        self._todo = Body(wrap=True, name="integrity.todo")
        self._time = BigNumber(name="integrity.time")
        self._words, self._city = self._field("words"), self._field("city")
        self._fields = QWidget()
        self._who = Body(wrap=True, tone="warning", name="integrity.manager_needed")
        self._take_up = self._verb("take_up", "primary", self._do_take_up)
        self._confirm = self._verb("confirm", "primary", self._do_confirm)
        self._again = self._verb("again", "secondary", self._do_again)
        self._is_wall = look is None
        self._look = self._verb("look", "secondary", look or leave)
        self._leave = self._verb("leave", "secondary" if self._is_wall else "quiet", leave)
        if self._is_wall:
            self._leave.show_text(texts.get("integrity.back"))
        self._lay_out()

    def refresh(self) -> None:
        """Shows what stands; what was typed stays."""
        about = self._concerns()
        records = [concern for concern in about if not concern.is_clock]
        is_clock = not records
        leads = self._operator().is_leading
        lost = not self._records.can_be_taken_up
        todo = "wall" if self._is_wall else "clock" if is_clock else "lost" if lost else "records"
        self._title.setText(self.texts.get(f"integrity.title.{todo}"))
        for at, label in enumerate(self._noticed):
            shown = (about if is_clock else records)[at : at + 1]
            label.setVisible(bool(shown))
            if shown:
                label.setText(f"{WARN_MARK} {self._line(shown[0])}")
        since = self._records.last_seen
        self._since.setText(self.texts.get("integrity.since", at=self._moment(since)) if since else "")
        self._since.setVisible(since is not None)
        self._safe.setText(self.texts.get(f"integrity.safe.{todo}"))
        self._todo.setText(self.texts.get(f"integrity.todo.{todo}"))
        self._time.setText(self._moment(self._now()))
        self._time.setVisible(is_clock)
        self._fields.setVisible(leads and not is_clock and not lost)
        self._take_up.setVisible(leads and not is_clock and not lost)
        self._confirm.setVisible(leads and is_clock)
        self._again.setVisible(is_clock)
        self._look.setVisible(not is_clock and not self._is_wall)
        self._who.setVisible(not leads and not self._is_wall)

    def _line(self, concern: Concern) -> str:
        where = self.texts.get("integrity.office")
        if concern.is_clock:
            where = ""
        elif concern.chain != OFFICE:
            where = self.texts.get("integrity.session", day=concern.chain)
        kept, found = str(concern.kept), str(concern.found)
        if concern.is_clock:
            kept, found = (
                self._moment(datetime.fromtimestamp(at, self._now().tzinfo))
                for at in (concern.kept, concern.found)
            )
        return self.texts.get(f"integrity.noticed.{concern.kind.value}", where=where, kept=kept, found=found)

    def _moment(self, at: datetime) -> str:
        return self.texts.get(
            "integrity.moment", year=at.year, month=at.month, day=at.day, time=f"{at.hour}:{at.minute:02d}"
        )

    def _do_take_up(self) -> None:
        self._records.acknowledge(self._words.text(), self._city.text())
        for field in (self._words, self._city):
            field.clear()
        self._go_on()

    def _do_confirm(self) -> None:
        self._records.confirm_clock()
        self._go_on()

    def _do_again(self) -> None:
        self._records.check_again()
        self._go_on()

    def _field(self, key: str) -> QLineEdit:
        field = QLineEdit()
        field.setObjectName(f"integrity.{key}")
        field.setAccessibleName(self.texts.get(f"integrity.{key}"))
        field.setPlaceholderText(self.texts.get(f"integrity.{key}_hint"))
        field.setMaxLength(400)
        field.setMinimumHeight(ROW_HEIGHT)
        return field

    def _verb(self, key: str, kind: str, verb: Callable[[], None]) -> Button:
        size = "huge" if kind == "primary" else "large"
        return Button(
            self.texts.get(f"integrity.{key}"),
            kind,  # type: ignore[arg-type]
            size=size,  # type: ignore[arg-type]
            name=f"integrity.{key}_verb",
        ).guarded(verb)

    def _lay_out(self) -> None:
        left = Card(name="integrity.noticed_card")
        left.body.addWidget(self._title)
        banner = Banner("warning")
        for label in self._noticed:
            banner.body.addWidget(label)
        left.body.addWidget(banner)
        left.body.addWidget(self._since)
        left.body.addWidget(Heading(self.texts.get("integrity.safe_head")))
        left.body.addWidget(self._safe)
        left.body.addStretch(1)
        right = Card(name="integrity.todo_card")
        right.body.addWidget(Heading(self.texts.get("integrity.todo_head")))
        right.body.addWidget(self._todo)
        right.body.addWidget(self._time)
        right.body.addWidget(self._who)
        fields = QVBoxLayout(self._fields)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.setSpacing(8)
        for key, field in (("words", self._words), ("city", self._city)):
            fields.addWidget(Caption(self.texts.get(f"integrity.{key}")))
            fields.addWidget(field)
        right.body.addWidget(self._fields)
        right.body.addStretch(1)
        self._who.setText(self.texts.get("integrity.manager_needed"))
        for button in (self._take_up, self._confirm, self._again, self._look, self._leave):
            right.body.addWidget(button)
        self.area.addWidget(left, 1)
        self.area.addWidget(right, 1)


def wall(
    desk: Desk, person: Operator, back: Callable[[], None], texts: Texts, background: Background
) -> IntegrityScreen:
    """The page for an office that cannot be read: nobody has come in, and the only way is `back`."""
    return IntegrityScreen(
        records=Integrity(desk),
        concerns=lambda: desk.concerns,
        operator=lambda: person,
        now=desk.clock.machine,
        go_on=back,
        look=None,
        leave=back,
        texts=texts,
        background=background,
    )
