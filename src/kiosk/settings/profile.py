"""The contract's profile and the list of identity papers: everything a city may differ in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from kiosk.settings import SettingsUnreadable, parse, read_text


class Part(BaseModel):
    """A piece of settings: fixed once read, unknown names refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class City(Part):
    """Whose counter it is."""

    code: str
    name: str
    counter_name: str
    department: str
    go_to: str
    phone: str
    address: str = ""
    hours: str = ""


class Venue(Part):
    """A place of the counter (spec 5(3))."""

    name: str
    room: str = ""
    sound: Literal["off", "chime", "voice"] = "chime"
    address: str = ""


class LineWishes(Part):
    """In which order people are called; all in minutes (domain/line.py holds the rule)."""

    reserved_first: bool = True
    slot_minutes: int = 20
    early_minutes: int = 0
    longest_wait_minutes: int = 30


class Procedure(Part):
    """How the city wants the procedure done."""

    match_by: Literal[1, 2] = 1
    video_code: bool = False
    collect: dict[str, bool] = {}
    at_application: bool = False
    officers: tuple[str, ...] = ()
    minutes_per_visit: int = 8
    received_before_minutes: int = 120
    busy_minutes: tuple[int, int] = (15, 30)
    line: LineWishes = LineWishes()


class Intake(Part):
    """What is asked before a number is given: codes of catalogue/intake.toml, none for all of them."""

    questions: tuple[str, ...] = ()
    most_together: int = 8


class Handover(Part):
    """How papers and batches go to the city."""

    hand_over_portraits: Literal["none", "open", "all"] = "open"
    receipt: Literal["signed", "paper"] = "signed"
    max_unreceipted_sessions: int = 4
    transport_people: int = 1
    seal_numbers: bool = False


class Access(Part):
    """How long a screen may stay open unattended, in minutes."""

    idle_minutes: int = 5
    idle_minutes_behind_counter: int = 15


class Inspection(Part):
    """How often the media are inspected (特記事項 6(2)), in days."""

    days: int = 31


class Identity(Part):
    """Whose papers are enough: combinations and classes in which the city departs from the catalogue."""

    allow_voluntary_agent: bool = False
    accept: dict[str, tuple[str, ...]] = {}
    classes: dict[str, Literal["A", "B", "X"]] = {}


class Flyer(Part):
    """What the flyer names (spec 7(4)): the city's booking site, and places already agreed for a day."""

    booking_url: str = ""
    venues: Mapping[date, str] = {}


class Profile(Part):
    """One contract with one city."""

    name: str
    site: str
    contractor: str
    city: City
    venues: tuple[Venue, ...]
    plan_cases: int
    plan_counts: tuple[Literal["A", "B"], ...] = ("A", "B")
    agenda: dict[str, Any]
    reservations: dict[str, Any]
    opening_checklist: tuple[str, ...]
    procedure: Procedure = Procedure()
    intake: Intake = Intake()
    handover: Handover = Handover()
    access: Access = Access()
    inspection: Inspection = Inspection()
    identity: Identity = Identity()
    flyer: Flyer = Flyer()


class IdPaper(Part):
    """A kind of identity paper: class, dates and what to mask on a copy."""

    code: str
    ja: str
    en: str
    cls: Literal["A", "B", "X"]
    has_photo: bool | None = None
    has_expiry: bool | None = None
    issued_from: date | None = None
    valid_until: date | None = None
    photo_required: bool = False
    else_class: Literal["", "B", "ask"] = ""
    max_age: int | None = None
    several: bool = False
    older_exist: bool = False
    check_entries: bool = False
    photo_months: int | None = None
    only_person: bool = False
    part: Literal["", "notice", "certificate"] = ""
    note: str = ""
    mask_on_copy: str = ""
    evidence: str = ""
    common: bool = False


FAULTS = {"missing": "missing", "extra_forbidden": "unknown"}
"""Of the reader's kinds of fault those that have a sentence of their own; all others are a wrong value."""


def _first_fault(error: ValidationError, where: str) -> SettingsUnreadable:
    fault = error.errors(include_input=False, include_url=False)[0]
    field = ".".join(str(part) for part in fault["loc"])
    return SettingsUnreadable(where, FAULTS.get(fault["type"], "value"), field)


def read_profile(untrusted_text: str, where: str) -> Profile:
    """A profile from TOML text; raises SettingsUnreadable naming `where` and the field."""
    try:
        return Profile.model_validate(parse(untrusted_text, where))
    except ValidationError as error:
        raise _first_fault(error, where) from None


def read_id_papers(file: Path) -> tuple[IdPaper, ...]:
    """The closed, dated list of identity papers."""
    try:
        return tuple(IdPaper.model_validate(entry) for entry in parse(read_text(file), file.name)["papers"])
    except ValidationError as error:
        raise _first_fault(error, file.name) from None


def read_identity_rules(file: Path) -> dict[str, tuple[str, ...]]:
    """The combinations of papers per case, as lists of the rules' own notation."""
    try:
        return Identity.model_validate({"accept": parse(read_text(file), file.name)["accept"]}).accept
    except ValidationError as error:
        raise _first_fault(error, file.name) from None
