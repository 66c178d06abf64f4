"""Where the product's own files and the kiosk's data stand on this machine."""

from __future__ import annotations

import sys
from pathlib import Path


def resources() -> Path:
    """Folder of texts, profiles, templates and models, in a checkout, a wheel or a bundle."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen) / "resources"
    here = Path(__file__).resolve().parent
    checkout = here.parents[1] / "resources"
    return checkout if checkout.is_dir() else here / "resources"


def default_data() -> Path:
    """The platform's folder for this kiosk's data (local to the machine, never roaming)."""
    import platformdirs

    return Path(platformdirs.user_data_dir("kiosk", appauthor=False, roaming=False))
