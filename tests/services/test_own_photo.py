"""The photo a visitor brings: judged like any other, read without a trace, never half taken."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.portrait import Origin
from kiosk.domain.registers import Subject
from kiosk.domain.visit import Service, StepKind
from kiosk.services.commission import standing
from kiosk.services.day_counts import day_counts
from kiosk.services.own_photo import OwnPhoto
from kiosk.services.practice import PRACTICE_DAY
from kiosk.vision import look, measure_photo
from kiosk.vision.own_picture import read_own
from tests.house import Counterday, opened_copy
from tests.vision.pictures import clip_frame, drawn_face, on_a_wall

SITTING = cv2.imencode(".jpg", on_a_wall(scale=1.5))[1].tobytes()


@pytest.fixture(scope="module")
def day(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counterday]:
    with opened_copy(template, tmp_path_factory.mktemp("own") / "kiosk") as kiosk:
        kiosk.open(with_list=False)
        yield kiosk


@pytest.fixture
def allowed(day: Counterday) -> OwnPhoto:
    """The city lets visitors' sticks be read."""
    with day.desk.office.work() as work:
        work.approvals.save(standing("令7-練-20", Subject.VISITOR_MEDIUM, PRACTICE_DAY.year))
        work.commit()
    return OwnPhoto(day.desk, day.bay)


def on_stick(day: Counterday) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(day.house.stick)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in day.house.stick.rglob("*")
        if path.is_file()
    }


def test_a_visitors_stick_stays_closed_until_the_city_agrees(day: Counterday) -> None:
    (day.house.stick / "photo.jpg").write_bytes(SITTING)
    with pytest.raises(Refused, match="photo_own_not_allowed"):
        OwnPhoto(day.desk, day.bay).files()
    (day.house.stick / "photo.jpg").unlink()


def test_a_file_becomes_the_photo_and_the_stick_stays_as_it_was(day: Counterday, allowed: OwnPhoto) -> None:
    stick = day.house.stick
    with pytest.raises(Refused, match="photo_own_nothing"):
        allowed.files()
    (stick / "DCIM").mkdir()
    (stick / "DCIM" / "山田花子.JPG").write_bytes(SITTING)
    (stick / "letter.pdf").write_bytes(b"%PDF")
    (stick / "elsewhere.jpg").symlink_to(Path(__file__))
    before = on_stick(day)
    (file,) = allowed.files()
    assert file.name == "山田花子.JPG"
    assert "山田" not in repr(file), "what is shown to a developer names nobody"
    candidate = allowed.prepare(file).run()
    assert on_stick(day) == before
    photo = measure_photo(candidate.jpeg)
    assert (photo.width, photo.height, photo.dpi) == (827, 1063, 600)
    assert photo.head_mm == pytest.approx(34, abs=2)

    ticket = day.at_window(Service.APPLICATION).ticket
    reason = "checked_by_eye" if candidate.verdict.needs_reason else None
    visit = day.portraits.accept(ticket, candidate, override=reason)
    step = next(step for step in visit.steps if step.kind is StepKind.PHOTO)
    assert step.fact("origin") == Origin.FILE.value
    with day.desk.session.reading() as view:
        counts = day_counts(view)
        assert json.loads(view.portraits.get(ticket).verdict)["origin"] == "file"
        journal = "".join(f"{entry.details}" for entry in view.journal.entries())
    assert (counts["own_file"], counts["photos"], counts["photos_first"]) == (1, 0, 0)
    assert "山田" not in journal
    (stick / "DCIM" / "山田花子.JPG").unlink()
    with pytest.raises(Trouble, match="photo_own_gone"):
        allowed.prepare(file).run()


def turned(picture: bytes) -> bytes:
    """The same picture as a telephone held upright writes it: lying, with a note to turn it."""
    pixels = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    lying = cv2.imencode(".jpg", cv2.rotate(pixels, cv2.ROTATE_90_COUNTERCLOCKWISE))[1].tobytes()
    note = b"Exif\0\0" + b"II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, 0x0112, 3, 1, 6, 0, 0)
    return lying[:2] + b"\xff\xe1" + struct.pack(">H", len(note) + 2) + note + lying[2:]


def promised(width: int, height: int) -> bytes:
    """A PNG of some bytes that says it is this large."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"")), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def four_inks(picture: bytes) -> bytes:
    """The frame's header says four components, as a printer's JPEG does."""
    at = picture.index(b"\xff\xc0")
    return picture[: at + 9] + b"\x04" + picture[at + 10 :]


def test_what_a_telephone_noted_turns_the_picture_and_goes_no_further(
    day: Counterday, allowed: OwnPhoto
) -> None:
    noted = turned(SITTING)
    assert b"Exif" in noted
    upright = read_own(noted)
    assert upright.shape[:2] == (1080, 1920)
    assert look(upright).faces == 1
    (day.house.stick / "noted.jpg").write_bytes(noted)
    (file,) = allowed.files()
    assert b"Exif" not in allowed.prepare(file).run().jpeg
    (day.house.stick / "noted.jpg").unlink()


def test_what_is_transparent_lies_on_white_and_turns_with_its_picture(allowed: OwnPhoto) -> None:
    """Under the transparent part stands black, as programs that cut a person out leave it."""
    upright = on_a_wall(scale=1.5)
    cover = np.zeros(upright.shape[:2], np.uint8)
    cv2.ellipse(cover, (960, 600), (450, 600), 0, 0, 360, 255, -1)
    cut_out = np.dstack([np.where(cover[:, :, None] > 0, upright, 0).astype(np.uint8), cover])
    lying = cv2.rotate(cut_out, cv2.ROTATE_90_COUNTERCLOCKWISE)
    note = np.frombuffer(b"II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, 0x0112, 3, 1, 6, 0, 0), np.uint8)
    exif = [int(cv2.IMAGE_METADATA_EXIF)]
    for picture in (lying, lying.astype(np.uint16) * 257):
        _, png = cv2.imencodeWithMetadata(".png", picture, exif, [note])
        seen = read_own(png.tobytes())
        assert seen.shape == (1080, 1920, 3)
        assert (int(seen[5, 5].min()), int(seen[5, -5].min())) == (255, 255)
        assert np.abs(seen[600, 700:1200].astype(int) - upright[600, 700:1200]).max() <= 1
    assert look(seen).faces == 1


TINY = cv2.imencode(".png", np.zeros((400, 300, 3), np.uint8))[1].tobytes()


@pytest.mark.parametrize(
    ("untrusted", "key"),
    [
        (b"GIF89a" + bytes(999), "photo_own_kind"),
        (b"", "photo_own_kind"),
        (SITTING[: len(SITTING) // 2], "photo_own_broken"),
        (SITTING[:40], "photo_own_broken"),
        (turned(SITTING)[:60_000], "photo_own_broken"),
        (promised(600, 800), "photo_own_broken"),
        (promised(600, 800)[:-12], "photo_own_broken"),
        (promised(60_000, 60_000), "photo_own_pixels"),
        (TINY, "photo_own_small"),
        (four_inks(SITTING), "photo_own_inks"),
        (b"\xff\xd8\xff" + bytes(31 * 2**20), "photo_own_large"),
    ],
    ids=["gif", "empty", "cut", "head", "cut_noted", "blank", "endless", "bomb", "tiny", "inks", "huge"],
)
def test_a_file_that_is_no_photo_has_one_sentence(untrusted: bytes, key: str) -> None:
    with pytest.raises(Refused, match=f"^{key}$"):
        read_own(untrusted)


def two_people() -> bytes:
    one = on_a_wall(scale=0.9)[:, 480:1440]
    return cv2.imencode(".jpg", np.hstack([one, one]))[1].tobytes()


def test_a_wrong_number_of_faces_is_no_candidate(day: Counterday, allowed: OwnPhoto) -> None:
    for picture, key in (
        (cv2.imencode(".png", drawn_face())[1].tobytes(), "photo_no_face"),
        (two_people(), "photo_two_faces"),
        (cv2.imencode(".jpg", on_a_wall(scale=0.5))[1].tobytes(), "photo_own_far"),
    ):
        path = day.house.stick / "brought.jpg"
        path.write_bytes(picture)
        (file,) = allowed.files()
        with pytest.raises(Refused, match=key):
            allowed.prepare(file).run()
        path.unlink()


def laid_down(photo: np.ndarray, height_px: int, *, slant: float = 0.04) -> np.ndarray:  # type: ignore[type-arg]
    """A card photo with a white rim on a dark table, seen from a little aside."""
    rim = cv2.copyMakeBorder(photo, 12, 12, 12, 12, cv2.BORDER_CONSTANT, value=(250, 250, 250))
    table = np.random.default_rng(3).normal((52, 60, 70), 4, (1080, 1920, 3)).clip(0, 255).astype(np.uint8)
    high, wide = rim.shape[:2]
    width = height_px * wide / high
    left, top = (1920 - width) / 2, (1080 - height_px) / 2
    off = slant * width
    target = np.array(
        [
            (left + off, top),
            (left + width, top + off / 2),
            (left + width - off, top + height_px),
            (left, top + height_px - off),
        ],
        np.float32,
    )
    corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    cv2.warpPerspective(
        rim, matrix, (1920, 1080), dst=table, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_TRANSPARENT
    )
    return table


def test_a_print_before_the_camera_is_straightened_and_cut_to_size(
    day: Counterday, allowed: OwnPhoto
) -> None:
    original = allowed_photo(day, allowed)
    print_px = cv2.imdecode(np.frombuffer(original, np.uint8), cv2.IMREAD_COLOR)
    assert print_px is not None
    candidate = OwnPhoto.of_print(clip_frame(), laid_down(print_px, 980))
    assert candidate.origin is Origin.PAPER
    after = measure_photo(candidate.jpeg)
    assert (after.width, after.height, after.dpi) == (827, 1063, 600)
    # Well inside the drawing's two millimetres, though the print lies aslant and its rim is painted over.
    assert after.head_mm == pytest.approx(34, abs=1.4)
    assert after.top_mm == pytest.approx(4, abs=1.4)
    assert candidate.verdict.check("roll").value == pytest.approx(0, abs=3)
    with pytest.raises(Refused, match="photo_paper_closer"):
        OwnPhoto.of_print(laid_down(print_px, 420))
    with pytest.raises(Refused, match="photo_paper_edges"):
        OwnPhoto.of_print(clip_frame())


def allowed_photo(day: Counterday, own: OwnPhoto) -> bytes:
    path = day.house.stick / "print.jpg"
    path.write_bytes(SITTING)
    (file,) = own.files()
    jpeg = own.prepare(file).run().jpeg
    path.unlink()
    return jpeg
