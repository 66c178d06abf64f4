"""Somebody who holds papers before this PC's practice camera, for the stories of the small camera view."""

from __future__ import annotations

from pathlib import Path

import cv2
from PySide6.QtWidgets import QLabel, QWidget

from kiosk.devices.camera import CameraLoop
from kiosk.devices.camera_url import open_camera
from kiosk.ui.background import Background
from kiosk.ui.code_camera import CodeCamera
from kiosk.ui.texts import Texts
from tests.film import drawn
from tests.ui.counter_day import is_shown, shown, wait_until

SLOWLY = 60.0


class Hand:
    """The paper of the moment; `faults` as in the practice camera's address."""

    def __init__(self, folder: Path, texts: Texts, background: Background, faults: str = "") -> None:
        self._paper = folder / "held.png"
        self.address = f"virtual:held={self._paper}{faults and ','}{faults}"
        self.camera = CodeCamera(
            lambda: CameraLoop(open_camera(self.address, practice=True), retry_first_s=0.1, retry_last_s=0.1),
            texts,
            background,
        )

    def hold(self, text: str) -> None:
        """Another paper, put there whole, as a hand does."""
        aside = self._paper.with_name("aside.png")
        assert cv2.imwrite(str(aside), drawn(text))
        aside.replace(self._paper)

    def wait_for(self, screen: QWidget, words: str) -> None:
        """Until the line below the picture says it."""
        wait_until(
            lambda: (
                is_shown(screen, "code_camera.line")
                and words in shown(screen, "code_camera.line", QLabel).text()
            ),
            SLOWLY,
        )
