"""The city officer's verbs: check a batch, open it, answer with a signed receipt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kiosk.city.home import RECEIPTS_FOLDER, CityHome
from kiosk.city.inside import APPLICATIONS, PORTRAIT, tickets_with_photo
from kiosk.city.ledger import AcceptedGap, Ledger, Seen, in_words
from kiosk.domain.custody import NEVER_COLLECTED, Paper
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.photo_refusal import PhotoRefusal, refuse_wrong
from kiosk.domain.receipt import Decision, Receipt
from kiosk.sealing import sshsig
from kiosk.sealing.atomic import write_file
from kiosk.sealing.batchfile import OuterBatch, Progress, read_outer
from kiosk.sealing.keys import key_fingerprint, recipient_sha256
from kiosk.sealing.opening import OpenedBatch, inspect_batch, open_batch, read_batch
from kiosk.sealing.receipts import sign_receipt, signature_path, verify_receipt

COUNTABLE = tuple(paper.value for paper in Paper if paper not in NEVER_COLLECTED)
"""The papers an officer may count, in the order of the forms."""
MOST_LETTERS = 200


@dataclass(frozen=True, slots=True)
class Checked:
    """A batch whose signature, hashes, kiosk and recipient are right; `missing` numbers come before it."""

    path: Path
    outer: OuterBatch
    seen: Seen
    missing: tuple[int, ...]

    def refuse_gap(self) -> None:
        """Refused("batch_gap") when numbers before this one never came."""
        if self.missing:
            raise Refused("batch_gap", kiosk=self.seen.kiosk, missing=in_words(self.missing))


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of `check` for one file: what was found, and the refusal if there is one."""

    path: Path
    checked: Checked | None
    problem: Refused | Trouble | None


def check(
    home: CityHome, untrusted: Iterable[Path], at: datetime, progress: Progress | None = None
) -> tuple[Finding, ...]:
    """Checks batches without opening them, in their own order, and writes nothing.

    Batches given together count as one delivery: each may follow from another of them.
    """
    files = tuple(untrusted)
    outers = [_outer(path, progress) for path in files]
    order = sorted(range(len(files)), key=lambda i: _place(outers[i]))
    findings: dict[int, Finding] = {}
    ledger = home.ledger()
    for i in order:
        outer = outers[i]
        if not isinstance(outer, OuterBatch):
            findings[i] = Finding(files[i], None, outer)
            continue
        try:
            checked = _judged(home, ledger, files[i], outer, at)
        except Refused as problem:
            findings[i] = Finding(files[i], None, problem)
            continue
        ledger = ledger.with_seen(checked.seen)
        try:
            checked.refuse_gap()
            findings[i] = Finding(files[i], checked, None)
        except Refused as problem:
            findings[i] = Finding(files[i], checked, problem)
    return tuple(findings[i] for i in range(len(files)))


def examine(home: CityHome, path: Path, at: datetime, progress: Progress | None = None) -> Checked:
    """One batch, checked; the gap before it is for the caller to judge. Raises Refused or Trouble."""
    return _judged(home, home.ledger(), path, read_outer(path, progress), at)


def unpack(
    home: CityHome,
    path: Path,
    out: Path,
    at: datetime,
    *,
    accept_gap: str | None = None,
    by: str | None = None,
    progress: Progress | None = None,
) -> tuple[Checked, OpenedBatch]:
    """Checks, decrypts and unpacks a batch into the new folder `out`; the ledger remembers it.

    `progress` gets the bytes read so far, of twice the payload; what it raises ends the work.
    Raises as `check` and `kiosk.sealing.opening.open_batch`.
    """
    checked = examine(home, path, at, progress)
    ledger = _past_gap(home.ledger(), checked, accept_gap, by or "", at)
    opened = open_batch(path, checked.outer, home.identity(), out, _second(progress, checked))
    home.keep_ledger(ledger.with_seen(checked.seen))
    return checked, opened


@dataclass(frozen=True, slots=True)
class Answer:
    """A signed receipt; `inside` is why the payload could not be read, where a rejection followed from it,
    `is_again` that it was given before, `custody` what the kiosk counted.
    """

    receipt: Receipt
    content: bytes
    signature: bytes
    inside: Refused | None = None
    is_again: bool = False
    custody: Mapping[str, int] = field(default_factory=dict)


def answer(
    home: CityHome,
    path: Path,
    at: datetime,
    *,
    by: str,
    reject: str | None = None,
    accept_gap: str | None = None,
    papers: Mapping[str, int] | None = None,
    photos: Sequence[str] = (),
    progress: Progress | None = None,
) -> Answer:
    """The city's signed receipt; asked again in the same words, the same bytes.

    An accepting receipt is signed only after the inside was decrypted and counted. `papers` are the
    papers counted by the officer; of the others the manifest's number counts as received. `photos` are
    those the city cannot take, as PhotoRefusal.parse reads them.
    Raises Refused as `check`, `PhotoRefusal.parse`, `refuse_wrong`, `receipt_decided`, `receipt_given_…`,
    `receipt_paper_unknown`, `receipt_photo_none`, `batch_superseded`, `receipt_words`; Trouble.
    """
    by, reject, accept_gap = _one_line(by), _line_or_none(reject), _line_or_none(accept_gap)
    checked = examine(home, path, at, progress)
    decision = Decision.ACCEPT if reject is None else Decision.REJECT
    ledger, facts = home.ledger(), checked.outer.manifest.facts
    received = _received(facts.custody, papers or {})
    refused = tuple(sorted(PhotoRefusal.parse(words, facts.session) for words in photos))
    earlier = given_before(home, checked, decision)
    if earlier is not None:
        _refuse_other_words(earlier.receipt, by, reject, received if papers else None, refused)
        home.keep_ledger(_decided(ledger, checked, decision))
        return earlier
    if decision is Decision.ACCEPT:
        if ledger.is_superseded(checked.outer.manifest_sha256):
            raise Refused("batch_superseded", batch=checked.seen.batch)
        ledger = _past_gap(ledger, checked, accept_gap, by, at)
    refuse_wrong(refused, facts.session, (line.ticket for line in facts.tickets))
    counts, inside = _counted(home, checked, decision, refused, _second(progress, checked))
    receipt = Receipt(
        practice=home.practice,
        city=facts.city,
        kiosk=facts.kiosk,
        batch=facts.name.file,
        session=facts.session,
        seq=facts.seq,
        manifest_sha256=checked.outer.manifest_sha256,
        plaintext_sha256=checked.outer.manifest.plaintext_sha256,
        counts=counts,
        papers=received,
        decision=decision,
        reason=reject,
        accepted_gap=accept_gap if checked.missing else None,
        received_by=by,
        received_at=at.replace(microsecond=0),
        photos=refused,
    )
    content, signature = sign_receipt(receipt, home.receipt_key())
    home.keep_receipt(facts.name, checked.outer.manifest_sha256, content, signature)
    home.keep_ledger(_decided(ledger, checked, decision))
    return Answer(receipt, content, signature, inside, custody=facts.custody)


def write_answer(answer: Answer, out: Path) -> tuple[Path, Path]:
    """Writes receipt and signature to `out` and `out`.sig; Trouble("out_unwritable")."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_file(signature_path(out), answer.signature)
        write_file(out, answer.content)
    except OSError as error:
        raise Trouble("out_unwritable", number=error.errno or 0) from error
    return out, signature_path(out)


def _outer(path: Path, progress: Progress | None) -> OuterBatch | Refused | Trouble:
    try:
        return read_outer(path, progress)
    except (Refused, Trouble) as problem:
        return problem


def _place(outer: OuterBatch | Refused | Trouble) -> tuple[str, int]:
    if isinstance(outer, OuterBatch):
        return outer.manifest.facts.kiosk, outer.manifest.facts.seq
    return "", 0


def _judged(home: CityHome, ledger: Ledger, path: Path, outer: OuterBatch, at: datetime) -> Checked:
    facts = outer.manifest.facts
    if facts.practice != home.practice:
        raise Refused("batch_practice" if facts.practice else "batch_not_practice")
    known = ledger.find(outer.manifest_sha256)
    # Expiry and withdrawal count at the time of receipt: what was taken in stays checkable.
    moment = at if known is None else known.at
    signer = home.signers().judge(facts.kiosk, outer.public, sshsig.BATCH, moment)
    if signer.city not in (None, facts.city):
        raise Refused("batch_other_city", kiosk=facts.kiosk)
    # Of the key itself, not of what the folder says about it: "to us" means that we can open it.
    if recipient_sha256(home.identity().recipient) not in outer.manifest.header.recipients:
        raise Refused("batch_other_recipient")
    seen = known or Seen.of(outer.manifest, outer.manifest_sha256, key_fingerprint(outer.public), at)
    return Checked(path, outer, seen, ledger.judge(seen))


def _past_gap(ledger: Ledger, checked: Checked, reason: str | None, by: str, at: datetime) -> Ledger:
    if reason is None:
        checked.refuse_gap()
        return ledger
    seen = checked.seen
    gap = AcceptedGap(seen.kiosk, seen.key, 0, 0, reason, by, at.replace(microsecond=0))
    return ledger.with_accepted(checked.missing, gap)


def _decided(ledger: Ledger, checked: Checked, decision: Decision) -> Ledger:
    return ledger.with_seen(checked.seen).with_decision(checked.outer.manifest_sha256, decision.value)


def given_before(home: CityHome, checked: Checked, decision: Decision) -> Answer | None:
    """The receipt this office gave for exactly this batch; Refused `receipt_decided` for the other decision,
    `home_damaged`.
    """
    kept = home.kept_receipt(checked.outer.manifest.facts.name, checked.outer.manifest_sha256)
    if kept is None:
        return None
    receipt = verify_receipt(*kept, home.receipt_key().public_key())
    if receipt.manifest_sha256 != checked.outer.manifest_sha256:
        raise Refused("home_damaged", file=RECEIPTS_FOLDER)
    if receipt.decision is not decision:
        raise Refused("receipt_decided", batch=checked.seen.batch)
    return Answer(receipt, *kept, is_again=True, custody=checked.outer.manifest.facts.custody)


def _one_line(untrusted: str) -> str:
    """A name or a reason as a receipt carries it; the wide blank of Japanese keyboards is a blank."""
    words = untrusted.replace("\u3000", " ").strip()
    if not words.isprintable() or not 1 <= len(words) <= MOST_LETTERS:
        raise Refused("receipt_words")
    return words


def _line_or_none(untrusted: str | None) -> str | None:
    return None if untrusted is None else _one_line(untrusted)


def _received(custody: Mapping[str, int], counted: Mapping[str, int]) -> dict[str, int]:
    """What the officer counted, and the kiosk's number of every paper that was not counted."""
    for code in counted:
        if code not in COUNTABLE:
            raise Refused("receipt_paper_unknown", paper=code, known=" ".join(COUNTABLE))
    return {code: count for code, count in {**custody, **counted}.items() if count}


def _refuse_other_words(
    given: Receipt,
    by: str,
    reason: str | None,
    papers: Mapping[str, int] | None,
    photos: tuple[PhotoRefusal, ...],
) -> None:
    """A receipt that was given cannot change; what was left out now is not asked for."""
    for key, differs in (
        ("receipt_given_by", by != given.received_by),
        ("receipt_given_reason", reason != given.reason),
        ("receipt_given_papers", papers is not None and papers != given.papers),
        ("receipt_given_photos", bool(photos) and photos != given.photos),
    ):
        if differs:
            raise Refused(key, batch=given.batch)


def _second(progress: Progress | None, checked: Checked) -> Progress | None:
    """The second reading of the payload, counted on from the first."""
    size = checked.outer.manifest.payload.size
    return None if progress is None else lambda done: progress(size + done)


def _counted(
    home: CityHome,
    checked: Checked,
    decision: Decision,
    photos: Iterable[PhotoRefusal],
    progress: Progress | None,
) -> tuple[Mapping[str, int], Refused | None]:
    taken: set[str] = set()

    def take(name: str, content: bytes) -> None:
        picture = PORTRAIT.fullmatch(name)
        taken.update([picture[1]] if picture else tickets_with_photo(content))

    def wanted(name: str) -> bool:
        return name == APPLICATIONS or PORTRAIT.fullmatch(name) is not None

    here = [photo.ticket for photo in photos if photo.session == checked.seen.session]
    try:
        of = (checked.path, checked.outer, home.identity())
        counts = (read_batch(*of, wanted, take, progress) if here else inspect_batch(*of, progress)).counts
    except Refused as inside:
        if decision is Decision.ACCEPT:
            raise
        return {}, inside
    for ticket in here:
        if ticket not in taken:
            raise Refused("receipt_photo_none", ticket=ticket)
    return counts, None
