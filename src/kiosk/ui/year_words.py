"""What a look at the contract year's workbook found, in lines for the terminal and the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.domain.errors import Refused
from kiosk.ui.texts import Texts

if TYPE_CHECKING:
    from kiosk.services.year import YearLook


def year_lines(texts: Texts, look: YearLook, *, taken: bool) -> list[str]:
    """Every fault with its place and remedy, or what changes and how many sessions there are."""
    if look.faults:
        return [
            texts.get("year.faults", count=len(look.faults)),
            *(
                texts.get("year.fault", sheet=one.sheet, row=one.row, column=one.column, say=say, do=do)
                for one in look.faults
                for say, do in [texts.explain(Refused(one.key, **one.facts))]
            ),
        ]
    counts = {name: count for name, count in look.counts.items() if name != "settings"}
    if not look.changed and not any(counts.values()):
        return [texts.get("year.nothing")]
    lines = [texts.get("year.taken" if taken else "year.fine")]
    if look.changed:
        lines.append(texts.get("year.changed", titles="、".join(look.changed)))
    lines.append(texts.get("year.counts", **counts))
    if look.days:
        first, last = look.days[0].date.isoformat(), look.days[-1].date.isoformat()
        lines.append(texts.get("year.days", first=first, last=last, count=len(look.days)))
    return lines
