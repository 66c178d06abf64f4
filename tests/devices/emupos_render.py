"""Runs under a Python that has `emupos`: streams in (JSON on the input), what they print out (JSON).

Not imported by the suite: test_printer_interpreter.py starts it with another interpreter.
"""

from __future__ import annotations

import base64
import json
import sys
from importlib import resources

import yaml  # type: ignore[import-untyped,unused-ignore]
from emupos.config import PrinterProfile  # type: ignore[import-not-found,unused-ignore]
from emupos.printer.printer import Printer  # type: ignore[import-not-found,unused-ignore]


def main() -> None:
    """One answer per stream: the receipts as PNG, the bytes said back, and every complaint."""
    profile = (resources.files("emupos") / "profiles/printers/epson-tm-t20iii.yaml").read_text("utf-8")
    answers = []
    for asked in json.load(sys.stdin):
        values = {**yaml.safe_load(profile), "width_dots": asked["width"]}
        printer = Printer(
            "ticket", PrinterProfile(**values), sensor_open_level="high", job_idle_timeout_ms=10_000
        )
        printer.open_connection(1, 0.0)
        outputs = [
            printer.receive(1, base64.b64decode(asked["stream"]), 0.0),
            printer.close_connection(1, 1.0),
        ]
        answers.append(
            {
                "receipts": [base64.b64encode(r.png).decode() for out in outputs for r in out.receipts],
                "ends": [r.boundary for out in outputs for r in out.receipts],
                "said": [write.data.hex() for out in outputs for write in out.writes],
                "complaints": [str(event) for out in outputs for event in out.events],
            }
        )
    json.dump(answers, sys.stdout)


main()
