"""Signing in and out: who is at this PC, and the office database that opens with them."""

from __future__ import annotations

from typing import Protocol

from kiosk import logs
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.staff import Operator
from kiosk.services.desk import Desk
from kiosk.services.integrity import Integrity
from kiosk.settings import read_profile


class SignedIn(Protocol):
    """What a checked PIN gives: who it is; the key behind it is nobody else's business."""

    @property
    def operator(self) -> Operator: ...


class Access:
    """The verbs of the sign-in screen; `people` and `unlock` need no database."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def people(self) -> tuple[Operator, ...]:
        """Everyone who can sign in on this PC."""
        return self._desk.vault.operators()

    def unlock(self, operator_id: str, untrusted_pin: str) -> SignedIn:
        """Checks the PIN; 0.4 s, for the background. Raises what the vault refuses, with tries left."""
        return self._desk.vault.unlock(operator_id, untrusted_pin)

    def enter(self, unlocked: SignedIn) -> Operator:
        """Opens the office database for the person; journals the sign-in.

        Raises Refused("staff_not_approved") for somebody without the city's approval on record.
        """
        desk = self._desk
        desk.office_db = desk.vault.open_office()
        with desk.office.reading() as view:
            record = view.staff.find(unlocked.operator.id)
        if record is None or not record.is_admitted:
            # Nobody works here before the city has approved them in writing (特記事項 8).
            self.lock()
            raise Refused("staff_not_approved")
        desk.operator = unlocked.operator
        with desk.office.reading() as view:
            desk.profile = read_profile(view.settings.get("profile"), "profile")
        if Integrity(desk).at_sign_in():
            with desk.office.work() as work:
                desk.record(work, "sign_in", unlocked.operator.id)
                work.commit()
            desk.anchor()
        return unlocked.operator

    def sign_in(self, operator_id: str, untrusted_pin: str) -> Operator:
        """Both halves in one, for the commands."""
        return self.enter(self.unlock(operator_id, untrusted_pin))

    def change_operator(self, unlocked: SignedIn) -> Operator:
        """Another person takes over; the screens and the open session stay."""
        return self.enter(unlocked)

    def lock(self) -> None:
        """Signs out: keys dropped, databases closed; the session stays the one at hand."""
        desk = self._desk
        clean: tuple[str, ...] = ()
        try:
            if desk.operator is not None and desk.office_db is not None and not desk.concerns:
                with desk.office.work() as work:
                    desk.record(work, "lock", desk.operator.id)
                    work.commit()
                desk.anchor()
                clean = desk.chains_open
        except Trouble as trouble:
            # A full disk or a mute keystore must not keep the keys in memory.
            logs.note(f"lock not recorded: {trouble.key}")
        finally:
            desk.operator = None
            desk.office_db = None
            desk.session_db = None
            desk.vault.lock()
            Integrity(desk).left_behind(clean)

    def second_person(self, operator_id: str, untrusted_pin: str) -> Operator:
        """Another operator vouches with their own PIN; the signed-in one cannot vouch for themselves."""
        signed_in = self._desk.operator
        if signed_in is None or signed_in.id == operator_id:
            raise Refused("second_person_needed")
        return self._desk.vault.vouch(operator_id, untrusted_pin)
