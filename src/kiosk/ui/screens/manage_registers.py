"""The office's registers on the screen: a group, a register, its entries; written and corrected on a form."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from kiosk.domain.eras import format_era
from kiosk.domain.register_book import Entry, Register, headline
from kiosk.services.register_book import FormJob, RegisterBook, all_registers
from kiosk.ui.background import Background
from kiosk.ui.screens.manage_form import typed
from kiosk.ui.screens.manage_register_form import RegisterForm
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.failures import tell_failure
from kiosk.ui.widgets.labels import Body, Caption, Heading, Pill, Title
from kiosk.ui.widgets.rows import Row, Rows

GROUPS = ("people", "places", "things", "data", "events", "reports")
BOOKS, ENTRIES, FORM = range(3)
ROW_HEIGHT = 56
BOOK_ROWS, ENTRY_ROWS = 7, 5
SMALLEST = 580
LONGEST_SEARCH = 60


class RegistersCard(Card):
    """Whoever may see records looks; leaders write. Nothing is changed: a correction is a further entry."""

    def __init__(
        self,
        *,
        book: RegisterBook,
        looked_at: Callable[[str], None],
        keep_paper: Callable[[str, bytes], str],
        done: Callable[[str], None],
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(name="manage.card.registers")
        self._book, self._looked_at = book, looked_at
        self._keep_paper, self._done = keep_paper, done
        self._texts, self._background = texts, background
        self._register: Register = all_registers()[0]
        self._group = GROUPS[0]
        self._drafts: frozenset[int] = frozenset()
        self._leading = False
        self._books = Rows(texts, BOOK_ROWS, name="registers.books")
        self._groups = {
            group: Button(texts.get(f"registers.group.{group}"), "plain", name=f"registers.group.{group}")
            for group in GROUPS
        }
        self._title = Title("", name="registers.title")
        self._about = Caption("", name="registers.about")
        self._search = typed("registers.search", texts.get("registers.search"), LONGEST_SEARCH)
        self._search.setPlaceholderText(texts.get("registers.search"))
        self._search.textChanged.connect(lambda _text: self._guarded(self._show_entries))
        self._entries = Rows(texts, ENTRY_ROWS, name="registers.entries")
        self._add = Button(texts.get("registers.add"), "primary", size="large", name="registers.add")
        self._print = Button(texts.get("registers.print"), "secondary", size="large", name="registers.print")
        self._form = RegisterForm(texts, back=self._to_entries, keep=self._keep, print_one=self._print_entry)
        self._stack = QStackedWidget()
        for page in (self._books_page(), self._entries_page(), self._form):
            self._stack.addWidget(page)
        self.body.addWidget(self._stack)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        more = max(0, (self.height() - SMALLEST) // ROW_HEIGHT)
        self._books.fit(BOOK_ROWS + more)
        self._entries.fit(ENTRY_ROWS + more)

    def allow(self, leading: bool) -> None:
        """Only those who lead write."""
        self._leading = leading
        self._form.allow(leading)
        self._add.setEnabled(leading and not self._register.is_derived)

    def show_registers(self) -> None:
        """Reads what is on the page that stands open."""
        if self._stack.currentIndex() == ENTRIES:
            self._show_entries()
        elif self._stack.currentIndex() == BOOKS:
            self._show_books()

    def _books_page(self) -> QWidget:
        page = QWidget()
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(Title(self._texts.get("registers.title")))
        across = QHBoxLayout()
        across.setSpacing(8)
        for group, button in self._groups.items():
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.clicked.connect(lambda _=False, group=group: self._guarded(lambda: self._turn(group)))
            across.addWidget(button)
        self._groups[self._group].setChecked(True)
        whole.addLayout(across)
        whole.addWidget(self._books, 1)
        return page

    def _turn(self, group: str) -> None:
        self._group = group
        self._show_books()

    def _show_books(self) -> None:
        self._books.fill([one for one in all_registers() if one.group == self._group], self._book_row)

    def _book_row(self, register: Register) -> QWidget:
        row = Row(height=ROW_HEIGHT, name=f"registers.book.{register.name}")
        row.line.addWidget(Heading(register.title), 2)
        row.line.addWidget(Caption(register.source), 1)
        if register.is_derived:
            row.line.addWidget(Pill(self._texts.get("registers.automatic"), "neutral"))
        go = Button(self._texts.get("registers.open"), "secondary", name=f"registers.open.{register.name}")
        go.setMaximumWidth(140)
        row.line.addWidget(go.guarded(lambda: self._open(register)))
        return row

    def _entries_page(self) -> QWidget:
        page = QWidget()
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._about)
        whole.addLayout(head)
        whole.addWidget(self._search)
        whole.addWidget(self._entries, 1)
        back = Button(self._texts.get("closing.back"), "quiet", size="large", name="registers.back")
        ways = QHBoxLayout()
        ways.setSpacing(16)
        ways.addWidget(back.guarded(self._to_books), 1)
        ways.addWidget(self._print.guarded(self._print_list), 2)
        ways.addWidget(self._add.guarded(self._begin), 2)
        whole.addLayout(ways)
        return page

    def _open(self, register: Register) -> None:
        self._looked_at(register.name)
        self._register = register
        self._title.setText(register.title)
        derived = self._texts.get("registers.derived") if register.is_derived else register.source
        self._about.setText(derived)
        self._search.clear()
        self._print.setVisible(bool(register.form) and register.per == "list")
        self._add.setVisible(not register.is_derived)
        self._add.setEnabled(self._leading)
        self._show_entries()
        self._stack.setCurrentIndex(ENTRIES)

    def _show_entries(self) -> None:
        words = self._search.text()
        self._drafts = self._book.drafts(self._register.name)
        empty = self._texts.get("registers.empty_search" if words.strip() else "registers.empty")
        self._entries.fill(self._book.entries(self._register.name, words), self._entry_row, empty=empty)

    def _entry_row(self, entry: Entry) -> QWidget:
        register, texts = self._register, self._texts
        row = Row(height=ROW_HEIGHT, name=f"registers.entry.{entry.number}")
        number = texts.get("registers.number", prefix=register.prefix, number=entry.number)
        row.line.addWidget(Heading(number), 1)
        row.line.addWidget(Body(headline(register, entry), wrap=True), 5)
        if entry.number in self._drafts:
            row.line.addWidget(Pill(texts.get("registers.draft"), "warning"))
        if entry.revision > 1:
            row.line.addWidget(Pill(texts.get("registers.revision", count=entry.revision), "neutral"))
        if not register.is_derived:
            row.line.addWidget(Caption(format_era(entry.at.date())))
            look = Button(texts.get("registers.open"), "secondary", name=f"registers.look.{entry.number}")
            look.setMaximumWidth(120)
            row.line.addWidget(look.guarded(lambda: self._look(entry)))
        return row

    def _to_books(self) -> None:
        self._show_books()
        self._stack.setCurrentIndex(BOOKS)

    def _to_entries(self) -> None:
        self._show_entries()
        self._stack.setCurrentIndex(ENTRIES)

    def _begin(self) -> None:
        self._form.begin(self._register, self._book.proposal(self._register.name))
        self._stack.setCurrentIndex(FORM)

    def _look(self, entry: Entry) -> None:
        self._form.show_entry(self._register, self._book.history(self._register.name, entry.number))
        self._stack.setCurrentIndex(FORM)

    def _keep(self, number: int | None, words: dict[str, str], reason: str) -> None:
        register = self._register
        if number is None:
            entry, said = self._book.enter(register.name, words), "registers.saved"
        else:
            entry, said = self._book.correct(register.name, number, words, reason), "registers.corrected"
        self._to_entries()
        shown = self._texts.get("registers.number", prefix=register.prefix, number=entry.number)
        self._done(self._texts.get(said, title=register.title, number=shown))

    def _print_list(self) -> None:
        self._draw(self._book.paper(self._register.name))

    def _print_entry(self, number: int) -> None:
        self._draw(self._book.paper(self._register.name, number))

    def _draw(self, job: FormJob) -> None:
        def kept(pdf: bytes) -> None:
            name = self._keep_paper(job.file, pdf)
            self._done(self._texts.get("registers.printed", name=name))

        self._background.run(job.run, kept, lambda error: tell_failure(self, error))

    def _guarded(self, verb: Callable[[], None]) -> None:
        try:
            verb()
        except Exception as error:
            tell_failure(self, error)
