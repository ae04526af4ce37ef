from __future__ import annotations

import socket
from pathlib import Path

import pytest

from gesture_app.display import find_display


def test_without_any_variable_there_is_none() -> None:
    display = find_display({}, "linux")
    assert not display.usable
    assert "neither DISPLAY nor WAYLAND_DISPLAY" in display.words


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_have_their_own(platform: str) -> None:
    assert find_display({}, platform).usable


@pytest.mark.parametrize("asked", ["offscreen", "minimal", "vnc:size=640x480"])
def test_what_qt_draws_without_a_server_is_enough(asked: str) -> None:
    assert find_display({"QT_QPA_PLATFORM": asked}, "linux").usable


def test_qt_told_to_use_a_server_needs_one() -> None:
    assert not find_display({"QT_QPA_PLATFORM": "xcb"}, "linux").usable


@pytest.mark.parametrize("name", [":4711", ":4711.0", "127.0.0.1:4711", "unix:4711"])
def test_a_server_that_does_not_answer_is_none(name: str) -> None:
    display = find_display({"DISPLAY": name}, "linux")
    assert not display.usable
    assert "does not answer" in display.words


def test_an_x_server_that_answers() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        number = listener.getsockname()[1] - 6000
        display = find_display({"DISPLAY": f"127.0.0.1:{number}.0"}, "linux")
    assert display.usable
    assert not display.wayland


def test_a_wayland_server_that_answers_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(socket, "AF_UNIX"):
        pytest.skip("this system has no sockets in files")
    monkeypatch.chdir(tmp_path)
    variables = {"WAYLAND_DISPLAY": "w", "XDG_RUNTIME_DIR": ".", "DISPLAY": ":4711"}
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("w")
        listener.listen()
        assert find_display(variables, "linux").wayland
        assert not find_display(variables | {"QT_QPA_PLATFORM": "xcb"}, "linux").usable
    assert not find_display(variables, "linux").usable
