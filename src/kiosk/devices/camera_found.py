"""A camera's name that stays the same when its number does not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FoundCamera:
    """One camera as the system sees it now.

    `identity` is USB vendor, product and serial number ("046d:0825:ABC123"), or the socket where the camera
    has no serial number ("046d:0825@1-2"); `index` is today's number for OpenCV.
    """

    identity: str
    name: str
    index: int


def identity_of(vendor: str, product: str, serial: str, socket: str) -> str:
    """The stable name; a socket stands in where a maker gives every camera the same serial number."""
    # Many cheap cameras carry one of these as "serial number" in every single piece.
    real = serial.strip() if serial.strip() not in ("", "0", "SN0001", "01.00.00", "200901010001") else ""
    kind = f"{vendor.lower()}:{product.lower()}"
    return f"{kind}:{real}" if real else f"{kind}@{socket}"
