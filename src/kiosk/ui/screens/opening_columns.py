"""Which column of a list nobody has seen before holds what: proposed with examples, decided by people."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from kiosk.domain.list_columns import FIELDS, LONGEST_HEADING, NEEDED, Sheet
from kiosk.domain.reservation import ColumnMapping
from kiosk.ui.screens.counter_parts import TickTile, clear
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.labels import Body, Caption, Heading, Title

ACROSS = 3
ROOM = 37
"""Half-width places of one line on a field's tile at 1280 pixels."""
NO_COLUMN = "-"
SHORTEST_ROOM = 14


class ColumnsPanel(QWidget):
    """Nine fields of the keep list, each with its column and an example; `go` gets what was decided."""

    def __init__(
        self,
        host: Screen,
        texts: Texts,
        *,
        back: Callable[[], None],
        go: Callable[[str, ColumnMapping], None],
    ) -> None:
        super().__init__()
        self._host, self._texts, self._go = host, texts, go
        self._sheet = Sheet("", (), ())
        self._mapping = ColumnMapping()
        self._fields: dict[str, Button] = {}
        self._statuses: dict[str, TickTile] = {}
        self._title = Title(wrap=True)
        self._name = QLineEdit()
        self._name.setObjectName("list.shape")
        self._name.setMinimumHeight(48)
        self._name.setMaxLength(40)
        self._name.setAccessibleName(texts.get("list.shape"))
        self._status_head = Heading(texts.get("list.ask_cancelled"))
        self._status_row = QHBoxLayout()
        self._status_row.setSpacing(12)
        self._proceed = Button("", "primary", size="large", name="list.columns.go")
        self._proceed.guarded(self._do_go)
        self._build(back)

    def show_sheet(self, sheet: Sheet, mapping: ColumnMapping, name: str, *, is_known: bool) -> None:
        """Puts the question for a list; `mapping` is the proposal, or what is used for it already."""
        self._sheet, self._mapping = sheet, mapping
        self._title.setText(self._texts.get("list.columns_known" if is_known else "list.columns"))
        self._name.setText(name)
        self._show()
        self._show_statuses()

    def _build(self, back: Callable[[], None]) -> None:
        texts = self._texts
        grid = QGridLayout()
        grid.setSpacing(12)
        for at, field in enumerate(FIELDS):
            button = Button("", "plain", size="large", name=f"list.column.{field}")
            button.setProperty("align", "start")
            button.setProperty("scale", "normal")
            button.setMinimumHeight(72)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.guarded(partial(self._ask, field))
            self._fields[field] = button
            grid.addWidget(button, at // ACROSS, at % ACROSS)
        for column in range(ACROSS):
            grid.setColumnStretch(column, 1)
        leave = Button(texts.get("list.back"), "quiet", size="large", name="list.columns.back").guarded(back)
        kept = QHBoxLayout()
        kept.setSpacing(16)
        kept.addWidget(Body(texts.get("list.shape")))
        kept.addWidget(self._name, 1)
        last = QHBoxLayout()
        last.setSpacing(16)
        last.addWidget(leave, 1)
        last.addWidget(self._proceed, 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(self._title)
        whole.addWidget(Caption(texts.get("list.columns_words"), wrap=True))
        whole.addLayout(grid)
        whole.addWidget(self._status_head)
        whole.addLayout(self._status_row)
        whole.addStretch(1)
        whole.addLayout(kept)
        whole.addLayout(last)

    def _show(self) -> None:
        texts = self._texts
        for field, button in self._fields.items():
            heading = getattr(self._mapping, field)
            words = texts.get(f"list.field.{field}")
            if heading:
                examples = " / ".join(self._sheet.examples(heading)).replace("\n", " ")
                above = texts.get("list.column_is", field=words, column=heading)
                below = texts.get("list.column_like", examples=examples)
            else:
                key = "column_needed" if field in NEEDED else "column_none"
                above, below = words, texts.get(f"list.{key}")
            # One ampersand would be taken for a keyboard mark.
            button.setText(f"{_short(above)}\n{_short(below)}".replace("&", "&&"))
            button.setAccessibleName(f"{words} {heading}")
            button.setProperty("kind", "plain" if heading or field not in NEEDED else "secondary")
        missing = [field for field in NEEDED if not getattr(self._mapping, field)]
        words = "、".join(texts.get(f"list.field.{field}") for field in missing)
        self._proceed.show_text(
            texts.get("list.columns_missing", fields=words) if missing else texts.get("list.columns_go")
        )
        self._proceed.setEnabled(not missing)

    def _ask(self, field: str) -> None:
        options = [
            Option(str(at), _short(heading) or self._texts.get("list.column_unnamed"))
            for at, heading in enumerate(self._sheet.headings)
            if len(heading) <= LONGEST_HEADING
        ]
        if field not in NEEDED:
            options.append(Option(NO_COLUMN, self._texts.get("list.column_none")))
        Choice(
            self._host,
            self._texts.get("list.ask_column", field=self._texts.get(f"list.field.{field}")),
            options,
            lambda key: self._chosen(field, key),
            cancel=self._texts.get("list.column_keep"),
            columns=2 if len(options) <= SHORTEST_ROOM else 4,
            name="list.choose",
        )

    def _chosen(self, field: str, key: str) -> None:
        heading = "" if key == NO_COLUMN else self._sheet.headings[int(key)]
        self._mapping = replace(self._mapping, **{field: heading})  # type: ignore[arg-type]
        self._show()
        if field == "status":
            self._show_statuses()

    def _show_statuses(self) -> None:
        clear(self._status_row)
        self._statuses = {}
        for value in self._sheet.statuses(self._mapping.status):
            tile = TickTile(_short(value), height=52, name=f"list.cancelled.{value}", mark_open=True)
            tile.setChecked(value in self._mapping.cancelled)
            self._statuses[value] = tile
            self._status_row.addWidget(tile, 1)
        self._status_head.setVisible(bool(self._statuses))

    def _do_go(self) -> None:
        named = {value: tile.isChecked() for value, tile in self._statuses.items()}
        cancelled = [value for value in self._mapping.cancelled if named.get(value, True)]
        confirmed = [value for value in self._mapping.confirmed if not named.get(value, False)]
        self._go(
            self._name.text(),
            replace(
                self._mapping,
                cancelled=tuple(dict.fromkeys([*cancelled, *(one for one, on in named.items() if on)])),
                confirmed=tuple(dict.fromkeys([*confirmed, *(one for one, on in named.items() if not on)])),
            ),
        )


def _short(text: str, room: int = ROOM) -> str:
    """The text as far as it fits into `room` half-width places."""
    used = 0
    for at, sign in enumerate(text):
        used += 2 if unicodedata.east_asian_width(sign) in "WFA" else 1
        if used > room:
            return f"{text[: max(0, at - 1)]}…"
    return text
