"""Taking in the city's reservation list: which file, what is in it, and how it was handed over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.domain.errors import Refused
from kiosk.domain.list_merge import ChangeKind
from kiosk.services.imports import Given
from kiosk.ui.background import Background
from kiosk.ui.screens.counter_parts import TickTile
from kiosk.ui.screens.opening_columns import ColumnsPanel
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Banner, Card
from kiosk.ui.widgets.chips import Chips
from kiosk.ui.widgets.labels import BigNumber, Body, Caption, Heading, Title
from kiosk.ui.widgets.pages import Pages
from kiosk.ui.widgets.rows import Rows
from kiosk.ui.widgets.tiles import Tile

if TYPE_CHECKING:
    from kiosk.domain.list_merge import Overtaken
    from kiosk.domain.reservation import ColumnMapping, ImportResult
    from kiosk.services.imports import ImportDone, ListImport, Look

LARGEST_LIST_BYTES = 32 * 1024 * 1024
FILES_PER_PAGE = 4
MOST_FLAGS = 1
MOST_NUMBERS, MOST_LATE = 5, 6
CHOOSE, LOOK, DONE, COLUMNS = range(4)


class ListScreen(Screen):
    """One list at a time: choose, look, say how it came, take; `finished` goes on to the counter.

    `find_files` runs in the background (sticks are slow); `keep_paper` saves a PDF and gives its name.
    """

    def __init__(
        self,
        *,
        imports: ListImport,
        find_files: Callable[[], tuple[Path, ...]],
        keep_paper: Callable[[str, bytes], str],
        finished: Callable[[], None],
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(texts=texts, background=background, name="list")
        self._imports, self._find_files, self._keep_paper = imports, find_files, keep_paper
        self._finished = finished
        self._file_name = ""
        self._untrusted = b""
        self._files = Rows(texts, FILES_PER_PAGE, name="list.files")
        self._counts: dict[str, BigNumber] = {}
        self._notes = Body(wrap=True, name="list.notes")
        self._protection = Caption(wrap=True, name="list.protection")
        self._changes = Body(wrap=True, name="list.changes")
        self._late = Body(wrap=True, name="list.late")
        self._late.set_tone("warning")
        self._mapping: ColumnMapping | None = None
        self._number, self._paper = "", ""
        self._columns = ColumnsPanel(self, texts, back=self.begin, go=self._columns_chosen)
        self._medium = self._chips("medium", 4)
        self._means = self._chips("means", 3)
        self._place = self._chips("place", 3)
        self._giver = QLineEdit()
        self._stages = Pages()
        self._card = Card(name="list.card")
        self._result_title = Title(wrap=True, name="list.done")
        self._result_words = Body(wrap=True, name="list.done_words")
        self._late_field = Banner("warning")
        self._late_words = Body(wrap=True, name="list.done_late")
        for stage in (self._choose_stage(), self._look_stage(), self._done_stage(), self._columns):
            self._stages.addWidget(stage)
        self._card.body.addWidget(self._stages)
        self.area.addWidget(self._card)

    def begin(self) -> None:
        """From the first question; the files are looked for at once."""
        self._untrusted, self._file_name, self._mapping = b"", "", None
        self.clear_notice()
        self._stages.setCurrentIndex(CHOOSE)
        self._look_for_files()

    def _look_for_files(self) -> None:
        self._files.fill((), self._file_tile, empty=self.texts.get("list.looking"))
        self.background.run(self._find_files, self._show_files, self.show_failure)

    def _show_files(self, files: tuple[Path, ...]) -> None:
        self._files.fill(files, self._file_tile, empty=self.texts.get("list.none"))

    def _file_tile(self, file: Path) -> QWidget:
        tile = Tile(file.name, self.texts.get("list.in", folder=file.parent.name), name=f"list.{file.name}")
        tile.guarded(lambda: self._read(file))
        holder = QWidget()
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(0, 0, 0, 12)
        inner.addWidget(tile)
        return holder

    def _read(self, file: Path) -> None:
        def work() -> bytes:
            if file.stat().st_size > LARGEST_LIST_BYTES:
                raise Refused("list_too_large", limit=LARGEST_LIST_BYTES // 1024**2)
            return file.read_bytes()

        self.background.run(work, lambda untrusted: self._look(file.name, untrusted), self.show_failure)

    def _look(self, name: str, untrusted: bytes) -> None:
        self._file_name, self._untrusted, self._mapping = name, untrusted, None
        try:
            if self._imports.known_shape(self._imports.sheet(untrusted)) is None:
                self._ask_columns()
            else:
                self._show_look()
        except Exception as error:
            self.show_failure(error)

    def _ask_columns(self) -> None:
        """The columns: asked when no known shape fits, and whenever somebody wants to look at them."""
        sheet = self._imports.sheet(self._untrusted)
        mapping = self._mapping or self._imports.proposal(sheet)
        name = self.texts.get("list.shape_name", count=len(sheet.headings))
        self._columns.show_sheet(sheet, mapping, name, is_known=self._imports.known_shape(sheet) is not None)
        self._stages.setCurrentIndex(COLUMNS)

    def _columns_chosen(self, name: str, mapping: ColumnMapping) -> None:
        if mapping == self._mapping:
            self._show_look()
            return
        self._mapping = mapping
        # Read first: a shape that cannot be read is not worth keeping.
        self._show_look()
        self._imports.save_shape(name, self._imports.sheet(self._untrusted), mapping)

    def _show_look(self) -> None:
        look = self._imports.look(self._untrusted, self._mapping)
        self.clear_notice()
        self._mapping = look.mapping
        self._show_result(look.result)
        self._show_changes(look)
        self._show_protection()
        self._stages.setCurrentIndex(LOOK)

    def _show_protection(self) -> None:
        """An open list is taken with a notice and the city's number for it (特記事項 16)."""
        is_sealed, approval = self._imports.protection(self._untrusted)
        key = "sealed" if is_sealed else "plain" if approval else "plain_unapproved"
        self._protection.setText(self.texts.get(f"list.{key}", number=approval))
        self._protection.set_tone("warning" if key == "plain_unapproved" else "")

    def _show_changes(self, look: Look) -> None:
        """What a later list changes; and that a list without a booking of the day may be the wrong one."""
        texts, merged = self.texts, look.merged
        numbers = [ticket for one in look.overtaken for ticket in one.tickets]
        shown = "・".join(numbers[:MOST_NUMBERS])
        more = len(numbers) - MOST_NUMBERS
        others = texts.get("list.late_others", count=more) if more > 0 else ""
        self._late.setText(texts.get("list.late", tickets=shown, others=others))
        self._late.setVisible(bool(numbers))
        if not look.result.kept:
            self._changes.setText(texts.get("list.no_row_today", rows=look.result.rows))
            self._changes.set_tone("warning")
            self._changes.show()
            return
        counted = [(kind, merged.count(kind)) for kind in ChangeKind]
        is_first = merged.count(ChangeKind.NEW) == len(merged.kept)
        words = "　".join(texts.get(f"list.change.{kind}", count=count) for kind, count in counted if count)
        said = texts.get("list.changes", changes=words) if words else texts.get("list.no_change")
        self._changes.setText(said)
        self._changes.set_tone("warning" if merged.count(ChangeKind.GONE) else "")
        self._changes.setVisible(not is_first)

    def _show_late(self, late: tuple[Overtaken, ...]) -> None:
        """Whose booking changed after the number was given, a line each: numbers only, never a name."""
        texts = self.texts
        lines = []
        for one in late[:MOST_LATE]:
            fields = "・".join(texts.get(f"list.differs.{name}") for name in one.change.fields)
            what = texts.get(f"list.late_kind.{one.change.kind}", fields=fields)
            lines.append(texts.get("list.late_line", tickets="・".join(one.tickets), what=what))
        if len(late) > MOST_LATE:
            lines.append(texts.get("list.late_more", count=len(late) - MOST_LATE))
        self._late_words.setText("\n".join(lines))
        self._late_field.setVisible(bool(late))

    def _show_result(self, result: ImportResult) -> None:
        counted = {
            "imported": result.imported,
            "cancelled": result.cancelled,
            "other_days": result.other_days,
            "flagged": len(result.flagged),
        }
        for name, count in counted.items():
            self._counts[name].setText(str(count))
        self._counts["flagged"].set_tone("warning" if result.flagged else "")
        flags = [
            self.texts.get(
                "list.flag",
                row=flag.row,
                column=flag.column,
                reason=self.texts.get(f"reservation_flag.{flag.reason}"),
            )
            for flag in result.flagged[:MOST_FLAGS]
        ]
        if len(result.flagged) > MOST_FLAGS:
            flags.append(self.texts.get("list.flags_more", count=len(result.flagged) - MOST_FLAGS))
        self._notes.setText("　".join([self.texts.get("list.file", name=self._file_name), *flags]))

    def _take(self) -> None:
        asked = {"medium": self._medium, "means": self._means, "place": self._place}
        said = {name: chips.value for name, chips in asked.items()}
        giver = self._giver.text().strip()
        if not all(said.values()) or not giver:
            raise Refused("list_how_missing")
        done: ImportDone = self._imports.take(
            self._untrusted,
            file_name=self._file_name,
            given=Given(
                giver=giver,
                **{name: self.texts.get(f"list.{name}.{key}") for name, key in said.items()},
            ),
            mapping=self._mapping,
        )
        self._untrusted, self._number = b"", done.number
        self._result_title.setText(self.texts.get("list.done", count=done.result.imported))
        self._result_words.setText(self.texts.get("list.done_no_paper", number=done.number))
        self._show_late(done.overtaken)
        self._again.show()
        self._back_to_city.setChecked(False)
        self._back_to_city.setEnabled(True)
        self._stages.setCurrentIndex(DONE)
        # The bookings are in: a disk that cannot take the slip must not lead to a second import.
        self._keep(done.receipt_pdf)

    def _keep(self, paper: bytes) -> None:
        name = self._keep_paper(f"azukarisho-{self._number}.pdf", paper)
        self._again.hide()
        self._result_words.setText(self.texts.get("list.done_words", number=self._number, paper=name))

    def _returned(self, on: bool) -> None:
        """Ticked once: what went back to the city does not come again."""
        if not on:
            return
        try:
            self._imports.returned(self._number)
            self._back_to_city.setEnabled(False)
        except Exception as error:
            self._back_to_city.setChecked(False)
            self.show_failure(error)

    def _keep_again(self) -> None:
        self.clear_notice()
        self._keep(self._imports.receipt_again(self._number))

    def _chips(self, asked: str, columns: int) -> Chips:
        options = list(self.texts.table(f"list.{asked}").items())
        return Chips(options, name=f"list.{asked}", columns=columns)

    def _choose_stage(self) -> QWidget:
        stage = QWidget()
        whole = QVBoxLayout(stage)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addWidget(Title(self.texts.get("list.title"), wrap=True))
        whole.addWidget(Body(self.texts.get("list.words"), wrap=True))
        whole.addWidget(self._files, 1)
        row = QHBoxLayout()
        row.setSpacing(16)
        again = Button(self.texts.get("list.again"), "secondary", size="large", name="list.again")
        without = Button(self.texts.get("list.without"), "quiet", size="large", name="list.without")
        row.addWidget(again.guarded(self._look_for_files))
        row.addWidget(without.guarded(self._finished))
        whole.addLayout(row)
        return stage

    def _look_stage(self) -> QWidget:
        stage = QWidget()
        whole = QVBoxLayout(stage)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addLayout(self._count_row())
        whole.addWidget(self._changes)
        whole.addWidget(self._late)
        whole.addWidget(self._notes)
        whole.addWidget(self._protection)
        whole.addWidget(Heading(self.texts.get("list.how")))
        form = QFormLayout()
        form.setSpacing(8)
        self._giver.setObjectName("list.giver")
        self._giver.setMaxLength(60)
        self._giver.setAccessibleName(self.texts.get("list.giver"))
        for name, part in (("medium", self._medium), ("means", self._means), ("place", self._place)):
            form.addRow(Body(self.texts.get(f"list.ask_{name}")), part)
        form.addRow(Body(self.texts.get("list.giver")), self._giver)
        whole.addLayout(form)
        whole.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(16)
        back = Button(self.texts.get("list.back"), "quiet", size="large", name="list.back")
        take = Button(self.texts.get("list.take"), "primary", size="large", name="list.take")
        columns = Button(self.texts.get("list.columns_look"), "quiet", size="large", name="list.columns_look")
        row.addWidget(back.guarded(self.begin), 1)
        row.addWidget(columns.guarded(self._ask_columns), 1)
        row.addWidget(take.guarded(self._take), 2)
        whole.addLayout(row)
        return stage

    def _count_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(24)
        for name in ("imported", "cancelled", "other_days", "flagged"):
            column = QHBoxLayout()
            column.setSpacing(8)
            self._counts[name] = BigNumber("0", name=f"list.count.{name}")
            column.addWidget(self._counts[name])
            column.addWidget(Caption(self.texts.get(f"list.count.{name}")), 1)
            row.addLayout(column, 1)
        return row

    def _done_stage(self) -> QWidget:
        stage = QWidget()
        whole = QVBoxLayout(stage)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        field = Banner("success")
        field.body.addWidget(self._result_title)
        field.body.addWidget(self._result_words)
        self._again = Button(self.texts.get("list.paper_again"), size="large", name="list.paper_again")
        whole.addWidget(field)
        self._late_field.body.addWidget(Heading(self.texts.get("list.late_title"), wrap=True))
        self._late_field.body.addWidget(self._late_words)
        whole.addWidget(self._late_field)
        whole.addWidget(self._again.guarded(self._keep_again))
        self._back_to_city = TickTile(
            self.texts.get("list.return"), height=64, name="list.return", mark_open=True
        )
        self._back_to_city.toggled.connect(self._returned)
        whole.addWidget(self._back_to_city)
        whole.addStretch(1)
        go = Button(self.texts.get("list.start"), "primary", size="huge", name="list.start")
        whole.addWidget(go.guarded(self._finished))
        return stage
