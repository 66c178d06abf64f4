"""A stick in memory held to so many MB a second: `python -m bench.slow_stick MOUNTPOINT MB_PER_S`."""

from __future__ import annotations

import errno
import importlib
import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOM = 4 * 1024**3
BLOCK = 4096
LATEST_S = 20.0


@contextmanager
def slow_stick(folder: Path, mb_per_s: int) -> Iterator[Path | None]:
    """The mounted stick; None where FUSE, its library or the right to mount is missing.

    Raises RuntimeError when all that is there and the stick does not come: a line left out must have a cause.
    """
    if not _can_mount():
        yield None
        return
    folder.mkdir()
    server = subprocess.Popen((sys.executable, "-m", "bench.slow_stick", str(folder), str(mb_per_s)))
    try:
        latest = time.monotonic() + LATEST_S
        while not os.path.ismount(folder):
            if server.poll() is not None or time.monotonic() > latest:
                raise RuntimeError("The slow stick did not mount.")
            time.sleep(0.02)
        yield folder
    finally:
        subprocess.run(("umount", "-l", str(folder)), capture_output=True, check=False)
        server.terminate()
        server.wait(timeout=LATEST_S)


def _can_mount() -> bool:
    try:
        importlib.import_module("mfusepy")
    except (ImportError, OSError):  # the package, or the system's libfuse behind it
        return False
    return Path("/dev/fuse").exists() and os.geteuid() == 0


class Files:
    """What stands on the stick, in memory; reads and writes share one line."""

    def __init__(self, mb_per_s: int) -> None:
        self._bytes_per_s = mb_per_s * 1e6
        self._files: dict[str, bytearray] = {}
        self._free_at = 0.0

    def _carry(self, size: int) -> None:
        now = time.monotonic()
        self._free_at = max(now, self._free_at) + size / self._bytes_per_s
        # Shorter waits than the clock can keep are made up for by the next.
        if self._free_at - now > 0.002:
            time.sleep(self._free_at - now)

    def _file(self, path: str) -> bytearray:
        if path not in self._files:
            raise FileNotFoundError(errno.ENOENT, "no such file")
        return self._files[path]

    def getattr(self, path: str, fh: Any = None) -> dict[str, int]:
        if path == "/":
            return {"st_mode": stat.S_IFDIR | 0o755, "st_nlink": 2}
        return {"st_mode": stat.S_IFREG | 0o644, "st_nlink": 1, "st_size": len(self._file(path))}

    def readdir(self, path: str, fh: Any) -> list[str]:
        return [".", "..", *(name[1:] for name in self._files)]

    def create(self, path: str, mode: int, fi: Any = None) -> int:
        self._files[path] = bytearray()
        return 3

    def open(self, path: str, flags: int) -> int:
        return 3

    def truncate(self, path: str, length: int, fh: Any = None) -> int:
        del self._file(path)[length:]
        return 0

    def write(self, path: str, chunk: bytes, offset: int, fh: Any) -> int:
        self._carry(len(chunk))
        self._files[path][offset : offset + len(chunk)] = chunk
        return len(chunk)

    def read(self, path: str, size: int, offset: int, fh: Any) -> bytes:
        piece = bytes(memoryview(self._files[path])[offset : offset + size])
        self._carry(len(piece))
        return piece

    def fsync(self, path: str, only_content: int, fh: Any) -> int:
        return 0

    def fsyncdir(self, path: str, only_content: int, fh: Any) -> int:
        return 0

    def flush(self, path: str, fh: Any) -> int:
        return 0

    def rename(self, old: str, new: str, flags: int = 0) -> int:
        self._files[new] = self._files.pop(old)
        return 0

    def unlink(self, path: str) -> int:
        del self._files[path]
        return 0

    def statfs(self, path: str) -> dict[str, int]:
        free = ROOM // BLOCK
        return {"f_bsize": BLOCK, "f_frsize": BLOCK, "f_blocks": free, "f_bavail": free, "f_bfree": free}


def serve(mount: str, mb_per_s: int) -> None:
    """Until it is unmounted."""
    import mfusepy

    class SlowStick(Files, mfusepy.Operations):  # type: ignore[misc]
        use_ns = True

    options: dict[str, Any] = {"attr_timeout": 0, "entry_timeout": 0, "negative_timeout": 0}
    mfusepy.FUSE(SlowStick(mb_per_s), mount, foreground=True, nothreads=True, subtype="slow", **options)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
