"""Turns a template and its values into a slip's dots, a picture or a PDF.

Nothing is written to disk on the way, also not photographs: values and files go into the template in
memory. typst, numpy and cv2 are imported late; the sign-in screen does not wait for them.
"""

from __future__ import annotations

import datetime
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from kiosk import paths
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.raster import Raster
from kiosk.paper import catalogue, fonts, qr

if TYPE_CHECKING:
    import typst

Values = Mapping[str, Any]
Files = Mapping[str, bytes]

DOTS_PER_INCH = 203.2  # 8 dots per millimetre
NARROW_DOTS = 384
_DARK_BELOW = 150  # of 255: strokes thinner than a dot stay visible on thermal paper
_ARCHIVE: Literal["a-2u"] = "a-2u"
_one_at_a_time = threading.Lock()


def to_raster(template: str, values: Values, width_dots: int, files: Files | None = None) -> Raster:
    """A thermal slip as dots at 203 dpi; one point of the template is exactly one dot.

    A template made of pieces gives them on pages of their own, to be laid one below the other: where a
    piece stands on a long page moves the grey of a curve by a trifle, and a dot with it.
    Raises Refused("paper_unknown"), Refused("paper_values") or Trouble("paper_glyph").
    """
    check(template, values)
    drawn = pieces(template, values, ("all",), width_dots, files)
    return Raster(
        width_dots, sum(piece.height_dots for piece in drawn), b"".join(piece.rows for piece in drawn)
    )


def pieces(
    template: str, values: Values, names: Sequence[str], width_dots: int, files: Files | None = None
) -> tuple[Raster, ...]:
    """Some pieces of a slip (or "all"), drawn in one go, each as dots of its own; `values` were checked.

    A template that is not made of pieces is one. Raises Refused("paper_unknown", "paper_values").
    """
    inputs = _inputs(values, files, width_dots, "1") | {"pieces": " ".join(names)}
    return tuple(_dots(page) for page in _engine(catalogue.find(template), inputs, ppi=72.0))


def check(template: str, values: Values) -> None:
    """Raises Refused("paper_values") or Trouble("paper_glyph"), as every drawing does first."""
    _check(catalogue.find(template), values)


def _dots(png: bytes) -> Raster:
    import cv2
    import numpy as np

    grey = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise RuntimeError("the picture of the slip cannot be read back")
    dots = np.packbits(grey < _DARK_BELOW, axis=1)
    return Raster(int(grey.shape[1]), int(grey.shape[0]), dots.tobytes())


def to_png(
    template: str,
    values: Values,
    files: Files | None = None,
    *,
    width_dots: int = NARROW_DOTS,
    ppi: float = 144.0,
) -> bytes:
    """The first page as a PNG for the screen; `ppi` is for A4 papers, a slip comes dot by dot."""
    is_slip = catalogue.find(template).kind == "thermal"
    return _compile(template, values, files, width_dots=width_dots, dot="1", ppi=72.0 if is_slip else ppi)


def to_pdf(
    template: str,
    values: Values,
    files: Files | None = None,
    *,
    width_dots: int = NARROW_DOTS,
    made_at: datetime.datetime | None = None,
) -> bytes:
    """The paper as PDF/A-2u with its fonts inside, slips in their true size; a flyer for the press as PDF.

    `made_at` (with a time zone) is written as the creation time; without it, the clock's.
    """
    dot = repr(72 / DOTS_PER_INCH)
    return _compile(template, values, files, width_dots=width_dots, dot=dot, made_at=made_at)


def sample(template: str) -> dict[str, Any]:
    """The sample values that ship with a template."""
    name = catalogue.find(template).name
    file = paths.resources() / "paper" / "samples" / f"{name}.json"
    values: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return values


def sample_files(template: str) -> dict[str, bytes]:
    """The pictures that a template's sample needs besides its values; most need none."""
    folder = paths.resources() / "paper" / "samples" / catalogue.find(template).name
    if not folder.is_dir():
        return {}
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}


def warm_up(template: str = "ticket") -> None:
    """Loads fonts and engine ahead of the first visitor; for the background, after the first paint."""
    to_raster(template, sample(template), NARROW_DOTS)


@cache
def _compiler(template: str) -> typst.Compiler:
    """One kept compiler per template: a new one costs ten times a page."""
    import typst

    folder = paths.resources() / "paper"
    return typst.Compiler(str(folder / f"{template}.typ"), root=str(folder), font_paths=_loaded_fonts())


@cache
def _loaded_fonts() -> typst.Fonts:
    import typst

    folders = [str(file.parent) for file in fonts.files()]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def _compile(
    template: str,
    values: Values,
    files: Files | None,
    *,
    width_dots: int,
    dot: str,
    ppi: float | None = None,
    made_at: datetime.datetime | None = None,
) -> bytes:
    """PNG of the first page with `ppi`, else PDF."""
    paper = catalogue.find(template)
    _check(paper, values)
    inputs = _inputs(values, files, width_dots, dot)
    return _engine(paper, inputs, ppi=ppi, made_at=made_at)[0]


def _inputs(values: Values, files: Files | None, width_dots: int, dot: str) -> dict[str, str]:
    return {
        "values": json.dumps(dict(values), ensure_ascii=False),
        "qr": json.dumps(qr.modules(str(values["qr"])) if "qr" in values else []),
        "files": json.dumps({name: list(content) for name, content in (files or {}).items()}),
        "dots": str(width_dots),
        "dot": dot,
    }


def _engine(
    paper: catalogue.Paper,
    inputs: dict[str, str],
    *,
    ppi: float | None,
    made_at: datetime.datetime | None = None,
) -> list[bytes]:
    """Every page as a PNG with `ppi`, else one PDF."""
    import typst

    # Four printing inks have no place in an archive's PDF; what is kept is the preview.
    is_for_press = paper.kind == "press"
    inputs = {**inputs, "inks": "cmyk" if is_for_press else "rgb"}
    with _one_at_a_time:
        compiler = _compiler(paper.name)
        try:
            if ppi is None:
                standard = "1.7" if is_for_press else _ARCHIVE
                made = compiler.compile(
                    format="pdf", sys_inputs=inputs, pdf_standards=standard, timestamp=made_at
                )
            else:
                made = compiler.compile(format="png", ppi=ppi, sys_inputs=inputs)
        except typst.TypstError as problem:
            raise Refused("paper_values", paper=paper.title, missing="―") from problem
    pages = made if isinstance(made, list) else [made]
    whole = [page for page in pages if page is not None]
    if not whole:
        raise RuntimeError("the engine made nothing")
    return whole


def _check(paper: catalogue.Paper, values: Values) -> None:
    missing = sorted(paper.needs - values.keys())
    if missing:
        raise Refused("paper_values", paper=paper.title, missing="、".join(missing))
    unprintable = fonts.missing_glyphs("".join(_texts(values)))
    if unprintable:
        # The code points alone: a whole name does not belong into an exception.
        codes = " ".join(f"U+{ord(character):04X}" for character in unprintable[:8])
        raise Trouble("paper_glyph", permanent=True, paper=paper.title, codes=codes)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
