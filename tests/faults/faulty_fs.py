"""A stick that fails at a chosen byte: run as `python faulty_fs.py MOUNTPOINT CONTROL SUBTYPE`.

CONTROL holds JSON. Counted in bytes written since the last look at ".again": `unplug` (gone for good until
told otherwise), `enospc`, `eio`, `eperm`, `efbig`. Switches: `fsync`, `rename`, `read_eio`, `no_direct`,
`read_einval` (the first read only, as a file system without direct reads answers).
`flip` is the offset of a byte that reads back changed. `room` is the free space told, in bytes.
"""

from __future__ import annotations

import errno
import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import mfusepy

BLOCK = 4096


class FaultyStick(mfusepy.Operations):
    use_ns = True

    def __init__(self, control: str) -> None:
        self._control = Path(control)
        self._files: dict[str, bytearray] = {}
        self._faults: dict[str, int] = {}
        self._written = 0
        self._gone = False

    def _check(self) -> None:
        if self._gone:
            raise mfusepy.FuseOSError(errno.ENODEV)

    def getattr(self, path: str, fh: Any = None) -> dict[str, int]:
        if path == "/.again":
            self._faults = json.loads(self._control.read_text())
            self._written, self._gone = 0, bool(self._faults.get("gone"))
            raise mfusepy.FuseOSError(errno.ENOENT)
        self._check()
        if path == "/":
            return {"st_mode": stat.S_IFDIR | 0o755, "st_nlink": 2}
        if path not in self._files:
            raise mfusepy.FuseOSError(errno.ENOENT)
        return {"st_mode": stat.S_IFREG | 0o644, "st_nlink": 1, "st_size": len(self._files[path])}

    def readdir(self, path: str, fh: Any) -> list[str]:
        self._check()
        return [".", "..", *(name[1:] for name in self._files)]

    def create(self, path: str, mode: int, fi: Any = None) -> int:
        self._check()
        self._files[path] = bytearray()
        return 3

    def open(self, path: str, flags: int) -> int:
        self._check()
        if self._faults.get("no_direct") and flags & os.O_DIRECT:
            raise mfusepy.FuseOSError(errno.EINVAL)
        return 3

    def truncate(self, path: str, length: int, fh: Any = None) -> int:
        self._check()
        del self._files[path][length:]
        return 0

    def write(self, path: str, chunk: bytes, offset: int, fh: Any) -> int:
        self._check()
        end = self._written + len(chunk)
        numbers = {"unplug": errno.ENODEV, "enospc": errno.ENOSPC, "eio": errno.EIO, "efbig": errno.EFBIG}
        for name, number in numbers.items():
            if name in self._faults and end > self._faults[name]:
                self._gone = name == "unplug"
                raise mfusepy.FuseOSError(number)
        if "eperm" in self._faults and end > self._faults["eperm"]:
            self._faults["room"] = 0
            raise mfusepy.FuseOSError(errno.EPERM)
        self._written = end
        self._files[path][offset : offset + len(chunk)] = chunk
        return len(chunk)

    def fsync(self, path: str, only_content: int, fh: Any) -> int:
        self._check()
        if self._faults.get("fsync"):
            raise mfusepy.FuseOSError(errno.EIO)
        return 0

    def fsyncdir(self, path: str, only_content: int, fh: Any) -> int:
        self._check()
        return 0

    def flush(self, path: str, fh: Any) -> int:
        self._check()
        return 0

    def read(self, path: str, size: int, offset: int, fh: Any) -> bytes:
        self._check()
        if self._faults.get("read_eio"):
            raise mfusepy.FuseOSError(errno.EIO)
        if self._faults.pop("read_einval", 0):
            raise mfusepy.FuseOSError(errno.EINVAL)
        piece = bytearray(self._files[path][offset : offset + size])
        flip = self._faults.get("flip", -1)
        if offset <= flip < offset + len(piece):
            piece[flip - offset] ^= 1
        return bytes(piece)

    def rename(self, old: str, new: str, flags: int = 0) -> int:
        self._check()
        if self._faults.get("rename"):
            raise mfusepy.FuseOSError(errno.EIO)
        self._files[new] = self._files.pop(old)
        return 0

    def unlink(self, path: str) -> int:
        self._check()
        del self._files[path]
        return 0

    def statfs(self, path: str) -> dict[str, int]:
        self._check()
        room = self._faults.get("room", 256 * 1024 * 1024) // BLOCK
        return {"f_bsize": BLOCK, "f_frsize": BLOCK, "f_blocks": 65536, "f_bavail": room, "f_bfree": room}


if __name__ == "__main__":
    mfusepy.FUSE(
        FaultyStick(sys.argv[2]), sys.argv[1], foreground=True, nothreads=True,
        attr_timeout=0, entry_timeout=0, negative_timeout=0, subtype=sys.argv[3],
    )  # fmt: skip
