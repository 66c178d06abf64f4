"""Everything on the glass has its own room: nothing overlaps, no word is cut, no notice covers any."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget

from kiosk.domain.errors import Refused
from kiosk.domain.visit import Service
from kiosk.services.desk import Desk
from kiosk.services.practice import MANAGER, SAMPLE_LIST
from kiosk.services.reception import Reception
from kiosk.ui.screens.counter_flow import FlowLine
from tests.ui.guest import Guest

STATIONS = ("home", "reception", "forms", "counter", "photo", "custody", "closing", "manage")
LARGE = (1920, 1080)
LEAST_PX = 2
INK = 170
"""The palest words and frames of the theme are darker than this grey, its grounds are lighter."""


def test_every_station_has_room_on_the_smallest_panel(guest: Guest, desk: Desk) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch(f"list.{SAMPLE_LIST}", "list.medium.usb", "list.means.hand", "list.place.office")
    guest.field("list.giver").setText("市民課 窓口係")
    assert crowded(guest.shell) == []
    guest.touch("list.take", "list.start")
    reception = Reception(desk)
    for booking in reception.find("")[:4]:
        if not booking.reservation.cancelled:
            reception.check_in(Service.ISSUANCE, reservation=booking.reservation.number)
    for service in (Service.APPLICATION, Service.CONSULTATION):
        reception.check_in(service)

    found: dict[str, list[str]] = {}
    for station in STATIONS:
        guest.touch(f"tab.{station}")
        settle()
        found[station] = crowded(guest.shell) + under_a_notice(guest)
    assert found == {station: [] for station in STATIONS}

    guest.shell.resize(*LARGE)
    for station in STATIONS:
        guest.touch(f"tab.{station}")
        settle()
        found[station] = under_a_notice(guest)
    assert found == {station: [] for station in STATIONS}


def under_a_notice(guest: Guest) -> list[str]:
    """What the longest refusal would cover: where it comes to stand, only light ground was before."""
    before = guest.shell.grab().toImage()
    guest.shell.show_failure(Refused("pin_wrong", tries_left=4))
    settle()
    assert guest.said.startswith("暗証番号が違います。")
    screen = guest.shell.screen_shown
    assert screen is not None
    bar = screen.notice
    _give_way(before, screen)
    under = before.copy(QRect(bar.mapTo(guest.shell, QPoint(0, 0)), bar.size()))
    greys = under.convertToFormat(QImage.Format.Format_Grayscale8)
    darkest = min(bytes(greys.constBits()))
    return [f"the notice at {bar.geometry()} covers something"] if darkest < INK else []


def _give_way(glass: QImage, screen: QWidget) -> None:
    """A live picture lends a notice its lowest part, whatever the camera shows there at this moment."""
    painter = QPainter(glass)
    for piece in screen.findChildren(QWidget):
        share = float(piece.property("spare") or 0)
        if share and piece.isVisible():
            lent = piece.rect().adjusted(0, piece.height() - round(piece.height() * share), 0, 0)
            painter.fillRect(
                QRect(piece.mapTo(screen.window(), lent.topLeft()), lent.size()), QColor("white")
            )
    painter.end()


def settle() -> None:
    """A word that has just changed gets its room at the layout's next turn."""
    for _ in range(3):
        QApplication.processEvents()


def crowded(window: QWidget) -> list[str]:
    """Which pieces lie on one another or have less room than their words need, in words for the reader."""
    pieces = list(_pieces(_front_of(window)))
    over = [
        f"{_name(one)} lies on {_name(other)}"
        for (one, here), (other, there) in combinations(pieces, 2)
        if _is_shared(here.intersected(there)) and not one.isAncestorOf(other) and not other.isAncestorOf(one)
    ]
    return over + [f"{_name(piece)} is cut" for piece, _ in pieces if _is_cut(piece)]


def _front_of(window: QWidget) -> QWidget:
    """A question that lies over everything, or the window itself."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    over = [
        child for child in window.findChildren(QWidget, options=direct) if child.property("role") == "veil"
    ]
    return next((child for child in reversed(over) if child.isVisible()), window)


def _pieces(window: QWidget) -> Iterator[tuple[QWidget, QRect]]:
    for kind in (QPushButton, QLabel, QLineEdit, FlowLine):
        for piece in window.findChildren(kind):
            if piece.isVisible() and not piece.visibleRegion().isEmpty() and not _is_of_notice(piece):
                yield piece, QRect(piece.mapTo(window, QPoint(0, 0)), piece.size())


def _is_of_notice(piece: QWidget) -> bool:
    """What was just said lies over the screen until it is closed; that is its place."""
    parent = piece.parentWidget()
    return parent is not None and parent.property("role") == "notice"


def _is_shared(room: QRect) -> bool:
    return room.width() > LEAST_PX and room.height() > LEAST_PX


def _is_cut(piece: QWidget) -> bool:
    if isinstance(piece, QLineEdit):
        return False
    if isinstance(piece, QLabel) and piece.wordWrap():
        return piece.heightForWidth(piece.width()) > piece.height() + LEAST_PX
    wanted = piece.minimumSizeHint()
    if isinstance(piece, QLabel):
        # The air above and below the signs may go, the signs may not.
        wanted.setHeight(piece.fontMetrics().tightBoundingRect(piece.text()).height())
    return wanted.width() > piece.width() + LEAST_PX or wanted.height() > piece.height() + LEAST_PX


def _name(piece: QWidget) -> str:
    text = piece.text() if isinstance(piece, QPushButton | QLabel | QLineEdit) else ""
    return f"{piece.objectName() or type(piece).__name__} {text!r}"
