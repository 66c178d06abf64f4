"""The way of an exception from a touched control to the screen that can say it in words."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject


@runtime_checkable
class ShowsFailure(Protocol):
    """Something that can put an exception into words."""

    def show_failure(self, error: Exception) -> None:
        """Says what happened and what to do."""


def tell_failure(start: QObject, error: Exception) -> None:
    """Hands the exception to the nearest ancestor that shows failures; raises it when there is none."""
    node: QObject | None = start
    while node is not None:
        if isinstance(node, ShowsFailure):
            node.show_failure(error)
            return
        node = node.parent()
    raise error
