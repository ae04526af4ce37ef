from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from gesture_app import doctor
from models.hand.landmarker import LANDMARKER_VARIABLE
from models.home import Home


def test_a_landmarker_that_is_absent_or_damaged_is_noted(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(LANDMARKER_VARIABLE, raising=False)
    assert doctor._landmarker(home).state == "note"
    home.landmarker.write_bytes(b"half a file")
    assert "damaged" in doctor._landmarker(home).text
    monkeypatch.setenv(LANDMARKER_VARIABLE, str(home.root / "absent.task"))
    assert doctor._landmarker(home).state == "bad"


def test_a_store_is_checked_without_being_changed(home: Home) -> None:
    assert doctor._store("Samples", home.samples_database).state == "good"
    assert not home.samples_database.exists()
    store = sqlite3.connect(home.samples_database)
    store.execute("create table t (x)")
    store.commit()
    store.close()
    assert "sound" in doctor._store("Samples", home.samples_database).text
    home.samples_database.write_bytes(b"this is no database at all, and long enough to be looked at" * 20)
    assert doctor._store("Samples", home.samples_database).state == "bad"


def test_the_registrys_address_is_shown_without_its_password(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://me:secret@127.0.0.1:9")
    finding = doctor._registry(home)
    assert finding.state == "note"
    assert "secret" not in finding.text
    assert "127.0.0.1:9" in finding.text


def test_a_home_folder_that_cannot_be_made_is_bad(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert doctor._home_folder(Home(tmp_path / "file")).state == "bad"
    assert doctor._home_folder(Home(tmp_path / "new" / "deep")).state == "good"
    assert not (tmp_path / "new").exists()


def test_settings_that_are_broken_are_noted(home: Home) -> None:
    assert doctor._settings(home).state == "good"
    home.settings.write_text("hands = 77")
    assert doctor._settings(home).state == "note"


def test_the_report_is_lines_to_copy() -> None:
    text = doctor.as_text([doctor.Finding("A", "good", "fine."), doctor.Finding("B", "bad", "broken.\nDo this.")])
    assert "ok    A: fine." in text
    assert "BAD   B: broken.\n        Do this." in text
    assert text.endswith("1 of 2 needs attention.\n")
    assert doctor.as_text([doctor.Finding("B", "bad", "broken.")] * 2).endswith("2 of 2 need attention.\n")
    well, noted = doctor.Finding("A", "good", "fine."), doctor.Finding("B", "note", "to come.")
    assert doctor.as_text([well]).endswith("Everything that is needed is there.\n")
    assert doctor.as_text([well, noted]).endswith("Nothing is in the way; what is noted can wait.\n")
