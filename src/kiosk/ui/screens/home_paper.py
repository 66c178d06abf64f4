"""Two keys of the home screen: the sheet that carries the counter on without a PC, and its entry later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from kiosk.services.continuation import Continuation, PaperLine
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.choice import Choice, Option


@dataclass(frozen=True, slots=True)
class PaperMode:
    """What the two keys need: the verbs, where a PDF goes, and the window where an entry is finished."""

    verbs: Continuation
    keep_paper: Callable[[str, bytes], str]
    open_visit: Callable[[str], None]


class PaperKeys(QWidget):
    """A row is typed once, read back once beside the sheet, and only then recorded."""

    def __init__(self, screen: Screen, mode: PaperMode, texts: Texts) -> None:
        super().__init__()
        self._screen, self._mode, self._texts = screen, mode, texts
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        for name, verb in (("paper_sheet", self._print), ("paper_enter", self._ask)):
            key = Button(texts.get(f"home.{name}"), "quiet", name=f"home.{name}")
            row.addWidget(key.guarded(verb))

    def _print(self) -> None:
        name = self._mode.keep_paper(*self._mode.verbs.sheet())
        self._screen.notice.show_done(self._texts.get("home.paper_printed", name=name))

    def _ask(self) -> None:
        texts, inside = self._texts, QWidget()
        fields = QHBoxLayout(inside)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.setSpacing(16)
        written = []
        for name in ("paper_number", "paper_time"):
            field = QLineEdit()
            field.setObjectName(f"home.{name}")
            field.setAccessibleName(texts.get(f"home.{name}"))
            field.setPlaceholderText(texts.get(f"home.{name}"))
            field.setMinimumHeight(56)
            fields.addWidget(field)
            written.append(field)
        number, time = written
        Choice(
            self._screen,
            texts.get("home.paper_ask"),
            [Option("read", texts.get("home.paper_read"), "primary")],
            lambda _: self._read_back(number.text(), time.text()),
            words=texts.get("home.paper_hint"),
            cancel=texts.get("reception.back"),
            inside=inside,
            name="home.paper",
        )
        number.setFocus()

    def _read_back(self, untrusted_number: str, untrusted_time: str) -> None:
        line, texts = self._mode.verbs.read(untrusted_number, untrusted_time), self._texts
        service = texts.get(f"service.{line.service.value}")
        Choice(
            self._screen,
            texts.get("home.paper_line", ticket=line.ticket, time=f"{line.at:%H:%M}", service=service),
            [Option("same", texts.get("home.paper_same"), "primary")],
            lambda _: self._record(line),
            words=texts.get("home.paper_compare"),
            cancel=texts.get("home.paper_differs"),
            never=self._ask,
            name="home.paper_back",
        )

    def _record(self, line: PaperLine) -> None:
        self._mode.open_visit(self._mode.verbs.record(line).ticket)
