"""Nothing that is loaded can run code: planted files have no effect, and the code holds no way for them to."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import pickle
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from models.gesture.catalog import ModelCatalog
from models.gesture.classifier import ModelFileError
from models.home import Home
from trainer.dataset import DataError
from trainer.readers import read
from trainer.runs.model_file import ModelContentError, dump_pipeline, load_pipeline

PROJECT = Path(__file__).resolve().parent.parent
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "yaml", "code", "codeop"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}


class Planted:
    """What runs when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {self.marker}",)


@pytest.fixture
def marker(tmp_path: Path) -> Iterator[Path]:
    """A file that only a planted command makes."""
    path = tmp_path / "ran"
    yield path
    assert not path.exists(), "a planted command ran"


def sources() -> list[Path]:
    return [path for name in ("gesture_app", "models", "trainer") for path in (PROJECT / name).rglob("*.py")]


def called(node: ast.Call) -> str:
    return ast.unparse(node.func)


def test_the_code_has_no_way_to_run_what_it_loads() -> None:
    found = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            found += [(path.name, name) for name in names if name.split(".")[0] in FORBIDDEN_MODULES]
            if isinstance(node, ast.Call):
                keywords = {word.arg: ast.unparse(word.value) for word in node.keywords}
                name = called(node)
                if name in FORBIDDEN_CALLS or name in {"joblib.load", "mlflow.sklearn.load_model", "os.system"}:
                    found.append((path.name, name))
                if keywords.get("shell") == "True":
                    found.append((path.name, f"{name}(shell=True)"))
                if name == "np.load" and "mmap_mode" not in keywords and keywords.get("allow_pickle") != "False":
                    found.append((path.name, name))
    assert found == []


def test_numpy_itself_refuses_pickles_unless_asked() -> None:
    file = io.BytesIO()
    np.save(file, np.array([object()], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="allow_pickle"):
        np.load(io.BytesIO(file.getvalue()), mmap_mode=None)


@pytest.mark.parametrize(
    "name", ["classifier.onnx", "model.pkl", "model.skops", "hands.parquet", "hands.csv", "a.jsonl"]
)
def test_a_planted_pickle_is_never_run(name: str, marker: Path, tmp_path: Path, home: Home) -> None:
    content = pickle.dumps(Planted(marker))
    path = tmp_path / name
    path.write_bytes(content)
    with ModelCatalog(home) as catalog:
        for given in (str(path), str(tmp_path)):
            with pytest.raises(ModelFileError):
                catalog.load(given)
    with pytest.raises(DataError):
        read(path)
    with pytest.raises(ModelContentError):
        load_pipeline(content)


def test_a_planted_pickle_in_a_numpy_file_is_never_run(marker: Path, tmp_path: Path) -> None:
    file = io.BytesIO()
    np.save(file, np.array([Planted(marker)], dtype=object), allow_pickle=True)
    (tmp_path / "hands.npy").write_bytes(file.getvalue())
    with pytest.raises(DataError):
        read(tmp_path / "hands.npy")


def planted_skops(marker: Path, function: str = "os.system") -> bytes:
    """A saved pipeline whose function was exchanged for another one, called on the first prediction or at once."""
    content = dump_pipeline(make_pipeline(FunctionTransformer(np.abs), LogisticRegression()))
    module, _, name = function.rpartition(".")
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w") as new:
        for entry in old.namelist():
            data = old.read(entry)
            if entry == "schema.json":
                data = data.replace(b'"absolute"', json.dumps(name).encode())
                data = data.replace(b'"numpy"', json.dumps(module).encode(), 1) if module else data
            new.writestr(entry, data)
    return result.getvalue()


def reduced_skops(marker: Path, protocol: int = 2) -> bytes:
    """A skops file whose root says to call a function with arguments."""
    schema = {
        "__class__": "system",
        "__module__": "os",
        "__loader__": "ReduceNode",
        "reduce": {
            "args": {
                "__class__": "tuple",
                "__module__": "builtins",
                "__loader__": "TupleNode",
                "__id__": 2,
                "content": [
                    {
                        "__class__": "str",
                        "__module__": "builtins",
                        "__loader__": "JsonNode",
                        "__id__": 3,
                        "content": json.dumps(f"touch {marker}"),
                        "is_json": True,
                    }
                ],
            }
        },
        "content": {},
        "__id__": 1,
        "protocol": protocol,
        "_skops_version": "0.14",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("schema.json", json.dumps(schema))
    return file.getvalue()


def older_skops(marker: Path) -> bytes:
    """The same in a version of the format that still has such calls."""
    return reduced_skops(marker, protocol=0)


def method_skops(marker: Path) -> bytes:
    """A skops file that asks for a method of an object by name."""
    schema = {
        "__class__": "method",
        "__module__": "builtins",
        "__loader__": "MethodNode",
        "__id__": 1,
        "content": {
            "func": "system",
            "obj": {"__class__": "os", "__module__": "builtins", "__loader__": "TypeNode", "__id__": 2},
        },
        "protocol": 2,
        "_skops_version": "0.14",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("schema.json", json.dumps(schema))
    return file.getvalue()


@pytest.mark.parametrize("make", [planted_skops, reduced_skops, older_skops, method_skops])
def test_a_malicious_skops_file_is_refused_before_anything_is_made(make: Any, marker: Path) -> None:
    with pytest.raises(ModelContentError):
        load_pipeline(make(marker))


def test_a_saved_type_of_somebody_else_is_refused_whatever_the_file_says(tmp_path: Path) -> None:
    """A model's own description (MLmodel) names types to trust; nobody here reads that list."""
    file = io.BytesIO()
    skops.io.dump(make_pipeline(FunctionTransformer(os.path.exists), LogisticRegression()), file)
    with pytest.raises(ModelContentError, match="which no pipeline of this program does"):
        load_pipeline(file.getvalue())
    readers = [path for path in sources() if "skops_trusted_types" in path.read_text("utf-8")]
    assert [path.name for path in readers] == ["model_folder.py"]  # which writes it


def test_damaged_skops_files_are_a_sentence() -> None:
    content = dump_pipeline(make_pipeline(FunctionTransformer(np.abs), LogisticRegression()))
    rng = np.random.default_rng(0)
    for _ in range(60):
        broken = bytearray(content)
        for place in rng.integers(0, len(content), 4):
            broken[place] = rng.integers(256)
        with contextlib.suppress(ModelContentError):
            load_pipeline(bytes(broken))
