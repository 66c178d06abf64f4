"""The addresses of what is plugged in, and a test for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit

from kiosk.settings import Devices
from kiosk.ui.background import Background
from kiosk.ui.screens.manage_camera import CameraLook, CameraVerbs
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.chips import Chips
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.labels import Body, Title

FIELDS = ("printer", "camera", "drive", "window")
WIDTHS = (("384", "58 mm"), ("576", "80 mm"))


@dataclass(frozen=True, slots=True)
class DeviceVerbs:
    """Tests run in the background and give the key of a sentence; `save` checks, writes and reopens."""

    test_printer: Callable[[], str]
    test_camera: Callable[[], str]
    test_drive: Callable[[], str]
    save: Callable[[dict[str, str | int]], None]
    cameras: CameraVerbs
    drill: Callable[[], None] | None = None
    """Opens the question which fault the practice printer shall have; None outside practice."""


class DevicesCard(Card):
    """Addresses as typed, one test per device, one button that saves all."""

    def __init__(
        self,
        devices: Devices,
        verbs: DeviceVerbs,
        *,
        failed: Callable[[Exception], None],
        done: Callable[[str], None],
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(name="manage.card.devices")
        self._verbs, self._failed, self._done = verbs, failed, done
        self._texts, self._background = texts, background
        self._fields: dict[str, QLineEdit] = {}
        self._tests: list[Button] = []
        self._width = Chips(WIDTHS, name="manage.width")
        self._width.pick(str(devices.width_dots))
        self.body.addWidget(Title(texts.get("manage.section.devices")))
        self.body.addWidget(Body(texts.get("manage.about.devices"), wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        for at, name in enumerate(FIELDS):
            field = QLineEdit(str(getattr(devices, name)))
            field.setObjectName(f"manage.device.{name}")
            field.setMaxLength(200)
            field.setAccessibleName(texts.get(f"manage.device.{name}"))
            self._fields[name] = field
            grid.addWidget(Body(texts.get(f"manage.device.{name}")), at, 0)
            grid.addWidget(field, at, 1)
        for at, test in enumerate((verbs.test_printer, verbs.test_camera, verbs.test_drive)):
            grid.addWidget(self._test_button(FIELDS[at], test), at, 2)
        self._choose = Button(texts.get("manage_camera.button"), "secondary", name="manage.camera.choose")
        grid.addWidget(self._choose.guarded(self._choose_camera), FIELDS.index("camera"), 3)
        grid.addWidget(Body(texts.get("manage.device.width")), len(FIELDS), 0)
        grid.addWidget(self._width, len(FIELDS), 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self.body.addStretch(1)
        self._save = Button(texts.get("manage.save_devices"), "primary", size="large", name="manage.save")
        bottom = QHBoxLayout()
        bottom.setSpacing(16)
        if verbs.drill is not None:
            drill = Button(texts.get("drill.open"), size="large", name="manage.drill")
            bottom.addWidget(drill.guarded(verbs.drill))
        bottom.addWidget(self._save.guarded(self._do_save))
        self.body.addLayout(bottom)

    def allow(self, leading: bool) -> None:
        """Only a manager changes addresses; anyone may test."""
        for part in (*self._fields.values(), self._width, self._save, self._choose):
            part.setEnabled(leading)

    def show_failure(self, error: Exception) -> None:
        """Handed on to the screen."""
        self._failed(error)

    def _test_button(self, name: str, test: Callable[[], str]) -> Button:
        button = Button(self._texts.get(f"manage.test.{name}"), "secondary", name=f"manage.test.{name}")
        self._tests.append(button)
        return button.guarded(lambda: self._run(test))

    def _run(self, test: Callable[[], str]) -> None:
        self._listen(False)
        self._background.run(test, self._tested, self._broken)

    def _tested(self, key: str) -> None:
        self._listen(True)
        self._done(self._texts.get(key))

    def _broken(self, error: Exception) -> None:
        self._listen(True)
        self._failed(error)

    def _listen(self, listening: bool) -> None:
        for button in self._tests:
            button.setEnabled(listening)

    def _choose_camera(self) -> None:
        """Over the window, with the picture of each; only the camera is changed by it."""
        texts, field = self._texts, self._fields["camera"]
        look = CameraLook(self._verbs.cameras, field.text().strip(), texts)

        def use(_: str) -> None:
            field.setText(look.chosen)
            self._do_save()
            self._done(texts.get("manage_camera.saved"))

        Choice(
            self,
            texts.get("manage_camera.title"),
            [Option("use", texts.get("manage_camera.use"), "primary")],
            use,
            words=texts.get("manage_camera.words"),
            cancel=texts.get("manage_camera.cancel"),
            inside=look,
            name="manage.camera_choice",
        )

    def _do_save(self) -> None:
        values: dict[str, str | int] = {name: field.text().strip() for name, field in self._fields.items()}
        values["width_dots"] = int(self._width.value)
        self._verbs.save(values)
        self._done(self._texts.get("manage.devices_saved"))
