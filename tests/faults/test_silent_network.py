"""A counter day under watch: over the network the program speaks to the ticket printer only."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.devices.printer_socket import SocketPrinter

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(r"sa_family=AF_INET6?, .*?sin6?_port=htons\((\d+)\).*?\"([0-9a-f.:]+)\"")


def watched(tmp_path: Path, *words: str) -> tuple[list[str], set[tuple[str, int]]]:
    """Of a whole day: every call that makes a socket for the network, and every address named."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not on this machine")
    told = tmp_path / "calls.txt"
    program = (sys.executable, "-m", "kiosk", "rehearse", "--visitors", "4", "--out", str(tmp_path / "out"))
    done = subprocess.run(
        [strace, "-f", "-qq", "--seccomp-bpf", "-e", "trace=network", "-o", str(told), *program, *words],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "QT_QPA_PLATFORM": "offscreen"},
        check=False,
        timeout=300,
    )
    if "ptrace" in done.stderr:
        pytest.skip("this machine lets nobody be watched")
    assert done.returncode == 0, done.stderr
    calls = told.read_text(encoding="utf-8", errors="replace").splitlines()
    made = [call for call in calls if re.search(r"\bsocket\(AF_(INET6?|PACKET|NETLINK)", call)]
    named = {(found[2], int(found[1])) for call in calls for found in [ADDRESS.search(call)] if found}
    return made, named


def test_without_a_network_printer_no_socket_is_ever_made(tmp_path: Path) -> None:
    assert watched(tmp_path) == ([], set())


def test_with_a_network_printer_it_is_the_only_address(tmp_path: Path) -> None:
    with SocketPrinter() as printer:
        made, named = watched(tmp_path, "--printer", printer.url)
        host, port = printer.url.removeprefix("tcp://").split(":")
        assert len(printer.tickets) == 4
    assert named == {(host, int(port))}
    assert made != []
