"""kiosk recover: the director's offline key makes a new passphrase for a manager, on this PC or a new one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.console import about, console_of
from kiosk.cli.signing_in import read_secret
from kiosk.domain.errors import Refused, Trouble

LARGEST_KEY = 64 << 10


def recover(
    context: typer.Context,
    file: Annotated[Path, typer.Option("--file", help="統括責任者の復旧の鍵（age の秘密鍵のファイル）")],
    operator: Annotated[str, typer.Option("--operator", help="新しい合言葉を作る業務管理者・統括責任者のID")],
    second: Annotated[str, typer.Option("--second", help="立ち会うもう一人のID")] = "",
    name: Annotated[str, typer.Option("--name", help="台帳にいない人の名前")] = "",
    approval: Annotated[str, typer.Option("--approval", help="台帳にいない人についての市の承認番号")] = "",
    pin_stdin: Annotated[
        bool, typer.Option("--pin-stdin", help="合言葉を1行目、もう一人の暗証番号を2行目から読む")
    ] = False,
) -> None:
    """だれもサインインできなくなったとき、または新しいPCで、業務管理者を登録し直す。

    ほかにサインインできる人がいる間は、その人の暗証番号（--second）が要る。
    終了コード: 0 済み、1 断り（鍵が違う・別の窓口のもの・立会いがない等）、2 使い方、3 ディスク等の障害。
    """
    from kiosk.services.open_desk import open_desk
    from kiosk.services.recovery import NewLeader, Recovery

    console = console_of(context)
    say = console.texts.get
    key_text = _key(file)
    desk = open_desk(console.data, cost=console.cost)
    try:
        with about(file):
            recovery = Recovery(desk, key_text)
        leader = NewLeader(operator, name, approval)
        recovery.refuse_unless_leads(leader)
        others = recovery.others(operator)
        if others and second not in others:
            raise Refused("recovery_second")
        if second and not others:
            raise Refused("recovery_nobody_else", second=second)
        passphrase = read_secret(say("cli.new_passphrase"), from_stdin=pin_stdin)
        if not pin_stdin and passphrase != read_secret(say("cli.again"), from_stdin=False):
            raise Refused("passphrase_differs")
        beside = None
        if others:
            beside = (second, read_secret(say("cli.pin", operator=second), from_stdin=pin_stdin))
        done = recovery.run(leader, passphrase, beside)
    finally:
        desk.vault.close()
    lost = [day.isoformat() for day in done.lost]
    console.report(
        {
            "ok": True,
            "operator": done.operator.id,
            "new_pc": done.is_new_pc,
            "alone": done.is_alone,
            "lost_sessions": lost,
        },
        [
            say("recovery.done", operator=done.operator.id),
            *([say("recovery.new_pc")] if done.is_new_pc else []),
            *([say("recovery.alone")] if done.is_alone else []),
            *(say("recovery.lost", day=day) for day in lost),
        ],
    )


def _key(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST_KEY).decode("utf-8", "replace")
    except FileNotFoundError:
        raise Refused("file_absent", name=file.name) from None
    except OSError:
        raise Trouble("file_unreadable", name=file.name) from None
