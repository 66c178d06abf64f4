"""kiosk inspect: the media inspection of the contract (特記事項 6(2)), with its printable record."""

from __future__ import annotations

import typer

from kiosk.cli.console import DONE, REFUSED, console_of
from kiosk.cli.session import OperatorId, PinStdin
from kiosk.cli.signing_in import signed_in

MARKS = {True: "✔", False: "✖"}


def inspect(context: typer.Context, operator: OperatorId, pin_stdin: PinStdin = False) -> int:
    """記録・操作の記録・台帳の数・媒体を点検し、媒体点検記録を作る。"""
    from kiosk.services.inspection import InspectionDesk, save_paper
    from kiosk.services.open_desk import PAPERS_FOLDER
    from kiosk.services.words import word

    console = console_of(context)
    with signed_in(console, operator, pin_stdin=pin_stdin) as (desk, _):
        done = InspectionDesk(desk).inspect()
        paper = save_paper(console.data / PAPERS_FOLDER, desk.clock.today(), done.record_pdf)
    console.report(
        {
            "ok": done.is_ok,
            "checked": [
                {"part": check.name, "about": check.about, "ok": check.ok, "found": check.found}
                for check in done.checks
            ],
            "paper": str(paper),
        },
        [
            *(
                f"{MARKS[check.ok]} {word('inspection_check', check.name)}　{check.about}　{check.found}"
                for check in done.checks
            ),
            console.texts.get("cli.inspected" if done.is_ok else "cli.inspected_bad", paper=str(paper)),
        ],
    )
    return DONE if done.is_ok else REFUSED
