"""The source to begin with when the command names none, and what there is to say about it."""

from __future__ import annotations

from typing import TextIO

from gesture_app.capture.choose import default_source
from gesture_app.settings import load_settings
from models.home import Home


def starting_source(home: Home, stream: TextIO) -> str:
    """Choose a source as the window does, and say why; what is wrong with the settings is said, too.

    Parameters
    ----------
    home
        Holds the settings, which know the source used last.
    stream
        Standard error.
    """
    loaded = load_settings(home.settings)
    source, reason = default_source(loaded.settings.source)
    stream.writelines(f"gesture-app: {sentence}\n" for sentence in (*loaded.notes, reason))
    return source
