"""Registries that are silent, broken, newer, emptied or filled by others: bounded, told, and the app goes on."""

from __future__ import annotations

import hashlib
import shutil
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import onnx
import psutil
import pytest
from onnx import helper, numpy_helper

from models.gesture.catalog import ModelCatalog, shipped_folder
from models.gesture.classifier import METADATA_KEY, ModelFileError, ModelInfo
from models.gesture.registry import Registry, size_of
from models.gesture.registry_process import RegistryProcess
from models.gesture.store import find_store
from models.gesture.versions import MODEL_FILE, RegistryError, Version, VersionError, keep_copy, keep_listing
from models.home import Home

SHIPPED = (shipped_folder() / MODEL_FILE).read_bytes()


def tags(content: bytes) -> dict[str, str]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "family": "mlp", "classes": "fist,palm"}


def register(registry: Registry, folder: Path, content: bytes = SHIPPED) -> Version:
    """Register a file as a version, by nothing but MLflow itself."""
    client = registry.client()
    experiment = client.create_experiment(f"made {time.time_ns()}", artifact_location=(folder / "artifacts").as_uri())
    run = client.create_run(experiment)
    model = client.create_logged_model(experiment, name="model", source_run_id=run.info.run_id)
    made = folder / run.info.run_id
    made.mkdir()
    (made / MODEL_FILE).write_bytes(content)
    client.log_model_artifacts(model.model_id, str(made))
    client.finalize_logged_model(model.model_id, "READY")
    return registry.register(run.info.run_id, model.model_id, tags(content))


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Accepts every connection, reads what comes and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        held = []

        def accept() -> None:
            try:
                while True:
                    held.append(listener.accept()[0])
            except OSError:
                return

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        for connection in held:
            connection.close()


def test_a_server_that_accepts_and_never_answers_is_given_up(
    home: Home, silent_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", silent_server)
    monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)
    version = Version(3, ("champion",), tags(SHIPPED))
    store = find_store(home).registry
    keep_copy(home, version, SHIPPED, store)
    keep_listing(home, [version], store)
    process = RegistryProcess(home, patience_s=1.0, start_s=120)
    with ModelCatalog(home, process) as catalog:
        with pytest.raises(RegistryError, match=r"did not answer within 1 seconds.*Check the network"):
            catalog.refresh()
        ended = process._process
        assert ended is not None
        assert ended.wait(10) != 0
        # What was used before goes on being usable, by number at once and by alias after one more bounded question.
        assert catalog.load("3").name == "v3"
        assert [entry.name for entry in catalog.entries()] == ["3", "shipped"]


HANGS_ONCE = """
import json, pathlib, sys, time
for line in sys.stdin:
    number = json.loads(line)["id"]
    print(json.dumps({"id": number}), flush=True)
    marker = pathlib.Path(sys.argv[1])
    if not marker.exists():
        marker.touch()
        time.sleep(600)
    for _ in range(4):
        time.sleep(0.3)
        print(json.dumps({"id": number}), flush=True)
    print(json.dumps({"id": number, "answer": "here"}), flush=True)
"""


def test_a_process_that_hangs_is_ended_and_another_one_answers(home: Home, tmp_path: Path) -> None:
    command = [sys.executable, "-c", HANGS_ONCE, str(tmp_path / "marker")]
    with RegistryProcess(home, command, patience_s=0.9, start_s=60) as process:
        before = time.monotonic()
        with pytest.raises(RegistryError, match="did not answer within 1 seconds"):
            process.ask("list")
        first = process._process
        assert process.ask("list") == "here"  # takes longer than a second, but is never silent for one
        assert time.monotonic() - before > 2.0
        assert first is not None
        assert first.poll() is not None
        assert process._process is not first
    assert not psutil.pid_exists(first.pid)


def test_questions_of_a_process_that_hangs_all_end(home: Home, tmp_path: Path) -> None:
    command = [sys.executable, "-c", HANGS_ONCE, str(tmp_path / "marker")]
    said: list[str] = []

    def ask(process: RegistryProcess) -> None:
        try:
            process.ask("list")
        except RegistryError as error:
            said.append(str(error))

    with RegistryProcess(home, command, patience_s=0.5, start_s=60) as process:
        threads = [threading.Thread(target=ask, args=(process,)) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()
    assert 1 <= len(said) <= 5


def test_a_store_of_nonsense_is_a_sentence_and_the_process_lives(home: Home) -> None:
    home.registry_database.write_bytes(b"half a page of what was once a database" * 30)
    before = home.registry_database.read_bytes()
    with ModelCatalog(home, RegistryProcess(home, patience_s=60, start_s=120)) as catalog:
        with pytest.raises(RegistryError, match=r"registry|store") as caught:
            catalog.refresh()
        assert "unexpectedly" not in str(caught.value)
        assert catalog.load("shipped").name == "shipped"
    assert home.registry_database.read_bytes() == before


def test_a_store_of_a_newer_mlflow_is_a_sentence(stored_home: Home) -> None:
    with closing(sqlite3.connect(stored_home.registry_database)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = 'ffffffffffff'")
        raw.commit()
    with pytest.raises(RegistryError, match=r"out-of-date|revision|schema|ffffffffffff"):
        Registry(stored_home).versions()


def nan_model() -> bytes:
    model = onnx.load_from_string(SHIPPED)
    weights = model.graph.initializer
    place = max(range(len(weights)), key=lambda number: len(weights[number].raw_data))
    array = np.full_like(numpy_helper.to_array(weights[place]), np.nan)
    weights[place].CopyFrom(numpy_helper.from_array(array, weights[place].name))
    return bytes(model.SerializeToString())


def other_input() -> bytes:
    info = ModelInfo(("fist", "palm"), 0.5).to_json()
    graph = helper.make_graph(
        [helper.make_node("Softmax", ["picture"], ["probabilities"])],
        "other",
        [helper.make_tensor_value_info("picture", 1, ["N", 2])],
        [helper.make_tensor_value_info("probabilities", 1, ["N", 2])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {METADATA_KEY: info})
    return bytes(model.SerializeToString())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (nan_model(), "its weights are damaged"),
        (other_input(), "takes picture"),
        (SHIPPED[: len(SHIPPED) // 2], "cut short"),
        (b"", "does not name its gestures|not a readable ONNX file"),
        (b"\x80\x04cposix\nsystem\n(S'true'\ntR.", "ONNX"),
    ],
    ids=["nan", "other-input", "half", "empty", "pickle"],
)
def test_a_version_that_cannot_be_used_is_listed_with_the_reason(home: Home, content: bytes, words: str) -> None:
    store = find_store(home).registry
    version = Version(4, (), tags(content))
    keep_copy(home, version, content, store)
    keep_listing(home, [version], store)
    with ModelCatalog(home) as catalog:
        assert catalog.entries()[0].unusable == ""
        with pytest.raises(ModelFileError, match=words):
            catalog.load("4")
        assert catalog.entries()[0].unusable
        assert catalog.load("shipped").name == "shipped"


def test_artifacts_that_are_gone_are_a_sentence_and_copies_still_work(stored_home: Home, tmp_path: Path) -> None:
    registry = Registry(stored_home)
    used, unused = register(registry, tmp_path), register(registry, tmp_path)
    registry.fetch(used)
    shutil.rmtree(tmp_path / "artifacts")
    with pytest.raises(RegistryError, match="did not do what was asked"):
        registry.fetch(unused)
    with ModelCatalog(stored_home, RegistryProcess(stored_home, ["false"])) as catalog:
        assert catalog.load(str(used.number)).name == f"v{used.number}"
    # A file that was changed in the registry is not what was registered.
    again = register(registry, tmp_path)
    (changed,) = (tmp_path / "artifacts").rglob(MODEL_FILE)
    changed.write_bytes(SHIPPED + b"\0")
    with pytest.raises(VersionError, match="not the one that was registered"):
        registry.fetch(again)


def test_a_home_that_is_full_or_read_only_is_told(home: Home) -> None:
    home.models.write_text("a file where the folder should be")
    with pytest.raises(VersionError, match="cannot be kept"):
        keep_copy(home, Version(1, (), tags(SHIPPED)), SHIPPED, "here")
    keep_listing(home, [], "here")  # no error: it is a convenience


def test_a_file_that_is_renamed_while_it_is_fetched_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "whole").write_bytes(b"x" * 10)
    found = Path.stat
    (tmp_path / "model.part").write_bytes(b"x" * 100)

    def renamed_meanwhile(path: Path, **more: bool) -> object:
        path.with_name("model.part").unlink(missing_ok=True)
        return found(path, **more)

    monkeypatch.setattr(Path, "stat", renamed_meanwhile)
    assert size_of(tmp_path) == 10
