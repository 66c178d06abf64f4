"""The cameras Windows knows, in the order DirectShow (and so OpenCV) numbers them; not verified on a PC."""

from __future__ import annotations

import re
import sys

from kiosk.devices.camera_found import FoundCamera, identity_of

# The device path of a USB camera: \\\\?\\usb#vid_046d&pid_0825&mi_00#7&2a1b3c&0&0000#{...}
_USB = re.compile(r"usb#vid_([0-9a-f]{4})&pid_([0-9a-f]{4})(?:&mi_[0-9a-f]{2})?#([^#]+)#", re.IGNORECASE)


def identity_of_path(device_path: str) -> str:
    """Vendor, product and Windows' instance id, which is made of the serial number or of the socket."""
    usb = _USB.search(device_path)
    if usb is None:
        return f"@{device_path}"
    vendor, product, instance = usb.groups()
    # An ampersand as second character: Windows made the id up from the socket.
    made_up = len(instance) > 1 and instance[1] == "&"
    return identity_of(vendor, product, "" if made_up else instance, instance.lower())


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _DEVICE_ENUM = "{62BE5D10-60EB-11D0-BD3B-00A0C911CE86}"
    _ICREATE_DEV_ENUM = "{29840822-5B84-11D0-BD3B-00A0C911CE86}"
    _VIDEO_INPUT = "{860BB310-5D01-11D0-BD3B-00A0C911CE86}"
    _IPROPERTY_BAG = "{55272A00-42CB-11CE-8135-00AA004BB851}"
    _INPROC, _BSTR = 1, 8
    # Places in the tables of methods of the COM interfaces used here.
    _RELEASE, _CREATE_CLASS_ENUMERATOR, _NEXT, _READ, _BIND_TO_STORAGE = 2, 3, 3, 3, 9

    class _Guid(ctypes.Structure):
        _fields_ = (
            ("a", wintypes.DWORD),
            ("b", wintypes.WORD),
            ("c", wintypes.WORD),
            ("d", ctypes.c_ubyte * 8),
        )

    class _Variant(ctypes.Structure):
        _fields_ = (
            ("kind", ctypes.c_ushort),
            ("reserved", ctypes.c_ushort * 3),
            ("value", ctypes.c_void_p),
            ("rest", ctypes.c_void_p),
        )

    def cameras() -> tuple[FoundCamera, ...]:
        """Every video input device; empty when DirectShow does not answer."""
        ole = ctypes.windll.ole32
        ole.CoInitializeEx(None, 0)
        creator, listing = ctypes.c_void_p(), ctypes.c_void_p()
        made = ole.CoCreateInstance(
            ctypes.byref(_guid(_DEVICE_ENUM)),
            None,
            _INPROC,
            ctypes.byref(_guid(_ICREATE_DEV_ENUM)),
            ctypes.byref(creator),
        )
        if made != 0:
            return ()
        try:
            _call(
                creator, _CREATE_CLASS_ENUMERATOR, ctypes.byref(_guid(_VIDEO_INPUT)), ctypes.byref(listing), 0
            )
            return tuple(_listed(listing)) if listing else ()
        finally:
            for interface in (listing, creator):
                if interface:
                    _call(interface, _RELEASE)

    def _listed(listing: ctypes.c_void_p) -> list[FoundCamera]:
        found = []
        while True:
            moniker, fetched = ctypes.c_void_p(), wintypes.ULONG()
            if _call(listing, _NEXT, 1, ctypes.byref(moniker), ctypes.byref(fetched)) != 0:
                return found
            bag = ctypes.c_void_p()
            wanted = ctypes.byref(_guid(_IPROPERTY_BAG))
            if _call(moniker, _BIND_TO_STORAGE, None, None, wanted, ctypes.byref(bag)) == 0:
                path, name = _property(bag, "DevicePath"), _property(bag, "FriendlyName")
                found.append(FoundCamera(identity_of_path(path or name), name, len(found)))
                _call(bag, _RELEASE)
            _call(moniker, _RELEASE)

    def _property(bag: ctypes.c_void_p, name: str) -> str:
        variant = _Variant()
        if _call(bag, _READ, ctypes.c_wchar_p(name), ctypes.byref(variant), None) != 0:
            return ""
        text = ctypes.wstring_at(variant.value) if variant.kind == _BSTR and variant.value else ""
        ctypes.windll.oleaut32.VariantClear(ctypes.byref(variant))
        return text

    def _guid(text: str) -> _Guid:
        guid = _Guid()
        ctypes.windll.ole32.CLSIDFromString(ctypes.c_wchar_p(text), ctypes.byref(guid))
        return guid

    def _call(interface: ctypes.c_void_p, place: int, *arguments: object) -> int:
        """The method at `place` in the interface's table; its HRESULT."""
        table = ctypes.cast(interface, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))[0]
        kinds = [ctypes.c_void_p, *(_kind(argument) for argument in arguments)]
        method = ctypes.WINFUNCTYPE(ctypes.c_long, *kinds)
        return int(method(table[place])(interface, *arguments))

    def _kind(argument: object) -> type:
        if isinstance(argument, int):
            return ctypes.c_ulong
        return ctypes.c_wchar_p if isinstance(argument, ctypes.c_wchar_p) else ctypes.c_void_p

else:

    def cameras() -> tuple[FoundCamera, ...]:
        """None: this is not Windows."""
        return ()
