"""One sentence at a time: it comes quickly and does not flicker."""

from __future__ import annotations

from kiosk.domain.portrait_advice import HOLD_S, Spoken


def told(advices: list[str], every_s: float) -> list[str]:
    """What stands on the screen after each look."""
    spoken, said = Spoken(), []
    for number, advice in enumerate(advices):
        spoken = spoken.heard(advice, number * every_s)
        said.append(spoken.advice)
    return said


def test_a_change_is_said_within_a_quarter_of_a_second() -> None:
    said = told([""] * 3 + ["chin_up"] * 5, 0.1)
    assert said.index("chin_up") - 3 <= 2


def test_one_more_look_is_wanted_at_once_only_where_it_would_be_said() -> None:
    good = Spoken()
    first = good.heard("chin_up", 1.0)
    said = first.heard("chin_up", 1.1)
    other = said.heard("yaw", 1.2)
    assert [one.is_ready(1.2) for one in (good, first, said, other)] == [False, True, False, False]
    assert other.is_ready(1.1 + HOLD_S)


def test_a_single_look_says_nothing() -> None:
    assert set(told(["", "", "eyes_open", "", "", "mouth_closed", ""], 0.1)) == {""}


def test_what_is_said_stays_half_a_second() -> None:
    said = told([""] * 3 + ["roll"] * 3 + ["yaw"] * 9, 0.1)
    assert said.count("roll") * 0.1 >= HOLD_S - 0.1
    assert said[-1] == "yaw"


def test_two_that_alternate_do_not_flicker() -> None:
    said = told(["", ""] + ["roll", "yaw"] * 20, 0.1)
    assert len(set(said)) == 1
