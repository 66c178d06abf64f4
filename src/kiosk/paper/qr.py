"""QR codes as a matrix of modules; the templates draw them, in whole dots."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=32)
def modules(text: str) -> tuple[str, ...]:
    """One string of "1" (dark) and "0" per row, error correction M, smallest version, no border."""
    import qrcode  # type: ignore[import-untyped]
    from qrcode.constants import ERROR_CORRECT_M  # type: ignore[import-untyped]

    code = qrcode.QRCode(version=None, error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return tuple("".join("1" if dark else "0" for dark in row) for row in code.get_matrix())
