"""The city office's folder: its keys, the kiosks it trusts, what it has received."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.city.ledger import DAMAGED, Ledger
from kiosk.domain.batch import BatchName
from kiosk.domain.canonical import canonical, read_canonical
from kiosk.domain.errors import Refused, Trouble
from kiosk.sealing import keys
from kiosk.sealing.atomic import write_file
from kiosk.sealing.cards import LARGEST_CARD, CityCard, KioskCard
from kiosk.sealing.signers import AllowedSigners, Signer
from kiosk.sealing.sshsig import BATCH, same_key

FORMAT = "kiosk-city-home-v1"
HOME_FILE = "home.json"
CITY_KEY = "city.key"
RECEIPT_KEY = "receipt.key"
CARD_FILE = "city-card.json"
CARD_PICTURE = "city-card.svg"
SIGNERS_FILE = "allowed_signers"
SEEN_FILE = "seen.json"
CARDS_FOLDER = "cards"
RECEIPTS_FOLDER = "receipts"


@dataclass(frozen=True, slots=True)
class Trusted:
    """A registered card; `change` is new, renewed or same, and between its bounds the key counts."""

    card: KioskCard
    change: str
    valid_after: datetime | None
    valid_before: datetime | None


@dataclass(frozen=True, slots=True)
class CityHome:
    """An opened city folder; practice or real for ever. Every write is whole or not at all."""

    folder: Path
    practice: bool
    recipient: str

    @staticmethod
    def create(folder: Path, *, practice: bool, at: datetime) -> tuple[CityHome, CityCard]:
        """A new home with fresh keys and its public card.

        Raises Refused("home_exists") rather than touch older keys; Trouble("home_unwritable").
        """
        if any((folder / name).exists() for name in (HOME_FILE, CITY_KEY, RECEIPT_KEY)):
            raise Refused("home_exists")
        identity, receipt_key = keys.AgeIdentity.new(), keys.new_signing_key()
        card = CityCard(practice, identity.recipient, receipt_key.public_key())
        moment = at.isoformat(timespec="seconds")
        text = card.to_text(receipt_key)
        home = {"format": FORMAT, "practice": practice, "recipient": identity.recipient, "created_at": moment}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if os.name == "posix":
                folder.chmod(0o700)
            write_file(folder / CITY_KEY, identity.to_file_text(moment).encode("ascii"), private=True)
            write_file(folder / RECEIPT_KEY, keys.signing_key_to_openssh(receipt_key), private=True)
            write_file(folder / SIGNERS_FILE, b"")
            write_file(folder / CARD_FILE, text.encode("utf-8"))
            write_file(folder / CARD_PICTURE, _qr_svg(text))
            write_file(folder / HOME_FILE, canonical(home))
        except OSError as error:
            raise Trouble("home_unwritable", number=error.errno or 0) from error
        return CityHome(folder, practice, identity.recipient), card

    @staticmethod
    def open(folder: Path) -> CityHome:
        """The home in `folder`; Refused `home_missing` or `home_damaged`."""
        content = _content(folder / HOME_FILE, LARGEST_CARD)
        if content is None:
            raise Refused("home_missing", folder=str(folder))
        with _named(HOME_FILE):
            fields = read_canonical(content, DAMAGED, LARGEST_CARD)
            fields.version(FORMAT)
            home = CityHome(folder, fields.flag("practice"), fields.text("recipient"))
            fields.moment("created_at")
            fields.finish()
        return home

    def identity(self) -> keys.AgeIdentity:
        """The decryption key; Refused `home_damaged`, `home_other_key` or `key_unreadable`."""
        identity = keys.AgeIdentity.from_file_text(self._needed(CITY_KEY).decode("utf-8", "replace"))
        if identity.recipient != self.recipient:
            raise Refused("home_other_key", file=CITY_KEY)
        return identity

    def receipt_key(self) -> Ed25519PrivateKey:
        """The key that signs receipts, the one of the card that the kiosks have pinned.

        Refused `home_damaged`, `home_other_key`, `key_unreadable` or `card_…`.
        """
        key = keys.signing_key_from_openssh(self._needed(RECEIPT_KEY))
        card = CityCard.from_text(self._needed(CARD_FILE).decode("utf-8", "replace"))
        if not same_key(card.receipt_public, key.public_key()):
            raise Refused("home_other_key", file=RECEIPT_KEY)
        return key

    def signers(self) -> AllowedSigners:
        """The kiosks' keys; Refused `signers_unreadable` or `home_damaged`."""
        return AllowedSigners.from_text(self._needed(SIGNERS_FILE).decode("utf-8", "replace"))

    def trust(
        self,
        untrusted_card: str,
        *,
        at: datetime,
        valid_after: datetime | None = None,
        valid_before: datetime | None = None,
    ) -> Trusted:
        """Registers a kiosk's signing key; the same card again changes the dates that are given, and lets
        a registration that has ended run on.

        Whoever calls has compared the fingerprint aloud. Raises Refused `card_…`, `card_practice`,
        `kiosk_has_other_key` (withdraw the old one first), `kiosk_key_withdrawn`, `trust_dates`.
        """
        if valid_before is not None and valid_before <= max(at, valid_after or at):
            raise Refused("trust_dates")
        card = KioskCard.from_text(untrusted_card)
        if card.practice != self.practice:
            raise Refused("card_practice")
        signers = self.signers()
        for signer in signers.of(card.kiosk):
            if same_key(signer.public, card.public):
                if signer.is_revoked:
                    raise Refused("kiosk_key_withdrawn", kiosk=card.kiosk)
                return self._trusted_again(
                    card, signers, signer, signer.renewed(at, valid_after, valid_before)
                )
        if signers.in_force(card.kiosk, at):
            raise Refused("kiosk_has_other_key", kiosk=card.kiosk)
        signer = Signer(card.kiosk, card.public, (BATCH,), valid_after, valid_before, comment=card.city)
        self._write(f"{CARDS_FOLDER}/{card.kiosk}.json", untrusted_card.strip().encode("utf-8"))
        self._write(SIGNERS_FILE, signers.with_signer(signer).to_text().encode("utf-8"))
        return Trusted(card, "new", valid_after, valid_before)

    def _trusted_again(self, card: KioskCard, signers: AllowedSigners, old: Signer, new: Signer) -> Trusted:
        if new != old:
            self._write(SIGNERS_FILE, signers.with_renewed(old, new).to_text().encode("utf-8"))
        return Trusted(card, "same" if new == old else "renewed", new.valid_after, new.valid_before)

    def revoke(self, kiosk: str, *, at: datetime) -> bool:
        """Withdraws every key of a kiosk from now on; False when they were withdrawn before.

        Raises Refused("signer_unknown"); Trouble("home_unwritable").
        """
        signers = self.signers()
        withdrawn = signers.with_revoked(kiosk, at)
        if withdrawn == signers:
            return False
        self._write(SIGNERS_FILE, withdrawn.to_text().encode("utf-8"))
        return True

    def ledger(self) -> Ledger:
        """What has been received so far; Refused("home_damaged")."""
        content = _content(self.folder / SEEN_FILE, None)
        if content is None:
            return Ledger()
        with _named(SEEN_FILE):
            return Ledger.from_bytes(content)

    def keep_ledger(self, ledger: Ledger) -> None:
        """Writes the ledger; Trouble("home_unwritable")."""
        self._write(SEEN_FILE, ledger.to_bytes())

    def kept_receipt(self, name: BatchName, manifest_sha256: str) -> tuple[bytes, bytes] | None:
        """The receipt and signature given for a batch earlier."""
        file = _receipt_file(name, manifest_sha256)
        receipt = _content(self.folder / file, None)
        signature = _content(self.folder / f"{file}.sig", None)
        return None if receipt is None or signature is None else (receipt, signature)

    def keep_receipt(self, name: BatchName, manifest_sha256: str, receipt: bytes, signature: bytes) -> None:
        """Keeps a receipt so that asking again gives the same bytes; Trouble("home_unwritable")."""
        file = _receipt_file(name, manifest_sha256)
        self._write(f"{file}.sig", signature)
        self._write(file, receipt)

    def _needed(self, name: str) -> bytes:
        content = _content(self.folder / name, None)
        if content is None:
            raise Refused("home_damaged", file=name)
        return content

    def _write(self, name: str, content: bytes) -> None:
        target = self.folder / name
        try:
            target.parent.mkdir(exist_ok=True)
            write_file(target, content)
        except OSError as error:
            raise Trouble("home_unwritable", number=error.errno or 0) from error


@contextmanager
def _named(file: str) -> Iterator[None]:
    """Says which file of the home is damaged."""
    try:
        yield
    except Refused as no:
        raise Refused(no.key, **{**no.facts, "file": file}) from no


def _receipt_file(name: BatchName, manifest_sha256: str) -> str:
    # A kiosk with a new key begins its numbers again, so the name alone may come twice.
    return f"{RECEIPTS_FOLDER}/{manifest_sha256[:16]}-{name.receipt_file}"


def _content(path: Path, largest: int | None) -> bytes | None:
    try:
        with path.open("rb") as stream:
            return stream.read(-1 if largest is None else largest + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Trouble("home_unreadable", number=error.errno or 0) from error


def _qr_svg(text: str) -> bytes:
    import io

    import qrcode  # type: ignore[import-untyped]
    from qrcode.image.svg import SvgPathImage  # type: ignore[import-untyped]

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, box_size=10)
    code.add_data(text)
    stream = io.BytesIO()
    code.make_image(image_factory=SvgPathImage).save(stream)
    return stream.getvalue()
