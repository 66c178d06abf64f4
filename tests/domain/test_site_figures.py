"""Several kiosks, one line of the report: every number once, sums added, the list counted once."""

from __future__ import annotations

from datetime import date

from kiosk.domain.ledger import VisitFigures
from kiosk.domain.site_figures import Told, as_counts, day_told, from_counts, whole_figures

DAY = date(2025, 11, 5)


def a_line(ticket: str, outcome: str | None, reason: str | None = None, **more: int) -> VisitFigures:
    return VisitFigures(DAY, "K2", ticket, ticket[0], False, outcome, reason, **more)


def test_a_number_seen_at_two_kiosks_is_one_visit() -> None:
    lead = Told(
        1,
        {"A001": None, "A002": "accepted", "B003": None},
        {
            "issued_reserved": 1,
            "reserved": 4,
            "no_show": 3,
            "guided_R02": 2,
            "talked_pin": 1,
            "retake_roll": 1,
        },
    )
    sister = Told(
        1,
        {"A001": "accepted", "B003": "stopped"},
        {"stopped_R10": 1, "waits": 1, "waited_s": 60, "guided_R02": 1, "retake_roll": 2, "own_file": 1},
    )
    total = whole_figures({"K1": lead, "K2": sister}, {"A001": "A", "A002": "A", "B003": "B"})
    assert (total.came, total.count("came_reserved"), total.count("no_show")) == (3, 1, 3)
    assert (total.count("accepted"), total.count("support_stopped"), total.stopped) == (2, 1, {"R10": 1})
    assert (total.mean_wait_min, total.count("no_outcome")) == (1.0, 0)
    assert (total.asked, total.count("guided")) == ({"guided_R02": 3, "talked_pin": 1}, 3)
    assert total.photo_details == {"own_file": 1, "retake_roll": 3}
    assert from_counts(as_counts(total)) == total


def test_two_receptions_share_one_list() -> None:
    """Both took the same list of ten: five came here, three there, and not twice ten were booked."""
    one = Told(
        1, {f"A00{n}": "accepted" for n in range(5)}, {"issued_reserved": 5, "reserved": 10, "no_show": 5}
    )
    other = Told(
        1, {f"A50{n}": "accepted" for n in range(4)}, {"issued_reserved": 3, "reserved": 10, "no_show": 7}
    )
    total = whole_figures({"K1": one, "K2": other}, {})
    assert {name: total.count(name) for name in ("reserved", "came_reserved", "came_walk_in", "no_show")} == {
        "reserved": 10,
        "came_reserved": 8,
        "came_walk_in": 1,
        "no_show": 2,
    }


def test_two_ways_of_ending_are_none_and_a_voided_number_did_not_come() -> None:
    told = {
        "K1": Told(1, {"A001": "accepted", "C002": "voided", "A003": "applied_paper"}, {}),
        "K2": Told(1, {"A001": "stopped"}, {}),
    }
    total = whole_figures(told, {})
    assert (total.came, total.count("no_outcome"), total.count("voided")) == (2, 1, 1)
    assert total.count("paper") == 1, "transferred: the outcome says which service it was"


def test_what_a_kiosk_tells_is_sums_without_any_number() -> None:
    lines = [
        a_line("A001", "accepted", waited_s=30, served_s=300),
        a_line("A002", "stopped", "R02", waited_s=90),
        a_line("A003", "voided", "R99", waited_s=900),
    ]
    told = day_told(
        lines, {"reserved": 5, "guided_hours": 2, "staff_sato": 40, "issued_walk_in": 2, "override_gaze": 1}
    )
    assert (told["waits"], told["waited_s"], told["longest_s"], told["served_s"]) == (2, 120, 90, 300)
    assert (told["stopped_R02"], told["guided_hours"], told["issued_walk_in"], told["override_gaze"]) == (
        1,
        2,
        2,
        1,
    )
    assert not [name for name in told if "A0" in name or name.startswith("staff") or "R99" in name]
