"""The photo station on the glass: the practice clip as camera, real eyes, one accepted card photo."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import cv2
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from kiosk.devices.camera import CameraLoop
from kiosk.devices.camera_virtual import CameraFaults, ClipCamera, FaultyCamera, practice_clip
from kiosk.devices.drive_virtual import VirtualBay
from kiosk.devices.ports import Camera
from kiosk.domain.errors import Refused
from kiosk.domain.portrait import judge
from kiosk.domain.registers import Subject
from kiosk.domain.ticket import ticket_code
from kiosk.domain.visit import Service, State, StepKind
from kiosk.services.camera_setup import CameraSetup
from kiosk.services.commission import standing
from kiosk.services.own_photo import OwnPhoto
from kiosk.services.practice import PRACTICE_DAY
from kiosk.ui.preview import Preview
from kiosk.ui.screens.photo import PhotoScreen
from kiosk.ui.screens.photo_checks import check_lines
from kiosk.ui.screens.photo_view import OVER_THE_CROWN, PhotoView
from kiosk.ui.texts import Texts
from tests.ui.counter_day import CounterDay, is_shown, on_glass, settle, shown, type_into, wait_until
from tests.vision.pictures import on_a_wall

Touch = Callable[[QWidget, str], None]
Picture = Callable[[QWidget, str], Path]
SLOWLY = 60.0
"""Loading the models takes its time on a busy machine."""


@pytest.fixture
def make_screen(day: CounterDay, tmp_path: Path) -> Iterator[Callable[[Callable[[], Camera]], PhotoScreen]]:
    made: list[PhotoScreen] = []

    def make(camera: Callable[[], Camera]) -> PhotoScreen:
        preview = Preview(lambda: CameraLoop(camera(), retry_first_s=30.0, retry_last_s=30.0))
        screen = PhotoScreen(
            portraits=day.portraits,
            files=day.photo_files,
            preview=preview,
            texts=day.texts,
            background=day.background,
            setup=CameraSetup(day.desk),
            keep_paper=lambda name, _: name,
            read_ticket=day.tickets.read,
            refused=lambda: "影 2、傾き 1",
            own=OwnPhoto(day.desk, VirtualBay(tmp_path / "stick", practice=True)),
        )
        screen.window_kept = on_glass(screen)  # type: ignore[attr-defined]
        made.append(screen)
        return screen

    yield make
    for screen in made:
        screen.hide()
    assert day.background.finish(60_000)
    settle()


def clip() -> Camera:
    return ClipCamera(practice_clip(), practice=True)


@pytest.fixture
def she_smiles(tmp_path: Path) -> Callable[[], Camera]:
    """Only the clip's first second, over and over: later she closes her lips."""
    film = cv2.VideoCapture(practice_clip())
    for number in range(30):
        assert cv2.imwrite(str(tmp_path / f"f_{number:03}.jpg"), film.read()[1])
    film.release()
    return lambda: ClipCamera(str(tmp_path / "f_%03d.jpg"), practice=True)


def words(screen: QWidget, name: str) -> str:
    return shown(screen, name, QLabel).text()


def test_from_the_list_to_an_accepted_photo_with_a_reason(
    day: CounterDay,
    make_screen: Callable[..., PhotoScreen],
    she_smiles: Callable[[], Camera],
    touch: Touch,
    picture: Picture,
) -> None:
    for reservation in ("R251109001", "R251109013"):
        day.ready(Service.APPLICATION, reservation)
    screen = make_screen(she_smiles)
    picture(screen.window(), "photo_choose")
    taken: list[str] = []
    screen.taken.connect(taken.append)
    touch(screen, "photo.choose.B001")
    wait_until(lambda: words(screen, "photo.check.one_face") == "✓ 顔はひとつ", SLOWLY)
    wait_until(lambda: "口を閉じてください" in words(screen, "photo.advice"), SLOWLY)
    touch(screen, "photo.shutter")
    wait_until(lambda: shown(screen, "photo.candidate.1", QPushButton).isEnabled(), SLOWLY)
    picture(screen.window(), "photo")

    assert not shown(screen, "photo.accept", QPushButton).isEnabled(), "she smiles with open lips"
    touch(screen, "photo.override")
    picture(screen.window(), "photo_reason")
    touch(screen, "photo.reason.checked_by_eye")

    jpeg = day.portraits.of("B001")
    assert jpeg is not None
    photo = QImage.fromData(jpeg, "JPEG")
    assert (photo.width(), photo.height()) == (827, 1063)
    assert day.counter.visit("B001").is_done(StepKind.PHOTO)
    with day.desk.session.reading() as view:
        verdict = json.loads(view.portraits.get("B001").verdict)
    assert verdict["override"] == "checked_by_eye"
    assert taken == ["B001"]
    assert is_shown(screen, "photo.choose.B002")
    assert not is_shown(screen, "photo.choose.B001")


def test_a_dropped_candidate_leaves_and_the_next_visitor_sees_none_of_it(
    day: CounterDay, make_screen: Callable[..., PhotoScreen], touch: Touch
) -> None:
    for _ in range(2):
        day.ready(Service.APPLICATION)
    screen = make_screen(clip)
    touch(screen, "photo.choose.B001")
    touch(screen, "photo.auto")
    assert shown(screen, "photo.auto", QPushButton).text() == "自動撮影 切"
    wait_until(lambda: words(screen, "photo.check.one_face").startswith("✓"), SLOWLY)
    touch(screen, "photo.shutter")
    wait_until(lambda: shown(screen, "photo.candidate.1", QPushButton).isEnabled(), SLOWLY)
    touch(screen, "photo.retake")
    assert not shown(screen, "photo.candidate.1", QPushButton).isEnabled()

    touch(screen, "photo.change")
    touch(screen, "photo.choose.B002")
    assert not shown(screen, "photo.candidate.1", QPushButton).isEnabled()
    assert day.portraits.of("B001") is None


def test_a_lost_camera_is_said_on_the_picture_and_the_shutter_waits(
    day: CounterDay, make_screen: Callable[..., PhotoScreen], touch: Touch, picture: Picture
) -> None:
    day.ready(Service.APPLICATION)
    screen = make_screen(lambda: FaultyCamera(clip(), CameraFaults(lost_after=40)))
    touch(screen, "photo.choose.B001")
    view = shown(screen, "photo.view", PhotoView)
    wait_until(lambda: view.is_lost, SLOWLY)
    picture(screen.window(), "photo_lost")

    assert not shown(screen, "photo.shutter", QPushButton).isEnabled()


def test_no_camera_at_all_is_a_sentence_with_a_remedy(
    day: CounterDay, make_screen: Callable[..., PhotoScreen]
) -> None:
    screen = make_screen(lambda: ClipCamera(practice_clip(), practice=False))
    wait_until(lambda: is_shown(screen, "notice"))

    assert "練習モード" in screen.notice.accessibleName()


def test_behind_another_screen_the_camera_is_free(
    day: CounterDay, make_screen: Callable[..., PhotoScreen]
) -> None:
    opened: list[Camera] = []

    def camera() -> Camera:
        opened.append(clip())
        return opened[-1]

    screen = make_screen(camera)
    wait_until(lambda: bool(opened))
    screen.hide()
    screen.show()
    wait_until(lambda: len(opened) == 2)

    assert len(opened) == 2, "opened anew, so it was let go before"


def test_each_line_is_the_worst_of_its_group_with_its_number(dressed: QWidget, texts: Texts) -> None:
    measures = {"one_face": 1.0, "size": 0.76, "room": 1.0, "resolution": 1100.0, "centre": 0.48,
                "pitch": 11.0, "yaw": 1.0, "roll": 2.0, "eyes_open": 0.08, "mouth_closed": 0.2,
                "background": 20.0, "shadow": 0.01, "background_light": 0.7}  # fmt: skip
    lines = dict(
        zip(
            ("one_face", "light", "size", "background", "direction", "eyes", "roll", "sharp"),
            check_lines(judge(measures), texts),
            strict=True,
        )
    )
    said = {name: (line.mark, line.words, line.number) for name, line in lines.items()}

    assert said["size"] == ("✓", "大きさ", "76%")
    assert said["direction"] == ("▲", "上下の向き", "11°(8°まで)")
    assert said["roll"] == ("✓", "傾き", "2°")
    assert said["eyes"] == ("×", "口の開き", "")
    assert said["background"] == ("✓", "背景", "")
    assert said["light"] == ("○", "明るさ", "未確認"), "what was not measured never shows as passed"
    assert said["sharp"][0] == "○"


def test_every_check_and_advice_has_words(texts: Texts) -> None:
    for check in judge({}).checks:
        assert texts.has(f"photo_screen.wrong.{check.name}")
    for advice in ("no_face", "two_faces", "closer", "back", "chin_up", "chin_down", "sharp", "glare"):
        assert texts.has(f"photo.advice.{advice}")


def test_every_advice_fits_on_one_line_so_that_nothing_moves(texts: Texts) -> None:
    """Nineteen characters of the banner's size are as wide as the banner at 1280 x 800."""
    too_long = {key: words for key, words in texts.table("photo.advice").items() if len(words) > 19}
    assert too_long == {}


def test_of_two_people_only_their_number_is_said(dressed: QWidget, texts: Texts) -> None:
    one = {"one_face": 1.0, "size": 0.5, "resolution": 579.0, "roll": 12.0, "luminance": 0.4}
    number, *rest = check_lines(judge(one | {"one_face": 2.0}), texts)
    assert (number.mark, number.words) == ("×", "顔の数")
    assert {(line.mark, line.number) for line in rest} == {("○", "未確認")}
    assert "×" in {line.mark for line in check_lines(judge(one), texts)[1:]}


def test_enough_pixels_are_shown_as_enough(dressed: QWidget, texts: Texts) -> None:
    lines = check_lines(judge({"one_face": 1.0, "size": 0.76, "resolution": 640.0, "roll": 0.0}), texts)
    assert (lines[2].mark, lines[2].words, lines[2].number) == ("✓", "大きさ", "76%")


def test_a_camera_with_few_pixels_asks_for_a_larger_head(dressed: QWidget, texts: Texts) -> None:
    view = PhotoView(texts)
    view.resize(560, 632)
    view.show_frame_height(1080)
    crown, chin = view.head_lines()
    view.show_frame_height(720)
    crown_720, chin_720 = view.head_lines()

    assert chin - crown == pytest.approx(0.54 * 632)
    # 617 source pixels of 45 mm are the least: 466 pixels of head, and a little room.
    assert (chin_720 - crown_720) / 632 * 720 > 466
    # And the oval round it begins below the number and the buttons, which end at 56.
    assert crown_720 - (chin_720 - crown_720) * OVER_THE_CROWN > 56
    assert chin_720 < 0.86 * 632, "seven millimetres are left under the chin"


def test_a_scanned_ticket_brings_its_visitor_to_the_camera_and_a_false_one_is_refused(
    day: CounterDay, make_screen: Callable[..., PhotoScreen], picture: Picture
) -> None:
    ticket = day.ready(Service.APPLICATION, "R251109001").ticket
    other = day.ready(Service.CONSULTATION).ticket
    code = day.tickets.compose(day.counter.visit(ticket)).values["qr"]
    screen = make_screen(clip)
    picture(screen.window(), "photo_scan")
    for scanned, said in (
        (f"{code[:-1]}{'0' if code[-1] != '0' else '1'}", "code_foreign"),
        (code.replace(":251109:", ":251105:"), "code_foreign"),
        (ticket_code("KOGANEI", date(2025, 11, 5), ticket, bytes(range(32))), "code_other_day"),
        (code[:20], "code_unreadable"),
        (other, "photo_other_service"),
    ):
        type_into(screen, "photo.number", scanned, enter=True)
        assert words(screen, "notice.say") == day.texts.explain(Refused(said, ticket=other))[0]
        assert shown(screen, "photo.number", QLineEdit).text() == ""
    assert day.counter.visit(ticket).state is State.WAITING
    type_into(screen, "photo.number", code, enter=True)
    assert day.counter.visit(ticket).state is State.SERVING
    assert not is_shown(screen, "photo.number")


def test_a_brought_photo_is_judged_in_the_place_of_the_live_picture(
    day: CounterDay,
    make_screen: Callable[..., PhotoScreen],
    touch: Touch,
    picture: Picture,
    tmp_path: Path,
) -> None:
    for reservation in ("R251109001", "R251109013"):
        day.ready(Service.APPLICATION, reservation)
    screen = make_screen(clip)
    assert words(screen, "photo.refused") == "市が受け取れなかった写真（これまで）：影 2、傾き 1"
    touch(screen, "photo.choose.B001")
    touch(screen, "photo.auto")
    touch(screen, "photo.own")
    picture(screen.window(), "photo_own_ask")
    touch(screen, "photo.own_choice.file")
    assert screen.notice.isVisible(), "the city has not agreed to visitors' sticks"
    picture(screen.window(), "photo_own_refused")

    (tmp_path / "stick" / "photo.jpg").write_bytes(cv2.imencode(".jpg", on_a_wall(scale=1.5))[1].tobytes())
    with day.desk.office.work() as work:
        work.approvals.save(standing("令7-練-20", Subject.VISITOR_MEDIUM, PRACTICE_DAY.year))
        work.commit()
    touch(screen, "photo.own")
    touch(screen, "photo.own_choice.file")
    touch(screen, "photo.own_choice.0")
    wait_until(lambda: shown(screen, "photo.candidate.1", QPushButton).isEnabled(), SLOWLY)
    assert words(screen, "photo.advice") == "✓ この写真は基準に合っています"
    picture(screen.window(), "photo_own_file")
    if not shown(screen, "photo.accept", QPushButton).isEnabled():
        touch(screen, "photo.override")
        picture(screen.window(), "photo_override")
        touch(screen, "photo.reason.covering_religious")
    else:
        touch(screen, "photo.accept")
    step = next(step for step in day.counter.visit("B001").steps if step.kind is StepKind.PHOTO)
    assert step.fact("origin") == "file"

    touch(screen, "photo.choose.B002")
    touch(screen, "photo.own")
    touch(screen, "photo.own_choice.print")
    assert "四隅を写して" in words(screen, "photo.advice")
    picture(screen.window(), "photo_own_print")
    wait_until(lambda: shown(screen, "photo.shutter", QPushButton).isEnabled(), SLOWLY)
    touch(screen, "photo.shutter")
    wait_until(screen.notice.isVisible, SLOWLY)
    assert not shown(screen, "photo.candidate.1", QPushButton).isEnabled(), "a face is no print"
    touch(screen, "photo.own")
    assert shown(screen, "photo.own", QPushButton).text() == "お持ちの写真"
