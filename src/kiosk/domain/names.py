"""Names stay as the city wrote them; this makes the separate key they are searched by."""

from __future__ import annotations

import re
import unicodedata

BOX = "□"
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
# City systems write シヨウコ for ショウコ, and people ヂ for ジ.
_ONE_KANA = dict(
    zip(
        map(ord, "ァィゥェォッャュョヮヵヶヂヅヲヰヱ"),
        map(ord, "アイウエオツヤユヨワカケジズオイエ"),
        strict=True,
    )
)
# Left out of a search: blanks, dots, and the dashes people take for the long vowel and for each other.
_DROPPED = " \t\r\n\u3000・･.,，．=＝ー-‐‑‒–—―−─━ｰ~〜～'’"

# Each group: the form searched by, then the forms people write for it. Only a search is widened by
# this; two persons are never merged, and 坂/阪 or 畑/畠, which are different names, stay apart.
_VARIANTS = (
    "高髙 崎﨑嵜 辺邊邉 斎齋齊斉 浜濵濱 沢澤 島嶋嶌 広廣 国國圀 桜櫻 竜龍 滝瀧 富冨 吉𠮷 真眞 恵惠"
    " 栄榮 関關 鉄鐵銕 条條 徳德 曽曾 黒黑 万萬 与與 円圓 会會 伝傳 来來 仏佛 亀龜 参參 収收 増增 壮壯"
    " 実實 寿壽 将將 尭堯 岳嶽 峰峯 巌巖 巻卷 弥彌 従從 応應 悦悅 戸戶 晃晄 暁曉 枡桝 柳栁桺 桧檜 梅楳"
    " 槙槇 楽樂 横橫 歩步 浅淺 渕淵渊 温溫 湾灣 瀬瀨 禄祿 稲稻 穂穗 経經 絵繪 緑綠 総總 縁緣 群羣 聡聰"
    " 芦蘆 芸藝 荘莊 園薗 薫薰 蔵藏 蛍螢 豊豐 遥遙 郎郞 郷鄕 録錄 鎮鎭 隣鄰 静靜 顕顯 館舘 麦麥 黄黃"
    " 鴎鷗 亘亙 塩鹽 礼禮 桑桒 頼賴 穎頴 祢禰 篭籠 児兒 勲勳 剣劍剱 団團 寛寬 宝寶 彦彥 青靑 清淸"
    " 熙煕熈 沖冲 涼凉 浄淨 莱萊 土圡 橋𣘺 藤籐 角⻆ 船舩 衛衞"
)


def _fold_table() -> dict[int, str]:
    table: dict[int, str] = {}
    for group in _VARIANTS.split():
        for other in group[1:]:
            table.setdefault(ord(other), table.get(ord(group[0]), group[0]))
    return table


_FOLD = _fold_table()


def _search_table() -> dict[int, str | int | None]:
    """Everything a search takes for the same, in one pass over the name."""
    table: dict[int, str | int | None] = {**_FOLD, **_ONE_KANA}
    for hiragana, katakana in _HIRAGANA_TO_KATAKANA.items():
        table[hiragana] = _ONE_KANA.get(katakana, katakana)
    return table | dict.fromkeys(map(ord, _DROPPED)) | dict.fromkeys(_SELECTORS)


_SEARCH = _search_table()
_VARIANT = re.compile("[" + "".join(map(chr, _FOLD)) + "\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd〓\ufffd]")


def search_key(name: str) -> str:
    """The key two spellings of one name share; the stored name itself is never normalised.

    NFKC, variation selectors off, variant kanji folded, kana in full-width katakana without small forms,
    blanks, dots and dashes dropped, letters in one case
    (rule: NFC or NFKC of a *stored* name would rewrite its characters).
    """
    folded = unicodedata.normalize("NFKC", name).translate(_SEARCH)
    return "".join(folded.split()).casefold()


def booking_key(number: str, name: str, kana: str) -> str:
    """What a booking is searched by: number, name and kana, a line each, so that no match runs over two."""
    return "\n".join((search_key(number), search_key(name), search_key(kana)))


def has_variant(name: str) -> bool:
    """Whether the name has a character that is also written another way."""
    return _VARIANT.search(name) is not None


def has_private_use(name: str) -> bool:
    """Whether a character is a 外字 (private use, or the 〓 put in its place) that no font of ours has."""
    return _PRIVATE_USE.search(name) is not None


def printable(name: str) -> str:
    """The name with an empty box for each 外字, to write in by hand."""
    return _PRIVATE_USE.sub(BOX, name)
