"""kiosk commission: a new folder whole or none, over nothing, for one city."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kiosk.cli.city import app as city
from kiosk.cli.city_camera import scanned_city_card
from kiosk.cli.console import REFUSED, TROUBLE, WRONG_USE, Console
from kiosk.domain.errors import Refused
from kiosk.sealing.cards import CityCard
from tests.cli.terminal import Terminal, program
from tests.film import film

PASSPHRASE = "honcho-no-madoguchi-7391"
PROFILE = Path(__file__).resolve().parents[2] / "resources" / "profiles" / "koganei.toml"


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice city's public card: its kiosks keep their keys beside the data, not in the keystore."""
    from kiosk.cli.line import run

    home = tmp_path_factory.mktemp("office") / "city"
    assert run(city, ["keygen", "--out", str(home), "--practice"]) == 0
    return home / "city-card.json"


def words(data: Path, card: Path, **other: str | Path) -> list[str | Path]:
    given: dict[str, str | Path] = {"profile": PROFILE, "kiosk": "K1", "city-key": card, **other}
    line: list[str | Path] = ["commission", "--data", data, "--pin-stdin"]
    for name, value in given.items():
        line += [f"--{name}", value]
    return line


def test_a_new_folder_with_its_card_and_both_fingerprints(
    terminal: Terminal, card: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    code, made = terminal.json(*words(data, card, manager="sato"), pin=f"{PASSPHRASE}\n")
    assert code == 0
    assert {"ok", "data", "kiosk", "card", "fingerprint", "city_fingerprint", "practice"} <= set(made)
    assert (made["ok"], made["kiosk"], made["practice"]) == (True, "K1", True)
    public = json.loads(Path(made["card"]).read_text(encoding="utf-8"))
    assert public["kiosk"] == "K1"
    assert (data / "papers" / "kiosk-card.pdf").read_bytes().startswith(b"%PDF")
    assert (data / "papers" / "key-ceremony.pdf").read_bytes().startswith(b"%PDF")
    for file in data.rglob("*"):
        assert not file.is_file() or PASSPHRASE.encode() not in file.read_bytes()
    # The city takes the card, and the person can sign in with the passphrase.
    assert terminal.json("trust", made["card"], "--data", card.parent, app=city)[0] == 0
    code, no = terminal.json(
        "receipt", card, "--data", data, "--operator", "sato", "--pin-stdin", pin=f"{PASSPHRASE}\n"
    )
    assert (code, no["problem"]) == (REFUSED, "session_none")


def test_the_citys_card_is_read_by_the_camera_instead(terminal: Terminal, card: Path, tmp_path: Path) -> None:
    text = card.read_text(encoding="utf-8").strip()
    clip = film(tmp_path / "card.avi", ["https://example.com/", None, text], frames=6)
    line = words(tmp_path / "data", card)
    at = line.index("--city-key")
    code, made = terminal.json(*line[:at], "--city-camera", clip, *line[at + 2 :], pin=f"{PASSPHRASE}\n")
    assert (code, made["city_fingerprint"]) == (0, CityCard.from_text(text).fingerprint)
    assert terminal.plain(*line, "--city-camera", clip, pin=f"{PASSPHRASE}\n")[0] == WRONG_USE
    absent = [*line[:at], "--city-camera", f"file:{tmp_path / 'none.avi'}", *line[at + 2 :]]
    code, no = terminal.json(*absent, pin=f"{PASSPHRASE}\n")
    assert (code, no["problem"]) == (TROUBLE, "camera_absent")


def test_no_card_in_sight_is_refused_in_time(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="city_card_unseen"):
        scanned_city_card(Console(), film(tmp_path / "none.avi", [None], frames=3), within_s=0.2)


def test_over_an_existing_folder_nothing_is_touched(terminal: Terminal, card: Path, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("keep", encoding="utf-8")
    code, no = terminal.json(*words(tmp_path / "letters", card), pin=f"{PASSPHRASE}\n")
    assert (code, no["problem"]) == (REFUSED, "commission_exists")
    assert [file.name for file in tmp_path.rglob("*")] == ["letters", "mine.txt"]
    code, no = terminal.json(*words(tmp_path / "letters" / "mine.txt", card), pin=f"{PASSPHRASE}\n")
    assert (code, no["problem"]) == (REFUSED, "commission_exists")
    assert (tmp_path / "letters" / "mine.txt").read_text(encoding="utf-8") == "keep"


def test_a_sister_names_the_office_kiosk_whose_settings_it_will_take(
    terminal: Terminal, card: Path, tmp_path: Path
) -> None:
    code, office = terminal.json(*words(tmp_path / "k1", card), "--office", pin=f"{PASSPHRASE}\n")
    assert code == 0
    line = words(tmp_path / "k2", card, kiosk="K2", join=office["card"])
    assert terminal.plain(*line, "--office", pin=f"{PASSPHRASE}\n")[0] == WRONG_USE
    code, no = terminal.json(*words(tmp_path / "k2", card, join=office["card"]), pin=f"{PASSPHRASE}\n")
    assert (code, no["problem"]) == (REFUSED, "sister_itself")
    assert terminal.json(*line, pin=f"{PASSPHRASE}\n")[0] == 0
    by = ("--operator", "manager", "--pin-stdin")
    out = ("setup", "export", "--out", tmp_path / "s.age", "--to", office["card"])
    code, no = terminal.json(*out, "--data", tmp_path / "k2", *by, pin=f"{PASSPHRASE}\n")
    assert (code, no["problem"]) == (REFUSED, "setup_not_office")


def test_an_empty_folder_is_taken(terminal: Terminal, card: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    assert terminal.json(*words(data, card), pin=f"{PASSPHRASE}\n")[0] == 0
    assert (data / "access.json").is_file()


def broken_profile(folder: Path, change: tuple[str, str]) -> Path:
    text = PROFILE.read_text(encoding="utf-8")
    assert change[0] in text
    file = folder / "city.toml"
    file.write_text(text.replace(*change), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("change", "problem", "words_said"),
    [
        (("[city]", "[city"), "settings_unreadable", "行目が TOML の書き方ではありません"),
        (('code = "13210"', 'kode = "13210"'), "settings_unreadable", "「city.code」がありません"),
        (("plan_cases = 1440", 'plan_cases = "many"'), "settings_unreadable", "「plan_cases」の値"),
        (("[city]", "[city]\nmayor = 1"), "settings_unreadable", "「city.mayor」という項目はありません"),
        (('first_month = "2025-08"', 'first_month = "August"'), "month_format", ""),
        (('first_month = "2025-08"\n', ""), "month_format", ""),
        (('last_month = "2026-03"', 'last_month = "2024-03"'), "agenda_months", ""),
        (('name = "koganei"', 'name = "koganei"\nguard_number = "yes"'), "import_mapping", ""),
    ],
)
def test_a_broken_profile_is_refused_before_anything_is_written(
    terminal: Terminal,
    card: Path,
    tmp_path: Path,
    change: tuple[str, str],
    problem: str,
    words_said: str,
) -> None:
    profile = broken_profile(tmp_path, change)
    code, no = terminal.json(*words(tmp_path / "data", card, profile=profile), pin=f"{PASSPHRASE}\n")
    assert (code, no["problem"]) == (REFUSED, problem)
    assert words_said in no["say"]
    if problem == "settings_unreadable":
        assert "city.toml" in no["say"]
        assert not re.search("[A-Za-z]{4,} [a-z]", no["say"].replace("city.toml", "")), "in Japanese"
    assert [file.name for file in tmp_path.iterdir()] == ["city.toml"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"not json", b"\xff\xfe\x00", b'{"city":', b"[" * 4000, b"x" * 10_000],
    ids=["empty", "no fields", "text", "bytes", "cut", "deep", "long"],
)
def test_a_broken_city_card_is_refused(terminal: Terminal, tmp_path: Path, content: bytes) -> None:
    card = tmp_path / "card.json"
    card.write_bytes(content)
    code, no = terminal.json(*words(tmp_path / "data", card), pin=f"{PASSPHRASE}\n")
    assert code == REFUSED
    assert no["problem"] not in ("fault", "usage")
    assert not (tmp_path / "data").exists()


def test_every_changed_character_of_a_city_card_is_refused(
    terminal: Terminal, card: Path, tmp_path: Path
) -> None:
    from kiosk.domain.errors import Refused
    from kiosk.sealing.cards import CityCard

    text = card.read_text(encoding="utf-8")
    taken = []
    for place in range(0, len(text.rstrip()), 7):
        other = "B" if text[place] == "A" else "A"
        try:
            CityCard.from_text(text[:place] + other + text[place + 1 :])
        except Refused:
            continue
        taken.append(place)
    assert taken == []


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ({"kiosk": "k 1"}, "kiosk_id"),
        ({"kiosk": ""}, "kiosk_id"),
        ({"city-key": "nowhere.json"}, "file_absent"),
        ({"profile": "nowhere.toml"}, "settings_unreadable"),
        ({"devices": "nowhere.toml"}, "settings_unreadable"),
    ],
)
def test_what_is_missing_or_misspelt(
    terminal: Terminal, card: Path, tmp_path: Path, other: dict[str, str], problem: str
) -> None:
    code, no = terminal.json(*words(tmp_path / "data", card, **other), pin=f"{PASSPHRASE}\n")
    assert (code, no["problem"]) == (REFUSED, problem)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "pin_missing"),
        ("\n", "pin_missing"),
        ("short\n", "passphrase_too_short"),
        ("aaaaaaaaaaaaaa\n", "passphrase_weak"),
    ],
)
def test_the_first_managers_passphrase(
    terminal: Terminal, card: Path, tmp_path: Path, typed: str, problem: str
) -> None:
    code, no = terminal.json(*words(tmp_path / "data", card), pin=typed)
    assert (code, no["problem"]) == (REFUSED, problem)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_where_a_file_stands_in_the_way(terminal: Terminal, card: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    code, no = terminal.json(*words(tmp_path / "file" / "data", card), pin=f"{PASSPHRASE}\n")
    assert (code, no["problem"]) == (TROUBLE, "file_unwritable")


def test_a_city_card_that_is_a_folder(terminal: Terminal, card: Path, tmp_path: Path) -> None:
    code, no = terminal.json(*words(tmp_path / "data", card.parent), pin=f"{PASSPHRASE}\n")
    assert (code, no["problem"]) == (TROUBLE, "file_unreadable")


def test_forgotten_options_are_wrong_use(terminal: Terminal, card: Path, tmp_path: Path) -> None:
    code, no = terminal.json("commission", "--data", tmp_path / "data", "--kiosk", "K1")
    assert (code, no["problem"]) == (WRONG_USE, "usage")


def test_the_program_reads_the_passphrase_from_a_pipe_and_never_shows_it(card: Path, tmp_path: Path) -> None:
    made = program(words(tmp_path / "data", card), pin=f"{PASSPHRASE}\n")
    assert made.returncode == 0
    assert PASSPHRASE not in made.stdout + made.stderr
    assert (tmp_path / "data" / "access.json").is_file()
