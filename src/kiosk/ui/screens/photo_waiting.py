"""Who waits for a photo, one row each, and what the city could not take so far."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.domain.visit import Visit
from kiosk.ui.texts import Texts
from kiosk.ui.theme import restyle
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.labels import Caption, PersonName, Title
from kiosk.ui.widgets.rows import Row

ROW_HEIGHT = 72


def waiting_row(visit: Visit, texts: Texts, choose: Callable[[str], None]) -> Row:
    """Number, name, and the button that brings the visitor to the camera."""
    row = Row(height=ROW_HEIGHT, name=f"photo.row.{visit.ticket}")
    number = Title(visit.ticket)
    number.setFixedWidth(88)
    name = PersonName(visit.name)
    restyle(name, "length", "middle" if len(visit.name) <= 12 else "long")
    start = Button(texts.get("photo_screen.start"), name=f"photo.choose.{visit.ticket}")
    start.guarded(lambda: choose(visit.ticket))
    start.setFixedWidth(152)
    row.line.addWidget(number)
    row.line.addWidget(name, 1)
    row.line.addWidget(start)
    return row


class RefusedLine(Caption):
    """Nothing while the city took every photo."""

    def __init__(self, texts: Texts) -> None:
        super().__init__(wrap=True, name="photo.refused")
        self._texts = texts
        self.hide()

    def show_photos(self, photos: str) -> None:
        """`photos` is the line of rules and counts; empty for none."""
        self.setText(self._texts.get("photo_screen.refused", photos=photos) if photos else "")
        self.setVisible(bool(photos))
