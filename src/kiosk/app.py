"""Composition root: the only place that opens devices and connects services, screens and windows."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

# Qt reads the source of every module that is imported after it: what needs no window comes first.
from kiosk import logs
from kiosk.domain.errors import Refused
from kiosk.equipment import Equipment, Sockets
from kiosk.services.access import Access
from kiosk.services.desk import Desk
from kiosk.ui.desk_files import DeskFiles
from kiosk.ui.device_checks import DeviceChecks
from kiosk.ui.texts import Texts

# isort: split
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication

from kiosk.ui import theme
from kiosk.ui.background import Background
from kiosk.ui.device_watch import DeviceWatch
from kiosk.ui.idle import IdleWatch
from kiosk.ui.passage import Passage, Rooms
from kiosk.ui.screens.sign_in import SignInScreen
from kiosk.ui.shell import Shell

if TYPE_CHECKING:
    from kiosk.ui.board import Board
    from kiosk.ui.practice_printer import PracticePrinter
    from kiosk.ui.preview import Preview

AnswerAsCity = Callable[[Path], None]
REHEARSAL_SIZE = (1280, 800)
THREADS_TURN_S = 0.001
"""How long the camera's judge or a job may go on before the window gets its turn; Python's own is 5 ms."""


@dataclass(frozen=True, slots=True)
class Window:
    """The two windows of one counter and what lives with them."""

    shell: Shell
    passage: Passage
    background: Background
    eyes: Background
    make_preview: Callable[[], Preview]
    equipment: Equipment
    idle: IdleWatch
    watch: DeviceWatch

    @property
    def board(self) -> Board:
        """The public board; made when it is first asked for, as most counters have one display."""
        return self.passage.board

    @property
    def preview(self) -> Preview:
        """What the photo screen looks through; made when it is first asked for."""
        return self.make_preview()

    def close(self) -> None:
        """Stops camera, jobs and devices; the desk stays with who opened it."""
        self.idle.stop()
        self.preview.stop()
        self.watch.finish()
        self.background.finish()
        self.eyes.finish()
        self.shell.leave()
        self.passage.close_board()
        self.equipment.close()


def build_window(
    desk: Desk,
    *,
    equipment: Equipment | None = None,
    answer_as_city: AnswerAsCity | None = None,
) -> Window:
    """Shell and board over an opened, locked desk; shows nothing yet. Needs a QApplication with the theme."""
    return _Builder(desk, equipment, answer_as_city).window()


def run_window(
    desk: Desk, *, windowed: bool, answer_as_city: AnswerAsCity | None = None, board: bool = True
) -> int:
    """The counter until it is ended: full screen unless `windowed`; the exit code of the program.

    Raises KeyboardInterrupt after everything was closed when Ctrl+C ended it.
    """
    app = application(desk)
    from kiosk.ui.interrupt import ended_by_interrupt

    with ended_by_interrupt(lambda: window.shell.leave()):
        window = build_window(desk, answer_as_city=answer_as_city)
        return _run(app, desk, window, windowed=windowed, board=board)


def _run(app: QApplication, desk: Desk, window: Window, *, windowed: bool, board: bool) -> int:
    shell = window.shell
    previous, sys.excepthook = sys.excepthook, _bug_hook(shell)
    try:
        # Not left to Qt's count of open windows: the public board would keep the program running.
        app.setQuitOnLastWindowClosed(False)
        shell.left.connect(app.quit)
        shell.keep_open(not windowed)
        if windowed:
            shell.show()
        else:
            shell.showFullScreen()
        if board:
            _follow_displays(app, window)
        return int(app.exec())
    finally:
        sys.excepthook = previous
        shell.left.disconnect(app.quit)
        app.setQuitOnLastWindowClosed(True)
        window.close()
        # The end is journalled and anchored like any lock, and the files are remembered as they are left.
        Access(desk).lock()


def _follow_displays(app: QApplication, window: Window) -> None:
    """The board comes with a second display and goes with it, whenever that happens."""
    from kiosk.ui.second_display import SecondDisplay

    def others() -> list[QRect]:
        return [screen.geometry() for screen in app.screens() if screen != window.shell.screen()]

    display = SecondDisplay(lambda: window.board, others, window.shell)
    app.screenAdded.connect(display.look_soon)
    app.screenRemoved.connect(display.look_soon)
    display.look()


def open_for_rehearsal(desk: Desk, *, keep: Path, answer_as_city: AnswerAsCity) -> Window:
    """The same window in a fixed size for a rehearsal; without a display it is drawn offscreen.

    `keep` gets every ticket as it was printed.
    """
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application(desk)
    equipment = Equipment(desk.devices, practice=desk.practice, keep=keep)
    window = build_window(desk, equipment=equipment, answer_as_city=answer_as_city)
    window.shell.resize(*REHEARSAL_SIZE)
    window.shell.show()
    return window


def application(desk: Desk) -> QApplication:
    """The running program with its look and its log; made when there is none yet."""
    app = theme.application()
    sys.setswitchinterval(THREADS_TURN_S)
    logs.write_logs_to(DeskFiles(desk).logs)
    return app


def _bug_hook(
    shell: Shell,
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """Our own faults become the apology on the screen and a line in the log, without anybody's data."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, Exception):
            shell.show_failure(error.with_traceback(trace))
        else:
            logs.bug(error)

    return hook


class _Builder:
    """Puts one window together; lives only as long as its closures."""

    def __init__(self, desk: Desk, equipment: Equipment | None, answer_as_city: AnswerAsCity | None) -> None:
        self._desk = desk
        self._equipment = equipment or Equipment(desk.devices, practice=desk.practice)
        self._checks = DeviceChecks(self._equipment)
        self._files = DeskFiles(desk)
        self._answer = answer_as_city
        self._texts = Texts.load()
        self._background = Background()
        # The photo screen judges all the time; that is no work an idle lock or a device has to wait for.
        self._eyes = Background()
        self._access = Access(desk)
        self._passage: Passage | None = None
        self._shell = Shell(
            self._texts,
            desk.clock,
            kiosk=desk.kiosk,
            window=desk.devices.window,
            practice=desk.practice,
        )
        self._watch = DeviceWatch(
            self._checks,
            may_ask=lambda: desk.operator is not None,
            is_busy=lambda: self._background.is_busy,
            texts=self._texts,
            shell=self._shell,
        )

    @property
    def passage(self) -> Passage:
        """There as soon as anything can be touched."""
        if self._passage is None:
            raise Refused("not_signed_in")
        return self._passage

    def window(self) -> Window:
        desk, texts, shell, background = self._desk, self._texts, self._shell, self._background
        hints: dict[str, str] = {}
        if desk.practice:
            from kiosk.services.practice import PINS

            hints = PINS
        sign_in = SignInScreen(
            people=self._access.people(),
            unlock=self._access.unlock,
            enter=lambda unlocked: self.passage.enter(unlocked),
            read_badge=lambda scanned: self.passage.read_badge(scanned),
            hints=hints,
            texts=texts,
            background=background,
        )
        idle = IdleWatch(desk.clock.monotonic_ms, may_lock=lambda: not background.is_busy, parent=shell)
        self._passage = Passage(
            shell=shell,
            make_board=self._board,
            desk=desk,
            sign_in=sign_in,
            idle=idle,
            make_rooms=self._rooms,
            texts=texts,
            background=background,
        )
        # Queued: whoever waits for the first picture hears of it before the work behind it begins.
        shell.first_painted.connect(self._after_first_paint, Qt.ConnectionType.QueuedConnection)
        shell.first_painted.connect(sign_in.prepare, Qt.ConnectionType.QueuedConnection)
        shell.moved.connect(lambda _station: self._watch.look())
        shell.show_gate(sign_in)
        return Window(
            shell,
            self._passage,
            background,
            self._eyes,
            lambda: self._preview,
            self._equipment,
            idle,
            self._watch,
        )

    def _practice_printer(self) -> PracticePrinter:
        from kiosk.devices import printer_drill
        from kiosk.ui.practice_printer import PracticePrinter

        equipment = self._equipment
        made = PracticePrinter(
            self._shell,
            self._texts,
            printer_drill.FAULTS,
            lambda fault: printer_drill.play(equipment.printer, fault),
        )
        equipment.on_paper = made.paper.came.emit
        return made

    @cached_property
    def _preview(self) -> Preview:
        from kiosk.ui.preview import Preview

        return Preview(self._equipment.open_loop)

    def _board(self) -> Board:
        from kiosk.devices.speaker import Speaker
        from kiosk.services.board import BoardDesk
        from kiosk.ui.board import Board

        read = BoardDesk(self._desk).now
        return Board(self._texts, practice=self._desk.practice, read=read, voice=Speaker())

    def _after_first_paint(self) -> None:
        # What came in on the way here stays: a first look through all of it would hold up the window.
        gc.freeze()
        gc.enable()
        # The heavy parts come in behind the painted screen; a PIN typed meanwhile waits its turn behind them.
        self._background.run(_load_store, lambda _: None, self._shell.show_failure)
        self._shell.start_clock()
        self._watch.start()

    # --- screens behind the sign-in -------------------------------------------------------------------

    def _rooms(self) -> Rooms:
        from kiosk.ui.code_camera import CodeCamera
        from kiosk.ui.preview import Preview
        from kiosk.ui.rooms import Outside, RoomMaker
        from kiosk.ui.screens.manage_camera import CameraVerbs
        from kiosk.ui.screens.manage_devices import DeviceVerbs

        equipment, checks = self._equipment, self._checks
        # Nothing is printed before somebody has signed in.
        practice = self._practice_printer() if self._desk.practice else None
        outside = Outside(
            print_ticket=equipment.print_ticket,
            print_slip=lambda job: job.print(equipment.printer),
            bay=Sockets(equipment),
            preview=self._preview,
            code_camera=CodeCamera(equipment.open_loop, self._texts, self._eyes),
            eyes=self._eyes,
            list_files=equipment.list_files,
            device_verbs=DeviceVerbs(
                checks.try_printer,
                checks.try_camera,
                checks.try_drive,
                self._save_devices,
                CameraVerbs(equipment.cameras, lambda url: Preview(lambda: equipment.open_loop_of(url()))),
                practice.ask_fault if practice is not None else None,
            ),
            files=self._files,
            leave=self._shell.leave,
            answer_as_city=self._answer,
        )
        rooms = RoomMaker(self._desk, outside, self.passage, self._texts, self._background).rooms()
        # All this stays until the end: looking through it for garbage would hold up the window for 150 ms.
        gc.freeze()
        return rooms

    def _save_devices(self, values: dict[str, str | int]) -> None:
        devices = self._files.save_devices(values)
        self._shell.topbar.show_window(self._desk.kiosk, devices.window)
        self._background.run(lambda: self._equipment.use(devices), lambda _: None, self._shell.show_failure)


def _load_store() -> None:
    """The imports that take longest, done while somebody types their PIN."""
    import kiosk.store.office
    import kiosk.store.session
    import kiosk.ui.rooms  # noqa: F401
