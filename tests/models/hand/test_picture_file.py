from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from gesture_app.capture.pixels import as_picture
from gesture_app.capture.source import SourceError
from models.hand.opencv import LARGEST_PIXELS, cv2
from models.hand.picture_file import load_picture


def png(width: int, height: int) -> bytes:
    """A sound PNG of one colour that takes a few kilobytes, whatever its size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    content = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", content) + chunk(b"IEND", b"")


def test_a_small_file_that_asks_for_much_memory_is_not_decoded(tmp_path: Path) -> None:
    (tmp_path / "bomb.png").write_bytes(png(16_384, 8_300))
    (tmp_path / "8k.png").write_bytes(png(7680, 4320))
    assert (tmp_path / "bomb.png").stat().st_size < 40_000
    assert load_picture(tmp_path / "bomb.png") is None
    picture = load_picture(tmp_path / "8k.png")
    assert picture is not None
    assert picture.shape == (4320, 7680, 3)


def test_files_without_end_are_not_read(tmp_path: Path) -> None:
    with (tmp_path / "hole.png").open("wb") as file:
        file.truncate(2**40)
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "zeros.png").symlink_to("/dev/zero")
    for name in ("hole.png", "pipe.png", "zeros.png", "absent.png"):
        assert load_picture(tmp_path / name) is None


def test_a_frame_too_large_is_refused() -> None:
    huge = np.lib.stride_tricks.as_strided(np.zeros(3, np.uint8), (16_384, 8_300, 3), (0, 0, 1))
    with pytest.raises(SourceError, match="8300 x 16384 pixels"):
        as_picture(huge)


def test_the_smallest_picture_is_read(tmp_path: Path) -> None:
    assert cv2.imwrite(str(tmp_path / "one.png"), np.zeros((1, 1), np.uint16))
    picture = load_picture(tmp_path / "one.png")
    assert picture is not None
    assert picture.shape == (1, 1, 3)
    assert LARGEST_PIXELS > 7680 * 4320
