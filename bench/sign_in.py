"""One cold start: the sign-in screen of a data folder, until it is painted; says what was loaded by then."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path


def main(data: Path, day: date) -> int:
    """Opens the window as the counter does, prints the modules loaded at the first paint, and leaves."""
    from PySide6.QtWidgets import QApplication

    from kiosk.services.access import Access
    from kiosk.services.open_desk import open_desk
    from kiosk.ui import theme
    from kiosk.ui.background import Background
    from kiosk.ui.screens.sign_in import SignInScreen
    from kiosk.ui.shell import Shell
    from kiosk.ui.texts import Texts

    app = QApplication([])
    theme.apply(app)
    texts = Texts.load()
    desk = open_desk(data, day=day)
    access = Access(desk)
    shell = Shell(texts, desk.clock, kiosk=desk.kiosk, window=desk.kiosk, practice=desk.practice)
    screen = SignInScreen(
        people=access.people(),
        unlock=access.unlock,
        enter=access.enter,
        hints={},
        texts=texts,
        background=Background(),
    )

    def painted() -> None:
        print(json.dumps(sorted(sys.modules)), flush=True)
        shell.leave()
        app.quit()

    shell.first_painted.connect(painted)
    shell.show_gate(screen)
    shell.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), date.fromisoformat(sys.argv[2])))
