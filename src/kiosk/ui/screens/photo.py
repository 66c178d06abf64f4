"""The photo station: the right visitor, one advice at a time, three candidates, one accepted photo."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from kiosk.domain.application import grouped
from kiosk.domain.portrait import Origin, Override, Verdict
from kiosk.domain.visit import Visit
from kiosk.services.application import ApplicationDesk
from kiosk.services.camera_setup import CameraSetup
from kiosk.services.own_photo import OwnPhoto
from kiosk.services.portrait import Candidate, PortraitDesk, retake_reason
from kiosk.services.portrait_files import PortraitFiles
from kiosk.ui.background import Background
from kiosk.ui.code_watch import CodeWatch
from kiosk.ui.preview import Preview
from kiosk.ui.screens.counter_parts import GoodNews, beside
from kiosk.ui.screens.photo_checks import CheckList
from kiosk.ui.screens.photo_desk import MOST_CANDIDATES, PhotoDesk
from kiosk.ui.screens.photo_outputs import PhotoOutputs
from kiosk.ui.screens.photo_own import OwnPhotoButton, laid_over
from kiosk.ui.screens.photo_scan import HeldCodes, ScanField
from kiosk.ui.screens.photo_setup import PhotoSetup, SetupLine
from kiosk.ui.screens.photo_tiles import CandidateTile
from kiosk.ui.screens.photo_view import PhotoView
from kiosk.ui.screens.photo_waiting import ROW_HEIGHT, RefusedLine, waiting_row
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.theme import DONE_MARK, restyle
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Banner, Card
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.labels import Title
from kiosk.ui.widgets.pages import Pages
from kiosk.ui.widgets.rows import Rows

CHOOSE, WORK, SETUP = range(3)
ROWS = 4
HEIGHT, VIEW_SHARE = 680, 560 / 1232


class PhotoScreen(Screen):
    """Live picture at the left; at the right who, or what to say and the candidates."""

    taken = Signal(str)
    """The ticket whose photo was accepted."""

    def __init__(
        self,
        *,
        portraits: PortraitDesk,
        files: PortraitFiles,
        own: OwnPhoto,
        preview: Preview,
        texts: Texts,
        background: Background,
        setup: CameraSetup,
        keep_paper: Callable[[str, bytes], str],
        read_ticket: Callable[[str], str] | None = None,
        applications: ApplicationDesk | None = None,
        refused: Callable[[], str] = str,
    ) -> None:
        """`refused` says which photos the city could not take so far; empty for none."""
        super().__init__(texts=texts, background=background, name="photo")
        self._news = GoodNews(self)
        self._portraits, self._refused = portraits, refused
        self._desk = PhotoDesk(preview, portraits, background, setup.rules)
        self._visit: Visit | None = None
        self._scan = ScanField(texts, read_ticket, self.choose) if read_ticket is not None else None
        self._codes = CodeWatch(preview.latest, background, self)
        self._held = HeldCodes(
            self, self._codes, read_ticket=read_ticket, choose=self.choose, chosen=lambda: self._visit,
            applications=applications, noted=self._id_noted, aside=lambda: self._setup.isVisible(),
        )  # fmt: skip
        self._candidates: list[Candidate] = []
        self._selected = -1
        self._shots = 0
        self._last: Verdict | None = None
        self._reasons: list[str] = []
        self._auto = True
        self._view = PhotoView(texts)
        self._change = Button(texts.get("photo_screen.change"), name="photo.change").guarded(self._leave)
        self._change.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._own = OwnPhotoButton(
            own, texts, background, host=self,
            made=self._add_candidate, failed=self.show_failure, changed=self._show_candidates,
        )  # fmt: skip
        self._over = laid_over(self._view, self._own, self._change)
        self._outputs = PhotoOutputs(
            files, texts, background, said=self._news.say, failed=lambda error: self.show_failure(error)
        )
        self._setup_line = SetupLine(setup, texts, self._set_up)
        self._setup = PhotoSetup(
            setup, texts, background, keep_paper=keep_paper, said=self.notice.show_done, done=self._leave
        )
        self._stack = Pages()
        self._stack.addWidget(self._make_choose())
        self._stack.addWidget(self._make_work())
        self._stack.addWidget(self._setup)
        card = Card(name="photo.card")
        card.body.addWidget(self._stack)
        self.area.addWidget(self._view)
        self.area.addWidget(card, 1)
        self._listen(preview)

    def _listen(self, preview: Preview) -> None:
        """To the camera and to what is seen through it."""
        self._view.fitted.connect(preview.show_at)
        preview.frame_ready.connect(self._view.show_picture)
        preview.failed.connect(self._no_camera)
        self._desk.looked.connect(self._looked)
        self._desk.lost.connect(self._lost)
        self._desk.shot.connect(self._add_candidate)
        self._desk.shot_failed.connect(self._shot_failed)
        self._desk.look_failed.connect(lambda error: self.show_trouble(error, self._start_anew))
        self._desk.green.connect(self._shoot_by_itself)

    @property
    def listener(self) -> QLineEdit | None:
        return self._scan if self._stack.currentIndex() == CHOOSE else None

    def refresh(self) -> None:
        """Who waits for a photo."""
        if self._stack.currentIndex() == CHOOSE:
            none = f"{self.texts.get('photo_screen.none')}\n{self.texts.get('photo_screen.none_do')}"
            self._rows.fill(
                self._portraits.waiting(),
                lambda visit: waiting_row(visit, self.texts, self.choose),
                empty=none,
            )
            self._outputs.refresh()
            self._setup_line.refresh()
            self._learn.show_photos(self._refused())

    def choose(self, ticket: str) -> None:
        """Brings this visitor to the camera."""
        self._visit = self._portraits.start(ticket)
        self.clear_notice()
        self._held.forget()
        self._candidates, self._selected, self._shots = [], -1, 0
        self._last, self._reasons = None, []
        self._desk.forget()
        self._view.show_ticket(ticket)
        self._checks.show_verdict(None)
        self._say_advice("")
        self._show_candidates()
        self._over.show()
        self._stack.setCurrentIndex(WORK)
        self.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._desk.start()
        self._codes.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._codes.stop()
        self._desk.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._view.setFixedWidth(int((self.width() - 48) * VIEW_SHARE))
        spare = max(0, self.height() - HEIGHT)
        self._rows.fit(ROWS + spare // ROW_HEIGHT)
        for tile in self._tiles:
            tile.fit(spare)

    def _make_choose(self) -> QWidget:
        page = QWidget()
        self._rows = Rows(self.texts, ROWS, name="photo.rows")
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addWidget(Title(self.texts.get("photo_screen.choose"), wrap=True))
        whole.addWidget(self._setup_line)
        if self._scan is not None:
            whole.addWidget(self._scan)
        self._learn = RefusedLine(self.texts)
        whole.addWidget(self._learn)
        whole.addWidget(self._rows, 1)
        whole.addWidget(self._outputs)
        return page

    def _make_work(self) -> QWidget:
        texts = self.texts
        page = QWidget()
        self._banner = Banner("neutral")
        self._advice = Title(wrap=True, name="photo.advice")
        self._banner.body.addWidget(self._advice)
        self._banner.setMinimumHeight(78)
        self._checks = CheckList(texts)
        self._shutter = Button(
            texts.get("photo_screen.shutter"), "primary", size="huge", name="photo.shutter"
        )
        self._shutter.guarded(self._shoot)
        self._auto_button = Button(texts.get("photo_screen.auto_on"), "quiet", name="photo.auto")
        self._auto_button.guarded(self._turn_auto)
        self._auto_button.setFixedWidth(144)
        shutter = QHBoxLayout()
        shutter.setSpacing(16)
        shutter.addWidget(self._shutter, 1)
        shutter.addWidget(self._auto_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._tiles = [CandidateTile(number, texts, self._select) for number in range(MOST_CANDIDATES)]
        self._retake = Button(texts.get("photo_screen.retake"), "quiet", size="large", name="photo.retake")
        self._retake.guarded(self._drop)
        self._override = Button(texts.get("photo_screen.override"), size="large", name="photo.override")
        self._override.setProperty("scale", "normal")
        self._override.guarded(self._ask_override)
        self._accept = Button(texts.get("photo_screen.accept"), "primary", size="large", name="photo.accept")
        self._accept.guarded(lambda: self._take(self._candidates[self._selected], None))
        bottom = QHBoxLayout()
        bottom.setSpacing(16)
        for widget, weight in ((self._retake, 5), (self._override, 7), (self._accept, 7)):
            bottom.addWidget(widget, weight)
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(self._banner)
        whole.addWidget(self._checks)
        whole.addLayout(shutter)
        whole.addLayout(beside(*self._tiles))
        whole.addStretch(1)
        whole.addLayout(bottom)
        return page

    def _looked(self, verdict: Verdict, advice: str, frame_height_px: int) -> None:
        self._view.show_frame_height(frame_height_px)
        if self._stack.currentIndex() == SETUP:
            self._setup.looked(verdict)
        if self._visit is None:
            return
        self._shutter.setEnabled(not self._desk.is_shooting)
        if self._view.is_held or self._own.awaits_print:
            return
        self._checks.show_verdict(verdict)
        self._say_advice(advice, good=verdict.is_green and not advice)

    def _say_advice(self, advice: str, *, good: bool = False) -> None:
        texts = self.texts
        if advice:
            words, tone = texts.get(f"photo.advice.{advice}"), "warning"
        elif good:
            words, tone = f"{DONE_MARK} {texts.get('photo_screen.good')}", "success"
        else:
            words, tone = texts.get("photo_screen.looking"), "neutral"
        if self._desk.is_shooting:
            words, tone = texts.get("photo_screen.shooting"), "neutral"
        self._say(words, tone)

    def _say(self, words: str, tone: str) -> None:
        self._advice.setText(words)
        restyle(self._advice, "tone", tone)
        restyle(self._banner, "tone", tone)

    def _lost(self) -> None:
        trouble = self._desk.preview.trouble()
        self._view.show_lost(*(self.texts.explain(trouble) if trouble is not None else ()))
        self._shutter.setEnabled(False)
        self._checks.show_verdict(None)
        self._setup.lost()
        self._say(self.texts.get("photo_screen.lost"), "neutral")

    def _no_camera(self, error: Exception) -> None:
        self._lost()
        self.show_trouble(error, self._start_anew)

    def _start_anew(self) -> None:
        self._desk.stop()
        self._desk.start()

    def _shot_failed(self, error: Exception) -> None:
        self._shutter.setEnabled(not self._view.is_lost)
        self.show_trouble(error, self._shoot)

    def _shoot(self) -> None:
        if self._visit is None:
            return
        self.clear_notice()
        if self._own.awaits_print:
            self._desk.shoot(self._own.make)
        else:
            self._shots += 1
            self._desk.shoot()
        self._shutter.setEnabled(False)
        self._say_advice("")

    def _shoot_by_itself(self) -> None:
        waits = self._auto and self._visit is not None and not self._own.awaits_print
        if waits and not self._candidates and not self._desk.is_shooting:
            self._shoot()

    def _turn_auto(self) -> None:
        self._auto = not self._auto
        self._auto_button.show_text(self.texts.get(f"photo_screen.auto_{'on' if self._auto else 'off'}"))

    def _add_candidate(self, candidate: Candidate) -> None:
        self._shutter.setEnabled(not self._view.is_lost)
        if self._visit is None:
            return
        if candidate.origin is Origin.STUDIO:
            if self._last is not None:
                self._reasons.append(retake_reason(self._last))
            self._last = candidate.verdict
        else:
            self.clear_notice()
            self._own.await_print(False)
        if len(self._candidates) >= MOST_CANDIDATES:
            # The oldest goes; the one just taken is what everyone looks at.
            self._candidates.pop(0)
        self._candidates.append(candidate)
        self._selected = len(self._candidates) - 1
        if candidate.origin is Origin.STUDIO:
            self._say_advice(candidate.verdict.advice, good=candidate.verdict.is_green)
        self._show_candidates()

    def _select(self, number: int) -> None:
        if number < len(self._candidates):
            self._selected = number
        self._show_candidates()

    def _drop(self) -> None:
        if 0 <= self._selected < len(self._candidates):
            del self._candidates[self._selected]
            self._selected = len(self._candidates) - 1
            self._show_candidates()

    def _show_candidates(self) -> None:
        for number, tile in enumerate(self._tiles):
            candidate = self._candidates[number] if number < len(self._candidates) else None
            tile.show_candidate(candidate, is_selected=number == self._selected)
        chosen = self._candidates[self._selected] if self._candidates else None
        self._retake.setEnabled(chosen is not None)
        self._override.setEnabled(chosen is not None)
        self._accept.setEnabled(chosen is not None and not chosen.verdict.needs_reason)
        self._own.place(chosen, self._view, self._checks, self._say)

    def _ask_override(self) -> None:
        # A shot that is finished while the question stands is not the one the reason is given for.
        asked = self._candidates[self._selected]
        Choice(
            self,
            self.texts.get("photo_screen.ask_override"),
            [Option(why.value, self.texts.get(f"photo_override.{why.value}")) for why in Override],
            lambda why: self._take(asked, why),
            words=self.texts.get("photo_screen.ask_override_hint"),
            cancel=self.texts.get("photo_screen.back"),
            name="photo.reason",
        )

    def _take(self, candidate: Candidate, override: str | None) -> None:
        if self._visit is None:
            return
        ticket = self._visit.ticket
        taken_here = candidate.origin is Origin.STUDIO
        self._portraits.accept(
            *(ticket, candidate),
            override=override,
            retakes=max(0, self._shots - 1) if taken_here else 0,
            reasons=self._reasons if taken_here else (),
        )
        form_id = self._held.forget()
        self._leave()
        self._held.record(ticket, form_id)
        self._news.say(self.texts.get("photo_screen.accepted", ticket=ticket))
        self.taken.emit(ticket)

    def _id_noted(self, form_id: str) -> None:
        """A form held before the camera: its ID is recorded with the photo, which is the step before it."""
        if self._visit is not None:
            self.clear_notice()
            self._view.show_ticket(f"{self._visit.ticket}  {self.texts.get('photo_screen.id_read')}")
            self._news.say(self.texts.get("photo_screen.id_said", id=grouped(form_id)))

    def _set_up(self) -> None:
        """The camera itself is measured, with somebody of ours on the chair."""
        self.clear_notice()
        self._desk.forget()
        self._setup.show_setup()
        self._stack.setCurrentIndex(SETUP)

    def _leave(self) -> None:
        self._visit = None
        self.clear_notice()
        self._held.forget()
        self._candidates, self._selected, self._shots = [], -1, 0
        self._last, self._reasons = None, []
        self._show_candidates()
        self._view.show_ticket("")
        self._own.forget()
        self._over.hide()
        self._stack.setCurrentIndex(CHOOSE)
        self._desk.forget()
        self._desk.use_rules()
        self.refresh()
