"""Real media made on this machine: memory disks, disk images, and a file system that fails on demand."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _need(*tools: str) -> None:
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("making a real medium needs root on Linux")
    for tool in tools:
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not on this machine")


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        pytest.skip(f"{command[0]} does not work here: {done.stderr.strip()}")


@contextmanager
def _mounted(folder: Path, *command: str) -> Iterator[Path]:
    folder.mkdir()
    _run(*command, str(folder))
    try:
        assert os.path.ismount(folder)
        assert folder.stat().st_dev != folder.parent.stat().st_dev
        yield folder
    finally:
        subprocess.run(("umount", "-l", str(folder)), capture_output=True, timeout=60, check=False)


@contextmanager
def memory_disk(folder: Path, size: str, options: str = "") -> Iterator[Path]:
    """A mounted tmpfs of `size` ("8m")."""
    _need("mount", "umount")
    extra = f",{options}" if options else ""
    with _mounted(folder, "mount", "-t", "tmpfs", "-o", f"size={size}{extra}", "kiosk-test") as place:
        yield place


@contextmanager
def disk_image(folder: Path, image: Path, megabytes: int, options: str = "loop") -> Iterator[Path]:
    """A mounted ext4 image on a loop device; `image` may lie on a medium too small for it."""
    _need("mount", "umount", "mkfs.ext4")
    with image.open("wb") as file:
        file.truncate(megabytes * 1024 * 1024)
    _run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", str(image))
    with _mounted(folder, "mount", "-o", options, str(image)) as place:
        yield place


class FaultyStick:
    """A mounted FUSE file system in memory, whose faults are set from outside while it runs."""

    def __init__(self, place: Path, control: Path) -> None:
        self.place = place
        self._control = control

    def fail(self, **faults: int) -> None:
        """Starts counting anew with these faults (see faulty_fs.py); none makes it sound again."""
        part = self._control.with_suffix(".new")
        part.write_text(json.dumps(faults), encoding="ascii")
        part.rename(self._control)
        assert (self.place / ".again").exists() is False  # the look-up makes it read the file


@contextmanager
def faulty_stick(folder: Path, control: Path, subtype: str = "faulty") -> Iterator[FaultyStick]:
    """A FUSE stick at `folder`; the kernel's mount table calls its file system "fuse.<subtype>"."""
    _need("umount")
    try:
        importlib.import_module("mfusepy")
    except (ImportError, OSError):  # the package, or the system's libfuse behind it
        pytest.skip("mfusepy or libfuse is not on this machine")
    if not Path("/dev/fuse").exists():
        pytest.skip("the kernel offers no FUSE")
    control.write_text("{}", encoding="ascii")
    folder.mkdir()
    script = Path(__file__).with_name("faulty_fs.py")
    server = subprocess.Popen((sys.executable, str(script), str(folder), str(control), subtype))
    try:
        deadline = time.monotonic() + 20
        while not os.path.ismount(folder):
            assert server.poll() is None, "the faulty file system did not start"
            assert time.monotonic() < deadline, "the faulty file system did not mount"
            os.sched_yield()
        assert folder.stat().st_dev != folder.parent.stat().st_dev
        yield FaultyStick(folder, control)
    finally:
        subprocess.run(("umount", "-l", str(folder)), capture_output=True, timeout=60, check=False)
        server.terminate()
        server.wait(timeout=20)
