"""What this machine has and lacks: a suitable Python, Qt's system libraries, the tools the tests use."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

SUITABLE = ((3, 13), (3, 12), (3, 11))

# Shared library -> Debian package, read off PySide6 6.11 with ldd. A table, because a missing library
# shows itself only as "could not load the Qt platform plugin", which tells nobody what to install.
OFFSCREEN = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxkbcommon.so.0": "libxkbcommon0",
}
WINDOW = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
# The batch must open with stock tools alone; these are the stock tools the tests open it with.
TOOLS = {
    "age": "age",
    # The stick that fails on purpose is a FUSE file system; the program stands for its library.
    "fusermount3": "fuse3",
    "git": "git",
    "pdftotext": "poppler-utils",
    "ssh-keygen": "openssh-client",
    "unzip": "unzip",
}
BINUTILS = {"objdump": "binutils"}


class Lacking(Exception):
    """Something this machine lacks, told in one message with the remedy in it."""


def suitable_python() -> str:
    """The Python the environment is made with: this one if it fits, else the newest that does."""
    if sys.version_info[:2] in SUITABLE:
        return sys.executable
    for version in SUITABLE:
        name = "python{}.{}".format(*version)
        if _runs(name, version):
            return name
    raise Lacking(
        "Kiosk needs Python 3.11, 3.12 or 3.13; this is "
        + "{}.{} and no other was found on the PATH.".format(*sys.version_info[:2])
    )


def _runs(name: str, version: tuple[int, int]) -> bool:
    if shutil.which(name) is None:
        return False
    # A version manager leaves a name on the PATH for every version it ever had: only a run tells.
    asked = subprocess.run(
        [name, "-c", "import sys; print(sys.version_info[:2])"], capture_output=True, text=True, check=False
    )
    return asked.returncode == 0 and asked.stdout.strip() == str(version)


def has_venv(python: str) -> bool:
    """Debian ships Python without the part that makes environments."""
    asked = subprocess.run([python, "-c", "import ensurepip, venv"], capture_output=True, check=False)
    return asked.returncode == 0


def has_display() -> bool:
    """Whether a real window can be opened here."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def missing_libraries(*, window: bool) -> dict[str, str]:
    """Library -> Debian package for what the window (or the offscreen window) cannot load."""
    if not sys.platform.startswith("linux"):
        return {}
    wanted = dict(OFFSCREEN)
    if window:
        wanted.update(WINDOW if os.environ.get("DISPLAY") else WAYLAND)
    return {name: package for name, package in wanted.items() if not _loads(name)}


def missing_tools(wanted: dict[str, str]) -> dict[str, str]:
    """Program -> Debian package for what is not on the PATH."""
    if not sys.platform.startswith("linux"):
        return {}
    return {name: package for name, package in wanted.items() if shutil.which(name) is None}


def missing_shared_python(python: Path) -> dict[str, str]:
    """Library -> Debian package of Python itself, which a bundle carries along and Debian keeps apart."""
    if not sys.platform.startswith("linux"):
        return {}
    ask = "import sysconfig; print(*map(sysconfig.get_config_var, ('INSTSONAME', 'LIBDIR')), sep='\\n')"
    name, folder = subprocess.run(
        [python, "-c", ask], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    if ".so" not in name or _loads(name) or Path(folder, name).exists():
        return {}
    return {name: name.partition(".so")[0]}


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def install(packages: Iterable[str], log: Path) -> bool:
    """Install Debian packages when we may (root, apt-get); True when it was done.

    What apt says goes to `log`, so that a failure can be read without flooding a success.
    """
    wanted = sorted(set(packages))
    if not wanted or not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    print("Installing system packages: " + " ".join(wanted), flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *wanted]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        # The package lists of a fresh machine are empty or old: refresh them once, before asking.
        for step in (["apt-get", "update", "-q"], command):
            done = subprocess.run(step, env=environment, stdout=out, stderr=out, check=False)
        return done.returncode == 0


def remedy(packages: Iterable[str]) -> str:
    """The one line that mends it, for whoever may not install here."""
    return "sudo apt-get install " + " ".join(sorted(set(packages)))
