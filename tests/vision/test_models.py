"""The models are the right files, or the program says which one is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from kiosk import vision
from kiosk.domain.errors import Trouble
from kiosk.domain.portrait import State, judge
from kiosk.vision.models import SUMS, load_model, model_folder
from tests.vision.pictures import clip_frame, drawn_face


def test_the_shipped_models_are_the_pinned_ones() -> None:
    assert vision.check_models() == ()
    lines = (model_folder() / "SHA256SUMS").read_text(encoding="ascii").split("\n")
    listed = {line.split()[1].removesuffix(".tflite"): line.split()[0] for line in lines if line}
    assert listed == SUMS


@pytest.mark.parametrize("harm", ["one bit", "cut", "gone"])
def test_a_damaged_model_is_a_permanent_trouble_that_names_the_file(tmp_path: Path, harm: str) -> None:
    folder = tmp_path / "models"
    shutil.copytree(model_folder(), folder)
    file = folder / "face_landmark.tflite"
    content = bytearray(file.read_bytes())
    if harm == "one bit":
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    elif harm == "cut":
        file.write_bytes(content[:-1])
    else:
        file.unlink()
    with pytest.raises(Trouble) as trouble:
        vision.Looker(folder)
    assert (trouble.value.key, trouble.value.permanent) == ("vision_model", True)
    assert trouble.value.facts == {"file": "face_landmark.tflite"}
    assert vision.check_models(folder) == ("face_landmark.tflite",)
    load_model("iris_landmark", folder)  # the others are still good


def test_with_a_damaged_model_faces_are_counted_and_the_rest_is_not_checked(tmp_path: Path) -> None:
    looker = vision.open_eyes(tmp_path)
    assert isinstance(looker, vision.PoorLooker)
    frame = clip_frame()
    one = looker.look(frame)
    verdict = judge(one.measures)
    assert (one.faces, verdict.state, verdict.needs_reason) == (1, State.NOT_CHECKED, True)
    assert {check.name for check in verdict.checks if check.state is not State.NOT_CHECKED} == {
        "one_face", "resolution", "size",
    }  # fmt: skip
    assert one.head is not None
    assert one.head.chin[1] - one.head.crown[1] == pytest.approx(490, rel=0.1)
    two = np.ascontiguousarray(np.hstack((frame[:, 300:980], frame[:, 980:300:-1])))
    assert looker.look(two).faces == 2
    for nobody in (drawn_face(), np.zeros((720, 1280, 3), np.uint8), np.zeros((3, 900, 3), np.uint8)):
        assert judge(looker.look(nobody).measures).state is State.FAIL
