"""What a picture is to this package: an array of bytes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Height x width x 3, blue-green-red as OpenCV delivers them."""
