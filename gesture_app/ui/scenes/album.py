"""The pictures that the documentation shows: few, small, and a page that names them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from gesture_app.ui.scenes.scenes import SCENES

COLOURS, ROUNDS = 255, 6
"""Of a picture's palette, and how often that is bettered: without it the few pixels of a finger's colour are lost."""

BEYOND = frozenset({"panel-folded", "no-camera", "denied", "message", "train", "check", "training-failed"})
"""Scenes that say little beside another: not committed, but made."""

IN_DARK = frozenset({"live", "version-list", "recording", "samples", "trained", "models", "compare", "error"})
LARGE = frozenset({"live", "samples"})
DOUBLED = frozenset({"live", "settings"})


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture.

    Attributes
    ----------
    scene
        Name of its scene.
    theme
        ``light`` or ``dark``.
    size
        Width and height in pixels of the screen.
    scale
        Pixels of the screen for one of the window's, 1 or 2.
    """

    scene: str
    theme: str
    size: tuple[int, int]
    scale: int

    @property
    def file(self) -> str:
        """Name of its file."""
        return f"{self.scene}-{self.theme}-{self.size[0]}x{self.size[1]}-{self.scale}00.png"

    @property
    def chosen(self) -> bool:
        """Whether the documentation shows it."""
        if self.scale != 1:
            return self.scene in DOUBLED and self.theme == "light" and self.size == (1920, 1080)
        if self.size != (1280, 800):
            return self.scene in LARGE and self.theme == "light"
        return self.scene not in BEYOND and (self.theme == "light" or self.scene in IN_DARK)


def keep_chosen(shots: Iterable[Shot], folder: Path, docs: Path) -> None:
    """Write the chosen pictures small into the documentation, and the page that shows them.

    Parameters
    ----------
    shots
        All that were made.
    folder
        Where they lie.
    docs
        The documentation's folder; ``screens`` in it is made anew.
    """
    screens = docs / "screens"
    screens.mkdir(parents=True, exist_ok=True)
    chosen = [shot for shot in shots if shot.chosen]
    for old in screens.glob("*.png"):
        old.unlink()
    for shot in chosen:
        # As many colours as a palette holds; the grain of the picture would be two thirds of the file.
        with Image.open(folder / shot.file) as image:
            small = image.convert("RGB").quantize(COLOURS, kmeans=ROUNDS, dither=Image.Dither.NONE)
            small.save(screens / shot.file, optimize=True)
    (docs / "screens.md").write_text(_page(chosen), encoding="utf-8")


def _page(chosen: Sequence[Shot]) -> str:
    lines = [
        "# The window in pictures",
        "",
        "Made by `python -m gesture_app.ui.screenshots FOLDER --docs docs`: the window itself, with the demo hand; the",
        "samples, versions and figures in them are made up. `FOLDER` then holds every state in both themes, at",
        "1280 x 800 and 1920 x 1080, at 100 % and 200 %.",
    ]
    for scene in SCENES:
        shown = [shot for shot in chosen if shot.scene == scene.name]
        if not shown:
            continue
        lines += ["", f"## {scene.words}", ""]
        lines += [f"![{scene.words}, {_how(shot)}](screens/{shot.file})" for shot in shown]
    return "\n".join(lines) + "\n"


def _how(shot: Shot) -> str:
    return f"{shot.theme}, {shot.size[0]} x {shot.size[1]} at {shot.scale}00 %"
