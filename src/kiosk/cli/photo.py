"""`kiosk photo`: judges pictures and cuts the card photo out of one, without a camera or a data folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kiosk.cli.console import console_of
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.portrait import Check, State, judge
from kiosk.ui.texts import Texts

app = typer.Typer(help="証明写真の確認と切り出し / judge and crop a card photo")
LARGEST_FILE = 50 * 1024 * 1024


@app.command()
def check(
    context: typer.Context,
    images: Annotated[list[Path], typer.Argument(help="JPEG or PNG files", show_default=False)],
) -> None:
    """Says of each picture whether it can become a card photo."""
    console = console_of(context)
    answer = check_pictures(images, console.texts)
    console.report(answer, _check_lines(answer, console.texts))


@app.command()
def crop(
    context: typer.Context,
    image: Annotated[Path, typer.Argument(help="JPEG or PNG file", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="JPEG to write", show_default=False)],
    print_sheet: Annotated[Path | None, typer.Option("--print-sheet", help="A4 PDF with four prints")] = None,
) -> None:
    """Cuts the 45 x 35 mm card photo (827 x 1063, 600 dpi) out of a picture."""
    console = console_of(context)
    answer = crop_picture(image, out, print_sheet)
    lines = [console.texts.get("photo.cropped", file=str(out), **_facts(answer))]
    if print_sheet is not None:
        lines.append(console.texts.get("photo.sheet", file=str(print_sheet)))
    console.report(answer, lines)


def check_pictures(images: list[Path], texts: Texts) -> dict[str, Any]:
    """The answer of `photo check`; raises Refused("photo_unreadable") for a file that is no picture."""
    from kiosk import vision

    looker = vision.Looker()
    judged = []
    for number, image in enumerate(images, start=1):
        seen = looker.look(vision.read_picture(_read(image, number), number=number))
        verdict = judge(seen.measures)
        judged.append(
            {
                "file": image.name,
                "verdict": verdict.state.value,
                "faces": seen.faces,
                "advice": _say(verdict.advice, texts),
                "measures": {name: round(float(value), 4) for name, value in seen.measures.items()},
                "checks": [_check(one, texts) for one in verdict.checks],
            }
        )
    return {"ok": True, "images": judged}


def crop_picture(image: Path, out: Path, print_sheet: Path | None = None) -> dict[str, Any]:
    """The answer of `photo crop`; raises Refused when no photo can be cut; writes nothing then."""
    from kiosk import vision

    pixels = vision.read_picture(_read(image, 1))
    jpeg = vision.crop(pixels, vision.look(pixels))
    photo = vision.measure_photo(jpeg)
    sheet = b"" if print_sheet is None else _sheet(jpeg)
    _write(out, jpeg)
    if print_sheet is not None:
        _write(print_sheet, sheet)
    return {
        "ok": True,
        "width": photo.width,
        "height": photo.height,
        "bytes": photo.bytes,
        "dpi": photo.dpi,
        "head_mm": photo.head_mm,
        "top_mm": photo.top_mm,
    }


def _sheet(jpeg: bytes) -> bytes:
    from kiosk.paper import compose

    return compose.to_pdf("photo_sheet", {"label": "", "practice": False}, files={"photo.jpg": jpeg})


def _check(one: Check, texts: Texts) -> dict[str, Any]:
    return {
        "name": one.name,
        "state": one.state.value,
        "value": None if one.value is None else round(float(one.value), 4),
        "limit": one.limit,
        "rule": one.rule,
        "say": _say(one.advice, texts),
    }


def _say(advice: str, texts: Texts) -> str:
    return texts.get(f"photo.advice.{advice}") if advice else ""


def _check_lines(answer: dict[str, Any], texts: Texts) -> list[str]:
    lines = []
    for image in answer["images"]:
        state = texts.get(f"photo.state.{image['verdict']}")
        key = "photo.summary_advice" if image["advice"] else "photo.summary"
        lines.append(
            texts.get(key, file=image["file"], state=state, faces=image["faces"], advice=image["advice"])
        )
        lines.extend(_check_line(one, texts) for one in image["checks"])
    return lines


def _check_line(one: dict[str, Any], texts: Texts) -> str:
    name, state = texts.get(f"photo.check.{one['name']}"), texts.get(f"photo.state.{one['state']}")
    if one["state"] == State.NOT_CHECKED.value:
        return texts.get("photo.line_unchecked", check=name, state=state)
    return texts.get("photo.line", check=name, state=state, value=f"{one['value']:g}", limit=one["limit"])


def _facts(answer: dict[str, Any]) -> dict[str, str]:
    return {name: "—" if value is None else str(value) for name, value in answer.items() if name != "ok"}


def _read(path: Path, number: int) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Refused("photo_unreadable", number=number)
        return path.read_bytes()
    except OSError as cause:
        raise Refused("photo_unreadable", number=number) from cause


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as cause:
        raise Trouble("photo_not_written") from cause
