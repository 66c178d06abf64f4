"""The two font files everything is printed with, and which characters they can show."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

FAMILY = "Noto Sans CJK JP"

# Blocks in which every character that JIS X 0208 knows is in the fonts (a test holds them to it);
# reading the font's own table takes a quarter of a second, too long for the first ticket of the day.
_SURE_BLOCKS = ((0x20, 0x7E), (0x3001, 0x30FE), (0x4E00, 0x9FFF), (0xFF01, 0xFF9F))
_PRIVATE_USE = ((0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD))
# They shape or break the character before them and have no picture of their own.
_INVISIBLE = ((0x09, 0x0A), (0x200B, 0x200D), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))


def files() -> tuple[Path, Path]:
    """Regular and bold, as installed with their packages."""
    regular = resources.files("noto_cjk_sans_jp_regular") / "NotoSansCJKjp-Regular.otf"
    bold = resources.files("noto_cjk_sans_jp_bold") / "NotoSansCJKjp-Bold.otf"
    return Path(str(regular)), Path(str(bold))


def missing_glyphs(text: str) -> list[str]:
    """The characters of `text` that neither weight can print, each once, in order.

    Private-use characters (外字) are not among them: they are printed as an empty box to write in.
    """
    doubtful = dict.fromkeys(character for character in text if not _is_sure(character))
    if not doubtful:
        return []
    known = _known()
    return [character for character in doubtful if ord(character) not in known]


def _is_sure(character: str) -> bool:
    code = ord(character)
    if _within(code, _PRIVATE_USE) or _within(code, _INVISIBLE):
        return True
    if not _within(code, _SURE_BLOCKS):
        return False
    try:
        character.encode("shift_jis")
    except UnicodeEncodeError:
        return False
    return True


def _within(code: int, blocks: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in blocks)


@cache
def _known() -> frozenset[int]:
    """Code points that both weights have."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    tables = []
    for file in files():
        with TTFont(str(file), lazy=True) as font:
            tables.append(frozenset(font.getBestCmap()))
    return tables[0] & tables[1]
