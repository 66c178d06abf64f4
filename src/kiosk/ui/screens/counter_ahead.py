"""The next step's panel, built while the person at the window still works on the present one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.domain.visit import StepKind, Visit
from kiosk.ui.screens.counter_steps import StepPanel

AFTER_MS = 60
"""Long enough for the present question to be on the glass, much shorter than anybody needs to read it."""


class Place(QWidget):
    """Where the present panel stands; its size never depends on the panel, so a new one moves nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._panel: QWidget | None = None

    def put(self, panel: QWidget) -> None:
        """Shows a panel over the whole place."""
        self._panel = panel
        self.lay_out(panel)
        panel.show()

    def clear(self) -> None:
        """Nothing stands here; the panel that did is its owner's to take apart."""
        if self._panel is not None:
            self._panel.hide()
            self._panel = None

    def lay_out(self, panel: QWidget) -> None:
        """Gives a panel its place and all its parts theirs, shown or not."""
        if panel.parentWidget() is not self:
            panel.setParent(self)
        panel.setGeometry(self.rect())
        layout = panel.layout()
        if layout is not None:
            layout.activate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._panel is not None:
            self._panel.setGeometry(self.rect())


class PanelAhead(QObject):
    """Holds at most one panel; it is hidden, and nothing it shows counts before it is taken."""

    def __init__(self, place: Place, make: Callable[[Visit, StepKind], StepPanel]) -> None:
        super().__init__(place)
        self._place, self._make = place, make
        self._panel: StepPanel | None = None
        self._visit: Visit | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self._build)

    def expect(self, visit: Visit) -> None:
        """The visit at the window has a new present step; what follows it is built in a moment."""
        self.forget()
        self._visit = visit
        self._timer.start()

    @property
    def is_coming(self) -> bool:
        """Whether a panel is still to be built."""
        return self._timer.isActive()

    def take(self, visit: Visit, key: str) -> StepPanel | None:
        """The panel for that step with what the visit holds now; None where another one was expected."""
        panel, expected = self._panel, self._visit
        if panel is None or expected is None or expected.ticket != visit.ticket or panel.key != key:
            return None
        self._panel = None
        panel.take_up(visit)
        return panel

    def forget(self) -> None:
        """Nothing is expected any more."""
        self._timer.stop()
        self._visit = None
        if self._panel is not None:
            self._panel.setObjectName("")
            self._panel.deleteLater()
            self._panel = None

    def _build(self) -> None:
        # Behind another screen nobody waits for it, and behind a locked one there is nothing to read from.
        if self._visit is None or not self._place.isVisible():
            return
        kind = step_after(self._visit)
        if kind is None:
            return
        panel = self._make(self._visit, kind)
        panel.setParent(self._place)
        panel.hide()
        for widget in (panel, *panel.findChildren(QWidget)):
            widget.ensurePolished()
        self._place.lay_out(panel)
        # Painted once where nobody sees it: the first picture of a widget costs several times the second.
        panel.grab()
        self._panel = panel


def step_after(visit: Visit) -> StepKind | None:
    """What will be asked once the present step is done; None at the end of the procedure."""
    present = visit.next_step()
    if present is None:
        return None
    kinds = visit.procedure
    return next((kind for kind in kinds[kinds.index(present) + 1 :] if not visit.is_done(kind)), None)
