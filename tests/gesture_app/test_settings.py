from __future__ import annotations

import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from gesture_app.settings import MOST_RECENT, THEMES, Settings, SettingsError, load_settings, save_settings
from gesture_app.shortcuts import SHORTCUTS


def test_a_fresh_start_has_no_file_and_nothing_to_say(tmp_path: Path) -> None:
    loaded = load_settings(tmp_path / "settings.toml")
    assert loaded.settings == Settings()
    assert loaded.notes == ()
    assert not (tmp_path / "settings.toml").exists()


@tried(max_examples=50)
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
        language=st.sampled_from(["", "de", "pt_BR"]),
        recent_sources=st.lists(st.text("abc/.:", min_size=1), max_size=MOST_RECENT).map(tuple),
        shortcuts=st.dictionaries(st.sampled_from(sorted(SHORTCUTS)), st.sampled_from(["", "J", "Ctrl+J", "["])),
        window=st.none() | st.tuples(*[st.integers(-9999, 9999)] * 2, *[st.integers(1, 9999)] * 2),
        maximized=st.booleans(),
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


def test_keys_of_actions_that_are_not_known_are_told_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[shortcuts]\nmirror = "J"\nwave = "Ctrl+W"\n')
    loaded = load_settings(path)
    assert loaded.settings.shortcuts == {"mirror": "J"}
    assert "'wave'" in loaded.notes[0]
    save_settings(replace(loaded.settings, shortcuts={"mirror": "K"}), path)
    assert tomllib.loads(path.read_text())["shortcuts"] == {"mirror": "K", "wave": "Ctrl+W"}
    save_settings(replace(loaded.settings, shortcuts={}), path)
    assert tomllib.loads(path.read_text())["shortcuts"] == {"wave": "Ctrl+W"}


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
    assert "settings.broken.toml" in loaded.notes[0]
    save_settings(Settings(hands=1), path)
    assert load_settings(path).settings.hands == 1
    assert (tmp_path / "settings.broken.toml").read_bytes() == content
    path.write_bytes(b"broken = = again")
    assert "settings.broken-2.toml" in load_settings(path).notes[0]
    save_settings(Settings(hands=1), path)
    assert (tmp_path / "settings.broken.toml").read_bytes() == content
    assert (tmp_path / "settings.broken-2.toml").read_bytes() == b"broken = = again"


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


def test_recent_sources_are_few_and_each_named_once() -> None:
    settings = Settings()
    for number in range(20):
        settings = settings.with_recent(f"{number}.mp4").with_recent("one.mp4")
    assert settings.recent_sources[:2] == ("one.mp4", "19.mp4")
    assert len(settings.recent_sources) == MOST_RECENT
    assert len(set(settings.recent_sources)) == MOST_RECENT


def test_a_fresh_start_forgets_settings_but_not_what_was_used() -> None:
    used = Settings(source="camera:1", recent_sources=("a.mp4",), window=(1, 2, 800, 600), welcomed=True)
    assert replace(used, hands=4, shortcuts={"mirror": "J"}, language="de").fresh() == used


@pytest.mark.parametrize(
    "line", ["window = [1, 2, 3]", "window = [0, 0, 0, 5]", "recent_sources = 3", 'language = "x y"', "shortcuts = 1"]
)
def test_a_wrong_kind_is_told_and_its_own_value_used(line: str, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(line)
    loaded = load_settings(path)
    assert loaded.settings == Settings()
    assert len(loaded.notes) == 1
