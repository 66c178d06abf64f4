"""One entry of a register on the screen: as many fields on a page as there is room for, the rest by 次へ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from kiosk.domain.eras import format_era
from kiosk.domain.register_book import LONGEST, Entry, Field, Register
from kiosk.ui.screens.manage_form import typed
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.labels import Caption, Title

ROOM, ROOM_CORRECTED = 5, 4
"""Slots of one page, and beside the last reasons and the room for a further one."""
TAKES = {"text": 1, "person": 1, "day": 1, "long": 2, "rows": 3}
"""What each kind of field takes of them."""
HEIGHTS = {"long": 110, "rows": 190}
SHOWN_REASONS, SHOWN_REASON = 2, 34
"""How many reasons of earlier corrections stand above an entry, a line each, and their characters."""
LONGEST_REASON = 200


class RegisterForm(QWidget):
    """Writes a new entry or a correction; whoever does not lead only reads."""

    def __init__(
        self,
        texts: Texts,
        *,
        back: Callable[[], None],
        keep: Callable[[int | None, dict[str, str], str], None],
        print_one: Callable[[int], None],
    ) -> None:
        super().__init__()
        self._texts, self._back, self._keep = texts, back, keep
        self._parts: dict[str, QLineEdit | QPlainTextEdit] = {}
        self._number: int | None = None
        self._leading = False
        self._title = Title("", name="registers.form.title")
        self._where = Caption("", name="registers.form.page")
        self._was = Caption("", wrap=True, name="registers.form.was")
        self._pages = QStackedWidget()
        self._reason = typed("registers.reason", texts.get("registers.reason"), LONGEST_REASON)
        self._reason_box = QWidget()
        below = QVBoxLayout(self._reason_box)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(4)
        below.addWidget(Caption(texts.get("registers.reason")))
        below.addWidget(self._reason)
        self._leave = Button("", "quiet", size="large", name="registers.form.back")
        self._print = Button(
            texts.get("registers.print"), "secondary", size="large", name="registers.form.print"
        )
        self._go = Button("", "primary", size="large", name="registers.form.next")
        self._print.guarded(lambda: print_one(self._number or 0))
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._where)
        ways = QHBoxLayout()
        ways.setSpacing(16)
        ways.addWidget(self._leave.guarded(self._one_back), 1)
        ways.addWidget(self._print, 2)
        ways.addWidget(self._go.guarded(self._on), 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addLayout(head)
        whole.addWidget(self._was)
        whole.addWidget(self._pages, 1)
        whole.addWidget(self._reason_box)
        whole.addLayout(ways)

    def allow(self, leading: bool) -> None:
        """Whether the fields may be written into."""
        self._leading = leading
        for part in self._parts.values():
            part.setReadOnly(not leading)
        if self._pages.count():
            self._show_page()

    def begin(self, register: Register, start: Mapping[str, str]) -> None:
        """An empty form with what is already known."""
        self._number = None
        self._print.hide()
        self._was.hide()
        self._fill(register, start, register.title)

    def show_entry(self, register: Register, history: Sequence[Entry]) -> None:
        """An entry as it stands, with when and why it was corrected; saving it is a correction."""
        entry = history[-1]
        self._number = entry.number
        self._print.setVisible(bool(register.form) and register.per == "entry")
        corrected = [
            "　".join((self._revision(one.revision), format_era(one.at.date()), _one_line(one.reason)))
            for one in history[1:]
        ]
        self._was.setText("\n".join(corrected[-SHOWN_REASONS:]))
        self._was.setVisible(bool(corrected))
        number = self._texts.get("registers.number", prefix=register.prefix, number=entry.number)
        self._fill(register, entry.words, f"{register.title}　{number}")

    def _revision(self, count: int) -> str:
        return self._texts.get("registers.revision", count=count)

    def _fill(self, register: Register, words: Mapping[str, str], title: str) -> None:
        self._title.setText(title)
        self._reason.clear()
        while (page := self._pages.widget(0)) is not None:
            self._pages.removeWidget(page)
            page.deleteLater()
        self._parts = {}
        room = ROOM if self._number is None else ROOM_CORRECTED
        for fields in pages_of(register.fields, room):
            self._pages.addWidget(self._page(fields, words))
        self._pages.setCurrentIndex(0)
        self.allow(self._leading)

    def _page(self, fields: Sequence[Field], words: Mapping[str, str]) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for one in fields:
            title = self._texts.get("registers.needed", title=one.title) if one.is_needed else one.title
            column.addWidget(Caption(title, wrap=True))
            part = self._part(one)
            text = words.get(one.name, "")
            if isinstance(part, QPlainTextEdit):
                part.setPlainText(text)
            else:
                part.setText(text)
                part.setCursorPosition(0)
            self._parts[one.name] = part
            column.addWidget(part)
        column.addStretch(1)
        return page

    def _part(self, one: Field) -> QLineEdit | QPlainTextEdit:
        name = f"registers.field.{one.name}"
        if one.kind not in HEIGHTS:
            return typed(name, one.title, LONGEST[one.kind])
        part = QPlainTextEdit()
        part.setObjectName(name)
        part.setAccessibleName(one.title)
        part.setMinimumHeight(HEIGHTS[one.kind] - 40)
        part.setMaximumHeight(HEIGHTS[one.kind])
        part.setTabChangesFocus(True)
        if one.kind == "rows":
            part.setPlaceholderText(self._texts.get("registers.rows_hint"))
        return part

    def _show_page(self) -> None:
        at, last = self._pages.currentIndex(), self._pages.count() - 1
        texts = self._texts
        self._where.setText(texts.get("registers.field_page", page=at + 1, pages=last + 1) if last else "")
        self._reason_box.setVisible(self._number is not None and self._leading and at == last)
        self._leave.show_text(texts.get("closing.back"))
        is_end = at == last
        save = "registers.save" if self._number is None else "registers.save_correction"
        self._go.show_text(texts.get(save if is_end else "manage.next"))
        self._go.setEnabled(self._leading or not is_end)

    def _one_back(self) -> None:
        if self._pages.currentIndex() == 0:
            self._back()
            return
        self._pages.setCurrentIndex(self._pages.currentIndex() - 1)
        self._show_page()

    def _on(self) -> None:
        if self._pages.currentIndex() < self._pages.count() - 1:
            self._pages.setCurrentIndex(self._pages.currentIndex() + 1)
            self._show_page()
            return
        words = {
            name: part.toPlainText() if isinstance(part, QPlainTextEdit) else part.text()
            for name, part in self._parts.items()
        }
        self._keep(self._number, words, self._reason.text())


def _one_line(reason: str) -> str:
    words = " ".join(reason.split())
    return words if len(words) <= SHOWN_REASON else f"{words[: SHOWN_REASON - 1]}…"


def pages_of(fields: Sequence[Field], room: int = ROOM) -> list[list[Field]]:
    """The fields in order, as many on a page as it has slots for."""
    pages: list[list[Field]] = []
    left = 0
    for one in fields:
        takes = TAKES[one.kind]
        if takes > left:
            pages.append([])
            left = room
        pages[-1].append(one)
        left -= takes
    return pages
