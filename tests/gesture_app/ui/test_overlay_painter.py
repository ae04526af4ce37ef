from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QFont, QImage, QPainter
from pytestqt.qtbot import QtBot

from gesture_app.live.overlay import Chip
from gesture_app.ui.widgets.overlay_painter import MOST_KEPT, ChipPainter

SIZE = (320, 120)


def chip(text: str = "palm", detail: str = "98 %", size: float = 15.0, *, known: bool = True) -> Chip:
    look = {"padding": 6.0, "gap": 10.0, "radius": 8.0, "colour": (18, 22, 28), "text_colour": (255, 255, 255)}
    return Chip(hand=(100.0, 60.0, 200.0, 110.0), text=text, detail=detail, text_size=size, known=known, **look)  # type: ignore[arg-type]


def painted(
    painter: ChipPainter, *chips: Chip, density: float = 1.0, font: QFont | None = None, corner: float = 0.0
) -> np.ndarray:
    """Paint on a grey screen whose picture begins at a corner."""
    image = QImage(round(SIZE[0] * density), round(SIZE[1] * density), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(density)
    image.fill(0xFF808080)
    with QPainter(image) as canvas:
        canvas.translate(corner, corner)
        painter.paint(canvas, chips, SIZE, font or QFont())
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return pixels[..., :3].copy()


def cut_out(picture: np.ndarray) -> np.ndarray:
    """Give the part that is not grey."""
    rows, columns = ((picture != 0x80).any(axis=(axis, 2)).nonzero()[0] for axis in (1, 0))
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


@pytest.mark.parametrize("density", [1.0, 1.25, 2.0])
def test_a_kept_chip_looks_as_one_that_is_new(qtbot: QtBot, density: float) -> None:
    painter = ChipPainter()
    first = painted(painter, chip(), density=density)

    painted(painter, chip("fist", "7 %"), chip(known=False, detail=""), density=density)

    np.testing.assert_array_equal(painted(painter, chip(), density=density), first)
    assert (first != 0x80).any()


def test_what_makes_a_chip_look_otherwise_is_drawn_anew(qtbot: QtBot) -> None:
    slanted = QFont()
    slanted.setItalic(True)
    others = [
        {"detail": "97 %"},
        {"detail": ""},
        {"text": "fist"},
        {"known": False},
        {"colour": (90, 0, 0)},
        {"text_colour": (90, 200, 0)},
        {"padding": 8.0},
        {"radius": 3.0},
        {"text_size": 19.0},
    ]
    looks: list[tuple[Chip, dict[str, Any]]] = [(chip(), {}), (chip(), {"density": 1.5})]
    looks += [(replace(chip(), **other), {}) for other in others]
    looks.append((chip(), {"font": slanted}))
    painter = ChipPainter()

    seen = [painted(painter, each, **how) for _ in range(2) for each, how in looks]

    assert len({look.tobytes() for look in seen}) == len(looks)
    for look, (each, how) in zip(seen, looks * 2, strict=True):
        np.testing.assert_array_equal(look, painted(ChipPainter(), each, **how))


def test_two_sizes_at_once_do_not_become_one(qtbot: QtBot) -> None:
    painter = ChipPainter()
    painted(painter, chip(size=15.0), chip(size=19.0))

    for size in (19.0, 15.0):
        np.testing.assert_array_equal(painted(painter, chip(size=size)), painted(ChipPainter(), chip(size=size)))


def test_no_more_chips_are_kept_than_are_worth_it(qtbot: QtBot) -> None:
    painter = ChipPainter()

    for number in range(3 * MOST_KEPT):
        painted(painter, chip(f"gesture {number}"))

    assert len(painter._kept) == MOST_KEPT


@pytest.mark.parametrize("density", [1.0, 1.25, 1.5, 2.25])
def test_chips_are_as_sharp_wherever_the_hand_and_the_picture_are(qtbot: QtBot, density: float) -> None:
    painter = ChipPainter()
    hands = [(100.0 + aside, 60.0 + aside, 200.0 + aside, 110.0) for aside in (0.0, 0.13, 0.3, 0.47, 0.8)]

    looks = {
        cut_out(painted(painter, replace(chip(), hand=hand), density=density, corner=corner)).tobytes()
        for hand in hands
        for corner in (0.0, 10.0, 7.0)
    }

    assert len(looks) == 1
