"""The side exits: a reason, the sentence with where and when to go, and the papers that go back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from kiosk.domain.custody import Paper
from kiosk.domain.visit import Reason
from kiosk.ui.screens.counter_identity_words import folded
from kiosk.ui.screens.counter_parts import beside
from kiosk.ui.screens.counter_steps import grid_of
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Banner
from kiosk.ui.widgets.labels import Body, Heading, Title

LONGEST_LINE = 13


class ExitPanel(QWidget):
    """First the reasons, then what to say; only 「この理由で終える」 ends anything."""

    def __init__(
        self,
        texts: Texts,
        *,
        name: str,
        held: Callable[[], dict[Paper, int]],
        take: Callable[[Reason], None],
        back: Callable[[], None],
    ) -> None:
        super().__init__()
        self._texts, self._name, self._held, self._take, self._back = texts, name, held, take, back
        self._reason: Reason | None = None
        self._stack = QStackedWidget()
        self._stack.addWidget(self._reasons())
        self._stack.addWidget(self._sentence())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def ask(self, reason: Reason | None = None) -> None:
        """Begins with the reasons, or with the sentence of a reason that is already known."""
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
            button.guarded(lambda reason=reason: self._chosen(reason))  # type: ignore[misc]
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
        page = QWidget()
        self._title = Title(wrap=True, name=f"{self._name}.reason")
        banner = Banner("warning")
        self._say = Title(wrap=True, name=f"{self._name}.say")
        banner.body.addWidget(Heading(self._texts.get("counter.exit.say_to"), tone="warning"))
        banner.body.addWidget(self._say)
        self._papers_head = Heading(name=f"{self._name}.papers_head")
        self._papers = Body(wrap=True, name=f"{self._name}.papers")
        back = Button(self._texts.get("counter.back"), "quiet", size="large", name=f"{self._name}.reasons")
        back.guarded(lambda: self.ask())
        yes = Button(self._texts.get("counter.exit.yes"), "primary", size="huge", name=f"{self._name}.yes")
        yes.guarded(self._yes)
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        for widget in (self._title, banner, self._papers_head, self._papers):
            whole.addWidget(widget)
        whole.addStretch(1)
        whole.addLayout(beside(back, yes))
        return page

    def _chosen(self, reason: Reason) -> None:
        self._reason = reason
        texts = self._texts
        self._title.setText(texts.get(f"reason.{reason.value}"))
        self._say.setText(texts.get(f"reason_next.{reason.value}"))
        held = self._held()
        self._papers_head.setText(
            texts.get(f"counter.exit.{'return_papers' if held else 'nothing_to_return'}")
        )
        self._papers_head.set_tone("warning" if held else "neutral")
        self._papers.setText(
            "　".join(f"{texts.get(f'paper.{paper.value}')} × {count}" for paper, count in held.items())
        )
        self._stack.setCurrentIndex(1)

    def _yes(self) -> None:
        if self._reason is not None:
            self._take(self._reason)
