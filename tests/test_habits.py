"""Habits of the house: every failure has its sentence, every word its use, the tests stay honest."""

from __future__ import annotations

import ast
import re
import shutil
import string
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TEXTS = sorted((ROOT / "resources" / "texts" / "ja").rglob("*.toml"))
# Texts chosen by a value that stands in no source line (a profile, a catalogue, a workflow table).
LISTED_TEXTS: frozenset[str] = frozenset()


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def place(file: Path, line: int = 1) -> str:
    return f"{file.relative_to(ROOT)}:{line}"


def words_in(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


@dataclass(frozen=True, slots=True)
class Failure:
    """One place that refuses or reports trouble: where, under which table and key, with which facts."""

    where: str
    table: str
    key: str
    facts: frozenset[str]
    facts_open: bool


def failures(file: Path) -> Iterator[Failure]:
    for node in ast.walk(parsed(file)):
        match node:
            case ast.Call(func=ast.Name(id="Refused" | "Trouble" as kind), args=[first, *_], keywords=given):
                # A key may be chosen on the spot: `"full" if … else "gone"` names two.
                chosen = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
                names = frozenset(word.arg for word in given if word.arg is not None)
                for one in chosen:
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        where = place(file, node.lineno)
                        is_open = any(word.arg is None for word in given)
                        yield Failure(where, kind.lower(), one.value, names, is_open)


def merged_texts() -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for file in TEXTS:
        _merge(whole, tomllib.loads(file.read_text(encoding="utf-8")))
    return whole


def _merge(whole: dict[str, Any], more: dict[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict):
            _merge(whole.setdefault(key, {}), value)
        else:
            whole[key] = value


def leaves(table: dict[str, Any], above: str = "") -> Iterator[str]:
    """Dotted keys of all texts; {say, do} together are one."""
    for key, value in table.items():
        if isinstance(value, dict) and set(value) != {"say", "do"}:
            yield from leaves(value, f"{above}{key}.")
        else:
            yield f"{above}{key}"


def test_no_text_stands_in_two_files() -> None:
    files: dict[str, list[str]] = {}
    for file in TEXTS:
        for key in leaves(tomllib.loads(file.read_text(encoding="utf-8"))):
            files.setdefault(key, []).append(file.name)

    assert {key: names for key, names in files.items() if len(names) > 1} == {}


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


ALL_FAILURES = [found for file in SOURCES for found in failures(file)]


def test_every_failure_has_a_sentence_and_a_remedy() -> None:
    texts = merged_texts()
    entries = {(table, key): entry for table in ("refused", "trouble") for key, entry in texts[table].items()}
    silent = [found for found in ALL_FAILURES if (found.table, found.key) not in entries]
    helpless = [f"{table}.{key}" for (table, key), entry in entries.items() if set(entry) != {"say", "do"}]

    assert [f"{found.where} {found.table}.{found.key}" for found in silent] == []
    assert helpless == []


def test_every_sentence_gets_the_facts_it_names() -> None:
    texts = merged_texts()
    lacking = []
    for found in ALL_FAILURES:
        entry = texts[found.table].get(found.key)
        if entry is None or found.facts_open:
            continue
        named = fields_of(entry["say"]) | fields_of(entry["do"])
        if not named <= found.facts:
            lacking.append(f"{found.where} {found.key}: {sorted(named - found.facts)}")

    assert lacking == []


def key_pattern(written: ast.JoinedStr) -> re.Pattern[str] | None:
    """f"shell.tab.{name}" as a pattern of keys; None when nothing of it is fixed."""
    parts = [part.value if isinstance(part, ast.Constant) else None for part in written.values]
    fixed = "".join(str(part) for part in parts if part is not None)
    if not re.fullmatch(r"[\w.]*\w\w[\w.]*", fixed):
        return None
    return re.compile("".join(r"[\w.]+" if part is None else re.escape(str(part)) for part in parts))


def is_used(key: str, words: set[str], patterns: list[re.Pattern[str]]) -> bool:
    """Whether a source line names the key, its last parts, or a table it stands in."""
    parts = key.split(".")
    names = {".".join(parts[i:]) for i in range(len(parts))}
    tables = {".".join(parts[:i]) for i in range(1, len(parts))} - {"refused", "trouble"}
    return bool((names | tables) & words) or any(
        pattern.fullmatch(name) for pattern in patterns for name in names
    )


def test_every_text_is_used() -> None:
    words: set[str] = set()
    patterns: list[re.Pattern[str]] = []
    for file in SOURCES:
        tree = parsed(file)
        words.update(words_in(tree))
        made = [key_pattern(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
        patterns += [pattern for pattern in made if pattern is not None]
    idle = [key for key in leaves(merged_texts()) if not is_used(key, words, patterns)]

    assert sorted(set(idle) - LISTED_TEXTS) == []


def asked_for(file: Path) -> Iterator[tuple[str, str]]:
    """Every text a source line asks for by its whole key: `texts.get("counter.hold")`."""
    for node in ast.walk(parsed(file)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=owner, attr="get" | "table"), args=[ast.Constant(value=str(key)), *_]
            ) if dotted(owner).split(".")[-1].endswith("texts"):
                yield place(file, node.lineno), key


def test_every_text_that_is_asked_for_is_there() -> None:
    texts = merged_texts()

    def is_there(key: str) -> bool:
        node: Any = texts
        for part in key.split("."):
            if not isinstance(node, dict) or part not in node:
                return False
            node = node[part]
        return True

    assert [f"{where} {key}" for file in SOURCES for where, key in asked_for(file) if not is_there(key)] == []


TESTS = sorted((ROOT / "tests").rglob("*.py"))


def dotted(node: ast.AST) -> str:
    match node:
        case ast.Attribute(value=owner, attr=name):
            return f"{dotted(owner)}.{name}"
        case ast.Name(id=name):
            return name
    return ""


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{name.name}" for name in names)


FORBIDDEN_CALLS = (
    "monkeypatch.setattr",
    "monkeypatch.setitem",
    "time.sleep",
    ".qWait",
    "qtbot.wait",
    "sleep",
)


def dishonest(tree: ast.Module) -> Iterator[str]:
    """Mocks, patched attributes and fixed waits, as written."""
    yield from (name for name in imported(tree) if name.startswith(("unittest.mock", "mock", "pytest_mock")))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = dotted(node.func)
            if called.endswith(FORBIDDEN_CALLS) or called == "mocker.patch":
                yield called


def test_no_mocks_and_no_sleeps() -> None:
    found = [f"{place(file)} {what}" for file in TESTS for what in dishonest(parsed(file))]

    assert found == []


@pytest.mark.parametrize(
    "written",
    [
        "from unittest import mock\n",
        "from unittest.mock import MagicMock\n",
        "monkeypatch.setattr(door, 'open', lambda: None)\n",
        "time.sleep(1)\n",
        "qtbot.wait(50)\n",
        "QTest.qWait(50)\n",
    ],
)
def test_a_mock_or_a_sleep_is_noticed(written: str) -> None:
    assert len(list(dishonest(ast.parse(written)))) > 0


def skips_without_reason(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and dotted(node) in ("pytest.mark.skip", "pytest.mark.xfail"):
            yield node.lineno
        if isinstance(node, ast.Call):
            called, given = dotted(node.func), {word.arg for word in node.keywords}
            if called.endswith("importorskip") and "reason" not in given:
                yield node.lineno
            if called.endswith("mark.skipif") and "reason" not in given:
                yield node.lineno
            if called in ("pytest.skip", "pytest.xfail") and not (node.args or given):
                yield node.lineno


def test_no_skip_without_a_reason() -> None:
    silent = [place(file, line) for file in TESTS for line in skips_without_reason(parsed(file))]

    assert silent == []


def test_every_test_asserts_something() -> None:
    idle = []
    for file in TESTS:
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not _judges(node):
                idle.append(f"{place(file, node.lineno)} {node.name}")

    assert idle == []


def _judges(test: ast.FunctionDef) -> bool:
    for node in ast.walk(test):
        if isinstance(node, ast.Assert):
            return True
        # A shared check carries the assertion in its name; pytest.raises and waitUntil fail by themselves.
        if isinstance(node, ast.Call) and re.search(
            r"(raises|waitUntil|waitSignal|waitActive|(^|[._])(assert|check|expect|refuse)\w*)$",
            dotted(node.func),
        ):
            return True
    return False


# Put together here, so that this file does not hold what it looks for.
ROOTS = "|".join(("tmp", "work", "root", "home", "farm"))
HOSTS = "|".join(("pypi", "pythonhosted", "npmjs", "debian", "ubuntu"))
NEVER_TRACKED = {
    "a path of one machine": re.compile(rf"(?<![\w.~*}}-])/(?:{ROOTS})/\w"),
    "a registry host": re.compile(rf"https?://[\w.-]*(?:{HOSTS})\.\w+|/sim" + "ple/"),
}


def tracked_texts() -> Iterator[tuple[Path, str]]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True, encoding="utf-8"
    )
    for name in filter(None, listed.stdout.split("\0")):
        file = ROOT / name
        if file.is_file():
            content = file.read_bytes()
            if b"\0" not in content:
                yield file, content.decode("utf-8", errors="replace")


def test_no_machine_path_and_no_registry_in_the_tree() -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("the tracked files are known only in a git checkout")
    found = [
        f"{place(file, number)} {what}: {line.strip()[:80]}"
        for file, text in tracked_texts()
        for number, line in enumerate(text.splitlines(), start=1)
        for what, pattern in NEVER_TRACKED.items()
        if pattern.search(line)
    ]

    assert found == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_pins_everything_by_hash_and_names_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^ *#.*\n", "", text).strip())

    assert len(entries) > 50
    assert [entry for entry in entries if not re.match(r"[a-z0-9.-]+(\[[a-z,-]+\])?==[^\s]+ ", entry)] == []
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text
    assert "--index" not in text
