"""The window itself: which page stands there, and what its buttons do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from kiosk.city import officer
from kiosk.city.home import CityHome
from kiosk.city.officer import Delivered, Look
from kiosk.city.receipt_paper import receipt_names
from kiosk.city.window.hands import Hands
from kiosk.city.window.keys import ask_card, ask_home, read_card, refuse_other_folder
from kiosk.city.window.pages import Field, Left, Page, Verb, Working, topbar
from kiosk.city.window.receipt_form import ReceiptForm
from kiosk.city.window.result import codes_page, done_page, form, green_page, red_page
from kiosk.city.window.start import StartPage
from kiosk.domain.errors import Refused, Trouble
from kiosk.sealing.batchfile import Progress
from kiosk.ui.background import Background
from kiosk.ui.notices import Notice, notice_for
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Kind
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.notice import NoticeBar

SMALLEST = (960, 600)
INSIDE = ("payload_", "inner_")
"""How the keys of what is wrong only inside begin."""


Papers = dict[str, int] | None
Write = Callable[[Path | None, Progress], Delivered]


class OfficerWindow(QWidget):
    """One page at a time over one city folder."""

    def __init__(self, folder: Path, texts: Texts, hands: Hands, *, at: Callable[[], datetime]) -> None:
        super().__init__()
        self.setProperty("role", "page")
        # Without it a plain widget does not paint the page's colour.
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(*SMALLEST)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setWindowTitle(texts.get("officer.title"))
        self.texts, self._hands, self._at = texts, hands, at
        self.background, self._scanning = Background(self), Background(self)
        self._folder = folder
        self._home: CityHome | None = None
        self._by = self._gap = ""
        self._practice = QLabel(texts.get("officer.practice"))
        self._practice.setObjectName("practice")
        self._practice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._page: QWidget = QWidget()
        self._place = QVBoxLayout()
        self._place.addWidget(self._page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._practice)
        bar, self._where = topbar(self._say("title"))
        whole.addWidget(bar)
        whole.addLayout(self._place, 1)
        self.notice = NoticeBar(texts, self)
        self.enter()

    @property
    def home(self) -> CityHome:
        """The city's folder, which every page but the first needs."""
        if self._home is None:
            raise Refused("home_missing", folder=str(self._folder))
        return self._home

    @property
    def is_ready(self) -> bool:
        """Whether there is a city folder to work with."""
        return self._home is not None

    def enter(self) -> None:
        """Opens the city's folder, or asks for one."""
        try:
            self._home = CityHome.open(self._folder)
        except (Refused, Trouble) as no:
            self._home = None
            self._practice.hide()
            self._where.setText("")
            self._show(ask_home(self.texts, no, self._use_home, self._new_home))
            return
        self._practice.setVisible(self._home.practice)
        self._where.setText(str(self._folder))
        self.start()

    def start(self) -> None:
        """What is on the media, and the way to any other file."""
        self._gap = ""
        page = StartPage(self.texts, self._scan, self.look_at)
        page.offer(self._verb("register", self._register), self._verb("choose", self._choose))
        self._show(page)
        self._scan()

    def look_at(self, path: Path) -> None:
        """Checks a batch beside the window, then shows the green or the red page."""
        home, at = self.home, self._at()
        working = self._working("checking", path, self.start)

        def looked(look: Look) -> None:
            if not working.has_left:
                self._looked(look)

        self.background.run(lambda: officer.look(home, path, at, working.tell), looked, self._failed)

    def show_failure(self, error: Exception) -> None:
        """Says in words what went wrong; the page stays."""
        self.notice.show_notice(notice_for(error, self.texts))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._home is not None and not self.background.is_busy and event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [url.toLocalFile() for url in event.mimeData().urls()]
        if files and files[0]:
            self.look_at(Path(files[0]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.notice.place()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._scanning.finish()
        self.background.finish()
        super().closeEvent(event)

    def _looked(self, look: Look) -> None:
        if look.checked is None or (look.problem is not None and not (look.is_gap and self._gap)):
            self._show(self._red(look))
        else:
            self._show(self._green(look))

    def _red(self, look: Look) -> Page:
        page = red_page(self.texts, look)
        verbs = [self._verb("other", self.start, "primary")]
        if look.checked is not None and look.answered is None:
            verbs.insert(0, self._verb("reject", lambda: self._ask_reason(look), "danger"))
        if look.is_gap:
            verbs.insert(1, self._verb("go_on", lambda: self._ask_gap(look)))
        return page.offer(*verbs)

    def _green(self, look: Look) -> Page:
        page = green_page(self.texts, look, self._gap if look.is_gap else "")
        verbs = [self._verb("other", self.start)]
        verbs.append(self._verb("unpack", lambda: self._unpack(look)))
        if look.answered is not None:
            verbs.append(self._verb("again", lambda: self._again(look), "primary"))
        else:
            verbs.append(self._verb("reject", lambda: self._ask_reason(look), "danger"))
            verbs.append(self._verb("receipt", lambda: self._ask_receipt(look), "primary"))
        return page.offer(*verbs)

    def _ask_receipt(self, look: Look, papers: Papers = None, photos: Sequence[str] = ()) -> None:
        asked = ReceiptForm(self.texts, look, self._by, papers, photos, settled=self.notice.clear)

        def sign() -> None:
            counted = asked.counts.counted
            if not asked.by.value or counted is None:
                self._remind("by_missing" if not asked.by.value else "number_missing")
                return
            self._by = asked.by.value
            photos = asked.photos.named
            once_more = partial(self._ask_receipt, look, counted, photos)
            deliver = partial(self._deliver, look, once_more, papers=counted, photos=photos)
            differ = officer.other_counts(look, counted)
            if not differ:
                deliver()
                return
            Choice(
                self,
                self._say("differ"),
                [Option("yes", self._say("differ_yes")), Option("no", self._say("differ_no"), "primary")],
                lambda key: deliver() if key == "yes" else None,
                words=self._say("differ_words", papers="、".join(form(self.texts, code) for code in differ)),
                name="differ",
            )

        page = Page(self._say("receipt_title"), self._say("receipt_hint"), name="receipt").put(asked)
        self._ask(look, page, asked.by, self._verb("sign", sign, "primary"))

    def _ask_reason(self, look: Look, words: str = "") -> None:
        by, reason = Field(self._say("by"), name="by"), self._phrases("reason", "reason_words")
        by.set_value(self._by)
        reason.set_value(words)

        def sign() -> None:
            if not by.value or not reason.value:
                self._remind("by_missing" if not by.value else "reason_missing")
                return
            self._by = by.value
            self._deliver(look, partial(self._ask_reason, look, reason.value), reject=reason.value)

        page = Page(self._say("reject_title"), self._say("reject_hint"), tone="warning", name="reject")
        self._ask(look, page.put(reason, by), reason, Verb("sign", self._say("reject_sign"), sign, "danger"))

    def _ask_gap(self, look: Look) -> None:
        reason = self._phrases("reason", "gap_words")

        def go_on() -> None:
            if not reason.value:
                self._remind("reason_missing")
                return
            self._gap = reason.value
            self._looked(look)

        page = Page(self._say("gap_title"), self._say("gap_hint"), tone="warning", name="gap")
        verb = Verb("go_on", self._say("gap_sign"), go_on, "primary")
        self._ask(look, page.put(reason), reason, verb)

    def _again(self, look: Look) -> None:
        home, names = self.home, receipt_names(self.texts.table)
        back = partial(self._looked, look)
        self._write(look, lambda folder, tell: officer.write_again(home, look, names, folder), back)

    def _ask(self, look: Look, page: Page, first: Field, verb: Verb) -> None:
        self._show(page.offer(self._verb("back", lambda: self._looked(look)), verb))
        first.setFocus()

    def _deliver(
        self,
        look: Look,
        ask_again: Callable[[], None],
        reject: str | None = None,
        papers: Papers = None,
        photos: Sequence[str] = (),
    ) -> None:
        home, at, gap = self.home, self._at(), look.reason_to_go_on(self._gap)
        names = receipt_names(self.texts.table)

        def sign(folder: Path | None, tell: Progress) -> Delivered:
            return officer.deliver(
                *(home, look, at, names),
                by=self._by,
                reject=reject,
                accept_gap=gap,
                papers=papers,
                photos=photos,
                folder=folder,
                progress=tell,
            )

        self._write(look, sign, ask_again)

    def _write(self, look: Look, write: Write, back: Callable[[], None], folder: Path | None = None) -> None:
        def failed(error: Exception) -> None:
            if isinstance(error, Left):
                return
            if isinstance(error, Trouble) and error.key == "out_unwritable":
                # The medium takes nothing (write-protected, full): the receipt is given and may go elsewhere.
                self.show_failure(error)
                other = self._hands.folder() if folder is None else None
                if other is not None:
                    self._write(look, write, back, other)
                    return
                self._looked(officer.answered_meanwhile(self.home, look))
                self.show_failure(error)
                return
            if isinstance(error, Refused) and error.key.startswith(INSIDE):
                # Outside it was right, inside it is not: the red page now, with the way to a rejection.
                self._looked(Look(look.path, look.checked, error))
                return
            back()
            self.show_failure(error)

        working = self._working("opening", look.path, back)
        self.background.run(lambda: write(folder, working.tell), self._delivered, failed)

    def _delivered(self, given: Delivered) -> None:
        page = done_page(self.texts, given)
        back = self._verb("back", lambda: self._delivered(given))
        page.offer(
            self._verb("other", self.start),
            self._verb("codes", lambda: self._show(codes_page(self.texts, given).offer(back))),
            self._verb("print", lambda: self._hands.show_paper(given.paper), "primary"),
        )
        self._show(page)

    def _unpack(self, look: Look) -> None:
        folder = self._hands.folder()
        if folder is None:
            return
        home, at, gap = self.home, self._at(), look.reason_to_go_on(self._gap)

        def took(out: Path) -> None:
            self._looked(look)
            words = self._say("taken_out_words", folder=str(out))
            self.notice.show_done(self._say("taken_out"), words)

        def failed(error: Exception) -> None:
            if not isinstance(error, Left):
                self._looked(look)
                self.show_failure(error)

        working = self._working("opening", look.path, lambda: self._looked(look))

        def take() -> Path:
            tell = working.tell
            return officer.take_out(home, look, folder, at, accept_gap=gap, by=self._by, progress=tell)

        self.background.run(take, took, failed)

    def _use_home(self) -> None:
        chosen = self._hands.folder()
        if chosen is None:
            return
        refuse_other_folder(chosen)
        self._folder = chosen
        self.enter()

    def _new_home(self) -> None:
        chosen = self._hands.folder()
        if chosen is None:
            return
        _, card = CityHome.create(chosen, practice=False, at=self._at())
        self._folder = chosen
        self.enter()
        words = self._say("made_home_words", fingerprint=card.fingerprint)
        self.notice.show_done(self._say("made_home"), words)

    def _register(self) -> None:
        file = self._hands.file(self._say("register_kind"))
        if file is not None:
            ask_card(self, self.texts, read_card(file), self._trust)

    def _trust(self, untrusted_card: str) -> None:
        trusted = self.home.trust(untrusted_card, at=self._at())
        self.notice.show_done(self._say(f"registered_{trusted.change}", kiosk=trusted.card.kiosk))

    def _choose(self) -> None:
        file = self._hands.file(self._say("choose_kind"))
        if file is not None:
            self.look_at(file)

    def _scan(self) -> None:
        page, home = self._page, self._home
        if not isinstance(page, StartPage) or home is None or self._scanning.is_busy:
            return
        media = self._hands.media
        self._scanning.run(
            lambda: officer.batches_on(home, media()),
            lambda found: page.show_found(found) if page is self._page else None,
            self.show_failure,
        )

    def _working(self, name: str, path: Path, back: Callable[[], None]) -> Working:
        # Opening reads the file twice: once as a whole, once to decrypt.
        size = (path.stat().st_size if path.is_file() else 0) * (2 if name == "opening" else 1)
        page = Working(self._say(name), self._say(f"{name}_hint"), size, self.background)

        def leave() -> None:
            page.leave()
            back()

        self._show(page.offer(self._verb("leave", leave)))
        return page

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Left):
            self.start()
            self.show_failure(error)

    def _remind(self, key: str) -> None:
        self.notice.show_notice(Notice("refused", self._say(key), ""))

    def _phrases(self, name: str, table: str) -> Field:
        return Field(self._say(name), name=name, phrases=tuple(self.texts.table(f"officer.{table}").values()))

    def _verb(self, name: str, do: Callable[[], None], kind: Kind = "secondary") -> Verb:
        return Verb(name, self._say(name), do, kind)

    def _say(self, key: str, **facts: str | int) -> str:
        return self.texts.get(f"officer.{key}", **facts)

    def _show(self, page: QWidget) -> None:
        self.notice.clear()
        old, self._page = self._page, page
        self._place.replaceWidget(old, page)
        # Not deleted at once: the touch that led here may come from this very page.
        old.hide()
        old.deleteLater()
        page.show()
        # Nothing wears a focus ring until somebody uses the keyboard.
        self.setFocus()
