"""The paper number: what stands on it, what the printer's answer means, and how it is read again."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from kiosk.devices.ports import Printed, PrinterState
from kiosk.devices.printer_virtual import VirtualPrinter
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.ticket import read_code, ticket_code
from kiosk.domain.visit import Service
from tests.ui.counter_day import DAY, CounterDay

KEY = bytes(range(32))


@pytest.fixture
def day() -> CounterDay:
    day = CounterDay()
    day.book()
    return day


def test_what_stands_on_a_ticket_and_what_does_not(day: CounterDay) -> None:
    for _ in range(2):
        day.ready(Service.CONSULTATION)
    visit = day.ready(Service.ISSUANCE, "R251109001")
    job = day.tickets.compose(visit)
    values = job.values
    assert (job.number, values["number"]) == ("A001", "A001")
    assert values["service"] == "交付受付"
    assert (values["waiting"], values["minutes"]) == (2, 16)  # two before, eight minutes each
    assert (values["reissue"], values["practice"]) == (False, True)
    assert "11:42" in values["when"]
    assert read_code(values["qr"], "KOGANEI", DAY, KEY) == "A001"
    assert not any("小金井 花子" in str(value) or "コガネイ" in str(value) for value in values.values())


LINES = (
    ("en", "Please wait until your number is called."),
    ("ja-easy", "番号を よびます。まっていて ください。"),
    ("zh-Hans", "请等候叫号，并保管好此票。"),
    ("ko", "번호를 부를 때까지 기다려 주십시오."),
)


def test_beside_the_japanese_stands_one_line_in_the_visitors_language(day: CounterDay) -> None:
    from kiosk.paper import ticket

    other = day.ready()
    for language, line in (("../ja", LINES[0][1]), *LINES):
        visit = day.ready()
        day.tickets.prefer((visit,), language)
        for job in (day.tickets.compose(visit), day.tickets.compose(visit, reissue=True)):
            assert job.values["language_line"] == line, language
            assert ticket.to_raster(job.values, 384).height_dots > 800  # every character has its picture
    assert "number is called" in day.tickets.compose(other).values["language_line"]


def test_a_ticket_is_dots_of_the_paper_and_the_reissue_is_another_picture(day: CounterDay) -> None:
    from kiosk.paper import compose

    visit = day.ready()
    first, again = day.tickets.compose(visit), day.tickets.compose(visit, reissue=True)
    pictures = [compose.to_raster("ticket", job.values, job.width_dots) for job in (first, again)]
    assert [picture.width_dots for picture in pictures] == [384, 384]
    assert pictures[0].rows != pictures[1].rows


@pytest.mark.parametrize(
    ("answers", "printed", "reprints"),
    [
        ([(Printed.CONFIRMED, False)], True, 0),
        ([(Printed.UNKNOWN, False)], False, 0),
        ([(Printed.UNKNOWN, False), (Printed.CONFIRMED, True)], True, 1),
        ([(Printed.CONFIRMED, False), (Printed.UNKNOWN, True), (Printed.UNKNOWN, True)], True, 2),
    ],
)
def test_the_printers_answer_is_kept_with_the_number(
    day: CounterDay, answers: list[tuple[Printed, bool]], printed: bool, reprints: int
) -> None:
    number = day.ready().ticket
    for answer, reissue in answers:
        day.tickets.record(number, answer, reissue=reissue)
    with day.desk.session.reading() as view:
        ticket = view.tickets.get(number)
        told = [entry for entry in view.journal.entries() if entry.act == "print_ticket"]
    assert (ticket.printed, ticket.reprints) == (printed, reprints)
    assert len(told) == len(answers)


def test_a_printer_that_fails_leaves_the_number_standing(day: CounterDay) -> None:
    printer = VirtualPrinter(384)
    printer.machine.state = PrinterState.PAPER_OUT
    job = day.tickets.compose(day.ready())
    with pytest.raises(Trouble, match="printer_paper_out"):
        day.tickets.print(job, printer)
    with day.desk.session.reading() as view:
        assert view.tickets.numbers() == ("A001",)
        assert not view.tickets.get("A001").printed
    assert day.ready().ticket == "A002"


def test_a_scanned_code_and_a_typed_number_are_the_same_visitor(day: CounterDay) -> None:
    qr = day.tickets.compose(day.ready()).values["qr"]
    assert day.tickets.read(f"{qr}\r\n") == day.tickets.read("ａ１") == "A001"
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in qr)
    for typed in (wide, qr.lower(), qr.replace(":", "+"), f"やまだ{qr}", f"{qr[:20]}{qr}"):
        assert day.tickets.read(typed) == "A001"


STRANGE = (
    (ticket_code("KOGANEI", DAY, "A001", bytes(32)), "code_foreign"),
    (ticket_code("KODAIRA", DAY, "A001", KEY), "code_foreign"),
    (ticket_code("KOGANEI", date(2025, 11, 5), "A001", KEY), "code_other_day"),
    ("Q1:KOGANEI", "code_unreadable"),
    ("q1:KOGANEI:251109:A001:00000000", "code_foreign"),  # read with Caps Lock on, and forged
    ("Q1:KOGQ1:KOGANEI:251109:A001:00000000", "code_foreign"),  # behind half a scan
    ("https://example.jp", "ticket_unreadable"),
    ("A000", "ticket_unreadable"),
)


def test_what_this_day_did_not_print(day: CounterDay) -> None:
    for scanned, problem in STRANGE:
        with pytest.raises(Refused) as no:
            day.tickets.read(scanned)
        assert (scanned, no.value.key) == (scanned, problem)


def test_after_969_the_letter_is_used_up_and_other_services_go_on(day: CounterDay) -> None:
    with day.desk.session.work() as work:
        from kiosk.domain.ticket import Ticket

        work.tickets.save(Ticket("A969", Service.ISSUANCE, day.clock.now()))
        work.commit()
    with pytest.raises(Refused, match="tickets_used_up"):
        day.reception.check_in(Service.ISSUANCE)
    assert day.reception.check_in(Service.CONSULTATION).ticket == "C001"


def test_two_receptions_have_bands_of_their_own(day: CounterDay) -> None:
    from kiosk.domain.ticket import Ticket

    with day.desk.session.work() as work:
        for first, last, wanted in (
            (1, 499, "A001"),
            (501, 999, "A501"),
            (1, 499, "A002"),
            (501, 999, "A502"),
        ):
            number = work.tickets.next("A", first=first, last=last)
            work.tickets.save(Ticket(number, Service.ISSUANCE, day.clock.now()))
            assert number == wanted
        with pytest.raises(Refused, match="tickets_used_up"):
            work.tickets.next("A", first=501, last=502)
        work.commit()


def test_a_job_is_complete_and_needs_no_database(day: CounterDay) -> None:
    job = day.tickets.compose(day.ready())
    assert dataclasses.is_dataclass(job)
    day.desk.session_db = None
    day.desk.office_db = None
    printer = VirtualPrinter(384)
    assert day.tickets.print(job, printer) is Printed.CONFIRMED
