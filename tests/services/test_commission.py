"""A new kiosk: everything it needs, or no folder at all."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.city.home import CARD_FILE, CityHome
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.registers import Subject
from kiosk.domain.staff import Operator, Role
from kiosk.paths import resources
from kiosk.services.access import Access
from kiosk.services.commission import FirstSetup, commission, standing
from kiosk.services.open_desk import open_desk

PASSPHRASE = "honcho-no-madoguchi-7391"
MANAGER = Operator("sato", "佐藤 和子", Role.MANAGER)


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> str:
    home, _ = CityHome.create(
        tmp_path_factory.mktemp("office") / "city", practice=True, at=datetime.now().astimezone()
    )
    return (home.folder / CARD_FILE).read_text(encoding="utf-8")


def setup(card: str, **other: object) -> FirstSetup:
    given: dict[str, object] = {
        "profile_text": (resources() / "profiles" / "koganei.toml").read_text(encoding="utf-8"),
        "devices_text": "printer = 'virtual:'\n",
        "kiosk": "K1",
        "city_card_text": card,
        "manager": MANAGER,
        "approval": "令7-8",
        **other,
    }
    return FirstSetup(**given)  # type: ignore[arg-type]


def test_a_new_kiosk_can_be_opened_and_knows_its_city(card: str, tmp_path: Path) -> None:
    made = commission(tmp_path / "data", setup(card), PASSPHRASE)
    assert json.loads(made.card)["kiosk"] == "K1"
    assert made.practice
    desk = open_desk(tmp_path / "data")
    try:
        assert Access(desk).sign_in("sato", PASSPHRASE) == MANAGER
        assert desk.rules.city.name == "小金井市"
        with desk.office.reading() as view:
            assert view.settings.get("city_card") == card
            assert [(person.operator, person.approval) for person in view.staff.all()] == [("sato", "令7-8")]
            journal = view.journal.verify()
            acts = [entry.act for entry in view.journal.entries()]
        assert journal.length == len(acts) == 2
        assert acts == ["commission", "sign_in"]
    finally:
        desk.vault.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


@pytest.mark.parametrize(
    ("other", "passphrase", "problem"),
    [
        ({"kiosk": "window one"}, PASSPHRASE, "kiosk_id"),
        ({"city_card_text": "{}"}, PASSPHRASE, None),
        ({"manager": Operator("yamada", "山田", Role.STAFF)}, "73916482", "first_operator_leads"),
        ({"manager": Operator("../sato", "佐藤", Role.MANAGER)}, PASSPHRASE, None),
        ({}, "short", "passphrase_too_short"),
    ],
)
def test_nothing_is_left_of_a_kiosk_that_cannot_be(
    card: str, tmp_path: Path, other: dict[str, object], passphrase: str, problem: str | None
) -> None:
    with pytest.raises(Refused) as refused:
        commission(tmp_path / "data", setup(card, **other), passphrase)
    assert problem is None or refused.value.key == problem
    assert passphrase not in repr(refused.value.facts)
    assert list(tmp_path.iterdir()) == []


def test_what_a_cut_left_aside_is_cleared_away(card: str, tmp_path: Path) -> None:
    (tmp_path / "data.part").mkdir()
    (tmp_path / "data.part" / "access.json").write_text("half", encoding="utf-8")
    commission(tmp_path / "data", setup(card), PASSPHRASE)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


def test_a_place_that_cannot_be_written_is_said_as_trouble(card: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Trouble, match="file_unwritable"):
        commission(tmp_path / "file" / "data", setup(card), PASSPHRASE)


def test_a_standing_approval_runs_from_april_to_march() -> None:
    approval = standing("令7-6", Subject.MEDIUM, 2025)
    assert (approval.valid_from.isoformat(), approval.valid_until.isoformat()) == ("2025-04-01", "2026-03-31")
    assert approval.standing
