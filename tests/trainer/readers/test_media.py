from __future__ import annotations

import io
import multiprocessing
import os
import select
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gesture_app.capture.demo import DemoSource
from models.hand.landmarks import Hand
from models.hand.opencv import cv2
from trainer.dataset import DataError
from trainer.progress import Cancelled, Progress
from trainer.readers import pictures, read
from trainer.readers.media import fetching, labelled_hands


@pytest.fixture(scope="module")
def shown() -> dict[str, np.ndarray]:
    demo = DemoSource()
    return {"palm": demo.frame(10).picture, "one": demo.frame(300).picture}


def save(path: Path, picture: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    _, content = cv2.imencode(path.suffix, picture)
    path.write_bytes(content)


def test_pictures_are_found_refused_and_passed_over(
    tmp_path: Path, landmarker_file: Path, shown: dict[str, np.ndarray]
) -> None:
    save(tmp_path / "palm" / "Änne" / "a.png", shown["palm"])
    save(tmp_path / "palm" / "empty.png", np.full((200, 200, 3), 90, np.uint8))
    (tmp_path / "palm" / "broken.jpg").write_bytes(b"\xff\xd8\xff no more")
    (tmp_path / "palm" / "nothing.jpg").write_bytes(b"")
    (tmp_path / "palm" / "notes.txt").write_text("two people")
    (tmp_path / "palm" / ".hidden.png").write_bytes(b"x")
    save(tmp_path / "loose.png", shown["one"])
    dataset = read(tmp_path, landmarker=landmarker_file)
    assert dataset.labels.tolist() == ["palm"]
    assert dataset.groups.tolist() == ["Änne"]
    assert dataset.hands.image_size.tolist() == [[640, 480]]
    assert dataset.hands.handedness[0] in {0, 1}
    assert 0.5 < dataset.hands.score[0] <= 1
    assert {entry.reason: entry.places for entry in dataset.rejected} == {
        "unreadable picture": ("palm/broken.jpg", "palm/nothing.jpg"),
        "no hand was found in the picture": ("palm/empty.png",),
        pictures.NO_LABEL: ("loose.png",),
    }
    assert "1 files" in dataset.notes[0]
    assert "notes.txt" in dataset.notes[0]


def test_pictures_of_one_folder_take_its_name(
    tmp_path: Path, landmarker_file: Path, shown: dict[str, np.ndarray]
) -> None:
    for number in range(2):
        save(tmp_path / "palm" / f"{number}.png", shown["palm"])
    dataset = read(tmp_path / "palm", landmarker=landmarker_file)
    assert dataset.labels.tolist() == ["palm", "palm"]
    assert "its name palm" in dataset.notes[0]


def test_worker_processes_give_the_same_in_the_same_order(
    tmp_path: Path, landmarker_file: Path, shown: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    for label, picture in shown.items():
        for number in range(9):
            save(tmp_path / label / f"{number}.jpg", picture[:, 10 * number :])
    (tmp_path / "one" / "4.jpg").write_bytes(b"\xff\xd8\xff")
    alone = read(tmp_path, landmarker=landmarker_file, jobs=1)
    monkeypatch.setattr(pictures, "FEW", 1)
    together = read(tmp_path, landmarker=landmarker_file, jobs=2)
    assert together.digest == alone.digest
    assert together.ids.tolist() == alone.ids.tolist()
    assert together.rejected == alone.rejected
    assert multiprocessing.active_children() == []


def test_cancelling_leaves_no_worker(
    tmp_path: Path, landmarker_file: Path, shown: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    class CancelsAtOnce(Progress):
        def advance(self, event: str, done: float, total: float | None, message: str = "", **more: object) -> None:
            raise Cancelled

    for number in range(16):
        save(tmp_path / "palm" / f"{number}.png", shown["palm"])
    monkeypatch.setattr(pictures, "FEW", 1)
    with pytest.raises(Cancelled):
        read(tmp_path, landmarker=landmarker_file, jobs=2, progress=CancelsAtOnce("quiet"))
    assert multiprocessing.active_children() == []


ORPHANS = """
import sys
from pathlib import Path
from trainer.readers import pictures, read
from trainer.progress import Progress
pictures.FEW = 1

class Tells(Progress):
    def advance(self, event, done, total, message="", **more):
        import multiprocessing
        print(*[child.pid for child in multiprocessing.active_children()], flush=True)
        sys.stdin.read()

if __name__ == "__main__":
    read(sys.argv[1], landmarker=Path(sys.argv[2]), jobs=2, progress=Tells("quiet"))
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for processes that are not its own children")
def test_workers_end_when_their_parent_is_killed(
    tmp_path: Path, landmarker_file: Path, shown: dict[str, np.ndarray]
) -> None:
    for number in range(16):
        save(tmp_path / "photos" / "palm" / f"{number}.png", shown["palm"])
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS)
    parent = subprocess.Popen(
        [sys.executable, script, tmp_path / "photos", landmarker_file], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        workers = [os.pidfd_open(int(number)) for number in parent.stdout.readline().split()]
        assert len(workers) == 2
        parent.kill()
        for worker in workers:
            assert select.select([worker], [], [], 20)[0], "the worker still runs"
            os.close(worker)
    finally:
        parent.kill()
        parent.communicate(timeout=10)


def test_a_video_is_one_group_with_a_hand_a_frame(
    tmp_path: Path, landmarker_file: Path, shown: dict[str, np.ndarray]
) -> None:
    path = tmp_path / "take one.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, (640, 480))
    for picture in (shown["palm"], shown["palm"], np.full_like(shown["palm"], 80)):
        writer.write(picture)
    writer.release()
    dataset = read(path, label="palm", landmarker=landmarker_file)
    assert dataset.ids.tolist() == ["take one.avi#0", "take one.avi#1"]
    assert set(dataset.groups) == {"take one.avi"}
    (entry,) = dataset.rejected
    assert (entry.reason, entry.places) == ("no hand was found in the frame", ("frame 2",))
    with pytest.raises(DataError, match="give --label"):
        read(path, landmarker=landmarker_file)
    (tmp_path / "folder" / "palm").mkdir(parents=True)
    shutil.copy(path, tmp_path / "folder" / "palm")
    assert read(tmp_path / "folder", landmarker=landmarker_file).label_column.counts() == {"palm": 2}


def test_a_video_too_large_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "large.avi"
    film = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"FFV1"), 30, (64, 48))
    film.write(np.zeros((48, 64, 3), np.uint8))
    film.release()
    content, small = path.read_bytes(), struct.pack("<ii", 64, 48)
    path.write_bytes(content.replace(small, struct.pack("<ii", 16384, 8300)))

    with pytest.raises(DataError, match="16384 x 8300 pixels"):
        read(path, label="palm")


def test_which_hands_a_label_is_about() -> None:
    points = np.random.default_rng(0).normal(100, 10, (21, 3)).astype(np.float32)
    small, large = (Hand(points * scale, "Left", 1.0, (640, 480)) for scale in (1, 2))
    assert labelled_hands([small, large], "like") == [large]
    assert labelled_hands([small, large], "no_gesture") == [small, large]
    assert labelled_hands([], "like") == []


def test_a_download_is_told_once_and_can_be_cancelled() -> None:
    stream = io.StringIO()
    progress = Progress("bar", stream)
    tell = fetching(progress)
    for share in (0.0, 0.2, 0.95):
        tell("Fetching the models", share)
    tell("It is ready.", 1.0)
    assert stream.getvalue() == "Fetching the models\nIt is ready.\n"
    progress.cancel()
    with pytest.raises(Cancelled):
        tell("Fetching the models", 0.3)
