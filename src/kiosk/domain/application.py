"""The support of an application: the 23-digit 申請書ID and what became of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from kiosk.domain.errors import Refused
from kiosk.domain.visit import Outcome, StepKind, Visit

_ID = re.compile(r"[0-9]{23}")
_ALONE = re.compile(r"(?<![0-9])[0-9]{23}(?![0-9])")


WAYS: dict[str, Outcome] = {
    "own_phone": Outcome.APPLIED_ONLINE,
    "tablet": Outcome.APPLIED_ONLINE,  # apart from the kiosk, only with the city's approval (特記事項 6(5))
    "paper": Outcome.APPLIED_PAPER,
    "not": Outcome.APPLY_ABANDONED,
}
"""How somebody applied, and what the visit comes to by it."""


def outcome_of(visit: Visit) -> Outcome | None:
    """What the application step says the visit comes to; None while it does not say."""
    step = visit.step_at(StepKind.APPLY)
    return WAYS.get(step.fact("way")) if step is not None else None


@dataclass(frozen=True, slots=True)
class Application:
    """What the APPLICATION service leaves behind besides the portrait."""

    ticket: str
    application_id: str | None = None
    handed_over: bool = False


def read_application_id(untrusted_text: str) -> str:
    """The 申請書ID as keyed (groups and full-width digits allowed) or from its QR.

    From a QR only a host ending kojinbango-card.go.jp is taken, and the address is never opened
    for its host could be anyone's. There is no public check digit.
    """
    text = untrusted_text.strip().translate({0xFF10 + i: 0x30 + i for i in range(10)})
    if "://" in text:
        try:
            host = urlsplit(text).hostname or ""
        except ValueError:
            raise Refused("application_id_format") from None
        if host != "kojinbango-card.go.jp" and not host.endswith(".kojinbango-card.go.jp"):
            raise Refused("application_id_foreign")
        found = _ALONE.findall(text)
        if len(found) != 1:
            raise Refused("application_id_format")
        return str(found[0])
    digits = re.sub(r"[\s\-‐-―ー－]", "", text)
    if not _ID.fullmatch(digits):
        raise Refused("application_id_format")
    return digits


def grouped(application_id: str) -> str:
    """The number in groups of four, to be read aloud and compared."""
    return " ".join(application_id[i : i + 4] for i in range(0, len(application_id), 4))
