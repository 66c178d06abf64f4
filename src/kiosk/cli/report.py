"""kiosk report: the month's 実績報告書 as PDF/A, workbook and CSV, from the office's statistics."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.console import console_of
from kiosk.cli.session import OperatorId, PinStdin, day_of
from kiosk.cli.signing_in import signed_in
from kiosk.domain.errors import Trouble

app = typer.Typer(help="市に出す報告書を作る。")


@app.callback()
def report() -> None:
    """市に出す報告書を作る。"""


@app.command("month")
def month(
    context: typer.Context,
    month: Annotated[str, typer.Argument(help="対象の月（YYYY-MM）")],
    out: Annotated[Path, typer.Option("--out", help="書き出すフォルダー")],
    operator: OperatorId,
    pin_stdin: PinStdin = False,
) -> None:
    """月末締めの実績報告書を、PDF・表計算・CSVで作る。"""
    from kiosk.services.reports import ReportDesk

    console = console_of(context)
    with signed_in(console, operator, pin_stdin=pin_stdin) as (desk, _):
        made = ReportDesk(desk).files(month)
    written = [str(_write(out, name, content)) for name, content in made.files.items()]
    report = made.report
    console.report(
        {
            "ok": True,
            "month": f"{report.month:%Y-%m}",
            "files": written,
            "sessions": len(report.lines),
            "handled": report.handled,
            "cumulative": report.handled_so_far,
            "plan": report.plan,
            "totals": dict(report.total.counts),
            "uncounted": [day.isoformat() for day in report.uncounted],
        },
        [
            console.texts.get(
                "cli.reported",
                month=f"{report.month:%Y-%m}",
                sessions=len(report.lines),
                handled=report.handled,
                cumulative=report.handled_so_far,
                plan=report.plan,
                files="、".join(written),
            ),
            *(console.texts.get("cli.report_uncounted", day=day.isoformat()) for day in report.uncounted),
        ],
    )


@app.command("day")
def day(
    context: typer.Context,
    session: Annotated[str, typer.Argument(help="開催日（YYYY-MM-DD）")],
    out: Annotated[Path, typer.Option("--out", help="書き出すフォルダー")],
    operator: OperatorId,
    pin_stdin: PinStdin = False,
) -> None:
    """締めた回の業務日報と従事者日誌を作る。"""
    from kiosk.services.day_report import DayReports

    console = console_of(context)
    held = day_of(session)
    with signed_in(console, operator, pin_stdin=pin_stdin) as (desk, _):
        made = DayReports(desk).papers(held)
    written = [str(_write(out, name, content)) for name, content in made.files.items()]
    console.report(
        {"ok": True, "session": held.isoformat(), "files": written},
        [console.texts.get("cli.day_reported", day=held.isoformat(), files="、".join(written))],
    )


def _write(folder: Path, name: str, content: bytes) -> Path:
    file = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError:
        raise Trouble("file_unwritable", name=name) from None
    return file
