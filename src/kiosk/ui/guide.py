"""The staff guide inside the window: the page of the screen in front, the others one touch away; offline."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QUrl
from PySide6.QtGui import (
    QFont,
    QKeyEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextListFormat,
)
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from kiosk.paths import resources
from kiosk.ui.texts import Texts
from kiosk.ui.theme import STEP
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.labels import Title

PAGES = (
    *("opening", "home", "reception", "forms", "counter", "photo", "custody", "closing", "manage"),
    "trouble",
)
"""In the order of the day; what to do when something is wrong comes last and is never far."""
OF_SCREEN = {"pin": "opening", "sign_in": "opening", "list": "opening", "integrity": "trouble"}
"""Screens that stand before the stations, and the page that tells of them."""

SIZES = {0: 18, 1: 28, 2: 22, 3: 20}
"""Pixels by level of heading; 0 is plain text."""
LINE_PERCENT = 115


def folder() -> Path:
    """Where the guide's pages and pictures stand."""
    return resources() / "manual"


def page_of(screen: str) -> str:
    """The page that tells of a screen, by the screen's name."""
    page = OF_SCREEN.get(screen, screen)
    return page if page in PAGES else "trouble"


def title_of(page: str) -> str:
    """A page's own first line, without its mark."""
    with (folder() / f"{page}.md").open(encoding="utf-8") as lines:
        return lines.readline().lstrip("# ").strip()


class Guide(QWidget):
    """Lies over the window like a question; the counter goes on where it was."""

    def __init__(self, host: QWidget, texts: Texts, page: str) -> None:
        super().__init__(host)
        self._host = host
        self.setObjectName("guide")
        self.setProperty("role", "veil")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(texts.get("shell.guide"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._pages = QButtonGroup(self)
        self._words = QTextBrowser()
        self._words.setObjectName("guide.words")
        self._words.setFrameShape(QTextBrowser.Shape.NoFrame)
        # Nothing in the guide leads out of it, and nothing is ever fetched.
        self._words.setOpenLinks(False)
        self._words.anchorClicked.connect(self._follow)
        self._words.setSearchPaths([str(folder())])
        close = Button(texts.get("shell.guide_close"), "primary", name="guide.close").guarded(self.leave)
        head = QHBoxLayout()
        head.addWidget(Title(texts.get("shell.guide")), 1)
        head.addWidget(close)
        inside = QHBoxLayout()
        inside.setSpacing(24)
        inside.addLayout(self._list())
        inside.addWidget(self._words, 1)
        card = Card(name="guide.card")
        card.body.addLayout(head)
        card.body.addLayout(inside, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 24)
        whole.addWidget(card)
        host.installEventFilter(self)
        self.setGeometry(host.rect())
        self.show_page(page)
        self.show()
        self.raise_()
        self.setFocus()

    @property
    def page(self) -> str:
        """The page that is open."""
        return PAGES[self._pages.checkedId()]

    def show_page(self, page: str) -> None:
        """Opens one of PAGES at its beginning."""
        self._pages.button(PAGES.index(page)).setChecked(True)
        document = self._words.document()
        document.setMarkdown(
            (folder() / f"{page}.md").read_text(encoding="utf-8"),
            QTextDocument.MarkdownFeature.MarkdownNoHTML,
        )
        _set_type(document)
        self._words.moveCursor(QTextCursor.MoveOperation.Start)

    def leave(self) -> None:
        """Back to the screen below."""
        self._host.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()

    def _follow(self, link: QUrl) -> None:
        page = link.path().removesuffix(".md")
        if link.isRelative() and page in PAGES:
            self.show_page(page)

    def _list(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(STEP)
        for at, page in enumerate(PAGES):
            button = Button(title_of(page), "plain", name=f"guide.page.{page}")
            button.setCheckable(True)
            button.setProperty("align", "start")
            button.setFixedWidth(216)
            button.clicked.connect(lambda _=False, page=page: self.show_page(page))
            self._pages.addButton(button, at)
            column.addWidget(button)
        column.addStretch(1)
        return column


def _set_type(document: QTextDocument) -> None:
    """Sizes and air as on the screens; Markdown itself says only what is a heading and what a list."""
    block = document.begin()
    while block.isValid():
        cursor = QTextCursor(block)
        level = block.blockFormat().headingLevel()
        air = QTextBlockFormat()
        air.setTopMargin({0: 6, 1: 0}.get(level, 20))
        air.setBottomMargin(6)
        air.setLineHeight(LINE_PERCENT if level == 0 else 100, _PROPORTIONAL)
        cursor.mergeBlockFormat(air)
        cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
        font = QFont()
        font.setPixelSize(SIZES.get(level, SIZES[3]))
        if level:
            font.setBold(True)
        letters = QTextCharFormat()
        letters.setFont(font, QTextCharFormat.FontPropertiesInheritanceBehavior.FontPropertiesSpecifiedOnly)
        cursor.mergeCharFormat(letters)
        listed = block.textList()
        if listed is not None:
            how = QTextListFormat(listed.format())
            how.setIndent(1)
            listed.setFormat(how)
        block = block.next()


_PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
