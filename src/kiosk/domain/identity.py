"""Which identity papers are enough, for whom, and by which rule; the lists and rules are the city's data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from kiosk.domain.errors import Refused
from kiosk.settings.profile import IdPaper


class Came(Enum):
    """Who stands at the counter for a card."""

    PERSON = "person"  # the person alone
    GUARDIAN = "guardian"  # with, or through, the legal guardian
    AGENT = "agent"  # through an agent of their choice


class Case(Enum):
    """Whose papers are looked at, and so which rule holds."""

    PERSON = "person"
    GUARDIAN = "guardian"
    REPRESENTED = "represented"  # the person when an agent collects
    AGENT = "agent"
    APPLICANT = "applicant"  # application with identity check (申請時来庁方式)


class Question(Enum):
    """What only somebody with the paper in hand can say."""

    PHOTO = "photo"  # it carries a photo
    ISSUED = "issued"  # issued on or after the day named in the list
    SHOWS = "shows"  # it shows name with birth date or address
    AGE = "age"  # the person is not older than the list allows
    RECENT = "recent"  # its photo is not older than the list allows


class Enough(Enum):
    """What the program answers when papers are laid on the counter."""

    ENOUGH = "enough"
    MORE = "more"  # something counts, something is missing
    NOTHING_YET = "nothing_yet"


@dataclass(frozen=True, slots=True)
class Counts:
    """What counts: class A, class B, how many of those with photo, and papers with a part of their own."""

    a: int = 0
    b: int = 0
    photo_b: int = 0
    notice: int = 0  # 通知カード, 個人番号通知書
    certificate: int = 0  # 個人番号カード顔写真証明書
    pin: int = 0  # the person enters their own PIN at the city's terminal

    @property
    def size(self) -> int:
        """How many papers (and the PIN) these are."""
        return self.a + self.b + self.notice + self.certificate + self.pin


@dataclass(frozen=True, slots=True)
class Way:
    """One combination a city accepts, as it stands in the rules: "A B", "B B P", "N B B"."""

    words: str
    needs: Counts

    def missing(self, have: Counts) -> Counts:
        """What is still needed; a photo paper of class B is one of the class B papers."""
        needs = self.needs
        photo_b = max(0, needs.photo_b - have.photo_b)
        return Counts(
            a=max(0, needs.a - have.a),
            b=max(photo_b, needs.b - have.b),
            photo_b=photo_b,
            notice=max(0, needs.notice - have.notice),
            certificate=max(0, needs.certificate - have.certificate),
            pin=max(0, needs.pin - have.pin),
        )

    def begins_with(self, have: Counts) -> bool:
        """Whether anything that was shown is of use here."""
        needs = self.needs
        return any(
            min(wanted, given) > 0
            for wanted, given in (
                (needs.a, have.a),
                (needs.b, have.b),
                (needs.notice, have.notice),
                (needs.certificate, have.certificate),
            )
        )


_TOKENS = {
    "A": Counts(a=1),
    "B": Counts(b=1),
    "P": Counts(b=1, photo_b=1),
    "N": Counts(notice=1),
    "C": Counts(certificate=1),
    "PIN": Counts(pin=1),
}


def read_way(text: str) -> Way:
    """A combination from the rules' own notation: A, B, P (class B with photo), N, C and PIN, spaced."""
    parts = text.split()
    if not parts or any(part not in _TOKENS for part in parts):
        raise Refused("identity_rule", rule=text)
    found = [_TOKENS[part] for part in parts]
    needs = Counts(
        a=sum(part.a for part in found),
        b=sum(part.b for part in found),
        photo_b=sum(part.photo_b for part in found),
        notice=sum(part.notice for part in found),
        certificate=sum(part.certificate for part in found),
        pin=sum(part.pin for part in found),
    )
    return Way(" ".join(parts), needs)


@dataclass(frozen=True, slots=True)
class Rules:
    """The combinations per case, and whether an agent of one's choice may come at all."""

    ways: Mapping[Case, tuple[Way, ...]]
    allow_voluntary_agent: bool = False

    @staticmethod
    def read(accept: Mapping[str, Sequence[str]], *, allow_voluntary_agent: bool = False) -> Rules:
        """From lists of combinations by case; raises Refused("identity_rule") for one that cannot be read
        and for a case without any.
        """
        ways = {}
        for case in Case:
            if not accept.get(case.value):
                raise Refused("identity_rule", rule=case.value)
            ways[case] = tuple(read_way(text) for text in accept[case.value])
        return Rules(ways, allow_voluntary_agent)

    def uses(self, case: Case, part: str) -> bool:
        """Whether any combination of the case has that part (a name of Counts)."""
        return any(getattr(way.needs, part) for way in self.ways[case])


@dataclass(frozen=True, slots=True)
class IdentityBook:
    """The papers as one city classes them, and the combinations it accepts."""

    papers: tuple[IdPaper, ...]
    rules: Rules

    def of(self, code: str) -> IdPaper | None:
        """The entry of a code; None for one that is not in the list."""
        return next((paper for paper in self.papers if paper.code == code), None)


def cases_of(came: Came, *, at_application: bool = False) -> tuple[Case, ...]:
    """Whose papers are needed: with a guardian or an agent, theirs and the person's own."""
    person = Case.APPLICANT if at_application else Case.PERSON
    return {
        Came.PERSON: (person,),
        Came.GUARDIAN: (person, Case.GUARDIAN),
        Came.AGENT: (Case.REPRESENTED, Case.AGENT),
    }[came]


@dataclass(frozen=True, slots=True)
class Shown:
    """One paper on the counter; `yes` and `no` hold what was answered about it, `expiry` is never kept."""

    paper: IdPaper
    yes: frozenset[Question] = frozenset()
    no: frozenset[Question] = frozenset()
    expiry: date | None = None

    @property
    def has_photo(self) -> bool:
        """Whether it carries a photo: by the list, unless the answer says otherwise."""
        if Question.PHOTO in self.no:
            return False
        return Question.PHOTO in self.yes or (bool(self.paper.has_photo) and not self.paper.photo_required)


def questions(paper: IdPaper, case: Case, rules: Rules) -> tuple[Question, ...]:
    """What has to be asked before the paper counts."""
    asked = []
    if paper.photo_required or (paper.has_photo is None and paper.cls == "B" and rules.uses(case, "photo_b")):
        asked.append(Question.PHOTO)
    if paper.issued_from is not None and paper.older_exist:
        asked.append(Question.ISSUED)
    if paper.check_entries:
        asked.append(Question.SHOWS)
    if paper.max_age is not None:
        asked.append(Question.AGE)
    if paper.photo_months is not None:
        asked.append(Question.RECENT)
    return tuple(asked)


@dataclass(frozen=True, slots=True)
class Answer:
    """Enough or not, by which rule, what is missing, and which papers do not count and why."""

    enough: Enough
    counts: Counts
    way: Way | None
    lacking: tuple[Counts, ...]
    refused: tuple[tuple[str, str], ...]
    counted: tuple[str, ...] = field(default=())


def judge(shown: Iterable[Shown], case: Case, rules: Rules, on: date, *, pin_entered: bool = False) -> Answer:
    """What the papers of one person are worth on the day of the session.

    Source: the cities' published lists for 交付時来庁方式 and 申請時来庁方式; a paper counts only on the days
    and under the conditions its entry names (`expiry >= on` where an expiry was entered).
    """
    tally = dict.fromkeys(("a", "b", "photo_b", "notice", "certificate"), 0)
    refused: list[tuple[str, str]] = []
    counted: list[str] = []
    seen: set[str] = set()
    for one in shown:
        code = one.paper.code
        part = _part_of(one, case, rules, on)
        if part in tally and code in seen and not one.paper.several:
            part = "same_kind_twice"
        seen.add(code)
        if part not in tally:
            refused.append((code, part))
            continue
        counted.append(code)
        tally[part] += 1
        if part == "b" and one.has_photo:
            tally["photo_b"] += 1
    counts = Counts(**tally, pin=int(pin_entered))
    ways = rules.ways[case]
    way = next((way for way in ways if way.missing(counts).size == 0), None)
    if way is not None:
        return Answer(Enough.ENOUGH, counts, way, (), tuple(refused), tuple(counted))
    enough = Enough.MORE if counted else Enough.NOTHING_YET
    return Answer(enough, counts, None, _lacking(ways, counts), tuple(refused), tuple(counted))


def _lacking(ways: Sequence[Way], have: Counts) -> tuple[Counts, ...]:
    """The shortest ways on from here; one that begins anew is named only when nothing shown is of use."""
    going_on = [way for way in ways if way.begins_with(have)] or list(ways)
    missing = [way.missing(have) for way in going_on]
    least = min(one.size for one in missing)
    return tuple(dict.fromkeys(one for one in missing if one.size == least))


def _part_of(one: Shown, case: Case, rules: Rules, on: date) -> str:
    """The name in Counts under which the paper counts, or why it does not (a key of the texts)."""
    paper = one.paper
    if paper.valid_until is not None and on > paper.valid_until:
        return "no_longer_valid"
    if paper.issued_from is not None and on < paper.issued_from:
        return "not_yet_valid"
    if one.expiry is not None and one.expiry < on:
        return "expired"
    if case in (Case.GUARDIAN, Case.AGENT) and (paper.only_person or paper.max_age is not None):
        return "only_for_the_person"
    for question in questions(paper, case, rules):
        if question is not Question.PHOTO and question not in one.yes:
            return f"not_{question.value}"
    if paper.part == "notice":
        return "notice" if rules.uses(case, "notice") else "not_an_identity_paper"
    if paper.part == "certificate":
        return "certificate" if rules.uses(case, "certificate") else "only_with_two_b"
    if paper.cls == "X":
        return "not_an_identity_paper"
    if paper.photo_required and not one.has_photo:
        return {"B": "b", "ask": "ask_the_city"}.get(paper.else_class, "not_photo")
    return paper.cls.lower()
