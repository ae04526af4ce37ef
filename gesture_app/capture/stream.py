"""Network streams: MJPEG over http, rtsp, and whatever else FFmpeg reads from an address."""

from __future__ import annotations

import http.client
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from gesture_app.capture.grabber import Capture
from gesture_app.capture.mjpeg import checked_capture
from gesture_app.capture.source import SourceDeniedError, SourceError, SourceMissingError
from gesture_app.capture.source_words import SCHEMES
from models.hand.opencv import cv2

_PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322}
_OPEN_MS = 6000
_READ_MS = 4000
_LOOK_S = 1.5


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream by its address.

    Parameters
    ----------
    address
        ``http://...`` or ``rtsp://...``; a name and password in it are used and never shown.

    Raises
    ------
    SourceError
        When the address cannot be one.
    """

    address: str

    def __post_init__(self) -> None:
        parts = _split(self.address)
        if parts is None or parts.scheme not in SCHEMES or not parts.hostname:
            raise SourceError(
                "A stream's address must look like http://host:port/path or rtsp://host:port/path. Check how it is"
                " written."
            )

    @property
    def name(self) -> str:
        """The address without name and password."""
        parts = urlsplit(self.address)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()

    @property
    def patience_s(self) -> float:
        """None: FFmpeg has waited already, and an ended stream does not come back by itself."""
        return 0.0

    def open(self) -> Capture:
        """Connect to the stream.

        Raises
        ------
        SourceMissingError, SourceDeniedError, SourceError
            When nothing answers, when the stream is refused, when what comes is no video, or too large to be looked at.
        """
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _OPEN_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, _READ_MS]
        capture = cv2.VideoCapture(self.address, cv2.CAP_FFMPEG, limits)
        if not capture.isOpened():
            capture.release()
            raise self._why_not()
        try:
            return checked_capture(capture, _READ_MS / 1e3)
        except SourceError:
            capture.release()
            raise

    def no_picture(self) -> SourceError:
        """Say that something answers, but sends no picture."""
        return SourceError(f"{self.name} answers, but sends no picture. Check that the stream is running.")

    def _why_not(self) -> SourceError:
        # Asked only after a failure: some cameras serve one connection at a time.
        parts = urlsplit(self.address)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        try:
            with socket.create_connection((host, port), _LOOK_S):
                pass
        except (socket.gaierror, UnicodeError):  # the latter for names that no host can have, such as a..b
            return SourceMissingError(f"There is no host {host}. Check the address and the network.")
        except TimeoutError:
            return SourceMissingError(f"{host} does not answer on port {port}. Check that it is switched on.")
        except OSError as error:
            reason = error.strerror or str(error)
            return SourceMissingError(f"There is no stream at {self.name}: {reason}. Check that the camera sends.")
        return self._why_not_http(parts) if parts.scheme in {"http", "https"} else self._no_video()

    def _why_not_http(self, parts: SplitResult) -> SourceError:
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=_LOOK_S)
        path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        try:
            connection.request("GET", path)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException, ssl.SSLError, UnicodeError):
            return self._no_video()
        finally:
            connection.close()
        if status in {401, 403}:
            return SourceDeniedError(
                f"{self.name} asks for a name and a password (answer {status}). Write them into the address:"
                " http://name:password@host/path."
            )
        if status >= 400:
            return SourceMissingError(f"There is no stream at {self.name} (answer {status}). Check the address.")
        return self._no_video()

    def _no_video(self) -> SourceError:
        return SourceError(
            f"{self.name} answers, but not with a video that can be read. Expected an MJPEG or RTSP stream."
        )


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts
