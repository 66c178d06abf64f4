"""Which stick: the question as it follows from what stands in the sockets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from kiosk.ui.screens.closing_pages import AskPage, Verb
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.choice import Choice, Option

MOST = 4


class Stick(Protocol):
    """What of a stick is shown."""

    @property
    def serial(self) -> str: ...

    @property
    def label(self) -> str: ...


def show_sticks(
    ask: AskPage,
    texts: Texts,
    sticks: Sequence[Stick],
    look: Verb,
    write: Callable[[int], None],
    *,
    note: str,
    earlier: Mapping[str, tuple[str, ...]],
) -> None:
    """None: plug one in; one: write to it; several: choose, the others are never written to."""
    if not sticks:
        title, hint = texts.get("closing.stick_none_title"), texts.get("closing.stick_none_hint")
        ask.show_question(title, hint, (look,), note=note)
        return
    if len(sticks) == 1:
        stick = sticks[0]
        go = Verb("closing.write", texts.get("closing.write"), lambda: write(0), "primary")
        lines = [_words(texts, stick)]
        before = [name for name in earlier.get(stick.serial, ()) if name != note]
        if before:
            lines.append(texts.get("closing.stick_earlier", count=len(before)))
            lines += [f"　{name}" for name in before[-MOST:]]
        ask.show_question(
            texts.get("closing.stick_title", label=stick.label), "\n".join(lines), (look, go), note=note
        )
        return
    options = [
        Verb(f"closing.stick.{at + 1}", f"{stick.label}　{_words(texts, stick)}", partial(write, at))
        for at, stick in enumerate(sticks[:MOST])
    ]
    title = texts.get("closing.stick_several_title", count=len(sticks))
    ask.show_question(title, texts.get("closing.stick_several_hint"), (look,), options=options, note=note)


def ask_which_stick(screen: Screen, sticks: Sequence[Stick], write: Callable[[int], None]) -> None:
    """With several in the sockets, over the page that stays: which one gets the copy."""
    texts = screen.texts
    Choice(
        screen,
        texts.get("closing.stick_several_title", count=len(sticks)),
        [Option(str(at), f"{stick.label}　{_words(texts, stick)}") for at, stick in enumerate(sticks[:MOST])],
        lambda key: write(int(key)),
        words=texts.get("closing.stick_several_hint"),
        cancel=texts.get("closing.back"),
        name="closing.which",
    )


def _words(texts: Texts, stick: Stick) -> str:
    return texts.get("closing.stick_serial", serial=stick.serial)
