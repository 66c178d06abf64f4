"""python -m kiosk: the same as the installed command."""

from __future__ import annotations

import sys


def main() -> None:
    """The installed entry point; the counter, which is started every day, waits for no command's module."""
    from kiosk.cli.console import Console, answered, speak_unicode, take_common

    speak_unicode()
    console = Console()

    def work() -> int:
        words = take_common(sys.argv[1:], console)
        from kiosk.cli.counter import open_counter, opens_counter

        if opens_counter(words):
            return open_counter(console, windowed=bool(words))
        from kiosk.cli.line import run
        from kiosk.cli.main import app

        return run(app)

    sys.exit(answered(console, work))


if __name__ == "__main__":
    main()
