"""A day broken off: nobody is forgotten, and the city's order is named."""

from __future__ import annotations

import pytest

from kiosk.domain.custody import Paper
from kiosk.domain.errors import Refused
from kiosk.domain.visit import Event, Outcome, Reason, Service, State
from kiosk.domain.way import HaltKind
from tests.house import Counterday


def test_a_day_broken_off_sends_everybody_home_with_their_papers(day: Counterday) -> None:
    done = day.at_window().ticket
    day.issue(done)
    serving = day.at_window().ticket
    day.custody.set_held(serving, Paper.F01, 1)
    waiting = day.waiting(Service.APPLICATION).ticket
    writing = day.reception.check_in(Service.ISSUANCE).ticket
    day.counter.move(waiting, Event.CALL)

    with pytest.raises(Refused, match="words_missing"):
        day.halting.break_off("", "市職員 1番")
    halt, sent = day.halting.break_off("回線の障害が直らないため", "市民課 係長")
    assert (halt.kind, set(sent)) == (HaltKind.BROKEN_OFF, {serving, waiting, writing})
    for ticket in sent:
        visit = day.counter.visit(ticket)
        assert (visit.state, visit.outcome, visit.reason) == (State.CLOSED, Outcome.STOPPED, Reason.R12)
        assert day.custody.of(ticket) == {}
    assert day.counter.visit(done).outcome is Outcome.ACCEPTED
    assert day.halting.break_off("別の理由", "別の人")[0] == halt, "the first word stays"
    assert not day.halting.may_break_off
    assert day.closing.approve().agrees
    with pytest.raises(Refused, match="session_not_open"):
        day.halting.break_off("遅い", "市職員")
