from __future__ import annotations

from dataclasses import replace

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


def painted(painter: ChipPainter, *chips: Chip, density: float = 1.0, font: QFont | None = None) -> np.ndarray:
    image = QImage(round(SIZE[0] * density), round(SIZE[1] * density), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(density)
    image.fill(0xFF808080)
    with QPainter(image) as canvas:
        painter.paint(canvas, chips, SIZE, font or QFont())
    return (
        np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)[..., :3].copy()
    )


@pytest.mark.parametrize("density", [1.0, 1.25, 2.0])
def test_a_kept_chip_looks_as_one_that_is_new(qtbot: QtBot, density: float) -> None:
    painter = ChipPainter()
    first = painted(painter, chip(), density=density)

    painted(painter, chip("fist", "7 %"), chip(known=False, detail=""), density=density)

    np.testing.assert_array_equal(painted(painter, chip(), density=density), first)
    assert (first != 0x80).any()


def test_what_makes_a_chip_look_otherwise_is_drawn_anew(qtbot: QtBot) -> None:
    painter = ChipPainter()
    slanted = QFont()
    slanted.setItalic(True)
    looks = [
        painted(painter, chip()),
        painted(painter, chip(detail="97 %")),
        painted(painter, chip(detail="")),
        painted(painter, chip("fist")),
        painted(painter, chip(known=False)),
        painted(painter, chip(size=19.0)),
        painted(painter, chip(), font=slanted),
    ]

    assert len({look.tobytes() for look in looks}) == len(looks)
    np.testing.assert_array_equal(painted(painter, chip()), looks[0])


def test_no_more_chips_are_kept_than_are_worth_it(qtbot: QtBot) -> None:
    painter = ChipPainter()

    for number in range(3 * MOST_KEPT):
        painted(painter, chip(f"gesture {number}"))

    assert len(painter._kept) == MOST_KEPT


def test_chips_lie_on_whole_pixels_wherever_the_hand_is(qtbot: QtBot) -> None:
    painter = ChipPainter()
    hands = [(100.0 + aside, 60.0, 200.0 + aside, 110.0) for aside in (0.0, 0.2, 0.4)]

    looks = {painted(painter, replace(chip(), hand=hand)).tobytes() for hand in hands}

    assert len(looks) <= 2
