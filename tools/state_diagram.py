"""Prints docs/states.md from the tables in the code: `python tools/state_diagram.py > docs/states.md`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import Enum

from kiosk.domain.batch import TRANSITIONS as SESSION_MOVES
from kiosk.domain.batch import SessionState
from kiosk.domain.visit import TRANSITIONS as VISIT_MOVES
from kiosk.domain.visit import Event, State

HEAD = """\
# States

Printed from the tables in `src/kiosk/domain/visit.py` and `src/kiosk/domain/batch.py` by
`tools/state_diagram.py`; a test compares this page with them, so it cannot be out of date.

"""

VISIT = """\
## A visit

One person's passage. Whoever has not written the forms comes back from `return`, `resume` and `transfer` to
the forms desk (`received`), not into the line, and cannot be called. `finish` needs every step of the
service; `leave` is the side exit with a reason; `void` takes back a number that was given by mistake.

"""

PAIRS = """\

Every pair of state and event; an empty field is refused.

"""

SESSION = """\
## A session

One opening of the counter and where its data stand on this PC. Every step can be repeated after a power
cut. A rejecting receipt leads back to `closed`: mended, and sealed again under a new number.

"""


def diagram(moves: Mapping[tuple[Enum, Enum], Enum], order: type[Enum], first: Enum, last: Enum) -> list[str]:
    """A Mermaid state diagram; events between the same two states share one arrow."""
    arrows: dict[tuple[Enum, Enum], list[str]] = {}
    for (begin, event), end in moves.items():
        arrows.setdefault((begin, end), []).append(str(event.value))
    place = {state: number for number, state in enumerate(order)}
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first.value}"]
    for begin, end in sorted(arrows, key=lambda arrow: (place[arrow[0]], place[arrow[1]])):
        lines.append(f"    {begin.value} --> {end.value} : {', '.join(arrows[begin, end])}")
    return [*lines, f"    {last.value} --> [*]", "```", ""]


def table(moves: Mapping[tuple[Enum, Enum], Enum], states: type[Enum], events: type[Enum]) -> list[str]:
    """A row per state, a column per event, the state that follows in the field."""
    names = [str(event.value) for event in events]
    lines = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for state in states:
        ends = [moves.get((state, event)) for event in events]
        lines.append(f"| **{state.value}** | {' | '.join(str(end.value) if end else '' for end in ends)} |")
    return [*lines, ""]


def page() -> str:
    """The whole page."""
    visit = diagram(VISIT_MOVES, State, State.RECEIVED, State.CLOSED)
    pairs = table(VISIT_MOVES, State, Event)
    session = diagram(SESSION_MOVES, SessionState, SessionState.OPEN, SessionState.ERASED)
    return HEAD + VISIT + "\n".join(visit) + PAIRS + "\n".join(pairs) + "\n" + SESSION + "\n".join(session)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(page())
