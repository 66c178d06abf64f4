"""Signing in and out: who is at this PC, and the office database that opens with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from kiosk import logs
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.staff import SIGN_IN_CAP_S, Operator, normal_pin
from kiosk.services.desk import Desk

if TYPE_CHECKING:
    from kiosk.domain.badge import Badge
    from kiosk.domain.ledger import StaffRecord


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

    def enter(self, unlocked: SignedIn, *, badge: Badge | None = None) -> Operator:
        """Opens the office database for the person; journals the sign-in.

        Raises what refuse_unless_admitted raises (特記事項 8, 10, 11), and Refused("badge_foreign") when the
        badge that chose the person was not made here; Trouble("database_unreadable") when the office cannot
        be read. All leave the PC locked.
        """
        try:
            self._open_for(unlocked.operator, badge)
        except (Refused, Trouble) as error:
            # Nobody came in, so no key stays in memory behind the sign-in screen.
            self._desk.operator = None
            self.lock()
            if error.key == "database_unreadable":
                from kiosk.domain.integrity import OFFICE, Concern, Kind

                self._desk.concerns = (Concern(Kind.UNREADABLE, OFFICE),)
            raise
        return unlocked.operator

    def sign_in(self, operator_id: str, untrusted_pin: str) -> Operator:
        """Both halves in one, for the commands."""
        return self.enter(self.unlock(operator_id, untrusted_pin))

    # --- changing hands at the open counter ------------------------------------------------------------

    def prove(self, operator_id: str, untrusted_pin: str) -> SignedIn:
        """Checks somebody's PIN while another is signed in and stays so; 0.4 s, for the background."""
        return self._desk.vault.prove(operator_id, untrusted_pin)

    def change_operator(self, proven: SignedIn, *, badge: Badge | None = None) -> Operator:
        """Another person takes over in one step; databases, screens and the open session stay.

        The records are looked over again, as at a sign-in: who sits down answers for them from now on.
        Raises as `enter` does; whoever was signed in then still is.
        """
        desk = self._desk
        if desk.operator is None:
            raise Refused("not_signed_in")
        from kiosk.store.vault import Unlocked

        if not isinstance(proven, Unlocked):
            raise Refused("not_signed_in")
        self._admit(proven.operator.id)
        if badge is not None:
            self._refuse_forged(badge)
        desk.vault.take_over(proven)
        before, desk.operator = desk.operator, proven.operator
        from kiosk.services.integrity import Integrity

        if Integrity(desk).at_change():
            with desk.office.work() as work:
                desk.record(work, "change_operator", proven.operator.id, before=before.id)
                work.commit()
            desk.anchor()
        return proven.operator

    def change_pin(self, untrusted_old: str, untrusted_new: str) -> str:
        """The signed-in person's own new PIN; 0.8 s, for the background; follow with `pin_changed`.

        Gives the person's id. Raises Refused pin_same, what refuse_weak raises, and as a wrong PIN does.
        """
        person = self._desk.operator
        if person is None:
            raise Refused("not_signed_in")
        if normal_pin(untrusted_old) == normal_pin(untrusted_new):
            raise Refused("pin_same")
        self._desk.vault.change_pin(person.id, untrusted_old, untrusted_new)
        return person.id

    def pin_changed(self, operator_id: str) -> None:
        """Journals a change of PIN that was made in the background."""
        desk = self._desk
        if desk.office_db is None or desk.concerns:
            return
        with desk.office.work() as work:
            desk.record(work, "change_pin", operator_id)
            work.commit()
        desk.anchor()

    # --- badges --------------------------------------------------------------------------------------

    def badge_owner(self, untrusted_text: str) -> tuple[Operator, Badge]:
        """Whom a scanned badge names. Before a sign-in only the form can be checked: `enter` does the rest.

        Raises Refused badge_unreadable, operator_unknown and, once somebody is signed in, badge_foreign.
        """
        from kiosk.domain.badge import read_badge

        badge = read_badge(untrusted_text)
        person = next((known for known in self.people() if known.id == badge.operator), None)
        if person is None:
            raise Refused("operator_unknown")
        if self._desk.operator is not None:
            self._refuse_forged(badge)
        return person, badge

    def badge_of(self, operator_id: str) -> str:
        """The text of somebody's badge QR; Refused("operator_unknown")."""
        from kiosk.domain.badge import badge_code

        if all(known.id != operator_id for known in self.people()):
            raise Refused("operator_unknown")
        site, key = self._site()
        return badge_code(site, operator_id, key)

    # --- the end -------------------------------------------------------------------------------------

    @property
    def is_over_cap(self) -> bool:
        """Whether the person has been signed in for twelve hours and has to give the PIN anew."""
        return self._desk.operator is not None and self._desk.vault.signed_in_s() >= SIGN_IN_CAP_S

    @property
    def is_substitute(self) -> bool:
        """Whether somebody's stand-in for this session is signed in."""
        desk = self._desk
        if desk.operator is None:
            return False
        with desk.office.reading() as view:
            record = view.staff.find(desk.operator.id)
        return record is not None and record.is_substitute

    def lock(self) -> None:
        """Signs out: keys dropped, databases closed; the session stays the one at hand."""
        from kiosk.services.integrity import Integrity

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
        second = self._desk.vault.vouch(operator_id, untrusted_pin)
        self._admit(operator_id)
        return second

    # --- inside --------------------------------------------------------------------------------------

    def _open_for(self, person: Operator, badge: Badge | None) -> None:
        # Not before somebody signs in: the profile's reader is the heaviest of the plain modules.
        from kiosk.services.integrity import Integrity
        from kiosk.settings.profile import read_profile

        desk = self._desk
        desk.office_db = desk.vault.open_office()
        self._admit(person.id)
        if badge is not None:
            self._refuse_forged(badge)
        desk.operator = person
        with desk.office.reading() as view:
            desk.profile = read_profile(view.settings.get("profile"), "profile")
        if Integrity(desk).at_sign_in():
            with desk.office.work() as work:
                desk.record(work, "sign_in", person.id)
                work.commit()
            desk.anchor()

    def _admit(self, operator_id: str) -> StaffRecord:
        from kiosk.domain.ledger import refuse_unless_admitted

        desk = self._desk
        with desk.office.reading() as view:
            record = view.staff.find(operator_id)
        return refuse_unless_admitted(record, desk.clock.today())

    def _site(self) -> tuple[str, bytes]:
        from kiosk.settings.profile import read_profile

        with self._desk.office.reading() as view:
            profile = read_profile(view.settings.get("profile"), "profile")
            return profile.site, bytes.fromhex(view.settings.get("outpost_key"))

    def _refuse_forged(self, badge: Badge) -> None:
        from kiosk.domain.badge import refuse_forged

        site, key = self._site()
        refuse_forged(badge, site, key)
