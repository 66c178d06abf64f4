"""A stamped 受領書 on paper, entered by two people: what it says, what was counted, who vouches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from kiosk.domain.batch import COUNTED_KINDS
from kiosk.domain.eras import parse_date
from kiosk.domain.errors import Refused
from kiosk.domain.receipt import Decision
from kiosk.services.access import Access
from kiosk.services.receipts import PaperAnswer, ReceiptDesk
from kiosk.ui.screens.closing_form import Line
from kiosk.ui.texts import Texts

Fill = Callable[[str, list[Line], Callable[[dict[str, str]], None]], None]


class PaperReceipt:
    """Three short forms, one after the other; nothing is kept until the last is right."""

    def __init__(
        self,
        receipts: ReceiptDesk,
        access: Access,
        texts: Texts,
        fill: Fill,
        done: Callable[[Decision], None],
    ) -> None:
        self._receipts, self._access = receipts, access
        self._texts, self._fill, self._done = texts, fill, done
        self._paper: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    @property
    def is_offered(self) -> bool:
        """Whether the profile takes a receipt on paper."""
        return self._receipts.takes_paper

    def begin(self) -> None:
        """What stands on the paper."""
        self._fill("paper", self._lines("paper", ("number", "officer", "on", "code")), self._read)

    def _read(self, typed: dict[str, str]) -> None:
        self._day(typed["on"])
        self._paper = typed
        kinds = tuple(COUNTED_KINDS)
        lines = [
            Line(kind, self._texts.get(f"counted.{kind}"), self._texts.get("closing.example_paper_count"))
            for kind in kinds
        ]
        self._fill("paper_counts", lines, self._counted)

    def _counted(self, typed: dict[str, str]) -> None:
        if not all(text.isdecimal() and text.isascii() for text in typed.values()):
            raise Refused("receipt_paper_number")
        self._counts = {kind: int(text) for kind, text in typed.items()}
        lines = [
            Line(
                "second", self._texts.get("closing.paper_second"), self._texts.get("closing.example_second")
            ),
            Line("pin", self._texts.get("closing.second_pin"), "", secret=True),
        ]
        self._fill("paper_second", lines, self._vouched)

    def _vouched(self, typed: dict[str, str]) -> None:
        wanted = typed["second"]
        second = next((one for one in self._access.people() if wanted in (one.id, one.name)), None)
        if second is None:
            raise Refused("second_person_needed")
        answer = PaperAnswer(
            self._paper["number"],
            self._paper["officer"],
            self._day(self._paper["on"]),
            self._paper["code"],
            self._counts,
        )
        decision = self._receipts.take_paper(
            answer, self._access, second_id=second.id, second_pin=typed["pin"]
        )
        self._paper, self._counts = {}, {}
        self._done(decision)

    @staticmethod
    def _day(untrusted: str) -> date:
        return parse_date(untrusted)

    def _lines(self, form: str, keys: tuple[str, ...]) -> list[Line]:
        texts = self._texts
        return [
            Line(key, texts.get(f"closing.{form}_{key}"), texts.get(f"closing.example_{form}_{key}"))
            for key in keys
        ]
