"""The 実績報告書: counted from what outlives the erasure, in three forms that say the same."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from kiosk.domain.errors import Refused
from kiosk.domain.portrait import judge
from kiosk.domain.report import COUNTED, TALKED, MonthReport
from kiosk.domain.visit import TALK_KINDS, Outcome, Reason, Service
from kiosk.services.day_counts import day_counts
from kiosk.services.day_report import DayReports
from kiosk.services.photo_refusals import refused_words
from kiosk.services.portrait import Candidate
from kiosk.services.practice import MANAGER
from kiosk.services.register_book import RegisterBook
from kiosk.services.report_asked import asked_lines
from kiosk.services.report_table import COLUMNS
from kiosk.services.reports import ReportDesk
from kiosk.services.words import word
from tests.house import MARKED_NAMES, Counterday, opened_copy

MONTH = "2025-11"


@pytest.fixture
def served(day: Counterday) -> Counterday:
    """A counter day with a passage of every kind."""
    return serve(day)


@pytest.fixture(scope="module")
def closed(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counterday]:
    """The same day, closed; the tests that only read share it."""
    with opened_copy(template, tmp_path_factory.mktemp("closed") / "kiosk") as day:
        day.open()
        serve(day).closing.approve()
        yield day


def serve(day: Counterday) -> Counterday:
    """Two cards, two side exits, a question, a guidance."""
    day.issue(day.at_window(reservation="R251105001").ticket)
    day.issue(day.at_window().ticket)
    day.counter.side_exit(day.waiting().ticket, Reason.R02)
    apply = day.at_window(Service.APPLICATION).ticket
    good, open_mouth = judge({"one_face": 1.0, "roll": 0.0}), judge({"one_face": 1.0, "mouth_closed": 1.0})
    day.portraits.accept(apply, Candidate(b"jpeg", good), retakes=2, reasons=["mouth_closed", "wish"])
    day.counter.side_exit(apply, Reason.R10)
    infant = day.at_window(Service.APPLICATION).ticket
    day.portraits.accept(infant, Candidate(b"jpeg", open_mouth), override="infant")
    day.counter.side_exit(infant, Reason.R10)
    asked = day.at_window(Service.CONSULTATION).ticket
    day.counter.talked(asked, "lost")
    day.counter.finish(asked, Outcome.CONSULTED)
    day.reception.guide_only("what_to_bring")
    return day


def month_of(day: Counterday) -> MonthReport:
    return ReportDesk(day.desk).month(MONTH)


def test_the_report_is_the_same_before_and_after_the_erasure(served: Counterday) -> None:
    served.export()
    assert refused_words(served.desk) == ""
    served.house.answer_as_city(served.house.stick, photos=["B001=shadow", "2025-08-06:B009=roll"])
    served.receipts.take(next(served.house.stick.glob("*.receipt.json")), served.desk.session_day)
    before, files = month_of(served), ReportDesk(served.desk).files(MONTH).files
    served.erase()
    after, later = month_of(served), ReportDesk(served.desk).files(MONTH).files
    assert after == before
    assert files["jisseki-2025-11.csv"] == later["jisseki-2025-11.csv"]
    assert values_in(files["jisseki-2025-11.xlsx"]) == values_in(later["jisseki-2025-11.xlsx"])
    assert before.total.count("accepted") == 2
    assert dict(before.total.asked) == {"talked_lost": 1, "guided_what_to_bring": 1}
    assert before.total.photo_details == {
        "override_infant": 1,
        "refused_shadow": 1,
        "retake_mouth_closed": 1,
        "retake_wish": 1,
    }
    # One of a session this kiosk never held is told at the camera, and stands in no month here.
    assert refused_words(served.desk) == "傾き 1、影 1"
    assert (before.total.count("photos"), before.total.first_pass) == (2, 50)
    rows = load_workbook(io.BytesIO(later["jisseki-2025-11.xlsx"]))[word("report", "photo_sheet")]
    assert [[cell.value for cell in row] for row in rows][1:] == [
        ["撮り直しの理由　口の開き", 1, 1],
        ["撮り直しの理由　ご本人の希望", 1, 1],
        ["理由をつけて採用　乳幼児", 1, 1],
        ["市が受け取れなかった写真　影", 1, 1],
    ]
    assert before.lines[0].held.received_on is not None


def test_every_way_to_leave_is_in_the_breakdown(closed: Counterday) -> None:
    report = month_of(closed)
    total = report.total
    assert (total.came, total.count("came_reserved"), total.count("came_walk_in")) == (6, 1, 5)
    assert (total.count("accepted"), total.count("issuance_stopped"), total.count("consulted")) == (2, 1, 1)
    assert total.count("support_stopped") == 2
    assert total.count("guided") == 1
    assert total.stopped == {"R02": 1, "R10": 2}
    assert total.count("reserved") == total.count("came_reserved") + total.count("no_show")
    assert report.lines[0].held.staff == (MANAGER.name,)
    assert (report.plan, report.handled) == (1440, 2)


def test_an_open_session_is_said_not_guessed(day: Counterday) -> None:
    day.issue(day.at_window().ticket)
    report = month_of(day)
    assert report.uncounted == (day.desk.session_day,)
    assert report.total.came == 0
    with pytest.raises(Refused, match="report_day_open"):
        DayReports(day.desk).papers(day.desk.session_day)
    with pytest.raises(Refused, match="report_nothing"):
        ReportDesk(day.desk).month("2025-12")
    with pytest.raises(Refused, match="month_format"):
        ReportDesk(day.desk).month("11月")
    day.access.lock()
    day.sign_in_staff()
    with pytest.raises(Refused, match="not_allowed"):
        ReportDesk(day.desk).month(MONTH)


def test_the_day_has_its_report_and_its_staff_sheet(closed: Counterday) -> None:
    made = DayReports(closed.desk).papers(closed.desk.session_day)
    assert sorted(made.files) == ["nippo-2025-11-05.pdf", "nisshi-2025-11-05.pdf"]
    assert all(content.startswith(b"%PDF") for content in made.files.values())
    with pytest.raises(Refused, match="report_nothing"):
        DayReports(closed.desk).papers(date(2025, 11, 9))


def test_consultations_and_guidance_stand_by_kind_in_the_order_of_the_screens(closed: Counterday) -> None:
    total = month_of(closed).total
    assert total.count("consulted") == sum(n for name, n in total.asked.items() if name.startswith(TALKED))
    twice = total.plus(total).asked
    assert asked_lines(total.asked, {**twice, "guided_R02": 3, "guided_of_old": 1}) == [
        ("相談：紛失・破損", (1, 2)),
        ("案内：持ち物のご案内", (1, 2)),
        ("案内：交付通知書がない", (0, 3)),
        ("案内：of_old", (0, 1)),
    ]
    sheet = load_workbook(io.BytesIO(ReportDesk(closed.desk).files(MONTH).files["jisseki-2025-11.xlsx"]))[
        "相談・案内の内訳"
    ]
    assert [cell.value for cell in sheet["B"]] == ["計", 1, 1]


def test_a_mended_day_replaces_what_it_told_before(day: Counterday) -> None:
    day.counter.talked(day.at_window(Service.CONSULTATION).ticket, "pin")
    with day.desk.session.reading() as view:
        counts = day_counts(view)
    assert {name: count for name, count in counts.items() if name.startswith(TALKED)} == {
        f"{TALKED}{kind}": int(kind == "pin") for kind in TALK_KINDS
    }


def test_the_completion_report_begins_with_what_the_month_counted(closed: Counterday) -> None:
    book = RegisterBook(closed.desk)
    start, report = book.proposal("completions"), month_of(closed)
    assert start["completed_on"] == report.lines[-1].held.day.isoformat()
    assert f"{report.handled}件" in start["handled"]
    assert f"{report.handled_so_far}件" in start["so_far"]
    lines = [line.split("｜") for line in start["figures"].splitlines()]
    assert ["来場", str(report.total.came), str(report.cumulative.came)] in lines
    assert all(month != "0" or so_far != "0" for _, month, so_far in lines)
    job = book.paper("completions", book.enter("completions", start).number)
    assert {"name": "交付受付完了", "month": "2", "so_far": "2"} in job.values["figures"]
    assert job.run().startswith(b"%PDF")


def test_the_progress_report_begins_with_plan_and_figures_and_the_sessions_ahead(closed: Counterday) -> None:
    book, report = RegisterBook(closed.desk), month_of(closed)
    start = book.proposal("progress")
    lines = dict(line.split("｜", 1) for line in start["rows"].splitlines())
    planned = report.months[-1].planned
    assert lines["開催回数"] == f"{planned}回｜1回｜"
    assert lines["処理件数（当月）"] == f"{planned * 30}件｜{report.handled}件｜"
    assert f"｜{report.handled_so_far}件｜" in lines["処理件数（累計）"]
    assert f"で {report.plan - report.handled_so_far}件" in lines["処理件数（累計）"]
    assert [lines[name] for name in ("苦情", "事故", "問題・遅延")] == ["｜0件｜"] * 3
    assert f"計画 {report.plan}件" in start["overall"]
    assert start["next"].startswith("12月は6回：3日（水）")
    job = book.paper("progress", book.enter("progress", start).number)
    assert {"item": "苦情", "plan": "", "done": "0件", "outlook": ""} in job.values["rows"]
    # What a hand would copy from the clock, the venue and the ledgers stands in the other forms as well.
    begun = {name: book.proposal(name) for name in ("delays", "complaints", "incidents", "site_entries")}
    now = f"令和7年11月5日 {closed.desk.clock.now():%H:%M}"
    assert (
        begun["delays"]["at"] == begun["complaints"]["received_at"] == begun["incidents"]["noticed_at"] == now
    )
    venue = report.lines[-1].held.venue
    assert [begun[name]["place"] for name in ("delays", "incidents", "site_entries")] == [venue] * 3
    held = [line.split("｜")[0] for line in book.proposal("erasure_requests")["rows"].splitlines()]
    assert held[-1] == "令和7年11月5日 来場者の記録"


def test_no_name_of_a_visitor_is_in_any_form(closed: Counterday) -> None:
    for content in ReportDesk(closed.desk).files(MONTH).files.values():
        assert not [name for name in MARKED_NAMES if name.encode() in content]


def test_the_workbook_adds_up_by_formula_and_prints_on_a4_landscape(closed: Counterday) -> None:
    made = ReportDesk(closed.desk).files(MONTH)
    book = load_workbook(io.BytesIO(made.files["jisseki-2025-11.xlsx"]))
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[5]]
    assert head == [word("report", name) for name in COLUMNS]
    total = {name: sheet.cell(7, at).value for at, name in enumerate(COLUMNS, start=1)}
    assert all(
        re.fullmatch(r"=SUM\((\w+)6:\1(6)\)", str(total[name])) for name in (*COUNTED, "came", "handled")
    )
    session = {name: sheet.cell(6, at).value for at, name in enumerate(COLUMNS, start=1)}
    assert {name: session[name] for name in COUNTED} == dict(made.report.total.counts)
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.page_setup.fitToWidth == 1


def test_the_csv_says_the_same_in_plain_numbers(closed: Counterday) -> None:
    made = ReportDesk(closed.desk).files(MONTH)
    rows = list(csv.DictReader(io.StringIO(made.files["jisseki-2025-11.csv"].decode("utf-8-sig"))))
    assert len(rows) == 3
    total, so_far = rows[1], rows[2]
    for name in COUNTED:
        assert int(total[word("report", name)]) == made.report.total.count(name)
        assert int(so_far[word("report", name)]) == made.report.cumulative.count(name)


def values_in(workbook: bytes) -> list[list[object]]:
    book = load_workbook(io.BytesIO(workbook))
    return [[cell.value for row in sheet.rows for cell in row] for sheet in book.worksheets]


def test_a_session_counted_on_two_kiosks_is_one_line(served: Counterday) -> None:
    served.closing.approve()
    with served.desk.office.work() as work:
        first = work.openings.get(served.desk.session_day, "K1")
        work.openings.save(replace(first, kiosk="K2"))
        lines = work.figures.of_session(served.desk.session_day)
        work.figures.add_visits([replace(line, kiosk="K2") for line in lines])
        work.commit()
    report = month_of(served)
    assert len(report.lines) == 1
    assert report.total.came == 12
    assert report.month == date(2025, 11, 1)
