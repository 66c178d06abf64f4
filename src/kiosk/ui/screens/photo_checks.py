"""The photo station's check list: eight lines, each the worst of its group, with sign, word and number."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from kiosk.domain.portrait import QUIET, RULES, Check, State, Verdict
from kiosk.ui.texts import Texts
from kiosk.ui.theme import DONE_MARK, NO_MARK, OPEN_MARK, WARN_MARK, restyle
from kiosk.ui.widgets.labels import Body, Caption

GROUPS: dict[str, tuple[str, ...]] = {
    "one_face": ("one_face",),
    "light": ("under_exposed", "over_exposed", "luminance", "even_light", "dynamic_range", "colour", "noise"),
    "size": ("size", "resolution", "room", "centre"),
    "background": ("background", "shadow", "background_light"),
    "direction": ("pitch", "yaw"),
    "eyes": ("eyes_open", "gaze", "mouth_closed", "sunglasses", "glare", "covering"),
    "roll": ("roll",),
    "sharp": ("sharp",),
}
"""In the order of reading, left and right by turns; the first of a group stands for it while all is well."""

ANGLES = frozenset({"roll", "yaw", "pitch"})
SHARES = frozenset({"size", "centre"})


@dataclass(frozen=True, slots=True)
class CheckLine:
    """What one line shows."""

    mark: str
    words: str
    number: str
    tone: str


def check_lines(verdict: Verdict, texts: Texts) -> tuple[CheckLine, ...]:
    """The eight lines of a verdict, in the order of GROUPS.

    Of several people only their number is said: what else was measured is true of one of them.
    """
    faces = verdict.check("one_face").value
    several = faces is not None and faces > 1
    return tuple(
        _unchecked(group, texts)
        if several and "one_face" not in names
        else _line(group, [verdict.check(name) for name in names], texts)
        for group, names in GROUPS.items()
    )


def _unchecked(group: str, texts: Texts) -> CheckLine:
    words = texts.get(f"photo_screen.check.{group}")
    return CheckLine(OPEN_MARK, words, texts.get("photo_screen.not_checked"), "neutral")


def _line(group: str, checks: list[Check], texts: Texts) -> CheckLine:
    for state, mark in ((State.FAIL, NO_MARK), (State.WARN, WARN_MARK)):
        wrong = next((check for check in checks if check.state is state and not _is_quiet(check)), None)
        if wrong is not None:
            words = texts.get(f"photo_screen.wrong.{wrong.name}")
            return CheckLine(mark, words, _number(wrong, texts, with_limit=True), "warning")
    words = texts.get(f"photo_screen.check.{group}")
    measured = next((check for check in checks if check.state is State.PASS or _is_quiet(check)), None)
    if measured is None:
        return _unchecked(group, texts)
    return CheckLine(DONE_MARK, words, _number(checks[0], texts, with_limit=False), "success")


def _is_quiet(check: Check) -> bool:
    """Enough, not plenty: nothing that anybody at the camera could do better."""
    return check.state is State.WARN and check.name in QUIET


def _number(check: Check, texts: Texts, *, with_limit: bool) -> str:
    if check.value is None:
        return ""
    if check.name in ANGLES:
        value = f"{abs(check.value):.0f}°"
        limit = f"{RULES[check.name].good[1]:.0f}°"
        return texts.get("photo_screen.value_limit", value=value, limit=limit) if with_limit else value
    if check.name in SHARES:
        return f"{check.value * 100:.0f}%"
    return f"{check.value:.0f} px" if check.name == "resolution" else ""


class CheckList(QWidget):
    """Two columns of four lines; only the words change, nothing moves."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(0)
        self._lines: list[tuple[Body, Caption]] = []
        for at, group in enumerate(GROUPS):
            words, number = Body(name=f"photo.check.{group}"), Caption(name=f"photo.number.{group}")
            line = QHBoxLayout()
            line.setContentsMargins(0, 0, 0, 0)
            line.addWidget(words, 1)
            line.addWidget(number)
            grid.addLayout(line, at // 2, at % 2)
            grid.setRowMinimumHeight(at // 2, 44)
            grid.setColumnStretch(at % 2, 1)
            self._lines.append((words, number))
        self.show_verdict(None)

    def show_verdict(self, verdict: Verdict | None) -> None:
        """The lines of a verdict; open circles while there is none."""
        if verdict is None:
            lines = tuple(
                CheckLine(OPEN_MARK, self._texts.get(f"photo_screen.check.{group}"), "", "neutral")
                for group in GROUPS
            )
        else:
            lines = check_lines(verdict, self._texts)
        for (words, number), line in zip(self._lines, lines, strict=True):
            words.setText(f"{line.mark} {line.words}")
            words.setAccessibleName(f"{line.mark} {line.words} {line.number}".strip())
            restyle(words, "role", "heading" if line.tone == "warning" else "body", tone=line.tone)
            number.setText(line.number)
