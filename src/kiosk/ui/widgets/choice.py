"""One plain question over the window, with an answer per large button; never a native dialog."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from shiboken6 import isValid

from kiosk.ui.widgets.buttons import Button, Kind
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.failures import tell_failure
from kiosk.ui.widgets.labels import Body, Title


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer: the key handed back, and the words on its button."""

    key: str
    text: str
    kind: Kind = "secondary"


class Choice(QWidget):
    """Asks over everything else; the window below is dimmed and does not listen.

    `then` gets the key of the touched option after the question has gone; `never` is called on やめる.
    """

    def __init__(
        self,
        host: QWidget,
        title: str,
        options: Sequence[Option],
        then: Callable[[str], None],
        *,
        words: str = "",
        cancel: str = "",
        never: Callable[[], None] | None = None,
        columns: int = 0,
        inside: QWidget | None = None,
        name: str = "choice",
    ) -> None:
        super().__init__(host.window())
        self.setObjectName(name)
        self.setProperty("role", "veil")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(title)
        self._host, self._then, self._never = host, then, never
        self._has_way_out = bool(cancel)
        self._is_open = True
        self._before = QApplication.focusWidget()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        card = Card(name=f"{name}.card")
        card.body.addWidget(Title(title, wrap=True, name=f"{name}.title"))
        if words:
            card.body.addWidget(Body(words, wrap=True, name=f"{name}.words"))
        if inside is not None:
            card.body.addWidget(inside)
        card.body.addLayout(self._grid(options, columns, name))
        if cancel:
            leave = Button(cancel, "quiet", size="large", name=f"{name}.cancel").guarded(self._leave)
            card.body.addWidget(leave)
        card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        card.setMaximumWidth(1040)
        card.setMinimumWidth(640)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(card, 8)
        across.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 24)
        whole.addStretch(1)
        whole.addLayout(across)
        whole.addStretch(1)
        host.window().installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._keep_focus)
        self.setGeometry(host.window().rect())
        self.show()
        self.raise_()
        self.setFocus()

    def show_failure(self, error: Exception) -> None:
        """Failures of the answer belong to the screen that asked."""
        self.close_question()
        tell_failure(self._host, error)

    def close_question(self) -> None:
        """Takes the question away without an answer."""
        if not self._is_open:
            return
        self._is_open = False
        self._host.window().removeEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.disconnect(self._keep_focus)
        self._give_focus_back()
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self.setGeometry(self._host.window().rect())
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._has_way_out:
            self._leave()

    def _give_focus_back(self) -> None:
        # Left to Qt it would go to any button of the window, and a scanner's Enter would press that.
        before = self._before
        if before is None or not isValid(before) or not before.isVisible():
            before = self._host
        before.setFocus()

    def _keep_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        # The Tab key goes round inside the question, not through what lies under it.
        outside = now is not None and now is not self and not self.isAncestorOf(now)
        if outside and now is not None and now.window() is self.window() and self.isVisible():
            self.setFocus()

    def _grid(self, options: Sequence[Option], columns: int, name: str) -> QGridLayout:
        across = columns or (1 if len(options) <= 3 else 2 if len(options) <= 12 else 3)
        grid = QGridLayout()
        grid.setSpacing(12)
        for at, option in enumerate(options):
            button = Button(option.text, option.kind, size="large", name=f"{name}.{option.key}")
            button.guarded(partial(self._answer, option.key))
            grid.addWidget(button, at // across, at % across)
        for column in range(across):
            grid.setColumnStretch(column, 1)
        return grid

    def _answer(self, key: str) -> None:
        self.close_question()
        self._then(key)

    def _leave(self) -> None:
        self.close_question()
        if self._never is not None:
            self._never()
