from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gesture_app.system_libraries import (
    DETECTION,
    WIDGETS,
    explain,
    missing_for_window,
    missing_libraries,
    named_in,
)

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="other systems bring these libraries")


@linux_only
def test_the_loader_is_asked() -> None:
    assert missing_libraries(["libc.so.6", "libof-no-system.so.7"]) == ["libof-no-system.so.7"]


@linux_only
def test_the_loaders_own_words_are_understood() -> None:
    import ctypes

    with pytest.raises(OSError, match="libof-no-system") as caught:
        ctypes.CDLL("libof-no-system.so.7")
    assert named_in(caught.value) == "libof-no-system.so.7"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("libGL.so.1: cannot open shared object file: No such file or directory", "libGL.so.1"),
        ("/usr/lib/x86_64-linux-gnu/libEGL.so.1: file too short", "libEGL.so.1"),
        ("libstdc++.so.6: cannot open shared object file: No such file or directory", "libstdc++.so.6"),
        ("No module named 'cv2'", None),
        ("libGL.so.1: undefined symbol: x", None),
    ],
)
def test_the_library_is_found_in_an_error(text: str, name: str | None) -> None:
    assert named_in(ImportError(text)) == name


def test_one_line_for_each_family_of_distributions() -> None:
    text = explain(["libGL.so.1", "libxcb-cursor.so.0", "libGL.so.1"])
    first, debian, fedora, arch = text.splitlines()
    assert first.startswith("This program needs the system libraries libGL.so.1, libxcb-cursor.so.0, which are")
    assert debian.split(maxsplit=2)[2] == "sudo apt-get install libgl1 libxcb-cursor0"
    assert fedora.split(maxsplit=1)[1] == "sudo dnf install mesa-libGL xcb-util-cursor"
    assert arch.split(maxsplit=1)[1] == "sudo pacman -S libglvnd xcb-util-cursor"


def test_a_library_that_is_not_known_is_named_all_the_same() -> None:
    text = explain(["libstrange.so.3"])
    assert "libstrange.so.3" in text
    assert "\n" not in text
    assert explain(["libstrange.so.3", "libGL.so.1"]).count("libstrange.so.3") == 2


@linux_only
@pytest.mark.parametrize("hidden", ["libxcb-cursor.so.0", "libEGL.so.1"])
def test_a_hidden_library_is_missed_before_qt_starts(tmp_path: Path, hidden: str) -> None:
    if hidden in missing_libraries([hidden]):
        pytest.skip(f"{hidden} is missing here in earnest")
    # An empty file of that name, found first, is what the loader sees instead.
    (tmp_path / hidden).touch()
    script = "from gesture_app.system_libraries import *; print(*missing_for_window(wayland=False))"
    run = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "LD_LIBRARY_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert hidden in run.stdout.split()
    assert set(missing_for_window(wayland=False)) < set(run.stdout.split())


@linux_only
def test_a_missing_library_ends_the_program_with_the_line_that_installs_it(tmp_path: Path) -> None:
    if missing_libraries([*DETECTION, *WIDGETS]):
        pytest.skip("libraries are missing here in earnest")
    (tmp_path / "libGL.so.1").touch()
    variables = {**os.environ, "LD_LIBRARY_PATH": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    run = subprocess.run(
        [sys.executable, "-m", "gesture_app.cli", "--source", "demo"],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 1
    assert run.stdout == ""
    assert "sudo apt-get install libgl1" in run.stderr
    assert "sudo dnf install mesa-libGL" in run.stderr
    assert "Traceback" not in run.stderr
