"""The close screen on the glass with what it leaves behind, for the stories of the end of the day."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLabel

from kiosk.domain.staff import Act
from kiosk.services.handover import Handover
from kiosk.services.portrait_files import PortraitFiles
from kiosk.ui.background import Background
from kiosk.ui.code_camera import CodeCamera
from kiosk.ui.screens.closing import ClosingScreen, ClosingVerbs
from kiosk.ui.texts import Texts
from tests.house import Counterday
from tests.ui.counter_day import Printer, on_glass, settle, shown, wait_until


class Desktop:
    """The screen with what it leaves behind."""

    def __init__(
        self,
        day: Counterday,
        handover: Handover,
        texts: Texts,
        background: Background,
        camera: CodeCamera | None = None,
    ) -> None:
        self._day = day
        self.papers: dict[str, bytes] = {}
        self.ended = 0
        self.printer = Printer()
        self.at_window: list[str] = []
        self.background = background
        self.screen = ClosingScreen(
            verbs=ClosingVerbs(
                handover=handover,
                whole=day.whole,
                transport=day.transport,
                erasure=day.erasure,
                halting=day.halting,
                receipts=day.receipts,
                access=day.access,
                closing=day.closing,
                mending=day.mending,
                photo_files=PortraitFiles(day.desk, day.bay),
                print_slip=self.printer,
                camera=camera,
            ),
            state=lambda: day.desk.state,
            people=day.access.people,
            operator=lambda: day.desk.allow(Act.SEE_RECORDS),
            time_of_day=lambda: f"{day.desk.clock.now():%H:%M}",
            keep_paper=self._keep,
            answer_as_city=self._answer,
            to_window=self.at_window.append,
            ended=self._end,
            texts=texts,
            background=background,
        )
        self.window = on_glass(self.screen)

    def _answer(self, folder: Path) -> None:
        self._day.house.answer_as_city(folder)

    def _keep(self, name: str, paper: bytes) -> str:
        self.papers[name] = paper
        return name

    def _end(self) -> None:
        self.ended += 1

    def words(self, name: str) -> str:
        return shown(self.screen, name, QLabel).text()

    def finished(self) -> None:
        wait_until(lambda: not self.background.is_busy, 60)
        settle()
        self.screen.refresh()
        settle()
