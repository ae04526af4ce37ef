"""Keeping threads to some of the cores, and the followers that are dealt out among them."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.hand.cores import kept_to, own_cores
from models.hand.followers import Followers
from models.hand.mediapipe_hands import MediaPipeHands, to_image

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hand cores down")
two_cores = pytest.mark.skipif(len(own_cores()) < 2, reason="needs two cores")


def cores_of_threads() -> dict[int, tuple[int, ...]]:
    """Give the cores that each thread of this process may run on, native threads as well."""
    numbers = [int(task.name) for task in Path("/proc/self/task").iterdir()]
    return {number: tuple(sorted(os.sched_getaffinity(number))) for number in numbers}


class TestCores:
    def test_there_is_one(self) -> None:
        cores = own_cores()
        assert cores
        assert len(cores) <= (os.cpu_count() or 1)
        assert cores == sorted(set(cores))

    @linux_only
    def test_threads_begun_meanwhile_stay_and_this_one_does_not(self) -> None:
        cores = own_cores()
        seen, begun, may_end = [], threading.Event(), threading.Event()

        def stay() -> None:
            begun.set()
            may_end.wait(10)
            seen.append(own_cores())

        thread = threading.Thread(target=stay)
        with kept_to(cores[:1]):
            assert own_cores() == cores[:1]
            thread.start()
            begun.wait(10)
        assert own_cores() == cores
        may_end.set()
        thread.join(10)
        assert seen == [cores[:1]]

    @linux_only
    def test_an_error_meanwhile_gives_the_cores_back(self) -> None:
        cores = own_cores()
        with pytest.raises(KeyError), kept_to(cores[:1]):
            raise KeyError
        assert own_cores() == cores

    @linux_only
    def test_cores_that_are_not_there_change_nothing(self) -> None:
        cores = own_cores()
        with kept_to([max(cores) + 500]):
            assert own_cores() == cores
        assert own_cores() == cores


@linux_only
@two_cores
def test_followers_do_not_share_a_core(landmarker_file: Path, two_hands_frames: list[NDArray[np.uint8]]) -> None:
    frame = two_hands_frames[0]
    detector = MediaPipeHands(landmarker_file, 2, "IMAGE")
    hands = detector.detect(to_image(frame))
    detector.close()
    before = cores_of_threads()
    cores = tuple(own_cores())
    followers = Followers(landmarker_file)
    try:
        assert [followers.ready_for(hands) for _ in range(2)] == [False, True]
        assert len(followers.follow(frame, to_image(frame), 1, hands, 0)) == 2
        after = cores_of_threads()
        (ours,) = (thread.native_id or 0 for thread in threading.enumerate() if thread.name == "follower_0")
        assert after[threading.get_native_id()] == after[ours] == cores
        one, other = {where for number, where in after.items() if number not in before and number != ours}
        assert set(one).isdisjoint(other)
        assert {*one, *other} <= set(cores)
    finally:
        followers.close()
