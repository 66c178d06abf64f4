"""What a city or a single PC may differ in, read from TOML and checked once.

Here stands what a start needs; the profile with its heavier reader comes in at sign-in (settings/profile.py).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal


class SettingsUnreadable(Exception):
    """A settings file that is missing or wrong: its name, what is wrong (a key of the texts' settings_fault)
    and the field, or the line where there is none yet; never a value.
    """

    def __init__(self, file: str, fault: str, field: str = "") -> None:
        super().__init__(f"{file}: {field}: {fault}")
        self.file, self.fault, self.field = file, fault, field


@dataclass(frozen=True, slots=True)
class Devices:
    """What is plugged into this PC, as addresses (docs/architecture.md)."""

    printer: str = "tcp://192.168.192.168:9100"
    width_dots: Literal[384, 576] = 384
    camera: str = "index:0"
    drive: str = "auto"
    window: str = "1"


def read_devices(untrusted_text: str, where: str) -> Devices:
    """Device addresses from TOML text; raises SettingsUnreadable naming `where` and the field."""
    untrusted = parse(untrusted_text, where)
    known = {field.name for field in fields(Devices)}
    for name, value in untrusted.items():
        if name not in known:
            raise SettingsUnreadable(where, "unknown", name)
        if name == "width_dots":
            # True == 1, but a switch is no width.
            if isinstance(value, bool) or not isinstance(value, int) or value not in (384, 576):
                raise SettingsUnreadable(where, "width", name)
        elif not isinstance(value, str):
            raise SettingsUnreadable(where, "text", name)
    return Devices(**untrusted)


def read_text(file: Path) -> str:
    """A settings file as text; raises SettingsUnreadable when it cannot be read."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SettingsUnreadable(file.name, "absent") from None
    except UnicodeDecodeError:
        raise SettingsUnreadable(file.name, "encoding") from None
    except OSError:
        raise SettingsUnreadable(file.name, "unopened") from None


def parse(untrusted_text: str, where: str) -> dict[str, Any]:
    """TOML text as tables; raises SettingsUnreadable naming `where` and the line."""
    try:
        return tomllib.loads(untrusted_text)
    except tomllib.TOMLDecodeError as error:
        # The reader tells the line inside an English sentence only.
        line = re.search(r"at line (\d+)", str(error))
        raise SettingsUnreadable(where, "syntax" if line else "cut", line[1] if line else "") from None
