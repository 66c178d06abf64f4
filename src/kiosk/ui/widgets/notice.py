"""The bar in which a screen says what went wrong and what to do, or that something is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from kiosk.ui.notices import Notice
from kiosk.ui.texts import Texts
from kiosk.ui.theme import NO_MARK, WARN_MARK, restyle
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.labels import Body, Heading

TONES = {"refused": "warning", "trouble": "danger", "fault": "danger", "done": "success"}
WIDE, TIGHT = (1232, 860, 640, 480), (640, 540, 480, 360)
FITS = (*((width, "") for width in WIDE), *((width, "tight") for width in TIGHT))
"""Widths in pixels and how much air; tried in this order until the bar fits somewhere."""
AIR = {"": (24, 12, 16, 12), "tight": (12, 8, 8, 8)}
MIN_HEIGHT = {"": 72, "tight": 64}
EDGE, GAP, SIDE = 8, 4, 24
LOOK_MS = 250
PLAIN = ("title", "heading", "body", "caption")
MARKS = {"refused": WARN_MARK, "trouble": NO_MARK, "fault": NO_MARK, "done": "✓"}


class NoticeBar(QFrame):
    """Floats where its screen is empty, so that nothing moves under a finger and nothing is covered.

    It stays until closed; when the page under it changes, it goes where the new page is empty.
    """

    def __init__(self, texts: Texts, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setProperty("role", "notice")
        self._retry_verb: Callable[[], None] | None = None
        self._mark = Heading(name="notice.mark")
        self._say = Heading(wrap=True, name="notice.say")
        self._do = Body(wrap=True, name="notice.do")
        self.retry = Button(texts.get("shell.retry"), "primary", name="notice.retry").guarded(self._again)
        self.shut = Button(texts.get("shell.notice_close"), "secondary", name="notice.close")
        self.shut.clicked.connect(self.clear)
        for button in (self.retry, self.shut):
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._say)
        words.addWidget(self._do)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(16)
        self._row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addLayout(words, 1)
        self._row.addWidget(self.retry)
        self._row.addWidget(self.shut)
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self.give_way)
        self.hide()

    def show_notice(self, notice: Notice, retry: Callable[[], None] | None = None) -> None:
        """Shows the notice; もう一度 only when trying again can help and a verb is given."""
        restyle(self, "tone", TONES[notice.kind])
        for label in (self._mark, self._say):
            label.set_tone(TONES[notice.kind])
        self._mark.setText(MARKS[notice.kind])
        self._say.setText(notice.say)
        self._do.setText(notice.do)
        self._do.setVisible(bool(notice.do))
        self._retry_verb = retry if notice.retry else None
        self.retry.setVisible(self._retry_verb is not None)
        self.setAccessibleName(f"{notice.say} {notice.do}".strip())
        self.place()
        self.show()
        self.raise_()
        # What the page shows anew for this touch has its room at the layout's next turn.
        QTimer.singleShot(0, self, self.give_way)
        self._look.start()

    def show_done(self, say: str, do: str = "") -> None:
        """Says that something went well, in the same place."""
        self.show_notice(Notice("done", say, do))

    def clear(self) -> None:
        """Takes the notice away."""
        self._retry_verb = None
        self._look.stop()
        self.hide()

    def place(self) -> None:
        """Goes to the uppermost empty place of its screen that holds it; to the top where there is none."""
        host = self.parentWidget()
        if host is None:
            return
        taken = list(_taken(host, self))
        most = max(320, host.width() - 2 * SIDE)
        for width, air in FITS:
            self._fit(min(width, most), air)
            at = _empty_place(host, taken, self.size())
            if at is not None:
                self.move(at)
                return
        self._fit(min(FITS[0][0], most), "")
        self.move(SIDE, EDGE)

    def give_way(self) -> None:
        """Leaves a place that the page has come to need since."""
        host = self.parentWidget()
        if host is not None and self.isVisible():
            here = self.geometry()
            if any(here.intersects(piece) for piece in _taken(host, self)):
                self.place()

    def _fit(self, width: int, air: str) -> None:
        if self.property("air") != air:
            for piece in (self, self._mark, self._say, self._do):
                restyle(piece, "air", air)
            self._row.setContentsMargins(*AIR[air])
        # Words just set have another height at this width; only a fresh layout knows it.
        self._row.invalidate()
        self._row.activate()
        self.setFixedSize(width, max(MIN_HEIGHT[air], self._row.totalHeightForWidth(width)))

    def _again(self) -> None:
        verb = self._retry_verb
        self.clear()
        if verb is not None:
            verb()


def _taken(host: QWidget, bar: QWidget) -> Iterator[QRect]:
    """Where the host shows words, pictures or something to touch, in its own pixels."""
    for piece in host.findChildren(QWidget):
        if not piece.isVisible() or piece is bar or bar.isAncestorOf(piece) or _is_empty(piece):
            continue
        seen = piece.visibleRegion().boundingRect()
        # A live picture says which share of it, from below, is no loss for a while.
        seen.setBottom(seen.bottom() - round(piece.height() * float(piece.property("spare") or 0)))
        if isinstance(piece, QLabel) and piece.text():
            seen = seen.intersected(_words_of(piece))
        if not seen.isEmpty():
            yield seen.translated(piece.mapTo(host, QPoint(0, 0)))


def _is_empty(piece: QWidget) -> bool:
    """Whether it shows nothing by itself: a frame around others, or a label without words."""
    if isinstance(piece, QLabel):
        return not piece.text() and piece.pixmap().isNull()
    if isinstance(piece, QAbstractButton) or piece.property("role") == "picture":
        return False
    return piece.layout() is not None or type(piece) in (QWidget, QFrame)


def _words_of(label: QLabel) -> QRect:
    """The part of a label that its words fill; a label that looks like a card is filled whole."""
    if label.property("role") in PLAIN:
        wrap = Qt.TextFlag.TextWordWrap if label.wordWrap() else Qt.TextFlag.TextSingleLine
        flags = int(label.alignment()) | int(wrap)
        return label.fontMetrics().boundingRect(label.contentsRect(), flags, label.text())
    return label.rect()


def _empty_place(host: QWidget, taken: Iterable[QRect], size: QSize) -> QPoint | None:
    """The uppermost corner from which `size` covers nothing taken, in the middle of its room; or None."""
    wide, high = size.width(), size.height()
    corners = QRegion(SIDE, EDGE, host.width() - wide - 2 * SIDE + 1, host.height() - high - 2 * EDGE + 1)
    for piece in taken:
        corners -= QRegion(piece.adjusted(-wide - GAP + 1, -high - GAP + 1, GAP, GAP))
    if corners.isEmpty():
        return None
    uppermost = corners.begin()
    return QPoint(uppermost.center().x(), uppermost.top())
