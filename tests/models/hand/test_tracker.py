from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.hand.mediapipe_hands import (
    DetectionError,
    MediaPipeHands,
    MissingLibraryError,
    import_mediapipe,
    to_image,
)
from models.hand.opencv import cv2
from models.hand.tracker import HandTracker, TrackerError

Frames = list[NDArray[np.uint8]]
FPS = 30.0
BLANK: NDArray[np.uint8] = np.full((240, 320, 3), 90, np.uint8)


def counts(tracker: HandTracker, frames: Frames, start_s: float = 0.0) -> list[int]:
    return [len(tracker.detect(frame, start_s + index / FPS)) for index, frame in enumerate(frames)]


class TestFollowing:
    def test_one_hand_is_found_in_pixels_of_the_picture(self, landmarker_file: Path, hand_frames: Frames) -> None:
        with HandTracker(landmarker_file) as tracker:
            (hand,) = tracker.detect(hand_frames[0], 0.0)
        height, width = hand_frames[0].shape[:2]
        assert hand.image_size == (width, height)
        x0, y0, x1, y1 = hand.box
        assert 0 < x0 < x1 < width
        assert 0 < y0 < y1 < height
        assert y1 - y0 > 100
        assert np.isfinite(hand.points).all()
        assert 0.5 < hand.score <= 1

    def test_handedness_is_the_subjects_own(self, landmarker_file: Path, hand_frames: Frames) -> None:
        with HandTracker(landmarker_file) as tracker:
            assert tracker.detect(hand_frames[0], 0.0)[0].handedness == "Right"
            tracker.restart()
            mirrored = np.ascontiguousarray(hand_frames[0][:, ::-1])
            assert tracker.detect(mirrored, 0.0)[0].handedness == "Left"

    def test_two_hands_are_found_as_soon_as_one_landmarker_finds_them(
        self, landmarker_file: Path, two_hands_frames: Frames
    ) -> None:
        with HandTracker(landmarker_file, 2) as tracker:
            assert counts(tracker, two_hands_frames[:30]) == [2] * 30

    def test_largest_comes_first(self, landmarker_file: Path, two_hands_frames: Frames) -> None:
        height, width = two_hands_frames[0].shape[:2]
        smaller = two_hands_frames[0][::2, ::2][:, : width // 4]
        picture = np.zeros((height, width, 3), np.uint8)
        picture[:] = two_hands_frames[0][0, 0]
        picture[:, width // 2 :] = two_hands_frames[0][:, width // 2 :]
        picture[height // 4 : height // 4 + smaller.shape[0], : smaller.shape[1]] = smaller
        with HandTracker(landmarker_file, 2) as tracker:
            hands = tracker.detect(picture, 0.0)
        boxes = [hand.box for hand in hands]
        areas = [(x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in boxes]
        assert len(hands) == 2
        assert areas[0] > 2 * areas[1]

    def test_a_second_hand_is_seen_within_the_search_time(
        self, landmarker_file: Path, two_hands_frames: Frames
    ) -> None:
        width = two_hands_frames[0].shape[1]
        alone = [frame.copy() for frame in two_hands_frames[:15]]
        for frame in alone:
            frame[:, : width // 2] = frame[0, 0]
        with HandTracker(landmarker_file, 2) as tracker:
            assert counts(tracker, alone) == [1] * 15
            after = counts(tracker, two_hands_frames[15:30], 15 / FPS)
        assert after.index(2) <= 4
        assert after[4:] == [2] * 11

    def test_a_hand_that_is_lost_is_found_again_at_once(self, landmarker_file: Path, hand_frames: Frames) -> None:
        moved = np.roll(hand_frames[0], hand_frames[0].shape[1] // 3, axis=1)
        with HandTracker(landmarker_file, 2) as tracker:
            assert counts(tracker, hand_frames[:10]) == [1] * 10
            assert counts(tracker, [moved] * 3, 10 / FPS) == [1] * 3

    def test_no_hand_no_guess(self, landmarker_file: Path) -> None:
        noise = np.random.default_rng(0).integers(0, 255, (240, 320, 3), np.uint8)
        with HandTracker(landmarker_file, 4) as tracker:
            assert counts(tracker, [BLANK, noise, BLANK[:50], BLANK]) == [0] * 4

    @pytest.mark.parametrize("width", [1800, 1920, 3841])
    def test_large_frames_give_hands_in_their_own_pixels(
        self, landmarker_file: Path, hand_frames: Frames, width: int
    ) -> None:
        scale = width / hand_frames[0].shape[1]
        large = np.asarray(cv2.resize(hand_frames[0], None, fx=scale, fy=scale), np.uint8)
        with HandTracker(landmarker_file, 1) as tracker:
            (hand,) = tracker.detect(hand_frames[0], 0.0)
            tracker.restart()
            (enlarged,) = tracker.detect(large, 0.0)
        assert enlarged.image_size == (large.shape[1], large.shape[0])
        x0, _, x1, _ = hand.box
        apart = np.abs(enlarged.points / scale - hand.points)
        assert apart[:, :2].max() < 0.08 * (x1 - x0)
        assert apart[:, 2].max() < 0.15 * (x1 - x0)

    def test_two_of_four_hands_are_followed_as_by_one_landmarker(
        self, landmarker_file: Path, two_hands_frames: Frames
    ) -> None:
        with HandTracker(landmarker_file, 4) as tracker:
            assert counts(tracker, two_hands_frames[:20]) == [2] * 20

    def test_a_sparing_tracker_rests_without_hands_and_sees_the_first_soon(
        self, landmarker_file: Path, hand_frames: Frames
    ) -> None:
        with HandTracker(landmarker_file, 2, sparing=True) as tracker:
            looked = []
            for index in range(60):
                assert tracker.detect(BLANK, index / FPS) == []
                looked.append(tracker.conversion_ms > 0)
            assert all(looked[:30])
            assert 6 <= sum(looked[-25:]) <= 9
            after = counts(tracker, hand_frames[:10], 60 / FPS)
        assert after.index(1) <= 3
        assert set(after[after.index(1) :]) == {1}

    def test_nothing_is_passed_over_unless_it_may_be_sparing(self, landmarker_file: Path) -> None:
        with HandTracker(landmarker_file, 1) as tracker:
            for index in range(60):
                tracker.detect(BLANK, index / FPS)
                assert tracker.conversion_ms > 0

    def test_same_hands_as_one_landmarker_alone(self, landmarker_file: Path, hand_frames: Frames) -> None:
        with HandTracker(landmarker_file, 2) as tracker:
            ours = [tracker.detect(frame, index / FPS) for index, frame in enumerate(hand_frames)]
        plain = MediaPipeHands(landmarker_file, 2, "VIDEO")
        alone = [plain.detect(to_image(frame), round(index * 1000 / FPS)) for index, frame in enumerate(hand_frames)]
        plain.close()
        assert [len(hands) for hands in ours] == [len(hands) for hands in alone]
        for hands, others in zip(ours, alone, strict=True):
            x0, _, x1, _ = others[0].box
            assert np.abs(hands[0].points[:, :2] - others[0].points[:, :2]).mean() < 0.1 * (x1 - x0)


class TestTime:
    @pytest.mark.parametrize("times", [[0.0, 0.0, 0.0], [5.0, 4.0, 0.0, -3.0], [0.0, 0.0001, 0.0002], [0.0, 1e6, 1.0]])
    def test_any_clock_will_do(self, landmarker_file: Path, hand_frames: Frames, times: list[float]) -> None:
        with HandTracker(landmarker_file, 2) as tracker:
            assert [len(tracker.detect(hand_frames[0], time_s)) for time_s in times] == [1] * len(times)

    def test_restart_forgets_the_clock_and_the_hand(self, landmarker_file: Path, hand_frames: Frames) -> None:
        with HandTracker(landmarker_file, 2) as tracker:
            tracker.detect(hand_frames[0], 100.0)
            tracker.restart()
            assert counts(tracker, [BLANK] * 2 + hand_frames[:3]) == [0, 0, 1, 1, 1]


class TestRefusals:
    @pytest.mark.parametrize("hands", [0, -1, 5])
    def test_number_of_hands(self, landmarker_file: Path, hands: int) -> None:
        with pytest.raises(TrackerError, match=f"but {hands} were asked for"):
            HandTracker(landmarker_file, hands)

    @pytest.mark.parametrize(
        "picture",
        [
            np.zeros((10, 10), np.uint8),
            np.zeros((10, 10, 4), np.uint8),
            np.zeros((10, 10, 3), np.float32),
            np.zeros((0, 10, 3), np.uint8),
        ],
    )
    def test_what_is_no_picture(self, landmarker_file: Path, picture: NDArray[np.uint8]) -> None:
        with HandTracker(landmarker_file) as tracker, pytest.raises(DetectionError, match="was expected, but"):
            tracker.detect(picture, 0.0)

    @pytest.mark.parametrize("content", [None, b"", b"no zip at all" * 100])
    def test_what_is_no_landmarker(self, tmp_path: Path, content: bytes | None) -> None:
        path = tmp_path / "wrong.task"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(DetectionError, match="could not start with the hand landmarker file"):
            HandTracker(path)

    def test_after_closing(self, landmarker_file: Path) -> None:
        tracker = HandTracker(landmarker_file)
        tracker.close()
        tracker.close()
        with pytest.raises(TrackerError, match="is closed"):
            tracker.detect(BLANK, 0.0)


@pytest.mark.parametrize("folder", ["plain", "gestes à deux mains", "手"])
def test_landmarker_in_a_folder_of_any_name(landmarker_file: Path, tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    path = tmp_path / folder / "hand_landmarker.task"
    path.write_bytes(landmarker_file.read_bytes())
    with HandTracker(path, 1) as tracker:
        assert tracker.detect(BLANK, 0.0) == []


def test_views_that_are_not_contiguous(landmarker_file: Path, hand_frames: Frames) -> None:
    wide = np.zeros((480, 1280, 3), np.uint8)
    wide[:, ::2] = hand_frames[0]
    with HandTracker(landmarker_file, 1) as tracker:
        (strided,) = tracker.detect(wide[:, ::2], 0.0)
        tracker.restart()
        (plain,) = tracker.detect(hand_frames[0], 0.0)
    np.testing.assert_array_equal(strided.points, plain.points)


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="counts open files by /dev/fd")
def test_closing_ends_threads_and_files(landmarker_file: Path, two_hands_frames: Frames) -> None:
    def held() -> tuple[int, int]:
        return threading.active_count(), len(os.listdir("/dev/fd"))  # noqa: PTH208

    def use() -> None:
        with HandTracker(landmarker_file, 2) as tracker:
            counts(tracker, two_hands_frames[:5])
            tracker.restart()
            counts(tracker, two_hands_frames[:5])

    use()
    before = held()
    use()
    use()
    assert held() == before


class TestInAProcessOfItsOwn:
    """What a program's user sees on the terminal, and what is imported."""

    def run(self, program: str, landmarker_file: Path) -> subprocess.CompletedProcess[str]:
        start = f"import sys; import numpy as np; from pathlib import Path; file = Path({str(landmarker_file)!r})\n"
        command = [sys.executable, "-W", "error", "-c", start + program]
        return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)

    @pytest.mark.parametrize("ending", ["tracker.close()", "", "del tracker", "raise SystemExit"])
    def test_nothing_is_said_on_the_terminal(self, landmarker_file: Path, ending: str) -> None:
        program = (
            "from models.hand.tracker import HandTracker\n"
            "tracker = HandTracker(file, 2)\n"
            "for i in range(3): tracker.detect(np.zeros((240, 320, 3), np.uint8), i / 30)\n"
            f"{ending}\n"
        )
        done = self.run(program, landmarker_file)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def test_the_native_side_is_heard_when_asked(self, landmarker_file: Path) -> None:
        program = (
            "import logging; logging.basicConfig(level=logging.DEBUG)\n"
            "from models.hand.tracker import HandTracker\n"
            "with HandTracker(file, 1) as tracker: tracker.detect(np.zeros((240, 320, 3), np.uint8), 0)\n"
        )
        assert "DEBUG:models.hand.messages:INFO: Created TensorFlow Lite" in self.run(program, landmarker_file).stderr

    def test_matplotlib_and_sound_come_only_when_somebody_wants_them(self, landmarker_file: Path) -> None:
        program = (
            "from models.hand.tracker import HandTracker\n"
            "print('mediapipe' in sys.modules)\n"
            "with HandTracker(file, 1) as tracker: tracker.detect(np.zeros((240, 320, 3), np.uint8), 0)\n"
            "print('mediapipe' in sys.modules, *({'matplotlib', 'sounddevice'} & set(sys.modules)))\n"
            "import matplotlib; matplotlib.use('agg')\n"
            "import matplotlib.pyplot as plt\n"
            "from matplotlib.figure import Figure\n"
            "print(isinstance(plt.figure(), Figure))\n"
            "import mediapipe\n"
            "print(mediapipe.tasks.vision.drawing_utils.plt is plt)\n"
            "print(mediapipe.tasks.vision.drawing_styles.get_default_hand_landmarks_style() != {})\n"
            "print(mediapipe.tasks.audio.AudioClassifier.__name__, mediapipe.tasks.text.TextClassifier.__name__)\n"
        )
        done = self.run(program, landmarker_file)
        assert done.stderr == ""
        names = "AudioClassifier TextClassifier"
        assert done.stdout.splitlines() == ["False", "True", "True", "True", "True", names]


def test_missing_system_library_is_named(landmarker_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(options: object) -> None:
        raise OSError("libGLESv2.so.2: cannot open shared object file: No such file or directory")

    landmarkers = import_mediapipe().tasks.vision.HandLandmarker
    monkeypatch.setattr(landmarkers, "create_from_options", fail)
    with pytest.raises(MissingLibraryError, match=r"needs the system library libGLESv2\.so\.2") as caught:
        HandTracker(landmarker_file)
    assert caught.value.library == "libGLESv2.so.2"
