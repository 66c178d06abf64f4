"""A kiosk as the command makes it, with one manager and empty registers, from its set-up to the erasure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from kiosk.app import Window, build_window
from kiosk.city.home import CityHome
from kiosk.cli.city import app as city
from kiosk.cli.line import run
from kiosk.cli.main import app as counter
from kiosk.cli.practice import PracticeHouse
from kiosk.domain.batch import SessionState
from kiosk.domain.errors import Refused
from kiosk.domain.registers import Approval, Subject
from kiosk.services.open_desk import open_desk
from kiosk.services.practice import PRACTICE_DAY
from kiosk.ui import theme
from kiosk.ui.hands import Hands
from kiosk.ui.texts import Texts
from tests.cli.terminal import typed
from tests.house import Counterday, names_under

PASSPHRASE = "honcho-no-madoguchi-7391"
NEW_PIN = "58203917"
PROFILE = Path(__file__).resolve().parents[2] / "resources" / "profiles" / "koganei.toml"
CHECKLIST_LINES = 6


class Stationed:
    """The new kiosk with its window, the people before it, and the city's own office beside it."""

    def __init__(self, day: Counterday, window: Window, pictures: Path) -> None:
        self.day, self.window = day, window
        self.hands = Hands(window.shell, pictures)
        self.texts = Texts.load()

    def said(self) -> str:
        """What the screen's notice says; waits until it says something."""
        self.hands.wait_for("notice.close")
        screen = self.window.shell.screen_shown
        assert screen is not None
        words = screen.notice.accessibleName()
        self.hands.touch("notice.close")
        return words

    def sign_in(self, secret: str) -> None:
        self.hands.write("sign_in.pin", secret)
        self.hands.touch("sign_in.enter")

    def change_to(self, operator: str, secret: str) -> None:
        for name in ("topbar.person", "person.lock", f"sign_in.person.{operator}"):
            self.hands.touch(name)
        self.sign_in(secret)

    def add_person(self, short: str, name: str, approval: str, pin: str) -> None:
        hands = self.hands
        hands.touch("manage.people")
        hands.touch("manage.add_person")
        for field, value in (("name", name), ("id", short), ("approval", approval)):
            hands.write(f"manage.new.{field}", value)
        for paper in ("reported_on", "trained_on", "pledged_on"):
            hands.touch(f"manage.new.{paper}.0")
        hands.touch("manage.new.next")
        for _ in range(2):
            hands.write("manage.secret", pin)
            hands.touch("manage.secret.next")
        assert self.said() == self.texts.get("manage.person_added", name=name)

    def enter_approval(self, number: str, subject: Subject, kind: str, second: str) -> None:
        hands = self.hands
        hands.touch("manage.approvals")
        hands.touch("manage.add_approval")
        hands.write("manage.entry.number", number)
        hands.touch(f"manage.entry.subject.{subject.value}")
        hands.touch(f"manage.entry.kind.{kind}")
        hands.write("manage.entry.on", "R7.4.1")
        hands.touch("manage.entry.next")
        # Only one other person works here, so that one is chosen already.
        hands.write("manage.second.pin", second)
        hands.touch("manage.second.save")
        assert self.said() == self.texts.get("manage.approval_entered", number=number)

    def open_day(self) -> None:
        for line in range(CHECKLIST_LINES):
            self.hands.touch(f"opening.tick.{line}")
        for name in ("opening.venue.本町公民館", "opening.open", "list.without"):
            self.hands.touch(name)


@pytest.fixture
def stationed(tmp_path: Path, qapp: QApplication) -> Iterator[Stationed]:
    """Made by the commands of both offices, started for the first time on the practice day."""
    home, data, stick = tmp_path / "city", tmp_path / "data", tmp_path / "batch"
    stick.mkdir()
    assert run(city, ["keygen", "--out", str(home), "--practice"]) == 0
    devices = tmp_path / "devices.toml"
    devices.write_text(
        f"printer = 'virtual:'\ncamera = 'virtual:'\ndrive = '{stick}'\nwindow = '1'\n", encoding="utf-8"
    )
    given = {
        "profile": PROFILE, "kiosk": "K1", "city-key": home / "city-card.json", "devices": devices,
        "manager": "kato", "name": "加藤 一枝", "approval": "令7-市民-30",
    }  # fmt: skip
    words = ["commission", "--data", str(data), "--pin-stdin"]
    for name, value in given.items():
        words += [f"--{name}", str(value)]
    with typed(f"{PASSPHRASE}\n"):
        assert run(counter, words) == 0
    assert run(city, ["trust", str(data / "papers" / "kiosk-card.json"), "--data", str(home)]) == 0
    desk = open_desk(data, day=PRACTICE_DAY)
    if not qapp.styleSheet():
        theme.apply(qapp)
    window = build_window(desk)
    window.shell.resize(1280, 800)
    window.shell.show()
    pictures = tmp_path / "screens"
    pictures.mkdir()
    yield Stationed(Counterday(PracticeHouse(desk, CityHome.open(home), stick), data), window, pictures)
    window.close()
    desk.vault.close()


def test_from_one_manager_and_empty_registers_to_the_erasure(stationed: Stationed) -> None:
    day = stationed.day
    stationed.sign_in(PASSPHRASE)
    set_up_before_the_first_day(stationed)
    stationed.open_day()
    serve_as_the_second_person(stationed)
    register_a_stick_when_it_is_refused(stationed)
    for name in ("tab.closing", "closing.write", "closing.slip"):
        stationed.hands.touch(name)
    assert day.desk.state is SessionState.EXPORTED
    answer_at_the_city(day)
    erase_with_the_second_person(stationed)

    with day.desk.office.reading() as view:
        assert view.openings.get(PRACTICE_DAY, "K1").state is SessionState.ERASED
        record = view.erasures.find(PRACTICE_DAY, "K1")
        numbers = view.approvals.all()
    assert record is not None
    assert (record.approval, record.witness, record.visits) == ("令7-市民-204", "髙橋 桜子", 1)
    assert all(passed for _, passed in record.checks)
    paper, end = date(2025, 4, 1), date(2026, 3, 31)
    assert numbers == (
        Approval("令7-市民-204", Subject.ERASURE, paper, paper, end, standing=False, used=1),
        Approval("令7-市民-205", Subject.MEDIUM, paper, paper, end, standing=True),
    )
    assert names_under(day.data) == []


def set_up_before_the_first_day(stationed: Stationed) -> None:
    """A second person, and the city's number for the erasure; one person alone can enter none."""
    hands, texts = stationed.hands, stationed.texts
    hands.touch("opening.manage")
    assert texts.get("manage.one_person") in hands.text("manage.people.warning")
    hands.touch("manage.approvals")
    hands.breathe()
    assert not hands.seen("manage.add_approval")
    stationed.add_person("takahashi", "髙橋 桜子", "令7-市民-31", NEW_PIN)
    assert texts.get("manage.one_manager") in hands.text("manage.people.warning")
    stationed.enter_approval("令7-市民-204", Subject.ERASURE, "single", NEW_PIN)
    hands.touch("manage.to_opening")


def serve_as_the_second_person(stationed: Stationed) -> None:
    """The register lets them in; then the manager comes back."""
    stationed.change_to("takahashi", NEW_PIN)
    stationed.hands.wait_for("home.reception")
    day = stationed.day
    day.issue(day.at_window().ticket)
    stationed.change_to("kato", PASSPHRASE)


def register_a_stick_when_it_is_refused(stationed: Stationed) -> None:
    """The stick is in no register and no number allows one yet: both are said, and both can be mended."""
    hands, texts = stationed.hands, stationed.texts
    for name in ("tab.closing", "closing.approve", "closing.seal", "closing.write"):
        hands.touch(name)
    assert stationed.said() == texts.say(Refused("medium_unknown"))
    serial = stationed.day.bay.drives()[0].serial
    for name in ("tab.manage", "manage.medium", f"manage.pick.{serial}", "manage.register"):
        hands.touch(name)
    assert stationed.said() == texts.say(Refused("medium_fields"))
    stationed.enter_approval("令7-市民-205", Subject.MEDIUM, "standing", NEW_PIN)
    for name in ("manage.medium", "manage.register"):
        hands.touch(name)
    assert stationed.said() == texts.get("manage.registered", serial=serial, approval="令7-市民-205")


def erase_with_the_second_person(stationed: Stationed) -> None:
    """The single number serves once and is used up."""
    hands = stationed.hands
    hands.touch("closing.receipt")
    hands.touch("closing.second.takahashi")
    hands.write("closing.second_pin", NEW_PIN)
    for name in ("closing.erase", "closing.end", "opening.manage", "manage.approvals"):
        hands.touch(name)
    hands.wait_for("manage.approval.erasure.令7-市民-204")
    row = hands.find("manage.approval.erasure.令7-市民-204")
    assert row is not None
    said = [label.text() for label in row.findChildren(QLabel)]
    assert stationed.texts.get("manage.used_up") in said


def answer_at_the_city(day: Counterday) -> None:
    """The officer checks the batch on the stick and signs for it with the office's own commands."""
    batch, home = day.house.stick / (day.handover.batch_name() or ""), str(day.house.city.folder)
    assert run(city, ["check", str(batch), "--data", home]) == 0
    receipt = day.house.stick / f"{batch.stem}.receipt.json"
    assert run(city, ["receipt", str(batch), "--by", "市職員", "--out", str(receipt), "--data", home]) == 0
