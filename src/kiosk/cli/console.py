"""What all commands share: --data and --json anywhere on the line, one answer, one exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk import logs, paths
from kiosk.domain.errors import Refused, Trouble
from kiosk.settings import SettingsUnreadable
from kiosk.ui.texts import Texts

if TYPE_CHECKING:  # opening the counter takes no parser of commands
    import typer

    from kiosk.store.vault import KdfCost

DONE, REFUSED, WRONG_USE, TROUBLE, BUG = 0, 1, 2, 3, 70
INTERRUPTED = 130  # Ctrl+C, as every shell knows it


class WrongUse(Exception):
    """A command line that makes no sense; what is wrong stands in the texts under cli.wrong.`key`."""

    def __init__(self, key: str, **facts: str) -> None:
        super().__init__(key)
        self.key, self.facts = key, facts


@dataclass
class Console:
    """Where one command's answer goes; handed to commands as the context's object."""

    as_json: bool = False
    folder: Path | None = None
    texts: Texts = field(default_factory=Texts.load)
    cost: KdfCost | None = None
    """The least a PIN's key derivation may cost, the standard where none is given; only tests give one."""

    @property
    def data(self) -> Path:
        """The data folder: --data, or the platform's own."""
        return self.folder if self.folder is not None else paths.default_data()

    def report(self, values: dict[str, Any], lines: Sequence[str] = ()) -> None:
        """One JSON object with --json, else the plain sentences."""
        if self.as_json:
            sys.stdout.write(json.dumps(values, ensure_ascii=False, default=str) + "\n")
        else:
            sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()

    def progress(self, line: str) -> None:
        """A line for a person who waits; standard error, so that --json stays one object."""
        sys.stderr.write(f"{line}\n")

    def refuse(self, problem: str, say: str) -> None:
        """The one sentence of a failure."""
        if self.as_json:
            self.report({"ok": False, "problem": problem, "say": say})
        else:
            sys.stderr.write(f"{say}\n")


def console_of(context: typer.Context) -> Console:
    """The console of a running command."""
    found = context.find_object(Console)
    return found if found is not None else Console()


@contextmanager
def about(file: Path) -> Iterator[None]:
    """Whatever is refused inside is said with the name of this file, which somebody has typed."""
    try:
        yield
    except (Refused, Trouble) as error:
        error.add_note(file.name)
        raise


def answered(console: Console, work: Callable[[], int]) -> int:
    """The exit code of `work`: 1 refused, 2 wrong use, 3 trouble, 70 a bug, each with its one sentence."""
    texts = console.texts
    try:
        return work()
    except KeyboardInterrupt:
        console.refuse("aborted", texts.get("cli.aborted"))
        return INTERRUPTED
    except WrongUse as wrong:
        detail = texts.get(f"cli.wrong.{wrong.key}", **wrong.facts)
        console.refuse("usage", texts.get("cli.usage", detail=detail))
        return WRONG_USE
    except (Refused, SettingsUnreadable) as no:
        console.refuse(getattr(no, "key", "settings_unreadable"), _said(texts, no))
        return REFUSED
    except Trouble as trouble:
        console.refuse(trouble.key, _said(texts, trouble))
        return TROUBLE
    except OSError as problem:
        # A disk, a folder or a pipe that no service expected to fail: the world's fault, not the program's.
        logs.world(problem)
        unusable = Trouble("file_unusable", number=problem.errno or 0)
        console.refuse(unusable.key, texts.say(unusable))
        return TROUBLE
    except Exception as fault:
        logs.bug(fault)
        console.refuse("fault", texts.say(fault))
        return BUG


def _said(texts: Texts, error: Exception) -> str:
    say = texts.say(error)
    names = [name for name in getattr(error, "__notes__", ()) if name not in say]
    return texts.get("cli.about", file=names[0], say=say) if names else say


def speak_unicode() -> None:
    """Standard output and error in UTF-8, whatever the machine's own encoding is."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def take_common(argv: Sequence[str], console: Console) -> list[str]:
    """The words left of a line after --data and --json, which `console` takes; WrongUse("data")."""
    # Known before anything can be wrong, so that wrong use is said in JSON too.
    console.as_json = "--json" in (argv[: argv.index("--")] if "--" in argv else argv)
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--json":
            continue
        if word == "--data":
            folder = next(words, None)
            if folder is None or folder.startswith("--"):
                raise WrongUse("data")
            console.folder = Path(folder)
        elif word.startswith("--data="):
            console.folder = Path(word.removeprefix("--data="))
        elif word == "--":
            rest.extend(["--", *words])
        else:
            rest.append(word)
    return rest
