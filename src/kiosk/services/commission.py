"""A new kiosk: checked first, built aside, and put in place in one rename, or nothing at all."""

from __future__ import annotations

import re
import secrets as randomness
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.batch import KIOSK
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.ledger import admitted
from kiosk.domain.registers import Approval, Medium, Subject
from kiosk.domain.reservation import column_mapping
from kiosk.domain.staff import Operator, refuse_weak
from kiosk.services.catalogue import agenda_days
from kiosk.services.clock import Clock
from kiosk.services.open_desk import DEVICES_FILE, LOGS_FOLDER, PAPERS_FOLDER, secrets_for
from kiosk.services.recovery import recipient_sha256, refuse_unusable_recipient, write_recovery
from kiosk.settings.profile import read_profile

if TYPE_CHECKING:
    from kiosk.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Commissioned:
    """What the key ceremony shows: the kiosk's public card and both fingerprints."""

    card: str
    fingerprint: str
    city_fingerprint: str
    practice: bool


@dataclass(frozen=True, slots=True)
class FirstSetup:
    """Everything a new kiosk is made from, already typed in."""

    profile_text: str
    devices_text: str
    kiosk: str
    city_card_text: str
    manager: Operator
    approval: str
    disk: str = ""
    director_recipient: str = ""
    office_card_text: str = ""


@dataclass(frozen=True, slots=True)
class Registers:
    """What practice writes into the registers so that a day can be rehearsed to its end."""

    people: tuple[tuple[Operator, str], ...] = ()
    approvals: tuple[Approval, ...] = ()
    media: tuple[Medium, ...] = ()


def commission(
    data: Path,
    setup: FirstSetup,
    untrusted_passphrase: str,
    registers: Registers | None = None,
    *,
    clock: Clock | None = None,
) -> Commissioned:
    """Makes the data folder with keys, first manager and the city pinned; a practice has its day's clock.

    Raises Refused("commission_exists", "kiosk_id", "commission_card…", weak passphrase) before
    anything is written; a cut in the middle leaves no folder under the final name.
    """
    from kiosk.sealing.cards import CityCard

    profile = read_profile(setup.profile_text, "profile")
    # Read through to the end: a kiosk that cannot say its next day or read its list must not come to be.
    agenda_days(profile)
    column_mapping(profile.reservations)
    if not re.fullmatch(KIOSK, setup.kiosk):
        raise Refused("kiosk_id")
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise Refused("commission_exists", folder=data.name)
    city_card = CityCard.from_text(setup.city_card_text)
    refuse_weak(setup.manager.role, untrusted_passphrase)
    _refuse_foreign_office(setup, profile.city.code, practice=city_card.practice)
    if setup.director_recipient:
        refuse_unusable_recipient(setup.director_recipient)
    aside = data.with_name(data.name + ".part")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True, mode=0o700)
        given = registers or Registers()
        made = _build(aside, setup, untrusted_passphrase, city_card.practice, given, clock or Clock())
        if data.exists():
            data.rmdir()
        aside.replace(data)
    except OSError:
        shutil.rmtree(aside, ignore_errors=True)
        raise Trouble("file_unwritable", name=data.name) from None
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return made


def _refuse_foreign_office(setup: FirstSetup, city: str, *, practice: bool) -> None:
    """The office kiosk whose settings will be taken over has to be of this city, and another one."""
    from kiosk.sealing.cards import KioskCard

    if not setup.office_card_text:
        return
    card = KioskCard.from_text(setup.office_card_text)
    if card.kiosk == setup.kiosk:
        raise Refused("sister_itself", kiosk=card.kiosk)
    if card.practice != practice:
        raise Refused("sister_practice")
    if card.city != city:
        raise Refused("sister_other_city")


def _build(
    aside: Path,
    setup: FirstSetup,
    untrusted_passphrase: str,
    practice: bool,
    registers: Registers,
    clock: Clock,
) -> Commissioned:
    from kiosk.store.vault import Vault

    vault = Vault.create(
        aside,
        secrets_for(aside, practice=practice),
        kiosk=setup.kiosk,
        practice=practice,
        manager=setup.manager,
        untrusted_pin=untrusted_passphrase,
    )
    try:
        for person, pin in registers.people:
            vault.add_operator(person, pin)
        made = _fill_office(vault, setup, practice, registers, clock)
        if setup.director_recipient:
            write_recovery(vault, setup.director_recipient)
    finally:
        vault.close()
    (aside / DEVICES_FILE).write_text(setup.devices_text, encoding="utf-8")
    for name in (LOGS_FOLDER, PAPERS_FOLDER):
        (aside / name).mkdir(mode=0o700)
    return made


def _fill_office(
    vault: Vault, setup: FirstSetup, practice: bool, registers: Registers, clock: Clock
) -> Commissioned:
    from kiosk.sealing import keys
    from kiosk.sealing.cards import CityCard, KioskCard

    profile = read_profile(setup.profile_text, "profile")
    signing = keys.new_signing_key()
    identity = keys.AgeIdentity.new()
    card = KioskCard(
        practice=practice,
        city=profile.city.code,
        kiosk=setup.kiosk,
        public=signing.public_key(),
        recipient=identity.recipient,
    )
    city_card = CityCard.from_text(setup.city_card_text)
    office = vault.open_office()
    with office.work() as work:
        work.settings.put("profile", setup.profile_text)
        work.settings.put("city_card", setup.city_card_text)
        work.settings.put("signing_key", keys.signing_key_to_bytes(signing).hex())
        work.settings.put("age_identity", identity.to_file_text(clock.now().isoformat()))
        work.settings.put("disk", setup.disk)
        work.settings.put("outpost_key", randomness.token_bytes(32).hex())
        work.settings.put("kiosk_card", card.to_text(signing))
        work.settings.put("office_card", setup.office_card_text.strip() or None)
        for person, _ in ((setup.manager, ""), *registers.people):
            work.staff.save(admitted(person, clock.today(), setup.approval))
        for approval in registers.approvals:
            work.approvals.save(approval)
        for medium in registers.media:
            work.media.save(medium)
        work.journal.append(
            "commission",
            setup.kiosk,
            {
                "city": city_card.fingerprint,
                "card": card.fingerprint,
                "practice": practice,
                "director": recipient_sha256(setup.director_recipient) if setup.director_recipient else "",
            },
            who=setup.manager.id,
            at=clock.now(),
        )
        work.commit()
    with office.reading() as view:
        vault.keep_anchor("office", view.journal.head())
    return Commissioned(card.to_text(signing), card.fingerprint, city_card.fingerprint, practice)


def standing(number: str, subject: Subject, year: int) -> Approval:
    """A standing approval for one fiscal year (April to March)."""
    first = date(year, 4, 1)
    return Approval(number, subject, first, first, date(year + 1, 3, 31), standing=True)
