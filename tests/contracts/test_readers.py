"""One contract over every reader: the same hands come out of whatever they were written into."""

from __future__ import annotations

import csv
import functools
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from gesture_app.capture.demo import DemoSource
from models.errors import GestureError
from models.gesture.gestures import GESTURES, NO_GESTURE
from models.gesture.prior import Prior
from models.hand.landmarks import Hand
from models.hand.opencv import cv2
from models.home import Home
from models.samples import NewSample, Opinion, SampleStore
from trainer.data.writing import write_dataset
from trainer.dataset import COORDINATES, DataError
from trainer.progress import Cancelled, Progress
from trainer.readers import read
from trainer.readers.drawn import DRAWS, NO_GESTURE_DRAWS

LABELS = ("call", "fist", "like", "palm", "peace", NO_GESTURE)
SIZE = (640, 480)


@dataclass(frozen=True)
class Expected:
    """What a reader must give for a source.

    ``points`` are x and y in the units that the reader promises; the other texts are None where the source has none.
    """

    source: str | Path
    points: np.ndarray | None
    labels: list[str] | None
    groups: list[str] | None = None
    options: dict[str, object] | None = None


def hands() -> tuple[np.ndarray, list[str]]:
    """Twelve hands in pixels of a 640 x 480 picture, ``(12, 21, 3)``, and their labels."""
    rng = np.random.default_rng(0)
    prior = Prior.load()
    labels = [label for label in LABELS for _ in range(2)]
    rows = np.concatenate([prior.draw(label, 1, rng) for label in labels]).reshape(-1, 21, 3)
    rows[:, :, 2] = rng.normal(0, 20, rows.shape[:2])
    return rows.round(3).astype(np.float32), labels


def write_table(path: Path, points: np.ndarray, labels: list[str], *, delimiter: str = ",", **columns: list) -> Path:
    names = [*COORDINATES, *columns, "label"]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(names)
        for number, (hand, label) in enumerate(zip(points, labels, strict=True)):
            cells = ["" if np.isnan(value) else repr(float(value)) for value in hand.reshape(-1)]
            writer.writerow([*cells, *(values[number] for values in columns.values()), label])
    return path


def pixels_table(folder: Path) -> Expected:
    points, labels = hands()
    groups = [f"person {number % 3}" for number in range(len(labels))]
    path = write_table(folder / "pixels.csv", points, labels, user_id=groups, note=["kept"] * 12)
    return Expected(path, points[:, :, :2], labels, groups)


def semicolon_table(folder: Path) -> Expected:
    points, labels = hands()
    return Expected(write_table(folder / "table.txt", points, labels, delimiter=";"), points[:, :, :2], labels)


def normalised_table(folder: Path) -> Expected:
    points, labels = hands()
    shares = points / (640, 480, 640)
    path = write_table(folder / "n.csv", shares, labels, img_w=[640] * 12, img_h=[480] * 12)
    return Expected(path, points[:, :, :2], labels)


def wrist_centred_table(folder: Path) -> Expected:
    points, labels = hands()
    centred = points - points[:, :1]
    centred /= np.abs(centred[:, :, :2]).max(axis=(1, 2), keepdims=True)
    centred[::2, :, 2] = np.nan
    return Expected(write_table(folder / "w.csv", centred, labels), centred[:, :, :2], labels)


def unlabelled_table(folder: Path) -> Expected:
    points, _ = hands()
    path = folder / "unlabelled.csv"
    np.savetxt(path, points.reshape(12, -1), delimiter=",", header=",".join(COORDINATES), comments="", fmt="%.3f")
    return Expected(path, points[:, :, :2], ["wave"] * 12, options={"label": "wave"})


def folder_of_tables(folder: Path) -> Expected:
    points, labels = hands()
    (folder / "tables" / "more").mkdir(parents=True)
    write_table(folder / "tables" / "a.csv", points[:6], labels[:6])
    write_table(folder / "tables" / "more" / "b.csv", points[6:], labels[6:])
    (folder / "tables" / "README.md").write_text("what this is")
    return Expected(folder / "tables", points[:, :, :2], labels)


def annotations(folder: Path, landmarks: str = "landmarks", **more: object) -> Expected:
    """Two hands an image, as people annotate them."""
    points, labels = hands()
    shares = (points[:, :, :2] / SIZE).tolist()
    entries = {
        f"image-{number}": {
            "bboxes": [[0, 0, 1, 1], [0, 0, 1, 1]],
            "labels": labels[2 * number : 2 * number + 2],
            landmarks: shares[2 * number : 2 * number + 2],
            "user_id": f"user {number % 2}",
            **more,
        }
        for number in range(6)
    }
    path = folder / "annotations.json"
    path.write_text(json.dumps(entries))
    groups = [f"user {number // 2 % 2}" for number in range(12)]
    scale = np.array([1000, 750], np.float32) / SIZE
    return Expected(path, points[:, :, :2] * scale, labels, groups, {"aspect": (4, 3)})


def annotations_of_the_second_version(folder: Path) -> Expected:
    return annotations(
        folder, "hand_landmarks", united_bbox=[[0, 0, 1, 1]], united_label=["x"], meta={"age": [24.4], "race": ["?"]}
    )


def annotations_with_pictures(folder: Path) -> Expected:
    made = annotations(folder, leading_hand="left", leading_conf=1.0)
    (folder / "pictures" / "call").mkdir(parents=True)
    for number in range(6):
        Image.new("RGB", SIZE).save(folder / "pictures" / "call" / f"image-{number}.jpg")
    return Expected(made.source, hands()[0][:, :, :2], made.labels, made.groups, {"images": folder / "pictures"})


def parquet(folder: Path) -> Expected:
    made = pixels_table(folder)
    write_dataset(read(made.source), folder / "data.parquet")
    return Expected(folder / "data.parquet", made.points, made.labels, made.groups)


def foreign_parquet(folder: Path) -> Expected:
    """As pandas writes it: float64, a category, an index column."""
    points, labels = hands()
    columns = {name: points.reshape(12, -1)[:, place].astype(np.float64) for place, name in enumerate(COORDINATES)}
    table = pa.table({"__index_level_0__": range(12), **columns, "label": pa.array(labels).dictionary_encode()})
    pq.write_table(table, folder / "foreign.parquet")
    return Expected(folder / "foreign.parquet", points[:, :, :2], labels)


def store(folder: Path) -> Expected:
    points, labels = hands()
    path = folder / "samples.db"
    with SampleStore(path) as opened:
        session = opened.start_session()
        for number in range(0, 12, 2):
            take = opened.start_take(session, labels[number])
            both = [Hand(points[place], "Left", 0.5, SIZE) for place in (number, number + 1)]
            opened.add(take, [NewSample(hand, 1.0, Opinion("like", 0.75, "7")) for hand in both])
        hidden = opened.start_take(session, "like", check=True)
        opened.add(hidden, [NewSample(Hand(points[0], None, 1.0, SIZE), 2.0)])
    return Expected(path, points[:, :, :2], labels)


def recorded_samples(folder: Path) -> Expected:
    made = store(folder / "home")
    return Expected("samples", made.points, made.labels)


def prior(folder: Path) -> Expected:
    counts = {label: NO_GESTURE_DRAWS if label == NO_GESTURE else DRAWS for label in sorted([*GESTURES, NO_GESTURE])}
    return Expected("prior", None, [label for label, count in counts.items() for _ in range(count)])


@functools.cache
def shown() -> dict[str, list[np.ndarray]]:
    """Pictures of the rendered hand by what it shows: two each."""
    demo = DemoSource()
    numbers = {"palm": 10, "four": 60, "one": 300}
    return {label: [demo.frame(number + place).picture for place in range(2)] for label, number in numbers.items()}


def pictures(folder: Path) -> Expected:
    labels = []
    for label, found in shown().items():
        (folder / "photos" / label / "Änne").mkdir(parents=True)
        for number, picture in enumerate(found):
            _, content = cv2.imencode(".png", picture)
            (folder / "photos" / label / "Änne" / f"{number}.png").write_bytes(content)
    labels = [label for label in sorted(shown()) for _ in range(2)]
    return Expected(folder / "photos", None, labels, ["Änne"] * 6)


def folder_of_one_label(folder: Path) -> Expected:
    pictures(folder)
    return Expected(folder / "photos" / "palm" / "Änne", None, ["palm"] * 2, options={"label": "palm"})


def video(folder: Path) -> Expected:
    path = folder / "palm.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, (640, 480))
    for picture in shown()["palm"] * 2:
        writer.write(picture)
    writer.release()
    return Expected(path, None, ["palm"] * 4, ["palm.avi"] * 4, {"label": "palm"})


MEDIA = {maker.__name__: maker for maker in (pictures, folder_of_one_label, video)}
MAKERS: dict[str, Callable[[Path], Expected]] = {
    maker.__name__: maker
    for maker in (
        pixels_table,
        semicolon_table,
        normalised_table,
        wrist_centred_table,
        unlabelled_table,
        folder_of_tables,
        annotations,
        annotations_of_the_second_version,
        annotations_with_pictures,
        parquet,
        foreign_parquet,
        store,
        recorded_samples,
        prior,
    )
}


WITHOUT_A_FILE = {"folder_of_tables", "recorded_samples", "prior", "pictures", "folder_of_one_label"}


@pytest.fixture(params=[*MAKERS, *MEDIA])
def expected(request: pytest.FixtureRequest, tmp_path: Path, home: Home) -> Expected:
    if request.param in MAKERS:
        return MAKERS[request.param](tmp_path)
    landmarker = request.getfixturevalue("landmarker_file")
    made = MEDIA[request.param](tmp_path)
    return replace(made, options={"landmarker": landmarker, **(made.options or {})})


class Watching(Progress):
    """Counts what it is told, and cancels at the first word when it is asked to."""

    def __init__(self, *, cancels: bool = False) -> None:
        super().__init__("quiet")
        self.told: list[tuple[str, float, float | None]] = []
        self._cancels = cancels

    def advance(self, event: str, done: float, total: float | None, message: str = "", **more: object) -> None:
        self.told.append((event, done, total))
        if self._cancels:
            raise Cancelled


def test_it_gives_the_hands_with_their_labels(expected: Expected) -> None:
    dataset = read(expected.source, **(expected.options or {}))
    if expected.points is not None:
        np.testing.assert_allclose(dataset.hands.points[:, :, :2], expected.points, atol=2e-3)
    if expected.labels is not None:
        assert dataset.labels.tolist() == expected.labels
    if expected.groups is not None:
        assert dataset.groups.tolist() == expected.groups
    assert dataset.rejected == ()
    assert dataset.rows.dtype == np.float32
    assert dataset.rows.shape == (len(dataset), 63)


def test_every_hand_can_be_told_and_has_a_source(expected: Expected) -> None:
    dataset = read(expected.source, **(expected.options or {}))
    pairs = list(zip(dataset.sources.tolist(), dataset.ids.tolist(), strict=True))
    assert len(set(pairs)) == len(dataset)
    assert all(source and name for source, name in pairs)


def test_reading_twice_gives_the_same_digest(expected: Expected) -> None:
    digests = {read(expected.source, **(expected.options or {})).digest for _ in range(2)}
    assert len(digests) == 1


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_it_survives_being_written(expected: Expected, tmp_path: Path, suffix: str) -> None:
    before = read(expected.source, **(expected.options or {}))
    write_dataset(before, tmp_path / f"copy{suffix}")
    after = read(tmp_path / f"copy{suffix}")
    assert after.digest == before.digest
    for column in ("labels", "groups", "ids", "sources"):
        np.testing.assert_array_equal(getattr(after, column), getattr(before, column))
    np.testing.assert_array_equal(after.hands.score, before.hands.score)
    assert {name: column.decode().tolist() for name, column in after.extras.items()} == {
        name: column.decode().tolist() for name, column in before.extras.items()
    }
    if suffix == ".parquet":
        assert set(before.notes) <= set(after.notes)


def test_labels_that_are_not_in_the_list_are_refused_with_their_place(expected: Expected) -> None:
    whole = read(expected.source, **(expected.options or {}))
    wanted = whole.classes[0]
    if whole.classes == (wanted,):
        with pytest.raises(DataError, match="not in the given list"):
            read(expected.source, labels=["something else"], **(expected.options or {}))
        return
    some = read(expected.source, labels=[wanted], **(expected.options or {}))
    assert some.classes == (wanted,)
    assert len(some) + sum(entry.count for entry in some.rejected) == len(whole)
    assert all("not in the given list" in entry.reason and entry.file and entry.places for entry in some.rejected)


def test_progress_comes_to_its_end(expected: Expected) -> None:
    progress = Watching()
    read(expected.source, progress=progress, **(expected.options or {}))
    last = {event: (done, total) for event, done, total in progress.told}
    assert last
    assert all(done == total for done, total in last.values())


def test_it_can_be_cancelled(expected: Expected) -> None:
    with pytest.raises(Cancelled):
        read(expected.source, progress=Watching(cancels=True), **(expected.options or {}))


@pytest.mark.parametrize("keep", [0, 1, 10, 300])
@pytest.mark.parametrize("expected", [name for name in (*MAKERS, *MEDIA) if name not in WITHOUT_A_FILE], indirect=True)
def test_a_cut_file_is_told_in_a_sentence_or_counted(expected: Expected, keep: int) -> None:
    path = Path(expected.source)
    path.write_bytes(path.read_bytes()[:keep])
    dataset, told = None, ""
    try:
        dataset = read(path, **(expected.options or {}))
    except GestureError as error:
        told = str(error)
    if dataset is None:
        assert told.endswith(".")
        assert len(told) > 20
    else:
        assert dataset.rejected or len(dataset) < len(expected.labels)
