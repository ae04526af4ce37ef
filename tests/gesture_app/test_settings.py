from __future__ import annotations

import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from gesture_app.settings import THEMES, Settings, SettingsError, load_settings, save_settings


def test_a_fresh_start_has_no_file_and_nothing_to_say(tmp_path: Path) -> None:
    loaded = load_settings(tmp_path / "settings.toml")
    assert loaded.settings == Settings()
    assert loaded.notes == ()
    assert not (tmp_path / "settings.toml").exists()


@tried(max_examples=50, deadline=None)
@given(
    settings=st.builds(
        Settings,
        source=st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
        model=st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
        hands=st.integers(1, 4),
        camera_size=st.tuples(st.integers(1, 8000), st.integers(1, 8000)),
        mirror=st.booleans(),
        threshold=st.none() | st.floats(0, 1),
        smoothing=st.booleans(),
        theme=st.sampled_from(THEMES),
        font_scale=st.floats(0.75, 3),
        keep_pictures=st.booleans(),
        welcomed=st.booleans(),
    )
)
def test_what_is_saved_is_read_again(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any" / "settings.toml"
    save_settings(settings, path)
    loaded = load_settings(path)
    assert loaded.settings == settings
    assert loaded.notes == ()


def test_what_is_not_known_is_told_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('hands = 3\nlater = "kept"\n[table]\nx = 1\n')
    loaded = load_settings(path)
    assert loaded.settings.hands == 3
    assert len(loaded.notes) == 2
    save_settings(replace(loaded.settings, mirror=False), path)
    content = tomllib.loads(path.read_text())
    assert content["later"] == "kept"
    assert content["table"] == {"x": 1}
    assert content["hands"] == 3
    assert content["mirror"] is False


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("hands = 9", "hands"),
        ("hands = true", "hands"),
        ("hands = 2.0", "hands"),
        ('mirror = "yes"', "mirror"),
        ('theme = "pink"', "theme"),
        ("threshold = 1.5", "threshold"),
        ("threshold = nan", "threshold"),
        ("threshold = true", "threshold"),
        ("font_scale = 100", "font_scale"),
        ("camera_size = [640]", "camera_size"),
        ("camera_size = [0, 480]", "camera_size"),
        ("source = 5", "source"),
    ],
)
def test_a_value_that_cannot_be_is_told_and_passed_over(tmp_path: Path, text: str, field: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(f"{text}\nkeep_pictures = true\n")
    loaded = load_settings(path)
    assert loaded.settings == Settings(keep_pictures=True)
    (note,) = loaded.notes
    assert field in note


@pytest.mark.parametrize("content", [b"hands = = 2", b"\xff\xfe", b"a" * 10, b"x = " + b"[" * 5000])
def test_a_broken_file_is_told_and_set_aside_when_settings_are_saved(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    loaded = load_settings(path)
    assert loaded.settings == Settings()
    assert "cannot be read" in loaded.notes[0]
    save_settings(Settings(hands=1), path)
    assert load_settings(path).settings.hands == 1
    assert (tmp_path / "settings.broken.toml").read_bytes() == content


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").mkdir()
    assert "cannot be read" in load_settings(tmp_path / "settings.toml").notes[0]


def test_settings_that_cannot_be_written_leave_the_file_as_it_was(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("permissions of folders work otherwise here")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match="cannot be written"):
        save_settings(Settings(), tmp_path / "file" / "settings.toml")
    assert (tmp_path / "file").read_text() == "in the way"


def test_nothing_but_the_file_is_left_behind(tmp_path: Path) -> None:
    for hands in (1, 2, 3):
        save_settings(Settings(hands=hands), tmp_path / "settings.toml")
    assert [path.name for path in tmp_path.iterdir()] == ["settings.toml"]
