"""kiosk rehearse: one whole session without hands, from commissioning to the proof of erasure."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kiosk.cli.console import DONE, TROUBLE, Console, console_of
from kiosk.cli.interrupt import interrupt_between_steps
from kiosk.cli.practice import PracticeHouse, build_house
from kiosk.cli.rehearsal_outcome import Timings, clean_out, day_figures, keep_handover, write_record
from kiosk.cli.rehearsal_plan import MOST_VISITORS, Comer, crowd
from kiosk.domain.errors import Refused, Trouble
from kiosk.ui.texts import Texts

if TYPE_CHECKING:
    from kiosk.devices.ports import Camera, DriveBay, TicketPrinter
    from kiosk.services.access import Access
    from kiosk.services.desk import Desk

ARRIVING_AT_ONCE = 10
"""So many are received before the line is served again, as in a real morning."""


def rehearse(
    context: typer.Context,
    visitors: Annotated[int, typer.Option(help="来場者の数（1〜300）")] = 30,
    seed: Annotated[int, typer.Option(help="来場者の顔ぶれを決める数")] = 1,
    out: Annotated[Path | None, typer.Option(help="出力先のフォルダー")] = None,
    printer: Annotated[str, typer.Option(help="プリンタの URL")] = "virtual:",
    camera: Annotated[str, typer.Option(help="カメラの URL")] = "virtual:",
    drive: Annotated[Path | None, typer.Option(help="USBメモリのマウント先")] = None,
    width_dots: Annotated[int, typer.Option(help="印字幅（384 または 576）")] = 384,
    day: Annotated[str | None, typer.Option("--date", help="開催日（YYYY-MM-DD）")] = None,
    screens: Annotated[
        bool, typer.Option("--screens", help="実際の画面を通して行い、画面を保存する")
    ] = False,
) -> int:
    """人の手なしで一日を通す。印刷・写真・納品・市の確認・受領・消去まで。"""
    from kiosk.cli.session import day_of
    from kiosk.services.practice import PRACTICE_DAY

    console = console_of(context)
    if not 1 <= visitors <= MOST_VISITORS:
        raise Refused("rehearse_visitors")
    when = day_of(day) if day else PRACTICE_DAY
    devices: dict[str, Any] = {
        "printer": printer,
        "camera": camera,
        "drive": str(drive) if drive else None,
        "width_dots": width_dots,
    }
    if out is None:
        with tempfile.TemporaryDirectory(prefix="kiosk-rehearse-") as folder:
            values = _whole_day(console, Path(folder) / "out", when, visitors, seed, devices, screens=screens)
    else:
        values = _whole_day(console, out, when, visitors, seed, devices, screens=screens)
    console.report(
        values,
        [
            console.texts.get(
                "cli.rehearsed",
                visitors=values["visitors"],
                tickets=values["tickets"],
                batch=values["batch"],
                erased=console.texts.get(f"cli.erased_{'yes' if values['erased'] else 'no'}"),
            ),
            *([values["say"]] if "say" in values else []),
        ],
    )
    return DONE if values.get("ok", True) else TROUBLE


def _whole_day(
    console: Console,
    out: Path,
    when: date,
    visitors: int,
    seed: int,
    devices: dict[str, Any],
    *,
    screens: bool,
) -> dict[str, Any]:
    clean_out(out)
    with interrupt_between_steps() as end_if_asked:
        house = build_house(out, out / "data", day=when, **devices)
        try:
            if screens:
                from kiosk.cli.rehearse_window import rehearse_in_window

                values = rehearse_in_window(house, out, visitors, seed, end_if_asked)
            else:
                values = Rehearsal(house, out, end_if_asked).run(visitors, seed)
        finally:
            house.desk.vault.close()
        write_record(out, values)
    return values


class Rehearsal:
    """The day through the services, with real devices where addresses are given."""

    def __init__(self, house: PracticeHouse, out: Path, end_if_asked: Callable[[], None]) -> None:
        from kiosk.services.access import Access

        self._house = house
        self._desk: Desk = house.desk
        self._out = out
        self._end_if_asked = end_if_asked
        self._access: Access = Access(house.desk)
        self._timings = Timings()

    def run(self, visitors: int, seed: int) -> dict[str, Any]:
        """The whole day; the JSON object of the command."""
        from kiosk.devices.camera_url import open_camera
        from kiosk.devices.drive import open_bay
        from kiosk.devices.printer_url import open_printer

        devices = self._desk.devices
        printer = open_printer(devices.printer, width_dots=devices.width_dots, practice=True, out=self._out)
        camera = open_camera(devices.camera, practice=True)
        bay = open_bay(devices.drive, practice=True)
        try:
            bookings = self._open_day()
            return self._day(crowd(visitors, seed, bookings), printer, camera, bay)
        finally:
            camera.close()
            printer.close()

    def _open_day(self) -> tuple[Any, ...]:
        from kiosk.services.agenda import AgendaDesk
        from kiosk.services.imports import Given, ListImport
        from kiosk.services.practice import MANAGER, PINS, sample_list

        self._access.sign_in(MANAGER.id, PINS[MANAGER.id])
        agenda = AgendaDesk(self._desk)
        offer = agenda.offer()
        agenda.open(offer.today, agenda.venues()[0], agenda.checklist(), extra=not offer.is_today)
        sample = sample_list()
        done = ListImport(self._desk).take(
            sample.read_bytes(),
            file_name=sample.name,
            given=Given("USBメモリ", "手渡し", "会場", "市民課 練習 市職員"),
        )
        (self._out / "papers" / f"{done.number}.pdf").write_bytes(done.receipt_pdf)
        return done.result.kept

    def _day(
        self, comers: list[Comer], printer: TicketPrinter, camera: Camera, bay: DriveBay
    ) -> dict[str, Any]:
        from kiosk.cli.rehearsal_day import RehearsedCounter
        from kiosk.services.practice import PINS, STAFF

        self._access.sign_in(STAFF.id, PINS[STAFF.id])
        counter = RehearsedCounter(self._desk, printer, camera, self._out, self._end_if_asked)
        for begin in range(0, len(comers), ARRIVING_AT_ONCE):
            here = {counter.receive(comer): comer for comer in comers[begin : begin + ARRIVING_AT_ONCE]}
            counter.serve(here)
        counts = self._counts(len(comers), counter)
        return {
            **counts,
            **self._end_of_day(bay),
            "timings_ms": {**counter.timings.table(), **self._timings.table()},
        }

    def _counts(self, visitors: int, counter: Any) -> dict[str, Any]:
        with self._desk.session.reading() as view:
            figures = day_figures(view, visitors)
        return {
            **_word_of(counter.troubles),
            **figures,
            "unconfirmed": counter.unconfirmed,
            "unprinted": counter.unprinted,
        }

    def _end_of_day(self, bay: DriveBay) -> dict[str, Any]:
        from kiosk.services.closing import Closing
        from kiosk.services.handover import Handover
        from kiosk.services.practice import MANAGER, PINS

        self._access.sign_in(MANAGER.id, PINS[MANAGER.id])
        self._end_if_asked()
        Closing(self._desk).approve()
        handover = Handover(self._desk, bay)
        with self._timings.measured("seal"):
            handover.record_sealed(handover.prepare_seal().run(_silent, _never))
        with self._timings.measured("export"):
            job = handover.prepare_export(handover.drives()[0])
            handover.record_exported(job, job.run(_silent, _never))
        batch = handover.batch_name() or ""
        (self._out / "papers" / f"{batch}.delivery.pdf").write_bytes(handover.delivery_pdf())
        self._end_if_asked()
        decision = self._city_and_receipt(handover, self._house.stick / batch)
        keep_handover(self._house.stick, self._out, batch)
        with self._desk.office.reading() as view:
            head = view.journal.head()
        erased = self._erase()
        return {"batch": batch, "receipt": decision, "erased": erased, "journal_head": head.head}

    def _city_and_receipt(self, handover: Any, batch: Path) -> str:
        from kiosk.city.desk import check
        from kiosk.services.clock import Clock
        from kiosk.services.receipts import ReceiptDesk

        with self._timings.measured("check"):
            finding = check(self._house.city, [batch], Clock().now())[0]
        if finding.problem is not None:
            raise finding.problem
        self._house.answer_as_city(self._house.stick)
        receipts = ReceiptDesk(self._desk, handover)
        return receipts.take(receipts.find(self._house.stick)).value

    def _erase(self) -> bool:
        from kiosk.services.erasure import ErasureDesk
        from kiosk.services.practice import ERASURE_APPROVAL, PINS, SECOND

        day = self._desk.session_day
        erased = ErasureDesk(self._desk, self._access).erase(
            ERASURE_APPROVAL, second_id=SECOND.id, second_pin=PINS[SECOND.id]
        )
        (self._out / "papers" / f"erasure-{day.isoformat()}.pdf").write_bytes(erased.record_pdf)
        return all(passed for _, passed in erased.record.checks)


def _word_of(troubles: Sequence[Trouble]) -> dict[str, Any]:
    """A day that came to its end with a device out of order is no success: the first trouble is said."""
    if not troubles:
        return {"ok": True}
    return {
        "ok": False,
        "problem": troubles[0].key,
        "say": Texts.load().say(troubles[0]),
        "troubles": dict(Counter(trouble.key for trouble in troubles)),
    }


def _silent(stage: str, done: int, total: int) -> None:
    """Nobody watches a rehearsal's progress."""


def _never() -> bool:
    return False
