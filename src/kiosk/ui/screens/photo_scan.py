"""A ticket at the camera brings its visitor: scanned, typed, or held before the lens; a form, its ID."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit

from kiosk.domain.application import grouped, read_application_id
from kiosk.domain.errors import Refused
from kiosk.domain.ticket import looks_like_code
from kiosk.domain.visit import Visit
from kiosk.services.application import ApplicationDesk
from kiosk.ui.code_watch import CodeWatch
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.failures import tell_failure


class ScanField(QLineEdit):
    """Empties itself with every Enter; what was not printed here today is refused in a sentence."""

    def __init__(self, texts: Texts, read: Callable[[str], str], choose: Callable[[str], None]) -> None:
        super().__init__()
        self.setObjectName("photo.number")
        self.setAccessibleName(texts.get("photo_screen.scan"))
        self.setPlaceholderText(texts.get("photo_screen.scan"))
        self.setMinimumHeight(56)
        self._read, self._choose = read, choose
        self.returnPressed.connect(self._entered)

    def _entered(self) -> None:
        untrusted_text = self.text()
        self.clear()
        if not untrusted_text.strip():
            return
        try:
            self._choose(self._read(untrusted_text))
        except Exception as error:
            tell_failure(self, error)


class HeldCodes(QObject):
    """What the station's own camera reads: with nobody chosen a ticket, with somebody their form's ID.

    The ID is only remembered here; it is recorded with the photo, which is the step before it.
    """

    def __init__(
        self,
        host: Screen,
        watch: CodeWatch,
        *,
        read_ticket: Callable[[str], str] | None,
        choose: Callable[[str], None],
        chosen: Callable[[], Visit | None],
        applications: ApplicationDesk | None,
        noted: Callable[[str], None],
        aside: Callable[[], bool],
    ) -> None:
        """Nothing is read while `aside`: the camera is set up, and whoever holds a paper is ours."""
        super().__init__(host)
        self._host, self._texts = host, host.texts
        self._read, self._choose, self._chosen = read_ticket, choose, chosen
        self._applications, self._noted, self._aside = applications, noted, aside
        self._form_id, self._is_asking = "", False
        watch.failed.connect(host.show_failure)
        watch.held.connect(self._held)

    def forget(self) -> str:
        """For the next visitor; gives the ID that was read for this one, or nothing."""
        form_id, self._form_id, self._is_asking = self._form_id, "", False
        return form_id

    def record(self, ticket: str, form_id: str) -> None:
        """Keeps the ID that was read, if there was one."""
        if form_id and self._applications is not None:
            self._applications.put_id(ticket, form_id)

    def _held(self, untrusted_text: str) -> None:
        visit = self._chosen()
        if self._read is None or self._is_asking or self._aside():
            return
        try:
            if visit is None:
                # A number that is only written into a code proves nothing; typed by the staff it may stand.
                if not looks_like_code(untrusted_text):
                    raise Refused("code_unreadable")
                self._choose(self._read(untrusted_text))
            elif "://" in untrusted_text and self._applications is not None:
                known = self._form_id or self._applications.id_of(visit.ticket) or ""
                self._compare(visit, known, read_application_id(untrusted_text))
        except Exception as error:
            tell_failure(self._host, error)

    def _compare(self, visit: Visit, known: str, fresh: str) -> None:
        """Another form than the one read before may be a relative's: a person decides."""
        if known in ("", fresh):
            self._note(visit.ticket, fresh)
            return
        self._is_asking = True
        Choice(
            self._host,
            self._texts.get("photo_screen.ask_id", ticket=visit.ticket),
            [Option("other", self._texts.get("photo_screen.id_replace"))],
            lambda _: self._note(visit.ticket, fresh),
            words=self._texts.get("photo_screen.ask_id_words", known=grouped(known), other=grouped(fresh)),
            cancel=self._texts.get("photo_screen.id_stays"),
            never=self._answered,
            name="photo.other_id",
        )

    def _note(self, ticket: str, form_id: str) -> None:
        self._answered()
        now = self._chosen()
        if now is not None and now.ticket == ticket:
            self._form_id = form_id
            self._noted(form_id)

    def _answered(self) -> None:
        self._is_asking = False
