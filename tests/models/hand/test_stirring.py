from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from models.hand.stirring import Stirring

SIZES = [(480, 640), (720, 1280), (1080, 1920), (960, 544), (40, 30), (3, 5)]


def noisy(size: tuple[int, int], seed: int) -> NDArray[np.uint8]:
    rng = np.random.default_rng(seed)
    return np.clip(rng.normal(120, 4, (*size, 3)), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("size", SIZES)
def test_noise_is_not_taken_for_movement(size: tuple[int, int]) -> None:
    stirring = Stirring()
    stirring.keep(noisy(size, 0))
    assert not stirring.stirred(noisy(size, 1), [])


@pytest.mark.parametrize("size", SIZES[:4])
@pytest.mark.parametrize("share", [0.08, 0.3])
def test_what_comes_into_view_is_seen(size: tuple[int, int], share: float) -> None:
    stirring = Stirring()
    stirring.keep(noisy(size, 0))
    picture = noisy(size, 1)
    side = round(share * min(size))
    picture[-side:, :side] += 60
    assert stirring.stirred(picture, [(size[1] * 0.6, 0.0, size[1] * 0.9, size[0] * 0.5)])


def test_the_known_hand_may_move() -> None:
    before, after = noisy((480, 640), 0), noisy((480, 640), 1)
    before[200:300, 200:280] += 60
    after[210:310, 220:300] += 60
    stirring = Stirring()
    stirring.keep(before)
    assert not stirring.stirred(after, [(220.0, 210.0, 300.0, 310.0)])
    assert stirring.stirred(after, [])


@pytest.mark.parametrize("box", [(-90.0, -90.0, -20.0, -20.0), (600.0, 440.0, 900.0, 700.0), (0.0, 0.0, 0.0, 0.0)])
def test_boxes_beyond_the_picture_do_no_harm(box: tuple[float, float, float, float]) -> None:
    stirring = Stirring()
    stirring.keep(noisy((480, 640), 0))
    picture = noisy((480, 640), 1)
    picture[100:200, 100:200] += 60
    assert stirring.stirred(picture, [box])


def test_nothing_kept_and_another_size_count_as_movement() -> None:
    stirring = Stirring()
    assert stirring.stirred(noisy((480, 640), 0), [])
    stirring.keep(noisy((480, 640), 0))
    assert stirring.stirred(noisy((240, 320), 0), [])
