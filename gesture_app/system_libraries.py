"""Libraries of the operating system that wheels lean on: which are missing, and the line that installs them."""

from __future__ import annotations

import ctypes
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Packages:
    """The package that holds a library, by family of Linux distributions."""

    debian: str
    fedora: str
    arch: str


_XCB = "libxcb"
_PACKAGES: dict[str, Packages] = {
    "libGL.so.1": Packages("libgl1", "mesa-libGL", "libglvnd"),
    "libEGL.so.1": Packages("libegl1", "mesa-libEGL", "libglvnd"),
    "libGLESv2.so.2": Packages("libgles2", "libglvnd-gles", "libglvnd"),
    "libglib-2.0.so.0": Packages("libglib2.0-0", "glib2", "glib2"),
    "libgthread-2.0.so.0": Packages("libglib2.0-0", "glib2", "glib2"),
    "libfontconfig.so.1": Packages("libfontconfig1", "fontconfig", "fontconfig"),
    "libfreetype.so.6": Packages("libfreetype6", "freetype", "freetype2"),
    "libdbus-1.so.3": Packages("libdbus-1-3", "dbus-libs", "dbus"),
    "libxkbcommon.so.0": Packages("libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    "libxkbcommon-x11.so.0": Packages("libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    "libX11.so.6": Packages("libx11-6", "libX11", "libx11"),
    "libX11-xcb.so.1": Packages("libx11-xcb1", "libX11-xcb", "libx11"),
    "libxcb.so.1": Packages("libxcb1", _XCB, _XCB),
    "libxcb-cursor.so.0": Packages("libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    "libxcb-icccm.so.4": Packages("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    "libxcb-image.so.0": Packages("libxcb-image0", "xcb-util-image", "xcb-util-image"),
    "libxcb-keysyms.so.1": Packages("libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    "libxcb-randr.so.0": Packages("libxcb-randr0", _XCB, _XCB),
    "libxcb-render.so.0": Packages("libxcb-render0", _XCB, _XCB),
    "libxcb-render-util.so.0": Packages("libxcb-render-util0", "xcb-util-renderutil", "xcb-util-renderutil"),
    "libxcb-shape.so.0": Packages("libxcb-shape0", _XCB, _XCB),
    "libxcb-shm.so.0": Packages("libxcb-shm0", _XCB, _XCB),
    "libxcb-sync.so.1": Packages("libxcb-sync1", _XCB, _XCB),
    "libxcb-util.so.1": Packages("libxcb-util1", "xcb-util", "xcb-util"),
    "libxcb-xfixes.so.0": Packages("libxcb-xfixes0", _XCB, _XCB),
    "libxcb-xkb.so.1": Packages("libxcb-xkb1", _XCB, _XCB),
    "libwayland-client.so.0": Packages("libwayland-client0", "libwayland-client", "wayland"),
    "libwayland-cursor.so.0": Packages("libwayland-cursor0", "libwayland-cursor", "wayland"),
}
DETECTION: tuple[str, ...] = ("libEGL.so.1", "libGLESv2.so.2")
"""What MediaPipe's own library is linked to."""

WIDGETS: tuple[str, ...] = (
    "libGL.so.1", "libEGL.so.1", "libglib-2.0.so.0", "libgthread-2.0.so.0", "libfontconfig.so.1", "libfreetype.so.6",
    "libdbus-1.so.3", "libxkbcommon.so.0", "libX11.so.6",
)  # fmt: skip
"""What Qt's widgets are linked to on any kind of display."""

_WAYLAND = tuple(name for name in _PACKAGES if name.startswith("libwayland"))
_X11 = tuple(name for name in _PACKAGES if name.startswith(("libxcb", "libxkbcommon-x11", "libX11")))
# The second and third of what the loader says are about a damaged file, which the same package brings anew.
_NAMED = re.compile(r"(lib[\w+.-]*?\.so(?:\.\d+)*): (?:cannot open shared object file|file too short|invalid ELF)")


def missing_libraries(names: Iterable[str]) -> list[str]:
    """Give those of the libraries that the system's loader does not find."""
    return [name for name in names if not _loads(name)]


def missing_for_window(*, wayland: bool) -> list[str]:
    """Give what the window and detection would lack here.

    Asked before Qt starts, because Qt ends the process where one of its libraries is missing.

    Parameters
    ----------
    wayland
        True where the window is shown by Wayland rather than X11.
    """
    if sys.platform != "linux":
        return []
    return missing_libraries(dict.fromkeys([*DETECTION, *WIDGETS, *(_WAYLAND if wayland else _X11)]))


def named_in(error: BaseException) -> str | None:
    """Give the library that an import failed for, None when it failed for another reason."""
    found = _NAMED.search(str(error))
    return found[1] if found else None


def explain(missing: Iterable[str]) -> str:
    """Say which libraries are missing and how each family of distributions installs them in one line.

    Parameters
    ----------
    missing
        Names as the loader knows them, such as ``libGL.so.1``.
    """
    names = list(dict.fromkeys(missing))
    known = [_PACKAGES[name] for name in names if name in _PACKAGES]
    kind, verb, them = ("libraries", "are", "them") if len(names) > 1 else ("library", "is", "it")
    text = f"This program needs the system {kind} {', '.join(names)}, which {verb} missing."
    if len(known) < len(names):
        unknown = ", ".join(name for name in names if name not in _PACKAGES)
        text += f" Look for the package of your system that holds {unknown}."
    if not known:
        return text
    commands = (
        ("Debian, Ubuntu:", "sudo apt-get install", [packages.debian for packages in known]),
        ("Fedora:", "sudo dnf install", [packages.fedora for packages in known]),
        ("Arch:", "sudo pacman -S", [packages.arch for packages in known]),
    )
    lines = [f"  {system:<15} {command} {' '.join(dict.fromkeys(holders))}" for system, command, holders in commands]
    return "\n".join([f"{text} Install {them} with one line:", *lines])


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
