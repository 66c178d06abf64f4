"""The papers compared with the 暗証番号設定依頼書, by one person or, where the city asks, by two."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from kiosk.domain.badge import looks_like_badge
from kiosk.domain.visit import StepKind, Visit
from kiosk.ui.screens.counter_steps import AtWindow, StepPanel
from kiosk.ui.widgets.kept import KeptButton
from kiosk.ui.widgets.labels import Body, Heading


class MatchPanel(StepPanel):
    """What to compare; the second person's badge is read into a field of its own."""

    def __init__(self, at: AtWindow, visit: Visit) -> None:
        super().__init__(at, visit, StepKind.MATCH.value)
        texts = at.texts
        for words in texts.table("counter.match.points").values():
            self.whole.addWidget(Body(f"・ {words}", wrap=True))
        self._badge: QLineEdit | None = None
        if at.procedure().match_by == 2:
            self._badge = QLineEdit()
            self._badge.setObjectName("counter.match.badge")
            self._badge.setEchoMode(QLineEdit.EchoMode.Password)
            self._badge.setAccessibleName(texts.get("counter.match.badge"))
            self._badge.setPlaceholderText(texts.get("counter.match.badge"))
            self._badge.setMinimumHeight(56)
            self._badge.textChanged.connect(self.changed)
            self.whole.addWidget(Heading(texts.get("counter.match.second"), tone="key"))
            self.whole.addWidget(self._badge)
        differs = KeptButton(texts.get("counter.match.differs"), name="counter.match.differs")
        differs.guarded(lambda: self.leaving.emit("R06"))
        differs.setMaximumWidth(280)
        self.whole.addWidget(differs)
        self.whole.addStretch(1)
        if self._badge is not None:
            self._badge.setFocus()

    @property
    def is_ready(self) -> bool:
        """With one person at once, with two when a badge has been read."""
        return self._badge is None or looks_like_badge(self._badge.text())

    def done(self) -> Visit:
        """Records the step, and who compared as the second."""
        badge = self._badge.text() if self._badge is not None else ""
        return self.at.counter.match(self.visit.ticket, badge)
