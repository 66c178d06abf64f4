"""The code on a name badge (名札): it says who stands there, and the PIN still has to prove it."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass

from kiosk.domain.errors import Refused

_CODE = re.compile(r"B1:([A-Z0-9]{1,12}):([A-Za-z0-9_-]{1,32}):([0-9A-F]{8})")


@dataclass(frozen=True, slots=True)
class Badge:
    """What a badge claims; `refuse_forged` tells whether this site made it."""

    site: str
    operator: str
    proof: str


def badge_code(site: str, operator: str, key: bytes) -> str:
    """The text of the badge's QR: the operator id and a proof of origin under the site's key."""
    body = f"B1:{site}:{operator}"
    return f"{body}:{_mac(body, key)}"


def looks_like_badge(untrusted_text: str) -> bool:
    """Whether a scanner has typed a badge, so that it is not taken for a PIN."""
    return _CODE.fullmatch(_plain(untrusted_text)) is not None


def read_badge(untrusted_text: str) -> Badge:
    """The badge in a scanned text; Refused("badge_unreadable")."""
    found = _CODE.fullmatch(_plain(untrusted_text))
    if found is None:
        raise Refused("badge_unreadable")
    return Badge(found[1], found[2], found[3])


def refuse_forged(badge: Badge, site: str, key: bytes) -> None:
    """Refused("badge_foreign") unless this site's key made it."""
    expected = _mac(f"B1:{badge.site}:{badge.operator}", key)
    if badge.site != site or not hmac.compare_digest(expected, badge.proof):
        raise Refused("badge_foreign")


def _plain(untrusted_text: str) -> str:
    # A hand scanner types into whatever input method is on: full-width letters arrive too.
    return unicodedata.normalize("NFKC", untrusted_text).strip()


def _mac(body: str, key: bytes) -> str:
    return hmac.new(key, body.encode("ascii"), hashlib.sha256).hexdigest()[:8].upper()
