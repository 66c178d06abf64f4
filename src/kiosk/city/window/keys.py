"""The city's own folder and the kiosks it trusts, as the window asks about them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from kiosk.city.home import CityHome
from kiosk.city.window.pages import Page, Verb
from kiosk.domain.errors import Refused, Trouble
from kiosk.sealing.cards import LARGEST_CARD, KioskCard
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.choice import Choice, Option


def ask_home(texts: Texts, no: Refused | Trouble, use: Callable[[], None], make: Callable[[], None]) -> Page:
    """The page of an office that has no folder yet, or one that cannot be used: `no` says why."""
    is_new = no.key == "home_missing"
    hint = texts.get("officer.no_home_hint") if is_new else texts.say(no)
    page = Page(texts.get("officer.no_home"), hint, tone="key" if is_new else "danger", name="no_home")
    return page.put().offer(
        Verb("new_home", texts.get("officer.new_home"), make),
        Verb("use_home", texts.get("officer.use_home"), use, "primary"),
    )


def refuse_other_folder(folder: Path) -> None:
    """Refused("officer_other_folder") for a chosen folder without keys; else as `CityHome.open`."""
    try:
        CityHome.open(folder)
    except Refused as no:
        raise Refused("officer_other_folder", **no.facts) if no.key == "home_missing" else no from no


def read_card(file: Path) -> str:
    """The text of a card file, not yet believed; Trouble("card_unreadable")."""
    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST_CARD + 1).decode("utf-8", "replace")
    except OSError as error:
        raise Trouble("card_unreadable", name=file.name, number=error.errno or 0) from error


def ask_card(host: QWidget, texts: Texts, untrusted_card: str, trust: Callable[[str], None]) -> None:
    """Shows the fingerprint; `trust` gets the card when the officer says that it was the same aloud.

    Raises Refused `card_…`.
    """
    card = KioskCard.from_text(untrusted_card)
    words = texts.get("officer.card_words", kiosk=card.kiosk, city=card.city, fingerprint=card.fingerprint)
    Choice(
        host,
        texts.get("officer.card_title"),
        [
            Option("no", texts.get("officer.card_no")),
            Option("yes", texts.get("officer.card_yes"), "primary"),
        ],
        lambda key: trust(untrusted_card) if key == "yes" else None,
        words=words,
        columns=2,
        name="card",
    )
