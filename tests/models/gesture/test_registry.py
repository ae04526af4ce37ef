from __future__ import annotations

import hashlib
import io
import json
import sys
from pathlib import Path

import pytest

from models.gesture.catalog import ModelCatalog, load_model, shipped_folder
from models.gesture.classifier import ModelFileError
from models.gesture.registry import Registry, serve
from models.gesture.registry_process import RegistryProcess
from models.gesture.store import find_store
from models.gesture.versions import (
    MODEL_FILE,
    RegistryError,
    Version,
    VersionError,
    copy_folder,
    keep_copy,
    keep_listing,
    load_copy,
    local_copies,
)
from models.home import Home

CONTENT = (shipped_folder() / MODEL_FILE).read_bytes()
HASH = hashlib.sha256(CONTENT).hexdigest()
TAGS = {"sha256": HASH, "family": "mlp", "macro_f1": "0.97", "classes": "fist,like"}


def register(registry: Registry, folder: Path, tags: dict[str, str] = TAGS) -> Version:
    """Register the shipped model file as a version, by nothing but MLflow itself."""
    client = registry.client()
    experiment = client.get_experiment_by_name("made") or client.get_experiment(
        client.create_experiment("made", artifact_location=(folder / "artifacts").as_uri())
    )
    run = client.create_run(experiment.experiment_id)
    model = client.create_logged_model(experiment.experiment_id, name="model", source_run_id=run.info.run_id)
    made = folder / run.info.run_id
    made.mkdir()
    (made / MODEL_FILE).write_bytes(CONTENT)
    client.log_model_artifacts(model.model_id, str(made))
    client.finalize_logged_model(model.model_id, "READY")
    return registry.register(run.info.run_id, model.model_id, tags)


def test_nothing_is_imported_or_made_to_find_an_empty_registry(home: Home) -> None:
    assert Registry(home).versions() == []
    assert not home.registry_database.exists()


def test_versions_are_registered_once_promoted_and_rolled_back(stored_home: Home, tmp_path: Path) -> None:
    registry = Registry(stored_home)
    first, second = register(registry, tmp_path), register(registry, tmp_path)
    assert (first.number, second.number) == (1, 2)
    again = registry.register(second.run_id, "whatever", TAGS)
    assert again.number == 2
    assert [version.number for version in registry.versions()] == [2, 1]
    assert second.macro_f1 == 0.97
    assert second.classes == ("fist", "like")
    assert second.unusable == ""

    registry.challenge(second)
    assert registry.find("challenger").number == 2
    assert registry.promote(first).aliases == ("champion",)
    assert registry.find("1").before is None
    assert registry.promote(second).aliases == ("champion",)
    assert [(version.number, version.before) for version in registry.versions()[:2]] == [(2, 1), (1, None)]
    assert Version.from_dict(registry.find("2").to_dict()).before == 1
    assert registry.promote(second).number == 2
    assert registry.rollback().number == 1
    assert registry.find("v2").aliases == ()
    with pytest.raises(VersionError, match="no champion before this one"):
        registry.rollback()
    with pytest.raises(VersionError, match="no version 'nobody'"):
        registry.find("nobody")

    # A champion that was chosen in MLflow's own pages can be rolled back from too.
    registry.client().set_registered_model_alias("gesture-classifier", "champion", "2")
    assert registry.rollback().number == 1

    unusable = register(registry, tmp_path, {**TAGS, "unusable": "It is too slow."})
    with pytest.raises(VersionError, match="too slow"):
        registry.promote(unusable)
    foreign = register(registry, tmp_path, {})
    assert "another program" in foreign.unusable

    folder = registry.fetch(second)
    assert (folder / MODEL_FILE).read_bytes() == CONTENT
    assert registry.fetch(second) == folder
    (folder / MODEL_FILE).write_bytes(CONTENT[:-1])
    assert registry.fetch(second) == folder
    assert (folder / MODEL_FILE).read_bytes() == CONTENT


def test_copies_are_whole_or_not_there(home: Home) -> None:
    version = Version(7, ("champion",), TAGS, 5.0, "run")
    with pytest.raises(VersionError, match="not the one that was registered"):
        keep_copy(home, version, CONTENT + b"more", "here")
    assert load_copy(home, 7, "here") is None
    folder = keep_copy(home, version, CONTENT, "here")
    assert local_copies(home, "here") == [version]
    assert local_copies(home, "elsewhere") == []
    loaded = load_copy(home, 7, "here")
    assert loaded is not None
    assert loaded.name == "v7"
    (folder / MODEL_FILE).write_bytes(CONTENT[:-1])
    assert load_copy(home, 7, "here") is None
    (folder / "manifest.json").write_text("{broken")
    assert local_copies(home, "here") == []


def test_the_process_answers_one_line_for_one_line(home: Home) -> None:
    requests = io.StringIO('{"id": 1, "do": "list"}\n\nnonsense\n{"id": 3, "do": "dance"}\n[]\n')
    answers = io.StringIO()
    serve(requests, answers, Registry(home))
    found = [json.loads(line) for line in answers.getvalue().splitlines()]
    assert found[:2] == [{"id": 1}, {"id": 1, "answer": []}]
    assert found[2]["id"] is None
    assert found[3] == {"id": 3}
    assert "but not 'dance'" in found[4]["error"]
    assert len(found) == 6


def test_the_catalogue_loads_through_the_process_and_then_without_it(stored_home: Home, tmp_path: Path) -> None:
    registry = Registry(stored_home)
    registry.promote(register(registry, tmp_path))
    (stored_home.models / "versions.json").unlink()
    with ModelCatalog(stored_home, RegistryProcess(stored_home, patience_s=60)) as catalog:
        assert [entry.name for entry in catalog.entries()] == ["shipped"]
        entries = catalog.refresh()
        assert [(entry.name, entry.local) for entry in entries] == [("1", False), ("shipped", True)]
        assert entries[0].version is not None
        assert entries[0].version.aliases == ("champion",)
        assert catalog.load("champion").name == "v1"
        assert [(entry.name, entry.local) for entry in catalog.entries()] == [("1", True), ("shipped", True)]
        with pytest.raises(RegistryError, match="no version 'nobody'"):
            catalog.load("nobody")
    dead = RegistryProcess(stored_home, [sys.executable, "-c", "raise SystemExit('no registry today')"])
    with ModelCatalog(stored_home, dead) as catalog:
        assert catalog.load("1").name == "v1"
        assert catalog.load("champion").name == "v1"
        with pytest.raises(RegistryError, match="registry"):
            catalog.load("2")
    with pytest.raises(RegistryError, match="closed already"):
        catalog.refresh()


def test_a_copy_of_another_model_with_the_same_number_is_fetched_again(home: Home) -> None:
    home.models.mkdir(parents=True)
    dead = RegistryProcess(home, [sys.executable, "-c", "raise SystemExit"])
    with ModelCatalog(home, dead) as catalog:
        store = find_store(home).registry
        copy = Version(1, (), TAGS)
        keep_copy(home, copy, CONTENT, store)
        keep_listing(home, [copy], store)
        assert catalog.entries()[0].local
        assert catalog.load("1").name == "v1"
        keep_listing(home, [Version(1, (), {**TAGS, "sha256": "0" * 64})], store)
        assert not catalog.entries()[0].local
        with pytest.raises(RegistryError):
            catalog.load("1")


def test_a_registry_that_keeps_silent_is_not_waited_for(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = RegistryProcess(home, [sys.executable, "-c", "import sys; sys.stdin.read()"], start_s=0.2)
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
        monkeypatch.delenv(name, raising=False)
    with silent, pytest.raises(RegistryError, match="did not answer within 0 seconds") as caught:
        silent.ask("list")
    assert "on this computer" in str(caught.value)
    assert "network" not in str(caught.value)


def test_a_process_that_dies_is_a_sentence_and_started_again(home: Home) -> None:
    script = "import sys; line = sys.stdin.readline(); sys.exit(3)"
    with RegistryProcess(home, [sys.executable, "-c", script]) as dying:
        for _ in range(2):
            with pytest.raises(RegistryError, match="ended unexpectedly"):
                dying.ask("list")


def test_load_model_names_what_there_is(home: Home) -> None:
    assert load_model("shipped", home).name == "shipped"
    assert load_model(str(shipped_folder()), home).name == "shipped"
    with pytest.raises(ModelFileError, match="There is no model 'nobody'"):
        load_model("nobody", home)


def test_the_last_listing_belongs_to_one_registry(home: Home) -> None:
    keep_listing(home, [Version(3, ("champion",), TAGS, 1.0, "run")], "sqlite:///elsewhere")
    with ModelCatalog(home) as catalog:
        assert [entry.name for entry in catalog.entries()] == ["shipped"]
    assert copy_folder(home, 3) == home.models / "v3"
