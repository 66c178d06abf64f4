"""Whoever leaves by the side knows why, what to bring, where and when to go, in their own language."""

from __future__ import annotations

import itertools
import tomllib

import pytest

from kiosk.devices.ports import Printed
from kiosk.domain.errors import Refused
from kiosk.domain.visit import Reason
from kiosk.paper import compose, fonts
from kiosk.paths import resources
from kiosk.services.exits import LANGUAGES, ExitNotes, language_names
from tests.house import Counterday


@pytest.fixture
def notes(day: Counterday) -> ExitNotes:
    return ExitNotes(day.desk)


def test_every_reason_says_something_in_every_language_and_always_where_to_go(notes: ExitNotes) -> None:
    for reason, language in itertools.product(Reason, LANGUAGES):
        told = notes.guidance(reason, language)
        assert told.say, (reason, language)
        assert told.go_to, (reason, language)
        assert len(told.bring) == len(notes.guidance(reason, "ja").bring), (reason, language)
        if reason not in (Reason.R03, Reason.R99):
            assert told.bring


def test_every_language_has_the_words_of_the_first_one() -> None:
    def keys(language: str) -> set[str]:
        file = resources() / "texts" / language / "exit.toml"
        return set(tomllib.loads(file.read_text(encoding="utf-8"))["exit"])

    assert {language: keys(language) for language in LANGUAGES} == dict.fromkeys(LANGUAGES, keys("ja"))
    assert next(name for _, name in language_names()) == "日本語"


def test_the_fonts_of_the_house_can_print_every_note(notes: ExitNotes) -> None:
    for reason, language in itertools.product(Reason, LANGUAGES):
        job = notes.compose("A012", reason, language)
        words = [*job.values["heads"].values(), job.values["reason"]]
        words += job.values["bring"] + job.values["go_to"]
        assert fonts.missing_glyphs("".join(words)) == [], (reason, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_note_fits_the_narrow_paper(notes: ExitNotes, language: str, left_behind: object) -> None:
    from pathlib import Path

    assert isinstance(left_behind, Path)
    job = notes.compose("A012", Reason.R05, language)
    png = compose.to_png(job.paper, job.values)
    (left_behind / f"exit_note_{language}.png").write_bytes(png)
    raster = compose.to_raster(job.paper, job.values, 384)
    assert raster.width_dots == 384
    assert raster.height_dots > 600


def test_the_next_session_stands_on_the_note_where_the_visitor_may_come_back(notes: ExitNotes) -> None:
    # The practice day is Wednesday, 5 November 2025; the next by rule is Sunday, the 9th.
    assert notes.guidance(Reason.R01).go_to[0] == "次の出張窓口　11月9日（日）"
    assert notes.guidance(Reason.R01, "zh-Hans").go_to[0] == "下次流动窗口　11月9日（周日）"
    assert notes.guidance(Reason.R08).go_to == ("小金井市役所 市民課 マイナンバーカード窓口",)
    assert notes.guidance(Reason.R03).go_to == ("住民登録のある市区町村の窓口",)


def test_a_note_names_nobody_and_is_in_the_journal(day: Counterday, notes: ExitNotes) -> None:
    ticket = day.at_window(reservation="R251105001").ticket
    job = notes.compose(ticket, Reason.R02, "en")
    assert "花子" not in str(job.values)
    notes.record(ticket, Reason.R02, "en", Printed.CONFIRMED)
    with day.desk.session.reading() as view:
        last = view.journal.entries()[-1]
    assert (last.act, dict(last.details)) == (
        "exit_note",
        {"answer": "confirmed", "language": "en", "reason": "R02"},
    )


def test_a_language_nobody_wrote_is_refused(notes: ExitNotes) -> None:
    with pytest.raises(Refused, match="language_unknown"):
        notes.guidance(Reason.R01, "xx")
