"""Writes a file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole_file(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A seekable stream to `<path>.part`, renamed to `path` once its bytes are on the disk.

    Nothing is left behind when the block raises. `private` means 0600 from the first byte
    (on Windows the folder's own rights decide). Raises OSError.
    """
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    handle = os.open(
        part, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600 if private else 0o644
    )
    try:
        with os.fdopen(handle, "w+b", buffering=1 << 20) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_file(path: Path, content: bytes, *, private: bool = False) -> None:
    """`content` as the whole of `path`, on the disk when this returns. Raises OSError."""
    with whole_file(path, private=private) as stream:
        stream.write(content)


def sync_folder(folder: Path) -> None:
    """Puts a rename on the disk; Windows has no such call and does it by its own journal."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
