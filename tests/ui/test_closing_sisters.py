"""The lead's close screen: what the sister kiosk wrote is read, and one 納品書 is made for both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from kiosk.domain.batch import SessionState
from kiosk.services.practice import PRACTICE_DAY
from kiosk.ui.background import Background
from kiosk.ui.texts import Texts
from tests.house import Counterday, never, opened_copy, silent
from tests.sisters import a_sister, card_of
from tests.ui.counter_day import is_shown, wait_until
from tests.ui.test_closing import Desktop, Picture, Touch


@pytest.fixture
def pair(template: Path, tmp_path: Path, dressed: QWidget) -> Iterator[tuple[Counterday, Counterday]]:
    """K1 leads, K2 works from the papers; both are open."""
    with opened_copy(template, tmp_path / "kiosk") as lead, ExitStack() as stack:
        lead.open(with_list=False)
        sister, card = a_sister(lead, "K2", stack, staffed=False)
        lead.site.know(card)
        sister.sign_in_manager()
        sister.site.take(lead.site.export(), card_of(lead))
        sister.agenda.open(PRACTICE_DAY, sister.agenda.venues()[0], sister.agenda.checklist())
        yield lead, sister


def write(kiosk: Counterday) -> None:
    kiosk.handover.record_sealed(kiosk.handover.prepare_seal().run(silent, never))
    job = kiosk.handover.prepare_export(kiosk.handover.drives()[0])
    kiosk.handover.record_exported(job, job.run(silent, never))


def test_what_ended_at_the_sister_is_no_gap_and_both_go_on_one_sheet(
    pair: tuple[Counterday, Counterday],
    texts: Texts,
    background: Background,
    touch: Touch,
    picture: Picture,
) -> None:
    lead, sister = pair
    ticket = lead.waiting().ticket
    code = str(lead.tickets.compose(lead.counter.visit(ticket)).values["qr"])
    sister.counter.take_in(code, sister.tickets.read(code))
    sister.issue(ticket)
    sister.closing.approve()
    write(sister)

    desktop = Desktop(lead, lead.handover, texts, background)
    screen = desktop.screen
    assert desktop.words("closing.answer") == "▲ 違いが 1件"
    picture(desktop.window, "closing_lead")
    touch(screen, "closing.read_sisters")
    desktop.finished()
    assert desktop.words("closing.answer") == "✓ 一致しています"
    touch(screen, "closing.approve")
    write(lead)
    screen.refresh()
    wait_until(lambda: is_shown(screen, "closing.whole"))
    picture(desktop.window, "closing_whole")
    touch(screen, "closing.whole")
    desktop.finished()
    assert desktop.papers["delivery-all-20251105.pdf"].startswith(b"%PDF")
    assert lead.desk.state is SessionState.EXPORTED

    # A batch that is not what it was is named, and no sheet is made of it.
    desktop.papers.clear()
    stick = lead.house.stick / "13210-K2-000001-20251105.zip"
    stick.write_bytes(stick.read_bytes()[:-1])
    touch(screen, "closing.whole")
    desktop.finished()
    assert "納品データ" in screen.notice.accessibleName()
    assert desktop.papers == {}
