"""The demo source: a rendered hand, or two, that shows every gesture in turn, or one that no model knows yet."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gesture_app.capture.hand_renderer import HandLayer, compose, draw_hand
from gesture_app.capture.source import Frame, SourceError
from models.gesture.gestures import ORDER
from models.hand.articulated import HandPose, blend
from models.hand.landmarks import Handedness
from models.hand.no_gesture_shapes import HELD_OUT
from models.hand.poses import gesture_pose, gesture_view
from models.hand.views import View

CHANGE_S = 0.5
SETTLED_S = 1.15
GESTURE_S = CHANGE_S + SETTLED_S
ONE_HAND_DISTANCE, TWO_HANDS_DISTANCE = 0.62, 0.80
# A resting hand is drawn once and then only moved, which costs a tenth.
LAYERS_KEPT = 2
MOST_HANDS = 2

NEW_SHAPE = "l"
"""Thumb and index finger held at a right angle: none of the gestures, and nothing that is drawn for training."""

NEW_YAW, NEW_PITCH, NEW_ROLL = 22.0, 12.0, 7.0
"""Degrees by which the hand with the new gesture turns to either side, as people do who record samples."""


class DemoSource:
    """A source that needs no camera: what it shows depends on the frame's number alone.

    Parameters
    ----------
    hands
        One (a right hand) or two (one of each side, the same gesture).
    size
        ``(width, height)`` of the picture in pixels.
    fps
        Frames a second.
    paced
        Whether :meth:`read` waits for the frame's moment; False gives frames as fast as they can be drawn.
    new
        One hand that holds a gesture that is none of the known ones, and turns a little: for trying what recording and
        training do without a camera.

    Raises
    ------
    SourceError
        For another number of hands.
    """

    def __init__(
        self,
        hands: int = 1,
        size: tuple[int, int] = (640, 480),
        fps: float = 30.0,
        *,
        paced: bool = True,
        new: bool = False,
    ) -> None:
        if not 1 <= hands <= MOST_HANDS:
            raise SourceError(f"The demo shows one or two hands, but {hands} were asked for. Use demo or demo:2.")
        self._hands = hands
        self._size = size
        self._fps = fps
        self._paced = paced
        self._new = new
        self._next: int | None = None
        self._began_s = 0.0
        self._closing = threading.Event()
        self._layers: OrderedDict[tuple[str, Handedness], HandLayer | None] = OrderedDict()

    @property
    def name(self) -> str:
        """``demo``, ``demo:2`` or ``demo:new``."""
        if self._new:
            return "demo:new"
        return "demo" if self._hands == 1 else f"demo:{self._hands}"

    @property
    def live(self) -> bool:
        """True while frames keep to the clock."""
        return self._paced

    @property
    def still(self) -> bool:
        """False: the hand moves."""
        return False

    @property
    def fps(self) -> float | None:
        """Frames a second; None when closed."""
        return self._fps if self._next is not None else None

    @property
    def frame_count(self) -> int | None:
        """None: it goes on for ever."""
        return None

    def open(self) -> None:
        """Begin at the first gesture."""
        self._next = 0
        self._closing.clear()
        self._began_s = time.monotonic()

    def read(self) -> Frame | None:
        """Draw the next frame; where it is paced, the one whose moment has come. None when closed."""
        index = self._next
        if index is None or self._closing.is_set():
            return None
        if self._paced:
            late_s = time.monotonic() - self._began_s - index / self._fps
            if late_s < 0:
                self._closing.wait(-late_s)
            else:
                index += int(late_s * self._fps)
            if self._closing.is_set():
                return None
        self._next = index + 1
        return self.frame(index)

    def close(self) -> None:
        """End, and let go of what was drawn."""
        self._closing.set()
        self._next = None

    def frame(self, index: int) -> Frame:
        """Draw one frame, the same for the same number."""
        moment = index / self._fps
        if self._new:
            layer = self._turning(index - index % 2)  # drawn anew every other frame, and moved between
            return Frame(compose([(layer, self._sway("Right", moment))], self._size), self._size, index, moment)
        turn, within = divmod(moment, GESTURE_S)
        label = ORDER[int(turn) % len(ORDER)]
        before = ORDER[(int(turn) - 1) % len(ORDER)]
        share = min(within / CHANGE_S, 1.0) if turn > 0 else 1.0
        layers: list[tuple[HandLayer | None, NDArray[np.float64] | None]] = [
            self._hand(side, label, before, share, moment) for side in self._sides()
        ]
        return Frame(
            picture=compose(layers, self._size),
            size=self._size,
            index=index,
            time_s=moment,
            truth=label if share >= 1.0 else None,
        )

    def _sides(self) -> tuple[Handedness, ...]:
        return ("Right",) if self._hands == 1 else ("Left", "Right")

    def _hand(
        self, side: Handedness, label: str, before: str, share: float, moment: float
    ) -> tuple[HandLayer | None, NDArray[np.float64]]:
        if share >= 1.0:
            layer = self._resting(label, side)
        else:
            eased = share * share * (3 - 2 * share)
            start, end = self._view(before, side), self._view(label, side)
            pose = blend(gesture_pose(before), gesture_pose(label), eased)
            layer = draw_hand(pose, _view_between(start, end, eased), self._size)
        return layer, self._sway(side, moment)

    def _resting(self, label: str, side: Handedness) -> HandLayer | None:
        key = (label, side)
        if key not in self._layers:
            self._layers[key] = draw_hand(gesture_pose(label), self._view(label, side), self._size)
            while len(self._layers) > LAYERS_KEPT * self._hands:
                self._layers.popitem(last=False)
        return self._layers[key]

    def _turning(self, index: int) -> HandLayer | None:
        key: tuple[str, Handedness] = (str(index), "Right")
        if key not in self._layers:
            moment = index / self._fps
            view = View(
                NEW_YAW * math.sin(1.5 * moment),
                NEW_PITCH * math.sin(1.1 * moment + 1),
                NEW_ROLL * math.sin(0.8 * moment),
                (0.5, 0.52),
                ONE_HAND_DISTANCE,
                "Right",
            )
            self._layers.clear()
            self._layers[key] = draw_hand(HandPose(HELD_OUT[NEW_SHAPE]), view, self._size)
        return self._layers[key]

    def _view(self, label: str, side: Handedness) -> View:
        view = gesture_view(label)
        if self._hands == 1:
            return replace(view, handedness=side, distance=ONE_HAND_DISTANCE, centre=(0.5, 0.52))
        # Seen unmirrored, the subject's right hand is on the left.
        across = 0.27 if side == "Right" else 0.73
        return replace(view, handedness=side, distance=TWO_HANDS_DISTANCE, centre=(across, 0.52))

    def _sway(self, side: Handedness, moment: float) -> NDArray[np.float64]:
        """Give the slow motion of a hand that nobody holds still: some degrees, some per cent of size and place."""
        phase = moment + (0.0 if side == "Right" else 1.7)
        width, height = self._size
        centre = self._view(ORDER[0], side).centre
        x, y = centre[0] * width, centre[1] * height
        angle = math.radians(4.0 * math.sin(phase * 0.9))
        scale = 1 + 0.05 * math.sin(phase * 0.63 + 1)
        cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
        to_x = x + 0.025 * width * math.sin(phase * 0.7)
        to_y = y + 0.018 * height * math.sin(phase * 1.1 + 0.5)
        return np.array([[cosine, -sine, to_x - cosine * x + sine * y], [sine, cosine, to_y - sine * x - cosine * y]])


def _view_between(start: View, end: View, share: float) -> View:
    turned = (start.yaw + (end.yaw - start.yaw) * share, start.pitch + (end.pitch - start.pitch) * share)
    return replace(end, yaw=turned[0], pitch=turned[1], roll=start.roll + (end.roll - start.roll) * share)
