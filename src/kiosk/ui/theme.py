"""The look in one table: colours, sizes and radii of the design system, put into resources/theme.qss."""

from __future__ import annotations

import importlib.util
import string
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.domain.errors import Trouble
from kiosk.paths import resources

FAMILY: Final = "Noto Sans CJK JP"
STYLE: Final = "fusion"
"""One style on every machine: the platform's own would redraw borders and focus its way."""

TOKENS: Final[dict[str, str]] = {
    # Digital Agency design system, light theme (contrast AA on white, JIS X 8341-3).
    "key": "#0017c1",
    "key_deep": "#00118f",
    "key_pressed": "#000c63",
    "key_tint": "#e8f1fe",
    "key_tint_deep": "#c5d7fb",
    "text": "#1a1a1a",
    "text_soft": "#333333",
    "secondary": "#666666",
    "border": "#949494",
    "line": "#d8d8db",
    "line_soft": "#e8e8eb",
    "page": "#f4f5fa",
    "paper": "#ffffff",
    "disabled": "#e6e6e6",
    "disabled_text": "#767676",
    "success": "#197a4b",
    "success_tint": "#e6f5ec",
    "danger": "#ce0000",
    "danger_deep": "#a90000",
    "danger_tint": "#fdeeee",
    "warning": "#c74700",
    "warning_tint": "#ffeee2",
    "practice": "#927200",
    "practice_tint": "#fbf5e0",
    "focus": "#b78f00",
    "focus_blue": "#0877d7",
    "board_page": "#00118f",
    "board_side": "#0017c1",
    "board_chip": "#1f2f9e",
    "board_soft": "#d9e6ff",
    "size_16": "16px",
    "size_18": "18px",
    "size_20": "20px",
    "size_24": "24px",
    "size_28": "28px",
    "size_32": "32px",
    "size_45": "45px",
    "size_64": "64px",
    "radius_8": "8px",
    "radius_12": "12px",
    "radius_16": "16px",
}

BASE_SIZE: Final = 16
TOUCH: Final = 48
"""Smallest height of anything staff may touch, in pixels."""

VISITOR_TOUCH: Final = 64
"""Smallest height of anything a visitor may touch, in pixels."""

STEP: Final = 8
"""The grid: every margin and gap is a multiple of it, in pixels."""

DONE_MARK: Final = "✓"
NOW_MARK: Final = "▶"
OPEN_MARK: Final = "○"
WARN_MARK: Final = "▲"
NO_MARK: Final = "×"
"""Signs that stand in the shipped font (the heavy tick does not)."""


def application() -> QApplication:
    """The running program with its look; made when there is none yet. Raises as `apply` does."""
    running = QApplication.instance()
    if running is None:
        # Named as on a command line: a QStyle in Python's hands costs a start all of its enumerations.
        running = QApplication([*sys.argv[:1], "-style", STYLE])
    elif isinstance(running, QApplication):
        running.setStyle(STYLE)
    if not isinstance(running, QApplication):
        raise TypeError("an application without windows is running")
    apply(running)
    return running


def apply(app: QApplication) -> None:
    """Loads the shipped fonts and gives the whole program its style sheet.

    Raises Trouble("fonts_missing") when the fonts cannot be read: other fonts would lose rare names.
    """
    for file in font_files():
        if QFontDatabase.addApplicationFont(str(file)) < 0:
            raise Trouble("fonts_missing", permanent=True, file=file.name)
    app.setFont(font_of(BASE_SIZE))
    app.setStyleSheet(style_sheet())


def font_of(pixels: int, *, bold: bool = False) -> QFont:
    """The program's font in one size (pixels), for what draws its words itself."""
    font = QFont(FAMILY)
    font.setPixelSize(pixels)
    font.setBold(bold)
    return font


def font_files() -> tuple[Path, Path]:
    """Regular and bold, by path."""
    return _font_file("noto_cjk_sans_jp_regular", "Regular"), _font_file("noto_cjk_sans_jp_bold", "Bold")


def _font_file(package: str, weight: str) -> Path:
    # Where the package lies is enough: importing it would load all of importlib.resources before a window.
    spec = importlib.util.find_spec(package)
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        return Path(place) / f"NotoSansCJKjp-{weight}.otf"
    raise Trouble("fonts_missing", permanent=True, file=package)


def style_sheet() -> str:
    """resources/theme.qss with the tokens in place; KeyError for a token that is not in the table."""
    sheet = (resources() / "theme.qss").read_text(encoding="utf-8")
    return string.Template(sheet).substitute(TOKENS)


def restyle(widget: QWidget, name: str, value: str | bool, **others: str | bool) -> None:
    """Sets dynamic properties and has the style sheet looked at again, which Qt does not do by itself.

    Several at once cost one look instead of one each. Taking the old look off first would cost more than
    putting the new one on, and changes nothing: every role says all of its colours.
    """
    wanted = {name: value, **others}
    if all(widget.property(key) == now for key, now in wanted.items()):
        return
    for key, now in wanted.items():
        widget.setProperty(key, now)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        # Before that it is looked at anyway, when it is first measured or shown.
        widget.style().polish(widget)
