"""Kiosk: the counter where a city hands out My Number Cards away from the city hall."""

import os

__version__ = "0.1.0"

# Read once when OpenCV is first loaded, by whichever part comes first: with it, opening a camera
# through Media Foundation on Windows takes seconds instead of the better part of a minute.
os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")
