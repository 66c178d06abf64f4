"""A ticket that went through two kiosks is one visit; numbers that contradict themselves stay apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

from kiosk.domain.custody import CustodyLine, Movement, Paper
from kiosk.domain.merging import Clash, Part, PartStep, merge

NINE = datetime(2025, 11, 5, 9, 0)


def step(minute: int, kind: str, event: str = "", operator: str = "yamada") -> PartStep:
    return PartStep(NINE + timedelta(minutes=minute), kind, operator, "done", event)


def paper(minute: int, kind: Paper, movement: Movement = Movement.RECEIVED) -> CustodyLine:
    return CustodyLine("A001", kind, 1, movement, NINE + timedelta(minutes=minute), "yamada")


def part(kiosk: str, *steps: PartStep, **more: object) -> Part:
    plain = Part(kiosk, "A001", "ISSUANCE", False, None, None, None, False, steps, ())
    return replace(plain, **more)  # type: ignore[arg-type]


ISSUED = part(
    "K1",
    step(0, "check_in"),
    step(0, "ticket"),
    step(3, "wait", "ready"),
    reserved=True,
    papers=(paper(1, Paper.F01),),
)
FINISHED = part(
    "K2",
    step(10, "call", "call", "mori"),
    step(11, "moved", "arrive", "mori"),
    step(20, "sealed", "", "mori"),
    step(21, "moved", "finish", "mori"),
    outcome="accepted",
    pin_form="FULL",
    papers=(paper(12, Paper.F02),),
)


def test_issued_on_one_kiosk_and_finished_on_another_is_one_whole_visit() -> None:
    for given in permutations([ISSUED, FINISHED]):
        (visit,), conflicts = merge(given)
        assert conflicts == ()
        assert visit.kiosks == ("K1", "K2")
        assert (visit.outcome, visit.reserved, visit.pin_form) == ("accepted", True, "FULL")
        assert [one.step for one in visit.steps][:3] == ["check_in", "ticket", "wait"]
        assert len(visit.steps) == 7
        assert (visit.waited_s, visit.served_s) == (7 * 60, 10 * 60)
        assert visit.papers == {"F01": 1, "F02": 1}


def test_what_two_kiosks_tell_alike_is_told_once_and_what_one_tells_twice_stays_twice() -> None:
    told_by_both = replace(FINISHED, steps=(*ISSUED.steps, *FINISHED.steps), papers=ISSUED.papers)
    (visit,), conflicts = merge([ISSUED, told_by_both])
    assert conflicts == ()
    assert len(visit.steps) == 7
    assert visit.papers == {"F01": 1}
    twice = replace(ISSUED, papers=(paper(1, Paper.F09), paper(1, Paper.F09)))
    (visit,), _ = merge([twice])
    assert visit.papers == {"F09": 2}


def test_numbers_that_contradict_themselves_stay_apart_and_are_listed() -> None:
    for other, clash in (
        (replace(FINISHED, service="APPLICATION"), Clash.SERVICE),
        (part("K2", step(5, "check_in")), Clash.RECEIVED_TWICE),
    ):
        visits, (conflict,) = merge([ISSUED, other])
        assert [visit.kiosks for visit in visits] == [("K1",), ("K2",)]
        assert (conflict.ticket, conflict.kiosks, conflict.clash) == ("A001", ("K1", "K2"), clash)
    visits, (conflict,) = merge([replace(ISSUED, outcome="stopped", reason="R10"), FINISHED])
    assert [visit.outcome for visit in visits] == ["stopped", "accepted"]
    assert conflict.clash is Clash.OUTCOME


def test_other_numbers_are_not_touched() -> None:
    others = [replace(FINISHED, ticket="B001"), replace(ISSUED, ticket="A002")]
    visits, conflicts = merge(others)
    assert [visit.ticket for visit in visits] == ["A002", "B001"]
    assert conflicts == ()
    assert merge([]) == ((), ())
