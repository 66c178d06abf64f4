"""What the officer's window asks of the system it runs on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(slots=True)
class Hands:
    """What the window asks of the system: dialogs for a file of a kind and for a folder, the paper's viewer,
    and the folders where media stand.
    """

    file: Callable[[str], Path | None]
    folder: Callable[[], Path | None]
    show_paper: Callable[[Path], None]
    media: Callable[[], Sequence[Path]]
