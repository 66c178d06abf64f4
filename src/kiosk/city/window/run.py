"""Starts the officer's window with the system's own dialogs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QStorageInfo, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog

from kiosk import logs
from kiosk.city.window.hands import Hands
from kiosk.city.window.office import OfficerWindow
from kiosk.domain.errors import Trouble
from kiosk.ui import theme
from kiosk.ui.interrupt import ended_by_interrupt
from kiosk.ui.texts import Texts

SIZE = (1280, 800)
MEDIA = ("/media/", "/run/media/", "/mnt/")


def run_officer(folder: Path, texts: Texts, batch: Path | None) -> int:
    """The window until it is closed; the exit code of the program. Raises KeyboardInterrupt for Ctrl+C."""
    app = theme.application()
    # Not quit(), which closes the window first and so asks for the end a second time.
    with ended_by_interrupt(app.exit):
        return _run(app, folder, texts, batch)


def _run(app: QApplication, folder: Path, texts: Texts, batch: Path | None) -> int:
    if folder.is_dir():
        logs.write_logs_to(folder / "logs")
    window = build_officer(folder, texts)
    previous = sys.excepthook

    def fault(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if isinstance(error, Exception):
            window.show_failure(error)

    sys.excepthook = fault
    try:
        screen = app.primaryScreen().availableGeometry()
        window.resize(min(SIZE[0], screen.width()), min(SIZE[1], screen.height() - 40))
        window.show()
        if batch is not None and window.is_ready:
            window.look_at(batch)
        return int(app.exec())
    finally:
        sys.excepthook = previous
        window.close()


def build_officer(folder: Path, texts: Texts) -> OfficerWindow:
    """The window over a city folder, with the dialogs of this system."""
    hands = Hands(
        file=lambda kind: _path(QFileDialog.getOpenFileName(None, "", "", kind)[0]),
        folder=lambda: _path(QFileDialog.getExistingDirectory(None, texts.get("officer.choose_folder"))),
        show_paper=_show,
        media=mounted_media,
    )
    return OfficerWindow(folder, texts, hands, at=lambda: datetime.now().astimezone())


def mounted_media() -> Sequence[Path]:
    """Top folders of what was plugged in; on Windows every ready drive but the system's (not verified)."""
    roots = [Path(volume.rootPath()) for volume in QStorageInfo.mountedVolumes() if volume.isReady()]
    if os.name == "nt":
        system = Path(os.environ.get("SYSTEMDRIVE", "C:") + "\\")
        return [root for root in roots if root != system]
    return [root for root in roots if f"{root}/".startswith(MEDIA)]


def _show(paper: Path) -> None:
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(paper))):
        raise Trouble("viewer_absent", name=paper.name)


def _path(chosen: str) -> Path | None:
    return Path(chosen) if chosen else None
