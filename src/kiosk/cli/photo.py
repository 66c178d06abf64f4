"""`kiosk photo`: judges pictures and cuts the card photo out of one, without a camera or a data folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from stat import S_ISREG
from typing import Annotated, Any

import typer

from kiosk.cli.console import REFUSED, Console, WrongUse, console_of
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.portrait import Check, State, judge
from kiosk.ui.texts import Texts

app = typer.Typer(help="証明写真が基準に合うかを確かめ、45 × 35 mm に切り出します。")
UNREADABLE = {
    "photo_unreadable": "photo.unreadable_file",
    "photo_file_missing": "photo.missing_file",
    "photo_too_large": "photo.large_file",
    "photo_endless": "photo.endless_file",
}
LARGEST_FILE = 50 * 1024 * 1024
JPEG, PDF = (".jpg", ".jpeg"), ".pdf"


class SheetPaper(StrEnum):
    """What the print sheet is printed on."""

    A4 = "a4"
    L = "l"


@app.command()
def check(
    context: typer.Context,
    images: Annotated[
        list[Path],
        typer.Argument(help="調べる画像（JPEG・PNG）。いくつでも", metavar="画像...", show_default=False),
    ],
) -> None:
    """画像ごとに、証明写真にできるかを確かめます（判定の基準・数値・直し方）。"""
    console = console_of(context)
    with _named(console, images):
        answer = check_pictures(images, console.texts)
    console.report(answer, _check_lines(answer, console.texts))


@app.command()
def crop(
    context: typer.Context,
    image: Annotated[
        Path, typer.Argument(help="もとの画像（JPEG・PNG）", metavar="画像", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", help="書き出すJPEG", metavar="ファイル", show_default=False)],
    print_sheet: Annotated[
        Path | None,
        typer.Option("--print-sheet", help="印刷用の用紙（PDF、4枚分、切り取り線つき）", metavar="ファイル"),
    ] = None,
    paper: Annotated[
        SheetPaper, typer.Option("--paper", help="印刷用の用紙の大きさ：l はL判（89 × 127 mm）")
    ] = SheetPaper.A4,
) -> None:
    """画像から 45 × 35 mm の証明写真（827 × 1063 画素、600 dpi）を切り出します。"""
    console = console_of(context)
    if print_sheet is None and paper is not SheetPaper.A4:
        raise WrongUse("sheet_paper")
    _refuse_over(image, out, print_sheet)
    with _named(console, [image]):
        answer = crop_picture(image, out, print_sheet, paper)
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


def crop_picture(
    image: Path, out: Path, print_sheet: Path | None = None, paper: SheetPaper = SheetPaper.A4
) -> dict[str, Any]:
    """The answer of `photo crop`; raises Refused when no photo can be cut; writes nothing then."""
    from kiosk import vision

    pixels = vision.read_picture(_read(image, 1))
    jpeg = vision.crop(pixels, vision.look(pixels))
    photo = vision.measure_photo(jpeg)
    sheet = b"" if print_sheet is None else _sheet(jpeg, paper)
    was_there = out.exists()
    _write(out, jpeg)
    if print_sheet is not None:
        try:
            _write(print_sheet, sheet)
        except Trouble:
            # An earlier photo of that name is replaced as asked; a new one is not left beside no sheet.
            if not was_there:
                out.unlink(missing_ok=True)
            raise
    return {
        "ok": True,
        "width": photo.width,
        "height": photo.height,
        "bytes": photo.bytes,
        "dpi": photo.dpi,
        "head_mm": photo.head_mm,
        "top_mm": photo.top_mm,
    }


def _refuse_over(image: Path, out: Path, print_sheet: Path | None) -> None:
    """Nothing is written over the picture itself, or under a name that promises another kind of file."""
    if out.suffix.lower() not in JPEG:
        raise WrongUse("photo_ending", file=out.name, ending=JPEG[0])
    if print_sheet is not None and print_sheet.suffix.lower() != PDF:
        raise WrongUse("photo_ending", file=print_sheet.name, ending=PDF)
    for place in (out, print_sheet):
        if place is not None and _is_same(image, place):
            raise WrongUse("photo_over", file=place.name)


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        # One of them is not there yet, or not to be reached: then nothing is lost.
        return False


def _sheet(jpeg: bytes, paper: SheetPaper) -> bytes:
    from kiosk.paper import compose

    values = {"label": "", "practice": False, "size": paper.value}
    return compose.to_pdf("photo_sheet", values, files={"photo.jpg": jpeg})


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


@contextmanager
def _named(console: Console, images: Sequence[Path]) -> Iterator[None]:
    """Says to the person who named the files which one cannot be read; the refusal has its number only."""
    try:
        yield
    except Refused as no:
        words = UNREADABLE.get(no.key)
        if words is None:
            raise
        number = int(no.facts["number"])
        console.refuse(no.key, console.texts.get(words, number=number, file=images[number - 1].name))
        raise typer.Exit(REFUSED) from no


def _read(path: Path, number: int) -> bytes:
    try:
        found = path.stat()
        if not S_ISREG(found.st_mode):
            # A folder, a pipe or a device: reading those may never end.
            raise Refused("photo_unreadable", number=number)
        if found.st_size > LARGEST_FILE:
            raise Refused("photo_too_large", number=number, limit=LARGEST_FILE // 2**20)
        return path.read_bytes()
    except FileNotFoundError as cause:
        raise Refused("photo_file_missing", number=number) from cause
    except OSError as cause:
        raise Refused("photo_unreadable", number=number) from cause


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as cause:
        raise Trouble("photo_not_written", file=path.name) from cause
