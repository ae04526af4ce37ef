"""How a hand is seen: from where, how large, where in the picture. Joints in metres become pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.hand.landmarks import Handedness

FIELD_OF_VIEW = 0.87
"""Width of the picture over the distance at which it is that wide: 47 degrees, a usual webcam held upright."""
PALM_CENTRE = (0.0, 0.065, 0.0)
"""The point that a view places and turns the hand about, metres in the palm's frame."""


@dataclass(frozen=True, slots=True)
class View:
    """Where a hand is and how it is turned, as the camera sees it.

    Attributes
    ----------
    yaw, pitch, roll
        Degrees. Yaw turns the hand about its own long axis (0 shows the palm, 180 the back), pitch tips the fingers
        towards the camera, roll turns it in the picture (positive counter-clockwise). They speak of the left hand; a
        right one is seen in the mirror.
    centre
        Where the middle of the palm is, as shares of the picture's width and height.
    distance
        Of the palm from the camera, metres.
    handedness
        The subject's own hand.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    centre: tuple[float, float] = (0.5, 0.5)
    distance: float = 0.6
    handedness: Handedness = "Left"


@dataclass(frozen=True, slots=True, eq=False)
class Views:
    """Many views as columns.

    Attributes
    ----------
    turns
        ``(N, 3)`` degrees: yaw, pitch, roll.
    centres
        ``(N, 2)`` shares of the picture's width and height.
    distances
        ``(N,)`` metres.
    right
        ``(N,)`` bool: the subject's right hand, seen in the mirror of the left.
    """

    turns: NDArray[np.float64]
    centres: NDArray[np.float64]
    distances: NDArray[np.float64]
    right: NDArray[np.bool_]


def rotations(yaw: NDArray[np.float64], pitch: NDArray[np.float64], roll: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the matrices ``(N, 3, 3)`` that turn the palm's frame to the camera: yaw first, then pitch, then roll.

    Angles ``(N,)`` in degrees.
    """
    matrices = np.tile(np.eye(3), (len(yaw), 1, 1))
    for angle, (first, second) in ((yaw, (2, 0)), (pitch, (1, 2)), (roll, (0, 1))):
        turn = np.tile(np.eye(3), (len(yaw), 1, 1))
        cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        turn[:, first, first] = turn[:, second, second] = cosine
        turn[:, first, second] = -sine
        turn[:, second, first] = sine
        matrices = turn @ matrices
    return matrices


def to_camera(points: NDArray[np.float64], view: View) -> NDArray[np.float64]:
    """Turn points of a left hand's palm frame ``(N, 3)`` to the camera's axes about the middle of the palm, metres."""
    turn = rotations(np.array([view.yaw]), np.array([view.pitch]), np.array([view.roll]))[0]
    turned = (points - np.array(PALM_CENTRE)) @ turn.T
    if view.handedness == "Right":
        turned = turned * np.array([-1.0, 1.0, 1.0])
    return np.asarray(turned)


def to_pixels(points: NDArray[np.float64], view: View, size: tuple[int, int]) -> NDArray[np.float64]:
    """Project points from :func:`to_camera`.

    Parameters
    ----------
    points
        ``(N, 3)`` metres, x right, y up, z towards the camera.
    view
        Gives the place and the distance.
    size
        ``(width, height)`` of the picture in pixels.

    Returns
    -------
    ndarray
        ``(N, 4)``: x, y in pixels (y down), z in pixels towards the camera, and pixels a metre at that depth.
    """
    scale = _pixels_per_metre(view.distance - points[:, 2], size)
    x = view.centre[0] * size[0] + points[:, 0] * scale
    y = view.centre[1] * size[1] - points[:, 1] * scale
    return np.stack([x, y, points[:, 2] * scale, scale], axis=1)


def project(points: NDArray[np.float64], view: View, size: tuple[int, int]) -> NDArray[np.float32]:
    """Give the landmarks that a camera would see of the joints of a left hand's palm frame.

    Parameters
    ----------
    points
        ``(21, 3)`` metres, from :func:`models.hand.articulated.joints`; a right hand is made by the view.
    view
        From where.
    size
        ``(width, height)`` of the picture in pixels.

    Returns
    -------
    ndarray
        ``(21, 3)`` float32 as in :class:`models.hand.landmarks.Hand`: z relative to the wrist, negative towards the
        camera.
    """
    seen = to_pixels(to_camera(points, view), view, size)
    return np.column_stack([seen[:, 0], seen[:, 1], seen[0, 2] - seen[:, 2]]).astype(np.float32)


def project_many(points: NDArray[np.float64], views: Views, size: tuple[int, int]) -> NDArray[np.float32]:
    """Do for many hands ``(N, 21, 3)`` what :func:`project` does for one."""
    matrices = rotations(*views.turns.T)
    turned = (points - np.array(PALM_CENTRE)) @ matrices.transpose(0, 2, 1)
    turned[:, :, 0] *= np.where(views.right, -1.0, 1.0)[:, None]
    scale = _pixels_per_metre(views.distances[:, None] - turned[:, :, 2], size)
    turned *= scale[:, :, None]
    seen = np.empty(points.shape, np.float32)
    seen[:, :, 0] = views.centres[:, :1] * size[0] + turned[:, :, 0]
    seen[:, :, 1] = views.centres[:, 1:] * size[1] - turned[:, :, 1]
    seen[:, :, 2] = turned[:, :1, 2] - turned[:, :, 2]
    return seen


def _pixels_per_metre(distances: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.float64]:
    return max(size) / FIELD_OF_VIEW / np.maximum(distances, 0.05)
