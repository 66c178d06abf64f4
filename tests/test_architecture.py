"""The house keeps its shape: who may import whom, how long anything may get, what the rules may touch."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "kiosk"
OUR_CODE = ("src", "tests", "tools", "bench")
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def lint_imports(checkout: Path, *options: str) -> tuple[int, str]:
    """Exit code and words of import-linter over `checkout`/src, whatever else is installed."""
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--config", str(checkout / ".importlinter"), "--no-cache", *options],
        cwd=checkout / "src",
        env={**os.environ, "PYTHONPATH": str(checkout / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_import_contracts_hold() -> None:
    code, words = lint_imports(ROOT)

    assert code == 0, words


@dataclass(frozen=True, slots=True)
class Planted:
    """A violation: lines added to a module (made when it is not there), and the contract it breaks."""

    contract: str
    module: str
    line: str
    caught: str


PLANTED = [
    Planted("layers", "domain/planted.py", "import kiosk.services", "kiosk.domain.planted -> kiosk.services"),
    Planted("layers", "services/planted.py", "import kiosk.ui", "kiosk.services.planted -> kiosk.ui"),
    Planted("layers", "ui/planted.py", "import kiosk.app", "kiosk.ui.planted -> kiosk.app"),
    Planted("layers", "store/planted.py", "import kiosk.vision", "kiosk.store.planted -> kiosk.vision"),
    Planted("layers", "sealing/planted.py", "import kiosk.paper", "kiosk.sealing.planted -> kiosk.paper"),
    Planted("layers", "devices/planted.py", "import kiosk.store", "kiosk.devices.planted -> kiosk.store"),
    Planted("layers", "city/planted.py", "import kiosk.app", "kiosk.city.planted -> kiosk.app"),
    Planted("layers", "app.py", "import kiosk.city", "kiosk.app -> kiosk.city"),
    Planted("layers", "settings/__init__.py", "import kiosk.logs", "kiosk.settings -> kiosk.logs"),
    Planted("layers", "attic/__init__.py", '"""A room nobody declared."""', "attic"),
    Planted("cycles", "services/planted.py", "import kiosk.services.planted_too", "planted_too"),
    Planted("domain-pure", "domain/planted.py", "import sqlalchemy", "kiosk.domain.planted -> sqlalchemy"),
    Planted(
        "domain-pure", "domain/planted.py", "import cryptography", "kiosk.domain.planted -> cryptography"
    ),
    Planted("city-alone", "city/planted.py", "import kiosk.services", "kiosk.city.planted -> kiosk.services"),
    Planted("city-alone", "city/planted.py", "import kiosk.vision", "kiosk.city.planted -> kiosk.vision"),
    Planted(
        "city-window", "city/planted.py", "import kiosk.ui.texts", "kiosk.city.planted -> kiosk.ui.texts"
    ),
    Planted(
        "city-window",
        "city/window/planted.py",
        "import kiosk.ui.screens",
        "kiosk.city.window.planted -> kiosk.ui.screens",
    ),
    Planted("city-callers", "__main__.py", "import kiosk.city", "kiosk.__main__ -> kiosk.city"),
    Planted(
        "qt-only-in-windows", "services/planted.py", "import PySide6", "kiosk.services.planted -> PySide6"
    ),
    Planted("qt-only-in-windows", "cli/planted.py", "import PySide6", "kiosk.cli.planted -> PySide6"),
    Planted("qt-only-in-windows", "city/planted.py", "import PySide6", "kiosk.city.planted -> PySide6"),
    Planted("words-without-qt", "ui/texts.py", "import PySide6", "kiosk.ui.texts -> PySide6"),
    Planted(
        "screens-call-services", "ui/screens/planted.py", "import kiosk.store", "kiosk.ui.screens.planted"
    ),
    Planted(
        "widgets-know-no-verbs", "ui/widgets/planted.py", "import kiosk.services", "kiosk.ui.widgets.planted"
    ),
    Planted("drivers-behind-ports", "services/planted.py", "import kiosk.devices", "kiosk.services.planted"),
    Planted(
        "rows-stay", "services/planted.py", "import kiosk.store.tables_session", "kiosk.services.planted"
    ),
]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("house")
    shutil.copytree(PACKAGE, copy / "src" / "kiosk", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", copy)
    return copy


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: f"{planted.contract}-{planted.module}")
def test_a_planted_violation_is_caught(pristine: Path, planted: Planted) -> None:
    package = pristine / "src" / "kiosk"
    there = package / planted.module
    kept = there.read_bytes() if there.exists() else None
    back = package / "services" / "planted_too.py"
    there.parent.mkdir(exist_ok=True)
    try:
        with there.open("a", encoding="utf-8") as source:
            source.write(f"\n{planted.line}\n")
        back.write_text("import kiosk.services.planted\n" if planted.contract == "cycles" else "")
        code, words = lint_imports(pristine, "--contract", planted.contract)
    finally:
        back.unlink()
        there.unlink() if kept is None else there.write_bytes(kept)
        if planted.module.startswith("attic"):
            shutil.rmtree(there.parent)

    assert code == 1, words
    assert "0 kept, 1 broken" in words
    assert planted.caught in words


def test_every_contract_has_a_planted_violation() -> None:
    written = (ROOT / ".importlinter").read_text(encoding="utf-8")
    contracts = {line.split(":")[2].rstrip("]\n") for line in written.splitlines() if ":contract:" in line}

    assert contracts == {planted.contract for planted in PLANTED}


def test_every_table_and_mapping_stays_in_the_store() -> None:
    written = (
        (ROOT / ".importlinter").read_text(encoding="utf-8").split("[importlinter:contract:rows-stay]")[1]
    )
    rows = [
        file.stem for file in (PACKAGE / "store").glob("*.py") if file.stem.startswith(("tables", "mapping"))
    ]

    assert rows != []
    assert [name for name in rows if f"kiosk.store.{name}\n" not in written] == []


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders or OUR_CODE:
        yield from sorted((ROOT / folder).rglob("*.py"))


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def at(file: Path, line: int = 1) -> str:
    return f"{file.relative_to(ROOT)}:{line}"


def test_no_file_outgrows_its_budget() -> None:
    lengths = {at(file): len(file.read_text(encoding="utf-8").splitlines()) for file in sources()}

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_outgrows_its_budget() -> None:
    too_long = {}
    for file in sources():
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                lines = node.end_lineno - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    too_long[f"{at(file, node.lineno)} {node.name}"] = lines

    assert too_long == {}


def test_every_module_and_public_class_says_what_it_is_for() -> None:
    silent = []
    for file in sources("src"):
        tree = parsed(file)
        if ast.get_docstring(tree) is None:
            silent.append(at(file))
        # Only the module's own classes: an enumeration's members or a screen's inner row explain themselves.
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        silent += [
            f"{at(file, node.lineno)} {node.name}"
            for node in classes
            if not node.name.startswith("_") and ast.get_docstring(node) is None
        ]

    assert silent == []


VAGUE = ("Manager", "Helper", "Util", "Utils", "Base", "Mixin")
STDLIB_NAMES = {
    "calendar",
    "queue",
    "operator",
    "platform",
    "types",
    "secrets",
    "statistics",
    "code",
    "token",
}


def test_names_say_what_a_thing_is() -> None:
    vague = []
    for file in sources("src"):
        if file.stem in sys.stdlib_module_names and file.stem in STDLIB_NAMES:
            vague.append(f"{at(file)} has a name of the standard library")
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.ClassDef) and node.name.endswith(VAGUE):
                vague.append(f"{at(file, node.lineno)} {node.name}")

    assert vague == []


CLOCK_AND_FILES = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "monotonic"),
    ("time", "time_ns"),
    ("time", "perf_counter"),
    ("os", "environ"),
    ("os", "urandom"),
    ("os", "open"),
    ("random", "random"),
}
FILE_METHODS = {"read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir"}
WORLD_MODULES = {"os", "time", "random", "pathlib", "socket", "subprocess", "tempfile", "shutil", "threading"}


def reaches_out(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and word of each place where a rule would ask the world for something."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, name.name) for name in names if name.name in WORLD_MODULES)
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in WORLD_MODULES:
                yield node.lineno, module
            case ast.Call(func=ast.Name(id="open" | "input" | "print" as word)):
                yield node.lineno, word
            case ast.Attribute(value=ast.Name(id=owner), attr=word) if (owner, word) in CLOCK_AND_FILES:
                yield node.lineno, f"{owner}.{word}"
            case ast.Attribute(value=ast.Attribute(attr=owner), attr=word) if (
                owner,
                word,
            ) in CLOCK_AND_FILES:
                yield node.lineno, f"{owner}.{word}"
            case ast.Call(func=ast.Attribute(attr=word)) if word in FILE_METHODS:
                yield node.lineno, word


def test_the_rules_ask_no_clock_and_open_no_file() -> None:
    found = [
        f"{at(file, line)} {word}"
        for file in sources("src/kiosk/domain")
        for line, word in reaches_out(parsed(file))
    ]

    assert found == []


@pytest.mark.parametrize(
    "rule",
    [
        "import time",
        "from pathlib import Path",
        "seen = datetime.now(UTC)",
        "seen = datetime.date.today()",
        "text = open('kept.txt').read()",
        "text = kept.read_text()",
    ],
)
def test_a_rule_that_asks_the_world_is_noticed(rule: str) -> None:
    assert len(list(reaches_out(ast.parse(rule)))) > 0
