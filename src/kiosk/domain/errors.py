"""The two failures a person may be told about; anything else is our own bug."""

from __future__ import annotations

Fact = str | int


class Refused(Exception):
    """A rule says no: one calm sentence, found in the texts under `key`.

    `facts` fill the sentence and never hold personal data, a key or a PIN.
    """

    def __init__(self, key: str, **facts: Fact) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


class Trouble(Exception):
    """The world failed (device, disk, file): what happened and what to do, under `key` in the texts.

    `permanent` means that trying again cannot help.
    """

    def __init__(self, key: str, *, permanent: bool = False, **facts: Fact) -> None:
        super().__init__(key)
        self.key = key
        self.permanent = permanent
        self.facts = facts
