"""Wrong tries, counted in access.json and in the keystore: whichever is stricter counts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.staff import MANAGER_ONLY, Role, lock_after, tries_left
from kiosk.store.access import AccessEntry, Tries, read_access, write_access
from kiosk.store.device_secrets import DeviceSecrets


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """What the keystore remembers of an operator: tries, and the digests of the slots that may open.

    `wait` seconds from `since` on the clock nobody can set: it goes on while the program is started anew, so
    setting the wall clock forward does not shorten a wait. After a restart of the PC it begins from zero.
    """

    tries: Tries
    slots: tuple[str, ...]
    since: float = 0.0
    wait: int = 0

    def remaining(self, ticks: float) -> float:
        """Seconds still to wait by that clock; at most `wait`, 0 when the PC was restarted since."""
        return self.since + self.wait - ticks if self.since <= ticks else 0.0


class Lockout:
    """Decides whether a PIN may be tried now; the two clocks are seconds since 1970 and since some start."""

    def __init__(
        self,
        secrets: DeviceSecrets,
        path: Path,
        folder: str,
        clock: Callable[[], float],
        ticks: Callable[[], float],
    ) -> None:
        self._secrets = secrets
        self._path = path
        self._folder = folder
        self._clock = clock
        self._ticks = ticks

    def admit(self, operator: str, slots: tuple[str, ...]) -> None:
        """Sets which slots of the operator may open; the tries stay as they are."""
        self._keep(operator, replace(self._kept(operator), slots=slots))

    def is_admitted(self, entry: AccessEntry) -> bool:
        """Whether the slot is one that may open, and no manager has to end a lock first."""
        kept = self._kept(entry.operator.id)
        tries = entry.tries.stricter(kept.tries)
        is_open = lock_after(tries.count, entry.operator.role) != MANAGER_ONLY
        return is_open and entry.slot_digest() in kept.slots

    def forget(self, operator: str) -> None:
        """The operator is removed: a slot put back from an old file finds no record and opens nothing."""
        self._secrets.delete(self._name(operator))

    def refuse_if_locked(self, entry: AccessEntry) -> Tries:
        """The stricter tries; raises Refused with slot_retired, pin_manager_only or pin_locked(minutes=…)."""
        operator = entry.operator
        kept = self._kept(operator.id)
        if entry.slot_digest() not in kept.slots:
            raise Refused("slot_retired")
        tries = entry.tries.stricter(kept.tries)
        lock = lock_after(tries.count, operator.role)
        if lock == MANAGER_ONLY:
            raise Refused("pin_manager_only")
        now = int(self._clock())
        if tries.locked_until - now > int(lock):
            # The clock was set back since: wait from now, not for the years in between.
            tries = replace(tries, locked_until=now + int(lock))
            self._record(operator.id, tries, int(lock))
        remaining = max(tries.locked_until - now, kept.remaining(self._ticks()))
        if remaining > 0:
            raise Refused("pin_locked", minutes=_minutes(remaining))
        return tries

    def count(self, operator: str, role: Role, tries: Tries) -> Tries:
        """Counts a try before it is made, so that pulling the plug gives none for free."""
        count = tries.count + 1
        lock = lock_after(count, role)
        wait = 0 if lock == MANAGER_ONLY else int(lock)
        counted = Tries(count, int(self._clock()) + wait if wait else 0)
        self._record(operator, counted, wait)
        return counted

    def clear(self, operator: str) -> None:
        """The right PIN was given, or a manager released the lock."""
        self._record(operator, Tries(), 0)

    def wrong(self, role: Role, tries: Tries) -> Refused:
        """What to say after a wrong try."""
        lock = lock_after(tries.count, role)
        if lock == MANAGER_ONLY:
            return Refused("pin_manager_only")
        if int(lock) > 0:
            return Refused("pin_locked", minutes=_minutes(int(lock)))
        return Refused("pin_wrong", tries_left=tries_left(tries.count))

    def _record(self, operator: str, tries: Tries, wait: int) -> None:
        access = read_access(self._path)
        write_access(self._path, access.with_entry(replace(access.entry(operator), tries=tries)))
        self._keep(operator, replace(self._kept(operator), tries=tries, since=self._ticks(), wait=wait))

    def _name(self, operator: str) -> str:
        return f"{self._folder}/operator/{operator}"

    def _kept(self, operator: str) -> KeptRecord:
        untrusted = self._secrets.get(self._name(operator))
        if untrusted is None:
            return KeptRecord(Tries(), ())
        try:
            row = json.loads(untrusted)
            return KeptRecord(
                Tries(int(row["tries"]), int(row["locked_until"])),
                tuple(row["slots"]),
                float(row.get("since", 0.0)),
                int(row.get("wait", 0)),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Trouble("keystore_locked", permanent=True) from None

    def _keep(self, operator: str, record: KeptRecord) -> None:
        row = {
            "tries": record.tries.count,
            "locked_until": record.tries.locked_until,
            "slots": list(record.slots),
            "since": record.since,
            "wait": record.wait,
        }
        self._secrets.put(self._name(operator), json.dumps(row).encode())


def _minutes(seconds: float) -> int:
    return max(1, -int(-seconds // 60))
