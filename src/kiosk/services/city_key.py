"""The pinned key of the city: shown, compared, and changed only by two people with a card in hand."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.batch import SessionState
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.staff import Act, refuse_unless_two
from kiosk.services.access import Access
from kiosk.services.commission import Commissioned
from kiosk.services.desk import Desk

if TYPE_CHECKING:
    from kiosk.devices.ports import DriveBay
    from kiosk.sealing.cards import CityCard

CARD_FILE = "city-card.json"
"""What `kiosk-city keygen` calls the city's public card."""
LARGEST_CARD = 4096
WAITING = frozenset({SessionState.SEALED, SessionState.EXPORTED})


class CityKeyDesk:
    """Whom this kiosk encrypts to, and whose receipts it believes."""

    def __init__(self, desk: Desk, access: Access) -> None:
        self._desk, self._access = desk, access

    def fingerprint(self) -> str:
        """The pinned card's, in groups of four."""
        return self._pinned().fingerprint

    def read(self, untrusted_text: str) -> str:
        """The fingerprint of a card that could be pinned instead, in groups of four.

        Raises Refused card_…, city_key_practice (a real kiosk pins no practice city), city_key_same.
        """
        return self._readable(untrusted_text).fingerprint

    def waiting(self) -> int:
        """How many batches are encrypted to the pinned key and still wait for its receipt."""
        with self._desk.office.reading() as view:
            return sum(session.state in WAITING for session in view.openings.all())

    def on_sticks(self, bay: DriveBay) -> str:
        """The card in the first stick that has one, unchecked; for the background.

        Raises Trouble("drive_absent"), Refused("city_key_no_file"), Trouble("file_unreadable").
        """
        drives = bay.drives()
        if not drives:
            raise Trouble("drive_absent")
        return _first_card(drive.path / CARD_FILE for drive in drives)

    def code(self, text: str) -> tuple[str, ...]:
        """A card as the rows of a QR code, "1" for dark."""
        from kiosk.paper.qr import modules

        return modules(text)

    def sheet(self, untrusted_city_card: str = "") -> bytes:
        """The sheet on which both sides sign that both fingerprints were read aloud (鍵の読み合わせ記録).

        With the card that shall be pinned, or else with the pinned one.
        """
        from kiosk.sealing.cards import KioskCard
        from kiosk.services.handing_papers import key_ceremony_pdf

        desk = self._desk
        with desk.office.reading() as view:
            text = str(view.settings.get("kiosk_card"))
        city = self.read(untrusted_city_card) if untrusted_city_card else self.fingerprint()
        made = Commissioned(text, KioskCard.from_text(text).fingerprint, city, desk.practice)
        return key_ceremony_pdf(made, desk.kiosk, desk.clock.today(), desk.rules)

    def change(self, untrusted_text: str, *, second_id: str, second_pin: str) -> str:
        """Pins the city's new card, vouched for by two people; its fingerprint.

        From now on batches are encrypted to it and only its receipts are believed: a lost or stolen key of
        the city must not open the way to an erasure. Raises as `read`, second_person_needed, wrong PIN.
        """
        desk = self._desk
        operator = desk.allow(Act.CHANGE_CITY_KEY)
        card, before = self._readable(untrusted_text), self.fingerprint()
        second = self._access.second_person(second_id, second_pin)
        refuse_unless_two(operator, second)
        with desk.office_work(Act.CHANGE_CITY_KEY) as (work, _):
            work.settings.put("city_card", untrusted_text.strip() + "\n")
            desk.record(
                work, "change_city_key", desk.kiosk, before=before, after=card.fingerprint, second=second.id
            )
            work.commit()
        desk.anchor()
        return card.fingerprint

    def _pinned(self) -> CityCard:
        from kiosk.sealing.cards import CityCard

        with self._desk.office.reading() as view:
            return CityCard.from_text(view.settings.get("city_card"))

    def _readable(self, untrusted_text: str) -> CityCard:
        from kiosk.sealing.cards import CityCard

        card = CityCard.from_text(untrusted_text)
        if card.practice != self._desk.practice:
            raise Refused("city_key_practice")
        if card.fingerprint == self.fingerprint():
            raise Refused("city_key_same")
        return card


def _first_card(files: Iterable[Path]) -> str:
    for file in files:
        try:
            with file.open("rb") as stream:
                return stream.read(LARGEST_CARD + 1).decode("utf-8", "replace")
        except FileNotFoundError:
            continue
        except OSError:
            raise Trouble("file_unreadable", name=file.name) from None
    raise Refused("city_key_no_file")
