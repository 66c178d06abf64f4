"""kiosk-city collect: batches of many kiosks and days into one database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from kiosk.cli.console import DONE, REFUSED, TROUBLE, Console, console_of
from kiosk.domain.errors import Trouble

EVERY = 20
STATES = ("added", "completed", "already", "replaced", "last")


def collect_command(folder_of: Callable[[Console], Path]) -> Callable[..., int]:
    """The command, given where the city's folder is."""

    def collect(
        context: typer.Context,
        batch: Annotated[list[Path], typer.Argument(help="納品データ（zip）、何個でも", show_default=False)],
        into: Annotated[str, typer.Option(help="SQLite のファイル、または postgresql+psycopg://…")],
        with_personal: Annotated[
            bool, typer.Option("--with-personal", help="氏名と顔写真も入れる（入れないのが標準）")
        ] = False,
    ) -> int:
        """多くの端末・会場・月の納品データを、一つのデータベースにまとめる。何度実行しても二重になりません。"""
        from kiosk.city.collect import collect as collect_batches
        from kiosk.city.collect_database import CollectDatabase, shown
        from kiosk.city.collect_totals import conflicts, missing, months
        from kiosk.city.home import CityHome

        console = console_of(context)
        home = CityHome.open(folder_of(console))
        database = CollectDatabase.open(into, practice=home.practice)

        def watch(done: int, total: int) -> None:
            if not console.as_json and done % EVERY == 0:
                console.progress(console.texts.get("city.collecting", done=done, total=total))

        try:
            now = datetime.now().astimezone()
            taken = collect_batches(home, batch, database, now, with_personal=with_personal, watch=watch)
            with database.reading() as db:
                found = (months(db), missing(db), conflicts(db))
        finally:
            database.close()
        refused = [one for one in taken if one.problem is not None]
        told = _told(console, shown(into), taken, found)
        lines = _lines(console, told)
        if with_personal:
            lines.append(console.texts.get("city.personal", out=told["into"]))
        console.report(told, lines)
        if not refused:
            return DONE
        return TROUBLE if any(isinstance(one.problem, Trouble) for one in refused) else REFUSED

    return collect


def _told(console: Console, into: str, taken: Any, found: Any) -> dict[str, Any]:
    states = Counter(one.state for one in taken)
    months, missing, conflicts = found
    return {
        "ok": not states["refused"],
        "into": into,
        **{state: states[state] for state in STATES},
        "refused": [
            {"file": one.path.name, "problem": one.problem.key, "say": console.texts.say(one.problem)}
            for one in taken
            if one.problem is not None
        ],
        "missing": [asdict(one) for one in missing],
        "conflicts": [{**asdict(one), "session": one.session.isoformat()} for one in conflicts],
        "months": [asdict(one) for one in months],
    }


def _lines(console: Console, told: dict[str, Any]) -> list[str]:
    from kiosk.city.ledger import in_words

    say = console.texts.get
    lines = [say("city.collected", into=told["into"])]
    lines += [say(f"city.taken.{state}", count=told[state]) for state in STATES if told[state]]
    lines += [f"{one['file']}: {one['say']}" for one in told["refused"]]
    lines += [
        say("city.missing", kiosk=one["kiosk"], missing=in_words(one["numbers"])) for one in told["missing"]
    ]
    for one in told["conflicts"]:
        why = say(f"city.clash.{one['clash']}")
        lines.append(
            say("city.conflict", session=one["session"], ticket=one["ticket"], kiosks=one["kiosks"], why=why)
        )
    for one in told["months"]:
        lines.append(
            say(
                "city.month",
                month=one["month"],
                sessions=one["sessions"],
                batches=one["batches"],
                visits=one["visits"],
                photos=one["photos"],
                papers=sum(one["papers"].values()),
            )
        )
    return lines
