"""Whether a window can be shown, found out before Qt is asked: Qt ends the process where it cannot."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_ANSWER_S = 2.0
_X11_PORT = 6000


@dataclass(frozen=True, slots=True)
class Display:
    """What there is to show a window on.

    Attributes
    ----------
    usable
        True where a window can be shown.
    wayland
        True where Wayland shows it.
    words
        What it is, or why there is none, in a few words.
    """

    usable: bool
    wayland: bool
    words: str


def find_display(environment: Mapping[str, str] | None = None, platform: str = sys.platform) -> Display:
    """Look for a display.

    Parameters
    ----------
    environment
        Where variables are looked up; the process's own environment by default.
    platform
        As ``sys.platform`` names it.
    """
    variables = os.environ if environment is None else environment
    if platform != "linux":
        return Display(usable=True, wayland=False, words="the system's own")
    asked = variables.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    if asked and asked not in {"xcb", "wayland", "wayland-egl"}:
        return Display(usable=True, wayland=False, words=f"Qt's {asked}")
    wayland = "" if asked == "xcb" else variables.get("WAYLAND_DISPLAY", "")
    x11 = "" if asked.startswith("wayland") else variables.get("DISPLAY", "")
    if wayland and _wayland_answers(wayland, variables.get("XDG_RUNTIME_DIR", "")):
        return Display(usable=True, wayland=True, words=f"Wayland {wayland}")
    if x11 and _x11_answers(x11):
        return Display(usable=True, wayland=False, words=f"X11 {x11}")
    silent = " and ".join(name for name in (wayland, x11) if name)
    words = f"{silent} does not answer" if silent else "neither DISPLAY nor WAYLAND_DISPLAY is set"
    return Display(usable=False, wayland=bool(wayland), words=words)


def _wayland_answers(name: str, runtime_folder: str) -> bool:
    return _connects(socket.AF_UNIX, str(Path(runtime_folder) / name))


def _x11_answers(name: str) -> bool:
    parts = re.fullmatch(r"(?:unix/?)?(?P<host>[^:]*):(?P<number>\d+)(?:\.\d+)?", name)
    if parts is None:
        # A socket's own path, as macOS's X server gives it, or something newer: Qt may know it.
        return True
    number = parts["number"]
    if parts["host"]:
        return _connects(socket.AF_INET, (parts["host"], _X11_PORT + int(number)))
    path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where X servers put it
    return _connects(socket.AF_UNIX, path) or _connects(socket.AF_UNIX, f"\0{path}")


def _connects(family: int, address: str | tuple[str, int]) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(_ANSWER_S)
            connection.connect(address)
    except (OSError, ValueError, OverflowError):
        return False
    return True
