"""Upright boxes round hands, in pixels: how large they are and what they share."""

from __future__ import annotations

Box = tuple[float, float, float, float]
"""``(x0, y0, x1, y1)`` in pixels, as :attr:`models.hand.landmarks.Hand.box`."""


def area(box: Box) -> float:
    """Give a box's area in pixels."""
    x0, y0, x1, y1 = box
    return (x1 - x0) * (y1 - y0)


def overlap(one: Box, other: Box) -> float:
    """Give the intersection of two boxes over their union, 0 to 1."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    return wide * high / (area(one) + area(other) - wide * high)


def widened(box: Box, share: float) -> Box:
    """Give the box with this share of its longer side added on each side."""
    x0, y0, x1, y1 = box
    more = share * max(x1 - x0, y1 - y0)
    return x0 - more, y0 - more, x1 + more, y1 + more
