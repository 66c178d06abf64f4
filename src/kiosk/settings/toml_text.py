"""Settings written back as TOML text, where a person fills in a sheet instead of a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any


def toml_text(table: Mapping[str, Any]) -> str:
    """Text that reads back as the same tables; for texts, numbers, truths, days, lists and tables.

    Raises TypeError for anything else.
    """
    return "\n".join(_lines(table, ())) + "\n"


def _lines(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Plain values first: what follows a table's heading belongs to that table."""
    for key, value in table.items():
        if not _is_table(value):
            yield f"{_text(key)} = {_value(value)}"
    for key, value in table.items():
        if not _is_table(value):
            continue
        inner = (*path, key)
        name = ".".join(map(_text, inner))
        if isinstance(value, Mapping):
            yield from ("", f"[{name}]", *_lines(value, inner))
            continue
        for one in value:
            yield from ("", f"[[{name}]]", *_lines(one, inner))


def _is_table(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(one, Mapping) for one in value)
    return isinstance(value, Mapping)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    raise TypeError(type(value).__name__)


def _text(text: str) -> str:
    # JSON's escapes are TOML's too; DEL is a control character in TOML only.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
