"""The forms of the office: what the specification makes the contractor keep and hand in."""

from __future__ import annotations

from typing import Final

LETTER: Final = "number date city company practice "
"""What every form to the city opens with."""

OFFICE_FORMS: Final[tuple[tuple[str, str, str], ...]] = (
    ("staff_plan", "業務履行体制表", LETTER + "version valid_from change substitute rows"),
    ("staff_report", "個人情報取扱責任者・従事者報告書", LETTER + "rows"),
    (
        "staff_change",
        "取扱責任者・従事者変更承認申請書",
        LETTER + "kind before after on reason preparation",
    ),
    ("pledge", "誓約書", LETTER + "contract role trained_on name"),
    ("workplace_report", "作業場所報告書", LETTER + "rows"),
    ("training_record", "研修記録", LETTER + "on place lecturer material content rows"),
    ("transfer_note", "引継ぎ記録", LETTER + "on giver taker duty open rows"),
    ("site_entry", "施設入退室連絡票", LETTER + "place enter leave purpose items rows"),
    ("subcontract", "再委託承認申請書", LETTER + "name address reason content data period safety control"),
    ("media_register", "電磁的記録媒体台帳", LETTER + "rows"),
    ("terminal_check", "端末点検表", LETTER + "device on by rows"),
    ("personal_register", "個人情報管理台帳", LETTER + "rows"),
    ("copy_record", "複写記録", LETTER + "period approval total rows"),
    ("transport_record", "移送記録", LETTER + "rows"),
    ("erasure_application", "個人情報消去・廃棄承認申請書", LETTER + "witness rows"),
    (
        "complaint",
        "苦情報告書",
        LETTER + "received_at venue person received_by told_city content response closed rows",
    ),
    (
        "incident",
        "事故報告書",
        LETTER + "report_no kind occurred_at noticed_at place data count city_at course "
        "cause containment prevention",
    ),
    (
        "emergency_plan",
        "緊急時対応計画書",
        LETTER + "version director manager city_contact disaster evidence rows",
    ),
    ("emergency_contacts", "緊急連絡網", LETTER + "first_words rows"),
    ("inquiry_response", "調査対応・改善報告書", LETTER + "on inspector attended subject report rows"),
    ("submission_record", "資料提出記録", LETTER + "rows"),
    ("minutes", "進行管理会議 会議録", LETTER + "on place attendees by news next rows"),
    ("lent_register", "貸与物台帳", LETTER + "rows"),
    ("lent_permit", "貸与物持出承認申請書", LETTER + "purpose rows"),
    ("setup_check", "設営・撤営チェック表", LETTER + "session venue by rows"),
    (
        "camera_setup",
        "カメラ設置カード",
        LETTER + "camera venue on by distance height light background rows",
    ),
    ("flyer_delivery", "チラシ納品書", LETTER + "place giver note rows"),
    (
        "completion_report",
        "業務完了報告書",
        LETTER + "contract month completed_on sessions handled so_far figures note rows",
    ),
    ("progress_report", "進捗報告書", LETTER + "period overall improvement next rows"),
    ("delay_report", "問題・遅延報告書", LETTER + "kind at place effect city_at content cause answer"),
    (
        "day_report",
        "業務日報",
        LETTER + "session venue hours manager staff wait service papers delivery received note findings rows",
    ),
    ("staff_sheet", "従事者日誌", LETTER + "session venue manager rows"),
    ("record_extract", "台帳・操作記録の写し", LETTER + "by registers chains"),
    ("badge", "名札・身分証明書", "company city term cards practice"),
    ("sign", "看板・誘導サイン", "size signs practice"),
)
"""Name, title and the values each needs; the template of the same name stands in resources/paper."""
