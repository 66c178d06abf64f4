"""The photo a visitor brings: a file read from their own stick, or a print laid before the camera."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.portrait import RULES, Origin, Rule, judge
from kiosk.domain.registers import Subject
from kiosk.domain.staff import Act
from kiosk.services.desk import Desk
from kiosk.services.portrait import Candidate

if TYPE_CHECKING:
    from kiosk.devices.ports import Drive, DriveBay, MountedDrive, Pixels

SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png"})
MOST_FILES = 12
"""So many can be chosen from; a stick full of pictures is not looked through at a counter."""
FEW_PIXELS: Final = {Origin.FILE: "photo_own_far", Origin.PAPER: "photo_paper_closer"}
"""What is said of too few pixels: a file cannot come nearer to the camera."""
MOST_SEEN = 2_000
"""Entries looked at before the stick counts as too full to search."""


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A picture on the visitor's stick; its name is theirs: on the glass only, never recorded."""

    path: Path = field(repr=False)
    changed: float

    @property
    def name(self) -> str:
        """As the visitor knows it; bytes that are no text are shown as such."""
        return self.path.name.encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class OwnFileJob:
    """One file to be read and judged; for the background, touches no database."""

    file: OwnFile
    medium: MountedDrive
    bay: DriveBay

    def run(self) -> Candidate:
        """Raises Refused photo_own_…, photo_no_face, photo_two_faces, or Trouble("photo_own_gone").

        The stick may be pulled out when this returns, whichever way it returns.
        """
        from kiosk.vision.own_picture import LARGEST_FILE, read_own

        try:
            untrusted_file = _read(self.file.path, LARGEST_FILE + 1)
        finally:
            with suppress(Trouble):
                self.bay.eject(self.medium)
        return judged((read_own(untrusted_file),), Origin.FILE)


class OwnPhoto:
    """The verbs of a brought photo; nothing is written anywhere until it is accepted like any other."""

    def __init__(self, desk: Desk, bay: DriveBay) -> None:
        self._desk, self._bay = desk, bay

    def files(self) -> tuple[OwnFile, ...]:
        """JPEG and PNG files on the visitor's stick, the newest first; the stick is mounted, only to read.

        特記事項 6(3), (4): what is not ours comes to this PC only by the city's standing approval.
        Raises Refused photo_own_not_allowed, photo_own_no_stick, photo_own_two_sticks, photo_own_nothing;
        Trouble("drive_not_mounted"), Trouble("photo_own_gone").
        """
        self._desk.allow(Act.TAKE_PHOTO)
        with self._desk.office.reading() as view:
            approval = view.approvals.standing(Subject.VISITOR_MEDIUM, self._desk.clock.today())
        if approval is None:
            raise Refused("photo_own_not_allowed")
        medium = self._bay.mount(self._stick(), read_only=True)
        try:
            found = sorted(_pictures(medium.path), key=lambda file: -file.changed)
        except OSError as gone:
            raise Trouble("photo_own_gone") from gone
        if not found:
            with suppress(Trouble):
                self._bay.eject(medium)
            raise Refused("photo_own_nothing")
        return tuple(found[:MOST_FILES])

    def prepare(self, file: OwnFile) -> OwnFileJob:
        """The job that reads and judges this file; raises as `files` when the stick is gone."""
        self._desk.allow(Act.TAKE_PHOTO)
        return OwnFileJob(file, self._bay.mount(self._stick(), read_only=True), self._bay)

    @staticmethod
    def of_print(*shots: Pixels, rules: Mapping[str, Rule] = RULES) -> Candidate:
        """Judges the print that was laid before the camera; any thread, no database.

        Raises Refused photo_paper_edges, photo_paper_closer, photo_no_face, photo_two_faces.
        """
        from kiosk.vision.paper_photo import best_print

        return judged(best_print(shots), Origin.PAPER, rules)

    def _stick(self) -> Drive:
        """The one that is not ours; where every stick is registered, the only one."""
        drives = self._bay.drives()
        with self._desk.office.reading() as view:
            foreign = [drive for drive in drives if view.media.find(drive.serial) is None]
        sticks = foreign or list(drives)
        if len(sticks) != 1:
            raise Refused("photo_own_two_sticks" if sticks else "photo_own_no_stick")
        return sticks[0]


def judged(pictures: tuple[Pixels, ...], origin: Origin, rules: Mapping[str, Rule] = RULES) -> Candidate:
    """The card photo cut from the best of the pictures and the verdict, by the rules of every portrait.

    A brought picture with any other number of faces than one is refused at once: nothing can be taken again.
    """
    from kiosk import vision

    pixels, seen = vision.best_of(pictures)
    if seen.head is None or seen.faces != 1:
        raise Refused("photo_no_face" if seen.faces == 0 else "photo_two_faces")
    try:
        jpeg = vision.crop(pixels, seen, despite=True)
    except Refused as no:
        if no.key != "photo_move_closer":
            raise
        raise Refused(FEW_PIXELS[origin], **no.facts) from no
    return Candidate(jpeg, judge(seen.measures, rules), origin, vision.small_picture(jpeg))


def _pictures(root: Path) -> Iterator[OwnFile]:
    """Files of the root and of the folders in it; links are not followed."""
    seen = 0
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            inside = os.scandir(folder)
        except PermissionError:
            # What nobody may read holds nothing for us; the visitor's other folders do.
            continue
        with inside as entries:
            for entry in entries:
                seen += 1
                if seen > MOST_SEEN:
                    return
                if entry.is_dir(follow_symlinks=False):
                    if folder == root and not entry.name.startswith("."):
                        folders.append(Path(entry.path))
                elif _is_picture(entry):
                    yield OwnFile(Path(entry.path), entry.stat(follow_symlinks=False).st_mtime)


def _is_picture(entry: os.DirEntry[str]) -> bool:
    named = Path(entry.name).suffix.lower() in SUFFIXES and not entry.name.startswith(".")
    return named and entry.is_file(follow_symlinks=False)


def _read(path: Path, most: int) -> bytes:
    """The bytes, without leaving even the time of reading on the stick where the system lets us."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        try:
            descriptor = os.open(path, flags | getattr(os, "O_NOATIME", 0))
        except PermissionError:
            descriptor = os.open(path, flags)
        with os.fdopen(descriptor, "rb") as stream:
            return stream.read(most)
    except OSError as gone:
        raise Trouble("photo_own_gone") from gone
