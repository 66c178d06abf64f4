"""The keys of one kiosk: signing in opens them, locking drops them, databases open through them."""

from __future__ import annotations

import secrets as randomness
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.journal import Anchor
from kiosk.domain.staff import LEADING, Act, Operator, refuse_unless_may, refuse_weak
from kiosk.store.access import AccessEntry, AccessFile, read_access, refuse_unusable_name, write_access
from kiosk.store.anchors import Anchors
from kiosk.store.device_secrets import DeviceSecrets
from kiosk.store.folder import DataFolder, FolderLock, database_files, sync_folder
from kiosk.store.lockout import Lockout
from kiosk.store.recovery import RecoveryKeys
from kiosk.store.slots import STANDARD_COST as STANDARD_COST
from kiosk.store.slots import KdfCost as KdfCost
from kiosk.store.slots import close_slot, new_key, office_key, open_slot, session_key

if TYPE_CHECKING:  # SQLAlchemy comes in with the first database, never with the sign-in screen
    from kiosk.store.office import OfficeStore
    from kiosk.store.schema import BeforeMigration
    from kiosk.store.session import SessionStore


@dataclass(frozen=True, slots=True)
class Unlocked:
    """Who signed in, bound to the master key in memory."""

    operator: Operator
    master: bytes = field(repr=False)


class Vault:
    """One data folder in one process, locked until somebody signs in.

    `cost` is both what new slots cost and the least an existing slot may cost; only tests give another.
    """

    def __init__(
        self,
        root: Path,
        secrets: DeviceSecrets,
        *,
        cost: KdfCost = STANDARD_COST,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises Refused not_commissioned, secrets_practice_only, already_running; Trouble access_…"""
        self.folder = DataFolder(root)
        access = read_access(self.folder.access)
        if secrets.practice_only and not access.practice:
            raise Refused("secrets_practice_only")
        self._lock = FolderLock(root)
        self._secrets = secrets
        self._cost = cost
        self._id = access.folder
        self.anchors = Anchors(secrets, access.folder)
        self.before_migration: tuple[BeforeMigration, ...] = ()
        self._lockout = Lockout(secrets, self.folder.access, access.folder, clock, ticks)
        self._clock, self._ticks = clock, ticks
        self._unlocked: Unlocked | None = None
        self._since = (0.0, 0.0)
        self._is_new = False
        self._office: OfficeStore | None = None
        self._sessions: dict[date, SessionStore] = {}

    @classmethod
    def create(
        cls,
        root: Path,
        secrets: DeviceSecrets,
        *,
        kiosk: str,
        practice: bool,
        manager: Operator,
        untrusted_pin: str,
        cost: KdfCost = STANDARD_COST,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> Vault:
        """A new folder with new keys and its first manager, unlocked.

        Raises Refused("folder_commissioned") over an existing one, and what refuse_weak raises.
        """
        folder = DataFolder(root)
        if folder.access.exists() or folder.office.exists():
            raise Refused("folder_commissioned")
        if secrets.practice_only and not practice:
            raise Refused("secrets_practice_only")
        if manager.role not in LEADING:
            raise Refused("first_operator_leads")
        refuse_unusable_name(kiosk)
        refuse_unusable_name(manager.id)
        refuse_weak(manager.role, untrusted_pin)
        folder.make()
        access = AccessFile(randomness.token_hex(8), kiosk, practice)
        device, master = new_key(), new_key()
        secrets.put(f"{access.folder}/device", device)
        if secrets.get(f"{access.folder}/device") != device:
            raise Trouble("keystore_absent", permanent=True)
        entry = AccessEntry(manager, close_slot(master, untrusted_pin, device, access.owner(manager), cost))
        Lockout(secrets, folder.access, access.folder, clock, ticks).admit(manager.id, (entry.slot_digest(),))
        write_access(folder.access, access.with_entry(entry))
        vault = cls(root, secrets, cost=cost, clock=clock, ticks=ticks)
        vault._is_new = True
        vault._seat(Unlocked(manager, master))
        return vault

    # --- who ---------------------------------------------------------------------------------------

    @property
    def access(self) -> AccessFile:
        """access.json as it stands now."""
        return read_access(self.folder.access)

    def operators(self) -> tuple[Operator, ...]:
        """Everyone who can sign in on this PC."""
        return tuple(entry.operator for entry in self.access.entries)

    @property
    def unlocked(self) -> Unlocked:
        """Who is signed in; raises Refused("locked")."""
        if self._unlocked is None:
            raise Refused("locked")
        return self._unlocked

    @property
    def is_unlocked(self) -> bool:
        """Whether somebody is signed in."""
        return self._unlocked is not None

    def unlock(self, operator: str, untrusted_pin: str) -> Unlocked:
        """Signs in, or changes the person while databases stay open. 0.4 s: call it in the background.

        Raises Refused operator_unknown, slot_retired, slot_weak, pin_wrong(tries_left=…),
        pin_locked(minutes=…), pin_manager_only; Trouble device_secret_missing.
        """
        proven = self._try(operator, untrusted_pin)
        self._seat(proven)
        return proven

    def prove(self, operator: str, untrusted_pin: str) -> Unlocked:
        """Checks a PIN like a sign-in, without changing who is signed in; 0.4 s. Raises as unlock does."""
        return self._try(operator, untrusted_pin)

    def take_over(self, proven: Unlocked) -> None:
        """Who has proven their PIN sits down; databases stay open. Raises Refused("locked")."""
        if proven.master != self.unlocked.master:
            raise Refused("locked")
        self._seat(proven)

    def signed_in_s(self) -> float:
        """Seconds since the person at the PC gave their PIN, by whichever clock says more."""
        since_wall, since_start = self._since
        return max(self._clock() - since_wall, self._ticks() - since_start)

    def vouch(self, operator: str, untrusted_pin: str) -> Operator:
        """A second person's PIN, checked like a sign-in; who is signed in stays."""
        return self._try(operator, untrusted_pin).operator

    def may_open(self, operator: str) -> bool:
        """Whether a PIN of this person can open anything here: slot admitted, PC known, no manager needed."""
        entry = self.access.entry(operator)
        return self._secrets.get(f"{self._id}/device") is not None and self._lockout.is_admitted(entry)

    def add_operator(self, operator: Operator, untrusted_pin: str) -> None:
        """A further person, by a signed-in manager. Raises Refused not_allowed, operator_known, pin_…"""
        self._refuse_unless_may(Act.EDIT_STAFF)
        refuse_unusable_name(operator.id)
        if any(known.id == operator.id for known in self.operators()):
            raise Refused("operator_known")
        refuse_weak(operator.role, untrusted_pin)
        self._put_slot(operator, untrusted_pin, self.unlocked.master)

    def change_pin(self, operator: str, untrusted_old: str, untrusted_new: str) -> None:
        """The person's own change, with the old PIN. Raises as unlock does, and what refuse_weak raises."""
        person = self.access.entry(operator).operator
        refuse_weak(person.role, untrusted_new)
        opened = self._try(operator, untrusted_old)
        self._put_slot(person, untrusted_new, opened.master)

    def renew(self, operator: str, untrusted_pin: str) -> None:
        """A new PIN for somebody who forgot theirs, set before a signed-in manager; ends a lock too.

        Raises Refused not_allowed, operator_unknown, second_person_needed for oneself, and as refuse_weak.
        """
        self._refuse_unless_may(Act.EDIT_STAFF)
        if operator == self.unlocked.operator.id:
            raise Refused("second_person_needed")
        person = self.access.entry(operator).operator
        refuse_weak(person.role, untrusted_pin)
        self._put_slot(person, untrusted_pin, self.unlocked.master)
        self._lockout.clear(operator)

    def remove(self, operator: str) -> None:
        """Deletes a person's slot, also against an older access.json put back.

        Raises Refused not_allowed, and last_manager when nobody who leads would be left.
        """
        self._refuse_unless_may(Act.EDIT_STAFF)
        access = self.access
        access.entry(operator)
        rest = access.without(operator)
        if not any(entry.operator.is_leading for entry in rest.entries):
            raise Refused("last_manager")
        self._lockout.forget(operator)
        write_access(self.folder.access, rest)

    def release(self, operator: str) -> None:
        """A signed-in manager ends another's lock. Raises Refused not_allowed, second_person_needed."""
        self._refuse_unless_may(Act.EDIT_STAFF)
        if operator == self.unlocked.operator.id:
            raise Refused("second_person_needed")
        self.access.entry(operator)
        self._lockout.clear(operator)

    def lock(self) -> None:
        """Drops the master key and closes every database; repeatable. Python cannot wipe the memory."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()
        if self._office is not None:
            self._office.close()
            self._office = None
        self._unlocked = None

    def close(self) -> None:
        """Locks and lets another process use the folder."""
        self.lock()
        self._lock.release()

    # --- recovery ------------------------------------------------------------------------------------

    def keys_for_recovery(self) -> RecoveryKeys:
        """The folder's two keys, for the director; the caller encrypts them before they reach any disk."""
        access = self.access
        return RecoveryKeys(
            access.folder, access.kiosk, access.practice, self.unlocked.master, self._device()
        )

    def office_by(self, keys: RecoveryKeys) -> OfficeStore:
        """The office opened by the director's copy, for the caller to close; the vault stays locked.

        Raises Refused("recovery_foreign"), Trouble office_missing or database_unreadable.
        """
        keys.refuse_foreign(self.access)
        held = self._secrets.get(f"{self._id}/device")
        if held not in (None, keys.device):
            raise Refused("recovery_foreign")
        return self._office_of(office_key(keys.master, keys.device))

    def recover(self, keys: RecoveryKeys, operator: Operator, untrusted_pin: str) -> bool:
        """A new slot for somebody who leads, signed in with it; whether this PC was new to the folder.

        Raises what office_by and refuse_weak raise, Refused("recovery_leads"), Trouble("keystore_absent").
        """
        if operator.role not in LEADING:
            raise Refused("recovery_leads")
        refuse_unusable_name(operator.id)
        refuse_weak(operator.role, untrusted_pin)
        self.office_by(keys).close()
        is_new_here = self._secrets.get(f"{self._id}/device") is None
        if is_new_here:
            self._keep_secret(f"{self._id}/device", keys.device)
        self._put_slot(operator, untrusted_pin, keys.master)
        self._lockout.clear(operator.id)
        self._seat(Unlocked(operator, keys.master))
        return is_new_here

    # --- databases -----------------------------------------------------------------------------------

    def open_office(self) -> OfficeStore:
        """The office database, migrated when needed, the same until the next lock; raises as office_by."""
        if self._office is None:
            key = office_key(self.unlocked.master, self._device())
            self._office, self._is_new = self._office_of(key, *self.before_migration), False
        return self._office

    def session_exists(self, day: date) -> bool:
        """Whether the day's database is there and its secret is still held."""
        return self._session_path(day).exists() and self._secrets.get(self._secret_name(day)) is not None

    def create_session(self, day: date) -> SessionStore:
        """A new day's database under a new secret. Raises Refused session_exists or session_file_left."""
        self._refuse_unless_may(Act.OPEN_SESSION)
        if self._session_path(day).exists():
            known = "session_exists" if self.session_exists(day) else "session_file_left"
            raise Refused(known, day=day.isoformat())
        fresh = new_key()
        self._keep_secret(self._secret_name(day), fresh)
        return self._open(day, fresh)

    def open_session(self, day: date) -> SessionStore:
        """The day's database. Raises Refused session_unknown (never made) or session_erased (no secret)."""
        if day in self._sessions:
            return self._sessions[day]
        held = self._secrets.get(self._secret_name(day))
        there = self._session_path(day).exists()
        if held is None or not there:
            raise Refused("session_erased" if there else "session_unknown", date=day.isoformat())
        return self._open(day, held)

    def destroy_session(self, day: date) -> None:
        """Cryptographic erasure: the day's secret deleted and read back as gone, then its files; repeatable.

        Raises Refused not_allowed, Trouble("keystore_keeps_secret") or Trouble("session_file_stays").
        """
        self._refuse_unless_may(Act.ERASE_SESSION)
        if day in self._sessions:
            self._sessions.pop(day).close()
        self._secrets.delete(self._secret_name(day))
        if self._secrets.get(self._secret_name(day)) is not None:
            raise Trouble("keystore_keeps_secret")
        try:
            for path in database_files(self._session_path(day)):
                path.unlink(missing_ok=True)
            sync_folder(self.folder.sessions)
        except OSError:
            raise Trouble("session_file_stays") from None

    # --- anchor ----------------------------------------------------------------------------------------

    def keep_anchor(self, chain: str, anchor: Anchor) -> None:
        """Remembers a chain's length and head outside the database; `chain` is office or a session date."""
        self.anchors.keep(chain, anchor)

    def kept_anchor(self, chain: str) -> Anchor:
        """The remembered anchor; an empty one when nothing was kept."""
        return self.anchors.kept(chain)

    # --- inside ----------------------------------------------------------------------------------------

    def _try(self, operator: str, untrusted_pin: str) -> Unlocked:
        entry = self.access.entry(operator)
        device = self._device()
        if not entry.slot.cost.is_at_least(self._cost):
            raise Refused("slot_weak")
        tries = self._lockout.refuse_if_locked(entry)
        counted = self._lockout.count(operator, entry.operator.role, tries)
        master = open_slot(entry.slot, untrusted_pin, device, self.access.owner(entry.operator))
        if master is None:
            raise self._lockout.wrong(entry.operator.role, counted)
        self._lockout.clear(operator)
        return Unlocked(entry.operator, master)

    def _seat(self, person: Unlocked) -> None:
        self._unlocked = person
        self._since = (self._clock(), self._ticks())

    def _keep_secret(self, name: str, secret: bytes) -> None:
        self._secrets.put(name, secret)
        if self._secrets.get(name) != secret:
            raise Trouble("keystore_absent", permanent=True)

    def _put_slot(self, operator: Operator, pin: str, master: bytes) -> None:
        access = self.access
        slot = close_slot(master, pin, self._device(), access.owner(operator), self._cost)
        entry = AccessEntry(operator, slot)
        old = tuple(known.slot_digest() for known in access.entries if known.operator.id == operator.id)
        # Old and new may open until the file is replaced: a power cut between the two locks nobody out.
        self._lockout.admit(operator.id, (*old, entry.slot_digest()))
        write_access(self.folder.access, access.with_entry(entry))
        self._lockout.admit(operator.id, (entry.slot_digest(),))

    def _device(self) -> bytes:
        device = self._secrets.get(f"{self._id}/device")
        if device is None or len(device) != 32:
            raise Trouble("device_secret_missing", permanent=True)
        return device

    def _secret_name(self, day: date) -> str:
        return f"{self._id}/session/{day.isoformat()}"

    def _session_path(self, day: date) -> Path:
        return self.folder.session(day, self.access.kiosk)

    def _office_of(self, key: bytes, *before: BeforeMigration) -> OfficeStore:
        from kiosk.store.office import OfficeStore

        # Made only with its folder: in a lost one's place an empty one would be a kiosk without people.
        if not self._is_new and not self.folder.office.exists():
            raise Trouble("office_missing", permanent=True)
        return OfficeStore.open(self.folder.office, key, *before)

    def _open(self, day: date, secret: bytes) -> SessionStore:
        from kiosk.store.session import SessionStore

        key = session_key(self.unlocked.master, secret, day, self.access.kiosk)
        self._sessions[day] = SessionStore.open(self._session_path(day), key, *self.before_migration)
        return self._sessions[day]

    def _refuse_unless_may(self, act: Act) -> None:
        refuse_unless_may(self.unlocked.operator, act)
