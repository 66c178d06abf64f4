"""The printer of practice mode on the glass: the paper that came out, and the faults a trainer sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPoint, QPropertyAnimation, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from kiosk.domain.raster import Raster
from kiosk.ui.screens.screen import Screen
from kiosk.ui.shell import Shell
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.choice import Choice, Option

STRIP_WIDTH = 184
EDGE = 8
SLIDE_MS = 350
STAYS_MS = 15_000
TOUCHES = (QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin)
BACKING, SHADOW = QColor("#ffffff"), QColor(0, 0, 0, 70)


class PaperOnGlass(QWidget):
    """A strip of paper that slides up from the lower edge of the window and goes at the next touch.

    It never takes that touch: fingers reach what lies below it.
    """

    came = Signal(Raster)

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.setObjectName("practice.paper")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._columns: list[QPixmap] = []
        self._slide = QPropertyAnimation(self, b"pos", self)
        self._slide.setDuration(SLIDE_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._time = QTimer(self)
        self._time.setSingleShot(True)
        self._time.setInterval(STAYS_MS)
        self._time.timeout.connect(self.put_away)
        # Paper comes out on the thread that prints.
        self.came.connect(self.show_paper, Qt.ConnectionType.QueuedConnection)
        self.hide()

    def show_paper(self, picture: Raster) -> None:
        """Draws the ticket smaller, dot for dot as it was cut; a long strip folds into columns."""
        window = self.window().rect()
        self._columns = _folded(picture, int(window.height() * 0.6))
        width = sum(column.width() + EDGE for column in self._columns) + EDGE
        height = max(column.height() for column in self._columns) + EDGE
        self.resize(width, height)
        left = window.width() - width - 3 * EDGE
        self._slide.stop()
        self._slide.setStartValue(QPoint(left, window.height()))
        self._slide.setEndValue(QPoint(left, window.height() - height))
        self.show()
        self.raise_()
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)
        self._slide.start()
        self._time.start()

    def put_away(self) -> None:
        """Takes the paper out of the tray."""
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self._time.stop()
        self._slide.stop()
        self.hide()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in TOUCHES:
            self.put_away()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        left = EDGE
        for column in self._columns:
            paper = column.rect().translated(left, EDGE // 2)
            painter.fillRect(paper.adjusted(-2, -2, 2, 2), SHADOW)
            painter.fillRect(paper, BACKING)
            painter.drawPixmap(paper.topLeft(), column)
            left += column.width() + EDGE
        painter.end()


def _folded(picture: Raster, tallest: int) -> list[QPixmap]:
    """The paper at STRIP_WIDTH pixels, in columns at most `tallest` pixels high."""
    image = QImage(
        picture.rows, picture.width_dots, picture.height_dots, picture.stride, QImage.Format.Format_Mono
    )
    image.setColorTable([0xFFFFFFFF, 0xFF000000])
    small = image.convertToFormat(QImage.Format.Format_Grayscale8).scaledToWidth(
        STRIP_WIDTH, Qt.TransformationMode.SmoothTransformation
    )
    return [
        QPixmap.fromImage(small.copy(0, top, STRIP_WIDTH, min(tallest, small.height() - top)))
        for top in range(0, small.height(), tallest)
    ]


class PracticePrinter:
    """What staff see of the printer they practise with, and the trainer's hand on it."""

    def __init__(
        self, shell: Shell, texts: Texts, faults: Sequence[str], play: Callable[[str], None]
    ) -> None:
        self._shell, self._texts = shell, texts
        self._faults, self._play = tuple(faults), play
        self._now = self._faults[0]
        self._question: Choice | None = None
        self.paper = PaperOnGlass(shell)
        shell.topbar.device_touched.connect(self._device_touched)

    def ask_fault(self) -> None:
        """Which fault from now on; the first answer mends everything."""
        screen, open_now = self._shell.screen_shown, self._question
        if screen is None or (open_now is not None and isValid(open_now) and open_now.isVisible()):
            return
        texts = self._texts
        options = [
            Option(fault, texts.get(f"drill.fault.{fault}"), "secondary" if at else "primary")
            for at, fault in enumerate(self._faults)
        ]
        now = self._now if self._now != self._faults[0] else "none"
        self._question = Choice(
            screen,
            texts.get("drill.title"),
            options,
            lambda fault: self._chosen(screen, fault),
            words=texts.get("drill.words", now=texts.get(f"drill.fault.{now}").replace("\n", "")),
            cancel=texts.get("shell.cancel"),
            columns=4,
            name="drill",
        )

    def _device_touched(self, device: str) -> None:
        if device == "printer":
            self.ask_fault()

    def _chosen(self, screen: Screen, fault: str) -> None:
        # No notice: it would lie over the very screen that is practised with. The dot above changes.
        screen.setFocus()
        self._play(fault)
        self._now = fault
