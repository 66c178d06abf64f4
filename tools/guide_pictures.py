"""Makes the guide's pictures from the screens that a rehearsal and the tests have kept.

kiosk rehearse --visitors 6 --screens --out out/guide
python tools/guide_pictures.py out/guide/screens out/test/screens
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

PICTURES = Path(__file__).resolve().parents[1] / "resources" / "manual" / "pictures"
WIDTH_PX = 760
COLOURS = 256
"""Chosen for each picture; nothing of the soft grounds of cards and buttons is lost."""
PHOTOGRAPH = 12_000
"""A picture with more colours than this shows a face: it keeps them all."""
SCREENS = {
    "sign_in": "sign_in",
    "opening": "opening",
    "home": "home",
    "reception": "reception_search",
    "forms": "forms",
    "counter": "counter_final_check",
    "photo": "photo",
    "photo_setup": "photo_setup",
    "photo_own": "photo_own_file",
    "custody": "custody",
    "closing": "closing",
    "manage": "manage",
}
"""The picture in the guide, and the screen it is made from."""


def main(folders: list[Path]) -> None:
    """Scales each screen down and keeps its own few colours: readable beside the words, and small."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, screen in SCREENS.items():
        found = next(folder / f"{screen}.png" for folder in folders if (folder / f"{screen}.png").is_file())
        with Image.open(found) as screen_picture:
            whole = screen_picture.convert("RGB")
        height = round(whole.height * WIDTH_PX / whole.width)
        small = whole.resize((WIDTH_PX, height), Image.Resampling.LANCZOS)
        if len(small.getcolors(small.width * small.height) or ()) < PHOTOGRAPH:
            small = small.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        small.save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main([Path(folder) for folder in sys.argv[1:]])
