"""受領書 on paper says what the signed receipt says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.city.desk import answer
from kiosk.city.receipt_paper import paper_values, receipt_names, write_paper
from kiosk.domain.errors import Trouble
from kiosk.ui.texts import Texts
from tests.city.offices import AFTERNOON, Counter, Office


def names() -> dict[str, str]:
    return receipt_names(Texts.load("ja").table)


def test_the_paper_shows_counts_papers_and_the_accepted_gap(office: Office, counter: Counter) -> None:
    counter.seal()
    given = answer(
        *(office.home, counter.seal(), AFTERNOON),
        by="市民課 試験",
        accept_gap="後日届く",
        photos=["2025-10-29:B003=frame"],
    )
    values = paper_values(given.receipt, names())
    assert (values["city"], values["date"]) == ("小金井市 市民課", "令和7年11月5日 15:00")
    assert {"name": "受付", "count": 3} in values["counts"]
    assert {"code": "F01", "name": "交付通知書", "count": 1} in values["papers"]
    assert values["note"] == "欠番のまま受領した理由: 後日届く"
    assert values["accepted"] is True
    assert values["photos"] == [{"day": "令和7年10月29日", "ticket": "B003", "reason": "眼鏡のふち"}]
    # A city without a profile on this PC is named by its code.
    assert "00000" in paper_values(replace(given.receipt, city="00000"), names())["city"]


def test_a_paper_that_cannot_be_written_is_trouble(office: Office, counter: Counter, tmp_path: Path) -> None:
    given = answer(office.home, counter.seal(), AFTERNOON, by="市民課 試験")
    with pytest.raises(Trouble) as trouble:
        write_paper(given.receipt, tmp_path / "absent" / "receipt.pdf", names())
    assert trouble.value.key == "out_unwritable"
    assert write_paper(given.receipt, tmp_path / "r.pdf", names()).read_bytes().startswith(b"%PDF")
