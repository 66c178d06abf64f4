"""The end of a counter PC from the command line: the next step each time, the last one with two people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.console import Console, console_of
from kiosk.cli.session import OperatorId, PinStdin
from kiosk.cli.signing_in import read_secret, signed_in
from kiosk.domain.errors import Refused

if TYPE_CHECKING:
    from kiosk.devices.ports import DriveBay
    from kiosk.services.ending import Gone
    from kiosk.services.retirement import RetirementDesk


def retire(
    context: typer.Context,
    approval: Annotated[str, typer.Option(help="PCの廃止についての市の承諾番号")],
    operator: OperatorId = "",
    second: Annotated[str, typer.Option(help="立ち会うもう一人のID（最後の消去のとき）")] = "",
    witness: Annotated[str, typer.Option(help="市の立会者")] = "",
    receipt: Annotated[Path | None, typer.Option(help="市の受領書（媒体にないとき）")] = None,
    pin_stdin: PinStdin = False,
) -> None:
    """契約の終わりにPCを廃止する。呼ぶたびに次の段階へ進む。--pin-stdin では2行目がもう一人の暗証番号。"""
    from kiosk.devices.drive import open_bay
    from kiosk.services.handover import Handover
    from kiosk.services.retirement import RetirementDesk

    console = console_of(context)
    if finish_first(console):
        return
    with signed_in(console, operator, pin_stdin=pin_stdin) as (desk, access):
        bay = open_bay(desk.devices.drive, practice=desk.practice)
        ending = RetirementDesk(desk, access, Handover(desk, bay))
        ending.refuse_approval(approval)
        if not _is_ready(console, ending, bay, receipt):
            return
        if not second:
            raise Refused("second_person_needed")
        pin = read_secret(console.texts.get("cli.pin", operator=second), from_stdin=pin_stdin)
        _tell(console, ending.retire(approval, second_id=second, second_pin=pin, witness=witness))


def finish_first(console: Console) -> bool:
    """Whether this PC was past the point of no return: then the rest is done now, and said."""
    from kiosk.services.clock import Clock
    from kiosk.services.ending import go_on
    from kiosk.services.order import is_at_its_end

    if not is_at_its_end(console.data):
        return False
    _tell(console, go_on(console.data, Clock().now()))
    return True


def _is_ready(console: Console, ending: RetirementDesk, bay: DriveBay, receipt: Path | None) -> bool:
    """One step towards the end; whether only the destruction is left."""
    from kiosk.devices.drive import only_drive
    from kiosk.domain.receipt import Decision
    from kiosk.domain.retirement import Stage

    standing = ending.standing()
    if standing.in_the_way is not None:
        raise standing.in_the_way
    stage, said = standing.stage, ""
    if stage is Stage.RECEIVE:
        file = receipt if receipt is not None else ending.find(only_drive(bay).path)
        if not file.is_file():
            raise Refused("file_absent", name=file.name)
        if ending.take(file) is Decision.ACCEPT:
            return True
        stage, said = Stage.SEAL, "cli.last_batch_rejected"
    elif stage is Stage.DESTROY:
        return True
    if stage is Stage.SEAL and not said:
        ending.record_sealed(ending.prepare_seal().run(_silent, _never))
        stage = Stage.WRITE
    if stage is Stage.WRITE:
        job = ending.prepare_export(only_drive(bay))
        ending.record_exported(job, job.run(_silent, _never))
        said = "cli.last_batch_written"
    batch = ending.standing().batch
    console.report(
        {
            "ok": True,
            "retired": False,
            "record": None,
            "stage": ending.standing().stage.value,
            "batch": batch,
        },
        [console.texts.get(said, batch=batch)],
    )
    return False


def _tell(console: Console, gone: Gone) -> None:
    console.report(
        {
            "ok": True,
            "retired": True,
            "record": str(gone.record),
            "at": gone.retired.at.isoformat(),
            "order_sha256": gone.retired.order_sha256,
            "checks": dict(gone.retired.checks),
        },
        [console.texts.get("cli.retired", kiosk=gone.retired.kiosk, paper=str(gone.record))],
    )


def _silent(stage: str, done: int, total: int) -> None:
    """Nobody watches a bar on a command line."""


def _never() -> bool:
    """Ctrl+C ends the whole command."""
    return False
