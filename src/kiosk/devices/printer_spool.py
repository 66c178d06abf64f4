"""A ticket printer behind a Windows print queue, RAW. Real calls, not yet tried on a Windows PC.

The spooler takes jobs for a printer that is switched off; such a job is cancelled at the deadline, or
yesterday's tickets would come out in the morning.
"""

from __future__ import annotations

import sys
import time

from kiosk.devices.printer_link import Link
from kiosk.domain.errors import Refused, Trouble

if sys.platform != "win32":

    def open_print_queue(queue: str) -> Link:
        """Refused("printer_not_on_this_system"): print queues of this kind exist on Windows only."""
        raise Refused("printer_not_on_this_system", kind="spool")

else:
    import ctypes
    from ctypes import wintypes

    _JOB_CANCEL = 5
    _JOB_PRINTING, _JOB_PRINTED, _JOB_DELETING = 0x10, 0x80, 0x04
    _POLL_SECONDS = 0.2

    class _DocInfo(ctypes.Structure):
        """DOC_INFO_1W of the Windows headers."""

        _fields_ = [
            ("pDocName", wintypes.LPWSTR),
            ("pOutputFile", wintypes.LPWSTR),
            ("pDatatype", wintypes.LPWSTR),
        ]

    class _JobHead(ctypes.Structure):
        """The beginning of JOB_INFO_1W of the Windows headers."""

        _fields_ = [
            ("JobId", wintypes.DWORD),
            ("pPrinterName", wintypes.LPWSTR),
            ("pMachineName", wintypes.LPWSTR),
            ("pUserName", wintypes.LPWSTR),
            ("pDocument", wintypes.LPWSTR),
            ("pDatatype", wintypes.LPWSTR),
            ("pStatus", wintypes.LPWSTR),
            ("Status", wintypes.DWORD),
        ]

    _spooler = ctypes.WinDLL("winspool.drv", use_last_error=True)
    _number = ctypes.POINTER(wintypes.DWORD)
    _spooler.OpenPrinterW.argtypes = [
        wintypes.LPWSTR,
        ctypes.POINTER(wintypes.HANDLE),
        wintypes.LPVOID,
    ]
    _spooler.StartDocPrinterW.argtypes = [wintypes.HANDLE, wintypes.DWORD, ctypes.POINTER(_DocInfo)]
    _spooler.StartDocPrinterW.restype = wintypes.DWORD
    _spooler.WritePrinter.argtypes = [wintypes.HANDLE, wintypes.LPVOID, wintypes.DWORD, _number]
    _spooler.EndDocPrinter.argtypes = [wintypes.HANDLE]
    _spooler.AbortPrinter.argtypes = [wintypes.HANDLE]
    _spooler.ClosePrinter.argtypes = [wintypes.HANDLE]
    _spooler.GetJobW.argtypes = [
        wintypes.HANDLE,
        wintypes.DWORD,
        wintypes.DWORD,
        wintypes.LPVOID,
        wintypes.DWORD,
        _number,
    ]
    _spooler.SetJobW.argtypes = [
        wintypes.HANDLE,
        wintypes.DWORD,
        wintypes.DWORD,
        wintypes.LPVOID,
        wintypes.DWORD,
    ]

    class _SpoolLink:
        """One opened print queue; hears nothing back, so what it prints is never confirmed."""

        can_answer = False

        def __init__(self, queue: str) -> None:
            self._handle = wintypes.HANDLE()
            if not _spooler.OpenPrinterW(queue, ctypes.byref(self._handle), None):
                raise Trouble("printer_absent")

        def send(self, payload: bytes, quiet_seconds: float) -> None:
            document = _DocInfo("ticket", None, "RAW")
            job = _spooler.StartDocPrinterW(self._handle, 1, ctypes.byref(document))
            if not job:
                raise Trouble("printer_lost")
            taken = wintypes.DWORD(0)
            written = _spooler.WritePrinter(self._handle, payload, len(payload), ctypes.byref(taken))
            if not written or taken.value != len(payload):
                _spooler.AbortPrinter(self._handle)
                raise Trouble("printer_lost")
            if not _spooler.EndDocPrinter(self._handle):
                raise Trouble("printer_lost")
            self._wait_until_gone(job, quiet_seconds)

        def _wait_until_gone(self, job: int, seconds: float) -> None:
            end = time.monotonic() + seconds
            while (status := self._status(job)) is not None and not status & _JOB_PRINTED:
                if time.monotonic() < end:
                    time.sleep(_POLL_SECONDS)
                    continue
                _spooler.SetJobW(self._handle, job, 0, None, _JOB_CANCEL)
                started = status & (_JOB_PRINTING | _JOB_DELETING)
                raise Trouble("printer_stalled" if started else "printer_offline")

        def _status(self, job: int) -> int | None:
            """The job's status bits; None when the queue no longer knows it."""
            needed = wintypes.DWORD(0)
            _spooler.GetJobW(self._handle, job, 1, None, 0, ctypes.byref(needed))
            if needed.value < ctypes.sizeof(_JobHead):
                return None
            room = ctypes.create_string_buffer(needed.value)
            if not _spooler.GetJobW(self._handle, job, 1, room, needed.value, ctypes.byref(needed)):
                return None
            return int(_JobHead.from_buffer(room).Status)

        def receive(self, seconds: float) -> bytes:
            return b""

        def close(self, *, discard: bool) -> None:
            _spooler.ClosePrinter(self._handle)

    def open_print_queue(queue: str) -> Link:
        """Opens a print queue by name; raises Trouble("printer_absent")."""
        return _SpoolLink(queue)
