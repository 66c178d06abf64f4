"""The city's folder: its keys, whom it trusts and how long, and what is said when it was damaged."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.city.desk import answer, check
from kiosk.city.home import CityHome
from kiosk.domain.errors import Refused, Trouble
from kiosk.sealing.keys import AgeIdentity
from tests.city.offices import AFTERNOON, BEFORE, NEXT_DAY, Counter, Office, an_office


def problem(office: Office, *paths: Path) -> list[str | None]:
    return [
        finding.problem.key if finding.problem else None for finding in check(office.home, paths, AFTERNOON)
    ]


def test_keys_of_another_folder_open_and_sign_nothing(
    office: Office, counter: Counter, tmp_path: Path
) -> None:
    batch, other = counter.seal(), an_office(tmp_path / "other").home.folder
    for name, reject in (("city.key", None), ("receipt.key", None), ("city.key", "開けない")):
        own = (office.home.folder / name).read_bytes()
        (office.home.folder / name).write_bytes((other / name).read_bytes())
        before = office.files()
        if name == "city.key":
            assert problem(office, batch) == ["home_other_key"]
        with pytest.raises(Refused, match="home_other_key") as no:
            answer(office.home, batch, AFTERNOON, by="市民課", reject=reject)
        assert no.value.facts == {"file": name}
        assert office.files() == before
        (office.home.folder / name).write_bytes(own)
    (office.home.folder / "city.key").unlink()
    (finding,) = check(office.home, [batch], AFTERNOON)
    assert finding.problem is not None
    assert (finding.problem.key, finding.problem.facts) == ("home_damaged", {"file": "city.key"})


def test_a_withdrawn_kiosk_delivers_no_more_but_its_past_stays_checkable(
    office: Office, counter: Counter
) -> None:
    received, later = counter.seal(), counter.seal()
    answer(office.home, received, AFTERNOON, by="市民課")
    office.home.revoke("K1", at=NEXT_DAY)
    findings = check(office.home, [received, later], NEXT_DAY)
    assert [f.problem.key if f.problem else None for f in findings] == [None, "signer_revoked"]
    with pytest.raises(Refused, match="kiosk_key_withdrawn"):
        office.trust(counter, at=NEXT_DAY)
    # A new key for the same kiosk begins its numbers again.
    renewed = Counter(counter.outbox / "new", office)
    office.trust(renewed, at=NEXT_DAY)
    assert check(office.home, [renewed.seal()], NEXT_DAY)[0].problem is None
    assert check(office.home, [received], NEXT_DAY)[0].problem is None


def test_validity_counts_at_receipt(office: Office, tmp_path: Path) -> None:
    k1 = Counter(tmp_path / "k1", office)
    office.trust(k1, valid_after=AFTERNOON, valid_before=NEXT_DAY)
    batch = k1.seal()
    second = timedelta(seconds=1)
    for moment, key in (
        (AFTERNOON - second, "signer_not_yet"),
        (AFTERNOON, None),
        (NEXT_DAY, None),
        (NEXT_DAY + second, "signer_expired"),
    ):
        finding = check(office.home, [batch], moment)[0]
        assert (finding.problem.key if finding.problem else None) == key


def test_a_registration_that_has_ended_is_renewed_and_a_running_one_limited(
    office: Office, tmp_path: Path
) -> None:
    k1 = Counter(tmp_path / "k1", office)
    card, hour = k1.card_text(), timedelta(hours=1)
    first = office.home.trust(card, at=BEFORE, valid_before=NEXT_DAY)
    assert (first.change, first.valid_before) == ("new", NEXT_DAY)
    received, later = k1.seal(), k1.seal()
    answer(office.home, received, AFTERNOON, by="市民課")
    kept = office.files()
    assert office.home.trust(card, at=AFTERNOON).change == "same"
    for wrong in (AFTERNOON - hour, AFTERNOON):
        with pytest.raises(Refused, match="trust_dates"):
            office.home.trust(card, at=AFTERNOON, valid_before=wrong)
    assert office.files() == kept

    ended = NEXT_DAY + hour
    assert check(office.home, [later], ended)[0].problem is not None
    again = office.home.trust(card, at=ended)
    assert (again.change, again.valid_before) == ("renewed", None)
    assert [found.problem for found in check(office.home, [received, later], ended)] == [None, None]
    limited = office.home.trust(card, at=ended, valid_after=ended + hour, valid_before=ended + 2 * hour)
    # What it counted since cannot be taken back: batches received then stay checkable.
    assert (limited.change, limited.valid_after) == ("renewed", None)
    assert limited.valid_before == ended + 2 * hour
    assert [found.problem for found in check(office.home, [received, later], ended)] == [None, None]
    assert len(office.home.signers().of("K1")) == 1


def test_the_office_folder_is_never_overwritten_and_damage_is_named(office: Office, tmp_path: Path) -> None:
    before = office.files()
    with pytest.raises(Refused, match="home_exists"):
        CityHome.create(office.home.folder, practice=False, at=AFTERNOON)
    assert office.files() == before
    with pytest.raises(Refused, match="home_missing"):
        CityHome.open(tmp_path / "nowhere")
    again = CityHome.open(office.home.folder)
    assert again == office.home
    (office.home.folder / "seen.json").write_bytes(b"{}")
    with pytest.raises(Refused, match="home_damaged"):
        again.ledger()
    (office.home.folder / "city.key").write_text(AgeIdentity.new().to_file_text("2025"), encoding="ascii")
    with pytest.raises(Refused, match="home_other_key"):
        again.identity()
    (office.home.folder / "home.json").write_bytes(b"[]")
    with pytest.raises(Refused, match="home_damaged"):
        CityHome.open(office.home.folder)


def test_a_folder_that_was_tampered_with_is_named(office: Office, counter: Counter) -> None:
    first, second = counter.seal(), counter.seal()
    answer(office.home, first, AFTERNOON, by="市民課")
    answer(office.home, second, AFTERNOON, by="市民課")
    receipts = office.home.folder / "receipts"
    one, two = sorted(receipts.glob("*.json"))
    one.write_bytes(two.read_bytes())
    one.with_name(f"{one.name}.sig").write_bytes(two.with_name(f"{two.name}.sig").read_bytes())
    batches = {
        sealed.manifest_sha256[:16]: path
        for sealed, path in zip(counter.sealed, (first, second), strict=True)
    }
    with pytest.raises(Refused, match="home_damaged"):
        answer(office.home, batches[one.name[:16]], AFTERNOON, by="市民課")


def test_what_cannot_be_read_or_written_is_trouble(office: Office, counter: Counter) -> None:
    folder = office.home.folder
    (folder / "seen.json.part").mkdir()
    with pytest.raises(Trouble) as trouble:
        answer(office.home, counter.seal(), AFTERNOON, by="市民課")
    assert trouble.value.key == "home_unwritable"
    (folder / "seen.json").mkdir()
    with pytest.raises(Trouble) as trouble:
        office.home.ledger()
    assert trouble.value.key == "home_unreadable"
    (folder / "allowed_signers").unlink()
    with pytest.raises(Refused, match="home_damaged") as no:
        office.home.signers()
    assert no.value.facts == {"file": "allowed_signers"}
    (folder / "seen.json").rmdir()
    (folder / "seen.json").write_bytes(b"{}")
    with pytest.raises(Refused, match="home_damaged") as no:
        office.home.ledger()
    assert no.value.facts["file"] == "seen.json"
