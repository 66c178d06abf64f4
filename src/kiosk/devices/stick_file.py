"""One small file, made in memory, on a stick: written, read back, and taken away again."""

from __future__ import annotations

import hashlib
from contextlib import closing, suppress

from kiosk.devices.ports import MountedDrive
from kiosk.devices.stick import kept_only_when_good, meaning, volume_on
from kiosk.domain.errors import Refused, Trouble


def write_small(content: bytes, target: MountedDrive, name: str) -> str:
    """Writes `content` to the root of the stick and reads it back past the cache; its SHA-256.

    Nothing is written anywhere else on the way. Raises Refused("drive_other_file") when another file has the
    name, or Trouble with a `drive_*` key; then no file of this attempt is left, as far as the stick answers.
    """
    volume, final = volume_on(target), target.path / name
    part = final.with_name(f"{name}.part")
    expected = hashlib.sha256(content).hexdigest()
    if not volume.is_there():
        raise Trouble("drive_gone")
    with meaning(volume, "look"):
        names = volume.names()
    if name in names:
        if _hash_on(target, name) != expected:
            raise Refused("drive_other_file", name=name)
        return expected
    with kept_only_when_good(volume, final, is_new=True):
        with meaning(volume, "write"):
            if part.name in names:
                volume.remove(part)
            file = volume.create(part)
        try:
            with meaning(volume, "write"):
                rest = memoryview(content)
                while rest:
                    rest = rest[volume.write(file, rest) :]
            with meaning(volume, "sync"):
                volume.sync(file)
                volume.close(file)
            with meaning(volume, "rename"):
                volume.rename(part, final)
        except BaseException:
            with suppress(OSError):
                volume.remove(part)
            raise
        with meaning(volume, "sync"):
            volume.sync_folder()
        if _hash_on(target, name) != expected:
            raise Trouble("drive_bad_readback")
        with meaning(volume, "flush"):
            volume.flush()
    return expected


def remove_small(target: MountedDrive, name: str) -> None:
    """Takes the file away; one that is gone already is gone. Raises Trouble with a `drive_*` key."""
    volume = volume_on(target)
    if not volume.is_there():
        raise Trouble("drive_gone")
    with meaning(volume, "write"):
        if name in volume.names():
            volume.remove(target.path / name)
        volume.sync_folder()
        if name in volume.names():
            raise Trouble("drive_write_failed", code=0)
    with meaning(volume, "flush"):
        volume.flush()


def _hash_on(target: MountedDrive, name: str) -> str:
    volume, digest = volume_on(target), hashlib.sha256()
    with meaning(volume, "read_back"), closing(volume.read_back(target.path / name)) as pieces:
        for piece in pieces:
            digest.update(piece)
    return digest.hexdigest()
