"""The officer's window without its glass: what is on the stick, what a batch shows, what an answer leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from kiosk.city.desk import COUNTABLE, Answer, Checked, answer, check, given_before, unpack, write_answer
from kiosk.city.home import RECEIPTS_FOLDER, CityHome
from kiosk.city.ledger import spoken_code
from kiosk.city.receipt_paper import write_paper
from kiosk.domain.batch import BatchFacts, BatchName
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.receipt import Decision
from kiosk.sealing.batchfile import Progress


@dataclass(frozen=True, slots=True)
class Found:
    """A file that is named like a batch, and what this office has answered to a batch of that name."""

    path: Path
    name: BatchName
    answered: Decision | None


def batches_on(home: CityHome, folders: Iterable[Path]) -> tuple[Found, ...]:
    """Files named like batches directly in the folders, the newest day first; unreadable folders are empty.

    Raises Refused("home_damaged").
    """
    decisions = {line.batch: line.decision for line in home.ledger().seen}
    found: dict[str, Found] = {}
    for folder in folders:
        try:
            files = sorted(folder.iterdir())
        except OSError:
            continue  # pulled, or not ready yet
        for file in files:
            try:
                name = BatchName.parse(file.name)
            except Refused:
                continue
            said = decisions.get(name.file)
            found[str(file)] = Found(file, name, Decision(said) if said else None)
    return tuple(sorted(found.values(), key=lambda one: (one.name.session, one.name.stem), reverse=True))


@dataclass(frozen=True, slots=True)
class Look:
    """A batch as the officer sees it: green when there is no problem, red with the one reason."""

    path: Path
    checked: Checked | None
    problem: Refused | Trouble | None
    answered: Decision | None = None

    @property
    def facts(self) -> BatchFacts:
        """What the signed manifest says; only of a batch that is checked."""
        if self.checked is None:
            raise ValueError("an unchecked batch says nothing about itself")
        return self.checked.outer.manifest.facts

    @property
    def is_gap(self) -> bool:
        """Only earlier numbers are missing: the officer may go on with a reason."""
        return self.checked is not None and bool(self.checked.missing) and self.problem is not None

    def reason_to_go_on(self, words: str) -> str | None:
        """The officer's reason, where this batch needs one."""
        return words if self.is_gap and words else None

    @property
    def code(self) -> str:
        """照合番号, to be read aloud; empty for a batch that is not checked."""
        if self.checked is None:
            return ""
        return spoken_code(self.checked.outer.manifest_sha256)


def look(home: CityHome, path: Path, at: datetime, progress: Progress | None = None) -> Look:
    """Checks one batch, writing nothing. Raises Refused("home_damaged")."""
    (finding,) = check(home, [path], at, progress)
    if finding.checked is None:
        return Look(path, None, finding.problem)
    ledger = home.ledger()
    sha256 = finding.checked.outer.manifest_sha256
    seen = ledger.find(sha256)
    said = None if seen is None or seen.decision is None else Decision(seen.decision)
    problem = finding.problem
    if problem is None and said is None and ledger.is_superseded(sha256):
        problem = Refused("batch_superseded", batch=finding.checked.seen.batch)
    return Look(path, finding.checked, problem, said)


def answered_meanwhile(home: CityHome, looked: Look) -> Look:
    """The same look with what this office has answered since. Raises Refused("home_damaged")."""
    seen = None if looked.checked is None else home.ledger().find(looked.checked.outer.manifest_sha256)
    return (
        looked if seen is None or seen.decision is None else replace(looked, answered=Decision(seen.decision))
    )


@dataclass(frozen=True, slots=True)
class Delivered:
    """The receipt and where its three files stand."""

    answer: Answer
    receipt: Path
    signature: Path
    paper: Path


def deliver(
    home: CityHome,
    looked: Look,
    at: datetime,
    names: Mapping[str, str],
    *,
    by: str,
    reject: str | None = None,
    accept_gap: str | None = None,
    papers: Mapping[str, int] | None = None,
    photos: Sequence[str] = (),
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Delivered:
    """Signs the receipt and leaves it beside the batch, or in `folder`, with its signature and its paper.

    Raises as `desk.answer` and `receipt_paper.write_paper`; asked again, the same receipt is written again.
    """
    given = answer(
        *(home, looked.path, at),
        by=by,
        reject=reject,
        accept_gap=accept_gap,
        papers=papers,
        photos=photos,
        progress=progress,
    )
    return _written(given, looked, names, folder)


def write_again(
    home: CityHome, looked: Look, names: Mapping[str, str], folder: Path | None = None
) -> Delivered:
    """The receipt given before, written once more; Refused("home_damaged") when it is gone."""
    if looked.checked is None or looked.answered is None:
        raise ValueError("nothing was answered to this batch")
    given = given_before(home, looked.checked, looked.answered)
    if given is None:
        raise Refused("home_damaged", file=RECEIPTS_FOLDER)
    return _written(given, looked, names, folder)


def _written(given: Answer, looked: Look, names: Mapping[str, str], folder: Path | None) -> Delivered:
    out = (folder or looked.path.parent) / looked.facts.name.receipt_file
    receipt, signature = write_answer(given, out)
    paper = write_paper(given.receipt, out.with_suffix(".pdf"), names)
    return Delivered(given, receipt, signature, paper)


def take_out(
    home: CityHome,
    looked: Look,
    folder: Path,
    at: datetime,
    *,
    accept_gap: str | None = None,
    by: str = "",
    progress: Progress | None = None,
) -> Path:
    """Unpacks into a new folder named like the batch; its path. Raises as `desk.unpack`."""
    out = folder / looked.facts.name.stem
    unpack(home, looked.path, out, at, accept_gap=accept_gap, by=by, progress=progress)
    return out


def other_counts(looked: Look, counted: Mapping[str, int]) -> tuple[str, ...]:
    """The papers of which the officer counted another number than the kiosk wrote."""
    custody = looked.facts.custody
    return tuple(code for code in COUNTABLE if counted.get(code, 0) != custody.get(code, 0))
