"""Commands on a commissioned folder: take a list, take a receipt, erase a session."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kiosk.cli.console import Console, about, console_of
from kiosk.cli.signing_in import read_secret, signed_in
from kiosk.domain.errors import Refused, Trouble

if TYPE_CHECKING:
    from kiosk.domain.reservation import ImportResult
    from kiosk.services.desk import Desk
    from kiosk.settings.profile import Profile

LARGEST_LIST = 32 << 20
OperatorId = Annotated[str, typer.Option("--operator", help="操作する人のID")]
PinStdin = Annotated[bool, typer.Option("--pin-stdin", help="暗証番号を標準入力の1行目から読む")]


def import_list(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="市の予約一覧（CSV）")],
    session: Annotated[str | None, typer.Option(help="開催日（YYYY-MM-DD）")] = None,
    profile: Annotated[str, typer.Option(help="設定の名前")] = "koganei",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="読むだけで保存しない")] = False,
    operator: OperatorId = "",
    pin_stdin: PinStdin = False,
    giver: Annotated[str, typer.Option(help="渡した市職員")] = "市職員",
    medium: Annotated[str, typer.Option(help="媒体")] = "USBメモリ",
    means: Annotated[str, typer.Option(help="受け渡しの方法")] = "手渡し",
    place: Annotated[str, typer.Option(help="場所")] = "会場",
) -> None:
    """市の予約一覧を取り込み、番号つきの預り証を作る。"""
    from kiosk.domain.list_merge import ChangeKind
    from kiosk.services.clock import Clock
    from kiosk.services.imports import Given, ListImport, day_of_list, preview_list
    from kiosk.services.sealed_list import is_sealed

    console = console_of(context)
    untrusted = _content(file)
    if dry_run:
        if is_sealed(untrusted):
            raise Refused("list_needs_kiosk")
        rules = profile_named(profile)
        asked = day_of(session) if session else None
        with about(file):
            day = asked or day_of_list(untrusted, rules, Clock().today())
            result = preview_list(untrusted, rules, day)
        values = {**result_values(result, refused=0), "session": day.isoformat()}
        console.report(values, result_lines(console, result, day))
        return
    with signed_in(console, operator, pin_stdin=pin_stdin) as (desk, _):
        day = resume_day(desk, session)
        given = Given(medium, means, place, giver)
        with about(file):
            done = ListImport(desk).take(untrusted, file_name=file.name, given=given)
        late = [ticket for one in done.overtaken for ticket in one.tickets]
        told = [console.texts.get("cli.import_late", tickets="・".join(late))] if late else []
        paper = _paper(console, f"azukarisho-{done.number}.pdf", done.receipt_pdf)
        console.report(
            {
                **result_values(done.result, refused=0),
                "session": day.isoformat(),
                "changes": {kind.value: done.merged.count(kind) for kind in ChangeKind},
                "overtaken": [
                    {"tickets": one.tickets, "change": one.change.kind, "fields": one.change.fields}
                    for one in done.overtaken
                ],
                "number": done.number,
                "paper": str(paper),
            },
            [
                *result_lines(console, done.result, day),
                *told,
                console.texts.get("cli.import_receipt", number=done.number, paper=str(paper)),
            ],
        )


def receipt(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="市の受領書（….receipt.json）")],
    operator: OperatorId,
    session: Annotated[str | None, typer.Option(help="開催日（YYYY-MM-DD）")] = None,
    pin_stdin: PinStdin = False,
) -> None:
    """市の受領書を読み込む。"""
    from kiosk.devices.drive import open_bay
    from kiosk.services.handover import Handover
    from kiosk.services.receipts import ReceiptDesk
    from kiosk.services.retirement import RetirementDesk

    console = console_of(context)
    if not file.is_file():
        raise Refused("file_absent", name=file.name)
    with signed_in(console, operator, pin_stdin=pin_stdin) as (desk, access):
        handover = Handover(desk, open_bay(desk.devices.drive, practice=desk.practice))
        ending = RetirementDesk(desk, access, handover)
        if session is None and ending.is_answer(file):
            with about(file):
                decision, batch = ending.take(file), ending.standing().batch
        else:
            day = resume_day(desk, session)
            with about(file):
                decision = ReceiptDesk(desk, handover).take(file, day)
            batch = handover.batch_name() or ""
        console.report(
            {"ok": True, "batch": batch, "decision": decision.value},
            [console.texts.get(f"cli.receipt_{decision.value}", batch=batch)],
        )


def erase(
    context: typer.Context,
    session: Annotated[str, typer.Option(help="開催日（YYYY-MM-DD）")],
    approval: Annotated[str, typer.Option(help="消去についての市の承諾番号")],
    operator: OperatorId,
    second: Annotated[str, typer.Option(help="立ち会うもう一人のID")],
    witness: Annotated[str, typer.Option(help="市の立会者")] = "",
    pin_stdin: PinStdin = False,
) -> None:
    """受領書のある開催回の個人情報を消去し、記録を作る。--pin-stdin では2行目がもう一人の暗証番号。"""
    from kiosk.services.erasure import ErasureDesk

    console = console_of(context)
    day = day_of(session)
    with signed_in(console, operator, pin_stdin=pin_stdin) as (desk, access):
        pin = read_secret(console.texts.get("cli.pin", operator=second), from_stdin=pin_stdin)
        erased = ErasureDesk(desk, access).erase(
            approval, second_id=second, second_pin=pin, witness=witness, day=day
        )
        paper = _paper(console, f"erasure-{day.isoformat()}.pdf", erased.record_pdf)
        signed = _paper(console, erased.record.file_name, erased.record_json)
        _paper(console, f"{erased.record.file_name}.sig", erased.signature)
        key = "cli.erased_before" if erased.was_before else "cli.erased"
        when = f"{erased.record.at:%Y-%m-%d %H:%M}"
        console.report(
            {
                "ok": True,
                "erased": True,
                "before": erased.was_before,
                "at": erased.record.at.isoformat(),
                "session": day.isoformat(),
                "record": str(paper),
                "signed_record": str(signed),
            },
            [console.texts.get(key, day=day.isoformat(), when=when, paper=str(paper))],
        )


def profile_named(name: str) -> Profile:
    """A profile that comes with the product; Refused("file_absent") otherwise."""
    from kiosk.paths import resources
    from kiosk.settings import read_text
    from kiosk.settings.profile import read_profile

    file = resources() / "profiles" / f"{name}.toml"
    if not name.isidentifier() or not file.is_file():
        raise Refused("file_absent", name=f"{name[:40]}.toml")
    return read_profile(read_text(file), file.name)


def day_of(untrusted_text: str) -> date:
    """A day written 2025-11-05; Refused("day_format")."""
    try:
        return date.fromisoformat(untrusted_text)
    except ValueError:
        raise Refused("day_format") from None


def resume_day(desk: Desk, session: str | None) -> date:
    """The named session of this kiosk, or the newest that is not erased; Refused("session_none")."""
    from kiosk.services.agenda import AgendaDesk

    agenda = AgendaDesk(desk)
    current = agenda.current()
    if session is None and current is None:
        raise Refused("session_none")
    day = day_of(session) if session is not None else current.day if current else date.min
    agenda.resume(day)
    return day


def result_values(result: ImportResult, *, refused: int) -> dict[str, Any]:
    """The JSON of an import."""
    return {
        "ok": True,
        "encoding": result.encoding,
        "rows": result.rows,
        "imported": len(result.kept) - result.cancelled,
        "cancelled": result.cancelled,
        "other_days": result.other_days,
        "flagged": [
            {"row": flag.row, "column": flag.column, "reason": flag.reason} for flag in result.flagged
        ],
        "refused": refused,
    }


def result_lines(console: Console, result: ImportResult, day: date) -> list[str]:
    """The sentences of an import."""
    return [
        console.texts.get(
            "cli.imported",
            day=day.isoformat(),
            encoding=result.encoding,
            rows=result.rows,
            kept=len(result.kept) - result.cancelled,
            cancelled=result.cancelled,
            other_days=result.other_days,
            flagged=len(result.flagged),
        )
    ]


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            untrusted = stream.read(LARGEST_LIST + 1)
    except FileNotFoundError:
        raise Refused("file_absent", name=file.name) from None
    except OSError:
        raise Trouble("file_unreadable", name=file.name) from None
    if len(untrusted) > LARGEST_LIST:
        raise Refused("import_too_large", megabytes=LARGEST_LIST >> 20)
    return untrusted


def _paper(console: Console, name: str, pdf: bytes) -> Path:
    from kiosk.services.open_desk import PAPERS_FOLDER

    file = console.data / PAPERS_FOLDER / name
    try:
        file.write_bytes(pdf)
    except OSError:
        raise Trouble("file_unwritable", name=name) from None
    return file
