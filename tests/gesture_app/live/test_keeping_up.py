from __future__ import annotations

import pytest

from gesture_app.live.keeping_up import KeepingUp


def said_at(fps: float, busy_ms: float, until_s: float = 60.0) -> list[float]:
    keeping = KeepingUp()
    moments = [0.4 * count for count in range(round(until_s / 0.4))]
    return [moment for moment in moments if keeping.update(moment, fps, busy_ms)]


def test_a_slow_machine_is_noticed_once_after_a_while() -> None:
    (moment,) = said_at(15.0, 62.0)
    assert 10.0 <= moment < 11.0


@pytest.mark.parametrize(("fps", "busy_ms"), [(30.0, 12.0), (24.0, 40.0), (15.0, 12.0), (0.0, 0.0)])
def test_a_fast_machine_and_a_slow_camera_are_not(fps: float, busy_ms: float) -> None:
    assert said_at(fps, busy_ms) == []


def test_it_must_last() -> None:
    keeping = KeepingUp()
    for moment in range(100):
        fps = 30.0 if moment % 9 == 0 else 12.0
        assert not keeping.update(float(moment), fps, 80.0)


def test_another_source_begins_anew() -> None:
    keeping = KeepingUp()
    assert not keeping.update(0.0, 12.0, 80.0)
    keeping.restart()
    assert not keeping.update(11.0, 12.0, 80.0)
    assert keeping.update(21.0, 12.0, 80.0)


def test_catching_up_is_told_once_and_only_after_it_was_slow() -> None:
    keeping = KeepingUp()
    assert not any(keeping.caught_up(float(moment), 30.0) for moment in range(20))
    assert any(keeping.update(float(moment), 12.0, 80.0) for moment in range(20, 40))
    assert not keeping.caught_up(40.0, 30.0)
    assert not keeping.caught_up(42.0, 12.0)  # for a moment only
    told = [moment for moment in range(43, 80) if keeping.caught_up(float(moment), 28.0)]
    assert told == [46]
