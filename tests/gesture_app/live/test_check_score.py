from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gesture_app.live.check_score import read_check_set, score, score_of
from models.gesture.catalog import MODEL_FILE, shipped_folder
from models.gesture.classifier import GestureClassifier
from models.gesture.gestures import GESTURES, NO_GESTURE
from models.gesture.prior import Prior
from models.hand.landmarks import Hand
from models.samples.sample import NewSample
from models.samples.store import SampleStore

OF_EACH = 6


@pytest.fixture(scope="module")
def shipped() -> GestureClassifier:
    return GestureClassifier.load(shipped_folder() / MODEL_FILE, "shipped")


def keep(store: SampleStore, gesture: str, rows: np.ndarray, *, check: bool) -> list[int]:
    take = store.start_take(store.start_session(), gesture, check=check)
    hands = [Hand(row.reshape(21, 3).astype(np.float32), "Right", 1.0, (640, 480)) for row in rows]
    return store.add(take, [NewSample(hand, 0.0) for hand in hands])


def test_counts_what_was_right_unknown_and_confused() -> None:
    shown = ["like", "like", "like", "like", "spock", "spock", NO_GESTURE]
    found = score_of("v1", shown, ["like", "like", "fist", None, None, "palm", None], ("like", "fist", NO_GESTURE))
    like, spock, none = found.gestures
    assert (like.count, like.right, like.unknown, like.taken_for, like.known) == (4, 2, 1, (("fist", 1),), True)
    assert (spock.right, spock.unknown, spock.taken_for, spock.known) == (0, 1, (("palm", 1),), False)
    assert (none.right, none.unknown, none.known) == (1, 0, True)
    assert found.share == pytest.approx((0.5 + 0.0 + 1.0) / 3)
    assert found.hands == 7


def test_scores_the_shipped_model_on_the_check_set_alone(shipped: GestureClassifier, tmp_path: Path) -> None:
    prior, rng = Prior.load(), np.random.default_rng(0)
    with SampleStore(tmp_path / "samples.db") as store:
        assert score(shipped, read_check_set(store)) is None
        for gesture in GESTURES:
            keep(store, gesture, prior.draw(gesture, OF_EACH, rng), check=True)
        keep(store, "like", prior.draw("fist", 20, rng), check=False)
        before = read_check_set(store)
        assert len(before) == OF_EACH * len(GESTURES)
        found = score(shipped, before)
        assert found is not None
        assert found.model == "shipped"
        assert [gesture.gesture for gesture in found.gestures] == list(GESTURES)
        assert found.share > 0.9
        wrong = keep(store, "like", prior.draw("fist", OF_EACH, rng), check=True)
        after = read_check_set(store)
        assert after.key != before.key
        worse = score(shipped, after)
        assert worse is not None
        like = next(gesture for gesture in worse.gestures if gesture.gesture == "like")
        assert like.count == 2 * OF_EACH
        assert like.taken_for[0][0] == "fist"
        assert worse.share < found.share
        store.delete(wrong)
        assert read_check_set(store).key == before.key
