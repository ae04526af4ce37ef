"""Why a webcam cannot be opened: absent, in use or not allowed, told apart by what each system lets one ask."""

from __future__ import annotations

import errno
import os
import struct
import sys
import threading
from pathlib import Path

from gesture_app.capture.camera_list import list_cameras
from gesture_app.capture.source import SourceBusyError, SourceDeniedError, SourceError, SourceMissingError

# linux/videodev2.h: _IOWR('V', 8, struct v4l2_requestbuffers) with count, type, memory, capabilities and flags.
_VIDIOC_REQBUFS = 0xC0145608
_REQUEST = struct.Struct("=IIIIB3x")
_CAPTURE, _MEMORY_MAP = 1, 1
# They keep every camera's file open without using it.
_BYSTANDERS = frozenset({"pipewire", "wireplumber"})
_MAC_DENIED = frozenset({1, 2})  # AVAuthorizationStatus: restricted, denied
_MAC_NOT_ASKED = 0
_MAC_ANSWER_S = 8.0


def check_before_opening(number: int) -> None:
    """Refuse at once what would only fail later with less of a reason.

    Raises
    ------
    SourceMissingError, SourceDeniedError
        When there is no such camera, or this user may not use it.
    """
    if sys.platform == "linux":
        path = device_path(number)
        if not path.exists():
            raise missing(number)
        if not os.access(path, os.R_OK | os.W_OK):
            raise SourceDeniedError(
                f"Camera {number} may not be used by this user. Add yourself to the group that may:"
                " sudo usermod -aG video $USER, then log out and in again."
            )
    if sys.platform == "darwin":
        _ask_mac()


def why_not(number: int) -> SourceError:
    """Say why a camera did not open."""
    return _why_not_linux(number) if sys.platform == "linux" else _why_not_elsewhere(number)


def missing(number: int) -> SourceMissingError:
    """Say that there is no such camera, and which there are."""
    others = ", ".join(f"{camera.spec} ({camera.name})" for camera in list_cameras())
    there = f"Connected: {others}." if others else "No camera is connected: plug one in, or use the source demo."
    return SourceMissingError(f"There is no camera {number}. {there}")


def busy(number: int) -> SourceBusyError:
    """Say that another program holds the camera, and which where that can be seen."""
    holder = _holder(device_path(number)) if sys.platform == "linux" else None
    return SourceBusyError(
        f"Camera {number} is in use by {holder or 'another program'}. Close that program, then start the camera again."
    )


def device_path(number: int) -> Path:
    """Give the device file of a camera on Linux."""
    return Path(f"/dev/video{number}")


def _why_not_linux(number: int) -> SourceError:
    import fcntl  # noqa: PLC0415 - not on Windows

    try:
        device = os.open(device_path(number), os.O_RDWR | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENODEV, errno.ENXIO}:
            return missing(number)
        if error.errno in {errno.EACCES, errno.EPERM}:
            return SourceDeniedError(f"Camera {number} may not be used ({error.strerror}). Check its permissions.")
        return busy(number)
    try:
        # Only one program at a time gets buffers: the same question that the failed opening asked.
        fcntl.ioctl(device, _VIDIOC_REQBUFS, _REQUEST.pack(1, _CAPTURE, _MEMORY_MAP, 0, 0))
        fcntl.ioctl(device, _VIDIOC_REQBUFS, _REQUEST.pack(0, _CAPTURE, _MEMORY_MAP, 0, 0))
    except OSError as error:
        if error.errno == errno.EBUSY:
            return busy(number)
    finally:
        os.close(device)
    return SourceError(f"Camera {number} is there, but does not give pictures. Unplug it and plug it in again.")


def _why_not_elsewhere(number: int) -> SourceError:
    if all(camera.number != number for camera in list_cameras()):
        return missing(number)
    if _windows_forbids():
        return SourceDeniedError(
            f"Windows does not let this program use camera {number}. Open Settings, Privacy & security, Camera, and"
            " switch on access for desktop apps."
        )
    return busy(number)


def _holder(device: Path) -> str | None:
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if link.readlink() != device:
                continue
            name = (link.parent.parent / "comm").read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            continue
        if name not in _BYSTANDERS:
            return name
    return None


def _windows_forbids() -> bool:
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415

        base = r"Software\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore\webcam"
        for key in (base, base + r"\NonPackaged"):
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as handle:
                    if winreg.QueryValueEx(handle, "Value")[0] == "Deny":
                        return True
            except OSError:
                continue
    return False


def _ask_mac() -> None:
    # OpenCV can ask only on the main thread, which belongs to the window: it is told to leave that to us.
    os.environ["OPENCV_AVFOUNDATION_SKIP_AUTH"] = "1"
    try:
        import AVFoundation as av  # noqa: N813, PLC0415 - only on macOS
    except ImportError:
        return
    device, video = av.AVCaptureDevice, av.AVMediaTypeVideo
    if device.authorizationStatusForMediaType_(video) == _MAC_NOT_ASKED:
        answered = threading.Event()
        device.requestAccessForMediaType_completionHandler_(video, lambda _granted: answered.set())
        answered.wait(_MAC_ANSWER_S)
    if device.authorizationStatusForMediaType_(video) in _MAC_DENIED:
        raise SourceDeniedError(
            "macOS does not let this program use the camera. Open System Settings, Privacy & Security, Camera, and"
            " allow the program it was started from."
        )
