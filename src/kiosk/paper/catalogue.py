"""Every printed thing: its name for the command line, its title, its paper, and the values it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kiosk.domain.errors import Refused
from kiosk.paper.office_forms import OFFICE_FORMS

Kind = Literal["thermal", "a4", "press", "folded"]
"""How it is printed: on the roll, on sheets that flow on, by a printing house in four inks, on one sheet
that is folded."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One template under resources/paper; `needs` are the keys every caller has to give."""

    name: str
    title: str
    kind: Kind
    needs: frozenset[str]


def _paper(name: str, title: str, kind: Kind, needs: str) -> Paper:
    return Paper(name, title, kind, frozenset(needs.split()))


_FLYERS: tuple[tuple[str, str, Kind], ...] = (
    ("flyer", "チラシ（印刷用）", "press"),
    ("flyer_preview", "チラシ（確認用）", "folded"),
)
PAPERS: tuple[Paper, ...] = (
    _paper(
        "ticket",
        "番号札",
        "thermal",
        "office service number waiting minutes when qr language_line reissue practice",
    ),
    _paper(
        "exit_note",
        "次のお手続きのご案内",
        "thermal",
        "office number when reason bring go_to note heads practice",
    ),
    _paper(
        "apply_note",
        "申請後のご案内",
        "thermal",
        "office number when heads id qr next go_to practice",
    ),
    _paper(
        "delivery_slip",
        "納品票（受領欄つき）",
        "thermal",
        "number date city company session_no session_date venue batch medium check_code counts papers "
        "differences deliverer practice",
    ),
    _paper(
        "custody_receipt",
        "個人情報預り証",
        "a4",
        "number date city company place giver taker medium means items files note practice",
    ),
    _paper(
        "delivery",
        "納品書（受領欄つき）",
        "a4",
        "number date city company session_no session_date venue batch medium means seals check_code "
        "manifest_sha256 counts papers differences deliverer note practice",
    ),
    _paper(
        "delivery_whole",
        "納品書（全端末・受領欄つき）",
        "a4",
        "number date city company session_no session_date venue medium means due seals batches tickets "
        "counts papers differences deliverer practice",
    ),
    _paper(
        "transport_slip",
        "個人情報移送票",
        "a4",
        "number date city company session_no session_date venue goes_to people route container seals "
        "batches media left_at due late operator practice",
    ),
    _paper(
        "receipt",
        "受領書",
        "a4",
        "number date city company accepted reason batch seq session_date kiosk receiver "
        "manifest_sha256 plaintext_sha256 counts papers note practice",
    ),
    _paper("receipt_codes", "受領書の読み取りコード", "a4", "number date batch accepted codes practice"),
    _paper(
        "erasure_record",
        "個人情報消去・廃棄報告書",
        "a4",
        "number date city company session_no session_date venue device disk_serial batch batch_sha256 "
        "receipt receipt_sha256 counts approval erased_at method not_covered operator witness checks "
        "copies note practice",
    ),
    _paper(
        "retirement_record",
        "個人情報消去・廃棄報告書（契約の終わり）",
        "a4",
        "number date city company kiosk batch batch_sha256 receipt_sha256 approval ordered_at erased_at "
        "method not_covered operator second witness order_sha256 journal_length journal_head machines "
        "sessions media checks practice",
    ),
    _paper(
        "register_book",
        "台帳一式",
        "a4",
        "number date city company contract kiosk batch journal_length journal_head books practice",
    ),
    _paper(
        "summary",
        "開催回のまとめ",
        "a4",
        "number date city company session_date kiosk batch counts papers differences practice",
    ),
    _paper("continuation", "紙でつづける用紙", "a4", "session_date venue kiosk rows practice"),
    _paper("photo_sheet", "証明写真（A4・L判）", "a4", "label practice"),
    _paper(
        "key_ceremony",
        "鍵の読み合わせ記録",
        "a4",
        "id made city company kiosk_fingerprint city_fingerprint practice",
    ),
    _paper("key_card", "公開鍵カード", "a4", "owner id purpose made keys qr practice"),
    _paper(
        "media_inspection",
        "媒体点検記録",
        "a4",
        "number date city company device at operator result checks media action practice",
    ),
    _paper(
        "opening_checklist",
        "開設前チェック表",
        "a4",
        "session_no session_date venue items practice",
    ),
    _paper(
        "month_report",
        "実績報告書",
        "a4",
        "number date city company contract month hours planned held handled handled_so_far plan counted rate "
        "breakdown reasons months columns sessions totals times practice",
    ),
    *(
        _paper(
            name,
            title,
            kind,
            "to message when ask_booking booking_url qr walk_in after bring_title bring bring_notes apply "
            "sessions_title sessions sessions_note venues office plain_title plain english_title english "
            "practice",
        )
        for name, title, kind in _FLYERS
    ),
    *(_paper(name, title, "a4", needs) for name, title, needs in OFFICE_FORMS),
)


def find(name: str) -> Paper:
    """The paper called `name`; raises Refused("paper_unknown")."""
    for paper in PAPERS:
        if paper.name == name:
            return paper
    raise Refused("paper_unknown", name=name)
