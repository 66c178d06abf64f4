"""The cameras Linux knows, read from sysfs."""

from __future__ import annotations

from pathlib import Path

from kiosk.devices.camera_found import FoundCamera, identity_of

SYSFS = Path("/sys/class/video4linux")


def cameras(sysfs: Path = SYSFS) -> tuple[FoundCamera, ...]:
    """Every capture device, by number; a camera's second device (its metadata) is left out."""
    found = []
    for entry in sorted(sysfs.glob("video*"), key=lambda path: _number(path.name)):
        if _read(entry / "index") not in ("", "0"):
            continue
        number = _number(entry.name)
        if number >= 0:
            found.append(FoundCamera(_identity(entry), _read(entry / "name") or entry.name, number))
    return tuple(found)


def _number(name: str) -> int:
    digits = name.removeprefix("video")
    return int(digits) if digits.isascii() and digits.isdigit() else -1


def _identity(entry: Path) -> str:
    """From the USB device above the interface; the device's own path for a camera that is not on USB."""
    interface = (entry / "device").resolve()
    for level in (interface, *interface.parents):
        vendor, product = _read(level / "idVendor"), _read(level / "idProduct")
        if vendor and product:
            return identity_of(vendor, product, _read(level / "serial"), level.name)
    return f"@{interface.name}"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
