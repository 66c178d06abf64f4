"""Several kiosks at one site: whose card is known, who leads, whose numbers are which."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kiosk.domain.errors import Refused
from kiosk.domain.site import Band, Setup, refuse_overlap
from kiosk.domain.staff import Act
from kiosk.services.desk import Desk
from kiosk.settings.profile import read_profile

if TYPE_CHECKING:
    from kiosk.sealing.cards import KioskCard
    from kiosk.store.office import OfficeView

SISTERS, BANDS, LEAD, SERIAL, OFFICE_CARD = "sisters", "bands", "lead", "setup_serial", "office_card"


@dataclass(frozen=True, slots=True)
class Sister:
    """Another kiosk of the site, by the card it was registered with."""

    kiosk: str
    fingerprint: str


class SiteDesk:
    """The verbs of `kiosk setup`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def sisters(self) -> tuple[Sister, ...]:
        """The other kiosks whose cards are known here."""
        with self._desk.office.reading() as view:
            return tuple(
                Sister(card.kiosk, card.fingerprint) for card in sister_cards(view, self._desk.kiosk)
            )

    def know(self, untrusted_card: str) -> Sister:
        """Registers a sister's public card, after its fingerprint was read aloud.

        Another card under a known name takes its place and is journalled. Raises Refused `card_…`,
        `sister_itself`, `sister_practice`, `sister_other_city`.
        """
        from kiosk.sealing.cards import KioskCard

        card = KioskCard.from_text(untrusted_card)
        desk = self._desk
        if card.kiosk == desk.kiosk:
            raise Refused("sister_itself", kiosk=card.kiosk)
        if card.practice != desk.practice:
            raise Refused("sister_practice")
        if card.city != desk.rules.city.code:
            raise Refused("sister_other_city")
        with desk.office_work(Act.EDIT_REGISTERS) as (work, _):
            known = work.settings.get(SISTERS, {})
            work.settings.put(SISTERS, {**known, card.kiosk: untrusted_card.strip()})
            desk.record(work, "know_kiosk", card.kiosk, card=card.fingerprint)
            work.commit()
        desk.anchor()
        return Sister(card.kiosk, card.fingerprint)

    def arrange(self, *, lead: str | None = None, bands: dict[str, Band] | None = None) -> None:
        """Who issues the numbers of a session, and which band is whose (spec: one line, one board)."""
        desk = self._desk
        with desk.office_work(Act.EDIT_REGISTERS) as (work, _):
            known = {desk.kiosk, *work.settings.get(SISTERS, {})}
            if unknown := {*([lead] if lead else []), *(bands or {})} - known:
                raise Refused("sister_unknown", kiosk=sorted(unknown)[0])
            if lead:
                work.settings.put(LEAD, lead)
            if bands:
                whole = {**_bands(work), **bands}
                refuse_overlap(whole)
                work.settings.put(BANDS, {kiosk: [band.first, band.last] for kiosk, band in whole.items()})
            desk.record(work, "arrange_kiosks", lead or "", bands=len(bands or {}))
            work.commit()
        desk.state_changed()
        desk.anchor()

    def export(self) -> bytes:
        """The settings for every sister kiosk, under a new serial number; Refused("sister_none")."""
        from kiosk.sealing.keys import signing_key_from_bytes
        from kiosk.sealing.setups import seal_setup

        desk = self._desk
        with desk.office_work(Act.EDIT_REGISTERS) as (work, _):
            if work.settings.get(OFFICE_CARD) is not None:
                raise Refused("setup_not_office")
            cards = sister_cards(work, desk.kiosk)
            if not cards:
                raise Refused("sister_none")
            serial = work.settings.get(SERIAL, 0) + 1
            work.settings.put(SERIAL, serial)
            own = work.settings.get("kiosk_card")
            setup = Setup(
                practice=desk.practice,
                city=desk.rules.city.code,
                issuer=desk.kiosk,
                serial=serial,
                made_at=desk.clock.now().replace(microsecond=0),
                lead=work.settings.get(LEAD, desk.kiosk),
                profile_text=work.settings.get("profile"),
                outpost_key=work.settings.get("outpost_key"),
                bands=_bands(work),
                cards={**work.settings.get(SISTERS, {}), desk.kiosk: own},
                staff=tuple(record for record in work.staff.all() if not record.is_substitute),
                approvals=tuple(replace(approval, used=0) for approval in work.approvals.all()),
                media=work.media.all(),
            )
            key = signing_key_from_bytes(bytes.fromhex(work.settings.get("signing_key")))
            sealed = seal_setup(setup, key, tuple(card.recipient for card in cards))
            desk.record(work, "setup_export", desk.kiosk, serial=serial, kiosks=len(cards))
            work.commit()
        desk.anchor()
        return sealed

    def take(self, untrusted: bytes, untrusted_office_card: str = "") -> Setup:
        """Takes over the office kiosk's settings: staff (no PINs), approvals, media, profile, cards, bands.

        The office kiosk's card is pinned with the first file and never changed by one. An open session
        goes on under what it was opened with. Raises Refused `setup_…`, `card_…`, `session_unfinished`.
        """
        from kiosk.sealing.keys import AgeIdentity
        from kiosk.sealing.setups import open_setup

        desk = self._desk
        desk.allow(Act.EDIT_REGISTERS)
        with desk.office.reading() as view:
            identity = AgeIdentity.from_file_text(view.settings.get("age_identity"))
            office = _office_card(view, untrusted_office_card)
            there = view.settings.get(SERIAL, 0)
            busy = next((one for one in view.openings.all() if one.state.value == "open"), None)
        setup = open_setup(untrusted, identity, office.public)
        _refuse_foreign(setup, desk, office.kiosk)
        if setup.serial < there:
            raise Refused("setup_older", serial=setup.serial, there=there)
        if busy is not None:
            raise Refused("session_unfinished", day=busy.day.isoformat())
        read_profile(setup.profile_text, "profile")
        with desk.office_work(Act.EDIT_REGISTERS) as (work, _):
            settings: dict[str, Any] = {
                "profile": setup.profile_text,
                "outpost_key": setup.outpost_key,
                LEAD: setup.lead,
                BANDS: {kiosk: [band.first, band.last] for kiosk, band in setup.bands.items()},
                SISTERS: {kiosk: card for kiosk, card in setup.cards.items() if kiosk != desk.kiosk},
                SERIAL: setup.serial,
            }
            for name, value in settings.items():
                work.settings.put(name, value)
            if untrusted_office_card:
                work.settings.put(OFFICE_CARD, untrusted_office_card.strip())
            for record in setup.staff:
                work.staff.save(record)
            for approval in setup.approvals:
                known = work.approvals.find(approval.number, approval.subject)
                used = known.used if known is not None and known.subject is approval.subject else 0
                work.approvals.save(replace(approval, used=used))
            for medium in setup.media:
                if work.media.find(medium.serial) is None:
                    work.media.save(medium)
            desk.record(work, "setup_import", setup.issuer, serial=setup.serial, staff=len(setup.staff))
            work.commit()
        desk.profile = read_profile(setup.profile_text, "profile")
        desk.state_changed()
        desk.anchor()
        return setup


def sister_cards(view: OfficeView, kiosk: str) -> tuple[KioskCard, ...]:
    """The public cards of the site's other kiosks."""
    from kiosk.sealing.cards import KioskCard

    known: dict[str, str] = view.settings.get(SISTERS, {})
    return tuple(KioskCard.from_text(card) for name, card in sorted(known.items()) if name != kiosk)


def _bands(view: OfficeView) -> dict[str, Band]:
    return {kiosk: Band(*ends) for kiosk, ends in view.settings.get(BANDS, {}).items()}


def _office_card(view: OfficeView, untrusted: str) -> KioskCard:
    from kiosk.sealing.cards import KioskCard

    pinned = view.settings.get(OFFICE_CARD)
    if pinned is None and not untrusted:
        raise Refused("setup_office_unknown")
    card = KioskCard.from_text(pinned if pinned is not None else untrusted)
    if untrusted and KioskCard.from_text(untrusted).fingerprint != card.fingerprint:
        raise Refused("setup_other_office")
    return card


def _refuse_foreign(setup: Setup, desk: Desk, office: str) -> None:
    from kiosk.sealing.cards import KioskCard

    if setup.practice != desk.practice:
        raise Refused("sister_practice")
    if setup.city != desk.rules.city.code:
        raise Refused("sister_other_city")
    if setup.issuer != office or office == desk.kiosk:
        raise Refused("setup_other_office")
    for kiosk, text in setup.cards.items():
        if KioskCard.from_text(text).kiosk != kiosk:
            raise Refused("setup_field", field="cards")
