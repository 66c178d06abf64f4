"""The tamper run: everything in tampering.py against the officer's check and receipt; nothing may pass.

KIOSK_LONG=1 in the environment turns every bit instead of one per byte, and takes a large batch.
The table is printed and left as out/test/tamper.json.
"""

from __future__ import annotations

import io
import json
import os
import random
import sys
from collections import Counter as Tally
from collections.abc import Iterable
from pathlib import Path

import pytest

from kiosk.city.desk import answer, check
from kiosk.domain.errors import Refused
from kiosk.sealing.batchfile import read_outer
from tests.city.offices import AFTERNOON, Counter, Office, an_office
from tests.faults import tampering
from tests.faults.tampering import Attack
from tests.sealing.days import FILES

IS_LONG = bool(os.environ.get("KIOSK_LONG"))
BITS, POSITIONS, SIZE = (8, 10_000, 6 << 20) if IS_LONG else (1, 2_000, 1 << 20)


class Run:
    """Tries attacks against one office and counts."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self._file = office, folder / "attack.zip"
        self.tried: Tally[str] = Tally()
        self.reasons: dict[str, Tally[str]] = {}
        self.passed: list[str] = []

    def bare(self, attacks: Iterable[Attack]) -> None:
        """Attacks that must fall before anybody asks who signed."""
        for attack in attacks:
            try:
                read_outer(io.BytesIO(attack.content))
                self._note(attack, None)
            except Refused as no:
                self._note(attack, no.key)

    def whole(self, attacks: Iterable[Attack]) -> None:
        """Attacks on the officer: the check, and for what is wrong only within, the receipt."""
        for attack in attacks:
            self._file.write_bytes(attack.content)
            office = attack.office or self.office
            problem = check(office.home, [self._file], AFTERNOON)[0].problem
            if problem is None and attack.inside:
                problem = self._answered(office)
            self._note(attack, problem.key if problem is not None else None)

    def _answered(self, office: Office) -> Refused | None:
        before = office.files()
        try:
            answer(office.home, self._file, AFTERNOON, by="市民課")
        except Refused as no:
            assert office.files() == before
            return no
        return None

    def _note(self, attack: Attack, key: str | None) -> None:
        self.tried[attack.family] += 1
        self.reasons.setdefault(attack.family, Tally())[key or "PASSED"] += 1
        if key not in attack.reasons:
            self.passed.append(f"{attack.family}: {key}, not one of {sorted(attack.reasons)}")

    def table(self) -> str:
        """A line per family, and the sum."""
        lines = [
            f"{count:7} {family:40} {', '.join(sorted(self.reasons[family]))}"
            for family, count in sorted(self.tried.items())
        ]
        refused = self.tried.total() - sum(reasons["PASSED"] for reasons in self.reasons.values())
        distinct = {reason for reasons in self.reasons.values() for reason in reasons}
        lines.append(f"tried {self.tried.total()}, refused {refused}, distinct reasons {len(distinct)}")
        return "\n".join(lines)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(an_office(tmp_path / "office"), tmp_path)


def test_nothing_that_was_changed_passes(run: Run, tmp_path: Path, left_behind: Path) -> None:
    chance = random.Random(20251105)
    k1 = Counter(tmp_path / "k1", run.office)
    run.office.trust(k1)
    small, other = k1.seal().read_bytes(), k1.seal(seq=1, prev=None, software="kiosk 0.1.1").read_bytes()
    large = Counter(tmp_path / "large", run.office, key=k1.key)
    noise = ("portraits/C001.jpg", random.Random(1).randbytes(SIZE))
    counts = {"visits": 3, "portraits": 3, "custody": 2, "applications": 1}
    big = large.seal(files=(*FILES, noise), counts=counts).read_bytes()

    run.bare(tampering.bytes_of_small_files(small, BITS))
    run.bare(tampering.payload_positions(small, POSITIONS // 2, chance))
    run.bare(tampering.payload_positions(big, POSITIONS // 2, chance))
    run.bare(tampering.cuts(big))
    run.bare(tampering.swapped(small, other))
    run.bare(tampering.containers(small))
    run.whole(tampering.fields(small, k1))
    run.whole(tampering.strangers(tmp_path / "strangers", run.office, k1))
    run.whole(tampering.sequence(tmp_path / "sequence", run.office))
    (tmp_path / "inside").mkdir()
    run.whole(tampering.inside(tmp_path / "inside", run.office, k1))

    told = {"families": {family: dict(reasons) for family, reasons in sorted(run.reasons.items())}}
    told |= {"tried": run.tried.total(), "not_as_expected": run.passed}
    (left_behind / "tamper.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    sys.stdout.write(f"{run.table()}\n")
    assert run.passed == []
    assert run.tried["payload position"] >= 2_000
    # The batch nobody touched still passes.
    (tmp_path / "attack.zip").write_bytes(small)
    assert check(run.office.home, [tmp_path / "attack.zip"], AFTERNOON)[0].problem is None
