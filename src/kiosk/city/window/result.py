"""The green page with the counts, and the red page with the one reason."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kiosk.city.officer import Look
from kiosk.city.window.pages import Page, listing, numbers
from kiosk.city.window.start import place_of
from kiosk.domain.batch import COUNTED_KINDS
from kiosk.domain.errors import Refused
from kiosk.domain.receipt import Decision
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.labels import Pill


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
    say, do = texts.explain(look.problem or Refused("home_damaged"))
    page = Page(f"{texts.get('officer.bad')}　{say}", do, tone="danger", name="red")
    if look.checked is None:
        return page.put(listing(look.path.name, []))
    return page.put(listing(place_of(texts, look.facts.name), []), *_counted(texts, look))


def form(texts: Texts, code: str) -> str:
    """A form's name by its code."""
    return texts.get(f"paper.{code}")


def _counted(texts: Texts, look: Look) -> list[QWidget]:
    facts, names = look.facts, texts.table("city.count")
    counts = [(names[kind], facts.counts.get(kind, 0)) for kind in COUNTED_KINDS]
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
