"""Below the list of visitors: the accepted photo as a file for an online application, and its deletion."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.domain.errors import Refused
from kiosk.services.portrait_files import PhotoFile, PhotoFileJob, PortraitFiles
from kiosk.ui.background import Background
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.choice import Choice, Option

MOST_OFFERED = 12


def photo_task(files: PortraitFiles, texts: Texts) -> tuple[str, str] | None:
    """(tone, words) for the close screen while photos still lie on a stick."""
    left = len(files.open_tasks())
    return ("warning", texts.get("photo_file.open_task", count=left)) if left else None


class PhotoOutputs(QWidget):
    """Two buttons: write to the stick, and delete what still lies there."""

    def __init__(
        self,
        files: PortraitFiles,
        texts: Texts,
        background: Background,
        *,
        said: Callable[[str], None],
        failed: Callable[[Exception], None],
        deletes_only: bool = False,
    ) -> None:
        """`deletes_only`: after the close nothing more is handed out, but what lies there has to go."""
        super().__init__()
        self._deletes_only = deletes_only
        self._files, self._texts, self._background = files, texts, background
        self._said, self._failed = said, failed
        self._write = Button(texts.get("photo_file.button"), name="photo.file").guarded(self._ask_ticket)
        self._delete = Button("", name="photo.file_delete").guarded(self._ask_delete)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(16)
        line.addWidget(self._write)
        line.addWidget(self._delete)
        line.addStretch(1)

    def refresh(self) -> None:
        """What can be written and what has to be deleted now."""
        open_tasks = self._files.open_tasks()
        may_write = not self._deletes_only and bool(self._files.tickets())
        self.setVisible(may_write or bool(open_tasks))
        self._write.setVisible(may_write)
        self._delete.setVisible(bool(open_tasks))
        self._delete.setText(self._texts.get("photo_file.delete", count=len(open_tasks)))

    def _ask_ticket(self) -> None:
        options = [Option(ticket, ticket) for ticket in self._files.tickets()[:MOST_OFFERED]]
        self._ask("ask_ticket", options, self._begin_write)

    def _ask_delete(self) -> None:
        self._tasks = {str(file.number): file for file in self._files.open_tasks()[:MOST_OFFERED]}
        options = [Option(number, self._named(file)) for number, file in self._tasks.items()]
        self._ask("ask_delete", options, lambda number: self._begin_delete(self._tasks[number]))

    def _named(self, file: PhotoFile) -> str:
        return self._texts.get("photo_file.file", ticket=file.ticket, serial=file.serial)

    def _ask(self, key: str, options: list[Option], then: Callable[[str], None]) -> None:
        texts = self._texts
        Choice(
            self,
            texts.get(f"photo_file.{key}"),
            options,
            then,
            words=texts.get(f"photo_file.{key}_hint"),
            cancel=texts.get("photo_file.back"),
            name=f"photo.{key}",
        )

    def _begin_write(self, ticket: str) -> None:
        try:
            job = self._files.prepare(ticket)
        except Refused as no:
            if no.key != "medium_not_encrypted" or not self._files.may_declare:
                raise
            self._ask_encrypted(ticket)
            return

        def not_written(error: Exception) -> None:
            if isinstance(error, Refused):
                self._files.record_refused(job)
            self._end(error)

        self._run(job, lambda: self._said(self._texts.get("photo_file.written", ticket=ticket)), not_written)

    def _ask_encrypted(self, ticket: str) -> None:
        """The manager holds the stick in the hand: how is it encrypted?"""
        methods = self._texts.table("photo_file.methods")

        def declare(key: str) -> None:
            self._files.declare_encrypted(methods[key])
            self._begin_write(ticket)

        self._ask("ask_encrypted", [Option(key, words) for key, words in methods.items()], declare)

    def _begin_delete(self, file: PhotoFile) -> None:
        job = self._files.prepare_delete(file)

        def deleted() -> None:
            self._files.record_deleted(job)
            self._said(self._texts.get("photo_file.deleted", ticket=file.ticket))

        self._run(job, deleted, self._end)

    def _run(
        self, job: PhotoFileJob, done: Callable[[], None], otherwise: Callable[[Exception], None]
    ) -> None:
        for button in (self._write, self._delete):
            button.setEnabled(False)

        def then(_: object) -> None:
            try:
                done()
            finally:
                self._end(None)

        self._background.run(job.run, then, otherwise)

    def _end(self, error: Exception | None) -> None:
        for button in (self._write, self._delete):
            button.setEnabled(True)
        self.refresh()
        if error is not None:
            self._failed(error)
