"""The set-up of the camera at the photo station: measured on the live picture, kept, printed as a card."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.domain.camera_setup import LEAST_LOOKS
from kiosk.domain.portrait import Verdict
from kiosk.services.camera_setup import PLACE, CameraSetup
from kiosk.ui.background import Background
from kiosk.ui.screens.photo_checks import CheckList
from kiosk.ui.texts import Texts
from kiosk.ui.theme import WARN_MARK, restyle
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.failures import tell_failure
from kiosk.ui.widgets.labels import Body, Caption, Title

LOOKS = LEAST_LOOKS + 4
"""Looks of one measurement: a second and a half, with light and background measured at least twice."""


class PhotoSetup(QWidget):
    """Who is on the chair is one of ours; only numbers are kept, and no picture."""

    def __init__(
        self,
        setup: CameraSetup,
        texts: Texts,
        background: Background,
        *,
        keep_paper: Callable[[str, bytes], str],
        said: Callable[[str], None],
        done: Callable[[], None],
    ) -> None:
        """`done` leads back; `said` gets a sentence for the notice."""
        super().__init__()
        self.setObjectName("photo.setup.page")
        self._setup, self._texts, self._background = setup, texts, background
        self._keep_paper, self._said = keep_paper, said
        self._looks: list[dict[str, float]] | None = None
        self._camera = Caption(name="photo.setup.camera")
        self._checks = CheckList(texts)
        self._fields: dict[str, QLineEdit] = {}
        self._record = Button(
            texts.get("photo_setup.record"), "primary", size="large", name="photo.setup.record"
        ).guarded(self._begin)
        self._print = Button(texts.get("photo_setup.print"), size="large", name="photo.setup.print")
        self._print.guarded(self._print_card)
        back = Button(texts.get("photo_screen.back"), "quiet", size="large", name="photo.setup.back")
        back.guarded(done)
        bottom = QHBoxLayout()
        bottom.setSpacing(16)
        for button, weight in ((back, 3), (self._print, 6), (self._record, 8)):
            bottom.addWidget(button, weight)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(Title(texts.get("photo_setup.title")))
        whole.addWidget(self._camera)
        whole.addWidget(Body(texts.get("photo_setup.hint"), wrap=True))
        whole.addWidget(self._checks)
        whole.addLayout(self._place())
        whole.addStretch(1)
        whole.addLayout(bottom)

    @property
    def is_measuring(self) -> bool:
        """Whether looks are being collected now."""
        return self._looks is not None

    def show_setup(self) -> None:
        """The camera in use, what was written for it last, and whether there is a card."""
        newest = self._setup.newest()
        known = self._texts.get("photo_setup.unknown")
        if newest is not None:
            venue, on = newest.words.get("venue", ""), newest.words.get("on", "")
            known = self._texts.get("photo_setup.known", venue=venue, on=on)
        self._camera.setText(f"{self._setup.camera}　{known}")
        for name, text in self._setup.proposal().items():
            self._fields[name].setText(text)
        self._print.setEnabled(newest is not None)
        self._stop()

    def looked(self, verdict: Verdict) -> None:
        """A look at the live picture; while measuring, one more of those the medians are taken from."""
        self._checks.show_verdict(verdict)
        if self._looks is None:
            return
        self._looks.append({check.name: check.value for check in verdict.checks if check.value is not None})
        if len(self._looks) >= LOOKS:
            self._keep()

    def lost(self) -> None:
        """No picture: nothing can be measured."""
        self._checks.show_verdict(None)
        self._stop()

    def _place(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        for at, name in enumerate(PLACE):
            field = QLineEdit()
            field.setObjectName(f"photo.setup.{name}")
            field.setAccessibleName(self._texts.get(f"photo_setup.place.{name}"))
            field.setPlaceholderText(self._texts.get(f"photo_setup.example.{name}"))
            field.setMaxLength(60)
            field.setMinimumHeight(48)
            self._fields[name] = field
            # The two numbers share the first line, the words have one each.
            row, column = (0, 2 * at) if at < 2 else (at - 1, 0)
            grid.addWidget(Body(self._texts.get(f"photo_setup.place.{name}")), row, column)
            grid.addWidget(field, row, column + 1, 1, 1 if at < 2 else 3)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        return grid

    def _typed(self) -> dict[str, str]:
        return {name: field.text().strip() for name, field in self._fields.items()}

    def _begin(self) -> None:
        self._setup.refuse_unless_measured(self._typed())
        self._looks = []
        self._record.setEnabled(False)
        self._record.show_text(self._texts.get("photo_setup.measuring"))

    def _stop(self) -> None:
        self._looks = None
        self._record.setEnabled(self._setup.may_record)
        self._record.show_text(self._texts.get("photo_setup.record"))

    def _keep(self) -> None:
        looks = self._looks or []
        self._stop()
        try:
            self._setup.record(looks, self._typed())
        except Exception as error:
            tell_failure(self, error)
            return
        self.show_setup()
        self._said(self._texts.get("photo_setup.recorded"))

    def _print_card(self) -> None:
        job = self._setup.card()
        self._print.setEnabled(False)

        def drawn(paper: bytes) -> None:
            self._print.setEnabled(True)
            self._said(self._texts.get("photo_setup.saved", name=self._keep_paper(job.file, paper)))

        def failed(error: Exception) -> None:
            self._print.setEnabled(True)
            tell_failure(self, error)

        self._background.run(job.run, drawn, failed)


class SetupLine(QWidget):
    """Above the list of visitors: the screen's hint, or that the camera waits to be set up."""

    def __init__(self, setup: CameraSetup, texts: Texts, go: Callable[[], None]) -> None:
        super().__init__()
        self._setup, self._texts = setup, texts
        self._words = Body(wrap=True, name="photo.setup.need")
        self._go = Button(texts.get("photo_setup.open"), "quiet", name="photo.setup").guarded(go)
        self._go.setFixedWidth(176)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(16)
        line.addWidget(self._words, 1)
        line.addWidget(self._go)

    def refresh(self) -> None:
        """What is true of the camera and the venue now; only who may set it up is shown the way."""
        need = self._setup.need()
        words = self._texts.get(f"photo_setup.need.{need}" if need else "photo_screen.choose_hint")
        self._words.setText(f"{WARN_MARK} {words}" if need else words)
        restyle(self._words, "tone", "warning" if need else "neutral")
        self._go.setVisible(self._setup.may_record)
