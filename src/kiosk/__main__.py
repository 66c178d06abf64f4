"""python -m kiosk: the same as the installed command."""

from __future__ import annotations

import sys


def main() -> None:
    """The installed entry point."""
    from kiosk.cli.console import run
    from kiosk.cli.main import app

    sys.exit(run(app))


if __name__ == "__main__":
    main()
