"""Sentences that come from below the window, where nothing knows Qt, in the user's language.

Cameras, streams and downloads say in English what is the matter. Those that everybody may meet are listed here with
placeholders where they name something, are recognised by their form, and are translated as any other text. What is not
listed is shown as it came: the trainer's and the doctor's words, and errors of files, whose details are for experts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gesture_app.ui.wording import noted, translated

SENTENCES: tuple[str, ...] = (
    noted("The hand landmarker file is ready."),
    noted("Fetching MediaPipe's hand models (once, {size} MB)"),
    noted("No camera is connected: showing the demo hand."),
    noted("Using {name}, the camera of last time."),
    noted("Using {name}, the first camera."),
    noted("There is no camera {number}. Connected: {others}."),
    noted(
        "There is no camera {number}. No camera is connected: plug one in, or use the source demo.",
    ),
    noted(
        "Camera {number} is in use by another program. Close that program, then start the camera again.",
    ),
    noted("Camera {number} is in use by {holder}. Close that program, then start the camera again."),
    noted(
        "Camera {number} may not be used by this user. Add yourself to the group that may: sudo usermod -aG video"
        " $USER, then log out and in again.",
    ),
    noted("Camera {number} may not be used ({reason}). Check its permissions."),
    noted("Camera {number} is there, but does not give pictures. Unplug it and plug it in again."),
    noted(
        "Windows does not let this program use camera {number}. Open Settings, Privacy & security, Camera, and switch"
        " on access for desktop apps.",
    ),
    noted(
        "macOS does not let this program use the camera. Open System Settings, Privacy & Security, Camera, and allow"
        " the program it was started from.",
    ),
    noted(
        "{name} did not answer within {seconds} seconds. Check that it is connected and switched on, then start it"
        " again.",
    ),
    noted("{name} stopped giving pictures. Check its connection, then start it again."),
    noted("There is no host {host}. Check the address and the network."),
    noted("{host} does not answer on port {port}. Check that it is switched on."),
    noted("There is no stream at {name} (answer {status}). Check the address."),
    noted("{name} answers, but sends no picture. Check that the stream is running."),
    noted("There is no file or folder {path}. Check how it is written and where you are."),
    noted(
        "The model registry did not answer within {seconds} seconds. Check the network, or MLFLOW_TRACKING_URI; models"
        " that were used before still work.",
    ),
    noted(
        "The model registry on this computer did not answer within {seconds} seconds: other work, such as a training,"
        " may keep it busy. Try again later; models that were used before still work.",
    ),
    noted("There is nothing in MLflow yet. Train a version first, then open its page."),
)
"""In English, the particular before the general."""


def in_users_words(text: str) -> str:
    """Give a sentence from below in the user's language; one that is not listed as it is.

    Parameters
    ----------
    text
        As it came; one that was translated already stays so.
    """
    for sentence, form in _forms():
        found = form.fullmatch(text)
        if found is not None:
            return translated(sentence).format(**found.groupdict())
    return text


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((sentence, re.compile("".join(_pieces(sentence)), re.DOTALL)) for sentence in SENTENCES)


def _pieces(sentence: str) -> Iterator[str]:
    for place, piece in enumerate(re.split(r"\{(\w+)\}", sentence)):
        yield f"(?P<{piece}>.+?)" if place % 2 else re.escape(piece)
