"""One of several pages in a place whose size does not depend on them."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget


class Pages(QStackedWidget):
    """Takes the room it is given.

    A plain stack asks every page, shown or not, how high it would be at this width, each time a word
    changes anywhere: most of what a touch cost on the way to the next question.
    """

    def hasHeightForWidth(self) -> bool:
        return False
