"""`kiosk calendar`: the session days by rule, for any months the holiday table covers."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from kiosk import paths
from kiosk.cli.console import Console, about, console_of
from kiosk.domain.agenda import AgendaDay, AgendaRule, Holidays, agenda, agenda_rule, between, month_or_day
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.holiday_list import LARGEST_BYTES, joined, read_cabinet_list
from kiosk.services.catalogue import holidays
from kiosk.settings import read_text
from kiosk.settings.profile import Profile, read_profile

COLUMNS = ("no", "date", "weekday", "rule", "start", "end", "delivery_due", "note")


def calendar(
    context: typer.Context,
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM[-DD]", help="最初の月か日")],
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM[-DD]", help="最後の月か日")],
    newer: Annotated[
        Path | None, typer.Option("--holidays", metavar="FILE", help="内閣府の祝日一覧（syukujitsu.csv）")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV（UTF-8 BOM付き）で出す")] = False,
) -> None:
    """開催日の一覧を、設定の決まりから計算します。"""
    rule = agenda_rule(_profile().agenda)
    days = session_days(first, last, rule, _table(newer))
    console = console_of(context)
    if as_csv and not console.as_json:
        sys.stdout.write(csv_text(days, rule))
        sys.stdout.flush()
    else:
        console.report(values(days), _lines(days, console))


def session_days(
    untrusted_first: str, untrusted_last: str, rule: AgendaRule, table: Holidays
) -> tuple[AgendaDay, ...]:
    """The days between two months (2025-08) or days (2025-08-06); refusals as in `domain.agenda`."""
    first_month, first = month_or_day(untrusted_first)
    last_month, last = month_or_day(untrusted_last)
    return between(agenda(first_month, last_month, rule, table), first, last)


def _table(newer: Path | None) -> Holidays:
    """The frozen table, with the years of a newer list in it; Refused("file_absent") and as in the domain."""
    if newer is None:
        return holidays()
    try:
        with newer.open("rb") as file:
            untrusted = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        raise Refused("file_absent", name=newer.name) from None
    except OSError:
        raise Trouble("file_unreadable", name=newer.name) from None
    with about(newer):
        return joined(holidays(), read_cabinet_list(untrusted, holidays().first_year))


def _profile() -> Profile:
    file = paths.resources() / "profiles" / "koganei.toml"
    return read_profile(read_text(file), file.name)


def values(days: Sequence[AgendaDay]) -> dict[str, Any]:
    """The JSON object: sessions[{no, date, rule, delivery_due, note}], count."""
    sessions = [
        {
            "no": day.no,
            "date": str(day.date),
            "rule": day.rule,
            "delivery_due": str(day.delivery_due),
            "note": day.note,
        }
        for day in days
    ]
    return {"ok": True, "sessions": sessions, "count": len(days)}


def csv_text(days: Sequence[AgendaDay], rule: AgendaRule) -> str:
    """The list for a spreadsheet: byte order mark, so that it opens as Japanese, and CRLF."""
    text = io.StringIO(newline="")
    text.write("\ufeff")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for day in days:
        row = (day.no, day.date, day.weekday, day.rule, rule.start, rule.end, day.delivery_due, day.note)
        table.writerow(row)
    return text.getvalue()


def _lines(days: Sequence[AgendaDay], console: Console) -> list[str]:
    due = console.texts.get("agenda.due")
    lines = [
        f"{day.no:>3}  {day.date}（{day.weekday}）  {due} {day.delivery_due}  {day.note}" for day in days
    ]
    return [*(line.rstrip() for line in lines), console.texts.get("agenda.count", count=len(days))]
