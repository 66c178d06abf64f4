"""The contract year's workbook: a template with notes and lists to choose from, and its cells read back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from kiosk.domain.errors import Refused
from kiosk.domain.year_book import VALUES, Cells, YearField, YearSheet, read_sheets
from kiosk.paths import resources
from kiosk.settings import read_text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet  # type: ignore[import-untyped]

LARGEST_BOOK = 2 << 20
LARGEST_UNPACKED = 64 << 20
MOST_READ_ROWS, MOST_READ_COLUMNS = 20_000, 40
"""Far below the most a sheet may hold: a row somebody wrote by mistake far down is told, not passed over."""
NOTE_ROW, HEAD_ROW, FIRST_ROW = 3, 4, 5
EMPTY_ROWS = 60
"""How far below the heading lists to choose from are offered."""
_WIDTHS = {"text": 26, "list": 40, "codes": 16, "choice": 20, "day": 14, "month": 14, "id": 14}

Filled = Mapping[str, Sequence[Mapping[str, Any]]]
"""What stands in a sheet of rows already, by the sheet's name."""


def sheet_named(name: str) -> YearSheet:
    """One of them."""
    return next(sheet for sheet in year_sheets() if sheet.name == name)


@cache
def year_sheets() -> tuple[YearSheet, ...]:
    """Every sheet, in the order of the catalogue."""
    return read_sheets(read_text(resources() / "catalogue" / "year.toml"))


def template(settings: Mapping[str, Any], filled: Filled) -> bytes:
    """The workbook to fill in: settings by path as they are now, and the rows there are."""
    from openpyxl import Workbook  # type: ignore[import-untyped]

    book = Workbook()
    book.remove(book.active)
    for sheet in year_sheets():
        page = book.create_sheet(sheet.title)
        _headed(page, sheet)
        if sheet.kind == VALUES:
            _write_values(page, sheet, settings)
        else:
            _write_rows(page, sheet, filled.get(sheet.name, ()))
        page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        page.sheet_properties.pageSetUpPr.fitToPage = True
        page.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_book(untrusted: bytes) -> dict[str, Cells]:
    """The cells of every sheet as they stand, formulas as their last values.

    Raises Refused("year_format") for anything that is no workbook of a sensible size.
    """
    from openpyxl import load_workbook

    if len(untrusted) > LARGEST_BOOK:
        raise Refused("year_format")
    try:
        with zipfile.ZipFile(io.BytesIO(untrusted)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                raise Refused("year_format")
        book = load_workbook(io.BytesIO(untrusted), read_only=True, data_only=True)
        return {
            page.title.strip(): [
                tuple(row)
                for row in page.iter_rows(max_row=MOST_READ_ROWS, max_col=MOST_READ_COLUMNS, values_only=True)
            ]
            for page in book.worksheets
        }
    except Refused:
        raise
    except Exception:
        # Whatever a broken package makes the reader stumble over, it is a file that is no workbook.
        raise Refused("year_format") from None


def _headed(page: Worksheet, sheet: YearSheet) -> None:
    from openpyxl.styles import Font  # type: ignore[import-untyped]

    page["A1"], page["A2"] = sheet.title, sheet.about
    page["A1"].font, page["A2"].font = Font(size=16, bold=True), Font(size=11, color="FF333333")


def _write_values(page: Worksheet, sheet: YearSheet, settings: Mapping[str, Any]) -> None:
    from openpyxl.styles import Alignment, Font

    for column, (title, width) in enumerate(zip(sheet.heading, (32, 46, 62), strict=True), start=1):
        _head(page, column, title, width, is_needed=False)
    for row, one in enumerate(sheet.fields, start=FIRST_ROW):
        page.cell(row, 1, one.title).font = Font(bold=True)
        _put(page, row, 2, one.shown(settings.get(one.path)))
        page.cell(row, 3, one.note).font = Font(color="FF666666")
        for column in (1, 2, 3):
            page.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
            page.cell(row, column).border = _thin()
        _offer(page, one, f"B{row}")
    page.freeze_panes = f"B{FIRST_ROW}"


def _write_rows(page: Worksheet, sheet: YearSheet, filled: Sequence[Mapping[str, Any]]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

    last = FIRST_ROW + max(EMPTY_ROWS, len(filled) + 20) - 1
    for column, one in enumerate(sheet.fields, start=1):
        note = page.cell(NOTE_ROW, column, one.note)
        note.font, note.alignment = (
            Font(size=9, color="FF666666"),
            Alignment(wrap_text=True, vertical="bottom"),
        )
        _head(page, column, one.title, _WIDTHS.get(one.kind, 26), is_needed=one.is_needed)
        letter = get_column_letter(column)
        _offer(page, one, f"{letter}{FIRST_ROW}:{letter}{last}")
        for row in range(FIRST_ROW, last + 1):
            at = row - FIRST_ROW
            value = filled[at].get(one.path) if at < len(filled) else None
            if one.kind == "day":
                page.cell(row, column, value).number_format = "yyyy/m/d"
            else:
                _put(page, row, column, one.shown(value))
            page.cell(row, column).border = _thin()
    page.row_dimensions[NOTE_ROW].height = 42
    page.freeze_panes = f"B{FIRST_ROW}"


def _head(page: Worksheet, column: int, title: str, width: int, *, is_needed: bool) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    cell = page.cell(HEAD_ROW, column, title)
    cell.font = Font(bold=True, color="FFFFFFFF" if is_needed else "FF1A1A1A")
    cell.fill = PatternFill("solid", fgColor="FF0017C1" if is_needed else "FFE8F1FE")
    cell.alignment, cell.border = Alignment(vertical="center"), _thin()
    page.column_dimensions[get_column_letter(column)].width = width


def _put(page: Worksheet, row: int, column: int, text: str) -> None:
    cell = page.cell(row, column)
    cell.number_format = "@"
    if text:
        cell.value = text
        # A text that begins like a formula stays a text.
        cell.data_type = "s"


def _offer(page: Worksheet, one: YearField, cells: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation  # type: ignore[import-untyped]

    if one.kind == "choice":
        source = f'"{",".join(one.choices)}"'
    elif one.path == "venue":
        source = f"'{sheet_named('venues').title}'!$A${FIRST_ROW}:$A${FIRST_ROW + EMPTY_ROWS - 1}"
    else:
        return
    offer = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
    offer.errorTitle, offer.error = one.title, one.note or one.title
    offer.add(cells)
    page.add_data_validation(offer)


def _thin() -> Any:
    from openpyxl.styles import Border, Side

    line = Side(style="thin", color="FF949494")
    return Border(left=line, right=line, top=line, bottom=line)
