"""The live picture with the lines to sit by, and the ticket number so that nobody takes the wrong person."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.domain.portrait import HEAD_MM, MIN_SOURCE_HEIGHT_PX, PHOTO_HEIGHT_MM
from kiosk.ui.texts import Texts
from kiosk.ui.theme import TOKENS

HEAD_SHARE = 0.54
"""Height of the head in the frame for a camera with plenty of pixels."""
LARGEST_SHARE = 0.70
HEAD_MIDDLE = 0.473
"""Where the middle of the head lies, a little above the middle of the picture."""
OVAL_HEIGHT, OVAL_WIDTH = 1.09, 0.825
"""The oval in head heights: round the hair, and as wide as a face is to its height."""
UNDER_THE_CHIN = 0.17
"""Share of the view below the chin's line, at the largest head: where a notice may lie."""
RADIUS = 16.0
EDGE, BUTTON_HEIGHT = 8, 48
"""The ticket number and the buttons lie so far from the edges of the picture, and are so high."""
CLEAR = EDGE + BUTTON_HEIGHT + 8
OVER_THE_CROWN = 0.055
"""The oval begins so much of a head above the crown's line."""


class PhotoView(QWidget):
    """Paints the newest picture, cut to its own shape; never mirrored, as the photo is not."""

    fitted = Signal(int, int)
    """How many pixels wide and high a picture has to be to cover this view."""

    def __init__(self, texts: Texts, *, guide: bool = True) -> None:
        """`guide`: with the lines to sit by; without, only to see what a camera sees."""
        super().__init__()
        self._with_guide = guide
        self._texts = texts
        self._picture: QImage | None = None
        self._over: QPixmap | None = None
        self._held: QImage | None = None
        self._guided = True
        self._ticket = ""
        self._lost = False
        self._lost_words = ("", "")
        self._size = (1280, 720)
        self._frame_height_px = 720
        self.setObjectName("photo.view")
        self.setProperty("role", "picture")
        self.setProperty("spare", UNDER_THE_CHIN)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(texts.get("photo_screen.view"))
        # Nothing behind it has to be painted thirty times a second: it fills its corners itself.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def sizeHint(self) -> QSize:
        return QSize(560, 632)

    @property
    def is_lost(self) -> bool:
        """Whether the words about the missing camera stand here."""
        return self._lost

    @property
    def is_live(self) -> bool:
        """Whether a camera's picture stands here."""
        return self._picture is not None

    @property
    def lost_words(self) -> tuple[str, str]:
        """What is said while no picture comes: what happened, what to do."""
        return self._lost_words if self._lost else ("", "")

    @property
    def is_held(self) -> bool:
        """Whether a photo somebody brought is shown instead of the camera's picture."""
        return self._held is not None

    def hold(self, photo: QImage | None) -> None:
        """Shows this photo, whole, until None gives the view back to the camera."""
        if photo is not None or self._held is not None:
            self._held, self._over = photo, None
            self.update()

    def guide(self, wanted: bool) -> None:
        """Whether the lines to sit by are drawn: a print on the table needs none."""
        if wanted != self._guided:
            self._guided, self._over = wanted, None
            self.update()

    def show_picture(self, picture: QImage) -> None:
        """A new frame."""
        size = (picture.width(), picture.height())
        if self._picture is None or self._lost or size != self._size:
            self._over = None
        self._picture, self._lost, self._size = picture, False, size
        self.update()

    def show_frame_height(self, height_px: int) -> None:
        """What the camera really delivers; the preview may be smaller."""
        if height_px != self._frame_height_px:
            self._frame_height_px = max(1, height_px)
            self._change()

    def show_ticket(self, ticket: str) -> None:
        """Whose picture it will be; empty when nobody is chosen."""
        self._ticket = ticket
        self._change()

    def show_lost(self, happened: str = "", remedy: str = "") -> None:
        """No frame has come for a while; with what the driver said of it."""
        usual = self._texts.get("photo_screen.lost"), self._texts.get("photo_screen.lost_do")
        words = (happened or usual[0], remedy or usual[1])
        if not self._lost or words != self._lost_words:
            self._lost, self._lost_words = True, words
            self._picture = None
            self._change()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._held is not None:
            painter.fillRect(self.rect(), QColor(TOKENS["line"]))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self._whole(self._held), self._held)
        elif self._picture is None:
            painter.fillRect(self.rect(), QColor(TOKENS["line"]))
        else:
            self._paint_picture(painter, self._picture)
        # Corners, lines and words change seldom and cost more than the picture: painted once, then laid over.
        if self._over is None:
            self._over = self._painted_over()
        painter.drawPixmap(0, 0, self._over)
        painter.end()

    def _paint_picture(self, painter: QPainter, picture: QImage) -> None:
        place = self._place()
        if place.size() == QSizeF(picture.size()) and self.devicePixelRatio() == 1:
            painter.drawImage(place.topLeft().toPoint(), picture)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, picture)

    def _painted_over(self) -> QPixmap:
        """Everything but the picture: the page in the rounded corners, the guide, the number, the words."""
        over = QPixmap(self.size() * self.devicePixelRatio())
        over.setDevicePixelRatio(self.devicePixelRatio())
        over.fill(Qt.GlobalColor.transparent)
        painter = QPainter(over)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole, rounded = QPainterPath(), QPainterPath()
        whole.addRect(QRectF(self.rect()))
        rounded.addRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        painter.fillPath(whole.subtracted(rounded), QColor(TOKENS["page" if self._with_guide else "paper"]))
        if self._held is not None:
            pass
        elif self._picture is not None:
            if self._with_guide and self._guided:
                self._paint_guide(painter)
        elif self._lost:
            self._paint_words(painter)
        if self._ticket:
            self._paint_ticket(painter)
        painter.end()
        return over

    def _change(self) -> None:
        self._over = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._over = None
        ratio = self.devicePixelRatio()
        self.fitted.emit(round(self.width() * ratio), round(self.height() * ratio))

    def _place(self) -> QRectF:
        """The frame laid over the whole view, its middle in the middle."""
        width, height = self._size
        scale = max(self.width() / width, self.height() / height)
        wide, high = width * scale, height * scale
        return QRectF((self.width() - wide) / 2, (self.height() - high) / 2, wide, high)

    def _whole(self, photo: QImage) -> QRectF:
        """A photo below the ticket number, nothing of it cut off."""
        room = QRectF(self.rect()).adjusted(16, CLEAR + 8, -16, -16)
        scale = min(room.width() / photo.width(), room.height() / photo.height())
        wide, high = photo.width() * scale, photo.height() * scale
        return QRectF(room.center().x() - wide / 2, room.center().y() - high / 2, wide, high)

    def head_lines(self) -> tuple[float, float]:
        """Where crown and chin belong, in view pixels from the top.

        A camera with few pixels needs the head larger, or the photo would be refused as too small.
        """
        needed = MIN_SOURCE_HEIGHT_PX * 1.05 * HEAD_MM / PHOTO_HEIGHT_MM / self._frame_height_px
        share = min(LARGEST_SHARE, max(HEAD_SHARE, needed))
        place = self._place()
        middle = place.top() + place.height() * HEAD_MIDDLE
        half = place.height() * share / 2
        # The oval begins below the number and the buttons, as far as the frame's own top leaves a choice.
        down = max(0.0, CLEAR + 2 * half * OVER_THE_CROWN - (middle - half))
        return middle - half + down, middle + half + down

    def _paint_guide(self, painter: QPainter) -> None:
        crown, chin = self.head_lines()
        head, middle = chin - crown, self.width() / 2
        left, right = self.width() * 0.107, self.width() * 0.893
        wide, high = head * OVAL_WIDTH, head * OVAL_HEIGHT
        ring = QRectF(middle - wide / 2, crown - head * OVER_THE_CROWN, wide, high)
        # Each line lies on one of the other brightness: it is seen on a dark picture and on a light one.
        for colour, edge in (("text", 2), ("paper", 0)):
            painter.setPen(QPen(QColor(TOKENS[colour]), 3 + edge))
            for height in (crown, chin):
                painter.drawLine(QPointF(left, height), QPointF(right, height))
        painter.setPen(QPen(QColor(TOKENS["paper"]), 9))
        painter.drawEllipse(ring)
        oval = QPen(QColor(TOKENS["key"]), 5)
        oval.setDashPattern([2.4, 2.4])
        oval.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(oval)
        painter.drawEllipse(ring)
        # Not where the ticket number stands, and not on the oval.
        above = crown - 32 >= CLEAR
        self._paint_word(painter, "crown", QPointF(*((left + 8, crown - 32) if above else (EDGE, crown + 4))))
        self._paint_word(painter, "chin", QPointF(left + 8, chin + 4))

    def _paint_word(self, painter: QPainter, key: str, at: QPointF) -> None:
        """A word on its own ground: the picture below may be of any colour."""
        words = self._texts.get(f"photo_screen.{key}")
        painter.setFont(self._font(18))
        wide = painter.fontMetrics().horizontalAdvance(words) + 12
        ground = QColor(TOKENS["paper"])
        ground.setAlpha(200)
        box = QRectF(at.x(), at.y(), wide, 28)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(TOKENS["text_soft"]))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_ticket(self, painter: QPainter) -> None:
        font = self._font(28, bold=True)
        painter.setFont(font)
        wide = painter.fontMetrics().horizontalAdvance(self._ticket) + 28
        box = QRectF(EDGE, EDGE, wide, BUTTON_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(TOKENS["paper"]))
        painter.drawRoundedRect(box, 8, 8)
        painter.setPen(QColor(TOKENS["text"]))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._ticket)

    def _paint_words(self, painter: QPainter) -> None:
        box = QRectF(self.rect()).adjusted(40, 0, -40, 0)
        words = "\n\n".join(self._lost_words)
        painter.setFont(self._font(20, bold=True))
        painter.setPen(QColor(TOKENS["warning"]))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(box, int(flags), f"▲ {words}")

    def _font(self, size: int, *, bold: bool = False) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(size)
        font.setBold(bold)
        return font
