"""How a stick ends: wiped or destroyed, on which day, by whom, before whom, under which certificate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from kiosk.domain.eras import format_era
from kiosk.domain.registers import ENDS, Medium, MediumEnd, MediumState
from kiosk.services.registers import RegisterDesk
from kiosk.ui.screens.manage_form import DateField, Pick, PickList, two_ways, typed, under
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.labels import Body, Caption, Pill, Title, breakable
from kiosk.ui.widgets.pages import Pages
from kiosk.ui.widgets.rows import Row, Rows

LIST, FORM = range(2)
MEDIA_ROWS = 5
LONGEST_NAME, LONGEST_NUMBER = 100, 100
BUTTON_WIDTH = 180


class MediumEnds(QWidget):
    """Every stick of the register with its state; behind it the form for one that has come to its end."""

    def __init__(
        self,
        registers: RegisterDesk,
        today: Callable[[], date],
        done: Callable[[str], None],
        back: Callable[[], None],
        texts: Texts,
    ) -> None:
        super().__init__()
        self._registers, self._today, self._done, self._texts = registers, today, done, texts
        self._serial, self._leading = "", False
        self._rows = Rows(texts, MEDIA_ROWS, name="manage.medium.list")
        leave = Button(texts.get("closing.back"), "quiet", size="large", name="manage.medium.back")
        leave.setMaximumWidth(260)
        page = QWidget()
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(Title(texts.get("manage.medium_end.title")))
        whole.addWidget(Body(texts.get("manage.medium_end.about"), wrap=True))
        whole.addWidget(self._rows, 1)
        whole.addWidget(leave.guarded(back))
        self._stack = Pages()
        self._stack.addWidget(page)
        self._stack.addWidget(self._form_page())
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(self._stack)

    def allow(self, leading: bool) -> None:
        """Only those who lead enter an end."""
        self._leading = leading

    def show_media(self) -> None:
        """Reads the register anew."""
        self._stack.setCurrentIndex(LIST)
        empty = self._texts.get("manage.medium_end.none")
        self._rows.fill([(*one, self._leading) for one in self._registers.media()], self._row, empty=empty)

    @property
    def is_typing(self) -> bool:
        """Whether the form is open."""
        return self._stack.currentIndex() == FORM

    def _row(self, item: tuple[Medium, MediumEnd | None, bool]) -> QWidget:
        (medium, end, leading), texts = item, self._texts
        row = Row(name=f"manage.medium.row.{medium.serial}")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(Body(breakable(medium.serial)))
        if end is not None:
            said = texts.get("manage.medium_end.said", day=format_era(end.on), by=end.by, witness=end.witness)
            words.addWidget(Caption(said))
        words.addStretch(1)
        row.line.addLayout(words, 1)
        state = texts.get(f"medium_state.{medium.state.value}")
        row.line.addWidget(Pill(state, "neutral" if end is not None else "key"))
        if leading and medium.state is not MediumState.DESTROYED:
            name = f"manage.medium.end.{medium.serial}"
            button = Button(texts.get("manage.medium_end.enter"), "secondary", name=name)
            button.setFixedWidth(BUTTON_WIDTH)
            row.line.addWidget(button.guarded(lambda: self._begin(medium)))
        return row

    def _form_page(self) -> QWidget:
        texts, name = self._texts, "manage.medium"
        self._about = Title(wrap=True, name=f"{name}.about")
        self._state = PickList(texts, len(ENDS), name=f"{name}.state")
        self._on = DateField(texts, texts.get("manage.medium_end.on"), name=f"{name}.on")
        self._by = typed(f"{name}.by", texts.get("manage.medium_end.by"), LONGEST_NAME)
        self._witness = typed(f"{name}.witness", texts.get("manage.medium_end.witness"), LONGEST_NAME)
        self._number = typed(f"{name}.certificate", texts.get("manage.medium_end.number"), LONGEST_NUMBER)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.addWidget(self._on, 0, 0)
        grid.addLayout(under(texts.get("manage.medium_end.number"), self._number, Caption("")), 0, 1)
        grid.addLayout(under(texts.get("manage.medium_end.by"), self._by), 1, 0)
        grid.addLayout(under(texts.get("manage.medium_end.witness"), self._witness), 1, 1)
        for column in range(2):
            grid.setColumnStretch(column, 1)
        leave = Button(texts.get("closing.back"), "quiet", size="large", name=f"{name}.cancel")
        keep = Button(texts.get("manage.medium_end.keep"), "primary", size="large", name=f"{name}.keep")
        page = QWidget()
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(self._about)
        whole.addWidget(self._state)
        whole.addLayout(grid)
        whole.addStretch(1)
        whole.addLayout(two_ways(leave.guarded(self.show_media), keep.guarded(self._keep)))
        return page

    def _begin(self, medium: Medium) -> None:
        self._serial = medium.serial
        self._about.setText(breakable(self._texts.get("manage.medium_end.of", serial=medium.serial)))
        self._state.clear()
        left = [state for state in ENDS if state is not medium.state]
        picks = [Pick(state.value, self._texts.get(f"medium_state.{state.value}")) for state in left]
        self._state.fill(picks, empty="")
        self._on.put(self._today())
        for field in (self._by, self._witness, self._number):
            field.clear()
        self._stack.setCurrentIndex(FORM)

    def _keep(self) -> None:
        state = MediumState(self._state.value) if self._state.value else MediumState.REGISTERED
        self._registers.end_medium(
            self._serial,
            state,
            self._on.value,
            by=self._by.text(),
            witness=self._witness.text(),
            certificate=self._number.text(),
        )
        self.show_media()
        self._done(self._texts.get("manage.medium_end.kept", serial=self._serial))
