"""Every sentence the program says, from resources/texts; knows no window."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from kiosk.domain.errors import Fact, Refused, Trouble
from kiosk.paths import resources
from kiosk.settings import SettingsUnreadable

_TABLE = re.compile(r"\n\[([A-Za-z0-9_-]+)")
"""The first name of a table's heading; a line of a text that looks like one only has a file read earlier."""


class Texts:
    """The words of one language, by dotted key."""

    def __init__(self, language: str, files: Iterable[Path]) -> None:
        self.language = language
        self._tables: dict[str, Any] = {}
        # Reading all words takes longer than painting the sign-in screen: a file is read through when one of
        # its tables is first asked for.
        self._unread = {file: file.read_bytes().decode() for file in files}
        self._said_in: dict[str, list[Path]] = {}
        # Jobs beside the window speak too.
        self._reading = Lock()
        for file, text in self._unread.items():
            for table in dict.fromkeys(_TABLE.findall(f"\n{text}")):
                self._said_in.setdefault(table, []).append(file)

    @staticmethod
    def load(language: str = "ja") -> Texts:
        """All files of resources/texts/<language> as one table; every key stands under a table's heading."""
        return _load(language)

    def get(self, key: str, **facts: Fact) -> str:
        """The text under a dotted key with its {facts} filled; KeyError when there is none."""
        node = self._node(key)
        if not isinstance(node, str):
            raise KeyError(key)
        return _fill(node, facts)

    def has(self, key: str) -> bool:
        """Whether there is a text under the key."""
        try:
            self.get(key)
        except KeyError:
            return False
        return True

    def table(self, key: str) -> dict[str, str]:
        """All texts of one table, in the order of the file."""
        node = self._node(key)
        return {name: text for name, text in node.items() if isinstance(text, str)}

    def say(self, error: Exception) -> str:
        """What happened and what to do, in one line; for anything unknown the apology."""
        happened, remedy = self.explain(error)
        return f"{happened} {remedy}".strip()

    def explain(self, error: Exception) -> tuple[str, str]:
        """(what happened, what to do) for a refusal or trouble; our own faults get the apology."""
        match error:
            case Refused():
                table = "refused"
            case Trouble():
                table = "trouble"
            case SettingsUnreadable():
                wrong = self.get(f"settings_fault.{error.fault}", field=error.field)
                return self.explain(Refused("settings_wrong", file=error.file, wrong=wrong))
            case _:
                return self.get("fault.say"), self.get("fault.do")
        entry = self._node(table).get(error.key)
        if entry is None:
            return self.get("fault.say"), self.get("fault.do")
        return _fill(entry["say"], error.facts), _fill(entry.get("do", ""), error.facts)

    def _node(self, key: str) -> Any:
        table, *rest = key.split(".")
        with self._reading:
            for file in self._said_in.pop(table, ()):
                text = self._unread.pop(file, None)
                if text is not None:
                    _merge(self._tables, tomllib.loads(text))
        node: Any = self._tables[table]
        for part in rest:
            node = node[part]
        return node


class _Lenient(dict[str, Fact]):
    def __missing__(self, name: str) -> str:
        return "—"


def _fill(text: str, facts: dict[str, Fact]) -> str:
    return string.Formatter().vformat(text, (), _Lenient(facts))


@cache
def _load(language: str) -> Texts:
    return Texts(language, sorted((resources() / "texts" / language).glob("*.toml")))


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict):
            _merge(into.setdefault(key, {}), value)
        else:
            into[key] = value
