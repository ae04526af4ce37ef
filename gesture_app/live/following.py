"""Hands followed from frame to frame by position and side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from models.hand.landmarks import Hand, Handedness

KEPT_S = 0.25
"""A hand that was lost for no longer keeps its track: motion blur and crossing hands hide one for some 0.1 to 0.2 s."""

REACH = 1.0
"""A hand farther from where it was expected than this many of its sizes is another hand."""

REACH_GROWTH = 3.0
"""What the reach gains, in hand sizes a second since the hand was last seen: an arm can fetch out meanwhile."""

OTHER_SIDE = 0.35
"""Hand sizes by which a hand of the other side counts as farther off.

Less than the distance of two hands side by side, because MediaPipe's handedness fails for one hand in ten and must not
break a track; more than the error of the expected place, so that it decides where two hands cross.
"""

OTHER_SIZE = 0.5
"""Hand sizes that a hand of double or half the size counts as farther off."""

SIDE_TAU_S = 1.0
FIRST_VOTE_S = 0.1
"""The vote on the side fades with this time constant; the first frame counts for as long as the second says."""

VELOCITY_TAU_S = 0.08
"""Time constant of the velocity that foretells the next place."""

COASTING_TAU_S = 0.15
"""Time constant with which an unseen hand is expected to slow down: hands turn round several times a second."""


class _Track(NamedTuple):
    """A hand as it was last seen; ``left`` is the vote on its side, positive for the left one."""

    seen_s: float
    x: float
    y: float
    size: float
    speed_x: float
    speed_y: float
    left: float


class _Place(NamedTuple):
    x: float
    y: float
    size: float
    side: Handedness | None
    score: float


class HandFollower:
    """Gives each hand a number that stays with it from frame to frame.

    Hands are matched to tracks so that the sum of their distances to the expected places is least, each distance in
    units of the hand's size, with an extra for the other side and another size. The expected place is where the hand
    would be had it gone on and slowed down.
    """

    def __init__(self) -> None:
        self._tracks: dict[int, _Track] = {}
        self._next = 0

    def follow(self, hands: Sequence[Hand], time_s: float) -> list[int]:
        """Give the track numbers of this frame's hands, in their order.

        Parameters
        ----------
        hands
            At most a handful, as detected.
        time_s
            Seconds on the source's clock, never before the last call's.
        """
        tracks = self._tracks
        for number, track in list(tracks.items()):
            if time_s - track.seen_s > KEPT_S:
                del tracks[number]
        known, places, costs = list(tracks.items()), [], []
        for hand in hands:
            place = _place(hand)
            places.append(place)
            costs.append([_cost(track, place, time_s) for _, track in known])
        matches = _best_matching(costs)
        numbers = []
        for place, match in zip(places, matches, strict=True):
            if match is None:
                number = self._next
                self._next += 1
                tracks[number] = _new_track(place, time_s)
            else:
                number, track = known[match]
                tracks[number] = _moved(track, place, time_s)
            numbers.append(number)
        return numbers

    @property
    def alive(self) -> AbstractSet[int]:
        """Numbers that are seen or may yet come back, at any time."""
        return self._tracks.keys()

    def side(self, number: int) -> Handedness | None:
        """Which hand a track is by the vote of all frames so far; None where no frame knew."""
        track = self._tracks.get(number)
        left = 0.0 if track is None else track.left
        return None if left == 0.0 else "Left" if left > 0.0 else "Right"

    def clear(self) -> None:
        """Forget all tracks; numbers go on, so that none means two hands."""
        self._tracks.clear()


def _place(hand: Hand) -> _Place:
    x0, y0, x1, y1 = hand.box
    return _Place((x0 + x1) / 2, (y0 + y1) / 2, max(math.hypot(x1 - x0, y1 - y0), 1e-6), hand.handedness, hand.score)


def _new_track(place: _Place, time_s: float) -> _Track:
    return _Track(time_s, place.x, place.y, place.size, 0.0, 0.0, FIRST_VOTE_S * _vote(place))


def _vote(place: _Place) -> float:
    return 0.0 if place.side is None else place.score if place.side == "Left" else -place.score


def _moved(track: _Track, place: _Place, time_s: float) -> _Track:
    passed = time_s - track.seen_s
    if passed <= 0.0:
        return track._replace(x=place.x, y=place.y, size=place.size)
    share = 1.0 - math.exp(-passed / VELOCITY_TAU_S)
    return _Track(
        time_s,
        place.x,
        place.y,
        place.size,
        track.speed_x + share * ((place.x - track.x) / passed - track.speed_x),
        track.speed_y + share * ((place.y - track.y) / passed - track.speed_y),
        track.left * math.exp(-passed / SIDE_TAU_S) + _vote(place) * passed,
    )


def _cost(track: _Track, place: _Place, time_s: float) -> float:
    passed = time_s - track.seen_s
    size = max(track.size, place.size)
    going = COASTING_TAU_S * (1.0 - math.exp(-passed / COASTING_TAU_S))
    x, y = track.x + track.speed_x * going, track.y + track.speed_y * going
    distance = math.hypot(place.x - x, place.y - y) / size
    if distance > REACH + REACH_GROWTH * passed:
        return math.inf
    side = "Left" if track.left > 0.0 else "Right"
    if place.side is not None and track.left != 0.0 and side != place.side:
        distance += OTHER_SIDE * place.score
    return distance + OTHER_SIZE * abs(math.log2(place.size / track.size))


def _best_matching(costs: Sequence[Sequence[float]]) -> list[int | None]:
    """Give the track of each hand so that as many as can be are matched and the sum of their costs is least.

    All assignments are tried: with four hands and four tracks they are a few hundred.
    """
    if len(costs) == 1:
        least = min(costs[0], default=math.inf)
        return [costs[0].index(least) if math.isfinite(least) else None]
    best: tuple[int, float, list[int | None]] = (len(costs) + 1, math.inf, [])

    def extend(chosen: list[int | None], unmatched: int, total: float) -> None:
        nonlocal best
        if (unmatched, total) >= best[:2]:
            return
        if len(chosen) == len(costs):
            best = (unmatched, total, chosen)
            return
        for track, cost in enumerate(costs[len(chosen)]):
            if track not in chosen and math.isfinite(cost):
                extend([*chosen, track], unmatched, total + cost)
        extend([*chosen, None], unmatched + 1, total)

    extend([], 0, 0.0)
    return best[2]
