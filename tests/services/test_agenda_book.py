"""What is agreed with the city about the agenda: entered once, seen everywhere, never edited."""

from __future__ import annotations

from datetime import date

import jpholiday
import pytest

from kiosk.domain.agenda_changes import ChangeKind
from kiosk.domain.errors import Refused
from kiosk.domain.staff import Role
from kiosk.services.agenda import AgendaDesk
from kiosk.services.agenda_book import AgendaBook, held_days, number_of
from kiosk.services.flyer import flyer_values
from kiosk.settings.profile import Flyer
from tests.ui.counter_day import DAY, CounterDay

NEXT, AFTER = date(2025, 11, 12), date(2025, 11, 19)


@pytest.fixture
def day() -> CounterDay:
    return CounterDay(Role.MANAGER)


def agreed(day: CounterDay, kind: ChangeKind, on: date, venue: str = "") -> None:
    AgendaBook(day.desk).change(
        kind, on, reason="会場の設備点検", agreed_by="市民課 担当者", agreed_on=date(2025, 11, 7), venue=venue
    )


def test_a_day_called_off_is_no_session_and_moves_the_deadline(day: CounterDay) -> None:
    agreed(day, ChangeKind.CALLED_OFF, NEXT)
    assert NEXT not in {one.date for one in held_days(day.desk)}
    current = AgendaDesk(day.desk).current()
    assert current is not None
    assert current.delivery_due == AFTER, "the papers of Sunday the 9th wait one session longer"
    with day.desk.office.reading() as view:
        (entry,) = view.agenda.all()
        (act,) = [found for found in view.journal.entries() if found.act == "agenda_change"]
    assert (entry.reason, entry.agreed_by, entry.operator) == ("会場の設備点検", "市民課 担当者", "yamada")
    assert act.object == NEXT.isoformat()


def test_a_venue_agreed_beforehand_is_proposed_on_the_day(day: CounterDay) -> None:
    agreed(day, ChangeKind.VENUE, NEXT, "保健センター")
    day.clock.moment = day.clock.moment.replace(day=NEXT.day)
    assert AgendaDesk(day.desk).planned_venue() == "保健センター"
    with pytest.raises(Refused, match="venue_unknown"):
        agreed(day, ChangeKind.VENUE, AFTER, "どこかの会場")


def test_a_day_added_is_offered_as_today_without_a_number(day: CounterDay) -> None:
    agreed(day, ChangeKind.ADDED, date(2025, 11, 10), "本町公民館")
    day.clock.moment = day.clock.moment.replace(day=10)
    offer = AgendaDesk(day.desk).offer()
    assert offer.is_today
    assert offer.day is not None
    assert offer.day.no == 0


def test_what_is_open_or_nobodys_to_change(day: CounterDay) -> None:
    with pytest.raises(Refused, match="change_is_open"):
        agreed(day, ChangeKind.CALLED_OFF, DAY)
    with pytest.raises(Refused, match="not_allowed"):
        agreed(CounterDay(Role.STAFF), ChangeKind.CALLED_OFF, NEXT)


def test_a_newer_list_of_holidays_says_which_days_it_moves(day: CounterDay) -> None:
    book = AgendaBook(day.desk)
    new_holiday = "2025/11/26,臨時の祝日\r\n"
    listed = "国民の祝日・休日月日,国民の祝日・休日名称\r\n" + "".join(
        f"{on.year}/{on.month}/{on.day},{name}\r\n"
        for year in (2025, 2026, 2027, 2028)
        for on, name in jpholiday.year_holidays(year)
    )
    before = held_days(day.desk)
    assert book.look_at_holidays(listed.encode("cp932")).removed == ()
    taken = book.take_holidays((listed + new_holiday).encode("cp932"))
    assert (taken.added, taken.removed) == ((), (date(2025, 11, 26),))
    assert book.holiday_years() == (2025, 2028)
    assert len(held_days(day.desk)) == len(before) - 1


def test_papers_and_flyer_follow_what_was_agreed(day: CounterDay) -> None:
    agreed(day, ChangeKind.CALLED_OFF, NEXT)
    agreed(day, ChangeKind.ADDED, date(2025, 11, 10), "本町公民館")
    agreed(day, ChangeKind.VENUE, AFTER, "保健センター")
    profile = day.desk.rules.model_copy(update={"flyer": Flyer(booking_url="https://yoyaku.example.jp/")})
    plan = AgendaBook(day.desk).plan()
    told = flyer_values(profile, "2025-11", practice=False, months=1, plan=plan)["sessions"]
    places = {one["day"]: one["venue"] for one in told}
    assert "11月12日（水）" not in places
    assert (places["11月10日（月）"], places["11月19日（水）"]) == ("本町公民館", "保健センター")
    assert number_of(day.desk, date(2025, 11, 10)) is None, "an added day is no number"
    by_rule = {one["day"] for one in flyer_values(profile, "2025-11", practice=False, months=1)["sessions"]}
    assert by_rule - set(places) == {"11月12日（水）"}
    with pytest.raises(Refused, match="flyer_no_days"):
        flyer_values(profile, "2026-05", practice=False, plan=plan)
