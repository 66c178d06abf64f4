"""Secrets that belong to this PC and never to a file beside the data: the operating system's keystore."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kiosk.domain.errors import Refused, Trouble
from kiosk.store.folder import not_written, write_durably

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "kiosk"


class DeviceSecrets(Protocol):
    """Bytes by name; a name begins with the id of the data folder it belongs to."""

    practice_only: bool

    def get(self, name: str) -> bytes | None:
        """The secret, or None when there is none. Raises Trouble when the store cannot be asked."""

    def put(self, name: str, secret: bytes) -> None:
        """Stores or replaces. Raises Trouble when it was not stored."""

    def delete(self, name: str) -> None:
        """Removes; a name that is not there is no error. Raises Trouble when it could not be removed."""


class KeyringSecrets:
    """The keystore of the operating system; on Windows kept on this machine, for it roams by default."""

    practice_only = False

    def __init__(self, backend: KeyringBackend | None = None) -> None:
        """Takes the system's backend; raises Trouble("keystore_absent") when there is no proper one."""
        import keyring

        chosen = backend if backend is not None else keyring.get_keyring()
        # keyring marks what keeps secrets in clear files, or not at all, with a priority below 1.
        if chosen.priority < 1:
            raise Trouble("keystore_absent", permanent=True)
        # Only the Windows backend knows the word; its default roams. Not verified on a field PC.
        if hasattr(chosen, "persist"):
            chosen.persist = "local machine"
        self._backend = chosen

    def get(self, name: str) -> bytes | None:
        """See DeviceSecrets; raises Trouble("keystore_locked")."""
        from keyring.errors import KeyringError

        try:
            text = self._backend.get_password(f"{SERVICE}/{name}", name)
        except KeyringError:
            raise Trouble("keystore_locked") from None
        return None if text is None else _from_hex(text)

    def put(self, name: str, secret: bytes) -> None:
        """See DeviceSecrets; read back, because a store that silently keeps nothing loses a day."""
        from keyring.errors import KeyringError

        try:
            # One service per name: the Windows backend moves secrets of a shared service about.
            self._backend.set_password(f"{SERVICE}/{name}", name, secret.hex())
        except KeyringError:
            raise Trouble("keystore_locked") from None
        if self.get(name) != secret:
            raise Trouble("keystore_locked")

    def delete(self, name: str) -> None:
        """See DeviceSecrets."""
        from keyring.errors import KeyringError, PasswordDeleteError

        try:
            self._backend.delete_password(f"{SERVICE}/{name}", name)
        except PasswordDeleteError:
            if self.get(name) is not None:
                raise Trouble("keystore_locked") from None
        except KeyringError:
            raise Trouble("keystore_locked") from None


class FileSecrets:
    """A 0600 file beside the data: practice and rehearsal only, it protects nothing from a thief."""

    practice_only = True

    def __init__(self, path: Path, *, practice: bool) -> None:
        """Raises Refused("secrets_practice_only") outside practice."""
        if not practice:
            raise Refused("secrets_practice_only")
        self._path = path

    def get(self, name: str) -> bytes | None:
        """See DeviceSecrets."""
        text = self._all().get(name)
        return None if text is None else _from_hex(text)

    def put(self, name: str, secret: bytes) -> None:
        """See DeviceSecrets."""
        self._write({**self._all(), name: secret.hex()})

    def delete(self, name: str) -> None:
        """See DeviceSecrets."""
        kept = self._all()
        if kept.pop(name, None) is not None:
            self._write(kept)

    def _all(self) -> dict[str, str]:
        try:
            content = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError):
            raise Trouble("keystore_locked") from None
        if not isinstance(content, dict):
            raise Trouble("keystore_locked")
        return content

    def _write(self, content: dict[str, str]) -> None:
        try:
            write_durably(self._path, json.dumps(content, indent=1, sort_keys=True).encode())
        except OSError as error:
            raise not_written(error, "keystore_locked") from None


def _from_hex(untrusted: object) -> bytes:
    try:
        return bytes.fromhex(untrusted if isinstance(untrusted, str) else "?")
    except ValueError:
        raise Trouble("keystore_locked") from None


class MemorySecrets:
    """Secrets for one process: whatever they opened is closed for ever when it ends."""

    practice_only = False

    def __init__(self) -> None:
        self._secrets: dict[str, bytes] = {}

    def __repr__(self) -> str:
        return f"MemorySecrets({len(self._secrets)})"

    def get(self, name: str) -> bytes | None:
        """See DeviceSecrets."""
        return self._secrets.get(name)

    def put(self, name: str, secret: bytes) -> None:
        """See DeviceSecrets."""
        self._secrets[name] = secret

    def delete(self, name: str) -> None:
        """See DeviceSecrets."""
        self._secrets.pop(name, None)


def device_secrets(root: Path, *, practice: bool) -> DeviceSecrets:
    """The store a data folder uses: a file in practice, the operating system's keystore in service."""
    if practice:
        return FileSecrets(root / "device-secrets.json", practice=True)
    return KeyringSecrets()
