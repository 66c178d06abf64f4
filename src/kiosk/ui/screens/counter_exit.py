"""The side exits: a reason, what the visitor is told and given, and the papers that go back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.domain.custody import Paper
from kiosk.domain.visit import Reason
from kiosk.services.exits import LANGUAGES, language_names
from kiosk.ui.screens.counter_identity_words import folded
from kiosk.ui.screens.counter_note import NoteDesk
from kiosk.ui.screens.counter_parts import beside
from kiosk.ui.screens.counter_steps import grid_of
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Banner
from kiosk.ui.widgets.chips import Chips
from kiosk.ui.widgets.labels import Body, Caption, Heading, Title
from kiosk.ui.widgets.pages import Pages

LONGEST_LINE = 13


class ExitPanel(QWidget):
    """First the reasons, then what to say and to give; only 「この理由で終える」 ends anything."""

    def __init__(
        self,
        texts: Texts,
        note: NoteDesk,
        *,
        name: str,
        held: Callable[[], dict[Paper, int]],
        ticket: Callable[[], str],
        take: Callable[[Reason], None],
        back: Callable[[], None],
    ) -> None:
        super().__init__()
        self._texts, self._note, self._name = texts, note, name
        self._held, self._ticket, self._take, self._back = held, ticket, take, back
        self._reason: Reason | None = None
        self._stack = Pages()
        self._stack.addWidget(self._reasons())
        self._stack.addWidget(self._sentence())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def ask(self, reason: Reason | None = None) -> None:
        """Begins with the reasons, or with the words of a reason that is already known."""
        self._languages.pick(LANGUAGES[0])
        if reason is None:
            self._stack.setCurrentIndex(0)
        else:
            self._chosen(reason)

    def _reasons(self) -> QWidget:
        page = QWidget()
        buttons = []
        for reason in Reason:
            words = folded(self._texts.get(f"reason.{reason.value}"), LONGEST_LINE)
            button = Button(words, "plain", size="large", name=f"{self._name}.{reason.value}")
            button.setProperty("scale", "normal")
            button.guarded(partial(self._chosen, reason))
            buttons.append(button)
        back = Button(self._texts.get("counter.back"), "quiet", size="large", name=f"{self._name}.back")
        back.guarded(self._back)
        back.setMaximumWidth(260)
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(Title(self._texts.get("counter.exit.title")))
        whole.addWidget(Body(self._texts.get("counter.exit.hint"), wrap=True))
        whole.addLayout(grid_of(buttons, 3))
        whole.addStretch(1)
        whole.addWidget(back)
        return page

    def _sentence(self) -> QWidget:
        page, texts, name = QWidget(), self._texts, self._name
        self._title = Title(wrap=True, name=f"{name}.reason")
        self._languages = Chips(language_names(), name=f"{name}.language")
        self._languages.picked.connect(lambda _: self._show_words())
        banner = Banner("warning")
        self._say = Heading(wrap=True, name=f"{name}.say")
        self._bring = Body(wrap=True, name=f"{name}.bring")
        self._go = Body(wrap=True, name=f"{name}.go")
        for widget in (self._say, self._bring, self._go):
            banner.body.addWidget(widget)
        self._papers = Heading(wrap=True, name=f"{name}.papers")
        self._said = Caption(wrap=True, name=f"{name}.note_said")
        back = Button(texts.get("counter.back"), "quiet", size="large", name=f"{name}.reasons")
        back.guarded(lambda: self.ask())
        give = Button(texts.get("counter.note.print"), size="huge", name=f"{name}.print")
        give.guarded(self._print)
        yes = Button(texts.get("counter.exit.yes"), "primary", size="huge", name=f"{name}.yes")
        yes.guarded(self._yes)
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        above: tuple[QWidget, ...] = (self._title, self._languages, banner, self._papers)
        for part in above:
            whole.addWidget(part)
        whole.addStretch(1)
        whole.addWidget(self._said)
        whole.addLayout(beside(back, give, yes))
        return page

    def _chosen(self, reason: Reason) -> None:
        self._reason = reason
        texts = self._texts
        self._title.setText(texts.get(f"reason.{reason.value}"))
        held = self._held()
        words = texts.get(f"counter.exit.{'return_papers' if held else 'nothing_to_return'}")
        papers = "　".join(f"{texts.get(f'paper.{paper.value}')} × {count}" for paper, count in held.items())
        self._papers.setText(f"{words}　{papers}".strip())
        self._papers.set_tone("warning" if held else "neutral")
        self._said.setText("")
        self._show_words()
        self._stack.setCurrentIndex(1)

    def _show_words(self) -> None:
        if self._reason is None:
            return
        told = self._note.notes.guidance(self._reason, self._languages.value or LANGUAGES[0])
        self._say.setText(told.say)
        self._bring.setText("\n".join(f"□ {item}" for item in told.bring))
        self._bring.setVisible(bool(told.bring))
        self._go.setText("\n".join(f"→ {line}" for line in told.go_to))

    def _print(self) -> None:
        if self._reason is not None:
            self._note.print(self._ticket(), self._reason, self._languages.value, self._said)

    def _yes(self) -> None:
        if self._reason is not None:
            self._take(self._reason)
