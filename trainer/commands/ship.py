"""``gesture-train ship``: remakes the shipped model from data."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline

from models.errors import GestureError
from models.gesture.catalog import MODEL_FILE, shipped_folder
from models.gesture.classifier import ModelInfo
from models.gesture.features import FEATURES_VERSION
from trainer.features_step import HandFeatures
from trainer.publish import compare, export_onnx

COLUMNS = [f"{axis}{place}" for place in range(1, 22) for axis in "xyz"]


class ShipError(GestureError):
    """Data that the shipped model cannot be made of."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--data", nargs="+", type=Path, required=True, metavar="CSV", help="landmark tables")
    parser.add_argument("--into", type=Path, default=None, metavar="DIR", help="where to (default: the package itself)")


def run(arguments: argparse.Namespace) -> int:
    """Train and write the model file."""
    folder = arguments.into or shipped_folder()
    files = [file for path in arguments.data for file in (sorted(path.glob("*.csv")) if path.is_dir() else [path])]
    if not files:
        raise ShipError("No landmark table was found; expected at least one CSV file after --data.")
    table = pd.concat([pd.read_csv(file, usecols=[*COLUMNS, "label"]) for file in files])
    rows, labels = table[COLUMNS].to_numpy(np.float32), table["label"].to_numpy(str)
    pipeline = Pipeline(
        [
            ("features", HandFeatures()),
            ("estimator", MLPClassifier((128, 64), early_stopping=True, n_iter_no_change=5, random_state=0)),
        ]
    ).fit(rows, labels)
    info = ModelInfo(
        labels=tuple(str(label) for label in pipeline.classes_),
        threshold=0.5,
        family="mlp",
        features_version=FEATURES_VERSION,
        created=dt.datetime.now(dt.UTC).date().isoformat(),
    )
    content = export_onnx(pipeline, info)
    agreement = compare(pipeline, content, rows[:5000])
    if not agreement.sufficient:
        raise ShipError(f"The model file and its pipeline disagree ({agreement}); nothing was written.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL_FILE).write_bytes(content)
    sys.stderr.write(f"Wrote {folder / MODEL_FILE} from {len(rows)} hands, {len(content)} bytes.\n")
    return 0
