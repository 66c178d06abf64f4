"""The services and their steps, in the order of the specification."""

from __future__ import annotations

from enum import Enum


class Service(Enum):
    """What the visitor came for; the value is the letter on the ticket (spec 6(1), 6(4), 7(1)キ)."""

    ISSUANCE = "A"
    APPLICATION = "B"
    CONSULTATION = "C"


class StepKind(Enum):
    """One thing done for a visit (spec 7(1), 7(3))."""

    CHECK_IN = "check_in"  # 受付
    PAPERS_GUIDE = "papers_guide"  # 書類用意の案内
    TICKET = "ticket"  # 番号札
    PRECHECK = "precheck"  # 本人確認書類事前確認
    FORMS = "forms"  # 記載支援
    WAIT = "wait"  # 待合
    CALL = "call"  # 呼出
    FINAL_CHECK = "final_check"  # 最終確認
    VIDEO = "video"  # ビデオ本人確認
    MATCH = "match"  # 記載照合
    COPIES = "copies"  # 写し
    POSTING_GUIDE = "posting_guide"  # 送付物の案内
    PIN_MEMO = "pin_memo"  # 暗証番号の控えを本人へ
    SEALED = "sealed"  # 封入
    DELIVERED = "delivered"  # 納品
    PHOTO = "photo"  # 写真撮影
    APPLICATION_ID = "application_id"  # 申請書ID
    APPLY = "apply"  # オンライン申請または申請書作成補助
    AFTER_GUIDE = "after_guide"  # 申請後の案内
    TALK = "talk"  # 相談対応
    MOVED = "moved"  # hold, no-show, return, park, resume, outcome


RECEPTION: tuple[StepKind, ...] = (StepKind.CHECK_IN, StepKind.PAPERS_GUIDE, StepKind.TICKET)
FORMS_DESK: dict[Service, tuple[StepKind, ...]] = {
    Service.ISSUANCE: (StepKind.PRECHECK, StepKind.FORMS),
    Service.APPLICATION: (),
    Service.CONSULTATION: (),
}
COUNTER: dict[Service, tuple[StepKind, ...]] = {
    Service.ISSUANCE: (
        StepKind.FINAL_CHECK,
        StepKind.VIDEO,
        StepKind.MATCH,
        StepKind.COPIES,
        StepKind.POSTING_GUIDE,
        StepKind.PIN_MEMO,
        StepKind.SEALED,
    ),
    Service.APPLICATION: (StepKind.PHOTO, StepKind.APPLICATION_ID, StepKind.APPLY, StepKind.AFTER_GUIDE),
    Service.CONSULTATION: (StepKind.TALK,),
}
"""The order of work at each desk; a step may be done only when all before it are done."""


AT_APPLICATION: tuple[StepKind, ...] = (
    StepKind.PHOTO,
    StepKind.APPLICATION_ID,
    StepKind.FINAL_CHECK,
    StepKind.VIDEO,
    StepKind.MATCH,
    StepKind.COPIES,
    StepKind.APPLY,
    StepKind.PIN_MEMO,
    StepKind.SEALED,
    StepKind.AFTER_GUIDE,
)
"""An application in a city that checks the identity at once (申請時来庁方式): the card comes by post."""


def at_window(service: Service, *, at_application: bool = False) -> tuple[StepKind, ...]:
    """The steps of a service at the window, in order."""
    return AT_APPLICATION if at_application and service is Service.APPLICATION else COUNTER[service]


def procedure(service: Service, *, at_application: bool = False) -> tuple[StepKind, ...]:
    """All steps of a service in the order of the specification, delivery excepted."""
    return (
        *RECEPTION,
        *FORMS_DESK[service],
        StepKind.WAIT,
        StepKind.CALL,
        *at_window(service, at_application=at_application),
    )
