"""A person at a command line: types words and a PIN, reads sentences or one JSON object."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import typer

from kiosk.cli.line import run
from kiosk.cli.main import app as counter
from tests.house import QUICK

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def typed(text: str) -> Iterator[None]:
    """What is typed, or piped in, while the command runs."""
    before, sys.stdin = sys.stdin, io.StringIO(text)
    try:
        yield
    finally:
        sys.stdin = before


class Terminal:
    """Runs commands in this process; a command line ends with an exit code and what it said."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def json(
        self, *words: str | Path, pin: str = "", app: typer.Typer = counter, json_first: bool = False
    ) -> tuple[int, dict[str, Any]]:
        """Exit code and the one object on standard output; fails when there is more or less than one."""
        line = [str(word) for word in words]
        with typed(pin):
            code = run(app, ["--json", *line] if json_first else [*line, "--json"], cost=QUICK)
        out = self._capture.readouterr().out
        answer = json.loads(out)
        assert isinstance(answer, dict), out
        assert out.endswith("}\n"), out
        assert out.count("\n") == 1, out
        return code, answer

    def plain(self, *words: str | Path, pin: str = "", app: typer.Typer = counter) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        with typed(pin):
            code = run(app, [str(word) for word in words], cost=QUICK)
        said = self._capture.readouterr()
        return code, said.out, said.err


def program(
    words: Sequence[str | Path], *, pin: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """The real program in a process of its own; a variable given as "" is not set."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **variables}
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *(str(word) for word in words)],
        input=pin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={name: value for name, value in env.items() if value},
        cwd=ROOT,
        check=False,
        timeout=120,
    )
