"""Every printed thing renders, with its sample and with the worst a counter day can bring."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp

from kiosk.cli import line
from kiosk.cli.paper import paper as paper_command
from kiosk.domain.errors import Refused
from kiosk.paper import catalogue, compose, fonts

NAMES = [paper.name for paper in catalogue.PAPERS]
A4 = [paper.name for paper in catalogue.PAPERS if paper.kind == "a4"]
# Controls, formats, surrogates, private use and marks that only change the letter before them.
SHAPELESS = ("Cc", "Cf", "Cs", "Co", "Mn")
ARCHIVE = (b"pdfaid:part>2<", b"pdfaid:conformance>U<", b"/GTS_PDFA1", b"/OutputIntents")
FORBIDDEN = (rb"/Encrypt", rb"/JavaScript", rb"/JS", rb"/Launch", rb"/EmbeddedFile", rb"/RichMedia")
LONG_NAME = "寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末食う寝る処に住む処" * 3


def pdf_words(pdf: bytes, tmp_path: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    file = tmp_path / "paper.pdf"
    file.write_bytes(pdf)
    return subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True, text=True
    ).stdout


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf)) or int(re.findall(rb"/Count (\d+)", pdf)[0])


@pytest.mark.parametrize("name", NAMES)
def test_each_paper_renders_with_its_sample(name: str) -> None:
    pdf = compose.to_pdf(name, compose.sample(name), compose.sample_files(name))
    assert pdf.startswith(b"%PDF-1.7")
    # Four printing inks are no part of an archive's PDF.
    is_kept = catalogue.find(name).kind != "press"
    assert [mark in pdf for mark in ARCHIVE] == [is_kept] * len(ARCHIVE)
    assert [mark for mark in FORBIDDEN if re.search(mark + rb"\b", pdf)] == []
    # Objects stand in the open, so that what is looked for here would be seen.
    assert b"/ObjStm" not in pdf
    fonts_told = re.findall(rb"/Type\s*/FontDescriptor(.*?)endobj", pdf, re.S)
    assert fonts_told
    assert all(b"/FontFile3" in font for font in fonts_told)


@pytest.mark.parametrize("name", NAMES)
def test_its_fonts_are_inside(name: str, tmp_path: Path) -> None:
    if shutil.which("pdffonts") is None:
        pytest.skip("pdffonts is not installed")
    file = tmp_path / "paper.pdf"
    file.write_bytes(compose.to_pdf(name, compose.sample(name), compose.sample_files(name)))
    listed = subprocess.run(["pdffonts", str(file)], capture_output=True, check=True, text=True).stdout
    rows = listed.splitlines()[2:]
    assert rows
    assert all("NotoSansCJKjp" in row and " yes yes yes " in row for row in rows)


@pytest.mark.parametrize("name", NAMES)
def test_practice_is_written_on_every_paper(name: str) -> None:
    values = compose.sample(name)
    files = compose.sample_files(name)
    real = compose.to_png(name, values | {"practice": False}, files)
    assert compose.to_png(name, values | {"practice": True}, files) != real


def worst(name: str) -> dict[str, Any]:
    """Sixty rows in every list, a hundred characters in the lines of its first and last.

    A list within a list keeps its length.
    """

    def swollen(value: Any, rows: int | None = None) -> Any:
        if isinstance(value, list):
            lines = [value[at % len(value)] for at in range(rows or len(value))] if value else []
            return [swollen(line) if at in (0, len(lines) - 1) else line for at, line in enumerate(lines)]
        if isinstance(value, dict):
            return {key: swollen(part) for key, part in value.items()}
        return LONG_NAME if isinstance(value, str) and not value.isascii() else value

    return {key: swollen(value, 60) for key, value in compose.sample(name).items()}


@pytest.mark.parametrize("name", A4)
def test_sixty_rows_of_long_names_flow_onto_further_pages(name: str, tmp_path: Path) -> None:
    values = worst(name)
    words = pdf_words(compose.to_pdf(name, values, compose.sample_files(name)), tmp_path)
    longest = [part for part in values.values() if isinstance(part, list) and len(part) == 60]
    assert "\f" in words.strip("\f") or not longest


@pytest.mark.parametrize("name", NAMES)
def test_empty_lists_are_said_not_left_blank(name: str) -> None:
    values = {key: [] if isinstance(part, list) else part for key, part in compose.sample(name).items()}
    assert compose.to_pdf(name, values, compose.sample_files(name)).startswith(b"%PDF")


def test_the_delivery_slip_carries_the_code_in_groups_and_every_paper(tmp_path: Path) -> None:
    words = pdf_words(compose.to_pdf("delivery", compose.sample("delivery")), tmp_path)
    assert "9f3c 22ab" in words
    assert "受領欄" in words
    assert "13210-K1-000023-20251105.zip" in words.replace("\u200b", "")
    for row in compose.sample("delivery")["papers"]:
        assert re.search(rf"{row['code']}\s+\S+.*{row['count']} ?通", words)


def test_the_erasure_record_names_what_article_17_asks_for(tmp_path: Path) -> None:
    values = compose.sample("erasure_record")
    words = pdf_words(compose.to_pdf("erasure_record", values), tmp_path).replace(" ", "")
    for key in ("approval", "erased_at", "operator", "method", "disk_serial", "not_covered"):
        assert values[key].replace(" ", "") in words
    assert values["copies"][0] in words


def test_the_key_card_can_be_read_by_a_camera_and_aloud(tmp_path: Path) -> None:
    values = compose.sample("key_card")
    page = cv2.imdecode(
        np.frombuffer(compose.to_png("key_card", values, ppi=150), np.uint8), cv2.IMREAD_GRAYSCALE
    )
    assert [code.text for code in zxingcpp.read_barcodes(page)] == [values["qr"]]
    words = pdf_words(compose.to_pdf("key_card", values), tmp_path)
    code = values["keys"][0]["fingerprint"].removeprefix("SHA256:")
    assert " ".join(code[at : at + 4] for at in range(0, len(code), 4)) in words


def test_a_long_file_name_stays_on_the_page() -> None:
    values = compose.sample("custody_receipt")
    values["files"] = [{"name": "x" * 200 + ".csv", "sha256": "ab" * 32}]
    page = cv2.imdecode(
        np.frombuffer(compose.to_png("custody_receipt", values | {"practice": False}), np.uint8), 0
    )
    margin = round(20 / 210 * page.shape[1])
    assert page[:, :margin].min() == 255
    assert page[:, -margin:].min() == 255


def test_what_the_fonts_are_said_to_know_they_know() -> None:
    from fontTools.ttLib import TTFont

    for file in fonts.files():
        with TTFont(str(file), lazy=True) as font:
            known = font.getBestCmap()
            sure = [
                chr(code) for code in range(0x20, 0xFFA0) if unicodedata.category(chr(code)) not in SHAPELESS
            ]
            assert [c for c in sure if fonts._is_sure(c) and ord(c) not in known] == []


@pytest.mark.parametrize(
    "name", ["髙橋﨑濵邊邉齋", "渡\U000e0100辺", "𠮷野", "吉\ue123", "Ｎｇuyễn", "김철수", "﨑"]
)
def test_rare_names_can_be_printed(name: str) -> None:
    assert fonts.missing_glyphs(name) == []


def test_unprintable_characters_are_named_once() -> None:
    assert fonts.missing_glyphs("あ\U00013000い\U00013000ก") == ["\U00013000", "ก"]


def test_an_unknown_paper_is_refused() -> None:
    with pytest.raises(Refused) as told:
        compose.to_pdf("ransom_note", {})
    assert told.value.key == "paper_unknown"


def test_nothing_but_our_own_templates_stands_in_the_folder() -> None:
    from kiosk import paths

    shared = {"sheet", "thermal", "charts", "flyer_panels"}
    assert {file.stem for file in (paths.resources() / "paper").glob("*.typ")} == set(NAMES) | shared


class TestCommand:
    """kiosk paper."""

    @pytest.fixture
    def run(self) -> Any:
        import typer

        app = typer.Typer()
        app.command("paper")(paper_command)
        app.command("other")(lambda: None)
        return lambda *words: line.run(app, ["paper", *words])

    def test_the_list_has_one_line_each(self, run: Any, capsys: pytest.CaptureFixture[str]) -> None:
        assert run("--list") == 0
        lines = capsys.readouterr().out.splitlines()
        assert [line.split("\t") for line in lines] == [[one.name, one.title] for one in catalogue.PAPERS]

    def test_a_paper_is_written_with_its_sample(self, run: Any, tmp_path: Path) -> None:
        assert run("delivery", "--out", str(tmp_path / "slip.pdf")) == 0
        assert (tmp_path / "slip.pdf").read_bytes().startswith(b"%PDF")

    def test_given_values_are_printed(
        self, run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        values = tmp_path / "values.json"
        values.write_text(json.dumps(compose.sample("ticket") | {"number": "B777"}), encoding="utf-8")
        assert run("ticket", "--out", str(tmp_path / "t.png"), "--values", str(values), "--json") == 0
        assert json.loads(capsys.readouterr().out)["title"] == "番号札"
        assert (tmp_path / "t.png").read_bytes().startswith(b"\x89PNG")

    @pytest.mark.parametrize(
        ("words", "problem"),
        [
            (["nothing", "--out", "x.pdf"], "paper_unknown"),
            (["ticket", "--out", "x.pdf", "--values", "{}"], "paper_values"),
            (["ticket", "--out", "x.pdf", "--values", "{broken"], "paper_json"),
            (["ticket", "--out", "x.pdf", "--values", "no-such-file.json"], "file_absent"),
            (["ticket", "--out", "x.pdf", "--values", "[]"], "paper_json"),
        ],
    )
    def test_what_cannot_be_printed_is_refused_in_a_sentence(
        self, run: Any, capsys: pytest.CaptureFixture[str], words: list[str], problem: str
    ) -> None:
        assert run(*words, "--json") == 1
        answer = json.loads(capsys.readouterr().out)
        assert (answer["ok"], answer["problem"]) == (False, problem)
        assert not Path("x.pdf").exists()

    def test_values_of_a_wrong_shape_are_refused(
        self, run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        values = json.dumps(compose.sample("delivery") | {"papers": "many"})
        assert run("delivery", "--out", str(tmp_path / "x.pdf"), "--values", values, "--json") == 1
        assert json.loads(capsys.readouterr().out)["problem"] == "paper_values"

    def test_a_folder_that_is_not_there_is_trouble(self, run: Any, tmp_path: Path) -> None:
        assert run("ticket", "--out", str(tmp_path / "none" / "t.pdf")) == 3

    def test_without_a_name_the_use_is_wrong(self, run: Any) -> None:
        assert run() == 2
