"""Looks at one picture and says in numbers what is there; the rules judge the numbers elsewhere."""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2

from kiosk.domain import portrait
from kiosk.domain.errors import Trouble
from kiosk.domain.portrait import Head, Point, Window
from kiosk.vision import faces, fallback, iris, light, mesh, models, person, skin
from kiosk.vision.pixels import halves

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kiosk.vision.faces import Face
    from kiosk.vision.light import FaceSquare
    from kiosk.vision.mesh import Mesh
    from kiosk.vision.pixels import Pixels

# A face this much smaller than the main one is a passer-by or a picture on the wall.
SMALL_FACE = 0.08
# At fifteen looks a second every second look counts, and those between ask for the crown and what is behind.
COUNT_EVERY_S = 0.1
CROWN_EVERY_S = 0.1
EYES_EVERY_S = 0.25
BLINK_S = 0.5  # the widest the eyes were in so long: a blink is nobody's fault
TRACK_LOST_AFTER_S = 0.5
ANGLES_KEPT = 3  # one look that errs is outvoted, and a turned head is said with its second


@dataclass(frozen=True, slots=True)
class Seen:
    """What one picture shows, in its own pixels: for the overlay, the verdict (`measures`) and the crop."""

    width_px: int
    height_px: int
    faces: int
    measures: Mapping[str, float]
    head: Head | None = None
    window: Window | None = None
    box: tuple[float, float, float, float] | None = None  # left, top, width, height of the face
    eyes: tuple[Point, Point] | None = None


@dataclass(slots=True)
class _Track:
    """What is remembered from frame to frame while the same face is followed."""

    shape: tuple[int, int] = (0, 0)
    mesh: Mesh | None = None
    at: float = -1e9
    counted_at: float = -1e9
    count: int = 0
    crown_at: float = -1e9
    crown_t: float = person.CROWN_USUAL
    angles: list[tuple[float, float]] = field(default_factory=list)
    eyes: list[tuple[float, iris.Eyes]] = field(default_factory=list)  # (when, what)


class Looker:
    """One pair of eyes: the loaded models and the face being followed. For one caller at a time."""

    def __init__(self, folder: Path | None = None) -> None:
        """Loads the models (about 40 ms); raises a permanent Trouble("vision_model") for a wrong file."""
        self._short = models.load_model("face_detection_short_range", folder)
        self._back = models.load_model("face_detection_back", folder)
        self._mesh = models.load_model("face_landmark", folder)
        self._iris = models.load_model("iris_landmark", folder)
        self._person = models.load_model("selfie_segmentation", folder)
        self._track = _Track()

    def look(self, pixels: Pixels, *, quick: bool = False) -> Seen:
        """Measures `pixels` (height x width x 3, BGR).

        quick follows the face from the frame before, counts faces and measures the background up to ten times
        a second and the eyes four times; otherwise everything is measured on this picture alone.
        """
        if quick:
            return self._look_quick(pixels)
        smaller = halves(pixels)
        found = faces.faces_in_frame(self._back, pixels, smaller)
        somebody = self._person_in(pixels, found or faces.faces_in_centre(self._short, pixels), smaller)
        if somebody is None:
            return _nobody(pixels, light.centre_measures(pixels))
        main, face = somebody
        count = max(1, _count(found))
        around = person.find_person(self._person, pixels, main, smaller)
        pitch, yaw, _ = mesh.head_angles_deg(main)
        seen = _seen(pixels, main, count, person.crown_in_t(around, main), pitch, yaw)
        more = light.face_measures(pixels, main, face) | light.background_measures(pixels, around)
        more |= skin.skin_measures(face, main)
        more |= _eyes(iris.look_at_eyes(self._iris, pixels, main))
        return replace(seen, measures={**seen.measures, **more})

    def _look_quick(self, pixels: Pixels) -> Seen:
        now = time.monotonic()
        track = self._track
        if track.shape != pixels.shape[:2] or now - track.at > TRACK_LOST_AFTER_S:
            track = self._track = _Track(shape=(pixels.shape[0], pixels.shape[1]))
        found: tuple[Face, ...] = ()
        if now - track.counted_at >= COUNT_EVERY_S:
            found = self._counted(pixels, now)
        main = self._followed(pixels, found, now)
        track.mesh, track.at = main, now
        if main is None:
            track.angles.clear()
            track.eyes.clear()
            return _nobody(pixels, {})
        square = light.face_square(pixels, main)
        more = light.face_measures(pixels, main, square) | skin.skin_measures(square, main)
        # Not in the look that counts, as long as it can wait: two looks of one length come sooner.
        if now - track.crown_at >= CROWN_EVERY_S * (2 if track.counted_at == now else 1):
            around = person.find_person(self._person, pixels, main)
            track.crown_t, track.crown_at = person.crown_in_t(around, main), now
            more |= light.background_measures(pixels, around)
        pitch, yaw, _ = mesh.head_angles_deg(main)
        track.angles = [*track.angles[1 - ANGLES_KEPT :], (pitch, yaw)]
        pitch, yaw = (sorted(kind)[len(kind) // 2] for kind in zip(*track.angles, strict=True))
        seen = _seen(pixels, main, max(1, track.count), track.crown_t, pitch, yaw)
        more |= self._recent_eyes(pixels, main, now)
        return replace(seen, measures={**seen.measures, **more})

    def _recent_eyes(self, pixels: Pixels, main: Mesh, now: float) -> dict[str, float]:
        """The newest gaze, and the widest the lids were during the last half second."""
        track = self._track
        if not track.eyes or now - track.eyes[-1][0] >= EYES_EVERY_S:
            kept = [one for one in track.eyes if now - one[0] < BLINK_S]
            track.eyes = [*kept, (now, iris.look_at_eyes(self._iris, pixels, main))]
        widest = max(eyes.lids for _, eyes in track.eyes)
        return _eyes(iris.Eyes(track.eyes[-1][1].gaze, widest))

    def _counted(self, pixels: Pixels, now: float) -> tuple[Face, ...]:
        found = faces.faces_in_frame(self._back, pixels)
        self._track.count, self._track.counted_at = _count(found), now
        return found

    def _followed(self, pixels: Pixels, found: tuple[Face, ...], now: float) -> Mesh | None:
        """The mesh of the face followed so far, unless the largest found one lies elsewhere; else of that."""
        last = self._track.mesh and mesh.roi_of_mesh(self._track.mesh)
        largest = max(found, key=lambda face: face.area, default=None)
        if last and (largest is None or mesh.roi_of_face(largest).is_near(last)):
            again = mesh.find_mesh(self._mesh, pixels, last)
            if again.presence > mesh.MIN_PRESENCE:
                return again
            if self._track.counted_at != now:
                # Whoever was there is gone from there: somebody else may have come, or two.
                found = self._counted(pixels, now)
        anew = self._person_in(pixels, found or faces.faces_in_centre(self._short, pixels))
        return None if anew is None else anew[0]

    def _person_in(
        self, pixels: Pixels, found: tuple[Face, ...], smaller: Sequence[Pixels] = ()
    ) -> tuple[Mesh, FaceSquare] | None:
        """The mesh of the largest face that really is one, and that face cut out."""
        for face in sorted(found, key=lambda face: -face.area)[:3]:
            first = mesh.find_mesh(self._mesh, pixels, mesh.roi_of_face(face), smaller)
            if first.presence <= mesh.MIN_PRESENCE:
                continue
            # Once more from the mesh's own square: the detector's box is looser, and the points settle.
            second = mesh.find_mesh(self._mesh, pixels, mesh.roi_of_mesh(first), smaller)
            settled = second if second.presence > mesh.MIN_PRESENCE else first
            square = light.face_square(pixels, settled)
            if not light.is_drawing(square):
                return settled, square
        return None


def best_of(shots: Sequence[Pixels]) -> tuple[Pixels, Seen]:
    """The sharpest shot with the eyes most open, and what it shows; ValueError for none at all.

    A shot without exactly one face comes last.
    """

    def worth(one: tuple[Pixels, Seen]) -> tuple[bool, float]:
        measures = one[1].measures
        return one[1].faces == 1, measures.get("sharp", 0.0) * measures.get("eyes_open", 0.0)

    return max(((shot, look(shot)) for shot in shots), key=worth)


_resting: list[Looker | PoorLooker] = []
"""Eyes that are open and not in use, the last used on top: it remembers the face of the frame before.

Not one pair per thread: a thread of the window's pool forgets what is its own after every job, and opening
eyes (all five models) takes longer than looking.
"""


@contextmanager
def borrowed_eyes() -> Iterator[Looker | PoorLooker]:
    """A pair of eyes for one caller alone: a network must not be used by two at once."""
    try:
        looker = _resting.pop()
    except IndexError:
        looker = open_eyes()
    yield looker
    # After an error they are not put back: nobody knows what a network is left with.
    _resting.append(looker)


def look(pixels: Pixels, *, quick: bool = False) -> Seen:
    """Looker.look with eyes of one's own, opened on first use; any thread."""
    with borrowed_eyes() as looker:
        return looker.look(pixels, quick=quick)


class PoorLooker:
    """Eyes without the models: counts faces and measures their size, and says so by measuring no more."""

    def __init__(self) -> None:
        self._cascade = fallback.Cascade()

    def look(self, pixels: Pixels, *, quick: bool = False) -> Seen:
        """As Looker.look; `quick` makes no difference."""
        height, width = pixels.shape[:2]
        heads = self._cascade.heads(pixels)
        measures = fallback.measures_of(heads, width, height)
        if not heads:
            return Seen(width, height, 0, measures)
        window = portrait.fitted_window(heads[0], width, height)
        return Seen(width, height, len(heads), measures, heads[0], window)


def open_eyes(folder: Path | None = None) -> Looker | PoorLooker:
    """The five models; with a damaged file OpenCV's own cascade, and everything finer is "not checked"."""
    try:
        return Looker(folder)
    except Trouble:
        return PoorLooker()


def _eyes(eyes: iris.Eyes) -> dict[str, float]:
    return {"gaze": eyes.gaze, "eyes_open": eyes.lids}


def _count(found: tuple[Face, ...]) -> int:
    if not found:
        return 0
    largest = max(face.area for face in found)
    return sum(1 for face in found if face.area > SMALL_FACE * largest)


def _nobody(pixels: Pixels, measures: dict[str, float]) -> Seen:
    height, width = pixels.shape[:2]
    return Seen(width, height, 0, {"one_face": 0.0, **measures})


def _seen(pixels: Pixels, main: Mesh, count: int, crown_t: float, pitch: float, yaw: float) -> Seen:
    height, width = pixels.shape[:2]
    head = _head(main, crown_t)
    ideal = portrait.ideal_window(head)
    window = portrait.fitted_window(head, width, height)
    shown = window or portrait.widest_window(width, height, head)
    head_px = ideal.height_px * portrait.HEAD_MM / portrait.PHOTO_HEIGHT_MM
    measures = {
        "one_face": float(count),
        "resolution": shown.height_px,
        "size": head_px / shown.height_px,
        "room": portrait.room_mm(head, width, height),
        "centre": head.middle[0] / width,
        "roll": head.roll_deg,
        "yaw": yaw,
        "pitch": pitch,
        "mouth_closed": mesh.mouth_open(main),
    }
    left, top, face_width, face_height = map(float, cv2.boundingRect(main.points[:, :2].astype("float32")))
    eyes = (main.at(mesh.EYE_LEFT_OUTER), main.at(mesh.EYE_RIGHT_OUTER))
    return Seen(width, height, count, measures, head, window, (left, top, face_width, face_height), eyes)


def _head(main: Mesh, crown_t: float) -> Head:
    """Crown on the head's own axis, above the middle of the face; chin below it."""
    roll = mesh.roll_deg(main)
    chin = main.at(mesh.CHIN)
    (lx, ly), (rx, ry) = main.at(mesh.CHEEK_LEFT), main.at(mesh.CHEEK_RIGHT)
    middle = ((lx + rx) / 2, (ly + ry) / 2)
    up = crown_t * mesh.eye_to_chin_px(main)
    down = (-math.sin(math.radians(roll)), math.cos(math.radians(roll)))
    # The chin, moved sideways under the middle of the face: a turned head keeps its height.
    along = (chin[0] - middle[0]) * down[0] + (chin[1] - middle[1]) * down[1]
    foot = (middle[0] + along * down[0], middle[1] + along * down[1])
    crown = (foot[0] - up * down[0], foot[1] - up * down[1])
    return Head(crown, foot, middle, roll)
