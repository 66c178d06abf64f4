"""Is this PC ready: one finding per part, a remedy for each, and nothing changed by looking."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.domain.errors import Refused, Trouble
from kiosk.services.readiness import examine
from kiosk.settings import SettingsUnreadable
from kiosk.ui.texts import Texts


def answering(error: Exception | None) -> Callable[[], None]:
    def question() -> None:
        if error is not None:
            raise error

    return question


@pytest.mark.parametrize(
    ("error", "state", "remedy"),
    [
        (None, "ok", ""),
        (Trouble("printer_paper_out"), "warn", "printer_paper_out"),
        (Refused("printer_url", url="lpt1"), "warn", "printer_url"),
        (OSError(5, "Input/output error"), "warn", "doctor_printer"),
        (ImportError("no such driver"), "warn", "doctor_printer"),
        (SettingsUnreadable("devices.toml", "absent"), "warn", "doctor_printer"),
    ],
)
def test_what_a_device_answers(tmp_path: Path, error: Exception | None, state: str, remedy: str) -> None:
    found = {
        finding.part: finding for finding in examine(tmp_path, {"printer": answering(error)}, practice=True)
    }
    assert (found["printer"].state, found["printer"].remedy) == (state, remedy)
    assert {finding.state for part, finding in found.items() if part != "printer"} == {"ok"}
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_our_own_is_not_called_a_missing_device(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        list(examine(tmp_path, {"camera": answering(ZeroDivisionError())}, practice=True))


def test_a_folder_that_does_not_exist_yet_is_looked_at_where_it_will_stand(tmp_path: Path) -> None:
    findings = list(examine(tmp_path / "not" / "yet", {}, practice=True))
    assert [(finding.part, finding.state) for finding in findings if finding.part == "disk"] == [
        ("disk", "ok")
    ]
    assert not (tmp_path / "not").exists()


def test_every_remedy_of_the_program_itself_has_its_sentence() -> None:
    texts = Texts.load()
    for part in ("disk", "clock", "models", "fonts", "databases", "keystore", "printer", "camera", "drive"):
        assert texts.has(f"doctor.{part}")
        said = texts.say(Trouble(f"doctor_{part}"))
        assert said != texts.say(RuntimeError()), part
