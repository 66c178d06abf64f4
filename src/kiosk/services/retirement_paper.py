"""Papers of the end of the contract: all registers in one book, and the last 消去・廃棄報告書."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from kiosk.domain.batch import BatchFacts
from kiosk.domain.eras import format_era
from kiosk.domain.register_book import Entry, Register, in_words
from kiosk.services.papers import long_day, long_moment, make_pdf
from kiosk.services.words import word

if TYPE_CHECKING:
    from kiosk.domain.retirement import Order, Retired
    from kiosk.settings.profile import Profile


@dataclass(frozen=True, slots=True)
class Book:
    """One register with its entries as they stand, an earlier revision never in front."""

    register: Register
    entries: tuple[Entry, ...]


def registers_pdf(facts: BatchFacts, books: Sequence[Book], profile: Profile) -> bytes:
    """Every register of the office as it stood when the last batch was sealed, as one PDF/A."""
    values = {
        "number": f"{facts.kiosk}-{facts.seq:06d}",
        "date": format_era(facts.created_at.date()),
        "city": f"{profile.city.name}長",
        "company": profile.contractor,
        "contract": profile.name,
        "kiosk": facts.kiosk,
        "batch": facts.name.file,
        "journal_length": facts.journal.length,
        "journal_head": facts.journal.head,
        "books": [book_values(book) for book in books],
        "practice": facts.practice,
    }
    return make_pdf("register_book", values)


def retirement_pdf(order: Order, retired: Retired) -> bytes:
    """The last 消去・廃棄報告書: every PC, every session, every medium, and what was found afterwards."""
    values = {
        "number": f"{order.kiosk}-{order.at:%Y%m%d}",
        "date": long_day(retired.at.date()),
        "city": order.city,
        "company": order.company,
        "kiosk": order.kiosk,
        "batch": order.batch,
        "batch_sha256": order.manifest_sha256,
        "receipt_sha256": order.receipt_sha256,
        "approval": order.approval,
        "ordered_at": long_moment(order.at),
        "erased_at": long_moment(retired.at),
        "method": word("retirement", "method"),
        "not_covered": word("erasure", "not_covered"),
        "operator": order.operator,
        "second": order.second,
        "witness": order.witness,
        "order_sha256": retired.order_sha256,
        "journal_length": order.journal_length,
        "journal_head": order.journal_head,
        "machines": [
            {"kiosk": one.kiosk, "device": one.device, "disk": one.disk, "state": one.state}
            for one in order.machines
        ],
        "sessions": [
            {
                "day": long_day(date.fromisoformat(one.session)),
                "at": long_moment(datetime.fromisoformat(one.at)),
                "approval": one.approval,
                "visits": one.visits,
            }
            for one in order.sessions
        ],
        "media": [
            {
                "serial": one.serial,
                "kind": word("medium_kind", one.kind),
                "approval": one.approval,
                "state": word("medium_state", one.state),
                "on": format_era(date.fromisoformat(one.on)) if one.on else word("retirement", "no_end"),
                "by": one.by,
                "witness": one.witness,
                "certificate": one.certificate,
            }
            for one in order.media
        ],
        "checks": [
            {"name": word("retirement_check", name), "result": word("erasure", "yes" if ok else "no")}
            for name, ok in retired.checks
        ],
        "practice": order.practice,
    }
    return make_pdf("retirement_record", values)


def book_values(book: Book) -> dict[str, Any]:
    """A register as the paper of the registers shows it."""
    register = book.register
    return {
        "title": register.title,
        "source": register.source,
        "heads": [one.title for one in register.fields],
        "is_list": register.is_derived,
        "entries": [
            {
                "head": ""
                if register.is_derived
                else word("last_batch", "entry").format(
                    number=f"{register.prefix}-{entry.number}",
                    revision=entry.revision,
                    day=format_era(entry.at.date()),
                ),
                "cells": [in_words(one, entry.words.get(one.name, "")) for one in register.fields],
            }
            for entry in book.entries
        ],
    }
