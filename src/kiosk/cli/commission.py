"""kiosk commission: a new data folder, the city pinned, the kiosk's public card to hand over."""

from __future__ import annotations

import os
import shutil
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.city_camera import scanned_city_card
from kiosk.cli.console import Console, WrongUse, about, console_of
from kiosk.cli.signing_in import read_secret
from kiosk.domain.errors import Refused, Trouble

if TYPE_CHECKING:
    from kiosk.services.commission import Commissioned, FirstSetup

CARD_NAME = "kiosk-card.json"
LARGEST_CARD = 4096


def commission(
    context: typer.Context,
    profile: Annotated[Path, typer.Option(help="契約の設定（resources/profiles/koganei.toml など）")],
    kiosk: Annotated[str, typer.Option(help="窓口の名前（K1 など）")],
    city_key: Annotated[Path | None, typer.Option(help="市の公開カード（ファイル）")] = None,
    city_camera: Annotated[
        str, typer.Option("--city-camera", help="市の公開カードを見せるカメラ（index:0 など）")
    ] = "",
    manager: Annotated[str, typer.Option(help="最初の業務管理者のID")] = "manager",
    name: Annotated[str, typer.Option(help="業務管理者の名前")] = "業務管理者",
    approval: Annotated[str, typer.Option(help="従事者についての市の承認番号")] = "",
    devices: Annotated[Path | None, typer.Option(help="機器の設定ファイル（devices.toml）")] = None,
    director_recipient: Annotated[
        str, typer.Option("--director-recipient", help="統括責任者の age の公開鍵（age1…）。復旧に使う")
    ] = "",
    office: Annotated[bool, typer.Option("--office", help="事務用の端末（ほかの端末へ設定を渡す）")] = False,
    join: Annotated[
        Path | None, typer.Option("--join", help="事務用の端末の公開カード（その設定を受け取る）")
    ] = None,
    pin_stdin: Annotated[bool, typer.Option("--pin-stdin", help="暗証番号を標準入力から読む")] = False,
) -> None:
    """新しい窓口のデータフォルダーを作る。"""
    from kiosk.domain.staff import Operator, Role
    from kiosk.services.commission import FirstSetup
    from kiosk.services.commission import commission as make
    from kiosk.services.open_desk import PAPERS_FOLDER, secrets_for
    from kiosk.settings import read_devices, read_text

    console = console_of(context)
    _refuse_both(office, join, city_key, city_camera)
    devices_text = read_text(devices) if devices is not None else ""
    read_devices(devices_text, devices.name if devices is not None else "devices.toml")
    city_card = _card(city_key) if city_key is not None else scanned_city_card(console, city_camera)
    setup = FirstSetup(
        profile_text=_profile(profile),
        devices_text=devices_text,
        kiosk=kiosk,
        city_card_text=city_card,
        manager=Operator(manager, name, Role.MANAGER),
        approval=approval,
        disk=_disk(console.data),
        director_recipient=director_recipient.strip(),
        office_card_text=kiosk_card(join) if join is not None else "",
    )
    if console.data.exists() and (not console.data.is_dir() or any(console.data.iterdir())):
        raise Refused("commission_exists", folder=console.data.name)
    # What can be refused without the passphrase is refused before anybody types it.
    secrets_for(console.data, practice=_is_practice(setup, city_key))
    secret = read_secret(console.texts.get("cli.new_passphrase"), from_stdin=pin_stdin)
    if not pin_stdin and secret != read_secret(console.texts.get("cli.again"), from_stdin=False):
        raise Refused("passphrase_differs")
    made = make(console.data, setup, secret)
    try:
        card_file = _keep_card(console.data / PAPERS_FOLDER, made, setup)
    except BaseException:
        # A kiosk whose card reached nobody: nothing half-made stays, and the same command can be given again.
        shutil.rmtree(console.data, ignore_errors=True)
        raise
    _tell(console, made, kiosk, card_file, has_director=bool(setup.director_recipient))


def _refuse_both(office: bool, join: Path | None, city_key: Path | None, city_camera: str) -> None:
    if office and join is not None:
        raise WrongUse("office_or_join")
    if (city_key is None) is not bool(city_camera):
        raise WrongUse("city_card")


def _profile(file: Path) -> str:
    from kiosk.settings import read_text
    from kiosk.settings.profile import read_profile

    text = read_text(file)
    # Looked at here already for its name: what is wrong in it is said of the file that was given.
    read_profile(text, file.name)
    return text


def kiosk_card(file: Path) -> str:
    """A kiosk's public card as text; what is no card is refused by the name of its file."""
    from kiosk.sealing.cards import KioskCard

    untrusted = _card(file)
    with about(file):
        KioskCard.from_text(untrusted)
    return untrusted


def _is_practice(setup: FirstSetup, city_key: Path | None) -> bool:
    from kiosk.sealing.cards import CityCard

    with about(city_key) if city_key is not None else nullcontext():
        return CityCard.from_text(setup.city_card_text).practice


def _tell(console: Console, made: Commissioned, kiosk: str, card_file: Path, *, has_director: bool) -> None:
    say = console.texts.get
    console.report(
        {
            "ok": True,
            "data": str(console.data),
            "kiosk": kiosk,
            "card": str(card_file),
            "fingerprint": made.fingerprint,
            "city_fingerprint": made.city_fingerprint,
            "practice": made.practice,
        },
        [
            say("cli.commissioned", kiosk=kiosk, data=str(console.data)),
            say("cli.kiosk_fingerprint", fingerprint=made.fingerprint),
            say("cli.city_fingerprint", fingerprint=made.city_fingerprint),
            say("cli.card_written", card=str(card_file)),
            say("recovery.file_written" if has_director else "recovery.no_file"),
        ],
    )


def _keep_card(papers: Path, made: Commissioned, setup: FirstSetup) -> Path:
    from kiosk.services.clock import Clock
    from kiosk.services.handing_papers import key_ceremony_pdf
    from kiosk.services.papers import key_card_pdf
    from kiosk.settings.profile import read_profile

    card_file = papers / CARD_NAME
    try:
        card_file.write_text(made.card, encoding="utf-8")
        (papers / "kiosk-card.pdf").write_bytes(key_card_pdf(made, setup.kiosk))
        sheet = key_ceremony_pdf(
            made, setup.kiosk, Clock().today(), read_profile(setup.profile_text, "profile")
        )
        (papers / "key-ceremony.pdf").write_bytes(sheet)
    except OSError:
        raise Trouble("file_unwritable", name=CARD_NAME) from None
    return card_file


def _card(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST_CARD + 1).decode("utf-8", "replace")
    except FileNotFoundError:
        raise Refused("file_absent", name=file.name) from None
    except OSError:
        raise Trouble("file_unreadable", name=file.name) from None


def _disk(data: Path) -> str:
    """Serial number of the disk the data will stand on, for the erasure record; empty when it tells none."""
    from kiosk.devices.drive_volume import system

    folder = data.absolute()
    while not os.path.ismount(folder) and folder != folder.parent:
        folder = folder.parent
    try:
        serial = system.serial_of(folder)
    except OSError:
        return ""
    return "" if serial == system.UNKNOWN_SERIAL else serial
