"""kiosk setup: the office kiosk's settings for its sister kiosks, and taking them over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.commission import kiosk_card
from kiosk.cli.console import REFUSED, Console, WrongUse, about, console_of
from kiosk.cli.session import OperatorId, PinStdin, profile_named
from kiosk.cli.signing_in import signed_in
from kiosk.domain.errors import Refused, Trouble
from kiosk.ui.year_words import year_lines

if TYPE_CHECKING:
    from kiosk.services.year import YearLook

app = typer.Typer(help="事務用の端末の設定を、ほかの端末へ渡す・受け取る。")
LARGEST = 8 << 20


@app.command("export")
def export_setup(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", help="設定のファイルを書くところ")],
    operator: OperatorId,
    to: Annotated[list[Path] | None, typer.Option("--to", help="渡す相手の端末の公開カード")] = None,
    lead: Annotated[str, typer.Option(help="番号札を出す端末（K1 など）")] = "",
    band: Annotated[list[str] | None, typer.Option(help="番号の範囲（K1:1-499）")] = None,
    pin_stdin: PinStdin = False,
) -> None:
    """設定を、登録した端末だけが読める形に署名して書き出す。"""
    from kiosk.domain.site import Band
    from kiosk.sealing.atomic import write_file
    from kiosk.services.site import SiteDesk

    console = console_of(context)
    bands = dict(Band.parse(text) for text in band or ())
    cards = [(card, _read(card).decode("utf-8", "replace")) for card in to or ()]
    with signed_in(console, operator, pin_stdin=pin_stdin) as (desk, _):
        site = SiteDesk(desk)
        for file, card in cards:
            with about(file):
                site.know(card)
        if lead or bands:
            site.arrange(lead=lead or None, bands=bands)
        sealed = site.export()
        try:
            write_file(out, sealed, private=True)
        except OSError:
            raise Trouble("file_unwritable", name=out.name) from None
        sisters = site.sisters()
    say = console.texts.get
    console.report(
        {
            "ok": True,
            "file": str(out),
            "kiosks": [{"kiosk": one.kiosk, "fingerprint": one.fingerprint} for one in sisters],
        },
        [
            say("cli.setup_exported", file=str(out)),
            *(say("cli.setup_kiosk", kiosk=one.kiosk, fingerprint=one.fingerprint) for one in sisters),
        ],
    )


@app.command("import")
def import_setup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="設定のファイル")],
    operator: OperatorId,
    office_card: Annotated[Path | None, typer.Option("--office-card", help="事務用の端末のカード")] = None,
    pin_stdin: PinStdin = False,
) -> None:
    """事務用の端末の設定を受け取る。従事者は、この端末で暗証番号を決めてから使う。"""
    from kiosk.services.site import SiteDesk

    console = console_of(context)
    untrusted = _read(file)
    card = kiosk_card(office_card) if office_card is not None else ""
    with signed_in(console, operator, pin_stdin=pin_stdin) as (desk, _), about(file):
        setup = SiteDesk(desk).take(untrusted, card)
    counts = {"staff": len(setup.staff), "approvals": len(setup.approvals), "media": len(setup.media)}
    console.report(
        {"ok": True, "issuer": setup.issuer, "serial": setup.serial, "lead": setup.lead, **counts},
        [console.texts.get("cli.setup_imported", issuer=setup.issuer, serial=setup.serial, **counts)],
    )


@app.command("year")
def year(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="書き込んだ設定票（.xlsx）")] = None,
    template: Annotated[Path | None, typer.Option("--template", help="設定票を書き出すところ")] = None,
    operator: Annotated[str, typer.Option("--operator", help="操作する人のID")] = "",
    profile: Annotated[str, typer.Option(help="データのない端末で書き出すときの、もとの設定")] = "koganei",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="確かめるだけで、何も変えない")] = False,
    pin_stdin: PinStdin = False,
) -> None:
    """契約年度の設定票を書き出す（--template）、読み込む。"""
    console = console_of(context)
    if template is not None:
        content = _year_template(console, operator, profile, pin_stdin=pin_stdin)
        try:
            template.write_bytes(content)
        except OSError:
            raise Trouble("file_unwritable", name=template.name) from None
        say = console.texts.get("year.written", file=str(template))
        console.report({"ok": True, "file": str(template), "bytes": len(content)}, [say])
        return
    if file is None or not operator:
        raise WrongUse("badge_or_file")
    from kiosk.services.year import YearDesk

    untrusted = _read(file)
    with signed_in(console, operator, pin_stdin=pin_stdin) as (desk, _):
        with about(file):
            look = YearDesk(desk).look(untrusted)
        if not look.faults and not dry_run:
            look = YearDesk(desk).take(untrusted)
    _say_year(console, look, dry_run=dry_run)
    if look.faults:
        raise typer.Exit(REFUSED)


def _year_template(console: Console, operator: str, profile: str, *, pin_stdin: bool) -> bytes:
    """With an operator what holds on this PC, else a profile that comes with the product."""
    from kiosk.paths import resources
    from kiosk.services.year import YearDesk, blank_template
    from kiosk.settings import read_text

    if not operator:
        profile_named(profile)
        return blank_template(read_text(resources() / "profiles" / f"{profile}.toml"))
    with signed_in(console, operator, pin_stdin=pin_stdin) as (desk, _):
        return YearDesk(desk).template()


def _say_year(console: Console, look: YearLook, *, dry_run: bool) -> None:
    faults = []
    for fault in look.faults:
        say, do = console.texts.explain(Refused(fault.key, **fault.facts))
        place = {"sheet": fault.sheet, "row": fault.row, "column": fault.column}
        faults.append({**place, "problem": fault.key, "say": say, "do": do})
    console.report(
        {
            "ok": not faults,
            "problem": "year_faults" if faults else None,
            "faults": faults,
            "dry_run": dry_run,
            "changed": list(look.changed),
            "counts": dict(look.counts),
            "sessions": len(look.days),
        },
        year_lines(console.texts, look, taken=not dry_run),
    )


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST)
    except FileNotFoundError:
        raise Refused("file_absent", name=file.name) from None
    except OSError:
        raise Trouble("file_unreadable", name=file.name) from None
