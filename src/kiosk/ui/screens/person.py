"""What the person at the PC can ask for without leaving the screen: change over, a new PIN, the lock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.errors import Refused
from kiosk.domain.staff import Operator
from kiosk.services.access import Access
from kiosk.ui.background import Background
from kiosk.ui.screens.person_pin import PinScreen
from kiosk.ui.screens.screen import Screen
from kiosk.ui.screens.sign_in import SignInScreen
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.labels import Pill, Title

if TYPE_CHECKING:
    from kiosk.domain.badge import Badge
    from kiosk.services.access import SignedIn
    from kiosk.services.presence import Presence


class Over(QWidget):
    """A screen over the screen: what lies below stays as it is, with everything typed into it."""

    def __init__(
        self, host: QWidget, screen: Screen, title: str, cancel: str, *, practice: str, name: str
    ) -> None:
        super().__init__(host.window())
        self.setObjectName(name)
        self.setProperty("role", "veil")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(title)
        card = Card(name=f"{name}.card")
        card.body.setContentsMargins(0, 8, 0, 0)
        card.body.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(24, 0, 24, 0)
        head.setSpacing(16)
        head.addWidget(Title(title, name=f"{name}.title"), 1)
        if practice:
            # The window's own banner lies below; practice is said on every screen.
            head.addWidget(Pill(practice, "warning", name=f"{name}.practice"))
        head.addWidget(Button(cancel, "secondary", name=f"{name}.cancel").guarded(self.go))
        card.body.addLayout(head)
        card.body.addWidget(screen, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 16, 24, 16)
        whole.addWidget(card)
        host.window().installEventFilter(self)
        self.setGeometry(host.window().rect())
        self.show()
        self.raise_()
        screen.setFocus()

    def go(self) -> None:
        """Takes it away; nothing was changed."""
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self.setGeometry(self.window().rect())
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.go()


class PersonDesk(QObject):
    """Asks what the person wants, and shows it over whatever stands in front."""

    def __init__(
        self,
        *,
        host: QWidget,
        access: Access,
        operator: Callable[[], Operator],
        presence: Callable[[], Presence | None],
        took_over: Callable[[Operator], None],
        said: Callable[[str], None],
        lock: Callable[[], None],
        hints: Mapping[str, str],
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(host)
        self._host, self._access, self._operator = host, access, operator
        self._presence, self._took_over, self._say, self._lock = presence, took_over, said, lock
        self._hints, self._texts, self._background = hints, texts, background
        self._over: Over | Choice | None = None
        self._badge: Badge | None = None

    def ask(self) -> None:
        """The question behind the name in the top bar."""
        person, say = self._operator(), self._texts.get
        options = [
            Option("change", say("person.change"), "primary"),
            Option("pin", say("person.passphrase" if person.is_leading else "person.pin")),
        ]
        if person.is_leading and self._presence() is not None:
            options.append(Option("manager", say("person.manager")))
        options.append(Option("lock", say("shell.person_lock")))
        verbs = {
            "change": self._change,
            "pin": self._change_pin,
            "manager": self._hand_over,
            "lock": self._lock,
        }
        self._over = Choice(
            self._host,
            say("shell.person_question", name=person.name),
            options,
            lambda key: verbs[key](),
            cancel=say("shell.cancel"),
            columns=1,
            name="person",
        )

    def close(self) -> None:
        """Takes away whatever is open: a half-typed PIN does not wait behind the lock."""
        over, self._over = self._over, None
        if isinstance(over, Over):
            over.go()
        elif over is not None:
            over.close_question()

    # --- inside ----------------------------------------------------------------------------------------

    def _change(self) -> None:
        here = self._operator().id
        self._show_people(
            "change",
            [person for person in self._access.people() if person.id != here],
            self._sit_down,
        )

    def _hand_over(self) -> None:
        presence = self._presence()
        if presence is None:
            raise Refused("session_none")
        manager = presence.manager()
        takers = [person for person in self._access.people() if person.is_leading and person.id != manager]
        self._show_people("manager", takers, self._take_manager)

    def _show_people(self, name: str, people: list[Operator], enter: Callable[[SignedIn], None]) -> None:
        self._badge = None
        screen = SignInScreen(
            people=people,
            unlock=self._access.prove,
            enter=enter,
            hints=self._hints,
            texts=self._texts,
            background=self._background,
            read_badge=self._read_badge,
            name=name,
        )
        self._show(screen, name)

    def _show(self, screen: Screen, name: str) -> None:
        say = self._texts.get
        self._over = Over(
            self._host,
            screen,
            say(f"person.title.{name}"),
            say("shell.cancel"),
            practice=say("shell.practice") if self._hints else "",
            name=f"over.{name}",
        )

    def _read_badge(self, untrusted_text: str) -> Operator:
        person, self._badge = self._access.badge_owner(untrusted_text)
        return person

    def _sit_down(self, proven: SignedIn) -> None:
        badge = self._badge
        if badge is not None and badge.operator != proven.operator.id:
            badge = None
        person = self._access.change_operator(proven, badge=badge)
        self.close()
        self._took_over(person)

    def _take_manager(self, proven: SignedIn) -> None:
        presence = self._presence()
        if presence is None:
            raise Refused("session_none")
        presence.hand_over_manager(proven)
        self.close()
        self._say(self._texts.get("person.manager_is", name=proven.operator.name))

    def _change_pin(self) -> None:
        screen = PinScreen(
            person=self._operator(),
            change=self._access.change_pin,
            changed=self._pin_changed,
            texts=self._texts,
            background=self._background,
        )
        self._show(screen, "pin")

    def _pin_changed(self, operator: str) -> None:
        self._access.pin_changed(operator)
        self.close()
        self._say(self._texts.get("person.pin_changed"))
