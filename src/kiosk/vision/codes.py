"""QR codes in the camera's pictures, read by zxing-cpp with a second, larger look now and then."""

from __future__ import annotations

import cv2
import numpy as np

from kiosk.vision.pixels import Pixels

LARGER_LOOK_EVERY = 5
"""Each fifth picture without a code is looked at once more at twice the size (docs/decisions/0100).

Only its middle, where a paper is held: the whole of it would cost the live picture a frame each second.
"""
LONGEST_TEXT = 8192


class CodeReader:
    """Reads what is held before the lens; one at a time, from any one thread."""

    def __init__(self) -> None:
        self._misses = 0

    def read(self, pixels: Pixels) -> tuple[str, ...]:
        """The texts of all QR codes in a picture (height x width x 3, blue-green-red); empty without any.

        What a code says is untrusted: anybody can print one.
        """
        grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
        found = _decoded(grey)
        if found:
            self._misses = 0
            return found
        self._misses += 1
        if self._misses % LARGER_LOOK_EVERY:
            return ()
        high, wide = grey.shape
        middle = grey[high // 4 : high - high // 4, wide // 4 : wide - wide // 4]
        large = cv2.resize(middle, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        soft = cv2.GaussianBlur(large, (0, 0), 2)
        return _decoded(np.asarray(cv2.addWeighted(large, 1.8, soft, -0.8, 0), np.uint8))


def _decoded(grey: cv2.typing.MatLike) -> tuple[str, ...]:
    # Loaded with the first picture that is looked at for a code, long after the sign-in screen.
    import zxingcpp

    only_qr = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    codes = zxingcpp.read_barcodes(grey, formats=only_qr, try_invert=False)
    return tuple(code.text for code in codes if code.valid and 0 < len(code.text) <= LONGEST_TEXT)
