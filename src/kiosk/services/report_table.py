"""The 実績報告書 as a table: a workbook whose totals are formulas, and CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from kiosk.domain.agenda import agenda_rule
from kiosk.domain.eras import format_era
from kiosk.domain.report import COUNTED, HANDLED, Figures, MonthReport, SessionLine
from kiosk.services.photo_details import photo_rows
from kiosk.services.report_asked import asked_lines
from kiosk.services.words import word
from kiosk.settings.profile import Profile

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet  # type: ignore[import-untyped]

WEEKDAYS = "月火水木金土日"
LEADING = ("no", "day", "weekday", "venue")
TIMES = ("mean_wait", "longest_wait", "mean_service", "first_pass")
TRAILING = ("staff", "delivery", "received_on")
DERIVED = ("came", "handled")
COLUMNS = (*LEADING, *COUNTED, *DERIVED, *TIMES, *TRAILING)
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_HEAD_ROW = 5
_WIDTHS = {"no": 5, "day": 12, "weekday": 5, "venue": 20, "staff": 30, "delivery": 13, "received_on": 12}


def csv_file(report: MonthReport) -> bytes:
    """One row per session, the month's total and all since the contract began; UTF-8 with a mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([word("report", name) for name in COLUMNS])
    for line in report.lines:
        writer.writerow([_plain(value) for value in _row(report, line)])
    for title, figures in (("total", report.total), ("cumulative", report.cumulative)):
        values = [word("report", title), "", "", "", *_counted(report, figures), *_times(figures), "", "", ""]
        writer.writerow([_plain(value) for value in values])
    return text.getvalue().encode("utf-8-sig")


def workbook(report: MonthReport, profile: Profile, *, practice: bool) -> bytes:
    """The same for a spreadsheet, A4 landscape on one page's width; sums are formulas, not pasted numbers."""
    from openpyxl import Workbook  # type: ignore[import-untyped]

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = f"{report.month:%Y-%m}"
    _head(sheet, report, profile, practice=practice)
    _sessions(sheet, report)
    _months(book.create_sheet(word("report", "months")), report)
    _reasons(book.create_sheet(word("report", "reasons")), report)
    _asked(book.create_sheet(word("report", "asked")), report)
    _photos(book.create_sheet(word("report", "photo_sheet")), report)
    for each in book.worksheets:
        _for_print(each)
    sheet.freeze_panes = sheet.cell(_HEAD_ROW + 1, len(LEADING) + 1)
    sheet.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _head(sheet: Worksheet, report: MonthReport, profile: Profile, *, practice: bool) -> None:
    from openpyxl.styles import Font  # type: ignore[import-untyped]

    rule = agenda_rule(profile.agenda)
    title = f"{word('report', 'title')}　{month_text(report)}" + (
        f"　{word('report', 'practice')}" if practice else ""
    )
    _put(sheet, 1, 1, title).font = Font(size=14, bold=True)
    _put(sheet, 2, 1, f"{profile.name}　{profile.contractor}")
    _put(sheet, 3, 1, word("report", "hours").format(start=rule.start, end=rule.end))


def _sessions(sheet: Worksheet, report: MonthReport) -> None:
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

    letters = {name: get_column_letter(at) for at, name in enumerate(COLUMNS, start=1)}
    handled = [letters[name] for service in report.plan_counts for name in HANDLED[service]]
    for column, name in enumerate(COLUMNS, start=1):
        _heading(_put(sheet, _HEAD_ROW, column, word("report", name)))
        sheet.column_dimensions[letters[name]].width = _WIDTHS.get(name, 8)
    first = _HEAD_ROW + 1
    for at, line in enumerate(report.lines, start=first):
        for column, value in enumerate(_row(report, line), start=1):
            _put(sheet, at, column, value)
        sheet[f"{letters['came']}{at}"] = f"={letters['came_reserved']}{at}+{letters['came_walk_in']}{at}"
        sheet[f"{letters['handled']}{at}"] = "=" + "+".join(f"{letter}{at}" for letter in handled)
    last = _HEAD_ROW + len(report.lines)
    _total_row(sheet, last + 1, word("report", "total"))
    for name in (*COUNTED, *DERIVED):
        sheet[f"{letters[name]}{last + 1}"] = f"=SUM({letters[name]}{first}:{letters[name]}{last})"
    for name, time in zip(TIMES, _times(report.total), strict=True):
        sheet[f"{letters[name]}{last + 1}"] = time
    _total_row(sheet, last + 2, word("report", "cumulative"))
    for name, count in zip((*COUNTED, *DERIVED), _counted(report, report.cumulative), strict=True):
        sheet[f"{letters[name]}{last + 2}"] = count
    for at, name in ((last + 4, "plan"), (last + 5, "rate")):
        _put(sheet, at, 1, word("report", name))
    sheet[f"{letters['handled']}{last + 4}"] = report.plan
    rate = sheet[f"{letters['handled']}{last + 5}"]
    rate.value = f"={letters['handled']}{last + 2}/{letters['handled']}{last + 4}"
    rate.number_format = "0.0%"


def _months(sheet: Worksheet, report: MonthReport) -> None:
    for at, name in enumerate(("month", "planned", "held", "handled", "cumulative"), start=1):
        _heading(_put(sheet, 1, at, word("report", name)))
        sheet.column_dimensions["ABCDE"[at - 1]].width = 16
    for row, line in enumerate(report.months, start=2):
        for at, value in enumerate((f"{line.month:%Y-%m}", line.planned, line.held, line.handled), start=1):
            _put(sheet, row, at, value)
        sheet[f"E{row}"] = f"=SUM(D$2:D{row})"


def _reasons(sheet: Worksheet, report: MonthReport) -> None:
    for at, name in enumerate(("reason", "total", "cumulative"), start=1):
        _heading(_put(sheet, 1, at, word("report", name)))
        sheet.column_dimensions["ABC"[at - 1]].width = 44 if at == 1 else 12
    for row, code in enumerate(sorted({*report.total.stopped, *report.cumulative.stopped}), start=2):
        _put(sheet, row, 1, f"{code}　{word('reason', code)}")
        _put(sheet, row, 2, report.total.stopped.get(code, 0))
        _put(sheet, row, 3, report.cumulative.stopped.get(code, 0))


def _asked(sheet: Worksheet, report: MonthReport) -> None:
    for at, name in enumerate(("asked_kind", "total", "cumulative"), start=1):
        _heading(_put(sheet, 1, at, word("report", name)))
        sheet.column_dimensions["ABC"[at - 1]].width = 52 if at == 1 else 12
    for row, (name, counts) in enumerate(asked_lines(report.total.asked, report.cumulative.asked), start=2):
        for at, value in enumerate((name, *counts), start=1):
            _put(sheet, row, at, value)


def _photos(sheet: Worksheet, report: MonthReport) -> None:
    for at, name in enumerate(("photo_what", "total", "cumulative"), start=1):
        _heading(_put(sheet, 1, at, word("report", name)))
        sheet.column_dimensions["ABC"[at - 1]].width = 44 if at == 1 else 12
    for row, line in enumerate(photo_rows(report.total, report.cumulative), start=2):
        for at, value in enumerate((line["name"], line["month"], line["so_far"]), start=1):
            _put(sheet, row, at, value)


def _for_print(sheet: Worksheet) -> None:
    from openpyxl.worksheet.properties import PageSetupProperties  # type: ignore[import-untyped]

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddFooter.center.text = "&P / &N"


def _put(sheet: Worksheet, row: int, column: int, value: Any) -> Any:
    """A value as it is: a text that begins with = stays text and is never taken for a formula."""
    cell = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def _heading(cell: Any) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    cell.font = Font(bold=True, size=9)
    cell.fill = PatternFill("solid", fgColor="E8F1FE")
    cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")


def _total_row(sheet: Worksheet, row: int, title: str) -> None:
    from openpyxl.styles import Font

    for at in range(1, len(COLUMNS) + 1):
        sheet.cell(row, at).font = Font(bold=True)
    _put(sheet, row, 1, title)


def _row(report: MonthReport, line: SessionLine) -> list[Any]:
    held = line.held
    return [
        line.no if line.no is not None else word("report", "extra"),
        held.day.isoformat(),
        WEEKDAYS[held.day.weekday()],
        held.venue,
        *_counted(report, line.figures),
        *_times(line.figures),
        "、".join(held.staff),
        held.delivery,
        held.received_on.isoformat() if held.received_on else "",
    ]


def _counted(report: MonthReport, figures: Figures) -> list[int]:
    return [*(figures.count(name) for name in COUNTED), figures.came, figures.handled(report.plan_counts)]


def _times(figures: Figures) -> list[float | int | None]:
    return [figures.mean_wait_min, figures.longest_wait_min, figures.mean_service_min, figures.first_pass]


def _plain(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_DANGEROUS) else text


def month_text(report: MonthReport) -> str:
    """令和7年11月分."""
    return format_era(report.month).removesuffix("1日") + "分"
