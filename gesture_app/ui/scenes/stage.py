"""What a picture is made on, and how it is brought about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gesture_app.live.result import FrameResult
from gesture_app.ui.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class Stage:
    """What a scene is made on.

    Attributes
    ----------
    window
        The window, with the live page open and a hand in view.
    result
        What is in view.
    """

    window: MainWindow
    result: FrameResult


SetUp = Callable[[Stage], None]


@dataclass(frozen=True, slots=True)
class Scene:
    """A state of the window.

    Attributes
    ----------
    name
        Of its pictures.
    words
        What is seen, for the page that shows them all.
    set_up, tidy
        Bring it about, and make an end of what the next scene does not do away with.
    """

    name: str
    words: str
    set_up: SetUp
    tidy: SetUp = lambda _: None
