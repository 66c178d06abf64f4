"""Who may sign: OpenSSH's allowed_signers file, with validity and withdrawal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.domain.batch import CITY
from kiosk.domain.errors import Refused
from kiosk.sealing.keys import public_from_line, public_line
from kiosk.sealing.sshsig import same_key

REVOKED = "revoked"
_OPTION = re.compile(r'([a-z-]+)(?:="([^"]*)")?')


@dataclass(frozen=True, slots=True)
class Signer:
    """One line: a principal (the kiosk), its key, for what and when it counts."""

    principal: str
    public: Ed25519PublicKey
    namespaces: tuple[str, ...]
    valid_after: datetime | None = None
    valid_before: datetime | None = None
    comment: str = ""

    @property
    def is_revoked(self) -> bool:
        """Withdrawn, not merely expired; the stock tool sees a date, the comment says why."""
        return self.comment.split(" ")[0] == REVOKED

    @property
    def city(self) -> str | None:
        """The city code kept as the comment's last word; none in a line written by hand."""
        word = self.comment.split(" ")[-1]
        return word if re.fullmatch(CITY, word, re.ASCII) else None

    def renewed(self, at: datetime, begins: datetime | None, ends: datetime | None) -> Signer:
        """The same key registered once more: dates given now count, an end that has passed is forgotten.

        A beginning that has passed stays, so that what was received since then stays checkable.
        """
        has_begun = self.valid_after is None or self.valid_after <= at
        runs_on = self.valid_before is not None and at.replace(microsecond=0) <= self.valid_before
        return replace(
            self,
            valid_after=self.valid_after if has_begun else begins or self.valid_after,
            valid_before=ends or (self.valid_before if runs_on else None),
        )

    def line(self) -> str:
        """The line as `ssh-keygen -Y verify -f` reads it."""
        options = [f'namespaces="{",".join(self.namespaces)}"'] if self.namespaces else []
        if self.valid_after is not None:
            options.append(f'valid-after="{_stamp(self.valid_after)}"')
        if self.valid_before is not None:
            options.append(f'valid-before="{_stamp(self.valid_before)}"')
        words = [self.principal, ",".join(options), public_line(self.public), self.comment]
        return " ".join(word for word in words if word)


@dataclass(frozen=True, slots=True)
class AllowedSigners:
    """The whole file."""

    signers: tuple[Signer, ...] = ()

    @staticmethod
    def from_text(untrusted: str) -> AllowedSigners:
        """The file's lines; Refused("signers_unreadable", line=n). Keys of other types are not for us."""
        found: list[Signer] = []
        for number, line in enumerate(untrusted.splitlines(), start=1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            try:
                found.append(_signer(line))
            except ValueError:
                raise Refused("signers_unreadable", line=number) from None
        return AllowedSigners(tuple(found))

    def to_text(self) -> str:
        """The file, one signer a line."""
        return "".join(f"{signer.line()}\n" for signer in self.signers)

    def of(self, principal: str) -> tuple[Signer, ...]:
        """All keys a principal has or had."""
        return tuple(signer for signer in self.signers if signer.principal == principal)

    def in_force(self, principal: str, at: datetime) -> tuple[Signer, ...]:
        """The keys a principal may sign with at a moment."""
        return tuple(s for s in self.of(principal) if not s.is_revoked and _problem(s, at) is None)

    def judge(self, principal: str, public: Ed25519PublicKey, namespace: str, at: datetime) -> Signer:
        """The line that lets this key sign for `principal` at `at`.

        Raises Refused `signer_unknown`, `signer_other_key`, `signer_revoked`, `signer_expired`,
        `signer_not_yet`, `signature_namespace`.
        """
        known = self.of(principal)
        if not known:
            raise Refused("signer_unknown", kiosk=principal)
        mine = [signer for signer in known if same_key(signer.public, public)]
        if not mine:
            raise Refused("signer_other_key", kiosk=principal)
        problems = [_problem(signer, at) for signer in mine]
        if None not in problems:
            raise Refused(str(problems[-1]), kiosk=principal)
        signer = mine[problems.index(None)]
        # As in OpenSSH, a line that names no namespace allows all.
        if signer.namespaces and namespace not in signer.namespaces:
            raise Refused("signature_namespace")
        return signer

    def with_signer(self, signer: Signer) -> AllowedSigners:
        """The file with one more line."""
        return AllowedSigners((*self.signers, signer))

    def with_renewed(self, old: Signer, new: Signer) -> AllowedSigners:
        """The file with `new` in the place of `old`."""
        return AllowedSigners(tuple(new if signer == old else signer for signer in self.signers))

    def with_revoked(self, principal: str, at: datetime) -> AllowedSigners:
        """Every key of a principal withdrawn from `at` on; Refused("signer_unknown")."""
        if not self.of(principal):
            raise Refused("signer_unknown", kiosk=principal)
        return AllowedSigners(tuple(_revoked(self.signers, principal, at)))


def _revoked(signers: Iterable[Signer], principal: str, at: datetime) -> Iterable[Signer]:
    for signer in signers:
        if signer.principal != principal or signer.is_revoked:
            yield signer
            continue
        # The bound itself is still valid, and a withdrawal counts at once.
        last = at.replace(microsecond=0) - timedelta(seconds=1)
        ends = last if signer.valid_before is None else min(last, signer.valid_before)
        yield replace(signer, valid_before=ends, comment=f"{REVOKED} {signer.comment}".rstrip())


def standing_at(signer: Signer, at: datetime) -> str:
    """in_force, revoked, expired or not_yet."""
    # A withdrawal counts from its own second on, whatever the bound says of that second.
    problem = "signer_revoked" if signer.is_revoked else _problem(signer, at)
    return "in_force" if problem is None else problem.removeprefix("signer_")


def _problem(signer: Signer, at: datetime) -> str | None:
    # As OpenSSH: whole seconds, both bounds belong to the time of validity.
    at = at.replace(microsecond=0)
    if signer.valid_before is not None and at > signer.valid_before:
        return "signer_revoked" if signer.is_revoked else "signer_expired"
    if signer.valid_after is not None and at < signer.valid_after:
        return "signer_not_yet"
    return None


def _signer(line: str) -> Signer:
    principal, _, rest = line.strip().partition(" ")
    options: dict[str, str] = {}
    rest = rest.lstrip()
    if not rest.startswith("ssh-"):
        rest = _take_options(rest, options)
    words = rest.split(maxsplit=2)
    if set(options) - {"namespaces", "valid-after", "valid-before"}:
        # An option we do not understand could only be read too kindly.
        raise ValueError("unknown option")
    return Signer(
        principal=principal,
        public=public_from_line(" ".join(words[:2])),
        namespaces=tuple(name for name in options.get("namespaces", "").split(",") if name),
        valid_after=_moment(options.get("valid-after")),
        valid_before=_moment(options.get("valid-before")),
        comment=words[2] if len(words) > 2 else "",
    )


def _take_options(text: str, options: dict[str, str]) -> str:
    while True:
        found = _OPTION.match(text)
        if found is None or found[2] is None or found[1] in options:
            raise ValueError("unreadable option")
        options[found[1]] = found[2]
        text = text[found.end() :]
        if not text.startswith(","):
            return text.lstrip()
        text = text[1:]


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%SZ")


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    digits = text.removesuffix("Z")
    shape = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}.get(len(digits))
    if shape is None or not digits.isdecimal():
        raise ValueError("not a moment")
    moment = datetime.strptime(digits, shape)
    # Without Z OpenSSH means the time of the machine's own zone.
    return moment.replace(tzinfo=UTC) if text.endswith("Z") else moment.astimezone()
