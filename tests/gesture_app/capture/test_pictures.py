from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gesture_app.capture.pictures import PicturesSource, natural_key, read_picture
from models.hand.opencv import cv2


def turned_jpeg(orientation: int) -> bytes:
    """A 40 x 20 JPEG, dark on the left, that asks to be turned (Exif 2.3, tag 0x0112)."""
    picture = np.full((20, 40, 3), 255, np.uint8)
    picture[:, :20] = 0
    content = cv2.imencode(".jpg", picture)[1].tobytes()
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    exif = b"Exif\0\0" + b"II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0)
    return content[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + content[2:]


@pytest.mark.parametrize(
    ("orientation", "shape", "dark"), [(1, (20, 40), "left"), (3, (20, 40), "right"), (6, (40, 20), "top")]
)
def test_pictures_are_turned_upright(tmp_path: Path, orientation: int, shape: tuple[int, int], dark: str) -> None:
    path = tmp_path / "größe 1.jpg"
    path.write_bytes(turned_jpeg(orientation))
    picture = read_picture(path)
    assert picture is not None
    assert picture.shape[:2] == shape
    halves = {"left": picture[:, :5], "right": picture[:, -5:], "top": picture[:5]}
    assert halves[dark].mean() < 60


@pytest.mark.parametrize(
    "image",
    [
        np.full((8, 8), 100, np.uint8),
        np.full((8, 8), 100 << 8, np.uint16),
        np.full((8, 8, 4), 100, np.uint8),
        np.full((1, 1, 3), 100, np.uint8),
    ],
)
def test_grey_deep_and_transparent_pictures_become_colour_pictures(tmp_path: Path, image: np.ndarray) -> None:
    assert cv2.imwrite(str(tmp_path / "a.png"), image)
    picture = read_picture(tmp_path / "a.png")
    assert picture is not None
    assert picture.shape == (*image.shape[:2], 3)
    assert abs(int(picture[0, 0, 0]) - 100) <= 1


def test_pictures_in_subfolders_count_where_the_folder_has_none(tmp_path: Path) -> None:
    for file in ("like/2.png", "like/10.png", "fist/1.png", ".thumbnails/1.png", "like/deeper/1.png"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(tmp_path / file), np.zeros((4, 4, 3), np.uint8))
    source = PicturesSource(tmp_path)
    source.open()
    files = []
    while (frame := source.read()) is not None:
        files.append(frame.file)
    source.close()
    assert files == ["fist/1.png", "like/2.png", "like/10.png"]


def test_a_hidden_folder_that_was_named_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = tmp_path / ".captures"
    (hidden / "below").mkdir(parents=True)
    assert cv2.imwrite(str(hidden / "1.png"), np.zeros((4, 4, 3), np.uint8))
    monkeypatch.chdir(hidden / "below")
    for named in (hidden, Path("..")):
        source = PicturesSource(named)
        source.open()
        frame = source.read()
        source.close()
        assert frame is not None
        assert frame.file == "1.png"


@settings(max_examples=50)
@given(st.lists(st.text(max_size=12)))
def test_any_names_can_be_ordered(names: list[str]) -> None:
    ordered = sorted(names, key=natural_key)
    assert [natural_key(name) for name in ordered] == sorted(natural_key(name) for name in names)


def test_numbers_in_names_count_as_numbers() -> None:
    names = ["a10.jpg", "A2.jpg", "a1.jpg", "b.jpg", "3.jpg", "20.jpg"]
    assert sorted(names, key=natural_key) == ["3.jpg", "20.jpg", "a1.jpg", "A2.jpg", "a10.jpg", "b.jpg"]
