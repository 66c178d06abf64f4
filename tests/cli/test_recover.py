"""kiosk recover, and the lockout that counts the same at the terminal and at the window."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.cli.console import REFUSED, WRONG_USE
from kiosk.domain.errors import Refused
from kiosk.sealing.keys import AgeIdentity
from kiosk.services.access import Access
from kiosk.services.agenda import AgendaDesk
from kiosk.services.commission import FirstSetup, Registers, commission
from kiosk.services.practice import MANAGER, PINS, PRACTICE_DAY, STAFF
from kiosk.settings.profile import read_text
from tests.cli.terminal import Terminal
from tests.house import Counterday, build_template, opened

OLD, NEW = PINS[MANAGER.id], "atarashii-madoguchi-58"
PIN = PINS[STAFF.id]
DIRECTOR = AgeIdentity.new()
PROFILE = Path(__file__).resolve().parents[2] / "resources" / "profiles" / "koganei.toml"
KEYSTORE = "practice-secrets.json"
"""What stands in practice for the keystore of the PC: without it the folder is on another PC."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kiosk with a director, and an open session."""
    root = tmp_path_factory.mktemp("recover")
    build_template(root)
    card = (root / "city" / "city-card.json").read_text(encoding="utf-8")
    data = root / "with-director"
    commission(
        data,
        FirstSetup(
            profile_text=read_text(PROFILE),
            devices_text="",
            kiosk="K1",
            city_card_text=card,
            manager=MANAGER,
            approval="令7-練-8",
            director_recipient=DIRECTOR.recipient,
        ),
        OLD,
        Registers(people=((STAFF, PIN),)),
    )
    desk = opened(data)
    try:
        access, agenda = Access(desk), AgendaDesk(desk)
        access.sign_in(MANAGER.id, OLD)
        agenda.open(PRACTICE_DAY, agenda.venues()[0], agenda.checklist())
        access.lock()
    finally:
        desk.vault.close()
    return data


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    """The test's own copy."""
    folder = tmp_path / "data"
    shutil.copytree(made, folder)
    return folder


@pytest.fixture
def key(tmp_path: Path) -> Iterator[Path]:
    """The director's key as it comes out of the safe."""
    file = tmp_path / "recovery-key.txt"
    file.write_text(DIRECTOR.to_file_text("2025-07-01"), encoding="utf-8")
    return file


def line(data: Path, key: Path, *more: str) -> list[str | Path]:
    return ["recover", "--data", data, "--file", key, "--operator", MANAGER.id, "--pin-stdin", *more]


def signs_in(data: Path, person: str, pin: str) -> str:
    """The journal's last acts after a sign-in, or the key of the refusal."""
    desk = opened(data)
    try:
        Access(desk).sign_in(person, pin)
        with desk.office.reading() as view:
            return " ".join(entry.act for entry, _ in list(view.journal.rows())[-2:])
    except Refused as no:
        return no.key
    finally:
        desk.vault.close()


def test_a_forgotten_passphrase_on_the_same_pc_with_a_second_person(
    terminal: Terminal, data: Path, key: Path
) -> None:
    code, no = terminal.json(*line(data, key), pin=f"{NEW}\n{PIN}\n")
    assert (code, no["problem"]) == (REFUSED, "recovery_second")
    code, no = terminal.json(*line(data, key, "--second", STAFF.id), pin=f"{NEW}\n00000000\n")
    assert (code, no["problem"]) == (REFUSED, "pin_wrong")
    code, no = terminal.json(*line(data, key, "--second", STAFF.id), pin=f"short\n{PIN}\n")
    assert (code, no["problem"]) == (REFUSED, "passphrase_too_short")
    assert signs_in(data, MANAGER.id, OLD).endswith("sign_in")

    code, done = terminal.json(*line(data, key, "--second", STAFF.id), pin=f"{NEW}\n{PIN}\n")

    assert code == 0
    assert (done["new_pc"], done["alone"], done["lost_sessions"]) == (False, False, [])
    assert signs_in(data, MANAGER.id, OLD) == "pin_wrong"
    assert signs_in(data, MANAGER.id, NEW) == "recover sign_in"
    assert signs_in(data, STAFF.id, PIN).endswith("sign_in")


def test_on_a_new_pc_one_is_enough_and_the_open_day_is_named_as_lost(
    terminal: Terminal, data: Path, key: Path
) -> None:
    (data / KEYSTORE).unlink()
    code, no = terminal.json(
        "receipt", key, "--data", data, "--operator", MANAGER.id, "--pin-stdin", pin=f"{OLD}\n"
    )
    assert no["problem"] == "device_secret_missing"

    code, out, _ = terminal.plain(*line(data, key), pin=f"{NEW}\n")

    assert code == 0
    assert PRACTICE_DAY.isoformat() in out
    assert NEW not in out
    assert signs_in(data, MANAGER.id, NEW) == "recover sign_in"
    assert signs_in(data, STAFF.id, PIN) == "slot_retired"
    desk = opened(data)
    try:
        Access(desk).sign_in(MANAGER.id, NEW)
        with pytest.raises(Refused, match="session_erased"):
            desk.vault.open_session(PRACTICE_DAY)
        assert desk.vault.kept_anchor("office").length > 0
    finally:
        desk.vault.close()


def test_the_json_of_a_lonely_recovery_says_so(terminal: Terminal, data: Path, key: Path) -> None:
    (data / KEYSTORE).unlink()
    code, done = terminal.json(*line(data, key), pin=f"{NEW}\n")
    assert code == 0
    assert {name: done[name] for name in ("ok", "operator", "new_pc", "alone", "lost_sessions")} == {
        "ok": True,
        "operator": MANAGER.id,
        "new_pc": True,
        "alone": True,
        "lost_sessions": [PRACTICE_DAY.isoformat()],
    }


def test_a_new_manager_whom_the_register_does_not_know(terminal: Terminal, data: Path, key: Path) -> None:
    (data / KEYSTORE).unlink()
    words: list[str | Path] = ["recover", "--data", data, "--file", key, "--operator", "kato", "--pin-stdin"]
    code, no = terminal.json(*words, pin=f"{NEW}\n")
    assert (code, no["problem"]) == (REFUSED, "recovery_name")
    code, done = terminal.json(*words, "--name", "加藤 恵", "--approval", "令7-9", pin=f"{NEW}\n")
    assert (code, done["operator"]) == (0, "kato")
    assert signs_in(data, "kato", NEW).endswith("sign_in")


def test_a_second_person_who_cannot_sign_in_is_not_passed_over(
    terminal: Terminal, data: Path, key: Path
) -> None:
    (data / KEYSTORE).unlink()
    code, no = terminal.json(*line(data, key, "--second", "ghost"), pin=f"{NEW}\n{PIN}\n")
    assert (code, no["problem"]) == (REFUSED, "recovery_nobody_else")
    assert "ghost" in no["say"]
    assert not (data / KEYSTORE).exists()


def test_staff_cannot_be_made_a_manager_by_recovery(terminal: Terminal, data: Path, key: Path) -> None:
    (data / KEYSTORE).unlink()
    code, no = terminal.json(
        "recover", "--data", data, "--file", key, "--operator", STAFF.id, "--pin-stdin", pin=f"{NEW}\n"
    )
    assert (code, no["problem"]) == (REFUSED, "recovery_leads")
    assert not (data / KEYSTORE).exists()


def test_every_wrong_key_and_folder_is_one_sentence(terminal: Terminal, data: Path, tmp_path: Path) -> None:
    key = tmp_path / "k.txt"
    whole = (data / "recovery.age").read_bytes()

    def said(content: str) -> str:
        key.write_text(content, encoding="utf-8")
        code, no = terminal.json(*line(data, key), pin=f"{NEW}\n{PIN}\n")
        assert code == REFUSED
        assert no["say"]
        return str(no["problem"])

    right = DIRECTOR.to_file_text("2025-07-01")
    assert said(AgeIdentity.new().to_file_text("2025-07-01")) == "recovery_wrong_key"
    assert said("hello") == "key_unreadable"
    (data / "recovery.age").write_bytes(whole[:-5])
    assert said(right) == "recovery_damaged"
    (data / "recovery.age").write_bytes(b"")
    assert said(right) == "recovery_damaged"
    (data / "recovery.age").unlink()
    assert said(right) == "recovery_none"
    (data / "recovery.age").write_bytes(whole)
    access = json.loads((data / "access.json").read_text(encoding="utf-8"))
    access["folder"] = "0" * 16
    (data / "access.json").write_text(json.dumps(access), encoding="utf-8")
    assert said(right) == "recovery_foreign"
    code, no = terminal.json(*line(data, tmp_path / "none.txt"), pin=f"{NEW}\n")
    assert (code, no["problem"]) == (REFUSED, "file_absent")
    assert terminal.json("recover", "--data", data)[0] == WRONG_USE


def test_the_file_is_plain_age_and_useless_without_the_director(
    data: Path, key: Path, tmp_path: Path
) -> None:
    """Stock age opens it; nothing of it stands anywhere in the clear."""
    if shutil.which("age") is None:
        pytest.skip("the age program is not installed")
    sealed = data / "recovery.age"
    opened = subprocess.run(["age", "-d", "-i", key, sealed], capture_output=True, check=True).stdout
    row = json.loads(opened)
    assert (row["format"], row["kiosk"], len(row["master"]), len(row["device"])) == (
        "kiosk-recovery-v1", "K1", 64, 64,
    )  # fmt: skip
    for file in data.rglob("*"):
        if file.is_file() and file.name != KEYSTORE:
            assert row["master"].encode() not in file.read_bytes()
            assert bytes.fromhex(row["master"]) not in file.read_bytes()


def test_an_unusable_address_is_refused_at_commissioning(
    terminal: Terminal, made: Path, tmp_path: Path
) -> None:
    card = made.parent / "city" / "city-card.json"
    words = [
        "commission",
        "--data",
        tmp_path / "new",
        "--profile",
        PROFILE,
        "--kiosk",
        "K1",
        "--city-key",
        card,
    ]
    code, no = terminal.json(*words, "--director-recipient", "age1nonsense", "--pin-stdin", pin=f"{OLD}\n")
    assert (code, no["problem"]) == (REFUSED, "recovery_address")
    assert list(tmp_path.iterdir()) == []
    code, _ = terminal.json(*words, "--director-recipient", DIRECTOR.recipient, "--pin-stdin", pin=f"{OLD}\n")
    assert code == 0
    assert (tmp_path / "new" / "recovery.age").read_bytes().startswith(b"age-encryption.org/v1")


def test_five_wrong_pins_at_the_terminal_lock_the_window_too(
    terminal: Terminal, kiosk: Counterday, tmp_path: Path
) -> None:
    kiosk.desk.vault.close()
    words = ["receipt", PROFILE, "--data", kiosk.data, "--operator", STAFF.id, "--pin-stdin"]
    told = [terminal.json(*words, pin="00000000\n") for _ in range(5)]
    assert [code for code, _ in told] == [REFUSED] * 5
    assert [no["problem"] for _, no in told] == ["pin_wrong"] * 4 + ["pin_locked"]
    kiosk.wire(opened(kiosk.data))
    with pytest.raises(Refused, match="pin_locked"):
        kiosk.access.unlock(STAFF.id, PIN)
    kiosk.sign_in_manager()
