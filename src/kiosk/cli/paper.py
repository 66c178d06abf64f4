"""kiosk paper: prints any form or slip into a file, with sample or given values; needs no data folder."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from kiosk.cli.console import WrongUse, about, console_of
from kiosk.domain.errors import Refused, Trouble

LARGEST_VALUES = 4 * 1024 * 1024


def paper(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="書類の名前（--list で一覧）")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="書き出すファイル（.pdf または .png）")] = None,
    values: Annotated[str | None, typer.Option("--values", help="JSON、または JSON のファイル")] = None,
    listing: Annotated[bool, typer.Option("--list", help="書類の一覧")] = False,
    first_month: Annotated[str, typer.Option("--from", help="チラシに載せる最初の月（YYYY-MM）")] = "",
    profile: Annotated[str, typer.Option(help="設定の名前")] = "koganei",
) -> None:
    """書類や札を、見本の値または与えた値でファイルに書き出す。"""
    from kiosk.paper import catalogue

    console = console_of(context)
    if listing:
        papers = [{"name": one.name, "title": one.title, "kind": one.kind} for one in catalogue.PAPERS]
        console.report({"ok": True, "papers": papers}, [f"{one['name']}\t{one['title']}" for one in papers])
        return
    if name is None or out is None:
        raise WrongUse("paper")
    chosen = catalogue.find(name)
    given = None if values is None else read_values(values)
    if first_month and chosen.kind in ("press", "folded"):
        given = _flyer(profile, first_month)
    content = _made(chosen.name, given, out)
    try:
        out.write_bytes(content)
    except OSError as problem:
        raise Trouble("paper_unwritable", name=out.name) from problem
    console.report(
        {"ok": True, "paper": chosen.name, "title": chosen.title, "file": str(out), "bytes": len(content)},
        [console.texts.get("paper_command.written", title=chosen.title, file=str(out))],
    )


def _made(name: str, values: dict[str, Any] | None, out: Path) -> bytes:
    from kiosk.paper import compose

    files = compose.sample_files(name) if values is None else None
    filled = compose.sample(name) if values is None else values
    if out.suffix.lower() == ".png":
        return compose.to_png(name, filled, files)
    return compose.to_pdf(name, filled, files)


def _flyer(profile: str, first_month: str) -> dict[str, Any]:
    """The flyer's values from the agenda of a profile; for the printer, so without 練習."""
    from kiosk.cli.session import profile_named
    from kiosk.services.flyer import flyer_values

    return flyer_values(profile_named(profile), first_month, practice=False)


def read_values(untrusted_words: str) -> dict[str, Any]:
    """The values for a paper, from JSON itself or from the file it names.

    Raises Refused("paper_json"), and Refused("file_absent") where a name ending in .json is no file.
    """
    if untrusted_words.lstrip().startswith("{"):
        return _parsed(untrusted_words)
    file = Path(untrusted_words)
    if not os.path.exists(file):  # noqa: PTH110 - which calls a name too long for any file an error
        # Words that are no file may be values, with somebody's name in them: those are not said again.
        raise Refused("file_absent", name=file.name) if file.suffix == ".json" else Refused("paper_json")
    with about(file):
        try:
            if file.stat().st_size > LARGEST_VALUES:
                raise Refused("paper_json")
            return _parsed(file.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as problem:
            raise Refused("paper_json") from problem


def _parsed(untrusted_words: str) -> dict[str, Any]:
    try:
        values = json.loads(untrusted_words)
    except (ValueError, RecursionError) as problem:
        raise Refused("paper_json") from problem
    if not isinstance(values, dict):
        raise Refused("paper_json")
    return values
