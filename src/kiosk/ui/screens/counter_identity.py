"""The grid of identity papers: kinds only, never numbers, and whether they are enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.evidence import before, begin
from kiosk.domain.identity import Came, Enough, IdentityBook, Question, Shown, questions
from kiosk.domain.visit import Visit
from kiosk.settings.profile import IdPaper
from kiosk.ui.screens.counter_expiry import ask_expiry
from kiosk.ui.screens.counter_identity_words import answer_words, folded, short
from kiosk.ui.screens.counter_parts import TickTile, say_mark
from kiosk.ui.texts import Texts
from kiosk.ui.theme import DONE_MARK, WARN_MARK
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.labels import Caption, Heading

PER_PAGE = 7
ACROSS = 4
TILE_HEIGHT = 64
PROOFS = {Came.GUARDIAN: "guardian", Came.AGENT: "agent"}


class IdentityGrid(QWidget):
    """Who came, seven papers at a time and ほかの書類…; the answer stands below in words, with its rule."""

    changed = Signal()
    leaving = Signal(str)
    """A reason code, when who came cannot be served."""

    def __init__(
        self,
        texts: Texts,
        book: IdentityBook,
        today: Callable[[], date],
        visit: Visit,
        *,
        name: str,
        beside: Sequence[Visit] = (),
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self._texts, self._book, self._today, self._name = texts, book, today, name
        # The everyday ones come first; within each part the catalogue's own order.
        self._papers = (*(p for p in book.papers if p.common), *(p for p in book.papers if not p.common))
        self._young = "under_15" in visit.flags
        self._visit, self._beside = visit, tuple(beside)
        self._evidence = before(visit, book, beside)
        self._case = self._evidence.cases[0]
        self._page = 0
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addLayout(self._make_head())
        whole.addLayout(self._make_tiles())
        whole.addLayout(self._make_foot())
        whole.addStretch(1)
        self._show()

    def codes(self) -> tuple[str, ...]:
        """The kinds that count, the person's first; one kind twice where that is allowed."""
        return self._evidence.codes(self._today())

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Who came and whose papers these are, in codes."""
        return self._evidence.facts(self._today())

    @property
    def is_enough(self) -> bool:
        """Whether everybody's papers suffice."""
        return self._evidence.is_enough(self._today())

    def choose(self, code: str) -> None:
        """A touch on a paper: on, off, or twice where the kind groups several papers."""
        shown = [one for one in self._evidence.of(self._case) if one.paper.code == code]
        paper = next(paper for paper in self._papers if paper.code == code)
        if not shown:
            known = {Question.AGE} if self._young else set()
            open_questions = [q for q in questions(paper, self._case, self._book.rules) if q not in known]
            self._ask(Shown(paper, yes=frozenset(known)), open_questions)
        elif len(shown) == 1 and paper.several:
            self._ask_second(shown[0])
        else:
            self._put(code, ())

    # --- what it looks like ------------------------------------------------------------------------------

    def _make_head(self) -> QHBoxLayout:
        self._who = Button("", "quiet", name=f"{self._name}.who")
        self._who.guarded(self._ask_who)
        self._tabs = tuple(Button("", "plain", name=f"{self._name}.of.{at}") for at in range(2))
        for at, tab in enumerate(self._tabs):
            tab.setCheckable(True)
            tab.clicked.connect(lambda _=False, at=at: self._turn_to(at))
        self._proof = TickTile("", height=48, name=f"{self._name}.proof", mark_open=True)
        self._proof.clicked.connect(self._touched_proof)
        self._pin = TickTile(
            self._texts.get("identity.pin_entered"), height=48, name=f"{self._name}.pin", mark_open=True
        )
        self._pin.clicked.connect(self._touched_pin)
        head = QHBoxLayout()
        head.setSpacing(12)
        for widget in (self._who, *self._tabs, self._proof, self._pin):
            head.addWidget(widget, 1)
        return head

    def _make_tiles(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(12)
        self._tiles = tuple(TickTile("", height=TILE_HEIGHT, name=self._name) for _ in range(PER_PAGE))
        for at, tile in enumerate(self._tiles):
            tile.clicked.connect(lambda _=False, at=at: self._touched(at))
            grid.addWidget(tile, at // ACROSS, at % ACROSS)
        self._more = Button("", "plain", name=f"{self._name}.more")
        self._more.setMinimumHeight(TILE_HEIGHT)
        self._more.guarded(self._turn)
        grid.addWidget(self._more, 1, ACROSS - 1)
        for column in range(ACROSS):
            grid.setColumnStretch(column, 1)
            grid.setColumnMinimumWidth(column, 120)
        return grid

    def _make_foot(self) -> QHBoxLayout:
        self._answer = Heading(name=f"{self._name}.answer")
        self._note = Caption(name=f"{self._name}.note", wrap=True)
        self._expiry = Button(self._texts.get("identity.expiry"), "quiet", name=f"{self._name}.expiry")
        self._expiry.guarded(self._ask_expiry)
        self._expiry.setFixedWidth(168)
        below = QHBoxLayout()
        below.setSpacing(16)
        below.addWidget(self._answer)
        below.addWidget(self._note, 1)
        below.addWidget(self._expiry)
        return below

    def _show(self) -> None:
        self._show_head()
        first = self._page * PER_PAGE
        shown = self._papers[first : first + PER_PAGE]
        chosen = [one.paper.code for one in self._evidence.of(self._case)]
        for at, tile in enumerate(self._tiles):
            tile.setVisible(at < len(shown))
            if at < len(shown):
                paper = shown[at]
                tile.setObjectName(f"{self._name}.{paper.code}")
                tile.setToolTip(paper.ja)
                tile.setChecked(paper.code in chosen)
                tile.show_words(self._words(paper, chosen.count(paper.code)))
        words = self._texts.get("counter.other_papers")
        pages = -(-len(self._papers) // PER_PAGE)
        self._more.show_text(words if self._page == 0 else f"{words}\n{self._page + 1} / {pages}")
        self._say()

    def _show_head(self) -> None:
        texts, evidence = self._texts, self._evidence
        came = evidence.came
        self._who.show_text(texts.get(f"identity.came.{came.value}"))
        for at, tab in enumerate(self._tabs):
            tab.setVisible(len(evidence.cases) > 1)
            if at < len(evidence.cases):
                case = evidence.cases[at]
                enough = evidence.answer(case, self._today()).enough is Enough.ENOUGH
                mark = DONE_MARK if enough else WARN_MARK
                tab.setChecked(case is self._case)
                tab.show_text(f"{mark} {texts.get(f'identity.papers_of.{case.value}')}")
        self._proof.setVisible(came in PROOFS)
        if came in PROOFS:
            self._proof.show_words(texts.get(f"identity.proof.{PROOFS[came]}"))
            self._proof.setChecked(evidence.proof)
        self._pin.setVisible(self._book.rules.uses(self._case, "pin"))
        self._pin.setChecked(evidence.pin_entered)

    def _words(self, paper: IdPaper, times: int) -> str:
        cls = self._texts.get("counter.cls_x") if paper.cls == "X" and not paper.part else paper.cls
        if paper.part:
            cls = self._texts.get("identity.cls_part")
        return f"{folded(short(paper.ja))}\n{cls}" + (f" × {times}" if times > 1 else "")

    def _say(self) -> None:
        said = answer_words(self._texts, self._evidence, self._case, self._today())
        say_mark(self._answer, said.mark, said.words, said.tone)
        self._note.setText(said.note)
        last = self._evidence.of(self._case)[-1:]
        self._expiry.setVisible(bool(last) and bool(last[0].paper.has_expiry))

    # --- what is touched ---------------------------------------------------------------------------------

    def _changed(self) -> None:
        self._show()
        self.changed.emit()

    def _put(self, code: str, shown: tuple[Shown, ...]) -> None:
        self._evidence.put(self._case, code, shown)
        self._changed()

    def _touched(self, at: int) -> None:
        self.choose(self._papers[self._page * PER_PAGE + at].code)

    def _turn(self) -> None:
        self._page = (self._page + 1) % -(-len(self._papers) // PER_PAGE)
        self._show()

    def _turn_to(self, at: int) -> None:
        self._case = self._evidence.cases[at]
        self._show()

    def _touched_proof(self) -> None:
        self._evidence.proof = self._proof.isChecked()
        self._changed()

    def _touched_pin(self) -> None:
        self._evidence.pin_entered = self._pin.isChecked()
        self._changed()

    def _ask_who(self) -> None:
        texts = self._texts
        options = [
            Option(came.value, texts.get(f"identity.came_option.{came.value}"), "secondary") for came in Came
        ]
        Choice(
            self,
            texts.get("identity.ask_came"),
            options,
            lambda key: self._came(Came(key)),
            words=texts.get("identity.ask_came_hint"),
            cancel=texts.get("counter.back"),
            name="identity.came",
        )

    def _came(self, came: Came) -> None:
        if came is Came.AGENT and not self._book.rules.allow_voluntary_agent:
            # The rule of the city, said as any other side exit.
            self.leaving.emit("R04")
            return
        self._evidence = begin(self._visit, self._book, came, self._beside)
        self._case = self._evidence.cases[0]
        self._changed()

    def _ask(self, shown: Shown, left: list[Question]) -> None:
        if not left:
            self._put(shown.paper.code, (shown,))
            return
        question, *rest = left
        texts = self._texts

        def answered(key: str) -> None:
            yes = shown.yes | {question} if key == "yes" else shown.yes
            no = shown.no | {question} if key == "no" else shown.no
            self._ask(Shown(shown.paper, yes, no), rest)

        Choice(
            self,
            texts.get(f"identity.question.{question.value}", paper=short(shown.paper.ja)),
            (
                Option("yes", texts.get(f"identity.yes.{question.value}"), "primary"),
                Option("no", texts.get(f"identity.no.{question.value}")),
            ),
            answered,
            words=shown.paper.note,
            cancel=texts.get("counter.back"),
            never=self._show,
            name="identity.condition",
        )

    def _ask_second(self, shown: Shown) -> None:
        texts, paper = self._texts, shown.paper
        Choice(
            self,
            texts.get("counter.ask_second", paper=paper.ja),
            (
                Option("second", texts.get("counter.second_yes"), "primary"),
                Option("off", texts.get("counter.second_no")),
            ),
            lambda key: self._put(paper.code, (shown, shown) if key == "second" else ()),
            words=texts.get("counter.ask_second_hint"),
            cancel=texts.get("counter.back"),
            never=self._show,
            name="counter.second",
        )

    def _ask_expiry(self) -> None:
        last = self._evidence.of(self._case)[-1]

        def given(expiry: date) -> None:
            self._put(last.paper.code, (Shown(last.paper, last.yes, last.no, expiry),))

        ask_expiry(self, self._texts, short(last.paper.ja), given)
