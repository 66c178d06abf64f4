"""kiosk photo: a verdict on any picture, and the card photo as a file."""

from __future__ import annotations

import json
import os
import re
import struct
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from kiosk.cli import line
from kiosk.cli.photo import app
from tests.vision.pictures import clip_frame, drawn_face, noise, on_a_wall


@pytest.fixture
def pictures(tmp_path: Path) -> dict[str, str]:
    shots = {"good": clip_frame(), "drawn": drawn_face(), "noise": noise(), "far": on_a_wall(scale=0.5)}
    for name, pixels in shots.items():
        assert cv2.imwrite(str(tmp_path / f"{name}.png"), pixels)
    (tmp_path / "text.jpg").write_text("not a picture", encoding="utf-8")
    return {name: str(tmp_path / f"{name}.png") for name in shots} | {"text": str(tmp_path / "text.jpg")}


def answer(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, dict[str, Any]]:
    code = line.run(app, [*argv, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_every_picture_is_judged_and_the_exit_code_is_0(
    capsys: pytest.CaptureFixture[str], pictures: dict[str, str]
) -> None:
    code, told = answer(capsys, "check", pictures["good"], pictures["drawn"], pictures["noise"])
    assert code == 0
    good, drawn, static = told["images"]
    assert [one["faces"] for one in (good, drawn, static)] == [1, 0, 0]
    assert {drawn["verdict"], static["verdict"]} == {"fail"}
    for image in told["images"]:
        for check in image["checks"]:
            assert check.keys() == {"name", "state", "value", "limit", "rule", "say"}
            assert (check["name"] in image["measures"]) == (check["state"] != "not_checked")
    states = {check["name"]: check["state"] for check in good["checks"]}
    assert [states[name] for name in ("one_face", "size", "room", "centre", "roll")] == ["pass"] * 5
    assert {"sharp", "luminance", "under_exposed"} <= static["measures"].keys()


def test_a_file_that_is_no_picture_is_one_sentence(
    capsys: pytest.CaptureFixture[str], pictures: dict[str, str]
) -> None:
    code, told = answer(capsys, "check", pictures["good"], pictures["text"])
    assert (code, told["ok"], told["problem"]) == (1, False, "photo_unreadable")
    assert "2枚目の text.jpg" in told["say"]
    for path, problem in ((Path(pictures["text"]).parent / "no.jpg", "photo_file_missing"),):
        code, told = answer(capsys, "check", str(path))
        assert (code, told["problem"]) == (1, problem)
        assert "no.jpg" in told["say"]


def test_what_would_never_end_is_not_begun(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A picture of some bytes that promises gigabytes, a pipe nobody writes into, a folder."""
    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header)
    code, told = answer(capsys, "check", str(bomb))
    assert (code, told["problem"]) == (1, "photo_endless")
    assert "bomb.png は画素が多すぎます" in told["say"]
    whole = cv2.imencode(".jpg", np.full((64, 48, 3), 200, np.uint8))[1].tobytes()
    # The head of the frame: marker, length, precision, then height and width.
    frame = next(at for at in range(len(whole)) if whole[at : at + 2] in (b"\xff\xc0", b"\xff\xc2"))
    large = tmp_path / "large.jpg"
    large.write_bytes(whole[: frame + 5] + struct.pack(">HH", 30_000, 30_000) + whole[frame + 9 :])
    code, told = answer(capsys, "check", str(large))
    assert (code, told["problem"]) == (1, "photo_endless")
    places = [tmp_path]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.jpg")
        places.append(tmp_path / "pipe.jpg")
    for place in places:
        code, told = answer(capsys, "check", str(place))
        assert (code, told["problem"]) == (1, "photo_unreadable")


def test_the_verdict_is_told_in_words_too(
    capsys: pytest.CaptureFixture[str], pictures: dict[str, str]
) -> None:
    assert line.run(app, ["check", pictures["good"]]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("good.png：")
    assert len(lines) == 1 + 25  # the picture and its twenty-five checks


def test_the_card_photo_and_the_sheet_are_written(
    capsys: pytest.CaptureFixture[str], pictures: dict[str, str], tmp_path: Path
) -> None:
    out, sheet = tmp_path / "new" / "card.jpg", tmp_path / "new" / "sheet.pdf"
    code, told = answer(capsys, "crop", pictures["good"], "--out", str(out), "--print-sheet", str(sheet))
    assert code == 0
    assert (told["width"], told["height"], told["dpi"]) == (827, 1063, 600)
    assert told["bytes"] == out.stat().st_size
    assert told["head_mm"] == pytest.approx(34, abs=2)
    assert told["top_mm"] == pytest.approx(4, abs=2)
    pdf = sheet.read_bytes()
    assert pdf.startswith(b"%PDF")
    # The photo's own bytes are inside, unchanged, in A4 (595 x 842 points).
    assert out.read_bytes()[200:400] in pdf
    assert re.search(rb"/MediaBox\s*\[0 0 595\.\d+ 841\.\d+\]", pdf)


@pytest.mark.parametrize(("name", "problem"), [("far", "photo_move_closer"), ("drawn", "photo_no_face")])
def test_what_cannot_be_cut_is_refused_and_nothing_is_written(
    capsys: pytest.CaptureFixture[str], pictures: dict[str, str], tmp_path: Path, name: str, problem: str
) -> None:
    out = tmp_path / "card.jpg"
    code, told = answer(capsys, "crop", pictures[name], "--out", str(out))
    assert (code, told["ok"], told["problem"]) == (1, False, problem)
    assert told["say"]
    assert not out.exists()


@pytest.mark.parametrize(
    ("to", "problem"),
    [
        (("--out", "good.png"), "usage"),
        (("--out", "card.webp"), "usage"),
        (("--out", "card.jpg", "--print-sheet", "sheet.jpg"), "usage"),
        (("--out", "card.jpg", "--paper", "l"), "usage"),
        (("--out", "card.jpg", "--print-sheet", "text.jpg/sheet.pdf"), "photo_not_written"),
    ],
)
def test_a_photo_is_never_written_over_its_picture_or_left_half_done(
    capsys: pytest.CaptureFixture[str],
    pictures: dict[str, str],
    tmp_path: Path,
    to: tuple[str, ...],
    problem: str,
) -> None:
    before = Path(pictures["good"]).read_bytes()
    there = sorted(tmp_path.iterdir())
    places = (str(tmp_path / word) if "." in word else word for word in to)
    code, told = answer(capsys, "crop", pictures["good"], *places)
    assert (code, told["problem"]) == (3 if problem == "photo_not_written" else 2, problem)
    assert to[-1].split("/")[-1] in told["say"], "which file it is about"
    assert Path(pictures["good"]).read_bytes() == before
    assert sorted(tmp_path.iterdir()) == there


def test_an_earlier_photo_is_not_taken_away_when_only_the_sheet_fails(
    capsys: pytest.CaptureFixture[str], pictures: dict[str, str], tmp_path: Path
) -> None:
    earlier = tmp_path / "card.jpg"
    earlier.write_bytes(b"the photo of yesterday")
    sheet = f"{pictures['text']}/sheet.pdf"
    code, told = answer(capsys, "crop", pictures["good"], "--out", str(earlier), "--print-sheet", sheet)
    assert (code, told["problem"]) == (3, "photo_not_written")
    assert earlier.exists()


def test_the_picture_itself_is_named_as_a_place_where_nothing_is_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    picture = tmp_path / "portrait.jpg"
    assert cv2.imwrite(str(picture), clip_frame())
    before = picture.read_bytes()
    (tmp_path / "other.jpg").hardlink_to(picture)
    for place in (picture, tmp_path / "other.jpg"):
        code, told = answer(capsys, "crop", str(picture), "--out", str(place))
        assert (code, told["problem"]) == (2, "usage")
        assert place.name in told["say"]
    assert picture.read_bytes() == before


def test_a_place_that_cannot_be_written_is_trouble(
    capsys: pytest.CaptureFixture[str], pictures: dict[str, str]
) -> None:
    code, told = answer(capsys, "crop", pictures["good"], "--out", f"{pictures['text']}/card.jpg")
    assert (code, told["problem"]) == (3, "photo_not_written")
