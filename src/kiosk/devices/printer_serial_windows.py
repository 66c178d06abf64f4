"""A ticket printer on a serial line (COM port) on Windows. Real calls, not yet tried on a Windows PC."""

from __future__ import annotations

import sys
import time

from kiosk.devices.printer_link import Link
from kiosk.domain.errors import Refused, Trouble

_CHUNK = 1024

if sys.platform != "win32":

    def open_com_port(port: str, baud: int, flow: str) -> Link:
        """Refused("printer_not_on_this_system"): COM ports exist on Windows only."""
        raise Refused("printer_not_on_this_system", kind="serial")

else:
    import ctypes
    from ctypes import wintypes

    _GENERIC_READ_WRITE = 0xC0000000
    _OPEN_EXISTING = 3
    _PURGE_OUTPUT, _PURGE_ALL = 0x0005, 0x000F
    _INVALID_HANDLE = ctypes.c_void_p(-1).value

    class _LineSettings(ctypes.Structure):
        """DCB of the Windows headers."""

        _fields_ = [
            ("DCBlength", wintypes.DWORD),
            ("BaudRate", wintypes.DWORD),
            ("flags", wintypes.DWORD),
            ("wReserved", wintypes.WORD),
            ("XonLim", wintypes.WORD),
            ("XoffLim", wintypes.WORD),
            ("ByteSize", wintypes.BYTE),
            ("Parity", wintypes.BYTE),
            ("StopBits", wintypes.BYTE),
            ("XonChar", ctypes.c_char),
            ("XoffChar", ctypes.c_char),
            ("ErrorChar", ctypes.c_char),
            ("EofChar", ctypes.c_char),
            ("EvtChar", ctypes.c_char),
            ("wReserved1", wintypes.WORD),
        ]

    class _Deadlines(ctypes.Structure):
        """COMMTIMEOUTS of the Windows headers, milliseconds."""

        _fields_ = [
            ("ReadIntervalTimeout", wintypes.DWORD),
            ("ReadTotalTimeoutMultiplier", wintypes.DWORD),
            ("ReadTotalTimeoutConstant", wintypes.DWORD),
            ("WriteTotalTimeoutMultiplier", wintypes.DWORD),
            ("WriteTotalTimeoutConstant", wintypes.DWORD),
        ]

    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel.CreateFileW.restype = wintypes.HANDLE
    _kernel.CreateFileW.argtypes = [
        wintypes.LPCWSTR,
        wintypes.DWORD,
        wintypes.DWORD,
        wintypes.LPVOID,
        wintypes.DWORD,
        wintypes.DWORD,
        wintypes.HANDLE,
    ]
    for _name in ("WriteFile", "ReadFile"):
        getattr(_kernel, _name).argtypes = [
            wintypes.HANDLE,
            wintypes.LPVOID,
            wintypes.DWORD,
            ctypes.POINTER(wintypes.DWORD),
            wintypes.LPVOID,
        ]
    _kernel.SetCommState.argtypes = [wintypes.HANDLE, ctypes.POINTER(_LineSettings)]
    _kernel.SetCommTimeouts.argtypes = [wintypes.HANDLE, ctypes.POINTER(_Deadlines)]
    _kernel.PurgeComm.argtypes = [wintypes.HANDLE, wintypes.DWORD]
    _kernel.CloseHandle.argtypes = [wintypes.HANDLE]
    _kernel.BuildCommDCBW.argtypes = [wintypes.LPCWSTR, ctypes.POINTER(_LineSettings)]

    _FLOW_WORDS = {
        "none": "xon=off octs=off rts=on",
        "xonxoff": "xon=on octs=off rts=on",
        "rtscts": "xon=off octs=on rts=hs",
    }

    class _ComLink:
        """One opened COM port: 8 data bits, no parity, one stop bit."""

        can_answer = True

        def __init__(self, port: str, baud: int, flow: str) -> None:
            # The \\.\ form also reaches COM10 and above.
            handle = _kernel.CreateFileW(
                "\\\\.\\" + port, _GENERIC_READ_WRITE, 0, None, _OPEN_EXISTING, 0, None
            )
            if handle == _INVALID_HANDLE:
                raise Trouble("printer_absent")
            self._handle = handle
            line = _LineSettings()
            line.DCBlength = ctypes.sizeof(_LineSettings)
            words = f"baud={baud} parity=N data=8 stop=1 dtr=on {_FLOW_WORDS[flow]}"
            if not _kernel.BuildCommDCBW(words, ctypes.byref(line)):
                self.close(discard=True)
                raise Refused("printer_baud", baud=baud)
            if not _kernel.SetCommState(handle, ctypes.byref(line)):
                self.close(discard=True)
                raise Trouble("printer_absent")
            _kernel.PurgeComm(handle, _PURGE_ALL)

        def _set_deadlines(self, read_ms: int, write_ms: int) -> None:
            # Interval and multiplier at their maximum: return with the first byte, or when time is up.
            most = 0xFFFFFFFF
            limits = _Deadlines(most, most, max(1, read_ms), 0, max(1, write_ms))
            if not _kernel.SetCommTimeouts(self._handle, ctypes.byref(limits)):
                raise Trouble("printer_lost")

        def send(self, payload: bytes, quiet_seconds: float) -> None:
            self._set_deadlines(1, int(quiet_seconds * 1000))
            done = 0
            while done < len(payload):
                taken = wintypes.DWORD(0)
                part = payload[done : done + _CHUNK]
                if not _kernel.WriteFile(self._handle, part, len(part), ctypes.byref(taken), None):
                    raise Trouble("printer_lost")
                if taken.value == 0:
                    raise Trouble("printer_stalled")
                done += taken.value

        def receive(self, seconds: float) -> bytes:
            self._set_deadlines(int(seconds * 1000), 1000)
            room = ctypes.create_string_buffer(_CHUNK)
            got = wintypes.DWORD(0)
            end = time.monotonic() + seconds
            while True:
                if not _kernel.ReadFile(self._handle, room, _CHUNK, ctypes.byref(got), None):
                    raise Trouble("printer_lost")
                if got.value or time.monotonic() >= end:
                    return room.raw[: got.value]

        def close(self, *, discard: bool) -> None:
            if discard:
                _kernel.PurgeComm(self._handle, _PURGE_OUTPUT)
            _kernel.CloseHandle(self._handle)

    def open_com_port(port: str, baud: int, flow: str) -> Link:
        """Opens a COM port; raises Trouble("printer_absent") or Refused("printer_baud")."""
        return _ComLink(port, baud, flow)
