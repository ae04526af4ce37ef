"""Pictures of hands that show how a gesture is made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtGui import QImage

from models.hand.landmarks import Handedness

DISTANCE = 0.38
"""From where a hand fills the picture but for a rim, metres."""

CENTRE = (0.5, 0.56)


def draw_gesture(label: str, side: Handedness, edge: int, *, mirrored: bool) -> QImage | None:
    """Draw a hand that shows a gesture, on nothing; takes some hundredths of a second, so not in the window's thread.

    Parameters
    ----------
    label
        The gesture.
    side
        Which hand.
    edge
        Of the picture, in pixels of the screen.
    mirrored
        True to show it as in a mirror.

    Returns
    -------
    QImage or None
        None where it is not known how the gesture is made.
    """
    from gesture_app.capture.hand_renderer import draw_hand  # noqa: PLC0415 - the start does not wait for it
    from models.hand.poses import SHOWN, gesture_pose, gesture_view  # noqa: PLC0415

    if label not in SHOWN:
        return None
    upside_down = label.endswith("_inverted")
    centre = (CENTRE[0], 1 - CENTRE[1]) if upside_down else CENTRE
    view = replace(gesture_view(label), handedness=side, distance=DISTANCE, centre=centre)
    layer = draw_hand(gesture_pose(label), view, (edge, edge))
    whole = np.zeros((edge, edge, 4), np.uint8)
    if layer is not None:
        height, width = layer.alpha.shape
        x0, y0 = max(layer.left, 0), max(layer.top, 0)
        x1, y1 = min(layer.left + width, edge), min(layer.top + height, edge)
        part = np.s_[y0 - layer.top : y1 - layer.top, x0 - layer.left : x1 - layer.left]
        whole[y0:y1, x0:x1, :3] = layer.colour[part]
        whole[y0:y1, x0:x1, 3] = np.rint(layer.alpha[part] * 255)
    if mirrored:
        whole = np.ascontiguousarray(whole[:, ::-1])
    image = QImage(whole.data, edge, edge, 4 * edge, QImage.Format.Format_ARGB32)
    return image.copy()  # the numbers belong to NumPy
