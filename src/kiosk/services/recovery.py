"""The way back in with the director's offline key: a new slot for a manager, on this PC or a new one."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from kiosk.domain.batch import SessionState
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.journal import Detail
from kiosk.domain.ledger import StaffRecord, admitted, refuse_unless_admitted
from kiosk.domain.staff import LEADING, Operator, Role, refuse_unless_two, refuse_weak
from kiosk.services.desk import Desk
from kiosk.services.integrity import Integrity

if TYPE_CHECKING:
    from kiosk.store.office import OfficeStore
    from kiosk.store.recovery import RecoveryKeys
    from kiosk.store.vault import Vault

LARGEST_FILE: Final = 64 << 10
GONE: Final = frozenset({SessionState.ERASING, SessionState.ERASED})


def refuse_unusable_recipient(untrusted_recipient: str) -> None:
    """Refused("recovery_address") unless the director's address can be encrypted to."""
    from kiosk.sealing import age

    try:
        age.refuse_unusable((untrusted_recipient,))
    except Refused:
        raise Refused("recovery_address") from None


def recipient_sha256(recipient: str) -> str:
    """How the journal names the director's address."""
    return hashlib.sha256(recipient.encode()).hexdigest()


def write_recovery(vault: Vault, recipient: str) -> None:
    """Master key and device secret, encrypted to the director alone, beside the data; Trouble("file_…")."""
    from kiosk.sealing import age
    from kiosk.store.folder import write_durably

    sealed = io.BytesIO()
    age.encrypt(io.BytesIO(vault.keys_for_recovery().to_bytes()), sealed, (recipient,))
    try:
        write_durably(vault.folder.recovery, sealed.getvalue())
    except OSError:
        raise Trouble("file_unwritable", name=vault.folder.recovery.name) from None


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a recovery did; `lost` are the days whose own secret this PC does not hold."""

    operator: Operator
    is_new_pc: bool
    is_alone: bool
    lost: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class NewLeader:
    """Who gets the new slot; name and approval only for somebody the register does not know."""

    id: str
    name: str = ""
    approval: str = ""
    role: Role = Role.MANAGER


class Recovery:
    """One recovery of a locked desk with the director's key."""

    def __init__(self, desk: Desk, untrusted_key_text: str) -> None:
        """Raises Refused key_unreadable, recovery_none, recovery_wrong_key, …_damaged, …_foreign."""
        self._desk = desk
        self._keys = _opened(desk.vault, untrusted_key_text)
        self._keys.refuse_foreign(desk.vault.access)

    def others(self, operator_id: str) -> tuple[str, ...]:
        """Who else can still sign in on this PC: one of them has to stand beside."""
        vault = self._desk.vault
        with _office(self._desk, self._keys) as office, office.reading() as view:
            today = self._desk.clock.today()
            return tuple(
                person.id
                for person in vault.operators()
                if person.id != operator_id
                and vault.may_open(person.id)
                and _is_admitted(view.staff.find(person.id), today)
            )

    def refuse_unless_leads(self, leader: NewLeader) -> None:
        """What can be said of the person before a passphrase is typed.

        Raises Refused recovery_leads, recovery_name, and as refuse_unless_admitted.
        """
        self._person(leader)

    def run(self, leader: NewLeader, untrusted_passphrase: str, second: tuple[str, str] | None) -> Recovered:
        """Makes the slot, puts the PC's secret back where it is missing, journals it, and locks again.

        `second` is another operator's id and PIN; needed while anybody else can sign in here. 0.8 s.
        Raises Refused recovery_second, recovery_leads, recovery_name, second_person_needed, as
        refuse_unless_admitted and refuse_weak, and what a wrong PIN raises.
        """
        desk = self._desk
        others = self.others(leader.id)
        if others and (second is None or second[0] not in others):
            raise Refused("recovery_second")
        person, row = self._person(leader)
        refuse_weak(person.role, untrusted_passphrase)
        beside = None
        if others and second is not None:
            beside = desk.vault.vouch(*second)
            refuse_unless_two(person, beside)
        is_new_pc = desk.vault.recover(self._keys, person, untrusted_passphrase)
        desk.office_db, desk.operator = desk.vault.open_office(), person
        try:
            lost = self._journal(person, row, beside, is_new_pc)
        finally:
            desk.office_db = desk.operator = None
            desk.concerns = ()
            desk.vault.lock()
        return Recovered(person, is_new_pc, beside is None, lost)

    def _journal(
        self, person: Operator, row: StaffRecord, beside: Operator | None, is_new_pc: bool
    ) -> tuple[date, ...]:
        desk = self._desk
        # On this PC the anchors may be the evidence that records were put back: then they stay as they are,
        # and the next sign-in shows it. A new PC has none and begins with the records as they came.
        may_anchor = Integrity(desk).at_sign_in() or is_new_pc
        with desk.office.work() as work:
            work.staff.save(row)
            lost = tuple(
                opening.day
                for opening in work.openings.all()
                if opening.kiosk == desk.kiosk
                and opening.state not in GONE
                and not desk.vault.session_exists(opening.day)
            )
            about: dict[str, Detail] = {
                "second": beside.id if beside else "",
                "new_pc": is_new_pc,
                "lost": len(lost),
            }
            work.journal.append("recover", person.id, about, who=person.id, at=desk.clock.now())
            work.commit()
        if may_anchor:
            desk.concerns = ()
            desk.anchor()
        return lost

    def _person(self, leader: NewLeader) -> tuple[Operator, StaffRecord]:
        today = self._desk.clock.today()
        with _office(self._desk, self._keys) as office, office.reading() as view:
            record = view.staff.find(leader.id)
        if record is not None:
            role = Role(record.role)
            if role not in LEADING:
                raise Refused("recovery_leads")
            return Operator(record.operator, record.name, role), refuse_unless_admitted(record, today)
        if not leader.name.strip() or not leader.approval.strip():
            raise Refused("recovery_name")
        person = Operator(leader.id, leader.name.strip(), leader.role)
        return person, admitted(person, today, leader.approval.strip())


def _opened(vault: Vault, untrusted_key_text: str) -> RecoveryKeys:
    from kiosk.sealing import age
    from kiosk.sealing.keys import AgeIdentity
    from kiosk.store.recovery import RecoveryKeys

    try:
        with vault.folder.recovery.open("rb") as stream:
            untrusted = stream.read(LARGEST_FILE)
    except FileNotFoundError:
        raise Refused("recovery_none") from None
    except OSError:
        raise Trouble("file_unreadable", name=vault.folder.recovery.name) from None
    plain = io.BytesIO()
    try:
        age.decrypt(io.BytesIO(untrusted), plain, AgeIdentity.from_file_text(untrusted_key_text))
    except Refused as no:
        said = {"payload_not_for_us": "recovery_wrong_key", "payload_undecipherable": "recovery_damaged"}
        raise Refused(said.get(no.key, no.key)) from None
    return RecoveryKeys.from_bytes(plain.getvalue())


@contextmanager
def _office(desk: Desk, keys: RecoveryKeys) -> Iterator[OfficeStore]:
    office = desk.vault.office_by(keys)
    try:
        yield office
    finally:
        office.close()


def _is_admitted(record: StaffRecord | None, day: date) -> bool:
    try:
        refuse_unless_admitted(record, day)
    except Refused:
        return False
    return True
