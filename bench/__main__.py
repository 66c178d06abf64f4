"""Runs every benchmark: a table on the screen, the figures in out/bench.json."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import (
    advice,
    batch,
    bookings,
    database,
    forms,
    paper_bytes,
    photo,
    preview,
    printer_state,
    report,
    start,
    step,
    ticket,
)
from bench.measure import Measured

# Name on the command line -> the module's measure().
BENCHMARKS: dict[str, Callable[[], list[Measured]]] = {
    "start": start.measure,
    "step": step.measure,
    "database": database.measure,
    "bookings": bookings.measure,
    "ticket": ticket.measure,
    "paper": paper_bytes.measure,
    "printer": printer_state.measure,
    "batch": batch.measure,
    "photo": photo.measure,
    "preview": preview.measure,
    "advice": advice.measure,
    "report": report.measure,
    "forms": forms.measure,
}
REPORT = Path(__file__).resolve().parents[1] / "out" / "bench.json"


def main(chosen: list[str]) -> int:
    """Measure what is named, or everything; exit 1 when a bar is missed."""
    unknown = [name for name in chosen if name not in BENCHMARKS]
    if unknown:
        print(f"No benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    lines = [line for name in chosen or BENCHMARKS for line in BENCHMARKS[name]()]
    REPORT.parent.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "system": platform.system(), "cores": os.cpu_count()}
    report = {"machine": machine, "measured": [line.as_json() for line in lines]}
    REPORT.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    show(lines)
    return 0 if all(line.is_met for line in lines) else 1


def show(lines: list[Measured]) -> None:
    """The table: one line per claim."""
    table = Table("what", "against", "ours p50", "p95", "theirs p50", "ratio", "bar", "")
    for line in lines:
        ours, theirs = sorted(line.ours_ms), sorted(line.theirs_ms)
        table.add_row(
            line.what,
            line.against,
            f"{ours[len(ours) // 2]:.1f} {line.unit}",
            f"{line.p95_ms:.1f} {line.unit}",
            f"{theirs[len(theirs) // 2]:.1f} {line.unit}",
            f"{line.ratio:.2f}",
            line.bar,
            "met" if line.is_met else "MISSED",
        )
    # Piped into a file there is no width to fit into.
    Console(width=None if sys.stdout.isatty() else 140).print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
