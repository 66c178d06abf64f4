"""The note for somebody who leaves by the side: its language, its words, and the printer's answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shiboken6 import isValid

from kiosk.domain.visit import Reason
from kiosk.services.exits import ExitNotes, SlipJob
from kiosk.ui.background import Background
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.labels import Caption


@dataclass
class NoteDesk:
    """Prints beside the window; a printer that is silent never keeps anybody from leaving."""

    notes: ExitNotes
    print_slip: Callable[[SlipJob], Any]
    background: Background
    texts: Texts

    def print(self, ticket: str, reason: Reason, language: str, said: Caption) -> None:
        """Prints the note; `said` tells how far it is."""
        self.print_slip_of(
            self.notes.compose(ticket, reason, language),
            lambda printed: self.notes.record(ticket, reason, language, printed),
            said,
        )

    def print_slip_of(self, job: SlipJob, record: Callable[[Any], None], said: Caption) -> None:
        """Prints any slip and tells how far it is; `record` gets the printer's answer."""
        printing = self.texts.get("counter.note.printing")
        if said.text() == printing:
            return  # one note for one wish: a slow printer would print them all later
        said.setText(printing)
        said.set_tone("neutral")

        def still_told() -> bool:
            """Not when the page has gone, or shows another visitor by now."""
            return isValid(said) and said.text() == printing

        def answered(printed: Any) -> None:
            record(printed)
            if not still_told():
                return
            known = "printed" if printed.value == "confirmed" else "unknown"
            said.setText(self.texts.get(f"counter.note.{known}"))
            said.set_tone("success" if known == "printed" else "warning")

        def failed(error: Exception) -> None:
            if not still_told():
                return
            said.setText(f"{self.texts.get('counter.note.failed')} {self.texts.say(error)}")
            said.set_tone("danger")

        self.background.run(lambda: self.print_slip(job), answered, failed)
