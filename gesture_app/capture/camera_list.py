"""Which webcams there are, by name, without disturbing one that is in use."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from models.hand.opencv import cv2

_SYSTEM = Path("/")


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """A webcam that is connected.

    Attributes
    ----------
    spec
        How a source is made of it: ``camera:0``.
    name
        What its maker calls it; two of a kind are told apart by a number.
    """

    spec: str
    name: str

    @property
    def number(self) -> int:
        """The number in the spec."""
        return int(self.spec.partition(":")[2])


def list_cameras() -> list[CameraInfo]:
    """Give the webcams that are connected, in the system's own order."""
    found = linux_cameras(_SYSTEM) if sys.platform == "linux" else _enumerated()
    return _told_apart(found)


def backend() -> int:
    """Give OpenCV's number of the interface that this system's cameras are opened through."""
    backends = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_DSHOW, "darwin": cv2.CAP_AVFOUNDATION}
    return int(backends.get(sys.platform, cv2.CAP_ANY))


def linux_cameras(system: Path) -> list[tuple[int, str]]:
    """Give numbers and names of the video devices that capture pictures.

    Parameters
    ----------
    system
        The folder that ``sys`` and ``run`` lie in: the root folder, except in tests.
    """
    found = []
    for folder in (system / "sys/class/video4linux").glob("video*"):
        number = re.fullmatch(r"video(\d+)", folder.name)
        if number and _captures(system, folder):
            name = _line(folder / "name") or f"Camera {number[1]}"
            # The kernel's names of many webcams say the same twice: "HD Webcam: HD Webcam".
            first, _, second = name.partition(": ")
            found.append((int(number[1]), first if second.startswith(first) else name))
    return sorted(found)


def _captures(system: Path, folder: Path) -> bool:
    # A webcam has several device files; those for metadata capture nothing. What udev noted down is read first, since
    # asking the device itself means opening it.
    number = _line(folder / "dev")
    notes = system / "run/udev/data" / f"c{number}"
    try:
        text = notes.read_text(encoding="utf-8", errors="replace") if number else ""
    except OSError:
        text = ""
    noted = re.search(r"^E:ID_V4L_CAPABILITIES=(.*)$", text, re.MULTILINE)
    if noted:
        return ":capture:" in noted[1]
    # Without udev (containers): the first file of each device is the one that captures.
    return _line(folder / "index") in {"", "0"}


def _line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _enumerated() -> list[tuple[int, str]]:
    try:
        from cv2_enumerate_cameras import enumerate_cameras  # noqa: PLC0415 - only where it is installed
    except ImportError:
        return []
    return [(int(camera.index), str(camera.name)) for camera in enumerate_cameras(backend())]


def _told_apart(found: list[tuple[int, str]]) -> list[CameraInfo]:
    names = [name for _, name in found]
    seen: dict[str, int] = {}
    cameras = []
    for number, name in found:
        seen[name] = seen.get(name, 0) + 1
        own = f"{name} ({seen[name]})" if names.count(name) > 1 else name
        cameras.append(CameraInfo(f"camera:{number}", own))
    return cameras
