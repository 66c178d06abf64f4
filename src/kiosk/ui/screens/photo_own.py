"""お持ちの写真 at the camera: a file from the visitor's stick, or a print laid before the lens."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.portrait import QUIET, Check, Origin, State, Verdict
from kiosk.services.own_photo import OwnFile, OwnPhoto
from kiosk.services.portrait import Candidate
from kiosk.ui.background import Background
from kiosk.ui.screens.photo_checks import CheckList
from kiosk.ui.screens.photo_view import EDGE, PhotoView
from kiosk.ui.texts import Texts
from kiosk.ui.theme import DONE_MARK
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.choice import Choice, Option

LONGEST_NAME = 36


class OwnPhotoButton(Button):
    """Asks how the photo comes; while a print is awaited, the way back to the visitor's own face."""

    def __init__(
        self,
        own: OwnPhoto,
        texts: Texts,
        background: Background,
        *,
        host: QWidget,
        made: Callable[[Candidate], None],
        failed: Callable[[Exception], None],
        changed: Callable[[], None],
    ) -> None:
        """`changed` is called when the camera begins or ends to await a print."""
        super().__init__(texts.get("photo_own.button"), name="photo.own")
        self._own, self._texts, self._background, self._host = own, texts, background, host
        self._made, self._failed, self._changed = made, failed, changed
        self._awaits_print, self._sitting = False, 0
        self.guarded(self._touched)

    @property
    def awaits_print(self) -> bool:
        """Whether the next shot is of a print, not of a person."""
        return self._awaits_print

    @property
    def make(self) -> Callable[..., Candidate]:
        """What judges a print that was shot; for the background."""
        return self._own.of_print

    def await_print(self, wanted: bool) -> None:
        """Turns between the person and the print."""
        if wanted == self._awaits_print:
            return
        self._awaits_print = wanted
        self.show_text(self._texts.get("photo_own.back_to_face" if wanted else "photo_own.button"))
        self._changed()

    def forget(self) -> None:
        """Another visitor: a file that is still being read was not theirs."""
        self._sitting += 1
        self._begin(False)
        self.await_print(False)

    def place(
        self, chosen: Candidate | None, view: PhotoView, checks: CheckList, say: Callable[[str, str], None]
    ) -> None:
        """A brought photo in the place of the live picture, with its own verdict; else the camera again."""
        brought = chosen if chosen is not None and chosen.origin is not Origin.STUDIO else None
        view.guide(not self._awaits_print)
        view.hold(QImage.fromData(brought.jpeg) if brought is not None else None)
        if brought is not None:
            checks.show_verdict(brought.verdict)
            say(*own_words(brought.verdict, self._texts))
        elif self._awaits_print:
            checks.show_verdict(None)
            say(self._texts.get("photo_own.place_print"), "neutral")

    def _touched(self) -> None:
        if self._awaits_print:
            self.await_print(False)
            return
        ways = [Option(way, self._texts.get(f"photo_own.{way}")) for way in ("print", "file")]
        self._ask(
            "ask_way", ways, lambda way: self._choose_file() if way == "file" else self.await_print(True)
        )

    def _choose_file(self) -> None:
        files = {str(number): file for number, file in enumerate(self._own.files())}
        options = [Option(number, _short(file.name)) for number, file in files.items()]
        self._ask("ask_file", options, lambda number: self._read(files[number]))

    def _read(self, file: OwnFile) -> None:
        job, sitting = self._own.prepare(file), self._sitting
        self._begin(True)

        def done(answer: Candidate | Exception) -> None:
            if sitting != self._sitting:
                return
            self._begin(False)
            if isinstance(answer, Exception):
                self._failed(answer)
            else:
                self._made(answer)

        self._background.run(job.run, done, done)

    def _begin(self, reading: bool) -> None:
        self.setEnabled(not reading)
        self.show_text(self._texts.get("photo_own.reading" if reading else "photo_own.button"))

    def _ask(self, key: str, options: list[Option], then: Callable[[str], None]) -> None:
        texts = self._texts
        Choice(
            self._host,
            texts.get(f"photo_own.{key}"),
            options,
            then,
            words=texts.get(f"photo_own.{key}_hint"),
            cancel=texts.get("photo_own.cancel"),
            name="photo.own_choice",
        )


def laid_over(view: QWidget, *buttons: Button) -> QWidget:
    """The buttons at the upper right of the picture, hidden until somebody is before the camera."""
    row = QWidget()
    across = QHBoxLayout(row)
    across.setContentsMargins(0, 0, 0, 0)
    for button in buttons:
        across.addWidget(button)
    over = QVBoxLayout(view)
    over.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
    over.addWidget(row, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
    row.hide()
    return row


def own_words(verdict: Verdict, texts: Texts) -> tuple[str, str]:
    """(words, tone) for a brought photo: there is nobody to give advice to, only a photo to take or not."""
    for state, key, tone in (
        (State.FAIL, "photo_own.fails", "warning"),
        (State.WARN, "photo_own.warns", "warning"),
    ):
        wrong = [check.name for check in verdict.checks if check.state is state and _counts(check)]
        if wrong:
            return texts.get(key, why=texts.get(f"photo_why.{wrong[0]}")), tone
    if verdict.state is State.NOT_CHECKED:
        return texts.get("photo.advice.by_eye"), "warning"
    return f"{DONE_MARK} {texts.get('photo_own.good')}", "success"


def _counts(check: Check) -> bool:
    return check.state is State.FAIL or check.name not in QUIET


def _short(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    half = LONGEST_NAME // 2
    return f"{name[:half]}…{name[-half:]}"
