"""The one window of the counter: top bar, practice banner, tabs, meter, and a stack of screens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from kiosk.services.clock import Clock
from kiosk.ui.notices import notice_for
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.theme import WARN_MARK, restyle
from kiosk.ui.topbar import TopBar
from kiosk.ui.widgets.labels import Title
from kiosk.ui.widgets.pages import Pages

if TYPE_CHECKING:
    from kiosk.services.meter import Meter

STATIONS = ("home", "reception", "forms", "counter", "photo", "custody", "closing", "manage")
TABS_HEIGHT = 64
TABS_HEIGHT_IN_PRACTICE = 56
PRACTICE_HEIGHT = 26
REFRESH_MS = 5_000
SMALLEST = (1280, 800)


class Shell(QMainWindow):
    """Holds screens, decides nothing: stations under tabs, and gates (sign-in, opening) instead of them."""

    first_painted = Signal()
    moved = Signal(str)
    round_begins = Signal()
    left = Signal()
    """Closed for good: whoever runs the program ends it, whatever other window is still open."""

    def __init__(self, texts: Texts, clock: Clock, *, kiosk: str, window: str, practice: bool) -> None:
        super().__init__()
        self.setObjectName("shell")
        self.setWindowTitle(texts.get("shell.title"))
        self.setMinimumSize(*SMALLEST)
        self._texts = texts
        self._clock = clock
        self._painted = False
        self._may_close = True
        self._stations: dict[str, Screen] = {}
        self._front = ""
        self._put_aside: list[QWidget] = []
        self.topbar = TopBar(texts, texts.get("shell.title"), kiosk, window)
        self.topbar.help_touched.connect(self.show_guide)
        self._banner = QLabel(texts.get("shell.practice"))
        self._banner.setObjectName("practice")
        self._banner.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._banner.setFixedHeight(PRACTICE_HEIGHT)
        self._banner.setVisible(practice)
        self._tabs_height = TABS_HEIGHT_IN_PRACTICE if practice else TABS_HEIGHT
        self._tabs, self._tab_group, self._tab_row = self._make_tabs()
        self._meter_words, self._meter_people, self._meter_state = QLabel(), QLabel(), QLabel()
        self._stack = Pages()
        self._idle_words = Title(wrap=True, name="shell.idle")
        self._idle_veil = self._make_idle_veil()
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)

    # --- screens ------------------------------------------------------------------------------------

    def add_station(self, name: str, screen: Screen) -> None:
        """A screen with a tab of its own; `name` is one of STATIONS."""
        self._stations[name] = screen
        self._stack.addWidget(screen)
        tab = QPushButton(self._texts.get(f"shell.tab.{name}"))
        tab.setObjectName(f"tab.{name}")
        tab.setAccessibleName(tab.text())
        tab.setProperty("role", "tab")
        tab.setCheckable(True)
        tab.setFixedHeight(self._tabs_height)
        tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        tab.clicked.connect(lambda: self.show_station(name))
        self._tab_group.addButton(tab)
        self._tab_row.addWidget(tab)

    def enable_stations(self, names: Iterable[str]) -> None:
        """Only these tabs can be touched."""
        allowed = set(names)
        for name in self._stations:
            tab = self._tabs.findChild(QPushButton, f"tab.{name}")
            if tab is not None:
                tab.setEnabled(name in allowed)

    def show_station(self, name: str) -> None:
        """Brings a station to the front and lets it read anew."""
        tab = self._tabs.findChild(QPushButton, f"tab.{name}")
        if tab is not None:
            tab.setChecked(True)
        self._tabs.show()
        for question in self._put_aside:
            if isValid(question):
                question.show()
                question.raise_()
        self._put_aside = []
        self._front = name
        self._bring(self._stations[name])
        self.moved.emit(name)

    def show_gate(self, screen: Screen) -> None:
        """A screen that stands instead of tabs and stations until it lets pass."""
        if self._stack.indexOf(screen) < 0:
            self._stack.addWidget(screen)
        self._tabs.hide()
        # An open question belongs to the stations behind the gate; it waits there with its draft.
        open_now = [child for child in self._questions() if child.isVisible()]
        self._put_aside.extend(open_now)
        for question in open_now:
            question.hide()
        self._bring(screen)

    @property
    def station_shown(self) -> str:
        """Name of the station in front, or of the last one behind a gate; empty before the first."""
        return self._front

    @property
    def screen_shown(self) -> Screen | None:
        """What stands in front."""
        front = self._stack.currentWidget()
        return front if isinstance(front, Screen) else None

    def station(self, name: str) -> Screen:
        """A station by name."""
        return self._stations[name]

    def refresh(self) -> None:
        """Time, and what the screen in front shows."""
        self.topbar.show_time(self._clock.now())
        self.round_begins.emit()
        front = self.screen_shown
        if front is not None:
            try:
                front.refresh()
            except Exception as error:
                front.show_failure(error)

    def show_guide(self) -> None:
        """The page of the staff guide that tells of the screen in front, over everything else."""
        from kiosk.ui.guide import Guide, page_of

        front = self.screen_shown
        if self.findChild(Guide) is None and front is not None:
            Guide(self, self._texts, page_of(front.objectName()))

    def show_failure(self, error: Exception) -> None:
        """Words for an exception that no screen caught."""
        front = self.screen_shown
        if front is not None:
            front.notice.show_notice(notice_for(error, self._texts))

    # --- what stands around them --------------------------------------------------------------------

    def show_devices(self, states: Mapping[str, tuple[str, str]]) -> None:
        """(tone, word) by device."""
        self.topbar.show_devices(states)

    def show_meter(self, meter: Meter) -> None:
        """People on this PC, since when, and what is still owed to the city."""
        self._meter_words.setText(self._texts.get("shell.meter"))
        self._meter_people.setText(self._texts.get("shell.meter_people", people=meter.people))
        since = (
            self._texts.get("shell.meter_since", month=meter.since.month, day=meter.since.day)
            if meter.since is not None and meter.since != self._clock.today()
            else self._texts.get("shell.meter_today")
        )
        state = self._texts.get(f"shell.meter_state.{meter.state}")
        about = self._texts.get("shell.meter_about", since=since, state=state)
        words = state if meter.state == "none" else about
        if meter.is_over:
            words = f"{WARN_MARK} {self._texts.get('shell.meter_over', count=meter.unreceipted)}"
        self._meter_state.setText(words)
        restyle(self._meter_state, "tone", "danger" if meter.is_over else "neutral")

    def warn_idle(self, seconds: int) -> None:
        """Says over everything that the screen locks soon; any touch takes it away."""
        self._idle_words.setText(self._texts.get("shell.idle", seconds=seconds))
        self._idle_veil.setGeometry(self.rect())
        self._idle_veil.show()
        self._idle_veil.raise_()

    def forget_idle(self) -> None:
        """Somebody is there."""
        self._idle_veil.hide()

    # --- the window itself --------------------------------------------------------------------------

    def keep_open(self, keep: bool) -> None:
        """Kiosk mode: the window cannot be closed until a manager ends the program."""
        self._may_close = not keep

    def leave(self) -> None:
        """Closes for good, also in kiosk mode; the caller has asked who may."""
        self._may_close = True
        self.close()

    def start_clock(self) -> None:
        """Begins the five-second round."""
        self._timer.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close:
            event.ignore()
            return
        self._timer.stop()
        super().closeEvent(event)
        self.left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            # After this paint is on the glass, not in the middle of it.
            QTimer.singleShot(0, self.first_painted.emit)

    # --- inside -------------------------------------------------------------------------------------

    def _bring(self, screen: Screen) -> None:
        self._stack.setCurrentWidget(screen)
        screen.clear_notice()
        # Hiding the last screen hands the focus to whatever comes next; nothing should wear a ring unasked.
        screen.take_focus()
        self.refresh()

    def _questions(self) -> list[QWidget]:
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        return [
            child
            for child in self.findChildren(QWidget, options=direct)
            if child.property("role") == "veil" and child is not self._idle_veil
        ]

    def _make_tabs(self) -> tuple[QFrame, QButtonGroup, QHBoxLayout]:
        tabs = QFrame()
        tabs.setObjectName("tabs")
        tabs.setFixedHeight(self._tabs_height)
        group = QButtonGroup(tabs)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        return tabs, group, row

    def _make_idle_veil(self) -> QWidget:
        veil = QWidget(self)
        veil.setProperty("role", "veil")
        veil.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        field = QFrame()
        field.setProperty("role", "card")
        inner = QVBoxLayout(field)
        inner.setContentsMargins(48, 48, 48, 48)
        self._idle_words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inner.addWidget(self._idle_words)
        whole = QHBoxLayout(veil)
        whole.addStretch(1)
        whole.addWidget(field, 3, Qt.AlignmentFlag.AlignVCenter)
        whole.addStretch(1)
        veil.hide()
        return veil

    def _lay_out(self) -> None:
        line = QHBoxLayout(self._tabs)
        line.setContentsMargins(16, 0, 24, 0)
        line.setSpacing(0)
        line.addLayout(self._tab_row)
        line.addStretch(1)
        self._meter_people.setProperty("role", "strong")
        for label, name in (
            (self._meter_words, "words"),
            (self._meter_people, "people"),
            (self._meter_state, "state"),
        ):
            label.setObjectName(f"meter.{name}")
            line.addWidget(label)
            line.addSpacing(4)
        centre = QWidget()
        centre.setProperty("role", "page")
        whole = QVBoxLayout(centre)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for widget in (self.topbar, self._banner, self._tabs):
            whole.addWidget(widget)
        whole.addWidget(self._stack, 1)
        self._tabs.hide()
        self.setCentralWidget(centre)
