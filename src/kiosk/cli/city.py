"""kiosk-city: what the receiving office runs; no window, no kiosk data."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kiosk import __version__, paths
from kiosk.cli.city_collect import collect_command
from kiosk.cli.console import DONE, REFUSED, TROUBLE, Console, WrongUse, about, console_of
from kiosk.cli.line import run
from kiosk.domain.batch import REGISTERS
from kiosk.domain.errors import Refused, Trouble

if TYPE_CHECKING:
    from kiosk.city.desk import Checked

app = typer.Typer(
    add_completion=False,
    invoke_without_command=True,
    help="納品データの確認・復号・受領書。--data DIR と --json はどこにでも書けます。",
)

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")

Batch = Annotated[Path, typer.Argument(help="納品データ（zip）", show_default=False)]
Batches = Annotated[list[Path], typer.Argument(help="納品データ（zip）", show_default=False)]
FirstBatch = Annotated[Path | None, typer.Argument(help="はじめに開く納品データ", show_default=False)]
AcceptGap = Annotated[str | None, typer.Option(help="欠番のまま進める理由")]


def main() -> None:
    """The installed entry point."""
    sys.exit(run(app))


def _folder(console: Console) -> Path:
    if console.folder is not None:
        return console.folder
    return paths.default_data().with_name("kiosk-city")


def _now() -> datetime:
    return datetime.now().astimezone()


@app.callback()
def city(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="版を表示する")] = False,
) -> None:
    """命令がなければ、職員の窓を開く。"""
    console = console_of(context)
    if version:
        console.report({"ok": True, "version": __version__}, [__version__])
        raise typer.Exit
    if context.invoked_subcommand is None:
        if console.as_json:
            raise WrongUse("no_command")
        raise typer.Exit(_officer(console, None))


@app.command()
def keygen(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="新しい市のフォルダー")] = None,
    practice: Annotated[bool, typer.Option("--practice", help="練習用の鍵")] = False,
) -> None:
    """市の復号の鍵と受領書の署名の鍵、公開カードを作る。"""
    from kiosk.city.home import CARD_FILE, CARD_PICTURE, CityHome

    console = console_of(context)
    folder = out if out is not None else _folder(console)
    home, card = CityHome.create(folder, practice=practice, at=_now())
    values = {
        "ok": True,
        "home": str(home.folder),
        "card": str(home.folder / CARD_FILE),
        "qr": str(home.folder / CARD_PICTURE),
        "recipient": card.recipient,
        "fingerprint": card.fingerprint,
        "practice": practice,
    }
    say = console.texts.get
    console.report(
        values,
        [
            say("city.keys_made", folder=str(home.folder)),
            say("city.fingerprint", fingerprint=card.fingerprint),
            say("city.read_aloud"),
        ],
    )


@app.command()
def trust(
    context: typer.Context,
    card: Annotated[Path, typer.Argument(help="端末の公開カード")],
    valid_after: Annotated[str | None, typer.Option(help="この日から有効（YYYY-MM-DD）")] = None,
    valid_before: Annotated[str | None, typer.Option(help="この日の0時まで有効（YYYY-MM-DD）")] = None,
) -> None:
    """端末を登録する。指紋を読み合わせてから実行する。"""
    from kiosk.city.home import CityHome
    from kiosk.sealing.cards import LARGEST_CARD

    console = console_of(context)
    # Typing mistakes are named before any file is looked at.
    after, before = _day(valid_after), _day(valid_before)
    home = CityHome.open(_folder(console))
    try:
        with card.open("rb") as stream:
            untrusted_card = stream.read(LARGEST_CARD + 1).decode("utf-8", "replace")
    except FileNotFoundError:
        raise Trouble("card_absent", name=card.name) from None
    except OSError as error:
        raise Trouble("card_unreadable", name=card.name, number=error.errno or 0) from error
    with about(card):
        trusted = home.trust(untrusted_card, at=_now(), valid_after=after, valid_before=before)
    known = trusted.card
    values = {
        "ok": True,
        "kiosk": known.kiosk,
        "city": known.city,
        "practice": known.practice,
        "recipient": known.recipient,
        "fingerprint": known.fingerprint,
        "change": trusted.change,
        "valid_after": trusted.valid_after,
        "valid_before": trusted.valid_before,
    }
    say = console.texts.get
    is_new = trusted.change == "new"
    lines = [say("city.trusted" if is_new else f"city.trusted_{trusted.change}", kiosk=known.kiosk)]
    if not is_new or after or before:
        lines.append(_period(console, trusted.valid_after, trusted.valid_before))
    lines.append(say("city.fingerprint", fingerprint=known.fingerprint))
    console.report(values, [*lines, say("city.read_aloud")])


def _period(console: Console, after: datetime | None, before: datetime | None) -> str:
    bounds = {"after": after, "before": before}
    given = {name: f"{bound:%Y-%m-%d %H:%M}" for name, bound in bounds.items() if bound is not None}
    key = {(): "always", ("after",): "since", ("before",): "until"}.get(tuple(given), "between")
    return console.texts.get(f"city.period.{key}", **given)


@app.command()
def revoke(
    context: typer.Context, kiosk: Annotated[str, typer.Argument(help="端末の番号（K1 など）")]
) -> None:
    """端末の登録を取り消す。受領済みの納品データは、その後も確かめられる。"""
    from kiosk.city.home import CityHome
    from kiosk.city.standing import refuse_unknown

    console = console_of(context)
    home = CityHome.open(_folder(console))
    refuse_unknown(home, kiosk)
    now = home.revoke(kiosk, at=_now())
    said = console.texts.get("city.revoked" if now else "city.revoked_before", kiosk=kiosk)
    console.report({"ok": True, "kiosk": kiosk, "already": not now}, [said])


@app.command()
def status(context: typer.Context) -> None:
    """登録した端末、届いていない番号、受領書を出していない納品データを見る。何も書き込まない。"""
    from kiosk.city.home import CityHome
    from kiosk.city.ledger import in_words
    from kiosk.city.standing import standing

    console = console_of(context)
    home = CityHome.open(_folder(console))
    kiosks = standing(home, _now())
    say, lines = console.texts.get, []
    for one in kiosks:
        state = say(f"city.state.{one.state}")
        lines.append(
            say("city.standing", kiosk=one.kiosk, state=state, batches=one.batches, fingerprint=one.key)
        )
        if one.valid_after or one.valid_before:
            lines.append(_period(console, one.valid_after, one.valid_before))
        if one.missing:
            lines.append(say("city.missing", kiosk=one.kiosk, missing=in_words(one.missing)))
        lines += [say("city.undecided", batch=batch) for batch in one.undecided]
    values = {"ok": True, "practice": home.practice, "kiosks": [asdict(one) for one in kiosks]}
    console.report(values, lines or [say("city.nobody")])


@app.command()
def check(context: typer.Context, batch: Batches) -> int:
    """署名・ハッシュ・番号・宛先を、開かずに確かめる。何も書き込まない。"""
    from kiosk.city.desk import check as check_batches
    from kiosk.city.home import CityHome

    console = console_of(context)
    home = CityHome.open(_folder(console))
    findings = check_batches(home, batch, _now())
    told = [_told(console, finding.path, finding.checked, finding.problem) for finding in findings]
    problems = [finding.problem for finding in findings if finding.problem is not None]
    first = next((one for one in told if not one["ok"]), told[0])
    console.report({**first, "batches": told}, [f"{one['file']}: {one['say']}" for one in told])
    if not problems:
        return DONE
    return TROUBLE if any(isinstance(problem, Trouble) for problem in problems) else REFUSED


def _told(
    console: Console, path: Path, checked: Checked | None, problem: Refused | Trouble | None
) -> dict[str, Any]:
    from kiosk.city.ledger import spoken_code

    told: dict[str, Any] = {
        "ok": problem is None,
        "problem": problem.key if problem is not None else None,
        "say": console.texts.say(problem) if problem is not None else "",
        "file": path.name,
        # Without a trusted signature nothing the file says about itself is repeated.
        **dict.fromkeys(("kiosk", "seq", "session", "counts", "manifest_sha256", "code")),
        "missing": [],
    }
    if checked is not None:
        facts = checked.outer.manifest.facts
        told |= {"kiosk": facts.kiosk, "seq": facts.seq, "session": facts.session.isoformat()}
        told |= {"counts": dict(facts.counts), "missing": list(checked.missing)}
        told["manifest_sha256"] = checked.outer.manifest_sha256
        told["code"] = spoken_code(checked.outer.manifest_sha256)
        told["say"] = told["say"] or console.texts.get(
            "city.checked_last" if facts.is_last else "city.checked",
            registers=facts.counts.get(REGISTERS, 0),
            kiosk=facts.kiosk,
            seq=facts.seq,
            visits=facts.counts.get("visits", 0),
            code=told["code"],
        )
    return told


@app.command("open")
def open_(
    context: typer.Context,
    batch: Batch,
    out: Annotated[Path, typer.Option(help="取り出し先の新しいフォルダー")],
    accept_gap: AcceptGap = None,
    by: Annotated[str | None, typer.Option(help="欠番のまま進める担当者")] = None,
) -> None:
    """確かめてから復号し、取り出す。"""
    from kiosk.city.desk import unpack
    from kiosk.city.home import CityHome

    console = console_of(context)
    if accept_gap is not None and by is None:
        raise WrongUse("accept_gap_by")
    home = CityHome.open(_folder(console))
    with about(batch):
        checked, opened = unpack(home, batch, out, _now(), accept_gap=accept_gap, by=by)
    told = {"ok": True, "batch": checked.seen.batch, "out": str(out)}
    console.report(
        {**told, "files": opened.files, **opened.counts},
        [
            console.texts.get(
                "city.opened_last" if checked.outer.manifest.facts.is_last else "city.opened",
                batch=checked.seen.batch,
                files=opened.files,
                visits=opened.counts["visits"],
                registers=opened.counts.get(REGISTERS, 0),
            ),
            console.texts.get("city.personal", out=str(out)),
        ],
    )


@app.command()
def receipt(
    context: typer.Context,
    batch: Batch,
    by: Annotated[str, typer.Option(help="受領した職員の氏名")],
    out: Annotated[Path, typer.Option(help="受領書（JSON）。署名は .sig、印刷用は .pdf")],
    reject: Annotated[str | None, typer.Option(help="受け取れない理由")] = None,
    accept_gap: AcceptGap = None,
    papers: Annotated[list[str] | None, typer.Option(help="数えた書類（F01=29 のように）")] = None,
    qr: Annotated[Path | None, typer.Option(help="カメラで読む受領書のコード（PDF）も作る")] = None,
    photo: Annotated[
        list[str] | None,
        typer.Option(help="受け取れない顔写真と理由（B001=shadow、前の回は 2025-10-29:B001=shadow）"),
    ] = None,
) -> None:
    """中まで確かめて、署名した受領書を作る。"""
    from kiosk.city.desk import answer, write_answer
    from kiosk.city.home import CityHome
    from kiosk.city.receipt_paper import receipt_names, write_codes, write_paper

    console = console_of(context)
    counted = _papers(papers) if papers else None
    home = CityHome.open(_folder(console))
    with about(batch):
        given = answer(
            *(home, batch, _now()),
            by=by,
            reject=reject,
            accept_gap=accept_gap,
            papers=counted,
            photos=photo or (),
        )
    written, signature = write_answer(given, out)
    names = receipt_names(console.texts.table)
    paper = write_paper(given.receipt, out.with_suffix(".pdf"), names)
    codes = write_codes(given.receipt, given.signature, qr) if qr is not None else None
    values = {
        "ok": True,
        "batch": given.receipt.batch,
        "decision": given.receipt.decision.value,
        "counts": dict(given.receipt.counts),
        "receipt": str(written),
        "signature": str(signature),
        "pdf": str(paper),
        "codes": str(codes) if codes is not None else None,
        "inside": given.inside.key if given.inside is not None else None,
        "again": given.is_again,
    }
    say = console.texts
    key = "accepted" if reject is None else "rejected"
    lines = [
        say.get(f"city.{'given_again' if given.is_again else key}", batch=given.receipt.batch),
        say.get("city.receipt_files", receipt=str(written)),
    ]
    lines += _differing(console, given.custody, given.receipt.papers)
    if codes is not None:
        lines.append(say.get("city.receipt_codes", codes=str(codes)))
    if given.inside is not None:
        lines.append(say.say(given.inside))
    console.report(values, lines)


def _differing(console: Console, there: Mapping[str, int], here: Mapping[str, int]) -> list[str]:
    counts = [(code, there.get(code, 0), here.get(code, 0)) for code in sorted(there.keys() | here.keys())]
    return [
        console.texts.get("city.papers_differ", paper=code, there=at_counter, here=at_city)
        for code, at_counter, at_city in counts
        if at_counter != at_city
    ]


@app.command()
def window(
    context: typer.Context,
    batch: Annotated[
        Path | None, typer.Argument(help="はじめに開く納品データ（zip）", show_default=False)
    ] = None,
) -> int:
    """職員の窓を開く：媒体の納品データを確かめ、取り出し、受領書を作る。"""
    return _officer(console_of(context), batch)


def _officer(console: Console, batch: Path | None) -> int:
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in DISPLAYS):
        raise Refused("officer_display")
    from kiosk.city.window.run import run_officer

    return run_officer(_folder(console), console.texts, batch)


app.command("collect")(collect_command(_folder))


def _papers(words: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for word in words:
        parts = re.fullmatch(r"([A-Z]\d{2})=(\d{1,6})", word, re.ASCII)
        if parts is None or parts[1] in found:
            raise WrongUse("papers" if parts is None else "papers_twice", said=word)
        found[parts[1]] = int(parts[2])
    return found


def _day(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongUse("day", said=text) from None
    return datetime(day.year, day.month, day.day).astimezone()
