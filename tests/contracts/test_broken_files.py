"""A hundred broken files, one sentence each: nothing crashes, hangs, or is taken for sound."""

from __future__ import annotations

from pathlib import Path

import pytest
from broken_files import Broken
from broken_hands import HANDS
from broken_models import MODELS
from broken_settings import SETTINGS
from broken_sources import SOURCES

from gesture_app.capture.choose import make_source
from gesture_app.capture.source import SourceError
from gesture_app.settings import Settings, load_settings
from models.errors import GestureError
from models.gesture.catalog import load_model
from models.gesture.classifier import ModelFileError
from models.home import Home
from models.samples import SampleStoreError
from trainer.dataset import DataError
from trainer.readers import read


def named(entries: tuple[Broken, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("broken", entries, ids=[entry.what for entry in entries])


def told(error: GestureError, broken: Broken) -> None:
    text = str(error)
    assert broken.sentence in text
    assert text.endswith(".")
    assert "\n" not in text


def test_there_are_a_hundred() -> None:
    entries = [*HANDS, *SOURCES, *SETTINGS, *MODELS]
    assert len(entries) == 100
    assert len({(entry.name, entry.what) for entry in entries}) == 100
    assert all(entry.sentence for entry in entries)


@named(HANDS)
def test_hands(broken: Broken, tmp_path: Path) -> None:
    path = broken.write(tmp_path)
    before = path.read_bytes()
    with pytest.raises((DataError, SampleStoreError)) as caught:
        read(path)
    told(caught.value, broken)
    assert path.read_bytes() == before


@named(SOURCES)
def test_sources(broken: Broken, tmp_path: Path) -> None:
    source = make_source(str(broken.write(tmp_path)))
    with pytest.raises(SourceError) as caught:
        source.open()
    source.close()
    told(caught.value, broken)


@named(SETTINGS)
def test_settings(broken: Broken, tmp_path: Path) -> None:
    path = broken.write(tmp_path)
    loaded = load_settings(path)
    assert loaded.settings == Settings()
    assert any(broken.sentence in note and note.endswith(".") for note in loaded.notes)


@named(MODELS)
def test_models(broken: Broken, tmp_path: Path, home: Home) -> None:
    folder = broken.write(tmp_path).parent
    with pytest.raises(ModelFileError) as caught:
        load_model(str(folder), home)
    told(caught.value, broken)
