"""The way through the window: sign in, open or resume the session, work, lock, come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer

from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.staff import Operator
from kiosk.services.access import Access
from kiosk.services.desk import Desk
from kiosk.ui.background import Background
from kiosk.ui.idle import IdleWatch
from kiosk.ui.screens.screen import Screen
from kiosk.ui.screens.sign_in import SignInScreen
from kiosk.ui.shell import STATIONS, Shell
from kiosk.ui.stations import BEFORE_OPENING, WHILE_ERASING, stations_for
from kiosk.ui.texts import Texts
from kiosk.ui.topbar import place_words

if TYPE_CHECKING:  # nothing of this is needed before somebody has signed in
    from kiosk.domain.badge import Badge
    from kiosk.domain.batch import SessionState
    from kiosk.services.access import SignedIn
    from kiosk.services.agenda import AgendaDesk, Session
    from kiosk.services.integrity import Integrity
    from kiosk.services.presence import Presence
    from kiosk.ui.board import Board
    from kiosk.ui.screens.home import HomeScreen
    from kiosk.ui.screens.integrity import IntegrityScreen
    from kiosk.ui.screens.opening import OpeningScreen
    from kiosk.ui.screens.opening_list import ListScreen
    from kiosk.ui.screens.person import PersonDesk

GLANCE_MS = 500


class Rooms(NamedTuple):
    """The screens behind the sign-in, made once the office is open."""

    opening: OpeningScreen
    import_list: ListScreen
    home: HomeScreen
    stations: Mapping[str, Screen]
    integrity: IntegrityScreen


class Passage(QObject):
    """Knows who is here and which session is at hand, and shows what follows from it."""

    def __init__(
        self,
        *,
        shell: Shell,
        make_board: Callable[[], Board],
        desk: Desk,
        sign_in: SignInScreen,
        idle: IdleWatch,
        make_rooms: Callable[[], Rooms],
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(shell)
        self._background = background
        self._shell, self._desk = shell, desk
        self._make_board = make_board
        self._board: Board | None = None
        self._sign_in, self._idle, self._texts = sign_in, idle, texts
        self._make_rooms = make_rooms
        self._rooms: Rooms | None = None
        self._access = Access(desk)
        self._session: Session | None = None
        self._is_new = False
        self._is_looking = False
        self._badge: Badge | None = None
        shell.round_begins.connect(self._round)
        # The state is remembered by the desk, so this asks no database; a closed counter shows at once.
        self._glance = QTimer(self)
        self._glance.setInterval(GLANCE_MS)
        self._glance.timeout.connect(self._look_at_state)
        shell.topbar.person_touched.connect(self._ask_person)
        idle.warned.connect(shell.warn_idle)
        idle.woken.connect(shell.forget_idle)
        idle.idled.connect(self.lock)

    @cached_property
    def _agenda(self) -> AgendaDesk:
        from kiosk.services.agenda import AgendaDesk

        return AgendaDesk(self._desk)

    @cached_property
    def _records(self) -> Integrity:
        from kiosk.services.integrity import Integrity

        return Integrity(self._desk)

    @property
    def session(self) -> Session | None:
        """The session at hand."""
        return self._session

    @property
    def operator(self) -> Operator:
        """Who is signed in; Refused("not_signed_in") when nobody is."""
        if self._desk.operator is None:
            raise Refused("not_signed_in")
        return self._desk.operator

    def read_badge(self, untrusted_text: str) -> Operator:
        """Whom a badge names at the locked screen; its proof is checked on entering."""
        person, self._badge = self._access.badge_owner(untrusted_text)
        return person

    @property
    def board(self) -> Board:
        """The public board, from now on kept up to date."""
        if self._board is None:
            self._board = self._make_board()
            self._round()
        return self._board

    def close_board(self) -> None:
        """Takes the board away, when there is one."""
        if self._board is not None:
            self._board.close()

    def enter(self, unlocked: SignedIn) -> None:
        """Lets somebody in: to the session at hand, or to the question which one to open.

        An office that cannot be read has a page of its own, and everything is locked behind it.
        """
        try:
            self._come_in(unlocked)
        except Trouble as trouble:
            if trouble.key != "database_unreadable":
                raise
            self._idle.stop()
            self._glance.stop()
            self._access.lock()
            from kiosk.ui.screens.integrity import wall

            back = partial(self._ask_who, None)
            self._shell.show_gate(wall(self._desk, unlocked.operator, back, self._texts, self._background))

    def _come_in(self, unlocked: SignedIn) -> None:
        badge, self._badge = self._badge, None
        if badge is not None and badge.operator != unlocked.operator.id:
            badge = None
        person = self._access.enter(unlocked, badge=badge)
        self._is_looking = False
        rules = self._desk.rules
        self._shell.topbar.show_counter(rules.city.counter_name)
        self._show_person(person)
        if self._rooms is None:
            self._rooms = self._make_rooms()
            for name in STATIONS:
                if name in self._rooms.stations:
                    self._shell.add_station(name, self._rooms.stations[name])
        self._idle.start(rules.access.idle_minutes)
        self._glance.start()
        self.go_on()

    def go_on(self) -> None:
        """To the stations when a session is at hand, else to the opening; first to what is in doubt."""
        if self._in_doubt():
            return
        at_hand = self._agenda.current()
        if at_hand is not None and self._continues(at_hand):
            self.resumed(self._agenda.resume(at_hand.day))
        else:
            self.no_session()

    def look(self) -> None:
        """On to the screens although something is in doubt: every verb that writes refuses."""
        self._is_looking = True
        self.go_on()

    def _in_doubt(self) -> bool:
        if self._is_looking or not self._desk.concerns or self._rooms is None:
            return False
        self._shell.show_gate(self._rooms.integrity)
        return True

    def opened(self, session: Session) -> None:
        """A session was opened: its list first, then the counter."""
        self._session = session
        self._is_new = True
        self._show_place(session)
        self.take_list()

    def resumed(self, session: Session) -> None:
        """A session is taken up again, at the station where it was left; a new one begins at its home."""
        if self._in_doubt():
            return
        if self._desk.session_db is None and session.state.value != "erasing":
            # The day's records cannot be read; the office still can.
            self.no_session()
            return
        self._session = session
        self._show_place(session)
        self._enable(session.state)
        allowed = stations_for(self.operator, session.state)
        front = allowed[0] if self._is_new else self._shell.station_shown
        self._is_new = False
        self._shell.show_station(front if front in allowed else allowed[0])

    def no_session(self) -> None:
        """Nothing is at hand: which session shall be opened?"""
        self._session = None
        self._shell.topbar.show_place("")
        if self._rooms is not None:
            self._shell.show_gate(self._rooms.opening)

    def to_manage(self) -> None:
        """From the opening to people, approvals and sticks, without a session."""
        self._shell.enable_stations(BEFORE_OPENING)
        self._shell.show_station("manage")

    def session_ended(self) -> None:
        """After an erasure: the ledger remembers, the window starts from the beginning."""
        self.go_on()

    def take_list(self) -> None:
        """The city's list, at the opening or later."""
        if self._rooms is None or self._session is None:
            raise Refused("session_none")
        self._shell.show_gate(self._rooms.import_list)
        self._rooms.import_list.begin()

    def list_finished(self) -> None:
        """From the list to the counter."""
        if self._session is not None:
            self.resumed(self._session)

    def go(self, station: str) -> None:
        """A station by name."""
        self._shell.show_station(station)

    def lock(self) -> None:
        """Signs out; screens stay behind the sign-in as they are, drafts included.

        A running job (a ticket, a stick) is let finish first: its end has to be recorded by somebody.
        """
        person = self._desk.operator
        if self._background.is_busy:
            if (front := self._shell.screen_shown) is not None:
                front.notice.show_done(self._texts.get("shell.lock_later"))
            QTimer.singleShot(GLANCE_MS, self.lock)
            return
        if person is None:
            return
        self._idle.stop()
        self._glance.stop()
        self._shell.forget_idle()
        self._person.close()
        self._access.lock()
        self._shell.topbar.show_person("")
        # Somebody may have been added since the screen was made.
        self._sign_in.show_people(self._access.people())
        self._ask_who(person)

    def _ask_who(self, person: Operator | None) -> None:
        self._sign_in.ask_again(person)
        self._shell.show_gate(self._sign_in)

    def end_with(self, screen: Screen) -> None:
        """Nobody signs in here any more; this is the last page."""
        self._idle.stop()
        self._shell.topbar.show_person("")
        self._shell.show_gate(screen)

    def _continues(self, session: Session) -> bool:
        is_todays = session.day == self._desk.clock.today()
        return self._desk.day is not None or session.state.value == "open" or is_todays

    def _enable(self, state: SessionState) -> None:
        allowed = stations_for(self.operator, state)
        self._shell.enable_stations(allowed)
        if self._rooms is not None:
            self._rooms.home.enable_ways(allowed)

    def _show_place(self, session: Session) -> None:
        self._shell.topbar.show_place(place_words(self._texts, session))

    def _look_at_state(self) -> None:
        desk, session = self._desk, self._session
        if self._access.is_over_cap and not self._background.is_busy:
            self.lock()
            self._sign_in.notice.show_done(self._texts.get("person.over_cap"))
            return
        if session is None or desk.operator is None:
            return
        if self._has_moved(session):
            self._round()

    def _has_moved(self, session: Session) -> bool:
        """Whether the session at hand is no longer the one that is shown, or stands elsewhere."""
        return self._desk.day != session.day or self._desk.state is not session.state

    def _round(self) -> None:
        """Every five seconds and at each change of screen."""
        now = self._desk.clock.now()
        if self._board is not None:
            self._board.show_time(now)
        if self._desk.operator is None or self._desk.office_db is None:
            return
        try:
            self._look_around()
        except (Refused, Trouble) as error:
            self._shell.show_failure(error)

    def _look_around(self) -> None:
        if self._records.clock_jumped():
            self._is_looking = False
            self._in_doubt()
            return
        self._desk.anchor_when_due()
        from kiosk.services.line import LineDesk
        from kiosk.services.meter import MeterDesk

        self._shell.show_meter(MeterDesk(self._desk).now())
        if self._session is None:
            return
        if self._has_moved(self._session):
            at_hand = self._agenda.current() if self._desk.day is not None else None
            if at_hand is None or at_hand.day != self._session.day:
                # Erased: the closing screen shows the proof, there is nothing else to look into.
                self._session = None
                self._shell.enable_stations(WHILE_ERASING)
                return
            self._session = at_hand
            self._enable(at_hand.state)
        if self._board is not None and self._desk.session_db is not None:
            self._board.show_line(LineDesk(self._desk).now(), self._desk.clock.now())

    @cached_property
    def _person(self) -> PersonDesk:
        from kiosk.ui.screens.person import PersonDesk

        hints: dict[str, str] = {}
        if self._desk.practice:
            from kiosk.services.practice import PINS

            hints = PINS
        return PersonDesk(
            host=self._shell,
            access=self._access,
            operator=lambda: self.operator,
            presence=self.presence,
            took_over=self._took_over,
            said=self._say,
            lock=self.lock,
            hints=hints,
            texts=self._texts,
            background=self._background,
        )

    def presence(self) -> Presence | None:
        """The verbs around the people of the session at hand; None before one is open."""
        from kiosk.services.presence import Presence

        return None if self._desk.day is None else Presence(self._desk)

    def _ask_person(self) -> None:
        if self._desk.operator is not None:
            self._person.ask()

    def _took_over(self, person: Operator) -> None:
        """Another person sits at the same screen; only what their role may not see goes out of the way."""
        self._show_person(person)
        self._idle.start(self._desk.rules.access.idle_minutes)
        # What one person only looked past, the next one has not seen.
        self._is_looking = False
        if self._in_doubt():
            return
        rooms, session = self._rooms, self._session
        if session is not None and rooms is not None:
            self._enable(session.state)
            allowed = stations_for(self.operator, session.state)
            front = self._shell.screen_shown
            at_station = any(front is screen for screen in rooms.stations.values())
            if at_station and self._shell.station_shown not in allowed:
                self._shell.show_station(allowed[0])
        self._shell.refresh()

    def _show_person(self, person: Operator) -> None:
        role = self._texts.get(f"shell.role.{person.role.value}")
        if self._access.is_substitute:
            role = self._texts.get("person.substitute")
        self._shell.topbar.show_person(self._texts.get("shell.person", name=person.name, role=role))

    def _say(self, words: str) -> None:
        front = self._shell.screen_shown
        if front is not None:
            front.notice.show_done(words)
