"""One cold start: the counter's window until it is painted; says what was loaded by then."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path


def main(data: Path, day: date) -> int:
    """Opens the window as the counter does, prints the modules loaded at the first paint, and leaves."""
    from kiosk.services.open_desk import open_desk

    # In the order of the command: the folder is looked at before there is any window.
    desk = open_desk(data, day=day)

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
