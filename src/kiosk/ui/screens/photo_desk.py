"""What happens between the camera and an accepted photo: looking, shooting, and up to three candidates."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from kiosk.domain.errors import Trouble
from kiosk.domain.portrait import RULES, Rule, Verdict, judge
from kiosk.domain.portrait_advice import Spoken
from kiosk.services.portrait import Candidate, Look, PortraitDesk
from kiosk.ui.background import Background
from kiosk.ui.preview import Preview

LOOK_MS = 66
"""Every second picture is judged; the picture itself is not slowed by that."""
FULL_EVERY = 15
"""Once a second a look follows nothing: it finds the face anew and measures all of it at once."""
LOST_AFTER_S = 1.5
GREEN_FOR_S = 1.0
SEEN_IN_FULL = ("sharp", "background")
"""Without these the light has not been looked at yet: too early for the shutter to release by itself."""
SHOTS = 5
SHOTS_WITHIN_MS = 1500
MOST_CANDIDATES = 3


class PhotoDesk(QObject):
    """Drives the preview for the screen; knows no visit."""

    looked = Signal(object, str, int)
    """(Verdict, key of the advice that stands on the screen, height of the frame in pixels)."""
    lost = Signal()
    shot = Signal(object)
    shot_failed = Signal(object)
    look_failed = Signal(object)
    green = Signal()

    def __init__(
        self,
        preview: Preview,
        portraits: PortraitDesk,
        background: Background,
        rules: Callable[[], Mapping[str, Rule]],
    ) -> None:
        """`rules`: those of the camera in use, asked for whenever the screen comes to the front."""
        super().__init__()
        self._rules_now, self._rules = rules, RULES
        self.preview, self._portraits, self._background = preview, portraits, background
        self._looking = False
        self._sitting = 0
        self._looks = 0
        self._looked_at: Any = None
        self._seen_at = time.monotonic()
        self._kept: dict[str, float] = {}
        self._spoken = Spoken()
        self._green_since: float | None = None
        self._shots: list[Any] | None = None
        self._maker: Callable[..., Candidate] = portraits.make
        self._tick = QTimer(self)
        self._tick.setInterval(LOOK_MS)
        self._tick.timeout.connect(self._look)
        self._deadline = QTimer(self)
        self._deadline.setSingleShot(True)
        self._deadline.setInterval(SHOTS_WITHIN_MS)
        self._deadline.timeout.connect(self._make)
        preview.frame_ready.connect(self._frame)

    @property
    def is_shooting(self) -> bool:
        """Whether a shot is being taken."""
        return self._shots is not None

    def start(self) -> None:
        """The screen is in front."""
        self._seen_at = time.monotonic()
        self.use_rules()
        self._tick.start()
        self.preview.start()

    def use_rules(self) -> None:
        """Judges from now on by the camera's own numbers, as they stand now."""
        self._rules = self._rules_now()

    def stop(self) -> None:
        """The screen is behind: the camera is free again."""
        self._tick.stop()
        self.preview.stop()
        self.forget()

    def forget(self) -> None:
        """Another person: nothing of the last one is kept, nor what is still being judged of them."""
        self._sitting += 1
        self._deadline.stop()
        self._shots = None
        self._kept.clear()
        self._looked_at = None
        self._spoken = Spoken()
        self._green_since = None

    def shoot(self, make: Callable[..., Candidate] | None = None) -> None:
        """Collects frames that came after the touch; what the camera held before is stale.

        `make` judges them in another way than a person before the camera is judged.
        """
        if self._shots is None:
            self._shots, self._maker = [], make or self._portraits.make
            self._deadline.start()

    def _frame(self, _: object) -> None:
        self._seen_at = time.monotonic()
        if self._tick.isActive() and self._spoken.is_ready(self._seen_at):
            # Something else may have to be said: the very next picture confirms it or not.
            self._look()
        if self._shots is None or not self._deadline.isActive():
            return
        pixels = self.preview.latest()
        if pixels is not None and not any(pixels is one for one in self._shots):
            self._shots.append(pixels)
        if len(self._shots) >= SHOTS:
            self._make()

    def _make(self) -> None:
        self._deadline.stop()
        shots = self._shots or []
        if not shots:
            self._shots = None
            self.shot_failed.emit(Trouble("camera_lost"))
            return
        make, rules, sitting = self._maker, self._rules, self._sitting

        def made(answer: Candidate | Exception) -> None:
            if sitting != self._sitting:
                # The one who was shot has left the chair: it may never become the next one's photo.
                return
            self._shots = None
            (self.shot_failed if isinstance(answer, Exception) else self.shot).emit(answer)

        self._background.run(lambda: make(*shots, rules=rules), made, made)

    def _look(self) -> None:
        if time.monotonic() - self._seen_at > LOST_AFTER_S:
            self._green_since = None
            self.lost.emit()
            return
        pixels = self.preview.latest()
        if self._looking or self._shots is not None or pixels is None or pixels is self._looked_at:
            return
        self._looking, self._looked_at = True, pixels
        self._looks += 1
        quick = self._looks % FULL_EVERY != 0
        look, rules, sitting = self._portraits.look, self._rules, self._sitting
        self._background.run(
            lambda: look(pixels, quick=quick, rules=rules),
            lambda seen: self._seen(seen, sitting),
            self._not_seen,
        )

    def _seen(self, look: Look, sitting: int) -> None:
        self._looking = False
        if sitting != self._sitting or not self._tick.isActive():
            return
        verdict, now = self._with_kept(look), time.monotonic()
        self._spoken = self._spoken.heard(verdict.advice, now)
        self.looked.emit(verdict, self._spoken.advice, look.seen.height_px)
        self._watch_green(verdict, now)

    def _not_seen(self, error: Exception) -> None:
        self._looking = False
        self._tick.stop()
        self.look_failed.emit(error)

    def _with_kept(self, look: Look) -> Verdict:
        """A quick look judged together with what was measured last of eyes and background."""
        if look.seen.faces != 1:
            # Another person may come: nothing measured on this one is true of them.
            self._kept.clear()
        self._kept.update(look.seen.measures)
        return judge(self._kept, self._rules)

    def _watch_green(self, verdict: Verdict, now: float) -> None:
        if not verdict.is_green or any(verdict.check(name).value is None for name in SEEN_IN_FULL):
            self._green_since = None
        elif self._green_since is None:
            self._green_since = now
        elif now - self._green_since >= GREEN_FOR_S:
            self._green_since = None
            self.green.emit()
