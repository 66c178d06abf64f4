"""The key ceremony at the window: our card shown and printed, the city's card taken in, both read aloud."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.errors import Refused
from kiosk.domain.staff import Act, Operator, Role
from kiosk.services.access import Access
from kiosk.services.city_key import CityKeyDesk
from kiosk.ui.background import Background
from kiosk.ui.code_camera import CodeCamera
from kiosk.ui.desk_files import PublicCard
from kiosk.ui.screens.manage_form import Pick, PickList, SecretField, Working, two_ways
from kiosk.ui.texts import Texts
from kiosk.ui.theme import WARN_MARK
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Banner, Card
from kiosk.ui.widgets.choice import Choice
from kiosk.ui.widgets.code_picture import CodePicture
from kiosk.ui.widgets.failures import tell_failure
from kiosk.ui.widgets.labels import Body, Caption, Heading, Title, breakable
from kiosk.ui.widgets.pages import Pages

CARD, COMPARE, SECOND, WORKING = range(4)
GROUPS_IN_LINE = 8
CODE_PX = 500
OTHERS = 3


@dataclass(frozen=True, slots=True)
class KeyVerbs:
    """What the ceremony does; each may raise Refused or Trouble."""

    card: Callable[[], PublicCard]
    save_card: Callable[[], str]
    city: CityKeyDesk
    access: Access
    from_stick: Callable[[], str]
    keep_paper: Callable[[str, bytes], str]
    camera: CodeCamera


class KeyCard(Card):
    """Both fingerprints; behind them the city's new card, compared and vouched for by two."""

    def __init__(
        self,
        *,
        verbs: KeyVerbs,
        operator: Callable[[], Operator],
        done: Callable[[str], None],
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(name="manage.card.key")
        self._verbs, self._operator, self._done = verbs, operator, done
        self._texts, self._background = texts, background
        self._untrusted_card = ""
        self._fingerprints = {
            whose: Heading(wrap=True, name=f"manage.card.{whose}") for whose in ("fingerprint", "city")
        }
        self._signing = Caption(wrap=True, name="manage.card.signing")
        self._recipient = Caption(wrap=True, name="manage.card.recipient")
        self._new = Title(wrap=True, name="manage.city_key.new")
        self._ours = Heading(wrap=True, name="manage.city_key.ours")
        self._now = Caption(wrap=True, name="manage.city_key.now")
        self._waiting = Body(wrap=True, tone="warning", name="manage.city_key.waiting")
        self._banner = Banner("warning")
        self._banner.body.addWidget(self._waiting)
        self._people = PickList(texts, OTHERS, name="manage.city_key.second")
        self._people.picked.connect(self._ask_pin)
        self._secret = SecretField(texts, name="manage.city_key.pin")
        self._working = Working(texts, name="manage.city_key.working")
        self._change = [
            self._button("scan", self._scan),
            self._button("load", self._load),
        ]
        self._stack = Pages()
        for page in (self._card_page(), self._compare_page(), self._second_page(), self._working):
            self._stack.addWidget(page)
        self.body.addWidget(self._stack)

    def allow(self, leading: bool) -> None:
        """Only those who lead change the city's key; a comparison somebody else began is put away."""
        for button in self._change:
            button.setEnabled(leading)
        if not leading:
            self._back()

    def show_key(self) -> None:
        """Both cards as they are now."""
        public = self._verbs.card()
        self._fingerprints["fingerprint"].setText(in_lines(public.fingerprint))
        self._fingerprints["city"].setText(in_lines(self._verbs.city.fingerprint()))
        self._signing.setText(breakable(public.signing))
        self._recipient.setText(breakable(public.recipient))

    # --- pages -----------------------------------------------------------------------------------------

    def _card_page(self) -> QWidget:
        texts = self._texts
        page, whole = _page()
        whole.addWidget(Title(texts.get("manage.section.key")))
        whole.addWidget(Body(texts.get("manage.about.key"), wrap=True))
        for whose in ("fingerprint", "city"):
            whole.addWidget(Caption(texts.get(f"manage.card.{whose}")))
            whole.addWidget(self._fingerprints[whose])
        for words, label in (("signing", self._signing), ("recipient", self._recipient)):
            whole.addWidget(Caption(texts.get(f"manage.card.{words}")))
            whole.addWidget(label)
        whole.addStretch(1)
        whole.addLayout(_row(*self._change))
        show, sheet = self._button("show_card", self._show_card), self._button("sheet", self._print_sheet)
        save = Button(texts.get("manage.save_card"), "primary", size="large", name="manage.save_card")
        whole.addLayout(_row(show, sheet, save.guarded(self._save_card)))
        return page

    def _compare_page(self) -> QWidget:
        texts = self._texts
        page, whole = _page()
        whole.addWidget(Title(texts.get("manage.city_key.compare"), wrap=True))
        whole.addWidget(Body(texts.get("manage.city_key.compare_hint"), wrap=True))
        read = Banner("key")
        read.body.addWidget(Caption(texts.get("manage.city_key.new")))
        read.body.addWidget(self._new)
        whole.addWidget(read)
        whole.addWidget(Caption(texts.get("manage.city_key.ours")))
        whole.addWidget(self._ours)
        whole.addWidget(Caption(texts.get("manage.city_key.now")))
        whole.addWidget(self._now)
        whole.addWidget(self._banner)
        whole.addStretch(1)
        whole.addWidget(self._button("new_sheet", self._print_new_sheet))
        back = Button(
            texts.get("manage.city_key.differs"), "quiet", size="large", name="manage.city_key.differs"
        )
        same = Button(texts.get("manage.city_key.same"), "primary", size="large", name="manage.city_key.same")
        whole.addLayout(two_ways(back.guarded(self._differs), same.guarded(self._ask_second)))
        return page

    def _second_page(self) -> QWidget:
        texts = self._texts
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(Title(texts.get("manage.city_key.second"), wrap=True))
        left.addWidget(Body(texts.get("manage.city_key.second_hint"), wrap=True))
        left.addWidget(self._people, 1)
        across = QHBoxLayout()
        across.setSpacing(24)
        across.addLayout(left, 2)
        across.addWidget(self._secret, 3)
        back = Button(texts.get("closing.back"), "quiet", size="large", name="manage.city_key.back")
        go = Button(
            texts.get("manage.city_key.change"), "danger", size="large", name="manage.city_key.change"
        )
        go.guarded(self._pin)
        self._secret.entered.connect(go.click)
        page, whole = _page()
        whole.addLayout(across, 1)
        whole.addLayout(two_ways(back.guarded(lambda: self._stack.setCurrentIndex(COMPARE)), go))
        return page

    # --- our card --------------------------------------------------------------------------------------

    def _show_card(self) -> None:
        """As large as the window allows, for the camera of the city's PC or of a sister kiosk."""
        public, texts = self._verbs.card(), self._texts
        words = texts.get("manage.card_code")
        rows = self._verbs.city.code(public.text.strip())
        picture = CodePicture(rows, words, within_px=CODE_PX, name="manage.card_code.picture")
        beside = QWidget()
        line = QHBoxLayout(beside)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(24)
        line.addWidget(picture)
        said = QVBoxLayout()
        said.addWidget(Caption(texts.get("manage.card.fingerprint"), wrap=True))
        said.addWidget(Heading(in_lines(public.fingerprint, 4), wrap=True))
        said.addStretch(1)
        line.addLayout(said, 1)
        line.setAlignment(picture, Qt.AlignmentFlag.AlignTop)
        Choice(
            self,
            words,
            (),
            lambda _key: None,
            cancel=texts.get("code_camera.leave"),
            inside=beside,
            name="manage.card_code",
        )

    def _save_card(self) -> None:
        self._done(self._texts.get("manage.saved", name=self._verbs.save_card()))

    def _print_sheet(self) -> None:
        kept = self._verbs.keep_paper("key-ceremony.pdf", self._verbs.city.sheet())
        self._done(self._texts.get("manage.saved", name=kept))

    # --- the city's card -------------------------------------------------------------------------------

    def _scan(self) -> None:
        self._refuse_unless_leading()
        title, words = (self._texts.get(f"manage.city_key.scan_{part}") for part in ("title", "words"))
        self._verbs.camera.ask(self, title, words, self._take)

    def _load(self) -> None:
        self._refuse_unless_leading()
        # Asking the sockets can take a moment with a worn stick.
        self._background.run(self._verbs.from_stick, self._loaded, lambda error: tell_failure(self, error))

    def _loaded(self, untrusted_card: str) -> None:
        try:
            self._take(untrusted_card)
        except Exception as error:
            tell_failure(self, error)

    def _take(self, untrusted_card: str) -> str:
        """The card to be compared; nothing is changed by it."""
        city = self._verbs.city
        fingerprint = city.read(untrusted_card)
        self._untrusted_card = untrusted_card
        self._new.setText(in_lines(fingerprint))
        self._ours.setText(in_lines(self._verbs.card().fingerprint))
        self._now.setText(in_lines(city.fingerprint()))
        waiting = city.waiting()
        self._banner.setVisible(waiting > 0)
        self._waiting.setText(f"{WARN_MARK} {self._texts.get('manage.city_key.waiting', count=waiting)}")
        self._stack.setCurrentIndex(COMPARE)
        return ""

    def _print_new_sheet(self) -> None:
        sheet = self._verbs.city.sheet(self._untrusted_card)
        self._done(self._texts.get("manage.saved", name=self._verbs.keep_paper("key-ceremony.pdf", sheet)))

    def _differs(self) -> None:
        self._back()
        self._done(self._texts.get("manage.city_key.put_away"))

    def _ask_second(self) -> None:
        mine = self._operator().id
        picks = [
            Pick(person.id, person.name)
            for person in self._verbs.access.people()
            if person.id != mine and person.role is not Role.INSPECTOR
        ]
        self._people.clear()
        self._people.fill(picks, empty=self._texts.get("manage.second_none"))
        self._ask_pin()
        self._stack.setCurrentIndex(SECOND)

    def _ask_pin(self) -> None:
        people = self._verbs.access.people()
        chosen = next((person for person in people if person.id == self._people.value), None)
        self._secret.setEnabled(chosen is not None)
        self._secret.ask(leading=chosen is not None and chosen.is_leading, hint=False)
        self._secret.begin()

    def _pin(self) -> None:
        second, pin, card = self._people.value, self._secret.take(), self._untrusted_card
        if not second or not pin:
            raise Refused("second_person_needed")
        self._stack.setCurrentIndex(WORKING)

        def change() -> None:
            self._verbs.city.change(card, second_id=second, second_pin=pin)
            self._back()
            self.show_key()
            self._done(self._texts.get("manage.city_key.changed"))

        self._working.run(change, lambda: self._stack.setCurrentIndex(SECOND))

    def _back(self) -> None:
        self._untrusted_card = ""
        self._stack.setCurrentIndex(CARD)

    def _refuse_unless_leading(self) -> None:
        if not self._operator().may(Act.CHANGE_CITY_KEY):
            raise Refused("not_allowed", act=Act.CHANGE_CITY_KEY.value)

    def _button(self, key: str, do: Callable[[], None]) -> Button:
        button = Button(
            self._texts.get(f"manage.city_key.{key}"), size="large", name=f"manage.city_key.{key}"
        )
        button.guarded(do)
        return button


def in_lines(fingerprint: str, groups: int = GROUPS_IN_LINE) -> str:
    """Groups of four in lines that two people can keep their place in."""
    parts = fingerprint.split(" ")
    return "\n".join("  ".join(parts[at : at + groups]) for at in range(0, len(parts), groups))


def _page() -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    whole = QVBoxLayout(page)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.setSpacing(8)
    return page, whole


def _row(*buttons: Button) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(16)
    for button in buttons:
        line.addWidget(button, 1)
    return line
