"""The city sends a batch back: what it names is put right, and a new batch takes the old one's place."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.city.desk import answer, check, write_answer
from kiosk.domain.batch import SessionState
from kiosk.domain.closing import Difference, Explanation, Gap
from kiosk.domain.custody import Paper
from kiosk.domain.errors import Refused
from kiosk.domain.receipt import Decision
from kiosk.domain.visit import Outcome, Reason, Service, State, StepKind
from kiosk.services.clock import Clock
from tests.house import Counterday, never, silent

REASON = "封筒の通数が納品書と違います"


def send_back(day: Counterday, reason: str = REASON) -> Path:
    """The city rejects the newest batch on the stick, and the kiosk reads it."""
    name = day.handover.batch_name() or ""
    given = answer(day.house.city, day.house.stick / name, Clock().now(), by="市職員", reject=reason)
    file = day.house.stick / f"{name.removesuffix('.zip')}.receipt.json"
    write_answer(given, file)
    assert day.receipts.take(file) is Decision.REJECT
    return file


@pytest.fixture
def rejected(exported: Counterday) -> Counterday:
    send_back(exported)
    return exported


def export_again(day: Counterday) -> None:
    day.handover.record_sealed(day.handover.prepare_seal().run(silent, never))
    job = day.handover.prepare_export(day.handover.drives()[0])
    day.handover.record_exported(job, job.run(silent, never))


def test_what_the_city_named_is_mended_and_the_new_batch_names_the_old(rejected: Counterday) -> None:
    day = rejected
    old, _ = day.handover.newest_manifest(day.desk.session_day)
    untouched = (day.house.stick / old.facts.name.file).read_bytes()
    why = day.mending.rejection()
    assert why is not None
    assert (why.seq, why.reason, why.receiver) == (1, REASON, "市職員")
    with pytest.raises(Refused, match="session_not_open"):
        day.counter.undo("A001")

    day.mending.reopen()
    day.mending.reopen()
    assert day.desk.state is SessionState.OPEN
    assert day.mending.mend("A001").state is State.SERVING
    assert day.mending.mend("A001").state is State.SERVING
    assert [visit.ticket for visit in day.counter.at_window()] == ["A001"]
    with pytest.raises(Refused, match="closing_unexplained"):
        day.closing.approve()
    # One copy more was in the envelope: it is opened, counted, sealed again.
    assert day.counter.undo("A001").steps[-1].kind is StepKind.SEALED
    day.custody.set_held("A001", Paper.F09, 2)
    day.counter.seal("A001")
    day.counter.finish("A001", Outcome.ACCEPTED)
    assert day.closing.approve().agrees
    export_again(day)

    new, earlier = day.handover.newest_manifest(day.desk.session_day)
    assert (new.facts.seq, new.facts.prev, new.facts.supersedes) == (2, old.sha256(), old.sha256())
    assert earlier == (old.sha256(),)
    assert (old.facts.custody["F09"], new.facts.custody["F09"]) == (1, 2)
    assert new.facts.journal.length > old.facts.journal.length
    assert (day.house.stick / old.facts.name.file).read_bytes() == untouched
    (finding,) = check(day.house.city, [day.house.stick / new.facts.name.file], Clock().now())
    assert finding.problem is None
    with day.desk.office.reading() as view:
        papers = view.papers.of_session(day.desk.session_day)
        figures = view.figures.of_session(day.desk.session_day)
    with day.desk.session.reading() as seen:
        lines = seen.custody.lines()
    assert [(line.ticket, line.paper, line.movement) for line in papers] == [
        (line.ticket, line.paper.value, line.movement.value) for line in lines
    ]
    assert [line.outcome for line in figures] == ["accepted", "stopped"]

    day.house.answer_as_city(day.house.stick)
    assert day.receipts.take(day.receipts.find(day.house.stick)) is Decision.ACCEPT
    assert day.erase().startswith(b"%PDF")
    assert list(day.desk.vault.folder.outbox.glob("*.zip")) == []


def test_nobody_new_is_received_while_mending(rejected: Counterday) -> None:
    rejected.mending.reopen()
    with pytest.raises(Refused, match="mending_no_new"):
        rejected.reception.check_in(Service.ISSUANCE)
    with pytest.raises(Refused, match="mending_no_new"):
        rejected.reception.guide_only("other")
    with pytest.raises(Refused, match="mending_no_new"):
        rejected.take_list()


def test_a_receipt_of_the_old_batch_opens_nothing_any_more(rejected: Counterday) -> None:
    day = rejected
    file = day.house.stick / "13210-K1-000001-20251105.receipt.json"
    assert day.receipts.take(file) is Decision.REJECT, "the same answer again changes nothing"
    export_again(day)
    with pytest.raises(Refused, match="receipt_superseded"):
        day.receipts.take(file)
    assert day.mending.rejection() is None
    with pytest.raises(Refused, match="erase_no_receipt"):
        day.erase()


def test_only_a_rejected_day_is_opened_again_and_only_by_a_manager(day: Counterday) -> None:
    day.issue(day.at_window().ticket)
    with pytest.raises(Refused, match="mending_not_now"):
        day.mending.mend("A001")
    day.closing.approve()
    with pytest.raises(Refused, match="mending_not_rejected"):
        day.mending.reopen()
    export_again(day)
    with pytest.raises(Refused, match="mending_not_rejected"):
        day.mending.reopen()
    send_back(day)
    day.sign_in_staff()
    with pytest.raises(Refused, match="not_allowed"):
        day.mending.reopen()
    assert day.desk.state is SessionState.CLOSED


def test_rejected_twice_each_batch_names_the_one_before(rejected: Counterday) -> None:
    day = rejected
    hashes = [day.handover.newest_manifest(day.desk.session_day)[0].sha256()]
    for _ in range(2):
        day.mending.reopen()
        day.restart()
        assert day.mending.is_under_way, "a restart finds the day open for mending"
        day.mending.mend("A002")
        day.counter.side_exit("A002", Reason.R01)
        day.closing.approve()
        export_again(day)
        manifest, _ = day.handover.newest_manifest(day.desk.session_day)
        assert manifest.facts.supersedes == hashes[-1]
        hashes.append(manifest.sha256())
        send_back(day)
    assert len(set(hashes)) == 3


def test_words_said_of_what_was_put_right_are_not_carried_on(day: Counterday) -> None:
    ticket = day.at_window().ticket
    day.closing.explain(Explanation(Difference(Gap.NO_OUTCOME, ticket), "本人が帰られた"))
    day.counter.side_exit(ticket, Reason.R10)
    assert day.closing.approve().agrees
    assert day.handover.prepare_seal().facts.differences == ()
