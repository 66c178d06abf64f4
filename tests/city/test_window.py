"""The officer's window as an officer uses it: the stick in, green or red, unpacked, answered."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.city.home import CityHome
from kiosk.city.window.hands import Hands
from kiosk.city.window.office import OfficerWindow
from kiosk.city.window.pages import Left, Working
from kiosk.city.window.run import mounted_media, run_officer
from kiosk.domain.receipt import Decision, permits_erasure
from kiosk.sealing.receipts import read_receipt
from kiosk.ui.texts import Texts
from tests.city.offices import AFTERNOON, Counter, Office
from tests.sealing.days import broken_inside
from tests.ui.conftest import Picture, Touch

SIZES = ((1280, 800), (960, 600))


@dataclass
class Officer:
    """Somebody at the window; the dialogs answer with what was laid out for them."""

    window: OfficerWindow
    touch: Touch
    bot: QtBot
    stick: Path
    files: list[Path | None] = field(default_factory=list)
    folders: list[Path | None] = field(default_factory=list)
    printed: list[Path] = field(default_factory=list)

    def press(self, name: str) -> None:
        self.touch(self.window, name)
        self.wait()

    def wait(self) -> None:
        self.bot.waitUntil(lambda: not self.window.background.is_busy, timeout=20_000)
        QApplication.processEvents()

    def check(self, stem: str) -> None:
        self.bot.waitUntil(lambda: self.window.findChild(QPushButton, f"check.{stem}") is not None)
        self.press(f"check.{stem}")

    def type(self, name: str, words: str) -> None:
        edits = [edit for edit in self.window.findChildren(QLineEdit, name) if edit.isVisible()]
        edits[0].setText(words)

    @property
    def page(self) -> str:
        pages = self.window.findChildren(QWidget, "head", Qt.FindChildOption.FindChildrenRecursively)
        return next(head.parentWidget().objectName() for head in pages if head.isVisible())

    @property
    def said(self) -> str:
        words = (label.text() for label in self.window.findChildren(QLabel) if label.isVisible())
        return "\n".join(words).replace("\u200b", "")


@pytest.fixture
def officer(
    office: Office,
    dressed: QApplication,
    texts: Texts,
    touch: Touch,
    qtbot: QtBot,
    tmp_path: Path,
) -> Iterator[Officer]:
    stick = tmp_path / "stick"
    stick.mkdir()
    here: Officer
    hands = Hands(
        file=lambda kind: here.files.pop(0),
        folder=lambda: here.folders.pop(0),
        show_paper=lambda paper: here.printed.append(paper),
        media=lambda: [stick, tmp_path / "pulled"],
    )
    window = OfficerWindow(office.home.folder, texts, hands, at=lambda: AFTERNOON)
    qtbot.addWidget(window)
    here = Officer(window, touch, qtbot, stick)
    window.resize(*SIZES[0])
    window.show()
    yield here
    window.close()


def on_stick(officer: Officer, batch: Path) -> str:
    """Copies a batch under its proper name; the name without .zip."""
    name = batch.name.partition("-")[2]
    shutil.copy(batch, officer.stick / name)
    return name.removesuffix(".zip")


def test_a_right_batch_is_green_counted_unpacked_and_answered(
    officer: Officer,
    office: Office,
    counter: Counter,
    tmp_path: Path,
    picture: Picture,
) -> None:
    stem = on_stick(officer, counter.seal())
    officer.check(stem)
    assert officer.page == "green"
    assert "正しい納品データです　K1　令和7年11月5日 開催　000001 番" in officer.said
    assert "交付通知書　1 通" in officer.said
    code = counter.sealed[0].manifest_sha256
    assert f"{code[:4]} {code[4:8]}" in officer.said
    assert "1 件ありました" in officer.said
    for size in SIZES:
        officer.window.resize(*size)
        picture(officer.window, f"officer-green-{size[0]}")

    officer.folders.append(tmp_path / "desk")
    officer.press("unpack")
    assert (tmp_path / "desk" / stem / "visits.csv").is_file()
    assert "個人情報が入っています" in officer.said

    officer.press("receipt")
    officer.press("sign")
    assert "氏名を入れてください" in officer.said
    officer.type("by", "市民課 試験")
    officer.type("count.F01", "")
    officer.press("sign")
    assert "0から999999まで" in officer.said
    officer.type("count.F01", "2")
    picture(officer.window, "officer-receipt-960")
    officer.press("sign")
    assert "交付通知書 の数が窓口の記録と違います" in officer.said
    officer.press("differ.no")
    officer.press("sign")
    officer.press("differ.yes")
    assert officer.page == "done"
    receipt = read_receipt(officer.stick / f"{stem}.receipt.json", office.card.receipt_public)
    assert permits_erasure(receipt, counter.sealed[0].manifest)
    assert (receipt.received_by, receipt.papers) == ("市民課 試験", {"F01": 2, "F02": 1})
    officer.press("print")
    assert officer.printed == [officer.stick / f"{stem}.receipt.pdf"]
    assert officer.printed[0].read_bytes().startswith(b"%PDF-")

    officer.press("other")
    officer.check(stem)
    assert "受領書を発行済みです" in officer.said
    first = (officer.stick / f"{stem}.receipt.json").read_bytes()
    (officer.stick / f"{stem}.receipt.json").unlink()
    officer.press("again")
    assert (officer.stick / f"{stem}.receipt.json").read_bytes() == first


def test_photos_that_cannot_be_taken_are_named_by_ticket_and_reason(
    officer: Officer, office: Office, counter: Counter, picture: Picture
) -> None:
    stem = on_stick(officer, counter.seal())
    officer.check(stem)
    officer.press("receipt")
    officer.type("by", "市民課 試験")
    officer.press("photo.add")
    assert "番号札が読めません" in officer.said
    without, ticket, _ = (line.ticket for line in counter.sealed[0].manifest.facts.tickets)
    officer.type("photo.ticket", ticket.lower())
    officer.press("photo.add")
    picture(officer.window, "officer-photo-why")
    officer.press("why.shadow")
    assert f"{ticket} 影" in officer.said
    officer.window.resize(*SIZES[0])
    picture(officer.window, "officer-photos")
    officer.type("photo.ticket", "2025-10-29 B003")
    officer.press("photo.add")
    officer.press("why.chair")
    officer.press("photo.drop")
    officer.type("photo.ticket", without)
    officer.press("photo.add")
    officer.press("why.chair")
    officer.type("count.F02", "7")
    officer.press("sign")
    officer.press("differ.yes")
    # Somebody without a photo: what was typed stays to be put right.
    assert f"{without} の方の写真は、この納品データにありません" in officer.said
    assert officer.page == "receipt"
    officer.press("photo.drop")
    officer.press("sign")
    officer.press("differ.yes")
    receipt = read_receipt(officer.stick / f"{stem}.receipt.json", office.card.receipt_public)
    assert [(photo.ticket, photo.rule) for photo in receipt.photos] == [(ticket, "shadow")]
    assert (receipt.received_by, receipt.papers["F02"]) == ("市民課 試験", 7)


def test_a_changed_batch_is_red_with_its_one_reason(
    officer: Officer,
    counter: Counter,
    texts: Texts,
    picture: Picture,
) -> None:
    stem = on_stick(officer, counter.seal())
    batch = officer.stick / f"{stem}.zip"
    content = bytearray(batch.read_bytes())
    content[9000] ^= 1
    batch.write_bytes(content)
    officer.check(stem)
    assert officer.page == "red"
    assert texts.get("refused.payload_tampered.say") in officer.said
    picture(officer.window, "officer-red")
    buttons = [
        button.objectName() for button in officer.window.findChildren(QPushButton) if button.isVisible()
    ]
    assert buttons == ["other"]
    assert [file.name for file in officer.stick.iterdir()] == [batch.name]
    officer.press("other")
    assert officer.page == "start"


def test_a_rejection_carries_its_reason(officer: Officer, office: Office, counter: Counter) -> None:
    stem = on_stick(officer, counter.seal())
    officer.check(stem)
    officer.press("reject")
    officer.type("by", "市民課")
    officer.press("sign")
    assert "理由を入れてください" in officer.said
    officer.press("reason.phrases.0")
    officer.press("sign")
    receipt = read_receipt(officer.stick / f"{stem}.receipt.json", office.card.receipt_public)
    assert (receipt.decision, receipt.reason) == (Decision.REJECT, "書類の数が合いません")
    officer.press("other")
    officer.check(stem)
    assert "受け取らないと回答済みです" in officer.said


def test_what_is_wrong_only_inside_turns_the_page_red(
    officer: Officer, office: Office, counter: Counter, texts: Texts, tmp_path: Path
) -> None:
    stem = on_stick(officer, counter.seal())
    batch = officer.stick / f"{stem}.zip"
    batch.write_bytes(broken_inside(batch.read_bytes(), counter.key))
    officer.check(stem)
    assert officer.page == "green"
    officer.folders.append(tmp_path / "desk")
    officer.press("unpack")
    assert texts.get("refused.payload_undecipherable.say") in officer.said
    assert not (tmp_path / "desk" / stem).exists()
    officer.press("receipt")
    officer.type("by", "市民課")
    officer.press("sign")
    assert officer.page == "red"
    assert texts.get("refused.payload_undecipherable.say") in officer.said
    officer.press("reject")
    officer.press("reason.phrases.1")
    officer.press("sign")
    assert officer.page == "done"
    receipt = read_receipt(officer.stick / f"{stem}.receipt.json", office.card.receipt_public)
    assert (receipt.decision, receipt.counts) == (Decision.REJECT, {})


def test_a_gap_is_red_until_a_reason_is_given(officer: Officer, office: Office, counter: Counter) -> None:
    counter.seal()
    stem = on_stick(officer, counter.seal())
    officer.check(stem)
    assert officer.page == "red"
    assert "K1 の 1 番の納品データが届いていません" in officer.said
    assert "「理由を記録して進む…」を押してください" in officer.said
    assert "--" not in officer.said
    officer.press("go_on")
    officer.press("go_on")
    assert "理由を入れてください" in officer.said
    officer.press("reason.phrases.0")
    officer.press("go_on")
    assert officer.page == "green"
    officer.press("receipt")
    officer.type("by", "市民課")
    officer.press("sign")
    receipt = read_receipt(officer.stick / f"{stem}.receipt.json", office.card.receipt_public)
    assert receipt.accepted_gap == "後日届くと連絡がありました"


def test_a_stick_that_takes_nothing_and_a_dialog_left_again(
    officer: Officer, counter: Counter, tmp_path: Path
) -> None:
    stem = on_stick(officer, counter.seal())
    (officer.stick / f"{stem}.receipt.json.sig").mkdir()
    officer.check(stem)
    officer.folders.append(None)
    officer.press("unpack")
    assert officer.page == "green"
    officer.press("receipt")
    officer.type("by", "市民課")
    officer.folders.append(None)
    officer.press("sign")
    # The receipt is given all the same; only its place is still open.
    assert officer.page == "green"
    assert "受領書を発行済みです" in officer.said
    assert "別の場所に書き出してください" in officer.said
    officer.folders.append(tmp_path / "elsewhere")
    officer.press("again")
    assert officer.page == "done"
    assert (tmp_path / "elsewhere" / f"{stem}.receipt.json").is_file()


def test_a_file_may_be_chosen_or_dropped_and_a_kiosk_registered(
    officer: Officer, office: Office, tmp_path: Path
) -> None:
    k2 = Counter(tmp_path / "k2", office, kiosk="K2")
    batch = k2.seal()
    officer.files.append(batch)
    officer.press("choose")
    assert "K2 は登録されていない端末です" in officer.said
    officer.press("other")
    card = tmp_path / "k2.json"
    card.write_text(k2.card_text(), encoding="utf-8")
    officer.files += [tmp_path / "absent.json", card, card]
    officer.press("register")
    assert "absent.json を読めませんでした" in officer.said
    officer.press("register")
    officer.press("card.no")
    assert not office.home.signers().of("K2")
    officer.press("register")
    assert "読み合わせ" in officer.said
    officer.press("card.yes")
    assert office.home.signers().of("K2")

    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(batch))])
    copy, button, key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPointF(5, 5).toPoint(), copy, mime, button, key)
    officer.window.dragEnterEvent(entering)
    assert entering.isAccepted()
    officer.window.dropEvent(QDropEvent(QPointF(5, 5), copy, mime, button, key))
    officer.wait()
    assert officer.page == "green"


def test_an_office_without_a_folder_makes_or_chooses_one(
    officer: Officer,
    office: Office,
    dressed: QApplication,
    texts: Texts,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    new = tmp_path / "new"
    answers = [tmp_path, office.home.folder, new, office.home.folder]
    hands = Hands(lambda kind: None, lambda: answers.pop(0), officer.printed.append, list)
    window = OfficerWindow(tmp_path / "none", texts, hands, at=lambda: AFTERNOON)
    qtbot.addWidget(window)
    window.show()
    first = Officer(window, officer.touch, qtbot, tmp_path)
    assert (first.page, window.is_ready) == ("no_home", False)
    first.press("use_home")
    assert first.page == "no_home"
    assert f"{tmp_path} は、市のフォルダーではありません" in first.said
    first.press("new_home")
    # Keys that stand there are never written over.
    assert "すでに市の鍵があります" in first.said
    first.press("new_home")
    assert first.page == "start"
    fingerprint = (new / "city-card.json").is_file() and CityHome.open(new).recipient
    assert fingerprint
    assert "読み合わせてください" in first.said
    window.close()


def test_a_job_says_how_far_it_is_and_can_be_left(officer: Officer, counter: Counter) -> None:
    page = Working("開いています", "", 4 << 30, officer.window.background)
    officer.bot.addWidget(page)
    page.tell(2 << 30)
    bar = page.findChild(QProgressBar, "progress")
    officer.bot.waitUntil(lambda: bar.value() == bar.maximum() // 2)
    page.leave()
    with pytest.raises(Left):
        page.tell(3 << 30)
    # From the page of a check back to the start, whatever the job still says.
    officer.window.look_at(counter.seal())
    leave = officer.window.findChild(QPushButton, "leave")
    leave.click()
    officer.wait()
    assert officer.page == "start"


def test_what_is_plugged_in_is_looked_for_by_the_system() -> None:
    assert all(isinstance(root, Path) for root in mounted_media())


def test_ctrl_c_ends_the_window_of_the_office(office: Office, dressed: QApplication, texts: Texts) -> None:
    before = [widget for widget in dressed.topLevelWidgets() if widget.isVisible()]
    QTimer.singleShot(0, lambda: signal.raise_signal(signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        run_officer(office.home.folder, texts, None)
    assert [widget for widget in dressed.topLevelWidgets() if widget.isVisible()] == before
