"""The city's receipt read from its codes by the camera: part by part, in any order, the last way back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from kiosk.domain.errors import Refused
from kiosk.domain.receipt import Decision
from kiosk.domain.receipt_parts import Parts
from kiosk.services.receipts import ReceiptDesk
from kiosk.ui.code_camera import CodeCamera
from kiosk.ui.texts import Texts


class ReceiptCodes:
    """Keeps what was read until the receipt is whole; then it is judged like a file."""

    def __init__(
        self,
        receipts: ReceiptDesk,
        camera: CodeCamera | None,
        texts: Texts,
        host: QWidget,
        done: Callable[[Decision], None],
    ) -> None:
        self._receipts, self._camera, self._texts = receipts, camera, texts
        self._host, self._done = host, done
        self._parts = Parts()

    @property
    def is_offered(self) -> bool:
        """Whether this PC has a camera to read with."""
        return self._camera is not None

    def begin(self) -> None:
        """The camera, and nothing read yet."""
        self._parts = Parts()
        if self._camera is not None:
            title, words = (self._texts.get(f"closing.codes_{part}") for part in ("title", "words"))
            self._camera.ask(self._host, title, words, self._take)

    def _take(self, untrusted_text: str) -> str:
        self._parts = self._parts.with_part(untrusted_text)
        if not self._parts.is_whole:
            return self._texts.get(
                "closing.codes_progress",
                read=len(self._parts.pieces),
                of=self._parts.of,
                missing="・".join(map(str, self._parts.missing)),
            )
        try:
            decision = self._receipts.take_codes(self._parts)
        except Refused:
            # Whole and wrong: another receipt may be shown without closing the camera.
            self._parts = Parts()
            raise
        self._done(decision)
        return ""
