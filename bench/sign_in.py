"""One cold start: the counter's window until it is painted; says what was loaded by then."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path


def main(data: Path, day: date) -> int:
    """Opens the window as the counter does, prints the modules loaded at the first paint, and leaves."""
    from kiosk.cli.console import Console, take_common

    # In the order of the command: the line is read and the folder looked at before there is any window.
    console = Console()
    words = take_common(["--data", str(data)], console)

    from kiosk.cli.counter import is_at_its_end, nothing_to_sweep, open_desk, opens_counter

    if not opens_counter(words) or is_at_its_end(console.data):
        raise RuntimeError("this is not how a counter is opened")
    with nothing_to_sweep():
        desk = open_desk(console.data, day=day)

        from kiosk.app import application, build_window

        app = application(desk)
        window = build_window(desk)

        def painted() -> None:
            print(json.dumps(sorted(sys.modules)), flush=True)
            window.close()
            app.quit()

        window.shell.first_painted.connect(painted)
        window.shell.show()
        return app.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), date.fromisoformat(sys.argv[2])))
