from __future__ import annotations

import ensurepip
import hashlib
import io
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hand import landmarker, landmarker_fetch
from models.hand.landmarker import LANDMARKER_SHA256, LandmarkerError, assemble, find_landmarker
from models.hand.landmarker_fetch import ModelFiles
from models.home import HOME_VARIABLE, Home

NO_INSTALLER = {"PATH": ""}
FIND = """
from models.hand.landmarker import find_landmarker
from models.home import find_home
find_landmarker(find_home())
"""
PROJECT = Path(__file__).resolve().parents[3]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


Only = Callable[[dict[str, str]], dict[str, str]]


def only_uv(monkeypatch: pytest.MonkeyPatch) -> Only:
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        pytest.skip("needs uv")
    monkeypatch.setattr(landmarker_fetch.importlib.util, "find_spec", lambda name: None)
    return lambda environment: environment | {"UV": uv}


def only_pip(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Only:
    monkeypatch.syspath_prepend(str(folder))
    return lambda environment: environment | {"PATH": "", "UV": "", "PYTHONPATH": str(folder)}


@pytest.fixture(scope="session")
def pip_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pip to import, also where the environment has none."""
    bundled = next(Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl"), None)
    if bundled is None:
        pytest.skip("needs the pip that comes with Python")
    folder = tmp_path_factory.mktemp("pip")
    with zipfile.ZipFile(bundled) as wheel:
        wheel.extractall(folder)
    return folder


@pytest.fixture(params=["uv", "pip"])
def installer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Only:
    """Leave one installer on the machine; give what changes an environment accordingly."""
    if request.param == "uv":
        return only_uv(monkeypatch)
    return only_pip(monkeypatch, request.getfixturevalue("pip_folder"))


class TestGivenFile:
    def test_option_wins_over_the_variable_and_the_home_folder(
        self, equipped_home: Home, landmarker_file: Path
    ) -> None:
        environment = {"GESTURE_LANDMARKER": "/nowhere"}
        assert find_landmarker(equipped_home, landmarker_file, environment=environment) == landmarker_file

    def test_a_file_of_the_users_own_is_taken_for_the_light_one_too(self, home: Home, landmarker_file: Path) -> None:
        assert find_landmarker(home, landmarker_file, light=True) == landmarker_file

    def test_variable_wins_over_the_home_folder(self, equipped_home: Home, landmarker_file: Path) -> None:
        environment = {"GESTURE_LANDMARKER": str(landmarker_file)}
        assert find_landmarker(equipped_home, environment=environment) == landmarker_file

    def test_another_landmarker_of_the_users_own_is_taken(self, home: Home, tmp_path: Path) -> None:
        own = tmp_path / "own.task"
        own.write_bytes(assemble(ModelFiles(b"....TFL3 detector", b"....TFL3 landmarks")))
        assert find_landmarker(home, own) == own

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"<!DOCTYPE html><html></html>", "is not the zip"),
            (b"", "is not the zip"),
            (assemble(ModelFiles(b"....TFL3" * 50, b"....TFL3" * 50))[:500], "is not the zip"),
            (assemble(ModelFiles(b"....TFL3", b"<html>  ")), "no TensorFlow Lite model as hand_landmarks_detector"),
        ],
    )
    def test_anything_else_is_refused_with_the_way_out(
        self, home: Home, tmp_path: Path, content: bytes, reason: str
    ) -> None:
        wrong = tmp_path / "wrong.task"
        wrong.write_bytes(content)
        with pytest.raises(LandmarkerError, match=reason) as caught:
            find_landmarker(home, environment={"GESTURE_LANDMARKER": str(wrong)})
        assert "without GESTURE_LANDMARKER the program assembles one itself" in str(caught.value)

    def test_zip_of_something_else_is_refused(self, home: Home, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "other.task", "w") as archive:
            archive.writestr("hand_detector.tflite", b"....TFL3")
        with pytest.raises(LandmarkerError, match=r"without hand_landmarks_detector\.tflite"):
            find_landmarker(home, tmp_path / "other.task")

    @pytest.mark.parametrize("name", ["absent.task", "."])
    def test_missing_file_and_folder(self, home: Home, tmp_path: Path, name: str) -> None:
        with pytest.raises(LandmarkerError, match=r"does not exist|is a folder"):
            find_landmarker(home, tmp_path / name)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_assembling_is_the_same_everywhere_and_loses_nothing(detector: bytes, landmarks: bytes) -> None:
    packed = assemble(ModelFiles(detector, landmarks))
    assert packed == assemble(ModelFiles(detector, landmarks))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        assert [member.create_system for member in archive.infolist()] == [3, 3]
        assert archive.read("hand_detector.tflite") == detector
        assert archive.read("hand_landmarks_detector.tflite") == landmarks


def test_assembled_from_the_known_models_it_is_the_known_file(models: ModelFiles) -> None:
    assert hashlib.sha256(assemble(models)).hexdigest() == LANDMARKER_SHA256


def test_the_file_in_the_home_folder_needs_nothing_else(equipped_home: Home) -> None:
    assert find_landmarker(equipped_home, environment=NO_INSTALLER) == equipped_home.landmarker


class TestFetching:
    def test_wheel_becomes_the_file(self, home, serve, good_wheel, installer, tmp_path) -> None:
        told: list[tuple[str, float | None]] = []
        with serve("good", good_wheel) as index:
            environment = installer(index.environment(tmp_path / "env"))
            path = find_landmarker(home, progress=lambda *message: told.append(message), environment=environment)
        assert path == home.landmarker
        assert sha256(path) == LANDMARKER_SHA256
        assert [entry.name for entry in home.root.iterdir()] == [path.name]
        assert told[-1] == ("The hand landmarker file is ready.", 1.0)

    @pytest.mark.parametrize(
        ("behaviour", "reason"),
        [
            ("page instead of index", "does not have mediapipe 0.10.21"),
            ("page instead of wheel", "sent something that is none; often that is a proxy's own page"),
            ("other models", "are not the known ones"),
        ],
    )
    def test_what_is_no_wheel_of_ours_is_said(
        self, home, serve, other_wheel, installer, tmp_path, behaviour, reason
    ) -> None:
        with serve(behaviour, other_wheel) as index, pytest.raises(LandmarkerError, match=reason) as caught:
            find_landmarker(home, environment=installer(index.environment(tmp_path / "env")))
        assert "--landmarker FILE or GESTURE_LANDMARKER" in str(caught.value)
        assert list(home.root.iterdir()) == []

    def test_no_network(self, home, serve, good_wheel, installer, tmp_path, monkeypatch) -> None:
        monkeypatch.setattr(landmarker_fetch, "RETRIES", 1)
        with serve("good", good_wheel) as index:
            environment = installer(index.environment(tmp_path / "env"))
        with pytest.raises(LandmarkerError, match="The package index cannot be reached"):
            find_landmarker(home, environment=environment)

    def test_index_that_never_answers(self, home, serve, good_wheel, tmp_path, monkeypatch) -> None:
        monkeypatch.setattr(landmarker_fetch, "STALLED_S", 1.0)
        installer = only_uv(monkeypatch)
        with serve("silent", good_wheel) as index, pytest.raises(LandmarkerError, match="cannot be reached"):
            find_landmarker(home, environment=installer(index.environment(tmp_path / "env")))

    def test_wrong_file_in_the_home_folder_is_made_again_and_said(
        self, home, serve, good_wheel, tmp_path, monkeypatch
    ) -> None:
        installer = only_uv(monkeypatch)
        home.landmarker.write_bytes(b"half a downl")
        told: list[str] = []
        with serve("good", good_wheel) as index:
            environment = installer(index.environment(tmp_path / "env"))
            find_landmarker(home, progress=lambda text, _: told.append(text), environment=environment)
        assert sha256(home.landmarker) == LANDMARKER_SHA256
        assert "is not the known hand landmarker file" in told[0]

    def test_without_the_light_model_in_the_wheel_nothing_light_is_made(
        self, home, serve, good_wheel, tmp_path, monkeypatch
    ) -> None:
        installer = only_uv(monkeypatch)
        with serve("good", good_wheel) as index:
            environment = installer(index.environment(tmp_path / "env"))
            with pytest.raises(LandmarkerError, match="holds no light hand model"):
                find_landmarker(home, environment=environment, light=True)
        assert list(home.root.iterdir()) == []


class TestTrouble:
    def test_neither_uv_nor_pip(self, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(landmarker_fetch.importlib.util, "find_spec", lambda name: None)
        with pytest.raises(LandmarkerError, match="neither uv nor pip"):
            find_landmarker(home, environment=NO_INSTALLER)

    def test_wrong_file_in_the_home_folder_is_not_used_when_nothing_can_be_fetched(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(landmarker_fetch.importlib.util, "find_spec", lambda name: None)
        home.landmarker.write_bytes(assemble(ModelFiles(b"....TFL3", b"....TFL3")))
        with pytest.raises(LandmarkerError):
            find_landmarker(home, environment=NO_INSTALLER)

    def test_no_space(self, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(landmarker, "NEEDED_BYTES", 1 << 62)
        with pytest.raises(LandmarkerError, match=r"MB left\. Free some space, or name another folder in GESTURE_HOME"):
            find_landmarker(home, environment=NO_INSTALLER)

    def test_home_that_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        with pytest.raises(LandmarkerError, match=r"cannot be kept in .*Name a folder that can be written"):
            find_landmarker(Home(tmp_path / "file" / "home"), environment=NO_INSTALLER)

    def test_what_a_killed_program_left_is_removed(self, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(landmarker_fetch.importlib.util, "find_spec", lambda name: None)
        old, new = home.root / ".landmarker-old", home.root / ".landmarker-new"
        old.mkdir()
        new.mkdir()
        day_ago = time.time() - 86400
        os.utime(old, (day_ago, day_ago))
        with pytest.raises(LandmarkerError):
            find_landmarker(home, environment=NO_INSTALLER)
        assert [entry.name for entry in home.root.iterdir()] == [".landmarker-new"]


def test_two_programs_at_once(home, serve, good_wheel, tmp_path) -> None:
    with serve("good", good_wheel) as index:
        environment = index.environment(tmp_path / "env") | {HOME_VARIABLE: str(home.root), "PYTHONPATH": str(PROJECT)}
        programs = [subprocess.Popen([sys.executable, "-c", FIND], env=environment) for _ in range(2)]
        assert [program.wait(60) for program in programs] == [0, 0]
    assert sha256(home.landmarker) == LANDMARKER_SHA256
    assert [entry.name for entry in home.root.iterdir()] == [home.landmarker.name]


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT to a process")
def test_cancelling_leaves_nothing_behind(home, serve, good_wheel, tmp_path) -> None:
    with serve("silent", good_wheel) as index:
        environment = index.environment(tmp_path / "env") | {HOME_VARIABLE: str(home.root), "PYTHONPATH": str(PROJECT)}
        program = subprocess.Popen([sys.executable, "-c", FIND], env=environment, stderr=subprocess.PIPE)
        assert index.asked.wait(30)
        program.send_signal(signal.SIGINT)
        _, said = program.communicate(timeout=10)
    assert program.returncode == -signal.SIGINT
    assert said.rstrip().endswith(b"KeyboardInterrupt")
    assert list(home.root.iterdir()) == []
