"""A photo for an online application on the glass: onto the stick, named as a task, and deleted again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from kiosk.domain.portrait import judge
from kiosk.domain.visit import Service
from kiosk.services.portrait import Candidate
from kiosk.services.portrait_files import PortraitFiles
from kiosk.ui.background import Background
from kiosk.ui.screens.photo_outputs import PhotoOutputs, photo_task
from kiosk.ui.texts import Texts
from tests.house import Counterday, opened_copy
from tests.ui.counter_day import is_shown, on_glass, settle, wait_until


@pytest.fixture
def day(template: Path, tmp_path: Path, dressed: QWidget) -> Iterator[Counterday]:
    with opened_copy(template, tmp_path / "kiosk") as kiosk:
        kiosk.open(with_list=False)
        yield kiosk


def test_a_photo_is_written_named_as_a_task_and_deleted(
    day: Counterday,
    texts: Texts,
    background: Background,
    touch: Callable[[QWidget, str], None],
    picture: Callable[[QWidget, str], Path],
) -> None:
    ticket = day.at_window(Service.APPLICATION).ticket
    day.portraits.accept(ticket, Candidate(b"\xff\xd8\xff" * 9000, judge({"one_face": 1.0, "roll": 0.0})))
    said: list[str] = []
    failed: list[Exception] = []
    files = PortraitFiles(day.desk, day.bay)
    outputs = PhotoOutputs(files, texts, background, said=said.append, failed=failed.append)
    outputs.refresh()
    window = on_glass(outputs)
    assert not is_shown(outputs, "photo.file_delete")
    assert photo_task(files, texts) is None

    touch(outputs, "photo.file")
    touch(outputs, f"photo.ask_ticket.{ticket}")
    # The stick is registered, not yet entered as encrypted: the manager, who holds it, is asked.
    picture(window, "photo_encrypted")
    touch(outputs, "photo.ask_encrypted.hardware")
    wait_until(lambda: len(said) == 1, 60)
    settle()
    written = day.house.stick / f"{ticket}-20251105.jpg"
    assert written.exists()
    task = photo_task(files, texts)
    assert task is not None
    assert task[1].startswith("USBメモリに写真が 1 件残っています。")

    # After the close the same task stands on the close screen, where nothing more can be written.
    after = PhotoOutputs(files, texts, background, said=said.append, failed=failed.append, deletes_only=True)
    after.refresh()
    later = on_glass(after)
    assert is_shown(after, "photo.file_delete")
    assert not is_shown(after, "photo.file")
    later.close()

    touch(outputs, "photo.file_delete")
    touch(outputs, f"photo.ask_delete.{files.open_tasks()[0].number}")
    wait_until(lambda: len(said) == 2, 60)
    settle()
    assert not written.exists()
    assert (files.open_tasks(), failed) == ((), [])
    assert [words.split()[0] for words in said] == [ticket, ticket]
