"""What the officer says in a receipt: who, the papers counted, the photos that cannot be taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.city.desk import COUNTABLE
from kiosk.city.officer import Look
from kiosk.city.window.pages import Field, PaperCounts
from kiosk.city.window.result import form
from kiosk.domain.batch import BatchFacts
from kiosk.domain.errors import Refused
from kiosk.domain.photo_refusal import USUAL, PhotoRefusal, refuse_wrong
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.labels import Body, Heading


class ReceiptForm(QWidget):
    """Name, counts and photos, one below the other."""

    def __init__(
        self,
        texts: Texts,
        look: Look,
        by: str,
        papers: Mapping[str, int] | None = None,
        photos: Sequence[str] = (),
        *,
        settled: Callable[[], None],
    ) -> None:
        """Begins with the kiosk's numbers, or with what was counted and named before something was refused.

        `settled` is called when what was refused before has been put right.
        """
        super().__init__()
        counts = look.facts.custody if papers is None else papers
        self.by = Field(texts.get("officer.by"), name="by")
        self.by.set_value(by)
        self.counts = PaperCounts([(code, form(texts, code), counts.get(code, 0)) for code in COUNTABLE])
        self.photos = RefusedPhotos(texts, look.facts, photos, settled)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        for part in (self.by, self.counts, self.photos):
            whole.addWidget(part)


class RefusedPhotos(Card):
    """A ticket number and the reason, one after the other; what is wrong is said at once."""

    def __init__(
        self, texts: Texts, facts: BatchFacts, named: Sequence[str], settled: Callable[[], None]
    ) -> None:
        super().__init__(name="photos")
        self._texts, self._facts, self._settled = texts, facts, settled
        self._named = list(named)
        self._ticket = QLineEdit()
        self._ticket.setObjectName("photo.ticket")
        self._ticket.setAccessibleName(texts.get("officer.photo_ticket"))
        self._ticket.setPlaceholderText(texts.get("officer.photo_ticket"))
        self._ticket.setMaxLength(32)
        add = Button(texts.get("officer.photo_add"), name="photo.add").guarded(self._ask)
        self._drop = Button(texts.get("officer.photo_drop"), "quiet", name="photo.drop").guarded(self._undo)
        self._list = Body(wrap=True, name="photo.named")
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._ticket, 1)
        row.addWidget(add)
        row.addWidget(self._drop)
        self.body.addWidget(Heading(texts.get("officer.photos")))
        self.body.addLayout(row)
        self.body.addWidget(self._list)
        self._show()

    @property
    def named(self) -> tuple[str, ...]:
        """Each as "B001=shadow"."""
        return tuple(self._named)

    def _ask(self) -> None:
        self._read("other")
        Choice(
            self,
            self._texts.get("officer.photo_why", ticket=self._ticket.text().strip().upper()),
            [Option(rule, self._texts.get(f"photo_why.{rule}")) for rule in USUAL],
            self._add,
            cancel=self._texts.get("officer.back"),
            columns=4,
            name="why",
        )

    def _add(self, rule: str) -> None:
        self._named.append(self._read(rule))
        self._ticket.clear()
        self._settled()
        self._show()

    def _read(self, rule: str) -> str:
        """The typed ticket with its rule; raises Refused when a receipt could not say it."""
        untrusted = self._ticket.text().strip().upper()
        if not untrusted:
            raise Refused("receipt_photo_words")
        words = f"{untrusted}={rule}"
        session, tickets = self._facts.session, [line.ticket for line in self._facts.tickets]
        refuse_wrong([PhotoRefusal.parse(one, session) for one in (*self._named, words)], session, tickets)
        return words

    def _undo(self) -> None:
        self._named.pop()
        self._show()

    def _show(self) -> None:
        lines = [one.partition("=") for one in self._named]
        self._list.setText(
            "、".join(f"{ticket} {self._texts.get(f'photo_why.{rule}')}" for ticket, _, rule in lines)
        )
        self._list.setVisible(bool(lines))
        self._drop.setVisible(bool(lines))
