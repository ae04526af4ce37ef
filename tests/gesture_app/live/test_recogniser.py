from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gesture_app.capture.demo import DemoSource
from gesture_app.capture.source import Frame
from gesture_app.live.detecting import PictureError
from gesture_app.live.recogniser import Recogniser, RecogniserError, RecogniserOptions
from models.gesture.classifier import ModelFileError
from models.home import Home

NOT_NEEDED = Path("no-landmarker-needed.task")


@pytest.fixture
def sure(make: Any) -> Iterator[Recogniser]:
    """A recogniser whose model takes every hand for a palm."""
    with Recogniser(make.model("sure", palm=0.9, fist=0.1), landmarker=NOT_NEEDED) as recogniser:
        yield recogniser


def test_the_three_lines_of_the_readme(equipped_home: Home) -> None:
    from gesture_app.live import Recogniser

    picture = DemoSource(paced=False).frame(10).picture
    with Recogniser.open(home=equipped_home) as recogniser:
        for _ in range(4):
            result = recogniser.process(picture)
    (hand,) = result.hands
    assert result.model == "shipped"
    assert hand.raw_label in result.labels
    assert hand.hand.image_size == (640, 480)
    assert hand.probabilities.shape == (len(result.labels),)
    assert result.times.detect > 0
    assert result.frame.index == 3


def test_importing_it_loads_no_qt_mediapipe_or_trainer() -> None:
    heavy = ("PySide6", "mediapipe", "mlflow", "sklearn", "pandas", "onnx", "matplotlib")
    script = (
        "import sys, gesture_app.live; assert 'onnxruntime' not in sys.modules;"
        "from gesture_app.live import Recogniser, FrameResult, LiveSession;"
        f"found = [name for name in {heavy!r} if name in sys.modules]; assert not found, found"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_an_unknown_name_of_the_package_is_an_attribute_error() -> None:
    import gesture_app.live

    with pytest.raises(AttributeError, match="Recognizer"):
        _ = gesture_app.live.Recognizer


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (np.zeros((4, 4), np.uint8), r"\(4, 4\) of type uint8"),
        (np.zeros((4, 4, 4), np.uint8), r"\(4, 4, 4\)"),
        (np.zeros((4, 4, 3), np.float32), "float32"),
        (np.zeros((0, 4, 3), np.uint8), r"\(0, 4, 3\)"),
        ("picture.jpg", "str came"),
        (None, "NoneType came"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(sure: Recogniser, picture: Any, words: str) -> None:
    with pytest.raises(PictureError, match=words):
        sure.process(picture)


def test_a_frame_without_picture_and_hands_is_refused(sure: Recogniser) -> None:
    with pytest.raises(PictureError, match="neither"):
        sure.process(Frame(None, (640, 480), 0, 0.0))


def test_hands_that_a_frame_brings_are_not_looked_for(sure: Recogniser, make: Any) -> None:
    first, second = make.hand("palm", at=(0.3, 0.5)), make.hand("fist", at=(0.7, 0.5), side="Right")
    for index in range(5):
        result = sure.process(make.frame(first, second, index=index))
    assert [hand.hand for hand in result.hands] == [first, second]
    assert [hand.label for hand in result.hands] == ["palm", "palm"]
    assert [hand.side for hand in result.hands] == ["Left", "Right"]
    assert result.hands[0].track != result.hands[1].track
    assert result.labels == ("palm", "fist")
    assert sure.process(make.frame(index=6)).hands == ()


def test_the_model_changes_between_two_frames_and_forgets_other_labels(sure: Recogniser, make: Any) -> None:
    for index in range(5):
        before = sure.process(make.frame(make.hand(), index=index))
    sure.use(make.model("other", rock=0.95, call=0.03, no_gesture=0.02))
    after = [sure.process(make.frame(make.hand(), index=index)) for index in range(5, 10)]
    assert (before.model, before.hands[0].label) == ("sure", "palm")
    assert {result.model for result in after} == {"other"}
    assert after[0].hands[0].probabilities == pytest.approx([0.95, 0.03, 0.02])
    assert after[-1].hands[0].label == "rock"
    assert after[-1].hands[0].track == before.hands[0].track


def test_a_model_with_the_same_labels_goes_on_where_the_other_was(sure: Recogniser, make: Any) -> None:
    for index in range(8):
        sure.process(make.frame(make.hand(), index=index))
    sure.use(make.model("doubtful", palm=0.6, fist=0.4))
    after = sure.process(make.frame(make.hand(), index=8))
    assert after.model == "doubtful"
    assert after.hands[0].label == "palm"
    assert 0.6 < after.hands[0].confidence < 0.9


def test_a_broken_model_is_refused_and_the_one_before_stays(
    sure: Recogniser, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ModelFileError, match="broken"):
        make.model("broken", palm=float("nan"), fist=0.1)
    broken = make.model("broken", palm=0.9, fist=0.1)
    monkeypatch.setattr(broken, "predict", lambda rows: np.full((len(rows), 2), np.nan, np.float32))
    with pytest.raises(RecogniserError, match="broken"):
        sure.use(broken)
    assert sure.process(make.frame(make.hand())).model == "sure"


def test_models_change_from_another_thread_without_a_frame_of_both(sure: Recogniser, make: Any) -> None:
    models = [make.model("two", palm=0.9, fist=0.1), make.model("three", palm=0.8, fist=0.1, rock=0.1)]
    lengths = {"sure": 2, "two": 2, "three": 3}
    done = threading.Event()

    def change() -> None:
        for turn in range(60):
            sure.use(models[turn % 2])
        done.set()

    changer = threading.Thread(target=change)
    changer.start()
    index = 0
    while not done.is_set():
        result = sure.process(make.frame(make.hand(), index=index))
        index += 1
        assert len(result.labels) == len(result.hands[0].probabilities) == lengths[result.model]
    changer.join(5)


def test_the_threshold_takes_effect_at_the_next_frame(sure: Recogniser, make: Any) -> None:
    sure.configure(RecogniserOptions(smoothing=False, threshold=0.95))
    assert sure.process(make.frame(make.hand())).hands[0].label is None
    sure.configure(RecogniserOptions(smoothing=False, threshold=0.85))
    assert sure.options.threshold == 0.85
    assert sure.process(make.frame(make.hand(), index=1)).hands[0].label == "palm"


def test_without_smoothing_a_frame_speaks_for_itself(sure: Recogniser, make: Any) -> None:
    sure.configure(RecogniserOptions(smoothing=False))
    (hand,) = sure.process(make.frame(make.hand())).hands
    assert (hand.label, hand.confidence) == ("palm", pytest.approx(0.9))


def test_pictures_that_stand_alone_are_not_followed(sure: Recogniser, make: Any) -> None:
    for index in range(3):
        (hand,) = sure.process(make.frame(make.hand(at=(0.2 + 0.2 * index, 0.5)), index=index), still=True).hands
        assert (hand.track, hand.label) == (0, "palm")
        assert hand.drawn == hand.hand.plane


def test_time_that_steps_back_begins_anew(sure: Recogniser, make: Any) -> None:
    first = sure.process(make.frame(make.hand(), index=90))
    second = sure.process(make.frame(make.hand(), index=0))
    assert second.hands[0].track != first.hands[0].track


def test_a_source_that_changed_begins_anew(sure: Recogniser, make: Any) -> None:
    first = sure.process(make.frame(make.hand(), index=0))
    sure.restart()
    assert sure.process(make.frame(make.hand(), index=1)).hands[0].track != first.hands[0].track


@pytest.mark.parametrize("wrong", [{"hands": 0}, {"hands": 5}, {"threshold": 1.5}, {"threshold": -0.1}])
def test_options_that_cannot_be_are_refused_in_words(wrong: dict[str, Any]) -> None:
    with pytest.raises(RecogniserError, match="must be"):
        RecogniserOptions(**wrong)


def test_real_pictures_change_number_of_hands_and_source(landmarker_file: Path, make: Any) -> None:
    model = make.model("sure", palm=0.9, fist=0.1)
    two = DemoSource(2, paced=False)
    with Recogniser(model, landmarker=landmarker_file, options=RecogniserOptions(hands=1)) as recogniser:
        recogniser.warm_up()
        assert len(recogniser.process(two.frame(20)).hands) == 1
        recogniser.configure(RecogniserOptions(hands=2))
        assert len(recogniser.process(two.frame(21)).hands) == 2
        recogniser.restart()
        assert len(recogniser.process(two.frame(5)).hands) == 2
        assert len(recogniser.process(two.frame(5), still=True).hands) == 2
    recogniser.close()


def test_the_recogniser_is_steady_on_the_demo_hand(landmarker_file: Path, make: Any) -> None:
    """What is drawn stays within a fingertip of what was detected while the hand moves between gestures."""
    demo = DemoSource(paced=False)
    model = make.model("sure", palm=0.9, fist=0.1)
    with Recogniser(model, landmarker=landmarker_file, options=RecogniserOptions(hands=1)) as recogniser:
        results = [recogniser.process(demo.frame(index)) for index in range(30, 60)]
    hands = [hand for result in results for hand in result.hands]
    assert len(hands) >= 28
    assert {hand.track for hand in hands} == {hands[0].track}
    for hand in hands:
        x0, y0, x1, y1 = hand.hand.box
        behind = max(abs(drawn - found) for drawn, found in zip(hand.drawn, hand.hand.plane, strict=True))
        assert behind < 0.06 * max(x1 - x0, y1 - y0)
