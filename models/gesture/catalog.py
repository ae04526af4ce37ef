"""Where gesture models are found by name."""

from __future__ import annotations

from pathlib import Path

from models.gesture.classifier import GestureClassifier, ModelFileError
from models.home import Home

SHIPPED = "shipped"
MODEL_FILE = "classifier.onnx"


def shipped_folder() -> Path:
    """Give the folder of the model that comes with the program: model file, prior and model card."""
    return Path(__file__).resolve().parent / SHIPPED


def load_model(name: str, home: Home) -> GestureClassifier:  # noqa: ARG001 - versions are kept in the home folder
    """Load a model by name.

    Parameters
    ----------
    name
        ``shipped``, a folder that holds an exported model, or the path of a model file.
    home
        Where copies of registered versions are kept.

    Raises
    ------
    ModelFileError
        When there is no such model or it cannot be read.
    """
    if name == SHIPPED:
        return GestureClassifier.load(shipped_folder() / MODEL_FILE, SHIPPED)
    path = Path(name).expanduser()
    if path.is_dir():
        return GestureClassifier.load(path / MODEL_FILE, path.resolve().name)
    if path.is_file():
        return GestureClassifier.load(path, path.stem)
    raise ModelFileError(
        f"There is no model {name!r}: expected {SHIPPED!r} or a folder that holds {MODEL_FILE}."
        " Look the name up, or export the version into a folder first."
    )
