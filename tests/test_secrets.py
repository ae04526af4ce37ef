"""Names and passwords in addresses reach no message, no output and no file but the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from gesture_app.cli import main
from gesture_app.training.log_file import TrainingLog
from gesture_app.ui.wording import source_title
from models.errors import GestureError, without_secrets
from models.gesture.registry import Registry
from models.gesture.versions import RegistryError, keep_listing, kept_listing
from models.home import Home

SECRET = "s3cret"
ADDRESSES = (
    f"http://bob:{SECRET}@127.0.0.1:1/video?token={SECRET}",
    f"rtsp://bob:{SECRET}@127.0.0.1:1/x",
    f"ftp://bob:{SECRET}@host/x",
    f"http://bob:{SECRET}@",
    f"http//bob:{SECRET}@host/video.mjpg",
    f"http:/bob:{SECRET}@host/video.mjpg",
    f"https://bob:{SECRET}@127.0.0.1:99999/x",
    f"HTTP://bob:{SECRET}@a..b/x",
    f"http://bob:a/{SECRET}@127.0.0.1:1/x",
    f"rtsp:bob:{SECRET}@h",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_source_with_a_password_never_shows_it(
    address: str, equipped_home: Home, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["--headless", "--source", address, "--output", str(tmp_path / "out.jsonl")]) in {1, 2}
    out, err = capfd.readouterr()
    assert "gesture-app: " in err
    assert SECRET not in out + err
    assert SECRET not in source_title(address) or "://" not in address


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("at http://bob:x@host/a failed", "at http://host/a failed"),
        ("'rtsp://bob@host'", "'rtsp://host'"),
        ("http://host:80/a", "http://host:80/a"),
        ("bob:x@host", "host"),
        ("anna@example.org wrote at 12:30", "anna@example.org wrote at 12:30"),
        ("sqlite:////home/me/mlflow.db", "sqlite:////home/me/mlflow.db"),
        ("sqlite:////home/me@work/mlflow.db", "sqlite:////home/me@work/mlflow.db"),
        ("file:///home/me@work/artifacts", "file:///home/me@work/artifacts"),
        (r"C:\Users\me@work\gesture is no folder", r"C:\Users\me@work\gesture is no folder"),
        (r"GESTURE_HOME=D:\me@work", r"GESTURE_HOME=D:\me@work"),
        ("//bob:x@host/a", "//host/a"),
    ],
)
def test_only_secrets_are_left_out(text: str, shown: str) -> None:
    assert without_secrets(text) == shown
    assert str(GestureError(text)) == shown


def test_a_registry_with_a_password_never_shows_or_keeps_it(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"http://bob:{SECRET}@127.0.0.1:1"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)
    with pytest.raises(RegistryError) as caught:
        Registry(home).versions()
    assert SECRET not in str(caught.value)
    keep_listing(home, [], address)
    assert kept_listing(home, address) == []
    with TrainingLog(home) as log:
        log.write(f"cannot reach {address}")
    written = b"".join(path.read_bytes() for path in home.root.rglob("*") if path.is_file())
    assert b"cannot reach http://127.0.0.1:1" in written
    assert SECRET.encode() not in written
