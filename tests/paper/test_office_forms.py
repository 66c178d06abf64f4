"""The office's forms with the worst that can stand in them: everything stays inside the page's margins."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import cv2
import pytest

from kiosk.paper import compose
from kiosk.paper.office_forms import OFFICE_FORMS

NAMES = [name for name, _, _ in OFFICE_FORMS]
NAMED_IN_THE_CONTRACT = [
    "業務履行体制表",
    "従事者報告書",
    "変更承認申請書",
    "誓約書",
    "作業場所報告書",
    "研修記録",
    "引継ぎ記録",
    "名札・身分証明書",
    "施設入退室連絡票",
    "再委託承認申請書",
    "媒体台帳",
    "媒体点検記録",
    "端末点検表",
    "個人情報管理台帳",
    "複写記録",
    "移送記録",
    "預り証",
    "納品書",
    "受領書",
    "消去・廃棄承認申請書",
    "消去・廃棄報告書",
    "苦情報告書",
    "事故報告書",
    "緊急時対応計画書",
    "緊急連絡網",
    "調査対応・改善報告書",
    "資料提出記録",
    "会議録",
    "貸与物台帳",
    "貸与物持出承認",
    "撤営チェック",
    "看板・誘導サイン",
    "チラシ納品書",
    "実績報告書",
    "業務完了報告書",
    "進捗報告書",
    "問題・遅延報告書",
    "日報",
    "チラシ",
]
DPI = 30
LONGEST = "寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末食う寝る処に住む処" * 3


def swollen(value: Any, rows: int) -> Any:
    """Every list `rows` long, in its first and last rows a hundred characters in every text but a code."""
    if isinstance(value, list):
        longest = (0, rows - 1)
        lines = [value[at % len(value)] for at in range(rows)] if value else []
        return [swollen(line, rows) if at in longest else line for at, line in enumerate(lines)]
    if isinstance(value, dict):
        return {key: part if key == "code" else swollen(part, rows) for key, part in value.items()}
    return LONGEST if isinstance(value, str) and not value.isascii() else value


def pages(pdf: bytes, folder: Path) -> list[Any]:
    """Every page as a grey picture at DPI."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not installed")
    file = folder / "form.pdf"
    file.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", str(DPI), "-gray", "-png", str(file), str(folder / "page")], check=True)
    return [cv2.imread(str(page), cv2.IMREAD_GRAYSCALE) for page in sorted(folder.glob("page*.png"))]


def test_every_form_the_contract_names_is_there() -> None:
    from kiosk.paper import catalogue

    titles = [paper.title for paper in catalogue.PAPERS]
    assert [form for form in NAMED_IN_THE_CONTRACT if not any(form in title for title in titles)] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_longest_names_on_sixty_rows_stay_inside_the_margins(name: str, tmp_path: Path) -> None:
    # Lists within lists: five of five are pages enough.
    rows = {"sign": 4, "record_extract": 5}.get(name, 60)
    values = swollen(compose.sample(name), rows) | {"practice": False}
    drawn = pages(compose.to_pdf(name, values), tmp_path)
    assert len(drawn) > 1 or name not in ("sign", "badge")
    for page in drawn:
        side, foot = round(9 / 25.4 * DPI), round(6 / 25.4 * DPI)
        assert page[:, :side].min() > 200
        assert page[:, -side:].min() > 200
        assert page[:side].min() > 200
        assert page[-foot:].min() > 200


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_form_can_be_filled_in_by_hand(name: str) -> None:
    values = {
        key: [] if isinstance(part, list) else "" if isinstance(part, str) and not part.isascii() else part
        for key, part in compose.sample(name).items()
    }
    pdf = compose.to_pdf(name, values | {"practice": False})
    assert re.findall(rb"/Type\s*/Pages.{0,80}?/Count (\d+)|/Count (\d+).{0,80}?/Type\s*/Pages", pdf, re.S)
