"""What a rehearsal leaves behind: one JSON object, and files always under the same names."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from kiosk.domain.errors import Refused, Trouble

if TYPE_CHECKING:
    from kiosk.store.session import SessionView

FOLDERS = ("tickets", "streams", "portraits", "papers", "batch", "city", "screens", "data")
RECORD = "rehearsal.json"


class Timings:
    """Milliseconds per kind of work."""

    def __init__(self) -> None:
        self._kept: dict[str, list[float]] = defaultdict(list)

    @contextmanager
    def measured(self, kind: str) -> Iterator[None]:
        """Times one piece of work."""
        begin = perf_counter()
        yield
        self._kept[kind].append((perf_counter() - begin) * 1000)

    def table(self) -> dict[str, dict[str, float]]:
        """p50, p95 and maximum of every kind."""
        return {kind: _spread(sorted(times)) for kind, times in self._kept.items()}


def _spread(times: list[float]) -> dict[str, float]:
    def at(share: float) -> float:
        return round(times[min(len(times) - 1, int(share * len(times)))], 1)

    return {"p50": at(0.5), "p95": at(0.95), "max": round(times[-1], 1)}


def clean_out(out: Path) -> None:
    """Empties an earlier rehearsal's folder; Refused when anything of somebody else stands there."""
    if out.exists():
        if not out.is_dir():
            raise Refused("rehearse_out_in_use", name=out.name)
        known = {*FOLDERS, RECORD}
        strangers = sorted(entry.name for entry in out.iterdir() if entry.name not in known)
        if strangers:
            raise Refused("rehearse_out_in_use", name=strangers[0])
        if any(out.iterdir()) and not (out / RECORD).is_file():
            raise Refused("rehearse_out_in_use", name=next(out.iterdir()).name)
        for entry in out.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()
    try:
        for name in FOLDERS:
            if name != "data":
                (out / name).mkdir(parents=True, exist_ok=True)
        # Written first, so that a rehearsal that was cut can be cleaned by the next one.
        write_record(out, {"ok": False})
    except OSError:
        raise Trouble("file_unwritable", name=out.name) from None


def write_record(out: Path, values: dict[str, Any]) -> None:
    """rehearsal.json."""
    (out / RECORD).write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def keep_handover(stick: Path, out: Path, batch: str) -> None:
    """The batch as it stood on the stick into batch/, the city's receipt for it into city/."""
    if stick / batch != out / "batch" / batch:
        shutil.copyfile(stick / batch, out / "batch" / batch)
    receipt = f"{batch.removesuffix('.zip')}.receipt.json"
    shutil.copyfile(stick / receipt, out / "city" / "receipt.json")
    shutil.copyfile(stick / f"{receipt}.sig", out / "city" / "receipt.json.sig")


def day_figures(view: SessionView, visitors: int) -> dict[str, Any]:
    """What the day came to, counted in its own database."""
    tickets, visits = view.tickets.all(), view.visits.all()
    outcomes = [visit.outcome.value for visit in visits if visit.outcome is not None]
    return {
        "visitors": visitors,
        "tickets": len(tickets),
        "printed": sum(1 for ticket in tickets if ticket.printed),
        "issued": outcomes.count("accepted"),
        "applications": sum(1 for outcome in outcomes if outcome.startswith("applied_")),
        "portraits": view.portraits.count(),
    }
