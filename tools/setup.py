"""The commands behind the Makefile: set up `.venv` from the lock, then run, test, check, measure, build."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import machine

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
MADE = VENV / ".made"
OUT = ROOT / "out"
Word = str | Path
BIN = VENV / ("Scripts" if sys.platform == "win32" else "bin")
PYTHON = BIN / ("python.exe" if sys.platform == "win32" else "python")
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}

HELP = {
    "run": 'the counter in practice mode; without a display a whole practice day into out/ (ARGS="--date …")',
    "test": "the test suite, offscreen",
    "check": "ruff, mypy --strict, import contracts, size budgets",
    "bench": "every speed we claim, side by side; also out/bench.json",
    "build": "the bundle in out/build, started once to rehearse",
    "fuzz": "the input tests with 10,000 examples each",
    "coverage": "the test suite with line and branch coverage",
    "lock": "resolve the dependencies again into the two lock files (needs uv)",
    "clean": "remove out/, the environment and the caches",
}


def main(arguments: list[str]) -> int:
    """Run one verb; the exit code is that of the program it ended in."""
    verb = arguments[0] if arguments else "help"
    rest = arguments[1:]
    verbs = {
        "run": run,
        "test": test,
        "check": check,
        "bench": bench,
        "build": build,
        "fuzz": fuzz,
        "coverage": coverage,
        "lock": lock,
        "clean": clean,
    }
    if verb not in verbs:
        return usage(0 if verb == "help" else 2)
    try:
        return verbs[verb](rest)
    except machine.Lacking as lacking:
        print(f"\n{lacking}", file=sys.stderr)
        return 3
    except subprocess.CalledProcessError as failed:
        print(f"\nThis step failed: {' '.join(map(str, failed.cmd))}", file=sys.stderr)
        return failed.returncode or 1
    except KeyboardInterrupt:
        return 130


def usage(code: int) -> int:
    """One line per command."""
    print("make COMMAND, where COMMAND is\n")
    for verb, line in HELP.items():
        print(f"  {verb:<9} {line}")
    return code


def run(rest: list[str]) -> int:
    """The main job: the practice window, or a whole practice day where no window can be shown."""
    window = machine.has_display()
    prepare("run", window=window)
    if window:
        return call([PYTHON, "-m", "kiosk", "practice", "--windowed", *rest])
    if OUT.exists():
        shutil.rmtree(OUT)
    print("No display: the window goes through a day of 30 visitors by itself, a minute or two …", flush=True)
    day = ["rehearse", "--screens", "--visitors", "30", "--out", str(OUT.relative_to(ROOT))]
    code = call([PYTHON, "-m", "kiosk", *day, *rest], offscreen=True)
    if not code and OUT.exists():
        made = ", ".join(sorted(path.name for path in OUT.iterdir()))
        print(f"Left in out/: {made} (README.md says what is what)")
    return code


def test(rest: list[str]) -> int:
    """The whole suite, offscreen."""
    prepare("dev", tools=machine.TOOLS)
    # One file stays on one core: what it set up for its stories is set up once.
    return call([PYTHON, "-m", "pytest", "-n", "auto", "--dist", "loadfile", *rest], offscreen=True)


def check(rest: list[str]) -> int:
    """Everything that can be said about the code without running the product."""
    prepare("dev", tools={"git": "git"})
    steps: list[list[Word]] = [
        [PYTHON, "-m", "ruff", "check", "."],
        [PYTHON, "-m", "mypy"],
        [PYTHON, "-m", "pytest", "-q", "tests/test_architecture.py"],
        [BIN / "lint-imports", "--no-logo"],
    ]
    codes = [call([*step, *rest], offscreen=True) for step in steps]
    print("check: " + ("all held" if not any(codes) else "FAILED"))
    return max(codes)


def bench(rest: list[str]) -> int:
    """Every benchmark, side by side."""
    prepare("dev")
    return call([PYTHON, "-m", "bench", *rest], offscreen=True)


def build(rest: list[str]) -> int:
    """The bundle, and its own proof: it starts and rehearses without this checkout's Python."""
    prepare("dev", tools=machine.BINUTILS)
    _shared_python()
    into = OUT / "build"
    if into.exists():
        shutil.rmtree(into)
    places: list[Word] = ["--distpath", into, "--workpath", into / "work"]
    code = call([PYTHON, "-m", "PyInstaller", "--noconfirm", *places, "build.spec"], offscreen=True)
    if code:
        return code
    suffix = ".exe" if sys.platform == "win32" else ""
    for name in ("kiosk", "kiosk-city"):
        call([into / name / f"{name}{suffix}", "--help"], offscreen=True, quiet=True, must=True)
    rehearsal: list[Word] = ["rehearse", "--visitors", "5", "--out", into / "rehearse", *rest]
    return call([into / "kiosk" / f"kiosk{suffix}", *rehearsal], offscreen=True)


def fuzz(rest: list[str]) -> int:
    """The tests that feed the program what it must refuse, at length."""
    prepare("dev", tools=machine.TOOLS)
    return call(
        [PYTHON, "-m", "pytest", "-m", "fuzz or hypothesis", *rest], offscreen=True, more={"KIOSK_FUZZ": "1"}
    )


def coverage(rest: list[str]) -> int:
    """The suite with the share of lines and branches it went through."""
    prepare("dev", tools=machine.TOOLS)
    report = ["--cov", "--cov-report=term:skip-covered", "--cov-report=html:out/test/coverage"]
    return call([PYTHON, "-m", "pytest", *report, *rest], offscreen=True)


def lock(rest: list[str]) -> int:
    """Resolve again, for Linux and Windows and every Python we run on; names no place to fetch from."""
    if shutil.which("uv") is None:
        raise machine.Lacking("The lock is made with uv, which is not on the PATH.")
    made = "uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url"
    command = [
        *made.split(),
        "--no-annotate",
        # An older pip takes `name[extra]` for another package than a pinned `name`, and refuses it.
        "--no-strip-extras",
        "--no-emit-find-links",
        "--custom-compile-command",
        "make lock",
        *rest,
    ]
    code = call([*command, "pyproject.toml", "--extra", "dev", "-o", LOCKS["dev"]], quiet=True)
    if code:
        return code
    # The running kiosk gets exactly the versions the tests ran with.
    chosen = ["--extra", "install", "-c", LOCKS["dev"], "-o", LOCKS["run"]]
    return call([*command, "pyproject.toml", *chosen], quiet=True)


def clean(rest: list[str]) -> int:
    """Back to a fresh checkout, as far as this tool made anything."""
    caches = [".mypy_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis", ".benchmarks"]
    for path in [OUT, VENV, *(ROOT / name for name in caches), *ROOT.glob(".coverage*")]:
        if path.is_dir():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
    return 0


def prepare(kind: str, *, window: bool = False, tools: dict[str, str] | None = None) -> None:
    """Make `.venv` hold what the lock says, and the system what Qt and the tests want."""
    _environment(kind)
    libraries = machine.missing_libraries(window=window)
    programs = machine.missing_tools(tools or {})
    packages = [*libraries.values(), *programs.values()]
    if packages and machine.install(packages, OUT / "apt.log"):
        libraries = machine.missing_libraries(window=window)
        programs = machine.missing_tools(tools or {})
    if libraries:
        raise machine.Lacking(
            f"Qt cannot open its window: missing {', '.join(sorted(libraries))}.\n"
            f"On Debian or Ubuntu:  {machine.remedy(libraries.values())}"
        )
    if programs:
        print(
            f"Not on this machine: {', '.join(sorted(programs))}; the tests that need them are skipped.\n"
            f"On Debian or Ubuntu:  {machine.remedy(programs.values())}",
            file=sys.stderr,
        )


def _shared_python() -> None:
    """A bundle cannot be made without Python's own shared library."""
    missing = machine.missing_shared_python(PYTHON)
    if missing and machine.install(missing.values(), OUT / "apt.log"):
        missing = machine.missing_shared_python(PYTHON)
    if missing:
        raise machine.Lacking(
            f"The bundle cannot be made: missing {', '.join(missing)}.\n"
            f"On Debian or Ubuntu:  {machine.remedy(missing.values())}"
        )


def _environment(kind: str) -> None:
    stamps = {name: VENV / f".installed-{name}" for name in LOCKS}
    wanted = {name: _fingerprint(name) for name in LOCKS}
    # What the tests run with holds everything the kiosk runs with.
    enough = ("run", "dev") if kind == "run" else ("dev",)
    if PYTHON.exists() and any(_text(stamps[name]) == wanted[name] for name in enough):
        return
    if not PYTHON.exists() or not MADE.exists():
        # One that was broken off has a Python and no pip.
        _make_environment()
    print(f"Installing {LOCKS[kind]} into .venv …", flush=True)
    pip: list[Word] = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    call([*pip, "--require-hashes", "-r", LOCKS[kind]], must=True)
    call([*pip, "--no-deps", "--no-build-isolation", "--editable", "."], must=True)
    for stamp in stamps.values():
        stamp.unlink(missing_ok=True)
    stamps[kind].write_text(wanted[kind], encoding="ascii")


def _make_environment() -> None:
    python = machine.suitable_python()
    if not machine.has_venv(python):
        version = subprocess.run(
            [python, "-c", "import sys; print('python{}.{}-venv'.format(*sys.version_info))"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        if not machine.install([version], OUT / "apt.log"):
            raise machine.Lacking(
                f"This Python cannot make an environment.\nOn Debian or Ubuntu:  {machine.remedy([version])}"
            )
    call([python, "-m", "venv", "--clear", VENV], must=True)
    MADE.touch()


def _fingerprint(kind: str) -> str:
    read = hashlib.sha256()
    for name in (LOCKS[kind], "pyproject.toml"):
        read.update((ROOT / name).read_bytes())
    # A checkout that was moved needs its editable install again.
    read.update(str(ROOT).encode())
    return read.hexdigest()


def _text(path: Path) -> str:
    return path.read_text(encoding="ascii") if path.exists() else ""


def call(
    command: list[Word],
    *,
    offscreen: bool = False,
    quiet: bool = False,
    must: bool = False,
    more: dict[str, str] | None = None,
) -> int:
    """Run a program in the checkout; with `must` a failure ends this command."""
    environment = {**os.environ, "PYTHONUTF8": "1", **(more or {})}
    if offscreen:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    words = [str(word) for word in command]
    out = subprocess.DEVNULL if quiet else None
    interrupted = False
    with subprocess.Popen(words, cwd=ROOT, env=environment, stdout=out) as running:
        while running.returncode is None:
            try:
                running.wait()
            except KeyboardInterrupt:
                # The program heard it too, and puts its things away first.
                interrupted = True
    if interrupted:
        raise KeyboardInterrupt
    if must and running.returncode:
        raise subprocess.CalledProcessError(running.returncode, words)
    return running.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
