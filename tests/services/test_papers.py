"""The papers of a day, read as the city reads them: right counts, right words, no visitor's name."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from kiosk.domain.batch import BatchFacts, JournalHead, NamedDifference
from kiosk.domain.erasure import METHOD, Erasure
from kiosk.domain.ledger import Direction, Handover, SealedBatch, VisitFigures
from kiosk.paths import resources
from kiosk.services import papers
from kiosk.services.clock import JST
from kiosk.settings.profile import Profile, read_profile

DAY = date(2025, 11, 5)
NOON = datetime(2025, 11, 5, 12, 34, tzinfo=JST)
HASH = "0123456789abcdef" * 4


@pytest.fixture(scope="module")
def profile() -> Profile:
    return read_profile((resources() / "profiles" / "koganei.toml").read_text(encoding="utf-8"), "profile")


def read(pdf: bytes, folder: Path) -> str:
    """The words on the paper, without the blanks between them."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not on this machine")
    file = folder / "paper.pdf"
    file.write_bytes(pdf)
    said = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True).stdout
    return "".join(said.decode().replace("\u200b", "").split())


HANDOVER = Handover(
    number=12,
    direction=Direction.FROM_CITY,
    item="予約一覧",
    at=NOON,
    session=DAY,
    medium="USBメモリ",
    means="手渡し",
    place="本町公民館",
    giver="市職員 1番",
    taker="山田 太一",
    file_name="yoyaku.csv",
    sha256=HASH,
    count=30,
    approval="令7-16",
)
FACTS = BatchFacts(
    practice=False,
    city="13210",
    kiosk="K1",
    lead="K1",
    seq=7,
    prev=None,
    supersedes=None,
    session=DAY,
    created_at=NOON,
    software="0.1.0",
    counts={"visits": 31, "portraits": 4, "custody": 99, "applications": 5},
    differences=(NamedDifference("no_outcome", "A012", "", "お呼びしても来られませんでした", False),),
    tickets=(),
    custody={"F01": 24, "F02": 23},
    journal=JournalHead(10, HASH),
)


def test_the_slip_to_the_city_for_its_list(profile: Profile, tmp_path: Path) -> None:
    words = read(papers.custody_receipt_pdf(HANDOVER, profile, practice=False), tmp_path)
    for said in ("預-2025-0012", "小金井市長", "市職員1番", "山田太一", "30件", "yoyaku.csv", "本町公民館"):
        assert said in words, said
    assert "令和7年11月5日（水）12時34分" in words
    assert "練習" not in words
    assert "練習" in read(papers.custody_receipt_pdf(HANDOVER, profile, practice=True), tmp_path)


def test_a_file_name_no_font_knows_becomes_boxes_and_the_slip_is_made(
    profile: Profile, tmp_path: Path
) -> None:
    strange = replace(HANDOVER, file_name="yoyaku\U0001f600.csv", giver="市職員\ue001")
    words = read(papers.custody_receipt_pdf(strange, profile, practice=False), tmp_path)
    assert "yoyaku□.csv" in words
    assert "市職員" in words


def figures(outcome: str | None, service: str, count: int) -> list[VisitFigures]:
    return [
        VisitFigures(
            session=DAY,
            kiosk="K1",
            ticket=f"{service}{n:03d}",
            service=service,
            reserved=False,
            outcome=outcome,
            reason=None,
            waited_s=None,
            served_s=None,
            photos=0,
        )
        for n in range(count)
    ]


def test_the_delivery_slip_counts_outcomes_and_papers(profile: Profile, tmp_path: Path) -> None:
    batch = SealedBatch(
        seq=7,
        name="13210-K1-000007-20251105.zip",
        session=DAY,
        sealed_at=NOON,
        size=1,
        manifest_sha256=HASH,
        plaintext_sha256=HASH,
        prev=None,
        supersedes=None,
        operator="sato",
        counts={},
    )
    counted = [*figures("accepted", "A", 23), *figures("applied_paper", "B", 5), *figures(None, "A", 3)]
    values = papers.delivery_values(batch, counted, FACTS, 20, "本町公民館", "USB-1", "佐藤 和子", profile)
    words = read(papers.make_pdf("delivery", values), tmp_path)
    for said in ("13210-K1-000007-20251105.zip", "本町公民館", "USB-1", "佐藤和子", "A012", "23", "24"):
        assert said in words, said
    assert "01234567" in words or "0123-4567" in words
    assert "お呼びしても来られませんでした" in words


def test_the_erasure_record_names_proof_and_people(profile: Profile, tmp_path: Path) -> None:
    record = Erasure(
        session=DAY.isoformat(),
        kiosk="K1",
        computer="MADOGUCHI-1",
        disk="S4X-2251",
        visits=31,
        portraits=4,
        batch="13210-K1-000007-20251105.zip",
        manifest_sha256=HASH,
        receipt_sha256=HASH[::-1],
        approval="令7-17",
        method=METHOD,
        checks=(("secret_gone", True), ("file_gone", True)),
        operator="佐藤 和子",
        witness="鈴木 花",
        at=NOON,
    )
    words = read(
        papers.erasure_pdf(record, profile, practice=False, session_no=20, venue="本町公民館"), tmp_path
    )
    for said in ("K1-2025-11-05", "MADOGUCHI-1", "S4X-2251", "令7-17", "佐藤和子", "鈴木花", "確認しました"):
        assert said in words, said


def test_the_summary_inside_the_batch_counts_what_it_holds(profile: Profile, tmp_path: Path) -> None:
    words = read(papers.summary_pdf(FACTS, profile), tmp_path)
    for said in ("000007", "31", "13210-K1-000007-20251105.zip", "A012"):
        assert said in words, said
