"""Files the window leaves on this PC: papers for printing, the key card, the device addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.staff import Act
from kiosk.services.desk import Desk
from kiosk.services.open_desk import DEVICES_FILE, LOGS_FOLDER, PAPERS_FOLDER
from kiosk.settings import Devices, read_devices


class PublicCard(NamedTuple):
    """What the city registers: the whole text, and its parts for people to compare."""

    text: str
    fingerprint: str
    signing: str
    recipient: str


class DeskFiles:
    """Writes whole files or nothing into one data folder."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def root(self) -> Path:
        """The data folder."""
        return self._desk.vault.folder.root

    @property
    def papers(self) -> Path:
        """Where PDFs go."""
        return self.root / PAPERS_FOLDER

    @property
    def logs(self) -> Path:
        """Where the log is."""
        return self.root / LOGS_FOLDER

    def keep_paper(self, name: str, paper: bytes) -> str:
        """Saves a PDF and, outside practice, opens it in the system's viewer for printing; its file name.

        Raises Trouble("file_unwritable").
        """
        file = self.papers / name
        _replace(file, paper)
        if not self._desk.practice:
            _show(file)
        return name

    def keep_files(self, files: Mapping[str, bytes]) -> str:
        """Saves several forms of one paper and opens the first one, as `keep_paper`; their file names."""
        for name, content in files.items():
            _replace(self.papers / name, content)
        if not self._desk.practice:
            _show(self.papers / next(iter(files)))
        return "、".join(files)

    def workbooks(self, folders: Iterable[Path]) -> tuple[Path, ...]:
        """Workbooks in the papers' folder and in those of the sticks."""
        return tuple(
            file
            for folder in (self.papers, *folders)
            for file in sorted(folder.glob("*.xlsx"))
            if not file.name.startswith(("~", ".", "jisseki-"))
        )

    def card(self) -> PublicCard:
        """The kiosk's public card, as it goes to the city."""
        from kiosk.sealing.cards import KioskCard
        from kiosk.sealing.keys import public_line

        with self._desk.office.reading() as view:
            text = str(view.settings.get("kiosk_card"))
        card = KioskCard.from_text(text)
        return PublicCard(text, card.fingerprint, public_line(card.public), card.recipient)

    def save_card(self) -> str:
        """Writes the card as text and as a PDF with its code; the PDF's file name."""
        from kiosk.services.commission import Commissioned
        from kiosk.services.papers import key_card_pdf

        card, stem = self.card(), f"kiosk-{self._desk.kiosk}-card"
        paper = key_card_pdf(
            Commissioned(card.text, card.fingerprint, "", self._desk.practice), self._desk.kiosk
        )
        _replace(self.papers / f"{stem}.json", card.text.encode())
        return self.keep_paper(f"{stem}.pdf", paper)

    def save_devices(self, values: dict[str, str | int]) -> Devices:
        """Checks addresses as the next start would, then writes them; a manager's act.

        Raises Refused("not_allowed"), SettingsUnreadable, Trouble("file_unwritable").
        """
        self._desk.allow(Act.EDIT_REGISTERS)
        if any(set(str(value)) & set("'\n\r") for value in values.values()):
            raise Refused("settings_unreadable", where=DEVICES_FILE)
        # TOML literal strings keep the backslashes of a Windows path as they are.
        text = "".join(
            f"{name} = {value}\n" if isinstance(value, int) else f"{name} = '{value}'\n"
            for name, value in values.items()
        )
        devices = read_devices(text, DEVICES_FILE)
        _replace(self.root / DEVICES_FILE, text.encode())
        self._desk.devices = devices
        return devices


def _replace(file: Path, content: bytes) -> None:
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        aside = file.with_name(f"{file.name}.part")
        aside.write_bytes(content)
        aside.replace(file)
    except OSError:
        raise Trouble("file_unwritable", name=file.name) from None


def _show(file: Path) -> None:
    """Hands a file to whatever program the machine opens it with."""
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))
