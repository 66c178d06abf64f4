"""Files the window leaves on this PC: papers for printing, the key card, the device addresses."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.staff import Act
from kiosk.services.commission import DEVICES_FILE, LOGS_FOLDER, PAPERS_FOLDER
from kiosk.services.desk import Desk
from kiosk.settings import Devices, read_devices


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
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))
        return name

    def card_text(self) -> str:
        """The kiosk's public card."""
        with self._desk.office.reading() as view:
            return str(view.settings.get("kiosk_card"))

    def save_card(self) -> str:
        """Writes the card beside the papers; its file name."""
        name = f"kiosk-{self._desk.kiosk}-card.json"
        _replace(self.papers / name, self.card_text().encode())
        return name

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
