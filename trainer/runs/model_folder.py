"""The folder that MLflow reads a saved pipeline from: what ``mlflow.sklearn`` writes, in a tenth of the time."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.dataset import COORDINATES
from trainer.runs.model_file import TRUSTED_TYPES
from trainer.runs.revision import versions

PIPELINE_FILE = "model.skops"
REQUIREMENTS = ("mlflow", "numpy", "pandas", "scikit-learn", "scipy", "skops")


def write_model_folder(
    folder: Path,
    pipeline: bytes,
    description: Any,  # noqa: ANN401 - mlflow.models.Model, which only the tracking module imports
    example: NDArray[np.float32] | None = None,
    foreign: Sequence[str] = (),
) -> None:
    """Write the pipeline, its description and its environment.

    The pipeline is not read back, which takes longer than all the rest, and the requirements are named, not inferred:
    inference starts a second interpreter and takes seconds.

    Parameters
    ----------
    folder
        An empty folder.
    pipeline
        The skops file of :func:`trainer.runs.model_file.dump_pipeline`.
    description
        The ``mlflow.models.Model`` to complete and write.
    example
        A few raw rows ``(N, 63)``.
    foreign
        Types beyond our own list that the pipeline holds and that MLflow shall trust when it loads it.
    """
    (folder / PIPELINE_FILE).write_bytes(pipeline)
    requirements = [f"{name}=={version}" for name, version in versions(*REQUIREMENTS).items()]
    python = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    (folder / "requirements.txt").write_text("\n".join(requirements) + "\n")
    (folder / "python_env.yaml").write_text(f"python: {python}\ndependencies:\n- -r requirements.txt\n")
    pip = "".join(f"  - {line}\n" for line in requirements)
    (folder / "conda.yaml").write_text(
        f"channels:\n- conda-forge\ndependencies:\n- python={python}\n- pip\n- pip:\n{pip}name: gesture\n"
    )
    if example is not None and len(example):
        table = {"columns": list(COORDINATES), "data": np.nan_to_num(example).astype(float).round(4).tolist()}
        (folder / "input_example.json").write_text(json.dumps(table))
        (folder / "serving_input_example.json").write_text(json.dumps({"dataframe_split": table}))
        description.saved_input_example_info = {
            "artifact_path": "input_example.json",
            "serving_input_path": "serving_input_example.json",
            "type": "dataframe",
            "pandas_orient": "split",
        }
    # What pyfunc.add_to_model writes; importing pyfunc takes longer than everything else here.
    description.add_flavor(
        "python_function",
        loader_module="mlflow.sklearn",
        python_version=python,
        model_path=PIPELINE_FILE,
        env={"conda": "conda.yaml", "virtualenv": "python_env.yaml"},
        predict_fn="predict",
    )
    description.add_flavor(
        "sklearn",
        pickled_model=PIPELINE_FILE,
        sklearn_version=versions("scikit-learn")["scikit-learn"],
        serialization_format="skops",
        skops_trusted_types=[*TRUSTED_TYPES, *foreign],
        code=None,
    )
    description.model_size_bytes = len(pipeline)
    description.save(str(folder / "MLmodel"))
