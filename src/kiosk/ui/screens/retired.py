"""The last page of a counter PC: it is retired, its report lies there, and the program ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from kiosk.ui.background import Background
from kiosk.ui.screens.manage_form import two_ways
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Banner, Card
from kiosk.ui.widgets.labels import Body, Title, breakable

if TYPE_CHECKING:
    from kiosk.services.ending import Gone


class RetiredScreen(Screen):
    """Shown instead of everything else; nothing behind it opens any more."""

    def __init__(
        self, gone: Gone, leave: Callable[[], None], *, texts: Texts, background: Background
    ) -> None:
        super().__init__(texts=texts, background=background, name="retired")
        self._gone = gone
        card = Card(name="retired.card")
        banner = Banner("success")
        banner.body.addWidget(Title(texts.get("manage.retire.done_title"), wrap=True, name="retired.title"))
        card.body.addWidget(banner)
        card.body.addWidget(Body(texts.get("manage.retire.done_hint"), wrap=True))
        checks = len(gone.retired.checks)
        card.body.addWidget(Body(texts.get("manage.retire.done_checks", count=checks), wrap=True))
        paper, folder = gone.record.name, breakable(str(gone.record.parent))
        card.body.addWidget(Body(texts.get("manage.retire.done_paper", name=paper), wrap=True))
        card.body.addWidget(Body(texts.get("manage.retire.done_folder", folder=folder), wrap=True))
        card.body.addStretch(1)
        show = Button(texts.get("manage.retire.print"), "secondary", size="large", name="retired.print")
        end = Button(texts.get("manage.end_yes"), "primary", size="large", name="retired.leave")
        card.body.addLayout(two_ways(show.guarded(self._print), end.guarded(leave)))
        self.area.addWidget(card)

    def _print(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._gone.record)))
