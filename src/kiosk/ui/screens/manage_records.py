"""Where this PC keeps things, and what was done on it: to be read by whoever may, and by the city."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from kiosk.services.record_view import ActLine, RecordView
from kiosk.services.register_book import FormJob
from kiosk.ui.background import Background
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.failures import tell_failure
from kiosk.ui.widgets.labels import Body, Caption, Heading, Title, breakable
from kiosk.ui.widgets.rows import Row

ROW_HEIGHT, PER_PAGE = 44, 9


class RecordsCard(Card):
    """First the places; then the acts, the newest first. Nothing here changes a record."""

    def __init__(
        self,
        *,
        view: RecordView,
        places: Sequence[tuple[str, str]],
        keep_paper: Callable[[str, bytes], str],
        done: Callable[[str], None],
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(name="manage.card.records")
        self._view, self._keep_paper, self._done = view, keep_paper, done
        self._texts, self._background = texts, background
        self._after = 0
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._where = Caption("", name="records.where")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._places_page(places))
        self._stack.addWidget(self._acts_page())
        self.body.addWidget(self._stack)

    def show_records(self) -> None:
        """The acts as they stand now, where they are open."""
        if self._stack.currentIndex() == 1:
            self._show_acts()

    def _places_page(self, places: Sequence[tuple[str, str]]) -> QWidget:
        page, texts = QWidget(), self._texts
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Title(texts.get("manage.section.records")))
        whole.addWidget(Body(texts.get("manage.about.records"), wrap=True))
        for word, value in places:
            whole.addWidget(Heading(texts.get(f"manage.{word}")))
            whole.addWidget(Body(breakable(value), wrap=True, name=f"manage.{word}"))
        whole.addStretch(1)
        look = Button(texts.get("records.look"), "secondary", size="large", name="records.look")
        extract = Button(texts.get("records.extract"), "secondary", size="large", name="records.extract")
        ways = QHBoxLayout()
        ways.setSpacing(16)
        ways.addWidget(look.guarded(self._open_acts), 1)
        ways.addWidget(extract.guarded(self._extract), 1)
        whole.addWidget(Caption(texts.get("records.about"), wrap=True))
        whole.addLayout(ways)
        return page

    def _acts_page(self) -> QWidget:
        page, texts = QWidget(), self._texts
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(Title(texts.get("records.title")), 1)
        head.addWidget(self._where)
        whole.addLayout(head)
        whole.addLayout(self._list, 1)
        whole.addStretch(1)
        back = Button(texts.get("closing.back"), "quiet", size="large", name="records.back")
        self._newer = Button(texts.get("records.newer"), "secondary", size="large", name="records.newer")
        self._older = Button(texts.get("records.older"), "secondary", size="large", name="records.older")
        ways = QHBoxLayout()
        ways.setSpacing(16)
        ways.addWidget(back.guarded(lambda: self._stack.setCurrentIndex(0)), 1)
        ways.addWidget(self._newer.guarded(lambda: self._turn(-PER_PAGE)), 1)
        ways.addWidget(self._older.guarded(lambda: self._turn(PER_PAGE)), 1)
        whole.addLayout(ways)
        return page

    def _open_acts(self) -> None:
        self._view.note("journal")
        self._after = 0
        self._show_acts()
        self._stack.setCurrentIndex(1)

    def _turn(self, by: int) -> None:
        self._after = max(0, self._after + by)
        self._show_acts()

    def _show_acts(self) -> None:
        page = self._view.acts(self._after, PER_PAGE)
        while (item := self._list.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for line in page.lines:
            self._list.addWidget(self._row(line))
        self._where.setText(self._texts.get("records.count", count=page.length))
        self._newer.setEnabled(self._after > 0)
        self._older.setEnabled(self._after + len(page.lines) < page.length)

    def _row(self, line: ActLine) -> Row:
        row = Row(height=ROW_HEIGHT, name=f"records.act.{line.n}")
        number = Caption(str(line.n))
        number.setFixedWidth(56)
        row.line.addWidget(number)
        row.line.addWidget(Caption(line.at), 4)
        row.line.addWidget(Caption(line.who), 3)
        row.line.addWidget(Body(line.what), 4)
        about = Caption(line.about[:40])
        row.line.addWidget(about, 5)
        return row

    def _extract(self) -> None:
        job: FormJob = self._view.extract()

        def kept(pdf: bytes) -> None:
            self._done(self._texts.get("registers.printed", name=self._keep_paper(job.file, pdf)))

        self._background.run(job.run, kept, lambda error: tell_failure(self, error))
