"""A number that has ended is called again: the manager's correction, with its reason."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from kiosk.domain.visit import CORRECT_WHY, UNDO_WHY, Visit
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.choice import Choice, Option


def ask_correction(host: QWidget, texts: Texts, visit: Visit, then: Callable[[str], None]) -> None:
    """How the visit ended, and why that is to be taken back."""
    ended = texts.get(f"outcome.{visit.outcome.value}") if visit.outcome else ""
    if visit.reason is not None:
        ended = f"{ended}・{texts.get(f'reason.{visit.reason.value}')}"
    Choice(
        host,
        texts.get("correct.ask", ticket=visit.ticket, ended=ended),
        [Option(why, texts.get(f"correct.why.{why}")) for why in CORRECT_WHY],
        then,
        words=texts.get("correct.hint"),
        cancel=texts.get("counter.back"),
        name="counter.correct",
    )


def ask_undo(host: QWidget, texts: Texts, step: str, then: Callable[[str], None]) -> None:
    """Why a step that is no longer fresh is taken back."""
    Choice(
        host,
        texts.get("correct.ask_undo", step=step),
        [Option(why, texts.get(f"correct.undo.{why}")) for why in UNDO_WHY],
        then,
        words=texts.get("correct.hint"),
        cancel=texts.get("counter.back"),
        name="counter.undo_why",
    )
