from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from gesture_app.live.mailbox import Mailbox


def test_the_newest_wins_and_drops_are_counted() -> None:
    box: Mailbox[int] = Mailbox()
    assert box.put(1)
    assert not box.put(2)
    assert not box.put(3)
    assert box.take() == 3
    assert box.take() is None
    assert box.dropped == 2


@given(st.lists(st.one_of(st.integers(), st.just("take"))))
def test_it_behaves_like_one_variable(steps: list[int | str]) -> None:
    box: Mailbox[int] = Mailbox()
    slot: int | None = None
    dropped = 0
    for step in steps:
        if isinstance(step, str):
            assert box.take() == slot
            slot = None
        else:
            assert box.put(step) == (slot is None)
            dropped += slot is not None
            slot = step
    assert box.dropped == dropped


def test_waiting_ends_with_a_thing_the_time_or_the_close() -> None:
    box: Mailbox[str] = Mailbox()
    assert box.wait(0.0) is None
    box.put("here")
    assert box.wait(0.0) == "here"
    got: list[str | None] = []
    waiter = threading.Thread(target=lambda: got.append(box.wait(5)))
    waiter.start()
    box.close()
    waiter.join(5)
    assert got == [None]
    assert box.closed
    assert not box.put("late")
    assert box.take() is None


def test_waiting_until_taken() -> None:
    box: Mailbox[int] = Mailbox()
    assert box.wait_taken(0.0)
    box.put(1)
    assert not box.wait_taken(0.0)
    taker = threading.Thread(target=box.take)
    taker.start()
    assert box.wait_taken(5)
    taker.join(5)


def test_a_fast_writer_and_a_slow_reader_lose_nothing_uncounted() -> None:
    box: Mailbox[int] = Mailbox()
    seen: list[int] = []

    def read() -> None:
        while (item := box.wait(5)) is not None and item >= 0:
            seen.append(item)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(5000):
        box.put(number)
    assert box.wait_taken(5)
    box.put(-1)
    reader.join(5)
    assert seen == sorted(seen)
    assert seen[-1] == 4999
    assert len(seen) + box.dropped == 5000
