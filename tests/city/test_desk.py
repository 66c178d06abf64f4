"""The officer's day: what is taken in, what is refused and why, what the receipt says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kiosk.city.desk import answer, check, unpack, write_answer
from kiosk.city.home import CityHome
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.receipt import permits_erasure
from kiosk.sealing import sshsig
from kiosk.sealing.cards import KioskCard
from kiosk.sealing.keys import AgeIdentity, new_signing_key, public_line
from kiosk.sealing.receipts import read_receipt
from tests.city.offices import AFTERNOON, NEXT_DAY, Counter, Office, an_office
from tests.sealing.days import FILES, broken_inside, pieces, resigned, run


def problem(office: Office, *paths: Path) -> list[str | None]:
    return [
        finding.problem.key if finding.problem else None for finding in check(office.home, paths, AFTERNOON)
    ]


def test_a_day_is_checked_opened_and_receipted(office: Office, counter: Counter, tmp_path: Path) -> None:
    batch = counter.seal()
    assert problem(office, batch) == [None]
    checked, opened = unpack(office.home, batch, tmp_path / "opened", AFTERNOON)
    assert checked.seen.batch == "13210-K1-000001-20251105.zip"
    assert opened.counts["visits"] == 3
    assert (tmp_path / "opened" / "visits.csv").read_bytes() == dict(FILES)["visits.csv"]

    given = answer(office.home, batch, AFTERNOON, by="市民課 試験")
    out, signature = write_answer(given, tmp_path / "stick" / "receipt.json")
    assert signature.name == "receipt.json.sig"
    receipt = read_receipt(out, office.card.receipt_public)
    assert permits_erasure(receipt, counter.sealed[0].manifest)
    assert receipt.received_by == "市民課 試験"
    assert receipt.counts == {"visits": 3, "portraits": 2, "custody": 2, "applications": 1}
    assert receipt.papers == {"F01": 1, "F02": 1}


def test_a_check_writes_nothing_and_says_the_same_again(office: Office, counter: Counter) -> None:
    good, gap = counter.seal(), counter.seal(seq=3, prev="1" * 64)
    before = office.files()
    first = problem(office, good, gap)
    assert first == [None, "batch_gap"]
    assert problem(office, good, gap) == first
    assert office.files() == before
    answer(office.home, good, AFTERNOON, by="市民課")
    assert problem(office, good) == [None]


def test_the_same_receipt_is_given_twice(office: Office, counter: Counter, tmp_path: Path) -> None:
    batch = counter.seal()
    first = answer(office.home, batch, AFTERNOON, by="市民課 一人目")
    kept = office.files()
    again = answer(office.home, batch, NEXT_DAY, by="市民課　一人目")
    assert (again.content, again.signature) == (first.content, first.signature)
    assert (first.is_again, again.is_again) == (False, True)
    # What was given cannot change, and is not silently given again to who says something else.
    for words, key in (
        ({"by": "市民課 二人目"}, "receipt_given_by"),
        ({"papers": {"F01": 9}}, "receipt_given_papers"),
        ({"photos": ("B001=shadow",)}, "receipt_given_photos"),
    ):
        with pytest.raises(Refused, match=key):
            answer(office.home, batch, NEXT_DAY, **{"by": "市民課 一人目", **words})  # type: ignore[arg-type]
    assert office.files() == kept
    with pytest.raises(Refused, match="receipt_decided"):
        answer(office.home, batch, NEXT_DAY, by="市民課", reject="数が違う")
    other = counter.seal()
    answer(office.home, other, NEXT_DAY, by="市民課", reject="数が違う")
    with pytest.raises(Refused, match="receipt_given_reason"):
        answer(office.home, other, NEXT_DAY, by="市民課", reject="開けない")


def test_papers_that_nobody_counted_are_those_of_the_kiosk(office: Office, counter: Counter) -> None:
    batch = counter.seal()
    with pytest.raises(Refused, match="receipt_paper_unknown") as no:
        answer(office.home, batch, AFTERNOON, by="市民課", papers={"F99": 3})
    assert no.value.facts["paper"] == "F99"
    assert not (office.home.folder / "receipts").exists()
    given = answer(office.home, batch, AFTERNOON, by="市民課", papers={"F01": 0, "F05": 2})
    assert given.receipt.papers == {"F02": 1, "F05": 2}
    assert given.custody == {"F01": 1, "F02": 1}


def test_a_gap_is_named_and_stays_listed_until_filled(
    office: Office, counter: Counter, tmp_path: Path
) -> None:
    first, second, third, fourth = (counter.seal() for _ in range(4))
    answer(office.home, first, AFTERNOON, by="市民課")
    with pytest.raises(Refused, match="batch_gap") as gap:
        answer(office.home, fourth, AFTERNOON, by="市民課")
    assert gap.value.facts == {"kiosk": "K1", "missing": "2〜3"}
    with pytest.raises(Refused, match="batch_gap"):
        unpack(office.home, fourth, tmp_path / "opened", AFTERNOON)
    assert not (tmp_path / "opened").exists()

    given = answer(office.home, fourth, AFTERNOON, by="市民課", accept_gap="媒体の故障と連絡あり")
    assert given.receipt.accepted_gap == "媒体の故障と連絡あり"
    assert problem(office, fourth) == [None]
    key = office.home.ledger().seen[0].key
    assert office.home.ledger().gaps("K1", key) == (2, 3)
    assert [line.reason for line in office.home.ledger().accepted] == ["媒体の故障と連絡あり"]
    # They come later after all, in any order.
    assert answer(office.home, third, NEXT_DAY, by="市民課").receipt.accepted_gap is None
    assert office.home.ledger().gaps("K1", key) == (2,)
    answer(office.home, second, NEXT_DAY, by="市民課")
    assert office.home.ledger().gaps("K1", key) == ()


def test_batches_of_one_delivery_may_follow_from_each_other(office: Office, counter: Counter) -> None:
    first, second = counter.seal(), counter.seal()
    assert problem(office, second, first) == [None, None]
    assert problem(office, second) == ["batch_gap"]


def test_replay_and_fork_are_told_apart(office: Office, counter: Counter) -> None:
    first = counter.seal()
    other_first = counter.seal(seq=1, prev=None)
    answer(office.home, first, AFTERNOON, by="市民課")
    assert problem(office, first, other_first) == [None, "batch_replay"]
    second_of_other = counter.seal(seq=2, prev=counter.sealed[1].manifest_sha256)
    assert problem(office, second_of_other) == ["batch_fork"]
    assert problem(office, counter.seal(seq=2, prev=None)) == ["batch_fork"]
    assert problem(office, counter.seal(seq=1, prev="1" * 64)) == ["batch_replay"]


def test_an_earlier_number_must_lead_to_what_is_already_here(office: Office, counter: Counter) -> None:
    first, second = counter.seal(), counter.seal()
    answer(office.home, second, AFTERNOON, by="市民課", accept_gap="先に届いた")
    other = Counter(counter.outbox, office, key=counter.key).seal(software="kiosk 0.2.0")
    assert problem(office, other) == ["batch_fork"]
    assert problem(office, first) == [None]


def test_a_rejected_day_comes_again_under_a_new_number(office: Office, counter: Counter) -> None:
    bad = counter.seal()
    rejected = answer(office.home, bad, AFTERNOON, by="市民課", reject="F01 が一通足りない")
    assert (rejected.receipt.decision.value, rejected.receipt.reason) == ("reject", "F01 が一通足りない")
    assert not permits_erasure(rejected.receipt, counter.sealed[0].manifest)
    mended = counter.seal(supersedes=counter.sealed[0].manifest_sha256)
    accepted = answer(office.home, mended, NEXT_DAY, by="市民課")
    assert permits_erasure(accepted.receipt, counter.sealed[1].manifest, [counter.sealed[0].manifest_sha256])
    with pytest.raises(Refused, match="receipt_decided"):
        answer(office.home, bad, NEXT_DAY, by="市民課")


def test_what_was_replaced_is_not_accepted_any_more(office: Office, counter: Counter, tmp_path: Path) -> None:
    old = counter.seal()
    new = counter.seal(supersedes=counter.sealed[0].manifest_sha256)
    unpack(office.home, old, tmp_path / "old", AFTERNOON)
    answer(office.home, new, AFTERNOON, by="市民課")
    with pytest.raises(Refused, match="batch_superseded"):
        answer(office.home, old, AFTERNOON, by="市民課")


def test_every_stranger_has_its_own_reason(office: Office, counter: Counter, tmp_path: Path) -> None:
    batch = counter.seal()
    stranger = Counter(tmp_path / "k2", office, kiosk="K2").seal()
    impostor = Counter(tmp_path / "k1", office).seal()
    elsewhere = counter.seal(seq=1, prev=None, recipients=[AgeIdentity.new().recipient])
    other_city = counter.seal(seq=1, prev=None, city="13211")
    practice = counter.seal(seq=1, prev=None, practice=True)
    manifest = pieces(batch.read_bytes())["manifest.json"]
    namespace = tmp_path / "namespace.zip"
    namespace.write_bytes(resigned(batch.read_bytes(), manifest, counter.key, sshsig.RECEIPT))
    assert problem(office, stranger, impostor, elsewhere, other_city, practice, namespace) == [
        "signer_unknown",
        "signer_other_key",
        "batch_other_recipient",
        "batch_other_city",
        "batch_practice",
        "signature_namespace",
    ]
    absent = check(office.home, [tmp_path / "absent.zip"], AFTERNOON)[0].problem
    assert isinstance(absent, Trouble)


def test_practice_and_real_never_meet(office: Office, counter: Counter, tmp_path: Path) -> None:
    practice_office = an_office(tmp_path / "practice", practice=True)
    practice_counter = Counter(tmp_path / "k1", practice_office, practice=True)
    practice_office.trust(practice_counter)
    with pytest.raises(Refused, match="card_practice"):
        office.trust(practice_counter)
    with pytest.raises(Refused, match="card_practice"):
        practice_office.trust(counter)
    practice_batch, real_batch = practice_counter.seal(), counter.seal()
    assert problem(practice_office, practice_batch, real_batch) == [None, "batch_not_practice"]
    assert problem(office, practice_batch, real_batch) == ["batch_practice", None]
    given = answer(practice_office.home, practice_batch, AFTERNOON, by="練習")
    assert given.receipt.practice is True


def test_one_kiosk_has_one_key_at_a_time(office: Office, counter: Counter, tmp_path: Path) -> None:
    office.trust(counter)
    assert len(office.home.signers().signers) == 1
    with pytest.raises(Refused, match="kiosk_has_other_key"):
        office.trust(Counter(tmp_path / "other", office))
    with pytest.raises(Refused, match="signer_unknown"):
        office.home.revoke("K9", at=NEXT_DAY)
    kept = (office.home.folder / "cards" / "K1.json").read_text(encoding="utf-8")
    assert KioskCard.from_text(kept).kiosk == "K1"


def test_keys_are_for_their_owner_only(office: Office) -> None:
    for name in ("city.key", "receipt.key"):
        assert (office.home.folder / name).stat().st_mode & 0o077 == 0
    secret = office.home.identity().to_file_text("2025").splitlines()[-1]
    assert secret.startswith("AGE-SECRET-KEY-1")
    assert secret not in repr(office.home.identity())
    public = [content for name, content in office.files().items() if name != "city.key"]
    assert not any(secret.encode() in content for content in public)


def test_an_unreadable_inside_can_only_be_rejected(office: Office, counter: Counter, tmp_path: Path) -> None:
    batch = counter.seal()
    broken = tmp_path / "broken.zip"
    broken.write_bytes(broken_inside(batch.read_bytes(), counter.key))
    assert problem(office, broken) == [None]
    before = office.files()
    with pytest.raises(Refused, match="payload_undecipherable"):
        answer(office.home, broken, AFTERNOON, by="市民課")
    assert office.files() == before
    given = answer(office.home, broken, AFTERNOON, by="市民課", reject="開けません")
    assert given.inside is not None
    assert (given.inside.key, given.receipt.counts) == ("payload_undecipherable", {})


def test_who_leaves_a_long_job_leaves_nothing(office: Office, counter: Counter, tmp_path: Path) -> None:
    class Left(Exception):
        pass

    batch = counter.seal()
    size = counter.sealed[0].payload_size
    before, told = office.files(), list[int]()
    for last in (size, 2 * size):

        def progress(done: int, last: int = last) -> None:
            told.append(done)
            if done >= last:
                raise Left

        with pytest.raises(Left):
            unpack(office.home, batch, tmp_path / "opened", AFTERNOON, progress=progress)
        with pytest.raises(Left):
            answer(office.home, batch, AFTERNOON, by="市民課", progress=progress)
    assert max(told) == 2 * size
    assert office.files() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["office", "outbox"]


@pytest.mark.parametrize("words", ["", "  ", "　", "二行\nの理由", "長" * 201])
def test_names_and_reasons_are_one_printable_line(office: Office, counter: Counter, words: str) -> None:
    batch = counter.seal()
    with pytest.raises(Refused, match="receipt_words"):
        answer(office.home, batch, AFTERNOON, by=words)
    with pytest.raises(Refused, match="receipt_words"):
        answer(office.home, batch, AFTERNOON, by="市民課", reject=words)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not on this machine")
def test_stock_tools_read_the_receipt_and_the_signers(
    office: Office, counter: Counter, tmp_path: Path
) -> None:
    batch = counter.seal()
    out, _ = write_answer(answer(office.home, batch, AFTERNOON, by="市民課"), tmp_path / "receipt.json")
    city = f"city {public_line(office.card.receipt_public)}\n"
    (tmp_path / "city_signers").write_text(city, encoding="ascii")
    verify = ("ssh-keygen", "-Y", "verify", "-f", "city_signers", "-I", "city", "-n", "kiosk-receipt-v1")
    words = (*verify, "-s", "receipt.json.sig")
    assert run(*words, cwd=tmp_path, stdin=out.read_bytes()).returncode == 0
    assert run(*words, cwd=tmp_path, stdin=out.read_bytes() + b" ").returncode != 0

    folder = office.home.folder
    contents = pieces(batch.read_bytes())
    (folder / "m.sig").write_bytes(contents["manifest.json.sig"])
    words = (
        "ssh-keygen",
        "-Y",
        "verify",
        "-f",
        "allowed_signers",
        "-I",
        "K1",
        "-n",
        "kiosk-batch-v1",
        "-s",
        "m.sig",
    )
    assert run(*words, cwd=folder, stdin=contents["manifest.json"]).returncode == 0
    office.home.revoke("K1", at=AFTERNOON)
    assert run(*words, cwd=folder, stdin=contents["manifest.json"]).returncode != 0


def test_a_receipt_signed_by_somebody_else_is_refused(
    office: Office, counter: Counter, tmp_path: Path
) -> None:
    given = answer(office.home, counter.seal(), AFTERNOON, by="市民課")
    out, signature = write_answer(given, tmp_path / "r.json")
    with pytest.raises(Refused, match="receipt_other_city"):
        read_receipt(out, new_signing_key().public_key())
    signature.write_bytes(sshsig.sign(given.content, office.home.receipt_key(), sshsig.BATCH))
    with pytest.raises(Refused, match="signature_namespace"):
        read_receipt(out, office.card.receipt_public)
    signature.unlink()
    with pytest.raises(Trouble) as trouble:
        read_receipt(out, office.card.receipt_public)
    assert trouble.value.key == "receipt_unreadable"


def test_a_disk_that_takes_nothing_is_trouble(office: Office, counter: Counter, tmp_path: Path) -> None:
    given = answer(office.home, counter.seal(), AFTERNOON, by="市民課")
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    with pytest.raises(Trouble) as trouble:
        write_answer(given, blocked / "receipt.json")
    assert trouble.value.key == "out_unwritable"
    with pytest.raises(Trouble) as trouble:
        CityHome.create(blocked / "home", practice=False, at=AFTERNOON)
    assert trouble.value.key == "home_unwritable"
