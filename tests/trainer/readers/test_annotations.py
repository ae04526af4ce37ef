from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainer.dataset import DataError
from trainer.readers import read
from trainer.readers.annotations import match_boxes

HAND = [[0.2 + 0.01 * number, 0.3 + 0.005 * number**1.2] for number in range(21)]


def entry(**more: object) -> dict:
    return {"bboxes": [[0, 0, 1, 1]], "labels": ["call"], "landmarks": [HAND], "user_id": "u", **more}


def write(folder: Path, name: str = "call.json", **entries: object) -> Path:
    path = folder / name
    path.write_text(json.dumps(entries))
    return path


def test_landmarks_become_isotropic_by_the_default_aspect_and_it_is_said(tmp_path: Path) -> None:
    dataset = read(write(tmp_path, a=entry()))
    expected = np.array(HAND, np.float32) * (750, 1000)
    np.testing.assert_allclose(dataset.hands.points[0, :, :2], expected, rtol=1e-5)
    assert np.isnan(dataset.hands.points[:, :, 2]).all()
    assert dataset.hands.image_size.tolist() == [[0, 0]]
    assert "3:4 was assumed for all (the default" in dataset.notes[0]
    given = read(write(tmp_path, a=entry()), aspect=(16, 9))
    assert "16:9 was assumed for all (given" in given.notes[0]


def test_picture_sizes_are_read_as_the_picture_is_shown(tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    Image.new("RGB", (300, 200)).save(folder / "lying.jpg")
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.new("RGB", (300, 200)).save(folder / "turned.jpg", exif=turned)
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff nothing")
    path = write(tmp_path, lying=entry(), turned=entry(), broken=entry(), absent=entry())
    dataset = read(path, images=folder)
    assert dataset.hands.image_size.tolist() == [[300, 200], [200, 300]]
    assert dataset.notes == ()
    (missing,) = dataset.rejected
    assert missing.count == 2
    assert missing.places == ("image broken, hand 0", "image absent, hand 0")


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, a=entry())
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="holds no pictures"):
        read(path, images=tmp_path / "empty")
    with pytest.raises(DataError, match="is none"):
        read(path, images=tmp_path / "absent")


def test_the_leading_hand_is_that_of_the_only_gesture(tmp_path: Path) -> None:
    both = {"bboxes": [[0, 0, 1, 1]] * 2, "landmarks": [HAND, HAND]}
    path = write(
        tmp_path,
        one=entry(leading_hand="left"),
        two=entry(**both, labels=["no_gesture", "call"], leading_hand="right"),
        same=entry(**both, labels=["call", "call"], leading_hand="right"),
        unsaid=entry(),
    )
    assert read(path).hands.handedness.tolist() == [0, -1, 1, -1, -1, -1]


def test_what_is_wrong_with_an_entry_is_counted_with_its_image(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        empty=entry(landmarks=[[]]),
        short=entry(landmarks=[HAND[:20]]),
        deep=entry(landmarks=[[[point] for point in HAND]]),
        words=entry(landmarks=[[["a", "b"]] * 21]),
        null=entry(landmarks=[[[None, 0.5]] * 21]),
        number=7,
        unlabelled={"bboxes": []},
        more=entry(labels=["call", "like"], bboxes=[[0, 0, 0.1, 0.1]]),
        point=entry(landmarks=[[[0.5, 0.5]] * 21]),
        good=entry(),
    )
    dataset = read(path)
    assert dataset.ids.tolist() == ["good:0"]
    assert {entry.reason: entry.places for entry in dataset.rejected} == {
        "the annotation has no landmarks for the hand": ("image empty, hand 0",),
        "a hand does not have 21 landmarks of two numbers": (
            "image short, hand 0",
            "image deep, hand 0",
            "image words, hand 0",
        ),
        "the entry is not an image with bboxes and labels": ("image number", "image unlabelled"),
        "landmarks and labels of the image differ in number": ("image more",),
        "x or y of a landmark is missing or not a number": ("image null, hand 0",),
        "the hand has no size: all landmarks lie on one point": ("image point, hand 0",),
    }


def test_broken_json_keeps_what_came_before_and_says_where(tmp_path: Path) -> None:
    path = write(tmp_path, a=entry(), b=entry())
    path.write_text(path.read_text().replace('"b"', '\n"b" broken'))
    dataset = read(path)
    assert len(dataset) == 1
    (broken,) = dataset.rejected
    assert "broken JSON" in broken.reason
    assert broken.places[0].startswith("line 2")


def test_one_broken_file_of_a_folder_does_not_lose_the_others(tmp_path: Path) -> None:
    write(tmp_path, "a.json", a=entry())
    (tmp_path / "b.json").write_text("{nothing")
    dataset = read(tmp_path)
    assert len(dataset) == 1
    assert dataset.rejected[0].file == "b.json"


def test_landmarks_of_a_detector_are_matched_to_the_boxes_that_people_drew() -> None:
    left, right = [[0.1, 0.1], [0.2, 0.2]], [[0.8, 0.8], [0.9, 0.9]]
    boxes = [[0.7, 0.7, 0.25, 0.25], [0.05, 0.05, 0.2, 0.2]]
    assert match_boxes([left, right], boxes) == [right, left]
    assert match_boxes([left], boxes) == [[], left]
    assert match_boxes([[[0.5, 0.5]]], boxes) == [[], []]
    assert match_boxes([], boxes) == [[], []]
    assert match_boxes([left], [["a", 1, 2, 3]]) is None
    assert match_boxes(["word"], boxes) is None


def test_fewer_landmarks_than_boxes_in_the_second_version(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        a={
            "bboxes": [[0.7, 0.7, 0.2, 0.2], [0.1, 0.2, 0.4, 0.4]],
            "labels": ["no_gesture", "call"],
            "united_bbox": None,
            "hand_landmarks": [HAND],
        },
    )
    dataset = read(path)
    assert dataset.labels.tolist() == ["call"]
    assert dataset.rejected[0].places == ("image a, hand 0",)


def test_real_annotations(shared_data: Path) -> None:
    dataset = read(shared_data / "hagrid_annotations")
    counts = dataset.label_column.counts()
    assert len(dataset) == 2482
    assert counts.pop("no_gesture") == 724
    assert sum(counts.values()) == 1758
    assert sum(entry.count for entry in dataset.rejected) == 216
    assert len(dataset.group_column.used()) == 1215
