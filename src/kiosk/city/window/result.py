"""The green page with the counts, the red page with the one reason, and what an answer leaves."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from kiosk.city.home import HOME_FILE
from kiosk.city.officer import Delivered, Look
from kiosk.city.receipt_paper import codes_values
from kiosk.city.window.pages import Page, listing, numbers
from kiosk.city.window.start import place_of
from kiosk.domain.batch import COUNTED_KINDS, TELLING_KINDS
from kiosk.domain.errors import Refused
from kiosk.domain.receipt import Decision
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.code_picture import CodePicture
from kiosk.ui.widgets.labels import Heading, Pill

CODE_PX = 220
"""Three screen dots per module: as wide as a hand on most screens."""
CODES_ACROSS = 4


def green_page(texts: Texts, look: Look, gap: str) -> Page:
    """Everything is right; `gap` is the reason to go on without earlier numbers, where there is one."""
    hint = texts.get("officer.gap_noted", reason=gap) if gap else texts.get("officer.good_hint")
    title = f"{texts.get('officer.good')}　{place_of(texts, look.facts.name)}"
    page = Page(title, hint, tone="success", name="green")
    if look.answered is Decision.ACCEPT:
        page.put(Pill(texts.get("officer.answered_accept"), "success"), stretch=False)
    elif look.answered is Decision.REJECT:
        page.put(Pill(texts.get("officer.answered_reject"), "warning"), stretch=False)
    return page.put(*_counted(texts, look))


def red_page(texts: Texts, look: Look) -> Page:
    """The one reason and what to do; of a batch nobody signed nothing is repeated but its file's name."""
    say, do = texts.explain(look.problem or Refused("home_damaged", file=HOME_FILE))
    if look.is_gap:
        do = texts.get("officer.gap_do")
    page = Page(f"{texts.get('officer.bad')}　{say}", do, tone="danger", name="red")
    if look.checked is None:
        return page.put(listing(look.path.name, []))
    return page.put(listing(place_of(texts, look.facts.name), []), *_counted(texts, look))


def done_page(texts: Texts, given: Delivered) -> Page:
    """What was written, and where."""
    is_accept = given.answer.receipt.decision is Decision.ACCEPT
    title = texts.get("officer.done" if is_accept else "officer.done_reject")
    tone = "success" if is_accept else "warning"
    page = Page(title, texts.get("officer.done_hint"), tone=tone, name="done")
    files = [given.receipt.name, given.signature.name, given.paper.name]
    folder = texts.get("officer.done_folder", folder=str(given.receipt.parent))
    return page.put(listing(folder, files, columns=1))


def codes_page(texts: Texts, given: Delivered) -> Page:
    """The same receipt as codes on the screen, for a kiosk whose camera reads them one by one."""
    codes = codes_values(given.answer.receipt, given.answer.signature)["codes"]
    card = Card(name="codes")
    grid = QGridLayout()
    grid.setSpacing(8)
    for at, rows in enumerate(codes):
        words = texts.get("officer.code_of", number=at + 1, of=len(codes))
        picture = CodePicture(rows, words, within_px=CODE_PX, name=f"codes.{at + 1}")
        column = QVBoxLayout()
        column.addWidget(Heading(words))
        column.addWidget(picture)
        grid.addLayout(column, at // CODES_ACROSS, at % CODES_ACROSS)
    grid.setColumnStretch(CODES_ACROSS, 1)
    card.body.addLayout(grid)
    return Page(texts.get("officer.codes_title"), texts.get("officer.codes_hint"), name="codes").put(card)


def form(texts: Texts, code: str) -> str:
    """A form's name by its code."""
    return texts.get(f"paper.{code}")


def _counted(texts: Texts, look: Look) -> list[QWidget]:
    facts, names = look.facts, texts.table("city.count")
    kinds = TELLING_KINDS if facts.is_last else COUNTED_KINDS
    counts = [(names[kind], facts.counts.get(kind, 0)) for kind in kinds]
    papers = [
        texts.get("officer.paper_count", name=form(texts, code), count=count)
        for code, count in sorted(facts.custody.items())
    ]
    cards: list[QWidget] = [
        numbers(counts, (texts.get("officer.code"), look.code)),
        listing(texts.get("officer.papers"), papers or [texts.get("officer.no_papers")]),
    ]
    if facts.differences:
        words = texts.get("officer.differences", count=len(facts.differences))
        cards.insert(0, Pill(words, "warning"))
    return cards
