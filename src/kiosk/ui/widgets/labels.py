"""Words on the screen in the sizes of the design system; always plain text, whatever a name contains."""

from __future__ import annotations

import re
from typing import Literal

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from kiosk.ui.theme import restyle

Tone = Literal["key", "success", "warning", "danger", "neutral"]

# Latin letters and private-use characters (外字): Qt breaks a line at neither.
_LONG_RUN = re.compile("[!-~\u00a1-\u02ff\ue000-\uf8ff]{12}")
# Unseen signs that turn the direction of writing: 「佐藤」＋U+202E＋「子花」 would be read as 佐藤花子.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SHORT_NAME, _MIDDLE_NAME = 12, 30


class _Label(QLabel):
    ROLE = "body"

    def __init__(self, text: str = "", *, wrap: bool = False, tone: str = "", name: str = "") -> None:
        super().__init__(_TURNS.sub("", text))
        self._heights: dict[int, int] = {}
        # A name from outside may look like markup; shown as such it would be another name.
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", self.ROLE)
        if tone:
            self.setProperty("tone", tone)
        if name:
            self.setObjectName(name)
        if wrap:
            self.setWordWrap(True)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_tone(self, tone: str) -> None:
        """Changes the colour by its name."""
        restyle(self, "tone", tone)

    def setText(self, text: str) -> None:
        """The words in the order in which they are kept, whatever unseen sign stands between them."""
        text = _TURNS.sub("", text)
        if text != self.text():
            self._heights.clear()
            super().setText(text)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # Another font, margin or direction; whatever it was, the words are measured anew.
        self._heights.clear()

    def heightForWidth(self, width: int) -> int:
        # The layouts ask many times a touch, and Qt sets the whole text anew for each of them.
        height = self._heights.get(width)
        if height is None:
            height = self._heights[width] = super().heightForWidth(width)
        return height


class Title(_Label):
    """The question of the screen, 28 px bold."""

    ROLE = "title"


class Heading(_Label):
    """The head of a card, 20 px bold."""

    ROLE = "heading"


class Body(_Label):
    """Running words, 18 px."""

    ROLE = "body"


class Caption(_Label):
    """Small words beside others, 16 px grey."""

    ROLE = "caption"


class BigNumber(_Label):
    """A ticket number or a count, 45 px bold; `huge` 64 px."""

    ROLE = "number"

    def __init__(self, text: str = "", *, huge: bool = False, tone: str = "", name: str = "") -> None:
        super().__init__(text, tone=tone, name=name)
        self.setProperty("scale", "huge" if huge else "normal")


class PersonName(_Label):
    """A name that is never cut: wraps anywhere, and is set smaller the longer it is."""

    ROLE = "person"

    def __init__(self, text: str = "", *, name: str = "") -> None:
        super().__init__("", wrap=True, name=name)
        self.show_name(text)

    def show_name(self, text: str) -> None:
        """Shows the name verbatim; only its size depends on its length."""
        length = "short" if len(text) <= _SHORT_NAME else "middle" if len(text) <= _MIDDLE_NAME else "long"
        restyle(self, "length", length)
        self.setText(breakable(text))
        self.setAccessibleName(text)


class Pill(_Label):
    """A short word on a tinted field; the tone never says anything the word does not."""

    ROLE = "pill"

    def __init__(self, text: str = "", tone: Tone = "key", *, name: str = "") -> None:
        super().__init__(text, tone=tone, name=name)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)


def breakable(text: str) -> str:
    """The text with invisible breaking places in long runs that Qt would cut off instead."""
    return _LONG_RUN.sub(lambda run: run.group() + "\u200b", text)
