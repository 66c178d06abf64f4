"""Every sentence the program says, from resources/texts; knows no window."""

from __future__ import annotations

import string
import tomllib
from functools import cache
from typing import Any

from kiosk.domain.errors import Fact, Refused, Trouble
from kiosk.paths import resources
from kiosk.settings import SettingsUnreadable


class Texts:
    """The words of one language, by dotted key."""

    def __init__(self, language: str, tables: dict[str, Any]) -> None:
        self.language = language
        self._tables = tables

    @staticmethod
    def load(language: str = "ja") -> Texts:
        """All files of resources/texts/<language> as one table; later files add, never replace."""
        return _load(language)

    def get(self, key: str, **facts: Fact) -> str:
        """The text under a dotted key with its {facts} filled; KeyError when there is none."""
        node: Any = self._tables
        for part in key.split("."):
            node = node[part]
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
        node: Any = self._tables
        for part in key.split("."):
            node = node[part]
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
                return self.explain(Refused("settings_unreadable", where=error.where))
            case _:
                return self.get("fault.say"), self.get("fault.do")
        entry = self._tables[table].get(error.key)
        if entry is None:
            return self.get("fault.say"), self.get("fault.do")
        return _fill(entry["say"], error.facts), _fill(entry.get("do", ""), error.facts)


class _Lenient(dict[str, Fact]):
    def __missing__(self, name: str) -> str:
        return "—"


def _fill(text: str, facts: dict[str, Fact]) -> str:
    return string.Formatter().vformat(text, (), _Lenient(facts))


@cache
def _load(language: str) -> Texts:
    tables: dict[str, Any] = {}
    for file in sorted((resources() / "texts" / language).glob("*.toml")):
        _merge(tables, tomllib.loads(file.read_text(encoding="utf-8")))
    return Texts(language, tables)


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict):
            _merge(into.setdefault(key, {}), value)
        else:
            into[key] = value
